"""Decisions about matters: reading their file, what changed, what the hall offers of them.

Pure: a plan and items come in, messages and offers go out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from queue_server.catalogue.catalogue_file import ReadCatalogue, parse
from queue_server.catalogue.model import CatalogueItem, MaterialLine
from queue_server.catalogue.search import search_key
from queue_server.hall.model import GroupPlan, HallPlan, MatterSite, Placement
from queue_server.hall.rules import placement, uncovered
from queue_server.wire import Fee, Guide, Limits, Material, Matter, MatterBrief, MatterName

__all__ = ["Offer", "ReadCatalogue", "brief", "differences", "full", "offer", "parse", "site", "uncovered"]


@dataclass(frozen=True, slots=True)
class Offer:
    """A matter as the hall offers it under one plan; `service_s` is the mean time at the counter."""

    item: CatalogueItem
    placement: Placement
    matter_name: MatterName
    search_key: str

    @property
    def id(self) -> str:
        """The matter's id."""
        return self.item.id

    @property
    def zone(self) -> str:
        """The id of its zone."""
        return self.item.zone

    @property
    def name(self) -> str:
        """The Chinese name."""
        return self.item.name

    @property
    def name_en(self) -> str:
        """The English name."""
        return self.item.name_en

    @property
    def floor(self) -> int | None:
        """The floor of its zone, None where that has places on every floor."""
        return self.placement.floor

    @property
    def group(self) -> GroupPlan | None:
        """The queue of a matter that issues tickets, else None."""
        return self.placement.group

    @property
    def materials(self) -> tuple[MaterialLine, ...]:
        """The checklist."""
        return self.item.materials

    @property
    def service_s(self) -> float:
        """Mean time at the counter in seconds, as the catalogue expects it."""
        return self.item.window_minutes.mean * 60


def site(item: CatalogueItem) -> MatterSite:
    """Tell what the hall must know of a matter."""
    return MatterSite(item.id, item.zone, item.channels.window)


def offer(item: CatalogueItem, plan: HallPlan) -> Offer:
    """Place a matter in the hall."""
    return Offer(
        item=item,
        placement=placement(plan, site(item)),
        matter_name=MatterName(item.id, item.name, item.name_en),
        search_key=search_key(item.name, item.name_en, item.id),
    )


def brief(found: Offer, lang: str) -> MatterBrief:
    """Word a matter for a list, its name in `lang`."""
    item, place = found.item, found.placement
    return MatterBrief(
        id=item.id,
        name=item.name_en if lang == "en" else item.name,
        name_zh=item.name,
        name_en=item.name_en,
        zone=item.zone,
        floor=place.floor,
        case_type=item.case_type,
        committed_working_days=item.committed_working_days,
        appointment=item.appointment,
        kiosk=item.channels.kiosk,
        issues=place.issues,
        why_not=place.why_not,
        opens=place.opens,
        seat=place.seat,
        seat_en=place.seat_en,
    )


def full(found: Offer, lang: str, version: int) -> Matter:
    """Word a matter with its checklist, limits, fee and guide, its name in `lang`."""
    item, place, limit = found.item, found.placement, found.item.statutory_limit
    return Matter(
        id=item.id,
        name=item.name_en if lang == "en" else item.name,
        name_zh=item.name,
        name_en=item.name_en,
        zone=item.zone,
        floor=place.floor,
        case_type=item.case_type,
        issues=place.issues,
        checklist=[
            Material(line.key, line.name, line.form, line.required, line.tolerable, line.elicence)
            for line in item.materials
        ],
        limits=Limits(
            item.committed_working_days, limit.value if limit else None, limit.unit if limit else ""
        ),
        fee=Fee(item.fee.charged, item.fee.amount, item.fee.basis),
        guide=_guide(item),
        appointment=item.appointment,
        why_not=place.why_not,
        opens=place.opens,
        seat=place.seat,
        seat_en=place.seat_en,
        version=version,
    )


def differences(before: Iterable[CatalogueItem], after: Iterable[CatalogueItem]) -> tuple[int, int, int]:
    """Count the matters that were added, changed and removed."""
    old = {item.id: item for item in before}
    new = {item.id: item for item in after}
    changed = sum(1 for key in old.keys() & new.keys() if old[key] != new[key])
    return len(new.keys() - old.keys()), changed, len(old.keys() - new.keys())


def _guide(item: CatalogueItem) -> Guide:
    channels = item.channels
    return Guide(
        department=item.department_now,
        item_type=item.item_type,
        applicants=list(item.applicants),
        channels={
            "window": channels.window,
            "online": channels.online,
            "mail_in": channels.mail_in,
            "kiosk": channels.kiosk,
        },
        result_document=item.result_document,
        result_delivery=list(item.result_delivery),
        site_visit=item.site_visit,
        service_min=item.window_minutes.mean,
        notes=item.notes,
    )
