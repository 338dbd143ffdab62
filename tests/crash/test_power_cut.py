"""Power cuts: everything that the real server writes is recorded under load, then cut anywhere.

A kill leaves the kernel's cache, so it cannot show a missing fsync; this can. The same recording
with `synchronous=NORMAL` has to lose tickets: it proves that the test is able to fail.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.crash.disk import Op, Record, read_log
from tests.crash.images import Verdict, crash_images, judge
from tests.crash.load import Load, run_for
from tests.hall_process import HallProcess

CONTROL_IMAGES = 100
LOAD_S = 2.0

pytestmark = pytest.mark.timeout(300)


def record(data: Path, shim: Path, synchronous: str) -> tuple[list[Record], Load]:
    """Run the real server under load and return all that it did to its disk, and what callers saw."""
    log = data / "recording"
    hall = HallProcess(
        data,
        environ={
            "LD_PRELOAD": str(shim),
            "DISK_DIR": str(data / "hall.db"),
            "DISK_LOG": str(log),
            "HALL_SYNCHRONOUS": synchronous,
        },
    )
    hall.start()
    load = Load(hall, takers=6, counters=4, pause_s=0.02)
    run_for(load, LOAD_S)
    hall.kill()
    hall.stop()
    return read_log(log), load


def verdicts(log: list[Record], count: int, folder: Path, seed: int) -> list[Verdict]:
    dice = random.Random(seed)
    first = next(index for index, entry in enumerate(log) if entry.op is Op.ANSWER)
    cuts = [dice.randrange(first, len(log)) for _ in range(count)]
    return [judge(folder, image, known) for image, known in crash_images(log, cuts, dice)]


@pytest.fixture
def scratch() -> Iterator[Path]:
    """A folder in memory: many images need no disk of their own."""
    folder = Path("/dev/shm") / f"crash-{os.getpid()}"
    folder.mkdir()
    yield folder
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()


def test_no_image_loses_what_was_acknowledged(
    tmp_path: Path, shim: Path, scratch: Path, rounds: Callable[[int, int], int]
) -> None:
    log, load = record(tmp_path, shim, "FULL")
    told = {ticket["id"]: ticket["number"] for ticket in load.noted.tickets.values()}
    _, known = next(crash_images(log, [len(log) - 1], random.Random(0)))
    assert len(told) > 100
    assert told.items() <= known.numbers.items(), "an answer escaped the recording"
    assert len(known.called) > 20
    assert sum(entry.op is Op.SYNCED for entry in log) > 50
    images = rounds(1000, 3000)
    found = verdicts(log, images, scratch, seed=1)
    assert len(found) == images
    assert [verdict for verdict in found if not verdict.sound] == []


def test_without_an_fsync_at_each_commit_tickets_are_lost(tmp_path: Path, shim: Path, scratch: Path) -> None:
    log, _ = record(tmp_path, shim, "NORMAL")
    found = verdicts(log, CONTROL_IMAGES, scratch, seed=2)
    assert sum(bool(verdict.lost) for verdict in found) > CONTROL_IMAGES / 10
    assert [verdict.broken for verdict in found if verdict.broken] == []


def test_the_recording_shows_what_is_on_the_disk(tmp_path: Path, shim: Path) -> None:
    """Played back to its end and with nothing dropped it is the very file: the recorder misses no write."""
    log, load = record(tmp_path, shim, "FULL")
    image, _ = next(crash_images(log, [len(log) - 1] * 2, random.Random(0)))
    for name in ("hall.db", "hall.db-wal"):
        assert image[name] == (tmp_path / name).read_bytes()
    assert load.noted.refused == []
