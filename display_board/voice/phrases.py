"""Phrases that were prepared ahead, on disk: found by what was to be said and by whom, bounded in number.

One folder holds the phrases of `make voice` and those that a running hall prepared; the least recently
used ones go first. A file is written beside its place and renamed, so a reader never sees half of one.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from array import array
from pathlib import Path

from display_board.voice.sound import from_wav

MOST = 3000
"""At most so many phrases are kept, some 100 KB each."""


def key(voice: str, speed: float, name: str, engine: str) -> str:
    """The file name of a phrase: another voice, speed, wording or engine is another phrase."""
    return hashlib.sha256("|".join((voice, f"{speed:g}", name, engine)).encode()).hexdigest()


class Phrases:
    """The phrases of one engine in a folder; `voices` names the voice of each language."""

    def __init__(self, folder: Path, engine: str, voices: dict[str, str], most: int = MOST) -> None:
        self.folder, self._engine, self._voices, self._most = folder, engine, voices, most

    def path(self, name: str) -> Path:
        """Where the phrase `zh/number-A012-yao` lies, or would lie."""
        voice = self._voices.get(name.partition("/")[0], "")
        return self.folder / f"{key(voice, 1.0, name, self._engine)}.wav"

    def has(self, name: str) -> bool:
        """Whether a phrase is at hand."""
        return self.path(name).exists()

    def sound(self, name: str) -> array[int] | None:
        """Return a phrase, None if it is not at hand or its file is spoilt; the latter is removed."""
        path = self.path(name)
        try:
            found = from_wav(path.read_bytes())
            os.utime(path)
        except FileNotFoundError:
            return None
        except (OSError, ValueError):
            path.unlink(missing_ok=True)
            return None
        return found

    def trim(self) -> int:
        """Remove the phrases that were used longest ago beyond the bound; returns how many."""
        aged: list[tuple[int, Path]] = []
        for path in self.folder.glob("*.wav"):
            with contextlib.suppress(FileNotFoundError):
                aged.append((path.stat().st_mtime_ns, path))
        surplus = sorted(aged)[: max(0, len(aged) - self._most)]
        for _, path in surplus:
            path.unlink(missing_ok=True)
        return len(surplus)
