"""A layout and what its fields say become a slip: lines are joined, broken and shrunk to the paper here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from hardware.ticket_printer.slip import MAX_SCALE, Cut, Feed, Item, Line, Qr, Slip, Text, columns, fit_scale
from kiosk.slip_template import Code, Condition, Entry, Gap, Part, Row, Run, Template
from kiosk.typeset import break_lines


def lay_out(template: Template, section: str, values: Mapping[str, str], width_columns: int) -> Slip:
    """Return the slip of a section on paper of `width_columns` columns; `values` holds every field."""
    items: list[Item] = []
    for entry in template.section(section):
        items += _items(entry, values, width_columns)
    return Slip(tuple(items), Cut.PARTIAL)


def _items(entry: Entry, values: Mapping[str, str], width_columns: int) -> list[Item]:
    if not isinstance(entry, Code) and not _holds(entry.conditions, values):
        return []
    if isinstance(entry, Gap):
        return [Feed(entry.dots)]
    parts = [part for part in _all_parts(entry) if all(values[run.text] for run in part if run.field)]
    if not parts:
        return []
    if isinstance(entry, Code):
        return [Qr("".join(_said(run, values) for run in entry.runs), entry.dots)]
    lines: list[Item] = []
    for line in _joined([[_text(run, entry, values) for run in part] for part in parts], width_columns):
        lines += [Line(spans, entry.align) for spans in _fitted(line, width_columns)]
    return lines


def _holds(conditions: tuple[Condition, ...], values: Mapping[str, str]) -> bool:
    return all(bool(values[condition.field]) is condition.filled for condition in conditions)


def _all_parts(entry: Row | Code) -> tuple[Part, ...]:
    return (entry.runs,) if isinstance(entry, Code) else entry.parts


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
    for text in _wrapped(plain, width_columns):
        yield (replace(line[0], text=text, width=1, height=1, reverse=False),)


def _wrapped(text: str, width_columns: int) -> list[str]:
    """Break at words into as few lines as fit, about equally long: no word stands alone on the last."""
    lines = break_lines(text, width_columns, columns)
    too_narrow, wide_enough = width_columns // 2, width_columns
    while wide_enough - too_narrow > 1:
        between = (too_narrow + wide_enough) // 2
        tighter = break_lines(text, between, columns)
        if len(tighter) > len(lines):
            too_narrow = between
        else:
            wide_enough, lines = between, tighter
    return lines
