"""An Exchange is one request on a bus and the way to know its reply; devices make them, the bus runs them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class Verdict(StrEnum):
    """What a reply says of its request."""

    DONE = "done"
    AGAIN = "again"  # the device heard something else, or is busy: the same bytes may help
    REFUSED = "refused"  # the device understood and will not; repeating it helps nobody


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole, checked reply: the verdict, a stable reason when it is not DONE, and the bytes it carried."""

    verdict: Verdict
    reason: str = ""
    data: bytes = b""


class ReplyReader(Protocol):
    """Finds the reply to one request in what comes over the line, in pieces of any size."""

    def feed(self, data: bytes) -> Reply | None:
        """Take the next bytes; returns the reply once it is whole. Junk is passed over, never raised."""
        ...


class Listener(Protocol):
    """Hears everything on the bus: for devices that speak without being asked."""

    def feed(self, data: bytes) -> tuple[bytes, ...]:
        """Take the next bytes; returns frames that must go out at once, acknowledgements for instance.

        Called on the thread of the bus: it must return quickly and hand real work to another thread.
        """
        ...


@dataclass(frozen=True, slots=True)
class Exchange:
    """One frame to send and a maker of readers for its reply; no maker: nobody answers this frame.

    Two exchanges with the same bytes are equal, which is what keeps unchanged values off the bus.
    """

    data: bytes
    reader: Callable[[], ReplyReader] | None = field(default=None, compare=False)
