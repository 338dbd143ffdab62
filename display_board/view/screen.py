"""The whole board: its parts laid over each other, each drawn anew only when its own piece changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from kivy.graphics.instructions import InstructionGroup
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget
from kivy.utils import get_color_from_hex

from display_board.frame import Frame
from display_board.look import PALETTES, Box
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


class Mosaic(Widget):
    """A part of many pieces that do not overlap: a change in one leaves the others as they are drawn."""

    def __init__(self, pieces: Callable[[Any], Iterable[tuple[Box, Any]]], draw: Draw, cover: Draw) -> None:
        super().__init__()
        self._pieces, self._draw, self._cover = pieces, draw, cover
        self._shown: Any = None
        self._drawn: dict[Box, tuple[Any, InstructionGroup]] = {}

    def show(self, piece: Any, frame: Frame) -> bool:
        """Show these pieces; returns whether anything had to be drawn."""
        before, self._shown = self._shown, (piece, frame)
        if before == self._shown:
            return False
        if before is None or before[1] != frame:
            self._drawn.clear()
            self.canvas.clear()
        wanted = dict(self._pieces(piece)) if piece is not None else {}
        for box in [box for box in self._drawn if box not in wanted]:
            self.canvas.remove(self._drawn.pop(box)[1])
        for box, one in wanted.items():
            self._lay(box, one, frame)
        self.canvas.after.clear()
        if piece is not None:
            self._cover(Painter(self.canvas.after, frame), piece)
        return True

    def _lay(self, box: Box, one: Any, frame: Frame) -> None:
        known, group = self._drawn.get(box, (None, None))
        if group is None:
            group = InstructionGroup()
            self.canvas.add(group)
        if known != one:
            group.clear()
            self._draw(Painter(group, frame), one)
            self._drawn[box] = (one, group)


class BoardScreen(FloatLayout):
    """Shows scenes; knows nothing of servers, queues or time."""

    def __init__(self) -> None:
        super().__init__()
        self.shelf = media.Shelf()
        self._parts: dict[str, Part | Mosaic] = {
            "header": Part(frame_parts.header),
            "zones": Mosaic(zones.pieces, zones.piece, zones.cover),
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
