"""A Profile tells what one model of ticket printer can do, read from a file of hardware/profiles."""

from __future__ import annotations

import re
import tomllib
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from hardware.errors import DeviceError

PROFILES = Path(__file__).resolve().parent.parent / "profiles"
COLUMN_DOTS = 12

CHOICES: dict[str, tuple[str, ...]] = {
    "charset": ("gb2312", "gbk", "gb18030", "utf8"),
    "font": ("gb2312", "gbk", "gb18030", "all"),
    "hanzi_scale": ("gs_bang", "fs_bang", "fs_w"),
    "qr": ("native", "raster"),
    "cutter": ("none", "partial", "full"),
    "fence": ("gs_h", "gs_r", "none"),
    "status": ("dle_eot", "gs_r", "none"),
    "clear": ("dle_dc4", "none"),
}
RANGES: dict[str, tuple[int, int]] = {
    "width_dots": (120, 2400),
    "max_scale": (1, 8),
    "line_pitch": (24, 255),
    "units_per_dot": (1, 8),
    "buffer_bytes": (256, 1 << 24),
}
EXTENSION_A = re.compile("[\u3400-\u4db5]")
EVIDENCE = ("documented", "probed", "unverified")


@dataclass(frozen=True, slots=True)
class Profile:
    """The abilities of a printer model; the fields are those of the TOML file.

    `charset` is what the unit decodes, `font` what its character generator can draw: a line with any
    other character goes out as a picture. `width_dots` and `line_pitch` are dots, `buffer_bytes` its
    receive buffer, `kanji_on` raw bytes; `evidence` maps an ability to documented, probed or unverified.
    """

    name: str
    title: str = ""
    width_dots: int = 576
    charset: str = "gb18030"
    font: str = "gbk"
    kanji_on: bytes = b"\x1c\x26"
    hanzi_scale: str = "gs_bang"
    max_scale: int = 8
    line_pitch: int = 32
    units_per_dot: int = 1
    qr: str = "native"
    qr_model: bool = False
    cutter: str = "partial"
    fence: str = "gs_h"
    status: str = "dle_eot"
    near_end_sensor: bool = True
    clear: str = "none"
    buffer_bytes: int = 4096
    evidence: types.MappingProxyType[str, str] = field(default_factory=lambda: types.MappingProxyType({}))

    @property
    def columns(self) -> int:
        """Columns of plain text in a line."""
        return self.width_dots // COLUMN_DOTS

    def draws(self, text: str) -> bool:
        """Return whether the unit can print `text` by itself: it knows the codes and its font has them."""
        return text.isascii() or (_encodes(text, self.charset) and _in_font(text, self.font))


def load_profile(name: str) -> Profile:
    """Return the profile `name`: a file of hardware/profiles without its ending, or a path to a `.toml`.

    Raises a permanent DeviceError `bad_profile` that names every error of the file at once.
    """
    own = name.endswith(".toml")
    if not own and name not in known_profiles():
        raise _bad([f"no profile {name!r}; there are: {', '.join(known_profiles())}"])
    path = Path(name) if own else PROFILES / f"{name}.toml"
    try:
        return parse_profile(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise _bad([f"{path}: {error}"]) from error


def known_profiles() -> list[str]:
    """Return the names of the profiles that ship with the project."""
    return sorted(path.stem for path in PROFILES.glob("*.toml"))


def parse_profile(toml: str) -> Profile:
    """Return the profile written in `toml`; raises DeviceError `bad_profile` with every error in it."""
    try:
        table: dict[str, Any] = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        raise _bad([str(error)]) from error
    errors = list(_errors(table))
    if errors:
        raise _bad(errors)
    values = dict(table)
    if "kanji_on" in values:
        values["kanji_on"] = bytes.fromhex(values["kanji_on"])
    values["evidence"] = types.MappingProxyType(dict(values.get("evidence", {})))
    return Profile(**values)


def _errors(table: dict[str, Any]) -> Iterator[str]:
    """Every error of the file, in the order of its lines."""
    if "name" not in table:
        yield "name is missing"
    known = {entry.name for entry in fields(Profile)}
    for key, value in table.items():
        if key not in known:
            yield f"unknown field {key}"
            continue
        error = _CHECKS.get(key, _plain)(key, value)
        if error:
            yield error
    if isinstance(table.get("evidence"), dict):
        yield from _evidence_errors(table["evidence"], known)
    if table.get("clear") == "dle_dc4" and table.get("status") not in ("dle_eot", None):
        yield "clear = dle_dc4 needs status = dle_eot: nobody would know when to clear"


def _evidence_errors(table: dict[str, Any], known: set[str]) -> Iterator[str]:
    for ability, grade in table.items():
        if ability not in known:
            yield f"evidence: unknown field {ability}"
        if grade not in EVIDENCE:
            yield f"evidence: {ability} must be one of {', '.join(EVIDENCE)}, not {grade!r}"


def _choice(key: str, value: Any) -> str | None:
    if value in CHOICES[key]:
        return None
    return f"{key} must be one of {', '.join(CHOICES[key])}, not {value!r}"


def _range(key: str, value: Any) -> str | None:
    low, high = RANGES[key]
    if type(value) is int and low <= value <= high:
        return None
    return f"{key} must be a whole number from {low} to {high}, not {value!r}"


def _hex(key: str, value: Any) -> str | None:
    try:
        bytes.fromhex(value)
    except (TypeError, ValueError):
        return f"{key} must be hex bytes, not {value!r}"
    return None


def _plain(key: str, value: Any) -> str | None:
    wanted = {"name": str, "title": str, "evidence": dict}.get(key, bool)
    words = {str: "a text", dict: "a table", bool: "true or false"}[wanted]
    return None if isinstance(value, wanted) else f"{key} must be {words}, not {value!r}"


_CHECKS: dict[str, Callable[[str, Any], str | None]] = {
    **dict.fromkeys(CHOICES, _choice),
    **dict.fromkeys(RANGES, _range),
    "kanji_on": _hex,
}


def _encodes(text: str, charset: str) -> bool:
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def _in_font(text: str, font: str) -> bool:
    if font == "all":
        return True
    if font == "gb18030":
        # The font of GB 18030-2000: all of GBK and the 6,582 characters of Extension A.
        return _encodes(EXTENSION_A.sub("", text), "gbk")
    return _encodes(text, font)


def _bad(errors: list[str]) -> DeviceError:
    return DeviceError(f"profile: {'; '.join(errors)}", reason="bad_profile", permanent=True)
