"""Slows down whoever guesses passwords: per name and per address, in bounded memory."""

from __future__ import annotations

import collections
import threading

from queue_server.people.rules import FORGET_TRIES_MS, FREE_TRIES_ADDRESS, FREE_TRIES_NAME, lock_s
from queue_server.refusals import Refused

REMEMBERED = 4096


class Throttle:
    """Counts failed sign-ins. A restart forgets them, which costs a guesser more than it gives."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._names = _Failures(FREE_TRIES_NAME)
        self._addresses = _Failures(FREE_TRIES_ADDRESS)

    def begin(self, name: str, address: str, now_ms: int) -> None:
        """Let a try begin or raise Refused("too_many_tries").

        The try counts as failed for its name until `succeeded`: else a hundred tries at the same
        moment would all be free.
        """
        with self._lock:
            wait_s = max(self._names.wait_s(name, now_ms), self._addresses.wait_s(address, now_ms))
            if wait_s > 0:
                raise Refused("too_many_tries", wait_s=wait_s)
            self._names.add(name, now_ms)

    def failed(self, address: str, now_ms: int) -> None:
        """Count a failure for an address."""
        with self._lock:
            self._addresses.add(address, now_ms)

    def succeeded(self, name: str) -> None:
        """Forget the failures of a name. Those of its address stay: they may be meant for others."""
        with self._lock:
            self._names.forget(name)


class _Failures:
    """Failures by key, the newest last; the oldest key is forgotten first."""

    def __init__(self, free: int) -> None:
        self._free = free
        self._tries: collections.OrderedDict[str, tuple[int, int]] = collections.OrderedDict()

    def wait_s(self, key: str, now_ms: int) -> int:
        count, last_ms = self._tries.get(key, (0, 0))
        if count == 0 or now_ms - last_ms >= FORGET_TRIES_MS:
            return 0
        left_ms = last_ms + lock_s(count, self._free) * 1000 - now_ms
        return max(0, -(-left_ms // 1000))

    def add(self, key: str, now_ms: int) -> None:
        count, last_ms = self._tries.pop(key, (0, 0))
        count = 0 if now_ms - last_ms >= FORGET_TRIES_MS else count
        self._tries[key] = (count + 1, now_ms)
        while len(self._tries) > REMEMBERED:
            self._tries.popitem(last=False)

    def forget(self, key: str) -> None:
        self._tries.pop(key, None)
