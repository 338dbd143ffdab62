"""Number panels get the frames that Modbus asks for; a Modbus server written by others takes them."""

from __future__ import annotations

import asyncio

import pytest
from pymodbus import FramerType
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from hardware.bus.exchange import Reply, Verdict
from hardware.errors import DeviceError
from hardware.led_strip.modbus import (
    PanelReader,
    sealed,
)
from hardware.led_strip.number_panel import NumberPanel, digits
from hardware.led_strip.show import StripShow
from tests.hardware.led_strip.vectors import MODBUS


def test_frames_of_the_manual() -> None:
    numeric, letters, show = NumberPanel(numeric=True), NumberPanel(), StripShow(number="A012")
    assert numeric.show(3, show).data == MODBUS["unit 3 shows 12"]
    assert numeric.show(0, show).data == MODBUS["all units show 12"]
    assert letters.show(3, show).data == MODBUS["unit 3 shows A012"]
    assert numeric.show(0, show).reader is None
    with pytest.raises(DeviceError):
        letters.show(248, show)


@pytest.mark.parametrize(
    ("show", "text"),
    [
        (StripShow(number="A012"), "A012"),
        (StripShow(number="a012"), "A012"),
        (StripShow(number="SB00123"), "B00123"),
        (StripShow(number="A012", paused=True), "----"),
        (StripShow(number="A/1号"), "A-1-"),
        (StripShow(text="请到3号窗口"), ""),
    ],
)
def test_digits(show: StripShow, text: str) -> None:
    assert digits(show) == text


def test_a_numeric_panel_shows_the_digits() -> None:
    frame = NumberPanel(numeric=True).show(1, StripShow(number="SB0123")).data
    assert frame[4:6] == (123).to_bytes(2, "big")
    assert NumberPanel(numeric=True).show(1, StripShow(number="A012", paused=True)).data[4:6] == bytes(2)


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        (sealed(bytes.fromhex("03 10 00 70 00 03")), (Verdict.DONE, "")),
        (sealed(bytes.fromhex("03 90 03")), (Verdict.REFUSED, "bad_value")),
        (sealed(bytes.fromhex("03 90 06")), (Verdict.AGAIN, "busy")),
        (sealed(bytes.fromhex("03 90 0B")), (Verdict.REFUSED, "exception_11")),
        (sealed(bytes.fromhex("04 10 00 70 00 03")), None),
        (sealed(bytes.fromhex("03 10 00 71 00 03")), None),
        (sealed(bytes.fromhex("03 86 03")), None),
        (bytes.fromhex("03 10 00 70 00 03 00 00"), None),
    ],
)
def test_replies(reply: bytes, verdict: tuple[Verdict, str] | None) -> None:
    reader = PanelReader(MODBUS["unit 3 shows A012"])
    answers = [reader.feed(bytes((byte,))) for byte in b"\x03\x10" + reply]
    found = [(answer.verdict, answer.reason) for answer in answers if isinstance(answer, Reply)]
    assert found == ([verdict] if verdict else [])


async def served(frames: list[bytes]) -> tuple[list[bytes], list[int]]:
    """Send frames to pymodbus' own server; returns its answers and what its registers hold after."""
    registers = SimData(0, count=0x80, values=0, datatype=DataType.REGISTERS)
    server = ModbusTcpServer(
        SimDevice(3, simdata=[registers]), framer=FramerType.RTU, address=("127.0.0.1", 0)
    )
    await server.serve_forever(background=True)
    assert isinstance(server.transport, asyncio.Server)
    port = server.transport.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answers = []
    for frame in frames:
        writer.write(frame)
        answers.append(await asyncio.wait_for(reader.readexactly(8), 5))
    values = await server.async_getValues(3, 3, 0x70, 3)
    first = await server.async_getValues(3, 3, 0, 1)
    writer.close()
    await server.shutdown()
    return answers, [*first, *values]


def test_a_server_of_others_takes_our_frames() -> None:
    exchanges = [
        NumberPanel(numeric=True).show(3, StripShow(number="A012")),
        NumberPanel().show(3, StripShow(number="A012")),
    ]
    answers, values = asyncio.run(served([exchange.data for exchange in exchanges]))
    assert values == [12, 0x2020, 0x4130, 0x3132]
    for exchange, answer in zip(exchanges, answers, strict=True):
        assert exchange.reader is not None
        reply = exchange.reader().feed(answer)
        assert reply is not None
        assert reply.verdict is Verdict.DONE
