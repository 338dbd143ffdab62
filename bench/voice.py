"""From a call to the first sound: the real server, the real announcer, and the simulated loudspeaker.

A loudspeaker that plays in no time writes down when each announcement would have begun. The other half is a
rush: 200 calls in 60 s from 40 counters, in virtual time and with the real lengths of the clips.
"""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import programs
from bench.report import Report
from display_board import announcer
from display_board.announcer import Announcing, Call, Fate, Rules
from display_board.voice.clips import Clips
from display_board.voice.engines import Joined, spoken
from display_board.voice.sound import RATE
from queue_server.board import speech
from queue_server.client import Client
from queue_server.wire import IssueTicket
from queue_server.wire.hall import Voice

SECTION, ORDER, TITLE = "voice", 75, "a call and its sound"
CALLS = 20
LIMIT_MS = 400.0
PAUSE_S = 0.4


def run(report: Report) -> None:
    """Measure both halves."""
    typical: list[float] = []
    slowest: list[float] = []
    with programs.hall() as server, announcer_of(server) as log:
        for _ in range(report.repeats):
            delays = sorted(_call_to_sound(server, log))
            typical.append(delays[len(delays) // 2])
            slowest.append(delays[round(0.95 * (len(delays) - 1))])
    report.add("call to sound start, p50", typical, "ms")
    report.target(
        "call to sound start, p95", report.add("call to sound start, p95", slowest, "ms"), at_most=LIMIT_MS
    )
    _rush(report)


@contextmanager
def announcer_of(server: programs.Server) -> Iterator[Path]:
    """The announcer of the third floor; yields the log of its simulated loudspeaker, see `begun`."""
    log, key = server.folder / "played.jsonl", server.folder / "voice.key"
    key.write_text(server.keys()["board-voice-3F"] + "\n")
    command = [
        sys.executable, "-m", "display_board", "announcer", "--server", f"http://127.0.0.1:{server.port}",
        "--key-file", str(key), "--zone", "3F", "--speaker", f"sim://speaker?log={log}&speed=0",
        "--voice", str(server.folder / "no-voice"),
    ]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        yield log
    finally:
        process.terminate()
        process.wait(20)


def begun(log: Path) -> list[float]:
    """When each announcement began, in seconds of `time.monotonic()`."""
    if not log.exists():
        return []
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    return [line["at_s"] for line in lines if line["event"] == "begin"]


def _call_to_sound(server: programs.Server, log: Path) -> Iterator[float]:
    """Call one after the other; yields ms from sending the call to the first sample."""
    keys, url = server.keys(), f"http://127.0.0.1:{server.port}"
    with Client(url, keys["kiosk-1"]) as kiosk, Client(url, keys["counter-Z5-01"]) as counter:
        matter = next(one.serves[0] for one in kiosk.hall().counters if one.id == "Z5-01")
        counter.counter("Z5-01", "open")
        if not begun(log):
            _wake(kiosk, counter, matter, log)
        for _ in range(CALLS):
            kiosk.issue(IssueTicket(matter=matter), uuid.uuid4().hex)
            before, sent_s = len(begun(log)), time.monotonic()
            counter.counter("Z5-01", "call-next")
            yield (_after(log, before) - sent_s) * 1000
            _after(log, before + 1)
            counter.counter("Z5-01", "serve")
            time.sleep(PAUSE_S + 0.2)  # the pause behind the second time is over, as in a calm hall


def _wake(kiosk: Client, counter: Client, matter: str, log: Path) -> None:
    """Call until the announcer is there and has been heard."""
    kiosk.issue(IssueTicket(matter=matter), uuid.uuid4().hex)
    counter.counter("Z5-01", "call-next")
    while len(begun(log)) < 2:
        time.sleep(1.0)
        kiosk.issue(IssueTicket(matter=matter), uuid.uuid4().hex)
        counter.counter("Z5-01", "serve")
        counter.counter("Z5-01", "call-next")
    counter.counter("Z5-01", "serve")
    time.sleep(2.0)


def _after(log: Path, count: int) -> float:
    """Wait for one more announcement than `count`; returns when it began."""
    until_s = time.monotonic() + 20
    while len(heard := begun(log)) <= count:
        if time.monotonic() > until_s:
            raise RuntimeError("nothing was said")
        time.sleep(0.005)
    return heard[count]


def _rush(report: Report) -> None:
    """200 calls in 60 s from 40 counters in one audio zone, and spread over three."""
    joined = Joined(Clips())
    for zones in (1, 3):
        fates: Counter[Fate] = Counter()
        longest_s = 0.0
        for zone in range(zones):
            found, delay_s = _spoken_rush([n for n in range(200) if n % 40 % zones == zone], joined)
            fates += found
            longest_s = max(longest_s, delay_s)
        name = f"200 calls in 60 s, {zones} audio zone{'s' if zones > 1 else ''}"
        report.add(
            f"{name}: said",
            [fates[Fate.SAID]],
            "calls",
            ", ".join(f"{fate} {count}" for fate, count in sorted(fates.items())),
        )
        report.target(f"{name}: longest delay of a call", longest_s, at_most=Rules().stale_s)
        if sum(fates.values()) != 200:
            raise RuntimeError(f"calls without a fate: {fates}")


def _spoken_rush(calls: list[int], joined: Joined) -> tuple[Counter[Fate], float]:
    """Play one zone's part of the rush in virtual time; returns the fates and the longest delay."""
    chime, rules = joined.sound(speech.CHIME), Rules()
    heard = [Call(n + 1, n, f"E{n:03d}", str(n % 40), str(n % 40 + 1), None, "zh", 1, n * 0.3) for n in calls]
    state, now_s, longest_s = Announcing(), 0.0, 0.0
    fates: Counter[Fate] = Counter()
    for call in itertools.chain(heard, [None]):
        while call is None or now_s <= call.called_s:
            state, said = announcer.say(state, rules, now_s)
            fates.update(fate for _, fate in state.fates)
            if said is None:
                break
            longest_s = max(longest_s, said.delay_s)
            words = speech.sentences(said.call.number, said.call.label, voice=Voice())
            now_s += len(spoken(words, [joined], chime if said.chime else None)) / RATE + PAUSE_S
        if call is not None:
            now_s = max(now_s, call.called_s)
            state = announcer.hear(state, call)
            fates.update(fate for _, fate in state.fates)
    return fates, longest_s
