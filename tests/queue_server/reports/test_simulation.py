"""Simulated days: nobody is lost or overtaken without a reason, and one seed gives one journal."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from queue_server.clock import ManualClock, parse_rfc3339
from queue_server.database import Reading
from queue_server.hall import rules as hall_rules
from queue_server.journal import store as journal
from queue_server.reports import simulation
from queue_server.reports.actions import DATABASE, Played, Wish, load_model, simulate
from queue_server.reports.played_hall import open_queue
from queue_server.settings import HALL_FILE
from queue_server.tickets import story
from queue_server.tickets.passing import Before, call_made
from queue_server.wire import Event, EventKind
from tests.queue_server.reports.ledger import Ledger
from tests.queue_server.reports.small_hall import SHARE, play, small_hall

LATER = parse_rfc3339("2027-01-01T00:00:00Z")
MOVES = {
    "ticket.issued", "ticket.called", "ticket.recalled", "ticket.started", "ticket.completed",
    "ticket.missed", "ticket.reinstated", "ticket.returned", "ticket.requeued", "ticket.parked",
    "ticket.resumed", "ticket.transferred", "ticket.expired", "counter.opened", "counter.closed",
    "counter.paused", "counter.resumed", "day.opened", "chain.root",
}  # fmt: skip


def audit(folder: Path, policy: Path) -> Ledger:
    """Let the accountant read a whole journal."""
    queue = open_queue(folder / DATABASE, ManualClock(LATER), policy)
    try:
        plan = queue.hall.plan
        prior_s = {}
        for group in plan.groups:
            times = [one.service_s for one in queue.matters.all() if one.group and one.group.id == group]
            prior_s[group] = sum(times) / len(times)
        counters = plan.counters.values()
        prior_s |= {"@" + counter.id: 600.0 for counter in counters}
        groups_of = {counter.id: len(counter.groups) for counter in counters}
        fairness = plan.fairness
        ledger = Ledger(groups_of, prior_s, fairness.delay_cap_s, fairness.normals_per_priority)
        for counter in counters:
            ledger.serves(counter.id, counter.groups)
        seq = 0
        while page := journal.rows_after(queue.database.read(), seq, 1000):
            ledger.read(page)
            seq = page[-1].seq
        return ledger
    finally:
        queue.database.close()


def check(played: Played, ledger: Ledger) -> None:
    """What holds on every day, whatever the load."""
    assert ledger.breaches == []
    assert ledger.open_tickets() == []
    found = played.report["all"]
    ends = ("served", "transferred", "requeued", "cancelled", "abandoned", "expired", "open")
    assert found["places"] == sum(found[end] for end in ends)
    assert found["open"] == 0
    first_places = found["places"] - found["transferred"] - found["requeued"]
    assert len(ledger.tickets) == played.report["tickets"] == first_places
    refused = sum(played.report["refused"].values())
    at_seats = played.report["zones"]["Z8"]["places"]
    booked = played.report["appointments"]
    assert (
        booked["booked"]
        == booked["in_time"] + booked["late"] + booked["not"]
        == ledger.seen["appointment.booked"]
    )
    assert booked["not"] <= ledger.seen["appointment.missed"] <= booked["not"] + booked["late"]
    expected = booked["in_time"] + booked["late"] + booked["carried_over"]
    assert ledger.seen["appointment.checked_in"] <= expected
    again = len(ledger.tickets) + refused + at_seats + booked["not"] - played.report["visits"]
    assert 0 <= again <= booked["carried_over"], "only whoever was carried over to the next day comes twice"
    states = Counter(held.state for held in ledger.tickets.values())
    assert states["completed"] == found["served"]
    left = sum(ledger.left["parked", f"ticket.{end}"] for end in ("missed", "abandoned", "called"))
    assert ledger.seen["ticket.parked"] == ledger.seen["ticket.resumed"] + left, "none is forgotten"


@pytest.fixture(scope="module")
def monday(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Played]:
    folder = tmp_path_factory.mktemp("monday")
    return folder, play(folder, seed=1)


def test_a_monday_ends_with_every_ticket_in_an_end_state(monday: tuple[Path, Played]) -> None:
    folder, played = monday
    ledger = audit(folder / "data", folder / "small.toml")
    check(played, ledger)
    assert set(ledger.seen) >= MOVES
    assert played.report["tickets"] > 500 and played.report["all"]["p90_s"] > 600, (
        "a quiet day proves nothing"
    )
    assert {"longest_wait", "priority", "interleave"} <= set(ledger.reasons)
    assert ledger.seen["ticket.resumed"] > ledger.left["parked", "ticket.missed"] > 0
    assert played.report["appointments"]["in_time"] > 50
    assert played.report["appointments"]["after_slot"]["p50_s"] < played.report["all"]["p50_s"]


def test_the_same_seed_gives_the_same_journal_and_files(monday: tuple[Path, Played], tmp_path: Path) -> None:
    folder, played = monday
    again = play(tmp_path, seed=1)
    assert again == played
    for one in (folder, tmp_path):
        head = journal.check_chain(Reading(one / "data" / DATABASE).read())
        assert (head.seq, head.chain.hex()) == tuple(played.report["journal"].values())


def test_the_log_tells_the_same_as_the_report(monday: tuple[Path, Played]) -> None:
    _, played = monday
    rows = list(csv.DictReader(io.StringIO(played.log)))
    outcomes = Counter(row["outcome"] for row in rows)
    found = played.report["all"]
    assert len({row["ticket"] for row in rows}) == len(rows) == found["places"]
    assert outcomes["served"] == found["served"] + found["transferred"] + found["requeued"]
    assert outcomes["cancelled"] == found["cancelled"]
    assert outcomes["abandoned"] + outcomes["no_show"] == found["expired"] + found["abandoned"]
    busy: dict[str, str] = {}
    for row in sorted(rows, key=lambda row: row["arrived_at"]):
        assert row["arrived_at"] <= (row["called_at"] or row["finished_at"]) <= row["finished_at"]
        assert bool(row["called_at"]) == bool(row["counter"])
        assert row["outcome"] != "served" or row["called_at"]
        busy[row["counter"]] = row["finished_at"]
    waits = sorted(
        parse_rfc3339(row["called_at"]) - parse_rfc3339(row["arrived_at"]) for row in rows if row["called_at"]
    )
    assert found["p50_s"] == round(waits[-(-len(waits) // 2) - 1] / 1000, 1)
    assert len(busy) > 20


def passed_over(events: list[Event]) -> set[tuple[int, int]]:
    """(ticket, row of a call) for all who had come earlier and waited where it could have called them."""
    found: set[tuple[int, int]] = set()
    waiting: dict[int, tuple[str, str]] = {}
    for event in events:
        ticket = event.ticket
        if ticket is None or not event.kind.startswith("ticket."):
            continue
        waiting.pop(ticket.id, None)
        if event.kind == "ticket.called":
            found |= {
                (other, event.seq)
                for other, (group, arrived) in waiting.items()
                if group in event.data["queues"] and (arrived, other) < (ticket.issued_at, ticket.id)
            }
        elif ticket.state == "waiting":
            waiting[ticket.id] = event.data["group"], ticket.issued_at
    return found


def test_everybody_who_was_passed_over_is_told_by_whom_and_why(monday: tuple[Path, Played]) -> None:
    folder, _ = monday
    db = Reading(folder / "data" / DATABASE).read()
    events = journal.rows_after(db, 0, 1_000_000)
    own: dict[int, list[Event]] = {}
    for event in events:
        if event.ticket is not None:
            own.setdefault(event.ticket.id, []).append(event)
    told = {
        (ticket, call.seq): why for ticket, rows in own.items() for call, why in story.called_before(db, rows)
    }
    expected = passed_over(events)
    assert {pair for pair, why in told.items() if why is not Before.EARLIER} == expected
    assert len(expected) > 100
    reasons = set(told.values())
    assert Before.UNKNOWN not in reasons
    assert reasons >= {Before.PRIORITY, Before.APPOINTMENT, Before.FIRST_IN_LINE, Before.OWN_MOVE}


def test_whoever_booked_is_served_at_the_slot_within_the_fairness_bound(monday: tuple[Path, Played]) -> None:
    """Ordinary people behind their place go first only by their turns: two after each with priority."""
    folder, played = monday
    db = Reading(folder / "data" / DATABASE).read()
    turn, checked = 2, 0
    for checked_in in journal.rows_of_kind_after(db, EventKind.APPOINTMENT_CHECKED_IN, 0):
        assert checked_in.ticket is not None
        if checked_in.data["late"]:
            continue
        after, before, place = story.waits_of(journal.rows_of_ticket(db, checked_in.ticket.id))[0]
        calls = journal.rows_of_kind_between(db, EventKind.TICKET_CALLED, after, before)
        mine = [one for one in map(call_made, calls) if one.called.group == place.group]
        mine = [one for one in mine if one.reason != "parked_back" and not one.called.first]
        behind = [one for one in mine if one.called.kind == 0 and one.called.place > place.place]
        assert {one.reason for one in behind} <= {"interleave", "delay_cap"}
        first = sum(one.called.kind for one in mine)
        assert sum(one.reason == "interleave" for one in behind) <= turn * (first + 1)
        checked += 1
    assert checked > 40
    assert played.report["appointments"]["after_slot"]["p50_s"] < 600


def test_no_starvation_when_a_third_has_priority(monday: tuple[Path, Played], tmp_path: Path) -> None:
    """The longest ordinary wait grows by less than the cap and one service against a day without priority."""
    load = load_model().scaled(SHARE)
    policy = small_hall(tmp_path)
    longest = {}
    for name, share in (("none", 0.0), ("third", 1 / 3)):
        folder = tmp_path / name
        played = simulate(folder, Wish(1, 5, load.with_rates(priority_share=share), policy))
        ledger = audit(folder, policy)
        check(played, ledger)
        rows = [row for row in csv.DictReader(io.StringIO(played.log)) if row["called_at"]]
        ordinary = [row for row in rows if row["priority"] == "0"]
        assert (len(ordinary) < 0.75 * len(rows)) == (name == "third")
        longest[name] = max(
            parse_rfc3339(row["called_at"]) - parse_rfc3339(row["arrived_at"]) for row in ordinary
        )
        assert ledger.worst_delay_s <= 600
    assert longest["third"] < longest["none"] + (600 + 900) * 1000


def test_whoever_holds_a_number_at_closing_is_served_or_comes_next_morning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Clerks who go home on time leave people waiting: each of them has a first slot, and is served there."""
    monkeypatch.setattr(simulation, "OVERTIME_S", 0.0)
    played = play(tmp_path, 11, load_model().scaled(1.5 * SHARE), days=2)
    ledger = audit(tmp_path / "data", tmp_path / "small.toml")
    assert ledger.breaches == []
    assert ledger.left["waiting", "ticket.expired"] == 0
    db = Reading(tmp_path / "data" / DATABASE).read()
    carried = journal.rows_of_kind_after(db, EventKind.APPOINTMENT_CARRIED_OVER, 0)
    assert len(carried) == played.report["appointments"]["carried_over"] > 5
    first_day, next_morning = played.report["days"]
    of_first = [one for one in carried if one.at.startswith(first_day)]
    plan = hall_rules.parse((tmp_path / "small.toml").read_text(encoding="utf-8"))
    opens_ms, before = parse_rfc3339(f"{next_morning}T09:00:00+08:00"), Counter[str]()
    for one in of_first:
        group = one.data["group"]
        slot = before[group] // len(plan.counters_of(group))
        assert parse_rfc3339(one.data["starts_at"]) == opens_ms + slot * plan.appointments.slot_min * 60_000
        before[group] += 1
    came = {
        one.data["appointment"]: one.ticket
        for one in journal.rows_of_kind_after(db, EventKind.APPOINTMENT_CHECKED_IN, 0)
    }
    for one in of_first:
        ticket = came[one.data["appointment"]]
        assert ticket is not None
        kinds = {row.kind for row in journal.rows_of_ticket(db, ticket.id)}
        assert EventKind.TICKET_CALLED in kinds and one.ticket is not None


@pytest.mark.soak
def test_random_days(tmp_path: Path, rounds: Callable[[int, int], int]) -> None:
    for seed in range(100, 100 + rounds(1, 20)):
        folder = tmp_path / str(seed)
        busy = load_model().scaled(SHARE * (0.2 + 0.1 * (seed % 12)))
        check(play(folder, seed, busy, days=2), audit(folder / "data", folder / "small.toml"))


@pytest.mark.soak
@pytest.mark.timeout(300)
def test_a_full_monday(tmp_path: Path, rounds: Callable[[int, int], int]) -> None:
    """2,700 visits and 66 counters; the short budget plays a tenth of it."""
    load = load_model().scaled(rounds(1, 10) / 10)
    played = simulate(tmp_path, Wish(1, 2026, load))
    check(played, audit(tmp_path, HALL_FILE))
    assert abs(played.report["visits"] - 270 * rounds(1, 10)) < 200
