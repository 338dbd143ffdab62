"""How a call is said: which clips, in which order, and the same as text.

The announcer of a hall and a web board that speaks both ask here, so a call sounds the same from
either. A clip is named by its path in the clip folder without the ending: `zh/digit-2`. The number is
one part that may have been spoken as a single phrase beforehand (`prepared`); a player without that
phrase plays the part's clips one after the other.
"""

from __future__ import annotations

from dataclasses import dataclass

from queue_server.wire.hall import Voice

CHIME = "chime"
GREATEST_LABEL = 99
"""Counter labels 1 to 99 have a clip; the hall file allows no others."""
GREATEST_FLOOR = 12
"""Floors above have no clip; the label of the counter is said without its floor then."""
LETTERS = "ABCDEFGJKLMNPQRSTUVWXYZ"
USUAL = "ABCDEFG"
"""Three digits behind one of these letters are said from two clips, 请A零 and 一二号, and sound fluent.
Other numbers are said sign by sign."""
DIGITS = "零一二三四五六七八九"
DIGITS_EN = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of speech without a pause inside; `prepared` names a whole phrase, empty for none."""

    text: str
    clips: tuple[str, ...]
    prepared: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence in one language (`zh`, `en`)."""

    lang: str
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """The sentence as it is said, for a log or a screen."""
        comma, stop = ("，", "。") if self.lang == "zh" else (", ", ".")
        return comma.join(part.text for part in self.parts) + stop


def sentences(
    number: str, label: str, floor: int | None = None, *, lang: str = "zh", voice: Voice
) -> tuple[Sentence, ...]:
    """Word one call: Chinese always, English behind it for a ticket that was taken in English.

    `floor` is given where the people who hear it may have to change the floor.
    """
    said = [Sentence("zh", (number_zh(number, voice.one), *_place_zh(label, floor)))]
    if lang == "en" and voice.english:
        said.append(Sentence("en", (number_en(number), *_place_en(label, floor))))
    return tuple(said)


def clips(said: tuple[Sentence, ...]) -> tuple[str, ...]:
    """The committed clips of the sentences in order, without any prepared phrase."""
    return tuple(clip for sentence in said for part in sentence.parts for clip in part.clips)


def number_zh(number: str, one: str = "yao") -> Part:
    """请A零一二号: digit by digit, since a number is compared with the slip and not understood.

    `one`: how the digit 1 is said, `yao` (幺, not to be taken for 七) or `yi` (一).
    """
    digits = DIGITS.replace("一", "幺") if one == "yao" else DIGITS
    spoken = "".join(digits[int(sign)] if sign.isdigit() else sign for sign in number)
    return Part(f"请{spoken}号", _clips_zh(number, one), f"zh/{told_apart(f'number-{number}', number, one)}")


def told_apart(name: str, digits: str, one: str) -> str:
    """The name of a clip or phrase; what holds a 1 exists twice."""
    return f"{name}-{one}" if "1" in digits else name


def _clips_zh(number: str, one: str) -> tuple[str, ...]:
    head, tail = number[:2], number[2:]
    if len(number) == 4 and head[0] in USUAL and number[1:].isdigit():
        return f"zh/{told_apart(f'head-{head}', head, one)}", f"zh/{told_apart(f'tail-{tail}', tail, one)}"
    signs = (
        f"zh/{told_apart(f'digit-{sign}', sign, one)}" if sign.isdigit() else f"zh/letter-{sign}"
        for sign in number
        if sign.isdigit() or sign in LETTERS
    )
    return "zh/please", *signs, "zh/hao"


def number_en(number: str) -> Part:
    """Number A zero one two."""
    names, spoken = [], []
    for sign in number:
        if sign.isdigit():
            names.append(f"en/digit-{sign}")
            spoken.append(DIGITS_EN[int(sign)])
        elif sign in LETTERS:
            names.append(f"en/letter-{sign}")
            spoken.append(sign)
    return Part(f"Number {' '.join(spoken)}", ("en/number", *names), f"en/number-{number}")


def _place_zh(label: str, floor: int | None) -> tuple[Part, ...]:
    place = Part(f"到{label}号窗口", (f"zh/counter-{label}",))
    return (place, Part(f"在{floor}楼", (f"zh/floor-{floor}",))) if _said(floor) else (place,)


def _place_en(label: str, floor: int | None) -> tuple[Part, ...]:
    place = Part(f"please go to counter {label}", ("en/counter", f"en/label-{label}"))
    return (place, Part(f"on floor {floor}", (f"en/floor-{floor}",))) if _said(floor) else (place,)


def _said(floor: int | None) -> bool:
    return floor is not None and 1 <= floor <= GREATEST_FLOOR
