"""The catalogue on a real database: importing, refusing, exporting, looking up."""

from pathlib import Path

import pytest

from queue_server.catalogue import actions, rules, store
from queue_server.clock import ManualClock, parse_rfc3339
from queue_server.database import Database
from queue_server.hall import actions as hall
from queue_server.hall.located import BadFile
from queue_server.journal.store import rows_after
from queue_server.refusals import Refused

CONFIG = Path(__file__).resolve().parents[3] / "config"
SAMPLE = (CONFIG / "catalogue.yaml").read_text(encoding="utf-8")
MONDAY = parse_rfc3339("2026-11-23T09:00:00+08:00")


@pytest.fixture
def clock():
    return ManualClock(MONDAY)


@pytest.fixture
def database(tmp_path, clock):
    opened = Database(tmp_path / "hall.db", clock)
    hall.seed(opened, CONFIG / "hall.example.toml", "system")
    yield opened
    opened.close()


@pytest.fixture
def load(database, tmp_path):
    def load(content):
        path = tmp_path / "catalogue.yaml"
        path.write_text(content, encoding="utf-8")
        return actions.import_file(database, path, "staff:admin")

    return load


def offer_of(book: actions.MatterBook, matter: str) -> rules.Offer:
    found = book.get(matter)
    assert found is not None
    return found


def newest_version(database: Database) -> int:
    found = store.newest(database.read())
    assert found is not None
    return found.version


def group_of(book: actions.MatterBook, matter: str) -> str:
    group = offer_of(book, matter).group
    assert group is not None
    return group.id


def changed_kinds(database):
    return [
        event for event in rows_after(database.read(), 0, 100) if event.kind == "policy.catalogue_changed"
    ]


def test_the_sample_is_imported_once(database, load, clock):
    assert load(SAMPLE) == (1, 146, 146, 0, 0)
    assert load(SAMPLE) == (1, 146, 0, 0, 0)
    actions.seed(database, CONFIG / "catalogue.yaml", "system")
    (event,) = changed_kinds(database)
    assert event.by == "staff:admin"
    assert event.data == {"version": 1, "matters": 146, "added": 146, "changed": 0, "removed": 0}
    book = actions.MatterBook(database, hall.HallBook(database, clock))
    assert book.version == 1 and len(book.all()) == 146
    assert sum(offer.placement.issues for offer in book.all()) == 120


def test_a_change_is_told_in_numbers_and_reaches_the_book_after_a_refresh(database, load, clock):
    load(SAMPLE)
    book = actions.MatterBook(database, hall.HallBook(database, clock))
    content = SAMPLE.replace("name: 出生登记", "name: 新生儿登记").replace("  count: 146\n", "")
    content = content[: content.index("- id: ZR-012")]
    assert load(content) == (2, 145, 0, 1, 1)
    assert offer_of(book, "Z3-004").name == "出生登记"
    book.refresh()
    assert book.version == 2 and offer_of(book, "Z3-004").name == "新生儿登记"
    assert book.get("ZR-012") is None


def test_a_file_with_faults_changes_nothing_at_all(database, load):
    load(SAMPLE)
    with pytest.raises(BadFile) as caught:
        load(SAMPLE.replace("case_type: joint", "case_type: both", 3))
    assert len(caught.value.faults) == 3
    assert caught.value.facts["count"] == 3
    assert newest_version(database) == 1
    assert len(changed_kinds(database)) == 1


def test_a_matter_that_no_counter_serves_is_told_with_its_line(load):
    content = SAMPLE.replace("- id: Z5-025", "- id: Z5-026").replace("- id: Z8-012", "- id: Z8-013")
    with pytest.raises(BadFile) as caught:
        load(content)
    lines = content.splitlines()
    assert [(lines[fault.line - 1], fault.place, fault.code) for fault in caught.value.faults] == [
        ("- id: Z5-026", "items.Z5-026", "matter_not_served"),
        ("- id: Z8-013", "items.Z8-013", "matter_no_seat"),
    ]


def test_an_import_that_was_cut_off_leaves_the_old_catalogue(database, load, clock):
    load(SAMPLE)
    items = store.items(database.read(), 1)
    draft = database.write(lambda tx: store.begin(tx, "system", "x", {}))
    database.write(lambda tx: store.add(tx, draft, 0, items[:50]))
    assert newest_version(database) == 1
    clock.advance(3601)
    assert load(SAMPLE.replace("name: 出生登记", "name: 新生儿登记")).version == draft + 1
    rows = database.read().execute("SELECT version, count(*) FROM matter GROUP BY version").fetchall()
    assert rows == [(1, 146), (draft + 1, 146)]


def test_order_is_that_of_the_file(database, load, clock):
    load(SAMPLE)
    wanted = [item.id for item in rules.parse(SAMPLE).catalogue.items]
    book = actions.MatterBook(database, hall.HallBook(database, clock))
    assert [offer.id for offer in book.all()] == wanted
    assert [brief.id for brief in book.find("zh")] == wanted
    assert [brief.id for brief in book.find("zh", zone="Z7")] == [f"Z7-00{n}" for n in range(1, 6)]


def test_an_export_can_be_imported_and_means_the_same(database, load):
    load(SAMPLE)
    text = actions.export(database)
    assert text.startswith("meta:\n  title: 政务服务事项参考目录")
    assert load(text) == (1, 146, 0, 0, 0)
    again = rules.parse(text).catalogue
    before = rules.parse(SAMPLE).catalogue
    assert again == before


def test_an_empty_database_has_no_matter_and_nothing_to_export(database, clock):
    book = actions.MatterBook(database, hall.HallBook(database, clock))
    assert (book.version, book.all(), book.find("zh"), actions.sites(database)) == (0, [], [], [])
    with pytest.raises(Refused) as refused:
        actions.export(database)
    assert refused.value.code == "catalogue_missing"


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("护照", ["Z3-008"]),
        ("passport", ["Z3-008"]),
        (" PassPort ", ["Z3-008"]),
        ("sfz", ["Z2-018", "Z3-001", "Z3-002", "Z3-003"]),
        ("ＳＦＺ", ["Z2-018", "Z3-001", "Z3-002", "Z3-003"]),
        ("z3-00", [f"Z3-00{n}" for n in range(1, 10)]),
        ("没有这件事", []),
    ],
)
def test_finding(database, load, clock, query, wanted):
    load(SAMPLE)
    book = actions.MatterBook(database, hall.HallBook(database, clock))
    assert [brief.id for brief in book.find("zh", query=query)] == wanted


def test_a_new_plan_places_the_matters_anew(database, load, clock):
    load(SAMPLE)
    halls = hall.HallBook(database, clock)
    book = actions.MatterBook(database, halls)
    assert group_of(book, "Z3-008") == "Z3-exit"
    text = hall.export(database).replace("Z3-exit", "Z3-abroad")
    assert hall.change(database, text, "staff:admin", sites=actions.sites(database)).notes == ()
    halls.refresh()
    assert group_of(book, "Z3-008") == "Z3-abroad"


def test_messages_carry_checklist_limits_fee_and_guide(database, load, clock):
    load(SAMPLE)
    book = actions.MatterBook(database, hall.HallBook(database, clock))
    found = book.full("Z2-003", "en")
    assert (found.name, found.name_zh, found.issues, found.floor) == (
        "Mortgage registration",
        "抵押权首次登记",
        True,
        1,
    )
    assert [line.key for line in found.checklist] == ["APP", "ID", "ESTATE", "MORT", "BANKLIC"]
    assert (found.limits.statutory_value, found.limits.statutory_unit) == (30, "working_day")
    assert found.fee.charged and found.fee.basis.startswith("住宅类80元/件")
    assert (found.guide.service_min, found.guide.channels["window"], found.version) == (16, True, 1)
    assert offer_of(book, "Z2-003").service_s == 960
    printed = book.full("Z8-004", "zh")
    assert (printed.issues, printed.why_not, printed.opens) == (False, "self_service", "")
    assert "自助区" in printed.seat and "self-service" in printed.seat_en
    assert book.full("Z5-016", "zh").why_not == "online_only"
    assert book.full("ZR-001", "zh").why_not == "reserved"
    with pytest.raises(Refused) as refused:
        book.full("Z9-001", "zh")
    assert refused.value.code == "matter_unknown"
