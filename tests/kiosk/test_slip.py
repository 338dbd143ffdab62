"""The slip of every matter in both languages: its words, its size, its code."""

from __future__ import annotations

import msgspec
import pytest

from hardware.ticket_printer.drawing import draw_line
from hardware.ticket_printer.profile import load_profile
from hardware.ticket_printer.protocol import build_job
from hardware.ticket_printer.slip import Line, Qr, Slip
from kiosk.slip import SlipFacts, build_slip, slip_facts
from kiosk.slip_preview import PREFLIGHT, ZH
from kiosk.words import Words
from queue_server.wire import Wait
from tests.kiosk import samples

LIMIT = 420
PROFILE = load_profile("generic_80mm")


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


def longest_class(lang: str) -> str:
    hall, _, _ = samples.hall_and_matters()
    key = "name" if lang == "zh" else "name_en"
    return max((row[key] for row in hall.priority_classes), key=len)


@pytest.mark.parametrize("large", [False, True], ids=["standard", "large"])
@pytest.mark.parametrize("kind", ["plain", "priority", "booked", "several", "copy", "priority copy"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_matter_fits_into_its_bytes(lang: str, kind: str, large: bool) -> None:
    """The longest of each: an address of 60 characters, a crowd, the longest class, questions and proofs."""
    _, briefs, _ = samples.hall_and_matters()
    more: dict[str, object] = {
        "priority": longest_class(lang) if "priority" in kind else "",
        "booked": "10:30" if kind == "booked" else "",
        "errands": 20 if kind == "several" else 1,
        "copy": 2 if "copy" in kind else 1,
    }
    assert len(ZH.url) == 60
    sizes = [
        len(build_job(build_slip(facts), PROFILE, "999999/2")) + PREFLIGHT
        for brief in briefs
        if brief.issues
        for facts in [slip_of(brief.id, lang, ahead=200, minutes="120-240", url=ZH.url, large=large, **more)]
    ]
    assert 300 < max(sizes) <= LIMIT


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


def test_a_number_that_brings_several_matters_says_how_many() -> None:
    several = msgspec.structs.replace(samples.ticket(), errands=5)
    for lang, line in (("zh", "还办：4件"), ("en", "Also: 4 more")):
        says = slip_facts(msgspec.structs.replace(several, lang=lang), "", ("B", ""), "", "")
        assert line in lines(build_slip(says)) and line in lines(
            build_slip(msgspec.structs.replace(says, large=True))
        )
    named = slip_of(samples.LONGEST, more=("甲", "乙"), errands=3)
    assert "还办：甲；乙" in lines(build_slip(named))


def test_what_stands_on_it() -> None:
    slip = build_slip(slip_of(samples.LONGEST))
    assert lines(slip) == [
        "上饶市行政服务中心",
        "G1026",
        "去 1楼 B区 不动产登记",
        "二手房转移登记及水电气讯联动过户一件事",
        "前面9人 大约等18-30分钟",
        "扫码看进度；没有手机也一样叫您",
        "没听到不作废，请找导办员",
        "2026-11-23 10:24  kiosk-1",
    ]
    assert [item.payload for item in slip.items if isinstance(item, Qr)] == [samples.URL]
    number = next(item for item in slip.items if isinstance(item, Line) and item.text == "G1026")
    assert number.spans[0].width == 8


def test_in_large_print() -> None:
    slip = build_slip(slip_of(samples.LONGEST, large=True, priority="老年人"))
    assert lines(slip) == [
        "G1026",
        "去 1楼 B区 ",
        "坐下等，叫到再去窗口",
        "大约等18-30分钟",
        "不明白？请问导办员",
        "二手房转移登记及水电气讯联动过户一件事",
        "优先：老年人 请带证件",
        "没听到不作废，请找导办员",
        "上饶市行政服务中心 2026-11-23 10:24",
    ]
    place = next(item for item in slip.items if isinstance(item, Line) and item.text.startswith("去"))
    assert {span.width for span in place.spans} == {4}


def test_in_english() -> None:
    texts = lines(build_slip(slip_of(samples.LONGEST, "en")))
    assert texts[0] == "Shangrao Administrative Service Center"
    assert texts[2] == "Go to 1F  B Real estate"
    assert "9 ahead 18-30 min" in texts


@pytest.mark.parametrize(
    ("wait", "ahead", "expected"),
    [
        (Wait(0, 0, 0), 0, ["现在不用等"]),
        (None, 3, ["前面3人 窗口一开就叫"]),
        (None, None, ["窗口一开就叫"]),
        (Wait(60, 90, 121), 200, ["前面200+人 大约等1-3分钟"]),
        (Wait(7200, 9000, 14_400), 200, ["前面200+人", "大约等120-240分钟"]),
    ],
)
def test_waits(wait: Wait | None, ahead: int | None, expected: list[str]) -> None:
    found = msgspec.structs.replace(samples.ticket(), wait=wait, ahead=ahead)
    texts = lines(build_slip(slip_facts(found, "厅", ("B", "不动产登记"), "x", "k")))
    assert texts[4 : 4 + len(expected)] == expected


def test_a_reprint_says_so_and_nobody_s_floor_is_invented() -> None:
    assert lines(build_slip(slip_of(samples.LONGEST, copy=2)))[0] == " 补打 2 "
    assert lines(build_slip(slip_of(samples.LONGEST, floor=None)))[2].startswith("去 B区")


def test_several_matters_are_named_as_far_as_a_line_goes() -> None:
    names = ("个人住房公积金提取", "户口迁移", "居住证办理")
    assert "还办：个人住房公积金提取；户口迁移 等3件" in lines(
        build_slip(slip_of(samples.LONGEST, more=names))
    )
    two = lines(build_slip(slip_of(samples.LONGEST, more=names[:2])))
    assert "还办：个人住房公积金提取；户口迁移" in two


def test_on_narrow_paper_what_matters_stays_large() -> None:
    profile = load_profile("generic_58mm")
    slip = build_slip(slip_of(samples.LONGEST), width_columns=profile.columns)
    rows = [item for item in slip.items if isinstance(item, Line)]
    assert max(row.columns for row in rows) <= profile.columns == 32
    sizes = {row.text: row.spans[0].width for row in rows}
    assert (sizes["不动产登记"], sizes["前面9人"], sizes["大约等18-30分钟"]) == (2, 2, 2)
    assert sizes["G1026"] == 6


def test_rare_characters_cost_a_picture_and_nothing_is_lost() -> None:
    facts = msgspec.structs.replace(slip_of(samples.LONGEST), matter="㙍𬭎䶮社区", zone="㙍上")
    job = build_job(build_slip(facts), PROFILE, "j", draw_line)
    plain = build_job(build_slip(facts), PROFILE, "j")
    assert "𬭎".encode("gb18030") in plain and "𬭎".encode("gb18030") not in job
    assert 800 < len(job) - len(plain) < 1600


def test_it_survives_the_disk() -> None:
    facts = slip_of(samples.LONGEST, more=("甲", "乙"))
    assert msgspec.json.decode(msgspec.json.encode(facts), type=SlipFacts) == facts
