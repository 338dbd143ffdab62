"""Service ratings on the wire."""

from __future__ import annotations

from typing import Annotated

import msgspec


class GiveRating(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /counters/{counter}/rating`: what a citizen pressed after a finished ticket.

    `level` is that of GB/T 39046: 1 very satisfied, 2 satisfied, 3 fairly satisfied, 4 dissatisfied,
    5 very dissatisfied. `ago_s`: so long ago it was pressed; the server may have been away meanwhile.
    """

    ticket: int
    level: Annotated[int, msgspec.Meta(ge=1, le=5)]
    ago_s: Annotated[int, msgspec.Meta(ge=0, le=7 * 24 * 3600)] = 0


class Rating(msgspec.Struct, frozen=True):
    """A rating as it stands."""

    ticket: int
    counter: str
    level: int
    at: str
