"""A PadEvent is one key press of a clerk; a PadDisplay is what the pad shall show."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PadKey(StrEnum):
    """The keys that mean something. GIVE_UP, HANG and CALL_BACK are a digit followed by the OK key."""

    CALL = "call"  # 呼叫: the next ticket
    RECALL = "recall"  # 重呼
    RATE = "rate"  # 评价: ask for a rating
    CANCEL = "cancel"  # 取消
    PAUSE = "pause"  # 暂停
    TRANSFER = "transfer"  # 转移
    ONE_METRE = "one_metre"  # 一米: please keep behind the line
    GIVE_UP = "give_up"  # 弃号: 6 and OK
    HANG = "hang"  # 挂起: 0 and OK
    CALL_BACK = "call_back"  # 回呼: 3 and OK
    OK = "ok"  # OK behind other digits, or alone
    OTHER = "other"  # a key that no source names


@dataclass(frozen=True, slots=True)
class PadEvent:
    """One press on the pad at `address`; `digits` are the bytes before the key, `code` is the key's own."""

    address: int
    key: PadKey
    digits: bytes = b""
    code: int = 0


@dataclass(frozen=True, slots=True)
class PadDisplay:
    """Six digits: how many wait (above 999 shown as 999) and the last three digits of a ticket number.

    None leaves three places blank; a pad may keep what stood there.
    """

    waiting: int | None = None
    ticket: str | None = None

    def __post_init__(self) -> None:
        if self.waiting is not None and self.waiting < 0:
            raise ValueError(f"{self.waiting} people cannot wait")
