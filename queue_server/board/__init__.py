"""What a board shows, as a pure fold of events: the same for `GET /boards`, web and Kivy boards.

    state = fold(state, event)

is all there is. The server folds its journal into one state of the whole hall; `narrow` cuts out
what one board shows; a board that has read `GET /boards/{board}` goes on folding the events of
its stream. So three programs in three places can never disagree about a call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import msgspec

from queue_server.wire import CounterStatus, Event, EventKind, TicketState
from queue_server.wire.board import BoardLook, BoardState, Call, CounterCell, Notice, ZoneLine
from queue_server.wire.tickets import Ticket
from queue_server.wire.waits import wait_range

__all__ = ["BoardLook", "BoardState", "Call", "CounterCell", "Face", "Notice", "ZoneLine", "fold", "narrow"]

RECENT_CALLS = 20
"""So many calls of each zone are kept."""

ROOT_DIGITS = 16
"""So many hexadecimal digits of the journal's public hash are shown: 64 bits, short enough to note."""

MAX_SERVICE_S = 86_400.0
"""A mean service time of a day or more is a fault of the sender, not a figure to plan by."""


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


PLAIN = BoardLook()
"""A board of which the plan says nothing special."""


@dataclass(frozen=True)
class Face:
    """Which board it is, what it is called, and how it looks."""

    board: str
    name: str
    name_en: str = ""
    look: BoardLook = PLAIN


def narrow(state: BoardState, face: Face, zones: Iterable[str], groups: Iterable[str] = ()) -> BoardState:
    """Cut the state of the whole hall down to one board with the given zones, in the given order.

    `groups` are the queues whose waiting people it counts one by one.
    """
    wanted = [zone for zone in zones if zone in state.zones]
    return msgspec.structs.replace(
        state,
        board=face.board,
        name=face.name,
        name_en=face.name_en,
        look=face.look,
        zones={zone: state.zones[zone] for zone in wanted},
        counters={key: cell for key, cell in state.counters.items() if cell.zone in wanted},
        calls=[call for call in state.calls if call.zone in wanted],
        queues={group: state.queues[group] for group in groups if group in state.queues},
        notices=[notice for notice in state.notices if notice.zone is None or notice.zone in wanted],
    )


def _open_day(state: BoardState, event: Event) -> BoardState:
    zones = {key: msgspec.structs.replace(zone, waiting=0, wait=None) for key, zone in state.zones.items()}
    cells = {key: CounterCell(cell.id, cell.label, cell.zone) for key, cell in state.counters.items()}
    day = str(event.data.get("day", state.day))
    return msgspec.structs.replace(
        state, day=day, zones=zones, counters=cells, calls=[], notices=[], root="", root_hour="",
        queues=dict.fromkeys(state.queues, 0),
    )  # fmt: skip


def _ticket_issued(state: BoardState, event: Event) -> BoardState:
    if event.ticket is None:
        return state
    return _count(_queue(state, event.data.get("group"), +1), event.ticket.zone, +1)


def _ticket_called(state: BoardState, event: Event) -> BoardState:
    ticket = event.ticket
    if ticket is None:
        return state
    # A called ticket was waiting, unless the event says otherwise (a missed number called again).
    by = -1 if event.data.get("was", TicketState.WAITING) == TicketState.WAITING else 0
    state = _with_call(_at_counter(state, ticket, event, called=True), ticket, event)
    return _count(_queue(state, event.data.get("group"), by), ticket.zone, by)


def _ticket_recalled(state: BoardState, event: Event) -> BoardState:
    ticket = event.ticket
    if ticket is None:
        return state
    return _with_call(_at_counter(state, ticket, event, called=True), ticket, event)


def _ticket_started(state: BoardState, event: Event) -> BoardState:
    ticket = event.ticket
    return state if ticket is None else _at_counter(state, ticket, event, called=False)


def _ticket_left(state: BoardState, event: Event) -> BoardState:
    """Completed, missed, cancelled or expired: it frees its counter, or leaves the queue.

    What expires belonged to an earlier day, which this state has already forgotten; its number
    may be out again today, at the same counter.
    """
    ticket = event.ticket
    if ticket is None or event.data.get("day", state.day) != state.day:
        return state
    cell = state.counters.get(ticket.counter or "")
    if cell is not None and cell.number == ticket.number:
        state = _with_cell(state, cell.id, number=None, called=False, since=event.at)
    by = -1 if event.data.get("was") == TicketState.WAITING else 0
    return _count(_queue(_with_service(state, event), event.data.get("group"), by), ticket.zone, by)


def _ticket_requeued(state: BoardState, event: Event) -> BoardState:
    """An agent with more matters leaves the counter and goes to the tail of the same queue."""
    ticket = event.ticket
    if ticket is None:
        return state
    cell = state.counters.get(str(event.data.get("from_counter") or ""))
    if cell is not None and cell.number == ticket.number:
        state = _with_cell(state, cell.id, number=None, called=False, since=event.at)
    return _ticket_issued(_with_service(state, event), event)


def _ticket_transferred(state: BoardState, event: Event) -> BoardState:
    """It leaves its counter or the queue of one zone and waits in another; both may be shown here."""
    ticket = event.ticket
    if ticket is None:
        return state
    came_from, counter = str(event.data.get("from_zone", "")), str(event.data.get("from_counter") or "")
    cell = state.counters.get(counter)
    if cell is not None and cell.number == ticket.number:
        state = _with_cell(state, cell.id, number=None, called=False, since=event.at)
    if event.data.get("was") == TicketState.WAITING:
        state = _count(_queue(state, event.data.get("from_group"), -1), came_from, -1)
    return _count(_queue(state, event.data.get("group"), +1), ticket.zone, +1)


def _ticket_returned(state: BoardState, event: Event) -> BoardState:
    """Parked and back: it stays with its counter, or waits in a queue again."""
    waits = event.ticket is not None and event.ticket.state is TicketState.WAITING
    return _ticket_issued(state, event) if waits else state


def _counter_changed(state: BoardState, event: Event) -> BoardState:
    cell = state.counters.get(event.counter or "")
    if cell is None:
        return state
    return _with_cell(state, cell.id, state=_COUNTER_STATES[event.kind])


def _count(state: BoardState, zone: str, by: int) -> BoardState:
    """Add to the waiting count of a zone and estimate its wait anew.

    The wait is that of somebody who comes now. Whoever finds a free counter and nobody waiting
    goes straight there; once people wait, free counters are about to call, so all count as taken.
    """
    line = state.zones.get(zone)
    if line is None:
        return state
    waiting = max(0, line.waiting + by)
    working = [
        cell for cell in state.counters.values() if cell.zone == zone and cell.state is CounterStatus.OPEN
    ]
    busy = waiting > 0 or all(cell.number is not None for cell in working)
    wait = wait_range(waiting, line.service_s, len(working), busy)
    line = msgspec.structs.replace(line, waiting=waiting, wait=wait)
    return msgspec.structs.replace(state, zones={**state.zones, zone: line})


def _with_service(state: BoardState, event: Event) -> BoardState:
    """The mean service time of the zone that a service just ended in, if the event tells it."""
    home = event.ticket.zone if event.ticket is not None else ""
    zone, mean_s = str(event.data.get("from_zone") or home), event.data.get("mean_s")
    if zone not in state.zones or not isinstance(mean_s, int | float) or not 0 < mean_s < MAX_SERVICE_S:
        return state
    line = msgspec.structs.replace(state.zones[zone], service_s=float(mean_s))
    return msgspec.structs.replace(state, zones={**state.zones, zone: line})


def _queue(state: BoardState, group: object, by: int) -> BoardState:
    """Add to the waiting count of one queue, where the board counts it."""
    if by == 0 or not isinstance(group, str) or group not in state.queues:
        return state
    queues = {**state.queues, group: max(0, state.queues[group] + by)}
    return msgspec.structs.replace(state, queues=queues)


def _at_counter(state: BoardState, ticket: Ticket, event: Event, *, called: bool) -> BoardState:
    """Show a ticket at its counter, if the board shows that counter."""
    if ticket.counter is None or ticket.counter not in state.counters:
        return state
    return _with_cell(
        state, ticket.counter, number=ticket.number, called=called, since=event.at, lang=ticket.lang
    )


def _with_cell(board: BoardState, counter: str, /, **changes: object) -> BoardState:
    """Change one cell, and the wait of its zone, which depends on who is free there."""
    cell = msgspec.structs.replace(board.counters[counter], **changes)
    board = msgspec.structs.replace(board, counters={**board.counters, counter: cell})
    return _count(board, cell.zone, 0)


def _with_call(state: BoardState, ticket: Ticket, event: Event) -> BoardState:
    """Put a call on top; an older call of the same number in the same zone goes.

    Each zone keeps its own newest calls: were the cap for the whole hall, a busy zone would push
    the calls of a quiet one off the full state, and a board that re-reads it would lose them.
    """
    if ticket.zone not in state.zones:
        return state
    times = event.data.get("call")
    call = Call(
        number=ticket.number,
        counter=ticket.counter or "",
        label=ticket.counter_label or "",
        zone=ticket.zone,
        floor=ticket.floor,
        at=event.at,
        lang=ticket.lang,
        call=times if type(times) is int and times > 0 else max(1, ticket.calls),
        seq=event.seq,
    )
    calls, of_zone = [call], 1
    for known in state.calls:
        if known.zone == ticket.zone:
            if known.number == ticket.number or of_zone == RECENT_CALLS:
                continue
            of_zone += 1
        calls.append(known)
    return msgspec.structs.replace(state, calls=calls)


def _root_published(state: BoardState, event: Event) -> BoardState:
    root = str(event.data.get("root", ""))[:ROOT_DIGITS]
    return msgspec.structs.replace(state, root=root, root_hour=str(event.data.get("hour", "")))


def _notice_posted(state: BoardState, event: Event) -> BoardState:
    if event.zone is not None and event.zone not in state.zones:
        return state
    zh, en = str(event.data.get("zh", "")), str(event.data.get("en", ""))
    notice = Notice(event.seq, zh, en, event.at, event.zone)
    return msgspec.structs.replace(state, notices=[*state.notices, notice])


def _notice_cleared(state: BoardState, event: Event) -> BoardState:
    gone = event.data.get("notice")
    return msgspec.structs.replace(state, notices=[notice for notice in state.notices if notice.id != gone])


_COUNTER_STATES: dict[str, CounterStatus] = {
    EventKind.COUNTER_OPENED: CounterStatus.OPEN,
    EventKind.COUNTER_RESUMED: CounterStatus.OPEN,
    EventKind.COUNTER_PAUSED: CounterStatus.PAUSED,
    EventKind.COUNTER_CLOSED: CounterStatus.CLOSED,
}

_CHANGES: dict[str, Callable[[BoardState, Event], BoardState]] = {
    EventKind.DAY_OPENED: _open_day,
    EventKind.CHAIN_ROOT: _root_published,
    EventKind.NOTICE_POSTED: _notice_posted,
    EventKind.NOTICE_CLEARED: _notice_cleared,
    EventKind.TICKET_ISSUED: _ticket_issued,
    EventKind.TICKET_CALLED: _ticket_called,
    EventKind.TICKET_RECALLED: _ticket_recalled,
    EventKind.TICKET_STARTED: _ticket_started,
    EventKind.TICKET_COMPLETED: _ticket_left,
    EventKind.TICKET_MISSED: _ticket_left,
    EventKind.TICKET_CANCELLED: _ticket_left,
    EventKind.TICKET_EXPIRED: _ticket_left,
    EventKind.TICKET_ABANDONED: _ticket_left,
    EventKind.TICKET_PARKED: _ticket_left,
    EventKind.TICKET_RESUMED: _ticket_started,
    EventKind.TICKET_RETURNED: _ticket_returned,
    EventKind.TICKET_REQUEUED: _ticket_requeued,
    EventKind.TICKET_REINSTATED: _ticket_issued,
    EventKind.TICKET_TRANSFERRED: _ticket_transferred,
    EventKind.COUNTER_OPENED: _counter_changed,
    EventKind.COUNTER_CLOSED: _counter_changed,
    EventKind.COUNTER_PAUSED: _counter_changed,
    EventKind.COUNTER_RESUMED: _counter_changed,
}
