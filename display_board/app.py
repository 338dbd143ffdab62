"""Puts one board together: Kivy's settings, the window, the link, and the loop that shows scenes.

Kivy reads its settings when it is first imported and opens its window when the first widget is,
so everything of Kivy is imported inside `run`, after `_prepare`.
"""

from __future__ import annotations

import datetime as dt
import gc
import logging
import os
import signal
import tempfile
import time
from collections import deque
from dataclasses import dataclass

from display_board.link import Link, News, Trouble
from display_board.media import Decoded, MediaReader
from display_board.presenter import Presenter
from display_board.watchdog import BEAT_S
from queue_server.client import Client

log = logging.getLogger(__name__)

FRAMES_PER_S = 60
"""How often the loop looks for news; it draws only if something changed."""


@dataclass(frozen=True)
class Options:
    """What the command line asks for; without `size` the board takes the whole screen.

    Into `beat_fd` the loop writes a byte each second, for whoever watches over it.
    """

    server: str
    key: str
    board: str
    size: tuple[int, int] | None = None
    windowed: bool = False
    beat_fd: int | None = None


def run(options: Options) -> None:
    """Show the board until the process is told to end."""
    with tempfile.TemporaryDirectory(prefix="board-kivy-") as home:
        _prepare(home, options)
        from kivy.base import EventLoop, runTouchApp, stopTouchApp
        from kivy.core.window import Window

        from display_board.view.screen import BoardScreen

        board = _Board(BoardScreen(), Window)
        link = Link(lambda: Client(options.server, options.key), options.board, board.post)
        _harden(Window, options.windowed)
        Window.set_title(f"一窗 {options.board}")
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: setattr(EventLoop, "quit", True))
        pictures = MediaReader(lambda: Client(options.server, options.key), options.board, board.post)
        board.refresh()
        gc.freeze()
        if options.beat_fd is not None:
            _beat(options.beat_fd)
        link.start()
        pictures.start()
        try:
            runTouchApp(board.screen)
        finally:
            pictures.stop()
            link.stop(0.5)
            stopTouchApp()


class _Board:
    """Carries what the link tells to the screen, and wakes up when the presenter says so."""

    def __init__(self, screen, window) -> None:
        from kivy.clock import Clock

        self.screen = screen
        self._window = window
        self._presenter = Presenter(dt.datetime.now(dt.UTC), time.monotonic())
        self._told: deque[News | Trouble | tuple[Decoded, ...]] = deque()
        self._complained: float | None = None
        self._wake = Clock.create_trigger(self._take)
        self._due = Clock.create_trigger(self.refresh, 1)
        self._clock = Clock
        window.bind(on_resize=self.refresh)

    def post(self, told: News | Trouble | tuple[Decoded, ...]) -> None:
        """Called by the link and the reader of pictures, on their threads."""
        self._told.append(told)
        self._wake()

    def _take(self, *_) -> None:
        while self._told:
            told = self._told.popleft()
            if isinstance(told, tuple):
                self.screen.shelf.fill(told)
                self._presenter.hang(tuple(picture.key for picture in told))
            else:
                self._presenter.take(told, time.monotonic())
        self.refresh()

    def refresh(self, *_) -> None:
        """Show what stands on the board now, and come again when it changes by itself."""
        now_s = time.monotonic()
        width, height = self._window.size
        self._presenter.resize(width, height)
        scene = self._presenter.scene(now_s)
        self._window.clearcolor = self.screen.ground(scene)
        self.screen.show(scene, (width, height), self._presenter.moved(now_s))
        self._complain()
        self._due.cancel()
        self._due = self._clock.schedule_once(self.refresh, self._presenter.next_s(now_s))

    def _complain(self) -> None:
        """Say it in the log too, once, if nobody can read the numbers from where the plan says."""
        readable_m = self._presenter.readable_m()
        if readable_m is not None and readable_m != self._complained:
            log.error("the numbers of this screen can be read from %.1f m only; see distance_m", readable_m)
        self._complained = readable_m


def _beat(into: int) -> None:
    """Write a byte each second, and end when nobody reads them any more."""
    from kivy.base import EventLoop
    from kivy.clock import Clock

    os.set_blocking(into, False)

    def write(_seconds: float) -> None:
        try:
            os.write(into, b".")
        except BlockingIOError:  # whoever reads is slow; there are bytes enough for it
            return
        except BrokenPipeError:
            EventLoop.quit = True

    Clock.schedule_interval(write, BEAT_S)
    write(0)


def _prepare(home: str, options: Options) -> None:
    """Everything that Kivy reads from its surroundings before its first import."""
    os.environ.update(
        KIVY_NO_ARGS="1",
        KIVY_NO_FILELOG="1",
        KIVY_LOG_MODE="PYTHON",
        KIVY_NO_ENV_CONFIG="1",
        KIVY_HOME=home,
        KIVY_METRICS_DENSITY="1",
        KIVY_DPI="96",
        KIVY_CLIPBOARD="dummy",
        SDL_TOUCH_MOUSE_EVENTS="0",
    )
    from kivy.config import Config

    width, height = options.size or (1920, 1080)
    whole = options.size is None and not options.windowed
    settings = {
        "width": width,
        "height": height,
        "fullscreen": "auto" if whole else 0,
        "borderless": 0 if options.windowed else 1,
        "resizable": 1 if options.windowed else 0,
        # Without a window manager only a given place is certain.
        "position": "auto" if options.windowed else "custom",
        "left": 0,
        "top": 0,
        # A board without a graphics card draws four times as long with multisampling.
        "multisamples": 0,
        "maxfps": FRAMES_PER_S,
        "vsync": 0,
        "show_cursor": 1 if options.windowed else 0,
    }
    for name, value in settings.items():
        Config.set("graphics", name, str(value))
    # The "interrupt" clock begins the next picture when news comes, not when the current one's time is over.
    fixed: dict[str, str | int] = {
        "exit_on_escape": 0,
        "pause_on_minimize": 0,
        "desktop": 0,
        "kivy_clock": "interrupt",
    }
    for name, value in fixed.items():
        Config.set("kivy", name, str(value))
    for section in ("input", "modules"):
        for name in Config.options(section):
            Config.remove_option(section, name)


def _harden(window, windowed: bool) -> None:
    """Nobody can end a board from a keyboard that happens to be plugged in."""
    if not windowed:
        window.show_cursor = False
        window.bind(on_request_close=lambda *_, **__: True, on_key_down=lambda *_: True)
