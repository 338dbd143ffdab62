"""The three layouts of a card's text are read right, and nothing else is taken for a card."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.card_reader.card import CardKind, IdCard, Sex
from hardware.card_reader.layout import CITIZEN, FOREIGN_RESIDENT, KIND_AT, TEXT_SIZE, read_text, write_text
from hardware.card_reader.number import check_character
from hardware.card_reader.samples import SAMPLES
from hardware.errors import DeviceError


def by_hand(fields: list[tuple[str, int]]) -> bytes:
    """Text built from values and field lengths in order, without the code under test."""
    return b"".join(
        value.encode("utf-16-le").ljust(length, b"\0")
        if not value
        else (value + " " * (length // 2 - len(value))).encode("utf-16-le")
        for value, length in fields
    )


ZHANG = by_hand(
    [
        ("张三", 30),
        ("2", 2),
        ("01", 4),
        ("19491231", 16),
        ("北京市朝阳区示例街道1号", 70),
        ("11010519491231002X", 36),
        ("北京市公安局朝阳分局", 30),
        ("20100501", 16),
        ("长期", 16),
        (" ", 36),
    ]
)
MARIA = by_hand(
    [
        ("SILVA, MARIA", 120),
        ("2", 2),
        ("BRA310075062412", 30),
        ("BRA", 6),
        ("玛丽亚", 30),
        ("20180109", 16),
        ("20280109", 16),
        ("19750624", 16),
        ("01", 4),
        ("1500", 8),
        ("I", 2),
        (" ", 6),
    ]
)
CHAN = by_hand(
    [
        ("陈大文", 30),
        ("1", 2),
        (" ", 4),
        ("19940823", 16),
        ("广东省深圳市南山区示例大道66号", 70),
        (SAMPLES["chan"].number, 36),
        ("深圳市公安局南山分局", 30),
        ("20210901", 16),
        ("20260901", 16),
        ("H12345678", 18),
        ("01", 4),
        (" ", 6),
        ("J", 2),
        (" ", 6),
    ]
)


def test_the_layouts_fill_their_text() -> None:
    assert {len(text) for text in (ZHANG, MARIA, CHAN)} == {TEXT_SIZE}
    for layout in (CITIZEN, FOREIGN_RESIDENT):
        places = sorted(layout.values())
        assert all(offset + length <= following for (offset, length), (following, _) in pairwise(places))


@pytest.mark.parametrize(("text", "name"), [(ZHANG, "zhang"), (MARIA, "maria"), (CHAN, "chan")])
def test_text_built_by_hand(text: bytes, name: str) -> None:
    assert read_text(text) == SAMPLES[name]


@pytest.mark.parametrize("name", SAMPLES)
def test_samples_go_there_and_back(name: str) -> None:
    assert read_text(write_text(SAMPLES[name])) == SAMPLES[name]


def test_what_a_citizens_card_says() -> None:
    card = read_text(ZHANG)
    assert card.kind is CardKind.CITIZEN
    assert (card.sex, card.nation, card.born) == (Sex.FEMALE, "01", date(1949, 12, 31))
    assert card.valid_to is None  # 长期
    assert card.valid_on(date(2090, 1, 1))
    assert not card.valid_on(date(2010, 4, 30))


def test_an_expired_card() -> None:
    card = SAMPLES["chan"]
    assert card.valid_on(date(2026, 9, 1))
    assert not card.valid_on(date(2026, 9, 2))


def test_a_foreigner_without_a_chinese_name() -> None:
    assert read_text(write_text(SAMPLES["smith"])).name == "SMITH, JOHN"


@pytest.mark.parametrize("padding", [" ", "\0", "\u3000"])
def test_padding(padding: str) -> None:
    text = bytearray(ZHANG)
    text[4:30] = padding.encode("utf-16-le") * 13
    text[220:] = padding.encode("utf-16-le") * 18
    card = read_text(bytes(text)) if padding != "\u3000" else read_text(bytes(text[:220]) + ZHANG[220:])
    assert card == SAMPLES["zhang"]


def test_a_name_may_hold_a_character_outside_the_first_plane() -> None:
    card = replace(SAMPLES["li"], name="𠮷𡈽")
    assert read_text(write_text(card)).name == "𠮷𡈽"


def changed(text: bytes, at: int, value: str) -> bytes:
    data = value.encode("utf-16-le", "surrogatepass")
    return text[:at] + data + text[at + len(data) :]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "bad_text"),
        (ZHANG[:-1], "bad_text"),
        (ZHANG + b"\0", "bad_text"),
        (changed(ZHANG, 0, "\ud800"), "bad_text"),
        (changed(ZHANG, KIND_AT, "\udc00"), "bad_text"),
        (changed(ZHANG, KIND_AT, "K"), "unknown_card"),
        (changed(ZHANG, KIND_AT, "Y"), "unknown_card"),
        (changed(ZHANG, 122, "2"), "bad_number"),
        (changed(ZHANG, 156, "x"), "bad_number"),
        (changed(CHAN, 122, "9"), "bad_number"),
        (changed(MARIA, 122, "B7A"), "bad_number"),
        (changed(MARIA, 122, "BRA31007506241X"), "bad_number"),
        (bytes(TEXT_SIZE), "bad_number"),
    ],
)
def test_what_is_no_card(text: bytes, reason: str) -> None:
    with pytest.raises(DeviceError) as caught:
        read_text(text)
    assert caught.value.reason == reason
    assert not any(word in str(caught.value) for word in ("张三", "110105", "BRA"))


@pytest.mark.parametrize(("born", "sex"), [("19491331", "3"), ("abcdefgh", " "), ("        ", "x")])
def test_odd_values_are_unknown_and_not_guessed(born: str, sex: str) -> None:
    card = read_text(changed(changed(ZHANG, 36, born), 30, sex))
    assert (card.born, card.sex) == (None, Sex.UNKNOWN)


def test_a_value_that_does_not_fit_is_not_cut() -> None:
    with pytest.raises(ValueError, match="name"):
        write_text(replace(SAMPLES["zhang"], name="很" * 16))


LETTERS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zs"]), min_size=1, max_size=7)


@given(
    LETTERS,
    LETTERS,
    LETTERS,
    st.sampled_from(list(Sex)),
    st.dates(date(1900, 1, 1)),
    st.none() | st.dates(date(2000, 1, 1)),
    st.integers(0, 999),
)
def test_any_citizen_goes_there_and_back(name, address, issuer, sex, born, valid_to, order) -> None:
    digits = f"361102{born:%Y%m%d}{order:03d}"
    card = IdCard(
        CardKind.CITIZEN,
        name,
        digits + check_character(digits),
        sex,
        born,
        nation="56",
        address=address,
        issuer=issuer,
        valid_from=date(2000, 1, 1),
        valid_to=valid_to,
    )
    assert read_text(write_text(card)) == card


def test_nothing_of_a_card_shows_itself() -> None:
    card = SAMPLES["zhang"]
    for shown in (repr(card), str(card), f"{card}", f"{[card]}", ascii(card), repr({"card": card})):
        assert "张三" not in shown
        assert "110105" not in shown
        assert "citizen" in shown


def test_fuzz(rounds: Callable[[int, int], int]) -> None:
    """Damaged text gives a card with a checked number or the declared error, never anything else."""
    lots = random.Random(54)
    texts = (ZHANG, MARIA, CHAN)
    for _ in range(rounds(3_000, 100_000)):
        text = bytearray(lots.choice(texts))
        for _ in range(lots.randrange(1, 6)):
            text[lots.randrange(TEXT_SIZE)] = lots.randrange(256)
        try:
            card = read_text(bytes(text))
        except DeviceError as error:
            assert error.reason in ("bad_text", "unknown_card", "bad_number")
        else:
            assert card.number in {SAMPLES[name].number for name in ("zhang", "maria", "chan")} or len(
                card.number
            ) in (15, 18)
