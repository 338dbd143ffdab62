"""What a guide looks at: everybody who may need somebody, and how many wait where."""

from __future__ import annotations

from queue_server.clock import rfc3339
from queue_server.hall.model import ZoneMode
from queue_server.journal import store as journal
from queue_server.tickets import store
from queue_server.tickets.days import DAY_MARK
from queue_server.tickets.queue import Queue
from queue_server.wire import Ticket, TicketState
from queue_server.wire.guide import GuideState, GuideZone

SHOWN = 300


def guide(queue: Queue) -> GuideState:
    """Read all that a guide's page shows, true up to the journal row that it names."""
    with queue.database.snapshot() as db:
        day = store.mark(db, DAY_MARK) or ""
        waiting = store.waiting_in_zones(db, day)

        def of(state: TicketState) -> list[Ticket]:
            return [queue.shown(row) for row in store.in_state(db, day, state, SHOWN)]

        return GuideState(
            seq=journal.last_seq(db),
            epoch=journal.epoch(db),
            at=rfc3339(queue.database.clock.now_ms()),
            day=day,
            help=queue.view.help,
            zones=[
                GuideZone(zone.id, zone.sign, zone.name, zone.name_en, zone.floor, waiting.get(zone.id, 0))
                for zone in queue.hall.plan.zones.values()
                if zone.mode is ZoneMode.COUNTERS
            ],
            waiting=of(TicketState.WAITING),
            missed=of(TicketState.MISSED),
            parked=of(TicketState.PARKED),
        )
