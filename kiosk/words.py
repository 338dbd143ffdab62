"""How the kiosk words things: two languages at once, waits as ranges, floors, dates and clocks.

The message id is the Chinese text. A Chinese screen shows English beneath it, an English one Chinese.
"""

from __future__ import annotations

import datetime
import math
from typing import Any
from zoneinfo import ZoneInfo

from queue_server.wire import Wait
from queue_server.wire.times import parse_rfc3339
from queue_server.wire.words import translator

DOMAIN = "kiosk"
AHEAD_CAP = 200
_WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")
_DAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Words:
    """The texts of a screen in one language, `first`, with the other one beside it, `second`."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._first = translator(DOMAIN, lang)
        self._second = translator(DOMAIN, "en" if lang == "zh" else "zh")

    @property
    def chinese(self) -> bool:
        """Whether Chinese comes first."""
        return self.lang == "zh"

    def first(self, text: str, **facts: object) -> str:
        """Return a text in the citizen's language, with its facts filled in."""
        return self._first(text).format(**facts)

    def second(self, text: str, **facts: object) -> str:
        """Return a text in the other language."""
        return self._second(text).format(**facts)

    def first_of_data(self, chinese: str) -> str:
        """Return a text of the catalogue that has no English beside it, translated if we know it."""
        return self._first(chinese)

    def pick(self, chinese: str, english: str) -> str:
        """Choose between two texts that came from the hall's data; English may be missing."""
        return chinese if self.chinese else english or chinese

    def other(self, chinese: str, english: str) -> str:
        """Return the one that `pick` did not."""
        return english if self.chinese else chinese

    def priority(self, found: dict[str, Any]) -> str:
        """Word a priority class of the hall: 优先：老年人."""
        return self.first("优先：{name}", name=self.pick(found["name"], found["name_en"]))

    def floor(self, floor: int | None) -> str:
        """Word a floor: 1楼, 1F; places on every floor: 各楼, All."""
        return self.first("各楼") if floor is None else self.first("{n}楼", n=floor)

    def area(self, sign: str) -> str:
        """Word a zone by its sign: B区, zone B."""
        return self.first("{sign}区", sign=sign)

    def minutes(self, wait: Wait | None) -> str:
        """Word a wait as a range of whole minutes without its unit; empty where nobody can say."""
        if wait is None:
            return ""
        low, high = wait.low_s // 60, math.ceil(wait.high_s / 60)
        return str(high) if low == high else f"{low}–{high}"

    def people(self, ahead: int | None) -> str:
        """Word a number of people; the server stops counting at 200."""
        return "" if ahead is None else f"{ahead}+" if ahead >= AHEAD_CAP else str(ahead)

    def days(self, days: list[int]) -> str:
        """Word days of the week (1 is Monday), runs of three and more as a range: 周一至周五, Mon–Fri."""
        names = [
            _WEEKDAYS[day - 1].replace("星期", "周") if self.chinese else _DAYS_EN[day - 1] for day in days
        ]
        run = len(days) > 2 and days == list(range(days[0], days[-1] + 1))
        if run:
            return f"{names[0]}至{names[-1]}" if self.chinese else f"{names[0]}–{names[-1]}"
        return ("、" if self.chinese else ", ").join(names)

    def working_days(self, days: int) -> str:
        """Word how long a case may take."""
        return self.first("1个工作日") if days == 1 else self.first("{n}个工作日", n=days)

    def date(self, ms: int, zone: str) -> str:
        """Word a day: 11月23日 星期一, Mon 23 Nov."""
        when = local(ms, zone)
        if self.chinese:
            return f"{when.month}月{when.day}日 {_WEEKDAYS[when.weekday()]}"
        return f"{_DAYS_EN[when.weekday()]} {when.day} {_MONTHS_EN[when.month - 1]}"


def local(ms: int, zone: str) -> datetime.datetime:
    """Return milliseconds UTC as local time of the hall."""
    return datetime.datetime.fromtimestamp(ms / 1000, ZoneInfo(zone))


def clock(ms: int, zone: str) -> str:
    """Word a time of day: 9:05, 10:24."""
    when = local(ms, zone)
    return f"{when.hour}:{when.minute:02d}"


def short(hours: str) -> str:
    """Word a time of day of the hall's file as people say it: 09:00 is 9:00."""
    return hours.removeprefix("0")


def clock_of(rfc3339: str, zone: str, later_s: int = 0) -> str:
    """Word the local time of day of a wire time, moved by some seconds."""
    return clock(parse_rfc3339(rfc3339) + later_s * 1000, zone)


def no_wait(wait: Wait | None) -> bool:
    """Whether somebody who comes now is served at once."""
    return wait is not None and wait.high_s == 0
