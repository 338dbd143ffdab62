"""The committed clips: complete, unchanged, even, trimmed, and small; and a set that is spoilt says so."""

from __future__ import annotations

import itertools
import math
import shutil
from array import array
from pathlib import Path

import pytest

from display_board.voice.clips import FOLDER, MANIFEST, Clips
from display_board.voice.engines import Joined, spoken
from display_board.voice.sound import RATE
from queue_server.board import speech
from queue_server.wire.hall import Voice

CLIPS = Clips()
NAMES = sorted(CLIPS.known)
MOST_BYTES = 6_000_000


def decibels(sample: float) -> float:
    return 20 * math.log10(max(sample, 1e-9) / 32768)


def quiet_s(samples: array[int]) -> float:
    """How long it is quiet (40 dB below full scale) before anything is heard."""
    return next((place for place, one in enumerate(samples) if abs(one) > 328), len(samples)) / RATE


def every_word() -> set[str]:
    """The clips of everything that a hall can have called."""
    numbers = [f"{letter}{digits}" for letter in speech.LETTERS for digits in ("0123", "4567", "89")]
    numbers += [f"{letter}{digit}00" for letter in speech.USUAL for digit in range(10)]
    numbers += [f"A0{pair:02}" for pair in range(100)]
    places = [(str(label), floor) for label in range(1, 100) for floor in (None, *range(1, 13))]
    said = {speech.CHIME}
    for one, (number, (label, floor)) in itertools.product(
        ("yao", "yi"), itertools.zip_longest(numbers, places, fillvalue=None)
    ):
        sentences = speech.sentences(number or "A1", label, floor, lang="en", voice=Voice(one=one))
        said |= set(speech.clips(sentences))
    return said


def test_the_set_holds_exactly_what_can_be_said() -> None:
    assert set(NAMES) == every_word()
    files = {path.relative_to(FOLDER).with_suffix("").as_posix() for path in FOLDER.rglob("*.ogg")}
    assert files == set(NAMES)


def test_the_set_is_small_and_names_its_licence() -> None:
    assert sum(path.stat().st_size for path in FOLDER.rglob("*")) < MOST_BYTES
    assert "Apache-2.0" in (FOLDER / MANIFEST).read_text("utf-8")


def test_clips_are_even_trimmed_not_clipped_and_as_long_as_the_manifest_says() -> None:
    """Peaks lie within 1.5 dB of each other; no clip begins or ends with silence that could be heard."""
    peaks = {}
    for name in NAMES:
        samples = CLIPS.sound(name)
        peaks[name] = decibels(max(map(abs, samples)))
        assert len(samples) / RATE == pytest.approx(CLIPS.known[name].seconds, abs=0.02), name
        assert quiet_s(samples) < 0.08, name
        assert quiet_s(samples[::-1]) < (0.6 if name == speech.CHIME else 0.12), name
        assert 0.2 < len(samples) / RATE < 2.5, name
    assert max(peaks.values()) - min(peaks.values()) < 1.5, sorted(peaks.items(), key=lambda one: one[1])
    assert max(peaks.values()) < -1.0, "room for the decoder of a browser"


def test_a_call_is_said_from_clips_with_its_pauses() -> None:
    said = speech.sentences("A012", "3", None, lang="en", voice=Voice())
    engine = Joined(CLIPS)
    sound = spoken(said, [engine], engine.sound(speech.CHIME))
    names = [speech.CHIME, *speech.clips(said)]
    whole_s = sum(len(CLIPS.sound(name)) for name in names) / RATE
    pauses_s = 0.1 + 0.02 + 0.12 + 0.45 + 4 * 0.02 + 0.12 + 0.02
    assert len(sound) / RATE == pytest.approx(whole_s + pauses_s, abs=0.05)


def test_a_spoilt_clip_is_left_out_and_the_rest_is_said(tmp_path: Path, caplog) -> None:
    folder = tmp_path / "clips"
    shutil.copytree(FOLDER, folder)
    (folder / "zh" / "digit-0.ogg").write_bytes((folder / "zh" / "digit-2.ogg").read_bytes())
    (folder / "zh" / "hao.ogg").unlink()
    engine = Joined(Clips(folder))
    part = speech.number_zh("K012")
    names = ("zh/please", "zh/letter-K", "zh/digit-1-yao", "zh/digit-2")
    assert len(engine.synth(part)) > sum(len(CLIPS.sound(name)) for name in names)
    told = [record.message for record in caplog.records]
    assert len(told) == 2 and "digit-0" in told[0] and "hao" in told[1]


def test_a_set_without_a_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"manifest\.toml"):
        Clips(tmp_path)
