"""Slips: what building one takes, its bytes, and the time to its last byte on each kind of line.

The printer is simulated behind a TCP port or a pseudo-terminal that is as slow as the line; the clock
runs from the call of the driver to the moment at which the printer has the last byte. Building is
measured in time of the processor.
"""

from __future__ import annotations

import threading
import time
import timeit

import msgspec

from bench.report import Report
from hardware.devices import open_ticket_printer
from hardware.simulation.desk import Desk
from hardware.simulation.host import Host
from hardware.ticket_printer.drawing import draw_line
from hardware.ticket_printer.profile import load_profile
from hardware.ticket_printer.protocol import build_job
from hardware.ticket_printer.simulator import TicketPrinterSimulator
from hardware.ticket_printer.slip import Slip
from kiosk.slip import SlipFacts, build_slip
from kiosk.slip_preview import LIMIT, PREFLIGHT, sample

SECTION, ORDER, TITLE = "slips", 5, "A slip: building, bytes, last byte at the printer"
SIGNED_LIMIT = 540
SIGNATURE = "#" + 108 * "A"
BUILDS = 200
SLIPS = 8
LINES = {
    "9600": (9600, 0.5),
    "115200": (115200, 0.06),
    "TCP": (None, 0.06),
}
"""Speed of the pseudo-terminal, and the goal in seconds."""
PROFILES = ("generic_80mm", "generic_58mm", "plain_clone")


class Watched(TicketPrinterSimulator):
    """Notes when it had the newest byte."""

    def __init__(self) -> None:
        super().__init__(lambda slip: None)
        self.heard_at = 0.0

    def accept(self, data: bytes, now_s: float, source: int = 0) -> int:
        """Take bytes and look at the clock."""
        self.heard_at = time.monotonic()
        return super().accept(data, now_s, source)


def run(report: Report) -> None:
    """Measure what a slip costs before it is on paper."""
    plain = sample("plain", "zh")
    kinds = {
        "Chinese": plain,
        "English": sample("plain", "en"),
        "large print": sample("priority", "zh", large=True),
        "rare characters": sample("rare", "zh"),
        "signed": msgspec.structs.replace(plain, url=plain.url + SIGNATURE),
    }
    for name, facts in kinds.items():
        _built(report, name, facts)
    for name in PROFILES:
        profile = load_profile(name)
        job = build_job(build_slip(plain, width_columns=profile.columns), profile, "bench", draw_line)
        report.add(f"bytes on {name}", [len(job) + PREFLIGHT], "B")
    for name, (baud, goal_s) in LINES.items():
        taken = _last_bytes(baud, build_slip(plain), report.repeats)
        report.target(f"last byte, {name}", report.add(f"last byte, {name}", taken, "s"), at_most=goal_s)


def _built(report: Report, name: str, facts: SlipFacts) -> None:
    profile = load_profile("generic_80mm")

    def build() -> bytes:
        return build_job(build_slip(facts), profile, "bench", draw_line)

    size = len(build()) + PREFLIGHT
    rounds = timeit.repeat(build, number=BUILDS, repeat=report.repeats, timer=time.process_time)
    taken = [seconds / BUILDS * 1000 for seconds in rounds]
    took_ms = report.add(f"build, {name}", taken, "ms")
    report.add(f"bytes, {name}", [size], "B", "with questions and proofs")
    if name != "rare characters":
        report.target(f"build, {name}", took_ms, at_most=1.0)
        report.target(f"bytes, {name}", size, at_most=SIGNED_LIMIT if name == "signed" else LIMIT)


def _last_bytes(baud: int | None, slip: Slip, repeats: int) -> list[float]:
    """Print some slips over one line; returns the median time to the last byte of each round, in seconds."""
    device = Watched()
    host = Host(device, Desk(device, None))
    url = host.listen_tcp(0) if baud is None else host.open_pty(baud)
    stopping = threading.Event()
    thread = threading.Thread(target=host.run, args=(stopping.is_set,), daemon=True)
    thread.start()
    printer = open_ticket_printer(url)
    try:
        rounds = []
        for number in range(repeats):
            taken = []
            for copy in range(SLIPS):
                begun = time.monotonic()
                ended = printer.print(f"{number}-{copy}", slip)
                if not ended.printed:
                    raise RuntimeError(f"the simulated printer did not print: {ended.reason}")
                taken.append(device.heard_at - begun)
            rounds.append(sorted(taken)[SLIPS // 2])
        return rounds
    finally:
        printer.close()
        stopping.set()
        thread.join(5)
        host.close()
