"""The whole board: its parts laid over each other, each drawn anew only when its own piece changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget
from kivy.utils import get_color_from_hex

from display_board.frame import Frame
from display_board.look import PALETTES
from display_board.scene import Scene
from display_board.view import bands, frame_parts, lists, media, zones
from display_board.view.painter import Painter

Draw = Callable[[Painter, Any], None]


class Part(Widget):
    """A part of the board: `draw` puts its piece of the scene on an empty canvas."""

    def __init__(self, draw: Draw) -> None:
        super().__init__()
        self._draw = draw
        self._shown: Any = None

    def show(self, piece: Any, frame: Frame) -> bool:
        """Show this piece; returns whether anything had to be drawn."""
        if self._shown == (piece, frame):
            return False
        self._shown = (piece, frame)
        self.canvas.clear()
        if piece is not None:
            self._draw(Painter(self.canvas, frame), piece)
        return True


class BoardScreen(FloatLayout):
    """Shows scenes; knows nothing of servers, queues or time."""

    def __init__(self) -> None:
        super().__init__()
        self.shelf = media.Shelf()
        self._parts = {
            "header": Part(frame_parts.header),
            "zones": Part(zones.zones),
            "recent": Part(lists.recent),
            "waiting": Part(lists.waiting),
            "media": Part(self.shelf.draw),
            "ticker": Part(frame_parts.ticker),
            "bands": Part(bands.bands),
        }
        for part in self._parts.values():
            self.add_widget(part)

    @staticmethod
    def ground(scene: Scene) -> list[float]:
        """The colour of what no part covers."""
        return get_color_from_hex(PALETTES[scene.theme].page)

    def show(self, scene: Scene, size: tuple[int, int], moved: tuple[int, int] = (0, 0)) -> bool:
        """Show a scene on a screen of this size, moved by so many pixels; returns whether it was drawn."""
        frame = Frame.fit(scene.layout, PALETTES[scene.theme], scene.lang, size, moved)
        drawn = [part.show(getattr(scene, name), frame) for name, part in self._parts.items()]
        return any(drawn)
