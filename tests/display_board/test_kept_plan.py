"""The plan that a bus program keeps: read back as it was, and no trouble when the disk is."""

from __future__ import annotations

from pathlib import Path

import pytest

from display_board.kept_plan import NO_STATE, KeptPlan
from queue_server.wire.buses import Bus, BusUnits

UNITS = [BusUnits("Z3-01", "25", "身份证", "ID cards", "Z3", ["Z3"], "onbon", strip=1, pad=1)]
PLAN = Bus("2F-a", {"bus": "2F-a"}, UNITS, {"call": "call-next"}, NO_STATE, "2026-11-23T01:00:00Z")


def test_it_comes_back_without_a_state(tmp_path: Path) -> None:
    kept = KeptPlan(tmp_path / "2F-a.plan.json")
    assert kept.read() is None
    kept.keep(PLAN)
    found = kept.read()
    assert found is not None
    assert (found.id, found.counters, found.keys) == (PLAN.id, PLAN.counters, PLAN.keys)
    assert found.state == NO_STATE and [path.name for path in tmp_path.iterdir()] == ["2F-a.plan.json"]


@pytest.mark.parametrize("content", [b"", b"{", b'{"id": "2F-a"}', b"\xff"])
def test_a_spoilt_file_is_no_plan(tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "2F-a.plan.json"
    path.write_bytes(content)
    assert KeptPlan(path).read() is None
    assert "cannot be read" in caplog.text


def test_a_disk_that_cannot_be_written_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    KeptPlan(tmp_path / "no such folder" / "plan.json").keep(PLAN)
    assert "cannot be kept" in caplog.text
