"""How a device is: a state, since when, and the reason as a stable code and as a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class HealthState(StrEnum):
    """What a device can be said to be.

    UNKNOWN is no news: nothing was asked yet, or the device never answers by its nature. DEGRADED works,
    but not as it should. AWAY was not reached; it is tried again by itself. FAULT was reached and cannot
    work until a person puts it right.
    """

    UNKNOWN = "unknown"
    OK = "ok"
    DEGRADED = "degraded"
    AWAY = "away"
    FAULT = "fault"


BAD = frozenset({HealthState.DEGRADED, HealthState.AWAY, HealthState.FAULT})

SENTENCES = {
    "": "answers",
    "never_asked": "was not tried yet",
    "never_answers": "takes frames but has no way to answer",
    "listening": "is open; it speaks only when something is read",
    "no_answer": "does not answer",
    "garbled": "answers, but no frame arrives whole: wrong baud rate, wiring or two units with one address",
    "busy": "says that it is busy",
    "checksum": "receives our frames damaged",
    "cannot_open": "its port cannot be opened",
    "port_busy": "its port is held by another program",
    "connection_lost": "its line was lost",
    "write_timeout": "its port takes no more bytes",
    "paper_near_end": "says that its roll ends soon",
    "paper_out": "says that it has no paper",
    "cover_open": "says that its cover is open",
    "cutter_error": "says that its cutter is jammed",
    "printer_error": "says that it has an error",
    "offline": "says that it is offline",
    "no_card_module": "does not answer: no power, wrong port or wrong speed",
    "self_test_failed": "says that its security module failed its self-test",
    "not_authorised": "says that its security module is not authorised",
    "bad_reply": "answers something that no manual names",
    "no_sound_device": "finds no sound device",
    "sound_busy": "finds the sound device taken by another program",
    "no_permission": "may not use the sound device: its user is not in the group audio",
    "no_player": "finds no aplay: the package alsa-utils is missing",
    "stuck": "did not finish in time and was ended",
    "bad_clip": "was given a file that is no WAV sound",
    "player_failed": "ended with an error",
}


@dataclass(frozen=True, slots=True)
class Health:
    """The health of one device; `since_s` is a monotonic time of this process."""

    key: str
    state: HealthState
    reason: str
    since_s: float

    @property
    def sentence(self) -> str:
        """One English sentence for logs and tables."""
        return f"{self.key} {SENTENCES.get(self.reason, f'refuses what it is told: {self.reason}')}"

    def becomes(self, state: HealthState, reason: str, now_s: float) -> Health:
        """Return the health after news; the same object when nothing is new.

        `since_s` is when the state began; another reason for the same state does not move it.
        """
        if (self.state, self.reason) == (state, reason):
            return self
        return Health(self.key, state, reason, self.since_s if self.state is state else now_s)
