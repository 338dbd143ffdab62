"""The pads, the ID card, numbers that are looked up and priority, as tables: no clock, no X server."""

from __future__ import annotations

import dataclasses

import msgspec
import pytest

from kiosk import pads
from kiosk.flow import IDLE_COUNTDOWN_S, IDLE_WARN_S
from kiosk.scene import Act
from kiosk.session import (
    CheckInPerson,
    Forget,
    Found,
    Issued,
    LookUp,
    Order,
    PrintSlip,
    Refused,
    Resumed,
    Return,
    Screen,
    TakeTicket,
    Ticked,
    Unanswered,
    Wipe,
    busy,
)
from queue_server.people.rules import read_document
from queue_server.wire import TicketState
from tests.kiosk import samples
from tests.kiosk.samples import LONGEST, facts, ticket
from tests.kiosk.walk import Walk

ID = "11010519491231002X"
WRONG = "110105194912310021"
SLIP = f"{samples.URL}#AQ-_code"


def by_number(walk: Walk, number: str = "B126") -> LookUp:
    (order,) = walk.type(number, Act.NUMBER).touch(Act.LOOK_UP)
    assert isinstance(order, LookUp)
    return order


# The pads ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pad", "signs", "stands", "asks"),
    [
        (Act.DOCUMENT, ID, ID, True),
        (Act.DOCUMENT, ID + "77", ID, True),
        (Act.DOCUMENT, ID[:-1], ID[:-1], False),
        (Act.DOCUMENT, WRONG, WRONG, False),
        (Act.DOCUMENT, "AB11", "11", False),
        (Act.OTHER_DOCUMENT, "E12345678", "E12345678", True),
        (Act.OTHER_DOCUMENT, "H12345678", "H12345678", True),
        (Act.OTHER_DOCUMENT, "M1234567801", "M1234567801", True),
        (Act.OTHER_DOCUMENT, "01234567", "01234567", True),
        (Act.OTHER_DOCUMENT, "0123456789A", "0123456789A", True),
        (Act.OTHER_DOCUMENT, "FRA310101012345", "FRA310101012345", True),
        (Act.OTHER_DOCUMENT, "FRA3101010123456", "FRA310101012345", True),
        (Act.OTHER_DOCUMENT, "FRA31010101234", "FRA31010101234", False),
        (Act.OTHER_DOCUMENT, "E1234", "E1234", False),
        (Act.OTHER_DOCUMENT, "ABCDEFGH", "ABCDEFGH", False),
        (Act.OTHER_DOCUMENT, "110105194912310", "110105194912310", False),
        (Act.NUMBER, "B126", "B126", True),
        (Act.NUMBER, "B1266", "B1266", True),
        (Act.NUMBER, "B12667", "B1266", True),
        (Act.NUMBER, "B12", "B12", False),
        (Act.NUMBER, "126", "126", False),
        (Act.NUMBER, "BB126", "BB126", False),
    ],
)
def test_what_a_pad_takes_and_when_it_asks(pad: Act, signs: str, stands: str, asks: bool) -> None:
    walk = Walk().type(signs, pad)
    assert walk.state.typed == stands
    orders = walk.touch(Act.LOOK_UP if pad is Act.NUMBER else Act.CHECK_IN)
    assert bool(orders) is asks and busy(walk.state) is asks


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [("", False), ("ABC", False), ("FRA3101010", False), ("H123456780", False), ("0123456789A", False),
     ("E123456789", True), ("ABCDEFGHIJ", True), ("1101051949123", True), ("H12345678A", True)],
)  # fmt: skip
def test_a_number_that_can_be_no_document_s_is_told_at_once(typed: str, wrong: bool) -> None:
    walk = Walk().type(typed, Act.OTHER_DOCUMENT)
    assert pads.wrong_document(walk.state) is wrong


def test_whole_numbers_of_other_documents_are_what_the_server_takes() -> None:
    for number in ("E12345678", "H12345678", "M1234567801", "01234567", "FRA310101012345"):
        assert pads.other_document(number) and not read_document(number).citizen


def test_another_document_checks_in_and_its_number_stays_nowhere() -> None:
    walk = Walk().type("E12345678", Act.OTHER_DOCUMENT)
    assert walk.lay_card(ID) == (), "the reader is asked for on the ID card's screen alone"
    (order,) = walk.touch(Act.CHECK_IN)
    assert isinstance(order, CheckInPerson) and order.number == "E12345678"
    assert "E12345678" not in repr(walk.state) and "E12345678" not in repr(order)
    walk.happen(Unanswered(order.key, walk.now))
    walk.know(online=False)
    walk.know(online=True)
    assert walk.on(Screen.OTHER_DOCUMENT), "back where it was typed"
    (again,) = walk.touch(Act.CHECK_IN)
    assert again == order
    (printing,) = walk.happen(Issued(order.key, ticket(), walk.now))
    assert isinstance(printing, PrintSlip) and walk.state.typed == ""


def test_another_pad_begins_empty() -> None:
    walk = Walk().type(ID, Act.DOCUMENT)
    walk.touch(Act.NUMBER)
    assert walk.on(Screen.NUMBER) and walk.state.typed == ""
    walk.touch(Act.BACK)
    assert walk.on(Screen.HOME)


def test_a_half_typed_number_is_wiped_with_the_session_and_with_the_server() -> None:
    walk = Walk().type(ID[:11], Act.DOCUMENT)
    walk.wait(IDLE_WARN_S + IDLE_COUNTDOWN_S + 1)
    assert walk.is_fresh() and isinstance(walk.orders[-1], Wipe)
    walk = Walk().type(ID[:11], Act.DOCUMENT)
    walk.know(online=False)
    assert walk.on(Screen.AWAY) and walk.state.typed == ""
    walk.know(online=True)
    assert walk.on(Screen.HOME)


def test_no_number_of_a_person_shows_in_a_log() -> None:
    walk = Walk().type(ID, Act.DOCUMENT)
    (order,) = walk.touch(Act.CHECK_IN)
    assert isinstance(order, CheckInPerson) and order.number == ID
    assert ID not in repr(walk.state) and ID not in repr(order)


# Checking in with a card ------------------------------------------------------------------------------------


def test_a_card_checks_in_where_it_is_asked_for_and_nowhere_else() -> None:
    walk = Walk()
    for act in (None, Act.START, Act.BOOKING):
        if act is not None:
            walk.touch(act)
        assert walk.lay_card(ID) == ()
    walk.touch(Act.DOCUMENT)
    (order,) = walk.lay_card(ID)
    assert order == CheckInPerson(walk.state.take.key if walk.state.take else "", ID, "zh")
    assert walk.lay_card(ID) == (), "the answer is out"
    (printing,) = walk.happen(Issued(order.key, ticket(), walk.now))
    assert isinstance(printing, PrintSlip) and walk.state.typed == ""


def test_a_card_that_cannot_be_read_is_told_and_the_pad_still_works() -> None:
    walk = Walk().type("", Act.DOCUMENT)
    assert walk.lay_card("") == () and walk.state.refusal_code == "unreadable"
    for sign in ID:
        walk.touch(Act.SIGN, sign, after=0.15)
    assert walk.state.refusal_code == "" and walk.touch(Act.CHECK_IN)


def test_a_check_in_without_an_answer_repeats_its_key_until_another_card_comes() -> None:
    walk = Walk().type("", Act.DOCUMENT)
    (first,) = walk.lay_card(ID)
    assert isinstance(first, CheckInPerson)
    walk.happen(Unanswered(first.key, walk.now))
    (again,) = walk.lay_card(ID)
    assert again == first
    walk.happen(Unanswered(first.key, walk.now))
    (forgotten, other) = walk.lay_card("34052419800101001X")
    assert forgotten == Forget(first.key) and isinstance(other, CheckInPerson) and other.key != first.key


def test_after_a_restart_only_the_key_is_known_and_its_outcome_asked_for() -> None:
    walk = Walk()
    (order,) = walk.happen(Resumed("k", "", "en", walk.now))
    assert order == CheckInPerson("k", "", "en") and walk.on(Screen.DOCUMENT) and walk.state.lang == "en"
    walk.happen(Unanswered("k", walk.now))
    (again,) = walk.touch(Act.CHECK_IN)
    assert again == order
    walk.happen(Refused("k", "answer_unknown", "…", walk.now))
    assert walk.on(Screen.DOCUMENT) and walk.state.take is None
    assert walk.touch(Act.CHECK_IN) == (), "nothing is left to ask for"


# Numbers that were taken before ------------------------------------------------------------------------


def test_a_missed_number_queues_again() -> None:
    walk = Walk()
    order = by_number(walk)
    missed = samples.found(TicketState.MISSED, ["reinstate"], reinstates_left=2)
    walk.happen(Found(order.key, missed, walk.now))
    assert walk.on(Screen.PLACE) and walk.state.typed == ""
    assert walk.touch(Act.RETURN, "back") == (), "only what the server offers"
    (back,) = walk.touch(Act.RETURN, "reinstate")
    assert isinstance(back, Return) and (back.number, back.move) == ("B126", "reinstate")
    for _ in range(3):
        assert walk.touch(Act.RETURN, "reinstate", after=0.4) == ()
    walk.happen(Found(back.key, samples.found(TicketState.WAITING, reinstated=1), walk.now))
    assert walk.on(Screen.PLACE) and walk.touch(Act.RETURN, "reinstate") == ()
    walk.touch(Act.DONE)
    assert walk.is_fresh()


@pytest.mark.parametrize("where", [[], [Act.START], [Act.START, Act.BOOKING], [Act.START, Act.NUMBER]])
def test_a_scanned_slip_asks_where_its_ticket_stands(where: list[Act]) -> None:
    walk = Walk()
    for act in where:
        walk.touch(act)
    (order,) = walk.scan(SLIP)
    assert isinstance(order, LookUp) and order.token == samples.URL.rsplit("/", 1)[1] and not order.number
    walk.happen(Refused(order.key, "old_slip", "", walk.now))
    assert walk.on(Screen.NUMBER) and walk.state.refusal_code == "old_slip" and not busy(walk.state)


@pytest.mark.parametrize("answer", ["refused", "unanswered", "late"])
def test_an_enquiry_that_fails_leaves_the_pad_as_it_was(answer: str) -> None:
    walk = Walk()
    order = by_number(walk)
    if answer == "late":
        walk.happen(Found("another", samples.found(TicketState.WAITING), walk.now))
        assert walk.on(Screen.NUMBER) and busy(walk.state)
        return
    event = Refused(order.key, "number_unknown", "…", walk.now)
    walk.happen(event if answer == "refused" else Unanswered(order.key, walk.now))
    assert walk.on(Screen.NUMBER) and walk.state.typed == "B126" and not busy(walk.state)
    assert walk.touch(Act.LOOK_UP)


def test_the_server_goes_away_while_a_number_is_on_the_screen() -> None:
    walk = Walk()
    order = by_number(walk)
    walk.know(online=False)
    assert walk.on(Screen.NUMBER), "an answer is still out"
    walk.happen(Unanswered(order.key, walk.now))
    assert walk.on(Screen.AWAY) and walk.state.typed == "" and walk.state.enquiry is None
    walk.know(online=True)
    assert walk.on(Screen.HOME)


# Priority -------------------------------------------------------------------------------------------------


def test_a_priority_class_goes_with_the_number() -> None:
    walk = Walk().to_confirm()
    walk.touch(Act.PRIORITY)
    assert walk.on(Screen.PRIORITY) and walk.touch(Act.TAKE) == (), "nothing is chosen yet"
    walk.touch(Act.CLASS, "elderly")
    walk.touch(Act.CLASS, "military")
    (order,) = walk.touch(Act.TAKE)
    assert isinstance(order, TakeTicket) and walk.on(Screen.CONFIRM)
    assert order == TakeTicket(order.key, LONGEST, "zh", "military")
    walk.happen(Unanswered(order.key, walk.now))
    (again,) = walk.touch(Act.TAKE)
    assert again == order
    assert walk.touch(Act.PRIORITY) == () and walk.on(Screen.CONFIRM), "an answer may still come"


@pytest.mark.parametrize("way", [[(Act.BACK, "")], [(Act.CLASS, "")], [(Act.HOME, ""), (Act.ZONE, "Z2")]])
def test_a_class_is_dropped_by_going_back(way: list[tuple[Act, str]]) -> None:
    walk = Walk().to_confirm()
    walk.touch(Act.PRIORITY)
    walk.touch(Act.CLASS, "elderly")
    for act, arg in way:
        walk.touch(act, arg)
    if walk.on(Screen.MATTERS):
        walk.touch(Act.MATTER, LONGEST)
    (order,) = walk.touch(Act.TAKE)
    assert isinstance(order, TakeTicket) and order.priority == ""


def test_a_hall_without_classes_asks_for_none() -> None:
    known = facts()
    assert known.hall is not None
    bare = dataclasses.replace(known, hall=msgspec.structs.replace(known.hall, priority_classes=[]))
    walk = Walk(bare).to_confirm()
    walk.touch(Act.PRIORITY)
    assert walk.on(Screen.CONFIRM)


def test_a_restart_repeats_the_wish_with_its_class() -> None:
    walk = Walk()
    expected: tuple[Order, ...] = (TakeTicket("k", LONGEST, "zh", "elderly"),)
    assert walk.happen(Resumed("k", LONGEST, "zh", walk.now, "", "elderly")) == expected


# Several matters ----------------------------------------------------------------------------------------


def test_an_agent_says_how_many_matters_and_one_number_brings_them() -> None:
    walk = Walk().to_confirm()
    walk.touch(Act.ERRANDS)
    assert walk.on(Screen.ERRANDS) and walk.touch(Act.TAKE) == ()
    walk.touch(Act.COUNT, "7")
    assert walk.on(Screen.CONFIRM) and walk.state.errands == 7
    walk.touch(Act.PRIORITY)
    walk.touch(Act.CLASS, "elderly")
    (order,) = walk.touch(Act.TAKE)
    assert order == TakeTicket(order.key, LONGEST, "zh", "elderly", 7)  # type: ignore[union-attr]
    walk.happen(Unanswered(walk.state.take.key if walk.state.take else "", walk.now))
    assert walk.touch(Act.ERRANDS) == () and walk.on(Screen.CONFIRM), "an answer may still come"
    assert walk.touch(Act.TAKE) == (order,)


def test_how_many_is_dropped_with_the_matter_and_kept_by_going_back_to_the_last_look() -> None:
    walk = Walk().to_confirm()
    walk.touch(Act.ERRANDS)
    walk.touch(Act.COUNT, "4")
    walk.touch(Act.ERRANDS)
    walk.touch(Act.BACK)
    assert walk.on(Screen.CONFIRM) and walk.state.errands == 4
    walk.touch(Act.BACK)
    walk.touch(Act.MATTER, LONGEST)
    assert walk.on(Screen.CONFIRM) and walk.state.errands == 1


def test_a_hall_whose_numbers_bring_one_matter_asks_nobody() -> None:
    known = facts()
    assert known.hall is not None
    one = dataclasses.replace(known, hall=msgspec.structs.replace(known.hall, matters_a_ticket=1))
    walk = Walk(one).to_confirm()
    walk.touch(Act.ERRANDS)
    assert walk.on(Screen.CONFIRM)


def test_a_restart_repeats_the_wish_with_its_matters() -> None:
    expected: tuple[Order, ...] = (TakeTicket("k", LONGEST, "zh", "", 5),)
    assert Walk().happen(Resumed("k", LONGEST, "zh", 1001.0, "", "", 5)) == expected


def test_too_late_for_others_is_not_too_late_with_priority() -> None:
    late = samples.prospect(issues=False, code="too_late_today", title=samples.TOO_LATE)
    walk = Walk().to_confirm()
    walk.know(prospect=late)
    assert walk.touch(Act.TAKE) == ()
    walk.touch(Act.PRIORITY)
    walk.touch(Act.CLASS, "elderly")
    walk.know(prospect=msgspec.structs.replace(late, priority_class="elderly"))
    assert walk.touch(Act.TAKE) == ()
    walk.know(prospect=samples.prospect(priority_class="elderly"))
    assert walk.touch(Act.TAKE) != ()


# The home of large text --------------------------------------------------------------------------------


def test_large_text_has_few_choices_first_and_all_zones_behind_one_of_them() -> None:
    walk = Walk()
    walk.touch(Act.START)
    walk.touch(Act.LARGE)
    walk.touch(Act.EVERYTHING)
    assert walk.state.everything
    walk.touch(Act.ZONE, "Z4")
    walk.touch(Act.BACK)
    assert walk.on(Screen.HOME) and walk.state.everything
    walk.touch(Act.BACK)
    assert walk.on(Screen.HOME) and not walk.state.everything
    walk.touch(Act.DOCUMENT)
    assert walk.on(Screen.DOCUMENT)
    walk.happen(Ticked(walk.now))
    walk.touch(Act.HOME)
    assert walk.on(Screen.HOME) and walk.state.large and not walk.state.everything
