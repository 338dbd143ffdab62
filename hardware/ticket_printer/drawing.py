"""Lines that a printer cannot print are drawn as dots here, in the cells of its own characters."""

from __future__ import annotations

import logging
from functools import lru_cache

from hardware.errors import DeviceError
from hardware.ticket_printer.dots import Dots
from hardware.ticket_printer.slip import Text

LOG = logging.getLogger("hardware.ticket_printer")


@lru_cache(maxsize=64)
def draw_line(spans: tuple[Text, ...]) -> Dots | None:
    """Return the runs of text as they stand side by side on one bottom line, None without a font."""
    # Few slips need a picture; a printer that never does spares the memory of Pillow and a font.
    from PIL import Image

    from hardware.ticket_printer.glyphs import scaled, shared_glyphs

    try:
        glyphs = shared_glyphs()
    except DeviceError as error:
        LOG.error("rare characters are printed as a gap: %s", error)
        return None
    cells = [scaled(glyphs.cell(char, span.bold), span) for span in spans for char in span.text]
    width, height = sum(cell.width for cell in cells), max((cell.height for cell in cells), default=1)
    line = Image.new("1", (max(1, width), height), 0)
    left = 0
    for cell in cells:
        line.paste(cell, (left, height - cell.height))
        left += cell.width
    row_bytes = (line.width + 7) // 8
    packed, spare = line.tobytes(), row_bytes * 8 - line.width
    rows = (int.from_bytes(packed[at : at + row_bytes], "big") for at in range(0, len(packed), row_bytes))
    return Dots(tuple(row >> spare for row in rows), line.width)
