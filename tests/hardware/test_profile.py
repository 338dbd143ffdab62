"""Profiles load whole or not at all, and say all that is wrong with them at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardware.errors import DeviceError
from hardware.ticket_printer.profile import (
    CHOICES,
    EVIDENCE,
    Profile,
    known_profiles,
    load_profile,
    parse_profile,
)


def test_generic_profile_says_how_each_ability_is_known() -> None:
    profile = load_profile("generic_80mm")
    assert (profile.width_dots, profile.columns, profile.kanji_on) == (576, 48, b"\x1c\x26")
    assert {"fence", "status", "qr", "hanzi_scale"} <= set(profile.evidence)


def test_every_shipped_profile_loads_under_its_own_name() -> None:
    assert {"generic_80mm", "generic_58mm", "epson_tm_t20", "epson_tm_t88", "plain_clone"} <= set(
        known_profiles()
    )
    for name in known_profiles():
        profile = load_profile(name)
        assert profile.name == name and profile.title
        assert profile.evidence and set(profile.evidence.values()) <= set(EVIDENCE)


def test_widths_in_columns() -> None:
    widths = {name: load_profile(name).columns for name in known_profiles()}
    assert (widths["generic_58mm"], widths["epson_tm_t88"], widths["epson_tm_t20"]) == (32, 42, 48)


@pytest.mark.parametrize(
    ("toml", "word"),
    [
        ("", "name is missing"),
        ("name = 5", "name must be a text"),
        ("name = 'x'\nwidht_dots = 1", "unknown field widht_dots"),
        ("name = 'x'\ncharset = 'big5'", "charset must be one of"),
        ("name = 'x'\nqr = ['native']", "qr must be one of"),
        ("name = 'x'\nwidth_dots = '576'", "width_dots must be a whole number"),
        ("name = 'x'\nwidth_dots = true", "width_dots must be a whole number"),
        ("name = 'x'\nmax_scale = 0", "from 1 to 8, not 0"),
        ("name = 'x'\nnear_end_sensor = 1", "near_end_sensor must be true or false"),
        ("name = 'x'\nkanji_on = 'zz'", "kanji_on must be hex"),
        ("name = 'x'\nevidence = 3", "evidence must be a table"),
        ("name = 'x'\n[evidence]\nfences = 'seen'", "evidence: unknown field fences"),
        ("name = 'x'\n[evidence]\nfence = 'seen'", "evidence: fence must be one of"),
        ("name = 'x'\nstatus = 'none'\nclear = 'dle_dc4'", "clear = dle_dc4 needs"),
        ("name = 'x", "profile:"),
    ],
)
def test_bad_profiles_are_refused(toml: str, word: str) -> None:
    with pytest.raises(DeviceError, match=word) as caught:
        parse_profile(toml)
    assert caught.value.permanent
    assert caught.value.reason == "bad_profile"


def test_every_error_is_told_at_once() -> None:
    with pytest.raises(DeviceError) as caught:
        parse_profile("width_dots = 1\nfnece = 'gs_h'\ncharset = 'big5'\nmax_scale = 9\nkanji_on = 7")
    for word in ("name is missing", "width_dots", "fnece", "charset", "max_scale", "kanji_on"):
        assert word in str(caught.value)
    assert str(caught.value).count(";") == 5 and "\n" not in str(caught.value)


def test_unknown_profile_names_those_that_exist() -> None:
    with pytest.raises(DeviceError, match="generic_80mm"):
        load_profile("../../etc/passwd")


def test_a_hall_may_bring_its_own_file(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text("name = 'ours'\nwidth_dots = 640\n", "utf-8")
    assert load_profile(str(tmp_path / "ours.toml")) == Profile("ours", width_dots=640)
    with pytest.raises(DeviceError, match=r"none\.toml"):
        load_profile(str(tmp_path / "none.toml"))


def test_small_profile_keeps_the_other_defaults() -> None:
    assert parse_profile("name = 'tiny'\nwidth_dots = 384") == Profile("tiny", width_dots=384)


@pytest.mark.parametrize(
    ("charset", "font", "drawn", "not_drawn"),
    [
        ("gb2312", "gb2312", "A厅。①", "镕喆㙍䶮𠮷"),
        ("gbk", "gbk", "A镕喆℃", "㙍䶮𬭎"),
        ("gb18030", "gbk", "A镕喆℃", "㙍䶮𬭎"),
        ("gb18030", "gb18030", "镕㙍䶮㐀é", "𬭎𠮷ñ"),
        ("gbk", "all", "镕", "㙍𬭎"),
        ("utf8", "all", "镕㙍䶮𬭎é", ""),
    ],
)
def test_what_a_unit_can_draw(charset: str, font: str, drawn: str, not_drawn: str) -> None:
    profile = Profile("x", charset=charset, font=font)
    assert [char for char in drawn if not profile.draws(char)] == []
    assert [char for char in not_drawn if profile.draws(char)] == []


def test_every_choice_is_used_by_a_check() -> None:
    for key, choices in CHOICES.items():
        for choice in choices:
            assert getattr(parse_profile(f"name = 'x'\n{key} = '{choice}'"), key) == choice
