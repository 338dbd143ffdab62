"""A Profile tells what one model of ticket printer can do, read from a file of hardware/profiles."""

from __future__ import annotations

import tomllib
import types
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from hardware.errors import DeviceError

PROFILES = Path(__file__).resolve().parent.parent / "profiles"
COLUMN_DOTS = 12

CHOICES: dict[str, tuple[str, ...]] = {
    "charset": ("gb2312", "gbk", "gb18030", "utf8"),
    "hanzi_scale": ("gs_bang", "fs_bang", "fs_w"),
    "qr": ("native", "raster"),
    "cutter": ("none", "partial", "full"),
    "fence": ("gs_h", "gs_r", "none"),
    "status": ("dle_eot", "none"),
}


@dataclass(frozen=True, slots=True)
class Profile:
    """The abilities of a printer model; the fields are those of the TOML file.

    `width_dots` and `line_pitch` are dots, `kanji_on` raw bytes; `evidence` maps an ability to
    documented, probed or unverified.
    """

    name: str
    title: str = ""
    width_dots: int = 576
    charset: str = "gb18030"
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
    evidence: types.MappingProxyType[str, str] = field(default_factory=lambda: types.MappingProxyType({}))

    @property
    def columns(self) -> int:
        """Columns of plain text in a line."""
        return self.width_dots // COLUMN_DOTS


def load_profile(name: str) -> Profile:
    """Return the profile `name` (a file of hardware/profiles without its ending).

    Raises a permanent DeviceError `bad_profile` when the file is missing or a field is unknown,
    of the wrong type or outside its choices.
    """
    known = sorted(path.stem for path in PROFILES.glob("*.toml"))
    if name not in known:
        raise _bad(f"no profile {name!r}; there are: {', '.join(known)}")
    return parse_profile((PROFILES / f"{name}.toml").read_text("utf-8"))


def parse_profile(toml: str) -> Profile:
    """Return the profile written in `toml`; raises DeviceError `bad_profile`."""
    try:
        table: dict[str, Any] = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        raise _bad(str(error)) from error
    if not isinstance(table.get("name"), str):
        raise _bad("name is missing")
    unknown = sorted(set(table) - {entry.name for entry in fields(Profile)})
    if unknown:
        raise _bad(f"unknown fields: {', '.join(unknown)}")
    return Profile(**{key: _value(key, value) for key, value in table.items()})


def _value(key: str, value: Any) -> Any:
    if key == "evidence" and isinstance(value, dict):
        return types.MappingProxyType(dict(value))
    if key in CHOICES and value not in CHOICES[key]:
        raise _bad(f"{key} must be one of {', '.join(CHOICES[key])}, not {value!r}")
    if key == "kanji_on":
        try:
            return bytes.fromhex(value)
        except (TypeError, ValueError) as error:
            raise _bad(f"kanji_on must be hex bytes, not {value!r}") from error
    default = getattr(Profile("default"), key)
    if type(value) is not type(default):
        raise _bad(f"{key} must be {type(default).__name__}, not {value!r}")
    if isinstance(value, int) and not isinstance(value, bool) and value < 1:
        raise _bad(f"{key} must be at least 1")
    return value


def _bad(message: str) -> DeviceError:
    return DeviceError(f"profile: {message}", reason="bad_profile", permanent=True)
