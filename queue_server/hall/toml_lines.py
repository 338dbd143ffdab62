"""Reads TOML into spots that know their line, which the standard parser does not tell.

The text is parsed by `tomllib`; a second, line-wise look finds where headers and keys stand. It
may be simple because it only sees text that is already known to be right.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any

from queue_server.hall.located import BadFile, Fault, Spot

_HEADER = re.compile(r"\s*\[\[?([^\[\]]+)\]\]?\s*(#.*)?$")
_KEY = re.compile(r"""\s*("[^"]*"|'[^']*'|[A-Za-z0-9_-]+)\s*=(.*)$""")
_STRING_OR_COMMENT = re.compile(r"""\"(?:\\.|[^"\\])*"|'[^']*'|#.*""")
_AT = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_LONG_QUOTES = ('"""', "'''")


def read_toml(text: str) -> Spot:
    """Parse TOML into a tree of spots; raises `BadFile` with the line of a syntax error."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        found = _AT.search(message)
        line = int(found[1]) if found and found[1] else text.count("\n") + 1
        raise BadFile([Fault(line, "", "syntax", {"problem": _AT.sub("", message)})]) from None
    return _locate(data, (), 1, _lines(text))


def _locate(value: Any, path: tuple[str, ...], line: int, lines: dict[tuple[str, ...], int]) -> Spot:
    line = lines.get(path, line)
    if isinstance(value, dict):
        inside = {key: _locate(item, (*path, key), line, lines) for key, item in value.items()}
        return Spot(inside, line)
    if isinstance(value, list):
        return Spot([_locate(item, (*path, ""), line, lines) for item in value], line)
    return Spot(value, line)


def _lines(text: str) -> dict[tuple[str, ...], int]:
    """Map each path of keys to the line where it is first written."""
    found: dict[tuple[str, ...], int] = {}
    header: tuple[str, ...] = ()
    depth, quotes = 0, ""
    for line, content in enumerate(text.splitlines(), 1):
        if quotes or depth:
            rest = content
        elif match := _HEADER.match(content):
            header = tuple(part.strip().strip("\"'") for part in match[1].split("."))
            for end in range(1, len(header) + 1):
                found.setdefault(header[:end], line)
            continue
        elif match := _KEY.match(content):
            found.setdefault((*header, match[1].strip("\"'")), line)
            rest = match[2]
        else:
            continue
        depth, quotes = _still_open(rest, depth, quotes)
    return found


def _still_open(rest: str, depth: int, quotes: str) -> tuple[int, str]:
    """Tell how many brackets, and which long quotes, are open at the end of a line."""
    if quotes:
        return depth, "" if quotes in rest else quotes
    for long in _LONG_QUOTES:
        if rest.count(long) == 1:
            return depth, long
    bare = _STRING_OR_COMMENT.sub("", rest)
    return depth + sum(bare.count(sign) for sign in "[{") - sum(bare.count(sign) for sign in "]}"), ""
