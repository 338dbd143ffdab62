"""`make run` opens the whole hall on a machine without a screen, looks after it, leaves nothing behind."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from PIL import Image

from scripts import run_hall
from scripts.map import ROOT

OPEN_WITHIN_S = 100.0


@dataclasses.dataclass
class Running:
    """A launcher that has opened its hall."""

    launcher: subprocess.Popen[str]
    data: Path
    said: list[str]

    @property
    def text(self) -> str:
        return "".join(self.said)

    @property
    def url(self) -> str:
        found = re.search(r"http://127\.0\.0\.1:\d+", self.text)
        assert found is not None
        return found.group()


def until(true: Callable[[], bool], within_s: float) -> None:
    end = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


def descendants(pid: int) -> set[int]:
    """All processes below one, by the parents that the kernel names."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if fields[0] != "Z":
                parents[int(stat.parent.name)] = int(fields[1])
    found: set[int] = set()
    level = {pid}
    while level:
        level = {child for child, parent in parents.items() if parent in level} - found
        found |= level
    return found


def command_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()


def launch(data: Path) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
    return subprocess.Popen(
        [sys.executable, "-m", "scripts.run_hall", "--data", str(data), "--port", "0", "--local-only"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    data = tmp_path_factory.mktemp("hall")
    launcher = launch(data)
    running = Running(launcher, data, [])

    def listen() -> None:
        assert launcher.stdout is not None
        running.said.extend(launcher.stdout)

    listener = threading.Thread(target=listen)
    listener.start()
    try:
        until(lambda: "Ctrl-C closes the hall" in running.text or launcher.poll() is not None, OPEN_WITHIN_S)
        assert launcher.poll() is None, running.text
        yield running
    finally:
        launcher.terminate()
        launcher.wait(60)
        listener.join()


def colours(picture: Path) -> int:
    with Image.open(picture) as image:
        found = image.convert("RGB").resize((270, 270), Image.Resampling.NEAREST).getcolors(270 * 270)
    return len(found or [])


def test_a_busy_port_is_passed_over() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert run_hall.free_port("127.0.0.1", port) not in (0, port)


def test_it_says_where_everything_is_and_who_signs_in(hall: Running) -> None:
    with urllib.request.urlopen(f"{hall.url}/", timeout=10) as page:
        assert page.status == 200
    keys = json.loads((hall.data / "demo-keys.json").read_text())
    for name, password in keys["staff"].items():
        assert re.search(rf"{name} +{re.escape(password)}", hall.text)
    assert "phones" not in hall.text, "a hall for this machine only has no address for them"
    for key in filter(Path.is_file, (hall.data / "keys").iterdir()):  # a kiosk has its disk beside its key
        assert key.stat().st_mode & 0o777 == 0o600
        assert key.read_text().strip() == keys["devices"][key.stem]


def test_kiosk_and_board_are_pictured_and_not_blank(hall: Running) -> None:
    for name in ("kiosk", "board"):
        picture = hall.data / "pictures" / f"{name}.png"
        assert str(picture) in hall.text
        until(lambda picture=picture: picture.exists() and colours(picture) > 20, 60)  # type: ignore[misc]
        first = picture.stat().st_mtime_ns
        until(lambda picture=picture, first=first: picture.stat().st_mtime_ns > first, 60)  # type: ignore[misc]


def devices(hall: Running) -> dict[str, str]:
    """The state of every device, as the supervisor's page shows it."""
    password = json.loads((hall.data / "demo-keys.json").read_text())["staff"]["supervisor"]
    with httpx.Client(base_url=hall.url, trust_env=False) as browser:
        browser.post("/api/v1/session", json={"name": "supervisor", "password": password}).raise_for_status()
        return {one["device"]: one["state"] for one in browser.get("/api/v1/devices").json()["devices"]}


def test_every_virtual_device_is_plugged_in_and_well(hall: Running) -> None:
    readers = {f"kiosk-1/{name}" for name in ("ticket_printer", "card_reader", "code_scanner")}
    until(lambda: {name for name, state in devices(hall).items() if state == "ok"} >= readers, 60)
    unplugged = hall.data / "devices" / "card_reader" / "faults"
    unplugged.write_text("unplugged\n")
    until(lambda: devices(hall)["kiosk-1/card_reader"] == "away", 30)
    unplugged.unlink()
    until(lambda: devices(hall)["kiosk-1/card_reader"] == "ok", 60)


def test_a_program_that_dies_comes_back(hall: Running) -> None:
    def kiosks() -> list[int]:
        return [pid for pid in descendants(hall.launcher.pid) if " -m kiosk " in command_of(pid)]

    until(lambda: bool(kiosks()), 60)
    first = min(kiosks())  # a child that it has just forked looks like it until it runs something else
    os.kill(first, signal.SIGKILL)
    until(lambda: "kiosk 已重启 restarted" in hall.text, 60)
    until(lambda: bool(kiosks()) and first not in kiosks(), 60)


def test_a_second_run_on_the_same_data_is_told_so(hall: Running) -> None:
    second = launch(hall.data)
    said, _ = second.communicate(timeout=30)
    assert second.returncode == 1
    assert said.strip() == f"make run: another `make run` uses {hall.data}"


def test_ctrl_c_ends_every_process(hall: Running) -> None:
    """The last one here: it closes the hall."""
    started = descendants(hall.launcher.pid)
    commands = " ".join(command_of(pid) for pid in started)
    for program in ("queue_server", "-m hardware", "-m kiosk", "display_board", "Xvfb"):
        assert program in commands
    hall.launcher.send_signal(signal.SIGINT)
    assert hall.launcher.wait(60) == 0
    assert not [pid for pid in started if Path(f"/proc/{pid}").exists()]
    assert not run_hall.answers(f"{hall.url}/healthz")
    until(lambda: "the hall is closed" in hall.text, 10)
