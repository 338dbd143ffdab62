"""What the OpenAPI document says of the stream, which Flask does not know."""

from __future__ import annotations

from typing import Any

from queue_server.wire import EventKind

_TOPICS = {
    "board": "a board's name, 1F: calls, counters and waiting counts of its zones",
    "board_state": "a board's name, for a reader that only draws: the whole board (board.state) at first, "
    "whatever Last-Event-ID says, then what each batch of events changed of it (board.changed)",
    "counter": "a counter's id, Z3-01: what its clerk's page shows",
    "bus": "a bus's id, 2F-a: what its counters show and their pads want",
    "zone": "a zone's id, Z3",
    "kiosk": "a kiosk's name: all zones",
    "status": "a citizen's status token: this one visit; needs no sign-in",
}

_MESSAGE = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "pattern": "^[0-9]+$"},
        "event": {"type": "string", "enum": [*EventKind, "reset", "board.state", "board.changed"]},
        "data": {"type": "string", "contentMediaType": "application/json"},
        "retry": {"type": ["integer", "string"]},
    },
}


def paths() -> dict[str, Any]:
    """The path item of `GET /api/v1/stream`."""
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "query", "required": False, "schema": {"type": "string"}, "description": text}
        for name, text in _TOPICS.items()
    ]
    parameters.append(
        {
            "name": "epoch",
            "in": "query",
            "required": False,
            "schema": {"type": "integer"},
            "description": "the epoch that came with the state; another one is answered by `event: reset`",
        }
    )
    parameters.append(
        {
            "name": "Last-Event-ID",
            "in": "header",
            "required": False,
            "schema": {"type": "integer", "minimum": 0},
            "description": "the journal row after which to go on, without gap or double",
        }
    )
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    refused = {"400": "bad_filter", "401": "sign_in_needed, key_unknown", "403": "not_allowed"}
    refused |= {"404": "board_unknown, counter_unknown, status_unknown", "503": "too_many_streams"}
    return {
        "/api/v1/stream": {
            "get": {
                "summary": "Follow what happens, as server-sent events",
                "operationId": "stream",
                "description": "For: device, staff, or whoever holds the status token. Each event has `id:` "
                "(the journal row), `event:` (" + ", ".join(EventKind) + ") and `data:` (one JSON line, "
                "an Event). A comment line comes at least every 15 s.",
                "parameters": parameters,
                "responses": {
                    "200": {
                        "description": "the stream",
                        "content": {"text/event-stream": {"schema": _MESSAGE}},
                    },
                    **{status: {"description": text, "content": problem} for status, text in refused.items()},
                },
            }
        }
    }
