"""One thread owns the printer: it asks whether paper would come out, prints, and says how it ended.

Nobody waits for it. The number is on the screen before the first byte leaves; a printer that hangs
costs this thread its time and nothing else. A job lives on the disk before it is tried, and one that
a crash left in the middle is never printed again by itself.
"""

from __future__ import annotations

import functools
import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from hardware.devices import open_ticket_printer
from hardware.health import Health
from hardware.ticket_printer.driver import TicketPrinter
from hardware.ticket_printer.job import JobReport, JobState
from hardware.ticket_printer.status import PrinterStatus
from hardware.worker import HealthRecord
from kiosk.facts import Trouble
from kiosk.slip import STANDARD, SlipFacts, build_slip
from kiosk.slip_template import Template
from kiosk.store import Job, Store

POLL_S, POLL_TROUBLED_S = 10.0, 3.0
FRESH_MS = 120_000
"""A slip older than this is not printed any more, after a restart or a new roll: nobody is there for it."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PrinterChoice:
    """Where the printer is, and how its slips are laid out."""

    url: str
    layout: Template = STANDARD


class Printing:
    """The printer's thread. `tell_trouble` and `ended` are called on it and must not block.

    `ended` gets the ticket, whether it was printed (None: nobody knows) and a stable reason.
    """

    def __init__(
        self,
        choice: PrinterChoice,
        store: Store,
        now_ms: Callable[[], int],
        tell_trouble: Callable[[Trouble | None], None],
        ended: Callable[[int, bool | None, str], None],
        on_health: Callable[[Health], None] = lambda health: None,
    ) -> None:
        self._printer: TicketPrinter = open_ticket_printer(choice.url, store=store)
        self._store, self._now_ms, self._layout = store, now_ms, choice.layout
        self._newest: Job | None = None
        self._tell_trouble, self._ended = tell_trouble, ended
        self._jobs: queue.Queue[tuple[Job, str] | None] = queue.Queue()
        self._trouble: Trouble | None = Trouble.BROKEN
        self._health = HealthRecord("ticket printer", on_health)
        self._thread = threading.Thread(target=self._run, name="printer", daemon=True)

    def start(self) -> None:
        """Begin: first what a crash left open, then whatever comes."""
        self._thread.start()

    def stop(self) -> None:
        """End after the job at hand."""
        self._jobs.put(None)
        self._thread.join(timeout=3)

    def put(self, job: Job, touch: str = "") -> None:
        """Hand in a slip, with the touch that it answers; returns at once."""
        self._jobs.put((job, touch))

    def _run(self) -> None:
        self._guarded(self._take_up_open_jobs)
        self._guarded(self._poll)
        while True:
            wait_s = POLL_S if self._trouble is None else POLL_TROUBLED_S
            try:
                found = self._jobs.get(timeout=wait_s)
            except queue.Empty:
                self._guarded(self._poll)
                continue
            if found is None:
                break
            job, touch = found
            self._guarded(functools.partial(self._print_new, job, touch))
        self._printer.close()

    def _guarded(self, act: Callable[[], None]) -> None:
        """Run one step; a bug in it must not end the thread that prints for everybody after it."""
        try:
            act()
        except Exception:
            log.exception("the printer's thread stumbled")

    def _take_up_open_jobs(self) -> None:
        for job in self._store.open_jobs():
            known = self._store.load(job.id)
            if known is not None and known.state is JobState.SEND_STARTED:
                self._print(job)
            else:
                self._print_if_fresh(job)

    def _print_new(self, job: Job, touch: str) -> None:
        self._store.add_job(job, touch)
        self._print_if_fresh(job)

    def _print_if_fresh(self, job: Job) -> None:
        if self._now_ms() - job.at < FRESH_MS:
            self._print(job)
        else:
            self._store.save(JobReport(job.id, JobState.FAILED_KNOWN, "too_old"))
            self._ended(job.ticket, False, "too_old")

    def _print(self, job: Job) -> None:
        if job.says is None:
            return
        facts = msgspec.json.decode(job.says, type=SlipFacts)
        slip = build_slip(facts, self._layout, self._printer.profile.columns)
        report = self._printer.print(job.id, slip)
        self._store.save(report)
        self._newest = job
        self._ended(job.ticket, report.printed, report.reason or "")
        if not report.printed:
            self._poll()

    def _poll(self) -> None:
        status = self._printer.status()
        self._health.set(*status.health)
        self._trouble = trouble = trouble_of(status)
        self._tell_trouble(trouble)
        self._drop_what_is_stale()

    def _drop_what_is_stale(self) -> None:
        """What the printer has held for want of paper is not printed hours later, for nobody."""
        if self._newest is not None and self._now_ms() - self._newest.at > FRESH_MS:
            self._newest = None if self._printer.discard_held() else self._newest


def trouble_of(status: PrinterStatus) -> Trouble | None:
    """Sum a printer's status up for a citizen; only a printer that says it is ready is ready."""
    if status.ready:
        return None
    known = {"paper_out": Trouble.PAPER_OUT, "cover_open": Trouble.COVER_OPEN}
    return known.get(status.trouble or "", Trouble.BROKEN)
