"""Runs the benchmark: all sections, or those that are named.

Every module of this folder that has SECTION, ORDER, TITLE and `run(report)` is a section.
"""

from __future__ import annotations

import argparse
import importlib
import json
import pkgutil
from pathlib import Path
from types import ModuleType

import bench
from bench.report import Report

LATEST = Path(__file__).with_name("latest.json")


def sections() -> dict[str, ModuleType]:
    """All sections by name, in their order."""
    names = [info.name for info in pkgutil.iter_modules(bench.__path__) if info.name != "__main__"]
    modules = [importlib.import_module(f"bench.{name}") for name in names]
    found = [module for module in modules if hasattr(module, "SECTION")]
    return {module.SECTION: module for module in sorted(found, key=lambda module: module.ORDER)}


def main() -> int:
    """Measure, print, write `latest.json`; a part of the sections leaves the others as they stood there."""
    known = sections()
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Measure the hall.",
        epilog="example: python -m bench http streams",
    )
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=", ".join(known))
    parser.add_argument("--repeats", type=int, default=3, help="how often each cell is measured (default 3)")
    asked = parser.parse_args()
    unknown = [name for name in asked.sections if name not in known]
    if unknown:
        parser.error(f"no section {', '.join(unknown)}; there are {', '.join(known)}")
    report = Report(repeats=asked.repeats)
    for name in asked.sections or known:
        report.probe()
        report.begin(name, known[name].TITLE)
        known[name].run(report)
    report.probe()
    report.close()
    _write(report, whole=not asked.sections)
    return 0 if all(target.met for target in report.targets) else 1


def _write(report: Report, whole: bool) -> None:
    found = report.as_json()
    if not whole and LATEST.exists():
        before = json.loads(LATEST.read_text(encoding="utf-8"))
        fresh = {target["name"] for target in found["targets"]}
        found["sections"] = {**before["sections"], **found["sections"]}
        found["targets"] = [*(t for t in before["targets"] if t["name"] not in fresh), *found["targets"]]
    draft = LATEST.with_suffix(".json.tmp")
    draft.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    draft.replace(LATEST)
    print(f"\nwritten to {LATEST}")


if __name__ == "__main__":
    raise SystemExit(main())
