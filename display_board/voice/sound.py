"""Sounds as samples: joining them with pauses, making them quieter, and the WAV files that a player takes.

A sound is an array of 16-bit samples, mono, at 24 kHz.
"""

from __future__ import annotations

import io
import wave
from array import array
from collections.abc import Iterable

RATE = 24_000


def silence(seconds: float) -> array[int]:
    """Return a pause."""
    return array("h", bytes(2 * round(seconds * RATE)))


def joined(pieces: Iterable[tuple[float, array[int]]]) -> array[int]:
    """Join sounds, each with the seconds of silence before it."""
    whole = array("h")
    for pause_s, sound in pieces:
        whole.extend(silence(pause_s))
        whole.extend(sound)
    return whole


def quieter(sound: array[int], volume: int) -> array[int]:
    """Return a sound at a volume in percent: 50 is 12 dB less, about half as loud to the ear."""
    if volume >= 100:
        return sound
    factor = (max(0, volume) / 100) ** 2
    return array("h", [int(sample * factor) for sample in sound])


def wav(sound: array[int]) -> bytes:
    """Return the WAV file of a sound."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(sound.tobytes())
    return out.getvalue()


def from_wav(data: bytes) -> array[int]:
    """Read a WAV file; raises ValueError if it is none, or of another form."""
    try:
        with wave.open(io.BytesIO(data)) as file:
            if (file.getnchannels(), file.getsampwidth(), file.getframerate()) != (1, 2, RATE):
                raise ValueError("not mono, 16 bits, 24 kHz")
            sound = array("h", file.readframes(file.getnframes()))
            if len(sound) != file.getnframes():
                raise ValueError("cut short")
            return sound
    except (wave.Error, EOFError) as error:
        raise ValueError(str(error)) from error
