"""The printer's thread prints nothing for people who have long gone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from hardware.ticket_printer.job import JobState
from kiosk.facts import Trouble
from kiosk.printing import FRESH_MS, PrinterChoice, Printing
from kiosk.slip_preview import ZH
from kiosk.store import Job, Store
from tests.kiosk.rig import wait_until

AT = 1_000_000


class Rig:
    """A kiosk's printing with a simulated Epson unit, a disk, and a clock that the test moves."""

    def __init__(self, folder: Path, fault: str = "") -> None:
        self.pictures = folder / "slips"
        self.now_ms = AT
        self.ended: list[tuple[int, bool | None, str]] = []
        self.troubles: list[Trouble | None] = []
        self.store = Store(folder / "disk")
        url = f"sim://ticket_printer?profile=epson_tm_t88&pictures={self.pictures}"
        self.printing = Printing(
            PrinterChoice(url + (f"&fault={fault}" if fault else "")),
            self.store,
            lambda: self.now_ms,
            self.troubles.append,
            lambda ticket, printed, reason: self.ended.append((ticket, printed, reason)),
        )

    def put(self, ticket: int, age_ms: int = 0) -> None:
        says = msgspec.json.encode(msgspec.structs.replace(ZH, number=f"N{ticket}"))
        self.printing.put(Job(f"{ticket}/1", ticket, 1, says, self.now_ms - age_ms))

    def numbers(self) -> list[str]:
        """The numbers that came out, whole or torn."""
        slips = [json.loads(path.read_text("utf-8")) for path in sorted(self.pictures.glob("slip-*.json"))]
        return [line for slip in slips for line in slip["text"] if line.startswith("N")]


@pytest.fixture
def rigs(tmp_path: Path) -> Iterator[list[Rig]]:
    made: list[Rig] = []
    yield made
    for rig in made:
        rig.printing.stop()
        rig.store.close()


def test_a_slip_that_waited_too_long_is_not_printed(rigs: list[Rig], tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rigs.append(rig)
    rig.put(1, FRESH_MS)
    rig.put(2, FRESH_MS - 1)
    rig.printing.start()
    wait_until(lambda: len(rig.ended) == 2, 20)
    assert rig.ended == [(1, False, "too_old"), (2, True, "")]
    assert rig.numbers() == ["N2"]
    kept = rig.store.load("1/1")
    assert kept is not None and (kept.state, kept.bytes_sent) == (JobState.FAILED_KNOWN, 0)


def test_a_slip_held_for_want_of_paper_is_thrown_away_after_a_while(rigs: list[Rig], tmp_path: Path) -> None:
    rig = Rig(tmp_path, fault="paper_out:40")  # 24 bytes are questions: the slip breaks off at once
    rigs.append(rig)
    rig.printing.start()
    rig.put(1)
    wait_until(lambda: rig.ended == [(1, None, "paper_out")], 20)
    rig.now_ms += FRESH_MS + 1
    wait_until(lambda: (kept := rig.store.load("1/1")) is not None and kept.reason == "discarded", 20)
    (rig.pictures / "faults").write_text("")
    wait_until(lambda: rig.troubles[-1] is None, 20)
    rig.put(2)
    wait_until(lambda: len(rig.ended) == 2, 20)
    assert rig.ended[1] == (2, True, "") and rig.numbers() == ["N2"]
