"""ESC/POS programs that others wrote print on the simulated printer, and ask it over a real socket."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from escpos.printer import Dummy, Network
from PIL import Image

from hardware.ticket_printer.simulator import PrintedSlip, TicketPrinterSimulator
from tests.hardware.rig import tcp_printer


def printed(data: bytes) -> list[PrintedSlip]:
    slips: list[PrintedSlip] = []
    TicketPrinterSimulator(slips.append).accept(data, 0.0)
    return slips


def network(url: str) -> Network:
    parts = urlsplit(url)
    theirs = Network(parts.hostname, port=parts.port, timeout=5, profile="TM-T20II")
    theirs.open()
    return theirs


def test_python_escpos_prints_and_asks_over_a_socket() -> None:
    with tcp_printer() as (served, url):
        theirs = network(url)
        assert theirs.is_online() is True
        assert theirs.paper_status() == 2
        served.type("fault paper_near_end")
        assert theirs.paper_status() == 1
        served.type("clear")
        served.type("fault paper_out")
        assert theirs.paper_status() == 0
        assert theirs.is_online() is False
        served.type("clear")
        theirs.text("上饶市行政服务中心\n")
        theirs.set(double_height=True, double_width=True, align="center")
        theirs.text("A012\n")
        theirs.qr("https://example.org/a", native=True, size=6)
        theirs.cut()
        assert theirs.paper_status() == 2  # answered behind all that
        theirs.close()
        assert served.device.slips == 1


def test_python_escpos_in_all_its_ways() -> None:
    theirs = Dummy(profile="TM-T20II")
    theirs.hw("INIT")
    theirs.set(font="b", underline=2, invert=True, flip=False, density=3)
    theirs.text("small\n")
    theirs.set_with_default()
    theirs.set(custom_size=True, width=3, height=5)
    theirs.text("tall\n")
    theirs.set_with_default()
    theirs.block_text("a block of text that is wrapped by the library itself", columns=20)
    theirs.ln(2)
    theirs.line_spacing(60)
    theirs.line_spacing()
    theirs.control("HT", count=4, tab_size=8)
    theirs.text("\tx\n")
    theirs.panel_buttons(False)
    theirs.linedisplay("WELCOME")
    theirs.barcode("{B12345", "CODE128", function_type="B")
    theirs.image(Image.new("L", (64, 64), 0), impl="graphics")
    theirs.cashdraw(2)
    theirs.buzzer(2, 4)
    theirs.cut(mode="FULL")
    (slip,) = printed(theirs.output)
    assert slip.unknown == () and slip.refused == ()
    texts = slip.piece.text
    assert texts[:2] == ["small", "tall"] and "WELCOME" not in texts
    assert "data for a display" in slip.ignored
    assert slip.piece.codes == ["{B12345"]


@pytest.mark.parametrize(
    "cut",
    [b"\x1dV\x00", b"\x1dV\x01", b"\x1dV0", b"\x1dV1", b"\x1dVA\x00", b"\x1dVB\x10", b"\x1bi", b"\x1bm"],
)
def test_every_way_to_cut(cut: bytes) -> None:
    (slip,) = printed(b"A012\n" + cut)
    assert (slip.piece.text, slip.unknown, slip.ignored) == (["A012"], (), ())


def test_a_receipt_of_a_shop_program() -> None:
    """As the manuals show it: code page, tabs, margins, bit image, bar code, drawer, feed and cut."""
    picture = b"\x1b*\x21\x18\x00" + b"\xff" * 72
    data = (
        b"\x1b@\x1bt\x10\x1c.\x1ba\x01\x1b!\x38Caf\xe9\n\x1b!\x00\x1ba\x00"
        b"\x1bD\x0a\x14\x1e\x00item\tqty\tprice\n\x1dL\x00\x00\x1dW\x40\x02"
        b"\x1b3\x18" + picture + b"\n\x1b2"
        b"\x1dh\x50\x1dw\x02\x1dH\x02\x1dk\x04A012*\x00"
        b"\x1bp\x00\x19\xfa\x1bd\x03\x1dVB\x00"
    )
    (slip,) = printed(data)
    assert slip.unknown == ()
    assert slip.piece.text == ["Café", "itemqtyprice", "A012*"]
    assert slip.piece.codes == ["A012*"]


def test_chinese_of_every_length_is_read_back() -> None:
    """One, two and four bytes, glued and across the wire in pieces."""
    text = "A，①℃镕㐀㙍䶮𠮷𬭎·"
    data = b"\x1b@\x1c&" + text.encode("gb18030") + b"\n\x1dV\x00"
    slips: list[PrintedSlip] = []
    printer = TicketPrinterSimulator(slips.append)
    for byte in data:
        printer.accept(bytes((byte,)), 0.0)
    assert slips[0].piece.text == [text] and slips[0].unknown == ()


def test_every_byte_that_is_not_known_is_reported() -> None:
    known = b"A\n"
    for byte in (
        *range(0x01, 0x09),
        0x0B,
        *range(0x0E, 0x10),
        *range(0x11, 0x18),
        *range(0x19, 0x1B),
        0x1E,
        0x1F,
    ):
        (slip,) = printed(known + bytes((byte,)) + known + b"\x1dV\x00")
        assert slip.unknown == (f"{byte:02x}",), byte
        assert slip.piece.text == ["A", "A"]
    for prefix in (0x1B, 0x1C, 0x1D):
        (slip,) = printed(bytes((prefix, 0x01)) + b"A\n\x1dV\x00")
        assert slip.unknown == (f"{prefix:02x} 01",)
