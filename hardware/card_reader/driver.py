"""The driver of an ID-card reader asks for a card while somebody wants one, and hands each out once.

Nothing that a reader sends is logged, kept or put into an error.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from hardware.card_reader.card import IdCard
from hardware.card_reader.protocol import (
    OK,
    STATUS,
    Frame,
    FrameReader,
    request,
    status_of,
)
from hardware.card_reader.watch import MODULE_TROUBLE, CardWatch
from hardware.health import Health, HealthState
from hardware.transports.pipe import Transport
from hardware.transports.reopening import DELAYS_S
from hardware.worker import LineWorker, guarded

# One lost reply is a passing truck; two in a row are a reader that is away.
AWAY_AFTER = 2


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds: between two looks for a card (at least 0.3), to wait for a reply, between two health checks.

    `reply_s` begins when the request was handed over and starts anew with each piece of the reply, up to
    `longest_s` in all: a card is 1295 bytes, 1.35 s at 9600 baud.
    """

    poll_s: float = 0.3
    reply_s: float = 0.8
    longest_s: float = 4.0
    check_s: float = 10.0
    write_s: float = 1.0


class CardReader:
    """One reader with a port of its own. Methods return at once and may be called from any thread."""

    def __init__(
        self,
        transport: Transport,
        *,
        key: str = "card reader",
        timings: Timings | None = None,
        on_health: Callable[[Health], None] = lambda health: None,
        delays_s: tuple[float, ...] = DELAYS_S,
    ) -> None:
        self._timings = timings or Timings()
        self._frames = FrameReader()
        self._watch = CardWatch()
        self._wanted: tuple[Callable[[IdCard], None], Callable[[str], None]] | None = None
        self._checked_s = float("-inf")
        self._unanswered = 0
        self._noise = False
        self._worker = LineWorker(key, transport, self._turn, on_health=on_health, delays_s=delays_s)

    @property
    def health(self) -> Health:
        """How the reader is."""
        return self._worker.health.now

    def start(self) -> None:
        """Start the thread; it opens the port and checks the reader, but looks for no card yet."""
        self._worker.start()

    def watch(
        self, on_card: Callable[[IdCard], None], on_unreadable: Callable[[str], None] = lambda reason: None
    ) -> None:
        """Look for cards from now on. Both are called on the reader's thread.

        A card comes once until it is lifted. `on_unreadable` gets `select_failed`, `read_failed`,
        `bad_text`, `bad_number` or `unknown_card`, once until the card is lifted.
        """
        self._wanted = (guarded(on_card), guarded(on_unreadable))

    def rest(self) -> None:
        """Look for no card: nobody asked a person for one."""
        self._wanted = None

    def close(self) -> None:
        """Stop the thread and let go of the port."""
        self._worker.close()

    def _turn(self, transport: Transport, fresh: bool) -> None:
        if fresh:
            self._checked_s = float("-inf")
        if fresh or self._wanted is None:
            self._watch.start_over()
        if time.monotonic() - self._checked_s >= self._timings.check_s:
            self._check(transport)
        elif self._wanted is not None or self._watch.held:
            # A card that was read is looked after until it is lifted, even when nobody wants one any more:
            # the next person's must not pass for it.
            self._look(transport)
        else:
            transport.read(self._timings.poll_s)  # only to notice a pulled cable

    def _check(self, transport: Transport) -> None:
        status = _status(self._ask(transport, STATUS))
        self._checked_s = time.monotonic()
        if status is None:
            self._note("no_answer")
        else:
            self._note("" if status == OK else MODULE_TROUBLE.get(status, "bad_reply"))

    def _look(self, transport: Transport) -> None:
        outcome = self._watch.answered(self._ask(transport, self._watch.request()))
        self._note(outcome.trouble)
        wanted = self._wanted
        if wanted is not None and outcome.card is not None:
            wanted[0](outcome.card)
        elif wanted is not None and outcome.unreadable:
            wanted[1](outcome.unreadable)
        if not self._watch.busy:
            self._worker.wait(self._timings.poll_s)

    def _note(self, trouble: str) -> None:
        if trouble != "no_answer":
            self._unanswered = 0
            self._worker.health.set(_state(trouble), trouble)
            return
        self._unanswered += 1
        if self._unanswered >= AWAY_AFTER:
            self._worker.health.set(HealthState.AWAY, "garbled" if self._noise else "no_card_module")
        else:
            self._checked_s = float("-inf")  # ask again at once

    def _ask(self, transport: Transport, command: bytes) -> Frame | None:
        """Send a request and return its reply, None for silence and for damage."""
        transport.read(0.0)  # a reply that came too late belongs to nobody
        self._frames.forget()
        self._noise = False
        transport.write(request(command), self._timings.write_s)
        sent_s = heard_s = time.monotonic()
        while not self._worker.stopping:
            until_s = min(heard_s + self._timings.reply_s, sent_s + self._timings.longest_s)
            data = transport.read(max(0.0, until_s - time.monotonic()))
            frames = self._frames.feed(data)
            if frames:
                self._worker.line.proved()
                return frames[0]
            if time.monotonic() >= until_s:
                break
            if data:
                heard_s, self._noise = time.monotonic(), True
        self._frames.forget()
        return None


def _state(trouble: str) -> HealthState:
    if not trouble:
        return HealthState.OK
    return HealthState.FAULT if trouble in MODULE_TROUBLE.values() else HealthState.DEGRADED


def _status(frame: Frame | None) -> int | None:
    return status_of(frame) if frame is not None else None
