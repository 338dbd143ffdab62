"""What is done about people: add a device, take it off again, add staff."""

from __future__ import annotations

from queue_server.database import Database, Tx
from queue_server.journal.store import append
from queue_server.people import passwords, rules, store
from queue_server.people.doorman import Doorman
from queue_server.people.model import PassKind
from queue_server.people.secret import hash_of, new_secret
from queue_server.refusals import Refused
from queue_server.wire import EventKind

__all__ = ["Doorman", "add_device", "add_staff", "register_device", "register_staff", "revoke_device"]

DEVICE_PASSES = (PassKind.DEVICE_KEY, PassKind.DEVICE_COOKIE)
STAFF_PASSES = (PassKind.STAFF_COOKIE, PassKind.STAFF_TOKEN)


def add_device(database: Database, name: str, role: str, by: str) -> str:
    """Register a device and return its key, which nobody can read again.

    A name that is registered already gets a new key and the old one is void: that is how a lost
    key is replaced. Raises Refused("bad_field") for a name or role that will not do.
    """
    key = new_secret()
    database.write(lambda tx: register_device(tx, name, role, by, key))
    return key


def revoke_device(database: Database, name: str, by: str) -> None:
    """Make the key and the cookies of a device void; raises Refused("device_unknown")."""

    def command(tx: Tx) -> None:
        role = store.revoke_device(tx, name)
        if role is None:
            raise Refused("device_unknown", device=name)
        store.drop_passes(tx, name, DEVICE_PASSES)
        append(tx, EventKind.DEVICE_REVOKED, by, data={"device": name, "role": role})

    database.write(command)


def add_staff(database: Database, name: str, role: str, by: str, password: str | None = None) -> str:
    """Sign a person up and return the password: the given one, or one that is made here.

    A name that is signed up already gets the new password and role, and is signed out everywhere.
    Raises Refused("bad_field"). The hash is made before the write, which must not wait for it.
    """
    chosen = passwords.make() if password is None else password
    rules.check_password(chosen)
    hashed = passwords.hashed(chosen)
    database.write(lambda tx: register_staff(tx, name, role, by, hashed))
    return chosen


def register_device(tx: Tx, name: str, role: str, by: str, key: str) -> None:
    """Inside a write: store a device with its key, void the old ones, and journal it."""
    rules.check_device(name, role)
    store.put_device(tx, name, role, by)
    store.drop_passes(tx, name, DEVICE_PASSES)
    store.add_pass(tx, hash_of(key), PassKind.DEVICE_KEY, name, None)
    append(tx, EventKind.DEVICE_ADDED, by, data={"device": name, "role": role})


def register_staff(tx: Tx, name: str, role: str, by: str, hashed: str) -> None:
    """Inside a write: store a person with the hash of a password, and journal it."""
    rules.check_staff(name, role)
    store.put_staff(tx, name, role, hashed, by)
    store.drop_passes(tx, name, STAFF_PASSES)
    append(tx, EventKind.STAFF_ADDED, by, data={"staff": name, "role": role})
