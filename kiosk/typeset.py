"""Widths of text and Chinese line breaking, without a screen.

Kivy breaks Chinese after any character, even before a comma or within 一件事. Here lines break at
words and punctuation: no line begins with a closing mark, none ends with an opening one, numbers
and Latin words stay whole, and the words in `WORDS` are not torn apart. Widths come from the very
font files that the screen uses.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable

from PIL import ImageFont

from kiosk.settings import BOLD, REGULAR

NOT_FIRST = "，。、；：？！）》」』】〉”’%…·,.;:?!)]}〕－–—/"
NOT_LAST = "（《「『【〈“‘([{〔$￥"

WORDS = [
    "也一样", "叫号时", "报票号", "手写", "一张",
    "一件事", "不动产", "身份证", "居民", "户口", "登记", "转移", "过户", "联动", "变更", "注销", "设立",
    "备案", "申请", "申报", "许可", "审批", "审查", "审核", "证书", "证明", "证件", "证照", "执照", "电子",
    "打印", "小票", "票号", "导办台", "导办员", "导办", "窗口", "取号", "叫号", "机器", "材料", "清单",
    "办理", "服务区", "服务", "自助", "等候", "大约", "分钟", "现在", "今天", "明天", "屏幕", "出纸口",
    "没有", "手机", "扫码", "工作日", "工作人员", "综合", "受理", "建设", "工程", "规划", "施工", "验收",
    "核准", "单位", "企业", "公司", "社会", "机构", "成立", "非企业", "民办", "纳税人", "套餐", "涉税",
    "发票", "资料", "查询", "合同", "委托", "代理人", "代理", "法定", "代表人", "负责人", "健康", "卫生",
    "职业", "资格", "教师", "档案", "网上", "咨询", "指导", "开放", "打印机", "请记住", "重新连接", "连接",
    "管理员",
]  # fmt: skip

_TOKEN = re.compile(
    r"[(（][^()（）]{1,8}[)）]|"
    + "|".join(map(re.escape, sorted(WORDS, key=len, reverse=True)))
    + r"|[A-Za-z0-9][A-Za-z0-9'&+./–-]*|\s+|.",
    re.DOTALL,
)

Measure = Callable[[str], float]


@functools.cache
def font(px: int, bold: bool) -> ImageFont.FreeTypeFont:
    """Return a face of the screen's font; the same ones are measured and drawn with."""
    return ImageFont.truetype(str(BOLD if bold else REGULAR), px, layout_engine=ImageFont.Layout.BASIC)


@functools.lru_cache(maxsize=8192)
def width(text: str, px: int, bold: bool = False) -> float:
    """Return how wide one line of text is, in pixels of the size asked for."""
    return float(font(px, bold).getlength(text))


@functools.lru_cache(maxsize=2048)
def lines(text: str, px: int, bold: bool, room: float) -> tuple[str, ...]:
    """Break a text into lines of at most `room` pixels; `\\n` always breaks."""
    measure = functools.partial(width, px=px, bold=bold)
    return tuple(line for part in text.split("\n") for line in break_lines(part, room, measure))


def fit(text: str, px: int, bold: bool, room: float) -> str:
    """Shorten a text to one line of at most `room` pixels, with … at its end if it had to be cut."""
    if width(text, px, bold) <= room:
        return text
    while text and width(text + "…", px, bold) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def break_lines(text: str, room: float, measure: Measure) -> list[str]:
    """Break one paragraph. A piece wider than `room` stands alone and is broken by character."""
    found: list[str] = []
    line = ""
    for piece in _pieces(text):
        if not line or measure((line + piece).rstrip()) <= room:
            line += piece
        else:
            found.append(line.rstrip())
            line = piece.lstrip()
        while measure(line.rstrip()) > room and len(line) > 1:
            cut = _cut(line, room, measure)
            found.append(line[:cut])
            line = line[cut:]
    return [*found, line.rstrip()]


def _cut(line: str, room: float, measure: Measure) -> int:
    cut = 1
    while cut < len(line) and measure(line[: cut + 1]) <= room:
        cut += 1
    return cut


def _pieces(text: str) -> list[str]:
    """Cut a text into pieces between which a line may break."""
    pieces: list[str] = []
    for token in _TOKEN.findall(text):
        glued = pieces and (token[0] in NOT_FIRST or token.isspace() or pieces[-1][-1] in NOT_LAST)
        if glued:
            pieces[-1] += token
        else:
            pieces.append(token)
    return pieces
