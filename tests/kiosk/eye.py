"""Looks at a kiosk's pixels, and touches what a citizen would touch."""

from __future__ import annotations

import time

import zxingcpp

from kiosk.scene import Scene
from kiosk.screens import draw
from kiosk.session import Screen, State
from kiosk.theme import COLORS
from tests.kiosk import samples
from tests.kiosk.gallery import views
from tests.kiosk.rig import Kiosk, wait_until


def where(scene: Scene, name: str) -> tuple[float, float]:
    """Return the middle of a target in design pixels."""
    target = next(target for target in scene.targets if target.id == name)
    return target.x + target.w / 2, target.y + target.h / 2


def colour(token: str) -> tuple[int, int, int]:
    value = COLORS[token]
    return int(value[1:3], 16), int(value[3:5], 16), int(value[5:7], 16)


ATTRACT = draw(samples.view(State(screen=Screen.ATTRACT)))
HOME = draw(samples.view(State(screen=Screen.HOME)))
MATTERS = draw(samples.view(State(screen=Screen.MATTERS, zone="Z2")))
CONFIRM = draw(samples.view(State(screen=Screen.CONFIRM, zone="Z2", matter="Z2-001")))
TICKET = draw(views()["ticket"])
CODE_PAD = draw(samples.view(State(screen=Screen.CHECK_IN)))
DOCUMENT_PAD = draw(samples.view(State(screen=Screen.DOCUMENT, typed="1")))


class Eye:
    """Looks at the kiosk's screen, in design pixels."""

    def __init__(self, kiosk: Kiosk, scale: float = 1.0) -> None:
        self.kiosk, self.scale = kiosk, scale

    def pixel(self, x: float, y: float) -> tuple[int, int, int]:
        return self.kiosk.screen.pixel(round(x * self.scale), round(y * self.scale))

    def sees(self, x: float, y: float, token: str) -> bool:
        return max(abs(a - b) for a, b in zip(self.pixel(x, y), colour(token), strict=True)) < 4

    def touch(self, scene: Scene, name: str) -> None:
        time.sleep(0.7)
        x, y = where(scene, name)
        self.kiosk.click(x * self.scale, y * self.scale)

    def until(self, screen: str) -> None:
        signs = {
            "attract": ((20, 700, "night"), (60, 1500, "action")),
            "home": ((60, 1500, "zone-G"), (60, 620, "zone-A")),
            "matters": ((52, 250, "zone-B"), (74, 174, "ink")),
            "confirm": ((52, 250, "zone-B"), (60, 1500, "action")),
            "code pad": ((384, 486, "ink"), (540, 1500, "disabled")),
            # A tab under a finger is black too: the key below it stands on this pad alone.
            "document pad": ((56, 486, "ink"), (60, 1360, "surface")),
            "no slip": ((1000, 260, "warn-soft"), (54, 400, "warn")),
        }[screen]
        try:
            wait_until(lambda: all(self.sees(*sign) for sign in signs), 60, f"screen {screen}")
        except AssertionError as error:
            picture = self.kiosk.log.with_suffix(".png")
            self.kiosk.picture().save(picture)
            log = self.kiosk.log.read_text(encoding="utf-8")
            raise AssertionError(f"{error}; it shows {picture}, its log ends: {log[-2000:]}") from None

    def code(self) -> str:
        found = zxingcpp.read_barcodes(self.kiosk.picture())
        return found[0].text if found else ""
