"""The screens: each turns what is known into a scene, without Kivy and without deciding anything."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.scene import Scene
from kiosk.screens.attract import attract
from kiosk.screens.away import away
from kiosk.screens.closed import closed
from kiosk.screens.confirm import confirm
from kiosk.screens.elsewhere import elsewhere
from kiosk.screens.errands import errands
from kiosk.screens.help import help_called
from kiosk.screens.home import home
from kiosk.screens.idle import with_warning
from kiosk.screens.matters import matters
from kiosk.screens.pads import pad
from kiosk.screens.place import place
from kiosk.screens.priority import priority
from kiosk.screens.ticket import ticket
from kiosk.session import Screen
from kiosk.sheet import View

_SCREENS: dict[Screen, Callable[[View], Scene]] = {
    Screen.ATTRACT: attract,
    Screen.HOME: home,
    Screen.MATTERS: matters,
    Screen.CONFIRM: confirm,
    Screen.ELSEWHERE: elsewhere,
    Screen.PRIORITY: priority,
    Screen.ERRANDS: errands,
    Screen.CHECK_IN: pad,
    Screen.DOCUMENT: pad,
    Screen.OTHER_DOCUMENT: pad,
    Screen.NUMBER: pad,
    Screen.PLACE: place,
    Screen.TICKET: ticket,
    Screen.HELP: help_called,
    Screen.CLOSED: closed,
    Screen.AWAY: away,
}


def draw(view: View) -> Scene:
    """Return the scene of a view, with the idle warning over it while that runs."""
    scene = _SCREENS[view.state.screen](view)
    return with_warning(scene, view) if view.state.warned_at is not None else scene
