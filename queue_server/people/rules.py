"""Pure rules about people: throttling of guesses, the check digit of an ID number, masking."""

from __future__ import annotations

FREE_TRIES = 5
FIRST_PAUSE_S, LONGEST_PAUSE_S = 2, 300

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
ID_LENGTH = 18


def pause_s(failures: int) -> int:
    """How long to wait after so many failed sign-ins in a row: doubling after the fifth, in seconds."""
    if failures < FREE_TRIES:
        return 0
    return int(min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** (failures - FREE_TRIES)))


def is_citizen_id(number: str) -> bool:
    """Check a citizen's ID number: 18 places, ISO 7064 MOD 11-2 (GB 11643-1999, 4.2)."""
    if len(number) != ID_LENGTH or not (number[:17].isascii() and number[:17].isdigit()):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    return _CHECKS[total % 11] == number[17].upper()


def mask_name(name: str) -> str:
    """Hide the middle of a name: 张小芳 becomes 张*芳, 张芳 becomes 张*."""
    if len(name) <= 1:
        return "*"
    return name[0] + "*" * max(1, len(name) - 2) + (name[-1] if len(name) > 2 else "")


def mask_number(number: str) -> str:
    """Hide all but the last four places of a number."""
    return "*" * max(0, len(number) - 4) + number[-4:]
