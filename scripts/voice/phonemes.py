"""How every clip and every number phrase is pronounced, in the sound signs that the Kokoro model reads.

Written out, so that no word-splitting or dictionary program is needed: Mandarin syllables with their tone
arrows (→ ↗ ↓ ↘), English words with stress marks. A full stop lets the voice fall at the end; a comma keeps
it up where more follows. Letters are said the English way, as people in a Chinese hall read them.
"""

from __future__ import annotations

from collections.abc import Iterator

from queue_server.board.speech import DIGITS, GREATEST_FLOOR, GREATEST_LABEL, USUAL, told_apart

ZH, EN = "zh", "en"
DIGITS_ZH = ("li↗ŋ", "i→", "ɚ↘", "sa→n", "sɨ↘", "u↓", "ljou↘", "ʨʰi→", "pa→", "ʨjou↓")
TEN_ZH, YAO, PLEASE, NUMBER, TO, COUNTER, AT, FLOOR = (
    "ʂɨ↗", "jau→", "ʨʰi↓ŋ", "xau↘", "tau↘", "ꭧʰwa→ŋkʰou↓", "ʦai↘", "lou↗",
)  # fmt: skip
DIGITS_EN = (
    "zˈɪɹO", "wˈʌn", "tˈu", "θɹˈi", "fˈɔɹ", "fˈIv", "sˈɪks", "sˈɛvᵊn", "ˈAt", "nˈIn",
)  # fmt: skip
TEENS_EN = (
    "tˈɛn", "əlˈɛvᵊn", "twˈɛlv", "θˌɜɹtˈin", "fˌɔɹtˈin", "fˌɪftˈin",
    "sˌɪkstˈin", "sˌɛvᵊntˈin", "ˌAtˈin", "nˌIntˈin",
)  # fmt: skip
TENS_EN = ("twˈɛnti", "θˈɜɹti", "fˈɔɹti", "fˈɪfti", "sˈɪksti", "sˈɛvᵊnti", "ˈAti", "nˈInti")
LETTERS = {
    "A": "ˈA", "B": "bˈi", "C": "sˈi", "D": "dˈi", "E": "ˈi", "F": "ˈɛf", "G": "ʤˈi", "J": "ʤˈA", "K": "kˈA",
    "L": "ˈɛl", "M": "ˈɛm", "N": "ˈɛn", "P": "pˈi", "Q": "kjˈu", "R": "ˈɑɹ", "S": "ˈɛs", "T": "tˈi",
    "U": "jˈu", "V": "vˈi", "W": "dˈʌbᵊljˌu", "X": "ˈɛks", "Y": "wˈI", "Z": "zˈi",
}  # fmt: skip


def clips() -> Iterator[tuple[str, str, str]]:
    """Yield name, text and sound signs of every committed clip but the chime."""
    yield from _numbers_zh()
    yield from _numbers_en()
    yield from _places()


def _numbers_zh() -> Iterator[tuple[str, str, str]]:
    yield "zh/please", "请", f"{PLEASE}."
    yield "zh/hao", "号", f"{NUMBER},"
    for name, digits, one in _digits("digit", 1):
        yield name, _read(digits, one), f"{_sounds(digits, one)},"
    for name, digits, one in _digits("tail", 2):
        yield name, f"{_read(digits, one)}号", f"{_sounds(digits, one)} {NUMBER},"
    for letter in USUAL:
        for name, digits, one in _digits(f"head-{letter}", 1):
            sounds = f"{PLEASE} {LETTERS[letter]} {_sounds(digits, one)},"
            yield name.replace(f"{letter}-", letter), f"请{letter}{_read(digits, one)}", sounds
    for letter, sound in LETTERS.items():
        yield f"zh/letter-{letter}", letter, f"{sound},"


def _numbers_en() -> Iterator[tuple[str, str, str]]:
    yield "en/number", "Number", "nˈʌmbəɹ,"
    for letter, sound in LETTERS.items():
        yield f"en/letter-{letter}", letter, f"{sound},"
    for digit, sound in enumerate(DIGITS_EN):
        yield f"en/digit-{digit}", str(digit), f"{sound},"


def _places() -> Iterator[tuple[str, str, str]]:
    yield "en/counter", "please go to counter", "plˈiz ɡˌO tə kˈWntəɹ,"
    for label in range(1, GREATEST_LABEL + 1):
        yield f"zh/counter-{label}", f"到{label}号窗口", f"{TO} {count_zh(label)} {NUMBER} {COUNTER}."
        yield f"en/label-{label}", str(label), f"{count_en(label)}."
    for floor in range(1, GREATEST_FLOOR + 1):
        yield f"zh/floor-{floor}", f"在{floor}楼", f"{AT} {count_zh(floor)}{FLOOR}."
        yield f"en/floor-{floor}", f"on floor {floor}", f"ˌɔn flˈɔɹ {count_en(floor)}."


def _digits(name: str, count: int) -> Iterator[tuple[str, str, str]]:
    """Yield name, digits and how the 1 is said, for all groups of so many digits."""
    for number in range(10**count):
        digits = f"{number:0{count}d}"
        for one in ("yao", "yi") if "1" in digits else ("yi",):
            yield f"zh/{told_apart(f'{name}-{digits}', digits, one)}", digits, one


def _sounds(digits: str, one: str) -> str:
    return " ".join(YAO if digit == "1" and one == "yao" else DIGITS_ZH[int(digit)] for digit in digits)


def _read(digits: str, one: str) -> str:
    return "".join("幺" if digit == "1" and one == "yao" else DIGITS[int(digit)] for digit in digits)


def number(name: str) -> str:
    """The sound signs of a number phrase by its name, `zh/number-A012-yao` or `en/number-A012`.

    Raises KeyError or ValueError for a name that is none.
    """
    lang, _, rest = name.partition("/number-")
    ticket, _, one = rest.partition("-")
    letters, digits = ticket.rstrip("0123456789"), ticket[len(ticket.rstrip("0123456789")) :]
    if not digits or len(ticket) > 8:
        raise ValueError(name)
    start = " ".join(LETTERS[letter] for letter in letters)
    if lang == EN:
        return f"nˈʌmbəɹ {start} {' '.join(DIGITS_EN[int(digit)] for digit in digits)},"
    if lang != ZH:
        raise ValueError(name)
    return f"{PLEASE} {start} {_sounds(digits, one)} {NUMBER},"


def count_zh(number: int) -> str:
    """1 to 99 as a count: 二十一."""
    tens, ones = divmod(number, 10)
    parts = [DIGITS_ZH[tens]] if tens > 1 else []
    return "".join([*parts, *([TEN_ZH] if tens else []), *([DIGITS_ZH[ones]] if ones else [])])


def count_en(number: int) -> str:
    """1 to 99 as a count: twenty-one."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return DIGITS_EN[ones]
    if tens == 1:
        return TEENS_EN[ones]
    return TENS_EN[tens - 2] + (f" {DIGITS_EN[ones]}" if ones else "")
