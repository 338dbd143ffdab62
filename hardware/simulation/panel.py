"""Simulated devices without a screen are drawn as a small panel of lines."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FACES = (
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
    Path("/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf"),
)
WIDTH, LINE, MARGIN = 480, 32, 12
CASE, INK = (30, 30, 34), (120, 230, 160)


def draw_panel(lines: list[str]) -> Image.Image:
    """Return a picture of the lines, 480 pixels wide; what does not fit is cut off."""
    picture = Image.new("RGB", (WIDTH, 2 * MARGIN + LINE * max(1, len(lines))), CASE)
    pen = ImageDraw.Draw(picture)
    face = next((face for face in FACES if face.exists()), None)
    font = ImageFont.truetype(str(face), 20) if face else ImageFont.load_default(20)
    for row, line in enumerate(lines):
        pen.text((MARGIN, MARGIN + row * LINE), line, font=font, fill=INK)
    return picture
