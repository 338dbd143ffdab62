"""A slip is checked against the signature, the journal and the chain, on a real database."""

from __future__ import annotations

import dataclasses
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from queue_server.clock import ManualClock
from queue_server.database import Database
from queue_server.journal import roots
from queue_server.proof import actions, report, rules, words
from queue_server.proof.hall_key import HallKey
from queue_server.proof.model import Proof
from queue_server.refusals import REFUSALS, Refused, sentence
from queue_server.wire import Ticket
from queue_server.wire.day_key import DayKey, to_text
from queue_server.wire.slip_code import Claim, SignedClaim, claim_of, day_of, encode, key_id, slip_message
from queue_server.wire.words import translator
from tests.queue_server.tickets.desk import MONDAY_9, Bench, make_queue

TODAY, HOUR_S = "2026-11-23", 3600


@dataclasses.dataclass
class Hall:
    """A hall with a signing key, and the words that these tests speak."""

    bench: Bench
    key: HallKey
    path: Path

    @property
    def database(self) -> Database:
        return self.bench.queue.database

    def code(self, ticket: Ticket) -> str:
        return actions.slip_code(self.key, ticket)

    def check(self, code: str) -> Proof:
        return actions.check(self.database, self.key, code)

    def tamper(self, statement: str, *values: object) -> None:
        with sqlite3.connect(self.path) as db:
            db.execute(statement, values)
        db.close()


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    clock = ManualClock(MONDAY_9)
    made = Hall(Bench(make_queue(tmp_path, clock), clock), HallKey(tmp_path), tmp_path / "hall.db")
    yield made
    made.database.close()


class KioskKey:
    """A kiosk that signs by itself."""

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()
        self.public = self._key.public_key().public_bytes_raw()
        self.text = to_text(self.public)

    def code(self, hall: str, claim: Claim) -> str:
        signature = self._key.sign(slip_message(hall, day_of(claim), claim))
        return encode(SignedClaim(claim, signature, key_id(self.public)))


def found(proof: Proof) -> list[tuple[str, bool | None, str]]:
    return [(one.about, one.ok, one.word) for one in proof.findings]


def test_an_honest_slip_agrees_before_and_after_the_full_hour(hall: Hall) -> None:
    code = hall.code(hall.bench.issue())
    hall.bench.issue()
    proof = hall.check(f" {code}\n")
    assert proof.ok and proof.root is None
    assert found(proof) == [
        ("signature", True, "by_hall"),
        ("journal", True, "in_journal"),
        ("chain", True, "to_end"),
    ]
    hall.bench.clock.advance(HOUR_S)
    root = roots.publish(hall.database)
    hall.bench.issue()
    proof = hall.check(code)
    assert proof.ok and found(proof)[2] == ("chain", True, "to_root")
    assert proof.slip is not None and root is not None and proof.root is not None
    assert (proof.slip.number, proof.slip.day, proof.slip.signed_by) == ("A001", TODAY, "hall")
    assert proof.root.root == root.data["root"]


def test_a_slip_of_yesterday_and_of_a_number_that_came_again(hall: Hall) -> None:
    yesterday = hall.code(hall.bench.issue())
    hall.bench.clock.advance(24 * HOUR_S)
    today = hall.code(hall.bench.issue())
    assert yesterday != today
    for code, day in ((yesterday, TODAY), (today, "2026-11-24")):
        proof = hall.check(code)
        assert proof.ok and proof.slip is not None
        assert (proof.slip.number, proof.slip.day) == ("A001", day)


def test_with_a_wrong_signature_nothing_else_is_said_to_agree(hall: Hall, tmp_path: Path) -> None:
    ticket = hall.bench.issue()
    proof = hall.check(actions.slip_code(HallKey(tmp_path / "other"), ticket))
    assert not proof.ok
    assert found(proof) == [
        ("signature", False, "signature_wrong"),
        ("journal", None, "not_looked"),
        ("chain", None, "not_looked"),
    ]


def test_a_ticket_that_the_journal_does_not_have(hall: Hall) -> None:
    ticket = hall.bench.issue()
    ghost = Claim("A777", ticket.matter.id, MONDAY_9 // 1000)
    code = encode(SignedClaim(ghost, hall.key.sign(slip_message(hall.key.hall, TODAY, ghost))))
    proof = hall.check(code)
    assert not proof.ok
    assert found(proof)[1:] == [("journal", False, "not_in_journal"), ("chain", None, "not_looked_row")]


@pytest.mark.parametrize(
    ("statement", "journal"),
    [
        pytest.param("UPDATE journal SET at = at + 60000 WHERE seq = ?", "in_journal", id="time of the row"),
        pytest.param(
            "UPDATE journal SET body = replace(body, 'Z1-001', 'Z1-002') WHERE seq = ?",
            "journal_differs",
            id="matter",
        ),
        pytest.param(
            "UPDATE journal SET body = replace(body, 'T01:', 'T00:') WHERE seq = ?",
            "journal_differs",
            id="time of issue",
        ),
        pytest.param(
            "UPDATE journal SET body = replace(body, 'waiting', 'nowhere') WHERE seq = ?",
            "journal_differs",
            id="no longer a ticket",
        ),
    ],
)
def test_a_row_that_was_changed_behind_the_servers_back(hall: Hall, statement: str, journal: str) -> None:
    hall.bench.issue()
    ticket = hall.bench.issue()
    hall.bench.issue()
    code = hall.code(ticket)
    proof = hall.check(code)
    row = proof.findings[1].facts["row"]
    hall.tamper(statement, row)
    proof = hall.check(code)
    assert not proof.ok
    assert found(proof)[1][2] == journal
    assert (found(proof)[2][2], proof.findings[2].facts) == ("chain_broken", {"row": row})


def test_a_row_taken_out_after_the_slip_is_named(hall: Hall) -> None:
    code = hall.code(hall.bench.issue())
    hall.bench.issue()
    row = hall.check(code).findings[1].facts["row"]
    hall.bench.clock.advance(HOUR_S)
    roots.publish(hall.database)
    hall.tamper("DELETE FROM journal WHERE seq = ?", row + 1)
    proof = hall.check(code)
    assert not proof.ok and proof.findings[2].facts == {"row": row + 1}


def test_a_noted_hash_is_known_or_not(hall: Hall) -> None:
    hall.bench.issue()
    hall.bench.clock.advance(HOUR_S)
    first = roots.publish(hall.database)
    hall.bench.issue()
    hall.bench.clock.advance(HOUR_S)
    second = roots.publish(hall.database)
    assert first is not None and second is not None
    for root in (first, second):
        whole = root.data["root"]
        shown = " ".join(whole[at : at + 4] for at in range(0, 16, 4)).upper()
        for noted in (whole, shown):
            proof = hall.check(noted)
            assert proof.ok and proof.root is not None and proof.root.seq == root.seq
    unknown = hall.check("0123456789abcdef")
    assert not unknown.ok and found(unknown) == [("root", False, "root_unknown")]
    hall.tamper("UPDATE journal SET at = at + 1 WHERE seq = ?", second.data["upto"])
    assert not hall.check(second.data["root"]).ok
    assert hall.check(first.data["root"]).ok


def test_the_hashes_of_a_day(hall: Hall) -> None:
    hall.bench.issue()
    hall.bench.clock.advance(HOUR_S)
    roots.publish(hall.database)
    assert [root.hour for root in actions.roots(hall.database, TODAY)] == ["2026-11-23T02:00:00.000Z"]
    assert actions.roots(hall.database, "2026-11-24") == []
    with pytest.raises(Refused, match="bad_filter"):
        actions.roots(hall.database, "yesterday")


def test_a_kiosk_signs_with_its_key_of_the_day(hall: Hall) -> None:
    kiosk, claim = KioskKey(), claim_of(hall.bench.issue())
    code = kiosk.code(hall.key.hall, claim)
    assert found(hall.check(code))[0] == ("signature", False, "day_key_unknown")
    made, fresh = actions.certify(hall.database, hall.key, "kiosk-2", kiosk.text, TODAY)
    assert fresh and actions.certify(hall.database, hall.key, "kiosk-2", kiosk.text, TODAY) == (made, False)
    proof = hall.check(code)
    assert proof.ok and proof.slip is not None and proof.slip.signed_by == "kiosk-2"
    assert rules.certified(hall.key.hall, hall.key.public, made)
    stolen = Claim(claim.number, claim.matter, claim.issued_s + 24 * HOUR_S)
    assert found(hall.check(kiosk.code(hall.key.hall, stolen)))[0][2] == "day_key_unknown"
    assert [row.key for row in actions.day_keys(hall.database, TODAY)] == [kiosk.text]


def test_a_key_that_somebody_wrote_into_the_database_counts_for_nothing(hall: Hall) -> None:
    kiosk, claim = KioskKey(), claim_of(hall.bench.issue())
    hall.tamper(
        "INSERT INTO day_key (day, public, kiosk, certificate, at) VALUES (?, ?, 'kiosk-1', ?, 0)",
        TODAY, kiosk.public, bytes(64),
    )  # fmt: skip
    assert found(hall.check(kiosk.code(hall.key.hall, claim)))[0][2] == "day_key_unknown"


def test_a_certificate_cannot_be_moved_to_another_kiosk_or_day(hall: Hall) -> None:
    made, _ = actions.certify(hall.database, hall.key, "kiosk-1", KioskKey().text, TODAY)
    for other in (
        DayKey(made.day, "kiosk-2", made.key, made.certificate),
        DayKey("2026-11-24", made.kiosk, made.key, made.certificate),
        DayKey(made.day, made.kiosk, KioskKey().text, made.certificate),
    ):
        assert not rules.certified(hall.key.hall, hall.key.public, other)


def test_keys_that_are_refused(hall: Hall) -> None:
    taken = KioskKey().text
    actions.certify(hall.database, hall.key, "kiosk-1", taken, TODAY)
    actions.certify(hall.database, hall.key, "kiosk-1", KioskKey().text, "2026-11-24")
    with pytest.raises(Refused, match="day_key_taken"):
        actions.certify(hall.database, hall.key, "kiosk-2", taken, TODAY)
    for day in ("2026-11-22", "2026-11-25", "2026-13-99"):
        with pytest.raises(Refused, match="day_key_day"):
            actions.certify(hall.database, hall.key, "kiosk-1", taken, day)
    for _ in range(rules.DAY_KEYS_MOST - 1):
        actions.certify(hall.database, hall.key, "kiosk-1", KioskKey().text, TODAY)
    with pytest.raises(Refused, match="day_keys_used_up"):
        actions.certify(hall.database, hall.key, "kiosk-1", KioskKey().text, TODAY)


def test_every_finding_and_refusal_has_both_languages(hall: Hall) -> None:
    english = translator("server", "en")
    texts = [
        *words.FINDINGS.values(), *words.NOT_CHECKED_SLIP, *words.NOT_CHECKED_ROOT, *words.TITLES.values(),
        *report.FAULTS.values(), report.WHOLE, report.HEAD, report.ROOT, report.NOT_CHECKED, report.SLIP,
    ]  # fmt: skip
    codes = ("slip_code_bad", "day_key_day", "day_key_taken", "day_keys_used_up", "chain_missing")
    texts += [REFUSALS[code][1] for code in codes]
    assert [text for text in texts if english(text) == text] == []
    assert "8" in sentence("day_keys_used_up", {"count": 8}, english)
    answer = words.answer(hall.check(hall.code(hall.bench.issue())), english)
    assert answer.ok and len(answer.checks) == 3 and len(answer.not_checked) == 3
    assert "A001" in answer.checks[1].text and "2026-11-23 09:00" in answer.checks[1].text


def test_the_report_names_the_first_broken_row_and_the_last_hash(hall: Hall) -> None:
    hall.bench.issue()
    hall.bench.clock.advance(HOUR_S)
    root = roots.publish(hall.database)
    assert root is not None
    ok, lines = report.of_journal(hall.database)
    assert ok and any(f"OK: the journal is whole, {root.seq} rows" in line for line in lines)
    assert any(root.data["root"] in line for line in lines)
    hall.tamper("UPDATE journal SET zone = 'Z9' WHERE seq IN (4, 2)")
    ok, lines = report.of_journal(hall.database)
    assert not ok and "第 2 行" in lines[0] and "Row 2 " in lines[1]
