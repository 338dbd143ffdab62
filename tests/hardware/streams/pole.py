"""The commands of pole displays."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from hardware.pole_display.commands import CommandReader as PoleReader
from hardware.pole_display.commands import Token as PoleToken
from hardware.pole_display.protocol import Dialect
from tests.hardware.stream_rules import Damage, Stream


def _pole(dialect: Dialect, wires: Sequence[tuple[bytes, int]], junk: Sequence[bytes]) -> Stream:
    samples = [(wire, PoleToken(wire[:head], wire[head:])) for wire, head in wires]
    drawn = st.sampled_from(samples) | st.integers(0x20, 0x7E).map(
        lambda byte: (bytes((byte,)), PoleToken(bytes((byte,))))
    )
    return Stream(
        lambda: PoleReader(dialect), samples, lambda token: token.name + token.parameters, drawn, junk,
        Damage.FOUND_AGAIN,
    )  # fmt: skip


PARSERS: dict[str, Stream] = {
    "pole CD5220": _pole(
        Dialect.CD5220,
        [
            (b"\x1bQANOW SERVING  A012   \r", 2),
            (b"\x1b@", 2),
            (b"\x1bl\x05\x02", 2),
            (b"\x1b*\x02", 2),
            (b"\x0c", 1),
        ],
        [b"\xff\x00", b"\x1f", b"\x07"],
    ),
    "pole DM-D": _pole(
        Dialect.DMD,
        [
            (b"\x1f$\x01\x01", 2),
            (b"\x1b@", 2),
            (b"\x1fX\x03", 2),
            (b"\x1fE\xff", 2),
            (b"\x1f\x01", 2),
            (b"\x18", 1),
        ],
        [b"\xff\x00", b"\x07", b"\x1bQ"],
    ),
}
