"""The code of a slip: small, exact, and void as soon as anything in it is touched."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_server.clock import rfc3339
from queue_server.proof import actions, rules
from queue_server.proof.hall_key import KEY_FILE, HallKey
from queue_server.refusals import Refused
from queue_server.wire import MatterName, Ticket, TicketState
from queue_server.wire.day_key import DayKey
from queue_server.wire.slip_code import Claim, SignedClaim, claim_of, decode, encode, slip_message
from tests.queue_server.tickets.desk import MONDAY_9

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
words = st.text(st.characters(codec="utf-8"), max_size=20)
claims = st.builds(Claim, number=words, matter=words, issued_s=st.integers(0, 2**32 - 1))
signed = st.builds(
    SignedClaim,
    claims,
    st.binary(min_size=64, max_size=64),
    st.one_of(st.just(b""), st.binary(min_size=4, max_size=4)),
)


def ticket(number: str = "A001", matter: str = "Z1-003", at_ms: int = MONDAY_9 + 456) -> Ticket:
    return Ticket(1, 1, 1, number, TicketState.WAITING, MatterName(matter, "事项"), "Z1", 1, rfc3339(at_ms))


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> HallKey:
    return HallKey(tmp_path_factory.mktemp("key"))


@given(what=signed)
def test_what_was_written_is_read(what: SignedClaim) -> None:
    assert decode(encode(what)) == what


@given(text=st.text(max_size=450))
def test_any_other_text_is_refused_in_words(text: str) -> None:
    with pytest.raises(Refused, match="slip_code_bad"):
        rules.read_code(text)


@given(text=st.text(ALPHABET, min_size=80, max_size=140))
def test_what_looks_like_a_code_is_read_or_refused_and_never_signed(text: str, key: HallKey) -> None:
    try:
        found = rules.read_code(text)
    except Refused:
        return
    assert encode(found) == text
    assert rules.judge(key.hall, key.public, found, [])[0] == ""


def test_every_character_of_a_code_counts(key: HallKey) -> None:
    code = actions.slip_code(key, ticket())
    assert rules.judge(key.hall, key.public, rules.read_code(code), [])[0] == "hall"
    tried = 0
    for at in range(len(code)):
        for other in ALPHABET[(at % 5) :: 5]:
            if other == code[at]:
                continue
            tried += 1
            try:
                found = rules.read_code(code[:at] + other + code[at + 1 :])
            except Refused:
                continue
            assert rules.judge(key.hall, key.public, found, [])[0] == ""
    assert tried > 1_000


def test_half_a_code_proves_nothing(key: HallKey) -> None:
    code = actions.slip_code(key, ticket())
    for end in range(len(code)):
        try:
            found = rules.read_code(code[:end])
        except Refused:
            continue
        assert rules.judge(key.hall, key.public, found, [])[0] == ""


def test_one_ticket_has_one_code_and_says_what_it_is(key: HallKey) -> None:
    code = actions.slip_code(key, ticket())
    assert actions.slip_code(key, ticket()) == code
    assert len(code) <= 108
    assert rules.read_code(code).claim == Claim("A001", "Z1-003", MONDAY_9 // 1000)
    others = {
        actions.slip_code(key, ticket("A002")),
        actions.slip_code(key, ticket(matter="Z1-004")),
        actions.slip_code(key, ticket(at_ms=MONDAY_9 + 60_000)),
    }
    assert code not in others and len(others) == 3


def test_hall_and_day_are_signed_too(key: HallKey) -> None:
    claim = claim_of(ticket())
    good = key.sign(slip_message(key.hall, "2026-11-23", claim))
    for hall, day in ((key.hall, "2026-11-24"), ("0" * 16, "2026-11-23")):
        other = SignedClaim(claim, key.sign(slip_message(hall, day, claim)))
        assert rules.judge(key.hall, key.public, other, [])[0] == ""
    assert rules.judge(key.hall, key.public, SignedClaim(claim, good), [])[0] == "hall"


def test_a_slip_of_another_hall_is_not_ours(key: HallKey, tmp_path: Path) -> None:
    there = HallKey(tmp_path)
    found = rules.read_code(actions.slip_code(there, ticket()))
    assert rules.judge(key.hall, key.public, found, [])[0] == ""
    assert there.hall != key.hall


def test_the_key_is_its_owners_alone_kept_over_restarts_and_never_made_twice(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        HallKey(tmp_path, make=False)
    first = HallKey(tmp_path)
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert HallKey(tmp_path, make=False).public == first.public
    (tmp_path / KEY_FILE).write_bytes(b"half")
    with pytest.raises(ValueError, match=r"sign\.key is not a key"):
        HallKey(tmp_path)


@given(text=st.text(max_size=60))
def test_a_stored_key_that_is_garbled_certifies_nothing(text: str, key: HallKey) -> None:
    garbled = DayKey("2026-11-23", "kiosk-1", text, text)
    assert not rules.certified(key.hall, key.public, garbled)
