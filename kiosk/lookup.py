"""Looking a ticket up that was taken before, and bringing it back: missed, or parked for a form.

A number is typed, or its slip scanned. All are pure steps of the session.
"""

from __future__ import annotations

import dataclasses
import re

from kiosk import pads
from kiosk.facts import Facts
from kiosk.session import Enquiry, Found, LookUp, Return, Screen, State, Step, Touched, busy

_SLIP = re.compile(r"/s/([A-Za-z0-9_-]{8,80})(?:#|$)")


def token_in(text: str) -> str:
    """Return the token in a slip's address, empty if the text is none."""
    found = _SLIP.search(text)
    return found[1] if found else ""


def look_up(state: State, event: Touched, facts: Facts) -> Step:
    """Ask where the typed number stands."""
    if state.screen is not Screen.NUMBER or busy(state) or not pads.whole(state):
        return state, ()
    return _asking(state, event.fresh, event.at), (LookUp(event.fresh, state.lang, number=state.typed),)


def scanned(state: State, token: str, at: float, fresh: str) -> Step:
    """Ask where the ticket of a scanned slip stands."""
    blank, forgotten = dataclasses.replace(pads.blank(state), screen=Screen.NUMBER), pads.forgotten(state)
    return _asking(blank, fresh, at), (*forgotten, LookUp(fresh, state.lang, token=token))


def bring_back(state: State, event: Touched, facts: Facts) -> Step:
    """Bring the ticket on the screen back into its queue, in the way that the server offers."""
    found, move = state.found, event.action.arg
    if state.screen is not Screen.PLACE or busy(state) or found is None or move not in found.can:
        return state, ()
    order = Return(event.fresh, state.lang, found.ticket.number, move)
    return _asking(state, event.fresh, event.at), (order,)


def answered(state: State, event: Found, facts: Facts) -> Step:
    """Show what the server knows of the ticket."""
    if state.enquiry is None or state.enquiry.key != event.key:
        return state, ()
    state = dataclasses.replace(pads.blank(state), screen=Screen.PLACE, found=event.found)
    return dataclasses.replace(state, touched_at=event.at), ()


def leave(state: State) -> Step:
    """Go back to the pad."""
    return dataclasses.replace(pads.blank(state), screen=Screen.NUMBER), ()


def _asking(state: State, key: str, at: float) -> State:
    return dataclasses.replace(state, enquiry=Enquiry(key, at), refusal="", refusal_code="")
