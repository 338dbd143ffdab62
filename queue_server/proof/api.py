"""HTTP of the proofs: the code of a slip, keys of the day, public hashes, and checking a slip."""

from __future__ import annotations

import flask

from queue_server import http
from queue_server.clock import business_day
from queue_server.database import Database
from queue_server.journal.chain import ALGORITHM
from queue_server.proof import actions, words
from queue_server.proof.hall_key import HallKey
from queue_server.proof.model import DayKeys, HallKeyAnswer, ProofAnswer, Roots, SlipCode
from queue_server.refusals import Refused
from queue_server.wire.day_key import DayKeyAnswer, DayKeyWish, to_text
from queue_server.wire.words import translator

DAY_QUERY = {"day": "business day, 2026-11-23; today if left out"}
PRINTERS = ("kiosk", "printer", "guide", "supervisor", "admin")


def blueprint(database: Database, key: HallKey, *, signs: bool = True) -> flask.Blueprint:
    """All routes of this room, to be mounted under `/api/v1`; without `signs` slips carry no code."""
    routes = flask.Blueprint("proof", __name__)
    _add_signing_routes(routes, database, key, signs)
    _add_checking_routes(routes, database, key)
    return routes


def _add_signing_routes(routes: flask.Blueprint, database: Database, key: HallKey, signs: bool) -> None:
    @routes.get("/tickets/<int:ticket>/slip-code")
    @http.described(
        "The code that the hall signs for a slip; a kiosk with a key of the day makes its own",
        who=PRINTERS,
        answers={200: SlipCode},
        refusals=("ticket_unknown",),
    )
    def slip_code(ticket: int) -> flask.Response:
        return http.answer(SlipCode(actions.code_of(database, key, ticket) if signs else None))

    @routes.post("/proof/day-key")
    @http.described(
        "Let this kiosk sign slips by itself on one business day; the same key again gets the same answer",
        who=("kiosk",),
        body=DayKeyWish,
        answers={201: DayKeyAnswer, 200: DayKeyAnswer},
        refusals=("slips_unsigned", "day_key_day", "day_key_taken", "day_keys_used_up"),
    )
    def certify() -> flask.Response:
        wish = http.body(DayKeyWish)
        if not signs:
            raise Refused("slips_unsigned")
        made, fresh = actions.certify(database, key, http.caller().name, wish.key, wish.day)
        return http.answer(DayKeyAnswer(key.hall, to_text(key.public), made), 201 if fresh else 200)


def _add_checking_routes(routes: flask.Blueprint, database: Database, key: HallKey) -> None:
    @routes.get("/proof/key")
    @http.described("The key with which this hall signs", answers={200: HallKeyAnswer})
    def hall_key() -> flask.Response:
        return http.answer(HallKeyAnswer(key.hall, "Ed25519", to_text(key.public), ALGORITHM))

    @routes.get("/proof/day-keys")
    @http.described("The keys of a business day", answers={200: DayKeys}, query=DAY_QUERY)
    def day_keys() -> flask.Response:
        return http.answer(DayKeys(actions.day_keys(database, _day(database))))

    @routes.get("/proof/roots")
    @http.described("The hashes of the journal made public on a day", answers={200: Roots}, query=DAY_QUERY)
    def roots() -> flask.Response:
        return http.answer(Roots(actions.roots(database, _day(database))))

    @routes.get("/proof/verify")
    @http.described(
        "Check the code of a slip, or a public hash that somebody noted",
        answers={200: ProofAnswer},
        refusals=("slip_code_bad",),
        query={"code": "the code behind # in the slip's QR code, or 16 to 64 digits of a hash", "lang": ""},
    )
    def verify() -> flask.Response:
        proof = actions.check(database, key, flask.request.args.get("code", ""))
        return http.answer(words.answer(proof, translator("server", http.language())))


def _day(database: Database) -> str:
    return flask.request.args.get("day") or business_day(database.clock.now_ms())
