"""The kiosk's composition: one Kivy app around one conductor.

Kivy reads its settings when it is first imported: `kiosk.widgets.boot.boot` must have run before this
module is.
"""

from __future__ import annotations

import logging
import signal
import time
from collections import deque
from collections.abc import Callable

from kivy.app import App
from kivy.base import ExceptionHandler, ExceptionManager
from kivy.clock import Clock
from kivy.core.window import Window

from kiosk.clocks import Clocks
from kiosk.conductor import Conductor, Stage
from kiosk.settings import Settings
from kiosk.wedge import Wedge
from kiosk.widgets.painter import SceneView

TICK_S = 0.25
ENTER_KEYS = (13, 271)

log = logging.getLogger(__name__)


class KioskApp(App):
    """One window, one widget, one conductor."""

    def __init__(self, settings: Settings, **kwargs) -> None:
        super().__init__(**kwargs)
        self.title = "kiosk"
        self._inbox: deque[Callable[[], None]] = deque()
        self.view = SceneView()
        clocks = Clocks(time.monotonic, lambda: time.time_ns() // 1_000_000)
        self.conductor = Conductor(settings, clocks, Stage(self.view.show, self.view.forget, self._post))
        self.view.act = self.conductor.touch
        self._wedge = Wedge()

    def build(self) -> SceneView:
        """Return the one widget."""
        return self.view

    def on_start(self) -> None:
        """Close every way out of the window, and begin."""
        Window.clearcolor = (0.04, 0.09, 0.13, 1)
        Window.bind(on_key_down=self._key, on_key_up=_swallow, on_request_close=_swallow)
        ExceptionManager.add_handler(_KeepRunning())
        signal.signal(signal.SIGTERM, lambda *_: Clock.schedule_once(lambda _: self.stop()))
        self.conductor.start()
        Clock.schedule_interval(lambda _: self.conductor.tick(), TICK_S)

    def on_stop(self) -> None:
        """End the threads."""
        self.conductor.stop()

    def _key(self, _window, key, _scancode=None, codepoint=None, held=(), *_unused) -> bool:
        """Hear a code scanner, which types like a keyboard; no key leads out of the kiosk."""
        sign = "\r" if key in ENTER_KEYS else codepoint or ""
        line = self._wedge.key(sign, time.monotonic(), held)
        if line:
            self.conductor.scanned(line)
        return True

    def _post(self, act: Callable[[], None]) -> None:
        """Have something done on the screen's thread; safe from any thread."""
        self._inbox.append(act)
        Clock.schedule_once(self._empty_inbox, 0)

    def _empty_inbox(self, _passed: float) -> None:
        while self._inbox:
            self._inbox.popleft()()


class _KeepRunning(ExceptionHandler):
    """A bug on one screen is logged and the kiosk goes on: nobody stands by to start it again."""

    def handle_exception(self, exception):
        if isinstance(exception, KeyboardInterrupt):
            return ExceptionManager.RAISE
        log.error("the screen's loop stumbled", exc_info=exception)
        return ExceptionManager.PASS


def _swallow(*_unused) -> bool:
    """Take a key or a request to close, and do nothing: no key of a keyboard leads out of the kiosk."""
    return True
