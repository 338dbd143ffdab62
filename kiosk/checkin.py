"""Checking in with a booking, as pure steps of the session: by its code, or by the person's ID card.

The code is written in two halves (J68PQ-HAV5B) with the 32 signs that nobody mistakes for another. A
scanner types the text of the booking's QR code and ends it with Enter; that Enter is the citizen's
confirmation, as the button is on the screen, and so is a card laid on the reader.
"""

from __future__ import annotations

import dataclasses

from kiosk import pads
from kiosk.facts import Facts
from kiosk.pads import CODE_LENGTH, CODE_SIGNS
from kiosk.session import (
    CardRead,
    CheckInBooking,
    CheckInPerson,
    Order,
    Screen,
    State,
    Step,
    Take,
    Touched,
    busy,
)

HALF = 5
QR_MARK = "YCB"
"""What stands before the code in its QR code, without the marks that scanners type differently."""

UNREADABLE = "unreadable"
"""The `refusal_code` of a scan that is no code of ours, or of a card that could not be read."""

_LOOKALIKES = str.maketrans("ILO", "110")


def read(text: str) -> str:
    """Return the booking code in a scanned text, empty if there is none."""
    signs = "".join(sign for sign in text.upper() if sign.isascii() and sign.isalnum())
    if len(signs) == CODE_LENGTH + len(QR_MARK):
        signs = signs.removeprefix(QR_MARK)
    signs = signs.translate(_LOOKALIKES)
    return signs if len(signs) == CODE_LENGTH and set(signs) <= set(CODE_SIGNS) else ""


def check_in(state: State, event: Touched, facts: Facts) -> Step:
    """Ask for the ticket of a whole code or number; a try without an answer repeats its own key."""
    ready = state.screen in (Screen.CHECK_IN, Screen.DOCUMENT, Screen.OTHER_DOCUMENT) and not busy(state)
    if not ready or not (pads.whole(state) or state.take is not None):
        return state, ()
    return _ask(state, event.at, event.fresh)


def scanned(state: State, code: str, at: float, fresh: str) -> Step:
    """Check in with a scanned code; an empty one was no code of ours."""
    if not code:
        changed, orders = pads.changed(state, "")
        screen = state.screen if state.screen in pads.PADS else Screen.CHECK_IN
        return dataclasses.replace(changed, screen=screen, refusal_code=UNREADABLE), orders
    known = state.screen is Screen.CHECK_IN and code == state.typed
    changed, forgotten = (state, ()) if known else pads.changed(state, code)
    asked, orders = _ask(dataclasses.replace(changed, screen=Screen.CHECK_IN), at, fresh)
    return asked, (*forgotten, *orders)


def card_read(state: State, event: CardRead, facts: Facts) -> Step:
    """Check in with the card that lies on the reader, on the screen that asks for it and nowhere else."""
    if state.screen is not Screen.DOCUMENT or busy(state) or state.warned_at is not None:
        return state, ()
    known = bool(event.number) and event.number == state.typed
    changed, forgotten = (state, ()) if known else pads.changed(state, event.number)
    changed = dataclasses.replace(changed, touched_at=event.at)
    if not event.number:
        return dataclasses.replace(changed, refusal_code=UNREADABLE), forgotten
    asked, orders = _ask(changed, event.at, event.fresh)
    return asked, (*forgotten, *orders)


def _ask(state: State, at: float, fresh: str) -> Step:
    key = fresh if state.take is None else state.take.key
    order: Order
    if state.screen is Screen.CHECK_IN:
        code = state.typed
        order = CheckInBooking(key, code, state.lang)
    else:
        code, order = "", CheckInPerson(key, state.typed, state.lang)
    state = dataclasses.replace(state, take=Take(key, "", at, code), refusal="", refusal_code="")
    return state, (order,)
