"""What people and kiosks do here: sign a slip, certify a key of the day, check a slip or a public hash."""

from __future__ import annotations

import contextlib
import datetime
import re

import msgspec

from queue_server.board import ROOT_DIGITS
from queue_server.clock import HALL_ZONE, ROLLOVER_HOUR, business_day
from queue_server.database import Connection, Database, Reading, Tx
from queue_server.journal import chain
from queue_server.journal import store as journal
from queue_server.proof import rules, store
from queue_server.proof.hall_key import HallKey
from queue_server.proof.model import Finding, Proof, RootFound
from queue_server.refusals import Refused
from queue_server.wire import Event, EventKind, Ticket
from queue_server.wire.day_key import DayKey, from_text, to_text
from queue_server.wire.slip_code import (
    Claim,
    SignedClaim,
    claim_of,
    day_key_message,
    day_of,
    encode,
    slip_message,
)

_ROOT = re.compile(r"[0-9a-f]{16,64}")


def slip_code(key: HallKey, ticket: Ticket) -> str:
    """Sign the slip of a ticket; the same ticket always gets the same code."""
    claim = claim_of(ticket)
    message = slip_message(key.hall, day_of(claim), claim)
    return encode(SignedClaim(claim, key.sign(message)))


def code_of(database: Reading, key: HallKey, ticket: int) -> str:
    """Sign the slip of a ticket as the journal issued it; raises Refused("ticket_unknown")."""
    for event in journal.rows_of_ticket(database.read(), ticket):
        if event.kind == EventKind.TICKET_ISSUED and event.ticket is not None:
            return slip_code(key, event.ticket)
    raise Refused("ticket_unknown")


def certify(database: Database, key: HallKey, kiosk: str, public: str, day: str) -> tuple[DayKey, bool]:
    """Let a kiosk's key stand for the hall's on one business day; whether it is new.

    Raises Refused("day_key_day") for another day than today and tomorrow, ("day_key_taken") for the
    key of another kiosk, ("day_keys_used_up") when a kiosk has had too many.
    """

    raw = from_text(public)
    public = to_text(raw)

    def command(tx: Tx) -> tuple[DayKey, bool]:
        if day not in (business_day(tx.now), business_day(tx.now + 24 * 3_600_000)):
            raise Refused("day_key_day")
        known = store.day_keys(tx.db, day)
        for one in known:
            if one.key == public and one.kiosk != kiosk:
                raise Refused("day_key_taken")
            if one.key == public:
                return one, False
        if sum(one.kiosk == kiosk for one in known) >= rules.DAY_KEYS_MOST:
            raise Refused("day_keys_used_up", count=rules.DAY_KEYS_MOST)
        signed = key.sign(day_key_message(key.hall, day, kiosk, raw))
        made = DayKey(day, kiosk, public, to_text(signed))
        store.add_day_key(tx, made)
        data = {"day": day, "key": raw.hex(), "certificate": signed.hex()}
        journal.append(tx, EventKind.DAY_KEY_CERTIFIED, f"device:{kiosk}", data=data)
        return made, True

    return database.write(command)


def day_keys(database: Reading, day: str) -> list[DayKey]:
    """All certified keys of a business day."""
    return store.day_keys(database.read(), day)


def roots(database: Reading, day: str) -> list[RootFound]:
    """The hashes that were made public on a business day; raises Refused("bad_filter")."""
    start_ms = _start_ms(day)
    found = journal.roots_between(database.read(), start_ms, start_ms + 24 * 3_600_000)
    return [_root(event) for event in found]


def check(database: Reading, key: HallKey, code: str) -> Proof:
    """Check a slip's code, or the digits of a public hash; raises Refused("slip_code_bad")."""
    text = "".join(code.split())  # boards show a hash in fours
    if _ROOT.fullmatch(text.lower()):
        return check_root(database, text.lower())
    return check_slip(database, key, rules.read_code(text))


def check_slip(database: Reading, key: HallKey, signed: SignedClaim) -> Proof:
    """Check who signed a slip, whether the journal says the same, and that the journal was not touched
    from there to the next public hash."""
    claim = signed.claim
    with database.snapshot() as db:
        keys = store.day_keys(db, day_of(claim)) if signed.key_id else []
        signed_by, finding = rules.judge(key.hall, key.public, signed, keys)
        if not finding.ok:
            unseen = tuple(Finding(about, None, "not_looked") for about in ("journal", "chain"))
            return Proof((finding, *unseen), rules.shown(claim))
        row, said = _in_journal(db, claim)
        if row is None:
            linked, root = Finding("chain", None, "not_looked_row"), None
        else:
            linked, root = _untouched(db, row)
        return Proof((finding, said, linked), rules.shown(claim, signed_by), root)


def check_root(database: Reading, digits: str) -> Proof:
    """Check that a public hash that somebody noted is still the journal's, back to the one before it."""
    with database.snapshot() as db:
        row = journal.root_like(db, digits)
        if row is None:
            return Proof((Finding("root", False, "root_unknown", {"root": digits[:ROOT_DIGITS]}),))
        linked, root = _untouched(db, journal.root_before(db, row) or 1, row)
        if root is None:
            return Proof((linked,))
        facts = {"hour": root.hour, "root": root.root[:ROOT_DIGITS], "end": root.upto}
        return Proof((Finding("root", True, "root_known", facts), linked), root=root)


def _in_journal(db: Connection, claim: Claim) -> tuple[int | None, Finding]:
    """The row that issued the claimed ticket, and whether it says the same."""
    start_ms = _start_ms(day_of(claim))
    rows = journal.issued(db, claim.number, start_ms, start_ms + 24 * 3_600_000 - 1)
    if not rows:
        return None, Finding("journal", False, "not_in_journal", {"number": claim.number})
    row = rows[0]
    event = _readable(db, row)
    if event is None or not rules.agrees(claim, event.ticket):
        return row, Finding("journal", False, "journal_differs", {"row": row, "number": claim.number})
    return row, Finding("journal", True, "in_journal", {"row": row, "time": event.at, "number": claim.number})


def _untouched(db: Connection, row: int, root_row: int | None = None) -> tuple[Finding, RootFound | None]:
    """Walk the chain from `row` to the row of the next public hash, or to the end, and compare."""
    root_row = root_row or journal.root_row_after(db, row)
    try:
        end = journal.walk(db, journal.link_at(db, row - 1), root_row)
        if root_row is None:
            return Finding("chain", True, "to_end", {"row": row, "end": end.seq}), None
        if end.seq != root_row:
            raise chain.Fault(end.seq + 1, "missing")
        event = journal.event_at(db, root_row)
        if event is None:
            raise chain.Fault(root_row, "missing")
        journal.check_root(db, event)
    except chain.Fault as fault:
        return Finding("chain", False, "chain_broken", {"row": fault.seq}), None
    root = _root(event)
    facts = {"row": row, "end": root.upto, "hour": root.hour, "root": root.root[:ROOT_DIGITS]}
    return Finding("chain", True, "to_root", facts), root


def _readable(db: Connection, row: int) -> Event | None:
    with contextlib.suppress(msgspec.DecodeError):
        return journal.event_at(db, row)
    return None


def _root(event: Event) -> RootFound:
    data = event.data
    return RootFound(hour=data["hour"], root=data["root"], upto=data["upto"], seq=event.seq)


def _start_ms(day: str) -> int:
    """When a business day begins, in ms UTC; raises Refused("bad_filter")."""
    try:
        date = datetime.date.fromisoformat(day)
    except ValueError:
        raise Refused("bad_filter", field="day", value=day) from None
    start = datetime.datetime.combine(date, datetime.time(ROLLOVER_HOUR), HALL_ZONE)
    return round(start.timestamp() * 1000)
