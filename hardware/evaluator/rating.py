"""A Rating is what a citizen pressed after being served."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rating:
    """One press on the evaluator at `address`.

    `score` is the key, counted from 1 at the best. `asked` is False for a press that no rating had been
    started for: a child's, or a second one; it belongs to no visit.
    """

    address: int
    score: int
    asked: bool
