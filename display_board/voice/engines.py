"""Engines turn one part of a sentence into sound: a prepared phrase, or the committed clips."""

from __future__ import annotations

import logging
from array import array
from collections.abc import Sequence
from typing import Protocol

from display_board.voice.clips import Clips
from display_board.voice.phrases import Phrases
from display_board.voice.sound import joined
from queue_server.board.speech import Part, Sentence

SIGN_GAP_S = 0.02
PART_GAP_S = 0.12
SENTENCE_GAP_S = 0.45
CHIME_GAP_S = 0.1

log = logging.getLogger(__name__)


class Engine(Protocol):
    """Says a part, or returns None where another engine must. It never waits for anything but the disk."""

    def synth(self, part: Part) -> array[int] | None: ...


class Prepared:
    """Says what was prepared ahead by the Kokoro voice."""

    def __init__(self, phrases: Phrases) -> None:
        self._phrases = phrases

    def synth(self, part: Part) -> array[int] | None:
        """Return the prepared phrase if it is at hand."""
        return self._phrases.sound(part.prepared) if part.prepared else None


class Joined:
    """Says everything by joining committed clips; one that is missing or spoilt is left out and told of."""

    def __init__(self, clips: Clips) -> None:
        self._clips = clips

    def synth(self, part: Part) -> array[int]:
        """Return the clips of the part one after the other."""
        return joined(
            (SIGN_GAP_S if place else 0.0, self.sound(name)) for place, name in enumerate(part.clips)
        )

    def sound(self, name: str) -> array[int]:
        """Return one clip, nothing if it can't be read."""
        try:
            return self._clips.sound(name)
        except (KeyError, OSError, ValueError) as error:
            log.error("clip %s cannot be played: %s", name, error)
            return array("h")


def spoken(
    said: Sequence[Sentence], engines: Sequence[Engine], chime: array[int] | None = None
) -> array[int]:
    """Say sentences with the first engine that can say each part, behind the chime if there is one."""
    pieces: list[tuple[float, array[int]]] = [] if chime is None else [(0.0, chime)]
    for sentence in said:
        for place, part in enumerate(sentence.parts):
            pause_s = PART_GAP_S if place else SENTENCE_GAP_S if sentence is not said[0] else CHIME_GAP_S
            pieces.append((pause_s if pieces else 0.0, _said(part, engines)))
    return joined(pieces)


def _said(part: Part, engines: Sequence[Engine]) -> array[int]:
    for engine in engines:
        sound = engine.synth(part)
        if sound is not None:
            return sound
    return array("h")
