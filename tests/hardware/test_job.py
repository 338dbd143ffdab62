"""A print job moves only along its table, and only a proof makes it printed."""

from __future__ import annotations

import itertools

import pytest

from hardware.ticket_printer.job import TRANSITIONS, JobEvent, JobReport, JobState, MemoryJobs, WrongMove


def test_a_good_job() -> None:
    report = JobReport("j")
    for event in (JobEvent.READY, JobEvent.SENDING, JobEvent.PRINTED):
        report = report.after(event)
        assert report.printed is {JobState.PREFLIGHT_OK: False, JobState.SEND_STARTED: None}.get(
            report.state, True
        )
    assert report.after(JobEvent.CUT, evidence="gs_h") == JobReport(
        "j", JobState.CUT_CONFIRMED, evidence="gs_h"
    )


def test_missing_moves_are_refused() -> None:
    for state, event in itertools.product(JobState, JobEvent):
        if (state, event) not in TRANSITIONS:
            with pytest.raises(WrongMove, match=state.name):
                JobReport("j", state).after(event)


def test_nothing_leads_from_a_possible_slip_back_to_sending() -> None:
    """From every state in which bytes may have left, no chain of events reaches QUEUED again."""
    reached = {JobState.UNKNOWN, JobState.PRINT_CONFIRMED, JobState.CUT_CONFIRMED}
    for _ in JobState:
        reached |= {after for (before, _), after in TRANSITIONS.items() if before in reached}
    assert JobState.QUEUED not in reached
    assert JobState.SEND_STARTED not in reached


def test_only_a_certain_failure_may_be_retried() -> None:
    assert JobReport("j", JobState.FAILED_KNOWN, "paper_out").may_retry
    for state in set(JobState) - {JobState.FAILED_KNOWN}:
        assert not JobReport("j", state).may_retry


def test_memory_store_gives_back_the_newest() -> None:
    jobs = MemoryJobs()
    assert jobs.load("j") is None
    jobs.save(JobReport("j"))
    jobs.save(JobReport("j", JobState.UNKNOWN))
    assert jobs.load("j") == JobReport("j", JobState.UNKNOWN)
