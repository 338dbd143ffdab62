"""The card reader's driver over real lines: a card once, trouble told, nothing of a person kept or logged."""

from __future__ import annotations

import contextlib
import gc
import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from hardware.card_reader.card import IdCard
from hardware.card_reader.driver import CardReader, Timings
from hardware.card_reader.samples import SAMPLES
from hardware.card_reader.simulator import CardReaderSimulator
from hardware.devices import make_transport, parse_url
from hardware.errors import DeviceError
from hardware.health import HealthState
from tests.hardware.hosted import hosted, wait_for

QUICK = Timings(poll_s=0.02, reply_s=0.3, check_s=0.3)


def counted(seen: list[Any], count: int) -> Callable[[], bool]:
    return lambda: len(seen) == count


@dataclass
class Rig:
    simulator: CardReaderSimulator
    reader: CardReader
    cards: list[IdCard] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.reader.watch(self.cards.append, self.unreadable.append)

    def wait_lifted(self) -> None:
        """Wait until the reader has looked often enough to know that nothing lies there."""
        seen = self.simulator.requests
        wait_for(lambda: self.simulator.requests > seen + 6)


@contextlib.contextmanager
def rig(*, baud: int | None = None, faults: tuple[str, ...] = (), timings: Timings = QUICK) -> Iterator[Rig]:
    simulator = CardReaderSimulator()
    for fault in faults:
        simulator.set_fault(fault)
    with hosted(simulator, baud=baud) as url:
        health: list[str] = []
        reader = CardReader(
            make_transport(*parse_url(url)),
            timings=timings,
            on_health=lambda now: health.append(now.reason or now.state.value),
            delays_s=(0.05,),
        )
        reader.start()
        try:
            yield Rig(simulator, reader, health=health)
        finally:
            reader.close()


@pytest.mark.parametrize("baud", [None, 115200, 9600], ids=["tcp", "pty-115200", "pty-9600"])
def test_each_card_once(baud: int | None) -> None:
    timings = Timings(poll_s=0.02, reply_s=0.8, check_s=5.0)
    with rig(baud=baud, timings=timings) as here:
        here.watch()
        here.simulator.lay(SAMPLES["zhang"])
        wait_for(lambda: here.cards == [SAMPLES["zhang"]])
        here.wait_lifted()
        here.simulator.lift()
        here.wait_lifted()
        here.simulator.lay(SAMPLES["chan"])
        wait_for(lambda: len(here.cards) == 2)
        assert here.cards[1] == SAMPLES["chan"]
        assert here.simulator.reads == 2
        assert here.reader.health.state is HealthState.OK


def test_a_reader_that_finds_the_same_card_again_and_again() -> None:
    with rig(faults=("sticky",)) as here:
        here.watch()
        here.simulator.lay(SAMPLES["maria"])
        wait_for(lambda: len(here.cards) == 1)
        for _ in range(3):
            here.wait_lifted()
        assert here.simulator.reads == 1
        here.simulator.lift()
        here.wait_lifted()
        here.simulator.lay(SAMPLES["maria"])
        wait_for(lambda: len(here.cards) == 2)


def test_nobody_asked_no_card_is_read() -> None:
    with rig() as here:
        wait_for(lambda: here.reader.health.state is HealthState.OK)
        here.simulator.lay(SAMPLES["zhang"])
        time.sleep(0.3)
        assert (here.cards, here.simulator.reads) == ([], 0)
        here.watch()
        wait_for(lambda: len(here.cards) == 1)
        here.reader.rest()
        here.simulator.lift()
        here.wait_lifted()  # it still looks whether the card was lifted, so that the next is not taken for it
        here.simulator.lay(SAMPLES["li"])
        time.sleep(0.2)
        assert here.simulator.reads == 1
        here.watch()
        wait_for(lambda: here.cards[1:] == [SAMPLES["li"]])


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("unselectable", "select_failed"),
        ("unreadable", "read_failed"),
        ("bad_number", "bad_number"),
        ("unknown_card", "unknown_card"),
    ],
)
def test_a_card_that_cannot_be_read(fault: str, reason: str) -> None:
    with rig(faults=(fault, "sticky")) as here:
        here.watch()
        here.simulator.lay(SAMPLES["zhang"])
        wait_for(lambda: here.unreadable == [reason])
        here.simulator.clear_fault(None)
        here.simulator.lift()
        here.wait_lifted()
        here.simulator.lay(SAMPLES["zhang"])
        wait_for(lambda: len(here.cards) == 1)
        assert here.unreadable == [reason]


@pytest.mark.parametrize(
    ("fault", "state", "reason"),
    [
        ("dead", HealthState.AWAY, "no_card_module"),
        ("garbled", HealthState.AWAY, "garbled"),
        ("truncated", HealthState.AWAY, "garbled"),
        ("not_authorised", HealthState.FAULT, "not_authorised"),
        ("self_test_failed", HealthState.FAULT, "self_test_failed"),
    ],
)
def test_trouble_is_told_and_ends(fault: str, state: HealthState, reason: str) -> None:
    with rig(faults=(fault,)) as here:
        here.watch()
        wait_for(lambda: (here.reader.health.state, here.reader.health.reason) == (state, reason))
        assert here.reader.health.sentence.startswith("card reader ")
        here.simulator.lay(SAMPLES["zhang"])
        assert here.cards == []
        here.simulator.clear_fault(fault)
        wait_for(lambda: here.reader.health.state is HealthState.OK)
        wait_for(lambda: len(here.cards) == 1)


@pytest.mark.parametrize("fault", ["junk", "slow"])
def test_weak_readers_still_read(fault: str) -> None:
    with rig(faults=(fault,), timings=Timings(poll_s=0.02, reply_s=0.8, check_s=0.5)) as here:
        here.watch()
        here.simulator.lay(SAMPLES["li"])
        wait_for(lambda: here.cards == [SAMPLES["li"]])
        assert here.reader.health.state is HealthState.OK


def test_pulled_and_plugged_in_again() -> None:
    with rig() as here:
        here.watch()
        wait_for(lambda: here.reader.health.state is HealthState.OK)
        here.simulator.set_fault("unplugged")
        wait_for(lambda: here.reader.health.state is HealthState.AWAY)
        here.simulator.clear_fault("unplugged")
        here.simulator.lay(SAMPLES["zhang"])
        wait_for(lambda: len(here.cards) == 1)


def test_a_receiver_that_fails_does_not_end_the_reader() -> None:
    with rig(faults=("sticky",)) as here:
        seen: list[str] = []

        def fail(card: IdCard) -> None:
            seen.append(card.kind.value)
            raise ValueError(card.number)

        here.reader.watch(fail)
        for count in (1, 2):
            here.simulator.lay(SAMPLES["zhang"])
            wait_for(counted(seen, count))
            here.simulator.lift()
            here.wait_lifted()


def test_nothing_of_a_person_is_logged_or_kept(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    card = SAMPLES["li"]
    with rig(faults=("sticky",)) as here:
        taken = threading.Event()

        def take(found: IdCard) -> None:
            taken.set()
            raise RuntimeError(f"{found.name} {found.number}")

        here.reader.watch(take, here.unreadable.append)
        here.simulator.lay(card)
        wait_for(taken.is_set)
        here.simulator.set_fault("bad_number")
        here.simulator.lift()
        here.wait_lifted()
        here.simulator.lay(card)
        wait_for(lambda: here.unreadable == ["bad_number"])
        here.simulator.clear_fault(None)
        here.simulator.set_fault("unplugged")
        wait_for(lambda: here.reader.health.state is HealthState.AWAY)
        text = caplog.text + "".join(here.health)
        assert "RuntimeError" in text
        for secret in (
            card.name,
            card.number,
            card.address,
            card.number[6:14],
            card.name.encode("utf-16-le").hex(),
        ):
            assert secret not in text
        raw = card.number.encode("utf-16-le")
        held = [thing for thing in gc.get_objects() if isinstance(thing, CardReader)]
        assert held
        for reader in held:
            assert raw not in bytes(reader._frames._bytes)


@pytest.mark.parametrize("line", ["card", "card nobody", "card zhang li", "lift it"])
def test_commands_that_make_no_sense(line: str) -> None:
    with pytest.raises(DeviceError) as caught:
        CardReaderSimulator().command(line, 0.0)
    assert caught.value.reason == "bad_command"


def test_the_simulated_reader_shows_no_person() -> None:
    simulator = CardReaderSimulator()
    assert simulator.command("card zhang", 0.0) == "laid down zhang"
    assert simulator.state() == {"card": True, "reads": 0}
    assert simulator.command("lift", 0.0) == "lifted"
    assert simulator.picture().width == 480
