"""Why: the whole story of a ticket in plain words, for whoever stands angry at the desk.

Everything stands in the journal already: each call names its reason, the rule, and whom it passed
over. Here it is only put into sentences, in the order in which it happened.
"""

from __future__ import annotations

from typing import Any

from queue_server.journal import store as journal
from queue_server.refusals import Refused
from queue_server.tickets import store
from queue_server.tickets.queue import Queue
from queue_server.wire import Event, EventKind, Story, StoryLine
from queue_server.wire.words import translator

SENTENCES: dict[str, str] = {
    EventKind.TICKET_ISSUED: "取号，前面有 {ahead} 人，按第 {policy} 版规则排队。",
    EventKind.TICKET_CALLED: "叫到 {label} 号窗口，等了 {waited_min} 分钟。{why}",
    EventKind.TICKET_RECALLED: "第 {call} 次叫号。",
    EventKind.TICKET_STARTED: "开始办理。",
    EventKind.TICKET_COMPLETED: "办完，用了 {service_min} 分钟。",
    EventKind.TICKET_MISSED: "叫号未到，记为过号。",
    EventKind.TICKET_REINSTATED: "过号恢复（第 {times} 次），排到 {after} 位之后。",
    EventKind.TICKET_PARKED: "挂起，稍后回同一窗口。",
    EventKind.TICKET_RESUMED: "恢复办理。",
    EventKind.TICKET_TRANSFERRED: "转办到“{matter}”，票号和取号时间不变。",
    EventKind.TICKET_ABANDONED: "多次叫号未到，此号作废。",
    EventKind.TICKET_CANCELLED: "按本人要求取消。",
    EventKind.TICKET_EXPIRED: "当天结束仍未办理，此号过期。",
    EventKind.APPOINTMENT_CHECKED_IN: "凭预约签到。",
    EventKind.APPOINTMENT_CARRIED_OVER: "今天来不及办，改约到下个工作日最早的时段。",
    EventKind.SLIP_PRINTED: "小票已打印。",
    EventKind.SLIP_FAILED: "小票没有打出来，票号仍有效。",
    EventKind.SLIP_REQUESTED: "工作人员请 {kiosk} 补打小票。",
}

WHY: dict[str, str] = {
    "longest_wait": "本队列里等得最久，轮到您。",
    "priority": "按优先类别先叫；让了位的人不会因此多等超过规定时间。",
    "interleave": "优先票之后，按规则先叫普通票。",
    "delay_cap": "优先票已让普通票多等到上限，先叫普通票。",
    "profile": "按窗口的派号策略（{rule}）先叫这个队列。",
    "chosen": "工作人员选号，原因：{rule}。",
    "missed_back": "过号后由窗口直接补叫。",
}

PASSED: dict[str, str] = {
    "priority": "{number} 是优先类别，先叫了它；普通票因优先多等的时间有上限。",
    "profile": "窗口按派号策略先叫了另一队列的 {number}。",
    "longest_wait": "另一队列的 {number} 按虚拟到达时间更早，先叫了它。",
    "chosen": "工作人员选叫了 {number}，原因：{rule}。",
}


def of_ticket(queue: Queue, ticket: int, lang: str) -> Story:
    """Tell the story of a ticket in `lang`; raises Refused("ticket_unknown")."""
    with queue.database.snapshot() as db:
        row = store.ticket(db, ticket)
        if row is None:
            raise Refused("ticket_unknown")
        own = journal.rows_of_ticket(db, ticket)
        passes = [event for seq in store.passes(db, ticket) if (event := journal.event_at(db, seq))]
    lines = [(event, _told(event, lang)) for event in own]
    lines += [(event, _passed(event, row.number, lang)) for event in passes]
    lines.sort(key=lambda line: line[0].seq)
    told = [StoryLine(event.seq, event.at, event.kind, event.by, text) for event, text in lines]
    return Story(queue.shown(row), row.policy, told)


def _told(event: Event, lang: str) -> str:
    translate, facts = translator("server", lang), _facts(event, lang)
    reason = str(event.data.get("reason", ""))
    facts["why"] = translate(WHY[reason]).format_map(facts) if reason in WHY else ""
    return translate(SENTENCES.get(event.kind, "{kind}")).format_map(facts)


def _passed(event: Event, number: str, lang: str) -> str:
    """A call of somebody else that passed this ticket over, with the reason that was recorded."""
    reason = next((str(why) for who, why in event.data.get("passed", []) if who == number), "priority")
    translate = translator("server", lang)
    return translate(PASSED.get(reason, PASSED["priority"])).format_map(_facts(event, lang))


def _facts(event: Event, lang: str) -> dict[str, Any]:
    """What the sentences may name."""
    data, ticket = event.data, event.ticket
    if ticket is None:
        raise LookupError(f"journal row {event.seq} of a ticket holds none")
    return {
        "kind": event.kind,
        "number": ticket.number,
        "ahead": ticket.ahead if ticket.ahead is not None else 0,
        "policy": ticket.policy,
        "label": ticket.counter_label or "",
        "matter": (lang == "en" and ticket.matter.name_en) or ticket.matter.name,
        "waited_min": round(data.get("waited_s", 0) / 60),
        "service_min": max(1, round(data.get("service_s", 0) / 60)),
        "call": data.get("call", 1),
        "times": data.get("times", 1),
        "after": data.get("after", 0),
        "rule": data.get("rule", ""),
        "kiosk": data.get("kiosk", ""),
    }
