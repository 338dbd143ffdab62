"""What a serial line at the wrong speed makes of bytes is computed here, bit by bit."""

from __future__ import annotations


def misread(data: bytes, sent_baud: int, read_baud: int) -> bytes:
    """Return what a receiver at `read_baud` takes from `data` sent back to back at `sent_baud`, 8N1.

    The receiver samples the middle of each of its own bits, beginning at a falling edge. Bytes whose
    stop bit reads 0 are framing errors; drivers hand them on as they are, so they stay in the result.
    """
    levels: list[int] = []
    for byte in data:
        levels += [0, *((byte >> bit) & 1 for bit in range(8)), 1]
    bits_per_sample = sent_baud / read_baud
    received = bytearray()
    at = 0.0
    while (start := _falling_edge(levels, at)) is not None:
        samples = [_level(levels, start + (slot + 0.5) * bits_per_sample) for slot in range(1, 10)]
        received.append(sum(level << bit for bit, level in enumerate(samples[:8])))
        at = start + 9.5 * bits_per_sample
    return bytes(received)


def _level(levels: list[int], at: float) -> int:
    """The line's level at bit time `at`; an idle line is high."""
    return levels[int(at)] if int(at) < len(levels) else 1


def _falling_edge(levels: list[int], at: float) -> float | None:
    if _level(levels, at) == 0:
        return at
    return next((float(slot) for slot in range(int(at) + 1, len(levels)) if levels[slot] == 0), None)
