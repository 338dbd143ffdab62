"""The two clocks of a kiosk, and how its threads say what they learned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.facts import Facts

Tell = Callable[[Callable[[Facts], Facts]], None]
"""Changes what is known of the hall, on the screen's thread."""


@dataclass(frozen=True)
class Clocks:
    """Two clocks of this machine: `now_s` only ever grows, `wall_ms` is milliseconds UTC."""

    now_s: Callable[[], float]
    wall_ms: Callable[[], int]
