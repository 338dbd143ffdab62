"""What a code scanner sends, and the commands that its modules take."""

from __future__ import annotations

from hypothesis import strategies as st

from hardware.code_scanner import gm65
from hardware.code_scanner.protocol import CodeReader, Suffix
from tests.hardware.stream_rules import Damage, Stream

WORD = st.integers(0, 0xFFFF)


class Codes:
    """A scanner's codes with CR behind each, all within one moment."""

    def __init__(self) -> None:
        self._reader = CodeReader(Suffix.CR)

    def feed(self, data: bytes) -> list[bytes]:
        """The codes that are whole by now."""
        return self._reader.feed(data, 0.0)


def _codes() -> Stream:
    texts = ["A012", "https://example.org/v/3fQ9xK?一窗", "11010519491231002X"]
    drawn = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), min_size=1, max_size=80)
    return Stream(
        Codes,
        [(text.encode() + b"\r", text.encode()) for text in texts],
        lambda code: code + b"\r",
        drawn.map(lambda text: (text.encode() + b"\r", text.encode())),
        [b"\r", b"\n", b"\r\n\r\n"],
        Damage.FOUND_AGAIN,
    )


def crc_xmodem(data: bytes) -> bytes:
    """CRC-16/XMODEM, bit by bit."""
    value = 0
    for byte in data:
        value ^= byte << 8
        for _ in range(8):
            value = ((value << 1) ^ (0x1021 * (value >> 15))) & 0xFFFF
    return value.to_bytes(2, "big")


def _gm65() -> Stream:
    wires = {
        "7E 00 08 01 00 02 01 AB CD": gm65.Command(gm65.Kind.WRITE, 2, b"\x01"),
        "7E 00 08 01 00 02 00 AB CD": gm65.Command(gm65.Kind.WRITE, 2, b"\x00"),
        "7E 00 09 01 00 00 00 DE C8": gm65.Command(gm65.Kind.SAVE, 0, b"\x00"),
    }

    def proof(one: gm65.Command) -> bytes:
        # Its checksum, or AB CD, stands behind this; the worked frames show which.
        return b"\x7e\x00" + bytes((one.kind, len(one.data))) + one.zone.to_bytes(2, "big") + one.data

    drawn = st.builds(gm65.Command, st.sampled_from(gm65.Kind), WORD, st.binary(min_size=1, max_size=9))
    return Stream(
        gm65.CommandReader,
        [(bytes.fromhex(wire), command) for wire, command in wires.items()],
        proof,
        st.tuples(drawn, st.booleans()).map(lambda one: (one[0].to_bytes(one[1]), one[0])),
        [b"\x00", b"\x7e", b"\x7e\x00", b"\x7e\x00\x09\x01\x00\x00\x01\xde\xc8", b"\r\n"],
        # AB CD checks nothing, so a wrong bit may pass; a wrong length may swallow what follows.
        Damage.SURVIVES,
    )


PARSERS: dict[str, Stream] = {
    "scanner codes": _codes(),
    "scanner commands, GM65": _gm65(),
}
