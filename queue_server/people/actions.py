"""What is done about people: add devices and staff, sign in and out, and tell who is asking."""

from __future__ import annotations

import hashlib
import secrets
import threading
from http.cookies import CookieError, SimpleCookie
from typing import Any

import argon2

from queue_server.database import Database, Tx
from queue_server.http import Caller
from queue_server.journal.store import append
from queue_server.people import rules, store
from queue_server.people.model import COUNTER_PREFIX, DEVICE_ROLES, STAFF_ROLES, Session, SignedIn
from queue_server.refusals import Refused
from queue_server.wire import Event, EventKind

COOKIE = "hall_session"
STAFF_SESSION_MS = 12 * 3600 * 1000
DEVICE_SESSION_MS = 400 * 24 * 3600 * 1000
TOKEN_MS = 365 * 24 * 3600 * 1000
REMEMBERED = 4096
"""Keys and sessions kept in memory; beyond that the store is asked again."""

_hasher = argon2.PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""argon2id as OWASP's password storage page sets it for servers: 19 MiB, two passes."""

_ABSENT = _hasher.hash(secrets.token_urlsafe(16))
"""Checked for names that do not exist, so that an answer's time does not tell which names do."""

_CHANGES = {EventKind.DEVICE_ADDED, EventKind.DEVICE_REVOKED, EventKind.STAFF_ADDED}


def add_device(database: Database, name: str, role: str, by: str) -> str:
    """Register a device and return its key, which is shown this once and stored only as a hash.

    The key has 256 random bits, so a plain SHA-256 of it can't be guessed back: argon2 would only
    slow down every request. A known name gets a new key. Raises ValueError for a bad role or name.
    """
    if role not in DEVICE_ROLES:
        raise ValueError(f"no such device role: {role}")
    if not name or (role == "counter") != name.startswith(COUNTER_PREFIX):
        raise ValueError(f"a counter's device is named counter-Z3-01, no other is: {name!r}")
    key = secrets.token_urlsafe(32)

    def command(tx: Tx) -> str:
        store.add_device(tx, name, role, _digest(key))
        append(tx, EventKind.DEVICE_ADDED, by, data={"device": name, "role": role})
        return key

    return database.write(command)


def revoke_device(database: Database, name: str, by: str) -> bool:
    """Switch a device off at once; tells whether there was one."""

    def command(tx: Tx) -> bool:
        found = store.revoke_device(tx, name)
        if found:
            append(tx, EventKind.DEVICE_REVOKED, by, data={"device": name})
        return found

    return database.write(command)


def add_staff(database: Database, name: str, role: str, by: str, password: str | None = None) -> str:
    """Register a person and return the password, made up unless it is given.

    A known name gets a new password and loses its sessions. Raises ValueError for a bad role.
    """
    if role not in STAFF_ROLES:
        raise ValueError(f"no such staff role: {role}")
    if not name.strip():
        raise ValueError("a name is needed")
    chosen = password or secrets.token_urlsafe(9)
    hashed = _hasher.hash(chosen)

    def command(tx: Tx) -> str:
        store.add_staff(tx, name, role, hashed)
        append(tx, EventKind.STAFF_ADDED, by, data={"staff": name, "role": role})
        return chosen

    return database.write(command)


class Doorman:
    """Tells who is asking, signs people in and out, and slows down guessing.

    What was found once is kept in memory until a device or a person changes; a device is then
    told by one hash and one look into a dict.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[bytes, tuple[Caller, int]] = {}
        self._failures: dict[str, tuple[int, int]] = {}
        self._lock = threading.Lock()
        database.subscribe(self._listen)

    def identify(self, environ: dict[str, Any]) -> Caller:
        """Tell who sends a request, from its WSGI environ.

        Raises Refused("key_unknown") for a key or a token that is not valid; a cookie that is over
        is nobody.
        """
        header = environ.get("HTTP_AUTHORIZATION", "")
        if header:
            scheme, _, secret = header.partition(" ")
            found = self._caller(secret.strip(), "key") if scheme.lower() == "bearer" else None
            if found is None:
                raise Refused("key_unknown")
            return found
        secret = _cookie(environ.get("HTTP_COOKIE", ""))
        return (self._caller(secret, "cookie") if secret else None) or Caller()

    def sign_in(self, name: str, password: str, address: str) -> SignedIn:
        """Check a password and open a session.

        Raises Refused("sign_in_failed"), or ("too_many_tries") when name or address guessed too
        often. The hashing runs on the caller's thread, never on the writer.
        """
        now = self._database.clock.now_ms()
        for who in (f"name:{name}", f"address:{address}"):
            failures, at = self._failures.get(who, (0, 0))
            wait_ms = at + rules.pause_s(failures) * 1000 - now
            if wait_ms > 0:
                raise Refused("too_many_tries", wait_s=-(-wait_ms // 1000))
        known = store.staff(self._database.read(), name)
        if not _matches(known[1] if known else _ABSENT, password) or known is None:
            self._count_failure(name, address, now)
            raise Refused("sign_in_failed")
        with self._lock:
            self._failures.pop(f"name:{name}", None)
        return self._open(name, known[0], "staff", STAFF_SESSION_MS)

    def personal_token(self, caller: Caller) -> str:
        """Give a signed-in person a token for programs of theirs; shown this once."""
        return self._open(caller.name, caller.role, "token", TOKEN_MS).secret

    def device_session(self, caller: Caller) -> SignedIn:
        """Give a browser board a session, since EventSource cannot send a Bearer header."""
        return self._open(caller.name, caller.role, "device", DEVICE_SESSION_MS)

    def sign_out(self, environ: dict[str, Any]) -> None:
        """End the session of this request's cookie."""
        digest = _digest(_cookie(environ.get("HTTP_COOKIE", "")))
        self._database.write(lambda tx: store.end_session(tx, digest))
        self._known.pop(digest, None)

    def _open(self, name: str, role: str, kind: str, lasts_ms: int) -> SignedIn:
        secret, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(18)

        def command(tx: Tx) -> None:
            store.add_session(tx, _digest(secret), Session(kind, name, csrf, tx.now + lasts_ms))
            if kind == "staff":
                append(tx, EventKind.STAFF_SIGNED_IN, f"staff:{name}", data={"role": role})

        self._database.write(command)
        return SignedIn(secret, name, role, csrf)

    def _caller(self, secret: str, via: str) -> Caller | None:
        digest = _digest(secret)
        known = self._known.get(digest)
        if known is None:
            known = self._look_up(digest, via)
            if known is None:
                return None
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[digest] = known
        caller, expires_at = known
        if expires_at and expires_at < self._database.clock.now_ms():
            return None
        return caller if caller.via == via or (via == "key" and caller.via == "token") else None

    def _look_up(self, digest: bytes, via: str) -> tuple[Caller, int] | None:
        db = self._database.read()
        device = store.device_by_key(db, digest) if via == "key" else None
        if device is not None:
            return _device(*device, via="key"), 0
        session = store.session(db, digest)
        if session is None:
            return None
        if session.kind == "device":
            role = store.device_role(db, session.name)
            return (_device(session.name, role, "cookie", session.csrf), session.expires_at) if role else None
        person = store.staff(db, session.name)
        if person is None:
            return None
        how = "token" if session.kind == "token" else "cookie"
        return Caller("staff", session.name, person[0], via=how, csrf=session.csrf), session.expires_at

    def _count_failure(self, name: str, address: str, now: int) -> None:
        with self._lock:
            if len(self._failures) >= REMEMBERED:
                self._failures.clear()
            for who in (f"name:{name}", f"address:{address}"):
                self._failures[who] = (self._failures.get(who, (0, 0))[0] + 1, now)

    def _listen(self, told: list[Any]) -> None:
        if any(isinstance(thing, Event) and thing.kind in _CHANGES for thing in told):
            self._known.clear()


def _device(name: str, role: str, via: str, csrf: str = "") -> Caller:
    counter = name.removeprefix(COUNTER_PREFIX) if role == "counter" else None
    return Caller("device", name, role, counter, via, csrf)


def _matches(hashed: str, password: str) -> bool:
    try:
        return _hasher.verify(hashed, password)
    except argon2.exceptions.VerificationError:
        return False


def _cookie(header: str) -> str:
    try:
        found = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).digest()
