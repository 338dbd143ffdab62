"""A slip's layout is a text that a hall can change: what stands on the paper, line by line, and how large.

One line of the text is one line on the paper, its size and words parted by a colon:

| line                  | prints                                                                            |
|-----------------------|-----------------------------------------------------------------------------------|
| `[zh]`                | nothing: the Chinese slip follows; also `[en]`, `[zh large]`, `[en large]`        |
| `2: {hall}`           | the hall's name, twice as wide and high as plain text; sizes are 1 to 8, or `2x1` |
| `1 left bold: text`   | `left`, `right` or `center` (unless said), `bold`                                 |
| `1 if url: text`      | the text, on slips with the field `url`; `unless copy` on those without           |
| `2: to [ {sign} ]`    | white on black between the brackets                                               |
| `2: {go} | {zone}`    | both on one line, or on two where one is too narrow                               |
| `qr 6: {url}`         | a QR code with modules of 6 dots                                                  |
| `gap: 12`             | 12 dots of blank paper (8 are 1 mm)                                               |
| `# words`             | nothing                                                                           |

What stands between bars is left out on slips where one of its fields is empty. A line that is too wide
shrinks until it fits the paper, and wraps at words if it does not fit at size 1. `{{ }} [[ ]] ||` print
the sign itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NoReturn

from hardware.ticket_printer.slip import Align, Text

FIELDS = {
    "copy": "2 and more on a reprint, empty on the first print",
    "hall": "name of the hall",
    "number": "the ticket's number",
    "go": "how to go there: the floor, where it is known",
    "floor": "the floor",
    "sign": "letter of the zone",
    "zone": "name of the zone",
    "matter": "name of the matter",
    "more": "the other matters of the same visit, by name or by their number",
    "priority": "the priority class",
    "booked": "time of the booking",
    "before": "how many wait before this one, in words",
    "about": "how long it takes, in words",
    "ahead": "people ahead, a number",
    "minutes": "18-30",
    "url": "address of the phone page, for the QR code",
    "at": "day and time of printing",
    "kiosk": "name of the kiosk",
}
SECTIONS = ("zh", "en", "zh large", "en large")
REQUIRED = ("zh", "en")
ALIGNMENTS = {align.name.lower(): align for align in Align}
QR_DOTS = range(3, 13)
GAPS = range(1, 256)

# A Chinese keyboard has the wide one.
_COLON = re.compile("[:：]")
_SIZE = re.compile(r"([1-8])(?:x([1-8]))?")
_TOKEN = re.compile(r"\{\{|\}\}|\[\[|\]\]|\|\||\{([^{}]*)\}|[\[\]|{}]")
_DOUBLED = frozenset(("{{", "}}", "[[", "]]", "||"))


class TemplateBroken(ValueError):
    """A layout that cannot be used; `errors` names every fault, each with its line."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__("; ".join(errors))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Run:
    """Words or one field, in one style."""

    text: str
    field: bool = False
    reverse: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """A line stands only on slips where the field is `filled`, or is not."""

    field: str
    filled: bool


Part = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of text; between its parts it may be broken."""

    parts: tuple[Part, ...]
    width: int = 1
    height: int = 1
    align: Align = Align.CENTER
    bold: bool = False
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code."""

    runs: Part
    dots: int


@dataclass(frozen=True, slots=True)
class Gap:
    """Blank paper."""

    dots: int
    conditions: tuple[Condition, ...] = ()


Entry = Row | Code | Gap


@dataclass(frozen=True, slots=True)
class Template:
    """A layout by section; a section for large print may be missing."""

    sections: Mapping[str, tuple[Entry, ...]]

    def section(self, name: str) -> tuple[Entry, ...]:
        """Return the entries of a section; `large` ones fall back to the plain ones."""
        return self.sections.get(name) or self.sections[name.partition(" ")[0]]


# Reading ------------------------------------------------------------------------------------------------


def parse(text: str) -> Template:
    """Return the layout that `text` describes; raises TemplateBroken with every error at once."""
    errors: list[str] = []
    sections: dict[str, list[Entry]] = {}
    current: list[Entry] | None = None
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        try:
            if line.startswith("["):
                current = sections.setdefault(_section(line, sections), [])
            elif current is None:
                raise ValueError("stands before the first section, such as [zh]")
            else:
                current.append(_entry(line))
        except ValueError as error:
            errors.append(f"line {number}: {error}")
    errors += _missing(sections)
    if errors:
        raise TemplateBroken(errors)
    return Template({name: tuple(entries) for name, entries in sections.items()})


def _missing(sections: Mapping[str, list[Entry]]) -> Iterator[str]:
    for name in REQUIRED:
        if name not in sections:
            yield f"the section [{name}] is missing"
    for name, entries in sections.items():
        if not any(_always_shows_number(entry) for entry in entries):
            yield f"the section [{name}] does not print {{number}} on every slip: nobody could be called"


def _always_shows_number(entry: Entry) -> bool:
    if not isinstance(entry, Row) or entry.conditions:
        return False
    return any([run.text for run in part if run.field] == ["number"] for part in entry.parts)


def _section(line: str, known: Mapping[str, object]) -> str:
    name = " ".join(line.strip("[]").split())
    if not line.endswith("]") or name not in SECTIONS:
        raise ValueError(f"no section {line}; there are: {', '.join(f'[{name}]' for name in SECTIONS)}")
    if name in known:
        raise ValueError(f"the section [{name}] stands here a second time")
    return name


def _entry(line: str) -> Entry:
    head, *rest = _COLON.split(line, maxsplit=1)
    words, body = head.split(), "".join(rest).strip()
    if not rest or not words:
        raise ValueError("it must be a size, a colon and words, such as 2: {hall}")
    if words[0] == "gap":
        style, conditions = _conditions(words[1:])
        return _unknown(style[0]) if style else Gap(_number(body, GAPS, "gap"), conditions)
    if words[0] == "qr":
        dots = _number(words[1] if len(words) > 1 else "6", QR_DOTS, "qr")
        return Code(_plain(_parts(body)), dots)
    return _row(words, body)


def _row(words: list[str], body: str) -> Row:
    size = _SIZE.fullmatch(words[0])
    if size is None:
        raise ValueError(f"it must begin with a size from 1 to 8, qr or gap, not {words[0]!r}")
    row = Row(_parts(body), int(size[1]), int(size[2] or size[1]))
    style, conditions = _conditions(words[1:])
    for word in style:
        if word in ALIGNMENTS:
            row = replace(row, align=ALIGNMENTS[word])
        elif word == "bold":
            row = replace(row, bold=True)
        else:
            _unknown(word)
    return replace(row, conditions=conditions)


def _conditions(words: list[str]) -> tuple[list[str], tuple[Condition, ...]]:
    """Part the words of style from `if FIELD` and `unless FIELD`."""
    style: list[str] = []
    found: list[Condition] = []
    rest = iter(words)
    for word in rest:
        if word in ("if", "unless"):
            found.append(Condition(_field(next(rest, "")), word == "if"))
        else:
            style.append(word)
    return style, tuple(found)


def _unknown(word: str) -> NoReturn:
    raise ValueError(
        f"{word!r} before the colon is none of left, center, right, bold, if FIELD, unless FIELD"
    )


def _number(text: str, allowed: range, what: str) -> int:
    if not text.isdecimal() or int(text) not in allowed:
        raise ValueError(f"{what} must be a number from {allowed[0]} to {allowed[-1]}, not {text!r}")
    return int(text)


def _plain(parts: tuple[Part, ...]) -> Part:
    if len(parts) != 1 or any(run.reverse for run in parts[0]):
        raise ValueError("a QR code has no brackets and no |")
    return parts[0]


def _parts(body: str) -> tuple[Part, ...]:
    """Cut words into runs at fields and brackets, and into parts at bars."""
    if not body:
        raise ValueError("nothing stands behind the colon")
    parts: list[list[Run]] = [[]]
    reverse = False
    for words, sign, field in _pieces(body):
        if words:
            parts[-1].append(Run(_printable(words), reverse=reverse))
        if field is not None:
            parts[-1].append(Run(_field(field), field=True, reverse=reverse))
        elif sign == "|":
            parts.append([])
        elif sign:
            reverse = _turned(sign, reverse)
    if reverse:
        raise ValueError("a [ is not closed")
    return tuple(tuple(part) for part in parts if part)


def _pieces(body: str) -> Iterator[tuple[str, str, str | None]]:
    """Yield the words before each sign, the sign, and the name if it is a field; at the end no sign."""
    words, at = "", 0
    for token in _TOKEN.finditer(body):
        words += body[at : token.start()]
        at = token.end()
        if token[0] in _DOUBLED:
            words += token[0][0]
        else:
            yield words, token[0], token[1]
            words = ""
    yield words + body[at:], "", None


def _turned(sign: str, reverse: bool) -> bool:
    """The style after a bracket."""
    if sign in "{}":
        raise ValueError(f"a {sign} stands alone; write {sign}{sign} to print one")
    if (sign == "[") is reverse:
        raise ValueError("a [ stands within another" if reverse else "a ] has no [")
    return sign == "["


def _field(name: str) -> str:
    if name not in FIELDS:
        raise ValueError(f"no field {{{name}}}; there are: {', '.join(FIELDS)}")
    return name


def _printable(words: str) -> str:
    Text(words)  # raises ValueError for characters that would be commands
    return words
