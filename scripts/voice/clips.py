"""Makes the committed clip set: every clip of `phonemes`, the chime, and the manifest that names them.

A clip that is there already and whose text and sound signs have not changed stays as it is, so that making
them anew changes only what is new.
"""

from __future__ import annotations

import functools
import hashlib
import io
import tomllib
from pathlib import Path

import numpy as np
import soundfile

from display_board.voice.clips import FOLDER, MANIFEST
from queue_server.board.speech import CHIME
from scripts.assets import replace
from scripts.voice import phonemes
from scripts.voice.kokoro import Kokoro
from scripts.voice.mastering import RATE, chime, mastered
from scripts.voice.names import ENGINE, LICENCE, VOICES

QUALITY = 0.5
"""Compression level of libsndfile: about 60 kbit/s for this speech; 0 is the largest file, 1 the smallest."""
TRIES, CLOSE = 10, 0.012
"""Peaks come within 0.1 dB, or as close as so many tries bring them."""


def make(models: Path, folder: Path = FOLDER) -> int:
    """Make what is missing or stale; returns how many clips were made."""
    voice, old = Kokoro(models), _manifest(folder)
    clips = {CHIME: ("叮咚", "")} | {name: (text, sounds) for name, text, sounds in phonemes.clips()}
    lines, made = {}, 0
    for name, (text, sounds) in clips.items():
        path, known = folder / f"{name}.ogg", old.get(name)
        recipe = hashlib.sha256(f"{ENGINE}|{_voice(name)}|{sounds}".encode()).hexdigest()[:16]
        if known is None or known.get("recipe") != recipe or not path.exists():
            samples = chime() if name == CHIME else mastered(voice.samples(name[:2], sounds))
            replace(path, functools.partial(Path.write_bytes, data=ogg(samples)))
            made += 1
        lines[name] = _line(name, text, recipe, path)
    for path in folder.rglob("*.ogg"):
        if path.relative_to(folder).with_suffix("").as_posix() not in clips:
            path.unlink()
    replace(folder / MANIFEST, lambda target: target.write_text(_head() + "".join(lines.values()), "utf-8"))
    return made


def ogg(samples: np.ndarray) -> bytes:
    """One clip as an Ogg Vorbis file whose peak, when decoded, is that of the samples.

    Coding moves peaks by up to 2 dB, so the clip is coded again a little louder or softer until it fits.
    """
    wanted, factor = float(np.abs(samples).max()), 1.0
    tried: list[tuple[float, bytes]] = []
    for _ in range(TRIES):
        data = _coded(samples * factor)
        error = float(np.abs(soundfile.read(io.BytesIO(data))[0]).max()) / wanted
        tried.append((abs(error - 1.0), data))
        if tried[-1][0] < CLOSE:
            break
        factor /= error**0.8
    return min(tried)[1]


def _coded(samples: np.ndarray) -> bytes:
    out = io.BytesIO()
    with soundfile.SoundFile(
        out, "w", RATE, 1, format="OGG", subtype="VORBIS", compression_level=QUALITY
    ) as file:
        file.write(samples)
    return out.getvalue()


def _voice(name: str) -> str:
    return VOICES.get(name.partition("/")[0], "")


def _line(name: str, text: str, recipe: str, path: Path) -> str:
    data = path.read_bytes()
    seconds = soundfile.info(io.BytesIO(data)).duration
    sha256 = hashlib.sha256(data).hexdigest()
    return (
        f'"{name}" = {{ text = "{text}", seconds = {seconds:.3f}, recipe = "{recipe}", '
        f'sha256 = "{sha256}" }}\n'
    )


def _head() -> str:
    voices = ", ".join(f'{lang} = "{voice}"' for lang, voice in VOICES.items())
    return (
        "# The clips of announcements, made by `make voice-clips`; do not edit.\n"
        f'engine = "{ENGINE}"\nvoices = {{ {voices} }}\nrate = {RATE}\n'
        f'licence = "{LICENCE}"\n\n[clips]\n'
    )


def _manifest(folder: Path) -> dict[str, dict[str, str]]:
    path = folder / MANIFEST
    return dict(tomllib.loads(path.read_text("utf-8"))["clips"]) if path.exists() else {}
