"""The kiosk is up at once, costs nothing while nobody stands there, and does not grow."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from bench import kiosk as bench_kiosk


@pytest.fixture(scope="module")
def bench() -> Iterator[bench_kiosk.Bench]:
    with bench_kiosk.prepared() as made:
        yield made


def test_first_frame_and_rest(bench: bench_kiosk.Bench) -> None:
    assert bench.probe("start", "", 1)["first_frame_s"] < 15, "1 on a quiet machine; the benchmark prints it"
    rest = bench.probe("idle", "", 5)
    assert rest["idle_frames"] == 0, "the attract screen stands still"
    assert rest["idle_cpu_percent"] < 4, "2 on a quiet machine; the benchmark prints it"


def test_no_growth_over_many_rounds(bench: bench_kiosk.Bench, rounds: Callable[[int, int], int]) -> None:
    warm, count = rounds(10, 100), rounds(16, 200)
    memory = bench.probe("rounds", "", count)["rss_mb_after_rounds"]
    # The first rounds load every size of type and fill the bounded caches with the words of all matters.
    assert memory[str(count)] - memory[str(warm)] < 10, memory
