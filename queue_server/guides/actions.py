"""Asking for a person, and somebody going there; both live in the journal alone."""

from __future__ import annotations

from queue_server.database import Database, Tx
from queue_server.journal import store as journal
from queue_server.refusals import Refused
from queue_server.wire import Event, EventKind


def ask(database: Database, kiosk: str, floor: int | None, screen: str, lang: str) -> Event:
    """Page a guide to a kiosk; `screen` tells where in the process the citizen got stuck."""
    data = {"kiosk": kiosk, "floor": floor, "screen": screen, "lang": lang}
    return database.write(
        lambda tx: journal.append(tx, EventKind.DEVICE_HELP_ASKED, f"device:{kiosk}", data=data)
    )


def answer(database: Database, by: str, asked: int) -> Event:
    """Take over a request for help, named by its journal row.

    Raises Refused("help_unknown"), or ("help_answered") when somebody already went.
    """

    def command(tx: Tx) -> Event:
        request = journal.event_at(tx.db, asked)
        if request is None or request.kind != EventKind.DEVICE_HELP_ASKED:
            raise Refused("help_unknown")
        later = journal.rows_of_kind_after(tx.db, EventKind.DEVICE_HELP_ANSWERED, asked)
        if any(row.data["asked"] == asked for row in later):
            raise Refused("help_answered")
        data = {"asked": asked, "kiosk": request.data["kiosk"]}
        return journal.append(tx, EventKind.DEVICE_HELP_ANSWERED, by, data=data)

    return database.write(command)
