"""A slip with and without the hall's signature keeps within its bytes, and its QR code can be read."""

from __future__ import annotations

from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from hardware.ticket_printer.profile import load_profile
from hardware.ticket_printer.protocol import build_job
from hardware.ticket_printer.qr import modules
from hardware.ticket_printer.slip import Qr, Slip
from kiosk.slip import build_slip, slip_facts
from queue_server.proof import actions, rules
from queue_server.proof.hall_key import HallKey
from queue_server.wire import MatterName, Ticket, TicketState, Wait
from queue_server.wire.slip_code import SignedClaim, claim_of, encode

PREFLIGHT_BYTES = 4 * 3
ADDRESS = "https://hall.example.gov.cn/s/AAAAAAFSlixUdVUS_UHXBAYxxxxxxx"
PROFILE = load_profile("generic_80mm")
MATTER = MatterName(
    "Z3-014", "二手房转移登记及水电气讯联动过户一件事", "Transfer of a second-hand home with its utilities"
)


def slip_of(lang: str, code: str | None) -> Slip:
    """The longest that a slip of the sample hall gets."""
    ticket = Ticket(
        1, 1, 1, "SB0123", TicketState.WAITING, MATTER, "Z3", 1, "2026-11-23T02:24:00.000Z",
        ahead=199, wait=Wait(1080, 1500, 1800), lang=lang, status_url=ADDRESS,
    )  # fmt: skip
    hall, zone = (
        ("上饶市行政服务中心", "不动产登记") if lang == "zh" else ("Shangrao Service Center", "Real estate")
    )
    return build_slip(slip_facts(ticket, hall, ("B", zone), "2026-11-23 10:24", "kiosk-1", code or ""))


def payload(slip: Slip) -> str:
    (found,) = [item.payload for item in slip.items if isinstance(item, Qr)]
    return found


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("signer", ["nobody", "hall", "kiosk"])
def test_a_slip_keeps_within_its_bytes(lang: str, signer: str, tmp_path: Path) -> None:
    assert len(ADDRESS) == 60
    key = HallKey(tmp_path)
    ticket = Ticket(1, 1, 1, "SB0123", TicketState.WAITING, MATTER, "Z3", 1, "2026-11-23T02:24:00.000Z")
    code = actions.slip_code(key, ticket)
    if signer == "kiosk":
        code = encode(SignedClaim(claim_of(ticket), bytes(64), b"kkkk"))
    slip = slip_of(lang, None if signer == "nobody" else code)
    size = len(build_job(slip, PROFILE, "any job")) + PREFLIGHT_BYTES
    assert size <= (420 if signer == "nobody" else 540), size
    assert payload(slip) == (ADDRESS if signer == "nobody" else f"{ADDRESS}#{code}")


def test_the_code_survives_the_way_over_paper(tmp_path: Path) -> None:
    key = HallKey(tmp_path)
    ticket = Ticket(1, 1, 1, "A001", TicketState.WAITING, MATTER, "Z3", 1, "2026-11-23T02:24:00.000Z")
    slip = slip_of("zh", actions.slip_code(key, ticket))
    (qr,) = [item for item in slip.items if isinstance(item, Qr)]
    rows = modules(qr.payload.encode(), qr.level)
    side, dots = len(rows), qr.module_dots
    assert side * dots <= 576 - 8 * dots, "no room for the quiet zone on 80 mm paper"
    picture = Image.new("L", ((side + 8) * dots, (side + 8) * dots), 255)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                picture.paste(0, ((x + 4) * dots, (y + 4) * dots, (x + 5) * dots, (y + 5) * dots))
    read = zxingcpp.read_barcodes(picture)[0].text
    assert rules.read_code(read.partition("#")[2]).claim.number == "A001"
