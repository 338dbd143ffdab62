"""Where the design screen lies on a real one, and how the picture wanders so that nothing burns in."""

from __future__ import annotations

from dataclasses import dataclass

from display_board.layout import Layout
from display_board.look import Palette

WANDER_EVERY_S = 180.0
WANDER = ((0, 0), (4, 0), (4, 4), (0, 4), (-4, 4), (-4, 0), (-4, -4), (0, -4), (4, -4))
"""Steps of the wandering in real pixels: less than any margin, so no text is ever cut."""


def wander(now_s: float) -> tuple[int, int]:
    """Where the picture stands now, in pixels to the right and upward."""
    return WANDER[int(now_s // WANDER_EVERY_S) % len(WANDER)]


def wanders_in_s(now_s: float) -> float:
    """Seconds until it moves."""
    return WANDER_EVERY_S - now_s % WANDER_EVERY_S


@dataclass(frozen=True)
class Frame:
    """The layout on a real screen: `scale`, its left and lower margin in real pixels, colours, language."""

    layout: Layout
    palette: Palette
    lang: str
    scale: float
    left: float
    bottom: float

    @classmethod
    def fit(
        cls,
        layout: Layout,
        palette: Palette,
        lang: str,
        size: tuple[int, int],
        moved: tuple[int, int] = (0, 0),
    ) -> Frame:
        """Scale uniformly into a screen of this size, in the middle of what is left over, then move."""
        width, height = size
        scale = min(width / layout.width, height / layout.height)
        left = (width - layout.width * scale) / 2 + moved[0]
        bottom = (height - layout.height * scale) / 2 + moved[1]
        return cls(layout, palette, lang, scale, left, bottom)
