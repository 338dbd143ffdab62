"""Posting a notice, clearing it, listing those that stand; they live in the journal alone."""

from __future__ import annotations

from typing import Any

from queue_server.database import Database, Tx
from queue_server.journal import store as journal
from queue_server.refusals import Refused
from queue_server.wire import Event, EventKind
from queue_server.wire.board import Notice

MOST = 5
"""More notices than this would each come round too seldom to be read."""


def post(database: Database, by: str, zh: str, en: str, zone: str | None) -> Notice:
    """Let the boards say a line in both languages, all of them or those that show a zone.

    It stands until it is cleared or the business day ends. Raises Refused("bad_field") for text
    that is not one line, ("notices_full") while `MOST` stand.
    """
    for field, line in (("zh", zh), ("en", en)):
        if not line.isprintable() or not line.strip():
            raise Refused("bad_field", field=f"$.{field}", problem="一行文字 one line of text")

    def command(tx: Tx) -> Notice:
        if len(_standing(tx.db)) >= MOST:
            raise Refused("notices_full", most=MOST)
        place = None if zone is None else (None, zone)
        event = journal.append(
            tx, EventKind.NOTICE_POSTED, by, place=place, data={"zh": zh.strip(), "en": en.strip()}
        )
        return _notice(event)

    return database.write(command)


def clear(database: Database, by: str, notice: int) -> None:
    """Take a notice down; raises Refused("notice_unknown") if it doesn't stand."""

    def command(tx: Tx) -> None:
        found = next((known for known in _standing(tx.db) if known.id == notice), None)
        if found is None:
            raise Refused("notice_unknown")
        place = None if found.zone is None else (None, found.zone)
        journal.append(tx, EventKind.NOTICE_CLEARED, by, place=place, data={"notice": notice})

    database.write(command)


def standing(database: Database) -> list[Notice]:
    """Today's notices that were not cleared, oldest first."""
    return _standing(database.read())


def _standing(db: Any) -> list[Notice]:
    today = journal.last_of_kind(db, EventKind.DAY_OPENED)
    gone = {row.data["notice"] for row in journal.rows_of_kind_after(db, EventKind.NOTICE_CLEARED, today)}
    posted = journal.rows_of_kind_after(db, EventKind.NOTICE_POSTED, today)
    return [_notice(row) for row in posted if row.seq not in gone]


def _notice(event: Event) -> Notice:
    return Notice(event.seq, event.data["zh"], event.data["en"], event.at, event.zone)
