"""Draws scenes and hears fingers: the only widget of the kiosk.

A new scene is compared with the shown one, and only the layers that differ are drawn again; a scene
that is equal draws nothing. An action is reported when the finger is lifted inside the target that it
was put on.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from kivy.clock import Clock
from kivy.graphics import (
    BorderImage,
    Color,
    InstructionGroup,
    PopMatrix,
    PushMatrix,
    Rectangle,
    Rotate,
)
from kivy.uix.widget import Widget

from kiosk.scene import Action, Box, Disc, Item, Qr, Ring, Scene, Symbol, Target, Text
from kiosk.sheet import HEIGHT, WIDTH
from kiosk.theme import PRESSED, PRESSED_PLAIN, rgba
from kiosk.widgets.textures import Textures

BLIND_S = 0.15
"""A finger that comes down sooner after a new screen was shown was meant for the one before: on a slow
machine touches queue up while a screen is drawn."""

TURN_FPS = 15
TURN_DEGREES = 360 / TURN_FPS / 1.2


class SceneView(Widget):
    """Shows one scene, scaled evenly into the window. `act` hears what was touched."""

    def __init__(self, **kwargs) -> None:
        super().__init__(**kwargs)
        self.act: Callable[[Action], None] = _nothing
        self.scene: Scene | None = None
        self.textures = Textures()
        self._base = InstructionGroup()
        self._veil = InstructionGroup()
        self._layers: dict[str, InstructionGroup] = {}
        self._finger: tuple[object, Target] | None = None
        self._turning: dict[int, list[Rotate]] = {}
        self._turner = None
        self._blind_until = 0.0
        self.bind(size=self._redraw, pos=self._redraw)

    # Scenes -----------------------------------------------------------------------------------------

    def show(self, scene: Scene) -> bool:
        """Show a scene; returns whether anything had to be drawn."""
        old, self.scene = self.scene, scene
        if scene == old:
            return False
        if old is None or _shape(old) != _shape(scene):
            self._finger = None
            self._blind_until = float("inf")
            # The clock runs before the next touches are heard, and after this screen was shown.
            Clock.schedule_once(self._see, 0)
            self._redraw()
            return True
        if scene.items != old.items:
            self._paint(self._base, self._background(scene) + scene.items)
        if scene.veil != old.veil:
            self._paint(self._veil, scene.veil)
        before = {target.id: target for target in old.targets + old.veil_targets}
        for target in scene.targets + scene.veil_targets:
            if target != before[target.id]:
                self._paint_target(target)
        self._turn()
        return True

    def _see(self, _passed: float) -> None:
        self._blind_until = time.monotonic() + BLIND_S

    def forget(self) -> None:
        """Drop what a session left in the caches."""
        self.textures.forget_texts()

    def _redraw(self, *unused) -> None:
        self.canvas.clear()
        self._layers = {}
        self._turning = {}
        scene = self.scene
        if scene is None:
            return
        self._base, self._veil = InstructionGroup(), InstructionGroup()
        self.canvas.add(self._base)
        self._paint(self._base, self._background(scene) + scene.items)
        for target in scene.targets:
            self._add_target(target)
        self.canvas.add(self._veil)
        self._paint(self._veil, scene.veil)
        for target in scene.veil_targets:
            self._add_target(target)
        self._turn()

    def _background(self, scene: Scene) -> tuple[Item, ...]:
        return (Box(0, 0, WIDTH, HEIGHT, scene.background, radius=0),)

    def _add_target(self, target: Target) -> None:
        layer = InstructionGroup()
        self._layers[target.id] = layer
        self.canvas.add(layer)
        self._paint_target(target)

    def _paint_target(self, target: Target) -> None:
        pressed = self._finger is not None and self._finger[1].id == target.id
        colors = {} if not pressed else PRESSED if target.primary else PRESSED_PLAIN
        self._paint(self._layers[target.id], target.items, colors)

    def _paint(
        self, layer: InstructionGroup, items: tuple[Item, ...], colors: dict[str, str] | None = None
    ) -> None:
        layer.clear()
        self._turning.pop(id(layer), None)
        pen = _Pen(self, layer, colors or {})
        for item in items:
            pen.draw(item)
        if pen.turning:
            self._turning[id(layer)] = pen.turning

    def _turn(self) -> None:
        """Turn the busy rings while there are any, and nothing else."""
        if self._turning and self._turner is None:
            self._turner = Clock.schedule_interval(self._turn_on, 1 / TURN_FPS)
        elif not self._turning and self._turner is not None:
            self._turner.cancel()
            self._turner = None

    def _turn_on(self, passed: float) -> None:
        for rotations in self._turning.values():
            for rotation in rotations:
                rotation.angle -= TURN_DEGREES

    # Fingers ----------------------------------------------------------------------------------------

    def on_touch_down(self, touch) -> bool:
        """Press the target under the first finger; further fingers are nothing."""
        if touch.is_mouse_scrolling or self.scene is None or self._finger is not None:
            return True
        if time.monotonic() < self._blind_until:
            return True
        target = self._under(touch.x, touch.y)
        if target is not None:
            self._finger = (touch.uid, target)
            self._repaint(target.id)
        return True

    def on_touch_up(self, touch) -> bool:
        """Act if the finger leaves inside the target that it was put on."""
        if self._finger is None or self._finger[0] != touch.uid:
            return True
        pressed, self._finger = self._finger[1], None
        self._repaint(pressed.id)
        found = self._under(touch.x, touch.y)
        if found is not None and found.id == pressed.id and found.action is not None:
            self.act(found.action)
        return True

    def _repaint(self, name: str) -> None:
        if self.scene is None or name not in self._layers:
            return
        for target in self.scene.targets + self.scene.veil_targets:
            if target.id == name:
                self._paint_target(target)

    def _under(self, x: float, y: float) -> Target | None:
        """Return the live target at a point of the window, the topmost first."""
        if self.scene is None:
            return None
        scale, left, top = self.placing()
        at_x, at_y = (x - left) / scale, (top - y) / scale
        for target in reversed(self.scene.touchable()):
            inside = target.x <= at_x < target.x + target.w and target.y <= at_y < target.y + target.h
            if inside:
                return target if target.action is not None else None
        return None

    def placing(self) -> tuple[float, float, float]:
        """Return scale, left edge and upper edge of the design in the window."""
        scale = min(self.width / WIDTH, self.height / HEIGHT)
        left = self.x + (self.width - WIDTH * scale) / 2
        return scale, left, self.y + self.height - (self.height - HEIGHT * scale) / 2


def _nothing(_action: Action) -> None:
    """Nobody listens yet."""


class _Pen:
    """Draws items onto one layer."""

    def __init__(self, view: SceneView, layer: InstructionGroup, colors: dict[str, str]) -> None:
        self.scale, self.left, self.top = view.placing()
        self.textures, self.layer, self.colors = view.textures, layer, colors
        self.turning: list[Rotate] = []

    def draw(self, item: Item) -> None:
        _DRAW[type(item)](self, item)

    def color(self, token: str, alpha: float = 1.0) -> None:
        self.layer.add(Color(*rgba(self.colors.get(token, token), alpha)))

    def place(self, x: float, y: float, w: float, h: float) -> tuple[tuple[int, int], tuple[int, int]]:
        """Return position and size in whole pixels of the window, y upward."""
        left, right = round(self.left + x * self.scale), round(self.left + (x + w) * self.scale)
        low, high = round(self.top - (y + h) * self.scale), round(self.top - y * self.scale)
        return (left, low), (right - left, high - low)

    def box(self, item: Box) -> None:
        side = "left" if item.left_only else "right" if item.right_only else "all"
        outer = (item.x, item.y, item.w, item.h)
        self._fill(outer, item.border or item.fill, item.radius, side, item.alpha)
        if item.border and item.border != item.fill:
            s = item.stroke
            inner = (item.x + s, item.y + s, item.w - 2 * s, item.h - 2 * s)
            self._fill(inner, item.fill, max(0, item.radius - s), side, item.alpha)

    def _fill(self, place, token: str, radius: float, side: str, alpha: float) -> None:
        pos, size = self.place(*place)
        self.color(token, alpha)
        r = round(radius * self.scale)
        if r < 1 or min(size) < 2 * r + 2:
            self.layer.add(Rectangle(pos=pos, size=size))
        else:
            texture = self.textures.corners(r, side)
            self.layer.add(BorderImage(pos=pos, size=size, texture=texture, border=(r, r, r, r)))

    def text(self, item: Text) -> None:
        if not item.text.strip():
            return
        texture = self.textures.text(item.text, max(1, round(item.px * self.scale)), item.bold)
        share = {"left": 0.0, "center": 0.5, "right": 1.0}[item.align]
        x = round(self.left + item.x * self.scale - texture.width * share)
        y = round(self.top - item.y * self.scale - texture.height / 2)
        self.color(item.color)
        self.layer.add(Rectangle(pos=(x, y), size=texture.size, texture=texture))

    def symbol(self, item: Symbol) -> None:
        pos, size = self.place(item.x, item.y, item.size, item.size)
        self.color(item.color)
        texture = self.textures.symbol(item.name, max(1, size[0]))
        self.layer.add(Rectangle(pos=pos, size=texture.size, texture=texture))

    def disc(self, item: Disc) -> None:
        self._disc(item.x, item.y, item.size, item.border or item.fill)
        if item.border and item.border != item.fill:
            s = item.stroke
            self._disc(item.x + s, item.y + s, item.size - 2 * s, item.fill)

    def _disc(self, x: float, y: float, size: float, token: str) -> None:
        pos, place = self.place(x, y, size, size)
        texture = self.textures.disc(max(1, place[0]))
        self.color(token)
        self.layer.add(Rectangle(pos=pos, size=texture.size, texture=texture))

    def ring(self, item: Ring) -> None:
        pos, size = self.place(item.x, item.y, item.size, item.size)
        stroke = max(1, round(item.stroke * self.scale))
        self.color(item.track)
        track = self.textures.ring(size[0], stroke, 1.0)
        self.layer.add(Rectangle(pos=pos, size=track.size, texture=track))
        if item.share <= 0:
            return
        part = self.textures.ring(size[0], stroke, min(1.0, item.share))
        self.color(item.color)
        if item.turning:
            rotation = Rotate(angle=0, origin=(pos[0] + size[0] / 2, pos[1] + size[1] / 2))
            self.turning.append(rotation)
            self.layer.add(PushMatrix())
            self.layer.add(rotation)
        self.layer.add(Rectangle(pos=pos, size=part.size, texture=part))
        if item.turning:
            self.layer.add(PopMatrix())

    def qr(self, item: Qr) -> None:
        pos, size = self.place(item.x, item.y, item.size, item.size)
        texture = self.textures.qr(item.payload, size[0])
        self.color("white")
        x = pos[0] + (size[0] - texture.width) // 2
        y = pos[1] + (size[1] - texture.height) // 2
        self.layer.add(Rectangle(pos=(x, y), size=texture.size, texture=texture))


_DRAW: dict[type, Callable[..., None]] = {
    Box: _Pen.box,
    Text: _Pen.text,
    Symbol: _Pen.symbol,
    Disc: _Pen.disc,
    Ring: _Pen.ring,
    Qr: _Pen.qr,
}


def _shape(scene: Scene) -> tuple[object, ...]:
    """Scenes of one shape differ only in what their layers hold."""
    names = tuple(target.id for target in scene.targets)
    return scene.name, scene.background, names, bool(scene.veil), tuple(t.id for t in scene.veil_targets)
