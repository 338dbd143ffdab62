"""What is said to aplay and what its answers mean; what is a clip and what is only a file."""

from __future__ import annotations

import io
import random
import wave
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.errors import DeviceError
from hardware.speaker.protocol import arguments, duration_s, reason_of, silence


def clip(frames: int, rate: int = 24_000, channels: int = 1, width: int = 2) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(channels)
        sound.setsampwidth(width)
        sound.setframerate(rate)
        sound.writeframes(bytes(frames * channels * width))
    return out.getvalue()


def test_arguments() -> None:
    assert arguments("plughw:1,0", "/x/a b.wav") == ["-q", "-D", "plughw:1,0", "/x/a b.wav"]
    assert arguments("default") == ["-q", "-D", "default"]


@pytest.mark.parametrize(
    ("status", "message", "reason"),
    [
        (0, "", ""),
        (0, "aplay: audio open error: ignored", ""),
        (1, "aplay: main:831: audio open error: No such file or directory", "no_sound_device"),
        (
            1,
            "ALSA lib pcm.c:2666:(snd_pcm_open_noupdate) Unknown PCM x\naplay: main:831: audio open error: x",
            "no_sound_device",
        ),
        (1, "aplay: main:831: audio open error: Device or resource busy", "sound_busy"),
        (1, "aplay: main:831: audio open error: Permission denied", "no_permission"),
        (1, "aplay: main:831: audio open error: No such device", "no_sound_device"),
        (1, "/x.wav: No such file or directory", "player_failed"),
        (1, "aplay: read_header:2912: read error", "player_failed"),
        (1, "", "player_failed"),
        (-9, "", "player_failed"),
    ],
)
def test_answers(status: int, message: str, reason: str) -> None:
    assert reason_of(status, message) == reason


@given(
    st.integers(1, 24_000),
    st.sampled_from([8_000, 22_050, 24_000, 48_000]),
    st.integers(1, 2),
    st.sampled_from([1, 2, 3]),
)
def test_durations(frames: int, rate: int, channels: int, width: int) -> None:
    data = clip(frames, rate, channels, width)
    assert duration_s(data, len(data)) == pytest.approx(frames / rate)


def test_the_beginning_of_a_long_file_is_enough() -> None:
    data = clip(24_000 * 20)
    assert duration_s(data[:65_536], len(data)) == pytest.approx(20.0)


def test_silence_is_a_clip() -> None:
    assert duration_s(silence(), len(silence())) == pytest.approx(0.01)
    with wave.open(io.BytesIO(silence())) as sound:
        assert set(sound.readframes(1000)) == {0}


WHOLE = clip(2_400)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"root:x:0:0:root:/root:/bin/bash\n" * 9,
        WHOLE[:20],
        WHOLE[:44],
        WHOLE[:-1],
        clip(0),
        clip(24_000 * 61),
        b"RIFF" + bytes(60),
    ],
    ids=["empty", "text", "half a header", "no sound", "cut short", "no frames", "too long", "zeros"],
)
def test_what_is_no_clip(data: bytes) -> None:
    with pytest.raises(DeviceError) as caught:
        duration_s(data, len(data))
    assert (caught.value.reason, caught.value.permanent) == ("bad_clip", True)


def test_fuzz(rounds: Callable[[int, int], int]) -> None:
    lots = random.Random(59)
    for _ in range(rounds(3_000, 100_000)):
        data = bytearray(WHOLE[: lots.randrange(len(WHOLE))] if lots.random() < 0.3 else WHOLE)
        for _ in range(lots.randrange(1, 5)):
            if data:
                data[lots.randrange(min(len(data), 60))] = lots.randrange(256)
        try:
            assert 0 < duration_s(bytes(data), len(data)) <= 60
        except DeviceError as error:
            assert error.reason == "bad_clip"
