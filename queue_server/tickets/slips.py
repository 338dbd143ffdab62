"""A second slip: staff ask for it at the desk, the kiosk that they name prints it.

The number stays, the paper says 补打. The journal carries the wish to the kiosk; one that was away for
two minutes does not print it any more, since nobody stands there for it.
"""

from __future__ import annotations

import msgspec

from queue_server.database import Tx
from queue_server.journal import store as journal
from queue_server.people import store as people
from queue_server.refusals import Refused
from queue_server.tickets import moves, reading
from queue_server.tickets.model import Actor, Outcome
from queue_server.tickets.queue import Queue
from queue_server.wire import EventKind, Ticket, TicketState

ENDED = frozenset({TicketState.COMPLETED, TicketState.CANCELLED, TicketState.ABANDONED, TicketState.EXPIRED})
SLIPS = frozenset({EventKind.SLIP_PRINTED, EventKind.SLIP_FAILED, EventKind.SLIP_REQUESTED})


def ask_again(queue: Queue, actor: Actor, ticket: int, kiosk: str) -> Outcome:
    """Ask a kiosk for another slip of an open ticket.

    Raises Refused: `ticket_unknown`, `kiosk_unknown`, `slip_too_late`.
    """

    def command(tx: Tx) -> Outcome:
        if people.device_roles(tx.db).get(kiosk) != "kiosk":
            raise Refused("kiosk_unknown", kiosk=kiosk)
        row = moves.known(tx, ticket)
        if row.state in ENDED:
            raise Refused("slip_too_late", number=row.number)
        copies = [
            event.data["copy"] for event in journal.rows_of_ticket(tx.db, ticket) if event.kind in SLIPS
        ]
        shown = queue.shown(row)
        data = {"kiosk": kiosk, "copy": 1 + max(copies, default=1)}
        event = journal.append(tx, EventKind.SLIP_REQUESTED, actor.by, ticket=shown, data=data)
        return Outcome(shown, event=event)

    return queue.database.write(command)


def to_print(queue: Queue, ticket: int) -> Ticket:
    """Read a ticket as its slip says it: with its citizen's address and the time of its booking.

    Raises Refused("ticket_unknown").
    """
    found = queue.with_address(reading.ticket(queue, ticket))
    rows = journal.rows_of_ticket(queue.database.read(), ticket)
    booked = next((row.ticket.booked_at for row in rows if row.ticket and row.ticket.booked_at), None)
    return msgspec.structs.replace(found, booked_at=booked)
