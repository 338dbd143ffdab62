"""Pictures of the media folder: made small, put upright, and one that is none disturbs nobody."""

from __future__ import annotations

import io
from collections.abc import Iterator

import msgspec
import pytest
from PIL import Image

from display_board.layout import layout_of
from display_board.media import LARGEST_SIDE_PX, Decoded, MediaReader, decode
from queue_server.client import Client
from queue_server.wire.board import BoardLook
from tests.display_board.board_program import board_program
from tests.display_board.small_server import KEY, SmallServer
from tests.x_server import until, x_server

GREEN = (20, 99, 58)


def file(size: tuple[int, int], kind: str = "PNG", turned: int = 0) -> bytes:
    """A picture file; `turned` is how its camera was held, as EXIF says it."""
    out, exif = io.BytesIO(), Image.Exif()
    if turned:
        exif[0x0112] = turned
    Image.new("RGB", size, GREEN).save(out, kind, exif=exif)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "size"),
    [
        pytest.param(file((320, 180)), (320, 180), id="small ones stay"),
        pytest.param(file((6000, 3000)), (LARGEST_SIDE_PX, LARGEST_SIDE_PX // 2), id="large ones shrink"),
        pytest.param(file((400, 200), "JPEG", turned=6), (200, 400), id="a camera held upright"),
    ],
)
def test_a_picture_is_ready_to_be_shown(content: bytes, size: tuple[int, int]) -> None:
    picture = decode("a", content)
    assert picture.size == size
    assert len(picture.pixels) == size[0] * size[1] * 3
    assert max(abs(one - other) for one, other in zip(picture.pixels, GREEN, strict=False)) <= 3


@pytest.mark.parametrize("content", [b"", b"not a picture", file((320, 180))[:60]])
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises((OSError, ValueError)):
        decode("a", content)


def test_a_picture_too_large_to_decode_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("display_board.media.MOST_PIXELS", 1000)
    with pytest.raises(ValueError, match="320 x 180"):
        decode("a", file((320, 180)))


@pytest.fixture
def server() -> Iterator[SmallServer]:
    small = SmallServer("2F")
    small.pictures = {"1 领证.png": file((320, 180)), "2.png": b"broken", "3.png": file((100, 100))}
    small.start()
    small.open()
    yield small
    small.stop()


def test_the_good_pictures_of_a_folder_are_read_in_their_order(server: SmallServer) -> None:
    told: list[tuple[Decoded, ...]] = []
    reader = MediaReader(lambda: Client(server.url, KEY), "2F", told.append)
    reader.start()
    until(lambda: told, "the pictures")
    reader.stop()
    assert [picture.key.partition("@")[0] for picture in told[0]] == ["1 领证.png", "3.png"]


def test_a_picture_stands_beside_the_counters(server: SmallServer) -> None:
    server.state = msgspec.structs.replace(server.state, look=BoardLook(media="2F"))
    server.pictures = {"1.png": file((320, 180))}
    media = layout_of(BoardLook(), True).media
    assert media is not None
    x, y = round(media.x + media.width / 2), round(media.y + media.height / 2)
    with x_server() as screen, board_program(screen, server.url, KEY, "2F"):
        until(lambda: screen.pixel(x, y) == GREEN, "the picture", 60)
