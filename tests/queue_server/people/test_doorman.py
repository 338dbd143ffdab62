"""Keys, sessions, tokens: who is let in, for how long, and what the journal keeps of it."""

from __future__ import annotations

import sqlite3
import threading
import time
from pathlib import Path

import pytest

from queue_server.clock import ManualClock
from queue_server.database import Database
from queue_server.http import Caller
from queue_server.journal.store import append, rows_after
from queue_server.people.actions import Doorman, add_device, add_staff, revoke_device
from queue_server.people.rules import FREE_TRIES_ADDRESS, FREE_TRIES_NAME
from queue_server.refusals import Refused
from queue_server.wire import EventKind

NOBODY = Caller()


def bearer(key: str) -> str:
    return f"Bearer {key}"


def test_a_device_is_known_by_its_key(database: Database, doorman: Doorman) -> None:
    key = add_device(database, "counter-Z3-01", "counter", "staff:admin")
    assert doorman.recognise(bearer(key), None) == Caller(
        "device", "counter-Z3-01", "counter", frozenset({"Z3-01"}), "key", place="Z3-01"
    )
    assert doorman.recognise(None, None) == NOBODY
    assert doorman.recognise("Basic abc", None) == NOBODY


def test_a_device_of_a_bus_acts_for_the_counters_that_stand_on_it(database: Database) -> None:
    buses = {"2F-a": frozenset({"Z3-01", "Z3-02"})}
    doorman = Doorman(database, counters_at=lambda place: buses.get(place, frozenset({place})))
    key = add_device(database, "counter-2F-a", "counter", "staff:admin")
    known = doorman.recognise(bearer(key), None)
    assert (known.place, known.counters) == ("2F-a", frozenset({"Z3-01", "Z3-02"}))
    buses["2F-a"] = frozenset({"Z3-01"})
    database.write(lambda tx: append(tx, EventKind.POLICY_CHANGED, "staff:admin"))
    assert doorman.recognise(bearer(key), None).counters == frozenset({"Z3-01"})


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer wrong", "bearer \udcff", "Bearer ÿÿ\x00"])
def test_a_wrong_key_is_refused(doorman: Doorman, header: str) -> None:
    with pytest.raises(Refused, match="key_unknown"):
        doorman.recognise(header, None)


def test_the_file_holds_no_secret(database: Database, doorman: Doorman, tmp_path: Path) -> None:
    key = add_device(database, "kiosk-1", "kiosk", "system")
    password = add_staff(database, "李敏", "clerk", "system")
    secret, clerk = doorman.sign_in("李敏", password, "10.0.0.1")
    token = doorman.give_token(clerk)
    cookie, _ = doorman.give_device_cookie(doorman.recognise(bearer(key), None))
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for one in (key, password, secret, token, cookie, clerk.csrf):
        assert one.encode() not in stored
    assert "李敏".encode() in stored


def test_every_change_is_in_the_journal_with_who_made_it(database: Database, doorman: Doorman) -> None:
    add_device(database, "kiosk-1", "kiosk", "staff:admin")
    revoke_device(database, "kiosk-1", "staff:root")
    password = add_staff(database, "li", "clerk", "staff:admin")
    _, clerk = doorman.sign_in("li", password, "10.0.0.1")
    doorman.give_token(clerk)
    doorman.drop_tokens(clerk)
    rows = [(row.kind, row.by, row.data) for row in rows_after(database.read(), 0, 100)]
    assert rows == [
        ("device.added", "staff:admin", {"device": "kiosk-1", "role": "kiosk"}),
        ("device.revoked", "staff:root", {"device": "kiosk-1", "role": "kiosk"}),
        ("policy.staff_added", "staff:admin", {"staff": "li", "role": "clerk"}),
        ("device.staff_signed_in", "staff:li", {"staff": "li"}),
        ("policy.staff_token_added", "staff:li", {"staff": "li"}),
        ("policy.staff_tokens_revoked", "staff:li", {"staff": "li"}),
    ]


def test_a_revoked_device_is_out_at_once_with_its_cookies(database: Database, doorman: Doorman) -> None:
    key = add_device(database, "board-1F", "board", "system")
    secret, board = doorman.give_device_cookie(doorman.recognise(bearer(key), None))
    assert doorman.recognise(None, f"hall_device={secret}") == board
    assert (board.name, board.role, board.via) == ("board-1F", "board", "cookie")
    revoke_device(database, "board-1F", "system")
    with pytest.raises(Refused, match="key_unknown"):
        doorman.recognise(bearer(key), None)
    assert doorman.recognise(None, f"hall_device={secret}") == NOBODY
    with pytest.raises(Refused, match="device_unknown"):
        revoke_device(database, "board-1F", "system")


def test_a_device_added_again_gets_a_new_key_and_the_old_one_is_void(
    database: Database, doorman: Doorman
) -> None:
    old = add_device(database, "kiosk-1", "kiosk", "system")
    assert doorman.recognise(bearer(old), None).name == "kiosk-1"
    revoke_device(database, "kiosk-1", "system")
    new = add_device(database, "kiosk-1", "kiosk", "system")
    assert doorman.recognise(bearer(new), None).name == "kiosk-1"
    with pytest.raises(Refused, match="key_unknown"):
        doorman.recognise(bearer(old), None)


def test_a_refused_name_leaves_no_trace(database: Database) -> None:
    with pytest.raises(Refused, match="bad_field"):
        add_device(database, "Z3-01", "counter", "system")
    with pytest.raises(Refused, match="bad_field"):
        add_staff(database, "li", "clerk", "system", "short")
    assert rows_after(database.read(), 0, 10) == []


def test_another_process_is_heard_within_the_trusted_time(tmp_path: Path, clock: ManualClock) -> None:
    server, console = (Database(tmp_path / "hall.db", clock) for _ in range(2))
    doorman = Doorman(server, trust_s=0.2)
    key = add_device(console, "kiosk-1", "kiosk", "system")
    assert doorman.recognise(bearer(key), None).name == "kiosk-1"
    revoke_device(console, "kiosk-1", "system")
    time.sleep(0.25)
    with pytest.raises(Refused, match="key_unknown"):
        doorman.recognise(bearer(key), None)
    server.close()
    console.close()


def test_sessions_outlive_a_restart(tmp_path: Path, clock: ManualClock) -> None:
    first = Database(tmp_path / "hall.db", clock)
    password = add_staff(first, "li", "clerk", "system")
    key = add_device(first, "board-1F", "board", "system")
    before = Doorman(first)
    cookie, clerk = before.sign_in("li", password, "10.0.0.1")
    token = before.give_token(clerk)
    board, device = before.give_device_cookie(before.recognise(bearer(key), None))
    first.close()
    second = Database(tmp_path / "hall.db", clock)
    doorman = Doorman(second)
    assert doorman.recognise(None, f"a=b; hall_session={cookie}") == clerk
    assert doorman.recognise(None, f"hall_device={board}") == device
    assert doorman.recognise(bearer(token), None) == Caller("staff", "li", "clerk", None, "token")
    second.close()


def test_an_unused_session_ends_after_twelve_hours_and_a_used_one_goes_on(
    database: Database, doorman: Doorman, clock: ManualClock
) -> None:
    password = add_staff(database, "li", "clerk", "system")
    used, _ = doorman.sign_in("li", password, "10.0.0.1")
    unused, _ = doorman.sign_in("li", password, "10.0.0.1")
    for _ in range(13):
        clock.advance(3600)
        assert doorman.recognise(None, f"hall_session={used}").name == "li"
    assert doorman.recognise(None, f"hall_session={unused}") == NOBODY
    clock.advance(12 * 3600)
    assert doorman.recognise(None, f"hall_session={used}") == NOBODY
    doorman.sign_in("li", password, "10.0.0.1")
    with sqlite3.connect(database.path) as db:
        assert db.execute("SELECT count(*) FROM pass").fetchall() == [(1,)], "expired passes are swept"


def test_signing_out_ends_this_session_only(database: Database, doorman: Doorman) -> None:
    password = add_staff(database, "li", "clerk", "system")
    here, _ = doorman.sign_in("li", password, "10.0.0.1")
    there, _ = doorman.sign_in("li", password, "10.0.0.2")
    doorman.sign_out(f"hall_session={here}")
    assert doorman.recognise(None, f"hall_session={here}") == NOBODY
    assert doorman.recognise(None, f"hall_session={there}").name == "li"


def test_a_new_password_signs_out_everywhere(database: Database, doorman: Doorman) -> None:
    old = add_staff(database, "li", "clerk", "system")
    cookie, clerk = doorman.sign_in("li", old, "10.0.0.1")
    token = doorman.give_token(clerk)
    new = add_staff(database, "li", "supervisor", "system", "a longer one")
    assert new == "a longer one"
    assert doorman.recognise(None, f"hall_session={cookie}") == NOBODY
    with pytest.raises(Refused, match="key_unknown"):
        doorman.recognise(bearer(token), None)
    with pytest.raises(Refused, match="sign_in_failed"):
        doorman.sign_in("li", old, "10.0.0.1")
    assert doorman.sign_in("li", new, "10.0.0.1")[1].role == "supervisor"


def test_a_secret_is_good_only_as_what_it_was_given_out(database: Database, doorman: Doorman) -> None:
    key = add_device(database, "board-1F", "board", "system")
    password = add_staff(database, "li", "clerk", "system")
    staff, clerk = doorman.sign_in("li", password, "10.0.0.1")
    token = doorman.give_token(clerk)
    device, _ = doorman.give_device_cookie(doorman.recognise(bearer(key), None))
    for cookie in (staff, device):
        with pytest.raises(Refused, match="key_unknown"):
            doorman.recognise(bearer(cookie), None)
    for wrong in (key, token, device):
        assert doorman.recognise(None, f"hall_session={wrong}") == NOBODY
    for wrong in (key, token, staff):
        assert doorman.recognise(None, f"hall_device={wrong}") == NOBODY


def test_a_void_cookie_beside_a_good_one_does_no_harm(database: Database, doorman: Doorman) -> None:
    password = add_staff(database, "li", "clerk", "system")
    cookie, clerk = doorman.sign_in("li", password, "10.0.0.1")
    assert doorman.recognise(None, f"hall_session=old; x; =;hall_session={cookie}; ;") == clerk


def test_guessing_a_password_is_slowed_down_per_name(
    database: Database, doorman: Doorman, clock: ManualClock
) -> None:
    password = add_staff(database, "li", "clerk", "system")
    for _ in range(FREE_TRIES_NAME):
        with pytest.raises(Refused, match="sign_in_failed"):
            doorman.sign_in("li", "wrong", "10.0.0.1")
    with pytest.raises(Refused, match="too_many_tries") as refused:
        doorman.sign_in("li", password, "10.0.0.9")
    assert refused.value.facts == {"wait_s": 5}
    clock.advance(5)
    assert doorman.sign_in("li", password, "10.0.0.9")[1].name == "li"
    with pytest.raises(Refused, match="sign_in_failed"):
        doorman.sign_in("li", "wrong", "10.0.0.1")


def test_guessing_names_is_slowed_down_per_address(
    database: Database, doorman: Doorman, clock: ManualClock
) -> None:
    password = add_staff(database, "li", "clerk", "system")
    for n in range(FREE_TRIES_ADDRESS):
        with pytest.raises(Refused, match="sign_in_failed"):
            doorman.sign_in(f"name{n}", "wrong", "10.0.0.1")
    with pytest.raises(Refused, match="too_many_tries"):
        doorman.sign_in("li", password, "10.0.0.1")
    assert doorman.sign_in("li", password, "10.0.0.2")[1].name == "li"
    clock.advance(15 * 60)
    assert doorman.sign_in("li", password, "10.0.0.1")[1].name == "li"


def test_tries_at_the_same_moment_are_counted_too(database: Database, doorman: Doorman) -> None:
    add_staff(database, "li", "clerk", "system")
    codes: list[str] = []

    def guess() -> None:
        try:
            doorman.sign_in("li", "wrong", "10.0.0.1")
        except Refused as refused:
            codes.append(refused.code)

    threads = [threading.Thread(target=guess) for _ in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes.count("sign_in_failed") == FREE_TRIES_NAME
    assert codes.count("too_many_tries") == 24 - FREE_TRIES_NAME


def test_an_unknown_name_costs_as_much_as_a_wrong_password(database: Database, doorman: Doorman) -> None:
    add_staff(database, "li", "clerk", "system")

    def cost(name: str) -> float:
        """The least CPU time of this thread for a failed sign-in, in seconds."""
        costs = []
        for n in range(4):
            begun = time.thread_time()
            with pytest.raises(Refused, match="sign_in_failed"):
                doorman.sign_in(name, "wrong", f"10.0.0.{n}")
            costs.append(time.thread_time() - begun)
        return min(costs)

    known, unknown = cost("li"), cost("nobody")
    assert 0.6 < known / unknown < 1.6


def test_hashing_does_not_hold_the_writer(database: Database, doorman: Doorman) -> None:
    """Eight people sign in while another thread writes: no write waits for a hash."""
    password = add_staff(database, "li", "clerk", "system")
    seen: list[str] = []
    plain = database.write

    def watched(command):
        def on_the_writer(tx):
            before = time.thread_time()
            try:
                return command(tx)
            finally:
                seen.append("slow" if time.thread_time() - before > 0.01 else "fast")

        return plain(on_the_writer)

    database.write = watched  # type: ignore[method-assign]
    threads = [
        threading.Thread(target=doorman.sign_in, args=("li", password, f"10.0.0.{n}")) for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    add_staff(database, "wang", "clerk", "system")
    assert seen == ["fast"] * 5


def test_telling_a_device_is_cheap(database: Database, doorman: Doorman) -> None:
    header = bearer(add_device(database, "kiosk-1", "kiosk", "system"))
    rounds = 5_000
    best = min(_cpu_s(lambda: doorman.recognise(header, None), rounds) for _ in range(3))
    assert best / rounds < 20e-6


def _cpu_s(call, rounds: int) -> float:
    begun = time.thread_time()
    for _ in range(rounds):
        call()
    return time.thread_time() - begun
