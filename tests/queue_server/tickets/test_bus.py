"""What a bus program is told, and whose tickets it may move."""

from __future__ import annotations

import pytest

from queue_server.client import Client, Refusal
from queue_server.wire.buses import Bus
from tests.hall_process import HallProcess, hall

__all__ = ["hall"]

ON_2F_A = [f"Z3-{place:02}" for place in range(1, 11)]


def bus_of(hall: HallProcess, device: str) -> Bus:
    with hall.client(device) as client:
        return client.bus()


def test_a_bus_device_is_told_its_counters_and_their_state(hall: HallProcess) -> None:
    bus = bus_of(hall, "counter-2F-a")
    assert (bus.id, bus.stream) == ("2F-a", {"bus": "2F-a"})
    assert [units.counter for units in bus.counters] == ON_2F_A
    first = bus.counters[0]
    assert (first.label, first.zone, first.strip, first.pad) == ("25", "Z3", 1, 1)
    assert first.groups == ["Z3-id", "Z3-household", "@Z3-01"]
    assert set(bus.state.counters) == set(ON_2F_A) and set(bus.state.zones) == {"Z3"}
    assert bus.keys["call"] == "call-next"


def test_a_counter_s_own_device_is_told_its_counter_alone(hall: HallProcess) -> None:
    bus = bus_of(hall, "counter-Z3-02")
    assert (bus.id, bus.stream) == ("Z3-02", {"counter": "Z3-02"})
    assert [(units.counter, units.strip) for units in bus.counters] == [("Z3-02", 2)]
    with hall.client("kiosk-1") as kiosk, pytest.raises(Refusal, match="not_allowed"):
        kiosk.bus()


def test_who_waits_is_counted_by_queue(hall: HallProcess) -> None:
    before = bus_of(hall, "counter-2F-a")
    ids, exits = before.state.queues["Z3-id"], before.state.queues["Z3-exit"]
    hall.issue("Z3-001")
    hall.issue("Z3-008")
    after = bus_of(hall, "counter-2F-a").state.queues
    assert (after["Z3-id"], after["Z3-exit"]) == (ids + 1, exits + 1)
    assert "Z1" not in after
    with hall.client("counter-2F-a") as client:
        assert client.counter("Z3-05", "call-next") is not None
    assert bus_of(hall, "counter-2F-a").state.queues["Z3-exit"] == exits


def test_a_bus_device_acts_for_its_own_counters_only(hall: HallProcess) -> None:
    with hall.client("counter-2F-a") as client:
        for counter in ("Z3-01", "Z3-10"):
            client.counter(counter, "open")
        for counter in ("Z4-01", "Z1-01", "2F-a"):
            with pytest.raises(Refusal) as refused:
                client.counter(counter, "open")
            assert refused.value.problem.code in {"not_allowed", "counter_unknown"}
            assert refused.value.problem.code == "not_allowed"
    assert hall.console("Z3-01")["state"] == "open" and hall.console("Z4-01")["state"] == "closed"


def test_its_stream_goes_on_where_its_state_ends(hall: HallProcess) -> None:
    with hall.client("counter-2F-a") as client, Client(hall.url, hall.key("counter-2F-a")) as actor:
        bus = client.bus()
        hall.issue("Z3-004")
        hall.issue("Z1-001")
        called = actor.counter("Z3-03", "call-next")
        assert called is not None
        seen = []
        for event in client.events(after=bus.state.seq, epoch=bus.state.epoch, **bus.stream):
            if event is not None:
                seen.append((event.kind, event.zone))
            if event is not None and event.kind == "ticket.called":
                assert event.ticket is not None and event.ticket.number == called.number
                break
    assert {zone for _, zone in seen} == {"Z3"}
