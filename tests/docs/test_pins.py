"""Requirements are exact, complete, and what this environment runs on."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import sys

from packaging.utils import canonicalize_name

from scripts.map import ROOT

BEHIND = "# what the ones above bring along"
LINES = (ROOT / "requirements.txt").read_text().splitlines()
# What only making voices needs stands apart, in an environment of its own.
VOICE = (ROOT / "requirements-voice.txt").read_text().splitlines()
PINS = {
    canonicalize_name(name): version
    for name, _, version in (line.partition("==") for line in LINES)
    if version
}


def direct(lines: list[str]) -> set[str]:
    return {
        canonicalize_name(line.partition("==")[0]) for line in lines[: lines.index(BEHIND)] if "==" in line
    }


OURS = ("kiosk", "queue_server", "display_board", "hardware", "scripts", "bench")


def test_every_line_is_an_exact_pin_or_a_remark() -> None:
    wrong = [line for line in (*LINES, *VOICE) if line and not re.fullmatch(r"#.*|[\w.-]+==[\w.]+", line)]
    assert wrong == []


def test_the_environment_holds_every_pin() -> None:
    installed = {
        canonicalize_name(found.metadata["Name"]): found.version
        for found in importlib.metadata.distributions()
    }
    assert {name: installed.get(name) for name in PINS} == PINS


def test_what_the_programs_import_is_pinned_as_a_direct_need() -> None:
    owners = importlib.metadata.packages_distributions()
    missing = set()
    pinned = {False: direct(LINES), True: direct(LINES) | direct(VOICE)}
    for path in (path for top in OURS for path in (ROOT / top).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            for top in {name.partition(".")[0] for name in names}:
                if top in sys.stdlib_module_names or top in OURS or top == "tests":
                    continue
                if (
                    not {canonicalize_name(owner) for owner in owners.get(top, [top])}
                    & pinned[ROOT / "scripts" / "voice" in path.parents]
                ):
                    missing.add(f"{path.relative_to(ROOT)}: {top}")
    assert missing == set()
