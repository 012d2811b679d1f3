"""What explaining costs: limits, paths, room and what-if, relative to one fractional leximin.

Run ``python benchmarks/explaining.py``. Everything is measured in turns with cold solves, so that other
work on the machine hits both; ``--instance`` and ``--limits`` choose what is explained.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING

from verdeling import read_instance, solve
from verdeling.explaining.asking.changing import Change
from verdeling.explaining.asking.desk import Desk
from verdeling.explaining.asking.one_more import one_more
from verdeling.explaining.asking.what_if import WhatIf, what_if
from verdeling.explaining.freedom.room import room
from verdeling.explaining.tracing.trace import trace_paths
from verdeling.limits import binding_limits

if TYPE_CHECKING:
    from collections.abc import Callable

    from verdeling.instance import Instance

INSTANCES = Path(__file__).parents[1] / "instances"
AT_ONCE = 40
"""So many limits are asked about between two solves."""

CELLS = {
    "needs": (["group", "municipality", "region", "year"], "households"),
    "supply": (["municipality", "place_type", "year", "supplier"], "places"),
    "support": (["provider", "municipality", "region", "year"], "hours"),
    "agreements": (["agreement"], "value"),
}
"""Tables in which a what-if changes an amount: their keys and the amount."""


def seconds(task: Callable[[], object]) -> float:
    """Seconds of processor time that a task takes."""
    began = time.process_time()
    task()
    return time.process_time() - began


def changes(instance: Instance, turn: int) -> list[Change]:
    """A change of an amount in each table that has rows, in other rows each turn."""
    found = []
    for table, (keys, column) in CELLS.items():
        frame = instance.tables[table]
        if len(frame):
            row = frame.iloc[7 * turn % len(frame)]
            value = 0.9 * row[column] if table == "agreements" else row[column] + 1
            found.append(Change(table, {key: row[key] for key in keys}, column, value))
    return found


def main() -> None:
    """Measure and print a line per part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--instance", default="enschede")
    parser.add_argument("--limits", type=int, help="so many binding limits; all by default")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    instance = read_instance(INSTANCES / options.instance).in_scenario()
    solution = solve(instance, "leximin", whole=False)
    desk = Desk.of(solution)
    rows = binding_limits(desk.plan)["row"].drop_duplicates().tolist()[: options.limits]
    parts: dict[str, list[Callable[[], object]]] = {
        "reopening": [lambda: Desk.of(solution).plan],
        "limits": [
            lambda some=rows[start : start + AT_ONCE]: one_more(solution, some, desk=desk)
            for start in range(0, len(rows), AT_ONCE)
        ],
        "paths": [lambda: trace_paths(solution)],
        "room": [lambda: room(solution)],
    }
    asked = [change for turn in range(options.runs) for change in changes(instance, turn)]
    for first in (*(tasks[0] for tasks in parts.values()), lambda: what_if(solution, asked[:1], desk)):
        first()  # first calls are not what is measured
    cold, taken = [], dict.fromkeys(parts, 0.0)
    for name, tasks in parts.items():
        for task in tasks:
            cold.append(seconds(lambda: solve(instance, "leximin", whole=False)))
            taken[name] += seconds(task)
    answers: dict[str, list[float]] = {"what if": [], "its tables": []}
    for change in asked:
        cold.append(seconds(lambda: solve(instance, "leximin", whole=False)))
        found: list[WhatIf] = []
        answers["what if"].append(
            seconds(lambda change=change, to=found: to.append(what_if(solution, [change], desk)))
        )
        answers["its tables"].append(seconds(lambda of=found: of[0].after))
    both = {
        f"{name}, {which.__name__}": which(times)
        for name, times in answers.items()
        for which in (statistics.median, statistics.mean)
    }
    report(options.instance, len(rows), statistics.mean(cold), taken, both)


def report(
    instance: str, limits: int, cold: float, taken: dict[str, float], answers: dict[str, float]
) -> None:
    """Print seconds, and times a cold solve."""
    print(f"{instance}, leximin, fractional, {limits} binding limits, processor time")
    print(f"{'part':<20}{'seconds':>10}{'× cold solve':>15}")
    everything = {"cold solve": cold, **taken, "everything": sum(taken.values()), **answers}
    for name, time_taken in everything.items():
        print(f"{name:<20}{time_taken:>10.3f}{time_taken / cold:>15.2f}")


if __name__ == "__main__":
    main()
