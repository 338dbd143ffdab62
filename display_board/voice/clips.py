"""The committed clips: read by name, decoded when first needed, kept.

The manifest names every clip with its text, length and hash; a file that differs is not played.
"""

from __future__ import annotations

import hashlib
import tomllib
from array import array
from dataclasses import dataclass
from pathlib import Path

import miniaudio

from display_board.voice.sound import RATE

FOLDER = Path(__file__).resolve().parent.parent / "clips"
MANIFEST = "manifest.toml"


@dataclass(frozen=True, slots=True)
class Clip:
    """What the manifest says of a clip; `recipe` tells whether it would be made otherwise today."""

    text: str
    seconds: float
    sha256: str
    recipe: str = ""


class Clips:
    """The clip set of a folder. Raises ValueError if its manifest is missing or can't be read."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        try:
            manifest = tomllib.loads((folder / MANIFEST).read_text("utf-8"))
            self.known = {name: Clip(**about) for name, about in manifest["clips"].items()}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{folder / MANIFEST}: {error}") from error
        self._decoded: dict[str, array[int]] = {}

    def sound(self, name: str) -> array[int]:
        """Return a clip; raises KeyError for an unknown one and ValueError for one that was changed."""
        found = self._decoded.get(name)
        if found is None:
            data = (self._folder / f"{name}.ogg").read_bytes()
            if hashlib.sha256(data).hexdigest() != self.known[name].sha256:
                raise ValueError(f"clip {name} is not the one of the manifest")
            decoded = miniaudio.decode(
                data, output_format=miniaudio.SampleFormat.SIGNED16, nchannels=1, sample_rate=RATE
            )
            found = self._decoded[name] = array("h", decoded.samples)
        return found
