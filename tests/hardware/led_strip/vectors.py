"""Frames of strips as manuals, vendors and working clients have them, written out byte for byte."""

from __future__ import annotations

from datetime import UTC, datetime

from hardware.led_strip.frames import HOST, Frame
from hardware.led_strip.onbon import DELETE_ALL, PING, Area, send_area, set_clock

START = "A5 A5 A5 A5 A5 A5 A5 A5 "
PC = " 00 00 80 00 00 00 00 00 00 "


def _gb(text: str) -> bytes:
    return text.encode("gb2312")


# name: (what it is, the bytes on the wire)
ONBON: dict[str, tuple[Frame, bytes]] = {
    name: (frame, bytes.fromhex(START + wire))
    for name, frame, wire in (
        ("ping 1", Frame(1, HOST, PING), "01" + PC + "FE 02 05 00 A2 00 01 00 00 68 F8 5A"),
        ("ping 1, 5K2", Frame(1, HOST, PING, 0x58), "01" + PC + "58 02 05 00 A2 00 01 00 00 BB 5F 5A"),
        ("ping 5", Frame(5, HOST, PING), "05" + PC + "FE 02 05 00 A2 00 01 00 00 99 C8 5A"),
        (
            "acknowledged by 1",
            Frame(HOST, 1, bytes.fromhex("A0 00 00 00 00")),
            "00 80 01 00 00 00 00 00 00 00 FE 02 05 00 A0 00 00 00 00 64 DC 5A",
        ),
        (
            "delete all",
            Frame(1, HOST, DELETE_ALL),
            "01" + PC + "FE 02 07 00 A3 06 01 02 00 FF 00 67 CC 5A",
        ),
        (
            "clock",
            Frame(1, HOST, set_clock(datetime(2013, 1, 25, 11, 17, 26, tzinfo=UTC))),
            "01" + PC + "FE 02 0D 00 A2 03 01 08 00 13 20 01 25 11 17 26 05 B0 3F 5A",
        ),
        (
            "text of a working client",
            Frame(
                1,
                HOST,
                send_area(
                    Area(0x18, 0x20, timeout=2, lines=2, wrap=2, mode=3, stay=5), b"012345QRSTTV'B", note=0x2D
                ),
            ),
            "01" + PC + "FE 02 32 00 A3 06 01 2D 00 00 01 29 00 00 00 00 00 00 18 00 20 00 00 00 00 02 00"
            " 00 00 00 02 02 03 00 04 05 0E 00 00 00 30 31 32 33 34 35 51 52 53 54 54 56 27 42 A8 7D 5A",
        ),
        (
            "called to counter 3",
            Frame(3, HOST, send_area(Area(0x10, 0x10, mode=3), _gb("请A012号到3号窗口"))),
            "03" + PC + "FE 02 35 00 A3 06 01 00 00 00 01 2C 00 00 00 00 00 00 10 00 10 00 00 00 00 00 00"
            " 00 00 00 01 01 03 00 04 0A 11 00 00 00 C7 EB 41 30 31 32 BA C5 B5 BD 33 BA C5 B4 B0"
            " BF DA DD 30 5A",
        ),
    )
}
# The same text frame as another site prints it, its width changed and its checksum left as it was.
WRONG_CHECKSUM = ONBON["text of a working client"][1].replace(b"\x18\x00\x20", b"\x50\x00\x20")
# "ZBC[Z" holds the bytes that must be escaped; the end of its frame, escapes and checksum included.
ESCAPED_TEXT = b"ZBC[Z"
ESCAPED_END = bytes.fromhex("05 00 00 00 5B 02 42 43 5B 01 5B 02 7F 91 5A")

MODBUS = {
    "unit 3 shows 12": bytes.fromhex("03 06 00 00 00 0C 88 2D"),
    "all units show 12": bytes.fromhex("00 06 00 00 00 0C 88 1E"),
    "unit 3 shows A012": bytes.fromhex("03 10 00 70 00 03 06 20 20 41 30 31 32 E5 38"),
}

TEMPLATES = {
    "weilipu": bytes.fromhex("F0 01 D0 01 01 05 10 00 C7 EB 41 30 31 32 B5 BD 33 BA C5 B4 B0 BF DA 7F"),
    "xunpeng": bytes.fromhex("3A 00 78 03 01 B6 0A"),
    "kanban": bytes.fromhex("05 03 E7 EF"),
    "cxt": bytes.fromhex("21 21 55 AA 00 01 03 08 10 00 00 00 04 00 B0 A1 B0 A2"),
}
