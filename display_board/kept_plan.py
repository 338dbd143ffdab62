"""The last plan of a bus, kept on the program's own disk: which strips there are while the server is away.

What is kept are addresses and the names of counters; no number, nobody's matter.
"""

from __future__ import annotations

import logging
from pathlib import Path

import msgspec

from queue_server.wire.board import BoardState
from queue_server.wire.buses import Bus, BusUnits

NO_STATE = BoardState(board="", name="", seq=0, epoch=0, day="", at="")

log = logging.getLogger(__name__)


class _Kept(msgspec.Struct, frozen=True):
    id: str
    counters: list[BusUnits]
    keys: dict[str, str]


class KeptPlan:
    """One file. A disk that cannot be written or read costs nothing but a line in the log."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Bus | None:
        """Return the plan that was kept last, with an empty state; None when there is none to be read."""
        try:
            kept = msgspec.json.decode(self._path.read_bytes(), type=_Kept)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.MsgspecError) as error:
            log.warning("the kept plan %s cannot be read: %s", self._path, error)
            return None
        return Bus(kept.id, {}, kept.counters, kept.keys, NO_STATE, "")

    def keep(self, plan: Bus) -> None:
        """Keep a plan in place of the one before."""
        content = msgspec.json.encode(_Kept(plan.id, plan.counters, plan.keys))
        draft = self._path.with_name(self._path.name + ".draft")
        try:
            draft.write_bytes(content)
            draft.replace(self._path)
        except OSError as error:
            log.warning("the plan cannot be kept: %s", error)
