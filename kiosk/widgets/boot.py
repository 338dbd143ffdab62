"""Sets Kivy up before anything else imports it: no log files, no way out, no multisampling."""

from __future__ import annotations

import os

FPS = 30


def boot(size: tuple[int, int], home: str) -> None:
    """Write Kivy's environment and settings; `home` is a folder of this process alone.

    Multisampling makes software GL four times slower, and the screens do not need it: all their
    edges are smooth textures. Kivy adds the touch panel's own input provider by itself.
    """
    os.environ.update(
        KIVY_NO_ARGS="1",
        KIVY_NO_FILELOG="1",
        KIVY_NO_ENV_CONFIG="1",
        KIVY_LOG_MODE="PYTHON",
        KIVY_HOME=home,
        KIVY_METRICS_DENSITY="1",
        KIVY_METRICS_FONTSCALE="1",
        KIVY_DPI="96",
        KIVY_CLIPBOARD="dummy",
        KIVY_AUDIO="sdl2",
        SDL_TOUCH_MOUSE_EVENTS="0",
    )
    from kivy.config import Config

    graphics = {
        "multisamples": 0, "maxfps": FPS, "vsync": 0, "borderless": 1, "resizable": 0, "position": "custom",
        "left": 0, "top": 0, "width": size[0], "height": size[1], "fullscreen": 0,
    }  # fmt: skip
    for name, value in graphics.items():
        Config.set("graphics", name, str(value))
    for name in ("exit_on_escape", "pause_on_minimize", "desktop"):
        Config.set("kivy", name, "0")
    for section in ("modules", "input"):
        Config.remove_section(section)
        Config.add_section(section)
    Config.set("input", "mouse", "mouse,disable_multitouch")
