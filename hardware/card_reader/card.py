"""An IdCard is the text of a card that lies on the reader; it never shows itself in a log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class CardKind(StrEnum):
    """The layouts that a reader hands out."""

    CITIZEN = "citizen"  # 居民身份证
    FOREIGN_RESIDENT = "foreign_resident"  # 外国人永久居留身份证, type I
    HK_MACAU_TAIWAN = "hk_macau_taiwan"  # 港澳台居民居住证, type J


class Sex(StrEnum):
    """GB/T 2261.1."""

    UNKNOWN = "0"
    MALE = "1"
    FEMALE = "2"
    UNSTATED = "9"


@dataclass(frozen=True, slots=True, repr=False)
class IdCard:
    """What is printed on a card. `repr` and `str` show the kind only.

    `name` is Chinese where the card has one, else English. `nation` is the code of GB/T 3304 (01 to
    56, 97 other) on a citizen's card, the three letters of GB/T 2659 on a foreigner's, else empty.
    `valid_to` is None for 长期 and where the card says none.
    """

    kind: CardKind
    name: str
    number: str
    sex: Sex
    born: date | None
    nation: str = ""
    address: str = ""
    issuer: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    name_en: str = ""
    pass_number: str = ""
    issue_count: str = ""

    def __repr__(self) -> str:
        return f"IdCard({self.kind.value}, ***)"

    __str__ = __repr__

    def valid_on(self, day: date) -> bool:
        """Return whether the card is valid on a day, as far as its own dates tell."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )
