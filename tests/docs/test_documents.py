"""What the documents promise exists: commands, links, pictures, settings, headings."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
from pathlib import Path

import pytest

from queue_server.settings import Settings
from scripts.map import ROOT

DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
ADRS = sorted((ROOT / "docs" / "adr").glob("*.md"))
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_make_command_of_a_document_exists(document: Path) -> None:
    named = set(re.findall(r"`make ([a-z-]+)", text(document)))
    named |= set(re.findall(r"^make ([a-z-]+)", text(document), re.MULTILINE))
    assert named <= TARGETS


def test_the_readme_names_the_two_commands_in_both_languages() -> None:
    chinese, _, english = text(ROOT / "README.md").partition("## English")
    for part in (chinese, english):
        assert "make run" in part and "make test" in part


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_inside_the_project_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text(document))
    inside = [link for link in links if "://" not in link]
    assert [link for link in inside if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_named_in_code_type_exists(document: Path) -> None:
    named = re.findall(r"`((?:[\w.-]+/)+[\w.-]+\.(?:py|md|toml|yaml|txt|sh|sql|po))`", text(document))
    assert [name for name in named if not name.startswith("build/") and not (ROOT / name).exists()] == []


@pytest.mark.parametrize("program", ["queue_server", "kiosk", "display_board", "hardware"])
def test_every_program_explains_itself_with_an_example(program: str) -> None:
    shown = subprocess.run(
        [sys.executable, "-m", program, "--help"], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert shown.returncode == 0
    assert f"python -m {program} " in shown.stdout.partition("example")[2]


@pytest.mark.parametrize("program", ["queue_server", "kiosk", "display_board", "hardware"])
def test_bad_use_is_answered_in_one_line_and_exit_code_2(program: str) -> None:
    answered = subprocess.run(
        [sys.executable, "-m", program, "--no-such-option"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert answered.returncode == 2
    assert len(answered.stderr.strip().splitlines()) == 1


def test_every_setting_has_a_line_with_its_variable_and_default() -> None:
    lines = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text(ROOT / "docs" / "settings.md").splitlines()
        if line.startswith("|") and "`HALL_" in line
    ]
    documented = {line[1].strip("`"): line for line in lines if line[1].startswith("`HALL_")}
    fields = dataclasses.fields(Settings)
    assert set(documented) == {f"HALL_{field.name.upper()}" for field in fields}
    for field in fields:
        if isinstance(field.default, bool | int) or field.name in {"host", "synchronous"}:
            value = int(field.default) if isinstance(field.default, bool) else field.default
            assert documented[f"HALL_{field.name.upper()}"][2] == f"`{value}`", field.name


def test_decisions_are_numbered_without_gaps() -> None:
    assert [path.name[:4] for path in ADRS] == [f"{number:04}" for number in range(1, len(ADRS) + 1)]


@pytest.mark.parametrize("adr", ADRS, ids=lambda path: path.name)
def test_a_decision_has_its_four_parts_on_one_page(adr: Path) -> None:
    assert re.findall(r"^## (.+)$", text(adr), re.MULTILINE) == [
        "Context",
        "Decision",
        "Consequence",
        "The sign that we were wrong",
    ]
    assert len(text(adr).splitlines()) <= 80
