"""Checking in with a booking code, as pure steps of the session: typed on the pad or by a code scanner.

The code is written in two halves (J68PQ-HAV5B) with the 32 signs that nobody mistakes for another. A
scanner types the text of the booking's QR code and ends it with Enter; that Enter is the citizen's
confirmation, as the button is on the screen.
"""

from __future__ import annotations

import dataclasses

from kiosk.facts import Facts
from kiosk.session import (
    CheckInBooking,
    Forget,
    Order,
    Scanned,
    Screen,
    State,
    Step,
    Take,
    Touched,
    busy,
)

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10
HALF = 5
QR_MARK = "YCB"
"""What stands before the code in its QR code, without the marks that scanners type differently."""

UNREADABLE = "unreadable"
"""The `refusal_code` of a scan that is no booking code."""

_LOOKALIKES = str.maketrans("ILO", "110")


def read(text: str) -> str:
    """Return the booking code in a scanned text, empty if there is none."""
    signs = "".join(sign for sign in text.upper() if sign.isascii() and sign.isalnum())
    if len(signs) == LENGTH + len(QR_MARK):
        signs = signs.removeprefix(QR_MARK)
    signs = signs.translate(_LOOKALIKES)
    return signs if len(signs) == LENGTH and set(signs) <= set(SIGNS) else ""


def begin(state: State, event: Touched, facts: Facts) -> Step:
    """Open the pad from the home screen."""
    if state.screen is not Screen.HOME or state.reading:
        return state, ()
    return dataclasses.replace(_blank(state), screen=Screen.CHECK_IN), ()


def sign(state: State, event: Touched, facts: Facts) -> Step:
    """Add a sign."""
    found = event.action.arg
    full = len(state.code) >= LENGTH
    if not _typing(state) or full or len(found) != 1 or found not in SIGNS:
        return state, ()
    return _changed(state, state.code + found)


def erase(state: State, event: Touched, facts: Facts) -> Step:
    """Take the last sign away."""
    return _changed(state, state.code[:-1]) if _typing(state) and state.code else (state, ())


def clear(state: State, event: Touched, facts: Facts) -> Step:
    """Take all signs away."""
    return _changed(state, "") if _typing(state) and state.code else (state, ())


def check_in(state: State, event: Touched, facts: Facts) -> Step:
    """Ask for the ticket of a whole code; a try without an answer is repeated under its own key."""
    if not _typing(state) or len(state.code) != LENGTH:
        return state, ()
    return _ask(state, event.at, event.fresh)


def scanned(state: State, event: Scanned, facts: Facts) -> Step:
    """Check in with a scanned code, wherever a citizen may begin; elsewhere it is nothing."""
    begins = state.screen in (Screen.ATTRACT, Screen.HOME, Screen.CHECK_IN)
    if not begins or state.reading or busy(state) or state.warned_at is not None:
        return state, ()
    code = read(event.text)
    if not code and state.screen is Screen.ATTRACT:
        return state, ()
    state = dataclasses.replace(state, touched_at=event.at)
    if not code:
        changed, orders = _changed(state, "")
        return dataclasses.replace(changed, screen=Screen.CHECK_IN, refusal_code=UNREADABLE), orders
    changed, forgotten = (state, ()) if code == state.code else _changed(state, code)
    asked, orders = _ask(dataclasses.replace(changed, screen=Screen.CHECK_IN), event.at, event.fresh)
    return asked, (*forgotten, *orders)


def leave(state: State) -> Step:
    """Go back to the home screen; what was typed is gone."""
    return dataclasses.replace(_blank(state), screen=Screen.HOME), _forgotten(state)


def _typing(state: State) -> bool:
    return state.screen is Screen.CHECK_IN and not busy(state)


def _blank(state: State) -> State:
    return dataclasses.replace(state, code="", take=None, refusal="", refusal_code="")


def _forgotten(state: State) -> tuple[Order, ...]:
    return () if state.take is None else (Forget(state.take.key),)


def _changed(state: State, code: str) -> Step:
    return dataclasses.replace(_blank(state), code=code), _forgotten(state)


def _ask(state: State, at: float, fresh: str) -> Step:
    key = fresh if state.take is None else state.take.key
    state = dataclasses.replace(state, take=Take(key, "", at, state.code), refusal="", refusal_code="")
    return state, (CheckInBooking(key, state.code, state.lang),)


class Wedge:
    """Makes lines of the keys that a scanner types. What stays unended is forgotten after a moment."""

    SILENCE_S = 1.0
    MOST = 64

    def __init__(self) -> None:
        self._typed = ""
        self._at = 0.0

    def key(self, sign: str, now: float) -> str:
        """Take one key, Enter as a carriage return; returns the whole line at its Enter, else nothing."""
        if now - self._at > self.SILENCE_S:
            self._typed = ""
        self._at = now
        if sign == "\r":
            line, self._typed = self._typed, ""
            return line
        if len(sign) == 1 and sign.isprintable():
            self._typed = (self._typed + sign)[-self.MOST :]
        return ""
