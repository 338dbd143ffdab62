"""The announcer against a real server: what is called is said once and in order, also when it is killed."""

from __future__ import annotations

import argparse
import functools
import gc
import itertools
import json
import sys
import time
import tracemalloc
import uuid
from array import array
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from display_board import announcer_program
from display_board.announcer import Call, Fate, hear
from display_board.announcing import Announcer, _Place
from display_board.voice.clips import Clips
from display_board.voice.engines import Joined
from display_board.voice.phrases import Phrases
from display_board.voice.preparing import Preparing
from display_board.voice.sound import RATE
from hardware.speaker.played import Played
from queue_server.board import speech
from queue_server.client import Refusal, ServerAway
from queue_server.wire import IssueTicket, Ticket
from queue_server.wire.hall import AudioZone, Voice
from tests.conftest import SOAK
from tests.display_board.voice.test_preparing import VOICES, WORKER
from tests.hall_process import HallProcess
from tests.hardware.fault_proxy import Fault, FaultProxy, Plan

KILLS = 20 if SOAK else 2
CUT_S = 300.0 if SOAK else 0.0


def until(true: Callable[[], bool], within_s: float = 60.0) -> None:
    end_s = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end_s, "waited in vain"
        time.sleep(0.02)


class Hall(HallProcess):
    """A demo hall with people in front of it, and announcers of its third floor."""

    def __enter__(self) -> Hall:
        self.start()
        self.kiosk = self.client("kiosk-1")
        counters = [one for one in self.kiosk.hall().counters if one.zone == "Z5"]
        self.matter = {one.id: one.serves[0] for one in counters}
        self.counters = {one.id: self.client(f"counter-{one.id}") for one in counters}
        for name in self.counters:
            self.move(name, "open")
        self.busy: set[str] = set()
        return self

    def __exit__(self, *unused: object) -> None:
        for client in (self.kiosk, *self.counters.values()):
            client.close()
        self.stop()

    def move(self, counter: str, move: str) -> Ticket | None:
        """Make a move, again with the same key while the server is away."""
        key = uuid.uuid4().hex
        for _ in range(100):
            try:
                return self.counters[counter].counter(counter, move, key=key)
            except ServerAway:
                time.sleep(0.2)
        raise AssertionError("the server stayed away")

    def call_at(self, counter: str, lang: str = "zh") -> Ticket:
        """Issue a ticket and call it; whoever was called there before is served and done first."""
        if counter in self.busy:
            self.move(counter, "serve")
        self.busy.add(counter)
        self.kiosk.issue(IssueTicket(matter=self.matter[counter], lang=lang), uuid.uuid4().hex)
        called = self.move(counter, "call-next")
        assert called is not None
        return called


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with Hall(tmp_path_factory.mktemp("hall")) as server:
        yield server


class Speaking:
    """A running announcer and what its simulated loudspeaker wrote down."""

    def __init__(self, folder: Path, announcer: Announcer) -> None:
        self.folder, self.announcer = folder, announcer

    @property
    def said(self) -> int:
        return self.announcer.ledger.fates[Fate.SAID]

    def idle(self) -> bool:
        return self.announcer.resting

    @property
    def begun(self) -> list[float]:
        return [line["at_s"] for line in self._lines() if line["event"] == "begin"]

    @property
    def ended(self) -> list[float]:
        return [line["at_s"] for line in self._lines() if line["event"] == "end"]

    def _lines(self) -> list[dict]:
        log = self.folder / "played.jsonl"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


@contextmanager
def speaking(
    hall: Hall, folder: Path, *, speed: float = 50.0, zone: str = "3F", more: str = "", url: str = ""
) -> Iterator[Speaking]:
    speaker = f"sim://speaker?log={folder / 'played.jsonl'}&speed={speed:g}{more}"
    given = argparse.Namespace(
        server=url or hall.url,
        key_file=hall.key(f"board-voice-{zone}"),
        zone=zone,
        speaker=speaker,
        voice=folder / "voice",
    )
    with announcer_program.running(given) as announcer:
        yield Speaking(folder, announcer)


def attached(at_work: Speaking) -> bool:
    return at_work.announcer._place is not None and at_work.announcer.may_speak()


def said_all(at_work: Speaking, count: int) -> bool:
    return at_work.said == count


def test_calls_are_said_in_order_and_a_recall_again(hall: Hall, tmp_path: Path, caplog) -> None:
    caplog.set_level("INFO", "display_board.announcing")
    with speaking(hall, tmp_path) as at_work:
        until(lambda: attached(at_work))
        called = [hall.call_at(name) for name in list(hall.counters)[:3]]
        until(lambda: at_work.said == 3 and at_work.idle())
        texts = [record.message for record in caplog.records if record.message.startswith("said 1/")]
        assert [f"到{one.counter_label}号窗口" in text for one, text in zip(called, texts, strict=True)] == [
            True
        ] * 3
        digits = called[0].number[1:].translate(str.maketrans("0123456789", "零幺二三四五六七八九"))
        assert f"请E{digits}号" in texts[0]
        assert at_work.announcer.ledger.unheard == 0
        assert at_work.announcer.ledger.longest_delay_s < 60
    starts, ends = at_work.begun, at_work.ended
    assert len(starts) == len(ends) >= 3
    assert all(end <= start for end, start in zip(ends, starts[1:], strict=False)), "never two at once"


def test_only_one_announcer_speaks_in_a_zone_and_the_other_takes_over(hall: Hall, tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    with speaking(hall, tmp_path / "two") as second:
        with speaking(hall, tmp_path / "one") as first:
            until(lambda: attached(first) or attached(second))
            holder, other = (first, second) if attached(first) else (second, first)
            hall.call_at("Z5-04")
            until(lambda: holder.said == 1 and holder.idle())
            assert (other.said, other.begun) == (0, [])
        if holder is first:
            until(lambda: attached(second))
            hall.call_at("Z5-05")
            until(lambda: second.said == 1)


def test_an_announcer_without_a_sound_device_says_so_and_makes_way(
    hall: Hall, tmp_path: Path, caplog
) -> None:
    caplog.set_level("INFO")
    (tmp_path / "deaf").mkdir()
    (tmp_path / "well").mkdir()
    with speaking(hall, tmp_path / "deaf", more="&fault=no_device") as deaf:
        until(lambda: attached(deaf))
        hall.call_at("Z5-06")
        until(lambda: deaf.said == 1 and deaf.announcer.ledger.unheard >= 1)
        assert any("no sound" in record.message for record in caplog.records)
        assert any(record.message.startswith("not heard (no_sound_device)") for record in caplog.records)
        with speaking(hall, tmp_path / "well") as well:
            until(lambda: attached(well))
            until(lambda: well.said == 1)  # what the deaf one said was not heard
            hall.call_at("Z5-07")
            until(lambda: well.said == 2)
            assert well.announcer.ledger.unheard == 0


def test_who_was_called_while_nobody_spoke_and_has_not_come_yet_is_called_by_whoever_comes(
    hall: Hall, tmp_path: Path, caplog
) -> None:
    caplog.set_level("INFO", "display_board.announcing")
    missed = hall.call_at("Z5-08")
    hall.call_at("Z5-09")
    hall.move("Z5-09", "serve")
    hall.busy.discard("Z5-09")
    with speaking(hall, tmp_path) as at_work:
        until(lambda: attached(at_work))
        until(lambda: at_work.said == 1 and at_work.idle())
        assert at_work.announcer.ledger.fates == {Fate.SAID: 1, Fate.SETTLED: 1}
    (said,) = [record.message for record in caplog.records if record.message.startswith("said 1/")]
    assert f"到{missed.counter_label}号窗口" in said


def test_the_numbers_of_those_who_waited_before_the_announcer_came_are_prepared(
    hall: Hall, tmp_path: Path
) -> None:
    issued = hall.kiosk.issue(IssueTicket(matter="Z1-001", lang="en"), uuid.uuid4().hex)
    with hall.client("board-voice-1F") as client:
        plan, waiting = client.hall(), client.waiting_numbers("1F")
        assert [one.number for one in waiting] == [issued.number]
        assert client.waiting_numbers("3F") == []
        with pytest.raises(Refusal) as refused:
            client.waiting_numbers("9F")
    assert refused.value.problem.code == "audio_zone_unknown"
    phrases = Phrases(tmp_path, "engine", VOICES)
    preparing = Preparing([sys.executable, "-c", WORKER, str(tmp_path), str(tmp_path / "once")], phrases)
    announcer = Announcer("1F", [], lambda: array("h"), lambda file: Played(1, 1), tmp_path, preparing)
    announcer.attached(plan, 0.0, waiting)
    preparing.start()
    names = [speech.number_zh(issued.number).prepared, speech.number_en(issued.number).prepared]
    until(lambda: all(phrases.has(name) for name in names))
    preparing.stop()


def test_the_server_is_killed_and_nobody_is_called_twice_or_missed(tmp_path: Path) -> None:
    data = tmp_path / "hall"
    data.mkdir()
    with Hall(data) as hall, speaking(hall, tmp_path) as at_work:
        until(lambda: attached(at_work))
        names = itertools.cycle(hall.counters)
        heard: list[tuple[str, int]] = []
        note = at_work.announcer._note

        def listen(said, text, played) -> None:
            heard.append((said.call.number, said.nth))
            note(said, text, played)

        at_work.announcer._note = listen  # type: ignore[method-assign]
        called: list[str] = []
        for _ in range(KILLS):
            called += [hall.call_at(next(names)).number for _ in range(2)]
            hall.kill()
            hall.start()
            called += [hall.call_at(next(names)).number for _ in range(2)]
            until(functools.partial(said_all, at_work, len(called)))
        until(at_work.idle)
        assert [number for number, nth in heard if nth == 1] == called
        assert at_work.announcer.ledger.fates == {Fate.SAID: len(called)}


def test_a_cut_line_has_nobody_called_twice_or_missed_while_it_matters(hall: Hall, tmp_path: Path) -> None:
    """Under SOAK the line is cut for five minutes: who was called at their beginning is too late then."""
    with FaultProxy(hall.port) as line:
        url = f"http://127.0.0.1:{line.port}"
        with speaking(hall, tmp_path, url=url) as at_work:
            until(lambda: attached(at_work))
            hall.call_at("Z5-11")
            until(lambda: at_work.said == 1 and at_work.idle())
            line.set(Plan(Fault.SILENT))
            hall.call_at("Z5-12")
            time.sleep(CUT_S)
            line.set(Plan(Fault.REFUSE))
            hall.call_at("Z5-13")
            line.set(Plan())
            late = Fate.SAID if Voice().stale_s > CUT_S else Fate.STALE
            until(lambda: at_work.announcer.ledger.fates.total() == 3 and at_work.idle())
            assert at_work.announcer.ledger.fates == Counter([Fate.SAID, late, Fate.SAID])


def test_hours_of_calls_leave_no_memory_behind(tmp_path: Path) -> None:
    """Twelve hours under SOAK: a call every 20 s, each worded, joined from clips and noted."""
    hours = 12.0 if SOAK else 0.5
    joined = Joined(Clips())
    played: list[int] = []

    def output(file: Path) -> Played:
        played.append(file.stat().st_size)
        return Played(1, 1)

    announcer = Announcer("3F", [joined], lambda: joined.sound("chime"), output, tmp_path)
    area = AudioZone("3F", "3楼", "3F", ["Z5"])
    announcer._place = _Place(area, Voice(), ZoneInfo("Asia/Shanghai"), 0.0)
    sizes: list[int] = []
    tracemalloc.start()
    for n in range(round(hours * 180)):
        now_s = time.monotonic()
        call = Call(n + 1, n, f"E{n % 999 + 1:03d}", f"Z5-{n % 16}", str(n % 16 + 51), 3, "en", 1, now_s)
        announcer._step(hear(announcer._state, call))
        while (said := announcer._next()) is not None:
            announcer._say(*said)
        if n % 30 == 29:
            gc.collect()
            sizes.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert announcer.ledger.fates == {Fate.SAID: round(hours * 180)}
    assert len(played) == 2 * round(hours * 180) and len(list(tmp_path.iterdir())) == 2
    # What is decoded once stays; what grows beyond the clips themselves would be a leak.
    clips = sum(2 * len(sound) for sound in joined._clips._decoded.values())
    assert sizes[-1] < clips + 3_000_000, (sizes[0], sizes[-1], clips)


# -- the recording -----------------------------------------------------------------------------------------

SPEED = 1.0 if SOAK else 5.0


def stretches(samples: array[int]) -> list[tuple[float, float, int]]:
    """Where there is sound in a recording: begin, end in seconds, and the highest sample of each stretch.

    Pauses inside an announcement are shorter than 0.3 s but for the one between its languages.
    """
    frame = RATE // 100
    found: list[tuple[float, float, int]] = []
    for place in range(0, len(samples) - frame, frame):
        top = max(map(abs, samples[place : place + frame]))
        if top < 60:
            continue
        at_s = place / RATE
        if found and at_s - found[-1][1] < 0.35:
            found[-1] = (found[-1][0], at_s + 0.01, max(found[-1][2], top))
        else:
            found.append((at_s, at_s + 0.01, top))
    return found


def test_a_recording_of_ten_announcements_has_even_peaks_right_gaps_and_no_overlap(
    hall: Hall, tmp_path: Path
) -> None:
    record = tmp_path / "recording.raw"
    with speaking(hall, tmp_path, speed=SPEED, more=f"&record={record}") as at_work:
        until(lambda: attached(at_work))
        place = at_work.announcer._place
        assert place is not None
        at_work.announcer._place = replace(place, voice=Voice(times=1))
        for name in list(hall.counters)[:10]:
            hall.call_at(name)
        until(lambda: len(at_work.ended) == 10, 200)
    samples = array("h", record.read_bytes())
    pieces = stretches(samples)
    assert len(pieces) == 10
    gaps = [after[0] - before[1] for before, after in itertools.pairwise(pieces)]
    assert min(gaps) >= 0.4 and max(gaps) < 3.0 * SPEED, gaps
    tops = [top for _, _, top in pieces]
    assert max(tops) / min(tops) < 10 ** (1.5 / 20) and max(tops) < 32_000, tops
    artefact = Path(__file__).resolve().parents[2] / "build" / "recordings"
    artefact.mkdir(parents=True, exist_ok=True)
    from display_board.voice.sound import wav

    (artefact / "ten-announcements.wav").write_bytes(wav(samples))
