"""`make voice` and `make voice-clips`: set the voice up, prepare numbers, make the committed clips anew.

build/voice/venv/bin/python -m scripts.voice setup              model and voices, checked, into build/voice
build/voice/venv/bin/python -m scripts.voice numbers A001-A120  these numbers as phrases (yao and yi)
build/voice/venv/bin/python -m scripts.voice clips              display_board/clips
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from display_board.voice.phrases import MOST, Phrases
from queue_server.board import speech
from scripts.assets import ROOT, replace
from scripts.voice import models
from scripts.voice.names import ENGINE, VOICES

FOLDER = ROOT / "build" / "voice"
_RANGE = re.compile(r"([A-GJ-NP-Z])(\d{3,4})(?:-\1(\d{3,4}))?")


def numbers(ranges: list[str]) -> Iterator[str]:
    """Ticket numbers of ranges such as A001-A120; raises ValueError for what is none."""
    for text in ranges:
        found = _RANGE.fullmatch(text)
        if found is None:
            raise ValueError(f"'{text}' is no range like A001-A120")
        for number in range(int(found[2]), int(found[3] or found[2]) + 1):
            yield f"{found[1]}{number:03d}"


def main(arguments: list[str]) -> int:
    """Do one of the three; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.voice", epilog='example: make voice NUMBERS="A001-A120 B001-B060"'
    )
    parser.add_argument("what", choices=("setup", "numbers", "clips"))
    parser.add_argument("ranges", nargs="*", metavar="A001-A120")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="default build/voice")
    parser.add_argument("--one", choices=("yao", "yi"), default="yao", help="how the digit 1 is said")
    given = parser.parse_args(arguments)
    try:
        models.ensure(given.folder / "models")
        if given.what == "setup":
            return _finish(given.folder)
        if given.what == "clips":
            from scripts.voice.clips import make

            print(f"{make(given.folder / 'models')} clips made")
            return 0
        return _prepare(given.folder, list(numbers(given.ranges)), given.one)
    except (RuntimeError, ValueError) as error:
        print(f"make voice: {error}", file=sys.stderr)
        return 1


def _finish(folder: Path) -> int:
    about = json.dumps({"engine": ENGINE, "voices": VOICES}, indent=1)
    replace(folder / "voice.json", lambda target: target.write_text(about + "\n", "utf-8"))
    print(f"the voice is ready in {folder}: announcers prepare numbers as tickets are issued")
    return 0


def _prepare(folder: Path, wanted: list[str], one: str) -> int:
    from scripts.voice.kokoro import Kokoro
    from scripts.voice.worker import prepare

    if len(wanted) > MOST:
        raise ValueError(f"{len(wanted)} numbers are more than the {MOST} phrases that are kept")
    voice, phrases = Kokoro(folder / "models", threads=0), Phrases(folder / "phrases", ENGINE, VOICES)
    phrases.folder.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    for done, number in enumerate(wanted, 1):
        answer = prepare(voice, phrases, speech.number_zh(number, one).prepared)
        left_s = (time.monotonic() - started) / done * (len(wanted) - done)
        print(f"{number} {answer}, {done} of {len(wanted)}, {left_s:.0f} s left", flush=True)
    phrases.trim()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
