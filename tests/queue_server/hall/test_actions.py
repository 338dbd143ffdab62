"""Versions of the hall on a real database: seeding, changing, scheduling, exporting."""

from pathlib import Path

import pytest

from queue_server.clock import ManualClock, parse_rfc3339, rfc3339
from queue_server.database import Database
from queue_server.hall import actions
from queue_server.hall.located import BadFile
from queue_server.hall.model import MatterSite
from queue_server.journal.store import rows_after, rows_of_kind_after
from queue_server.refusals import Refused
from queue_server.wire import EventKind

FILE = Path(__file__).resolve().parents[3] / "config" / "hall.example.toml"
SAMPLE = FILE.read_text(encoding="utf-8")
MONDAY = parse_rfc3339("2026-11-23T09:00:00+08:00")


@pytest.fixture
def clock():
    return ManualClock(MONDAY)


@pytest.fixture
def database(tmp_path, clock):
    opened = Database(tmp_path / "hall.db", clock)
    yield opened
    opened.close()


def renamed(name: str) -> str:
    return SAMPLE.replace("上饶市行政服务中心", name)


def test_a_seed_fills_only_an_empty_database(database, tmp_path):
    assert actions.seed(database, FILE, "system").version == 1
    other = tmp_path / "other.toml"
    other.write_text(renamed("别的大厅"), encoding="utf-8")
    assert actions.seed(database, other, "system").name == "上饶市行政服务中心"
    (event,) = rows_of_kind_after(database.read(), EventKind.POLICY_CHANGED, 0)
    assert (event.kind, event.by) == ("policy.changed", "system")
    assert event.data == {"version": 1, "effective_at": rfc3339(MONDAY)}


def test_a_bad_seed_stores_nothing(database, tmp_path):
    bad = tmp_path / "bad.toml"
    bad.write_text(SAMPLE.replace("label = 2,", "label = 1,"), encoding="utf-8")
    with pytest.raises(BadFile):
        actions.seed(database, bad, "system")
    assert rows_after(database.read(), 0, 10) == []
    with pytest.raises(Refused) as refused:
        actions.current(database)
    assert refused.value.code == "hall_missing"


def test_a_file_that_is_not_utf_8_is_told_with_its_line(database, tmp_path):
    bad = tmp_path / "gb.toml"
    bad.write_bytes('[hall]\nname = "上饶"\n'.encode("gb18030"))
    with pytest.raises(BadFile) as caught:
        actions.seed(database, bad, "system")
    assert [(fault.line, fault.code) for fault in caught.value.faults] == [(2, "encoding")]


def test_a_change_is_a_new_version_and_goes_to_the_journal(database, clock):
    actions.seed(database, FILE, "system")
    book = actions.HallBook(database, clock)
    before = book.plan
    clock.advance(60)
    stored = actions.change(database, renamed("新大厅"), "staff:admin")
    assert (stored.version, stored.new) == (2, True)
    assert book.plan is before, "a book changes only when it is refreshed"
    book.refresh()
    assert (book.plan.version, book.plan.name) == (2, "新大厅")
    event = rows_of_kind_after(database.read(), EventKind.POLICY_CHANGED, 1)[0]
    assert (event.kind, event.by, event.data["version"]) == ("policy.changed", "staff:admin", 2)


def test_the_same_text_again_is_no_change(database):
    actions.seed(database, FILE, "system")
    stored = actions.change(database, SAMPLE, "staff:admin")
    assert (stored.version, stored.new) == (1, False)
    assert len(rows_of_kind_after(database.read(), EventKind.POLICY_CHANGED, 0)) == 1


def test_a_scheduled_version_takes_over_by_itself(database, clock):
    actions.seed(database, FILE, "system")
    book = actions.HallBook(database, clock)
    actions.change(database, renamed("明天的大厅"), "staff:admin", effective_at=MONDAY + 3_600_000)
    book.refresh()
    assert book.plan.version == 1 and actions.current(database).version == 1
    clock.advance(3599.999)
    assert book.plan.version == 1
    clock.advance(0.001)
    assert book.plan.version == 2 and actions.current(database).version == 2
    book.refresh()
    assert book.plan.version == 2


def test_a_later_decision_overtakes_a_scheduled_one(database, clock):
    actions.seed(database, FILE, "system")
    actions.change(database, renamed("明天"), "staff:admin", effective_at=MONDAY + 3_600_000)
    actions.change(database, renamed("现在"), "staff:admin")
    book = actions.HallBook(database, clock)
    assert book.plan.name == "现在"
    clock.advance(7200)
    assert book.plan.name == "现在" and actions.current(database).name == "现在"


def test_a_plan_that_leaves_a_matter_to_nobody_is_refused(database):
    actions.seed(database, FILE, "system")
    sites = [MatterSite("Z5-026", "Z5", True), MatterSite("Z5-001", "Z5", True)]
    with pytest.raises(BadFile) as caught:
        actions.change(database, renamed("新大厅"), "staff:admin", sites=sites)
    assert [fault.facts["matter"] for fault in caught.value.faults] == ["Z5-026"]
    assert actions.current(database).version == 1


def test_a_plan_may_name_a_matter_that_comes_later_and_says_so(database):
    actions.seed(database, FILE, "system")
    content = SAMPLE.replace('"Z5-021", "Z5-025"', '"Z5-021", "Z5-025", "Z5-026"')
    plan = actions.current(database)
    named = {matter for group in plan.groups.values() if group.matters != "*" for matter in group.matters}
    sites = [MatterSite(matter, matter[:2], True) for matter in sorted(named)]
    sites += [MatterSite(matter, "Z8", False) for matter in plan.self_service]
    stored = actions.change(database, content, "staff:admin", sites=sites)
    assert stored.notes == ("groups.Z5-technical: 目录里没有“Z5-026”这个事项",)


def test_an_export_is_what_was_handed_in(database):
    actions.seed(database, FILE, "system")
    assert actions.export(database) == SAMPLE
    assert actions.change(database, actions.export(database), "system").new is False


def test_versions_survive_closing(tmp_path, clock):
    database = Database(tmp_path / "hall.db", clock)
    actions.seed(database, FILE, "system")
    actions.change(database, renamed("新大厅"), "staff:admin")
    database.close()
    again = Database(tmp_path / "hall.db", clock)
    assert actions.current(again).name == "新大厅"
    again.close()


def test_reading_the_plan_is_a_comparison(database, clock):
    actions.seed(database, FILE, "system")
    book = actions.HallBook(database, clock)
    assert book.plan is book.plan and book.at(MONDAY + 10**9) is book.plan
