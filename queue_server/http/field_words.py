"""What is wrong with a field of a request, in people's words: msgspec speaks programmers' English only."""

from __future__ import annotations

import re
from collections.abc import Callable

_PLACE = re.compile(r"^(?P<text>.*?)(?: - at `(?P<path>[^`]*)`)?$", re.DOTALL)
_NAMED = re.compile(r"Object (?:missing required|contains unknown) field `(?P<name>[^`]*)`")

_WORDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"Object missing required field `[^`]*`"), "没有填"),
    (re.compile(r"Object contains unknown field `[^`]*`"), "没有这个字段"),
    (re.compile(r"Expected `(?P<wanted>[^`]*)`, got `(?P<got>[^`]*)`"), "应是 {wanted}，收到的是 {got}"),
    (re.compile(r"Expected `[^`]*` of length (?P<limit>[<>]?=? ?\d+)"), "长度应 {limit}"),
    (re.compile(r"Expected `[^`]*` matching regex '?(?P<pattern>.*?)'?"), "格式应是 {pattern}"),
    (re.compile(r"Expected `[^`]*` (?P<limit>[<>]=? -?[\d.]+)"), "应 {limit}"),
    (re.compile(r"Invalid enum value (?P<value>.*)"), "没有 {value} 这个选项"),
    (re.compile(r"Number out of range"), "数字超出范围"),
)
"""Texts of msgspec 0.18 to 0.22 and our words for them; a text that is not here is shown as it is."""


def place_of(message: str) -> tuple[str, str]:
    """Split a message of msgspec into the path of the field (`$.matter`) and what is wrong with it."""
    found = _PLACE.match(message)
    path, text = (found["path"] or "$", found["text"]) if found else ("$", message)
    named = _NAMED.fullmatch(text)
    return (f"{path}.{named['name']}" if named else path), text


def worded(text: str, translate: Callable[[str], str]) -> str:
    """Say in the asker's language what is wrong with a field."""
    for pattern, words in _WORDS:
        found = pattern.fullmatch(text)
        if found:
            return translate(words).format(**found.groupdict())
    return text
