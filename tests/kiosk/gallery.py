"""Every screen of the kiosk as a list of views, and a program that draws them.

`python -m tests.kiosk.gallery DIR [NAME …]` needs a display.
The same list feeds the tests that need no X server and the pictures of the documentation.
"""

from __future__ import annotations

import dataclasses
import sys
import tempfile
from pathlib import Path

import msgspec

from kiosk.facts import Trouble
from kiosk.session import Enquiry, Help, Paper, Screen, State, Take
from kiosk.sheet import View
from queue_server.wire import TicketState
from tests.kiosk import samples
from tests.kiosk.samples import LONGEST, facts, ticket, view

SIZE = (1080, 1920)
EARLY = {
    "zh": "现在签到太早。请在 11-24 09:45 以后签到，或现场取普通号。",
    "en": "It is too early to check in. Please check in after 11-24 09:45, or take an ordinary ticket.",
}

NONE_TODAY = {
    "zh": "今天没有您的预约。请核对日期，或现场取号。",
    "en": "You have no booking for today. Please check the date, or take a ticket here.",
}
ID_NUMBER = "11010519491231002X"
"""The example of GB 11643: nobody's number."""


def views(lang: str = "zh", large: bool = False) -> dict[str, View]:
    """Return every screen in every situation that looks different, by name."""
    fresh = State(lang=lang, large=large)

    def at(screen: Screen, **changes: object) -> State:
        return dataclasses.replace(fresh, screen=screen, **changes)  # type: ignore[arg-type]

    def confirm(matter: str, **changes: object) -> State:
        return at(Screen.CONFIRM, matter=matter, zone=matter[:2], **changes)

    def with_ticket(paper: Paper, reason: str = "", **changes: object) -> State:
        return at(Screen.TICKET, ticket=ticket(lang=lang), paper=paper, paper_reason=reason, **changes)

    no_server = facts(online=False, away_since=samples.NOW_MS - 300_000, retry_at=8.0)
    no_paper = facts(trouble=Trouble.PAPER_OUT)
    closed = facts(hall=samples.closed_hall())
    at_first = dataclasses.replace(no_server, hall=None, matters=(), details={}, board=None)
    crowded = facts(board=samples.board(dict.fromkeys(samples.WAITING, 187)))
    refusal = "大厅现在不取号。请在开放时间再来，或到导办台咨询。"
    asked, unheard = Take("k", LONGEST, 0.0), Take("k", LONGEST, None)
    late = samples.TOO_LATE if lang == "zh" else samples.TOO_LATE_EN
    blocked = samples.prospect(issues=False, code="too_late_today", title=late, remaining=3)
    booked = Take("k", "", 0.0, "J68PQHAV5B")

    of_person, out, silent = Take("k", "", 0.0), Enquiry("k", 0.0), Enquiry("k", None)
    with_reader = facts(card_reader=True)
    missed = samples.found(TicketState.MISSED, can=["reinstate"], reinstates_left=2)
    with_class = with_ticket(Paper.PRINTED, done_at=20.0)
    with_class = dataclasses.replace(
        with_class, ticket=msgspec.structs.replace(ticket(lang=lang), priority_class="military")
    )

    several = msgspec.structs.replace(ticket(lang=lang), errands=5, priority_class="military")
    with_errands = dataclasses.replace(with_class, ticket=several)
    of_booking = msgspec.structs.replace(ticket(lang=lang), booked_at="2026-11-23T02:30:00.000Z")
    with_booking = dataclasses.replace(with_class, ticket=of_booking)

    def check_in(code: str = "J68PQHAV5B", **changes: object) -> State:
        return at(Screen.CHECK_IN, typed=code, **changes)

    return {
        "attract": view(at(Screen.ATTRACT)),
        "home": view(at(Screen.HOME)),
        "home-crowded": view(at(Screen.HOME), crowded),
        "home-reading": view(at(Screen.HOME, reading=True), no_server),
        "matters-Z2-1": view(at(Screen.MATTERS, zone="Z2")),
        "matters-Z2-3": view(at(Screen.MATTERS, zone="Z2", page=2)),
        "matters-Z5-2": view(at(Screen.MATTERS, zone="Z5", page=1)),
        "matters-Z7": view(at(Screen.MATTERS, zone="Z7")),
        "matters-Z8": view(at(Screen.MATTERS, zone="Z8")),
        "confirm": view(confirm(LONGEST)),
        "confirm-one-paper": view(confirm("Z7-001")),
        "confirm-busy": view(confirm(LONGEST, take=asked)),
        "confirm-slow": view(confirm(LONGEST, take=asked), slow=True),
        "confirm-no-answer": view(confirm(LONGEST, take=unheard)),
        "confirm-refused": view(confirm(LONGEST, refusal=refusal)),
        "confirm-no-paper": view(confirm(LONGEST), no_paper),
        "confirm-no-printer": view(confirm(LONGEST), facts(trouble=Trouble.NO_PRINTER)),
        "confirm-reading": view(confirm(LONGEST, reading=True), no_server),
        "confirm-loading": view(confirm(LONGEST), facts(details={})),
        "confirm-foreseen": view(confirm(LONGEST), facts(prospect=samples.prospect(remaining=12))),
        "confirm-few-left": view(
            confirm(LONGEST), facts(prospect=samples.prospect(remaining=3), trouble=Trouble.PAPER_OUT)
        ),
        "confirm-too-late": view(confirm(LONGEST), facts(prospect=blocked)),
        "check-in-empty": view(check_in("")),
        "check-in-half": view(check_in("J68PQHA")),
        "check-in": view(check_in()),
        "check-in-busy": view(check_in(take=booked), slow=True),
        "check-in-no-answer": view(check_in(take=dataclasses.replace(booked, asked_at=None))),
        "check-in-early": view(check_in(refusal=EARLY[lang], refusal_code="appointment_early")),
        "check-in-done-before": view(check_in(refusal="…", refusal_code="appointment_state")),
        "check-in-unreadable": view(check_in("", refusal_code="unreadable")),
        "check-in-no-paper": view(check_in(), no_paper),
        "document": view(at(Screen.DOCUMENT, typed="110105194")),
        "document-reader": view(at(Screen.DOCUMENT), with_reader),
        "document-whole": view(at(Screen.DOCUMENT, typed=ID_NUMBER), with_reader),
        "document-wrong": view(at(Screen.DOCUMENT, typed="110105194912310021")),
        "document-unreadable": view(at(Screen.DOCUMENT, refusal_code="unreadable"), with_reader),
        "document-busy": view(at(Screen.DOCUMENT, typed=ID_NUMBER, take=of_person), slow=True),
        "document-no-answer": view(at(Screen.DOCUMENT, take=dataclasses.replace(of_person, asked_at=None))),
        "document-none-today": view(
            at(Screen.DOCUMENT, refusal=NONE_TODAY[lang], refusal_code="appointment_none_today")
        ),
        "document-lost": view(at(Screen.DOCUMENT, refusal="…", refusal_code="answer_unknown")),
        "number-empty": view(at(Screen.NUMBER)),
        "number": view(at(Screen.NUMBER, typed="C047")),
        "number-busy": view(at(Screen.NUMBER, typed="C047", enquiry=out), slow=True),
        "number-no-answer": view(at(Screen.NUMBER, typed="C047", enquiry=silent)),
        "number-unknown": view(at(Screen.NUMBER, typed="C999", refusal="…", refusal_code="number_unknown")),
        "number-old-slip": view(at(Screen.NUMBER, refusal_code="old_slip")),
        "place-waiting": view(at(Screen.PLACE, found=samples.found(TicketState.WAITING))),
        "place-missed": view(at(Screen.PLACE, found=missed)),
        "place-missed-busy": view(at(Screen.PLACE, found=missed, enquiry=out), slow=True),
        "place-missed-no-answer": view(at(Screen.PLACE, found=missed, enquiry=silent)),
        "place-missed-refused": view(at(Screen.PLACE, found=missed, refusal=refusal)),
        "place-back-in-line": view(
            at(Screen.PLACE, found=samples.found(TicketState.WAITING, reinstated=1, reinstates_left=1))
        ),
        "place-used-up": view(at(Screen.PLACE, found=samples.found(TicketState.MISSED, reinstated=2))),
        "place-called": view(at(Screen.PLACE, found=samples.found(TicketState.CALLED))),
        "place-parked": view(at(Screen.PLACE, found=samples.found(TicketState.PARKED, can=["back"]))),
        "place-is-back": view(at(Screen.PLACE, found=samples.found(TicketState.PARKED))),
        "place-done": view(at(Screen.PLACE, found=samples.found(TicketState.COMPLETED))),
        "place-cancelled": view(at(Screen.PLACE, found=samples.found(TicketState.CANCELLED))),
        "home-everything": view(at(Screen.HOME, everything=True)),
        "document-other": view(at(Screen.OTHER_DOCUMENT, typed="H1234567")),
        "document-other-wrong": view(at(Screen.OTHER_DOCUMENT, typed="ABCDEF1234")),
        "document-other-none-today": view(
            at(Screen.OTHER_DOCUMENT, refusal=NONE_TODAY[lang], refusal_code="appointment_none_today")
        ),
        "errands": view(at(Screen.ERRANDS, matter=LONGEST, zone="Z2")),
        "errands-chosen": view(at(Screen.ERRANDS, matter=LONGEST, zone="Z2", errands=5)),
        "errands-nine": view(
            at(Screen.ERRANDS, matter=LONGEST, zone="Z2"), facts(hall=samples.hall_of_nine())
        ),
        "confirm-errands": view(confirm(LONGEST, errands=5)),
        "confirm-errands-priority": view(confirm("Z7-001", errands=2, priority="military")),
        "ticket-errands": view(with_errands, left_s=20),
        "ticket-booked": view(with_booking, left_s=20),
        "priority": view(at(Screen.PRIORITY, matter=LONGEST, zone="Z2")),
        "priority-chosen": view(at(Screen.PRIORITY, matter=LONGEST, zone="Z2", priority="elderly")),
        "priority-foreseen": view(
            at(Screen.PRIORITY, matter=LONGEST, zone="Z2", priority="elderly"),
            facts(prospect=samples.prospect(priority_class="elderly")),
        ),
        "confirm-priority-busy": view(confirm(LONGEST, priority="military", take=asked)),
        "confirm-priority-refused": view(confirm(LONGEST, priority="military", refusal=refusal)),
        "ticket-priority": view(with_class, left_s=20),
        "elsewhere-seat": view(at(Screen.ELSEWHERE, matter="Z8-004", zone="Z8")),
        "elsewhere-online": view(at(Screen.ELSEWHERE, matter="Z5-016", zone="Z5")),
        "ticket-printing": view(with_ticket(Paper.PRINTING)),
        "ticket": view(with_ticket(Paper.PRINTED, done_at=20.0), left_s=20),
        "ticket-other-floor": view(with_ticket(Paper.PRINTED, done_at=20.0), facts(floor=2), left_s=12),
        "ticket-no-paper": view(with_ticket(Paper.FAILED, "paper_out"), no_paper),
        "ticket-reprint": view(with_ticket(Paper.FAILED, "paper_out", may_reprint=True)),
        "ticket-unknown": view(with_ticket(Paper.UNKNOWN, "fence_timeout")),
        "ticket-on-screen": view(with_ticket(Paper.NONE, "no_printer"), facts(trouble=Trouble.NO_PRINTER)),
        "idle": view(confirm(LONGEST, warned_at=0.0), left_s=14),
        "idle-ticket": view(with_ticket(Paper.FAILED, "paper_out", warned_at=0.0), left_s=7),
        "help-calling": view(at(Screen.HELP, help=Help.CALLING)),
        "help-called": view(at(Screen.HELP, help=Help.CALLED)),
        "help-coming": view(at(Screen.HELP, help=Help.COMING)),
        "help-failed": view(at(Screen.HELP, help=Help.FAILED)),
        "closed": view(at(Screen.CLOSED), closed),
        "away": view(at(Screen.AWAY), no_server, retry_s=8),
        "away-at-first": view(at(Screen.AWAY), at_first),
    }  # fmt: skip


def draw_all(folder: Path, names: list[str]) -> None:
    """Draw the views into PNG files; needs a display."""
    from kiosk.widgets.boot import boot

    with tempfile.TemporaryDirectory() as home:
        boot(SIZE, home)
        from kivy.base import EventLoop, runTouchApp
        from kivy.core.window import Window
        from kivy.graphics.opengl import GL_RGB, GL_UNSIGNED_BYTE, glReadPixels
        from PIL import Image

        from kiosk.screens import draw
        from kiosk.widgets.painter import SceneView

        shown = SceneView()
        runTouchApp(shown, embedded=True)
        for lang in ("zh", "en"):
            for large in (False, True):
                for name, found in views(lang, large).items():
                    if names and name not in names:
                        continue
                    shown.show(draw(found))
                    for _ in range(3):
                        EventLoop.idle()
                    width, height = Window.size
                    data = glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE)
                    image = Image.frombytes("RGB", (width, height), data).transpose(
                        Image.Transpose.FLIP_TOP_BOTTOM
                    )
                    image.save(folder / f"{name}.{lang}{'.large' if large else ''}.png")


if __name__ == "__main__":
    draw_all(Path(sys.argv[1]), sys.argv[2:])
