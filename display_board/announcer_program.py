"""The announcer as a program: `python -m display_board announcer --server URL --key-file FILE --zone Z`."""

from __future__ import annotations

import argparse
import functools
import json
import logging
import signal
import sys
import tempfile
import threading
import time
import types
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from display_board.announcing import Announcer
from display_board.arguments import Parser, key, server
from display_board.audio_link import AudioLink
from display_board.voice.clips import Clips
from display_board.voice.engines import Engine, Joined, Prepared
from display_board.voice.phrases import Phrases
from display_board.voice.preparing import Preparing, worker_command
from hardware.errors import DeviceError
from hardware.health import Health
from hardware.peripherals import open_speaker
from hardware.speaker.driver import Speaker
from queue_server.board.speech import CHIME
from queue_server.client import Client, HealthReporter
from queue_server.wire.devices import DeviceKind

VOICE_FOLDER = Path(__file__).resolve().parent.parent / "build" / "voice"
FIRST_LOOK_S = 3.0
NAME = "voice.json"
"""What `make voice` writes last: the engine and the voice of each language."""
NO_SOUND = ("no_sound_device", "no_player")
EXAMPLE = """example:
  python -m display_board announcer --server http://127.0.0.1:8080 --key-file board-voice-1F.key --zone 1F
"""

log = logging.getLogger(__name__)


def announce(arguments: list[str]) -> int:
    """Run the announcer until it is told to end; returns the exit status."""
    given = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stdout)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    ended = threading.Event()

    def end(_number: int, _frame: types.FrameType | None) -> None:
        ended.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    with running(given):
        ended.wait()
    return 0


@contextmanager
def running(given: argparse.Namespace) -> Iterator[Announcer]:
    """The whole announcer: speaker, preparing worker, link and health report."""
    connect = functools.partial(Client, given.server, given.key_file)
    reporter = HealthReporter(connect)
    speaker = open_speaker(given.speaker, on_health=functools.partial(_hear_health, reporter))
    clips, phrases, preparing = Clips(), _phrases(given.voice), None
    joined = Joined(clips)
    engines: list[Engine] = [joined]
    if phrases is not None:
        engines.insert(0, Prepared(phrases))
        command = worker_command(given.voice, phrases.folder)
        preparing = None if command is None else Preparing(command, phrases)
    with tempfile.TemporaryDirectory(prefix="announcer-") as folder:
        announcer = Announcer(
            given.zone,
            engines,
            functools.partial(joined.sound, CHIME),
            lambda file: speaker.play([file]).result(),
            Path(folder),
            preparing,
        )
        link = AudioLink(connect, given.zone, announcer, lambda: _audible(speaker))
        announcer.may_speak = link.may_speak
        speaker.start()
        _wait_for_sound(speaker)
        for part in (reporter, preparing, announcer, link):
            if part is not None:
                part.start()
        try:
            yield announcer
        finally:
            link.stop()
            speaker.close()
            announcer.stop()
            if preparing is not None:
                preparing.stop()
            reporter.stop()


def _hear_health(reporter: HealthReporter, health: Health) -> None:
    reporter.note("speaker", DeviceKind.SPEAKER, health)
    if health.reason in NO_SOUND:
        log.warning(
            "no sound: %s; calls are written here instead 没有声音设备，叫号只写在这里", health.reason
        )
    elif not health.reason:
        log.info("the speaker works 声音正常")


def _audible(speaker: Speaker) -> bool:
    return speaker.health.reason not in NO_SOUND


def _wait_for_sound(speaker: Speaker) -> None:
    """Give the speaker a moment to find its device, so that the first lease is asked for rightly."""
    until_s = time.monotonic() + FIRST_LOOK_S
    while speaker.health.reason == "never_asked" and time.monotonic() < until_s:
        time.sleep(0.02)


def _phrases(folder: Path) -> Phrases | None:
    """The phrases of the voice that `make voice` set up, None if it did not."""
    try:
        about = json.loads((folder / NAME).read_text("utf-8"))
        return Phrases(folder / "phrases", str(about["engine"]), dict(about["voices"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("%s cannot be read, numbers are joined from clips: %s", folder / NAME, error)
        return None


def _speaker(url: str) -> str:
    try:
        open_speaker(url)
    except DeviceError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return url


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m display_board announcer",
        description="Say who is called to which counter, in one audio zone of the hall.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--server", type=server, required=True, metavar="URL", help="address of the server")
    parser.add_argument(
        "--key-file", type=key, required=True, metavar="FILE", help="file with a key of a board"
    )
    parser.add_argument("--zone", required=True, metavar="NAME", help="audio zone, as in the hall plan")
    parser.add_argument(
        "--speaker",
        type=_speaker,
        default="alsa://default",
        metavar="URL",
        help="sound output: alsa://default, alsa://plughw:1,0, sim://speaker?log=FILE",
    )
    parser.add_argument(
        "--voice",
        type=Path,
        default=VOICE_FOLDER,
        metavar="DIR",
        help="what `make voice` made; without it numbers are joined from clips",
    )
    return parser
