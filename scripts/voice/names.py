"""The engine and the voices: names that stand in manifests and in the keys of prepared phrases."""

from __future__ import annotations

ENGINE = "kokoro-82m-v1.0-int8/1"
"""Model, and behind the slash the version of how its sounds are cut and levelled here."""
MODEL_FILE = "kokoro-v1.0.int8.onnx"
VOICES = {"zh": "zf_xiaoxiao", "en": "af_heart"}
LICENCE = (
    "Speech: Kokoro-82M v1.0 by hexgrad, weights and voices under Apache-2.0, ONNX export by thewh1teagle "
    "under MIT. Chime: computed by this project."
)
