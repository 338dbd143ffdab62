"""The whole board: its parts laid over each other, each drawing only what is its own."""

from __future__ import annotations

from kivy.uix.floatlayout import FloatLayout

from display_board.look import Frame
from display_board.scene import Scene
from display_board.view.parts import Bands, Header, Part, Recent, Ticker
from display_board.view.zones import Zones


class BoardScreen(FloatLayout):
    """Shows scenes; knows nothing of servers, queues or time."""

    def __init__(self) -> None:
        super().__init__()
        self._header, self._bands, self._zones = Header(), Bands(), Zones()
        self._recent, self._ticker = Recent(), Ticker()
        for part in (self._header, self._bands, self._zones, self._recent, self._ticker):
            self.add_widget(part)

    def show(self, scene: Scene, width: int, height: int) -> bool:
        """Show a scene on a screen of this size; returns whether anything was drawn."""
        frame = Frame.fit(width, height)
        pieces: tuple[tuple[Part, object], ...] = (
            (self._header, scene.header),
            (self._bands, scene.bands),
            (self._zones, scene.zones),
            (self._recent, scene.recent),
            (self._ticker, scene.ticker),
        )
        drawn = [part.show(piece, frame) for part, piece in pieces]
        return any(drawn)
