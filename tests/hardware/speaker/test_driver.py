"""The speaker plays list after list, one clip at a time, with real aplay and with the simulated player."""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hardware.errors import DeviceError
from hardware.health import Health, HealthState
from hardware.peripherals import open_speaker
from hardware.speaker.driver import Speaker, SpeakerTimes, clip_s
from hardware.speaker.played import Played
from tests.hardware.hosted import wait_for
from tests.hardware.speaker.test_protocol import clip

WAIT_S = 30.0
TIMES = SpeakerTimes(pause_s=0.1, watchdog_s=2.0, probe_s=0.2)


@pytest.fixture
def clips(tmp_path: Path) -> dict[str, Path]:
    made = {}
    for name, frames in (("叮咚", 2_400), ("A", 4_800), ("012", 4_800), ("long", 24_000 * 10)):
        made[name] = tmp_path / f"{name}.wav"
        made[name].write_bytes(clip(frames))
    return made


class Simulated:
    """A speaker whose player writes a log and obeys a fault file."""

    def __init__(self, folder: Path, times: SpeakerTimes = TIMES) -> None:
        self.log, self.control = folder / "played.jsonl", folder / "faults"
        self.health: list[Health] = []
        url = f"sim://speaker?log={self.log}&control={self.control}"
        self.speaker = open_speaker(url, on_health=self.health.append)
        self.speaker._times = times
        self.speaker.start()

    def events(self) -> list[tuple[str, str, float]]:
        if not self.log.exists():
            return []
        lines = [json.loads(line) for line in self.log.read_text("utf-8").splitlines()]
        return [(line["event"], Path(line["clip"]).stem, line["at_s"]) for line in lines]

    def begun(self) -> list[str]:
        return [clip for event, clip, _ in self.events() if event == "begin"]


@pytest.fixture
def simulated(tmp_path: Path) -> Iterator[Simulated]:
    made = Simulated(tmp_path)
    yield made
    made.speaker.close()


def children() -> set[int]:
    """Living children of this process; a player that was not ended would be among them."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == os.getpid() and fields[0] != "Z":
            found.add(int(path.parent.name))
    return found


# -- the real player -----------------------------------------------------------------------------------


def test_aplay_into_nothing(clips: dict[str, Path]) -> None:
    speaker = open_speaker("alsa://null")
    speaker.start()
    try:
        done = speaker.play([clips["叮咚"], clips["A"], clips["012"]]).result(WAIT_S)
        assert done == Played(3, 3)
        assert done.complete
        assert speaker.health.state is HealthState.OK
    finally:
        speaker.close()


def test_aplay_without_a_sound_device(clips: dict[str, Path]) -> None:
    health: list[Health] = []
    speaker = open_speaker("alsa://nosuchcard", on_health=health.append)
    speaker.start()
    try:
        wait_for(lambda: speaker.health.reason == "no_sound_device")
        assert speaker.health.state is HealthState.AWAY
        assert speaker.health.sentence == "speaker finds no sound device"
        assert speaker.play([clips["A"]]).result(WAIT_S) == Played(0, 1, "no_sound_device")
        assert [now.reason for now in health] == ["no_sound_device"]
    finally:
        speaker.close()


def test_no_player_at_all(clips: dict[str, Path]) -> None:
    speaker = Speaker(player=("/nonexistent/aplay",))
    speaker.start()
    try:
        assert speaker.play([clips["A"]]).result(WAIT_S) == Played(0, 1, "no_player")
        assert speaker.health.state is HealthState.FAULT
    finally:
        speaker.close()


def test_a_player_that_is_installed_later_is_found(tmp_path: Path) -> None:
    speaker = Speaker(player=(str(tmp_path / "aplay"),), times=TIMES)
    speaker.start()
    try:
        wait_for(lambda: speaker.health.reason == "no_player")
        player = tmp_path / "draft"
        player.write_text("#!/bin/sh\nexit 0\n")
        player.chmod(0o755)
        player.rename(tmp_path / "aplay")
        wait_for(lambda: speaker.health.state is HealthState.OK)
    finally:
        speaker.close()


def test_a_user_who_may_not_play_is_a_fault_until_a_person_mends_it(tmp_path: Path) -> None:
    player = tmp_path / "aplay"
    player.write_text("#!/bin/sh\necho 'aplay: main:831: audio open error: Permission denied' >&2\nexit 1\n")
    player.chmod(0o755)
    speaker = Speaker(player=(str(player),), times=TIMES)
    speaker.start()
    try:
        wait_for(lambda: speaker.health.reason == "no_permission")
        assert speaker.health.state is HealthState.FAULT
    finally:
        speaker.close()


# -- the simulated player ------------------------------------------------------------------------------


def test_one_at_a_time_in_order_with_gaps(simulated: Simulated, clips: dict[str, Path]) -> None:
    first = simulated.speaker.play([clips["叮咚"], clips["A"]], gap_s=0.2)
    second = simulated.speaker.play([clips["012"]])
    assert (first.result(WAIT_S), second.result(WAIT_S)) == (Played(2, 2), Played(1, 1))
    events = simulated.events()
    assert [(event, name) for event, name, _ in events] == [
        ("begin", "叮咚"),
        ("end", "叮咚"),
        ("begin", "A"),
        ("end", "A"),
        ("begin", "012"),
        ("end", "012"),
    ]
    at = [at_s for _, _, at_s in events]
    assert at[1] - at[0] >= 0.1  # as long as the clip
    assert at[2] - at[1] >= 0.2  # the gap
    assert at[4] - at[3] >= 0.1  # the pause between lists


def test_lists_from_many_threads_never_overlap(simulated: Simulated, clips: dict[str, Path]) -> None:
    done = []

    def ask() -> None:
        done.append(simulated.speaker.play([clips["叮咚"], clips["叮咚"]]))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [future.result(WAIT_S) for future in done] == [Played(2, 2)] * 4
    assert [event for event, _, _ in simulated.events()] == ["begin", "end"] * 8


def test_stop_is_silence_at_once(simulated: Simulated, clips: dict[str, Path]) -> None:
    playing = simulated.speaker.play([clips["A"], clips["long"], clips["A"]])
    waiting = simulated.speaker.play([clips["A"]])
    wait_for(lambda: simulated.begun() == ["A", "long"])
    began = time.monotonic()
    simulated.speaker.stop()
    assert playing.result(WAIT_S) == Played(1, 3, "stopped")
    assert waiting.result(WAIT_S) == Played(0, 1, "stopped")
    assert time.monotonic() - began < 1.0
    assert simulated.speaker.play([clips["012"]]).result(WAIT_S) == Played(1, 1)
    assert simulated.begun() == ["A", "long", "012"]
    assert simulated.speaker.health.state is HealthState.OK


def test_stop_in_a_gap(simulated: Simulated, clips: dict[str, Path]) -> None:
    playing = simulated.speaker.play([clips["叮咚"], clips["A"]], gap_s=20.0)
    wait_for(lambda: len(simulated.events()) == 2)
    time.sleep(0.5)  # the player has written its end and is leaving
    simulated.speaker.stop()
    assert playing.result(WAIT_S) == Played(1, 2, "stopped")


def test_the_watchdog_ends_a_stuck_player(simulated: Simulated, clips: dict[str, Path]) -> None:
    before = children()
    simulated.control.write_text("stuck")
    began = time.monotonic()
    assert simulated.speaker.play([clips["A"]]).result(WAIT_S) == Played(0, 1, "stuck")
    assert TIMES.watchdog_s <= time.monotonic() - began < TIMES.watchdog_s + 2
    assert (simulated.speaker.health.state, simulated.speaker.health.reason) == (
        HealthState.DEGRADED,
        "stuck",
    )
    assert children() <= before
    simulated.control.write_text("")
    assert simulated.speaker.play([clips["A"]]).result(WAIT_S) == Played(1, 1)
    assert simulated.speaker.health.state is HealthState.OK


def test_a_stuck_player_is_stopped_too(tmp_path: Path, clips: dict[str, Path]) -> None:
    made = Simulated(tmp_path, replace(TIMES, watchdog_s=60.0))
    made.control.write_text("stuck")
    playing = made.speaker.play([clips["A"]])
    wait_for(lambda: made.begun() == ["A"])
    made.speaker.close()
    assert playing.result(WAIT_S) == Played(0, 1, "stopped")
    assert made.speaker.play([clips["A"]]).result(WAIT_S) == Played(0, 1, "stopped")


@pytest.mark.parametrize(
    ("fault", "state", "reason"),
    [
        ("no_device", HealthState.AWAY, "no_sound_device"),
        ("busy", HealthState.DEGRADED, "sound_busy"),
        ("fails", HealthState.DEGRADED, "player_failed"),
    ],
)
def test_trouble_is_told_and_ends(
    simulated: Simulated, clips: dict[str, Path], fault: str, state: HealthState, reason: str
) -> None:
    simulated.control.write_text(fault)
    assert simulated.speaker.play([clips["A"], clips["012"]]).result(WAIT_S) == Played(0, 2, reason)
    assert (simulated.speaker.health.state, simulated.speaker.health.reason) == (state, reason)
    simulated.control.write_text("")
    if state is HealthState.AWAY:
        # A lost device is looked for without being asked to play.
        wait_for(lambda: simulated.speaker.health.state is HealthState.OK)
    assert simulated.speaker.play([clips["A"]]).result(WAIT_S) == Played(1, 1)
    assert simulated.speaker.health.state is HealthState.OK


def test_nothing_is_played_of_a_list_with_a_bad_clip(
    simulated: Simulated, clips: dict[str, Path], tmp_path: Path
) -> None:
    noise = tmp_path / "noise.wav"
    noise.write_bytes(b"no sound at all" * 100)
    for bad in (noise, tmp_path / "missing.wav", tmp_path):
        assert simulated.speaker.play([clips["A"], bad]).result(WAIT_S) == Played(0, 2, "bad_clip")
    assert simulated.begun() == []
    assert simulated.speaker.play([]).result(WAIT_S) == Played(0, 0)


def test_a_list_may_be_taken_back_while_it_waits(simulated: Simulated, clips: dict[str, Path]) -> None:
    first = simulated.speaker.play([clips["A"]])
    second = simulated.speaker.play([clips["long"]])
    assert second.cancel()
    third = simulated.speaker.play([clips["012"]])
    assert first.result(WAIT_S).complete
    assert third.result(WAIT_S).complete
    assert simulated.begun() == ["A", "012"]


def test_a_receiver_that_fails_does_not_end_the_speaker(clips: dict[str, Path]) -> None:
    def fail(health: Health) -> None:
        raise ValueError(health.reason)

    speaker = open_speaker("sim://speaker?speed=0", on_health=fail)
    speaker.start()
    try:
        assert speaker.play([clips["A"]]).result(WAIT_S).complete
    finally:
        speaker.close()


def test_close_leaves_no_child(tmp_path: Path, clips: dict[str, Path]) -> None:
    before = children()
    made = Simulated(tmp_path)
    made.speaker.play([clips["long"]])
    wait_for(lambda: made.begun() == ["long"])
    assert children() - before
    made.speaker.close()
    wait_for(lambda: children() <= before)


def test_length_of_a_clip(clips: dict[str, Path], tmp_path: Path) -> None:
    assert clip_s(clips["叮咚"]) == pytest.approx(0.1)
    with pytest.raises(DeviceError):
        clip_s(tmp_path / "missing.wav")


def test_the_simulated_player_starts_quickly() -> None:
    """A gap between clips is heard: the simulator must not be slower than people notice."""
    speaker = open_speaker("sim://speaker")
    took = []
    for _ in range(3):
        began = time.monotonic()
        subprocess.run([*speaker._player, "-q", "-D", "x"], stdin=subprocess.DEVNULL, check=True)
        took.append(time.monotonic() - began)
    assert min(took) < 1.0
