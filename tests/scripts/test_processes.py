"""The launcher's children are restarted when they die and leave nobody behind when they end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.processes import Child, wait_for

PARENT_OF_A_SLEEPER = (
    "import subprocess, time; child = subprocess.Popen(['sleep', '60']); "
    "print('grandchild', child.pid, flush=True); time.sleep(60)"
)


def until(true: Callable[[], bool], within_s: float = 20) -> None:
    """Wait for something that other processes do."""
    end = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def alive(pid: int) -> bool:
    """Whether a process runs; one that only waits to be collected does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def python(name: str, code: str, tmp_path: Path, said: list[str]) -> Child:
    return Child(name, lambda: ([sys.executable, "-c", code], {}), tmp_path / "logs" / "log", said.append)


def grandchild_of(child: Child) -> int:
    until(lambda: "grandchild" in child.printed())
    return int(child.printed().split()[1])


def test_stop_ends_the_program_and_what_it_started(tmp_path: Path) -> None:
    child = python("parent", PARENT_OF_A_SLEEPER, tmp_path, [])
    child.start()
    grandchild = grandchild_of(child)
    assert alive(grandchild)
    child.stop()
    assert not child.running
    until(lambda: not alive(grandchild))


def test_stop_kills_a_program_that_ignores_the_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scripts.processes.PATIENCE_S", 0.3)
    said: list[str] = []
    deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
    child = python("deaf", deaf, tmp_path, said)
    child.start()
    until(lambda: "deaf" in child.printed())
    child.stop()
    assert not child.running
    assert "killed" in said[0]


def test_a_program_that_dies_is_started_again_and_this_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scripts.processes.FIRST_DELAY_S", 0.1)
    said: list[str] = []
    child = python("kiosk", PARENT_OF_A_SLEEPER, tmp_path, said)
    child.start()
    first, grandchild = child.pid, grandchild_of(child)
    assert first is not None
    os.kill(first, signal.SIGKILL)
    until(lambda: not child.running)

    def restarted() -> bool:
        child.watch()
        return child.running and child.pid != first

    until(restarted)
    until(lambda: not alive(grandchild))  # what the dead one had started does not stay beside the new one
    assert "restarts in" in said[0] and "restarted" in said[1]
    child.stop()


def test_the_pause_before_a_restart_grows_while_it_keeps_dying(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    child = python("short", "pass", tmp_path, said)
    child._delay_s = 0.05
    child.start()

    def died_three_times() -> bool:
        child.watch()
        return len([line for line in said if "restarts in" in line]) == 3

    until(died_three_times)
    child.stop()
    assert child._delay_s == pytest.approx(0.4)


def test_children_end_even_if_the_launcher_is_killed(tmp_path: Path) -> None:
    launcher = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time; from pathlib import Path; from scripts.processes import Child\n"
            "child = Child('c', lambda: (['sleep', '60'], {}), Path(sys.argv[1]), print)\n"
            "child.start(); print(child.pid, flush=True); time.sleep(60)",
            str(tmp_path / "log"),
        ],
        stdout=subprocess.PIPE,
    )
    assert launcher.stdout is not None
    child = int(launcher.stdout.readline())
    assert alive(child)
    launcher.kill()
    launcher.wait()
    launcher.stdout.close()
    until(lambda: not alive(child))


def test_waiting_for_a_program_that_dies_shows_its_last_words(tmp_path: Path) -> None:
    child = python("server", "raise SystemExit('no such hall file')", tmp_path, [])
    child.start()
    with pytest.raises(RuntimeError, match="no such hall file"):
        wait_for("server", lambda: False, child, 20)
    child.stop()
