"""A hall's own slip layout is read from its file; one that is broken is told loudly and not used."""

from __future__ import annotations

import logging
from pathlib import Path

from kiosk.slip import STANDARD
from kiosk.slip_template import Template, TemplateBroken, parse

log = logging.getLogger(__name__)


def read_layout(path: Path) -> Template:
    """Return the layout in a file; raises TemplateBroken with every error, also when it cannot be read.

    The file is UTF-8, or GB18030 as editors on Chinese Windows save it.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TemplateBroken([f"cannot be read: {error}"]) from error
    try:
        return parse(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return parse(data.decode("gb18030", "replace"))


def layout_or_standard(path: Path | None) -> Template:
    """Return the hall's layout; nobody goes without a slip because a line of it is wrong."""
    if path is None:
        return STANDARD
    try:
        return read_layout(path)
    except TemplateBroken as broken:
        for error in broken.errors:
            log.error("slip layout %s: %s", path, error)
        log.error("slip layout %s is not used; slips have the built-in layout", path)
        return STANDARD
