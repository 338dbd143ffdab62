"""The devices of one bus, made from what the hall's plan says of it, and how they are told things."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from display_board.pads import BEEP_S, Ending
from display_board.strip_text import Saying, Shape, Sight, Situation, saying
from hardware.bus.owner import Bus
from hardware.buses import PoleStrip, counter_strip
from hardware.caller_pad.driver import CallerPad
from hardware.caller_pad.event import PadDisplay, PadEvent
from hardware.errors import DeviceError
from hardware.evaluator.driver import Evaluator
from hardware.evaluator.rating import Rating
from hardware.led_strip.driver import LedStrip
from hardware.led_strip.number_panel import NumberPanel
from hardware.led_strip.onbon import OnbonStrip
from hardware.led_strip.protocol import StripProtocol
from hardware.led_strip.relay import Relay
from hardware.led_strip.show import StripShow
from queue_server.wire.buses import BusUnits
from queue_server.wire.devices import DeviceKind

HALF_CELL_PX = 8

log = logging.getLogger(__name__)


class Presses(Protocol):
    """Where keys and ratings go; called on the bus's thread, must return at once."""

    def pressed(self, counter: str, event: PadEvent) -> None: ...

    def rated(self, counter: str, rating: Rating) -> None: ...


@dataclass(slots=True)
class Units:
    """The devices of one counter; what a counter lacks is None."""

    plan: BusUnits
    strip: LedStrip | None = None
    shape: Shape = Shape.LINE
    columns: int = 0
    pad: CallerPad | None = None
    evaluator: Evaluator | None = None
    relay: Relay | None = None
    shown: Sight | None = None

    def show(self, sight: Sight) -> None:
        """Let the strip show a sight, and the lamp burn while it is fresh; no news costs nothing."""
        if sight == self.shown:
            return
        self.shown = sight
        if self.relay is not None:
            self.relay.switch(on=sight.fresh)
        if self.strip is None:
            return
        try:
            self.strip.show(strip_show(sight, saying(sight, self.shape, self.columns)))
        except DeviceError as error:
            log.error("the strip of %s cannot show this: %s", self.plan.counter, error)

    def display(self, waiting: int, number: str) -> None:
        """Let the pad show who waits and the number at hand."""
        if self.pad is not None:
            self.pad.show(PadDisplay(waiting, number or None))

    def beep(self, ending: Ending, stopping: threading.Event) -> None:
        """Beep once, twice or three times; takes that long."""
        if self.pad is None:
            return
        for turn in range(ending):
            if turn and stopping.wait(BEEP_S):
                return
            self.pad.beep()


def strip_show(sight: Sight, said: Saying) -> StripShow:
    """Return a saying as the strips' own data type."""
    return StripShow(
        text=said.upper or " ",
        second=said.lower,
        number=said.number,
        blink=sight.fresh,
        paused=sight.situation is Situation.PAUSED,
    )


def shape_of(protocol: StripProtocol) -> tuple[Shape, int]:
    """Return what a kind of strip can show, and how many half cells a line of it has, 0 if unknown."""
    if isinstance(protocol, NumberPanel):
        return Shape.DIGITS, 0
    if isinstance(protocol, PoleStrip):
        return Shape.POLE, 0
    if isinstance(protocol, OnbonStrip):
        shape = Shape.TWO_LINES if protocol.lines > 1 else Shape.LINE
        return shape, protocol.width_px // HALF_CELL_PX
    return Shape.LINE, 0


def attach(bus: Bus, plan: BusUnits, presses: Presses) -> Units:
    """Put the devices of a counter on the bus; one that cannot be is told once and left out."""
    units = Units(plan)
    counter = plan.counter
    if plan.strip is not None:
        try:
            protocol = counter_strip(plan.kind)
            units.shape, units.columns = shape_of(protocol)
            units.strip = LedStrip(bus, plan.strip, protocol, key=device_name(DeviceKind.LED_STRIP, counter))
        except DeviceError as error:
            log.error("the strip of %s cannot be used: %s", counter, error)
    if plan.pad is not None:
        pressed = partial(presses.pressed, counter)
        units.pad = CallerPad(bus, plan.pad, pressed, key=device_name(DeviceKind.CALLER_PAD, counter))
    if plan.evaluator is not None:
        rated = partial(presses.rated, counter)
        units.evaluator = Evaluator(
            bus, plan.evaluator, rated, key=device_name(DeviceKind.EVALUATOR, counter)
        )
    if plan.relay is not None:
        units.relay = Relay(bus, plan.relay, plan.coil, key=device_name(DeviceKind.RELAY, counter))
    return units


def device_name(kind: DeviceKind, counter: str) -> str:
    """Name a device within its program: `led_strip-Z3-01`."""
    return f"{kind}-{counter}"
