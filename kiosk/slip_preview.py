"""`python -m kiosk preview-slip` checks a slip layout and draws it as the printer would print it."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

import msgspec

from hardware.errors import DeviceError
from hardware.ticket_printer.drawing import draw_line
from hardware.ticket_printer.profile import Profile, load_profile
from hardware.ticket_printer.protocol import STATUS_QUERIES, build_job, status_query
from hardware.ticket_printer.simulator import PrintedSlip, SimulatorSettings, TicketPrinterSimulator
from hardware.ticket_printer.slip import Slip
from kiosk.slip import STANDARD, SlipFacts, build_slip
from kiosk.slip_file import read_layout
from kiosk.slip_template import TemplateBroken

LIMIT = 420
PREFLIGHT = len(STATUS_QUERIES) * len(status_query(1))
EXAMPLE = """example:
  python -m kiosk preview-slip --layout slip.txt --out slip.png
  python -m kiosk preview-slip --sample priority --lang en --large --profile generic_58mm --out slip.png
"""

ZH = SlipFacts(
    hall="上饶市行政服务中心",
    number="B126",
    floor=1,
    sign="B",
    zone="不动产登记",
    matter="二手房转移登记及水电气讯联动过户一件事",
    at="2026-11-23 10:24",
    kiosk="kiosk-1",
    ahead=9,
    minutes="18-30",
    url="https://hall.example.gov.cn/s/7Kq2mZ9tVb4XcW8nRfYpHs3dLgJ6aE",
)
EN = msgspec.structs.replace(
    ZH,
    hall="Shangrao Administrative Service Center",
    zone="Real estate",
    matter="Transfer of a second-hand home with water, power and gas",
    lang="en",
)
SAMPLES: dict[str, tuple[Mapping[str, object], Mapping[str, object]]] = {
    "plain": ({}, {}),
    "priority": ({"priority": "老年人"}, {"priority": "elderly"}),
    "appointment": ({"booked": "10:30", "minutes": "0-5"}, {"booked": "10:30", "minutes": "0-5"}),
    "several": (
        {"more": ("个人住房公积金提取", "户口迁移", "居住证办理")},
        {"more": ("Housing fund withdrawal", "Household move", "Residence permit")},
    ),
    "reprint": ({"copy": 2}, {"copy": 2}),
    "rare": (
        {"zone": "㙍上镇不动产", "matter": "㙍𬭎䶮镕社区房屋登记"},
        {"zone": "㙍上 real estate", "matter": "Homes of 㙍𬭎䶮镕"},
    ),
}
"""What makes each sample, in Chinese and in English."""


def sample(name: str, lang: str, large: bool = False) -> SlipFacts:
    """Return the facts of a sample slip."""
    plain, changes = (ZH, SAMPLES[name][0]) if lang == "zh" else (EN, SAMPLES[name][1])
    return msgspec.structs.replace(plain, large=large, **changes)


def printed(slip: Slip, profile: Profile) -> tuple[PrintedSlip, int]:
    """Return what a unit of `profile` makes of a slip, and the bytes that it takes on the wire."""
    pieces: list[PrintedSlip] = []
    printer = TicketPrinterSimulator(pieces.append, SimulatorSettings(profile))
    job = build_job(slip, profile, "preview", draw_line)
    printer.accept(job, 0.0)
    return pieces[0], len(job) + PREFLIGHT


def preview(arguments: list[str]) -> int:
    """Run the command; 0 well, 1 the layout is broken and each error was printed, 2 bad use."""
    parser = argparse.ArgumentParser(
        prog="python -m kiosk preview-slip",
        description="Check a slip layout and draw it as the printer would print it.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--layout", type=Path, metavar="FILE", help="the layout (the built-in one)")
    parser.add_argument("--sample", choices=SAMPLES, default="plain", help="what the slip is of (plain)")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="language of the slip (zh)")
    parser.add_argument("--large", action="store_true", help="large print")
    parser.add_argument("--profile", default="generic_80mm", help="the printer (generic_80mm)")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.png", help="where the picture goes")
    chosen = parser.parse_args(arguments)
    try:
        layout = STANDARD if chosen.layout is None else read_layout(chosen.layout)
        profile = load_profile(chosen.profile)
        facts = sample(chosen.sample, chosen.lang, chosen.large)
        piece, size = printed(build_slip(facts, layout, profile.columns), profile)
        piece.piece.picture.save(chosen.out, format="PNG")
    except TemplateBroken as broken:
        print(*(f"{chosen.layout}: {error}" for error in broken.errors), sep="\n")
        return 1
    except (DeviceError, OSError) as error:
        parser.exit(2, f"kiosk preview-slip: {error}\n")
    print(f"{chosen.out}: {size} bytes with questions and proofs", end="")
    print(f", more than the {LIMIT} that suit 9600 baud" if size > LIMIT else "")
    return 0
