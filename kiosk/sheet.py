"""A sheet to compose a scene on: it places text, boxes and buttons by the design's numbers."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk import typeset
from kiosk.facts import Facts
from kiosk.scene import Action, Box, Item, Ring, Scene, Symbol, Target, Text
from kiosk.session import State
from kiosk.theme import HEADING_LINE, MARGIN, RADIUS, SIZES, STROKE, TEXT_LINE, Role, Theme
from kiosk.words import Words

WIDTH, HEIGHT = 1080, 1920
LEFT, RIGHT = MARGIN, WIDTH - MARGIN
ROOM = RIGHT - LEFT


@dataclass(frozen=True)
class View:
    """All that a screen is drawn from. `left_s` and `retry_s` are whole seconds of countdowns on it.

    `now_ms` is the hall's time, milliseconds UTC; `slow` tells that a busy button takes long.
    """

    state: State
    facts: Facts
    now_ms: int
    left_s: int | None = None
    retry_s: int | None = None
    slow: bool = False

    @property
    def timezone(self) -> str:
        """The hall's time zone."""
        return "Asia/Shanghai" if self.facts.hall is None else self.facts.hall.timezone


@dataclass(frozen=True)
class Face:
    """What stands on a button: words in two languages, a symbol, and how it looks.

    `kind`: primary, plain, help, disabled, on (a switch that is set).
    """

    first: str
    second: str = ""
    symbol: str = ""
    kind: str = "plain"
    role: Role = Role.BODY
    second_role: Role = Role.META
    symbol_size: float = 56
    symbol_after: bool = False
    turning: bool = False
    left: bool = False


_LOOKS = {
    "primary": ("action", "action", "on-action", "on-action"),
    "plain": ("surface", "line", "ink", "ink"),
    "help": ("help", "on-help", "on-help", "on-help"),
    "disabled": ("disabled", "disabled", "on-disabled", "on-disabled"),
    "on": ("ink", "ink", "white", "white"),
}


class Sheet:
    """Collects the items and targets of one scene."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.words = Words(view.state.lang)
        self.theme = Theme(view.state.large)
        self.items: list[Item] = []
        self.targets: list[Target] = []
        self._into = self.items

    def px(self, role: Role) -> int:
        """Return the size of a role in this mode."""
        return self.theme.px(role)

    def put(self, *items: Item) -> None:
        """Add items."""
        self._into.extend(items)

    def box(self, x: float, y: float, w: float, h: float, **looks: object) -> None:
        """Add a box; without looks it is a card: white with a soft border."""
        looks = {"fill": "surface", "border": "soft", "stroke": STROKE, "radius": RADIUS, **looks}
        self.put(Box(x, y, w, h, **looks))  # type: ignore[arg-type]

    def line(self, x: float, y: float, text: str, role: Role, **looks: object) -> float:
        """Add one line whose line box begins at `y`; returns its width.

        Looks: bold, color, align; `height` is the line height in ems (1.35), `room` cuts with ….
        """
        px = self.px(role)
        height = float(looks.pop("height", TEXT_LINE))  # type: ignore[arg-type]
        room = looks.pop("room", None)
        bold = bool(looks.get("bold", False))
        if room is not None:
            text = typeset.fit(text, px, bold, float(room))  # type: ignore[arg-type]
        self.put(Text(x, y + px * height / 2, text, px, **looks))  # type: ignore[arg-type]
        return typeset.width(text, px, bold)

    def para(self, x: float, y: float, room: float, text: str, role: Role, **looks: object) -> float:
        """Add wrapped text from `y` down; returns the height that it takes."""
        px = self.px(role)
        height = float(looks.pop("height", TEXT_LINE))  # type: ignore[arg-type]
        bold = bool(looks.get("bold", False))
        found = typeset.lines(text, px, bold, room)
        for i, part in enumerate(found):
            self.put(Text(x, y + px * height * (i + 0.5), part, px, **looks))  # type: ignore[arg-type]
        return px * height * len(found)

    def width(self, text: str, role: Role, bold: bool = False) -> float:
        """Return how wide a line is."""
        return typeset.width(text, self.px(role), bold)

    def fits(self, text: str, px: int, room: float) -> bool:
        """Return whether a bold line of this size keeps within a width."""
        return typeset.width(text, px, True) <= room

    def largest(self, text: str, sizes: tuple[int, ...], room: float) -> int:
        """Return the first of some sizes at which a bold line keeps within a width, else the last."""
        return next((px for px in sizes if self.fits(text, px, room)), sizes[-1])

    def mixed(self, x: float, y: float, parts: list[tuple[str, Role, dict[str, object]]]) -> float:
        """Add parts of one line on a common base line, the largest deciding the line; returns the width."""
        tallest = max(self.px(role) for _, role, _ in parts)
        start = x
        for text, role, looks in parts:
            px = self.px(role)
            # The base line lies 0.376 em below the middle of a line in this font.
            shift = (tallest - px) * 0.376
            self.put(Text(x, y + tallest * HEADING_LINE / 2 + shift, text, px, **looks))  # type: ignore[arg-type]
            x += typeset.width(text, px, bool(looks.get("bold", False)))
        return x - start

    def tag(self, right: float, y: float, text: str, color: str = "") -> float:
        """Add a tag that ends at `right`, its box beginning at `y`; returns its left edge."""
        px = self.px(Role.META)
        w = typeset.width(text, px, True) + 28
        h = round(px * 1.2) + 8
        looks = {"fill": f"{color}-soft", "border": color} if color else {"fill": "surface", "border": "line"}
        self.box(right - w, y, w, h, stroke=2, radius=6, **looks)
        self.put(Text(right - w / 2, y + h / 2, text, px, True, color or "ink", "center"))
        return right - w

    def button(self, name: str, place: tuple[float, float, float, float], face: Face, action: Action) -> None:
        """Add a button. A disabled or turning one takes no touch."""
        x, y, w, h = place
        fill, border, first, second = _LOOKS[face.kind]
        items: list[Item] = [Box(x, y, w, h, fill, border, STROKE, RADIUS)]
        items += self._face(face, x, y, w, h, (first, second))
        dead = face.kind == "disabled" or face.turning
        target = Target(name, x, y, w, h, tuple(items), None if dead else action, face.kind == "primary")
        self.targets.append(target)

    def _face(self, face: Face, x: float, y: float, w: float, h: float, ink: tuple[str, str]) -> list[Item]:
        sign = face.symbol_size + (28 if face.symbol_size > 60 else 20)
        room = w - 40 - (sign if face.symbol or face.turning else 0)
        px, small = self._face_sizes(face, h, room)
        first = typeset.fit(face.first, px, True, room)
        second = typeset.fit(face.second, small, False, room) if face.second else ""
        text_w = max(typeset.width(first, px, True), typeset.width(second, small) if second else 0)
        has_symbol = bool(face.symbol) or face.turning
        sign_w = sign if has_symbol else 0
        left = x + 28 if face.left else x + (w - text_w - sign_w) / 2
        text_x = left if face.symbol_after else left + sign_w
        sign_x = left + text_w + sign_w - face.symbol_size if face.symbol_after else left
        items: list[Item] = []
        sign_y = y + (h - face.symbol_size) / 2
        if face.turning:
            track = "action-pressed" if face.kind == "primary" else "soft"
            items.append(Ring(sign_x, sign_y, face.symbol_size, 8, 0.25, ink[0], track, True))
        elif face.symbol:
            items.append(Symbol(face.symbol, sign_x, sign_y, face.symbol_size, ink[0]))
        tall = px * 1.15 + (small * 1.2 if second else 0)
        top = y + (h - tall) / 2
        items.append(Text(text_x, top + px * 1.15 / 2, first, px, True, ink[0]))
        if second:
            items.append(Text(text_x, top + px * 1.15 + small * 0.6, second, small, False, ink[1]))
        return items

    def _face_sizes(self, face: Face, h: float, room: float) -> tuple[int, int]:
        """Return the sizes of both lines of a button, smaller ones where they would touch its edge."""
        px, small = self.px(face.role), self.px(face.second_role) if face.second else 0
        sizes = sorted({size for pair in SIZES.values() for size in pair})
        while px > sizes[0]:
            high = px * 1.15 + small * 1.2 > h - 12
            if not high and typeset.width(face.first, px, True) <= room:
                break
            px = sizes[sizes.index(px) - 1]
            small = min(small, self.px(Role.META))
        return px, small

    def custom(self, name: str, place: tuple[float, float, float, float], action: Action | None) -> Drawing:
        """Open a target whose items are drawn by hand: `with sheet.custom(…): sheet.box(…)`."""
        return Drawing(self, name, place, action)

    def scene(self, name: str, **more: object) -> Scene:
        """Close the sheet."""
        return Scene(name, tuple(self.items), tuple(self.targets), **more)  # type: ignore[arg-type]


class Drawing:
    """While it is open, everything put on the sheet belongs to one target."""

    def __init__(
        self, sheet: Sheet, name: str, place: tuple[float, float, float, float], action: Action | None
    ) -> None:
        self._sheet, self._name, self._place, self._action = sheet, name, place, action

    def __enter__(self) -> None:
        self._sheet._into = []

    def __exit__(self, *unused: object) -> None:
        items = tuple(self._sheet._into)
        self._sheet._into = self._sheet.items
        self._sheet.targets.append(Target(self._name, *self._place, items, self._action))
