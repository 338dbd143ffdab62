"""Shared by all tests: how long a long test is."""

from __future__ import annotations

import os
from collections.abc import Callable

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
