"""Choosing what to do and taking the number for it, as pure steps of the session.

A number is only taken after the citizen has confirmed it, under a key that belongs to that very touch.
"""

from __future__ import annotations

import dataclasses

from kiosk.facts import Facts
from kiosk.session import Screen, State, Step, Take, TakeTicket, Touched, busy

ROWS_PER_PAGE, ROWS_PER_PAGE_LARGE = 8, 6


def rows_per_page(large: bool) -> int:
    """Return how many matters one page holds."""
    return ROWS_PER_PAGE_LARGE if large else ROWS_PER_PAGE


def ask_errands(state: State, event: Touched, facts: Facts) -> Step:
    """Ask how many matters somebody brings who comes for others or for several things."""
    if state.screen is not Screen.CONFIRM or state.reading or state.take is not None:
        return state, ()
    if facts.matters_a_ticket < 2:
        return state, ()
    return dataclasses.replace(state, screen=Screen.ERRANDS, refusal=""), ()


def choose_errands(state: State, event: Touched, facts: Facts) -> Step:
    """Take in how many matters it is, and go back to the last look."""
    if state.screen is not Screen.ERRANDS:
        return state, ()
    errands = min(int(event.action.arg), facts.matters_a_ticket)
    return dataclasses.replace(state, screen=Screen.CONFIRM, errands=errands), ()


def leave_errands(state: State) -> Step:
    """Go back to the last look; what was chosen before stands."""
    return dataclasses.replace(state, screen=Screen.CONFIRM), ()


def leave_priority(state: State) -> Step:
    """Go back to the last look, without a class."""
    return dataclasses.replace(state, screen=Screen.CONFIRM, priority=""), ()


def leave_matters(state: State) -> Step:
    """Go back to the zones."""
    return dataclasses.replace(state, screen=Screen.HOME, zone="", page=0), ()


def leave_everything(state: State) -> Step:
    """Go back to the few choices of large text."""
    return dataclasses.replace(state, everything=False), ()


def show_everything(state: State, event: Touched, facts: Facts) -> Step:
    """Show all zones where large text shows few choices."""
    if state.screen is not Screen.HOME:
        return state, ()
    return dataclasses.replace(state, everything=True), ()


def choose_zone(state: State, event: Touched, facts: Facts) -> Step:
    """Show the matters of a zone."""
    zone = facts.zone(event.action.arg)
    if zone is None or zone.mode == "reserved" or state.screen is not Screen.HOME:
        return state, ()
    return dataclasses.replace(state, screen=Screen.MATTERS, zone=zone.id, page=0), ()


def turn_page(state: State, event: Touched, facts: Facts) -> Step:
    """Turn to a page of matters."""
    count = len(facts.matters_of(state.zone))
    last = max(0, (count - 1) // rows_per_page(state.large))
    page = min(last, max(0, int(event.action.arg)))
    return dataclasses.replace(state, page=page), ()


def choose_matter(state: State, event: Touched, facts: Facts) -> Step:
    """Show a matter before its number is taken, or where it is done instead."""
    brief = facts.brief(event.action.arg)
    if brief is None or state.screen is not Screen.MATTERS:
        return state, ()
    if brief.opens == "tickets":
        return dataclasses.replace(state, screen=Screen.HOME, zone="", page=0), ()
    screen = Screen.CONFIRM if brief.issues else Screen.ELSEWHERE
    return dataclasses.replace(state, screen=screen, matter=brief.id, refusal="", priority="", errands=1), ()


def ask_priority(state: State, event: Touched, facts: Facts) -> Step:
    """Ask which priority class the citizen belongs to, if the hall has any."""
    offered = facts.hall is not None and facts.hall.priority_classes
    if state.screen is not Screen.CONFIRM or state.reading or state.take is not None or not offered:
        return state, ()
    return dataclasses.replace(state, screen=Screen.PRIORITY, refusal=""), ()


def choose_class(state: State, event: Touched, facts: Facts) -> Step:
    """Choose a priority class; none leads back to an ordinary ticket."""
    if state.screen is not Screen.PRIORITY:
        return state, ()
    if not event.action.arg:
        return leave_priority(state)
    return dataclasses.replace(state, priority=event.action.arg), ()


def take(state: State, event: Touched, facts: Facts) -> Step:
    """Take the number; a try without an answer is repeated under its own key."""
    chosen = state.screen is Screen.PRIORITY and bool(state.priority)
    if not (state.screen is Screen.CONFIRM or chosen) or state.reading or busy(state):
        return state, ()
    foreseen = facts.foreseen(state.matter, state.priority)
    if foreseen is not None and not foreseen.issues and state.take is None:
        return state, ()
    again = state.take is not None and state.take.matter == state.matter
    key = state.take.key if again and state.take is not None else event.fresh
    take = Take(key, state.matter, event.at, priority=state.priority, errands=state.errands)
    state = dataclasses.replace(state, screen=Screen.CONFIRM, take=take, refusal="")
    return state, (TakeTicket(key, state.matter, state.lang, state.priority, state.errands),)
