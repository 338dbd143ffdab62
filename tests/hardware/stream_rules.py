"""The rules that every parser of a byte stream is held to, whatever its frames look like."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


class Reader(Protocol):
    """A parser under test."""

    def feed(self, data: bytes) -> Sequence[Any]: ...


@dataclass(frozen=True)
class Stream:
    """A parser, samples of what it finds with their bytes, and the bytes that a found thing must come from.

    `proof(found)` is made from the found thing by the test's own means; it must occur in what was fed.
    """

    make: Callable[[], Reader]
    samples: Sequence[tuple[bytes, Any]]
    proof: Callable[[Any], bytes]


def found(stream: Stream, pieces: Sequence[bytes]) -> list[Any]:
    """Feed the pieces; everything found must stand in what was fed."""
    reader = stream.make()
    things: list[Any] = []
    for piece in pieces:
        things.extend(reader.feed(piece))
    whole = b"".join(pieces)
    for thing in things:
        assert stream.proof(thing) in whole, f"{thing} was accepted out of nothing"
    return things


def check_cuts(stream: Stream) -> None:
    """Whole, byte by byte and at each split point of all samples glued together, the same is found."""
    glued = b"".join(wire for wire, _ in stream.samples)
    wanted = [thing for _, thing in stream.samples]
    assert found(stream, [glued]) == wanted
    assert found(stream, [bytes((byte,)) for byte in glued]) == wanted
    for cut in range(len(glued) + 1):
        assert found(stream, [glued[:cut], glued[cut:]]) == wanted, f"cut at {cut}"


def check_junk(stream: Stream, junk: Sequence[bytes]) -> None:
    """Junk before, between and after costs no frame."""
    for noise in junk:
        for wire, thing in stream.samples:
            things = found(stream, [noise + wire + noise + wire + noise])
            assert things.count(thing) >= 2, f"lost behind {noise.hex(' ')}"


def check_bit_flips(stream: Stream) -> None:
    """With any one bit wrong the frame is not taken for another, and the very next one is found."""
    for wire, thing in stream.samples:
        for bit in range(len(wire) * 8):
            bent = bytearray(wire)
            bent[bit // 8] ^= 1 << bit % 8
            things = found(stream, [bytes(bent), wire, wire])
            assert things[-2:] == [thing, thing], f"bit {bit}: lost the step"


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
