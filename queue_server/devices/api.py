"""HTTP of devices: what programs report of theirs, and how all of them are."""

from __future__ import annotations

import flask

from queue_server import http
from queue_server.devices.actions import DeviceBook
from queue_server.devices.words import shown
from queue_server.wire.devices import DeviceList, DeviceReports, DeviceState

WORST_FIRST = (
    DeviceState.FAULT,
    DeviceState.AWAY,
    DeviceState.DEGRADED,
    DeviceState.UNKNOWN,
    DeviceState.OK,
)


def blueprint(devices: DeviceBook) -> flask.Blueprint:
    """All routes of this room, to be mounted under `/api/v1`."""
    routes = flask.Blueprint("devices", __name__)

    @routes.put("/devices/health")
    @http.described(
        "Report how one's own devices are",
        who=("device",),
        body=DeviceReports,
        answers={204: None},
        refusals=("devices_full",),
    )
    def report() -> flask.Response:
        asking = http.caller()
        devices.report(asking.name, asking.role, http.body(DeviceReports).devices)
        return flask.Response(status=204)

    @routes.get("/devices")
    @http.described("How every device of the hall is", who=("staff",), answers={200: DeviceList})
    def look() -> flask.Response:
        found = sorted(devices.all.values(), key=lambda one: (WORST_FIRST.index(one.state), one.device))
        return http.answer(DeviceList([shown(device) for device in found]))

    return routes
