"""The speaker plays lists of clips one after the other, each clip in a process that is watched."""

from __future__ import annotations

import logging
import os
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from hardware.errors import DeviceError
from hardware.health import Health, HealthState
from hardware.speaker.played import Played
from hardware.speaker.protocol import HEADER, PLAYER, arguments, bad_clip, duration_s, reason_of, silence
from hardware.worker import HealthRecord

LOG = logging.getLogger("hardware.speaker")
# What a player's failure makes of the speaker; every other reason leaves it degraded.
STATES = {
    "no_sound_device": HealthState.AWAY,
    "no_permission": HealthState.FAULT,
    "no_player": HealthState.FAULT,
}
LOOKED_FOR = frozenset(STATES.values())
# A player that was told to end has this long before it is killed.
END_S = 0.3


@dataclass(frozen=True, slots=True)
class SpeakerTimes:
    """Seconds: pause between two lists, longest time for a clip, between two looks for a lost device."""

    pause_s: float = 0.4
    watchdog_s: float = 20.0
    probe_s: float = 30.0


@dataclass(slots=True)
class _Wish:
    clips: tuple[Path, ...]
    gap_s: float
    done: Future[Played]


class Speaker:
    """One sound output. Methods return at once and may be called from any thread.

    `player` is the command in front of aplay's arguments. Where there is no sound device, lists end
    with `no_sound_device` and `health` says so; the device is looked for again now and then, as is a
    player that is not installed or may not play.
    """

    def __init__(
        self,
        device: str = "default",
        *,
        player: Sequence[str] = (PLAYER,),
        times: SpeakerTimes | None = None,
        on_health: Callable[[Health], None] = lambda health: None,
    ) -> None:
        self._device = device
        self._player = tuple(player)
        self._times = times or SpeakerTimes()
        self._record = HealthRecord("speaker", on_health)
        self._wishes: deque[_Wish] = deque()
        self._lock = threading.Condition()
        self._child: subprocess.Popen[bytes] | None = None
        self._cuts = 0
        self._closing = False
        self._quiet_until_s = float("-inf")
        self._thread = threading.Thread(target=self._run, name=f"speaker {device}", daemon=True)

    @property
    def health(self) -> Health:
        """How the speaker is, as far as its player tells."""
        return self._record.now

    def start(self) -> None:
        """Start the thread; it tries the sound device with silence first."""
        self._thread.start()

    def play(self, clips: Sequence[Path], gap_s: float = 0.0) -> Future[Played]:
        """Play the clips behind all that waits already, `gap_s` apart; the future holds what came of it.

        Nothing is played of a list that holds a bad clip: half a number is worse than none.
        """
        wish = _Wish(tuple(clips), gap_s, Future())
        with self._lock:
            if self._closing:
                wish.done.set_result(Played(0, len(wish.clips), "stopped"))
            else:
                self._wishes.append(wish)
                self._lock.notify_all()
        return wish.done

    def stop(self) -> None:
        """Be silent at once: the clip that plays is cut off, lists that wait are dropped."""
        with self._lock:
            dropped, self._wishes = self._wishes, deque()
            self._cuts += 1
            child = self._child
            self._lock.notify_all()
        if child is not None:
            _end(child)
        for wish in dropped:
            if wish.done.set_running_or_notify_cancel():
                wish.done.set_result(Played(0, len(wish.clips), "stopped"))

    def close(self, timeout_s: float = 5.0) -> None:
        """Stop, and end the thread."""
        with self._lock:
            self._closing = True
        self.stop()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    # -- the thread ------------------------------------------------------------------------------------

    def _run(self) -> None:
        self._note(self._try("", silence()))
        while not self._closing:
            with self._lock:
                if not self._wishes:
                    self._lock.wait(self._times.probe_s)
                wish = self._wishes.popleft() if self._wishes else None
                cuts = self._cuts
            if wish is not None and wish.done.set_running_or_notify_cancel():
                wish.done.set_result(self._safely(wish, cuts))
            elif self._record.now.state in LOOKED_FOR and not self._closing:
                self._note(self._try("", silence()))

    def _safely(self, wish: _Wish, cuts: int) -> Played:
        try:
            return self._serve(wish, cuts)
        except Exception:  # the edge of the device worker: the next list must still be heard
            LOG.exception("the speaker's driver failed")
            return Played(0, len(wish.clips), "player_failed")

    def _serve(self, wish: _Wish, cuts: int) -> Played:
        wanted = len(wish.clips)
        try:
            for clip in wish.clips:
                clip_s(clip)
        except DeviceError as error:
            return Played(0, wanted, error.reason)
        self._pause(self._quiet_until_s - time.monotonic(), cuts)
        for played, clip in enumerate(wish.clips):
            if played:
                self._pause(wish.gap_s, cuts)
            reason = self._try(str(clip), b"", cuts)
            if self._cut(cuts):
                return Played(played + (not reason), wanted, "stopped")
            self._note(reason)
            if reason:
                return Played(played, wanted, reason)
        self._quiet_until_s = time.monotonic() + self._times.pause_s
        return Played(wanted, wanted)

    def _try(self, path: str, data: bytes, cuts: int | None = None) -> str:
        """Run one player to its end; returns the reason why it failed, empty for none."""
        command = [*self._player, *arguments(self._device, path)]
        with self._lock:
            if cuts is not None and self._cuts != cuts:
                return "stopped"
            try:
                child = self._child = subprocess.Popen(
                    command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE,
                    env={**os.environ, "LC_ALL": "C"},
                )
            except OSError:
                return "no_player"
        try:
            _, message = child.communicate(data, timeout=self._times.watchdog_s)
            return reason_of(child.returncode, message.decode("utf-8", "replace"))
        except subprocess.TimeoutExpired:
            return "stuck"
        finally:
            with self._lock:
                self._child = None
            _end(child)
            for pipe in (child.stdin, child.stderr):
                if pipe is not None:
                    pipe.close()

    def _cut(self, cuts: int) -> bool:
        with self._lock:
            return self._cuts != cuts

    def _pause(self, seconds: float, cuts: int) -> None:
        """Wait, cut short by stop."""
        deadline = time.monotonic() + seconds
        with self._lock:
            while self._cuts == cuts and (left_s := deadline - time.monotonic()) > 0:
                self._lock.wait(left_s)

    def _note(self, reason: str) -> None:
        state = STATES.get(reason, HealthState.DEGRADED) if reason else HealthState.OK
        self._record.set(state, reason)


def clip_s(path: Path) -> float:
    """Return how long a clip plays; raises a permanent DeviceError `bad_clip`, also when there is no file."""
    try:
        with path.open("rb") as file:
            return duration_s(file.read(HEADER), path.stat().st_size)
    except OSError as error:
        raise bad_clip(f"{path}: {error.strerror}") from error


def _end(child: subprocess.Popen[bytes]) -> None:
    """End a player that may still run: politely, then by force. One that the kernel holds is left alone."""
    if child.poll() is not None:
        return
    child.terminate()
    try:
        child.wait(END_S)
    except subprocess.TimeoutExpired:
        child.kill()
        try:
            child.wait(END_S)
        except subprocess.TimeoutExpired:
            return
