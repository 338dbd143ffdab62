"""The hash chain of the journal: each row's hash covers its content and the hash of the row before it.

    chain(row) = SHA-256( chain(row before) | content(row) )        32 bytes; before the first row: zeros

The content is the JSON array of the row's columns in `COLUMNS`' order, without spaces (RFC 8785). So
no row can be changed, taken out, put in or moved without every hash after it being wrong. Who may
write to the file can compute all of them anew; against that the newest hash is made public every
hour (`roots.py`), and whoever noted it can ask for it later.

The mark `chain` in the database names the algorithm, so that SM3 can follow without a doubt about old
rows. The mark `chain_head` holds the newest row's number and hash: without it rows could be cut off at
the end unseen.
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

_encode = msgspec.json.Encoder().encode


@dataclasses.dataclass(frozen=True, slots=True)
class Head:
    """A row of the journal and the hash that covers it and all before it."""

    seq: int = 0
    chain: bytes = START

    def __str__(self) -> str:
        return f"{self.seq}:{self.chain.hex()}"


class Fault(Exception):
    """The chain does not hold; `seq` is the first row at which it does not, `how` one word for it.

    | how | meaning |
    |---|---|
    | changed | the row's hash does not fit: the row was changed, put in, or moved |
    | missing | a row is not there |
    | unreadable | the row holds what no writer of ours stores |
    | cut_off | rows that the head knows are missing at the end |
    | added | a row stands behind the head |
    | head | the rows agree with each other, but not with the stored head |
    """

    def __init__(self, seq: int, how: str) -> None:
        super().__init__(f"row {seq}: {how}")
        self.seq = seq
        self.how = how


def head_of(mark: str) -> Head:
    """Read what `str(head)` wrote; raises ValueError."""
    seq, _, chain = mark.partition(":")
    head = Head(int(seq), bytes.fromhex(chain))
    if len(head.chain) != len(START) or str(head) != mark:
        raise ValueError(f"not a head of the chain: {mark!r}")
    return head


def link(before: bytes, content: Content) -> bytes:
    """The hash of a row, from the hash of the row before it and the row's columns."""
    return hashlib.sha256(before + _encode(content)).digest()


def follow(head: Head, rows: Iterable[tuple[int | str | bytes | None, ...]]) -> Head:
    """Check `rows` (content and, last, the stored hash) against the head before them.

    Returns the head after them; raises Fault.
    """
    for *content, stored in rows:
        seq = content[0]
        if not isinstance(seq, int) or not all(isinstance(one, int | str | None) for one in content):
            raise Fault(head.seq + 1, "unreadable")
        try:
            computed = link(head.chain, tuple(content))  # type: ignore[arg-type]
        except UnicodeEncodeError:
            raise Fault(seq, "unreadable") from None
        if computed != stored:
            gap = seq != head.seq + 1
            raise Fault(head.seq + 1 if gap else seq, "missing" if gap else "changed")
        head = Head(seq, computed)
    return head


def compare(end: Head, stored: Head) -> None:
    """Check that the walked chain ends where the stored head says; raises Fault."""
    if end.seq < stored.seq:
        raise Fault(end.seq + 1, "cut_off")
    if end.seq > stored.seq:
        raise Fault(stored.seq + 1, "added")
    if end != stored:
        raise Fault(end.seq, "head")
