"""Every Chinese text of the kiosk has its English one, with the same facts in it."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tests.kiosk import samples

ROOT = Path(__file__).resolve().parents[2]
NOT_TEXTS = {"typeset.py", "slip_built_in.py", "slip_preview.py"}
"""Rules of typesetting, and a layout and samples that have both languages in themselves."""
WEEKDAYS = re.compile("^(星期.?|周)$|至|、$")


def texts(path: Path) -> Iterator[str]:
    """Yield the string constants with Hanzi that are not docstrings or parts of f-strings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    aside: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            aside.add(id(node.value))
        if isinstance(node, ast.JoinedStr):
            aside |= {id(part) for part in node.values}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in aside:
            continue
        if re.search("[一-鿿]", node.value) and not WEEKDAYS.search(node.value):
            yield node.value


def english(domain: str) -> dict[str, str]:
    with (ROOT / "locale" / "en" / "LC_MESSAGES" / f"{domain}.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id}


@pytest.mark.parametrize(
    ("domain", "files"),
    [
        ("kiosk", [path for path in sorted((ROOT / "kiosk").rglob("*.py")) if path.name != "slip.py"]),
        ("slip", [ROOT / "kiosk" / "slip.py"]),
    ],
)
def test_every_text_has_english_and_none_is_left_over(domain: str, files: list[Path]) -> None:
    used = {text for path in files if path.name not in NOT_TEXTS for text in texts(path)}
    known = english(domain)
    _, _, details = samples.hall_and_matters()
    materials = {line.name for matter in details.values() for line in matter.checklist}
    assert used - set(known) == set()
    left_over = set(known) - used
    assert left_over == (materials & set(known) if domain == "kiosk" else set())
    if domain == "kiosk":
        assert materials <= set(known), "every material of the catalogue has English"


@pytest.mark.parametrize("domain", ["kiosk", "slip"])
def test_both_languages_carry_the_same_facts(domain: str) -> None:
    for chinese, translated in english(domain).items():
        fields = [
            {name for _, name, _, _ in string.Formatter().parse(text) if name}
            for text in (chinese, translated)
        ]
        assert translated.strip() and fields[0] == fields[1], chinese
        assert not re.search("[一-鿿]", translated) or translated == "EN / 中", chinese
