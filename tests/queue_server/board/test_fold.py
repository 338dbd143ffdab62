"""The fold of events into a board: its table of moves, and what holds for any events whatever."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_server.board import RECENT_CALLS, BoardState, CounterCell, Face, ZoneLine, fold, narrow
from queue_server.wire import CounterStatus, Event, EventKind, MatterName, Ticket, TicketState, Wait

ZONES = {"Z1": 1, "Z2": 1, "Z3": 2}
COUNTERS = {"Z1-01": "1", "Z1-02": "2", "Z2-01": "7", "Z3-01": "25"}
AT = "2026-11-23T02:24:00.000Z"


def hall() -> BoardState:
    """A hall of three zones and four counters, all closed, nobody waiting."""
    return BoardState(
        board="all",
        name="",
        seq=0,
        epoch=1,
        day="2026-11-23",
        at=AT,
        zones={zone: ZoneLine(zone, zone[-1], zone, zone, floor, "") for zone, floor in ZONES.items()},
        counters={key: CounterCell(key, label, key[:2]) for key, label in COUNTERS.items()},
    )


def ticket(number: str, counter: str | None = None, zone: str = "Z1", calls: int = 0) -> Ticket:
    return Ticket(
        id=1,
        visit=1,
        leg=1,
        number=number,
        state=TicketState.WAITING,
        matter=MatterName("m", "m"),
        zone=zone,
        floor=ZONES.get(zone),
        issued_at=AT,
        counter=counter,
        counter_label=COUNTERS.get(counter or ""),
        calls=calls,
    )


Step = tuple[EventKind, Ticket | str | None, dict[str, Any]]


def play(*steps: Step) -> BoardState:
    """Fold steps of (kind, ticket or counter id, data) into the empty hall."""
    state = hall()
    for kind, about, data in steps:
        state = fold(
            state,
            Event(
                seq=state.seq + 1,
                kind=kind,
                at=AT,
                ticket=about if isinstance(about, Ticket) else None,
                counter=about if isinstance(about, str) else None,
                data=data,
            ),
        )
    return state


ISSUED: Step = (EventKind.TICKET_ISSUED, ticket("A001"), {})
CALLED: Step = (EventKind.TICKET_CALLED, ticket("A001", "Z1-01", calls=1), {"call": 1})
OPENED: Step = (EventKind.COUNTER_OPENED, "Z1-01", {"state": "open"})
OPENED_TOO: Step = (EventKind.COUNTER_OPENED, "Z1-02", {"state": "open"})


@pytest.mark.parametrize(
    ("steps", "waiting", "number", "called"),
    [
        pytest.param([ISSUED], 1, None, False, id="issued waits"),
        pytest.param([ISSUED, CALLED], 0, "A001", True, id="called stands at its counter"),
        pytest.param(
            [ISSUED, CALLED, (EventKind.TICKET_STARTED, ticket("A001", "Z1-01"), {})],
            0, "A001", False, id="served is no longer called",
        ),
        pytest.param(
            [ISSUED, CALLED, (EventKind.TICKET_COMPLETED, ticket("A001", "Z1-01"), {"was": "serving"})],
            0, None, False, id="done frees the counter",
        ),
        pytest.param(
            [ISSUED, CALLED, (EventKind.TICKET_MISSED, ticket("A001", "Z1-01"), {"was": "called"})],
            0, None, False, id="missed frees the counter",
        ),
        pytest.param(
            [ISSUED, ISSUED, (EventKind.TICKET_CANCELLED, ticket("A001"), {"was": "waiting"})],
            1, None, False, id="cancelled leaves the queue",
        ),
        pytest.param(
            [ISSUED, ISSUED, (EventKind.TICKET_EXPIRED, ticket("A001"), {"was": "waiting"})],
            1, None, False, id="expired leaves the queue",
        ),
        pytest.param(
            [ISSUED, (EventKind.TICKET_CALLED, ticket("A000", "Z1-01"), {"was": "missed"})],
            1, "A000", True, id="a missed number called again was not waiting",
        ),
        pytest.param(
            [ISSUED, ISSUED, CALLED, (EventKind.TICKET_COMPLETED, ticket("A009", "Z1-01"), {})],
            1, "A001", True, id="another ticket's end leaves the counter's own",
        ),
        pytest.param([CALLED], 0, "A001", True, id="a call nobody waited for stays at zero"),
    ],
)  # fmt: skip
def test_a_ticket_moves(steps, waiting: int, number: str | None, called: bool) -> None:
    state = play(OPENED, *steps)
    cell = state.counters["Z1-01"]
    assert (state.zones["Z1"].waiting, cell.number, cell.called) == (waiting, number, called)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (EventKind.COUNTER_OPENED, CounterStatus.OPEN),
        (EventKind.COUNTER_PAUSED, CounterStatus.PAUSED),
        (EventKind.COUNTER_RESUMED, CounterStatus.OPEN),
        (EventKind.COUNTER_CLOSED, CounterStatus.CLOSED),
    ],
)
def test_a_counter_changes(kind: EventKind, expected: CounterStatus) -> None:
    state = play((kind, "Z1-01", {}))
    assert state.counters["Z1-01"].state is expected
    assert state.counters["Z1-02"].state is CounterStatus.CLOSED


@pytest.mark.parametrize(
    ("steps", "wait"),
    [
        pytest.param([], None, id="no counter open: nobody can say"),
        pytest.param([OPENED], Wait(0, 0, 0), id="a free counter: no wait"),
        pytest.param([OPENED, CALLED], Wait(420, 600, 840), id="all taken: one service time"),
        pytest.param([OPENED, OPENED_TOO, CALLED], Wait(0, 0, 0), id="one of two free"),
        pytest.param([OPENED, CALLED, ISSUED], Wait(900, 1200, 1620), id="one before me"),
        pytest.param(
            [OPENED, OPENED_TOO, CALLED, ISSUED, ISSUED, ISSUED],
            Wait(900, 1200, 1620),
            id="two counters halve it",
        ),
        pytest.param(
            [OPENED, ISSUED, (EventKind.COUNTER_PAUSED, "Z1-01", {})], None, id="the last one paused"
        ),
        pytest.param(
            [OPENED, CALLED, (EventKind.TICKET_COMPLETED, ticket("A001", "Z1-01"), {"mean_s": 60.0}), CALLED],
            Wait(0, 60, 120),
            id="the rolling service time",
        ),
        pytest.param(
            [OPENED, CALLED, (EventKind.TICKET_STARTED, ticket("A001", "Z1-01"), {})],
            Wait(420, 600, 840),
            id="serving is taken too",
        ),
    ],
)
def test_the_wait_of_a_zone(steps, wait: Wait | None) -> None:
    assert play(*steps).zones["Z1"].wait == wait


def test_a_recall_stands_on_top_once() -> None:
    other: Step = (EventKind.TICKET_CALLED, ticket("A002", "Z1-02"), {})
    state = play(CALLED, other, (EventKind.TICKET_RECALLED, ticket("A001", "Z1-01"), {"call": 2}))
    assert [(call.number, call.call, call.label) for call in state.calls] == [
        ("A001", 2, "1"),
        ("A002", 1, "2"),
    ]
    assert state.calls[0].seq == state.seq


def test_a_new_day_empties_the_hall() -> None:
    state = play(OPENED, CALLED, ISSUED, (EventKind.DAY_OPENED, None, {"day": "2026-11-24"}))
    clean = hall()
    assert (state.day, state.calls) == ("2026-11-24", [])
    assert state.counters == clean.counters
    assert state.zones == clean.zones


def test_yesterdays_tickets_expire_without_touching_today() -> None:
    """The server opens the day first and expires what is left in pieces, while people come already."""
    opened: Step = (EventKind.DAY_OPENED, None, {"day": "2026-11-24"})
    waited: Step = (EventKind.TICKET_EXPIRED, ticket("A007"), {"was": "waiting", "day": "2026-11-23"})
    served: Step = (
        EventKind.TICKET_EXPIRED,
        ticket("A001", "Z1-01"),
        {"was": "serving", "day": "2026-11-23"},
    )
    state = play(OPENED, ISSUED, opened, OPENED, ISSUED, ISSUED, CALLED, waited, served)
    assert state.zones["Z1"].waiting == 1
    assert (state.counters["Z1-01"].number, state.counters["Z1-01"].called) == ("A001", True)
    today: Step = (EventKind.TICKET_EXPIRED, ticket("A007"), {"was": "waiting", "day": "2026-11-24"})
    assert play(opened, ISSUED, today).zones["Z1"].waiting == 0


def test_a_busy_zone_leaves_the_calls_of_a_quiet_one() -> None:
    """60 counters may call while the third floor is silent; its board re-reads and still shows its call."""
    quiet: Step = (EventKind.TICKET_CALLED, ticket("C001", "Z3-01", "Z3"), {})
    busy: list[Step] = [
        (EventKind.TICKET_CALLED, ticket(f"A{n:03}", "Z1-01"), {}) for n in range(3 * RECENT_CALLS)
    ]
    state = play(quiet, *busy)
    assert [call.number for call in narrow(state, Face("3F", ""), ["Z3"]).calls] == ["C001"]
    assert len(narrow(state, Face("1F", ""), ["Z1"]).calls) == RECENT_CALLS


def test_a_notice_stands_on_the_boards_of_its_zone_until_it_is_cleared_or_the_day_ends() -> None:
    def posted(seq: int, zone: str | None) -> Event:
        return Event(seq, EventKind.NOTICE_POSTED, AT, zone=zone, data={"zh": "停电", "en": "No power"})

    state = run(hall(), [posted(1, None), posted(2, "Z3"), posted(3, "Z9")])
    assert [(notice.id, notice.zone) for notice in state.notices] == [(1, None), (2, "Z3")]
    assert [notice.id for notice in narrow(state, Face("1F", ""), ["Z1"]).notices] == [1]
    cleared = fold(state, Event(4, EventKind.NOTICE_CLEARED, AT, data={"notice": 1}))
    assert [notice.id for notice in cleared.notices] == [2]
    assert fold(cleared, Event(5, EventKind.DAY_OPENED, AT, data={"day": "2026-11-24"})).notices == []


# Any events whatever ------------------------------------------------------------------------------------

junk = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5),
    st.floats(),
    st.text(max_size=3),
    st.lists(st.integers(), max_size=1),
)
data = st.dictionaries(
    st.sampled_from(["was", "mean_s", "call", "state", "day", "waiting", "notice", "zh"]),
    st.one_of(junk, st.sampled_from(["waiting", "called", "open"]), st.floats(1, 4000)),
    max_size=4,
)
tickets = st.builds(
    ticket,
    st.sampled_from(["A001", "A002", "B001", "C001"]),
    st.sampled_from([None, "Z9-99", *COUNTERS]),
    st.sampled_from(["Z9", *ZONES]),
    st.integers(0, 3),
)
kinds = st.sampled_from([*EventKind, "ticket.unheard_of"])


@st.composite
def histories(draw: Callable[..., Any]) -> list[Event]:
    """Up to 40 events in the order of their seq, with gaps, about anything the wire can carry."""
    count = draw(st.integers(0, 40))
    steps = draw(st.lists(st.integers(1, 3), min_size=count, max_size=count))
    return [
        Event(
            seq=sum(steps[: place + 1]),
            kind=draw(kinds),
            at=AT,
            ticket=draw(st.none() | tickets),
            counter=draw(st.sampled_from([None, "Z9-99", *COUNTERS])),
            zone=draw(st.sampled_from([None, "Z9", *ZONES])),
            data=draw(data),
        )
        for place in range(count)
    ]


def run(state: BoardState, events: list[Event]) -> BoardState:
    for event in events:
        state = fold(state, event)
    return state


@pytest.mark.parametrize("times", [True, 0, -1, "2", 2.0, None])
def test_a_call_that_is_not_counted_by_a_number_counts_as_the_ticket_says(times: object) -> None:
    state = play((EventKind.TICKET_CALLED, ticket("A001", "Z1-01", calls=3), {"call": times}))
    assert [(type(call.call), call.call) for call in state.calls] == [(int, 3)]


@given(histories())
def test_any_history_folds_and_stays_sound(events: list[Event]) -> None:
    state = hall()
    for event in events:
        state = fold(state, event)
        assert state.seq == event.seq
        assert all(zone.waiting >= 0 for zone in state.zones.values())
        for zone in state.zones.values():
            assert zone.wait is None or 0 <= zone.wait.low_s <= zone.wait.likely_s <= zone.wait.high_s
        assert all(cell.number is not None for cell in state.counters.values() if cell.called)
        if event.kind in (EventKind.TICKET_CALLED, EventKind.TICKET_RECALLED) and event.ticket:
            assert event.ticket.zone not in ZONES or state.calls[0].number == event.ticket.number
        newest_first = [call.seq for call in state.calls]
        assert newest_first == sorted(newest_first, reverse=True)
    assert msgspec.json.decode(msgspec.json.encode(state), type=BoardState) == state


@given(histories(), st.data())
def test_old_events_change_nothing(events: list[Event], pick: st.DataObject) -> None:
    """A reconnect may deliver what is known already; in any order it must not count twice."""
    state = run(hall(), events)
    again = pick.draw(st.permutations(events))
    assert run(state, again) == state
    half = run(hall(), events[: len(events) // 2])
    assert run(half, events) == state


@given(histories(), st.lists(st.sampled_from(["Z9", *ZONES]), unique=True))
def test_a_board_may_fold_its_own_part(events: list[Event], zones: list[str]) -> None:
    """Cutting the hall's state down, and folding a cut-down state, come to the same board."""
    whole = narrow(run(hall(), events), Face("b", "n"), zones)
    part = run(narrow(hall(), Face("b", "n"), zones), events)
    assert part == whole
