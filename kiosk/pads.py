"""The pads on which a citizen types: a booking code, an ID number, another document's, that of a ticket.

All are pure steps of the session. What is typed stands in `State.typed` alone and goes with the screen.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable

from hardware.card_reader.number import valid_number
from kiosk.facts import Facts
from kiosk.scene import Act
from kiosk.session import Forget, Order, Screen, State, Step, Touched, busy

CODE_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 10
DOCUMENT_SIGNS = "0123456789X"
DOCUMENT_LENGTH = 18
OTHER_SIGNS = "1234567890ABCDEFGHIJKLMNOPQRSTUVWXYZ"
OTHER_LENGTH = 15
"""The number of a foreigner's permanent residence card, before it had 18 digits, is the longest."""

OTHERS = {
    "passport": r"(?=.*[0-9])[A-Z0-9]{6,9}",
    "mainland travel permit for Hong Kong and Macau residents": r"[HM][0-9]{8}(?:[0-9]{2})?",
    "mainland travel permit for Taiwan residents": r"[0-9]{8}(?:[0-9]{2}[A-Z]?)?",
    "foreigner's permanent residence card": r"[A-Z]{3}[0-9]{12}",
}
"""What numbers of other documents look like. A residence permit for people from Hong Kong, Macau and
Taiwan, and the newer permanent residence card, have 18 digits like the ID card and are typed as one."""

LETTERS = "ABCDEFG"
"""The letters of numbers, before the hall has told its own."""
NUMBER_SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
NUMBER_LENGTH = 5

_NUMBER = re.compile(r"[A-Z][0-9]{3,4}")
_OTHER = re.compile("|".join(OTHERS.values()))
_OTHER_SO_FAR = re.compile(r"[A-Z0-9]{0,9}|[HM][0-9]{0,10}|[0-9]{0,10}[A-Z]?|[A-Z]{3}[0-9]{0,12}")


@dataclasses.dataclass(frozen=True)
class Pad:
    """The signs of a pad, how many fit, and when they are whole."""

    signs: str
    length: int
    whole: Callable[[str], bool]


PADS = {
    Screen.CHECK_IN: Pad(CODE_SIGNS, CODE_LENGTH, lambda typed: len(typed) == CODE_LENGTH),
    Screen.DOCUMENT: Pad(DOCUMENT_SIGNS, DOCUMENT_LENGTH, valid_number),
    Screen.OTHER_DOCUMENT: Pad(OTHER_SIGNS, OTHER_LENGTH, lambda typed: _OTHER.fullmatch(typed) is not None),
    Screen.NUMBER: Pad(NUMBER_SIGNS, NUMBER_LENGTH, lambda typed: _NUMBER.fullmatch(typed) is not None),
}
_OPENS = {
    Act.BOOKING: Screen.CHECK_IN,
    Act.DOCUMENT: Screen.DOCUMENT,
    Act.OTHER_DOCUMENT: Screen.OTHER_DOCUMENT,
    Act.NUMBER: Screen.NUMBER,
}


def whole(state: State) -> bool:
    """Whether what is typed can be asked for."""
    return PADS[state.screen].whole(state.typed)


def wrong_document(state: State) -> bool:
    """Whether what is typed can't be, or become, a number of the document that is asked for."""
    typed = state.typed
    if state.screen is Screen.OTHER_DOCUMENT:
        return _OTHER_SO_FAR.fullmatch(typed) is None
    return state.screen is Screen.DOCUMENT and len(typed) == DOCUMENT_LENGTH and not valid_number(typed)


def other_document(typed: str) -> bool:
    """Whether this is a whole number of a document that is not an ID card."""
    return _OTHER.fullmatch(typed) is not None


def open_pad(state: State, event: Touched, facts: Facts) -> Step:
    """Open a pad from the home screen or from another pad."""
    screen = _OPENS[event.action.act]
    begins = state.screen is Screen.HOME or (state.screen in PADS and state.screen is not screen)
    if not begins or state.reading or busy(state):
        return state, ()
    return dataclasses.replace(blank(state), screen=screen), forgotten(state)


def sign(state: State, event: Touched, facts: Facts) -> Step:
    """Add a sign."""
    found = event.action.arg
    if not typing(state) or len(found) != 1 or found not in PADS[state.screen].signs:
        return state, ()
    if len(state.typed) >= PADS[state.screen].length:
        return state, ()
    return changed(state, state.typed + found)


def erase(state: State, event: Touched, facts: Facts) -> Step:
    """Take the last sign away."""
    return changed(state, state.typed[:-1]) if typing(state) and state.typed else (state, ())


def clear(state: State, event: Touched, facts: Facts) -> Step:
    """Take all signs away."""
    return changed(state, "") if typing(state) and state.typed else (state, ())


def leave(state: State) -> Step:
    """Go back to the home screen; what was typed is gone."""
    return dataclasses.replace(blank(state), screen=Screen.HOME), forgotten(state)


def typing(state: State) -> bool:
    """Whether a pad hears signs."""
    return state.screen in PADS and not busy(state)


def blank(state: State) -> State:
    """The state without anything typed, asked or said."""
    return dataclasses.replace(
        state, typed="", take=None, enquiry=None, found=None, refusal="", refusal_code=""
    )


def forgotten(state: State) -> tuple[Order, ...]:
    """The order that gives a take up which nobody waits for any more."""
    return () if state.take is None else (Forget(state.take.key),)


def changed(state: State, typed: str) -> Step:
    """Other signs are another wish: what the last one left is gone."""
    return dataclasses.replace(blank(state), typed=typed), forgotten(state)
