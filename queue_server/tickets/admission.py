"""Who may take a number now: the matter, the hours, quotas, a person's limits, and the closing time."""

from __future__ import annotations

from queue_server.clock import business_day, local
from queue_server.database import Connection, Tx
from queue_server.hall.model import GroupPlan, HallPlan, Quota
from queue_server.hall.rules import closes_ms
from queue_server.refusals import Refused
from queue_server.tickets import rules, store
from queue_server.tickets.model import TicketRow
from queue_server.tickets.queue import Queue
from queue_server.wire import IssueTicket
from queue_server.wire.waits import AHEAD_CAP

NO_TICKET = {"self_service": "matter_elsewhere", "online_only": "matter_online", "reserved": "zone_reserved"}


def group_for(queue: Queue, request: IssueTicket, now: int) -> GroupPlan:
    """The queue that a request draws its number from now; raises Refused with why it draws none."""
    group = group_of(queue, request.matter)
    check_class(queue, request.priority_class)
    if not queue.open_now(now):
        raise Refused("hall_closed")
    return group


def check_class(queue: Queue, priority_class: str | None) -> None:
    """Raise Refused("priority_unknown") for a class that the hall does not have."""
    if priority_class is not None and priority_class not in queue.hall.plan.priority_classes:
        raise Refused("priority_unknown", priority=priority_class)


def group_of(queue: Queue, matter: str) -> GroupPlan:
    """The queue of a matter; raises Refused with why it has none."""
    offer = queue.matters.get(matter)
    if offer is None:
        raise Refused("matter_unknown", matter=matter)
    group = offer.group
    if not offer.placement.issues or group is None:
        raise Refused(NO_TICKET.get(offer.placement.why_not, "zone_reserved"), matter=offer.name)
    return group


def check_person(tx: Tx, queue: Queue, person: bytes | None, group: GroupPlan, day: str) -> None:
    """Raise Refused when a person already holds as many open tickets as the hall allows."""
    if person is None:
        return
    limits = queue.hall.plan.person
    held = store.open_of_person(tx.db, person, day)
    if held.count(group.id) >= limits.open_in_queue:
        raise Refused("person_in_queue")
    if len(held) >= limits.open_in_all:
        raise Refused("person_has_enough", count=len(held))


def check_closing(
    tx: Tx, queue: Queue, group: GroupPlan, day: str, priority_class: str | None = None
) -> None:
    """Raise Refused when the turn would probably come after closing."""
    if queue.always_open:
        return
    late_s = too_late_s(
        queue, group.id, ahead_of(queue, tx.db, (day, group.id), priority_class, tx.now), tx.now
    )
    if late_s is not None:
        raise Refused("too_late_today", wait_min=round(late_s / 60))


def ahead_of(
    queue: Queue, db: Connection, where: tuple[str, str], priority_class: str | None, now: int
) -> int:
    """How many wait in a queue (business day, group) before somebody of a class who comes now."""
    known = queue.hall.plan.priority_classes.get(priority_class or "")
    key = rules.sort_key(now, known.bonus_s if known else 0)
    return store.count_before(db, *where, key, AHEAD_CAP)


def too_late_s(queue: Queue, group: str, waiting: int, now: int) -> float | None:
    """The likely wait in seconds of somebody who comes now, if it ends after closing; else None.

    A demo without hours never closes; a queue without an open counter can't be foreseen.
    """
    plan = queue.hall.plan
    closes = None if queue.always_open else closes_ms(plan, now)
    wait = queue.view.wait(group, waiting)
    if closes is None or wait is None:
        return None
    over = now + wait.likely_s * 1000 > closes - plan.closing.margin_s * 1000
    return wait.likely_s if over and wait.likely_s > 0 else None


def is_late(queue: Queue, db: Connection, row: TicketRow, now: int) -> bool:
    """Whether a waiting ticket's turn would come after closing, or the hall is closed already."""
    if not queue.open_now(now):
        return business_day(now) == row.day and _was_open(queue.hall.plan, now)
    return too_late_s(queue, row.group, store.count_ahead(db, row, AHEAD_CAP), now) is not None


def _was_open(plan: HallPlan, now: int) -> bool:
    """Whether the last session of the day is over: a lunch break is no reason to go home."""
    at = local(now)
    spans = plan.spans_on(at.date())
    return not spans or at.hour * 60 + at.minute >= spans[-1][1]


def take_quota(tx: Tx, queue: Queue, matter: str, group: GroupPlan, day: str) -> None:
    """Count a ticket under every quota that covers it; raises what `used_up` says.

    The refusal undoes the counting with the whole command.
    """
    plan = queue.hall.plan
    if queue.always_open or not plan.quotas:
        return
    session = session_of(plan, tx.now)
    for quota in quotas_of(plan, matter, group, session):
        if store.use_quota(tx, day, quota.id, session) > quota.limit:
            raise used_up(plan, session)


def remaining(queue: Queue, matter: str, group: GroupPlan, day: str, now: int) -> int | None:
    """How many numbers the quotas still leave for a matter in this session; None without a quota."""
    plan = queue.hall.plan
    if queue.always_open:
        return None
    session = session_of(plan, now)
    db = queue.database.read()
    left = [
        quota.limit - store.quota_used(db, day, quota.id, session)
        for quota in quotas_of(plan, matter, group, session)
    ]
    return max(0, min(left)) if left else None


def quotas_of(plan: HallPlan, matter: str, group: GroupPlan, session: str) -> list[Quota]:
    """The quotas that cover a matter in a session."""
    return [
        quota
        for quota in plan.quotas.values()
        if quota.session in ("", session) and (quota.matter == matter or quota.zone == group.zone)
    ]


def session_of(plan: HallPlan, now: int) -> str:
    """The session that a time lies in."""
    at = local(now)
    return plan.session_at(at.hour * 60 + at.minute)


def used_up(plan: HallPlan, session: str) -> Refused:
    """The refusal of a quota that is used up: when numbers are given again today, if they are."""
    later = [one for one in plan.sessions if one.id != session and one.starts > _starts(plan, session)]
    if not later:
        return Refused("quota_used_up_today")
    return Refused("quota_used_up", time=f"{later[0].starts // 60:02d}:{later[0].starts % 60:02d}")


def _starts(plan: HallPlan, session: str) -> int:
    return next(one.starts for one in plan.sessions if one.id == session)
