"""What a simulated printer refuses because the unit of its profile cannot do it is decided here."""

from __future__ import annotations

from hardware.ticket_printer.commands import Token
from hardware.ticket_printer.profile import Profile

TEAR_LINES = 4
"""A unit without a cutter is torn off by hand after a feed of so many lines."""


def refusal(token: Token, profile: Profile) -> str | None:
    """Return the command, and why, if a unit of `profile` does not carry it out; else None."""
    name, params = token.name, token.params
    if name == "GS (":
        return _function(params, profile)
    if name == "GS !" and max(params[0] >> 4 & 7, params[0] & 7) >= profile.max_scale:
        return f"GS ! {params.hex()}: characters grow {profile.max_scale} times at most"
    missing = {
        "GS V": ("no cutter", profile.cutter == "none"),
        "ESC i": ("no cutter", profile.cutter == "none"),
        "ESC m": ("no cutter", profile.cutter == "none"),
        "FS !": ("Hanzi grow by FS W alone", profile.hanzi_scale == "fs_w"),
        "GS r": ("no queued status", profile.status == profile.fence == "none"),
        "GS a": ("no automatic status", profile.status != "dle_eot"),
    }
    why, holds = missing.get(name, ("", False))
    return f"{name}: {why}" if holds else None


def refused_query(profile: Profile, number: int) -> str | None:
    """Return why `DLE EOT number` is not answered, if it is not."""
    return None if profile.status == "dle_eot" else f"DLE EOT {number}: no real-time status"


def tears(token: Token, profile: Profile) -> bool:
    """Return whether a person tears the paper off after this command, for want of a cutter."""
    return profile.cutter == "none" and token.name == "ESC d" and token.params[0] >= TEAR_LINES


def _function(params: bytes, profile: Profile) -> str | None:
    letter, body = chr(params[0]), params[3:]
    if letter == "k" and body[:1] == b"\x31" and profile.qr == "raster":
        return "GS ( k: no QR code of its own"
    if letter == "H" and profile.fence != "gs_h":
        return "GS ( H: no answer when printed"
    return None
