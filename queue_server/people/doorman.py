"""Tells who sent a request, signs staff in and out, and gives out cookies and tokens."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from typing import Any

from queue_server.database import Database, Tx
from queue_server.http import Caller
from queue_server.http.requests import NOBODY
from queue_server.journal.store import append
from queue_server.people import passwords, store
from queue_server.people.model import LIFETIMES, Pass, PassKind
from queue_server.people.rules import place_of
from queue_server.people.secret import csrf_of, hash_of, new_secret
from queue_server.people.throttle import Throttle
from queue_server.refusals import Refused
from queue_server.wire import Event, EventKind

STAFF_COOKIE = "hall_session"
DEVICE_COOKIE = "hall_device"
TRUST_S = 2.0
"""How long a pass is believed without a look at the database. A change in this process takes hold
at once; one from the command line, which is another process, within this time."""
KNOWN_LIMIT = 20_000

_COOKIES = {STAFF_COOKIE: PassKind.STAFF_COOKIE, DEVICE_COOKIE: PassKind.DEVICE_COOKIE}
_BEARERS = {PassKind.DEVICE_KEY: "key", PassKind.STAFF_TOKEN: "token"}
_CHANGES = {
    EventKind.DEVICE_ADDED,
    EventKind.DEVICE_REVOKED,
    EventKind.STAFF_ADDED,
    EventKind.STAFF_TOKENS_REVOKED,
    EventKind.POLICY_CHANGED,
}

CountersAt = Callable[[str], frozenset[str]]
"""The counters of a place: those of a bus, or the one that has this id."""


def one_counter(place: str) -> frozenset[str]:
    """Every place is one counter: a hall without buses."""
    return frozenset((place,))


class Doorman:
    """Knows everybody who may come in; safe to use from many threads at once."""

    def __init__(
        self, database: Database, *, counters_at: CountersAt = one_counter, trust_s: float = TRUST_S
    ) -> None:
        self._database = database
        self._counters_at = counters_at
        self._trust_s = trust_s
        self._throttle = Throttle()
        self._known: dict[bytes, tuple[Pass, Caller, float]] = {}
        database.subscribe(self._listen)

    def identify(self, environ: dict[str, Any]) -> Caller:
        """Tell who sent a request, by its WSGI environ; see `recognise`."""
        return self.recognise(environ.get("HTTP_AUTHORIZATION"), environ.get("HTTP_COOKIE"))

    def recognise(self, authorization: str | None, cookies: str | None) -> Caller:
        """Tell who shows these two headers.

        A Bearer key or token comes first; a wrong one is refused (Refused("key_unknown")) even if
        a cookie would do, since its device has to be told. Then the staff cookie, then the device
        cookie; one that is void or has expired counts as none. Costs a hash and a look into a
        dictionary; the database is read at most once in `trust_s`, and a pass near its end is
        renewed by a write: so not for an event loop.
        """
        if authorization:
            scheme, _, secret = authorization.partition(" ")
            if scheme.lower() == "bearer":
                found = self._look_up(secret.strip())
                if found is None or found[0].kind not in _BEARERS:
                    raise Refused("key_unknown")
                return found[1]
        return self._by_cookie(cookies) if cookies else NOBODY

    def sign_in(self, name: str, password: str, address: str) -> tuple[str, Caller]:
        """Sign a person in; returns the cookie's secret and who they are.

        Raises Refused: `sign_in_failed` (which of the two was wrong is not told),
        `too_many_tries`, `store_busy`.
        """
        now = self._database.clock.now_ms()
        self._throttle.begin(name, address, now)
        stored = store.password(self._database.read(), name)
        if not passwords.matches(stored, password):
            self._throttle.failed(address, now)
            raise Refused("sign_in_failed")
        self._throttle.succeeded(name)

        def journal(tx: Tx) -> None:
            append(tx, EventKind.STAFF_SIGNED_IN, f"staff:{name}", data={"staff": name})

        return self._give(PassKind.STAFF_COOKIE, name, journal)

    def sign_out(self, cookies: str) -> None:
        """Make the staff cookie among these void; nothing happens if there is none."""
        for secret in _values(cookies, STAFF_COOKIE):
            hashed = hash_of(secret)
            self._database.write(lambda tx, hashed=hashed: store.drop_pass(tx, hashed))  # type: ignore[misc]
            self._known.pop(hashed, None)

    def give_device_cookie(self, device: Caller) -> tuple[str, Caller]:
        """Give a device that showed its key a cookie for its browser; returns the secret."""
        return self._give(PassKind.DEVICE_COOKIE, device.name)

    def give_token(self, person: Caller) -> str:
        """Give a person a token with their own role, for a program of theirs."""

        def journal(tx: Tx) -> None:
            append(tx, EventKind.STAFF_TOKEN_ADDED, person.by, data={"staff": person.name})

        return self._give(PassKind.STAFF_TOKEN, person.name, journal)[0]

    def drop_tokens(self, person: Caller) -> None:
        """Make all tokens of a person void."""

        def command(tx: Tx) -> None:
            store.drop_passes(tx, person.name, [PassKind.STAFF_TOKEN])
            append(tx, EventKind.STAFF_TOKENS_REVOKED, person.by, data={"staff": person.name})

        self._database.write(command)

    def _give(self, kind: PassKind, owner: str, journal: Any = None) -> tuple[str, Caller]:
        secret = new_secret()
        hashed, lifetime = hash_of(secret), LIFETIMES[kind]

        def command(tx: Tx) -> None:
            store.add_pass(tx, hashed, kind, owner, None if lifetime is None else tx.now + lifetime.idle_ms)
            if journal is not None:
                journal(tx)

        self._database.write(command)
        found = self._look_up(secret)
        if found is None:  # revoked in the very moment in which the pass was given
            raise Refused("sign_in_needed")
        return secret, found[1]

    def _by_cookie(self, cookies: str) -> Caller:
        for name, kind in _COOKIES.items():
            for secret in _values(cookies, name):
                found = self._look_up(secret)
                if found is not None and found[0].kind is kind:
                    return found[1]
        return NOBODY

    def _look_up(self, secret: str) -> tuple[Pass, Caller] | None:
        """The valid pass of a secret and whose it is, from memory if it was read just now."""
        hashed = hash_of(secret)
        known = self._known.get(hashed)
        if known is None or time.monotonic() - known[2] > self._trust_s:
            known = self._read(secret, hashed)
            if known is None:
                return None
        found, who, _ = known
        if found.expires_at is not None and not self._still_good(found, hashed, found.expires_at):
            return None
        return found, who

    def _read(self, secret: str, hashed: bytes) -> tuple[Pass, Caller, float] | None:
        looked_at = time.monotonic()
        found = store.find(self._database.read(), hashed)
        if found is None:
            self._known.pop(hashed, None)
            return None
        if len(self._known) >= KNOWN_LIMIT:
            self._known.clear()
        known = found, _caller(found, secret, self._counters_at), looked_at
        self._known[hashed] = known
        return known

    def _still_good(self, found: Pass, hashed: bytes, expires_at: int) -> bool:
        """Whether a pass has not expired; one that was used lives on."""
        now, lifetime = self._database.clock.now_ms(), LIFETIMES[found.kind]
        if now >= expires_at:
            self._known.pop(hashed, None)
            return False
        if lifetime is not None and expires_at - now < lifetime.idle_ms - lifetime.renew_ms:
            self._known.pop(hashed, None)
            # On a full disk people go on working with the time that their pass has left.
            with contextlib.suppress(Refused):
                self._database.write(lambda tx: store.renew(tx, hashed, tx.now + lifetime.idle_ms))
        return True

    def _listen(self, told: list[Any]) -> None:
        if any(isinstance(thing, Event) and thing.kind in _CHANGES for thing in told):
            self._known.clear()


def _caller(found: Pass, secret: str, counters_at: CountersAt) -> Caller:
    device = found.kind in {PassKind.DEVICE_KEY, PassKind.DEVICE_COOKIE}
    place = place_of(found.owner, found.role) if device else None
    via = _BEARERS.get(found.kind, "cookie")
    return Caller(
        kind="device" if device else "staff",
        name=found.owner,
        role=found.role,
        place=place,
        counters=None if place is None else counters_at(place),
        via=via,
        csrf=csrf_of(secret) if via == "cookie" else "",
    )


def _values(cookies: str, name: str) -> list[str]:
    """All values of one cookie in a Cookie header; a browser sends two when their paths differ."""
    pairs = (part.strip().partition("=") for part in cookies.split(";"))
    return [value for key, _, value in pairs if key == name and value]
