"""Numbers prepared ahead: found by what was said, bounded on disk, made by a process that may die."""

from __future__ import annotations

import os
import sys
import time
from array import array
from collections.abc import Callable
from pathlib import Path

import pytest

from display_board.voice.engines import Prepared
from display_board.voice.phrases import Phrases, key
from display_board.voice.preparing import Preparing, worker_command
from display_board.voice.sound import from_wav, joined, quieter, wav
from queue_server.board import speech

VOICES = {"zh": "zf", "en": "af"}
TONE = array("h", [1000, -1000] * 1200)
# Stands for the voice: answers each name as the real worker does, and dies once if told to.
WORKER = """
import sys, pathlib
from display_board.voice.phrases import Phrases
from display_board.voice.sound import wav
from array import array
phrases = Phrases(pathlib.Path(sys.argv[1]), "engine", {"zh": "zf", "en": "af"})
once = pathlib.Path(sys.argv[2])
for line in sys.stdin:
    name = line.strip()
    if once.exists():
        once.unlink()
        sys.exit(1)
    if "Q" in name:
        print(name, "KeyError: Q", flush=True)
        continue
    phrases.path(name).write_bytes(wav(array("h", [1000, -1000] * 1200)))
    print(name, "ready", flush=True)
"""


def until(true: Callable[[], bool], within_s: float = 30.0) -> None:
    end_s = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end_s, "waited in vain"
        time.sleep(0.02)


@pytest.fixture
def phrases(tmp_path: Path) -> Phrases:
    (tmp_path / "phrases").mkdir()
    return Phrases(tmp_path / "phrases", "engine", VOICES, most=3)


def test_a_phrase_is_another_one_for_another_voice_speed_wording_or_engine() -> None:
    base = ("zf", 1.0, "zh/number-A012-yao", "engine")
    others = [
        ("zm", *base[1:]),
        ("zf", 0.9, *base[2:]),
        (*base[:2], "zh/number-A012-yi", "engine"),
        (*base[:3], "e2"),
    ]
    assert len({key(*base), *(key(*other) for other in others)}) == 5


def test_a_prepared_number_is_said_and_a_missing_or_spoilt_one_is_left_to_the_clips(phrases: Phrases) -> None:
    engine, part = Prepared(phrases), speech.number_zh("A012")
    assert engine.synth(part) is None
    phrases.path(part.prepared).write_bytes(wav(TONE))
    assert engine.synth(part) == TONE
    phrases.path(part.prepared).write_bytes(wav(TONE)[:100])
    assert engine.synth(part) is None and not phrases.has(part.prepared)
    assert engine.synth(speech.Part("到3号窗口", ("zh/counter-3",))) is None


def test_the_phrases_that_were_used_longest_ago_go_first(phrases: Phrases) -> None:
    names = [f"zh/number-A{n:03d}" for n in range(5)]
    for age, name in enumerate(names):
        phrases.path(name).write_bytes(wav(TONE))
        os.utime(phrases.path(name), (1000 + age, 1000 + age))
    phrases.sound(names[0])
    assert phrases.trim() == 2
    assert [phrases.has(name) for name in names] == [True, False, False, True, True]


def test_numbers_are_made_one_after_the_other_also_after_the_worker_died(
    phrases: Phrases, tmp_path: Path
) -> None:
    once = tmp_path / "die"
    once.touch()
    command = [sys.executable, "-c", WORKER, str(phrases.folder), str(once)]
    preparing = Preparing(command, phrases, again_s=0.05)
    preparing.start()
    try:
        for name in ("zh/number-A001", "zh/number-Q002", "zh/number-A003", "en/number-A003"):
            preparing.want(name)
        until(lambda: phrases.has("en/number-A003"))
        assert phrases.has("zh/number-A003") and not phrases.has("zh/number-Q002")
        assert not once.exists() and not phrases.has("zh/number-A001"), (
            "what it died of is not tried for ever"
        )
        preparing.want("zh/number-A001")
        until(lambda: phrases.has("zh/number-A001"))
    finally:
        preparing.stop()


def test_what_nobody_needs_any_more_is_not_made(phrases: Phrases) -> None:
    preparing = Preparing(["false"], phrases)
    preparing.want("zh/number-A001")
    preparing.want("zh/number-A002")
    preparing.forget("zh/number-A001")
    assert list(preparing._wanted) == ["zh/number-A002"]


def test_without_the_voice_there_is_no_worker(tmp_path: Path) -> None:
    assert worker_command(tmp_path, tmp_path / "phrases") is None


def test_sounds_are_joined_with_pauses_made_quieter_and_read_back() -> None:
    whole = joined([(0.0, TONE), (0.1, TONE)])
    assert len(whole) == 2 * len(TONE) + 2400 and not any(whole[len(TONE) : len(TONE) + 2400])
    assert from_wav(wav(whole)) == whole
    assert quieter(TONE, 100) is TONE
    assert max(quieter(TONE, 50)) == 250 and not any(quieter(TONE, 0))
    with pytest.raises(ValueError, match="RIFF"):
        from_wav(b"no sound at all, but long enough to hold a header of a file")
