"""The catalogue file: the sample reads whole, and a wrong file tells every fault with its line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_server.catalogue import rules
from queue_server.hall.located import BadFile

SAMPLE = (Path(__file__).resolve().parents[3] / "config" / "catalogue.yaml").read_text(encoding="utf-8")

ITEM = """\
items:
- id: Z3-004
  zone: Z3
  name: 出生登记
  name_en: Birth registration
  item_type: 07行政确认
  case_type: instant
  applicants: [person]
  department_now: 市公安局
  committed_working_days: 0
  materials:
  - key: ID
    name: 身份证
    form: original
    required: true
    tolerable: false
  channels: {window: true, online: true, mail_in: false, kiosk: false}
  result_delivery: [pickup]
  window_minutes: {mean: 14, cv: 0.6}
  fee: {charged: false}
"""


def faults_of(content: str) -> list[tuple[int, str, str]]:
    with pytest.raises(BadFile) as caught:
        rules.parse(content)
    return [(fault.line, fault.place, fault.code) for fault in caught.value.faults]


def test_the_sample_reads_whole_and_in_order():
    items = rules.parse(SAMPLE).catalogue.items
    assert len(items) == 146
    assert items[0].id == "Z1-001" and items[-1].id == "ZR-012"
    birth = next(item for item in items if item.id == "Z3-004")
    assert (birth.name, birth.case_type, birth.channels.window) == ("出生登记", birth.case_type, True)
    assert birth.window_minutes.mean == 14
    assert sum(len(item.materials) for item in items) == 489


def test_a_short_item_needs_only_what_is_used():
    (item,) = rules.parse(ITEM).catalogue.items
    assert item.materials[0].elicence is None
    assert (item.statutory_limit, item.notes, item.joint_with, item.fee.basis) == (None, "", (), "")


WRONG = [
    # (text to replace, its replacement, line, place, code)
    ("  zone: Z3\n", "", 2, "items[1]", "missing"),
    ("zone: Z3", "zone: 3", 3, "items[1].zone", "not_text"),
    ("zone: Z3", "zone: 2026-11-23", 3, "items[1].zone", "not_text"),
    ("name: 出生登记", "name: ''", 4, "items[1].name", "length"),
    ("name: 出生登记", "name: yes", 4, "items[1].name", "not_text"),
    ("item_type: 07行政确认", "item_type: 行政确认", 6, "items[1].item_type", "form"),
    ("case_type: instant", "case_type: fast", 7, "items[1].case_type", "choice"),
    ("[person]", "[]", 8, "items[1].applicants", "count"),
    ("[person]", "person", 8, "items[1].applicants", "not_list"),
    ("[person]", "[person, dog]", 8, "items[1].applicants[2]", "choice"),
    ("department_now", "departement_now", 9, "items[1].departement_now", "unknown_key_near"),
    (
        "committed_working_days: 0",
        "committed_working_days: 1.5",
        10,
        "items[1].committed_working_days",
        "not_whole",
    ),
    (
        "committed_working_days: 0",
        "committed_working_days: -1",
        10,
        "items[1].committed_working_days",
        "range",
    ),
    ("form: original", "form: picture", 14, "items[1].materials[1].form", "choice"),
    ("required: true", "required: 1", 15, "items[1].materials[1].required", "not_flag"),
    (
        "    required: true\n",
        "    required: true\n    required: false\n",
        16,
        "items[1].materials[1].required",
        "key_twice",
    ),
    ("kiosk: false}", "kiosk: false, phone: true}", 17, "items[1].channels.phone", "unknown_key"),
    ("mean: 14", "mean: .nan", 19, "items[1].window_minutes.mean", "range"),
    ("mean: 14", "mean: many", 19, "items[1].window_minutes.mean", "not_number"),
    ("fee: {charged: false}", "fee: false", 20, "items[1].fee", "not_table"),
    ("items:", "meta: {count: 2}\nitems:", 1, "meta.count", "matters_counted"),
    ("items:", "zones: [{id: Z1}]\nitems:", 4, "items[1].zone", "unknown_zone"),
    ("items:", "itens:", 1, "itens", "unknown_key_near"),
    ("form: original", "form: &a original\n    note: *a", 15, "", "alias"),
    ("name: 身份证", "name: [", 15, "", "syntax"),
    ("name: 身份证", "name: \x07", 13, "", "control_sign"),
    ("name: 身份证", "name: " + "[" * 20 + "]" * 20, 13, "", "too_deep"),
    (
        "name: 身份证",
        "name: !!python/object/apply:os.system [ls]",
        13,
        "items[1].materials[1].name",
        "not_text",
    ),
]


@pytest.mark.parametrize(
    ("part", "instead", "line", "place", "code"), WRONG, ids=lambda value: str(value)[:30]
)
def test_a_wrong_value_is_told_with_its_line_and_place(part, instead, line, place, code):
    content = ITEM.replace(part, instead, 1)
    assert content != ITEM
    assert (line, place, code) in faults_of(content)


def test_ids_and_material_keys_stand_once():
    twice = ITEM + ITEM.removeprefix("items:\n")
    assert faults_of(twice) == [(21, "items[2].id", "value_twice")]
    line = "  - {key: ID, name: 护照, form: copy, required: true, tolerable: true}\n  channels"
    assert faults_of(ITEM.replace("  channels", line, 1)) == [
        (17, "items[1].materials[2].key", "value_twice")
    ]


def test_all_faults_of_a_long_file_come_at_once_in_order():
    lines = SAMPLE.splitlines()
    wanted = []
    for number, content in enumerate(lines, 1):
        if content.startswith("  case_type: joint"):
            lines[number - 1] = "  case_type: both"
            wanted.append((number, "choice"))
        elif content == "    cv: 0.7":
            lines[number - 1] = "    cv: low"
            wanted.append((number, "not_number"))
    found = faults_of("\n".join(lines))
    assert len(wanted) >= 8
    assert [(line, code) for line, _, code in found] == wanted


@pytest.mark.parametrize(
    "content", ["", "# nothing\n", "just words", "[1, 2]", "items: {}", "items: 3", "a: 1\n---\nb: 2"]
)
def test_what_is_no_catalogue_is_told_and_nothing_breaks(content):
    assert faults_of(content)


@given(
    st.lists(
        st.tuples(
            st.integers(0, 19),
            st.sampled_from(["cut", "twice", "indent", "outdent", "list", "null", "quote", "brace"]),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_a_damaged_file_is_read_or_refused_and_nothing_else(damages):
    lines = ITEM.splitlines(keepends=True)
    for place, kind in damages:
        lines[place] = {
            "cut": "",
            "twice": lines[place] * 2,
            "indent": "  " + lines[place],
            "outdent": lines[place].removeprefix("  "),
            "list": lines[place].replace(": ", ": [1, ", 1).rstrip() + "]\n",
            "null": lines[place].split(":")[0] + ":\n",
            "quote": lines[place].replace(": ", ': "', 1),
            "brace": lines[place].replace(": ", ": {a: ", 1).rstrip() + "}\n",
        }[kind]
    content = "".join(lines)
    try:
        found = rules.parse(content)
    except BadFile as refused:
        assert all(1 <= fault.line <= len(content.splitlines()) + 1 for fault in refused.faults)
        assert all(fault.text() for fault in refused.faults)
    else:
        assert found.catalogue.items[0].materials is not None
