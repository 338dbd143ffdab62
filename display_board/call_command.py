"""A command of the hall's own runs at each call: for a buzzer, a lamp or a gate that stands on no bus.

The command is run as it is, without a shell; what was called stands in its environment:

| variable | holds |
|---|---|
| CALL_COUNTER | the id of the counter, such as Z3-01 |
| CALL_LABEL | the number that is shown and spoken |
| CALL_NUMBER | the number of the ticket |
"""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import signal
import subprocess
import threading
from collections.abc import Sequence

LIMIT_S = 5.0
"""So long a command may take; then it is killed with all that it started."""

MOST_WAITING = 16
"""Calls that wait for the one before; more come only when the command hangs, and nobody needs them then."""

log = logging.getLogger(__name__)


class CallCommand:
    """Runs the command on a thread of its own, one call at a time; never blocks its caller."""

    def __init__(self, command: Sequence[str], limit_s: float = LIMIT_S) -> None:
        self._command, self._limit_s = tuple(command), limit_s
        self._calls: queue.Queue[dict[str, str] | None] = queue.Queue(MOST_WAITING)
        self._failed = False
        self._thread = threading.Thread(target=self._run, name="call command", daemon=True)
        self._thread.start()

    def called(self, counter: str, label: str, number: str) -> None:
        """Somebody is called to a counter."""
        try:
            self._calls.put_nowait({"CALL_COUNTER": counter, "CALL_LABEL": label, "CALL_NUMBER": number})
        except queue.Full:
            log.debug("the command of a call is behind; %s at %s is left out", number, counter)

    def close(self) -> None:
        """Run no more; one that runs has its time to end."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._calls.get_nowait()
        self._calls.put(None)
        self._thread.join(self._limit_s + 1)

    def _run(self) -> None:
        while (facts := self._calls.get()) is not None:
            trouble = self._run_once(facts)
            log.log(
                logging.DEBUG if self._failed or not trouble else logging.WARNING, "%s", trouble or "done"
            )
            self._failed = bool(trouble)

    def _run_once(self, facts: dict[str, str]) -> str:
        """Run the command; returns what went wrong, empty for nothing."""
        try:
            child = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**os.environ, **facts},
                start_new_session=True,
            )
        except OSError as error:
            return f"the command of a call cannot be run: {error}"
        try:
            status = child.wait(self._limit_s)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            return f"the command of a call took longer than {self._limit_s:g} s and was ended"
        return f"the command of a call ended with {status}" if status else ""
