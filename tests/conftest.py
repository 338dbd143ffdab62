"""Shared by all tests: how long a long test is."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

SOAK = os.environ.get("SOAK") == "1"

# `make test` is the same run for the same code; `make soak` looks further, with a new seed each time.
settings.register_profile(
    "short", derandomize=True, max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "soak", max_examples=2_000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("soak" if SOAK else "short")


@pytest.fixture(scope="session")
def rounds() -> Callable[[int, int], int]:
    """Return `rounds(short, full)`: the count of the day, or the stated count under `make soak`."""
    return lambda short, full: full if SOAK else short


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Take the files of all folders in turn, so that those which compute run beside those which wait."""
    turns: dict[Path, int] = {}
    taken: Counter[Path] = Counter()
    for item in items:
        if item.path not in turns:
            turns[item.path] = taken[item.path.parent]
            taken[item.path.parent] += 1
    items.sort(key=lambda item: turns[item.path])
