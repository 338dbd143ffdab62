"""The ticket printer's driver asks before it prints, sends a job in one write and waits for the proof.

A job is preflight status, one durable note that sending starts, one write, then the wait for the two
fences of `protocol.py`. While it waits, real-time status tells why nothing happens. The driver never
sends a slip again by itself; `JobReport.may_retry` tells the caller when that is safe.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace

from hardware.errors import DeviceError, WriteStopped
from hardware.ticket_printer.answers import Answer, AnswerReader, Junk, Queued, RealTime
from hardware.ticket_printer.drawing import draw_line
from hardware.ticket_printer.job import TRANSITIONS, JobEvent, JobReport, JobState, JobStore, MemoryJobs
from hardware.ticket_printer.profile import Profile
from hardware.ticket_printer.protocol import (
    CLEAR,
    QUEUED_STATUS,
    STATUS_QUERIES,
    FenceWatch,
    build_job,
    cut_off,
    filler,
    status_query,
    will_cut,
)
from hardware.ticket_printer.slip import Slip
from hardware.ticket_printer.status import PrinterStatus, read_answer, read_queued
from hardware.transports.pipe import Transport

# Waits before the next try of a job that may be retried, for the caller's loop.
RETRY_DELAYS_S = (1.0, 2.0, 5.0, 10.0, 30.0)
# With these the printer holds the data until a person has come; waiting longer helps nobody.
STOPPED_BY = frozenset({"paper_out", "cover_open", "cutter_error", "printer_error"})
STALE = frozenset({"connection_lost", "write_timeout"})
# A line at the wrong speed makes several bytes of one; the surplus is there within this time.
SETTLE_S = 0.01
SLOWEST_BYTES_PER_S = 500


@dataclass(frozen=True, slots=True)
class Timings:
    """Deadlines in seconds.

    `reply_s` is for one status byte, `write_s` for a job on top of its length at 500 byte/s, `fence_s`
    from the last byte to the last fence (slips take 8 s on slow units), `poll_s` the silence after
    which the driver asks for the status while it waits.
    """

    open_s: float = 3.0
    reply_s: float = 0.5
    write_s: float = 3.0
    fence_s: float = 15.0
    poll_s: float = 1.0


@dataclass(slots=True)
class _Pending:
    """The newest job whose fences may still come, even after it was called UNKNOWN."""

    report: JobReport
    watch: FenceWatch
    goal: JobState
    settled: bool = False


class TicketPrinter:
    """One printer behind one Transport. Calls block and are safe from any thread; use one."""

    def __init__(
        self,
        transport: Transport,
        profile: Profile,
        store: JobStore | None = None,
        timings: Timings | None = None,
    ) -> None:
        self.profile = profile
        self._transport = transport
        self._store: JobStore = store if store is not None else MemoryJobs()
        self._timings = timings or Timings()
        self._lock = threading.Lock()
        self._reader = AnswerReader()
        self._pending: _Pending | None = None
        self._filler = b""
        self._looked_back = False
        # Answers to GS r that this connection still has to bring.
        self._owed = 0

    @property
    def url(self) -> str:
        """Where the printer is."""
        return self._transport.url

    def status(self) -> PrinterStatus:
        """Ask the printer how it is. What it does not say is UNKNOWN; failures are the status' `fault`."""
        with self._lock:
            return self._ask()

    def print(self, job_id: str, slip: Slip) -> JobReport:
        """Print the slip and return what is known of it; a job that may be on paper is never sent again.

        The store is asked for `job_id` first and told at SEND_STARTED, before the first byte, and at
        the end. An error that the store raises passes through; nothing was sent if it was the first.
        """
        with self._lock:
            report = self._start(job_id, slip)
            if report.state is not JobState.QUEUED:
                return report
            data = build_job(slip, self.profile, job_id, draw_line)
            report = replace(report, bytes_total=len(data), bytes_sent=0)
            trouble = self._preflight()
            if trouble is not None:
                return self._keep(report.after(JobEvent.REFUSED, trouble))
            report = self._keep(report.after(JobEvent.READY).after(JobEvent.SENDING))
            report = self._send(report, data, will_cut(slip, self.profile))
            return self._await_fences(data) if report.state is JobState.SEND_STARTED else report

    def discard_held(self) -> bool:
        """Have the printer throw away a job that it holds for want of paper, if it can; True when asked.

        A printer prints what it holds once paper is back, hours later if need be, for nobody. The
        job stays UNKNOWN, since its beginning may be on paper.
        """
        with self._lock:
            pending = self._pending
            if pending is None or not pending.settled or self.profile.clear == "none":
                return False
            try:
                self._transport.write(CLEAR, self._timings.write_s)
            except DeviceError:
                return False  # asked again at the next look
            self._pending = None
            self._filler = b"\x00"  # the paper of the broken job is cut off before the next one
            self._keep(replace(pending.report, reason="discarded"))
            return True

    def close(self) -> None:
        """Let go of the port."""
        with self._lock:
            self._transport.close()

    # -- the steps of a job ------------------------------------------------------------------------

    def _start(self, job_id: str, slip: Slip) -> JobReport:
        known = self._store.load(job_id)
        if known is None or known.state in (JobState.QUEUED, JobState.PREFLIGHT_OK):
            return JobReport(job_id)
        if known.may_retry:
            return known.after(JobEvent.AGAIN)
        if known.state is JobState.SEND_STARTED:
            # The program ended between the first byte and the outcome.
            self._filler = filler(build_job(slip, self.profile, job_id, draw_line))
            return self._keep(known.after(JobEvent.LOST, "interrupted"))
        return known

    def _preflight(self) -> str | None:
        """Return why the printer cannot take a slip now, or None."""
        status = self._ask()
        asked = self.profile.status != "none"
        return status.trouble if asked else status.fault

    def _send(self, report: JobReport, data: bytes, cut: bool) -> JobReport:
        try:
            self._transport.write(data, self._timings.write_s + len(data) / SLOWEST_BYTES_PER_S)
        except DeviceError as error:
            possible = error.possible if isinstance(error, WriteStopped) else 0
            self._drop()
            if possible == 0:
                return self._keep(report.after(JobEvent.REFUSED, error.reason))
            self._filler = filler(data)
            return self._keep(replace(report, bytes_sent=possible).after(JobEvent.LOST, error.reason))
        report = replace(report, bytes_sent=len(data))
        self._pending = _Pending(
            report,
            FenceWatch(report.job_id, self.profile.fence, cut, self._owed),
            JobState.CUT_CONFIRMED if cut else JobState.PRINT_CONFIRMED,
        )
        if self.profile.fence == "gs_r":
            self._owed += 2 if cut else 1
        return report

    def _await_fences(self, data: bytes) -> JobReport:
        pending = self._pending
        assert pending is not None
        if self.profile.fence == "none":
            return self._settle(pending, "no_fence")
        reason = "fence_timeout"
        deadline = time.monotonic() + self._timings.fence_s
        try:
            while pending.report.state is not pending.goal:
                left_s = deadline - time.monotonic()
                if left_s <= 0:
                    break
                if self._listen(min(self._timings.poll_s, left_s)):
                    continue
                trouble = self._diagnose()
                reason = trouble or "fence_timeout"
                if trouble in STOPPED_BY:
                    break
        except DeviceError as error:
            self._drop()
            reason = error.reason
        if pending.report.state is not pending.goal and reason not in STOPPED_BY:
            self._filler = filler(data)
            self._owed = 0  # what comes after so long is drained before the next job
        return self._settle(pending, reason)

    def _settle(self, pending: _Pending, reason: str) -> JobReport:
        pending.settled = True
        if pending.report.state is pending.goal:
            self._pending = None
        else:
            pending.report = pending.report.after(JobEvent.LOST, reason)
            if self.profile.fence == self.profile.status == "gs_r":
                # Its late fences could not be told from answers about paper.
                self._pending = None
        return self._keep(pending.report)

    def _keep(self, report: JobReport) -> JobReport:
        self._store.save(report)
        return report

    # -- asking ------------------------------------------------------------------------------------

    def _ask(self) -> PrinterStatus:
        """Return the status; a connection left from earlier may be dead, so it is renewed once."""
        reused = self._transport.is_open
        status = self._ask_once()
        return self._ask_once() if reused and status.fault in STALE else status

    def _ask_once(self) -> PrinterStatus:
        try:
            if not self._transport.is_open:
                self._transport.open(self._timings.open_s)
                self._reader.reset()
                self._new_line()
                self._look_back()
            if self._filler:
                self._transport.write(self._filler, self._timings.write_s)
            self._drain()
            status = self._query()
            self._recover(status)
        except DeviceError as error:
            self._drop()
            return PrinterStatus(fault=error.reason)
        if status.fault == "no_answer":
            # Perhaps the other end was switched off and on; the next try begins with a new connection.
            self._drop()
        return status

    def _recover(self, status: PrinterStatus) -> None:
        """Part the paper of a job that broke off from the next one, once the printer is heard again.

        Not before: bytes sent into a dead line are lost, and a printer that only hears would cut
        blank paper at every question.
        """
        if self._filler and status.fault is None:
            self._transport.write(cut_off(self.profile), self._timings.write_s)
            self._filler = b""

    def _look_back(self) -> None:
        """After a start: the printer may still stand in the middle of the job before it."""
        if not self._looked_back:
            self._looked_back = True
            last = self._store.newest()
            if last is not None and last.state in (JobState.UNKNOWN, JobState.SEND_STARTED):
                self._filler = self._filler or bytes(max(1, last.bytes_total))

    def _new_line(self) -> None:
        """A new connection brings no answer to what the old one asked."""
        self._owed = 0
        if self.profile.fence == "gs_r":
            self._pending = None

    def _diagnose(self) -> str | None:
        """Return why a job does not go on; GS r stands behind the job and could not tell."""
        return self._query_all().trouble if self.profile.status == "dle_eot" else None

    def _query(self) -> PrinterStatus:
        if self.profile.status == "dle_eot":
            return self._query_all()
        return self._query_paper() if self.profile.status == "gs_r" else PrinterStatus()

    def _query_paper(self) -> PrinterStatus:
        """Ask GS r 1, after the answers that are still owed to earlier questions."""
        self._transport.write(QUEUED_STATUS, self._timings.write_s)
        self._owed += 1
        deadline = time.monotonic() + self._timings.reply_s
        while (left_s := deadline - time.monotonic()) > 0:
            heard = self._hear(left_s)
            if any(isinstance(answer, Junk | RealTime) for answer in heard):
                return PrinterStatus(fault="garbled", paper_only=True)
            answers = [answer for answer in heard if isinstance(answer, Queued)]
            if answers and self._owed == 0:
                self._hear(SETTLE_S)  # answers that a unit owed from before its paper came back
                return read_queued(answers[-1].byte, self.profile.near_end_sensor)
        return PrinterStatus(fault="no_answer", paper_only=True)

    def _query_all(self) -> PrinterStatus:
        """Ask the four real-time questions one by one, since their answers carry no number."""
        status = PrinterStatus()
        garbled = False
        for number in STATUS_QUERIES:
            self._transport.write(status_query(number), self._timings.write_s)
            answer, junk = self._reply()
            garbled = garbled or junk
            if answer is None:
                return PrinterStatus(fault="garbled") if garbled else replace(status, fault="no_answer")
            status = read_answer(status, number, answer.byte, self.profile.near_end_sensor)
        surplus = self._hear(SETTLE_S)
        garbled = garbled or any(isinstance(answer, RealTime | Junk) for answer in surplus)
        return PrinterStatus(fault="garbled") if garbled else status

    def _reply(self) -> tuple[RealTime | None, bool]:
        """Wait for one real-time answer; returns it and whether the line brought what no printer sends."""
        deadline = time.monotonic() + self._timings.reply_s
        while (left_s := deadline - time.monotonic()) > 0:
            heard = self._hear(left_s)
            answers = [answer for answer in heard if isinstance(answer, RealTime)]
            junk = len(answers) > 1 or any(isinstance(answer, Junk) for answer in heard)
            if answers or junk:
                return (answers[0] if answers and not junk else None), junk
        garbled = self._reader.waiting > 0
        self._reader.reset()
        return None, garbled

    def _drain(self) -> None:
        """Take what came unasked since the last call: late fences count, old status bytes do not."""
        while self._hear(0.0):
            pass

    def _listen(self, timeout_s: float) -> bool:
        """Return whether anything came in time."""
        return bool(self._hear(timeout_s))

    def _hear(self, timeout_s: float) -> list[Answer]:
        answers = self._reader.feed(self._transport.read(timeout_s))
        for answer in answers:
            self._note(answer)
        return answers

    def _note(self, answer: Answer) -> None:
        """Let an answer prove what it can about the newest job, even after the job was given back."""
        if isinstance(answer, Queued):
            self._owed = max(0, self._owed - 1)
        pending = self._pending
        event = pending.watch.event(answer) if pending is not None else None
        if pending is None or event is None or (pending.report.state, event) not in TRANSITIONS:
            return
        pending.report = pending.report.after(event, pending.report.reason, evidence=self.profile.fence)
        if pending.report.state is pending.goal:
            pending.report = replace(pending.report, reason=None)
            self._filler = b""
        if pending.settled:
            self._keep(pending.report)

    def _drop(self) -> None:
        self._transport.close()
        self._reader.reset()
