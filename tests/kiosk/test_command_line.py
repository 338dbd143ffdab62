"""The command line: help with an example, one line and status 2 on bad use."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.__main__ import read_arguments

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kiosk", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30)


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "kiosk-7.key"
    path.write_text("abc-def\n", encoding="utf-8")
    return path


def test_help_has_an_example() -> None:
    found = run("--help")
    assert found.returncode == 0 and "python -m kiosk --server http://" in found.stdout


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ([], "required"),
        (["--server", "ftp://x", "--key-file", "KEY"], "http"),
        (["--server", "http://x", "--key-file", "nothing.key"], "cannot be read"),
        (["--server", "http://x", "--key-file", "KEY", "--size", "big"], "1080x1920"),
        (["--server", "http://x", "--key-file", "KEY", "--printer", "paper://oops"], "--printer"),
        (["--server", "http://x", "--key-file", "KEY", "--what"], "unrecognized"),
    ],
)
def test_bad_use_is_one_line_and_status_2(arguments: list[str], word: str, key_file: Path) -> None:
    found = run(*[str(key_file) if part == "KEY" else part for part in arguments])
    assert found.returncode == 2
    assert word in found.stderr and found.stderr.count("\n") == 1


def test_settings_come_from_the_key_file(key_file: Path) -> None:
    found = read_arguments(
        ["--server", "http://127.0.0.1:8080", "--key-file", str(key_file), "--size", "540x960"]
    )
    assert (found.name, found.key, found.size) == ("kiosk-7", "abc-def", (540, 960))
    assert found.data == key_file.parent / "kiosk-7-disk" and found.printer is None


def test_a_key_file_holds_the_key_alone(key_file: Path) -> None:
    key_file.write_text("two words", encoding="utf-8")
    assert "alone" in run("--server", "http://x", "--key-file", str(key_file)).stderr
