"""Makes messages ready for use by many threads at once.

msgspec looks a message's fields up when it is first read, and two threads that do this together for one
message bring the process down (0.22.0: a segmentation fault). So whoever reads messages in threads has all
of them looked up beforehand, in one.
"""

from __future__ import annotations

import msgspec

_known: set[type] = set()


def make_ready() -> None:
    """Look up the fields of every message that is defined by now; costs nothing for those known.

    One thread at a time may call this.
    """
    for message in _below(msgspec.Struct):
        if message not in _known:
            msgspec.json.Decoder(message)
            _known.add(message)


def _below(base: type) -> list[type]:
    found: list[type] = []
    children: list[type] = type.__subclasses__(base)
    for child in children:
        found += [child, *_below(child)]
    return found
