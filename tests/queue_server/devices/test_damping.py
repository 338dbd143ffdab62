"""The damper, on times that are handed in: few changes pass at once, many are held, the last one arrives."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from queue_server.devices.damping import CHANGES, WITHIN_MS, Damper
from queue_server.devices.model import Device
from queue_server.wire.devices import DeviceKind, DeviceState

STATES = tuple(DeviceState)


def device(state: DeviceState, name: str = "kiosk-1/ticket_printer") -> Device:
    return Device(name, DeviceKind.TICKET_PRINTER, "kiosk-1", state, "", 0)


def test_one_device_does_not_hold_another_up() -> None:
    damper = Damper()
    for turn in range(CHANGES + 3):
        damper.admit([device(STATES[turn % 2])], turn)
    other = device(DeviceState.FAULT, "kiosk-2/ticket_printer")
    assert damper.admit([other], CHANGES + 3) == [other]


@given(st.lists(st.tuples(st.integers(0, 200_000), st.sampled_from(STATES)), min_size=1, max_size=200))
def test_never_too_many_and_the_last_state_always_arrives(changes: list[tuple[int, DeviceState]]) -> None:
    damper, now, told = Damper(), 0, list[tuple[int, DeviceState]]()
    for pause_ms, state in changes:
        now += pause_ms
        passed = [*damper.due(now), *damper.admit([device(state)], now)]
        told += [(now, one.state) for one in passed]
    now += WITHIN_MS
    told += [(now, one.state) for one in damper.due(now)]
    assert told[-1][1] is changes[-1][1]
    assert damper.due(now + WITHIN_MS) == []
    for first, last in zip(told, told[CHANGES:], strict=False):
        assert last[0] - first[0] >= WITHIN_MS
