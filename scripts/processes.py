"""Programs that the launcher starts: each in a process group of its own, watched, restarted, surely ended."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

FIRST_DELAY_S = 1.0
LONGEST_DELAY_S = 30.0
# A program that lived this long has recovered; its next death is a first one again.
HEALTHY_AFTER_S = 60.0
PATIENCE_S = 10.0
PR_SET_PDEATHSIG = 1  # prctl(2)

Say = Callable[[str], None]


def die_with_parent() -> None:
    """Ask the kernel to end this process when its starter is gone, even by SIGKILL; runs in the child."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Child:
    """One program, its log and its restarts.

    `command` is asked at each start, so that a restart may use what has changed since (a display, a port).
    """

    def __init__(
        self,
        name: str,
        command: Callable[[], tuple[Sequence[str], Mapping[str, str]]],
        log: Path,
        say: Say,
    ) -> None:
        self.name = name
        self._command = command
        self._log = log
        self._say = say
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._delay_s = FIRST_DELAY_S
        self._due_at: float | None = None
        self.log_start = 0

    def start(self) -> None:
        """Start the program; what it prints goes to its log, from offset `log_start` on."""
        arguments, environment = self._command()
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("ab") as log:
            self.log_start = log.tell()
            self._process = subprocess.Popen(
                arguments,
                env={**os.environ, **environment, "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - the launcher has one thread
            )
        self._started_at = time.monotonic()
        self._due_at = None

    @property
    def running(self) -> bool:
        """Whether the program is alive now."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        """The process id of the last start."""
        return self._process.pid if self._process else None

    def printed(self) -> str:
        """Return what the program has printed since its last start."""
        with self._log.open("rb") as log:
            log.seek(self.log_start)
            return log.read().decode("utf-8", errors="replace")

    def watch(self) -> None:
        """Start the program again if it died: after 1 s, then 2, 4, ... 30 s while it keeps dying."""
        if self._process is None or self.running:
            return
        now = time.monotonic()
        if self._due_at is None:
            if now - self._started_at > HEALTHY_AFTER_S:
                self._delay_s = FIRST_DELAY_S
            self._due_at = now + self._delay_s
            self._say(
                f"{self.name} 已退出（{self._process.returncode}），{self._delay_s:.0f} 秒后重启；"
                f"ended, restarts in {self._delay_s:.0f} s; log: {self._log}"
            )
            self._signal_group(signal.SIGTERM)
            self._delay_s = min(2 * self._delay_s, LONGEST_DELAY_S)
        elif now >= self._due_at:
            self.start()
            self._say(f"{self.name} 已重启 restarted")

    def stop(self) -> None:
        """End the program and all that it started: SIGTERM, after 10 s SIGKILL."""
        if self._process is None:
            return
        self._signal_group(signal.SIGTERM)
        try:
            self._process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._say(f"{self.name} 未按时退出，强制结束 did not end in time and is killed")
        self._signal_group(signal.SIGKILL)
        self._process.wait()

    def _signal_group(self, number: signal.Signals) -> None:
        assert self._process is not None
        try:
            os.killpg(self._process.pid, number)
        except ProcessLookupError:
            return  # nobody of the group is left


def wait_for(what: str, ready: Callable[[], bool], child: Child, within_s: float) -> None:
    """Return when `ready()` is true.

    Raises RuntimeError with the end of the child's log if it dies first or takes longer than `within_s`.
    """
    until = time.monotonic() + within_s
    while not ready():
        if not child.running or time.monotonic() > until:
            tail = "\n".join(child.printed().splitlines()[-15:])
            raise RuntimeError(f"{what}: {child.name} is not ready\n{tail}")
        time.sleep(0.05)
