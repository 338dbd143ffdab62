"""The health of a device: a state keeps its since-when, a change is told once, a printer has one too."""

from __future__ import annotations

import pytest

from hardware.health import SENTENCES, Health, HealthState
from hardware.ticket_printer.status import Cover, Cutter, Online, Paper, PrinterStatus
from hardware.worker import HealthRecord

WELL = PrinterStatus(Paper.OK, Cover.CLOSED, Cutter.OK, Online.YES)


def test_since_when_belongs_to_the_state_and_not_to_its_reason() -> None:
    health = Health("x", HealthState.OK, "", 1.0)
    assert health.becomes(HealthState.OK, "", 5.0) is health
    away = health.becomes(HealthState.AWAY, "no_answer", 5.0)
    assert (away.state, away.reason, away.since_s) == (HealthState.AWAY, "no_answer", 5.0)
    assert away.becomes(HealthState.AWAY, "garbled", 9.0).since_s == 5.0
    assert away.becomes(HealthState.OK, "", 9.0).since_s == 9.0


def test_a_change_is_told_once_and_a_bad_listener_does_no_harm() -> None:
    told: list[str] = []

    def listen(health: Health) -> None:
        told.append(health.reason)
        raise ValueError("a bug elsewhere")

    record = HealthRecord("x", listen)
    for _ in range(3):
        record.set(HealthState.AWAY, "no_answer")
    record.set(HealthState.OK)
    assert told == ["no_answer", ""]


def test_every_reason_makes_a_sentence() -> None:
    for reason in [*SENTENCES, "a_new_one"]:
        assert Health("printer", HealthState.AWAY, reason, 0.0).sentence.startswith("printer ")


@pytest.mark.parametrize(
    ("status", "health"),
    [
        (WELL, (HealthState.OK, "")),
        (
            PrinterStatus(Paper.NEAR_END, Cover.CLOSED, Cutter.OK, Online.YES),
            (HealthState.DEGRADED, "paper_near_end"),
        ),
        (PrinterStatus(Paper.OUT, Cover.CLOSED, Cutter.OK, Online.NO), (HealthState.FAULT, "paper_out")),
        (PrinterStatus(Paper.OK, Cover.OPEN, Cutter.OK, Online.NO), (HealthState.FAULT, "cover_open")),
        (PrinterStatus(Paper.OK, Cover.CLOSED, Cutter.ERROR, Online.NO), (HealthState.FAULT, "cutter_error")),
        (PrinterStatus(fault="no_answer"), (HealthState.AWAY, "no_answer")),
        (PrinterStatus(fault="connection_lost"), (HealthState.AWAY, "connection_lost")),
        (PrinterStatus(), (HealthState.AWAY, "no_answer")),
    ],
)
def test_a_printer_is_well_only_if_it_says_so_itself(
    status: PrinterStatus, health: tuple[HealthState, str]
) -> None:
    assert status.health == health
