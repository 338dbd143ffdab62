"""`/healthz`, `/readyz` and `/metrics`, which stand at the root."""

from __future__ import annotations

import ipaddress

import flask

from queue_server import http
from queue_server.devices.actions import DeviceBook
from queue_server.health import figures
from queue_server.journal.store import last_seq
from queue_server.refusals import Refused
from queue_server.tickets.queue import Queue

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def blueprint(queue: Queue, devices: DeviceBook) -> flask.Blueprint:
    """All routes of this room, to be mounted at the root."""
    routes = flask.Blueprint("health", __name__)

    @routes.get("/healthz")
    @http.described("Whether the process answers")
    def healthz() -> flask.Response:
        return http.answer({"ok": True})

    @routes.get("/readyz")
    @http.described("Whether the hall can work: the store answers, the clock can be trusted")
    def readyz() -> flask.Response:
        seq = last_seq(queue.database.read())
        drift_s = queue.database.clock.drift_ms() / 1000
        return http.answer({"ok": True, "seq": seq, "clock_drift_s": drift_s, "day": queue.view.state.day})

    @routes.get("/metrics")
    @http.described(
        "Figures for Prometheus; without a sign-in only from this machine",
        refusals=("sign_in_needed",),
    )
    def metrics() -> flask.Response:
        if http.caller().kind == "nobody" and not _from_here():
            raise Refused("sign_in_needed")
        return flask.Response(figures.text(queue, devices.all.values()), content_type=METRICS_TYPE)

    return routes


def _from_here() -> bool:
    try:
        return ipaddress.ip_address(flask.request.remote_addr or "").is_loopback
    except ValueError:
        return False
