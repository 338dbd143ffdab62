"""What `make run` starts: the whole hall on one machine, in one go, and ends in one go.

A server with the sample hall, one kiosk, one hall board, one virtual ticket printer, and one bus of counters
with virtual strips, pads and evaluators. On a machine without a screen the kiosk and the board get an X
server each, and the data folder keeps pictures of them.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import re
import signal
import socket
import sys
import time
import types
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from scripts.displays import Display, Picture, screen_size, side_by_side
from scripts.processes import Child, wait_for

ROOT = Path(__file__).resolve().parent.parent
KIOSK_SIZE = (1080, 1920)
BOARD_SIZE = (1920, 1080)
PICTURE_EVERY_S = 2.0
READY_WITHIN_S = 60.0

Command = tuple[Sequence[str], Mapping[str, str]]


def say(line: str) -> None:
    """Print one line with the time of day, at once."""
    print(f"[{time.strftime('%H:%M:%S')}] {line}", flush=True)


def lan_address() -> str:
    """Return this machine's address in the local network, or 127.0.0.1 if it has none.

    Connecting a datagram socket sends nothing; it only asks the kernel which way it would go.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def free_port(host: str, wanted: int) -> int:
    """Return the wanted port, or one that the kernel picks if the wanted one is taken."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise RuntimeError("no free TCP port")


def answers(url: str) -> bool:
    """Whether a GET of `url` answers 200 now."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def read_json(url: str, key: str) -> Any:
    """Return what a GET of `url` answers to a device."""
    asked = urllib.request.Request(url, headers={"Authorization": f"Bearer {key}"})
    with urllib.request.urlopen(asked, timeout=10) as answer:
        return json.load(answer)


def lock(data: Path) -> IO[str]:
    """Take the data folder for this run; the lock goes with the process.

    Raises RuntimeError if another run holds it: each of two servers on one file would think itself alone.
    """
    data.mkdir(parents=True, exist_ok=True)
    held = (data / "run.lock").open("w")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        held.close()
        raise RuntimeError(f"another `make run` uses {data}") from None
    return held


def write_key(path: Path, key: str) -> Path:
    """Write a device key where only this user reads it, and return the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(key + "\n")
    return path


class Hall:
    """The programs of one run, in the order in which they start."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self.data: Path = options.data.resolve()
        self.host = "127.0.0.1" if options.local_only else "0.0.0.0"
        self.port = free_port(self.host, options.port)
        self.url = f"http://127.0.0.1:{self.port}"
        self.public_url = f"http://{'127.0.0.1' if options.local_only else lan_address()}:{self.port}"
        self.keys: dict[str, Any] = {}
        self.children: list[Child] = []
        self.displays: list[Display] = []
        self.pictures: list[Picture] = []

    def _python(self, module: str, *arguments: str) -> list[str]:
        return [sys.executable, "-m", module, *arguments]

    def _child(self, name: str, arguments: Sequence[str]) -> Child:
        child = Child(name, lambda: (arguments, {}), self.data / "logs" / f"{name}.log", say)
        self.children.append(child)
        return child

    def start(self) -> None:
        """Start everything; returns when the server is ready and the screens are on their way."""
        self._start_server()
        self.keys = json.loads((self.data / "demo-keys.json").read_text(encoding="utf-8"))
        printer = self._start_device("printer", "ticket_printer", self.data / "slips")
        devices = self.data / "devices"
        reader = self._start_device("card-reader", "card_reader", devices / "card_reader")
        scanner = self._start_device("scanner", "code_scanner", devices / "code_scanner")
        kiosk_size, board_size = KIOSK_SIZE, BOARD_SIZE
        if not self._options.headless:
            kiosk_size, board_size = side_by_side(screen_size(), KIOSK_SIZE, BOARD_SIZE)
        at_hand = ["--printer", printer, "--card-reader", reader, "--scanner", scanner]
        self._start_screen("kiosk", kiosk_size, "kiosk-1", at_hand)
        board = self._options.board
        self._start_screen("board", board_size, f"board-{board}", ["--board", board, "--windowed"])
        self._start_announcer(self._options.audio_zone)
        self._start_bus(self._options.bus)

    def _start_server(self) -> None:
        options = self._options
        arguments = self._python(
            "queue_server", "serve", "--data", str(self.data), "--demo", "--host", self.host,
            "--port", str(self.port), "--public-url", self.public_url,
        )  # fmt: skip
        if options.real_hours:
            arguments.append("--real-hours")
        server = self._child("server", arguments)
        server.start()
        wait_for("server", lambda: answers(f"{self.url}/readyz"), server, READY_WITHIN_S)

    def _start_bus(self, bus: str) -> None:
        """Start a virtual line with all devices of a bus of the hall, and the program that owns it."""
        device = f"counter-{bus}"
        if device not in self.keys["devices"]:
            raise RuntimeError(f"the hall has no bus {bus}; name another with --bus")
        key = write_key(self.data / "keys" / f"{device}.key", self.keys["devices"][device])
        units = read_json(f"{self.url}/api/v1/bus", self.keys["devices"][device])["counters"]
        addresses = {unit[kind] for unit in units for kind in ("strip", "pad", "evaluator")} - {None}
        line = self._start_device(
            "line", "counter_line", self.data / "buses" / bus,
            "--addresses", ",".join(map(str, sorted(addresses))), "--state-only",
        )  # fmt: skip
        arguments = ("counters", "--server", self.url, "--key-file", str(key), "--bus", line)
        self._child("counters", self._python("display_board", *arguments)).start()

    def _start_device(self, name: str, device: str, folder: Path, *more: str) -> str:
        """Start a virtual device and return its URL; a restart takes the same port again."""
        found: list[str] = []

        def command() -> Command:
            port = found[0].rpartition(":")[2] if found else "0"
            arguments = ["simulate", device, "--tcp", port, "--pictures", str(folder), *more]
            return self._python("hardware", *arguments), {}

        def listening() -> bool:
            found[:] = re.findall(r"^listening (tcp://\S+:(?:\d+))", child.printed(), re.MULTILINE)
            return bool(found)

        child = Child(name, command, self.data / "logs" / f"{name}.log", say)
        self.children.append(child)
        child.start()
        wait_for(f"virtual {device}", listening, child, READY_WITHIN_S)
        return found[0]

    def _start_screen(self, name: str, size: tuple[int, int], device: str, arguments: Sequence[str]) -> None:
        module = {"kiosk": "kiosk", "board": "display_board"}[name]
        key = self._key(device)
        line = self._python(
            module, "--server", self.url, "--key-file", str(key), "--size", f"{size[0]}x{size[1]}", *arguments
        )
        if self._options.headless:
            display = Display(size)
            self.displays.append(display)
            self.pictures.append(Picture(display, self.data / "pictures" / f"{name}.png"))
            program = Child(
                name,
                lambda: (line, {"DISPLAY": display.ensure(), "WAYLAND_DISPLAY": ""}),
                self.data / "logs" / f"{name}.log",
                say,
            )
            self.children.append(program)
        else:
            program = self._child(name, line)
        program.start()

    def _start_announcer(self, zone: str) -> None:
        key = self._key(f"board-voice-{zone}")
        arguments = ["announcer", "--server", self.url, "--key-file", str(key), "--zone", zone]
        self._child("announcer", self._python("display_board", *arguments)).start()

    def _key(self, device: str) -> Path:
        return write_key(self.data / "keys" / f"{device}.key", self.keys["devices"][device])

    def watch(self) -> None:
        """Look after everybody until a signal ends the run."""
        picture_at = 0.0
        while True:
            for child in self.children:
                child.watch()
            if time.monotonic() >= picture_at:
                for picture in self.pictures:
                    picture.refresh()
                picture_at = time.monotonic() + PICTURE_EVERY_S
            time.sleep(0.25)

    def stop(self) -> None:
        """End all programs, the screens first and the server last, then their X servers."""
        for child in reversed(self.children):
            child.stop()
        for display in self.displays:
            display.stop()

    def banner(self) -> str:
        """Return what a person needs to know now: addresses, sign-ins, where things are kept."""
        width = max(map(len, self.keys["staff"]))
        staff = "\n".join(f"    {name:<{width}}  {word}" for name, word in self.keys["staff"].items())
        screens = (
            "\n".join(f"    {picture.path}" for picture in self.pictures)
            + "\n    （画面每 2 秒更新；pictures, new every 2 s）"
            if self.pictures
            else "    在本机屏幕上 on this machine's screen"
        )
        phones = "" if self._options.local_only else f"  手机（同一网络） phones      {self.public_url}/\n"
        return f"""
================================================================================
  一窗 · 办事大厅已开门                        Yichuang: the hall is open
--------------------------------------------------------------------------------
  从这里开始 start here        {self.url}/
{phones}
  登录账号与密码 sign-ins (user, password)
{staff}

  取号机与显示屏 kiosk and board
{screens}
  小票图片 slips               {self.data / "slips"}
  语音播报 announcements       {self.data / "logs" / "announcer.log"}
  日志 logs                    {self.data / "logs"}

  按 Ctrl-C 关闭大厅           Ctrl-C closes the hall
================================================================================
"""


class Closing(Exception):
    """Somebody closes the hall: a signal asked for the end."""


def close(_number: int, _frame: types.FrameType | None) -> None:
    """Signal handler: leave the watch; a second signal does not disturb the closing."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    raise Closing


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the command line; every option also works as `make run ARGS="..."`."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.run_hall",
        description="Run the whole hall on this machine.",
        epilog='example: make run ARGS="--port 9000 --real-hours"',
    )
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(os.environ.get("HALL_DATA", ROOT / "build" / "demo-hall")),
        help="where the hall keeps its data (default build/demo-hall, or HALL_DATA)",
    )
    parser.add_argument("--port", type=int, default=8080, help="another one is taken if it is busy")
    parser.add_argument("--board", default="1F", help="which board to show (default 1F)")
    parser.add_argument("--audio-zone", default="all", help="whose calls are spoken (default all)")
    parser.add_argument("--bus", default="1F-a", help="which bus of counters to show (default 1F-a)")
    parser.add_argument("--local-only", action="store_true", help="answer this machine only, no phones")
    parser.add_argument("--real-hours", action="store_true", help="keep opening hours and quotas")
    parser.add_argument(
        "--headless",
        action="store_true",
        default=not os.environ.get("DISPLAY"),
        help="own X servers and pictures even if there is a screen",
    )
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Run the hall until a signal comes and return the exit status."""
    options = parse(arguments)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, close)
    hall = None
    try:
        with lock(options.data):
            hall = Hall(options)
            say("大厅启动中 the hall is starting …")
            try:
                hall.start()
                print(hall.banner(), flush=True)
                hall.watch()
            finally:
                hall.stop()
    except Closing:
        say("大厅已关闭 the hall is closed")
        return 0
    except RuntimeError as error:
        print(f"make run: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
