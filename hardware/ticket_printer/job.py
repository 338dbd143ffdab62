"""A print job's life is one table of states here, from QUEUED to CUT_CONFIRMED or an honest UNKNOWN.

Exactly-once printing is impossible with a raw printer: it may print and fail to say so. The ticket in
the database is the truth and the paper a copy, so the table is built around one question: can any byte
of the slip have left? Before SEND_STARTED a failure is certain (FAILED_KNOWN) and the job may be tried
again. After it only a fence, the printer's own answer queued behind the data, proves anything; without
one the job is UNKNOWN and no program prints it again by itself. A printer that ran out of paper holds
the data and prints it after a reload, so UNKNOWN may still turn into a confirmation later.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import Protocol


class JobState(enum.StrEnum):
    """How far a print job has certainly come."""

    QUEUED = "queued"
    PREFLIGHT_OK = "preflight_ok"
    SEND_STARTED = "send_started"
    PRINT_CONFIRMED = "print_confirmed"
    CUT_CONFIRMED = "cut_confirmed"
    FAILED_KNOWN = "failed_known"
    UNKNOWN = "unknown"


class JobEvent(enum.Enum):
    """What can happen to a print job."""

    READY = "the printer said that it can print"
    REFUSED = "no byte of the slip was sent"
    SENDING = "the first byte is about to leave"
    PRINTED = "the fence behind the text came back"
    CUT = "the fence behind the cut came back"
    LOST = "bytes may have left and no fence came"
    AGAIN = "the caller tries again"


S, E = JobState, JobEvent
TRANSITIONS: dict[tuple[JobState, JobEvent], JobState] = {
    (S.QUEUED, E.READY): S.PREFLIGHT_OK,
    (S.QUEUED, E.REFUSED): S.FAILED_KNOWN,
    (S.PREFLIGHT_OK, E.SENDING): S.SEND_STARTED,
    (S.PREFLIGHT_OK, E.REFUSED): S.FAILED_KNOWN,
    (S.SEND_STARTED, E.REFUSED): S.FAILED_KNOWN,
    (S.SEND_STARTED, E.PRINTED): S.PRINT_CONFIRMED,
    (S.SEND_STARTED, E.CUT): S.CUT_CONFIRMED,
    (S.SEND_STARTED, E.LOST): S.UNKNOWN,
    (S.PRINT_CONFIRMED, E.CUT): S.CUT_CONFIRMED,
    (S.PRINT_CONFIRMED, E.LOST): S.PRINT_CONFIRMED,
    (S.UNKNOWN, E.PRINTED): S.PRINT_CONFIRMED,
    (S.UNKNOWN, E.CUT): S.CUT_CONFIRMED,
    (S.FAILED_KNOWN, E.AGAIN): S.QUEUED,
}
PRINTED_STATES = frozenset({S.PRINT_CONFIRMED, S.CUT_CONFIRMED})


class WrongMove(ValueError):
    """The job's state has no such event; a bug of the caller."""


@dataclass(frozen=True, slots=True)
class JobReport:
    """What is known of one print job.

    `reason` is a stable code when something is wrong; `bytes_sent` is how many of `bytes_total` slip
    bytes may have left; `evidence` names the fence that proved the state (`gs_h`, `gs_r`) or is None.
    """

    job_id: str
    state: JobState = JobState.QUEUED
    reason: str | None = None
    bytes_total: int = 0
    bytes_sent: int = 0
    evidence: str | None = None

    @property
    def printed(self) -> bool | None:
        """True: on paper. False: certainly not sent. None: nobody can say."""
        if self.state in PRINTED_STATES:
            return True
        return None if self.state in (JobState.SEND_STARTED, JobState.UNKNOWN) else False

    @property
    def begun(self) -> bool:
        """True if any byte of the slip may have left."""
        return self.state is JobState.SEND_STARTED or self.bytes_sent > 0

    @property
    def may_retry(self) -> bool:
        """True only if no byte of the slip can have reached the printer."""
        return self.state is JobState.FAILED_KNOWN and self.bytes_sent == 0

    def after(self, event: JobEvent, reason: str | None = None, evidence: str | None = None) -> JobReport:
        """Return the report after `event`; raises WrongMove when the table has no such move."""
        try:
            state = TRANSITIONS[self.state, event]
        except KeyError:
            raise WrongMove(f"job {self.job_id}: {event.name} in {self.state.name}") from None
        return replace(self, state=state, reason=reason, evidence=evidence or self.evidence)


class JobStore(Protocol):
    """Where reports are kept so that a crash in mid-job cannot lead to a second slip."""

    def load(self, job_id: str) -> JobReport | None:
        """Return the last report saved under `job_id`, if any."""
        ...

    def save(self, report: JobReport) -> None:
        """Keep the report. SEND_STARTED must be durable on return; an error raised here stops the job."""
        ...

    def newest(self) -> JobReport | None:
        """Return the last report of the newest job of which any byte may have left, if there is one."""
        ...


class MemoryJobs:
    """A JobStore for programs that print once and end."""

    def __init__(self) -> None:
        self._reports: dict[str, JobReport] = {}

    def load(self, job_id: str) -> JobReport | None:
        """Return the last report of the job."""
        return self._reports.get(job_id)

    def save(self, report: JobReport) -> None:
        """Keep the report until the program ends."""
        self._reports.pop(report.job_id, None)
        self._reports[report.job_id] = report

    def newest(self) -> JobReport | None:
        """Return the last report of the newest job that was sent."""
        sent = (report for report in reversed(self._reports.values()) if report.begun)
        return next(sent, None)
