"""Every way in which the server says no: a stable code, an HTTP status, and what to do next.

`Refused` is raised by rules and actions; the table below is the only place where a refusal gets
its status and its words. English stands in `locale/en/LC_MESSAGES/server.po`.
"""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """A person or a program asked for what is not allowed.

    `code` is a key of `REFUSALS`; `facts` fill the placeholders of its sentence and stand in the
    log. Raising it inside a write undoes that write alone.
    """

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        if code not in REFUSALS:
            raise KeyError(code)
        self.code = code
        self.facts = facts


REFUSALS: dict[str, tuple[int, str]] = {
    "bad_request": (400, "请求看不懂：{problem}。请检查后再发。"),
    "bad_json": (400, "请求不是正确的 JSON（UTF-8）。请检查后再发。"),
    "bad_field": (400, "字段 {field} 不对：{problem}。请改正后再发。"),
    "bad_filter": (400, "筛选条件 {field} 没有“{value}”这个值。请换一个。"),
    "key_needed": (400, "缺少 Idempotency-Key 请求头（8 至 128 个可见字符）。请带上后再发。"),
    "sign_in_needed": (401, "请先登录，或带上设备密钥。"),
    "key_unknown": (401, "设备密钥无效或已停用。请管理员重新登记这台设备。"),
    "sign_in_failed": (401, "用户名或密码不对。请再试一次，或请管理员重设密码。"),
    "not_allowed": (403, "您的岗位不能做这一步。请找有权限的同事。"),
    "csrf_failed": (403, "页面已过期。请刷新页面后再试。"),
    "not_found": (404, "没有这个地址。请核对后再试。"),
    "ticket_unknown": (404, "没有这张票。请核对票号，或到导办台查询。"),
    "matter_unknown": (404, "没有“{matter}”这个事项。请重新选择事项。"),
    "counter_unknown": (404, "没有“{counter}”这个窗口。请核对窗口编号。"),
    "board_unknown": (404, "没有“{board}”这块显示屏。请核对名称。"),
    "bus_unknown": (404, "大厅文件里没有“{bus}”的条屏、呼叫器。请在 [buses] 里写明，或核对设备名称。"),
    "audio_zone_unknown": (404, "没有“{zone}”这个播音区。请核对大厅文件里的 audio_zones。"),
    "picture_unknown": (404, "没有“{picture}”这张图片。请核对文件名。"),
    "notice_unknown": (404, "没有这条通知，或已撤下。请刷新后再看。"),
    "notices_full": (409, "已有 {most} 条通知。请先撤下一条。"),
    "kiosk_unknown": (404, "没有“{kiosk}”这台取号机。请核对名称。"),
    "device_unknown": (404, "没有登记“{device}”这台设备。请核对名称。"),
    "status_unknown": (404, "这个二维码对应的票已失效。请到导办台查询。"),
    "answer_unknown": (404, "这个 Idempotency-Key 没有取到过号。请重新办一次，或请导办员帮您。"),
    "method_not_allowed": (405, "这个地址不支持这种请求方法。请核对接口文档（/api/v1/docs）。"),
    "hall_closed": (409, "大厅现在不取号。请在开放时间再来，或到导办台咨询。"),
    "matter_elsewhere": (409, "“{matter}”不在窗口取号，请到自助服务区办理，或请导办员帮您。"),
    "matter_online": (409, "“{matter}”在网上办理，不用取号。需要帮助请到咨询指导区。"),
    "zone_reserved": (409, "这个服务区还没有开放。请到导办台咨询。"),
    "wrong_state": (409, "票 {number} 现在是“{state}”，不能{move}。请刷新后再看。"),
    "slip_too_late": (409, "票 {number} 已经结束，不再补打。还要办事请重新取号。"),
    "no_ticket_at_hand": (409, "本窗口手上没有票。请先叫号。"),
    "serve_first": (409, "{number} 已叫还没开始办理。请先开始办理，或记为过号。"),
    "recall_too_soon": (409, "刚叫过 {number}，请等 {wait_s} 秒再重呼。"),
    "recalls_used_up": (409, "{number} 已叫 {calls} 次。请记为过号。"),
    "call_again_first": (409, "{number} 只叫了 {calls} 次，叫满 {max_calls} 次才能过号。请再重呼。"),
    "reinstates_used_up": (409, "{number} 已恢复 {times} 次，不能再恢复。请重新取号，或请导办员帮您。"),
    "finish_first": (409, "{number} 还在本窗口。请先办完、挂起或转走。"),
    "nothing_parked": (409, "本窗口没有挂起的票。请叫下一位。"),
    "reason_needed": (422, "选号呼叫要写原因（2 至 100 个字）。请写明后再叫。"),
    "rating_not_served": (409, "{number} 不是在本窗口办完的，不能评价。请核对票号。"),
    "rating_over": (409, "{number} 办完已久，评价时间已过。请下次办完就评。"),
    "rating_given": (409, "{number} 已经评价过，一张票只评一次。请不用再评。"),
    "number_unknown": (404, "今天没有 {number} 这个票号。请核对后再叫。"),
    "not_served_here": (409, "{number} 办的是“{matter}”，本窗口不办。请转到能办的窗口。"),
    "transfer_target": (422, "转办要写明一个去处：事项、服务区或窗口。请只选一个再转。"),
    "zone_unknown": (404, "没有“{zone}”这个服务区。请核对编号。"),
    "group_unknown": (404, "没有“{group}”这个队列。请核对编号。"),
    "staff_unknown": (404, "没有“{staff}”这位工作人员。请核对姓名。"),
    "quota_used_up": (409, "本时段的号已取完，{time} 再放号。请到时再来，或请导办员帮您。"),
    "quota_used_up_today": (409, "今天的号已取完。请下个工作日再来，或预约。"),
    "person_in_queue": (409, "您在这个队列已有票号。请等叫号，或先取消再取。"),
    "person_has_enough": (409, "您今天手上已有 {count} 张票。请先办完再取。"),
    "too_many_matters": (409, "一个票号最多报 {most} 件事。请分次取号，或请导办员帮您。"),
    "too_late_today": (
        409,
        "预计今天办不到：现在取号大约要等 {wait_min} 分钟，已过下班时间。请明早再来或预约。",
    ),
    "counter_closed": (409, "窗口还没有开。请先开窗。"),
    "counter_paused": (409, "窗口已暂停服务。请先恢复服务。"),
    "counter_busy": (409, "{number} 还在本窗口。请先办完、过号或转走，再关窗。"),
    "counter_taken": (409, "{label}号窗口已由{clerk}使用。要接替请确认。"),
    "audio_taken": (409, "播音区 {zone} 现在由 {holder} 播放。要换设备，请先关掉那一台。"),
    "numbers_used_up": (409, "号段 {series} 今天的号已用完。请到导办台。"),
    "slips_unsigned": (409, "本厅的小票不带签名，不用当天密钥。请照常打印。"),
    "day_key_day": (409, "当天密钥只能登记今天或明天的。请核对取号机的日期。"),
    "day_key_taken": (409, "这把密钥已由另一台取号机登记。请重新生成。"),
    "day_keys_used_up": (409, "这台取号机这一天已登记 {count} 把密钥，不能再多。请找管理员。"),
    "devices_full": (409, "一个程序最多报 {most} 台设备。请检查设备名是不是每次都在变。"),
    "help_unknown": (404, "没有这次求助。请刷新后再看。"),
    "help_answered": (409, "这次求助已有人处理。请看下一个求助。"),
    "appointment_unknown": (404, "没有这个预约。请核对预约码，或请导办员帮您。"),
    "appointment_none_today": (404, "今天没有您的预约。请核对日期，或现场取号。"),
    "appointment_not_yours": (403, "证件与预约人不一致。请用预约时的证件。"),
    "appointment_not_offered": (409, "“{matter}”不接受预约。请到大厅现场取号。"),
    "appointment_slot": (422, "这个时段不能预约。请重新选时段。"),
    "appointment_full": (409, "这个时段已约满。请换一个时段。"),
    "appointment_same_day": (409, "您这一天已有预约。请改约别的日子，或先取消再约。"),
    "appointment_blocked": (409, "您近期多次预约未到，{until} 以前不能预约。请到大厅现场取号。"),
    "appointment_state": (409, "这个预约{booking}，不能{booking_move}。请刷新后再看。"),
    "appointment_cancel_late": (409, "离预约时间不到 {hours} 小时，不能取消。请按时到，或联系导办台。"),
    "appointment_early": (409, "现在签到太早。请在 {opens_at} 以后签到，或现场取普通号。"),
    "appointment_over": (409, "预约的日期已过。请重新预约，或现场取号。"),
    "carry_over_early": (409, "{number} 今天还办得到，不用改约。请再等一会儿。"),
    "carry_over_none": (409, "近期没有可以改约的时段。请到导办台。"),
    "body_too_large": (413, "请求太大，最多 {limit_kb} KB。请缩小后再发。"),
    "media_type": (415, "只接受 JSON（application/json）。请换成 JSON 再发。"),
    "key_reused": (422, "这个 Idempotency-Key 已用于另一个请求。请换一个新的。"),
    "bad_file": (422, "文件有 {count} 处错误，什么都没有改。请改正后再导入。"),
    "bad_id_number": (422, "证件号码不对。请核对后重输，或请导办员帮您。"),
    "slip_code_bad": (422, "小票代码不对，可能没有抄全。请扫小票上的二维码，或重新输入。"),
    "priority_unknown": (422, "没有“{priority}”这种优先类别。请重新选择。"),
    "too_many_tries": (429, "试错次数太多。请 {wait_s} 秒后再试。"),
    "too_many_streams": (503, "连接太多。请稍后再试。"),
    "chain_missing": (503, "流水还没有校验链。请先用这个版本启动一次服务器。"),
    "hall_missing": (503, "大厅还没有设置。请管理员先导入大厅文件。"),
    "catalogue_missing": (503, "事项目录还没有导入。请管理员先导入。"),
    "disk_full": (507, "服务器磁盘已满，暂时不能取号。已取的号不受影响，请找管理员。"),
    "store_busy": (503, "服务器暂时忙。请稍后再试，已取的号不受影响。"),
    "body_too_slow": (408, "请求没有在规定时间内发完。请再试一次。"),
    "internal": (500, "服务器出错，已记录。请再试一次，或到导办台。"),
}


FACT_WORDS: dict[str, dict[str, str]] = {
    "state": {
        "waiting": "等候中",
        "called": "已叫号",
        "serving": "在办理中",
        "parked": "已挂起",
        "missed": "已过号",
        "completed": "已办完",
        "cancelled": "已作废",
        "abandoned": "已弃号",
        "expired": "已过期",
    },
    "move": {
        "call": "叫号",
        "recall": "重呼",
        "serve": "开始办理",
        "finish": "办理完毕",
        "no-show": "记为过号",
        "cancel": "作废",
        "carry-over": "改约到下个工作日",
        "park": "挂起",
        "resume-ticket": "接着办",
        "transfer": "转办",
        "reinstate": "恢复排队",
        "call-missed": "补叫",
        "give-up": "记为弃号",
        "back": "登记已回",
        "call-parked": "叫回窗口",
        "rejoin": "放回队列",
        "requeue": "排到队尾",
        "expire": "记为过期",
    },
    "booking": {
        "booked": "还没签到",
        "checked_in": "已签到",
        "cancelled": "已取消",
        "missed": "已过签到时间",
        "expired": "已过期",
    },
    "booking_move": {"check-in": "签到", "cancel": "取消"},
}
"""How a sentence says a state or a move; other facts stand in it as they are."""


def sentence(code: str, facts: dict[str, Any], translate: Any = str) -> str:
    """Word a refusal in the language of `translate`, with its facts filled in."""
    pattern = str(translate(REFUSALS[code][1]))
    return pattern.format_map({key: _fact(key, str(value), translate) for key, value in facts.items()})


def _fact(key: str, value: str, translate: Any) -> str:
    words = FACT_WORDS.get(key, {}).get(value)
    return value if words is None else str(translate(words))
