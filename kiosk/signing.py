"""The kiosk's key of the day: it signs its own slips, so that no ticket waits for a signature.

The key of each business day is made here, certified by the hall (`POST /proof/day-key`), and lies in
a file of its own that only its owner can read; it goes when its day is over. A slip of a day without
a certified key is printed without a signature: the number counts, not the code.
"""

from __future__ import annotations

import logging
import os
import tempfile
import threading
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from queue_server.client import Client, Refusal
from queue_server.wire import Ticket
from queue_server.wire.day_key import from_text, to_text
from queue_server.wire.slip_code import SignedClaim, claim_of, day_of, encode, key_id, slip_message
from queue_server.wire.times import business_day

AHEAD_MS = 3_600_000
"""So long before a business day its key is made: the first slip after the rollover is signed too."""

RETRY_MS = 600_000
"""After a refusal the hall is not asked again for so long."""

_VOID = ("day_key_taken", "slips_unsigned")
"""Refusals after which a key is of no use: a copied disk, or a hall that leaves slips unsigned."""

log = logging.getLogger(__name__)


class _Kept(msgspec.Struct, frozen=True):
    """A key as it lies on the disk; `hall` is the id that it signs for, empty before it is certified."""

    seed: str
    hall: str = ""


class Signer:
    """The keys of today and, shortly before the rollover, of tomorrow. Used from any thread."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._lock = threading.Lock()
        self._keys: dict[str, _Kept] = {}
        self._certified: set[str] = set()
        self._ask_again_at = 0
        for path in folder.glob("day-*.key"):
            self._load(path)

    def code(self, ticket: Ticket) -> str:
        """The signed code for the slip of a ticket; empty without a certified key of its day."""
        claim = claim_of(ticket)
        with self._lock:
            kept = self._keys.get(day_of(claim))
        if kept is None or not kept.hall:
            return ""
        key = Ed25519PrivateKey.from_private_bytes(from_text(kept.seed))
        signature = key.sign(slip_message(kept.hall, day_of(claim), claim))
        return encode(SignedClaim(claim, signature, key_id(key.public_key().public_bytes_raw())))

    def renew(self, client: Client, now_ms: int) -> None:
        """Have a key for now and for soon, drop those whose day is over; raises ServerAway.

        A key that was certified before this start is shown to the hall once more: it may have
        another key itself by now, or have lost its table of keys.
        """
        days = {business_day(now_ms), business_day(now_ms + AHEAD_MS)}
        self._drop_all_but({*days, business_day(now_ms - AHEAD_MS)})
        if now_ms < self._ask_again_at:
            return
        for day in sorted(days - self._certified):
            try:
                self._certify(client, day)
            except Refusal as error:
                log.warning("no key for the slips of %s: %s", day, error.problem.code)
                self._ask_again_at = now_ms + RETRY_MS
                if error.problem.code in _VOID:
                    self._drop(day)
            except OSError as error:
                log.warning("the key of %s could not be kept: %s", day, error)
                self._ask_again_at = now_ms + RETRY_MS

    def doubt(self) -> None:
        """The hall began anew: show it the keys again at the next `renew`."""
        with self._lock:
            self._certified.clear()

    def _certify(self, client: Client, day: str) -> None:
        kept = self._keys.get(day)
        if kept is None:
            kept = _Kept(to_text(os.urandom(32)))
            self._keep(day, kept)
        public = Ed25519PrivateKey.from_private_bytes(from_text(kept.seed)).public_key().public_bytes_raw()
        hall = client.certify_day_key(to_text(public), day).hall
        if hall != kept.hall:
            self._keep(day, _Kept(kept.seed, hall))
        with self._lock:
            self._certified.add(day)

    def _keep(self, day: str, kept: _Kept) -> None:
        """Write a key's file whole or not at all, mode 0600."""
        handle, name = tempfile.mkstemp(dir=self._folder, prefix=".day-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(msgspec.json.encode(kept))
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self._path(day))
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
        with self._lock:
            self._keys[day] = kept

    def _load(self, path: Path) -> None:
        try:
            kept = msgspec.json.decode(path.read_bytes(), type=_Kept)
            Ed25519PrivateKey.from_private_bytes(from_text(kept.seed))
        except (OSError, ValueError) as error:
            log.warning("%s is no key and is made anew: %s", path.name, error)
            return
        self._keys[path.stem.removeprefix("day-")] = kept

    def _drop_all_but(self, days: set[str]) -> None:
        for path in self._folder.glob("day-*.key"):
            day = path.stem.removeprefix("day-")
            if day not in days:
                self._drop(day)

    def _drop(self, day: str) -> None:
        self._path(day).unlink(missing_ok=True)
        with self._lock:
            self._keys.pop(day, None)
            self._certified.discard(day)

    def _path(self, day: str) -> Path:
        return self._folder / f"day-{day}.key"
