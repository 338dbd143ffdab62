"""The rules of the queue, pure: which move leads where, who is next, what a number looks like.

The life of a ticket. It *waits* until a counter calls it. A *called* ticket is either served
(*serving*, then *completed*) or nobody comes (*missed*). Who missed the call is put back into the
queue (reinstated) a few times, then the number is given up (*abandoned*). A ticket in service can
be *parked* while its holder fills in a form, and comes back to the same counter; if they do not
come back it is missed. Who says that they are *back* is the next to be called there; if the counter
closed meanwhile they rejoin the queue at their old place. It can be transferred to another matter,
zone or counter and waits there with its old arrival. An agent with more matters than one call may
take goes to the tail again (*requeue*). Whoever does not want to wait any more *cancels*. What is
still open when the business day ends *expires*. A pair of state and move that is missing in the
table is a refusal, whoever asks for it: page, keypad and API go the same way.
"""

from __future__ import annotations

from collections.abc import Iterable

from queue_server.hall.model import CallRules, MissedRules
from queue_server.refusals import Refused
from queue_server.tickets.model import Move, TicketRow
from queue_server.wire import TicketState, Wait
from queue_server.wire.waits import AHEAD_CAP, wait_range

W, C, S, M = TicketState.WAITING, TicketState.CALLED, TicketState.SERVING, TicketState.MISSED
P = TicketState.PARKED

MOVES: dict[tuple[TicketState, Move], TicketState] = {
    (W, Move.CALL): C,
    (C, Move.RECALL): C,
    (C, Move.SERVE): S,
    (C, Move.NO_SHOW): M,
    (S, Move.FINISH): TicketState.COMPLETED,
    (W, Move.CANCEL): TicketState.CANCELLED,
    (C, Move.CANCEL): TicketState.CANCELLED,
    (M, Move.CANCEL): TicketState.CANCELLED,
    (W, Move.EXPIRE): TicketState.EXPIRED,
    (C, Move.EXPIRE): TicketState.EXPIRED,
    (S, Move.EXPIRE): TicketState.EXPIRED,
    (M, Move.EXPIRE): TicketState.EXPIRED,
    (S, Move.PARK): P,
    (P, Move.RESUME): S,
    (P, Move.NO_SHOW): M,
    (P, Move.CANCEL): TicketState.CANCELLED,
    (P, Move.EXPIRE): TicketState.EXPIRED,
    (W, Move.TRANSFER): W,
    (C, Move.TRANSFER): W,
    (S, Move.TRANSFER): W,
    (M, Move.REINSTATE): W,
    (M, Move.CALL_MISSED): C,
    (C, Move.GIVE_UP): TicketState.ABANDONED,
    (P, Move.GIVE_UP): TicketState.ABANDONED,
    (P, Move.BACK): P,
    (P, Move.CALL_PARKED): C,
    (P, Move.REJOIN): W,
    (S, Move.REQUEUE): W,
}

CALLS = {W: Move.CALL, M: Move.CALL_MISSED, P: Move.CALL_PARKED}
"""By which move a ticket is called, from each state in which it can be."""

SERVICE_WEIGHT = 0.1
"""Weight of the newest service in the rolling mean: about the last twenty count."""

SERVICE_MIN_S, SERVICE_MAX_S = 20.0, 2 * 3600.0
"""A service outside these bounds is a forgotten key, not a service."""

DEFAULT_SERVICE_S = 600.0

PRIVATE = "@"


def private_queue(counter: str) -> str:
    """The queue that one counter alone draws from: tickets transferred to it."""
    return PRIVATE + counter


def after(row: TicketRow, move: Move) -> TicketState:
    """Return the state after a move; raises Refused("wrong_state") for a pair not in the table."""
    found = MOVES.get((row.state, move))
    if found is None:
        raise Refused("wrong_state", number=row.number, state=row.state.value, move=move.value)
    return found


def number(letter: str, n: int) -> str:
    """Write the n-th number of a series: a letter and three digits, four after 999."""
    return f"{letter}{n:03d}"


def sort_key(issued_at: int, bonus_s: float) -> int:
    """The virtual arrival in ms: a priority class comes as if it had come earlier."""
    return issued_at - round(bonus_s * 1000)


def check_recall(row: TicketRow, rules: CallRules, now: int) -> None:
    """Raise Refused when a number was called often enough, or only just now."""
    if row.calls >= rules.max_calls:
        raise Refused("recalls_used_up", number=row.number, calls=row.calls)
    wait_ms = (row.last_call_at or 0) + rules.recall_gap_s * 1000 - now
    if wait_ms > 0:
        raise Refused("recall_too_soon", number=row.number, wait_s=-(-wait_ms // 1000))


def check_no_show(row: TicketRow, rules: CallRules) -> None:
    """Raise Refused when a number has not yet been called as often as the hall promises."""
    if row.state is TicketState.CALLED and row.calls < rules.max_calls:
        raise Refused("call_again_first", number=row.number, calls=row.calls, max_calls=rules.max_calls)


def after_no_show(row: TicketRow, rules: MissedRules) -> Move:
    """Whether a number that nobody came for is missed, or given up since it came back too often."""
    return Move.GIVE_UP if row.reinstated >= rules.times else Move.NO_SHOW


def check_reinstate(row: TicketRow, rules: MissedRules) -> None:
    """Raise Refused when a number was put back often enough."""
    if row.reinstated >= rules.times:
        raise Refused("reinstates_used_up", number=row.number, times=rules.times)


def rolling_mean(mean_s: float, n: int, service_s: float) -> float:
    """Take one more service time into a rolling mean of `n` earlier ones, in seconds.

    While few are known they weigh alike, so that the first guess is soon forgotten.
    """
    if not SERVICE_MIN_S <= service_s <= SERVICE_MAX_S:
        return mean_s
    weight = max(SERVICE_WEIGHT, 1 / (n + 2))
    return mean_s + (service_s - mean_s) * weight


def estimate(ahead: int, service_s: float, counters: Iterable[tuple[int, bool]]) -> Wait | None:
    """Estimate a wait from the counters that are open for its group.

    Each counter is (how many groups it serves, is it busy). A counter that serves k groups gives
    this one a k-th of its time, which is true on average and errs on the long side.
    """
    servers, busy = 0.0, True
    for groups, at_work in counters:
        servers += 1 / max(1, groups)
        busy = busy and at_work
    if servers <= 0:
        return None
    return wait_range(min(ahead, AHEAD_CAP), service_s / servers, 1, busy or ahead > 0)
