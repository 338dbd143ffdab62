"""Which screen follows what, as tables: no clock, no X server, no thread."""

from __future__ import annotations

import functools
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import checkin, pads
from kiosk.facts import Trouble
from kiosk.flow import DEBOUNCE_S, IDLE_COUNTDOWN_S, IDLE_WARN_S, TICKET_S, countdown
from kiosk.scene import Act, Action
from kiosk.session import (
    CallGuide,
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
    Screen,
    SlipEnded,
    State,
    TakeTicket,
    Unanswered,
    Wipe,
    busy,
)
from kiosk.wedge import Wedge
from queue_server.appointments import rules
from queue_server.wire import TicketState
from tests.kiosk import samples
from tests.kiosk.samples import LONGEST, facts, ticket
from tests.kiosk.walk import Walk


def test_the_main_path() -> None:
    walk = Walk()
    assert walk.on(Screen.ATTRACT)
    order = walk.to_confirm().take()
    assert order == TakeTicket(order.key, LONGEST, "zh") and busy(walk.state)
    (printing,) = walk.happen(Issued(order.key, ticket(), walk.now))
    assert printing == PrintSlip(ticket(), 1, order.key)
    assert walk.on(Screen.TICKET) and walk.state.paper is Paper.PRINTING
    walk.now += 2
    walk.happen(SlipEnded(7, True, "", walk.now))
    assert walk.slip() is Paper.PRINTED and countdown(walk.state, walk.now) == TICKET_S
    walk.wait(TICKET_S + 0.3)
    assert walk.state == State(screen=Screen.ATTRACT)
    assert walk.orders[-1] == Wipe()


BACK_TO: list[tuple[list[tuple[Act, str]], Screen]] = [
    ([(Act.START, "")], Screen.ATTRACT),
    ([(Act.START, ""), (Act.ZONE, "Z3")], Screen.HOME),
    ([(Act.START, ""), (Act.ZONE, "Z3"), (Act.MATTER, "Z3-004")], Screen.MATTERS),
    ([(Act.START, ""), (Act.ZONE, "Z8"), (Act.MATTER, "Z8-004")], Screen.MATTERS),
    ([(Act.START, ""), (Act.ZONE, "Z3"), (Act.HELP, "")], Screen.MATTERS),
    ([(Act.HELP, "")], Screen.ATTRACT),
]


@pytest.mark.parametrize(("touches", "screen"), BACK_TO)
def test_back_goes_one_step(touches: list[tuple[Act, str]], screen: Screen) -> None:
    walk = Walk()
    for act, arg in touches:
        walk.touch(act, arg)
    walk.touch(Act.BACK)
    assert walk.on(screen)


@pytest.mark.parametrize(
    ("matter", "screen"),
    [
        ("Z8-001", Screen.HOME),
        ("Z8-004", Screen.ELSEWHERE),
        ("Z5-016", Screen.ELSEWHERE),
        ("Z3-004", Screen.CONFIRM),
    ],
)
def test_where_a_matter_leads(matter: str, screen: Screen) -> None:
    walk = Walk()
    walk.touch(Act.START)
    walk.touch(Act.ZONE, matter[:2])
    walk.touch(Act.MATTER, matter)
    assert walk.on(screen)
    assert not walk.orders


def test_pages_stay_inside_the_zone_and_keep_their_place_when_text_grows() -> None:
    walk = Walk()
    walk.touch(Act.START)
    walk.touch(Act.ZONE, "Z2")
    for arg, page in (("1", 1), ("2", 2), ("3", 2), ("-1", 0), ("2", 2)):
        walk.touch(Act.PAGE, arg)
        assert walk.state.page == page
    walk.touch(Act.LARGE)
    assert walk.state.page == 16 // 6
    walk.touch(Act.LARGE)
    assert walk.state.page == 12 // 8


@pytest.mark.parametrize("after", [0.0, 0.05, DEBOUNCE_S - 0.01])
def test_a_second_touch_within_the_debounce_is_nothing(after: float) -> None:
    walk = Walk().to_confirm()
    walk.take()
    assert walk.touch(Act.TAKE, after=after) == ()
    assert walk.touch(Act.BACK, after=after) == ()


def test_touches_while_busy_never_make_a_second_ticket_nor_leave() -> None:
    walk = Walk().to_confirm()
    first = walk.take()
    for act in (Act.TAKE, Act.BACK, Act.HOME, Act.DONE, Act.HELP, Act.TAKE):
        assert walk.touch(act) == ()
        assert walk.on(Screen.CONFIRM)
    walk.happen(Issued(first.key, ticket(), walk.now))
    assert [order for order in walk.orders if isinstance(order, TakeTicket)] == [first]


def test_hammering_on_the_take_button_does_not_finish_the_ticket() -> None:
    walk = Walk().to_ticket()
    for _ in range(20):
        walk.touch(Act.DONE, after=0.2)
        assert walk.on(Screen.TICKET)
    walk.touch(Act.DONE, after=0.6)
    assert walk.on(Screen.ATTRACT)


def test_the_second_half_of_a_double_tap_does_not_begin_a_new_session() -> None:
    walk = Walk().to_ticket()
    walk.touch(Act.DONE)
    walk.touch(Act.START, after=0.15)
    assert walk.on(Screen.ATTRACT)
    walk.touch(Act.START, after=0.6)
    assert walk.on(Screen.HOME)


def test_no_answer_repeats_the_same_key_and_only_for_the_same_matter() -> None:
    walk = Walk().to_confirm()
    first = walk.take()
    walk.happen(Unanswered(first.key, walk.now))
    assert not busy(walk.state)
    again = walk.take()
    assert again.key == first.key
    walk.happen(Unanswered(first.key, walk.now))
    assert walk.touch(Act.BACK) == (Forget(first.key),)
    walk.touch(Act.MATTER, "Z2-001")
    other = walk.take()
    assert other.key != first.key and other.matter == "Z2-001"


def test_a_refusal_is_said_and_the_next_try_has_a_new_key() -> None:
    walk = Walk().to_confirm()
    first = walk.take()
    walk.happen(Refused(first.key, "hall_closed", "大厅现在不取号。", walk.now))
    assert walk.state.refusal == "大厅现在不取号。" and walk.on(Screen.CONFIRM)
    assert walk.take().key != first.key


def test_an_answer_that_nobody_waits_for_is_given_back() -> None:
    walk = Walk().to_confirm()
    assert walk.happen(Issued("another", ticket(), walk.now)) == (Forget("another"),)
    assert walk.on(Screen.CONFIRM)


def test_no_paper_is_known_before_the_number_is_promised() -> None:
    walk = Walk(facts(trouble=Trouble.PAPER_OUT)).to_confirm()
    order = walk.take()
    assert walk.happen(Issued(order.key, ticket(), walk.now)) == (ReportNoSlip(7, "paper_out", order.key),)
    assert walk.state.paper is Paper.NONE and walk.on(Screen.TICKET)


@pytest.mark.parametrize(
    ("printed", "paper", "reprint"),
    [(True, Paper.PRINTED, False), (False, Paper.FAILED, True), (None, Paper.UNKNOWN, False)],
)
def test_how_a_slip_ends(printed: bool | None, paper: Paper, reprint: bool) -> None:
    walk = Walk().to_ticket()
    walk.happen(SlipEnded(7, printed, "paper_out", walk.now))
    assert walk.state.paper is paper and walk.state.may_reprint is reprint


def test_a_second_slip_only_when_asked_for_and_never_when_nobody_knows() -> None:
    walk = Walk().to_ticket()
    walk.happen(SlipEnded(7, None, "fence_timeout", walk.now))
    assert walk.touch(Act.REPRINT) == ()
    walk = Walk().to_ticket()
    walk.happen(SlipEnded(7, False, "paper_out", walk.now))
    walk.know(trouble=Trouble.PAPER_OUT)
    assert walk.touch(Act.REPRINT) == ()
    walk.know(trouble=None)
    assert walk.touch(Act.REPRINT) == (PrintSlip(ticket(), 2),)
    assert walk.touch(Act.REPRINT) == ()


def test_idle_warns_after_a_minute_and_wipes_after_twenty_seconds_more() -> None:
    walk = Walk().to_confirm()
    walk.touch(Act.LANG)
    walk.wait(IDLE_WARN_S - 1)
    assert walk.state.warned_at is None
    walk.wait(1.25)
    assert walk.state.warned_at is not None and countdown(walk.state, walk.now) == IDLE_COUNTDOWN_S
    walk.wait(IDLE_COUNTDOWN_S - 1)
    assert countdown(walk.state, walk.now) == 1
    walk.wait(1.25)
    assert walk.state == State(screen=Screen.ATTRACT) and walk.orders == [Wipe()]


def test_one_tap_goes_on_as_often_as_wanted() -> None:
    walk = Walk().to_confirm()
    for _ in range(12):
        walk.wait(IDLE_WARN_S + 5)
        assert walk.state.warned_at is not None
        walk.touch(Act.BACK)
        assert walk.state.warned_at is not None, "only the two buttons of the warning count"
        walk.touch(Act.MORE_TIME)
        assert walk.state.warned_at is None and walk.on(Screen.CONFIRM)
    walk.wait(IDLE_WARN_S + 5)
    walk.touch(Act.DONE)
    assert walk.is_fresh()


def test_an_attract_screen_that_somebody_changed_goes_back_by_itself() -> None:
    walk = Walk()
    walk.touch(Act.LANG)
    assert walk.on(Screen.HOME)
    walk.touch(Act.BACK)
    assert walk.is_fresh()
    walk.wait(300)
    assert walk.orders == [Wipe()]


def test_a_failed_slip_does_not_vanish_after_twenty_seconds() -> None:
    walk = Walk().to_ticket()
    walk.happen(SlipEnded(7, False, "cover_open", walk.now))
    walk.wait(TICKET_S + 10)
    assert walk.on(Screen.TICKET) and walk.state.warned_at is None
    walk.wait(IDLE_WARN_S - TICKET_S)
    assert walk.state.warned_at is not None


def test_the_screen_waits_for_a_slow_printer() -> None:
    walk = Walk().to_ticket()
    walk.wait(200)
    assert walk.on(Screen.TICKET) and walk.state.warned_at is None


@pytest.mark.parametrize("screen", [Screen.ATTRACT, Screen.HOME, Screen.CONFIRM])
def test_away_and_back(screen: Screen) -> None:
    walk = Walk()
    if screen is Screen.HOME:
        walk.touch(Act.START)
    if screen is Screen.CONFIRM:
        walk.to_confirm()
    walk.know(online=False)
    assert walk.on(Screen.AWAY)
    walk.wait(5)
    walk.know(online=True)
    assert walk.on(Screen.ATTRACT if screen is Screen.ATTRACT else Screen.HOME)


def test_away_in_the_middle_of_taking_goes_back_to_the_same_touch() -> None:
    walk = Walk().to_confirm()
    order = walk.take()
    walk.know(online=False)
    assert walk.on(Screen.CONFIRM), "an answer may still come"
    walk.happen(Unanswered(order.key, walk.now))
    assert walk.on(Screen.AWAY)
    walk.wait(10)
    walk.know(online=True)
    assert walk.on(Screen.CONFIRM)
    assert walk.take().key == order.key


def test_away_for_long_gives_the_touch_back() -> None:
    walk = Walk().to_confirm()
    order = walk.take()
    walk.know(online=False)
    walk.happen(Unanswered(order.key, walk.now))
    walk.wait(IDLE_WARN_S + 1)
    assert walk.orders[-2:] == [Forget(order.key), Wipe()] and walk.state == State(screen=Screen.AWAY)


def test_checklists_stay_readable_while_away_and_closed() -> None:
    for known in (facts(online=False), facts(hall=samples.closed_hall())):
        walk = Walk(known)
        rest = walk.state.screen
        assert rest in (Screen.AWAY, Screen.CLOSED)
        walk.touch(Act.CHECKLISTS)
        walk.touch(Act.ZONE, "Z2")
        walk.touch(Act.MATTER, LONGEST)
        assert walk.on(Screen.CONFIRM) and walk.state.reading
        assert walk.touch(Act.TAKE) == ()
        walk.touch(Act.HOME)
        assert walk.on(Screen.HOME) and walk.state.reading
        walk.wait(IDLE_WARN_S + IDLE_COUNTDOWN_S + 1)
        assert walk.on(rest)


def test_a_ticket_on_the_screen_stays_when_the_hall_closes_or_the_server_goes() -> None:
    for change in ({"online": False}, {"hall": samples.closed_hall()}):
        walk = Walk().to_ticket()
        walk.happen(SlipEnded(7, True, "", walk.now))
        walk.know(**change)
        assert walk.on(Screen.TICKET)
        walk.wait(TICKET_S + 1)
        assert walk.state.screen in (Screen.AWAY, Screen.CLOSED)


def test_closing_moves_everybody_else_away_and_opening_back() -> None:
    walk = Walk().to_confirm()
    walk.know(hall=samples.closed_hall())
    assert walk.on(Screen.CLOSED)
    walk.wait(IDLE_WARN_S + 1)
    walk.know(hall=samples.hall_and_matters()[0])
    assert walk.state == State(screen=Screen.ATTRACT)


def test_help() -> None:
    walk = Walk().to_confirm()
    assert walk.touch(Act.HELP) == (CallGuide("confirm", "zh"),)
    assert walk.touch(Act.HELP) == (), "one call at a time"
    walk.happen(HelpAnswered(Help.FAILED, walk.now))
    assert walk.touch(Act.HELP) == (CallGuide("confirm", "zh"),)
    walk.happen(HelpAnswered(Help.CALLED, walk.now))
    walk.happen(HelpAnswered(Help.COMING, walk.now))
    assert [walk.state.help] == [Help.COMING]
    walk.touch(Act.BACK)
    assert walk.on(Screen.CONFIRM) and walk.state.help is Help.NONE


def test_a_restart_takes_up_the_touch_of_a_moment_ago() -> None:
    walk = Walk(facts(online=False))
    (order,) = walk.happen(Resumed("k-1", LONGEST, "en", walk.now))
    assert order == TakeTicket("k-1", LONGEST, "en")
    walk.happen(Issued("k-1", ticket(), walk.now))
    assert walk.on(Screen.TICKET) and walk.state.lang == "en"


def test_a_touch_from_before_a_restart_disturbs_nobody_who_has_begun_anew() -> None:
    walk = Walk()
    walk.touch(Act.START)
    screen = walk.state.screen
    assert walk.happen(Resumed("k-1", LONGEST, "en", walk.now)) == (Forget("k-1"),)
    assert walk.on(screen) and walk.state.take is None


CODE = "J68PQHAV5B"


@pytest.mark.parametrize(
    ("signs", "acts", "code"),
    [
        (CODE, [], CODE),
        (CODE + "77", [], CODE),
        ("ILOU", [], ""),
        ("J6", [Act.ERASE], "J"),
        ("J6", [Act.ERASE, Act.ERASE, Act.ERASE], ""),
        (CODE, [Act.CLEAR], ""),
        (CODE, [Act.HELP, Act.BACK], CODE),
        (CODE, [Act.LANG, Act.LARGE], CODE),
        (CODE, [Act.BACK], ""),
        (CODE, [Act.HOME, Act.BOOKING], ""),
    ],
)
def test_what_stands_in_the_cells(signs: str, acts: list[Act], code: str) -> None:
    walk = Walk().type(signs)
    for act in acts:
        walk.touch(act)
    assert walk.state.typed == code


def test_a_booking_becomes_a_ticket() -> None:
    walk = Walk().type(CODE)
    (order,) = walk.touch(Act.CHECK_IN)
    assert order == CheckInBooking(walk.state.take.key if walk.state.take else "", CODE, "zh")
    for act in (Act.CHECK_IN, Act.SIGN, Act.ERASE, Act.CLEAR, Act.BACK, Act.HOME, Act.HELP):
        assert walk.touch(act, "7") == () and walk.state.typed == CODE
    assert walk.scan("YC-B:0000000000") == ()
    (printing,) = walk.happen(Issued(order.key, ticket(), walk.now))
    assert printing == PrintSlip(ticket(), 1, order.key)
    assert walk.on(Screen.TICKET) and walk.state.typed == ""


def test_half_a_code_asks_for_nothing() -> None:
    walk = Walk().type(CODE[:-1])
    assert walk.touch(Act.CHECK_IN) == () and walk.on(Screen.CHECK_IN)


def test_a_check_in_without_an_answer_repeats_its_key_until_the_code_changes() -> None:
    walk = Walk().type(CODE)
    (first,) = walk.touch(Act.CHECK_IN)
    assert isinstance(first, CheckInBooking)
    walk.happen(Unanswered(first.key, walk.now))
    assert walk.touch(Act.CHECK_IN) == (first,)
    walk.happen(Unanswered(first.key, walk.now))
    assert walk.touch(Act.ERASE) == (Forget(first.key),)
    walk.touch(Act.SIGN, "C")
    (other,) = walk.touch(Act.CHECK_IN)
    assert isinstance(other, CheckInBooking) and other.key != first.key and other.code == CODE[:-1] + "C"


def test_a_refused_check_in_is_said_until_the_code_changes() -> None:
    walk = Walk().type(CODE)
    (order,) = walk.touch(Act.CHECK_IN)
    assert isinstance(order, CheckInBooking)
    walk.happen(Refused(order.key, "appointment_early", "现在签到太早。", walk.now))
    assert (walk.state.refusal, walk.state.refusal_code) == ("现在签到太早。", "appointment_early")
    walk.touch(Act.ERASE)
    assert (walk.state.refusal, walk.state.refusal_code) == ("", "")


@pytest.mark.parametrize("acts", [[], [Act.START], [Act.START, Act.BOOKING]])
def test_a_scanned_booking_is_checked_in_at_once(acts: list[Act]) -> None:
    walk = Walk()
    for act in acts:
        walk.touch(act)
    (order,) = walk.scan("yc-b;j68pqhav5b")
    assert isinstance(order, CheckInBooking) and order.code == CODE and walk.on(Screen.CHECK_IN)


def test_a_scan_that_is_no_booking_says_so_and_means_nothing_elsewhere() -> None:
    walk = Walk()
    assert walk.scan("6901234567892") == () and walk.is_fresh()
    walk.touch(Act.START)
    assert walk.scan("6901234567892") == ()
    assert walk.on(Screen.CHECK_IN) and walk.state.refusal_code == checkin.UNREADABLE
    walk = Walk().to_confirm()
    assert walk.scan("YC-B:" + CODE) == () and walk.on(Screen.CONFIRM)


def test_a_typed_code_is_wiped_when_its_owner_leaves() -> None:
    walk = Walk().type(CODE)
    walk.wait(IDLE_WARN_S + IDLE_COUNTDOWN_S + 1)
    assert walk.state == State(screen=Screen.ATTRACT) and walk.orders == [Wipe()]


def test_a_restart_takes_up_a_check_in() -> None:
    walk = Walk(facts(online=False))
    (order,) = walk.happen(Resumed("k-1", "", "en", walk.now, CODE))
    assert order == CheckInBooking("k-1", CODE, "en") and walk.on(Screen.CHECK_IN)
    walk.happen(Unanswered("k-1", walk.now))
    walk.know(online=True)
    assert walk.on(Screen.CHECK_IN) and walk.touch(Act.CHECK_IN) == (order,)


def test_a_number_that_would_be_refused_is_not_asked_for() -> None:
    walk = Walk().to_confirm()
    walk.know(prospect=samples.prospect(issues=False, code="too_late_today", title=samples.TOO_LATE))
    assert walk.touch(Act.TAKE) == () and walk.on(Screen.CONFIRM)
    walk.know(prospect=samples.prospect("Z1-001", issues=False))
    assert walk.take().matter == LONGEST, "what is known of another matter says nothing"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (CODE, CODE),
        ("YC-B:J68PQHAV5B", CODE),
        ("yc-b;j68pqhav5b", CODE),
        (" j68pq-hav5b ", CODE),
        ("YCB1234567", "YCB1234567"),
        ("oil45-67890", "0114567890"),
        ("J68PQ-HAV5", ""),
        ("J68PQ-HAVUB", ""),
        ("", ""),
    ],
)
def test_codes_are_read_however_a_scanner_types_them(text: str, code: str) -> None:
    assert checkin.read(text) == code
    assert not code or rules.read_code(code) == code


def test_the_pad_has_the_signs_of_the_server_s_codes() -> None:
    assert pads.CODE_SIGNS == rules.CODE_SIGNS and pads.CODE_LENGTH == rules.CODE_LENGTH


def test_keys_become_a_line_at_enter_and_are_forgotten_after_a_moment() -> None:
    wedge = Wedge()
    assert [wedge.key(sign, 5.0) for sign in "ab\x00c\r"] == ["", "", "", "", "abc"]
    assert wedge.key("\r", 5.1) == ""
    wedge.key("x", 6.0)
    assert wedge.key("y", 7.5) == "" and wedge.key("\r", 7.6) == "y"
    assert [wedge.key(sign, 7.8, {"shift"}) for sign in "a-;3"] == [""] * 4
    assert wedge.key("\r", 7.9) == "A_:#"
    for sign in "1" * 600:
        wedge.key(sign, 8.0)
    assert len(wedge.key("\r", 8.0)) == Wedge.MOST


ACTIONS = [Action(act) for act in Act if act not in (Act.ZONE, Act.PAGE, Act.MATTER, Act.RETURN)]
ACTIONS += [Action(Act.RETURN, move) for move in ("reinstate", "back", "cancel")]
ACTIONS += [Action(Act.CLASS, "elderly")]
ACTIONS += [Action(Act.ZONE, zone) for zone in ("Z1", "Z2", "Z8", "ZR", "nowhere")]
ACTIONS += [Action(Act.PAGE, page) for page in ("-1", "0", "1", "9")]
ACTIONS += [Action(Act.SIGN, sign) for sign in "7QZ"]
ACTIONS += [Action(Act.MATTER, matter) for matter in (LONGEST, "Z8-001", "Z8-004", "Z5-016", "nothing")]


KINDS = ["touch", "wait", "issue", "refuse", "lose", "find", "slip", "away", "back", "help", "scan", "card"]


@given(st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 1000), st.floats(0.01, 40)), max_size=60))
def test_whatever_happens_no_ticket_is_lost_or_taken_twice(moves: list[tuple[str, int, float]]) -> None:
    """Every key is either answered once, or forgotten, or still asked for; and every screen can be drawn."""
    from kiosk.screens import draw

    walk = Walk()
    asked: dict[str, Order] = {}
    shown: set[str] = set()
    for kind, number, passed in moves:
        before = len(walk.orders)
        acts: dict[str, Callable[[], object]] = {
            "touch": functools.partial(walk.touch, *_split(ACTIONS[number % len(ACTIONS)]), after=passed),
            "wait": functools.partial(walk.wait, passed),
            "issue": lambda: _answer(walk, lambda key: Issued(key, ticket(), walk.now), shown),
            "refuse": lambda: _answer(walk, lambda key: Refused(key, "hall_closed", "不", walk.now)),
            "lose": lambda: _answer(walk, lambda key: Unanswered(key, walk.now)),
            "slip": functools.partial(_end_slip, walk, (True, False, None)[number % 3]),
            "away": lambda: walk.know(online=False),
            "back": lambda: walk.know(online=True),
            "help": lambda: walk.happen(HelpAnswered(Help.CALLED, walk.now)),
            "find": functools.partial(_find, walk, number),
            "scan": functools.partial(walk.scan, SCANS[number % len(SCANS)]),
            "card": functools.partial(walk.lay_card, ("11010519491231002X", "")[number % 2]),
        }
        acts[kind]()
        for order in walk.orders[before:]:
            if isinstance(order, TakeTicket | CheckInBooking | CheckInPerson):
                assert order.key not in shown, "an answered key is never asked for again"
                asked.setdefault(order.key, order)
        draw(samples.view(walk.state, walk.facts, left_s=countdown(walk.state, walk.now)))
    printed = [order.key for order in walk.orders if isinstance(order, PrintSlip) and order.copy == 1]
    assert len(printed) == len(set(printed)) and set(printed) <= set(asked)


SCANS = ("YC-B:J68PQHAV5B", "0000000000", "no code", samples.URL)


def _find(walk: Walk, number: int) -> None:
    """Answer an enquiry that is out with a ticket in some state."""
    enquiry, states = walk.state.enquiry, list(TicketState)
    if enquiry is not None and enquiry.asked_at is not None:
        can = ([], ["reinstate"], ["back"])[number % 3]
        found = samples.found(states[number % len(states)], can)
        walk.happen(Found(enquiry.key, found, walk.now))


def _split(action: Action) -> tuple[Act, str]:
    return action.act, action.arg


def _end_slip(walk: Walk, printed: bool | None) -> None:
    walk.happen(SlipEnded(7, printed, "paper_out", walk.now))


def _answer(walk: Walk, event: Callable[[str], Event], shown: set[str] | None = None) -> None:
    take = walk.state.take
    if take is not None and take.asked_at is not None:
        if shown is not None:
            shown.add(take.key)
        walk.happen(event(take.key))
    elif walk.state.enquiry is not None and shown is None:
        walk.happen(event(walk.state.enquiry.key))
