"""The two slips of the design, as the kiosk would build them, with a status address of 60 characters."""

from __future__ import annotations

from hardware.ticket_printer.slip import Feed, Line, Qr, Slip, Text

URL = "https://hall.example.gov.cn/s/7Kq2mZ9tVb4XcW8nRfYpHs3dLgJ6aE"
of = Line.of

STANDARD = Slip(
    (
        of("上饶市行政服务中心", 2),
        of("B126", 8),
        Feed(18),
        Line((Text("去 1楼", 2, 2), Text(" B区 ", 2, 2, reverse=True), Text("不动产登记", 2, 2))),
        Feed(18),
        of("二手房转移登记及水电气讯联动过户一件事"),
        Feed(10),
        of("前9人 约等18-30分钟", 2),
        Feed(22),
        Qr(URL),
        Feed(16),
        of("扫码看进度；没有手机也一样叫您"),
        of("没听到不作废，找导办员，排到第3位后"),
        of("2026-11-23 10:24  2F-03  咨询请到G区"),
    )
)
LARGE_PRINT = Slip(
    (
        of("B126", 8),
        Feed(8),
        Line((Text("去1楼", 4, 4), Text(" B区 ", 4, 4, reverse=True))),
        Feed(18),
        of("坐下等，叫到再去窗口", 2),
        Feed(10),
        of("大约等18-30分钟", 2),
        Feed(10),
        of("不明白？请问导办员", 2),
        Feed(18),
        of("二手房转移登记及水电气讯联动过户一件事"),
        of("优先：老年人（到窗口看证件）"),
        Feed(18),
        Qr(URL, module_dots=5),
        Feed(18),
        of("没听到不作废，找导办员，排到第3位后"),
        of("上饶市行政服务中心 2026-11-23 10:24"),
    )
)
SLIPS = {"slip-01-standard": STANDARD, "slip-02-large-print": LARGE_PRINT}
