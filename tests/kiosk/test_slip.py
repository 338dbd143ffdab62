"""The slip of every matter in both languages: its words, its size, its code."""

from __future__ import annotations

import msgspec
import pytest

from hardware.ticket_printer.profile import load_profile
from hardware.ticket_printer.protocol import build_job
from hardware.ticket_printer.slip import Line, Qr, Slip
from kiosk.slip import SlipFacts, build_slip, slip_facts
from kiosk.words import Words
from queue_server.wire import Wait
from tests.kiosk import samples

LIMIT = 420


def slip_of(matter: str, lang: str = "zh", **changes: object) -> SlipFacts:
    hall, _, _ = samples.hall_and_matters()
    found = samples.ticket(matter, "G1026", 999, lang)
    zone = next(zone for zone in hall.zones if zone.id == found.zone)
    words = Words(lang)
    sign = (zone.sign, words.pick(zone.name, zone.name_en))
    made = slip_facts(found, words.pick(hall.name, hall.name_en), sign, "2026-11-23 10:24", "kiosk-1")
    return msgspec.structs.replace(made, **changes)  # type: ignore[arg-type]


def lines(slip: Slip) -> list[str]:
    return [item.text for item in slip.items if isinstance(item, Line)]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_matter_fits_into_its_bytes(lang: str) -> None:
    _, briefs, _ = samples.hall_and_matters()
    profile = load_profile("generic_80mm")
    longest = 0
    for brief in briefs:
        if brief.issues:
            facts = slip_of(brief.id, lang, ahead=200, minutes="120-240", copy=2)
            longest = max(longest, len(build_job(build_slip(facts), profile, "999999/2")))
    assert 250 < longest <= LIMIT


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_priority_class_stands_on_it_with_the_proof_and_within_its_bytes(lang: str) -> None:
    hall, _, _ = samples.hall_and_matters()
    words, profile = Words(lang), load_profile("generic_80mm")
    for found in hall.priority_classes:
        name = words.pick(found["name"], found["name_en"])
        facts = slip_of(samples.LONGEST, lang, ahead=200, minutes="120-240", copy=2, priority=name)
        slip = build_slip(facts)
        assert name.split()[0].rstrip(",") in " ".join(lines(slip))
        assert lang == "en" or any(line.endswith("请带证件") and name in line for line in lines(slip))
        assert len(build_job(slip, profile, "999999/2")) <= LIMIT


def test_what_stands_on_it() -> None:
    slip = build_slip(slip_of(samples.LONGEST))
    assert lines(slip) == [
        "上饶市行政服务中心",
        "G1026",
        "去 1楼  B区  不动产登记",
        "二手房转移登记及水电气讯联动过户一件事",
        "前面9人 约等18-30分钟",
        "扫码看进度；没有手机也一样叫您",
        "没听到不作废，请找导办员",
        "2026-11-23 10:24  kiosk-1",
    ]
    assert [item.payload for item in slip.items if isinstance(item, Qr)] == [samples.URL]
    number = next(item for item in slip.items if isinstance(item, Line) and item.text == "G1026")
    assert number.spans[0].width == 8


def test_in_english() -> None:
    texts = lines(build_slip(slip_of(samples.LONGEST, "en")))
    assert texts[0] == "Shangrao Administrative Service Center"
    assert texts[2] == "Go to 1F  B  Real estate"
    assert "9 ahead 18-30 min" in texts


@pytest.mark.parametrize(
    ("wait", "ahead", "expected"),
    [
        (Wait(0, 0, 0), 0, "现在不用等"),
        (None, 3, "前面3人 窗口一开就叫"),
        (Wait(60, 90, 121), 200, "前面200+人 约等1-3分钟"),
    ],
)
def test_waits(wait: Wait | None, ahead: int, expected: str) -> None:
    found = msgspec.structs.replace(samples.ticket(), wait=wait, ahead=ahead)
    assert expected in lines(build_slip(slip_facts(found, "厅", ("B", "不动产登记"), "x", "k")))


def test_a_reprint_says_so_and_nobody_s_floor_is_invented() -> None:
    assert " 补打 2 " in lines(build_slip(slip_of(samples.LONGEST, copy=2)))[0]
    assert lines(build_slip(slip_of(samples.LONGEST, floor=None)))[2].startswith("去  B区")


def test_it_survives_the_disk() -> None:
    facts = slip_of(samples.LONGEST)
    assert msgspec.json.decode(msgspec.json.encode(facts), type=SlipFacts) == facts
