"""The three pads on which a citizen types: a booking code, an ID number, the number of a ticket.

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
LETTERS = "ABCDEFG"
"""The letters of numbers, before the hall has told its own."""
NUMBER_SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
NUMBER_LENGTH = 5

_NUMBER = re.compile(r"[A-Z][0-9]{3,4}")


@dataclasses.dataclass(frozen=True)
class Pad:
    """The signs of a pad, how many fit, and when they are whole."""

    signs: str
    length: int
    whole: Callable[[str], bool]


PADS = {
    Screen.CHECK_IN: Pad(CODE_SIGNS, CODE_LENGTH, lambda typed: len(typed) == CODE_LENGTH),
    Screen.DOCUMENT: Pad(DOCUMENT_SIGNS, DOCUMENT_LENGTH, valid_number),
    Screen.NUMBER: Pad(NUMBER_SIGNS, NUMBER_LENGTH, lambda typed: _NUMBER.fullmatch(typed) is not None),
}
_OPENS = {Act.BOOKING: Screen.CHECK_IN, Act.DOCUMENT: Screen.DOCUMENT, Act.NUMBER: Screen.NUMBER}


def whole(state: State) -> bool:
    """Whether what is typed can be asked for."""
    return PADS[state.screen].whole(state.typed)


def wrong_document(state: State) -> bool:
    """Whether all signs of an ID number are typed and they can't be one: a digit is wrong."""
    typed = state.typed
    return state.screen is Screen.DOCUMENT and len(typed) == DOCUMENT_LENGTH and not valid_number(typed)


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
