"""Has number phrases made while their tickets wait: one worker process, one phrase at a time, newest bound.

Nobody ever waits for it. If it dies it is started again after a pause; without its packages there is none,
and calls are joined from clips.
"""

from __future__ import annotations

import logging
import subprocess
import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

from display_board.voice.phrases import Phrases

MOST_WAITING = 500
AGAIN_S = 30.0
TRIM_EVERY = 50
ROOT = Path(__file__).resolve().parents[2]

log = logging.getLogger(__name__)


def worker_command(voice_folder: Path, phrases: Path) -> list[str] | None:
    """The command of the worker that `make voice` set up, None if it did not."""
    python = voice_folder / "venv" / "bin" / "python"
    models = voice_folder / "models"
    if not python.exists() or not models.is_dir():
        return None
    return [
        str(python), "-m", "scripts.voice.worker", "--models", str(models), "--phrases", str(phrases),
    ]  # fmt: skip


class Preparing:
    """Owns the worker and the list of what it is to make; `command` starts it."""

    def __init__(self, command: Sequence[str], phrases: Phrases, again_s: float = AGAIN_S) -> None:
        self._command, self._phrases, self._again_s = list(command), phrases, again_s
        self._wanted: OrderedDict[str, None] = OrderedDict()
        self._changed = threading.Condition()
        self._stopped = False
        self._child: subprocess.Popen[str] | None = None
        self._thread = threading.Thread(target=self._run, name="preparing", daemon=True)
        self.made = 0

    def start(self) -> None:
        """Begin; the worker is started when first needed."""
        self._thread.start()

    def stop(self) -> None:
        """End the worker and the thread."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
            child = self._child
        if child is not None:
            child.kill()
        self._thread.join(5)

    def want(self, name: str) -> None:
        """Have a phrase made if it is not at hand; beyond the bound the oldest wish goes."""
        if self._phrases.has(name):
            return
        with self._changed:
            self._wanted[name] = None
            if len(self._wanted) > MOST_WAITING:
                self._wanted.popitem(last=False)
            self._changed.notify_all()

    def forget(self, name: str) -> None:
        """Nobody will need it any more."""
        with self._changed:
            self._wanted.pop(name, None)

    def _next(self) -> str | None:
        with self._changed:
            while not self._wanted and not self._stopped:
                self._changed.wait()
            return None if self._stopped else self._wanted.popitem(last=False)[0]

    def _run(self) -> None:
        while (name := self._next()) is not None:
            try:
                self._make(name)
            except OSError as error:
                log.warning("numbers cannot be prepared, they are joined from clips: %s", error)
                self._end()
                with self._changed:
                    self._changed.wait_for(lambda: self._stopped, self._again_s)
        self._end()

    def _make(self, name: str) -> None:
        """Have one phrase made; raises OSError when the worker is gone."""
        child = self._child
        if child is None or child.poll() is not None:
            child = subprocess.Popen(
                self._command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
            with self._changed:
                self._child = child
                if self._stopped:
                    child.kill()
        assert child.stdin is not None and child.stdout is not None
        child.stdin.write(f"{name}\n")
        child.stdin.flush()
        answer = child.stdout.readline().strip()
        if not answer:
            raise OSError("the worker ended")
        if answer != f"{name} ready":
            log.warning("not prepared: %s", answer)
            return
        self.made += 1
        if self.made % TRIM_EVERY == 0:
            self._phrases.trim()

    def _end(self) -> None:
        with self._changed:
            child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()
