"""Why: the whole story of a ticket in plain words, for whoever stands angry at the desk.

Everything stands in the journal already: each call names its reason, the rule, the queues that it
drew from and why their heads were not called. Here it is only put into sentences, in the order in
which it happened, with everybody who was called first while this ticket waited (`passing.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from queue_server.clock import parse_rfc3339
from queue_server.database import Connection
from queue_server.journal import store as journal
from queue_server.refusals import Refused
from queue_server.tickets import store
from queue_server.tickets.model import APPOINTMENT
from queue_server.tickets.passing import Before, Place, call_made, why_before
from queue_server.tickets.queue import Queue
from queue_server.wire import (
    Event,
    EventKind,
    Predecessors,
    PrintState,
    Story,
    StoryLine,
    Ticket,
    TicketState,
)
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
    EventKind.TICKET_RETURNED: "本人已回，{where}",
    EventKind.TICKET_REQUEUED: "这次能办的已办完，还有 {left} 件，排到队尾。",
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

SLIP_UNKNOWN = "不知道小票打出来没有，票号仍有效。"

WHY: dict[str, str] = {
    "longest_wait": "本队列里等得最久，轮到您。",
    "priority": "按优先类别先叫；让了位的人不会因此多等超过规定时间。",
    "interleave": "优先票之后，按规则先叫普通票。",
    "delay_cap": "优先票已让普通票多等到上限，先叫普通票。",
    "profile": "按窗口的派号策略（{rule}）先叫这个队列。",
    "parked_back": "挂起后已回来，先接着办。",
    "chosen": "工作人员选号，原因：{rule}。",
    "missed_back": "过号后由窗口直接补叫。",
}

BACK = {False: "等原窗口叫。", True: "原窗口已关，按原来的位置排队。"}

BEFORE: dict[Before, str] = {
    Before.EARLIER: "{count} 人比您早到。",
    Before.PRIORITY: "{count} 人是优先类别：{numbers}。普通票因优先多等的时间有上限。",
    Before.HIGHER_CLASS: "{count} 人的优先类别排在更前：{numbers}。",
    Before.APPOINTMENT: "{count} 人按预约时段到：{numbers}。",
    Before.FIRST_IN_LINE: "{count} 人由工作人员排到最前：{numbers}。",
    Before.OWN_SLOT: "{count} 人在您的预约时段以前叫到：{numbers}。",
    Before.OWN_MOVE: "您过号或分次办理后重新排队，{count} 人排在您前面：{numbers}。",
    Before.INTERLEAVE: "优先票之后按规则先叫普通票：{count} 人，{numbers}。",
    Before.DELAY_CAP: "优先票已让普通票多等到上限，先叫普通票：{count} 人，{numbers}。",
    Before.PROFILE: "窗口按派号策略先叫另一队列：{count} 人，{numbers}。",
    Before.PARKED_BACK: "{count} 人挂起后回来接着办：{numbers}。",
    Before.CHOSEN: "工作人员选号呼叫 {count} 人，原因记在流水：{numbers}。",
    Before.MISSED_BACK: "{count} 人过号后由窗口补叫：{numbers}。",
    Before.UNKNOWN: "{count} 人先叫，流水里没有写明原因：{numbers}。",
}

PASSED: dict[Before, str] = {
    Before.PRIORITY: "{label} 号窗口先叫了 {number}：优先类别。",
    Before.HIGHER_CLASS: "{label} 号窗口先叫了 {number}：优先类别排在更前。",
    Before.APPOINTMENT: "{label} 号窗口先叫了 {number}：按预约时段到。",
    Before.FIRST_IN_LINE: "{label} 号窗口先叫了 {number}：由工作人员排到最前。",
    Before.OWN_SLOT: "{label} 号窗口先叫了 {number}：您的预约时段还没到。",
    Before.OWN_MOVE: "{label} 号窗口先叫了 {number}：您重新排队后排在它后面。",
    Before.INTERLEAVE: "{label} 号窗口先叫了 {number}：优先票之后先叫普通票。",
    Before.DELAY_CAP: "{label} 号窗口先叫了 {number}：优先票已让普通票多等到上限。",
    Before.PROFILE: "{label} 号窗口先叫了另一队列的 {number}：派号策略 {rule}。",
    Before.PARKED_BACK: "{label} 号窗口先叫了 {number}：挂起后回来接着办。",
    Before.CHOSEN: "{label} 号窗口选叫了 {number}，原因：{rule}。",
    Before.MISSED_BACK: "{label} 号窗口补叫了过号的 {number}。",
    Before.UNKNOWN: "{label} 号窗口先叫了 {number}，流水里没有写明原因。",
}

FOREVER = 2**62
NAMED = 20
"""So many numbers are named for each reason; all of them stand in the lines."""

ENTERS = {
    EventKind.TICKET_ISSUED,
    EventKind.TICKET_REINSTATED,
    EventKind.TICKET_TRANSFERRED,
    EventKind.TICKET_RETURNED,
    EventKind.TICKET_REQUEUED,
}
MOVES_BACK = {EventKind.TICKET_REINSTATED, EventKind.TICKET_REQUEUED}


def of_ticket(queue: Queue, ticket: int, lang: str) -> Story:
    """Tell the story of a ticket in `lang`; raises Refused("ticket_unknown")."""
    with queue.database.snapshot() as db:
        row = store.ticket(db, ticket)
        if row is None:
            raise Refused("ticket_unknown")
        own = journal.rows_of_ticket(db, ticket)
        earlier = called_before(db, own)
    lines = [(event, _told(event, lang)) for event in own]
    lines += [(event, _passed(event, why, lang)) for event, why in earlier if why is not Before.EARLIER]
    lines.sort(key=lambda line: line[0].seq)
    told = [StoryLine(event.seq, event.at, event.kind, event.by, text) for event, text in lines]
    return Story(queue.shown(row), row.policy, told, _summed(earlier, lang))


def called_before(db: Connection, own: Sequence[Event]) -> list[tuple[Event, Before]]:
    """All calls that went to somebody else while a ticket waited where they could have called it.

    `own` are the ticket's journal rows, oldest first.
    """
    found = []
    for after, before, place in waits_of(own):
        for event in journal.rows_of_kind_between(db, EventKind.TICKET_CALLED, after, before):
            why = why_before(place, call_made(event), APPOINTMENT)
            if why is not None:
                found.append((event, why))
    return found


def waits_of(own: Sequence[Event]) -> list[tuple[int, int, Place]]:
    """The times in which a ticket waited, each from a row to a row of the journal, and where it stood."""
    waits: list[tuple[int, int, Place]] = []
    since: tuple[int, Place] | None = None
    for event in own:
        if event.ticket is None or not event.kind.startswith("ticket."):
            continue
        if since is not None:
            waits.append((since[0], event.seq, since[1]))
            since = None
        if event.kind in ENTERS and event.ticket.state is TicketState.WAITING:
            since = event.seq, _place(event, event.ticket)
    if since is not None:
        waits.append((since[0], FOREVER, since[1]))
    return waits


def _place(event: Event, ticket: Ticket) -> Place:
    cls = ticket.priority_class
    arrived = parse_rfc3339(ticket.issued_at)
    moved = event.kind in MOVES_BACK
    order = int(event.data.get("order", arrived))
    return Place(ticket.id, str(event.data["group"]), 1 if cls else 0, cls, arrived, order, moved)


def _summed(earlier: Sequence[tuple[Event, Before]], lang: str) -> list[Predecessors]:
    """The same by reason: who simply came earlier, then who was called first for another reason."""
    numbers: dict[Before, list[str]] = {}
    for event, why in earlier:
        numbers.setdefault(why, []).append(event.ticket.number if event.ticket else "")
    translate = translator("server", lang)
    found = []
    for why in Before:
        if why in numbers:
            named = numbers[why][:NAMED]
            some = "、".join(named) if lang == "zh" else ", ".join(named)
            text = translate(BEFORE[why]).format(count=len(numbers[why]), numbers=some)
            found.append(
                Predecessors(why.value, len(numbers[why]), [] if why is Before.EARLIER else named, text)
            )
    return found


def _told(event: Event, lang: str) -> str:
    translate, facts = translator("server", lang), _facts(event, lang)
    reason = str(event.data.get("reason", ""))
    facts["why"] = translate(WHY[reason]).format_map(facts) if reason in WHY else ""
    if event.kind == EventKind.SLIP_FAILED and event.data.get("state") == PrintState.UNKNOWN:
        return translate(SLIP_UNKNOWN)
    return translate(SENTENCES.get(event.kind, "{kind}")).format_map(facts)


def _passed(event: Event, why: Before, lang: str) -> str:
    """A call of somebody else that went before this ticket, with the reason."""
    return translator("server", lang)(PASSED[why]).format_map(_facts(event, lang))


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
        "left": data.get("left", 0),
        "where": translator("server", lang)(BACK[ticket.state is TicketState.WAITING]),
    }
