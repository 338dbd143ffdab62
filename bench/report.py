"""What a benchmark run collects: rows for people, the same as JSON, targets, and how noisy it was."""

from __future__ import annotations

import dataclasses
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

PROBES = 5


@dataclasses.dataclass
class Target:
    """A figure that was asked for: `at_most` or at least `limit`."""

    name: str
    value: float
    limit: float
    at_most: bool

    @property
    def met(self) -> bool:
        return self.value <= self.limit if self.at_most else self.value >= self.limit


@dataclasses.dataclass
class Report:
    """Figures of one run by section; prints as it goes."""

    repeats: int = 3
    figures: dict[str, Any] = dataclasses.field(default_factory=dict)
    targets: list[Target] = dataclasses.field(default_factory=list)
    noise: dict[str, list[float]] = dataclasses.field(default_factory=dict)
    section: str = ""

    def begin(self, section: str, title: str) -> None:
        """Start a section of the table."""
        self.section = section
        self.figures[section] = {}
        print(f"\n== {section}: {title}", flush=True)

    def add(self, name: str, values: Sequence[float], unit: str, note: str = "") -> float:
        """Add a figure measured several times; returns its median."""
        median = statistics.median(values)
        spread = (max(values) - min(values)) / median if median else 0.0
        self.figures[self.section][name] = {
            "median": round(median, 4),
            "values": [round(value, 4) for value in values],
            "spread": round(spread, 3),
            "unit": unit,
        }
        extremes = f"[{_short(min(values))} - {_short(max(values))}]" if len(values) > 1 else ""
        print(f"  {name:<58} {_short(median):>9} {unit:<6} {extremes:<22} {note}", flush=True)
        return median

    def target(self, name: str, value: float, *, at_most: float | None = None, at_least: float = 0.0) -> None:
        """Compare a figure with what was asked for."""
        limit = at_least if at_most is None else at_most
        found = Target(name, value, limit, at_most is not None)
        self.targets.append(found)
        sign, verdict = ("<=" if found.at_most else ">="), ("met" if found.met else "MISSED")
        print(f"  -> {name}: {_short(value)} {sign} {_short(limit)}  {verdict}", flush=True)

    def probe(self) -> None:
        """Measure the machine itself: what a fixed piece of work and an fsync take, in ms."""
        self.noise.setdefault("spin_ms", []).append(_best_of(_spin))
        self.noise.setdefault("fsync_ms", []).append(_median_of(_fsync))
        self.noise.setdefault("load", []).append(round(os.getloadavg()[0], 2))

    def as_json(self) -> dict[str, Any]:
        """The whole run as it is written to `latest.json`."""
        return {
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "machine": {
                "cores": os.cpu_count(),
                "kernel": platform.release(),
                "python": sys.version.split()[0],
            },
            "noise": self.noise,
            "sections": self.figures,
            "targets": [{**dataclasses.asdict(target), "met": target.met} for target in self.targets],
        }

    def close(self) -> None:
        """Say how noisy the machine was and which targets were missed."""
        print("\n== noise (before each section and at the end)")
        for name, values in self.noise.items():
            print(f"  {name:<12} {min(values):.2f} - {max(values):.2f}")
        steady = max(self.noise["spin_ms"]) <= 1.3 * min(self.noise["spin_ms"])
        print(
            "  "
            + (
                "steady"
                if steady
                else "NOISY: the same work took over 1.3 x as long at times; trust ratios only"
            )
        )
        missed = [target.name for target in self.targets if not target.met]
        print(f"\n{len(self.targets) - len(missed)} of {len(self.targets)} targets met")
        for name in missed:
            print(f"  missed: {name}")


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _best_of(work: Callable[[], float]) -> float:
    return round(min(work() for _ in range(PROBES)), 3)


def _median_of(work: Callable[[], float]) -> float:
    return round(statistics.median(work() for _ in range(PROBES * 4)), 3)


def _spin() -> float:
    begun = time.perf_counter()
    total = 0
    for number in range(300_000):
        total += number
    return (time.perf_counter() - begun) * 1000


def _fsync() -> float:
    with tempfile.NamedTemporaryFile(dir=Path.cwd()) as file:
        file.write(os.urandom(4096))
        file.flush()
        begun = time.perf_counter()
        os.fsync(file.fileno())
        return (time.perf_counter() - begun) * 1000
