"""The list of events is complete, and the code uses the words of the glossary."""

from __future__ import annotations

import ast
import re

from queue_server.wire.events import EventKind
from scripts.map import ROOT

# Words for things that have another name here, as they would stand in the name of a class or function.
FOREIGN = {"customer", "patron", "teller", "booth", "receipt", "usher"}


def test_every_kind_of_event_is_explained() -> None:
    listed = re.findall(r"^\| `([a-z_.]+)` \|", (ROOT / "docs" / "events.md").read_text(), re.MULTILINE)
    assert sorted(listed) == sorted(kind.value for kind in EventKind)


def test_every_term_has_its_chinese_and_its_meaning() -> None:
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| ")
    ][1:]
    assert len(rows) >= 20
    assert all(len(row) == 4 and all(row) for row in rows)
    never = {word.strip() for row in rows for word in row[3].split(",")}
    assert FOREIGN.issubset(never)
    assert not never & {term.strip() for row in rows for term in row[0].split(",")}


def test_no_name_in_the_code_uses_another_word() -> None:
    wrong = set()
    for top in ("kiosk", "queue_server", "display_board", "hardware"):
        for path in (ROOT / top).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.arg):
                    continue
                name = node.arg if isinstance(node, ast.arg) else node.name
                words = set(re.findall(r"[A-Z]?[a-z]+", name))
                if {word.lower() for word in words} & FOREIGN:
                    wrong.add(f"{path.relative_to(ROOT)}: {name}")
    assert wrong == set()
