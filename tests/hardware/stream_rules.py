"""The rules that every parser of a byte stream is held to, whatever its frames look like."""

from __future__ import annotations

import enum
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from hypothesis import strategies as st

LONG = 200
Sample = tuple[bytes, Any]
"""Bytes on the wire, and the one thing that a parser must find in them."""


class Reader(Protocol):
    """A parser under test."""

    def feed(self, data: bytes) -> Sequence[Any]: ...


class Damage(enum.Enum):
    """What a parser owes when one bit of a frame is wrong.

    CHECKED: there is a checksum, so the frame is refused and not one frame behind it is lost. FOUND_AGAIN:
    nothing shows the wrong bit, but once the longest frame could have passed, all is found again. SURVIVES:
    a wrong length may swallow any number of bytes and nothing in the protocol can tell; it must only go on.
    """

    CHECKED = "checked"
    FOUND_AGAIN = "found again"
    SURVIVES = "survives"


@dataclass(frozen=True)
class Stream:
    """A parser with all that the rules need to know of it.

    `proof(found)` are bytes that a found thing must come from, made without the code under test; they must
    occur in what was fed. `any_sample` draws samples for round trips. `junk` are bytes that belong to no
    frame and that the parser must step over. `joined` makes equal what may differ with the cuts.
    """

    make: Callable[[], Reader]
    samples: Sequence[Sample]
    proof: Callable[[Any], bytes]
    any_sample: st.SearchStrategy[Sample]
    junk: Sequence[bytes] = ()
    damage: Damage = Damage.CHECKED
    joined: Callable[[list[Any]], list[Any]] = list


def found(stream: Stream, pieces: Sequence[bytes]) -> list[Any]:
    """Feed the pieces; everything found must stand in what was fed."""
    reader = stream.make()
    things: list[Any] = []
    for piece in pieces:
        things.extend(reader.feed(piece))
    whole = b"".join(pieces)
    for thing in things:
        assert stream.proof(thing) in whole, f"{thing} was accepted out of nothing"
    return stream.joined(things)


def check_cuts(stream: Stream) -> None:
    """Whole, byte by byte and at each split point of all samples glued together, the same is found."""
    glued = b"".join(wire for wire, _ in stream.samples)
    wanted = stream.joined([thing for _, thing in stream.samples])
    assert found(stream, [glued]) == wanted
    assert found(stream, [bytes((byte,)) for byte in glued]) == wanted
    for cut in range(len(glued) + 1):
        assert found(stream, [glued[:cut], glued[cut:]]) == wanted, f"cut at {cut}"


def check_junk(stream: Stream) -> None:
    """Junk before, between and after costs no frame."""
    for noise in stream.junk:
        for wire, thing in stream.samples:
            things = found(stream, [noise + wire + noise + wire + noise])
            assert things.count(thing) >= 2, f"lost behind {noise.hex(' ')}"


def check_bit_flips(stream: Stream, stride: int = 1) -> None:
    """With any one bit wrong, the parser does what it owes by its kind of `damage`.

    Of frames longer than LONG bytes only each `stride`-th bit is turned.
    """
    longest = max(len(wire) for wire, _ in stream.samples)
    for wire, thing in stream.samples:
        behind = [wire] * (2 if stream.damage is Damage.CHECKED else 1 + -(-longest // len(wire)))
        for bit in range(0, len(wire) * 8, stride if len(wire) > LONG else 1):
            bent = bytearray(wire)
            bent[bit // 8] ^= 1 << bit % 8
            things = found(stream, [bytes(bent), *behind])
            if stream.damage is Damage.CHECKED:
                assert things in ([thing] * 2, [thing] * 3), f"bit {bit}: {things}"
            elif stream.damage is Damage.FOUND_AGAIN:
                assert things[-1:] == [thing], f"bit {bit}: lost for good"


def check_round_trip(stream: Stream, samples: Sequence[Sample], cuts: Sequence[int]) -> None:
    """Any frames glued together and cut anywhere are found, each as it was made."""
    glued = b"".join(wire for wire, _ in samples)
    ends = sorted(cut % (len(glued) + 1) for cut in cuts)
    pieces = [glued[start:end] for start, end in zip([0, *ends], [*ends, len(glued)], strict=True)]
    assert found(stream, pieces) == stream.joined([thing for _, thing in samples])


def fuzz(stream: Stream, count: int, seed: int) -> None:
    """Feed random bytes and damaged frames in random pieces to one reader after another."""
    lots = random.Random(seed)
    for _ in range(count):
        data = bytearray()
        for _ in range(lots.randrange(1, 4)):
            wire = bytearray(lots.choice(stream.samples)[0])
            for _ in range(lots.randrange(0, 4)):
                wire[lots.randrange(len(wire))] = lots.randrange(256)
            data += wire[lots.randrange(len(wire)) :] if lots.random() < 0.3 else wire
            data += lots.randbytes(lots.randrange(0, 12))
        cut = lots.randrange(len(data) + 1)
        found(stream, [bytes(data[:cut]), bytes(data[cut:])])
