"""Giving a rating: of a ticket that was served at this counter just now, once, by its holder."""

from __future__ import annotations

from queue_server.clock import rfc3339
from queue_server.database import Database, Tx
from queue_server.journal.store import append
from queue_server.ratings import store
from queue_server.refusals import Refused
from queue_server.tickets import store as tickets
from queue_server.wire import EventKind, TicketState
from queue_server.wire.ratings import GiveRating, Rating

OPEN_MS = 5 * 60_000
"""So long after a service its rating may be pressed at the counter; later somebody else stands there."""


def give(database: Database, by: str, counter: str, wish: GiveRating) -> tuple[Rating, bool]:
    """Take in what was pressed at a counter; returns it, and whether it was known already.

    The same press brought twice is one rating. Raises Refused: `ticket_unknown`, `rating_not_served`
    (not completed at this counter), `rating_over` (pressed too long after the service), `rating_given`
    (another level). A press that was kept while the server was away counts by when it was pressed.
    """

    def command(tx: Tx) -> tuple[Rating, bool]:
        row = tickets.ticket(tx.db, wish.ticket)
        if row is None:
            raise Refused("ticket_unknown")
        if row.state is not TicketState.COMPLETED or row.counter != counter:
            raise Refused("rating_not_served", number=row.number)
        known = store.rating(tx.db, wish.ticket)
        if known is not None:
            if known[1] != wish.level:
                raise Refused("rating_given", number=row.number)
            return Rating(wish.ticket, known[0], known[1], rfc3339(known[2])), True
        ended = row.ended_at or 0
        pressed = max(tx.now - wish.ago_s * 1000, ended)
        if pressed - ended > OPEN_MS:
            raise Refused("rating_over", number=row.number)
        store.add(tx, wish, counter, pressed, by)
        data = {"ticket": wish.ticket, "level": wish.level, "group": row.group}
        append(tx, EventKind.RATING_GIVEN, by, place=(counter, row.zone), data=data)
        return Rating(wish.ticket, counter, wish.level, rfc3339(pressed)), False

    return database.write(command)
