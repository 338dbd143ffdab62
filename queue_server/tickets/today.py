"""The honest board of the day: for each queue, how many numbers are left and up to whom it will go."""

from __future__ import annotations

from queue_server.catalogue.rules import Offer
from queue_server.clock import rfc3339
from queue_server.hall.rules import closes_ms
from queue_server.refusals import Refused
from queue_server.tickets import reading
from queue_server.tickets.queue import Queue
from queue_server.wire.today import QueueToday, Today

NAMED = 3
"""So many matters are named for each queue."""


def today(queue: Queue, lang: str) -> Today:
    """Foresee every queue as somebody who comes now would find it."""
    now = queue.database.clock.now_ms()
    own_quota = {quota.matter for quota in queue.hall.plan.quotas.values() if quota.matter}
    of_group: dict[str, list[Offer]] = {}
    found = []
    for offer in queue.matters.all():
        if offer.group is None or not offer.placement.issues:
            continue
        if offer.id in own_quota:
            found.append(_line(queue, offer.id, [offer], lang))
        else:
            of_group.setdefault(offer.group.id, []).append(offer)
    found += [_line(queue, group, offers, lang) for group, offers in of_group.items()]
    zones = list(queue.hall.plan.zones)
    found.sort(key=lambda line: (zones.index(line.zone), line.id))
    closes = None if queue.always_open else closes_ms(queue.hall.plan, now)
    return Today(rfc3339(now), rfc3339(closes) if closes else None, found)


def _line(queue: Queue, name: str, offers: list[Offer], lang: str) -> QueueToday:
    """What `reading.prospect` says of the first matter holds for all of them: they stand in one queue."""
    foreseen = reading.prospect(queue, offers[0].id, lang)
    group = offers[0].group
    if group is None:
        raise Refused("matter_unknown", matter=offers[0].id)
    zone = queue.hall.plan.zones[group.zone]
    english = lang == "en"
    named = [(english and offer.matter_name.name_en) or offer.name for offer in offers[:NAMED]]
    more = ("…",) if len(offers) > NAMED else ()
    return QueueToday(
        id=name,
        zone=zone.id,
        sign=zone.sign,
        name=zone.name_en if english else zone.name,
        matters=(", " if english else "、").join((*named, *more)),
        waiting=foreseen.ahead,
        issues=foreseen.issues,
        title=foreseen.title,
        remaining=foreseen.remaining,
        last_expected=foreseen.last_expected,
    )
