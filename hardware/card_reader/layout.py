"""The 256 bytes of text on a card are read here: UTF-16LE fields at fixed places, in three layouts.

Sources: GA/T 490 as quoted at wiki.nfc.im (citizens); the layout of the foreigners' card, type I, as
given by reader makers, which fills the 256 bytes; type J has the citizens' places, with the number of
the travel pass and the count of issues behind them (from makers' code, not from a primary text).
"""

from __future__ import annotations

import re
from datetime import date

from hardware.card_reader.card import CardKind, IdCard, Sex
from hardware.card_reader.number import valid_number
from hardware.errors import DeviceError

TEXT_SIZE = 256
KIND_AT = 248
Field = tuple[int, int]  # offset and length in bytes

CITIZEN: dict[str, Field] = {
    "name": (0, 30),
    "sex": (30, 2),
    "nation": (32, 4),
    "born": (36, 16),
    "address": (52, 70),
    "number": (122, 36),
    "issuer": (158, 30),
    "valid_from": (188, 16),
    "valid_to": (204, 16),
}
HK_MACAU_TAIWAN: dict[str, Field] = {
    **{name: place for name, place in CITIZEN.items() if name != "nation"},
    "pass_number": (220, 18),
    "issue_count": (238, 4),
}
FOREIGN_RESIDENT: dict[str, Field] = {
    "name_en": (0, 120),
    "sex": (120, 2),
    "number": (122, 30),
    "nation": (152, 6),
    "name": (158, 30),
    "valid_from": (188, 16),
    "valid_to": (204, 16),
    "born": (220, 16),
    "issuer": (240, 8),
}
LAYOUTS: dict[str, tuple[CardKind, dict[str, Field]]] = {
    "": (CardKind.CITIZEN, CITIZEN),
    "I": (CardKind.FOREIGN_RESIDENT, FOREIGN_RESIDENT),
    "J": (CardKind.HK_MACAU_TAIWAN, HK_MACAU_TAIWAN),
}
LETTERS = {kind: letter for letter, (kind, _) in LAYOUTS.items()}
# A foreigner's number: nationality, place of issue, birthday, order, check; three letters, twelve digits.
FOREIGN_NUMBER = re.compile(r"[A-Z]{3}[0-9]{12}")


def read_text(text: bytes) -> IdCard:
    """Return the card that 256 bytes of text describe.

    Raises DeviceError `bad_text` (not 256 bytes, no UTF-16), `unknown_card` (a letter that no source
    names: guessing its layout would put a wrong name on a ticket) or `bad_number` (GB 11643 fails, or
    the shape of a foreigner's number). The messages hold nothing of the card.
    """
    letter = _field(text, (KIND_AT, 2)) if len(text) == TEXT_SIZE else None
    if letter is None:
        raise _error("the text of a card is 256 bytes of UTF-16", "bad_text")
    if letter not in LAYOUTS:
        raise _error("a kind of card that is not known", "unknown_card")
    kind, layout = LAYOUTS[letter]
    values = {name: _field(text, place) for name, place in layout.items()}
    if None in values.values():
        raise _error("the text of a card is not UTF-16", "bad_text")
    card = _card(kind, {name: value or "" for name, value in values.items()})
    foreign = kind is CardKind.FOREIGN_RESIDENT
    if not (FOREIGN_NUMBER.fullmatch(card.number) if foreign else valid_number(card.number)):
        raise _error("the number of a card fails its check", "bad_number")
    return card


def write_text(card: IdCard) -> bytes:
    """Return the 256 bytes that a reader gives for a card; raises ValueError when a value is too long."""
    layout = LAYOUTS[LETTERS[card.kind]][1]
    text = bytearray(" ".encode("utf-16-le") * (TEXT_SIZE // 2))
    values = {
        "name": card.name if card.name != card.name_en else "",
        "name_en": card.name_en,
        "sex": card.sex.value,
        "nation": card.nation,
        "born": _digits(card.born),
        "address": card.address,
        "number": card.number,
        "issuer": card.issuer,
        "valid_from": _digits(card.valid_from),
        "valid_to": _digits(card.valid_to) or ("长期" if card.valid_from else ""),
        "pass_number": card.pass_number,
        "issue_count": card.issue_count,
    }
    for name, (offset, length) in [*layout.items(), ("letter", (KIND_AT, 2))]:
        value = values.get(name, LETTERS[card.kind]).encode("utf-16-le")
        if len(value) > length:
            raise ValueError(f"{name} takes more than {length} bytes")
        text[offset : offset + len(value)] = value
    return bytes(text)


def _card(kind: CardKind, values: dict[str, str]) -> IdCard:
    name, name_en = values["name"], values.get("name_en", "")
    return IdCard(
        kind=kind,
        name=name or name_en,
        number=values["number"],
        sex=Sex(values["sex"]) if values["sex"] in tuple(Sex) else Sex.UNKNOWN,
        born=_day(values["born"]),
        nation=values.get("nation", ""),
        address=values.get("address", ""),
        issuer=values["issuer"],
        valid_from=_day(values["valid_from"]),
        valid_to=_day(values["valid_to"]),
        name_en=name_en,
        pass_number=values.get("pass_number", ""),
        issue_count=values.get("issue_count", ""),
    )


def _field(text: bytes, place: Field) -> str | None:
    """Return a field without its padding of spaces or NULs, None when it is no UTF-16."""
    offset, length = place
    try:
        return text[offset : offset + length].decode("utf-16-le").rstrip(" \0\u3000")
    except UnicodeDecodeError:
        return None


def _day(digits: str) -> date | None:
    """Return the day of `YYYYMMDD`; 长期 and anything else is None."""
    if len(digits) != 8 or not (digits.isascii() and digits.isdecimal()):
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def _digits(day: date | None) -> str:
    return f"{day:%Y%m%d}" if day is not None else ""


def _error(message: str, reason: str) -> DeviceError:
    return DeviceError(message, reason=reason)
