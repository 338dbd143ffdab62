"""Codes are cut where they end and read in the right charset, in pieces of any size."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.code_scanner import gm65
from hardware.code_scanner.protocol import MAX_CODE, PROFILES, SILENCE_S, STALE_S, CodeReader, Suffix, decode
from hardware.code_scanner.scan import Scan
from hardware.code_scanner.simulator import CodeScannerSimulator
from hardware.errors import DeviceError

URL = "https://example.org/v/3fQ9xK?一窗".encode()
BOTH = {Suffix.AUTO: b"\r\n", Suffix.CR: b"\r", Suffix.LF: b"\n", Suffix.CRLF: b"\r\n"}


def codes(reader: CodeReader, pieces: list[bytes], step_s: float = 0.001) -> list[bytes]:
    """Feed the pieces `step_s` apart, then wait for silence."""
    now_s, found = 0.0, []
    for piece in pieces:
        found += reader.feed(piece, now_s)
        now_s += step_s
    return found + reader.silence(now_s + 10 * STALE_S)


@pytest.mark.parametrize("suffix", BOTH)
def test_cuts(suffix: Suffix) -> None:
    whole = b"A012" + BOTH[suffix] + URL + BOTH[suffix]
    wanted = [b"A012", URL]
    assert codes(CodeReader(suffix), [whole]) == wanted
    assert codes(CodeReader(suffix), [bytes((byte,)) for byte in whole]) == wanted
    for cut in range(len(whole) + 1):
        assert codes(CodeReader(suffix), [whole[:cut], whole[cut:]]) == wanted, f"cut at {cut}"


@pytest.mark.parametrize("suffix", [Suffix.AUTO, Suffix.NONE])
def test_silence_ends_a_code(suffix: Suffix) -> None:
    reader = CodeReader(suffix)
    assert reader.feed(URL[:10], 0.0) == []
    assert reader.feed(URL[10:], SILENCE_S * 0.9) == []
    assert reader.silence(SILENCE_S * 1.8) == []
    assert reader.due_s == pytest.approx(SILENCE_S * 1.9)
    assert reader.silence(SILENCE_S * 1.95) == [URL]
    assert reader.due_s == float("inf")
    assert reader.silence(9.0) == []


def test_silence_between_codes_is_noticed_by_the_next_bytes() -> None:
    reader = CodeReader(Suffix.NONE)
    assert reader.feed(b"A012", 0.0) == []
    assert reader.feed(b"A013", 1.0) == [b"A012"]


def test_lines_inside_a_code_stay_where_the_end_is_known() -> None:
    card = b"BEGIN:VCARD\r\nN:A\r\nEND:VCARD"
    assert codes(CodeReader(Suffix.NONE), [card]) == [card]
    assert codes(CodeReader(Suffix.CR), [b"one\ntwo\r"]) == [b"one\ntwo"]
    assert codes(CodeReader(Suffix.LF), [b"one\rtwo\n"]) == [b"one\rtwo"]
    assert codes(CodeReader(Suffix.CRLF), [b"one\rtwo\nthree\r\n"]) == [b"one\rtwo\nthree"]


def test_a_second_suffix_byte_does_not_stand_before_the_next_code() -> None:
    assert codes(CodeReader(Suffix.CR), [b"A012\r\nA013\r\n"]) == [b"A012", b"A013"]
    assert codes(CodeReader(Suffix.AUTO), [b"\r\n\r\nA012\r\n\r\n"]) == [b"A012"]


def test_a_lost_suffix_costs_one_code_and_spoils_none() -> None:
    reader = CodeReader(Suffix.CR)
    assert reader.feed(b"A01", 0.0) == []
    assert reader.feed(b"A013\r", 2 * STALE_S) == [b"A013"]
    assert reader.broken == 1


@pytest.mark.parametrize("suffix", list(Suffix))
def test_an_endless_stream_is_thrown_away_up_to_its_end(suffix: Suffix) -> None:
    reader = CodeReader(suffix)
    flood = b"x" * (3 * MAX_CODE)
    assert reader.feed(flood, 0.0) == []
    assert reader.feed(BOTH.get(suffix, b""), 0.001) == []
    reader.silence(10.0)
    assert reader.feed(b"A012" + BOTH.get(suffix, b""), 20.0) + reader.silence(30.0) == [b"A012"]
    assert reader.overlong == 1


def test_the_longest_code_is_taken() -> None:
    longest = b"7" * MAX_CODE
    assert codes(CodeReader(Suffix.NONE), [longest]) == [longest]


@pytest.mark.parametrize("profile", ["gm65", "newland"])
def test_answers_to_commands_are_no_codes(profile: str) -> None:
    answers = PROFILES[profile].answers
    for suffix in Suffix:
        reader = CodeReader(suffix, answers)
        whole = b"".join(answers) + b"A012" + BOTH.get(suffix, b"")
        for cut in range(len(whole) + 1):
            reader = CodeReader(suffix, answers)
            assert codes(reader, [whole[:cut], whole[cut:]]) == [b"A012"], f"cut at {cut}"
    assert codes(CodeReader(Suffix.AUTO, answers), [answers[0]]) == []


@pytest.mark.parametrize(
    ("raw", "scan"),
    [
        (b"A012", Scan("A012", "utf-8")),
        ("一窗".encode(), Scan("一窗", "utf-8")),
        ("一窗".encode("gbk"), Scan("一窗", "gb18030")),
        ("镕㐀𠮷".encode("gb18030"), Scan("镕㐀𠮷", "gb18030")),
        ("😀".encode(), Scan("😀", "utf-8")),
    ],
)
def test_charsets(raw: bytes, scan: Scan) -> None:
    assert decode(raw) == scan


@pytest.mark.parametrize("raw", [b"\xff", b"\xfe\xff\x00", b"A\x81", b"\xc0\x20"])
def test_what_is_no_text(raw: bytes) -> None:
    with pytest.raises(DeviceError) as caught:
        decode(raw)
    assert caught.value.reason == "undecodable"


@given(st.text(min_size=1, max_size=60), st.sampled_from(["utf-8", "gb18030"]))
def test_any_text_comes_back(text: str, charset: str) -> None:
    try:
        raw = text.encode(charset)
    except UnicodeEncodeError:
        return
    scan = decode(raw)
    # GB bytes that happen to be UTF-8 too are read as UTF-8: nobody can tell them apart.
    assert scan.text == text or raw.decode("utf-8") == scan.text


@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), min_size=1), max_size=5),
    st.data(),
)
def test_any_codes_in_any_pieces(texts: list[str], data: st.DataObject) -> None:
    whole = b"".join(text.encode() + b"\r" for text in texts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=6)))
    pieces = [whole[start:end] for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    assert codes(CodeReader(Suffix.CR), pieces) == [text.encode() for text in texts]


def test_commands_of_the_makes() -> None:
    honeywell, gm65 = PROFILES["honeywell"], PROFILES["gm65"]
    assert (honeywell.trigger.hex(" "), honeywell.stop.hex(" ")) == ("16 54 0d", "16 55 0d")
    assert honeywell.beep.hex(" ") == "16 07 0d"
    assert gm65.trigger.hex(" ") == "7e 00 08 01 00 02 01 ab cd"
    assert gm65.stop.hex(" ") == "7e 00 08 01 00 02 00 ab cd"
    assert gm65.answers[0].hex(" ") == "02 00 00 01 00 33 31"


def test_nothing_of_a_code_shows_itself() -> None:
    scan = decode(b"11010519491231002X")
    assert "110105" not in repr(scan) + str(scan)


def test_fuzz(rounds: Callable[[int, int], int]) -> None:
    """Random bytes at random times: codes or nothing, and a clean code afterwards is always found."""
    lots = random.Random(58)
    for _ in range(rounds(2_000, 100_000)):
        suffix = lots.choice(list(Suffix))
        reader = CodeReader(suffix, PROFILES["gm65"].answers)
        now_s = 0.0
        for _ in range(lots.randrange(1, 5)):
            for code in reader.feed(lots.randbytes(lots.randrange(40)), now_s):
                assert 0 < len(code) <= MAX_CODE
                try:
                    assert decode(code).text
                except DeviceError as error:
                    assert error.reason == "undecodable"
            now_s += lots.choice((0.001, SILENCE_S, STALE_S))
        reader.silence(now_s + 2 * STALE_S)
        end = BOTH.get(suffix, b"")
        assert reader.feed(b"A012" + end, now_s + 3 * STALE_S) + reader.silence(now_s + 5 * STALE_S) == [
            b"A012"
        ]


def test_the_simulated_module_answers_to_any_setting_of_its_manual() -> None:
    device = CodeScannerSimulator(Suffix.CR, PROFILES["gm65"])
    device.collect(0.0)
    assert device.accept(gm65.SAVE + gm65.TRIGGER[:4], 0.0) == len(gm65.SAVE) + 4
    assert device.collect(1.0) == bytes.fromhex("02 00 00 01 00 33 31")
    device.accept(gm65.TRIGGER[4:], 1.0)
    assert (device.lit, device.triggers) == (True, 1)
    device.accept(gm65.Command(gm65.Kind.READ, 0x0060, b"\x02").to_bytes(), 1.0)
    assert device.collect(2.0) == gm65.answer() + gm65.answer(bytes(2))
    assert device.accept(gm65.SAVE[:-1] + b"\x00", 2.0) == len(gm65.SAVE)
    assert device.collect(3.0) == b"", "a wrong checksum was answered"
