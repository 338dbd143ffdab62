"""The announcer's line to the server: it holds the lease of its audio zone and follows the journal meanwhile.

A lease that was granted says from which journal row on this player announces: what was called while nobody
was heard is still said, once it is known who came meanwhile. A broken line is taken up
again where it broke, so nothing that was called meanwhile is missed and nothing is told twice. Whoever is
refused the lease falls silent, forgets where it was, and asks again.
"""

from __future__ import annotations

import datetime as dt
import logging
import random
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from typing import Protocol

from queue_server.client import Client, Refusal, ServerAway, StreamReset
from queue_server.wire import Event, EventKind, Hall
from queue_server.wire.audio import RENEW_S, AudioLease, WaitingNumber

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.2, 4.0
TAKEN = "audio_taken"

log = logging.getLogger(__name__)


class Listener(Protocol):
    """Takes what the link has to tell, on the link's threads; must return at once."""

    def attached(self, hall: Hall, server_ahead_s: float, waiting: Sequence[WaitingNumber]) -> None:
        """The hall was read, and who waits; its clock is so far ahead of `time.monotonic()`."""

    def happened(self, event: Event) -> None:
        """A journal row came."""

    def detached(self, why: str) -> None:
        """This player may not speak: another one does, or the server refuses it."""


class AudioLink:
    """Follows the server for one audio zone. `audible` tells whether this player can be heard at all."""

    def __init__(
        self, connect: Callable[[], Client], zone: str, listener: Listener, audible: Callable[[], bool]
    ) -> None:
        self._connect, self._zone, self._listener, self._audible = connect, zone, listener, audible
        self._player = f"announcer-{uuid.uuid4().hex[:12]}"
        self._lock = threading.Lock()
        self._held = threading.Event()
        self._stopped = threading.Event()
        self._until_s = float("-inf")
        self._after: tuple[int, int] | None = None  # journal row, epoch
        self._newest = 0
        self._client: Client | None = None
        self._threads = [
            threading.Thread(target=self._keep_lease, name="lease", daemon=True),
            threading.Thread(target=self._keep_following, name="link", daemon=True),
        ]

    def start(self) -> None:
        """Begin, on two threads: one asks for the lease, one follows the stream."""
        for thread in self._threads:
            thread.start()

    def stop(self, wait_s: float = 2.0) -> None:
        """Let go of the line; the lease is given back so that another player can go on at once."""
        self._stopped.set()
        self._held.set()
        self._hang_up()
        for thread in self._threads:
            thread.join(wait_s)

    def may_speak(self) -> bool:
        """Whether the lease is held and the journal was read as far as it went when it was granted.

        The lease lapses when the server is away for long.
        """
        after = self._after
        return time.monotonic() < self._until_s and after is not None and after[0] >= self._newest

    # -- the lease -----------------------------------------------------------------------------------

    def _keep_lease(self) -> None:
        with self._connect() as client:
            while not self._stopped.is_set():
                self._stopped.wait(self._ask(client))
            if time.monotonic() < self._until_s:
                try:
                    client.give_audio_lease_back(self._zone, self._player)
                except (ServerAway, Refusal) as error:
                    log.debug("the lease was not given back: %s", error)

    def _ask(self, client: Client) -> float:
        """Take or renew the lease; returns after how many seconds to ask again."""
        asked_s = time.monotonic()
        try:
            lease = client.take_audio_lease(self._zone, self._player, audible=self._audible())
        except ServerAway:
            return FIRST_PAUSE_S + random.uniform(0.0, 0.5)
        except Refusal as refusal:
            self._lose(refusal.problem.title)
            return RENEW_S if refusal.problem.code == TAKEN else 3 * RENEW_S
        self._take(lease, asked_s)
        return lease.renew_s

    def _take(self, lease: AudioLease, asked_s: float) -> None:
        with self._lock:
            self._until_s = asked_s + lease.left_s
            if self._after is None:
                self._after, self._newest = (lease.seq, lease.epoch), lease.newest
        self._held.set()

    def _lose(self, why: str) -> None:
        with self._lock:
            self._until_s, self._after = float("-inf"), None
            self._held.clear()
        self._hang_up()
        self._listener.detached(why)

    def _hang_up(self) -> None:
        client = self._client
        if client is not None:
            client.close()

    # -- the stream ----------------------------------------------------------------------------------

    def _keep_following(self) -> None:
        pause_s = FIRST_PAUSE_S
        while not self._stopped.is_set():
            self._held.wait()
            if self._stopped.is_set():
                return
            try:
                with self._connect() as self._client:
                    self._follow(self._client)
            except StreamReset:
                self._start_anew()
            except (ServerAway, Refusal) as error:
                log.debug("the line broke: %s", error)
            except Exception:
                # The edge of this thread: it must not fall silent for good. It is logged and begun anew.
                log.exception("the line failed")
            if self.may_speak():
                pause_s = FIRST_PAUSE_S
            self._stopped.wait(pause_s * random.uniform(0.6, 1.4))
            pause_s = min(LONGEST_PAUSE_S, pause_s * 2)

    def _follow(self, client: Client) -> None:
        """Read the hall, then hand on events; ends only by raising, or when stopped."""
        self._read_hall(client)
        after = self._after
        if after is None:
            return
        for event in client.events(after=after[0], epoch=after[1]):
            if self._stopped.is_set():
                return
            if event is None:
                continue
            if self._after is None:
                return
            if event.kind == EventKind.POLICY_CHANGED:
                self._read_hall(client)
            self._listener.happened(event)
            with self._lock:
                if self._after is not None:
                    self._after = (event.seq, self._after[1])

    def _read_hall(self, client: Client) -> None:
        before_s = time.monotonic()
        hall = client.hall()
        ahead_s = seconds_of(hall.server_time) - (before_s + time.monotonic()) / 2
        self._listener.attached(hall, ahead_s, client.waiting_numbers(self._zone))

    def _start_anew(self) -> None:
        """The journal is another one: begin where the next lease says."""
        with self._lock:
            self._after = None
            self._held.clear()
        self._listener.detached("the journal of the server is another one")


def seconds_of(rfc3339: str) -> float:
    """A time of the wire as seconds since 1970."""
    return dt.datetime.fromisoformat(rfc3339).timestamp()
