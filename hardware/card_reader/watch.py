"""A CardWatch decides what to ask a reader next: find, select, read, then wait until the card is lifted.

It is sans-IO: requests come out, replies go in, and a card comes out once for each time it is laid down.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hardware.card_reader.card import IdCard
from hardware.card_reader.layout import read_text
from hardware.card_reader.protocol import (
    DAMAGED,
    FIND,
    FOUND,
    NO_CARD,
    NOT_AUTHORISED,
    OK,
    READ,
    SELECT,
    SELF_TEST_FAILED,
    Frame,
    status_of,
    text_of,
)
from hardware.errors import DeviceError

# A card at the edge of the field comes and goes: it counts as lifted after this many finds without it.
LIFTED_AFTER = 2
# A card that was not read this often in a row must be lifted, and the person be told.
TRIES = 3
MODULE_TROUBLE = {SELF_TEST_FAILED: "self_test_failed", NOT_AUTHORISED: "not_authorised"}


class Step(StrEnum):
    """Which request is next."""

    FIND = "find"
    SELECT = "select"
    READ = "read"


COMMANDS = {Step.FIND: FIND, Step.SELECT: SELECT, Step.READ: READ}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a reply led to: at most one of a card, `unreadable` (why it could not be read) and `trouble`.

    `trouble` is the reader's own: `no_answer`, `self_test_failed`, `not_authorised`, `bad_reply`. `lifted`
    is True when the card that lay there has gone.
    """

    card: IdCard | None = None
    unreadable: str = ""
    trouble: str = ""
    lifted: bool = False


@dataclass(slots=True)
class CardWatch:
    """The state of one reader: the next step, and whether a card must be lifted first."""

    step: Step = Step.FIND
    held: bool = False
    _misses: int = 0
    _failures: int = 0

    @property
    def busy(self) -> bool:
        """True while a card is being read: the next request should follow at once."""
        return self.step is not Step.FIND

    def start_over(self) -> None:
        """Begin with a find again: what was under way is void. What must be lifted must be lifted still."""
        self.step = Step.FIND

    def request(self) -> bytes:
        """Return the command of the next request."""
        return COMMANDS[self.step]

    def answered(self, frame: Frame | None) -> Outcome:
        """Take the reply to that request, None for none; returns what came of it."""
        step, self.step = self.step, Step.FIND
        status = status_of(frame) if frame is not None else None
        if frame is None or status is None:
            return Outcome(trouble="no_answer")
        if status in MODULE_TROUBLE:
            return Outcome(trouble=MODULE_TROUBLE[status])
        if step is Step.FIND:
            return self._found(status)
        if status != OK:
            return self._failed("select_failed" if step is Step.SELECT else "read_failed")
        if step is Step.SELECT:
            self.step = Step.READ
            return Outcome()
        return self._read(frame)

    def _found(self, status: int) -> Outcome:
        if status == FOUND:
            self._misses = 0
            if not self.held:
                self.step = Step.SELECT
            return Outcome()
        if status != NO_CARD:
            return Outcome(trouble="" if status in DAMAGED else "bad_reply")
        self._misses += 1
        self._failures = 0 if self._misses >= LIFTED_AFTER else self._failures
        lifted = self.held and self._misses >= LIFTED_AFTER
        self.held = self.held and not lifted
        return Outcome(lifted=lifted)

    def _read(self, frame: Frame) -> Outcome:
        text = text_of(frame)
        if text is None:
            return self._failed("bad_text")
        try:
            card = read_text(text)
        except DeviceError as error:
            return self._failed(error.reason)
        self.held = True
        self._failures = self._misses = 0
        return Outcome(card=card)

    def _failed(self, reason: str) -> Outcome:
        self._failures += 1
        if self._failures < TRIES:
            return Outcome()
        self.held = True
        self._failures = self._misses = 0
        return Outcome(unreadable=reason)
