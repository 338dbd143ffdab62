"""An evaluator on a real line: asked, pressed, told once."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from hardware.bus.owner import Bus
from hardware.buses import open_bus
from hardware.errors import DeviceError
from hardware.evaluator.driver import Evaluator
from hardware.evaluator.rating import Rating
from hardware.evaluator.simulator import EvaluatorLine
from tests.hardware.hosted import hosted, wait_for


@dataclass
class Rig:
    line: EvaluatorLine
    bus: Bus
    evaluator: Evaluator
    ratings: list[Rating]


@contextlib.contextmanager
def rig(baud: int | None = None) -> Iterator[Rig]:
    line = EvaluatorLine((5,))
    ratings: list[Rating] = []
    with hosted(line, baud=baud) as url:
        bus = open_bus(url)
        evaluator = Evaluator(bus, 5, ratings.append)
        bus.start()
        try:
            yield Rig(line, bus, evaluator, ratings)
        finally:
            bus.close()


@pytest.mark.parametrize("baud", [None, 9600], ids=["tcp", "pty"])
def test_asked_and_answered(baud: int | None) -> None:
    with rig(baud) as here:
        here.evaluator.start()
        wait_for(lambda: here.line.asking[5])
        here.line.rate(5, 1, 0.0)
        wait_for(lambda: here.line.acknowledged == 1)
        assert here.ratings == [Rating(5, 1, True)]
        here.evaluator.start()
        wait_for(lambda: here.line.starts[5] == 2)
        here.line.rate(5, 1, 0.0)
        wait_for(lambda: here.line.acknowledged == 2)
        assert here.ratings == [Rating(5, 1, True)] * 2
        assert here.evaluator.heard_s is not None


@pytest.mark.parametrize(("fault", "count"), [("deaf", 1), ("stutter", 1), ("junk", 1), ("garbled", 0)])
def test_weak_evaluators_never_rate_twice(fault: str, count: int) -> None:
    with rig() as here:
        here.evaluator.start()
        wait_for(lambda: here.line.asking[5])
        here.line.set_fault(fault)
        here.line.rate(5, 3, 0.0)
        wait_for(lambda: here.line.acknowledged + here.line.unheard >= 1)
        assert here.ratings == [Rating(5, 3, True)] * count


@pytest.mark.parametrize(
    "line", ["rate", "rate 5", "rate 5 9", "rate 6 1", "rate x 1", "rate 5 x", "rate 5 1 2"]
)
def test_commands_that_make_no_sense(line: str) -> None:
    with pytest.raises(DeviceError) as caught:
        EvaluatorLine((5,)).command(line, 0.0)
    assert caught.value.reason == "bad_command"


def test_the_simulated_evaluator_shows_itself() -> None:
    line = EvaluatorLine((5,))
    assert line.command("rate 5 2", 0.0) == "rated 2 on 5"
    assert line.state()["devices"] == ["评价器 5  待机  2"]
