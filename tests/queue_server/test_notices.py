"""Notices and pictures over HTTP: who may post, what the boards get, what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from queue_server.wire.board import BoardState
from tests.hall_process import HallProcess

BREAK = {"zh": "二楼今天提前半小时下班", "en": "Floor 2 closes half an hour early today"}


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HallProcess]:
    process = HallProcess(tmp_path_factory.mktemp("hall"))
    process.start()
    yield process
    process.stop()


@contextmanager
def signed_in(hall: HallProcess, name: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{hall.url}/api/v1", trust_env=False) as client:
        signed = client.post("/session", json={"name": name, "password": hall.keys("staff")[name]})
        client.headers["X-CSRF-Token"] = signed.json()["csrf"]
        yield client


def board(hall: HallProcess, name: str) -> BoardState:
    with hall.client(f"board-{name}") as client:
        return client.board(name)


@pytest.fixture
def supervisor(hall: HallProcess) -> Iterator[httpx.Client]:
    with signed_in(hall, "supervisor") as client:
        yield client
        for notice in client.get("/notices").json()["notices"]:
            client.delete(f"/notices/{notice['id']}")


def test_a_notice_reaches_the_boards_that_it_is_for_and_survives_a_restart(
    hall: HallProcess, supervisor: httpx.Client
) -> None:
    with hall.client("board-2F") as client:
        before = client.board("2F")
        posted = supervisor.post("/notices", json={**BREAK, "zone": "Z3"})
        assert posted.status_code == 201
        events = client.events(after=before.seq, epoch=before.epoch, board="2F")
        event = next(event for event in events if event is not None)
    assert (event.kind, event.zone, event.data) == ("notice.posted", "Z3", BREAK)
    assert event.seq == posted.json()["id"]
    assert [notice.zh for notice in board(hall, "2F").notices] == [BREAK["zh"]]
    assert board(hall, "1F").notices == []
    hall.kill()
    hall.start()
    assert [notice.en for notice in board(hall, "2F").notices] == [BREAK["en"]]


def test_a_cleared_notice_is_gone_everywhere(hall: HallProcess, supervisor: httpx.Client) -> None:
    number = supervisor.post("/notices", json=BREAK).json()["id"]
    assert [notice.id for notice in board(hall, "1F").notices] == [number]
    assert supervisor.delete(f"/notices/{number}").status_code == 204
    assert board(hall, "1F").notices == [] and supervisor.get("/notices").json() == {"notices": []}
    again = supervisor.delete(f"/notices/{number}")
    assert (again.status_code, again.json()["code"]) == (404, "notice_unknown")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({**BREAK, "zone": "Z99"}, 404, "zone_unknown"),
        ({**BREAK, "zh": "两行\n文字"}, 400, "bad_field"),
        ({**BREAK, "en": " "}, 400, "bad_field"),
        ({**BREAK, "zh": "长" * 41}, 400, "bad_field"),
        ({"zh": "只有中文"}, 400, "bad_field"),
    ],
)
def test_what_is_no_notice_is_refused(
    supervisor: httpx.Client, body: dict[str, str], status: int, code: str
) -> None:
    answer = supervisor.post("/notices", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_five_notices_are_enough(supervisor: httpx.Client) -> None:
    assert [supervisor.post("/notices", json=BREAK).status_code for _ in range(6)] == [201] * 5 + [409]


def test_a_clerk_posts_no_notices(hall: HallProcess) -> None:
    with signed_in(hall, "clerk") as clerk:
        answer = clerk.post("/notices", json=BREAK)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


def test_a_board_gets_the_pictures_of_its_folder(hall: HallProcess) -> None:
    folder = hall.data / "media" / "Z7"
    folder.mkdir(parents=True)
    (folder / "2 领证.png").write_bytes(b"\x89PNG two")
    (folder / "1.jpg").write_bytes(b"\xff\xd8 one")
    (folder / "notes.txt").write_text("not shown")
    (hall.data / "media" / "other.png").write_bytes(b"\x89PNG other")
    with hall.client("board-Z7") as client:
        assert client.board("Z7").look.media == "Z7"
        found = client.pictures("Z7")
        assert [picture.name for picture in found] == ["1.jpg", "2 领证.png"]
        assert client.picture("Z7", "2 领证.png") == b"\x89PNG two"
        (folder / "1.jpg").write_bytes(b"\xff\xd8 another one")
        changed = client.pictures("Z7")
        assert changed[0].version != found[0].version and changed[1] == found[1]
    with hall.client("board-1F") as client:
        assert client.pictures("1F") == []


@pytest.mark.parametrize("name", ["notes.txt", "..%2Fother.png", "none.png", "%2e%2e", ".png"])
def test_nothing_but_its_pictures_leaves_a_folder(hall: HallProcess, name: str) -> None:
    key = {"Authorization": f"Bearer {hall.key('board-Z7')}"}
    answer = httpx.get(f"{hall.url}/api/v1/boards/Z7/media/{name}", headers=key, trust_env=False)
    assert answer.status_code == 404
