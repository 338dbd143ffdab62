"""Simulated strips of a template take its frames and show their text or number; they never answer."""

from __future__ import annotations

from typing import Any

from PIL import Image

from hardware.led_strip.picture import Shown, draw_all, draw_matrix, draw_segments
from hardware.led_strip.template import TemplateStrip
from hardware.led_strip.template_reader import Said, TemplateReader
from hardware.simulation.breakable import Listener

FAULTS = {"dead": "has no power: shows nothing", "unplugged": "the cable is pulled"}


class TemplateLine(Listener):
    """The strips of one template on a line: a HostedDevice. A strip is there once a frame is for it."""

    def __init__(self, strip: TemplateStrip) -> None:
        super().__init__(FAULTS)
        self._strip = strip
        self._digits = all(word.field != "text" for word in strip.words)
        self._readers = {0: TemplateReader(strip)}
        self.shown: dict[int, Said] = {}

    def accept(self, data: bytes, now_s: float, source: int = 0) -> int:
        """Show what whole frames say."""
        del now_s
        if source not in self._readers:
            self._readers[source] = TemplateReader(self._strip)
        for said in self._readers[source].feed(data):
            if not self._faults.has("dead", said.address):
                self.shown[said.address] = said
                self._revision += 1
        return len(data)

    def forget(self, source: int) -> None:
        """A client has gone."""
        self._readers.pop(source, None)

    def state(self) -> dict[str, Any]:
        """What the strips show."""
        strips = [
            {"address": address, "text": said.text, "fields": said.fields}
            for address, said in sorted(self.shown.items())
        ]
        return {"damaged": sum(reader.damaged for reader in self._readers.values()), "strips": strips}

    def picture(self) -> Image.Image:
        """Draw all strips below each other."""
        return draw_all([self._draw(address, said) for address, said in sorted(self.shown.items())])

    def _draw(self, address: int, said: Said) -> Image.Image:
        label = f"{self._strip.title or self._strip.name} {address}"
        dead = self._faults.has("dead", address)
        if self._digits:
            digits = "" if dead else str(said.fields.get("value", 0))
            return draw_segments(Shown(label, digits.rjust(6)))
        return draw_matrix(Shown(label, "" if dead else said.text))
