"""The citizen identification number of GB 11643 is checked here: its date and its check character."""

from __future__ import annotations

from datetime import date

# GB 11643-1999, annex; ISO 7064 MOD 11-2: weight i is 2^(17-i) mod 11.
WEIGHTS = tuple(pow(2, 17 - place, 11) for place in range(17))
CHECKS = "10X98765432"
EARLIEST_YEAR = 1850


def check_character(digits: str) -> str:
    """Return the 18th character for 17 digits."""
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, digits, strict=True))
    return CHECKS[total % 11]


def valid_number(number: str) -> bool:
    """Return whether the 18 characters are a possible number: digits, a real birthday, the right check."""
    digits = number[:17]
    if len(number) != 18 or not (digits.isascii() and digits.isdecimal()):
        return False
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return born.year >= EARLIEST_YEAR and check_character(digits) == number[17]
