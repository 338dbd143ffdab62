"""Runs inside a kiosk's own process: touches its window, watches each frame, prints what it measured.

`python -m bench.kiosk_probe WHAT SERVER KEY_FILE DATA PRINTER COUNT` on a display; WHAT is `start`,
`screens`, `tickets`, `idle` or `rounds`. The last line on stdout is one JSON object. Touches enter
Kivy where a touch panel's would; a time ends when the frame that shows the answer has been handed to
the X server.
"""

from __future__ import annotations

import functools
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

STARTED = time.perf_counter()
MATTER = "Z2-018"
WITHIN_S = 60.0


class Probe:
    """A running kiosk and its frames."""

    def __init__(self, settings: Any) -> None:
        from kivy.base import EventLoop, runTouchApp
        from kivy.core.window import Window

        from kiosk.app import KioskApp

        self.imported_s = time.perf_counter() - STARTED
        self.loop = EventLoop
        self.frames = 0
        self.frame_at = 0.0
        self._flip = Window.flip
        Window.flip = self._flipped
        self.app = KioskApp(settings)
        self.app._run_prepare()
        runTouchApp(embedded=True)
        self.conductor = self.app.conductor

    def _flipped(self, *arguments: Any) -> None:
        self._flip(*arguments)
        self.frames += 1
        self.frame_at = time.perf_counter()

    def until(self, found: Callable[[], object]) -> float:
        """Let the loop run until an effect is there and on the screen; returns when that frame was out."""
        end = time.perf_counter() + WITHIN_S
        while not found():
            if time.perf_counter() > end:
                raise TimeoutError(f"the screen stays {self.conductor.state}")
            self.loop.idle()
        frames = self.frames
        while self.frames == frames and self.app.view.canvas.needs_redraw:
            self.loop.idle()
        return self.frame_at

    def on(self, screen: str) -> float:
        return self.until(lambda: self.app.view.scene is not None and self.app.view.scene.name == screen)

    def rest(self, seconds: float) -> None:
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            self.loop.idle()

    def touch(self, name: str) -> float:
        """Touch a target and return when the finger left it."""
        from kivy.tests.common import UnitTestTouch

        view = self.app.view
        assert view.scene is not None
        target = next(target for target in view.scene.touchable() if target.id == name)
        scale, left, top = view.placing()
        touch = UnitTestTouch(
            left + (target.x + target.w / 2) * scale, top - (target.y + target.h / 2) * scale
        )
        touch.touch_down()
        self.rest(0.06)
        lifted = time.perf_counter()
        touch.touch_up()
        return lifted

    def ready(self) -> None:
        self.on("attract")
        self.until(lambda: len(self.conductor.facts.details) == len(self.conductor.facts.matters) > 0)


def start(probe: Probe, count: int) -> dict[str, Any]:
    """Time from the end of the imports to the first finished frame."""
    probe.until(lambda: probe.frames > 0)
    first = probe.frame_at - STARTED
    probe.on("attract")
    ready = probe.frame_at - STARTED
    return {"imports_s": probe.imported_s, "first_frame_s": first - probe.imported_s, "attract_s": ready}


def screens(probe: Probe, count: int) -> dict[str, Any]:
    """Times from a touch to the next screen, once around the main path again and again."""
    probe.ready()
    times: list[float] = []
    path = [
        ("start", "home"),
        (f"zone-{MATTER[:2]}", "matters"),
        ("page-after", "matters"),
        ("page-after", "matters"),
        (f"matter-{MATTER}", "confirm"),
        ("home", "home"),
        ("lang", "home"),
        ("lang", "home"),
    ]
    for turn in range(count):
        for name, screen in path[0 if turn == 0 else 1 :]:
            probe.rest(0.35)
            before = probe.app.view.scene
            lifted = probe.touch(name)
            shown = probe.until(functools.partial(_another, probe, before, screen))
            times.append((shown - lifted) * 1000)
    return {"touch_to_screen_ms": times}


def _another(probe: Probe, before: Any, screen: str) -> bool:
    scene = probe.app.view.scene
    return scene is not before and scene is not None and scene.name == screen


def tickets(probe: Probe, count: int) -> dict[str, Any]:
    """Times from the confirming touch to the number on the screen, and to the printer's word for the slip."""
    probe.ready()
    conductor = probe.conductor
    probe.until(lambda: conductor.facts.trouble is None)
    number_ms: list[float] = []
    slip_ms: list[float] = []
    for _ in range(count):
        for name, screen in (("start", "home"), (f"zone-{MATTER[:2]}", "matters"), ("page-after", "matters"),
                             ("page-after", "matters"), (f"matter-{MATTER}", "confirm")):  # fmt: skip
            probe.rest(0.35)
            probe.touch(name)
            probe.on(screen)
        probe.rest(0.35)
        lifted = probe.touch("take")
        number_ms.append((probe.on("ticket") - lifted) * 1000)
        probe.until(lambda: conductor.state.paper != "printing")
        if conductor.state.paper != "printed":
            raise RuntimeError(f"the slip is {conductor.state.paper}: {conductor.state.paper_reason}")
        slip_ms.append((time.perf_counter() - lifted) * 1000)
        probe.rest(1.2)
        probe.touch("done")
        probe.on("attract")
    return {"touch_to_number_ms": number_ms, "touch_to_slip_ms": slip_ms}


def idle(probe: Probe, count: int) -> dict[str, Any]:
    """Processor time and frames of a kiosk at which nobody stands, over `count` seconds."""
    probe.ready()
    probe.rest(2.0)
    frames, used, begun = probe.frames, time.process_time(), time.perf_counter()
    probe.rest(float(count))
    passed = time.perf_counter() - begun
    return {
        "idle_cpu_percent": (time.process_time() - used) / passed * 100,
        "idle_frames": probe.frames - frames,
    }


def rounds(probe: Probe, count: int) -> dict[str, Any]:
    """Memory while sessions come and go; the debounce is passed by a clock of the touches' own."""
    from kiosk.scene import Act, Action
    from kiosk.session import Touched

    probe.ready()
    conductor = probe.conductor
    at = time.monotonic()
    path = [
        (Act.START, ""), (Act.ZONE, ""), (Act.PAGE, "1"), (Act.PAGE, "0"), (Act.MATTER, ""),
        (Act.LANG, ""), (Act.LARGE, ""), (Act.BACK, ""), (Act.HOME, ""), (Act.BACK, ""),
    ]  # fmt: skip
    known = [matter for matter in conductor.facts.matters if matter.issues]
    memory: dict[str, float] = {"start": _rss_mb()}
    for turn in range(count):
        matter = known[turn % len(known)]
        for act, arg in path:
            at += 1.2
            chosen = {Act.ZONE: matter.zone, Act.MATTER: matter.id}.get(act, arg)
            conductor.step(Touched(Action(act, chosen), at, "unused"))
            probe.until(lambda: not probe.app.view.canvas.needs_redraw)
        if turn + 1 in (10, 20, 50, 100, 150, count):
            memory[str(turn + 1)] = _rss_mb()
    return {"rss_mb_after_rounds": memory}


def _rss_mb() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def main() -> None:
    """Measure one thing and print it."""
    what, server, key_file, data, printer, count = sys.argv[1:7]
    from kiosk.settings import Settings
    from kiosk.widgets.boot import boot

    key = Path(key_file).read_text(encoding="utf-8").strip()
    settings = Settings(server, key, Path(data), printer or None)
    with tempfile.TemporaryDirectory() as home:
        boot(settings.size, home)
        probe = Probe(settings)
        try:
            found = globals()[what](probe, int(count))
        finally:
            probe.conductor.stop()
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
