"""Names, throttling, numbers of identity documents, masking."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_server.people import rules
from queue_server.refusals import Refused

PUBLISHED = ("11010519491231002X", "440524188001010014", "34052419800101001X")


@pytest.mark.parametrize("number", PUBLISHED)
def test_the_examples_of_the_standard_pass(number: str) -> None:
    found = rules.read_document(number)
    assert found.citizen and found.number == number
    assert found.birthday == datetime.datetime.strptime(number[6:14], "%Y%m%d").date()  # noqa: DTZ007


@pytest.mark.parametrize("number", PUBLISHED)
def test_a_single_wrong_character_is_always_caught(number: str) -> None:
    for place in range(18):
        for digit in "0123456789X" if place == 17 else "0123456789":
            wrong = number[:place] + digit + number[place + 1 :]
            if wrong != number:
                with pytest.raises(Refused, match="bad_id_number"):
                    rules.read_document(wrong)


@given(st.text("0123456789", min_size=17, max_size=17), st.integers(0, 15))
def test_two_neighbours_in_the_wrong_order_are_caught(digits: str, place: int) -> None:
    number = digits + rules.check_character(digits)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert rules.read_document(number).number == number
    if swapped != number:
        with pytest.raises(Refused):
            rules.read_document(swapped)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("11010519491231002x", "11010519491231002X"),
        (" 110105 19491231 002X ", "11010519491231002X"),
        ("１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X"),
        ("e12345678", "E12345678"),
        ("81000019900101001X"[:8], "81000019"),
    ],
)
def test_what_keyboards_make_of_a_number_is_read(typed: str, number: str) -> None:
    assert rules.read_document(typed).number == number


def test_an_impossible_birthday_is_not_refused() -> None:
    digits = "36110219990231001"
    found = rules.read_document(digits + rules.check_character(digits))
    assert found.citizen and found.birthday is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "123",
        "1101051949123100",
        "110105194912310021X",
        "11010519491231002XX",
        "张三的号码是这个",
        "A" * 33,
    ],
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        rules.read_document(text)
    assert refused.value.code == "bad_id_number"
    assert refused.value.facts == {}, "the number itself must not get into a log"


@pytest.mark.parametrize(
    ("name", "masked"),
    [("张三", "张*"), ("欧阳娜娜", "欧***"), ("买买提·艾力", "买*****"), ("王", "王"), ("", "")],
)
def test_names_are_masked(name: str, masked: str) -> None:
    assert rules.mask_name(name) == masked


@given(st.text("0123456789X", min_size=1, max_size=32))
def test_a_masked_number_shows_its_end_and_at_most_a_third(number: str) -> None:
    masked = rules.mask_number(number)
    shown = masked.lstrip("*")
    assert len(masked) == len(number) and number.endswith(shown)
    assert len(shown) <= 4 and len(shown) * 3 <= len(number)


@pytest.mark.parametrize(
    ("name", "role", "field"),
    [
        ("kiosk-1", "kiosk", None),
        ("board-1F", "board", None),
        ("counter-Z3-01", "counter", None),
        ("Z3-01", "counter", "name"),
        ("counter-", "counter", "name"),
        ("1F", "board", "name"),
        ("kiosk 1", "kiosk", "name"),
        ("", "kiosk", "name"),
        ("kiosk-1", "clerk", "role"),
    ],
)
def test_devices_are_named_by_their_place(name: str, role: str, field: str | None) -> None:
    if field is None:
        rules.check_device(name, role)
        return
    with pytest.raises(Refused) as refused:
        rules.check_device(name, role)
    assert refused.value.facts["field"] == field


@pytest.mark.parametrize("name", ["", "a b", "a;b", "a\nb", "x" * 61])
def test_staff_names_that_will_not_do(name: str) -> None:
    with pytest.raises(Refused, match="bad_field"):
        rules.check_staff(name, "clerk")


def test_a_chinese_name_will_do() -> None:
    rules.check_staff("买买提·艾力", "clerk")


def test_locks_grow_to_five_minutes_and_stay_there() -> None:
    waits = [rules.lock_s(failures, 5) for failures in range(40)]
    assert waits[:8] == [0, 0, 0, 0, 0, 5, 10, 20]
    assert waits == sorted(waits) and waits[-1] == 300
