"""The pure rules of the queue: the table of moves, numbers, order, means, first estimates."""

from __future__ import annotations

import itertools

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_server.refusals import Refused
from queue_server.tickets import rules, status
from queue_server.tickets.model import Move, TicketRow
from queue_server.wire import PrintState, TicketState, Wait

ROW = TicketRow(
    id=1, visit=1, leg=1, day="2026-11-23", matter="Z3-004", group="Z3-household", zone="Z3",
    state=TicketState.WAITING, priority_class=None, kind=0, sort_key=0, issued_at=0, called_at=None,
    started_at=None, ended_at=None, last_call_at=None, counter=None, calls=0, reinstated=0, policy=1,
    print_state=PrintState.NONE, number="C012", lang="zh", channel="kiosk",
)  # fmt: skip

ALLOWED = {
    ("waiting", "call"): "called",
    ("waiting", "cancel"): "cancelled",
    ("waiting", "expire"): "expired",
    ("called", "recall"): "called",
    ("called", "serve"): "serving",
    ("called", "no-show"): "missed",
    ("called", "cancel"): "cancelled",
    ("called", "expire"): "expired",
    ("serving", "finish"): "completed",
    ("serving", "expire"): "expired",
    ("called", "transfer"): "waiting",
    ("called", "give-up"): "abandoned",
    ("serving", "park"): "parked",
    ("serving", "transfer"): "waiting",
    ("waiting", "transfer"): "waiting",
    ("parked", "resume-ticket"): "serving",
    ("parked", "no-show"): "missed",
    ("parked", "give-up"): "abandoned",
    ("parked", "cancel"): "cancelled",
    ("parked", "expire"): "expired",
    ("parked", "back"): "parked",
    ("parked", "call-parked"): "called",
    ("parked", "rejoin"): "waiting",
    ("serving", "requeue"): "waiting",
    ("missed", "reinstate"): "waiting",
    ("missed", "call-missed"): "called",
    ("missed", "cancel"): "cancelled",
    ("missed", "expire"): "expired",
}


@pytest.mark.parametrize(("state", "move"), itertools.product(TicketState, Move))
def test_every_pair_of_state_and_move_is_allowed_or_refused(state: TicketState, move: Move) -> None:
    row = msgspec.structs.replace(ROW, state=state)
    expected = ALLOWED.get((state.value, move.value))
    if expected is None:
        with pytest.raises(Refused) as refused:
            rules.after(row, move)
        assert refused.value.code == "wrong_state"
        assert refused.value.facts["number"] == "C012"
    else:
        assert rules.after(row, move) == expected


@pytest.mark.parametrize(
    ("n", "number"), [(1, "A001"), (47, "A047"), (999, "A999"), (1000, "A1000"), (9999, "A9999")]
)
def test_numbers_have_three_digits_and_four_after_999(n: int, number: str) -> None:
    assert rules.number("A", n) == number


def test_a_bonus_is_an_earlier_arrival() -> None:
    assert rules.sort_key(1_000_000, 600) == 400_000


@given(st.lists(st.floats(30, 3000), min_size=1, max_size=60), st.floats(60, 1200))
def test_the_rolling_mean_stays_between_what_it_saw(seen: list[float], first: float) -> None:
    mean = first
    for n, service_s in enumerate(seen):
        mean = rules.rolling_mean(mean, n, service_s)
    assert min([first, *seen]) - 1e-6 <= mean <= max([first, *seen]) + 1e-6


@pytest.mark.parametrize("service_s", [0, 19.9, 7201, -5])
def test_a_forgotten_key_is_no_service(service_s: float) -> None:
    assert rules.rolling_mean(600, 5, service_s) == 600


@pytest.mark.parametrize(
    ("ahead", "service_s", "counters", "wait"),
    [
        (0, 600, [(1, False)], Wait(0, 0, 0)),
        (0, 600, [(1, True)], Wait(420, 600, 840)),
        (9, 600, [(1, True)] * 4, Wait(1080, 1500, 2040)),
        (9, 600, [], None),
        (3, 300, [(2, True), (2, True)], Wait(900, 1200, 1620)),
        (500, 600, [(1, True)] * 10, Wait(9000, 12060, 16320)),
    ],
)
def test_the_first_estimate(
    ahead: int, service_s: float, counters: list[tuple[int, bool]], wait: Wait | None
) -> None:
    assert rules.estimate(ahead, service_s, counters) == wait


@given(st.binary(min_size=16, max_size=64), st.integers(1, 2**40 - 1))
def test_a_status_token_comes_back(key: bytes, visit: int) -> None:
    token = status.token_of(key, visit)
    assert len(token) == 23
    assert status.visit_of(key, token) == visit


@given(st.text(max_size=40))
def test_no_guessed_token_is_accepted(token: str) -> None:
    with pytest.raises(Refused, match="status_unknown"):
        status.visit_of(b"0123456789abcdef", token)


def test_a_token_of_another_visit_or_key_is_refused() -> None:
    token = status.token_of(b"0123456789abcdef", 7)
    other = status.token_of(b"0123456789abcdef", 8)
    for forged in (token[:7] + other[7:], token[:-1] + ("A" if token[-1] != "A" else "B")):
        with pytest.raises(Refused):
            status.visit_of(b"0123456789abcdef", forged)
    with pytest.raises(Refused):
        status.visit_of(b"another key 0123", token)
