"""The kiosk's readers: an ID card is looked for while a citizen is asked for one, a scanner always listens.

What a reader says is handed on at once and kept nowhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hardware.health import Health
from hardware.peripherals import open_card_reader, open_code_scanner
from queue_server.wire.devices import DeviceKind


@dataclass(frozen=True)
class Ears:
    """Who hears the readers, each on its own thread: `card` gets a number, empty for an unreadable card.

    `health` hears how a reader is.
    """

    card: Callable[[str], None]
    line: Callable[[str], None]
    health: Callable[[DeviceKind, Health], None]


class Readers:
    """An ID-card reader and a code scanner, each if there is one."""

    def __init__(self, card_reader: str | None, scanner: str | None, ears: Ears) -> None:
        self._ears = ears
        self._wanted = False
        self._cards = None
        self._scanner = None
        if card_reader is not None:
            self._cards = open_card_reader(
                card_reader, on_health=lambda health: ears.health(DeviceKind.CARD_READER, health)
            )
        if scanner is not None:
            self._scanner = open_code_scanner(
                scanner,
                lambda scan: ears.line(scan.text),
                on_health=lambda health: ears.health(DeviceKind.CODE_SCANNER, health),
            )

    def start(self) -> None:
        """Open the ports."""
        for device in (self._cards, self._scanner):
            if device is not None:
                device.start()

    def stop(self) -> None:
        """Let go of the ports."""
        for device in (self._cards, self._scanner):
            if device is not None:
                device.close()

    def want_card(self, wanted: bool) -> None:
        """Look for a card from now on, or for none."""
        if self._cards is None or wanted == self._wanted:
            return
        self._wanted = wanted
        if wanted:
            self._cards.watch(lambda card: self._ears.card(card.number), lambda reason: self._ears.card(""))
        else:
            self._cards.rest()
