"""A template is read backwards here: from the bytes of a frame to the fields that made it."""

from __future__ import annotations

from dataclasses import dataclass

from hardware.errors import DeviceError
from hardware.led_strip.hunting import FrameHunter
from hardware.led_strip.template import TemplateStrip, Word


@dataclass(frozen=True, slots=True)
class Said:
    """What a frame says: its numbers by field, its text as bytes and as characters."""

    fields: dict[str, int]
    raw: bytes = b""
    text: str = ""

    @property
    def address(self) -> int:
        """The strip it is for, 1 where frames carry no address."""
        return self.fields.get("address", 1)


class TemplateReader:
    """Finds frames of one template in a stream; needs the length before the text, as all known cards do."""

    def __init__(self, strip: TemplateStrip) -> None:
        names = [word.field for word in strip.words]
        if "text" in names and "length" not in names[: names.index("text")]:
            raise DeviceError(
                f"{strip.name}: a text without a length before it cannot be read back",
                reason="bad_template",
                permanent=True,
            )
        self._strip = strip
        longest = strip.max_text + sum(word.size for word in strip.words)
        self._hunter = FrameHunter(self._measure, longest)

    @property
    def damaged(self) -> int:
        """Bytes that belonged to no frame."""
        return self._hunter.damaged

    def feed(self, data: bytes) -> list[Said]:
        """Take the next bytes and return what whole frames say."""
        found = []
        for frame in self._hunter.feed(data):
            parse = _Parse(self._strip, frame)
            parse.run()
            text = parse.text.decode(self._strip.charset, "replace")
            found.append(Said(parse.fields, parse.text, text))
        return found

    def _measure(self, head: bytes) -> int | None:
        return _Parse(self._strip, head).run()


class _Parse:
    """One attempt to read a frame at the beginning of some bytes."""

    def __init__(self, strip: TemplateStrip, head: bytes) -> None:
        self._strip = strip
        self._head = head
        self._at = 0
        self.fields: dict[str, int] = {}
        self.text = b""

    def run(self) -> int | None:
        """Return the frame's length, 0 when more bytes are needed, None when this is no frame."""
        for word in self._strip.words:
            size = self.fields.get("length", 0) if word.field == "text" else word.size
            piece = self._head[self._at : self._at + size]
            if len(piece) < size:
                return 0
            if not self._fits(word, piece):
                return None
            self._at += size
        return self._at

    def _fits(self, word: Word, piece: bytes) -> bool:
        if word.byte is not None:
            return piece[0] == word.byte
        if word.field == "text":
            self.text = piece
            return True
        value = word.unpack(piece)
        if word.field == "sum":
            return value == sum(self._head[word.since : self._at]) % 256
        self.fields[word.field] = value
        return word.field != "length" or 0 <= value <= self._strip.max_text
