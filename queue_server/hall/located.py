"""Checks values of a file that know their line, and collects every fault instead of the first one.

A reader (TOML or YAML) turns a file into a tree of `Spot`s; a `Check` takes one spot and returns
the clean value, or `BROKEN` after adding a `Fault` to the sink. Whoever edits a file of 146 matters
sees all of its errors at once, each with its line.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from queue_server.refusals import Refused

FAULTS: dict[str, str] = {
    "syntax": "写法不对：{problem}",
    "encoding": "不是 UTF-8 文字",
    "control_sign": "有看不见的控制字符",
    "alias": "不能用别名（& 和 *）。请把内容写全",
    "too_deep": "嵌套太深",
    "missing": "缺少 {key}",
    "unknown_key": "没有 {key} 这一项",
    "unknown_key_near": "没有 {key} 这一项，是不是 {near}",
    "key_twice": "{key} 写了两次",
    "not_text": "应是文字",
    "not_whole": "应是整数",
    "not_number": "应是数字",
    "not_flag": "应是 true 或 false",
    "not_list": "应是列表",
    "not_table": "应是一组“键和值”",
    "length": "应有 {low} 至 {high} 个字",
    "range": "应在 {low} 至 {high} 之间",
    "count": "至少要有 {low} 个",
    "choice": "不能是“{value}”，可用：{choices}",
    "form": "“{value}”的写法不对，例：{example}",
    "value_twice": "“{value}”在第 {other} 行已经用过",
    "unknown_floor": "没有 {value} 楼",
    "unknown_zone": "没有“{value}”这个服务区",
    "unknown_group": "没有“{value}”这个队列",
    "unknown_series": "没有“{value}”这个号段",
    "unknown_matter": "目录里没有“{value}”这个事项",
    "letter": "号段字母不能是“{value}”：要一个大写字母，且不用 H、I、O",
    "session_order": "结束要晚于开始",
    "session_overlap": "与 {other} 的时间重叠",
    "zone_no_counters": "{zone} 不设窗口，不能有队列或窗口",
    "zone_no_floor": "{zone} 设有窗口，要写明楼层",
    "zone_empty": "{zone} 设有窗口，但没有队列",
    "board_too_far": "{inches} 英寸的屏最远看到 {farthest} 米，{distance} 米处要 {needed} 英寸以上的屏",
    "unknown_board": "没有“{value}”这块显示屏",
    "audio_zone_empty": "要写 zones、boards 或 floors",
    "unknown_counter": "没有“{value}”这个窗口",
    "unknown_session": "没有“{value}”这个时段",
    "bus_named_as_counter": "总线不能与窗口“{value}”同名",
    "counter_on_two_buses": "窗口 {value} 已在总线 {other} 上",
    "counter_without_units": "窗口 {value} 没有写任何设备：strip、pad、evaluator 或 relay",
    "pole_not_alone": "窗口 {value} 的立式显示屏要单独占一条线",
    "address_twice": "地址 {value} 在这条总线上已给窗口 {other}",
    "profile_twice": "窗口 {value} 已在派号策略 {other} 里",
    "rule_without_when": "规则要写条件：waiting 或 waited_min",
    "zone_or_matter": "限号要写 zone 或 matter，只写一个",
    "makeup_weekday": "{value} 是星期一至星期五，不能是调休上班日",
    "no_new_year": "没有写 {value}（元旦放假）",
    "holiday_span": "放假要从早到晚，最多 {high} 天",
    "date_other_year": "{value} 不在 {year} 年的放假通知里",
    "date_twice": "{value} 写了两次",
    "sessions_needed": "要写明哪个时段开放",
    "group_of_other_zone": "队列 {group} 属于 {zone}，这个窗口不能受理",
    "group_no_counter": "队列 {group} 没有窗口受理",
    "rest_twice": "{zone} 已有队列 {other} 收其余事项",
    "opens_or_seat": "要写 opens 或 seat，只写一个",
    "matter_not_served": "{zone} 没有队列受理事项 {matter}",
    "matter_no_seat": "自助事项 {matter} 在 [self_service] 里没有去处",
    "matter_zone": "事项 {matter} 的服务区 {zone} 不在大厅里",
    "matters_counted": "写明 {said} 个事项，实有 {found} 个",
}
"""Every fault of a file, by its stable code; English stands in the `server` text domain."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One error of a file: `place` is the path of keys that leads to it.

    `line` counts from 1; 0 where the fault is that something stands nowhere.
    """

    line: int
    place: str
    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def text(self, translate: Callable[[str], str] = str) -> str:
        """Word the fault in one line, in the language of `translate`."""
        words = translate(FAULTS[self.code]).format_map(self.facts)
        where = translate("第 {line} 行").format(line=self.line) if self.line else ""
        return " ".join(filter(None, (where, self.place))) + f": {words}"


class BadFile(Refused):
    """A file was refused; `faults` holds all of its errors in the order of their lines."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("bad_file", count=len(faults))
        self.faults = tuple(sorted(faults, key=lambda fault: fault.line))


@dataclass(frozen=True, slots=True)
class Spot:
    """A value and the line on which it begins; tables and lists hold spots again."""

    value: Any
    line: int


class Sink:
    """Collects the faults of one file."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def add(self, line: int, place: str, code: str, **facts: Any) -> _Broken:
        """Add one fault; returns `BROKEN`, so that a check can end with it."""
        self.faults.append(Fault(line, place, code, facts))
        return BROKEN

    def settle(self) -> None:
        """Raise `BadFile` if there was any fault."""
        if self.faults:
            raise BadFile(self.faults)


class _Broken:
    """The value of something that had a fault; it is false, and equal to nothing else."""

    def __bool__(self) -> bool:
        return False


BROKEN = _Broken()
Check = Callable[[Spot, str, Sink], Any]


@dataclass(frozen=True, slots=True)
class Row:
    """A checked table: clean values by key, `BROKEN` where there was a fault.

    `lines` knows the keys that stand in the file, for faults that show only in comparison.
    """

    line: int
    place: str
    values: dict[str, Any]
    lines: dict[str, int]

    def __getitem__(self, key: str) -> Any:
        return self.values[key]

    def fault(self, sink: Sink, key: str, code: str, **facts: Any) -> None:
        """Add a fault of one key of this table."""
        sink.add(self.lines.get(key, self.line), f"{self.place}.{key}", code, **facts)


def text(low: int = 1, high: int = 200, *, form: str = "", example: str = "") -> Check:
    """Check a text of `low` to `high` characters; `form` is a pattern that it matches as a whole."""
    pattern = re.compile(form)

    def check(spot: Spot, place: str, sink: Sink) -> Any:
        value = spot.value
        if not isinstance(value, str):
            return sink.add(spot.line, place, "not_text")
        if not low <= len(value) <= high:
            return sink.add(spot.line, place, "length", low=low, high=high)
        if form and not pattern.fullmatch(value):
            return sink.add(spot.line, place, "form", value=value, example=example)
        return value

    return check


def whole(low: int, high: int) -> Check:
    """Check a whole number from `low` to `high`."""

    def check(spot: Spot, place: str, sink: Sink) -> Any:
        if not isinstance(spot.value, int) or isinstance(spot.value, bool):
            return sink.add(spot.line, place, "not_whole")
        if not low <= spot.value <= high:
            return sink.add(spot.line, place, "range", low=low, high=high)
        return spot.value

    return check


def number(low: float, high: float) -> Check:
    """Check a number from `low` to `high`; what is not a number, nan included, is refused."""

    def check(spot: Spot, place: str, sink: Sink) -> Any:
        if not isinstance(spot.value, int | float) or isinstance(spot.value, bool):
            return sink.add(spot.line, place, "not_number")
        if not low <= spot.value <= high:
            return sink.add(spot.line, place, "range", low=low, high=high)
        return float(spot.value)

    return check


def flag(spot: Spot, place: str, sink: Sink) -> Any:
    """Check a value that is true or false."""
    return spot.value if isinstance(spot.value, bool) else sink.add(spot.line, place, "not_flag")


def one_of(*choices: str) -> Check:
    """Check a word out of a fixed list."""

    def check(spot: Spot, place: str, sink: Sink) -> Any:
        if not isinstance(spot.value, str):
            return sink.add(spot.line, place, "not_text")
        if spot.value not in choices:
            return sink.add(spot.line, place, "choice", value=spot.value, choices=" ".join(choices))
        return spot.value

    return check


def nullable(inner: Check) -> Check:
    """Check a value that may also be null."""
    return lambda spot, place, sink: None if spot.value is None else inner(spot, place, sink)


def clock_time(spot: Spot, place: str, sink: Sink) -> Any:
    """Check a local time of day `HH:MM`; returns minutes after midnight."""
    value = spot.value
    if not isinstance(value, str):
        return sink.add(spot.line, place, "not_text")
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        return sink.add(spot.line, place, "form", value=value, example="09:00")
    return int(value[:2]) * 60 + int(value[3:])


def list_of(inner: Check, low: int = 0) -> Check:
    """Check a list of at least `low` values; one broken value breaks the list."""

    def check(spot: Spot, place: str, sink: Sink) -> Any:
        if not isinstance(spot.value, list):
            return sink.add(spot.line, place, "not_list")
        if len(spot.value) < low:
            return sink.add(spot.line, place, "count", low=low)
        found = [inner(item, f"{place}[{index}]", sink) for index, item in enumerate(spot.value, 1)]
        return BROKEN if BROKEN in found else found

    return check


def table(required: Mapping[str, Check], optional: Mapping[str, tuple[Check, Any]]) -> Check:
    """Check a table with fixed keys; `optional` gives each key its check and its default."""
    checks = {**required, **{key: check for key, (check, _) in optional.items()}}

    def check(spot: Spot, place: str, sink: Sink) -> Any:
        if not isinstance(spot.value, dict):
            return sink.add(spot.line, place, "not_table")
        values = {key: default for key, (_, default) in optional.items()}
        for key, item in spot.value.items():
            inside = f"{place}.{key}" if place else key
            if key in checks:
                values[key] = checks[key](item, inside, sink)
            else:
                _add_unknown(item.line, inside, key, list(checks), sink)
        for key in required:
            if key not in spot.value:
                values[key] = sink.add(spot.line, place, "missing", key=key)
        lines = {key: item.line for key, item in spot.value.items()}
        return Row(spot.line, place, values, lines)

    return check


def keyed(inner: Check, key_form: str, example: str) -> Check:
    """Check a table whose keys are ids that match `key_form`; returns a dict of what `inner` gives."""
    pattern = re.compile(key_form)

    def check(spot: Spot, place: str, sink: Sink) -> Any:
        if not isinstance(spot.value, dict):
            return sink.add(spot.line, place, "not_table")
        found = {}
        for key, item in spot.value.items():
            inside = f"{place}.{key}"
            if not pattern.fullmatch(key):
                sink.add(item.line, inside, "form", value=key, example=example)
            value = inner(item, inside, sink)
            if value is not BROKEN:
                found[key] = value
        return found

    return check


def _add_unknown(line: int, place: str, key: str, known: list[str], sink: Sink) -> None:
    near = difflib.get_close_matches(key, known, 1)
    if near:
        sink.add(line, place, "unknown_key_near", key=key, near=near[0])
    else:
        sink.add(line, place, "unknown_key", key=key)
