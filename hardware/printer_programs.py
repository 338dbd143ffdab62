"""The programs for ticket printers: ask one what it can do, print a test page, or stand in for one."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace

from hardware.devices import DEFAULT_PROFILE, make_transport, open_ticket_printer, parse_url, wall_clock
from hardware.errors import DeviceError
from hardware.strip_programs import host_device
from hardware.ticket_printer.drawing import draw_line
from hardware.ticket_printer.profile import Profile, load_profile
from hardware.ticket_printer.slip import Align, Feed, Item, Line, Picture, Qr, Slip, Text
from hardware.ticket_printer.survey import Survey, survey

OPEN_S = 3.0
CHARSETS = (
    ("GB2312", "上饶市，。！（一）①"),
    ("GBK", "镕喆淼℃㎡〇"),
    ("GB18030", "㐀㙍䶮㙓"),
    ("Ext B-E", "𠮷𬭎𬴊"),
)
SIZES = (1, 2, 3, 4)


def probe(url: str, profile: str) -> int:
    """Ask a printer how it is and what it can do, print both, and return 0 when it is ready."""
    printer = open_ticket_printer(url, profile=profile)
    status = printer.status()
    printer.close()
    for part in ("paper", "cover", "cutter", "online"):
        print(f"{part} {getattr(status, part).value}")
    if status.fault in ("cannot_open", "port_busy"):
        print(_why_closed(url))
    else:
        found = _asked(url)
        stopped = status.trouble not in (None, "no_answer")
        for line in (*_answered(found), *(() if stopped else _advice(found, printer.profile))):
            print(line)
    print("ready" if status.ready else f"not ready: {status.trouble}")
    return 0 if status.ready else 1


def _why_closed(url: str) -> str:
    """Return in the system's words why a port cannot be opened."""
    transport = make_transport(*parse_url(url))
    try:
        transport.open(OPEN_S)
        return "its port can be opened now"
    except DeviceError as error:
        return str(error)
    finally:
        transport.close()


def _asked(url: str) -> Survey:
    transport = make_transport(*parse_url(url))
    try:
        transport.open(OPEN_S)
        return survey(transport)
    except DeviceError:
        return Survey()
    finally:
        transport.close()


def _answered(found: Survey) -> Iterator[str]:
    bytes_seen = " ".join(f"{number}:{byte:02x}" for number, byte in found.real_time.items())
    yield f"DLE EOT {bytes_seen or 'not answered'}"
    yield f"GS r 1 {'not answered' if found.queued is None else f'{found.queued:02x}'}"
    yield f"GS a {'not answered' if found.auto_status is None else found.auto_status.hex(' ')}"
    yield f"GS ( H {'answered' if found.fence else 'not answered'}"
    for name, text in found.identity.items():
        yield f"calls its {name} {text}"


def _advice(found: Survey, profile: Profile) -> Iterator[str]:
    """What of the profile the answers speak against."""
    for field, seen in (("status", found.status_choice), ("fence", found.fence_choice)):
        said = getattr(profile, field)
        if said != seen:
            yield f'profile {profile.name} says {field} = "{said}", its answers fit "{seen}"'


def print_test(url: str, profile: str) -> int:
    """Print the test page and say how far it certainly came."""
    now = wall_clock()
    printer = open_ticket_printer(url, profile=profile)
    page = Slip(tuple(test_page(printer.profile, f"{now.astimezone():%Y-%m-%d %H:%M:%S}")))
    # Every character goes out as text, or the page could not show which of them the unit lacks.
    printer.profile = replace(printer.profile, font="all")
    report = printer.print(f"test-{now.timestamp():.3f}", page)
    printer.close()
    proof = f", proved by {report.evidence}" if report.evidence else ""
    print(f"{report.state.value}, {report.bytes_sent} of {report.bytes_total} bytes{proof}")
    if report.reason:
        print(f"reason: {report.reason}")
    return 0 if report.printed else 1


def test_page(profile: Profile, stamp: str) -> Iterator[Item]:
    """Yield what shows each ability once: columns, character sets, sizes, styles, a picture, QR code, cut."""
    yield Line.of("打印测试 TEST", 2)
    yield Line.of(profile.name)
    yield Line.of(stamp)
    yield Line.of("".join(str(column % 10) for column in range(1, profile.columns + 1)), align=Align.LEFT)
    for name, sample in CHARSETS:
        yield Line.of(f"{name} {sample}", align=Align.LEFT)
    drawn = draw_line((Text("图 " + "".join(sample for _, sample in CHARSETS[1:])),))
    if drawn is not None:
        yield Picture(drawn, align=Align.LEFT)
    yield Feed(12)
    for size in SIZES:
        yield Line.of(f"{size}x 号A1", size, align=Align.LEFT)
    yield Line.of("A012", 8)
    yield Feed(12)
    yield Line((Text("去 1楼", 2, 2), Text(" A区 ", 2, 2, reverse=True), Text("粗", 2, 2, bold=True)))
    yield Line.of("右 right", align=Align.RIGHT)
    yield Feed(12)
    yield Qr("https://example.org/ticket-printer-test")
    yield Feed(12)


def add_printer_options(program: argparse.ArgumentParser) -> None:
    """Add what `probe` and `print-test` take for a printer."""
    program.add_argument(
        "--profile", default=DEFAULT_PROFILE, help="a file of hardware/profiles, or a path to a .toml"
    )


def simulate(chosen: argparse.Namespace) -> int:
    """Stand in for a printer until Ctrl-C."""
    from hardware.ticket_printer.simulator import SimulatorSettings, complete_unit
    from hardware.ticket_printer.simulator_files import simulated_printer

    profile = load_profile(chosen.profile) if chosen.profile else complete_unit()
    settings = SimulatorSettings(profile, chosen.speed)
    return host_device(simulated_printer(wall_clock, chosen.pictures, settings), chosen)
