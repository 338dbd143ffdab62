"""The announcer at work: it hears the journal, decides by the rules, has sounds made and waits for their end.

One thread speaks, so nothing ever overlaps; whatever is heard meanwhile only changes what comes next.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from display_board import announcer
from display_board.announcer import Announcing, Call, Fate, Rules, Utterance
from display_board.audio_link import seconds_of
from display_board.voice.engines import Engine, spoken
from display_board.voice.preparing import Preparing
from display_board.voice.sound import quieter, wav
from hardware.speaker.played import Played
from queue_server.board import speech
from queue_server.wire import Event, EventKind, Hall, Ticket
from queue_server.wire.audio import WaitingNumber
from queue_server.wire.hall import AudioZone, Voice

IDLE_LOOK_S = 0.5
CALLS = (EventKind.TICKET_CALLED, EventKind.TICKET_RECALLED)
WAITS = (EventKind.TICKET_ISSUED, EventKind.TICKET_REINSTATED, EventKind.TICKET_TRANSFERRED)
OVER = (
    EventKind.TICKET_STARTED, EventKind.TICKET_COMPLETED, EventKind.TICKET_MISSED, EventKind.TICKET_PARKED,
    EventKind.TICKET_RESUMED, EventKind.TICKET_TRANSFERRED, EventKind.TICKET_CANCELLED,
    EventKind.TICKET_ABANDONED, EventKind.TICKET_EXPIRED,
)  # fmt: skip

log = logging.getLogger(__name__)


class Output(Protocol):
    """Plays a sound file to its end and says what came of it."""

    def __call__(self, file: Path, /) -> Played: ...


@dataclass
class Ledger:
    """What became of every call since the start; `unheard` counts what no sound device played."""

    fates: Counter[Fate] = field(default_factory=Counter)
    said_again: int = 0
    unheard: int = 0
    longest_delay_s: float = 0.0


@dataclass(frozen=True)
class _Place:
    """Where this announcer speaks, and by which settings."""

    zone: AudioZone
    voice: Voice
    timezone: ZoneInfo
    server_ahead_s: float


class Announcer:
    """One audio zone. `chime` and `engines` make the sound, `output` plays it; files lie in `folder`."""

    def __init__(
        self,
        zone: str,
        engines: Sequence[Engine],
        chime: Callable[[], array[int]],
        output: Output,
        folder: Path,
        preparing: Preparing | None = None,
    ) -> None:
        self._zone, self._engines, self._chime = zone, engines, chime
        self._output, self._folder, self._preparing = output, folder, preparing
        self._changed = threading.Condition()
        self._state = Announcing()
        self._place: _Place | None = None
        self._stopped = False
        self._speaking = False
        self._made = 0
        self._silence_told = ""
        self.ledger = Ledger()
        self.may_speak: Callable[[], bool] = lambda: True
        self._thread = threading.Thread(target=self._run, name="announcer", daemon=True)

    def start(self) -> None:
        """Begin to speak."""
        self._thread.start()

    @property
    def resting(self) -> bool:
        """Whether nothing is being said and nothing waits to be."""
        with self._changed:
            return not (self._speaking or self._state.waiting or self._state.again)

    def stop(self, wait_s: float = 5.0) -> None:
        """Say nothing more after what is being said."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        self._thread.join(wait_s)

    # -- what the link tells -------------------------------------------------------------------------

    def attached(self, hall: Hall, server_ahead_s: float, waiting: Sequence[WaitingNumber]) -> None:
        """Take in the hall's settings; a zone that it does not know (any more) says nothing.

        The numbers of those who wait are prepared.
        """
        found = next((area for area in hall.audio_zones if area.id == self._zone), None)
        with self._changed:
            self._place = (
                None if found is None else _Place(found, hall.voice, ZoneInfo(hall.timezone), server_ahead_s)
            )
            self._changed.notify_all()
        if self._preparing is not None:
            for one in waiting:
                for name in _phrases(one.number, one.lang, hall.voice):
                    self._preparing.want(name)

    def happened(self, event: Event) -> None:
        """Take in one journal row."""
        place, ticket = self._place, event.ticket
        if place is None or ticket is None:
            return
        here = ticket.zone in place.zone.zones
        with self._changed:
            if event.kind in CALLS and here:
                quiet = self._quiet(place)
                self._step(announcer.hear(self._state, _call(event, ticket, place), quiet=quiet))
            elif event.kind in OVER:
                # Also of other zones: a transfer leads away from here.
                self._step(announcer.settle(self._state, event.seq, ticket.id))
            self._changed.notify_all()
        self._prepare(event, ticket, place)

    def detached(self, why: str) -> None:
        """Another player speaks here: forget what waits."""
        with self._changed:
            self._step(announcer.drop(self._state, Fate.ELSEWHERE))
            self._state = Announcing()
        if why != self._silence_told:
            log.warning("silent: %s", why)
            self._silence_told = why

    def _prepare(self, event: Event, ticket: Ticket, place: _Place) -> None:
        if self._preparing is None:
            return
        here = ticket.zone in place.zone.zones
        for name in _phrases(ticket.number, ticket.lang, place.voice):
            if event.kind in WAITS and here:
                self._preparing.want(name)
            elif event.kind in OVER or event.kind in CALLS:
                self._preparing.forget(name)

    # -- the speaking thread -------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._stopped:
            try:
                with self._changed:
                    said = self._next()
                    self._speaking = said is not None
                    if said is None:
                        self._changed.wait(IDLE_LOOK_S)
                if said is not None:
                    self._say(*said)
            except Exception:
                # The edge of the speaking thread: the next call must still be heard.
                log.exception("an announcement failed")

    def _next(self) -> tuple[Utterance, _Place] | None:
        place = self._place
        if self._stopped or place is None or not self.may_speak():
            return None
        if self._quiet(place):
            self._step(announcer.drop(self._state, Fate.QUIET))
            return None
        rules = Rules(place.voice.times, place.voice.stale_s)
        state, said = announcer.say(self._state, rules, time.monotonic())
        self._step(state)
        return None if said is None else (said, place)

    def _say(self, said: Utterance, place: _Place) -> None:
        words = _words(said.call, place)
        chime = self._chime() if said.chime else None
        sound = quieter(spoken(words, self._engines, chime), place.zone.volume)
        self._made += 1
        file = self._folder / f"announcement-{self._made % 2}.wav"
        file.write_bytes(wav(sound))
        played = self._output(file)
        self._note(said, "".join(sentence.text for sentence in words), played)

    def _note(self, said: Utterance, text: str, played: Played) -> None:
        if said.nth > 1:
            self.ledger.said_again += 1
        self.ledger.longest_delay_s = max(self.ledger.longest_delay_s, said.delay_s)
        if not played.complete:
            self.ledger.unheard += 1
        heard = "said" if played.complete else f"not heard ({played.reason})"
        log.info("%s %d/%.1fs %s", heard, said.nth, said.delay_s, text)

    def _step(self, state: Announcing) -> None:
        for call, fate in state.fates:
            self.ledger.fates[fate] += 1
            if fate is not Fate.SAID:
                log.info("%s: %s to counter %s", fate, call.number, call.label)
        self._state = state

    def _quiet(self, place: _Place) -> bool:
        now = dt.datetime.fromtimestamp(time.monotonic() + place.server_ahead_s, place.timezone)
        return announcer.is_quiet(place.zone.quiet, f"{now:%H:%M}")


def _call(event: Event, ticket: Ticket, place: _Place) -> Call:
    times = event.data.get("call")
    return Call(
        seq=event.seq,
        ticket=ticket.id,
        number=ticket.number,
        counter=ticket.counter or "",
        label=ticket.counter_label or "",
        floor=ticket.floor,
        lang=ticket.lang,
        times=times if isinstance(times, int) and times > 0 else max(1, ticket.calls),
        called_s=seconds_of(event.at) - place.server_ahead_s,
    )


def _phrases(number: str, lang: str, voice: Voice) -> Iterator[str]:
    """The names of the phrases that are worth preparing for a ticket."""
    yield speech.number_zh(number, voice.one).prepared
    if lang == "en" and voice.english:
        yield speech.number_en(number).prepared


def _words(call: Call, place: _Place) -> tuple[speech.Sentence, ...]:
    floor = call.floor if place.zone.floor_said else None
    return speech.sentences(call.number, call.label, floor, lang=call.lang, voice=place.voice)
