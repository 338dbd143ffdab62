"""The hall file: the sample hall is whole, and a wrong file tells every fault with its line."""

import re
from collections import Counter
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from queue_server.catalogue import rules as catalogue_rules
from queue_server.hall import rules
from queue_server.hall.located import FAULTS, BadFile, Fault
from queue_server.hall.model import MatterSite, ZoneMode

CONFIG = Path(__file__).resolve().parents[3] / "config"
SAMPLE = (CONFIG / "hall.example.toml").read_text(encoding="utf-8")
PLAN = rules.parse(SAMPLE, 1)
ITEMS = catalogue_rules.parse((CONFIG / "catalogue.yaml").read_text(encoding="utf-8")).catalogue.items
SITES = [catalogue_rules.site(item) for item in ITEMS]


def faults_of(content: str) -> list[tuple[int, str, str]]:
    with pytest.raises(BadFile) as caught:
        rules.parse(content)
    return [(fault.line, fault.place, fault.code) for fault in caught.value.faults]


def blanks(words: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(words) if name}


def queue_of(matter: str, zone: str) -> str | None:
    group = PLAN.group_of(matter, zone)
    return None if group is None else group.id


def line_of(content: str, part: str) -> int:
    return content[: content.index(part)].count("\n") + 1


def test_counters_stand_in_the_numbers_of_the_rule():
    counted = Counter(counter.zone for counter in PLAN.counters.values())
    assert counted == {"Z1": 6, "Z2": 18, "Z3": 10, "Z4": 6, "Z5": 16, "Z6": 4, "Z7": 6}
    assert [counter.label for counter in PLAN.counters.values()] == [str(label) for label in range(1, 67)]
    assert PLAN.counters["Z3-01"].label == "25" and PLAN.counters["Z3-01"].floor == 2
    assert len(PLAN.counters_of("Z2")) == 10 and len(PLAN.counters_of("Z2-pre")) == 8
    assert PLAN.zones["Z8"].seats == 30 and PLAN.zones["Z8"].floor is None


def test_every_matter_of_the_catalogue_has_its_place():
    assert len(SITES) == 146
    assert rules.uncovered(PLAN, SITES) == []
    assert rules.unknown_matters(PLAN, SITES) == []
    placed = {site.id: rules.placement(PLAN, site) for site in SITES}
    why = Counter(place.why_not for place in placed.values())
    assert why == {"": 120, "self_service": 12, "reserved": 12, "online_only": 2}
    for place in placed.values():
        assert place.issues == (place.group is not None)
        if place.group is not None:
            assert PLAN.counters_of(place.group.id)
        if place.why_not == "self_service":
            assert bool(place.opens) != bool(place.seat)
            assert bool(place.seat) == bool(place.seat_en)
    assert placed["Z8-001"].opens == "tickets"
    assert queue_of("Z2-014", "Z2") == "Z2-pre" and queue_of("Z2-001", "Z2") == "Z2"


def test_each_queue_by_matter_has_two_counters_and_each_counter_at_most_three_queues():
    for group in PLAN.groups.values():
        assert len(PLAN.counters_of(group.id)) >= 2, group.id
    assert all(1 <= len(counter.groups) <= 3 for counter in PLAN.counters.values())


def test_letters_boards_and_classes_of_the_sample():
    assert list(PLAN.series) == list("ABCDEFG")
    assert {group.series for group in PLAN.groups.values() if group.zone == "Z2"} == {"B"}
    assert PLAN.boards["1F"].zones == ("Z1", "Z2", "Z7") and len(PLAN.boards) == 11
    shown = set(PLAN.boards["all"].zones)
    assert shown == {zone.id for zone in PLAN.zones.values() if zone.mode is ZoneMode.COUNTERS}
    assert PLAN.priority_classes["elderly"].bonus_s == 300
    assert (PLAN.calls.max_calls, PLAN.calls.recall_gap_s) == (3, 20)
    assert (PLAN.retention.ticket_identity_days, PLAN.retention.idempotency_days) == (30, 7)
    assert PLAN.kiosks["kiosk-1"].floor == 1


def test_an_audio_zone_covers_its_zones_boards_and_floors_in_the_order_of_the_hall():
    areas = PLAN.audio_zones
    assert (areas["1F"].zones, areas["3F"].zones) == (("Z1", "Z2", "Z7"), ("Z5",))
    assert areas["all"].zones == tuple(f"Z{n}" for n in range(1, 8))
    mixed = SAMPLE.replace(
        "floors = [3] }", 'floors = [2], zones = ["Z7", "Z8"], boards = ["3F"], volume = 60 }'
    )
    area = rules.parse(mixed).audio_zones["3F"]
    assert (area.zones, area.volume) == (("Z3", "Z4", "Z5", "Z6", "Z7"), 60)


def test_a_hall_that_names_no_audio_zone_has_one_for_all():
    head, tail = SAMPLE.split("[audio_zones]")[0], SAMPLE.split("[kiosks]")[1]
    plan = rules.parse(head.split("[voice]")[0] + "[kiosks]" + tail)
    assert list(plan.audio_zones) == ["hall"]
    assert plan.audio_zones["hall"].zones == tuple(f"Z{n}" for n in range(1, 8))
    assert plan.voice == PLAN.voice


WRONG = [
    # (text to replace, its replacement, place, code, facts)
    ("label = 2,", "label = 1,", "counters.Z1-02.label", "value_twice", {"value": 1}),
    ("label = 66,", "label = 100,", "counters.Z7-06.label", "range", {"low": 1, "high": 99}),
    ("label = 66,", 'label = "66",', "counters.Z7-06.label", "not_whole", {}),
    ("label = 66,", "label = true,", "counters.Z7-06.label", "not_whole", {}),
    ("label = 66,", "lable = 66,", "counters.Z7-06.lable", "unknown_key_near", {"near": "label"}),
    (
        'groups = ["Z2-pre"]',
        'groups = ["Z2pre"]',
        "counters.Z2-11.groups",
        "unknown_group",
        {"value": "Z2pre"},
    ),
    ('groups = ["Z2-pre"]', "groups = []", "counters.Z2-11.groups", "count", {"low": 1}),
    (
        'groups = ["Z2-pre"]',
        'groups = ["Z1"]',
        "counters.Z2-11.groups",
        "group_of_other_zone",
        {"zone": "Z1"},
    ),
    (
        'Z7-01 = { label = 61, zone = "Z7"',
        'Z7-01 = { label = 61, zone = "Z8"',
        "counters.Z7-01.zone",
        "zone_no_counters",
        {"zone": "Z8"},
    ),
    ('letters = ["A",', 'letters = ["H",', "series.letters[1]", "letter", {"value": "H"}),
    ('letters = ["A",', 'letters = ["a",', "series.letters[1]", "letter", {"value": "a"}),
    ('letters = ["A",', 'letters = ["B",', "series.letters", "value_twice", {"value": "B"}),
    ('series = "G"', 'series = "X"', "groups.Z7.series", "unknown_series", {"value": "X"}),
    ('{ zone = "Z4", series', '{ zone = "Z9", series', "groups.Z4.zone", "unknown_zone", {"value": "Z9"}),
    ('["Z3-001", ', '["Z3-005", ', "groups.Z3-household.matters", "value_twice", {"value": "Z3-005"}),
    ('from = "09:00"', 'from = "9:00"', "sessions.morning.from", "form", {"value": "9:00"}),
    ('from = "09:00"', 'from = "12:00"', "sessions.morning.to", "session_order", {}),
    ('from = "12:00"', 'from = "11:59"', "sessions.afternoon.from", "session_overlap", {"other": "morning"}),
    ('"tue"', '"di"', "hall.open_days[2]", "choice", {"value": "di"}),
    ("floor = 3", "floor = 4", "zones.Z5.floor", "unknown_floor", {"value": 4}),
    ("floor = 3\n", "\n", "zones.Z5", "zone_no_floor", {"zone": "Z5"}),
    ('sign = "F"', 'sign = "E"', "zones.Z6.sign", "value_twice", {"value": "E"}),
    ('mode = "reserved"', 'mode = "closed"', "zones.ZR.mode", "choice", {"value": "closed"}),
    ('mode = "reserved"', 'mode = "counters"\nfloor = 1', "zones.ZR", "zone_empty", {"zone": "ZR"}),
    ('hotline = "12345"\n', "", "hall", "missing", {"key": "hotline"}),
    ('zones = ["Z5"]', 'zones = ["Z5", "Zx"]', "boards.3F.zones", "unknown_zone", {"value": "Zx"}),
    ('one = "yao"', 'one = "one"', "voice.one", "choice", {"value": "one"}),
    ("times = 2\nenglish", "times = 0\nenglish", "voice.times", "range", {"low": 1}),
    ("stale_s = 90", "stale_s = 5", "voice.stale_s", "range", {"low": 20}),
    ("floors = [3] }", "floors = [4] }", "audio_zones.3F.floors", "unknown_floor", {"value": 4}),
    ("floors = [3] }", 'zones = ["Z9"] }', "audio_zones.3F.zones", "unknown_zone", {"value": "Z9"}),
    ("floors = [3] }", 'boards = ["9F"] }', "audio_zones.3F.boards", "unknown_board", {"value": "9F"}),
    ("floors = [3] }", "volume = 50 }", "audio_zones.3F", "audio_zone_empty", {}),
    ("floors = [3] }", "floors = [3], volume = 101 }", "audio_zones.3F.volume", "range", {"high": 100}),
    (
        "floors = [3] }",
        'floors = [3], quiet = [{ from = "13:30", to = "12:00" }] }',
        "audio_zones.3F.quiet[1].to",
        "session_order",
        {},
    ),
    ("{ floor = 1 }", "{ floor = 7 }", "kiosks.kiosk-1.floor", "unknown_floor", {"value": 7}),
    ('Z8-001 = { opens = "tickets" }', "Z8-001 = { }", "self_service.Z8-001", "opens_or_seat", {}),
    (
        'Z8-001 = { opens = "tickets" }',
        'Z8-001 = { opens = "games" }',
        "self_service.Z8-001.opens",
        "choice",
        {},
    ),
    ("bonus_s = 300", "bonus_s = -1", "priority_classes.elderly.bonus_s", "range", {"low": 0}),
    ("max_calls = 3", "max_calls = 3.0", "calls.max_calls", "not_whole", {}),
    ("idempotency_days = 7", "idempotency_days = 1", "retention.idempotency_days", "range", {"low": 7}),
    ('name_en = "Elderly"', 'name_en = ""', "priority_classes.elderly.name_en", "length", {"low": 1}),
    ("[calls]", "[call]", "call", "unknown_key_near", {"near": "calls"}),
]


@pytest.mark.parametrize(
    ("part", "instead", "place", "code", "facts"),
    WRONG,
    ids=lambda value: str(value)[:30],
)
def test_a_wrong_value_is_told_with_its_line_and_place(part, instead, place, code, facts):
    content = SAMPLE.replace(part, instead, 1)
    assert content != SAMPLE
    with pytest.raises(BadFile) as caught:
        rules.parse(content)
    found = [fault for fault in caught.value.faults if (fault.place, fault.code) == (place, code)]
    assert len(found) == 1, caught.value.faults
    assert facts.items() <= dict(found[0].facts).items()
    where = content.splitlines()[found[0].line - 1]
    key = place.rsplit(".", 1)[-1].split("[")[0]
    assert key in where, f"line {found[0].line} is {where!r}"


def test_a_second_queue_for_the_rest_of_a_zone_is_refused():
    content = SAMPLE.replace(
        'Z2-pre = { zone = "Z2", series = "B", matters = [',
        'Z2-pre = { zone = "Z2", series = "B", matters = "*", x = [',
        1,
    )
    assert {code for _, _, code in faults_of(content)} == {"rest_twice", "unknown_key"}


def test_a_queue_without_a_counter_is_refused():
    content = SAMPLE.replace('groups = ["Z5-technical"]', 'groups = ["Z5-trade"]').replace(
        '"Z5-trade", "Z5-technical"]', '"Z5-trade"]'
    )
    line = line_of(content, "Z5-technical = {")
    assert faults_of(content) == [(line, "groups.Z5-technical", "group_no_counter")]


def test_all_faults_come_at_once_in_the_order_of_their_lines():
    content = (
        SAMPLE.replace('hotline = "12345"', "hotline = 12345")
        .replace('mode = "self_service"', 'mode = "self"')
        .replace("label = 7,", "label = 6,")
        .replace("max_calls = 3", "max_calls = 0")
        .replace("[kiosks]", "[kiosk]")
    )
    assert faults_of(content) == [
        (line_of(content, "hotline"), "hall.hotline", "not_text"),
        (line_of(content, 'mode = "self"'), "zones.Z8.mode", "choice"),
        (line_of(content, "Z2-01 ="), "counters.Z2-01.label", "value_twice"),
        (line_of(content, "max_calls"), "calls.max_calls", "range"),
        (line_of(content, "[kiosk]"), "kiosk", "unknown_key_near"),
    ]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("[hall]\nname = \n", 2),
        ("[hall]\nname = 'x'\nname = 'y'\n", 3),
        ("[hall\n", 1),
        ('[hall]\nname = "a', 2),
    ],
)
def test_what_is_no_toml_is_told_with_its_line(content, line):
    assert faults_of(content) == [(line, "", "syntax")]


def test_an_empty_file_lacks_every_section():
    assert {code for _, _, code in faults_of("")} == {"missing"}
    assert len(faults_of("")) == 9


@pytest.mark.parametrize("content", ["hall = 1", "[[hall]]\nname = 'x'", "groups = [1]\ncounters = 'x'"])
def test_sections_of_another_kind_are_told_and_nothing_breaks(content):
    assert "not_table" in {code for _, _, code in faults_of(content)}


def test_lines_are_right_after_long_values_and_comments():
    content = '# one\n[hall] # two\nname = """\n[zones.Z1]\nx = 1\n"""\n'
    content += 'open_days = [\n  "mon",  # [\n  "fri",\n]\nmark = 5\n'
    found = faults_of(content)
    assert (11, "hall.mark", "not_text") in found
    assert not [fault for fault in found if fault[1].startswith("zones")]


def test_a_matter_without_queue_seat_or_zone_is_told():
    strangers = [
        MatterSite("Z3-099", "Z3", True),
        MatterSite("Z8-099", "Z8", False),
        MatterSite("Q-1", "Q", True),
    ]
    assert [fault.code for fault in rules.uncovered(PLAN, strangers)] == [
        "matter_not_served",
        "matter_no_seat",
        "matter_zone",
    ]
    online = MatterSite("Z3-098", "Z3", False)
    assert rules.uncovered(PLAN, [online]) == []
    assert [rules.placement(PLAN, site).why_not for site in [*strangers, online]] == [
        "reserved",
        "self_service",
        "reserved",
        "online_only",
    ]


def test_a_matter_of_another_zone_does_not_reach_a_queue_by_its_name():
    assert queue_of("Z3-001", "Z1") == "Z1"
    assert queue_of("Z3-001", "Z5") is None


def test_every_fault_can_be_worded():
    names = set().union(*(blanks(words) for words in FAULTS.values()))
    facts = dict.fromkeys(names, "x")
    for code in FAULTS:
        assert Fault(3, "hall.name", code, facts).text().startswith("第 3 行 hall.name: ")
    assert Fault(0, "groups", "unknown_zone", {"value": "Z9"}).text() == "groups: 没有“Z9”这个服务区"


def test_every_fault_has_its_english_with_the_same_blanks():
    locale = CONFIG.parent / "locale" / "en" / "LC_MESSAGES" / "server.po"
    with locale.open("rb") as file:
        english = {message.id: message.string for message in read_po(file)}
    for code, words in FAULTS.items():
        assert english.get(words), code
        assert blanks(str(english[words])) == blanks(words), code


LINES = SAMPLE.splitlines(keepends=True)


@given(
    st.lists(
        st.tuples(
            st.integers(0, len(LINES) - 1),
            st.sampled_from(["cut", "twice", "swap", "quote", "bracket", "number"]),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_a_damaged_file_is_read_or_refused_and_nothing_else(damages):
    lines = list(LINES)
    for place, kind in damages:
        lines[place] = {
            "cut": "",
            "twice": lines[place] * 2,
            "swap": lines[place].replace('"Z', "'X", 1),
            "quote": lines[place].replace('"', "", 1),
            "bracket": lines[place].replace("[", "{", 1),
            "number": re.sub(r"\d+", "-7.5", lines[place], count=1),
        }[kind]
    content = "".join(lines)
    try:
        plan = rules.parse(content)
    except BadFile as refused:
        assert all(1 <= fault.line <= len(content.splitlines()) + 1 for fault in refused.faults)
        assert all(fault.text() for fault in refused.faults)
    else:
        assert all(plan.counters_of(group) for group in plan.groups)
