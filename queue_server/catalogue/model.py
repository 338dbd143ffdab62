"""A matter as the catalogue holds it, with the keys of the catalogue file.

The order of the fields is the order in which an export writes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple


@dataclass(frozen=True, slots=True)
class MaterialLine:
    """One line of a checklist; `elicence` names what may stand in for the paper."""

    key: str
    name: str
    form: str
    required: bool
    tolerable: bool
    elicence: str | None


@dataclass(frozen=True, slots=True)
class StatutoryLimit:
    """The limit that the law sets; `unit` is working_day, calendar_day or month."""

    value: int
    unit: str


@dataclass(frozen=True, slots=True)
class Channels:
    """Through which doors a matter can be done."""

    window: bool
    online: bool
    mail_in: bool
    kiosk: bool


@dataclass(frozen=True, slots=True)
class WindowMinutes:
    """Time at the counter: mean in minutes, coefficient of variation, and where that is known from."""

    mean: float
    cv: float
    distribution: str
    status: str


@dataclass(frozen=True, slots=True)
class FeeRule:
    """Whether a matter costs something; `basis` and `amount` as the price list words them."""

    charged: bool
    basis: str
    amount: str


@dataclass(frozen=True, slots=True)
class CatalogueItem:
    """One matter. `committed_working_days` 0 means on the spot, None that none is promised."""

    id: str
    zone: str
    name: str
    name_en: str
    item_type: str
    case_type: str
    applicants: tuple[str, ...]
    department_2018: str
    department_now: str
    statutory_limit: StatutoryLimit | None
    committed_working_days: int | None
    materials: tuple[MaterialLine, ...]
    channels: Channels
    result_delivery: tuple[str, ...]
    window_minutes: WindowMinutes
    fee: FeeRule
    result_document: str
    site_visit: bool
    appointment: bool
    joint_with: tuple[str, ...]
    notes: str
    provenance: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A whole catalogue in order. `head` is what stands beside the matters: `meta` and `zones`."""

    head: dict[str, Any]
    items: tuple[CatalogueItem, ...]


class Imported(NamedTuple):
    """What an import did: the version in force after it, and how many matters it touched."""

    version: int
    matters: int
    added: int
    changed: int
    removed: int
