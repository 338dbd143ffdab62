"""Profiles load whole or not at all, and say what is wrong with them."""

from __future__ import annotations

import pytest

from hardware.errors import DeviceError
from hardware.ticket_printer.profile import PROFILES, Profile, load_profile, parse_profile


def test_generic_profile_says_how_each_ability_is_known() -> None:
    profile = load_profile("generic_80mm")
    assert (profile.width_dots, profile.columns, profile.kanji_on) == (576, 48, b"\x1c\x26")
    assert set(profile.evidence.values()) <= {"documented", "probed", "unverified"}
    assert {"fence", "status", "qr", "hanzi_scale"} <= set(profile.evidence)


def test_every_shipped_profile_loads_under_its_own_name() -> None:
    for path in PROFILES.glob("*.toml"):
        assert load_profile(path.stem).name == path.stem


@pytest.mark.parametrize(
    ("toml", "word"),
    [
        ("", "name"),
        ("name = 'x'\nwidht_dots = 1", "unknown fields: widht_dots"),
        ("name = 'x'\ncharset = 'big5'", "charset must be one of"),
        ("name = 'x'\nwidth_dots = '576'", "width_dots must be int"),
        ("name = 'x'\nmax_scale = 0", "at least 1"),
        ("name = 'x'\nnear_end_sensor = 1", "near_end_sensor must be bool"),
        ("name = 'x'\nkanji_on = 'zz'", "kanji_on must be hex"),
        ("name = 'x", "profile:"),
    ],
)
def test_bad_profiles_are_refused(toml: str, word: str) -> None:
    with pytest.raises(DeviceError, match=word) as caught:
        parse_profile(toml)
    assert caught.value.permanent
    assert caught.value.reason == "bad_profile"


def test_unknown_profile_names_those_that_exist() -> None:
    with pytest.raises(DeviceError, match="generic_80mm"):
        load_profile("../../etc/passwd")


def test_small_profile_keeps_the_other_defaults() -> None:
    assert parse_profile("name = 'tiny'\nwidth_dots = 384") == Profile("tiny", width_dots=384)
