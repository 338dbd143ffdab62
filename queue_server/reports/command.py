"""What `python -m queue_server simulate` does: play days, write the files, sum up in a table."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from queue_server.reports import actions
from queue_server.reports.actions import LOAD_FILE, CannotPlay, Played, Wish
from queue_server.settings import HALL_FILE

MOST_DAYS = 366


def simulate(
    *,
    days: int,
    seed: int,
    policy: Path | None = None,
    load: Path | None = None,
    data: Path | None = None,
    **files: Path | None,
) -> str:
    """Play days and return the table; `files` may name `out` (JSON) and `log` (CSV).

    Raises CannotPlay, ValueError for a faulty load model, BadFile for a faulty policy, OSError.
    """
    if not 1 <= days <= MOST_DAYS:
        raise CannotPlay(f"--days must be 1 to {MOST_DAYS}, not {days}")
    wish = Wish(days, seed, actions.load_model(load or LOAD_FILE), policy or HALL_FILE)
    if data is not None:
        played = actions.simulate(data, wish)
    else:
        with tempfile.TemporaryDirectory(prefix="hall-") as folder:
            played = actions.simulate(Path(folder), wish)
    _write(played, files)
    return table(played.report)


def table(report: dict[str, Any]) -> str:
    """The figures of each zone as a table for a terminal; waits and overtime in minutes."""
    names = ("mean", "p50", "p90", "p99", "served", "missed", "abandoned", "expired", "overtime")
    lines = ["zone".ljust(8) + "places".rjust(8) + "".join(name.rjust(10) for name in names)]
    for zone, found in [*report["zones"].items(), ("all", report["all"])]:
        waits = [f"{found[name + '_s'] / 60:.1f}" for name in names[:4]]
        counts = [str(found.get(name, 0)) for name in names[4:8]]
        over = f"{found.get('overtime_s', 0.0) / 60:.1f}"
        cells = "".join(cell.rjust(10) for cell in [*waits, *counts, over])
        lines.append(zone.ljust(8) + str(found["places"]).rjust(8) + cells)
    days, visits, tickets = len(report["days"]), report["visits"], report["tickets"]
    lines.append(
        f"{days} days, {visits} visits, {tickets} tickets, {sum(report['refused'].values())} refused"
    )
    journal = report["journal"]
    lines.append(f"journal: {journal['rows']} rows, {journal['chain']}")
    return "\n".join(lines)


def _write(played: Played, files: dict[str, Path | None]) -> None:
    for name, content in (("out", actions.as_text(played.report)), ("log", played.log)):
        path = files.get(name)
        if path is not None:
            path.write_text(content, encoding="utf-8", newline="")
