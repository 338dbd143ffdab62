"""How long a board waits before it tries again: longer each time, and never as long as its neighbour.

After a restart of the server all boards of the hall have lost it in the same instant. The first pause
of each is drawn from three whole seconds, later ones from up to twelve, so they come back spread out.
"""

from __future__ import annotations

LEAST_S = 0.2
FIRST_SPREAD_S, LONGEST_SPREAD_S = 3.0, 12.0


def pause_s(tries: int, lot: float) -> float:
    """The pause after so many tries in vain (0 when the line just broke); `lot` is drawn from 0 to 1."""
    spread_s = min(LONGEST_SPREAD_S, FIRST_SPREAD_S * 2.0 ** min(tries, 8))
    return LEAST_S + lot * (spread_s - LEAST_S)
