"""A Played says what became of a list of clips."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Played:
    """`clips` of `wanted` clips were played whole; `reason` is empty when all were.

    Reasons: `stopped` (by `stop` or `close`), `no_sound_device`, `sound_busy`, `no_player`, `bad_clip`,
    `stuck`, `player_failed`. That the player was content does not prove that anybody heard it.
    """

    clips: int
    wanted: int
    reason: str = ""

    @property
    def complete(self) -> bool:
        """True when every clip was played whole."""
        return not self.reason
