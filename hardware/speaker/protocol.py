"""What is said to a player and what its answers mean: command line, exit status and messages of aplay.

Source: aplay of alsa-utils 1.2.8; its messages as seen with LC_ALL=C. It plays a file that is no sound
as noise, so the header of every clip is read here first (RIFF WAVE, Microsoft 1991; PCM only).
"""

from __future__ import annotations

import io
import struct
import wave

from hardware.errors import DeviceError

PLAYER = "aplay"
HEADER = 65_536  # bytes of a file in which the header and the beginning of the sound must stand
SMALLEST_HEAD = 44  # RIFF, fmt and data chunk heads of a PCM file
LONGEST_S = 60.0
# What aplay says behind "audio open error" or "Unknown PCM".
MESSAGES = {
    "Device or resource busy": "sound_busy",
    "No such file or directory": "no_sound_device",
    "No such device": "no_sound_device",
    "Unknown PCM": "no_sound_device",
    "Connection refused": "no_sound_device",
    "Permission denied": "no_permission",
}


def arguments(device: str, path: str = "") -> list[str]:
    """Return the arguments that play a file, or with no path what comes on stdin."""
    return ["-q", "-D", device, *([path] if path else [])]


def reason_of(status: int, message: str) -> str:
    """Return why a player failed, empty when it did not. A negative status is the signal that ended it."""
    if status == 0:
        return ""
    opening = [line for line in message.splitlines() if "open error" in line or "Unknown PCM" in line]
    for line in reversed(opening):
        for words, reason in MESSAGES.items():
            if words in line:
                return reason
    return "player_failed"


def duration_s(head: bytes, size: int) -> float:
    """Return how long the WAV file that begins with `head` and has `size` bytes plays.

    Raises a permanent DeviceError `bad_clip` for anything that is no PCM sound, is cut short or is
    longer than a minute.
    """
    try:
        with wave.open(io.BytesIO(head)) as sound:
            frame = sound.getsampwidth() * sound.getnchannels()
            seconds: float = sound.getnframes() / sound.getframerate()
            missing = SMALLEST_HEAD + sound.getnframes() * frame > size
    except (wave.Error, EOFError, struct.error, ZeroDivisionError, RuntimeError) as error:
        raise bad_clip(f"no WAV sound: {error}") from error
    if missing or not 0 < seconds <= LONGEST_S:
        raise bad_clip("a WAV file that is empty, cut short or longer than a minute")
    return seconds


def silence() -> bytes:
    """Return a WAV of a hundredth of a second in which nothing is heard: the question whether sound works."""
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(24_000)
        sound.writeframes(bytes(480))
    return out.getvalue()


def bad_clip(why: str) -> DeviceError:
    """Return the error for a clip that cannot be played."""
    return DeviceError(why, reason="bad_clip", permanent=True)
