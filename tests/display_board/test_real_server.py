"""Calls made over HTTP at the real server appear in the pixels of the real board."""

from __future__ import annotations

import functools
import uuid
from collections.abc import Iterator

import pytest

from display_board import look
from display_board.showing import BAND_S
from queue_server.wire import IssueTicket, Ticket
from tests.conftest import SOAK
from tests.display_board.board_program import board_program, cell_number, cells_of
from tests.display_board.test_screen import ground, rgb, stands
from tests.hall_process import HallProcess
from tests.reading import shows
from tests.x_server import Screen, until, x_server

CELLS = cells_of(("Z5", 16))


class Hall(HallProcess):
    """The server of a demo hall, and the people in front of it."""

    def __enter__(self) -> Hall:
        self.start()
        self._kiosk = self.client("kiosk-1")
        self._counters = {name: self.client(f"counter-{name}") for name in CELLS}
        return self

    def __exit__(self, *unused: object) -> None:
        for client in (self._kiosk, *self._counters.values()):
            client.close()
        self.stop()

    def take(self, matter: str) -> Ticket:
        return self._kiosk.issue(IssueTicket(matter=matter), uuid.uuid4().hex)

    def move(self, counter: str, move: str) -> Ticket | None:
        return self._counters[counter].counter(counter, move)

    def matter_of(self, counter: str) -> str:
        """A matter that this counter serves and that draws a ticket."""
        return next(found.serves[0] for found in self._kiosk.hall().counters if found.id == counter)


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with Hall(tmp_path_factory.mktemp("hall")) as server:
        yield server


@pytest.fixture(scope="module")
def screen(hall: Hall) -> Iterator[Screen]:
    with x_server() as x, board_program(x, hall.url, hall.key("board-3F"), "3F"):
        until(lambda: x.pixel(round(CELLS["Z5-01"].x), 600) is not None, "a screen")
        until(lambda: x.pixel(5, 5) == rgb(look.DARK.plate), "the floor's white block")
        yield x


def serve_one(hall: Hall, counter: str, screen: Screen) -> Ticket:
    """Take a ticket for this counter and call it; returns the called ticket."""
    hall.take(hall.matter_of(counter))
    ticket = hall.move(counter, "call-next")
    assert ticket is not None
    until(lambda: ground(screen, CELLS[counter]) == rgb(look.CALL), f"{ticket.number} at {counter}")
    return ticket


KILLS = 20 if SOAK else 1


def test_a_killed_server_costs_the_board_no_call(hall: Hall, screen: Screen) -> None:
    """The server dies and comes back; calls made before the board is back appear all the same.

    It stands first in this file: where the bands hold no young calls, four fit into two turns of two
    bands. Any that do not, as in the later rounds of a soak, get more bands, which cover the counters.
    """
    counters = ["Z5-03", "Z5-04", "Z5-06", "Z5-07"]
    for counter in counters:
        hall.move(counter, "open")
    for _ in range(KILLS):
        for counter in counters:
            hall.take(hall.matter_of(counter))
        hall.kill()
        hall.start()
        tickets = [hall.move(counter, "call-next") for counter in counters]
        labels = {ticket.number: ticket.counter_label or "" for ticket in tickets if ticket is not None}
        assert len(labels) == len(counters) and all(labels.values())
        unseen = dict(labels)

        def all_seen(unseen: dict[str, str]) -> bool:
            # Reading costs time: whoever stands for five seconds only must not be missed for the others.
            for number, label in tuple(unseen.items()):
                if stands(screen, number, label):
                    del unseen[number]
            return not unseen

        until(functools.partial(all_seen, unseen), f"all of {labels} in the bands", 60, every_s=0.1)
        for counter, number in zip(counters, labels, strict=True):
            shown = functools.partial(shows, screen, cell_number(CELLS[counter]), number)
            until(shown, f"{number} at {counter}", BAND_S + 20)
            hall.move(counter, "serve")
            hall.move(counter, "finish")


def test_a_ticket_from_the_kiosk_is_called_on_the_board(hall: Hall, screen: Screen) -> None:
    hall.move("Z5-01", "open")
    until(lambda: ground(screen, CELLS["Z5-01"]) == rgb(look.DARK.surface), "the open counter")
    ticket = serve_one(hall, "Z5-01", screen)
    assert ticket.counter_label == "41"
    until(lambda: stands(screen, ticket.number, "41"), f"{ticket.number} for 41 in a band")
    until(lambda: shows(screen, cell_number(CELLS["Z5-01"]), ticket.number), "its number in the cell")
    hall.move("Z5-01", "serve")
    until(lambda: ground(screen, CELLS["Z5-01"]) == rgb(look.DARK.surface), "being served")
    hall.move("Z5-01", "finish")
    until(lambda: not shows(screen, cell_number(CELLS["Z5-01"]), ticket.number), "free again")


def test_each_call_at_one_counter_is_in_the_pixels(hall: Hall, screen: Screen) -> None:
    """One person after the other; how fast the yellow comes is measured by `make bench`."""
    counter = "Z5-02"
    hall.move(counter, "open")
    for _ in range(3):
        ticket = serve_one(hall, counter, screen)
        shown = functools.partial(shows, screen, cell_number(CELLS[counter]), ticket.number)
        until(shown, "its number in the cell")
        hall.move(counter, "serve")
        hall.move(counter, "finish")
        until(lambda: ground(screen, CELLS[counter]) == rgb(look.DARK.surface), "the free counter")
