"""Finds matters by what people type: a part of the name, of the English, of the id, or initials.

Initials of pinyin (sfz for 身份证) need no dictionary: GB 2312-1980 orders its 3,755 common
characters (level 1, rows 16 to 55) by pinyin, so the place of a character between the first
characters of each letter tells its initial. A character with several readings counts under the
one of the standard (重 is z); rarer characters (level 2) have no initial and only match by
themselves.
"""

from __future__ import annotations

import bisect
import unicodedata

_FIRST_CHARACTERS = "啊芭擦搭蛾发噶哈击喀垃妈拿哦啪期然撒塌挖昔压匝"
"""The first level-1 character of each letter that pinyin syllables begin with (none with i, u, v)."""

_LETTERS = "abcdefghjklmnopqrstwxyz"
_STARTS = [character.encode("gb2312") for character in _FIRST_CHARACTERS]
_LEVEL_1_END = b"\xd7\xf9"


def clean(query: str) -> str:
    """Bring a query or a name into the one form in which they are compared."""
    return " ".join(unicodedata.normalize("NFKC", query).casefold().split())


def initials(name: str) -> str:
    """The pinyin initials of a name, one letter a common character: 身份证 gives `sfz`."""
    return "".join(_initial(character) for character in name)


def search_key(name: str, name_en: str, matter: str) -> str:
    """All that a query may match, in one text; parts are kept apart by a line break."""
    return "\n".join((clean(name), clean(name_en), clean(matter), initials(name)))


def _initial(character: str) -> str:
    try:
        code = character.encode("gb2312")
    except UnicodeEncodeError:
        return ""
    if len(code) != 2 or not _STARTS[0] <= code <= _LEVEL_1_END:
        return ""
    return _LETTERS[bisect.bisect_right(_STARTS, code) - 1]
