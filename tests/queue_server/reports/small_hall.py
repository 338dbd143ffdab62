"""A hall of twenty-six counters for short simulated days: the hall of the rule with most counters shut."""

from __future__ import annotations

import re
from pathlib import Path

from queue_server.reports.actions import Played, Wish, load_model, simulate
from queue_server.reports.load_model import LoadModel
from queue_server.settings import HALL_FILE

KEPT = {
    "Z1": (1, 2),
    "Z2": (1, 2, 3, 11, 12),
    "Z3": (1, 3, 5, 8, 10),
    "Z4": (1, 2),
    "Z5": (1, 3, 5, 7, 8, 10, 12, 14, 15),
    "Z6": (1,),
    "Z7": (1, 2),
}
_COUNTER = re.compile(r"^(Z\d)-(\d\d) = \{ label")
SHARE = 0.31
"""Of the load: about as busy for these counters as the whole day is for all of them."""


def small_hall(folder: Path) -> Path:
    """Write the plan of the small hall and return its file."""
    lines, at_buses = [], False
    for line in HALL_FILE.read_text(encoding="utf-8").splitlines():
        found = _COUNTER.match(line)
        if line.startswith("["):
            # Their strips hang on counters that are shut here, and nobody looks at them.
            at_buses = line.startswith("[buses")
        if not at_buses and (found is None or int(found[2]) in KEPT[found[1]]):
            lines.append(line.replace('["Z3-01", "Z3-02"]', '["Z3-01"]'))
    path = folder / "small.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def play(folder: Path, seed: int, load: LoadModel | None = None, days: int = 1) -> Played:
    """Play days in the small hall; the database stays in `folder / "data"`."""
    folder.mkdir(parents=True, exist_ok=True)
    wish = Wish(days, seed, load or load_model().scaled(SHARE), small_hall(folder))
    return simulate(folder / "data", wish)
