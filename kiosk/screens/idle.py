"""The question over a screen that nobody has touched for a minute: still there?"""

from __future__ import annotations

import dataclasses

from kiosk import typeset
from kiosk.scene import Act, Action, Box, Ring, Scene, Text
from kiosk.session import Screen
from kiosk.sheet import HEIGHT, LEFT, RIGHT, ROOM, WIDTH, Face, Sheet, View
from kiosk.theme import Role

TOP, LOW = 940, 1732
INNER = 56
SECONDS = 20


def with_warning(scene: Scene, view: View) -> Scene:
    """Return the scene with a veil and the warning over it."""
    sheet = Sheet(view)
    words = sheet.words
    left = view.left_s or 0
    sheet.put(Box(0, 0, WIDTH, HEIGHT, "night", radius=0, alpha=0.82))
    sheet.put(Box(LEFT, TOP, ROOM, LOW - TOP, "surface", radius=16))
    sheet.put(Ring(LEFT + INNER, TOP + 82, 264, 24, left / SECONDS))
    sheet.put(Text(LEFT + INNER + 132, TOP + 214, str(left), 128, True, "ink", "center"))
    x = LEFT + INNER + 304
    sheet.put(Text(x, TOP + 104, words.first("您还在吗？"), 68, True))
    sheet.put(Text(x, TOP + 168, words.second("您还在吗？"), 34, False, "ink-2"))
    numbered = view.state.screen is Screen.TICKET
    tail = "号已取好，照常等叫号。" if numbered else "没有取号，您的选择会清除。"
    text = words.first("{n} 秒后回到首页。", n=left) + "\n" + words.first(tail)
    for i, part in enumerate(typeset.lines(text, 40, False, RIGHT - x - INNER)[:4]):
        sheet.put(Text(x, TOP + 236 + 54 * i, part, 40))
    place = (LEFT + INNER, TOP + 412, ROOM - 2 * INNER, 176)
    more = Face(
        words.first("还需要时间"), words.second("还需要时间"), "clock", "primary", Role.TITLE, symbol_size=76
    )
    sheet.button("more-time", place, more, Action(Act.MORE_TIME))
    done = Face(words.first("我办完了，清除我的信息"), words.second("我办完了，清除我的信息"), "home")
    sheet.button("finish", (place[0], TOP + 608, place[2], 128), done, Action(Act.DONE))
    veil = sheet.scene("veil")
    return dataclasses.replace(scene, veil=veil.items, veil_targets=veil.targets)
