"""Hours of a board's life in minutes: the real presenter and screen on a clock that jumps to the next change.

`python -m tests.display_board.long_day HOURS` prints one JSON line: for each of eight parts of the time
the memory in MB at its end, the CPU seconds it took and how often something was drawn, and how many
calls stood in a band out of those that were made.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import tempfile
from pathlib import Path
from typing import Any

from display_board.app import Options, _prepare
from display_board.scene import Sentence
from queue_server.wire import EventKind
from queue_server.wire.board import BoardLook
from tests.display_board.samples import T0, Play, ticket

PARTS = 8
SIZE = (640, 360)
CALL_EVERY_S = 6.0


class Day:
    """Calls, service and breaks at all counters of a floor, drawn by lot."""

    def __init__(self) -> None:
        self.play = Play("2F", BoardLook(), SIZE)
        self.lots = random.Random(5)
        self.made: set[str] = set()
        self.seen: set[str] = set()
        self.number = 0
        for counter in self.play.state.counters:
            self.play.happen(EventKind.COUNTER_OPENED, 0, counter=counter)

    def happen(self, at_s: float) -> None:
        """Call somebody at a free counter, or let a counter that is busy be done."""
        state, counter = self.play.state, self.lots.choice(list(self.play.state.counters))
        cell = state.counters[counter]
        if cell.number is None:
            self.number += 1
            made = ticket(state, f"{state.zones[cell.zone].sign}{self.number:04}", counter)
            self.play.happen(EventKind.TICKET_ISSUED, at_s, ticket=made)
            self.play.happen(EventKind.TICKET_CALLED, at_s, ticket=made)
            self.made.add(made.number)
        elif cell.called:
            done = ticket(state, cell.number, counter)
            self.play.happen(EventKind.TICKET_STARTED, at_s, ticket=done)
        else:
            done = ticket(state, cell.number, counter)
            self.play.happen(EventKind.TICKET_COMPLETED, at_s, ticket=done, data={"was": "serving"})

    def look(self, at_s: float) -> Any:
        """What stands on the board now."""
        scene = self.play.scene(at_s)
        if not isinstance(scene.bands, Sentence):
            self.seen |= {call.number for call in scene.bands if call is not None}
        return scene


def main(hours: float) -> None:
    with tempfile.TemporaryDirectory() as home:
        _prepare(home, Options("", "", "", SIZE))
        from kivy.base import EventLoop, runTouchApp
        from kivy.core.window import Window

        from display_board.view.screen import BoardScreen

        screen, day = BoardScreen(), Day()
        runTouchApp(screen, embedded=True)
        parts, end_s, drawn, now_s = [], hours * 3600, 0, 0.0
        part_ends, next_event_s, cpu_s = end_s / PARTS, CALL_EVERY_S, _cpu_s()
        while now_s < end_s:
            now_s = min(next_event_s, now_s + day.play.presenter.next_s(T0 + now_s))
            if now_s >= next_event_s:
                day.happen(now_s)
                next_event_s += day.lots.expovariate(1 / CALL_EVERY_S)
            else:
                day.play.beat(now_s)
            if screen.show(day.look(now_s), SIZE, day.play.presenter.moved(T0 + now_s)):
                drawn += 1
                Window.mainloop()
                EventLoop.idle()
            if now_s >= part_ends:
                parts.append((_rss_mb(), _cpu_s() - cpu_s, drawn))
                part_ends, cpu_s, drawn = part_ends + end_s / PARTS, _cpu_s(), 0
        print(json.dumps({"parts": parts, "made": len(day.made), "seen": len(day.seen)}))


def _rss_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main(float(sys.argv[1]))
