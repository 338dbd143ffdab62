"""The hardware programs run as real processes: probe, print-test, simulate."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.hardware.rig import wait_for

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "hardware", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60
    )


class Simulator:
    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hardware", "simulate", "ticket_printer", *arguments],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.first_line = self.process.stdout.readline().strip()
        self.url = self.first_line.removeprefix("listening ")

    def type(self, line: str) -> str:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def stop(self) -> tuple[int, str]:
        self.process.terminate()
        _, errors = self.process.communicate(timeout=10)
        return self.process.returncode, errors


@pytest.fixture
def simulator(tmp_path: Path):
    started = Simulator("--tcp", "0", "--pictures", str(tmp_path), "--speed", "0")
    yield started
    if started.process.poll() is None:
        started.stop()


def test_a_test_slip_from_end_to_end(simulator: Simulator, tmp_path: Path) -> None:
    assert simulator.first_line.startswith("listening tcp://127.0.0.1:")
    probed = run("probe", simulator.url)
    assert (probed.returncode, probed.stdout.splitlines()[-1]) == (0, "ready")
    printed = run("print-test", simulator.url)
    assert printed.returncode == 0, printed.stderr
    assert printed.stdout.startswith("cut_confirmed, ")
    assert "proved by gs_h" in printed.stdout
    record = json.loads((tmp_path / "slip-0001.json").read_text("utf-8"))
    assert record["text"][:2] == ["打印测试 TEST", "generic_80mm"]
    assert {"GBK 镕喆淼℃㎡〇", "GB18030 㐀㙍䶮㙓", "A012", "去 1楼 A区 粗"} <= set(record["text"])
    assert (record["unknown"], record["refused"]) == ([], [])
    assert Image.open(tmp_path / "slip-0001.png").width == 576
    assert simulator.stop() == (0, "")


def test_faults_by_keyboard_and_by_file(simulator: Simulator, tmp_path: Path) -> None:
    assert simulator.type("fault paper_out") == "faults: paper_out"
    probed = run("probe", simulator.url)
    assert (probed.returncode, probed.stdout.splitlines()[-1]) == (1, "not ready: paper_out")
    printed = run("print-test", simulator.url)
    assert printed.returncode == 1
    assert printed.stdout.splitlines()[-1] == "reason: paper_out"
    assert "no fault 'fire'" in simulator.type("fault fire")
    assert simulator.type("help") == "fault NAME[:BYTES][@ADDRESS] | clear [NAME[@ADDRESS]]"
    assert simulator.type("clear") == "faults: none"
    (tmp_path / "faults").write_text("cover_open\n")
    wait_for(lambda: json.loads((tmp_path / "state.json").read_text())["faults"] == ["cover_open"])
    assert run("probe", simulator.url).stdout.splitlines()[-1] == "not ready: cover_open"
    state = json.loads((tmp_path / "state.json").read_text())
    assert state["listening"] == [simulator.url]


def test_the_simulator_lives_on_without_a_keyboard(simulator: Simulator) -> None:
    assert simulator.process.stdin is not None
    simulator.process.stdin.close()
    assert run("probe", simulator.url).returncode == 0
    simulator.process.terminate()
    assert simulator.process.wait(10) == 0


def test_pty_and_a_starting_fault() -> None:
    started = Simulator("--pty", "--baud", "115200", "--fault", "paper_near_end")
    assert started.url.startswith("serial:///dev/pts/")
    probed = run("probe", started.url)
    assert probed.stdout.splitlines()[0] == "paper near_end"
    assert started.stop()[0] == 0


def test_nobody_there_is_trouble_and_not_bad_use() -> None:
    assert run("probe", "tcp://127.0.0.1:1").returncode == 1
    printed = run("print-test", "serial:///dev/ttyNOWHERE")
    assert printed.returncode == 1
    assert "failed_known, 0 of" in printed.stdout
    assert "reason: cannot_open" in printed.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["dance"],
        ["probe"],
        ["probe", "nonsense"],
        ["probe", "tcp://h", "--profile", "nothing"],
        ["print-test", "usb://1:2"],
        ["simulate"],
        ["simulate", "toaster", "--tcp", "0"],
        ["simulate", "ticket_printer"],
        ["simulate", "ticket_printer", "--tcp", "99999"],
        ["simulate", "ticket_printer", "--tcp", "x"],
        ["simulate", "ticket_printer", "--tcp", "0", "--fault", "fire"],
    ],
)
def test_bad_use_costs_one_line_and_status_2(arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("arguments", [[], ["probe"], ["print-test"], ["simulate"]])
def test_help_shows_an_example(arguments: list[str]) -> None:
    done = run(*arguments, "--help")
    assert done.returncode == 0
    assert "example" in done.stdout
    assert "python -m hardware" in done.stdout
