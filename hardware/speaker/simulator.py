"""A program that takes the arguments of aplay and writes down what it would have played.

It stands alone, so that it starts quickly: `simulator.py --log FILE [--record FILE] [--speed N]
[--fault NAME] [--control FILE] -q -D DEVICE [CLIP]`. Each begin and end of a clip is one JSON line in the
log, with `at_s` from the machine's monotonic clock. The control file names a fault, which then holds.

The record is what a microphone would have taken: 16-bit samples at the clips' rate, each clip where its time
put it since the first one, clips that overlap added up. Its time runs with `--speed`.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
import wave
from array import array
from pathlib import Path

FAULTS = {
    "no_device": "finds no sound device",
    "busy": "finds the device taken",
    "stuck": "never ends, and ends only by force",
    "fails": "breaks off in the middle of a clip",
}
OPENING = {
    "no_device": "ALSA lib pcm.c:2666:(snd_pcm_open_noupdate) Unknown PCM default\n"
    "aplay: main:831: audio open error: No such file or directory",
    "busy": "aplay: main:831: audio open error: Device or resource busy",
}


def main(arguments: list[str]) -> int:
    """Play one clip as fast as `--speed` says (1 is real time, 0 at once); returns aplay's exit status."""
    chosen = _parser().parse_args(arguments)
    fault = _fault(chosen)
    if fault in OPENING:
        print(OPENING[fault], file=sys.stderr)
        return 1
    if chosen.clip is None:
        sys.stdin.buffer.read()
        return 0
    with wave.open(str(chosen.clip)) as sound:
        seconds = sound.getnframes() / sound.getframerate()
        samples = sound.readframes(sound.getnframes())
        rate = sound.getframerate()
    _write(chosen, "begin", seconds)
    _record(chosen, samples, rate)
    if fault == "stuck":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.pause()
    time.sleep(seconds / chosen.speed * (0.5 if fault == "fails" else 1.0) if chosen.speed else 0.0)
    if fault == "fails":
        print("aplay: pcm_write:2127: write error: Input/output error", file=sys.stderr)
        return 1
    _write(chosen, "end", seconds)
    return 0


def _record(chosen: argparse.Namespace, samples: bytes, rate: int) -> None:
    if chosen.record is None:
        return
    now_s, start = time.monotonic(), chosen.record.with_suffix(".start")
    if not start.exists():
        start.write_text(repr(now_s), "ascii")
        chosen.record.write_bytes(b"")
    at = round((now_s - float(start.read_text("ascii"))) * (chosen.speed or 1.0) * rate) * 2
    with chosen.record.open("r+b") as file:
        size = file.seek(0, 2)
        file.write(bytes(max(0, at - size)))
        file.seek(at)
        under = file.read(len(samples))
        file.seek(at)
        file.write(_added(samples, under))


def _added(samples: bytes, under: bytes) -> bytes:
    """Add what sounds already, within 16 bits."""
    if not any(under):
        return samples
    both = zip(array("h", samples), array("h", under.ljust(len(samples), b"\0")), strict=True)
    return array("h", [max(-32768, min(32767, one + other)) for one, other in both]).tobytes()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    parser.add_argument("--log", type=Path)
    parser.add_argument("--record", type=Path)
    parser.add_argument("--speed", type=float, default=1.0)
    parser.add_argument("--fault", choices=sorted(FAULTS))
    parser.add_argument("--control", type=Path)
    parser.add_argument("-q", action="store_true")
    parser.add_argument("-D", dest="device", default="default")
    parser.add_argument("clip", type=Path, nargs="?")
    return parser


def _fault(chosen: argparse.Namespace) -> str | None:
    fault: str | None = chosen.fault
    if chosen.control is not None and chosen.control.exists():
        named = chosen.control.read_text("utf-8").split()
        fault = named[0] if named and named[0] in FAULTS else None
    return fault


def _write(chosen: argparse.Namespace, event: str, seconds: float) -> None:
    if chosen.log is None:
        return
    line = {"event": event, "clip": chosen.clip.name, "seconds": seconds, "at_s": time.monotonic()}
    with chosen.log.open("a", encoding="utf-8") as log:
        log.write(json.dumps({**line, "device": chosen.device}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
