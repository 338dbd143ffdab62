"""The map shows the code as it is, and the code is what a map can show."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from scripts.map import MAP, ROOT, draw, first_sentence

BANNED = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}


def kept_python_files() -> list[Path]:
    """Every Python file that git keeps or would keep."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.split() if (ROOT / name).exists()]


def test_the_map_is_current() -> None:
    assert MAP.read_text(encoding="utf-8") == draw(ROOT), "docs/map.md is old; run: make map"


def test_every_module_opens_with_a_full_sentence() -> None:
    wrong = [
        str(path.relative_to(ROOT))
        for path in kept_python_files()
        if not (first_sentence(path.read_text(encoding="utf-8")) or "").endswith((".", "?", "!"))
        and (path.name != "__init__.py" or path.stat().st_size)
    ]
    assert wrong == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    wrong = [path for path in kept_python_files() if path.stem in BANNED or path.parent.name in BANNED]
    assert wrong == []


def test_no_module_of_a_program_is_longer_than_400_lines() -> None:
    programs = [path for path in kept_python_files() if ROOT / "tests" not in path.parents]
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in programs}
    assert {str(path): lines for path, lines in lengths.items() if lines > 400} == {}


@pytest.mark.parametrize(
    ("docstring", "sentence"),
    [
        ('"""One sentence."""', "One sentence."),
        ('"""One of\ntwo lines. Another one."""', "One of two lines."),
        ('"""Version 3.11 stays whole. Next."""', "Version 3.11 stays whole."),
        ('"""First.\n\nThe rest."""', "First."),
        ("import os", None),
    ],
)
def test_the_first_sentence_is_found(docstring: str, sentence: str | None) -> None:
    assert first_sentence(docstring) == sentence
