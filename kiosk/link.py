"""The line to the server: what can take time happens here, in threads, and comes back as a message.

Each kind of work has its own thread or pool, so that a hung poll never stands before somebody's
ticket: a stream that keeps people and waits current, a poll that reads the hall and the catalogue,
two workers that take tickets, one that calls guides, one that reports slips. What they learn is
handed to `tell` and `happen`, which must bring it to the screen's thread.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from hardware.ticket_printer.job import JobReport, JobState
from kiosk.catalogue import CatalogueReader
from kiosk.facts import Facts
from kiosk.foresight import Foresight
from kiosk.session import Event, Help, HelpAnswered, Issued, Refused, Unanswered
from kiosk.signing import Signer
from kiosk.store import Job, Result, Store, Touch
from queue_server.board import BoardState, fold
from queue_server.client import Client, Refusal, ServerAway, StreamReset
from queue_server.wire import Event as JournalEvent
from queue_server.wire import EventKind, Hall, IssueTicket, PrintResult, Ticket
from queue_server.wire.times import parse_rfc3339

ASK_FOR_S = 12.0
"""How long a citizen's ticket is asked for again and again before the screen says that no answer came."""

GRACE_S = 3.0
POLL_S = 15.0
BACKOFF_S = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
REPORT_S = 5.0
BOARD = "all"
LOGGED = 3
"""So many failures in a row are logged; a server that is away all night fills no disk."""

log = logging.getLogger(__name__)

Tell = Callable[[Callable[[Facts], Facts]], None]


@dataclass(frozen=True)
class Clocks:
    """Two clocks of this machine: `now_s` only ever grows, `wall_ms` is milliseconds UTC."""

    now_s: Callable[[], float]
    wall_ms: Callable[[], int]


@dataclass(frozen=True)
class Disk:
    """What this kiosk keeps by itself: its touches and jobs, and the key with which it signs slips."""

    store: Store
    signer: Signer


class Link:
    """All threads that talk to the server on behalf of one kiosk."""

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
        self._tickets = ThreadPoolExecutor(2, "ticket")
        self._guides = ThreadPoolExecutor(1, "guide")
        self._foresight = Foresight(self._speaking, tell)
        self._health = _Health(clocks, tell)
        self._catalogue = CatalogueReader(self._client, self._store, clocks.wall_ms, tell, self._stopping)
        self._board = _LatestBoard(tell)
        self._name = ""

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
        self._tickets.shutdown(wait=False, cancel_futures=True)
        self._guides.shutdown(wait=False, cancel_futures=True)
        self._foresight.stop()
        for client in self._speaking.values():
            client.close()

    # Orders -----------------------------------------------------------------------------------------

    def take(self, touch: Touch) -> None:
        """Ask for a ticket; `Issued`, `Refused` or `Unanswered` comes back."""
        self._tickets.submit(self._guarded, lambda: self._take(touch))

    def forget(self, key: str) -> None:
        """Nobody waits for this key: find out whether it has a ticket, and give that back."""
        self._tickets.submit(self._guarded, lambda: self._settle(key))

    def foresee(self, matter: str, lang: str) -> None:
        """Ask what a number for a matter would mean now; the answer comes as a fact, if at all."""
        self._foresight.ask(matter, lang)

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

    def _take(self, touch: Touch) -> None:
        self._store.begin_touch(touch)
        until = self._clocks.now_s() + ASK_FOR_S
        for pause in (0.3, 0.7, 1.5, 2.0, 3.0, 3.0, 3.0):
            try:
                ticket = self._ask(touch)
                self._happen(Issued(touch.key, ticket, self._clocks.now_s()))
                return
            except Refusal as error:
                self._refused(touch, error)
                return
            except ServerAway as error:
                log.warning("no answer for a ticket: %s", error)
            if self._clocks.now_s() + pause > until or self._stopping.wait(pause):
                break
        self._happen(Unanswered(touch.key, self._clocks.now_s()))

    def _ask(self, touch: Touch) -> Ticket:
        client = self._speaking[touch.lang]
        if not touch.code:
            return client.issue(IssueTicket(touch.matter, "kiosk", None, touch.lang), touch.key)
        found = client.check_in(touch.code, touch.key, touch.lang).ticket
        if found is None:
            raise ServerAway("a check-in was answered without a ticket")
        return found

    def _refused(self, touch: Touch, error: Refusal) -> None:
        self._store.end_touch(touch.key)
        self._poll_now.set()
        problem = error.problem
        self._happen(Refused(touch.key, problem.code, problem.detail or problem.title, self._clocks.now_s()))

    def _settle(self, key: str) -> None:
        """Repeat a forgotten touch until the server answers, and cancel the ticket that it holds.

        If the server never saw the key, this makes a ticket and cancels it at once: a gap in the
        numbers, which is better than somebody called who left an hour ago. A check-in is let be: to
        cancel its ticket would take the booking from somebody who may just have gone to the desk.
        """
        touch = next((known for known in self._store.open_touches() if known.key == key), None)
        if touch is None:
            return
        if touch.code:
            self._store.end_touch(key)
            return
        while not self._stopping.is_set():
            try:
                ticket = self._client.issue(IssueTicket(touch.matter, "kiosk", None, touch.lang), key)
                self._client.cancel(ticket.id)
                break
            except Refusal as error:
                log.info("a forgotten touch ended: %s", error.problem.code)
                break
            except ServerAway:
                self._stopping.wait(POLL_S)
        self._store.end_touch(key)

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
        offset = server_ms - self._clocks.wall_ms()
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


class _LatestBoard:
    """Hands the newest state over at most twice a second: a busy hall must not keep the screen busy."""

    PAUSE_S = 0.5

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._lock = threading.Lock()
        self._state: BoardState | None = None
        self._timer: threading.Timer | None = None
        self._last = 0.0

    def put(self, state: BoardState) -> None:
        with self._lock:
            self._state = state
            if self._timer is not None:
                return
            wait = max(0.0, self._last + self.PAUSE_S - time.monotonic())
            if wait:
                self._timer = threading.Timer(wait, self._hand_over)
                self._timer.daemon = True
                self._timer.start()
                return
        self._hand_over()

    def _hand_over(self) -> None:
        with self._lock:
            state, self._timer, self._last = self._state, None, time.monotonic()
        self._tell(lambda facts: replace(facts, board=state))


class _Health:
    """Decides whether the server is there: away once the stream or the poll was lost for three seconds."""

    def __init__(self, clocks: Clocks, tell: Tell) -> None:
        self._clocks, self._tell = clocks, tell
        self._lock = threading.Lock()
        self._lost_at: dict[str, float | None] = {"stream": 0.0, "poll": 0.0}
        self._online: bool | None = None

    def heard(self, source: str) -> None:
        """A source has an answer."""
        with self._lock:
            self._lost_at[source] = None
            online = all(lost is None for lost in self._lost_at.values())
            if not online or self._online:
                return
            self._online = True
        self._tell(lambda facts: replace(facts, online=True, away_since=None, retry_at=None))

    def lost(self, source: str, retry_s: float) -> None:
        """A source has none; it is tried again in `retry_s`."""
        now = self._clocks.now_s()
        with self._lock:
            if self._lost_at[source] is None:
                self._lost_at[source] = now
            lost_at = self._lost_at[source]
            if lost_at is not None and now - lost_at < GRACE_S:
                return
            self._online = False
            wall = self._clocks.wall_ms()
        self._tell(
            lambda facts: replace(
                facts,
                online=False,
                away_since=facts.away_since if facts.away_since is not None else wall + facts.clock_ms,
                retry_at=now + retry_s if retry_s else None,
            )
        )
