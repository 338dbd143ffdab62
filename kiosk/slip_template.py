"""A slip's layout is a text that a hall can change: what stands on the paper, line by line, and how large.

One line of the text is one line on the paper, its size and words parted by a colon:

| line                    | prints                                                                        |
|-------------------------|-------------------------------------------------------------------------------|
| `[zh]`                  | nothing: what follows is the Chinese slip. Also `[en]`, `[zh large]`, `[en large]` |
| `2: {hall}`             | the hall's name, twice as wide and as high as plain text; sizes are 1 to 8, or `2x1` |
| `1 left bold: text`     | `left`, `right` or `center` (unless said), `bold`                              |
| `1 if url: text`        | the text, on slips where the field `url` is not empty                          |
| `2: to [ {sign}区 ]`     | white on black between the brackets                                           |
| `2: {go} | {zone}`      | both on one line, or on two where one is too narrow                            |
| `qr 6: {url}`           | a QR code with modules of 6 dots                                              |
| `gap: 12`               | 12 dots of blank paper (8 are 1 mm)                                           |
| `# words`               | nothing                                                                       |

A line with a field that is empty on this slip is left out. A line that is too wide shrinks until it fits
the paper, and wraps if it does not fit at size 1. `{{ }} [[ ]] ||` print the sign itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from hardware.ticket_printer.slip import (
    MAX_SCALE,
    Align,
    Cut,
    Feed,
    Item,
    Line,
    Qr,
    Slip,
    Text,
    columns,
    fit_scale,
    wrap,
)

FIELDS = {
    "copy": "2 and more on a reprint, empty on the first print",
    "hall": "name of the hall",
    "number": "the ticket's number",
    "go": "how to go there: the floor, where it is known",
    "floor": "the floor",
    "sign": "letter of the zone",
    "zone": "name of the zone",
    "matter": "name of the matter",
    "more": "the other matters of the same visit",
    "priority": "the priority class",
    "booked": "time of the booking",
    "wait": "people ahead and minutes in one sentence",
    "about": "the minutes alone in one sentence",
    "ahead": "people ahead",
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


Part = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of text; between its parts it may be broken."""

    parts: tuple[Part, ...]
    width: int = 1
    height: int = 1
    align: Align = Align.CENTER
    bold: bool = False
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code."""

    runs: Part
    dots: int


Entry = Row | Code | Feed


@dataclass(frozen=True, slots=True)
class Template:
    """A layout by section; a section for large print may be missing."""

    sections: Mapping[str, tuple[Entry, ...]]

    def lay_out(self, section: str, values: Mapping[str, str], width_columns: int) -> Slip:
        """Return the slip of a section; `large` sections fall back to the plain ones."""
        entries = self.sections.get(section) or self.sections[section.partition(" ")[0]]
        items: list[Item] = []
        for entry in entries:
            items += _items(entry, values, width_columns)
        return Slip(tuple(items), Cut.PARTIAL)


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
        rows = [entry for entry in entries if isinstance(entry, Row)]
        if not any(run.field and run.text == "number" for row in rows for part in row.parts for run in part):
            yield f"the section [{name}] prints no {{number}}: nobody could be called"


def _section(line: str, known: Mapping[str, object]) -> str:
    name = " ".join(line.strip("[]").split())
    if not line.endswith("]") or name not in SECTIONS:
        raise ValueError(f"no section {line}; there are: {', '.join(f'[{name}]' for name in SECTIONS)}")
    if name in known:
        raise ValueError(f"the section [{name}] stands here a second time")
    return name


def _entry(line: str) -> Entry:
    head, colon, body = line.partition(":")
    words, body = head.split(), body.strip()
    if not colon or not words:
        raise ValueError("it must be a size, a colon and words, such as 2: {hall}")
    if words[0] == "gap":
        return Feed(_number(body, GAPS, "gap")) if len(words) == 1 else _unknown(words[1])
    if words[0] == "qr":
        dots = _number(words[1] if len(words) > 1 else "6", QR_DOTS, "qr")
        return Code(_plain(_parts(body)), dots)
    return _row(words, body)


def _row(words: list[str], body: str) -> Row:
    size = _SIZE.fullmatch(words[0])
    if size is None:
        raise ValueError(f"it must begin with a size from 1 to 8, qr or gap, not {words[0]!r}")
    row = Row(_parts(body), int(size[1]), int(size[2] or size[1]))
    rest = iter(words[1:])
    for word in rest:
        if word == "if":
            row = replace(row, needs=_field(next(rest, "")))
        elif word in ALIGNMENTS:
            row = replace(row, align=ALIGNMENTS[word])
        elif word == "bold":
            row = replace(row, bold=True)
        else:
            _unknown(word)
    return row


def _unknown(word: str) -> Feed:
    raise ValueError(f"the word {word!r} before the colon is not known; there are: left, center, right, bold, if FIELD")


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
    reverse, words, at = False, "", 0
    for token in (*_TOKEN.finditer(body), None):
        words += body[at : len(body) if token is None else token.start()]
        sign = "" if token is None else token[0]
        if sign in _DOUBLED:
            words += sign[0]
        else:
            if words:
                parts[-1].append(Run(_printable(words), reverse=reverse))
                words = ""
            if token is not None and token[1] is not None:
                parts[-1].append(Run(_field(token[1]), field=True, reverse=reverse))
            elif sign == "|":
                parts.append([])
            elif sign:
                reverse = _turned(sign, reverse)
        at = 0 if token is None else token.end()
    if reverse:
        raise ValueError("a [ is not closed")
    return tuple(tuple(part) for part in parts if part)


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


# Laying out ---------------------------------------------------------------------------------------------


def _items(entry: Entry, values: Mapping[str, str], width_columns: int) -> list[Item]:
    if isinstance(entry, Feed):
        return [entry]
    parts = (entry.runs,) if isinstance(entry, Code) else entry.parts
    needed = [run.text for part in parts for run in part if run.field]
    if isinstance(entry, Row) and entry.needs:
        needed.append(entry.needs)
    if not all(values[field] for field in needed):
        return []
    if isinstance(entry, Code):
        return [Qr("".join(_said(run, values) for run in entry.runs), entry.dots)]
    lines: list[Item] = []
    for line in _joined([[_text(run, entry, values) for run in part] for part in parts], width_columns):
        lines += [Line(spans, entry.align) for spans in _fitted(line, width_columns)]
    return lines


def _said(run: Run, values: Mapping[str, str]) -> str:
    return values[run.text] if run.field else run.text


def _text(run: Run, row: Row, values: Mapping[str, str]) -> Text:
    return Text(_said(run, values), row.width, row.height, run.reverse, row.bold)


def _joined(parts: list[list[Text]], width_columns: int) -> Iterator[list[Text]]:
    """Put as many parts on a line as fit; a space at a break vanishes."""
    line: list[Text] = []
    for part in parts:
        if line and _columns([*line, *_trimmed(part, right=True)]) > width_columns:
            yield _trimmed(line, right=True)
            line = _trimmed(part, right=False)
        else:
            line += part
    yield _trimmed(line, right=True)


def _trimmed(line: list[Text], *, right: bool) -> list[Text]:
    """The line without the plain spaces at one end; white on black keeps its margin."""
    at = -1 if right else 0
    if not line or line[at].reverse:
        return line
    text = line[at].text.rstrip(" ") if right else line[at].text.lstrip(" ")
    end = replace(line[at], text=text)
    return [*line[:-1], end] if right else [end, *line[1:]]


def _columns(line: list[Text]) -> int:
    return sum(span.columns for span in line)


def _fitted(line: list[Text], width_columns: int) -> Iterator[tuple[Text, ...]]:
    """The line as large as it fits, or wrapped where it does not fit at size 1."""
    if _columns(line) <= width_columns:
        yield tuple(line)
        return
    plain = "".join(span.text for span in line)
    largest = min(MAX_SCALE, line[0].width, line[0].height)
    if columns(plain) <= width_columns:
        scale = fit_scale(plain, width_columns, largest)
        yield tuple(replace(span, width=scale, height=scale) for span in line)
        return
    for text in wrap(plain, width_columns):
        yield (replace(line[0], text=text, width=1, height=1, reverse=False),)
