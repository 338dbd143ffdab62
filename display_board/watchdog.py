"""Keeps a board running: one process shows it, and this one replaces that if it hangs or dies.

The child writes a byte into a pipe each second, from the very loop that draws. When nothing comes for
a while it is killed, whatever it hangs in, and a new one is started, which reads the full state and
shows the calls that still stand. If this process dies, the child finds the pipe broken and ends too,
so that there are never two boards on one screen.
"""

from __future__ import annotations

import logging
import os
import select
import signal
import subprocess
import sys
import time
import types
from collections.abc import Sequence

BEAT_S = 1.0
HUNG_AFTER_S = 10.0
"""No drawing takes nearly so long; a person in the hall waits no longer for a dead screen."""
START_WITHIN_S = 60.0
END_WITHIN_S = 5.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0

log = logging.getLogger(__name__)


class Watchdog:
    """Runs `command` with `--beat-fd N` until a signal ends it; `hung_after_s` is the patience with it."""

    def __init__(self, command: Sequence[str], hung_after_s: float = HUNG_AFTER_S) -> None:
        self._command = list(command)
        self._hung_after_s = hung_after_s
        self._ending = False
        self._wake_read, self._wake_write = os.pipe()

    def run(self) -> int:
        """Keep the child running; returns the exit status once a signal ended both."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        pause_s = FIRST_PAUSE_S
        while not self._ending:
            began_s = time.monotonic()
            status = self._run_once()
            if self._ending:
                break
            log.error("the board ended with %s and is started anew", status)
            lived = time.monotonic() - began_s > START_WITHIN_S
            pause_s = FIRST_PAUSE_S if lived else min(LONGEST_PAUSE_S, pause_s * 2)
            select.select([self._wake_read], [], [], pause_s)
        return 0

    def _end(self, _number: int, _frame: types.FrameType | None) -> None:
        self._ending = True
        os.write(self._wake_write, b".")

    def _run_once(self) -> int:
        """Start the child, follow its beats to its end, and return its exit status."""
        beats, beat = os.pipe()
        try:
            with subprocess.Popen([*self._command, "--beat-fd", str(beat)], pass_fds=(beat,)) as child:
                os.close(beat)
                self._follow(child, beats)
                return _ended(child)
        finally:
            os.close(beats)

    def _follow(self, child: subprocess.Popen[bytes], beats: int) -> None:
        """Return when the child has ended, hangs, or shall end."""
        patience_s = START_WITHIN_S
        while not self._ending:
            ready, _, _ = select.select([beats, self._wake_read], [], [], patience_s)
            if not ready:
                log.error("the board has not moved for %.0f s and is replaced", patience_s)
                child.kill()
                return
            if beats in ready and not os.read(beats, 1024):
                return
            patience_s = self._hung_after_s


def _ended(child: subprocess.Popen[bytes]) -> int:
    """End the child if it still runs, and wait for it."""
    if child.poll() is None:
        child.terminate()
        try:
            return child.wait(END_WITHIN_S)
        except subprocess.TimeoutExpired:
            child.kill()
    return child.wait()


def board_command(arguments: Sequence[str]) -> list[str]:
    """The command that shows a board with these arguments, in a process of its own."""
    return [sys.executable, "-m", "display_board", *arguments]
