"""The hall as it is now, kept in memory by folding the journal, exactly as the boards do.

Nothing is decided by it: it answers "what does it look like" without touching the disk. At start
it is built from today's journal rows.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from queue_server.board import BoardState, CounterCell, Face, ZoneLine, fold, narrow
from queue_server.catalogue.actions import MatterBook
from queue_server.clock import rfc3339
from queue_server.database import Database
from queue_server.hall.actions import HallBook
from queue_server.hall.model import HallPlan
from queue_server.journal import store as journal
from queue_server.refusals import Refused
from queue_server.tickets import store
from queue_server.tickets.days import DAY_MARK
from queue_server.tickets.rules import DEFAULT_SERVICE_S, PRIVATE, estimate, private_queue
from queue_server.wire import CounterStatus, Event, EventKind, HelpRequest, Wait

PAGE = 1000
WHOLE_HALL = "hall"
"""The board that every hall has without naming it: all zones, for whoever runs the hall."""


class HallView:
    """The folded state of the whole hall, the rolling service times, and open help requests."""

    def __init__(self, database: Database, hall: HallBook, matters: MatterBook) -> None:
        self._database = database
        self._hall = hall
        self._matters = matters
        self._means: dict[str, float] = {}
        self._help: dict[int, HelpRequest] = {}
        self._plan_version = 0
        self._at_work: _AtWork | None = None
        self.rebuild()
        database.subscribe(self._listen)

    def rebuild(self) -> None:
        """Fold today's journal anew, under the plan in force; on the writer's thread only."""
        version = self._hall.plan.version
        self._state = self._replayed()
        # Last: whoever sees the new version finds the state that belongs to it.
        self._plan_version = version

    @property
    def plan_version(self) -> int:
        """The version of the plan that the state was built for."""
        return self._plan_version

    @property
    def state(self) -> BoardState:
        """The whole hall; immutable, replaced after each commit."""
        return self._state

    @property
    def help(self) -> list[HelpRequest]:
        """Who asked for a person and was not yet answered, oldest first."""
        return list(self._help.values())

    def board(self, board: str) -> BoardState:
        """What one board shows, or `hall` for everything; raises Refused("board_unknown")."""
        plan = self._hall.plan.boards.get(board)
        if plan is None and board == WHOLE_HALL:
            return self._state
        if plan is None:
            raise Refused("board_unknown", board=board)
        return narrow(self._state, Face(board, plan.name, plan.name_en, plan.look), plan.zones)

    def counters(self, place: str, counters: Iterable[str]) -> BoardState:
        """What some counters show: their zones, and the queues that they draw from."""
        plan = self._hall.plan
        known = [plan.counters[counter] for counter in counters if counter in plan.counters]
        zones = dict.fromkeys(counter.zone for counter in known)
        groups = [group for counter in known for group in (*counter.groups, private_queue(counter.id))]
        return narrow(self._state, Face(place, place), zones, groups)

    def service_s(self, group: str) -> float:
        """The rolling service time of a group in seconds; before any service, the catalogue's."""
        known = self._means.get(group)
        return known if known is not None else self._prior(group)

    def zone_service_s(self, zone: str, fresh: Mapping[str, float] = MappingProxyType({})) -> float:
        """The mean of the rolling service times of a zone's groups, in seconds.

        `fresh` are times that a write has stored and not yet told: they count before those known here.
        """
        groups = [group.id for group in self._hall.plan.groups.values() if group.zone == zone]
        found = [fresh[group] if group in fresh else self.service_s(group) for group in groups]
        return sum(found) / len(found) if found else DEFAULT_SERVICE_S

    def step_s(self, group: str) -> float:
        """How long one more call before them delays those who wait in a group, in seconds."""
        servers = sum(1 / max(1, groups) for groups, _ in self._working(group))
        return self.service_s(group) / max(servers, 1.0)

    def wait(self, group: str, ahead: int) -> Wait | None:
        """Estimate the wait of somebody with `ahead` people before them in a group."""
        return estimate(ahead, self.service_s(group), self._working(group))

    def _working(self, group: str) -> list[tuple[int, bool]]:
        """The open counters of a group, each as (how many groups it serves, is it busy).

        Kept until a counter or the plan changes: most news are of people who come and change neither.
        """
        plan, cells = self._hall.plan, self._state.counters
        kept = self._at_work
        if kept is None or kept.plan is not plan or kept.cells is not cells:
            kept = self._at_work = _AtWork(plan, cells, {})
        found = kept.groups.get(group)
        if found is None:
            found = kept.groups[group] = _working(plan, cells, group)
        return found

    def _prior(self, group: str) -> float:
        times = [offer.service_s for offer in self._matters.all() if offer.group and offer.group.id == group]
        self._means[group] = sum(times) / len(times) if times else DEFAULT_SERVICE_S
        return self._means[group]

    def _listen(self, told: list[Any]) -> None:
        for thing in told:
            if isinstance(thing, Event):
                self._apply(thing)

    def _apply(self, event: Event) -> None:
        self._state = fold(self._state, event)
        self._remember(event)

    def _remember(self, event: Event) -> None:
        if event.kind in (EventKind.TICKET_COMPLETED, EventKind.TICKET_REQUEUED):
            self._means[event.data["group"]] = event.data["group_mean_s"]
        elif event.kind == EventKind.DEVICE_HELP_ASKED:
            data = event.data
            self._help[event.seq] = HelpRequest(
                event.seq, data["kiosk"], data.get("floor"), data["screen"], event.at
            )
        elif event.kind == EventKind.DEVICE_HELP_ANSWERED:
            self._help.pop(event.data["asked"], None)
        elif event.kind == EventKind.DAY_OPENED:
            self._help.clear()

    def _replayed(self) -> BoardState:
        """Fold today's journal into an empty hall."""
        with self._database.snapshot() as db:
            self._means = store.service_times(db)
            seq = max(0, journal.last_of_kind(db, EventKind.DAY_OPENED) - 1)
            state = self._empty(db, seq)
            while page := journal.rows_after(db, seq, PAGE):
                for event in page:
                    state = fold(state, event)
                    self._remember(event)
                seq = page[-1].seq
        return state

    def _empty(self, db: Any, seq: int) -> BoardState:
        plan = self._hall.plan
        zones = {
            zone.id: ZoneLine(
                zone.id, zone.sign, zone.name, zone.name_en, zone.floor, zone.icon,
                service_s=self.zone_service_s(zone.id),
            )
            for zone in plan.zones.values()
        }  # fmt: skip
        cells = {
            counter.id: CounterCell(counter.id, counter.label, counter.zone)
            for counter in plan.counters.values()
        }
        return BoardState(
            board="hall",
            name=plan.name,
            seq=seq,
            epoch=journal.epoch(db),
            day=store.mark(db, DAY_MARK) or "",
            at=rfc3339(self._database.clock.now_ms()),
            zones=zones,
            counters=cells,
            queues=dict.fromkeys([*plan.groups, *(private_queue(counter) for counter in plan.counters)], 0),
        )


@dataclasses.dataclass(frozen=True, slots=True)
class _AtWork:
    """The open counters of groups, true as long as plan and cells are the very same."""

    plan: HallPlan
    cells: Mapping[str, CounterCell]
    groups: dict[str, list[tuple[int, bool]]]


def _working(plan: HallPlan, cells: Mapping[str, CounterCell], group: str) -> list[tuple[int, bool]]:
    if group.startswith(PRIVATE):
        counters = [plan.counters[group[1:]]] if group[1:] in plan.counters else []
    else:
        counters = list(plan.counters_of(group))
    found = [(counter, cells.get(counter.id)) for counter in counters]
    return [
        (len(counter.groups), cell.number is not None)
        for counter, cell in found
        if cell is not None and cell.state is CounterStatus.OPEN
    ]


def with_time(state: BoardState, at_ms: int) -> BoardState:
    """The same state with the time at which it was asked for."""
    return msgspec.structs.replace(state, at=rfc3339(at_ms))
