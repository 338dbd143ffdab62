"""A short text names a kind of strip and its measures, as it stands in the hall's configuration."""

from __future__ import annotations

from urllib.parse import parse_qsl

from hardware.errors import DeviceError
from hardware.led_strip.frames import ANY_TYPE
from hardware.led_strip.number_panel import NumberPanel
from hardware.led_strip.onbon import OnbonStrip
from hardware.led_strip.protocol import StripProtocol
from hardware.led_strip.template import load_template

# Card types of the vendor's Led5kSDK header.
CARDS = {"any": ANY_TYPE, "5k1": 0x51, "5k2": 0x58, "6k1": 0x61, "6k2": 0x62, "6k3": 0x63}
OPTIONS = {
    "onbon": {"width", "height", "charset", "card", "speed", "stay", "font"},
    "number_panel": {"numeric"},
}
TEMPLATE = "template:"


def strip_protocol(kind: str) -> StripProtocol:
    """Return the protocol that `kind` names; raises a permanent DeviceError `bad_kind` or `bad_template`.

    `onbon[?width=128&height=16&charset=gb2312|gbk&card=any|5k1|5k2|6k1|6k2|6k3&speed=4&stay=10&font=000]`
    (6k cards measure in pixels), `number_panel[?numeric=1]`, `template:NAME` or `template:/PATH.toml`.
    """
    if kind.startswith(TEMPLATE):
        return load_template(kind.removeprefix(TEMPLATE))
    name, _, query = kind.partition("?")
    options = dict(parse_qsl(query, keep_blank_values=True))
    if name not in OPTIONS or set(options) - OPTIONS[name]:
        raise _bad(f"{kind!r} is not one of {', '.join(OPTIONS)}, {TEMPLATE}NAME with known options")
    if name == "number_panel":
        return NumberPanel(numeric=options.get("numeric", "0") == "1")
    return _onbon(options)


def _onbon(options: dict[str, str]) -> OnbonStrip:
    card, charset, font = (
        options.get("card", "any"),
        options.get("charset", "gb2312"),
        options.get("font", ""),
    )
    if card not in CARDS or charset not in ("gb2312", "gbk"):
        raise _bad(f"card is one of {', '.join(CARDS)}; charset is gb2312 or gbk")
    if font and not (font.isdecimal() and len(font) == 3):
        raise _bad("font is three digits")
    return OnbonStrip(
        width_px=_number(options, "width", 128, 4096),
        height_px=_number(options, "height", 16, 512),
        charset=charset,
        card=CARDS[card],
        pixels=card.startswith("6"),
        speed=_number(options, "speed", 4, 255),
        stay=_number(options, "stay", 10, 255),
        font=rf"\FO{font}" if font else "",
    )


def _number(options: dict[str, str], key: str, default: int, most: int) -> int:
    text = options.get(key, str(default))
    if not text.isdecimal() or not 1 <= int(text) <= most:
        raise _bad(f"{key} is a number from 1 to {most}")
    return int(text)


def _bad(message: str) -> DeviceError:
    return DeviceError(f"kind of strip: {message}", reason="bad_kind", permanent=True)
