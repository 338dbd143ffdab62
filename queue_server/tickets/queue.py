"""What every action of the queue stands on, and how a stored leg looks on the wire."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import msgspec

from queue_server.catalogue.actions import MatterBook
from queue_server.clock import rfc3339
from queue_server.database import Database
from queue_server.hall.actions import HallBook
from queue_server.hall.model import CounterPlan
from queue_server.refusals import Refused
from queue_server.tickets.model import TicketRow
from queue_server.tickets.rules import PRIVATE
from queue_server.tickets.view import HallView
from queue_server.wire import MatterName, Ticket, Wait


@dataclasses.dataclass(frozen=True, slots=True)
class Queue:
    """The parts that actions work with.

    `open_now` says whether the hall issues tickets at a time in ms; `status_url` makes the
    citizen's unguessable address of a visit. `always_open` marks a hall without hours and quotas.
    """

    database: Database
    hall: HallBook
    matters: MatterBook
    view: HallView
    open_now: Callable[[int], bool]
    status_url: Callable[[int], str]
    always_open: bool = False

    def counter(self, counter: str) -> CounterPlan:
        """The plan of a counter; raises Refused("counter_unknown")."""
        found = self.hall.plan.counters.get(counter)
        if found is None:
            raise Refused("counter_unknown", counter=counter)
        return found

    def home_group(self, row: TicketRow) -> str:
        """The plan's queue of a leg's matter, also while it waits in a counter's private queue."""
        if not row.group.startswith(PRIVATE):
            return row.group
        offer = self.matters.get(row.matter)
        return offer.group.id if offer and offer.group else row.group

    def bonus_s(self, row: TicketRow) -> float:
        """What a leg's priority class takes off its arrival, in seconds."""
        known = self.hall.plan.priority_classes.get(row.priority_class or "")
        return known.bonus_s if known else 0

    def matter_name(self, row: TicketRow) -> str:
        """The Chinese name of a leg's matter."""
        offer = self.matters.get(row.matter)
        return offer.name if offer else row.matter

    def with_address(self, ticket: Ticket) -> Ticket:
        """The same ticket with the citizen's own address, for whoever took it."""
        return msgspec.structs.replace(ticket, status_url=self.status_url(ticket.visit))

    def shown(
        self,
        row: TicketRow,
        *,
        ahead: int | None = None,
        wait: Wait | None = None,
        status_url: str | None = None,
    ) -> Ticket:
        """A stored leg as it stands on the wire."""
        plan = self.hall.plan
        offer = self.matters.get(row.matter)
        counter = plan.counters.get(row.counter or "")
        zone = plan.zones.get(row.zone)
        return Ticket(
            id=row.id,
            visit=row.visit,
            leg=row.leg,
            number=row.number,
            state=row.state,
            matter=offer.matter_name if offer else MatterName(row.matter, row.matter),
            zone=row.zone,
            floor=counter.floor if counter else (zone.floor if zone else None),
            issued_at=rfc3339(row.issued_at),
            counter=row.counter,
            counter_label=counter.label if counter else None,
            called_at=_time(row.called_at),
            started_at=_time(row.started_at),
            ended_at=_time(row.ended_at),
            calls=row.calls,
            ahead=ahead,
            wait=wait,
            priority_class=row.priority_class,
            lang=row.lang,
            channel=row.channel,
            print_state=row.print_state,
            policy=row.policy,
            status_url=status_url,
            back_at=_time(row.back_at),
            errands=row.errands,
        )


def _time(at_ms: int | None) -> str | None:
    return None if at_ms is None else rfc3339(at_ms)
