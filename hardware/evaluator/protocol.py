"""Evaluators are started by a frame, send the key that was pressed, and want it acknowledged.

Source: JackQChen/QueueSystem, call program; the only public description, so the codes are a profile.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hardware.evaluator.rating import Rating
from hardware.ft12 import Frame, FrameReader

# An evaluator repeats its result until it hears the acknowledgement.
REPEAT_S = 2.0


@dataclass(frozen=True, slots=True)
class EvaluatorProfile:
    """The codes of one make; `scores` maps the byte of a key to 1 (best), 2, 3, 4."""

    start_function: int = 0x01
    start_code: int = 0x0B
    result_function: int = 0x11
    acknowledge_function: int = 0x01
    scores: dict[int, int] = field(default_factory=lambda: {1: 1, 2: 2, 3: 3, 4: 4})


FOUR_KEYS = EvaluatorProfile()


def start(address: int, profile: EvaluatorProfile = FOUR_KEYS) -> bytes:
    """Return the frame that asks for a rating; raises DeviceError `bad_value` for a wrong address."""
    return Frame(address, profile.start_function, bytes((profile.start_code,))).to_bytes()


def result(address: int, code: int, profile: EvaluatorProfile = FOUR_KEYS) -> bytes:
    """Return the frame that an evaluator sends for a key."""
    return Frame(address, profile.result_function, bytes((code,))).to_bytes()


def acknowledge(frame: Frame, profile: EvaluatorProfile = FOUR_KEYS) -> bytes:
    """Return the answer to a result: the same data under another function."""
    return Frame(frame.address, profile.acknowledge_function, frame.data).to_bytes()


def score_of(frame: Frame, profile: EvaluatorProfile = FOUR_KEYS) -> int | None:
    """Return the score that a frame tells, None when it is no result or an unknown key."""
    if frame.function != profile.result_function or not frame.data:
        return None
    return profile.scores.get(frame.data[-1])


@dataclass(frozen=True, slots=True)
class Heard:
    """What a piece of the stream meant: frames to send at once, and ratings, each told once."""

    replies: tuple[bytes, ...] = ()
    ratings: tuple[Rating, ...] = ()


@dataclass(slots=True)
class EvaluatorHearing:
    """Hears one evaluator among all on a line. Times are seconds of one monotonic clock, handed in.

    After `started` the first result counts as asked for, if it comes within `asked_s`. A repeated
    result is acknowledged again and not told again.
    """

    address: int
    profile: EvaluatorProfile = FOUR_KEYS
    asked_s: float = 60.0
    gap_s: float = 0.25
    _reader: FrameReader = field(default_factory=FrameReader)
    _started_s: float = float("-inf")
    _last: Frame | None = None
    _last_s: float = float("-inf")
    _fed_s: float = float("-inf")

    def started(self, now_s: float) -> None:
        """A rating was asked for."""
        self._started_s = now_s
        self._last = None

    def feed(self, data: bytes, now_s: float) -> Heard:
        """Take the next bytes."""
        frames = self._reader.silence() if now_s - self._fed_s > self.gap_s else []
        self._fed_s = now_s
        frames += self._reader.feed(data)
        replies, ratings = [], []
        for frame in frames:
            score = score_of(frame, self.profile) if frame.address == self.address else None
            if score is None:
                continue
            replies.append(acknowledge(frame, self.profile))
            if frame != self._last or now_s - self._last_s >= REPEAT_S:
                ratings.append(Rating(self.address, score, now_s - self._started_s <= self.asked_s))
                self._started_s = float("-inf")
            self._last, self._last_s = frame, now_s
        return Heard(tuple(replies), tuple(ratings))
