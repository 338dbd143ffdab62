"""Golden slips: the bytes of a job, the same as readable commands, and the picture that a unit makes."""

from __future__ import annotations

import os
from pathlib import Path

from PIL import Image, ImageChops

from hardware.ticket_printer.commands import CommandReader, Token
from hardware.ticket_printer.drawing import draw_line
from hardware.ticket_printer.profile import Profile
from hardware.ticket_printer.protocol import build_job
from hardware.ticket_printer.simulator import PrintedSlip, SimulatorSettings, TicketPrinterSimulator
from hardware.ticket_printer.slip import Slip

FOLDER = Path(__file__).parent / "golden"
LONG_DATA = 60


def printed(data: bytes, profile: Profile | None = None) -> list[PrintedSlip]:
    """Return what a simulated unit lets go for these bytes."""
    slips: list[PrintedSlip] = []
    settings = None if profile is None else SimulatorSettings(profile)
    TicketPrinterSimulator(slips.append, settings).accept(data, 0.0)
    return slips


def described(data: bytes, charset: str = "gb18030") -> str:
    """One command a line, text as text, the dots of a picture as their count."""
    return "".join(f"{_line(token, charset)}\n" for token in CommandReader().feed(data))


def _line(token: Token, charset: str) -> str:
    if token.name == "text":
        return f"text {token.params.decode(charset)}"
    if len(token.params) > LONG_DATA and token.name == "GS v":
        return f"{token.name} {token.params[:6].hex(' ')} and {len(token.params) - 6} bytes of dots"
    return f"{token.name} {token.params.hex(' ')}".rstrip()


def check(name: str, slip: Slip, profile: Profile) -> None:
    """Compare a slip with its three files; WRITE_GOLDEN=1 writes them anew."""
    data = build_job(slip, profile, "golden", draw_line)
    text = described(data, profile.charset)
    (piece,) = printed(data, profile)
    picture = piece.piece.picture
    if os.environ.get("WRITE_GOLDEN"):
        (FOLDER / f"{name}.bin").write_bytes(data)
        (FOLDER / f"{name}.txt").write_text(text, "utf-8")
        picture.save(FOLDER / f"{name}.png", optimize=True)
    assert (piece.unknown, piece.ignored, piece.refused) == ((), (), ())
    assert text == (FOLDER / f"{name}.txt").read_text("utf-8")
    golden = Image.open(FOLDER / f"{name}.png")
    assert picture.size == golden.size
    # Another build of the font library may move a dot; a wrong line moves thousands.
    differing = sum(1 for dot in ImageChops.logical_xor(picture, golden).getdata() if dot)
    assert differing < 0.004 * picture.width * picture.height
    assert len(data) == (FOLDER / f"{name}.bin").stat().st_size
    if b"\x1d\x76\x30" not in data:
        assert data == (FOLDER / f"{name}.bin").read_bytes()
