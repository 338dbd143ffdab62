"""GB 11643 numbers are accepted only with a real birthday and the right check character."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.card_reader.number import WEIGHTS, check_character, valid_number


def test_weights_of_the_standard() -> None:
    assert WEIGHTS == (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014", "34052419800101001X"])
def test_known_numbers(number: str) -> None:
    assert valid_number(number)


@pytest.mark.parametrize(
    "number",
    [
        "",
        "11010519491231002",
        "11010519491231002x",
        "110105194912310029",
        "11010519491331002X",
        "1101051949123100２X",
        "11010519491231002XX",
        "A1010519491231002X",
        " 1010519491231002X",
    ],
)
def test_wrong_numbers(number: str) -> None:
    assert not valid_number(number)


def test_a_birthday_that_never_was() -> None:
    for digits in ("11010519990229001", "11010519000229001", "11010517000101001"):
        assert not valid_number(digits + check_character(digits))
    assert valid_number("11010520000229001" + check_character("11010520000229001"))


@given(st.dates(min_value=date(1900, 1, 1)), st.integers(0, 999), st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(born: date, order: int, place: int, by: int) -> None:
    digits = f"361102{born:%Y%m%d}{order:03d}"
    number = digits + check_character(digits)
    assert valid_number(number)
    if place < 17:
        bent = number[:place] + str((int(number[place]) + by) % 10) + number[place + 1 :]
        assert not valid_number(bent)


@given(st.text(max_size=20))
def test_any_text_is_judged_without_an_error(text: str) -> None:
    assert valid_number(text) in (True, False)
