"""The line to the server: what can take time happens here, in threads, and comes back as a message.

Each kind of work has its own thread or pool, so that a hung poll never stands before somebody's
ticket: a stream that keeps people and waits current, a poll that reads the hall and the catalogue,
two workers that take tickets, one that asks about them, one that calls guides, one that reports
slips. What they learn is handed to `tell` and `happen`, which must bring it to the screen's thread.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from hardware.ticket_printer.job import JobReport, JobState
from kiosk.catalogue import CatalogueReader
from kiosk.clocks import Clocks, Tell
from kiosk.enquiries import Enquiries
from kiosk.foresight import Foresight
from kiosk.presence import GRACE_S, Health, LatestBoard
from kiosk.session import Event, Help, HelpAnswered, Refused, StaffAsked
from kiosk.signing import Signer
from kiosk.store import Job, Result, Store
from kiosk.taking import Taking
from queue_server.board import fold
from queue_server.client import Client, Refusal, ServerAway, StreamReset
from queue_server.wire import Event as JournalEvent
from queue_server.wire import EventKind, Hall, PrintResult
from queue_server.wire.times import parse_rfc3339

FRESH_MS = 120_000
"""A slip that staff asked for longer ago is not printed: nobody stands there for it any more."""

POLL_S = 15.0
BACKOFF_S = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
REPORT_S = 5.0
BOARD = "all"
LOGGED = 3
"""So many failures in a row are logged; a server that is away all night fills no disk."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Disk:
    """What this kiosk keeps by itself: its touches and jobs, and the key with which it signs slips."""

    store: Store
    signer: Signer


class Link:
    """All threads that talk to the server on behalf of one kiosk.

    `taking` takes tickets, `enquiries` asks about those that were taken before.
    """

    def __init__(
        self,
        client: Callable[[str], Client],
        disk: Disk,
        clocks: Clocks,
        tell: Tell,
        happen: Callable[[Event], None],
    ) -> None:
        self._make_client, self._clocks = client, clocks
        self._store, self._signer = disk.store, disk.signer
        self._tell, self._happen = tell, happen
        self._client = client("zh")
        self._speaking = {"zh": self._client, "en": client("en")}
        self._stopping = threading.Event()
        self._poll_now = threading.Event()
        self._report_now = threading.Event()
        self.taking = Taking(self._speaking, self._store, clocks, self._hear)
        self.enquiries = Enquiries(self._speaking, clocks, self._hear)
        self._guides = ThreadPoolExecutor(1, "guide")
        self._foresight = Foresight(self._speaking, tell)
        self._health = Health(clocks, tell)
        self._catalogue = CatalogueReader(self._client, self._store, clocks.wall_ms, tell, self._stopping)
        self._board = LatestBoard(tell)
        self._name = ""
        self._offset_ms = 0

    def start(self, name: str) -> None:
        """Begin to listen, under the name that the server knows this kiosk by."""
        self._name = name
        for work in (self._listen, self._poll, self._report):
            threading.Thread(target=self._forever, args=(work,), name=work.__name__, daemon=True).start()

    def stop(self) -> None:
        """End all threads; what is in the air is given up."""
        self._stopping.set()
        self._poll_now.set()
        self._report_now.set()
        self.taking.stop()
        self.enquiries.stop()
        self._guides.shutdown(wait=False, cancel_futures=True)
        self._foresight.stop()
        for client in self._speaking.values():
            client.close()

    # Orders -----------------------------------------------------------------------------------------

    def foresee(self, matter: str, lang: str, priority: str) -> None:
        """Ask what a number for a matter would mean now; the answer comes as a fact, if at all."""
        self._foresight.ask(matter, lang, priority)

    def call_guide(self, screen: str, lang: str) -> None:
        """Page a guide; `HelpAnswered` comes back."""
        self._guides.submit(self._guarded, lambda: self._call_guide(screen, lang))

    def report_no_slip(self, job: Job, reason: str, key: str) -> None:
        """Tell the server that a ticket was taken without paper."""

        def keep() -> None:
            self._store.add_job(job, key)
            self._store.save(JobReport(job.id, JobState.FAILED_KNOWN, reason))
            self._report_now.set()

        self._guides.submit(self._guarded, keep)

    def report_soon(self) -> None:
        """A slip has ended: tell the server now instead of at the next round."""
        self._report_now.set()

    def _hear(self, event: Event) -> None:
        """Hand an answer on; after a refusal the hall may be another one than is known."""
        if isinstance(event, Refused):
            self._poll_now.set()
        self._happen(event)

    def _call_guide(self, screen: str, lang: str) -> None:
        try:
            self._client.ask_for_help(screen, lang)
            answer = Help.CALLED
        except (Refusal, ServerAway) as error:
            log.warning("no guide was reached: %s", error)
            answer = Help.FAILED
        self._happen(HelpAnswered(answer, self._clocks.now_s()))

    # Listening ----------------------------------------------------------------------------------------

    def _listen(self) -> None:
        """Keep the board current, reconnecting by itself, each time a little later."""
        tries = 0
        while not self._stopping.is_set():
            client = self._make_client("zh")
            try:
                for state in self._follow(client):
                    tries = 0
                    self._health.heard("stream")
                    self._board.put(state)
            except StreamReset:
                log.info("the stream began anew")
                self._signer.doubt()
                continue
            except (ServerAway, Refusal) as error:
                if tries < LOGGED:
                    log.warning("the stream broke: %s", error)
            finally:
                client.close()
            pause = BACKOFF_S[min(tries, len(BACKOFF_S) - 1)]
            tries += 1
            self._health.lost("stream", pause)
            self._stopping.wait(pause)

    def _follow(self, client: Client):  # type: ignore[no-untyped-def]
        """Yield the board's state: first the full one, then after every event or heartbeat."""
        state = client.board(BOARD)
        yield state
        for event in client.events(after=state.seq, epoch=state.epoch, kiosk=self._name):
            if self._stopping.is_set():
                return
            if event is not None:
                state = fold(state, event)
                self._heed(event)
            yield state

    def _heed(self, event: JournalEvent) -> None:
        if event.kind.startswith(("policy.", "day.")):
            self._poll_now.set()
        if event.kind == EventKind.DEVICE_HELP_ANSWERED and event.data.get("kiosk") in (None, self._name):
            self._happen(HelpAnswered(Help.COMING, self._clocks.now_s()))
        if event.kind == EventKind.SLIP_REQUESTED and event.data.get("kiosk") == self._name:
            self._guides.submit(self._guarded, lambda: self._fetch_slip(event))

    def _fetch_slip(self, event: JournalEvent) -> None:
        """Read the ticket that staff want on paper again, unless whoever wanted it has long gone."""
        late_ms = self._clocks.wall_ms() + self._offset_ms - parse_rfc3339(event.at)
        if event.ticket is None or late_ms > FRESH_MS:
            log.warning("a slip was asked for %d s ago and is not printed", late_ms // 1000)
            return
        ticket = self._client.slip(event.ticket.id)
        self._happen(StaffAsked(ticket, int(event.data["copy"]), self._clocks.now_s()))

    def _poll(self) -> None:
        """Read the hall every 15 seconds, and the catalogue whenever it has another version."""
        failures = 0
        while not self._stopping.is_set():
            try:
                hall = self._read_hall()
                failures = 0
                self._health.heard("poll")
                self._catalogue.refresh_details(hall)
            except (ServerAway, Refusal) as error:
                failures += 1
                if failures <= LOGGED:
                    log.warning("the hall could not be read: %s", error)
                if failures > 1:
                    self._health.lost("poll", GRACE_S)
            self._poll_now.wait(POLL_S if failures == 0 else min(failures, 5))
            self._poll_now.clear()

    def _read_hall(self) -> Hall:
        hall = self._client.hall()
        server_ms = parse_rfc3339(hall.server_time)
        self._offset_ms = offset = server_ms - self._clocks.wall_ms()
        floor = hall.kiosks.get(self._name)
        self._tell(
            lambda facts: replace(
                facts, hall=hall, clock_ms=offset, floor=facts.floor if floor is None else floor
            )
        )
        self._catalogue.refresh_list(hall)
        self._signer.renew(self._client, server_ms)
        return hall

    def _report(self) -> None:
        """Tell the server how slips ended, later if it is away."""
        while not self._stopping.is_set():
            for result in self._store.unreported():
                if not self._report_one(result):
                    break
            self._report_now.wait(REPORT_S)
            self._report_now.clear()

    def _report_one(self, result: Result) -> bool:
        try:
            self._client.print_result(result.ticket, PrintResult(result.state, result.reason, result.copy))
        except ServerAway:
            return False
        except Refusal as error:
            log.warning("the outcome of slip %s was refused: %s", result.job, error)
        self._store.reported(result)
        return True

    def _guarded(self, act: Callable[[], None]) -> None:
        try:
            act()
        except Exception:
            log.exception("a worker of the line stumbled")

    def _forever(self, work: Callable[[], None]) -> None:
        """Run one thread's loop for good: a bug is logged, and the loop begins anew after a pause."""
        while not self._stopping.is_set():
            self._guarded(work)
            self._stopping.wait(1.0)
