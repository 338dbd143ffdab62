"""Templates give the frames of the vendors, are read back, and say what is wrong with a bad one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.errors import DeviceError
from hardware.led_strip.kinds import strip_protocol
from hardware.led_strip.onbon import OnbonStrip
from hardware.led_strip.show import Colour, StripShow
from hardware.led_strip.template import TEMPLATES as FOLDER
from hardware.led_strip.template import load_template, parse_template
from hardware.led_strip.template_reader import TemplateReader
from hardware.led_strip.template_simulator import TemplateLine
from tests.hardware.led_strip.vectors import TEMPLATES
from tests.hardware.streams.strips import TEMPLATE_SHOWS as SHOWS

NAMES = pytest.mark.parametrize("name", sorted(SHOWS))


@NAMES
def test_frames_of_the_vendors(name: str) -> None:
    address, show = SHOWS[name]
    wire = load_template(name).frame(address, show)
    assert wire == TEMPLATES[name]
    [said] = TemplateReader(load_template(name)).feed(wire)
    assert said.text == show.text
    assert said.fields.get("value", int(show.number or 0)) == int(show.number or 0)


def test_every_template_file_is_tested() -> None:
    assert {path.stem for path in FOLDER.glob("*.toml")} == set(SHOWS) == set(TEMPLATES)


@given(st.text(alphabet="请到号窗口0123456789AZ ", min_size=1, max_size=30), st.integers(0, 9999))
def test_round_trip(text: str, number: int) -> None:
    for name in SHOWS:
        strip = load_template(name)
        [said] = TemplateReader(strip).feed(strip.frame(9, StripShow(text, str(number))))
        assert said.fields.get("value", number) == number
        assert said.text in (text, "")


def test_blinking_and_colours_come_from_the_file() -> None:
    strip = parse_template(
        'name = "x"\nframe = "AA {address} {mode} {colour:2be} {length-1} {text} {sum@1}"\n'
        "[fields]\nmode = 1\n[blink]\nmode = 9\n[colours]\nplain = 7\nred = 258\n"
    )
    assert (
        strip.frame(3, StripShow("ab", blink=True, colour=Colour.RED)).hex(" ")
        == "aa 03 09 01 02 01 61 62 d3"
    )
    assert strip.frame(3, StripShow("ab", colour=Colour.GREEN)).hex(" ") == "aa 03 01 00 07 01 61 62 cf"


def test_a_long_text_is_cut_at_a_whole_character() -> None:
    strip = parse_template('name = "x"\nmax_text = 5\nframe = "{length} {text}"')
    assert strip.frame(1, StripShow("号号号")) == b"\x04" + "号号".encode("gb2312")


def test_the_template_of_the_documents_is_one() -> None:
    page = (Path(__file__).parents[3] / "docs/devices.md").read_text("utf-8")
    toml = next(block for block in page.split("```") if 'name = "ours"' in block)
    frame = parse_template(toml).frame(3, StripShow("A012", colour=Colour.RED, blink=True))
    assert frame.hex(" ") == "f0 03 01 01 00 04 41 30 31 32 dd 0a"


@pytest.mark.parametrize(
    "toml",
    [
        "",
        "name = ",
        'name = "x"',
        'name = "x"\nframe = "F"',
        'name = "x"\nframe = "{speed}"',
        'name = "x"\nframe = "{text} {text}"',
        'name = "x"\nframe = "{sum:3le}"',
        'name = "x"\nframe = "00"\ncharset = "utf-16"',
        'name = "x"\nframe = "00"\nfields = 3',
        'name = "x"\nframe = "{a}"\n[fields]\na = -1',
        'name = "x"\nframe = "{a}"\n[fields]\na = true',
        'name = "x"\nframe = "{a}"\n[fields]\na = 1\n[blink]\nb = 1',
        'name = "x"\nframe = "00"\n[colours]\npink = 1',
        'name = "x"\nframe = "00"\nwidth = 3',
    ],
)
def test_bad_templates(toml: str) -> None:
    with pytest.raises(DeviceError) as caught:
        parse_template(toml)
    assert (caught.value.reason, caught.value.permanent) == ("bad_template", True)


def test_values_that_do_not_fit() -> None:
    with pytest.raises(DeviceError) as caught:
        load_template("kanban").frame(5, StripShow(number="70000"))
    assert caught.value.reason == "bad_value"


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "lisen",
        "onbon?colour=red",
        "onbon?width=0",
        "onbon?card=7k",
        "onbon?charset=utf8",
        "onbon?font=1",
        "number_panel?width=3",
    ],
)
def test_bad_kinds(kind: str) -> None:
    with pytest.raises(DeviceError) as caught:
        strip_protocol(kind)
    assert (caught.value.reason, caught.value.permanent) == ("bad_kind", True)


def test_kinds() -> None:
    strip = strip_protocol("onbon?width=192&height=32&charset=gbk&card=6k1&font=001")
    assert strip == OnbonStrip(192, 32, "gbk", card=0x61, pixels=True, font=r"\FO001")
    assert strip_protocol("template:kanban").show(5, StripShow(number="999")).data == TEMPLATES["kanban"]
    with pytest.raises(DeviceError):
        strip_protocol("template:nothing")


def test_simulated_strips_show_what_they_are_told() -> None:
    line = TemplateLine(load_template("weilipu"))
    line.accept(b"\x00" + TEMPLATES["weilipu"], 0.0)
    assert [strip["text"] for strip in line.state()["strips"]] == ["请A012到3号窗口"]
    dark = line.picture()
    line.set_fault("dead@1")
    assert line.picture().tobytes() != dark.tobytes()
    panel = TemplateLine(load_template("kanban"))
    panel.accept(TEMPLATES["kanban"], 0.0)
    assert panel.state()["strips"] == [{"address": 5, "text": "", "fields": {"address": 5, "value": 999}}]
