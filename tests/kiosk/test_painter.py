"""The widget that draws scenes, on a real X server, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.x_server import x_server

ROOT = Path(__file__).resolve().parents[2]

BLIND = """
import tempfile
from kiosk.widgets.boot import boot
boot((540, 960), tempfile.mkdtemp())
from kivy.base import EventLoop, runTouchApp
from kivy.tests.common import UnitTestTouch
from kiosk.screens import draw
from kiosk.widgets import painter
from kiosk.widgets.painter import SceneView
from tests.kiosk.gallery import views

heard = []
view = SceneView()
view.act = heard.append
runTouchApp(view, embedded=True)

def touch():
    target = next(target for target in view.scene.touchable() if target.id == "lang")
    scale, left, top = view.placing()
    finger = UnitTestTouch(left + (target.x + target.w / 2) * scale, top - (target.y + target.h / 2) * scale)
    finger.touch_down()
    finger.touch_up()
    return len(heard)

def seen():
    EventLoop.idle()
    EventLoop.idle()

scenes = [draw(views()[name]) for name in ("home", "confirm", "matters-Z2-1")]
painter.BLIND_S = 3600               # a very slow machine
view.show(scenes[0])
early = touch()                      # not drawn yet
seen()
queued = touch()                     # drawn a moment ago: it was meant for the screen before
painter.BLIND_S = 0
view.show(scenes[1])
early_again = touch()
seen()
settled = touch()
view.show(scenes[2])
next_screen = touch()
print(early, queued, early_again, settled, next_screen)
"""


def test_a_finger_that_was_meant_for_the_screen_before_is_nothing() -> None:
    with x_server(540, 960) as screen:
        done = subprocess.run(
            [sys.executable, "-c", BLIND], cwd=ROOT, env={**os.environ, "DISPLAY": screen.display},
            capture_output=True, text=True, timeout=120,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.split()[-5:] == ["0", "0", "0", "1", "1"]
