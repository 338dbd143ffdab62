"""Whatever a driver can say of its device has a sentence in both languages, and bad news an advice."""

from __future__ import annotations

import pytest

from hardware.health import SENTENCES
from queue_server.devices.model import SILENT, Device
from queue_server.devices.words import REFUSES, WORDS, shown
from queue_server.wire.devices import DeviceKind, DeviceState

WELL = {"", "listening", "never_asked"}


def device(code: str, state: DeviceState = DeviceState.DEGRADED) -> Device:
    return Device("x", DeviceKind.LED_STRIP, "x", state, code, 0)


@pytest.mark.parametrize("code", sorted({*SENTENCES, SILENT}))
def test_every_reason_of_the_drivers_has_words(code: str) -> None:
    found = shown(device(code, DeviceState.OK if code in WELL else DeviceState.AWAY))
    assert code in WORDS
    assert found.sentence.zh and found.sentence.en and found.sentence.zh != found.sentence.en
    assert bool(found.advice.zh) == bool(found.advice.en) == (code not in WELL)


def test_a_reason_that_nobody_knows_is_named() -> None:
    found = shown(device("odd_thing"))
    assert found.sentence.zh == REFUSES[0].format(code="odd_thing") and "odd_thing" in found.sentence.en


def test_trouble_without_a_reason_is_not_called_well() -> None:
    assert shown(device("", DeviceState.FAULT)).sentence.en != "Well"
