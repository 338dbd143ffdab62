"""Every Chinese text that a person sees has its English beside it, and every English one is still used."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from queue_server.wire.words import LOCALE_DIR, translator
from scripts.map import ROOT

HAN = re.compile("[\u3400-\u9fff]")
PO = sorted((ROOT / "locale" / "en" / "LC_MESSAGES").glob("*.po"))
# Whose words stand where; a program may also use the words of a door of the server.
DOMAINS = {
    "kiosk": ("kiosk", "slip"),
    "display_board": ("board",),
    "queue_server": ("server", "slip", "board"),
}
# Chinese that is data, not a text for a reader: each file with its reason.
DATA = {
    "kiosk/typeset.py": "words that a line break must not split",
    "kiosk/slip_built_in.py": "a layout with a Chinese and an English half of its own",
    "kiosk/slip_preview.py": "samples of slips, each in Chinese and in English",
    "queue_server/catalogue/catalogue_file.py": "keys of the catalogue file",
    "queue_server/catalogue/search.py": "characters that a search folds",
    "queue_server/board/speech.py": "what is said in each language, worded side by side",
}

# Their English is not a translation but written another way, beside them.
OTHERWISE = {f"星期{day}" for day in "一二三四五六日"} | {"星期", "周", "窗口", "号", "号窗口", "中文"}

# The switch of languages names both in both.
LANGUAGES = {"中 / EN", "中文"}


def catalog(po: Path) -> Catalog:
    with po.open("rb") as lines:
        return read_po(lines)


def messages(domain: str) -> set[str]:
    po = ROOT / "locale" / "en" / "LC_MESSAGES" / f"{domain}.po"
    return {str(message.id) for message in catalog(po) if message.id} if po.exists() else set()


def texts_of_python(path: Path) -> Iterator[str]:
    """Chinese string literals of a module, but for docstrings and the pieces of f-strings.

    A text in two languages at once ("慢 slow") needs no entry.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    passed = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            passed |= {id(piece) for piece in node.values}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in passed:
            continue
        if HAN.search(node.value):
            yield node.value


def texts_of_page(path: Path) -> Iterator[str]:
    """Chinese texts of a template or a script: what is translated there, and in a template what is not."""
    source = path.read_text(encoding="utf-8")
    source = re.sub(r"{#.*?#}|<!--.*?-->|/\*.*?\*/|(?m:^\s*//[^\n]*)", "", source, flags=re.DOTALL)
    if path.suffix == ".js":
        yield from filter(HAN.search, re.findall(r'"((?:[^"\\\n]|\\.)*)"', source))
        return
    yield from re.findall(r"""_\(\s*["']([^"']*)["']""", source)
    bare = re.sub(r"{{.*?}}|{%.*?%}", "", source, flags=re.DOTALL)
    yield from (line.strip() for line in bare.splitlines() if HAN.search(line))


def in_two_languages(text: str) -> bool:
    return bool(
        re.search(r"[A-Za-z]{3,}", re.sub(r"{\w+}|JSON|HTTP|XLSX|YAML|TOML|[\w.-]+-[\w.-]+", "", text))
    )


def texts_in_use(package: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted((ROOT / package).rglob("*")):
        name = path.relative_to(ROOT).as_posix()
        if name in DATA:
            continue
        if path.suffix == ".py":
            found.update(dict.fromkeys(texts_of_python(path), name))
        elif path.suffix in {".html", ".js"}:
            found.update(dict.fromkeys(texts_of_page(path), name))
    return found


@pytest.mark.parametrize("po", PO, ids=lambda path: path.stem)
def test_every_entry_is_translated_and_none_is_fuzzy(po: Path) -> None:
    for message in catalog(po):
        if message.id:
            assert message.string, f"no English for {message.id}"
            assert not message.fuzzy, f"unsure English for {message.id}"
            if message.id not in LANGUAGES:
                assert not HAN.search(str(message.string)), f"Chinese in the English of {message.id}"


@pytest.mark.parametrize("po", PO, ids=lambda path: path.stem)
def test_the_english_fills_in_no_other_blanks(po: Path) -> None:
    for message in catalog(po):
        chinese, english = (
            sorted(re.findall(r"{(\w+)}", str(text))) for text in (message.id, message.string)
        )
        assert set(english) <= set(chinese), message.id


@pytest.mark.parametrize("package", DOMAINS)
def test_every_chinese_text_in_the_code_has_its_english(package: str) -> None:
    known = set().union(*map(messages, DOMAINS[package]))
    missing = {
        text: where
        for text, where in texts_in_use(package).items()
        if text not in known | OTHERWISE and not in_two_languages(text)
    }
    assert missing == {}


def test_every_english_text_is_still_used() -> None:
    used = {text for package in (*DOMAINS, "hardware") for text in texts_in_use(package)}
    used |= {text for path in DATA for text in texts_of_python(ROOT / path)}
    data = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "config").iterdir())
    left = {text for po in PO for text in messages(po.stem) if text not in used and text not in data}
    assert left == set()


@pytest.mark.parametrize("po", PO, ids=lambda path: path.stem)
def test_the_compiled_texts_are_the_sources(po: Path) -> None:
    assert (LOCALE_DIR / "en" / "LC_MESSAGES" / f"{po.stem}.mo").exists(), "run: make setup"
    translate = translator(po.stem, "en")
    for message in catalog(po):
        if message.id:
            assert translate(str(message.id)) == message.string


def test_pages_ask_nothing_of_an_outside_address() -> None:
    outside = re.compile(r"(?:https?:)?//[\w.-]+\.[a-z]{2,}[^\s\"')]*")
    namespaces = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    found = {
        f"{path.relative_to(ROOT)}: {address}"
        for path in (ROOT / "queue_server").rglob("*")
        if path.suffix in {".html", ".css", ".js", ".svg"}
        for address in outside.findall(path.read_text(encoding="utf-8"))
        if address not in namespaces
    }
    assert found == set()
