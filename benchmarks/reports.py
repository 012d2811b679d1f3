"""What writing the page of a report costs: from what was asked already, and from nothing.

Run ``python benchmarks/reports.py``. The first page in a process loads what draws pictures, and is measured
apart; ``--instance`` and ``--scenario`` choose what is reported, ``--alone`` leaves out reasons and
other policies, as for a country.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from verdeling import compare, explain, read_instance, solve, write_report
from verdeling.explaining.telling import USUAL

if TYPE_CHECKING:
    from collections.abc import Callable

INSTANCES = Path(__file__).parents[1] / "instances"
POLICIES = ("leximin", "maximin", "priority", "proportional", "utilitarian")


def main() -> None:
    """Measure and print a line per part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--instance", default="enschede")
    parser.add_argument("--scenario")
    parser.add_argument("--alone", action="store_true", help="the division alone")
    options = parser.parse_args()
    print(f"{options.instance}, leximin, fractional\n{'part':<16}{'seconds':>10}{'processor':>12}")
    instance = read_instance(INSTANCES / options.instance).in_scenario(options.scenario)
    solution = timed("solve", lambda: solve(instance, "leximin", whole=False))
    subjects = [solution]
    if not options.alone:
        explanation = explain(solution)
        timed("explain", lambda: [explanation.part(part, "nl") for part in USUAL[True]])
        subjects = [explanation, timed("compare", lambda: compare(instance, POLICIES))]
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "report.html"
        for part in ("first page", "next page"):
            timed(part, lambda: write_report(subjects, page, overwrite=True))
        print(f"{'kilobytes':<16}{page.stat().st_size / 1000:>10.0f}")


def timed(part: str, task: Callable[[], Any]) -> Any:
    """What a task gives, with a line that says what it took."""
    began, worked = time.perf_counter(), time.process_time()
    found = task()
    print(f"{part:<16}{time.perf_counter() - began:>10.2f}{time.process_time() - worked:>12.2f}", flush=True)
    return found


if __name__ == "__main__":
    main()
