"""The hall's secret key: made once, kept apart, never silently replaced."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from queue_server.people.identity import KEY_FILE, PersonKey
from queue_server.refusals import Refused

NUMBER = "11010519491231002X"


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    first = PersonKey(tmp_path / "new")
    path = tmp_path / "new" / KEY_FILE
    assert path.stat().st_mode & 0o777 == 0o600
    again = PersonKey(tmp_path / "new")
    assert again.hash(NUMBER) == first.hash(NUMBER) and again.status_key == first.status_key
    assert [one.name for one in path.parent.iterdir()] == [KEY_FILE]


def test_one_person_one_hash_however_it_is_typed(tmp_path: Path) -> None:
    key = PersonKey(tmp_path)
    assert key.hash(NUMBER) == key.hash(" 110105 19491231 002x")
    assert key.hash(NUMBER) != key.hash("440524188001010014")
    assert len(key.hash(NUMBER)) == 32


def test_two_halls_know_a_person_by_different_hashes(tmp_path: Path) -> None:
    here, there = PersonKey(tmp_path / "a"), PersonKey(tmp_path / "b")
    assert here.hash(NUMBER) != there.hash(NUMBER)
    assert here.status_key != there.status_key != here.hash(NUMBER)


def test_a_wrong_number_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="bad_id_number"):
        PersonKey(tmp_path).hash("110105194912310021")


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_a_broken_key_stops_the_start(tmp_path: Path, content: bytes) -> None:
    (tmp_path / KEY_FILE).write_bytes(content)
    with pytest.raises(ValueError, match=KEY_FILE):
        PersonKey(tmp_path)
    assert (tmp_path / KEY_FILE).read_bytes() == content


def test_many_at_the_first_start_agree_on_one_key(tmp_path: Path) -> None:
    found: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: found.append(PersonKey(tmp_path).status_key)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8 and len(set(found)) == 1
