"""Reads the pictures of a board's media folder from the server, in a thread of its own.

A picture is decoded and made small here, so that the screen only has to copy it. One that cannot be
read is left out and said once; nothing about pictures ever disturbs the calls.
"""

from __future__ import annotations

import io
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from queue_server.client import Client, Refusal, ServerAway
from queue_server.wire.board import Picture

EVERY_S = 300.0
AFTER_TROUBLE_S = 30.0
LARGEST_SIDE_PX = 1920
"""No media area is larger, on a screen of twice the design's size neither by much."""
MOST_PIXELS = 60_000_000

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Decoded:
    """A picture ready to be shown: rows of RGB bytes from the top; `key` is its name and version."""

    key: str
    size: tuple[int, int]
    pixels: bytes


class MediaReader:
    """Follows one board's media folder until `stop`; `post` gets all pictures when any has changed."""

    def __init__(
        self, connect: Callable[[], Client], board: str, post: Callable[[tuple[Decoded, ...]], None]
    ) -> None:
        self._connect = connect
        self._board = board
        self._post = post
        self._known: dict[str, Decoded | None] = {}
        self._told: tuple[str, ...] = ()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="media", daemon=True)

    def start(self) -> None:
        """Begin to read, on a thread of its own."""
        self._thread.start()

    def stop(self, wait_s: float = 0.5) -> None:
        """Read no more."""
        self._stopped.set()
        self._thread.join(wait_s)

    def _run(self) -> None:
        pause_s = 0.0
        while not self._stopped.wait(pause_s):
            try:
                with self._connect() as client:
                    self._look(client)
                pause_s = EVERY_S
            except (ServerAway, Refusal) as trouble:
                log.debug("pictures will be asked for again: %s", trouble)
                pause_s = AFTER_TROUBLE_S
            except Exception:
                log.exception("pictures could not be read and will be tried again")
                pause_s = EVERY_S

    def _look(self, client: Client) -> None:
        listed = client.pictures(self._board)
        self._known = {_key(one): self._read(client, one) for one in listed}
        found = tuple(picture for picture in self._known.values() if picture is not None)
        keys = tuple(picture.key for picture in found)
        if keys != self._told:
            self._told = keys
            self._post(found)

    def _read(self, client: Client, picture: Picture) -> Decoded | None:
        key = _key(picture)
        if key in self._known:
            return self._known[key]
        try:
            return decode(key, client.picture(self._board, picture.name))
        except (UnidentifiedImageError, OSError, ValueError) as error:
            log.warning("picture %s is not shown: %s", picture.name, error)
            return None


def decode(key: str, content: bytes) -> Decoded:
    """Turn the bytes of a file into a picture of at most `LARGEST_SIDE_PX`, upright.

    Raises ValueError for one with more than `MOST_PIXELS`, OSError for what is no picture.
    """
    with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise ValueError(f"{opened.width} x {opened.height} pixels are too many")
        opened.draft("RGB", (LARGEST_SIDE_PX, LARGEST_SIDE_PX))
        shown = (ImageOps.exif_transpose(opened) or opened).convert("RGB")
        shown.thumbnail((LARGEST_SIDE_PX, LARGEST_SIDE_PX))
    return Decoded(key, shown.size, shown.tobytes())


def _key(picture: Picture) -> str:
    return f"{picture.name}@{picture.version}"
