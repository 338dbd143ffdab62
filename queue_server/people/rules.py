"""Pure decisions about people: names, sign-in throttling, numbers of identity documents, masking."""

from __future__ import annotations

import dataclasses
import datetime
import re
import unicodedata

from queue_server.people.model import DEVICE_ROLES, STAFF_ROLES
from queue_server.refusals import Refused

DEVICE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
EXAMPLES = {"counter": "counter-Z3-01", "board": "board-1F"}
"""What stands after the role says which counter, bus or board it is."""
STAFF_NAME = re.compile(r"\w[\w.·-]{0,59}")
PASSWORD_MIN = 8

FREE_TRIES_NAME = 5
FREE_TRIES_ADDRESS = 30
"""A whole hall may sign in from behind one address on a Monday at nine."""
FIRST_LOCK_S, LONGEST_LOCK_S = 5, 300
FORGET_TRIES_MS = 15 * 60_000

CITIZEN_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CITIZEN_CHECKS = "10X98765432"
"""GB 11643-1999: the sum of 17 weighted digits modulo 11 picks the check character (ISO 7064 MOD 11-2)."""
_CITIZEN = re.compile(r"[0-9]{17}[0-9X]")
_ALMOST_CITIZEN = re.compile(r"[0-9]{14,20}|[0-9]{13,19}X+")
_DOCUMENT = re.compile(r"[A-Z0-9()/-]{6,32}")


@dataclasses.dataclass(frozen=True)
class Document:
    """The number of an identity document in its one written form.

    `citizen` tells a citizen number (GB 11643) from a passport, a permit or the like. `birthday` is
    None if the number has none, or an impossible one: such numbers exist and are not refused.
    """

    number: str
    citizen: bool
    birthday: datetime.date | None = None


def check_device(name: str, role: str) -> None:
    """Raise Refused("bad_field") unless a device may be called so in this role."""
    if role not in DEVICE_ROLES:
        raise Refused("bad_field", field="role", problem=f"{role} ∉ {sorted(DEVICE_ROLES)}")
    if DEVICE_NAME.fullmatch(name) is None:
        raise Refused("bad_field", field="name", problem=f"“{name}”，应形如 kiosk-1")
    if role in EXAMPLES and re.fullmatch(rf"{role}-.+", name) is None:
        raise Refused("bad_field", field="name", problem=f"“{name}”，应形如 {EXAMPLES[role]}")


def place_of(name: str, role: str) -> str | None:
    """Where a counter device stands: `counter-Z3-01` at a counter, `counter-2F-a` on a bus of many."""
    return name.removeprefix("counter-") if role == "counter" else None


def check_staff(name: str, role: str) -> None:
    """Raise Refused("bad_field") unless a person may be signed up so."""
    if role not in STAFF_ROLES:
        raise Refused("bad_field", field="role", problem=f"{role} ∉ {sorted(STAFF_ROLES)}")
    if STAFF_NAME.fullmatch(name) is None:
        raise Refused("bad_field", field="name", problem=f"“{name}”，应形如 limin")


def check_password(password: str) -> None:
    """Raise Refused("bad_field") for a password that is too short."""
    if len(password) < PASSWORD_MIN:
        raise Refused("bad_field", field="password", problem=f"至少 {PASSWORD_MIN} 个字符")


def lock_s(failures: int, free: int) -> int:
    """How long nobody may try after so many failures in a row, in seconds: 5, 10, 20 … 300."""
    if failures < free:
        return 0
    return int(min(LONGEST_LOCK_S, FIRST_LOCK_S * 2 ** min(failures - free, 16)))


def read_document(text: str) -> Document:
    """Read what was typed or scanned as the number of an identity document.

    Full-width digits, spaces and small letters are what keyboards make of them. A citizen number
    with a wrong check character is refused, and so is one with a digit too few or too many; any
    other document (passport, permit, residence card) passes by its shape alone.
    Raises Refused("bad_id_number"), which never repeats the number.
    """
    number = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    if _CITIZEN.fullmatch(number):
        if check_character(number) != number[17]:
            raise Refused("bad_id_number")
        return Document(number, citizen=True, birthday=_birthday(number))
    if _ALMOST_CITIZEN.fullmatch(number) or _DOCUMENT.fullmatch(number) is None:
        raise Refused("bad_id_number")
    return Document(number, citizen=False)


def check_character(number: str) -> str:
    """The 18th character that belongs to the first 17 digits of a citizen number (GB 11643-1999)."""
    total = sum(weight * int(digit) for weight, digit in zip(CITIZEN_WEIGHTS, number, strict=False))
    return CITIZEN_CHECKS[total % 11]


def mask_number(number: str) -> str:
    """Show only the end of a document number: the last four, and never more than a third."""
    shown = min(4, len(number) // 3)
    return "*" * (len(number) - shown) + number[len(number) - shown :]


def mask_name(name: str) -> str:
    """Show only the first character of a name: 张三 becomes 张*, 买买提·艾力 becomes 买****."""
    return name[:1] + "*" * max(0, len(name) - 1)


def _birthday(number: str) -> datetime.date | None:
    try:
        return datetime.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
