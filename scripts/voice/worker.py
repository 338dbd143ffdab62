"""The process that prepares number phrases: names come in on stdin, WAV files come out in the folder.

    build/voice/venv/bin/python -m scripts.voice.worker --models DIR --phrases DIR

Each line names a phrase (`zh/number-A012-yao`); it is answered on stdout by the name, or by the name and what
went wrong. It runs beside the hall with the lowest priority and ends when stdin does.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from display_board.voice.phrases import Phrases
from display_board.voice.sound import wav
from scripts.voice import phonemes
from scripts.voice.kokoro import Kokoro
from scripts.voice.mastering import mastered, pcm
from scripts.voice.names import ENGINE, VOICES

NICE = 10


def main(arguments: list[str]) -> int:
    """Prepare what is asked for until nobody asks; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m scripts.voice.worker")
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--phrases", type=Path, required=True)
    chosen = parser.parse_args(arguments)
    os.nice(NICE)
    chosen.phrases.mkdir(parents=True, exist_ok=True)
    voice, phrases = Kokoro(chosen.models), Phrases(chosen.phrases, ENGINE, VOICES)
    for line in sys.stdin:
        name = line.strip()
        print(name, prepare(voice, phrases, name), flush=True)
    return 0


def prepare(voice: Kokoro, phrases: Phrases, name: str) -> str:
    """Make one phrase; returns `ready`, or what went wrong."""
    path = phrases.path(name)
    if path.exists():
        return "ready"
    try:
        sound = pcm(mastered(voice.samples(name[:2], phonemes.number(name))))
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.write_bytes(wav(sound))
        fresh.replace(path)
    except (KeyError, ValueError, OSError) as error:
        return f"{type(error).__name__}: {error}"
    return "ready"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
