"""Breaks a text into lines by the width of its signs, for the slides of the media area."""

from __future__ import annotations

import re

NOT_FIRST = "，。、；：？！）》」』】”’%…·,.;:?!)]}—–"
LATIN_EM = 0.52
_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9'&+./–-]*|\s+|.", re.DOTALL)


def lines(text: str, room_em: float) -> list[str]:
    """Lines of at most `room_em` times the type size, all about equally long.

    A closing mark never begins one, a Latin word stays whole.
    """
    found = _broken(text, room_em)
    for narrower in range(1, 20):
        evener = _broken(text, room_em * (1 - narrower / 40))
        if len(evener) > len(found):
            break
        found = evener
    return found


def _broken(text: str, room_em: float) -> list[str]:
    found: list[str] = []
    line = ""
    for token in _TOKEN.findall(text):
        if line and em(line + token.rstrip()) > room_em and token[0] not in NOT_FIRST:
            found.append(line.rstrip())
            line = ""
        line += token if line else token.lstrip()
    return [*found, line.rstrip()] if line.strip() else found


def em(text: str) -> float:
    """About how wide a text is, in parts of its type size; Latin letters are half as wide as Han signs."""
    return sum(1.0 if ord(sign) > 0x2E7F or sign in "“”‘’…—" else LATIN_EM for sign in text)
