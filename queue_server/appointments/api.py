"""HTTP of bookings: free slots, book, look, cancel, check in, and carry a ticket over."""

from __future__ import annotations

import flask

from queue_server import http
from queue_server.appointments import actions, carrying
from queue_server.appointments.actions import Told
from queue_server.appointments.desk import Desk
from queue_server.people.identity import PersonKey
from queue_server.tickets import reading
from queue_server.tickets.api.asking import actor, once
from queue_server.tickets.model import Actor
from queue_server.tickets.status import visit_of
from queue_server.wire.appointments import (
    AppointmentAnswer,
    BookAppointment,
    CheckIn,
    CheckInByDocument,
    Slots,
)

AT_THE_DOOR = ("kiosk", "guide", "supervisor", "admin")
CARRIERS = ("kiosk", "clerk", "guide", "supervisor", "admin")
CITIZEN = Actor("citizen")
NO_QUEUE = ("matter_unknown", "matter_elsewhere", "matter_online", "zone_reserved")
NO_CHECK_IN = (
    "appointment_unknown",
    "appointment_none_today",
    "appointment_not_yours",
    "appointment_state",
    "appointment_early",
    "appointment_over",
    "person_in_queue",
    "person_has_enough",
    "hall_closed",
    "too_late_today",
    "bad_id_number",
    "key_reused",
)


def blueprint(desk: Desk, person: PersonKey) -> flask.Blueprint:
    """All routes of this room, to be mounted under `/api/v1`."""
    routes = flask.Blueprint("appointments", __name__)
    _add_booking_routes(routes, desk, person)
    _add_own_routes(routes, desk)
    _add_phone_routes(routes, desk, person)
    _add_door_routes(routes, desk, person)
    return routes


def _add_booking_routes(routes: flask.Blueprint, desk: Desk, person: PersonKey) -> None:
    @routes.get("/appointments/slots")
    @http.described(
        "The slots that can be booked for a matter",
        answers={200: Slots},
        refusals=(*NO_QUEUE, "appointment_not_offered", "bad_filter"),
        query={"matter": "its id", "date": "one date, 2026-11-24; all that can be booked if left out"},
    )
    def slots() -> flask.Response:
        asked = flask.request.args
        return http.answer(actions.slots(desk, asked.get("matter", ""), asked.get("date", "")))

    @routes.post("/appointments")
    @http.described(
        "Book a place; the code in the answer is the only way back to it",
        body=BookAppointment,
        answers={201: AppointmentAnswer, 200: AppointmentAnswer},
        refusals=(*NO_QUEUE, "appointment_not_offered", "appointment_slot", "appointment_same_day",
                  "appointment_blocked", "appointment_full", "bad_id_number", "key_reused"),
        key=True,
    )  # fmt: skip
    def book() -> flask.Response:
        wish = http.body(BookAppointment)
        hashed = person.hash(wish.citizen.id_number)
        key = once(["book", wish.matter, wish.starts_at, hashed.hex()])
        return _answer(actions.book(desk, actor(), wish, hashed, key), 201)


def _add_own_routes(routes: flask.Blueprint, desk: Desk) -> None:
    @routes.get("/appointments/<code>")
    @http.described(
        "A booking by its code", answers={200: AppointmentAnswer}, refusals=("appointment_unknown",)
    )
    def read(code: str) -> flask.Response:
        return http.answer(AppointmentAnswer(actions.read(desk, code)))

    @routes.post("/appointments/<code>/cancel")
    @http.described(
        "Give a booking back",
        answers={200: AppointmentAnswer},
        refusals=("appointment_unknown", "appointment_state", "appointment_cancel_late"),
    )
    def cancel(code: str) -> flask.Response:
        return http.answer(AppointmentAnswer(actions.cancel(desk, actor(), code)))


def _add_phone_routes(routes: flask.Blueprint, desk: Desk, person: PersonKey) -> None:
    def ticket_of(token: str) -> int:
        return reading.leg_of(desk.queue, visit_of(person.status_key, token))

    @routes.post("/status/<token>/carry-over")
    @http.described(
        "Reserve one's own waiting ticket a first slot of the next working day, if today is too late",
        answers={201: AppointmentAnswer, 200: AppointmentAnswer},
        refusals=("status_unknown", "wrong_state", "carry_over_early", "carry_over_none"),
    )
    def carry_over_own(token: str) -> flask.Response:
        return _answer(carrying.carry_over(desk, CITIZEN, ticket_of(token), only_if_late=True), 201)

    @routes.get("/status/<token>/carried-over")
    @http.described(
        "The place of the next working day that one's own ticket was given",
        answers={200: AppointmentAnswer},
        refusals=("status_unknown", "appointment_unknown"),
    )
    def carried_over(token: str) -> flask.Response:
        return http.answer(AppointmentAnswer(carrying.carried(desk, ticket_of(token))))


def _add_door_routes(routes: flask.Blueprint, desk: Desk, person: PersonKey) -> None:
    @routes.post("/appointments/<code>/check-in")
    @http.described(
        "Check in by code or QR code: the booking becomes a ticket",
        who=AT_THE_DOOR,
        body=CheckIn,
        answers={201: AppointmentAnswer, 200: AppointmentAnswer},
        refusals=NO_CHECK_IN,
        key=True,
    )
    def check_in(code: str) -> flask.Response:
        asked = http.body(CheckIn)
        hashed = None if asked.citizen is None else person.hash(asked.citizen.id_number)
        key = once(["check-in", code, hashed.hex() if hashed else ""])
        return _answer(actions.check_in(desk, actor(), code, key, hashed, asked.lang), 201)

    @routes.post("/appointments/check-in")
    @http.described(
        "Check in by document: today's booking of a person becomes a ticket",
        who=AT_THE_DOOR,
        body=CheckInByDocument,
        answers={201: AppointmentAnswer, 200: AppointmentAnswer},
        refusals=NO_CHECK_IN,
        key=True,
    )
    def check_in_by_document() -> flask.Response:
        asked = http.body(CheckInByDocument)
        hashed = person.hash(asked.citizen.id_number)
        key = once(["check-in", hashed.hex()])
        return _answer(actions.check_in_person(desk, actor(), hashed, key, asked.lang), 201)

    @routes.post("/tickets/<int:ticket>/carry-over")
    @http.described(
        "Reserve a waiting ticket a first slot of the next working day",
        who=CARRIERS,
        answers={201: AppointmentAnswer, 200: AppointmentAnswer},
        refusals=("ticket_unknown", "wrong_state", "carry_over_early", "carry_over_none"),
    )
    def carry_over(ticket: int) -> flask.Response:
        only_if_late = http.caller().kind == "device"
        return _answer(carrying.carry_over(desk, actor(), ticket, only_if_late=only_if_late), 201)


def _answer(told: Told, fresh: int) -> flask.Response:
    if told.replayed:
        return http.answer(told.answer, headers={"Idempotent-Replay": "true"})
    return http.answer(told.answer, fresh)
