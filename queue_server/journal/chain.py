"""The hash chain of the journal: each row's hash covers its content and the hash of the row before it.

    chain(row) = SHA-256( chain(row before) | content(row) )        32 bytes; before the first row: zeros

The content is the JSON array of the row's columns in `COLUMNS`' order, without spaces (RFC 8785). So
no row can be changed, taken out, put in or moved without every hash after it being wrong. Who may
write to the file can compute all of them anew; against that the newest hash is made public every
hour (`roots.py`), and whoever noted it can ask for it later.

The mark `chain` in the database names the algorithm, so that SM3 can follow without a doubt about old
rows. Rows are numbered without gaps, and SQLite itself notes the largest number that it ever gave
(`sqlite_sequence`): so rows that were cut off at the end are missed too, even when others follow.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable

import msgspec

ALGORITHM = "sha256"
COLUMNS = "seq, at, kind, by, ticket, visit, counter, zone, body"
START = bytes(32)
"""What stands before the first row."""

Content = tuple[int | str | None, ...]
"""The columns of a row, as the database gives them."""

_WRITTEN = frozenset((int, str, type(None)))
_encode = msgspec.json.Encoder().encode


@dataclasses.dataclass(frozen=True, slots=True)
class Head:
    """A row of the journal and the hash that covers it and all before it."""

    seq: int = 0
    chain: bytes = START


class Fault(Exception):
    """The chain does not hold; `seq` is the first row at which it does not, `how` one word for it.

    | how | meaning |
    |---|---|
    | changed | the row's hash does not fit: the row was changed, put in, or moved |
    | missing | a row is not there |
    | unreadable | the row holds what no writer of ours stores |
    | cut_off | rows that were once given a number are missing at the end |
    | unlike | the row fits the chain, but the hash that was made public says otherwise |
    """

    def __init__(self, seq: int, how: str) -> None:
        super().__init__(f"row {seq}: {how}")
        self.seq = seq
        self.how = how


def link(before: bytes, content: Content) -> bytes:
    """The hash of a row, from the hash of the row before it and the row's columns."""
    return hashlib.sha256(before + _encode(content)).digest()


def follow(head: Head, rows: Iterable[tuple[int | str | bytes | None, ...]]) -> Head:
    """Check `rows` (content and, last, the stored hash) against the head before them.

    Returns the head after them; raises Fault.
    """
    for row in rows:
        content, stored = row[:-1], row[-1]
        seq = content[0]
        if not isinstance(seq, int) or not _WRITTEN.issuperset(map(type, content)):
            raise Fault(head.seq + 1, "unreadable")
        if seq != head.seq + 1:
            raise Fault(head.seq + 1, "missing")
        computed = link(head.chain, content)  # type: ignore[arg-type]
        if computed != stored:
            raise Fault(seq, "changed")
        head = Head(seq, computed)
    return head
