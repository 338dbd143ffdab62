"""Every parser of the hardware layer, with its samples: one table for the rules that all of them keep."""

from __future__ import annotations

from tests.hardware.stream_rules import Stream
from tests.hardware.streams import cards, pads, pole, printer, scanner, strips

PARSERS: dict[str, Stream] = {
    **pads.PARSERS,
    **strips.PARSERS,
    **cards.PARSERS,
    **printer.PARSERS,
    **scanner.PARSERS,
    **pole.PARSERS,
}
