"""`python -m queue_server simulate`: one seed, one file; one line for what can't be played."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from queue_server.__main__ import main
from queue_server.reports.load_model import lunch_of, parse
from queue_server.settings import HALL_FILE

LOAD = """
hour_share: {9: 0.7, 10: 0.3}
weekday_factor: {mon: 1.3, first_day_after_long_holiday: 4}
zones: {Z1: {tickets: 40, servers: 6, mean: 17, cv: 0.65}, Z8: {tickets: 20, servers: 1, mean: 8, cv: 0.8}}
"""


@pytest.fixture
def load(tmp_path: Path) -> Path:
    path = tmp_path / "load.yaml"
    path.write_text(LOAD, encoding="utf-8")
    return path


def run(*words: object) -> int:
    return main(["simulate", *map(str, words)])


def test_one_seed_gives_one_file(tmp_path: Path, load: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a", "b"):
        files = ("--out", tmp_path / f"{name}.json", "--log", tmp_path / f"{name}.csv")
        assert run("--days", 2, "--seed", 4, "--load", load, "--policy", HALL_FILE, *files) == 0
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    report = json.loads((tmp_path / "a.json").read_text("utf-8"))
    assert report["days"] == ["2026-11-23", "2026-11-24"]
    figures = {"mean_s", "p50_s", "p90_s", "p99_s", "served", "missed", "abandoned", "expired", "overtime_s"}
    assert set(report["zones"]) >= {"Z1", "Z8"} and set(report["zones"]["Z1"]) >= figures
    header = "ticket,queue,priority,arrived_at,called_at,finished_at,counter,outcome"
    assert (tmp_path / "a.csv").read_text("utf-8").splitlines()[0] == header
    shown = capsys.readouterr().out.splitlines()
    assert shown[0].split()[:2] == ["zone", "places"] and shown[-1].endswith(report["journal"]["chain"])


def test_another_seed_gives_another_day(tmp_path: Path, load: Path) -> None:
    for seed in (1, 2):
        assert run("--days", 1, "--seed", seed, "--load", load, "--out", tmp_path / f"{seed}.json") == 0
    assert (tmp_path / "1.json").read_bytes() != (tmp_path / "2.json").read_bytes()


def test_the_database_stays_where_it_is_wanted_and_verifies(
    tmp_path: Path, load: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    assert run("--days", 1, "--seed", 1, "--load", load, "--data", data) == 0
    assert main(["verify", "--data", str(data)]) == 0
    capsys.readouterr()
    assert run("--days", 1, "--seed", 1, "--load", load, "--data", data) == 2
    assert "holds a hall already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--days", "0", "--seed", "1"], "--days must be 1 to 366"),
        (["--days", "1", "--seed", "1", "--load", "missing.yaml"], "missing.yaml"),
        (["--days", "1", "--seed", "1", "--load", str(HALL_FILE)], "load model"),
        (["--days", "1", "--seed", "1", "--policy", "missing.toml"], "missing.toml"),
    ],
)
def test_bad_use_is_told_in_one_line(words: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*words) == 2
    told = capsys.readouterr().err
    assert says in told and told.count("\n") == 1


def test_help_has_an_example_and_words_are_checked() -> None:
    asked = [sys.executable, "-m", "queue_server", "simulate"]
    told = subprocess.run([*asked, "--help"], capture_output=True, text=True)
    assert told.returncode == 0 and "example: python -m queue_server simulate --days" in told.stdout
    told = subprocess.run([*asked, "--days", "many", "--seed", "1"], capture_output=True, text=True)
    assert (told.returncode, told.stderr.count("\n")) == (2, 1)


def test_a_load_model_that_names_nothing_here(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "load.yaml"
    path.write_text(LOAD.replace("Z1:", "X1:"), encoding="utf-8")
    assert run("--days", 1, "--seed", 1, "--load", path) == 2
    assert "names no queue" in capsys.readouterr().err


@pytest.mark.parametrize(("share", "shifts"), [(0.5, 2), (0.75, 4), (0.0, 1), (1.0, 0)])
def test_lunch_in_shifts(share: float, shifts: int) -> None:
    model = parse(LOAD + f'day: {{lunch: ["12:00", "13:30"], lunch_staff_share: {share}}}')
    assert lunch_of(model.day).shifts == shifts
