"""Chinese first, English beside: the gettext look-up that every program shares.

The message id is the Chinese text itself, so a missing translation shows Chinese, never a key.
"""

from __future__ import annotations

import functools
import gettext
from collections.abc import Callable
from pathlib import Path

LOCALE_DIR = Path(__file__).resolve().parents[2] / "build" / "locale"


@functools.cache
def translator(domain: str, lang: str) -> Callable[[str], str]:
    """Return the translating function of one text domain (`kiosk`, `board`, `server`, `slip`).

    Raises FileNotFoundError when English is asked for and the catalogues were not compiled:
    a kiosk that silently shows Chinese to a foreigner is a fault, not a fall-back.
    """
    if lang == "zh":
        return str
    return gettext.translation(domain, LOCALE_DIR, languages=[lang]).gettext
