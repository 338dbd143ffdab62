"""What a power cut may leave on the disk, made from a recording of the real server.

The model: what was written before a sync began is kept once the sync has returned. Of everything
else each 512-byte sector is there or not, as it pleases. A cut may come after any record.
File names are durable at once (SQLite syncs the folder itself); disks that lie are not modelled.
"""

from __future__ import annotations

import dataclasses
import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.crash.disk import Op, Record, answered_ticket

SECTOR = 512


@dataclasses.dataclass
class Acknowledged:
    """What the server had answered by a moment: numbers by ticket id, and tickets that were called."""

    numbers: dict[int, str] = dataclasses.field(default_factory=dict)
    called: set[int] = dataclasses.field(default_factory=set)

    def note(self, record: Record) -> None:
        found = answered_ticket(record)
        if found is None:
            return
        status, ticket = found
        if status == 201:
            self.numbers[ticket["id"]] = ticket["number"]
        elif ticket["state"] != "waiting":
            self.called.add(ticket["id"])


class _File:
    """One file: what is durable, what is pending since, and how much of it each running sync will keep."""

    def __init__(self) -> None:
        self.there = False
        self.durable = bytearray()
        self.pending: list[Record] = []
        self.promised: dict[int, int] = {}

    def take(self, record: Record) -> None:
        if record.op in {Op.WRITE, Op.TRUNCATE}:
            self.there = True
            self.pending.append(record)
        elif record.op is Op.SYNC:
            self.promised[record.offset] = len(self.pending)
        elif record.op is Op.SYNCED:
            kept = self.promised.pop(record.offset)
            for change in self.pending[:kept]:
                _apply(self.durable, change, None)
            del self.pending[:kept]
            self.promised = {sync: max(0, count - kept) for sync, count in self.promised.items()}
        elif record.op is Op.UNLINK:
            self.__init__()  # type: ignore[misc]

    def image(self, keep: float, dice: random.Random) -> bytes:
        """The file after a cut: each pending sector is kept with probability `keep`."""
        content = bytearray(self.durable)
        for change in self.pending:
            if keep >= 1:
                _apply(content, change, None)
            elif keep > 0:
                _apply(content, change, (keep, dice))
        return bytes(content)


def _apply(content: bytearray, change: Record, luck: tuple[float, random.Random] | None) -> None:
    if change.op is Op.TRUNCATE:
        if luck is None or luck[1].random() < luck[0]:
            _resize(content, change.offset)
        return
    end = change.offset + len(change.data)
    if luck is None:
        if end > len(content):
            _resize(content, end)
        content[change.offset : end] = change.data
        return
    at = change.offset
    while at < end:
        until = min(end, at - at % SECTOR + SECTOR)
        if luck[1].random() < luck[0]:
            if until > len(content):
                _resize(content, until)
            content[at:until] = change.data[at - change.offset : until - change.offset]
        at = until


def _resize(content: bytearray, size: int) -> None:
    if size < len(content):
        del content[size:]
    else:
        content.extend(bytes(size - len(content)))


def crash_images(
    log: list[Record], cuts: list[int], dice: random.Random
) -> Iterator[tuple[dict[str, bytes], Acknowledged]]:
    """Yield the files after a cut behind each of the given records, and what was acknowledged by then.

    Of what was not synced a third of the images keeps nothing, a third all, a third a random share.
    """
    files: dict[int, _File] = {}
    names: dict[int, str] = {}
    known = Acknowledged()
    wanted = sorted(cuts)
    for index, record in enumerate(log):
        if record.op is Op.NAME:
            names[record.file] = Path(record.data.decode()).name
        elif record.op is Op.ANSWER:
            known.note(record)
        else:
            files.setdefault(record.file, _File()).take(record)
        while wanted and wanted[0] == index:
            wanted.pop(0)
            keep = (0.0, 1.0, dice.random())[len(wanted) % 3]
            yield {names[n]: f.image(keep, dice) for n, f in files.items() if f.there}, known


@dataclasses.dataclass
class Verdict:
    """What is wrong with one image: tickets or calls that are gone, or a broken file."""

    lost: list[int] = dataclasses.field(default_factory=list)
    uncalled: list[int] = dataclasses.field(default_factory=list)
    broken: str = ""

    @property
    def sound(self) -> bool:
        return not (self.lost or self.uncalled or self.broken)


def judge(folder: Path, image: dict[str, bytes], known: Acknowledged) -> Verdict:
    """Open an image as the server would and compare it with what was acknowledged."""
    for path in folder.iterdir():
        path.unlink()
    for name, content in image.items():
        (folder / name).write_bytes(content)
    db = sqlite3.connect(folder / "hall.db", isolation_level=None)
    try:
        return _compare(db, known)
    except sqlite3.DatabaseError as error:
        return Verdict(broken=str(error))
    finally:
        db.close()


def _compare(db: sqlite3.Connection, known: Acknowledged) -> Verdict:
    def rows(sql: str) -> list[Any]:
        return db.execute(sql).fetchall()

    if not rows("SELECT 1 FROM sqlite_schema WHERE name = 'ticket'"):
        return Verdict(lost=list(known.numbers), uncalled=list(known.called))
    sql = "SELECT ticket.id, visit.number, ticket.state FROM ticket JOIN visit ON visit.id = ticket.visit"
    found = {ticket: (number, state) for ticket, number, state in rows(sql)}
    verdict = Verdict()
    verdict.lost = [
        ticket for ticket, number in known.numbers.items() if found.get(ticket, ("", ""))[0] != number
    ]
    verdict.uncalled = [
        ticket for ticket in known.called if found.get(ticket, ("", "waiting"))[1] == "waiting"
    ]
    checked = rows("PRAGMA quick_check")[0][0]
    issued = rows("SELECT count(*) FROM journal WHERE kind = 'ticket.issued'")[0][0]
    counted = rows("SELECT coalesce(sum(n), 0) FROM series_counter")[0][0]
    if checked != "ok":
        verdict.broken = checked
    elif not issued == counted == len(found):
        verdict.broken = f"half done: {issued} issued rows, {counted} numbers drawn, {len(found)} tickets"
    return verdict
