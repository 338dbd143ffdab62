"""A slip layout says all that is wrong with it at once, and lays out what it says."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from PIL import Image

from hardware.ticket_printer.slip import Align, Feed, Line, Qr, Slip
from kiosk.slip import STANDARD, build_slip, values
from kiosk.slip_built_in import BUILT_IN
from kiosk.slip_file import layout_or_standard
from kiosk.slip_layout import lay_out
from kiosk.slip_preview import SAMPLES, preview, sample
from kiosk.slip_template import FIELDS, TemplateBroken, parse

EXAMPLE = Path(__file__).resolve().parents[2] / "config" / "slip.example.txt"
NUMBER = "8: {number}\n"


def laid_out(row: str, width: int = 48, /, **fields: str) -> list[object]:
    """What one line of a layout makes of these fields; the number of the ticket stands above it."""
    layout = parse(f"[zh]\n{NUMBER}{row}\n[en]\n{NUMBER}")
    known = {**dict.fromkeys(FIELDS, ""), "number": "A1", **fields}
    return list(lay_out(layout, "zh", known, width).items[1:])


def shown(items: list[object]) -> list[tuple[str, int]]:
    return [(item.text, item.spans[0].width) for item in items if isinstance(item, Line)]


def test_the_example_is_the_built_in_layout() -> None:
    assert EXAMPLE.read_text("utf-8") == BUILT_IN


def test_every_field_has_a_value() -> None:
    for name in SAMPLES:
        assert list(values(sample(name, "zh"))) == list(FIELDS)


def test_every_error_is_told_at_once_with_its_line() -> None:
    with pytest.raises(TemplateBroken) as caught:
        parse(
            "2: {hall}\n[zh]\n9: {number}\n2: {nobody}\ngap: 0\n2 red: {number}\nqr 99: {url}\n"
            "2: [ {sign}\n[fr]"
        )
    told = caught.value.errors
    assert [error.partition(":")[0] for error in told[:7]] == [f"line {n}" for n in (1, 3, 4, 5, 6, 7, 8)]
    for word, error in zip(
        (
            "before the first section",
            "'9'",
            "{nobody}",
            "from 1 to 255",
            "'red'",
            "from 3 to 12",
            "not closed",
        ),
        told,
        strict=False,
    ):
        assert word in error
    assert told[7].startswith("line 9: no section [fr]")
    assert told[8] == "the section [en] is missing"
    assert "[zh] does not print {number} on every slip" in told[9]


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ("{hall}", "a size, a colon"),
        ("2:", "nothing stands behind"),
        ("x: {hall}", "size from 1 to 8"),
        ("0: {hall}", "size from 1 to 8"),
        ("2x9: {hall}", "size from 1 to 8"),
        ("gap: many", "gap must be a number"),
        ("gap left: 8", "'left'"),
        ("qr 6: {url} | {at}", "no |"),
        ("qr 6: [{url}]", "no brackets"),
        ("2: a } b", "stands alone"),
        ("2: a { b", "stands alone"),
        ("2: [a [b]]", "within another"),
        ("2: a ]", "has no ["),
        ("2 if: a", "no field {}"),
        ("2 unless nobody: a", "{nobody}"),
        ("2: a\x1bb", "control character"),
        ("[zh]", "a second time"),
    ],
)
def test_bad_lines_are_refused(row: str, word: str) -> None:
    with pytest.raises(TemplateBroken) as caught:
        laid_out(row)
    assert caught.value.errors[0].startswith("line 3: ") and word in caught.value.errors[0]


@pytest.mark.parametrize(
    ("row", "fields", "expected"),
    [
        ("2: {hall}", {"hall": "大厅"}, [("大厅", 2)]),
        ("2: {hall}", {}, []),
        (
            "2: {hall}",
            {"hall": "很长的大厅名称一共二十个汉字放不下两倍"},
            [("很长的大厅名称一共二十个汉字放不下两倍", 1)],
        ),
        ("2: {before} |{about}", {"about": "不用等"}, [("不用等", 2)]),
        ("2: {before} |{about}", {"before": "前面9人", "about": "大约等"}, [("前面9人 大约等", 2)]),
        ("4: {before} |{about}", {"before": "前面9人", "about": "大约等"}, [("前面9人", 4), ("大约等", 4)]),
        ("1 if url: 扫码", {}, []),
        ("1 if url: 扫码", {"url": "u"}, [("扫码", 1)]),
        ("1 unless copy if url: 扫码", {"url": "u", "copy": "2"}, []),
        ("1: {{x}} [[y]] a||b", {}, [("{x} [y] a|b", 1)]),
    ],
)
def test_rows(row: str, fields: dict[str, str], expected: list[tuple[str, int]]) -> None:
    assert shown(laid_out(row, **fields)) == expected


def test_long_lines_wrap_at_words_about_equally() -> None:
    text = "Transfer of a second-hand home with water, power and gas"
    rows = laid_out("1: {matter}", matter=text)
    assert shown(rows) == [("Transfer of a second-hand home", 1), ("with water, power and gas", 1)]
    hanzi = laid_out("1: {matter}", 32, matter="二手房转移登记及水电气讯联动过户一件事")
    assert [text for text, _ in shown(hanzi)][-1].endswith("一件事")


def test_styles_gaps_and_codes() -> None:
    (row,) = laid_out("2x1 left bold: 去[ {sign}区 ]", sign="B")
    assert isinstance(row, Line) and row.align is Align.LEFT
    assert [(span.text, span.reverse) for span in row.spans] == [
        ("去", False), (" ", True), ("B", True), ("区 ", True),
    ]  # fmt: skip
    assert all((span.width, span.height, span.bold) == (2, 1, True) for span in row.spans)
    assert laid_out("gap: 12") == [Feed(12)]
    assert laid_out("gap if copy: 12") == []
    assert laid_out("qr 5: {url}", url="http://x") == [Qr("http://x", 5)]
    assert laid_out("qr 5: {url}") == []


def test_a_section_for_large_print_may_be_missing() -> None:
    layout = parse(f"[zh]\n{NUMBER}[en]\n{NUMBER}[zh large]\n4: {{number}}\n")
    facts = {**dict.fromkeys(FIELDS, ""), "number": "A1"}
    sizes = [
        shown(list(lay_out(layout, section, facts, 48).items))[0][1]
        for section in ("zh", "zh large", "en", "en large")
    ]
    assert sizes == [8, 4, 8, 8]


def test_a_broken_layout_is_told_loudly_and_not_used(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "slip.txt"
    path.write_text("[zh]\n2: {nobody}\n", "utf-8")
    with caplog.at_level(logging.ERROR):
        assert layout_or_standard(path) is STANDARD
        assert layout_or_standard(tmp_path / "none.txt") is STANDARD
    assert "line 2: no field {nobody}" in caplog.text
    assert "is not used" in caplog.text and "cannot be read" in caplog.text
    path.write_text(f"[zh]\n{NUMBER}1: 我们的大厅\n[en]\n{NUMBER}", "utf-8")
    slip: Slip = build_slip(sample("plain", "zh"), layout_or_standard(path))
    assert shown(list(slip.items)) == [("B126", 8), ("我们的大厅", 1)]
    assert layout_or_standard(None) is STANDARD


@pytest.mark.parametrize("row", ["8: {number}{copy}", "8 if copy: {number}", "8: 号"])
def test_no_slip_goes_without_its_number(row: str) -> None:
    with pytest.raises(TemplateBroken, match="on every slip"):
        parse(f"[zh]\n{row}\n[en]\n{NUMBER}")


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_layout_saved_by_any_editor_is_read(tmp_path: Path, charset: str) -> None:
    path = tmp_path / "slip.txt"
    path.write_bytes(f"[zh]\r\n8：{{number}}\r\n1：我们的大厅：上饶\r\n[en]\r\n{NUMBER}".encode(charset))
    slip = build_slip(sample("plain", "zh"), layout_or_standard(path))
    assert shown(list(slip.items)) == [("B126", 8), ("我们的大厅：上饶", 1)]


def test_the_preview_is_the_printers_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "slip.png"
    assert preview(["--sample", "reprint", "--profile", "generic_58mm", "--out", str(out)]) == 0
    assert Image.open(out).width == 384
    assert f"{out}: 3" in capsys.readouterr().out
    broken = tmp_path / "slip.txt"
    broken.write_text("[zh]\n2: {nobody}\n2: {hall\n", "utf-8")
    assert preview(["--layout", str(broken), "--out", str(out)]) == 1
    told = capsys.readouterr().out.splitlines()
    assert [line.startswith(f"{broken}: line ") for line in told[:2]] == [True, True]
    with pytest.raises(SystemExit) as caught:
        preview(["--profile", "nothing", "--out", str(out)])
    assert caught.value.code == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
