"""Every parser of the hardware layer, with its samples: one table for the rules that all of them keep."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st

from hardware import ft12
from hardware.card_reader import protocol as sdt
from hardware.card_reader.layout import write_text
from hardware.card_reader.samples import SAMPLES
from hardware.card_reader.simulator import photo
from hardware.code_scanner import gm65
from hardware.code_scanner.protocol import CodeReader, Suffix
from hardware.evaluator.protocol import FOUR_KEYS, result, score_of, start
from hardware.led_strip import frames as onbon
from hardware.led_strip.modbus import RtuReader, reply_bytes, request_bytes, write_register, write_registers
from hardware.led_strip.show import Colour, StripShow
from hardware.led_strip.template import load_template
from hardware.led_strip.template_reader import Said, TemplateReader
from hardware.pole_display.commands import CommandReader as PoleReader
from hardware.pole_display.commands import Token as PoleToken
from hardware.pole_display.protocol import Dialect
from hardware.ticket_printer.answers import Answer, AnswerReader, AutoStatus, Block, Junk, Queued, RealTime
from hardware.ticket_printer.commands import TEXT, CommandReader, Token
from tests.hardware.led_strip.vectors import MODBUS, ONBON
from tests.hardware.stream_rules import Damage, Sample, Stream

BYTE, WORD = st.integers(0, 0xFF), st.integers(0, 0xFFFF)


# -- caller pads and evaluators: FT1.2-like frames ---------------------------------------------------------

FT12 = {
    "call from 5": (ft12.Frame(5, 0x01, b"\x0c"), "FF 68 03 03 68 05 01 0C 12 16"),
    "give up": (ft12.Frame(5, 0x01, b"\x06\x0f"), "FF 68 04 04 68 05 01 06 0F 1B 16"),
    "ticket 012": (
        ft12.Frame(5, 0x02, bytes((10, 10, 10, 0, 1, 2))),
        "FF 68 08 08 68 05 02 0A 0A 0A 00 01 02 28 16",
    ),
    "waiting 007": (
        ft12.Frame(5, 0x02, bytes((0, 0, 7, 10, 10, 10))),
        "FF 68 08 08 68 05 02 00 00 07 0A 0A 0A 2C 16",
    ),
    "beep": (ft12.Frame(5, 0x03), "FF 68 02 02 68 05 03 08 16"),
    "start rating": (ft12.Frame(5, 0x01, b"\x0b"), "FF 68 03 03 68 05 01 0B 11 16"),
    "score 1": (ft12.Frame(5, 0x11, b"\x01"), "FF 68 03 03 68 05 11 01 17 16"),
    "score acknowledged": (ft12.Frame(5, 0x01, b"\x01"), "FF 68 03 03 68 05 01 01 07 16"),
}


def ft12_bytes(frame: ft12.Frame) -> bytes:
    """The frame behind its wake-up byte."""
    body = [frame.address, frame.function, *frame.data]
    return bytes([0x68, len(body), len(body), 0x68, *body, sum(body) % 256, 0x16])


def _ft12() -> Stream:
    return Stream(
        ft12.FrameReader,
        [(bytes.fromhex(wire), frame) for frame, wire in FT12.values()],
        ft12_bytes,
        st.builds(ft12.Frame, BYTE, BYTE, st.binary(max_size=6)).map(lambda one: (one.to_bytes(), one)),
        [
            b"\x00",
            b"\xff\xff\xff",
            b"\x68",
            b"\x68\x08\x08",
            b"\x68\x08\x08\x68",
            b"\x16\x16",
            bytes.fromhex("a5 a5 01 00 00 80 5a"),
            bytes.fromhex("68 03 03 68 05 01 0c 13 16"),
        ],
    )


class Scores:
    """The ratings alone, as an evaluator's owner hears them."""

    def __init__(self) -> None:
        self._reader = ft12.FrameReader()

    def feed(self, data: bytes) -> list[tuple[int, int]]:
        """The address and the score of each rating in `data`."""
        heard = [(frame.address, score_of(frame)) for frame in self._reader.feed(data)]
        return [(address, score) for address, score in heard if score is not None]


def _scores() -> Stream:
    answer = bytes.fromhex(FT12["score acknowledged"][1])
    return Stream(
        Scores,
        [(result(address, score), (address, score)) for address, score in ((5, 1), (0x68, 4))],
        lambda one: ft12_bytes(ft12.Frame(one[0], 0x11, bytes((one[1],)))),
        st.tuples(BYTE, st.sampled_from(sorted(FOUR_KEYS.scores))).map(
            lambda one: (result(*one), (one[0], FOUR_KEYS.scores[one[1]]))
        ),
        [b"\x68\x08\x08\x68", b"\xff", answer, start(5)],
    )


# -- strips: ONBON, Modbus-RTU, templates ------------------------------------------------------------------


def onbon_bytes(frame: onbon.Frame) -> bytes:
    """The frame from its first byte after the preamble."""
    body = struct.pack("<HH", frame.dst, frame.src) + frame.modes
    body += struct.pack("<BBH", frame.card, frame.version, len(frame.data)) + frame.data
    wire = body + struct.pack("<H", crc16(body, 0))
    for plain, escaped in ((b"\xa6", b"\xa6\x01"), (b"\xa5", b"\xa6\x02")):
        wire = wire.replace(plain, escaped)
    for plain, escaped in ((b"\x5b", b"\x5b\x01"), (b"\x5a", b"\x5b\x02")):
        wire = wire.replace(plain, escaped)
    return wire + b"\x5a"


def crc16(data: bytes, start_value: int) -> int:
    """The reflected CRC-16 with polynomial 0xA001, bit by bit: ARC from 0, MODBUS from 0xFFFF."""
    value = start_value
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ (0xA001 * (value & 1))
    return value


def modbus_bytes(frame: bytes) -> bytes:
    """The frame with its checksum."""
    return frame + crc16(frame, 0xFFFF).to_bytes(2, "little")


def _onbon() -> Stream:
    special = onbon.Frame(2, onbon.HOST, b"ZBC[Z\xa5\xa6")
    return Stream(
        onbon.FrameReader,
        [*((wire, frame) for frame, wire in ONBON.values()), (special.to_bytes(), special)],
        onbon_bytes,
        st.builds(onbon.Frame, WORD, WORD, st.binary(max_size=300), BYTE).map(
            lambda one: (one.to_bytes(), one)
        ),
        [b"\x00\xff", b"\xa5", b"\xa5\x01\x02", b"\x5a", b"\xa6\x02\x5b", b"OK\r\n"],
    )


def _modbus(
    length: Callable[[bytes], int | None], frames: Sequence[bytes], drawn: st.SearchStrategy[Any]
) -> Stream:
    return Stream(
        lambda: RtuReader(length),
        [(modbus_bytes(frame), frame) for frame in frames],
        modbus_bytes,
        drawn.map(lambda wire: (wire, wire[:-2])),
        [b"\x00", b"\x03", b"\x03\x10", b"\x03\x10\x00\x70\x00\x64\xc8", b"\xff\xff\x06\x06\x10"],
    )


MODBUS_REPLIES = [
    bytes.fromhex("03 06 00 00 00 0C"),
    bytes.fromhex("03 10 00 70 00 03"),
    bytes.fromhex("03 86 02"),
    bytes.fromhex("03 90 06"),
]
UNIT = st.integers(0, 247)
REQUESTS = st.one_of(
    st.builds(write_register, UNIT, WORD, WORD),
    st.builds(write_registers, UNIT, WORD, st.lists(WORD, min_size=1, max_size=6)),
)
REPLIES = st.one_of(
    st.tuples(UNIT, st.sampled_from((0x06, 0x10)), WORD, WORD).map(
        lambda one: modbus_bytes(struct.pack(">BBHH", *one))
    ),
    st.tuples(UNIT, st.sampled_from((0x86, 0x90)), BYTE).map(lambda one: modbus_bytes(bytes(one))),
)

TEMPLATE_SHOWS = {
    "weilipu": (1, StripShow("请A012到3号窗口")),
    "xunpeng": (1, StripShow(number="888", colour=Colour.GREEN)),
    "kanban": (5, StripShow(number="999")),
    "cxt": (1, StripShow("啊阿")),
}


def template_bytes(name: str, said: Said) -> bytes:
    """The vendor's frame with other values in it, by hand for each vendor."""
    text, field = said.raw, said.fields
    if name == "weilipu":
        frame = bytes((0xF0, 1, 0xD0, field["line"], field["mode"], field["speed"], len(text) + 1))
        frame += bytes((field["colour"],)) + text
        return frame + bytes((sum(frame) % 256,))
    if name == "xunpeng":
        frame = bytes((0x3A, field["colour"], field["value"] % 256, field["value"] // 256, field["info"]))
        return frame + bytes((sum(frame) % 256, 0x0A))
    if name == "kanban":
        frame = bytes((field["address"], field["value"] // 256, field["value"] % 256))
        return frame + bytes((sum(frame) % 256,))
    head = bytes((0x21, 0x21, 0x55, 0xAA, *(field[key] for key in ("zone", "colour", "effect", "speed"))))
    return head + field["stay"].to_bytes(4, "little") + len(text).to_bytes(2, "little") + text


def _template(name: str, junk: Sequence[bytes], damage: Damage) -> Stream:
    strip = load_template(name)

    def sample(address: int, show: StripShow) -> Sample:
        wire = strip.frame(address, show)
        return wire, TemplateReader(strip).feed(wire)[0]

    shows = [TEMPLATE_SHOWS[name], (1, StripShow("午休", "7")), (2, StripShow("A B-1", "12", paused=True))]
    drawn = st.builds(
        lambda address, text, number: sample(address, StripShow(text, str(number))),
        st.integers(1, 99),
        st.text(alphabet="请到号窗口0123456789AZ ", min_size=1, max_size=30),
        st.integers(0, 9999),
    )
    samples = [sample(*show) for show in shows]
    return Stream(
        lambda: TemplateReader(strip), samples, lambda said: template_bytes(name, said), drawn, junk, damage
    )


# -- ID-card reader: SDT -----------------------------------------------------------------------------------

SDT_HEAD = "AA AA AA 96 69 "
SDT_REQUESTS = [
    (sdt.RESET, "00 03 10 FF EC"),
    (sdt.STATUS, "00 03 11 FF ED"),
    (sdt.SAM_ID, "00 03 12 FF EE"),
    (sdt.FIND, "00 03 20 01 22"),
    (sdt.SELECT, "00 03 20 02 21"),
    (sdt.READ, "00 03 30 01 32"),
    (b"\x30\x10", "00 03 30 10 23"),
    (b"\x30\x03", "00 03 30 03 30"),
    (b"\x60\x00", "00 03 60 00 63"),
    (b"\x61\xff\x50", "00 04 61 FF 50 CA"),
]
SDT_REPLIES = [
    (sdt.reply(sdt.OK), "00 04 00 00 90 94"),
    (sdt.reply(sdt.FOUND, bytes(4)), "00 08 00 00 9F 00 00 00 00 97"),
    (sdt.reply(sdt.NO_CARD), "00 04 00 00 80 84"),
    (sdt.reply(sdt.OK, bytes(8)), "00 0C 00 00 90 00 00 00 00 00 00 00 00 9C"),
    (sdt.reply(sdt.SELECT_FAILED), "00 04 00 00 81 85"),
    (sdt.reply(0x41), "00 04 00 00 41 45"),
]
CARD = sdt.read_reply(write_text(SAMPLES["zhang"]), photo(1))
SDT_JUNK = [
    b"\x00",
    b"\xaa",
    b"\xaa\xaa\xaa\xaa",
    b"\xaa\xaa\xaa\x96",
    b"\xaa\xaa\xaa\x96\x69",
    b"\xaa\xaa\xaa\x96\x69\x00\x0c\x00",
    b"\xff" * 40,
]


def sdt_body(wire: bytes) -> sdt.Frame:
    """The frame of whole bytes."""
    return sdt.Frame(wire[7:-1])


def sdt_bytes(frame: sdt.Frame) -> bytes:
    """The frame behind its preamble."""
    counted = (len(frame.body) + 1).to_bytes(2, "big") + frame.body
    check = 0
    for byte in counted:
        check ^= byte
    return counted + bytes([check])


def _sdt(wires: Sequence[bytes], drawn: st.SearchStrategy[bytes]) -> Stream:
    samples = [(wire, sdt_body(wire)) for wire in wires]
    return Stream(
        sdt.FrameReader, samples, sdt_bytes, drawn.map(lambda wire: (wire, sdt_body(wire))), SDT_JUNK
    )


SDT_SHORT = _sdt(
    [bytes.fromhex(SDT_HEAD + text) for _, text in SDT_REPLIES + SDT_REQUESTS],
    st.builds(sdt.reply, BYTE, st.binary(max_size=28)),
)
SDT_WHOLE = _sdt(
    [CARD, sdt.reply(sdt.NO_CARD)],
    st.builds(sdt.read_reply, st.binary(min_size=256, max_size=256), st.binary(min_size=1024, max_size=1024)),
)


# -- ticket printer: the stream to it, and its answers -----------------------------------------------------


def _answer_bytes(answer: Answer) -> bytes:
    if isinstance(answer, Block):
        return bytes((answer.header,)) + answer.body + b"\0"
    if isinstance(answer, Junk):
        return b""  # it claims nothing
    return answer.data if isinstance(answer, AutoStatus) else bytes((answer.byte,))


def joined_junk(answers: list[Any]) -> list[Any]:
    """Neighbouring junk as one, as a single feed gives it."""
    joined: list[Any] = []
    for answer in answers:
        if isinstance(answer, Junk) and joined and isinstance(joined[-1], Junk):
            joined[-1] = Junk(joined[-1].data + answer.data)
        else:
            joined.append(answer)
    return joined


def joined_text(tokens: list[Any]) -> list[Any]:
    """Neighbouring text runs as one, as a single feed gives them."""
    joined: list[Any] = []
    for token in tokens:
        if token.name == TEXT and joined and joined[-1].name == TEXT:
            before = joined.pop()
            token = Token(TEXT, before.params + token.params, before.size + token.size)
        joined.append(token)
    return joined


STATUS = st.integers(0, 0xFF).filter(lambda byte: byte & 0x93 == 0x12)
QUEUED = st.integers(0, 0xFF).filter(lambda byte: byte & 0x90 == 0 and byte not in b"\x35\x37\x3b\x3d\x5f")
ASB_TAIL = st.lists(st.integers(0, 0x6F).filter(lambda byte: byte & 0x90 == 0), min_size=3, max_size=3)
PRINTABLE = st.lists(st.integers(0x20, 0x7E), max_size=40).map(bytes)
ANSWERS = st.one_of(
    st.builds(RealTime, STATUS),
    st.builds(Queued, QUEUED),
    st.builds(Block, st.sampled_from(b"\x35\x37\x3b\x3d\x5f"), PRINTABLE),
    ASB_TAIL.map(lambda tail: AutoStatus(b"\x14" + bytes(tail))),
)
COMMANDS = st.one_of(
    st.sampled_from(
        [(b"\x1b@", Token("ESC @", b"", 2)), (b"\x1c&", Token("FS &", b"", 2)), (b"\n", Token("LF", b"", 1))]
    ),
    BYTE.map(lambda n: (b"\x1d!" + bytes((n,)), Token("GS !", bytes((n,)), 3))),
    st.binary(max_size=300).map(
        lambda data: _command(b"\x1d(", "GS (", b"k" + len(data).to_bytes(2, "little") + data)
    ),
    st.tuples(st.integers(0, 9), st.integers(0, 9)).map(
        lambda size: _command(
            b"\x1dv", "GS v", b"0\0" + struct.pack("<HH", *size) + bytes(range(size[0] * size[1]))
        )
    ),
    st.text(alphabet="请A012到镕㐀", min_size=1, max_size=12).map(lambda text: _text(text.encode("gb18030"))),
)


def _command(head: bytes, name: str, params: bytes) -> Sample:
    return head + params, Token(name, params, 2 + len(params))


def _text(run: bytes) -> Sample:
    # GB18030 keeps every byte of a character above 0x2F, so a run of text holds no control.
    return run, Token(TEXT, run, len(run))


def _printer_answers() -> Stream:
    samples: list[Answer] = [
        *(RealTime(byte) for byte in (0x12, 0x1E, 0x7E, 0x16)),
        AutoStatus(b"\x14\x00\x00\x0f"),
        Block(0x37, b"\x22P001"),
        Block(0x5F, b"TM-T88V"),
        Queued(0x00),
        Queued(0x0C),
    ]
    return Stream(
        AnswerReader,
        [(_answer_bytes(answer), answer) for answer in samples],
        _answer_bytes,
        ANSWERS.map(lambda answer: (_answer_bytes(answer), answer)),
        [b"\xff", b"\x80\x90", b"\xff\xfe\x93\x91", b"\x11\x13"],
        Damage.FOUND_AGAIN,
        joined_junk,
    )


def _printer_commands() -> Stream:
    samples = [
        _command(b"\x1b@", "ESC @", b""),
        _command(b"\x1d(", "GS (", b"k\x06\x001P0abc"),
        _text("请A012".encode("gb18030")),
        _command(b"\x1dv", "GS v", b"0\x00\x02\x00\x02\x00\x10\x04\x01\xff"),
        _command(b"\x1b*", "ESC *", b"\x21\x02\x00\x01\x02\x03\x04\x05\x06"),
        _command(b"\x1dk", "GS k", b"\x04A1\x00"),
        _command(b"\x1dV", "GS V", b"\x42\x00"),
        _command(b"\x10\x04", "DLE EOT", b"\x01"),
    ]
    # Lengths are counted and nothing checks them: one wrong bit may swallow 32 KB of what follows.
    junk = [b"\x01", b"\x02\x03", b"\x1b\x02"]
    return Stream(
        CommandReader, samples, lambda token: token.params, COMMANDS, junk, Damage.SURVIVES, joined_text
    )


# -- code scanner and pole display -------------------------------------------------------------------------


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
    "ft12": _ft12(),
    "evaluator scores": _scores(),
    "onbon": _onbon(),
    "modbus requests": _modbus(request_bytes, [wire[:-2] for wire in MODBUS.values()], REQUESTS),
    "modbus replies": _modbus(reply_bytes, MODBUS_REPLIES, REPLIES),
    "weilipu": _template("weilipu", [b"\x00\xff", b"\xf0\x01", b"\x3a", b"\x0a"], Damage.CHECKED),
    "xunpeng": _template("xunpeng", [b"\x00\xff", b"\xf0\x01", b"\x3a", b"\x0a"], Damage.CHECKED),
    # Four bytes and one of them a sum: any four bytes are a frame in one of 256 cases.
    "kanban": _template("kanban", [], Damage.SURVIVES),
    "cxt": _template("cxt", [b"\x00\xff", b"\x21\x21\x55", b"\x0a"], Damage.SURVIVES),
    "card reader": SDT_SHORT,
    "card reader, whole cards": SDT_WHOLE,
    "printer answers": _printer_answers(),
    "printer commands": _printer_commands(),
    "scanner codes": _codes(),
    "scanner commands, GM65": _gm65(),
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
