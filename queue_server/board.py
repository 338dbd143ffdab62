"""What a board shows, as a pure fold of events: the same for `GET /boards`, web and Kivy boards.

    state = fold(state, event)

is all there is. The server folds its journal into one state of the whole hall; `narrow` cuts out
what one board shows; a board that has read `GET /boards/{board}` goes on folding the events of
its stream. So three programs in three places can never disagree about a call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from queue_server.wire import CounterStatus, Event, EventKind, TicketState, Wait
from queue_server.wire.tickets import Ticket
from queue_server.wire.waits import wait_range

RECENT_CALLS = 20


class ZoneLine(msgspec.Struct, frozen=True):
    """A zone on a board: how many wait, and how long somebody who comes now will probably wait.

    `service_s` is the rolling service time, in seconds. `wait` is null while no counter is open.
    """

    id: str
    sign: str
    name: str
    name_en: str
    floor: int | None
    icon: str
    waiting: int = 0
    service_s: float = 600.0
    wait: Wait | None = None


class CounterCell(msgspec.Struct, frozen=True):
    """A counter on a board; `number` is the visit at hand, `called` until it is being served."""

    id: str
    label: str
    zone: str
    state: CounterStatus = CounterStatus.CLOSED
    number: str | None = None
    called: bool = False
    since: str | None = None


class Call(msgspec.Struct, frozen=True):
    """One call, newest first in the list; `call` counts 1, 2, 3 for the same number."""

    number: str
    counter: str
    label: str
    zone: str
    floor: int | None
    at: str
    lang: str = "zh"
    call: int = 1
    seq: int = 0


class BoardState(msgspec.Struct, frozen=True):
    """All that a board shows, true up to journal row `seq` of `epoch`."""

    board: str
    name: str
    seq: int
    epoch: int
    day: str
    at: str
    zones: dict[str, ZoneLine] = {}
    counters: dict[str, CounterCell] = {}
    calls: list[Call] = []


def fold(state: BoardState, event: Event) -> BoardState:
    """Return the state after `event`; events at or before `state.seq` change nothing.

    An event of a zone that the board does not show only moves `seq` on.
    """
    if event.seq <= state.seq:
        return state
    change = _CHANGES.get(event.kind)
    if change is not None:
        state = change(state, event)
    return msgspec.structs.replace(state, seq=event.seq, at=event.at)


def narrow(state: BoardState, board: str, name: str, zones: Iterable[str]) -> BoardState:
    """Cut the state of the whole hall down to the given zones, in the given order."""
    wanted = [zone for zone in zones if zone in state.zones]
    return msgspec.structs.replace(
        state,
        board=board,
        name=name,
        zones={zone: state.zones[zone] for zone in wanted},
        counters={key: cell for key, cell in state.counters.items() if cell.zone in wanted},
        calls=[call for call in state.calls if call.zone in wanted],
    )


def _open_day(state: BoardState, event: Event) -> BoardState:
    zones = {
        key: msgspec.structs.replace(zone, waiting=0, wait=None) for key, zone in state.zones.items()
    }
    cells = {
        key: CounterCell(cell.id, cell.label, cell.zone) for key, cell in state.counters.items()
    }
    day = str(event.data.get("day", state.day))
    return msgspec.structs.replace(state, day=day, zones=zones, counters=cells, calls=[])


def _ticket_issued(state: BoardState, event: Event) -> BoardState:
    ticket = event.ticket
    return state if ticket is None else _count(state, ticket.zone, +1)


def _ticket_called(state: BoardState, event: Event) -> BoardState:
    ticket = event.ticket
    if ticket is None or ticket.counter not in state.counters:
        return state
    cells = _with_cell(state, ticket.counter, number=ticket.number, called=True, since=event.at)
    state = msgspec.structs.replace(state, counters=cells, calls=_with_call(state, ticket, event))
    return _count(state, ticket.zone, -1 if event.data.get("was") == TicketState.WAITING else 0)


def _ticket_recalled(state: BoardState, event: Event) -> BoardState:
    ticket = event.ticket
    if ticket is None or ticket.counter not in state.counters:
        return state
    return msgspec.structs.replace(state, calls=_with_call(state, ticket, event))


def _ticket_started(state: BoardState, event: Event) -> BoardState:
    ticket = event.ticket
    if ticket is None or ticket.counter not in state.counters:
        return state
    cells = _with_cell(state, ticket.counter, number=ticket.number, called=False, since=event.at)
    return _count(msgspec.structs.replace(state, counters=cells), ticket.zone, 0)


def _ticket_left(state: BoardState, event: Event) -> BoardState:
    """Completed, missed, cancelled or expired: it frees its counter, or leaves the queue."""
    ticket = event.ticket
    if ticket is None or ticket.zone not in state.zones:
        return state
    cell = state.counters.get(ticket.counter or "")
    if cell is not None and cell.number == ticket.number:
        cells = _with_cell(state, cell.id, number=None, called=False, since=event.at)
        state = msgspec.structs.replace(state, counters=cells)
    if "mean_s" in event.data:
        line = msgspec.structs.replace(state.zones[ticket.zone], service_s=float(event.data["mean_s"]))
        state = msgspec.structs.replace(state, zones={**state.zones, ticket.zone: line})
    return _count(state, ticket.zone, -1 if event.data.get("was") == TicketState.WAITING else 0)


def _counter_changed(state: BoardState, event: Event) -> BoardState:
    cell = state.counters.get(event.counter or "")
    if cell is None:
        return state
    cells = _with_cell(state, cell.id, state=CounterStatus(event.data["state"]))
    return _count(msgspec.structs.replace(state, counters=cells), cell.zone, 0)


def _count(state: BoardState, zone: str, by: int) -> BoardState:
    """Add to the waiting count of a zone and estimate its wait anew."""
    line = state.zones.get(zone)
    if line is None:
        return state
    waiting = max(0, line.waiting + by)
    working = [
        cell
        for cell in state.counters.values()
        if cell.zone == zone and cell.state is CounterStatus.OPEN
    ]
    busy = waiting > 0 or all(cell.number is not None for cell in working)
    wait = wait_range(waiting, line.service_s, len(working), busy)
    line = msgspec.structs.replace(line, waiting=waiting, wait=wait)
    return msgspec.structs.replace(state, zones={**state.zones, zone: line})


def _with_cell(board: BoardState, counter: str, /, **changes: object) -> dict[str, CounterCell]:
    cell = msgspec.structs.replace(board.counters[counter], **changes)
    return {**board.counters, counter: cell}


def _with_call(state: BoardState, ticket: Ticket, event: Event) -> list[Call]:
    call = Call(
        number=ticket.number,
        counter=ticket.counter or "",
        label=ticket.counter_label or "",
        zone=ticket.zone,
        floor=ticket.floor,
        at=event.at,
        lang=ticket.lang,
        call=int(event.data.get("call", 1)),
        seq=event.seq,
    )
    others = [known for known in state.calls if known.number != ticket.number]
    return [call, *others][:RECENT_CALLS]


_CHANGES: dict[str, Callable[[BoardState, Event], BoardState]] = {
    EventKind.DAY_OPENED: _open_day,
    EventKind.TICKET_ISSUED: _ticket_issued,
    EventKind.TICKET_CALLED: _ticket_called,
    EventKind.TICKET_RECALLED: _ticket_recalled,
    EventKind.TICKET_STARTED: _ticket_started,
    EventKind.TICKET_COMPLETED: _ticket_left,
    EventKind.TICKET_MISSED: _ticket_left,
    EventKind.TICKET_CANCELLED: _ticket_left,
    EventKind.TICKET_EXPIRED: _ticket_left,
    EventKind.COUNTER_OPENED: _counter_changed,
    EventKind.COUNTER_CLOSED: _counter_changed,
    EventKind.COUNTER_PAUSED: _counter_changed,
    EventKind.COUNTER_RESUMED: _counter_changed,
}
