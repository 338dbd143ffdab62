"""Strips with a simple frame of their own are told by a template: one line of bytes and fields.

The language is words with spaces between:

    F0            a byte
    {address}     one byte; {address:2le} two bytes, low first; {address:4be} four bytes, high first
    {text}        the text in the template's charset
    {length}      bytes of the text; {length+1} with an offset, {length:2be} with a size
    {value}       the digits of the number, A012 is 12
    {colour}      from the table [colours]
    {sum}         sum of all bytes before it, modulo 256; {sum@3} begins at byte 3
    {NAME}        any number of the table [fields]; the table [blink] replaces some while the strip blinks

Such strips never answer, so nobody knows whether they are there.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hardware.bus.exchange import Exchange
from hardware.errors import DeviceError
from hardware.led_strip.show import Colour, StripShow, encode

TEMPLATES = Path(__file__).resolve().parent / "templates"
CHARSETS = ("gb2312", "gbk", "gb18030", "ascii")
KEYS = {"name", "title", "frame", "charset", "max_text", "fields", "colours", "blink", "transport"}
WORD = re.compile(
    r"(?P<byte>[0-9A-Fa-f]{2})"
    r"|\{(?P<field>[a-z_]+)(?P<offset>[+-]\d+)?(?:@(?P<since>\d+))?(?::(?P<size>[124])(?P<order>le|be))?\}"
)
GIVEN = {"address", "text", "length", "value", "colour", "sum"}


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a template: a byte, or a field of `size` bytes."""

    byte: int | None = None
    field: str = ""
    offset: int = 0
    since: int = 0
    size: int = 1
    little: bool = False

    def pack(self, value: int) -> bytes:
        """Return the field's bytes; raises a permanent DeviceError `bad_value` when they are too few."""
        try:
            return (value + self.offset).to_bytes(self.size, "little" if self.little else "big")
        except OverflowError as error:
            raise DeviceError(
                f"{self.field}: {value} does not fit {self.size} bytes", reason="bad_value", permanent=True
            ) from error

    def unpack(self, data: bytes) -> int:
        """Return the value of the field's bytes."""
        return int.from_bytes(data, "little" if self.little else "big") - self.offset


@dataclass(frozen=True, slots=True)
class TemplateStrip:
    """The protocol that a template file describes."""

    name: str
    words: tuple[Word, ...]
    charset: str
    max_text: int
    fields: dict[str, int]
    colours: dict[str, int]
    blink: dict[str, int]
    title: str = ""
    transport: str = ""

    def show(self, address: int, show: StripShow) -> Exchange:
        """Fill in the template."""
        return Exchange(self.frame(address, show))

    def probe(self, address: int) -> Exchange | None:
        """Such strips have no answer."""
        return None

    def frame(self, address: int, show: StripShow) -> bytes:
        """Return the frame; a text longer than `max_text` bytes is cut at a whole character."""
        text = encode(show.words, self.charset)
        if len(text) > self.max_text:
            text = encode(text[: self.max_text].decode(self.charset, "ignore"), self.charset)
        values = self.fields | (self.blink if show.blink else {})
        values |= {"address": address, "length": len(text), "value": _number(show)}
        values["colour"] = self.colours.get(show.colour.value, self.colours.get(Colour.PLAIN.value, 0))
        out = b""
        for word in self.words:
            if word.byte is not None:
                out += bytes((word.byte,))
            elif word.field == "text":
                out += text
            elif word.field == "sum":
                out += word.pack(sum(out[word.since :]) % 256)
            else:
                out += word.pack(values[word.field])
        return out


def _number(show: StripShow) -> int:
    return 0 if show.paused else int("".join(char for char in show.number if char in "0123456789") or "0")


def load_template(name: str) -> TemplateStrip:
    """Return the template `name`, a file of hardware/led_strip/templates, or the file at that path.

    Raises a permanent DeviceError `bad_template`.
    """
    path = Path(name) if name.endswith(".toml") else TEMPLATES / f"{name}.toml"
    try:
        return parse_template(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        known = ", ".join(sorted(path.stem for path in TEMPLATES.glob("*.toml")))
        raise _bad(f"{error}; there are: {known}") from error


def parse_template(toml: str) -> TemplateStrip:
    """Return the template written in `toml`; raises DeviceError `bad_template`."""
    try:
        table: dict[str, Any] = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        raise _bad(str(error)) from error
    unknown = sorted(set(table) - KEYS)
    if unknown or not {"name", "frame"} <= set(table):
        raise _bad(f"unknown fields: {', '.join(unknown)}" if unknown else "name or frame is missing")
    charset = table.get("charset", "gb2312")
    if charset not in CHARSETS:
        raise _bad(f"charset must be one of {', '.join(CHARSETS)}")
    strip = TemplateStrip(
        str(table["name"]),
        tuple(_word(word) for word in str(table["frame"]).split()),
        charset,
        _whole(table.get("max_text", 200)),
        _numbers(table, "fields"),
        _numbers(table, "colours"),
        _numbers(table, "blink"),
        title=str(table.get("title", "")),
        transport=str(table.get("transport", "")),
    )
    return _checked(strip)


def _checked(strip: TemplateStrip) -> TemplateStrip:
    missing = {word.field for word in strip.words if word.field} - GIVEN - set(strip.fields)
    if missing:
        raise _bad(f"no value for {', '.join(sorted(missing))}")
    if [word.field for word in strip.words].count("text") > 1:
        raise _bad("text can stand in a frame once")
    if set(strip.blink) - set(strip.fields) or set(strip.colours) - {colour.value for colour in Colour}:
        raise _bad("[blink] may replace [fields] only, [colours] are plain, red, green, yellow")
    return strip


def _word(text: str) -> Word:
    match = WORD.fullmatch(text)
    if match is None:
        raise _bad(f"{text!r} is neither a byte nor a field")
    if match["byte"]:
        return Word(byte=int(match["byte"], 16))
    return Word(
        field=match["field"],
        offset=int(match["offset"] or 0),
        since=int(match["since"] or 0),
        size=int(match["size"] or 1),
        little=match["order"] == "le",
    )


def _numbers(table: dict[str, Any], key: str) -> dict[str, int]:
    numbers = table.get(key, {})
    if not isinstance(numbers, dict):
        raise _bad(f"[{key}] must be a table")
    return {name: _whole(value) for name, value in numbers.items()}


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise _bad(f"{value!r} is not a whole number")
    return value


def _bad(message: str) -> DeviceError:
    return DeviceError(f"strip template: {message}", reason="bad_template", permanent=True)
