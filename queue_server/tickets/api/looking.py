"""HTTP of looking: a clerk's page, a board, a citizen's phone, what a matter promises."""

from __future__ import annotations

import hashlib

import flask
import msgspec

from queue_server import http
from queue_server.board import BoardState
from queue_server.tickets import guiding, parked, reading, returning, today
from queue_server.tickets.api.asking import AT_COUNTERS, GUIDES, READERS
from queue_server.tickets.model import Actor
from queue_server.tickets.queue import Queue
from queue_server.tickets.status import visit_of
from queue_server.tickets.view import with_time
from queue_server.wire import ConsoleState, Prospect, VisitStatus
from queue_server.wire.audio import WaitingNumbers
from queue_server.wire.buses import Bus
from queue_server.wire.guide import GuideState
from queue_server.wire.today import Today

STATUS_CACHE = "public, max-age=1"


def add_looking_routes(routes: flask.Blueprint, queue: Queue) -> None:
    @routes.get("/counters/<counter>")
    @http.described(
        "All that a clerk's page shows",
        who=AT_COUNTERS,
        answers={200: ConsoleState},
        refusals=("counter_unknown",),
    )
    def console(counter: str) -> flask.Response:
        return http.answer(reading.console(queue, counter))

    @routes.get("/guide")
    @http.described(
        "All that a guide's page shows; go on with the stream from its seq",
        who=GUIDES,
        answers={200: GuideState},
    )
    def guide() -> flask.Response:
        return http.answer(guiding.guide(queue))

    @routes.get("/boards/<board>")
    @http.described(
        "All that a board shows; go on with the stream from its seq",
        who=READERS,
        answers={200: BoardState},
        refusals=("board_unknown",),
    )
    def board(board: str) -> flask.Response:
        return http.answer(with_time(queue.view.board(board), queue.database.clock.now_ms()))

    @routes.get("/audio-zones/<zone>/waiting")
    @http.described(
        "The numbers that wait in an audio zone, for whoever prepares their calls",
        who=("board",),
        answers={200: WaitingNumbers},
        refusals=("audio_zone_unknown",),
    )
    def waiting_numbers(zone: str) -> flask.Response:
        return http.answer(reading.waiting_numbers(queue, zone))

    @routes.get("/bus")
    @http.described(
        "The bus of the device that asks: its strips, pads and evaluators, and what they show now",
        who=("counter",),
        answers={200: Bus},
        refusals=("bus_unknown",),
    )
    def bus() -> flask.Response:
        return http.answer(reading.bus(queue, http.caller().place or ""))


def add_citizen_routes(routes: flask.Blueprint, queue: Queue, status_key: bytes) -> None:
    """What a citizen's own phone asks, by the token of their slip, and what anybody may ask of a matter."""

    @routes.get("/status/<token>")
    @http.described(
        "Where a visit stands, for the citizen's phone",
        answers={200: VisitStatus, 304: None},
        refusals=("status_unknown",),
    )
    def status(token: str) -> flask.Response:
        found = reading.status(queue, visit_of(status_key, token))
        timeless = msgspec.structs.replace(found, at="")
        etag = hashlib.blake2b(msgspec.json.encode(timeless), digest_size=12).hexdigest()
        answer = http.answer(found, headers={"ETag": f'"{etag}"', "Cache-Control": STATUS_CACHE})
        answer.make_conditional(flask.request)
        return answer

    @routes.post("/status/<token>/reinstate")
    @http.described(
        "Put one's own missed ticket back into its queue, from the phone",
        answers={200: VisitStatus},
        refusals=("status_unknown", "wrong_state", "reinstates_used_up"),
    )
    def reinstate_own(token: str) -> flask.Response:
        visit = visit_of(status_key, token)
        returning.reinstate(queue, Actor("citizen"), reading.leg_of(queue, visit))
        return http.answer(reading.status(queue, visit))

    @routes.post("/status/<token>/back")
    @http.described(
        "Say from the phone that one is back from a form or a payment",
        answers={200: VisitStatus},
        refusals=("status_unknown", "wrong_state"),
    )
    def back_oneself(token: str) -> flask.Response:
        visit = visit_of(status_key, token)
        parked.report_back(queue, Actor("citizen"), reading.leg_of(queue, visit))
        return http.answer(reading.status(queue, visit))

    @routes.get("/today")
    @http.described(
        "How many numbers each queue has left, and the last number that will probably be called today",
        answers={200: Today},
    )
    def day() -> flask.Response:
        found = today.today(queue, http.language())
        return http.answer(found, headers={"Cache-Control": STATUS_CACHE})

    @routes.get("/matters/<matter>/prospect")
    @http.described(
        "What somebody who takes a number now may expect: people ahead, wait, quota, whether it is too late",
        answers={200: Prospect},
        refusals=("matter_unknown", "priority_unknown"),
        query={"priority_class": "a class of the hall, as the ticket would be asked for; none if left out"},
    )
    def prospect(matter: str) -> flask.Response:
        found = reading.prospect(
            queue, matter, http.language(), flask.request.args.get("priority_class") or None
        )
        return http.answer(found, headers={"Cache-Control": STATUS_CACHE})
