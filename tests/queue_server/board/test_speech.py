"""How a call is worded: cases with number, place and language against clips and text."""

import pytest

from queue_server.board import speech
from queue_server.wire.hall import Voice

YAO, YI = Voice(), Voice(one="yi")

CASES = [
    # number, label, floor, lang, voice, text of all sentences, prepared phrases
    ("A012", "3", None, "zh", YAO, "请A零幺二号，到3号窗口。", ["zh/number-A012-yao"]),
    ("A012", "3", None, "zh", YI, "请A零一二号，到3号窗口。", ["zh/number-A012-yi"]),
    ("B205", "21", 2, "zh", YAO, "请B二零五号，到21号窗口，在2楼。", ["zh/number-B205"]),
    ("B205", "21", 13, "zh", YAO, "请B二零五号，到21号窗口。", ["zh/number-B205"]),
    ("G1000", "99", None, "zh", YI, "请G一零零零号，到99号窗口。", ["zh/number-G1000-yi"]),
    (
        "C210", "66", 3, "en", YAO,
        "请C二幺零号，到66号窗口，在3楼。Number C two one zero, please go to counter 66, on floor 3.",
        ["zh/number-C210-yao", "en/number-C210"],
    ),
    ("C210", "66", None, "en", Voice(english=False), "请C二幺零号，到66号窗口。", ["zh/number-C210-yao"]),
]  # fmt: skip


@pytest.mark.parametrize(("number", "label", "floor", "lang", "voice", "text", "prepared"), CASES)
def test_a_call_is_worded(number, label, floor, lang, voice, text, prepared):
    said = speech.sentences(number, label, floor, lang=lang, voice=voice)
    assert "".join(sentence.text for sentence in said) == text
    assert [part.prepared for one in said for part in one.parts if part.prepared] == prepared


def test_the_clips_of_a_call_stand_in_the_order_of_its_words():
    said = speech.sentences("A012", "3", 2, lang="en", voice=YAO)
    assert speech.clips(said) == (
        "zh/head-A0", "zh/tail-12-yao", "zh/counter-3", "zh/floor-2",
        "en/number", "en/letter-A", "en/digit-0", "en/digit-1", "en/digit-2",
        "en/counter", "en/label-3", "en/floor-2",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("number", "one", "names"),
    [
        ("A112", "yao", ["head-A1-yao", "tail-12-yao"]),
        ("G180", "yi", ["head-G1-yi", "tail-80"]),
        ("B023", "yao", ["head-B0", "tail-23"]),
        ("K012", "yao", ["please", "letter-K", "digit-0", "digit-1-yao", "digit-2", "hao"]),
        ("C1203", "yi", ["please", "letter-C", "digit-1-yi", "digit-2", "digit-0", "digit-3", "hao"]),
    ],
)
def test_usual_numbers_are_said_from_two_clips_and_others_sign_by_sign(number, one, names):
    assert speech.number_zh(number, one).clips == tuple(f"zh/{name}" for name in names)


def test_every_letter_of_a_series_is_said():
    from queue_server.hall.plan_file import LETTERS

    assert set(speech.LETTERS) == LETTERS
    assert speech.number_zh("K7").clips[1] == "zh/letter-K"
