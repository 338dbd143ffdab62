"""What people look at: a ticket, a citizen's status, a clerk's page. Reads only, no writer."""

from __future__ import annotations

from queue_server.clock import rfc3339
from queue_server.hall.buses import UnitsPlan
from queue_server.hall.model import CounterPlan
from queue_server.hall.rules import closes_ms
from queue_server.journal import store as journal
from queue_server.refusals import Refused, sentence
from queue_server.tickets import admission, returning, rules, store
from queue_server.tickets.days import DAY_MARK
from queue_server.tickets.model import Move, TicketRow
from queue_server.tickets.queue import Queue
from queue_server.tickets.rules import private_queue
from queue_server.wire import (
    ConsoleState,
    FoundTicket,
    IssueTicket,
    Prospect,
    Ticket,
    TicketState,
    VisitStatus,
    Wait,
    WaitingRow,
)
from queue_server.wire.audio import WaitingNumber, WaitingNumbers
from queue_server.wire.buses import Bus, BusUnits
from queue_server.wire.waits import AHEAD_CAP
from queue_server.wire.words import translator

AT_THE_DESK = (Move.REINSTATE, Move.BACK, Move.TRANSFER, Move.CANCEL)
WAITING_ROWS = 30
MISSED_ROWS = 10
PREPARED = 500
"""An announcer prepares no more numbers ahead than these."""


def ticket(queue: Queue, number: int) -> Ticket:
    """Read one ticket with who waits before it; raises Refused("ticket_unknown")."""
    with queue.database.snapshot() as db:
        row = store.ticket(db, number)
        if row is None:
            raise Refused("ticket_unknown")
        ahead, wait = _prospect(queue, row)
        return queue.shown(row, ahead=ahead, wait=wait)


def find(queue: Queue, number: str) -> FoundTicket:
    """Find a ticket of today by its number, with what can be done for its holder at a desk.

    Raises Refused("number_unknown").
    """
    wanted = number.strip().upper()
    with queue.database.snapshot() as db:
        row = store.by_number(db, store.mark(db, DAY_MARK) or "", wanted)
        if row is None:
            raise Refused("number_unknown", number=wanted)
        ahead, wait = _prospect(queue, row)
        left = max(0, queue.hall.plan.missed.times - row.reinstated)
        can = [move for move in AT_THE_DESK if (row.state, move) in rules.MOVES]
        if row.back_at is not None or not left:
            can = [move for move in can if move not in (Move.BACK, Move.REINSTATE)]
        back_ahead = returning.places_ahead(db, queue, row) if Move.REINSTATE in can else None
    back_wait = None if back_ahead is None else queue.view.wait(row.group, back_ahead)
    return FoundTicket(
        queue.shown(row, ahead=ahead, wait=wait),
        [move.value for move in can],
        reinstated=row.reinstated,
        reinstates_left=left,
        back_ahead=back_ahead,
        back_wait=back_wait,
    )


def status(queue: Queue, visit: int) -> VisitStatus:
    """Read what a citizen's phone shows; raises Refused("status_unknown")."""
    with queue.database.snapshot() as db:
        row = store.newest_leg(db, visit)
        if row is None:
            raise Refused("status_unknown")
        ahead, wait = _prospect(queue, row)
        waits = row.state is TicketState.WAITING
        late = waits and admission.is_late(queue, db, row, queue.database.clock.now_ms())
    shown = queue.shown(row)
    zone = queue.hall.plan.zones[row.zone]
    offer = queue.matters.get(row.matter)
    return VisitStatus(
        number=row.number,
        state=row.state,
        matter=shown.matter,
        zone=row.zone,
        zone_name=zone.name,
        zone_name_en=zone.name_en,
        sign=zone.sign,
        floor=shown.floor,
        at=rfc3339(queue.database.clock.now_ms()),
        issued_at=shown.issued_at,
        ahead=ahead,
        wait=wait,
        counter_label=shown.counter_label,
        called_at=shown.called_at,
        back_at=shown.back_at,
        late=late,
        materials=[material.name for material in offer.materials] if offer else [],
    )


def console(queue: Queue, counter: str) -> ConsoleState:
    """Read all that a clerk's page shows, true up to the journal row that it names."""
    plan = queue.counter(counter)
    zone = queue.hall.plan.zones[plan.zone]
    with queue.database.snapshot() as db:
        day = store.mark(db, DAY_MARK) or ""
        now = queue.database.clock.now_ms()
        groups = [*plan.groups, *store.loans(db, counter, now), private_queue(counter)]
        at_hand = store.at_hand(db, counter)
        served, last = store.last_done(db, counter, day)
        state, clerk = store.counter_state(db, counter)
        return ConsoleState(
            seq=journal.last_seq(db),
            epoch=journal.epoch(db),
            at=rfc3339(now),
            counter=plan.id,
            label=plan.label,
            zone=plan.zone,
            zone_name=zone.name,
            zone_name_en=zone.name_en,
            sign=zone.sign,
            state=state,
            clerk=clerk,
            serves=[
                offer.id for offer in queue.matters.all() if offer.group and offer.group.id in plan.groups
            ],
            groups=groups,
            ticket=queue.shown(at_hand) if at_hand else None,
            waiting_count=sum(store.count_waiting(db, day, group) for group in groups),
            waiting=[_waiting(queue, row) for row in store.waiting(db, day, groups, WAITING_ROWS)],
            missed=[queue.shown(row) for row in store.missed(db, day, groups, MISSED_ROWS)],
            parked=[queue.shown(row) for row in store.parked(db, counter)],
            served_today=served,
            mean_service_s=round(sum(map(queue.view.service_s, plan.groups)) / max(1, len(plan.groups))),
            last=queue.shown(last) if last else None,
            help=queue.view.help,
            max_calls=queue.hall.plan.calls.max_calls,
            matters_a_call=queue.hall.plan.person.matters_a_call,
        )


def bus(queue: Queue, place: str) -> Bus:
    """Read what a bus program needs; a counter's own device gets its counter alone.

    Raises Refused("bus_unknown") where the plan has no devices of that place.
    """
    plan = queue.hall.plan
    own = plan.buses.get(place)
    units = {
        counter: one
        for line in ([own] if own else plan.buses.values())
        for counter, one in line.counters.items()
        if own or counter == place
    }
    if not units:
        raise Refused("bus_unknown", bus=place)
    return Bus(
        id=place,
        stream={"bus" if own else "counter": place},
        counters=[_units(queue.counter(counter), one) for counter, one in units.items()],
        keys=plan.pads.keys,
        state=queue.view.counters(place, units),
        server_time=rfc3339(queue.database.clock.now_ms()),
    )


def _units(counter: CounterPlan, units: UnitsPlan) -> BusUnits:
    return BusUnits(
        counter=counter.id,
        label=counter.label,
        name=counter.name,
        name_en=counter.name_en,
        zone=counter.zone,
        groups=[*counter.groups, private_queue(counter.id)],
        kind=units.kind,
        strip=units.strip,
        pad=units.pad,
        evaluator=units.evaluator,
        relay=units.relay,
        coil=units.coil,
    )


def leg_of(queue: Queue, visit: int) -> int:
    """The id of the latest leg of a visit; raises Refused("status_unknown")."""
    row = store.newest_leg(queue.database.read(), visit)
    if row is None:
        raise Refused("status_unknown")
    return row.id


def prospect(queue: Queue, matter: str, lang: str, priority_class: str | None = None) -> Prospect:
    """Foresee what taking a number now would mean; raises Refused("matter_unknown"), ("priority_unknown").

    Nothing is promised by it: the same rules are asked again when the number is taken.
    """
    admission.check_class(queue, priority_class)
    offer = queue.matters.get(matter)
    if offer is None:
        raise Refused("matter_unknown", matter=matter)
    now = queue.database.clock.now_ms()
    try:
        group = admission.group_for(queue, IssueTicket(matter), now)
    except Refused as refused:
        title = sentence(refused.code, refused.facts, translator("server", lang))
        return Prospect(
            offer.matter_name, False, code=refused.code, title=title, priority_class=priority_class
        )
    with queue.database.snapshot() as db:
        day = store.mark(db, DAY_MARK) or ""
        waiting = admission.ahead_of(queue, db, (day, group.id), priority_class, now)
        late_s = admission.too_late_s(queue, group.id, waiting, now)
        left = admission.remaining(queue, matter, group, day, now)
        last = _last_expected(queue, day, group.id, now)
    why = _why_not(late_s, left, queue, now)
    closes = None if queue.always_open else closes_ms(queue.hall.plan, now)
    return Prospect(
        matter=offer.matter_name,
        issues=why is None,
        ahead=waiting,
        wait=queue.view.wait(group.id, waiting),
        code=why.code if why else "",
        title=sentence(why.code, why.facts, translator("server", lang)) if why else "",
        remaining=left,
        last_expected=last,
        closes_at=rfc3339(closes) if closes else None,
        priority_class=priority_class,
    )


def _why_not(late_s: float | None, left: int | None, queue: Queue, now: int) -> Refused | None:
    plan = queue.hall.plan
    if left == 0:
        return admission.used_up(plan, admission.session_of(plan, now))
    return None if late_s is None else Refused("too_late_today", wait_min=round(late_s / 60))


def _last_expected(queue: Queue, day: str, group: str, now: int) -> str | None:
    """The number of the last waiting person who will probably be called before closing."""
    closes = None if queue.always_open else closes_ms(queue.hall.plan, now)
    if closes is None:
        return None
    places = int(max(0, closes - now) / 1000 / queue.view.step_s(group))
    rows = store.waiting(queue.database.read(), day, [group], max(1, min(places, AHEAD_CAP)))
    return rows[-1].number if rows and places else None


def _prospect(queue: Queue, row: TicketRow) -> tuple[int | None, Wait | None]:
    if row.state is not TicketState.WAITING:
        return None, None
    ahead = store.count_ahead(queue.database.read(), row, AHEAD_CAP)
    return ahead, queue.view.wait(row.group, ahead)


def _waiting(queue: Queue, row: TicketRow) -> WaitingRow:
    shown = queue.shown(row)
    return WaitingRow(
        row.id, row.number, shown.matter, shown.issued_at, row.sort_key, row.priority_class, row.print_state
    )


def waiting_numbers(queue: Queue, audio_zone: str) -> WaitingNumbers:
    """Read the numbers that wait in an audio zone; raises Refused("audio_zone_unknown")."""
    area = queue.hall.plan.audio_zones.get(audio_zone)
    if area is None:
        raise Refused("audio_zone_unknown", zone=audio_zone)
    with queue.database.snapshot() as db:
        day = store.mark(db, DAY_MARK) or ""
        waiting = [queue.shown(row) for row in store.in_state(db, day, TicketState.WAITING, PREPARED)]
    heard = [one for one in waiting if one.zone in area.zones]
    return WaitingNumbers([WaitingNumber(one.number, one.lang) for one in heard])
