"""What a board says: Chinese first, English beside, as pairs.

Translations are those of the `board` domain. Times are shown in the hall's own zone.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from queue_server.wire import CounterStatus, Hall, Wait
from queue_server.wire.words import translator

WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")
COUNTER_WORDS = {
    CounterStatus.OPEN: "空闲",
    CounterStatus.PAUSED: "暂停",
    CounterStatus.CLOSED: "未开",
}


@dataclass(frozen=True)
class Pair:
    """One text in both languages."""

    zh: str
    en: str

    def first(self, lang: str) -> str:
        """What stands first where `lang` does; a text in one language stands there in any case."""
        return (self.en or self.zh) if lang == "en" else (self.zh or self.en)

    def second(self, lang: str) -> str:
        """The other language, empty if it says the same or nothing."""
        other = self.zh if lang == "en" else self.en
        return other if other != self.first(lang) else ""


NOTHING = Pair("", "")


def pair(text: str, facts: dict[str, str] | None = None, facts_en: dict[str, str] | None = None) -> Pair:
    """A Chinese text and its English one, both with their facts filled in."""
    english = translator("board", "en")(text)
    return Pair(text.format_map(facts or {}), english.format_map(facts_en or facts or {}))


def page(place: int, count: int) -> Pair:
    """Which page of the lower part this is: `第 2/4 页`."""
    return pair("第 {page} 页", {"page": f"{place}/{count}"})


def too_small(readable_m: float, distance_m: float) -> Pair:
    """A screen whose numbers can't be read from where the plan says."""
    facts = {"readable": f"{readable_m:g}", "distance": f"{distance_m:g}"}
    return pair("本屏号码只在 {readable} 米内看得清，应为 {distance} 米", facts)


def clock(now: dt.datetime) -> str:
    """The time of day, `09:05`."""
    return f"{now:%H:%M}"


def date(now: dt.datetime) -> Pair:
    """Day and weekday: `11月23日 星期一`, `Mon, 23 Nov`; not from the machine's locale."""
    weekday = pair(WEEKDAYS[now.weekday()])
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return Pair(f"{now.month}月{now.day}日 {weekday.zh}", f"{weekday.en}, {now.day} {months[now.month - 1]}")


def wait(wait: Wait | None, *, wide: bool) -> Pair:
    """How long somebody who comes now waits: a range, or why there is none.

    Minutes below 100, beyond that half hours: nobody plans by minutes then, and it stays short.
    Without the room of a `wide` section "about" is left to the range itself.
    """
    if wait is None:
        return pair("窗口未开")
    if wait.high_s == 0:
        return pair("现在不用等")
    if wait.high_s < 100 * 60:
        spread = {"range": f"{wait.low_s // 60}–{-(-wait.high_s // 60)}"}
        return pair("约{range}分", spread) if wide else pair("{range}分", spread)
    low, high = wait.low_s // 1800 / 2, -(-wait.high_s // 1800) / 2
    spread = {"range": f"{low:g}–{high:g}"}
    return pair("约{range}小时", spread) if wide else pair("{range}小时", spread)


def ticker(hall: Hall) -> tuple[Pair, ...]:
    """The lines at the foot of the board, one after the other."""
    facts = {"desk": hall.guide_desk, "hotline": hall.hotline}
    facts_en = {"desk": hall.guide_desk_en or hall.guide_desk, "hotline": hall.hotline}
    lines = ["没听到叫号？请到{desk}，工作人员会帮您。", "看到黄色的号，请直接去窗口。"]
    if hall.hotline:
        lines.append("有不明白的，请到{desk}，或拨打 {hotline}。")
    lines.append("等候时间是估计，会随办理快慢变化。")
    return tuple(pair(line, facts, facts_en) for line in lines)


def public_hash(root: str, hour: dt.datetime) -> Pair:
    """The journal's hash of a full hour, in fours so that it can be noted; anybody can check it later."""
    shown = " ".join(root[at : at + 4] for at in range(0, len(root), 4))
    return pair("{time} 公布的流水校验值：{root}", {"time": clock(hour), "root": shown})
