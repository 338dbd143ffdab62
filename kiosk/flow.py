"""Which screen follows what: the whole behaviour of the kiosk as one pure function.

`step` takes the state, what happened and what is known of the hall, and returns the next state with
the orders that somebody else has to carry out (take a ticket, print, call a guide). It reads no
clock: every event says when it was.

A ticket is only taken after the citizen has confirmed it, under a key that belongs to that very
touch. While the answer is out, the button is busy and every further touch on it is nothing. If no
answer came, the next try repeats the same key, so that a lost answer never becomes a second ticket.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from kiosk import checkin, choosing, lookup, pads
from kiosk.choosing import rows_per_page
from kiosk.facts import Facts
from kiosk.scene import Act
from kiosk.session import (
    CallGuide,
    CardRead,
    CheckInBooking,
    CheckInPerson,
    Event,
    Forget,
    Found,
    Help,
    HelpAnswered,
    Issued,
    Order,
    Paper,
    PrintSlip,
    Refused,
    ReportNoSlip,
    Resumed,
    Scanned,
    Screen,
    SlipEnded,
    StaffAsked,
    State,
    Step,
    Take,
    TakeTicket,
    Ticked,
    Touched,
    Unanswered,
    Wipe,
    busy,
)

DEBOUNCE_S = 0.3
PAD_DEBOUNCE_S = 0.1
"""On the pad of signs quick fingers type faster than anybody confirms."""

DEAF_S, DEAF_AGAIN_S = 1.0, 0.5
"""A number that has just appeared hears no touch for a second, and not before the finger has paused:
the button that finishes stands where the button that took the ticket stood."""

IDLE_WARN_S = 60.0
IDLE_COUNTDOWN_S = 20.0
TICKET_S = 20.0
SLOW_S = 10.0
"""A busy button says after this long that it takes longer than usual."""

_RESTING = (Screen.ATTRACT, Screen.CLOSED, Screen.AWAY)


def step(state: State, event: Event, facts: Facts) -> Step:
    """Return the state after an event and the orders that follow from it."""
    changed, orders = _HANDLERS[type(event)](state, event, facts)
    settled, more = _settle(changed, event.at, facts)
    return settled, (*orders, *more)


def countdown(state: State, now: float) -> int | None:
    """Return the whole seconds left before the screen returns by itself, None without a countdown."""
    if state.warned_at is not None:
        return max(0, round(state.warned_at + IDLE_COUNTDOWN_S - now + 0.49))
    if state.done_at is not None:
        return max(0, round(state.done_at - now + 0.49))
    return None


def _resting(facts: Facts) -> Screen:
    """Where the kiosk stands when nobody is at it."""
    if not facts.online or facts.hall is None:
        return Screen.AWAY
    return Screen.ATTRACT if facts.open else Screen.CLOSED


def _settle(state: State, now: float, facts: Facts) -> Step:
    """Move away from a screen that the hall no longer allows, and back when it does again."""
    rest = _resting(facts)
    if busy(state) or state.screen in (Screen.TICKET, Screen.HELP):
        return state, ()
    if state.screen in _RESTING:
        return (state, ()) if state.screen is rest else _go_to_rest(state, rest, now)
    if rest is Screen.ATTRACT:
        return dataclasses.replace(state, reading=False), ()
    if state.reading:
        return state, ()
    if state.take is None:
        state = pads.blank(state)
    return dataclasses.replace(state, screen=rest, warned_at=None), ()


def _go_to_rest(state: State, rest: Screen, now: float) -> Step:
    """Change between attract, closed and away; whoever still stands there goes on where he was."""
    here = (
        state.screen is not Screen.ATTRACT and now - state.touched_at < IDLE_WARN_S and state.touched_at > 0
    )
    if rest is Screen.ATTRACT and here:
        screen = Screen.HOME if state.take is None else _screen_of(state.take, state.typed)
        return dataclasses.replace(state, screen=screen, reading=False), ()
    return dataclasses.replace(state, screen=rest), ()


def _screen_of(take: Take, typed: str = "") -> Screen:
    """The screen on which a wish was confirmed."""
    if take.matter:
        return Screen.CONFIRM
    if take.code:
        return Screen.CHECK_IN
    return Screen.OTHER_DOCUMENT if pads.other_document(typed) else Screen.DOCUMENT


def _end(state: State, facts: Facts) -> Step:
    """End the session: a fresh state, and nothing of the old one left behind."""
    orders: tuple[Order, ...] = (Wipe(),)
    if state.take is not None:
        orders = (Forget(state.take.key), *orders)
    return State(screen=_resting(facts)), orders


# Touches -----------------------------------------------------------------------------------------


def _touched(state: State, event: Touched, facts: Facts) -> Step:
    pause = PAD_DEBOUNCE_S if event.action.act in (Act.SIGN, Act.ERASE) else DEBOUNCE_S
    if event.at - state.touched_at < pause and state.touched_at > 0:
        return state, ()
    if event.at < state.deaf_until:
        return dataclasses.replace(state, deaf_until=max(state.deaf_until, event.at + DEAF_AGAIN_S)), ()
    if state.warned_at is not None and event.action.act not in (Act.MORE_TIME, Act.DONE):
        return state, ()
    done_at = None if state.done_at is None else event.at + TICKET_S
    state = dataclasses.replace(state, touched_at=event.at, done_at=done_at)
    after, orders = _TOUCHES[event.action.act](state, event, facts)
    if after.touched_at == 0:
        # A wiped session remembers nothing, but the second half of a double tap is still to come.
        after = dataclasses.replace(after, deaf_until=event.at + DEBOUNCE_S)
    return after, orders


def _start(state: State, event: Touched, facts: Facts) -> Step:
    if state.screen is not Screen.ATTRACT:
        return state, ()
    return dataclasses.replace(state, screen=Screen.HOME), ()


def _change_lang(state: State, event: Touched, facts: Facts) -> Step:
    screen = Screen.HOME if state.screen is Screen.ATTRACT else state.screen
    return dataclasses.replace(state, lang="en" if state.lang == "zh" else "zh", screen=screen), ()


def _change_size(state: State, event: Touched, facts: Facts) -> Step:
    screen = Screen.HOME if state.screen is Screen.ATTRACT else state.screen
    first = state.page * rows_per_page(state.large)
    page = first // rows_per_page(not state.large)
    return dataclasses.replace(state, large=not state.large, page=page, screen=screen), ()


def _ask_help(state: State, event: Touched, facts: Facts) -> Step:
    if busy(state) or (state.screen is Screen.HELP and state.help is not Help.FAILED):
        return state, ()
    before = state.before_help if state.screen is Screen.HELP else state.screen
    state = dataclasses.replace(state, screen=Screen.HELP, help=Help.CALLING, before_help=before)
    return state, (CallGuide(str(before), state.lang),)


def _go_home(state: State, event: Touched, facts: Facts) -> Step:
    if busy(state):
        return state, ()
    if state.screen is Screen.TICKET or (state.screen is Screen.HELP and state.before_help in _RESTING):
        return _end(state, facts)
    orders: tuple[Order, ...] = () if state.take is None else (Forget(state.take.key),)
    fresh = State(screen=Screen.HOME, lang=state.lang, large=state.large, touched_at=state.touched_at)
    return dataclasses.replace(fresh, reading=state.reading), orders


def _go_back(state: State, event: Touched, facts: Facts) -> Step:
    if busy(state):
        return state, ()
    if state.screen is Screen.HELP:
        return dataclasses.replace(state, screen=state.before_help, help=Help.NONE), ()
    if state.screen in (Screen.CONFIRM, Screen.ELSEWHERE):
        orders: tuple[Order, ...] = () if state.take is None else (Forget(state.take.key),)
        left = dataclasses.replace(
            state, screen=Screen.MATTERS, take=None, refusal="", priority="", errands=1
        )
        return left, orders
    if state.screen in pads.PADS:
        return pads.leave(state)
    if state.screen is Screen.HOME and not state.everything:
        return _end(state, facts)
    leave = _BACK.get(state.screen)
    return (state, ()) if leave is None else leave(state)


def _done(state: State, event: Touched, facts: Facts) -> Step:
    return (state, ()) if busy(state) else _end(state, facts)


def _more_time(state: State, event: Touched, facts: Facts) -> Step:
    return dataclasses.replace(state, warned_at=None), ()


def _read_checklists(state: State, event: Touched, facts: Facts) -> Step:
    if state.screen not in (Screen.AWAY, Screen.CLOSED) or not facts.matters:
        return state, ()
    return dataclasses.replace(state, screen=Screen.HOME, reading=True), ()


def _reprint(state: State, event: Touched, facts: Facts) -> Step:
    ready = state.screen is Screen.TICKET and state.may_reprint and facts.trouble is None
    if not ready or state.ticket is None:
        return state, ()
    copy = state.copy + 1
    state = dataclasses.replace(state, paper=Paper.PRINTING, copy=copy, may_reprint=False)
    assert state.ticket is not None
    return state, (PrintSlip(state.ticket, copy, large=state.large),)


# Answers and time --------------------------------------------------------------------------------


def _scanned(state: State, event: Scanned, facts: Facts) -> Step:
    """Take a booking's or a slip's code in wherever a citizen may begin; elsewhere it is nothing."""
    begins = state.screen in (Screen.ATTRACT, Screen.HOME, *pads.PADS)
    if not begins or state.reading or busy(state) or state.warned_at is not None:
        return state, ()
    code, token = checkin.read(event.text), lookup.token_in(event.text)
    if not code and not token and state.screen is Screen.ATTRACT:
        return state, ()
    state = dataclasses.replace(state, touched_at=event.at)
    if token:
        return lookup.scanned(state, token, event.at, event.fresh)
    return checkin.scanned(state, code, event.at, event.fresh)


def _ticked(state: State, event: Ticked, facts: Facts) -> Step:
    if busy(state) or state.paper is Paper.PRINTING:
        return dataclasses.replace(state, touched_at=max(state.touched_at, event.at - IDLE_WARN_S + 1)), ()
    if state.done_at is not None and event.at >= state.done_at:
        return _end(state, facts)
    if state.warned_at is not None:
        return _end(state, facts) if event.at - state.warned_at >= IDLE_COUNTDOWN_S else (state, ())
    idle = event.at - state.touched_at >= IDLE_WARN_S
    if not idle or state.done_at is not None:
        return state, ()
    if state.screen in _RESTING:
        fresh = State(screen=state.screen, touched_at=state.touched_at, deaf_until=state.deaf_until)
        return (state, ()) if state == fresh else _end(state, facts)
    return dataclasses.replace(state, warned_at=event.at), ()


def _issued(state: State, event: Issued, facts: Facts) -> Step:
    if state.take is None or state.take.key != event.key:
        return state, (Forget(event.key),)
    state = dataclasses.replace(pads.blank(state), screen=Screen.TICKET, ticket=event.ticket)
    state = dataclasses.replace(state, touched_at=event.at, deaf_until=event.at + DEAF_S)
    if facts.trouble is not None:
        state = dataclasses.replace(state, paper=Paper.NONE, paper_reason=str(facts.trouble))
        return state, (ReportNoSlip(event.ticket.id, state.paper_reason, event.key),)
    slip = PrintSlip(event.ticket, 1, event.key, state.large)
    return dataclasses.replace(state, paper=Paper.PRINTING), (slip,)


def _asked(state: State, key: str) -> bool:
    """Whether an answer to this key is still waited for."""
    return any(one is not None and one.key == key for one in (state.take, state.enquiry))


def _refused(state: State, event: Refused, facts: Facts) -> Step:
    if not _asked(state, event.key):
        return state, ()
    state = dataclasses.replace(state, take=None, enquiry=None, touched_at=event.at)
    return dataclasses.replace(state, refusal=event.sentence, refusal_code=event.code), ()


def _unanswered(state: State, event: Unanswered, facts: Facts) -> Step:
    if not _asked(state, event.key):
        return state, ()
    take = state.take and dataclasses.replace(state.take, asked_at=None)
    enquiry = state.enquiry and dataclasses.replace(state.enquiry, asked_at=None)
    return dataclasses.replace(state, take=take, enquiry=enquiry, touched_at=event.at), ()


def _slip_ended(state: State, event: SlipEnded, facts: Facts) -> Step:
    if state.ticket is None or state.ticket.id != event.ticket or state.paper is not Paper.PRINTING:
        return state, ()
    paper = {True: Paper.PRINTED, False: Paper.FAILED, None: Paper.UNKNOWN}[event.printed]
    done_at = event.at + TICKET_S if event.printed else None
    state = dataclasses.replace(
        state, paper=paper, paper_reason=event.reason, done_at=done_at, may_reprint=event.printed is False
    )
    return dataclasses.replace(state, touched_at=max(state.touched_at, event.at - DEBOUNCE_S)), ()


def _staff_asked(state: State, event: StaffAsked, facts: Facts) -> Step:
    """Whoever stands at the screen is not disturbed: the slip comes out beside it."""
    return state, (PrintSlip(event.ticket, event.copy),)


def _help_answered(state: State, event: HelpAnswered, facts: Facts) -> Step:
    return (dataclasses.replace(state, help=event.help) if state.screen is Screen.HELP else state), ()


def _resumed(state: State, event: Resumed, facts: Facts) -> Step:
    """Show what was interrupted, unless somebody stands there who has begun anew: then it goes back."""
    if state.screen not in _RESTING:
        return state, (Forget(event.key),)
    brief = facts.brief(event.matter)
    take = Take(event.key, event.matter, event.at, event.code, event.priority, event.errands)
    state = dataclasses.replace(
        state,
        screen=_screen_of(take),
        lang=event.lang,
        matter=event.matter,
        zone=brief.zone if brief else "",
        priority=event.priority,
        errands=event.errands,
        typed=event.code,
        take=take,
        touched_at=event.at,
    )
    if event.matter:
        return state, (TakeTicket(event.key, event.matter, event.lang, event.priority, event.errands),)
    if event.code:
        return state, (CheckInBooking(event.key, event.code, event.lang),)
    return state, (CheckInPerson(event.key, "", event.lang),)


_BACK: dict[Screen, Callable[[State], Step]] = {
    Screen.PRIORITY: choosing.leave_priority,
    Screen.ERRANDS: choosing.leave_errands,
    Screen.PLACE: lookup.leave,
    Screen.MATTERS: choosing.leave_matters,
    Screen.HOME: choosing.leave_everything,
}

_TOUCHES: dict[Act, Callable[[State, Touched, Facts], Step]] = {
    Act.START: _start,
    Act.LANG: _change_lang,
    Act.LARGE: _change_size,
    Act.HELP: _ask_help,
    Act.HOME: _go_home,
    Act.BACK: _go_back,
    Act.ZONE: choosing.choose_zone,
    Act.PAGE: choosing.turn_page,
    Act.MATTER: choosing.choose_matter,
    Act.TAKE: choosing.take,
    Act.DONE: _done,
    Act.MORE_TIME: _more_time,
    Act.CHECKLISTS: _read_checklists,
    Act.REPRINT: _reprint,
    Act.BOOKING: pads.open_pad,
    Act.DOCUMENT: pads.open_pad,
    Act.OTHER_DOCUMENT: pads.open_pad,
    Act.NUMBER: pads.open_pad,
    Act.SIGN: pads.sign,
    Act.ERASE: pads.erase,
    Act.CLEAR: pads.clear,
    Act.CHECK_IN: checkin.check_in,
    Act.LOOK_UP: lookup.look_up,
    Act.RETURN: lookup.bring_back,
    Act.PRIORITY: choosing.ask_priority,
    Act.CLASS: choosing.choose_class,
    Act.ERRANDS: choosing.ask_errands,
    Act.COUNT: choosing.choose_errands,
    Act.EVERYTHING: choosing.show_everything,
}

_HANDLERS: dict[type, Callable[..., Step]] = {
    Touched: _touched,
    Scanned: _scanned,
    CardRead: checkin.card_read,
    Found: lookup.answered,
    Ticked: _ticked,
    Issued: _issued,
    Refused: _refused,
    Unanswered: _unanswered,
    SlipEnded: _slip_ended,
    StaffAsked: _staff_asked,
    HelpAnswered: _help_answered,
    Resumed: _resumed,
}
