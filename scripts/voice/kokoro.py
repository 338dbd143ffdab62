"""The Kokoro voice: from sound signs to samples, with numpy and onnxruntime.

Used when clips are made and by the process that prepares numbers; never in the announcer itself.
The model and the voices lie in one folder, as `make voice` puts them there.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime

from scripts.voice.names import MODEL_FILE, VOICES

STYLE = 256
MOST_SIGNS = 500

# Sound sign -> token of the model, from the configuration of Kokoro-82M v1.0 (Apache-2.0).
_TOKENS = {
    ",": 3, ".": 4, " ": 16, "ʦ": 20, "ʨ": 21, "ꭧ": 23, "A": 24, "I": 25, "O": 31, "W": 39, "ᵊ": 42, "a": 43,
    "b": 44, "d": 46, "f": 48, "h": 50, "i": 51, "j": 52, "k": 53, "l": 54, "m": 55, "n": 56, "p": 58,
    "s": 61, "t": 62, "u": 63, "v": 64, "w": 65, "x": 66, "z": 68, "o": 57, "ɑ": 69, "ɔ": 76, "ʤ": 82,
    "ə": 83, "ɚ": 85, "ɛ": 86, "ɜ": 87, "ɡ": 92, "ɨ": 101, "ɪ": 102, "ŋ": 112, "θ": 119, "ɹ": 123, "ʂ": 130,
    "ʌ": 138, "ˈ": 156, "ˌ": 157, "ʰ": 162, "↓": 169, "→": 171, "↗": 172, "↘": 173,
}  # fmt: skip


class Kokoro:
    """The loaded model with its voices; `threads` are those of one synthesis."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(folder / MODEL_FILE), options, providers=["CPUExecutionProvider"]
        )
        self._voices = {
            lang: np.fromfile(folder / f"{voice}.bin", dtype="<f4").reshape(-1, STYLE)
            for lang, voice in VOICES.items()
        }

    def samples(self, lang: str, sounds: str, speed: float = 1.0) -> np.ndarray:
        """Say sound signs; returns samples of -1 to 1 at 24 kHz. Raises KeyError for an unknown sign."""
        tokens = [_TOKENS[sign] for sign in sounds]
        if len(tokens) > MOST_SIGNS:
            raise ValueError(f"{len(tokens)} sound signs at once")
        feed = {
            "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
            "style": self._voices[lang][len(tokens)][None],
            "speed": np.array([speed], dtype=np.float32),
        }
        return np.asarray(self._session.run(None, feed)[0], dtype=np.float64).reshape(-1)
