"""The media area: a text slide or a picture, beside or below the calls, never over them."""

from __future__ import annotations

from kivy.graphics.texture import Texture

from display_board import look, scene
from display_board.look import Box, Style
from display_board.media import Decoded
from display_board.typeset import lines
from display_board.view.painter import Painter


class Shelf:
    """The pictures that were read, as textures."""

    def __init__(self) -> None:
        self._textures: dict[str, Texture] = {}

    def fill(self, pictures: tuple[Decoded, ...]) -> None:
        """Hold exactly these pictures."""
        self._textures = {
            picture.key: self._textures.get(picture.key) or _texture(picture) for picture in pictures
        }

    def draw(self, painter: Painter, model: scene.Media) -> None:
        """Draw what the media area shows now."""
        painter.box(model.box, painter.colors.surface_2, radius=12)
        if isinstance(model.slide, scene.TextSlide):
            _text(painter, model.box, model.slide)
        elif model.slide.key in self._textures:
            painter.picture(self._textures[model.slide.key], model.box.inset(8, 8, 8, 8))


def _texture(picture: Decoded) -> Texture:
    texture = Texture.create(size=picture.size, colorfmt="rgb")
    texture.blit_buffer(picture.pixels, colorfmt="rgb", bufferfmt="ubyte")
    texture.flip_vertical()
    return texture


def _text(painter: Painter, box: Box, slide: scene.TextSlide) -> None:
    """Title and text in the first language, then the text in the second, all in the middle of the box."""
    large = box.height > 600
    title = Style(look.CLOCK if large else look.TEXT, painter.colors.ink, bold=True)
    body = Style(look.CELL if large else look.LABEL, painter.colors.ink)
    second = Style(look.UNIT if large else look.META, painter.colors.ink_2)
    inner = box.inset(48, 40, 48, 40) if large else box.inset(24, 16, 24, 16)
    lang = painter.lang
    written = [
        *((line, title) for line in lines(slide.title.first(lang), inner.width / title.size)),
        *((line, body) for line in lines(slide.text.first(lang), inner.width / body.size)),
        *((line, second) for line in lines(slide.text.second(lang), inner.width / second.size)),
    ]
    heights = [style.size * 1.35 for _, style in written]
    while sum(heights) > inner.height and len(written) > 1:
        written.pop()
        heights.pop()
    y = inner.middle - sum(heights) / 2
    for (line, style), height in zip(written, heights, strict=True):
        painter.text(line, inner.x, y + height / 2, style, room=inner.width)
        y += height
