"""The answer of `GET /hall`, made once for a plan and filled in with what changes by the minute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import msgspec

from queue_server.hall.model import GroupPlan, HallPlan
from queue_server.hall.rules import hh_mm
from queue_server.wire import Counter, CounterStatus, Floor, Hall, Opening, Zone
from queue_server.wire.hall import AudioZone, Voice

States = Mapping[str, tuple[str, str | None]]
"""Counter id to its state (`open`, `paused`, `closed`) and the name of the clerk who sits there."""


class PlacedMatter(Protocol):
    """What `GET /hall` needs of a matter: its id and the queue it draws tickets from."""

    @property
    def id(self) -> str:
        """The matter's id."""

    @property
    def group(self) -> GroupPlan | None:
        """Its queue, None where it issues no tickets."""


class Matters(Protocol):
    """The matters of the room above, handed in by the application."""

    @property
    def version(self) -> int:
        """The version of the catalogue in force."""

    def all(self) -> Sequence[PlacedMatter]:
        """All matters in catalogue order."""


def hall_message(plan: HallPlan, matters: Matters, public_url: str) -> Hall:
    """Make the message of a plan, with all counters closed and no time in it."""
    served: dict[str, list[str]] = {group: [] for group in plan.groups}
    for matter in matters.all():
        if matter.group is not None and matter.group.id in served:
            served[matter.group.id].append(matter.id)
    return Hall(
        name=plan.name,
        name_en=plan.name_en,
        mark=plan.mark,
        timezone="Asia/Shanghai",
        guide_desk=plan.guide_desk,
        guide_desk_en=plan.guide_desk_en,
        hotline=plan.hotline,
        floors=[Floor(floor.number, floor.name, floor.name_en) for floor in plan.floors.values()],
        zones=_zones(plan),
        counters=_counters(plan, served),
        boards=list(plan.boards),
        priority_classes=_priority_classes(plan),
        opening=Opening(open=False),
        policy=plan.version,
        catalogue=matters.version,
        server_time="",
        public_url=public_url,
        kiosks={kiosk.id: kiosk.floor for kiosk in plan.kiosks.values()},
        letters="".join(sorted(series.letter for series in plan.series.values())),
        voice=Voice(plan.voice.one, plan.voice.times, plan.voice.english, plan.voice.stale_s),
        audio_zones=_audio_zones(plan),
        matters_a_call=plan.person.matters_a_call,
        matters_a_ticket=plan.person.matters_a_ticket,
    )


def filled_in(message: Hall, states: States, opening: Opening, server_time: str) -> Hall:
    """Add to a message how the counters stand, whether the hall is open, and the time."""
    counters = [_at_work(counter, states) for counter in message.counters]
    return msgspec.structs.replace(message, counters=counters, opening=opening, server_time=server_time)


def _at_work(counter: Counter, states: States) -> Counter:
    if counter.id not in states:
        return counter
    state, clerk = states[counter.id]
    return msgspec.structs.replace(counter, state=CounterStatus(state), clerk=clerk)


def _zones(plan: HallPlan) -> list[Zone]:
    return [
        Zone(
            id=zone.id,
            sign=zone.sign,
            name=zone.name,
            name_en=zone.name_en,
            full_name=zone.full_name,
            floor=zone.floor,
            icon=zone.icon,
            mode=zone.mode.value,
            examples=zone.examples,
            examples_en=zone.examples_en,
            seats=zone.seats,
            everyday=zone.everyday,
            everyday_en=zone.everyday_en,
        )
        for zone in plan.zones.values()
    ]


def _counters(plan: HallPlan, served: dict[str, list[str]]) -> list[Counter]:
    return [
        Counter(
            id=counter.id,
            label=counter.label,
            zone=counter.zone,
            floor=counter.floor,
            name=counter.name,
            name_en=counter.name_en,
            serves=[matter for group in counter.groups for matter in served[group]],
            groups=list(counter.groups),
        )
        for counter in plan.counters.values()
    ]


def _audio_zones(plan: HallPlan) -> list[AudioZone]:
    return [
        AudioZone(
            id=area.id,
            name=area.name,
            name_en=area.name_en,
            zones=list(area.zones),
            floor_said=len({plan.zones[zone].floor for zone in area.zones}) > 1,
            volume=area.volume,
            quiet=[(hh_mm(starts), hh_mm(ends)) for starts, ends in area.quiet],
        )
        for area in plan.audio_zones.values()
    ]


def _priority_classes(plan: HallPlan) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id,
            "name": one.name,
            "name_en": one.name_en,
            "hint": one.hint,
            "hint_en": one.hint_en,
            "bonus_s": one.bonus_s,
        }
        for one in plan.priority_classes.values()
    ]
