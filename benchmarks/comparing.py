"""What comparing policies costs: several together, relative to one leximin alone.

Run ``python benchmarks/comparing.py``. All ways are measured in turns, so that other work on the
machine hits all; ``--instance`` and ``--policies`` choose what is compared.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING

from verdeling import compare, read_instance, solve
from verdeling.engine import solve_each
from verdeling.policy import policy_names, read_policy

if TYPE_CHECKING:
    from collections.abc import Callable

INSTANCES = Path(__file__).parents[1] / "instances"
TEN = (
    *("utilitarian", "proportional", "maximin", "leximin", "priority"),
    *("gini", "mean-deviation", "worst-fifth", "worse-than-average", "equal-losses"),
)
"""The five classic policies, and five others that settle loads in other ways."""


def seconds(task: Callable[[], object]) -> float:
    """Seconds of processor time that a task takes."""
    began = time.process_time()
    task()
    return time.process_time() - began


def main() -> None:
    """Measure and print a line per way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--instance", default="enschede")
    parser.add_argument("--policies", choices=["classic", "ten", "all"], default="ten")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    instance = read_instance(INSTANCES / options.instance)
    names = {"classic": TEN[:5], "ten": TEN, "all": policy_names()}
    policies = [read_policy(name) for name in names[options.policies]]
    ways = {
        "leximin alone": lambda: solve(instance, "leximin", whole=False),
        "one by one": lambda: [solve(instance, each, whole=False) for each in policies],
        "together": lambda: list(solve_each(instance, policies, whole=False)),
        "with room": lambda: list(solve_each(instance, policies, whole=False, room=True)),
        "compared": lambda: compare(instance, policies, room=False),
        "all of it": lambda: compare(instance, policies),
    }
    for way in ways.values():
        way()  # first calls are not what is measured
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(options.runs):
        for name, way in ways.items():
            taken[name].append(seconds(way))
    print(f"{options.instance}, {len(policies)} policies, fractional, processor time")
    print(f"{'way':<16}{'seconds':>10}{'× leximin alone':>18}")
    alone = statistics.median(taken["leximin alone"])
    for name, runs in taken.items():
        print(f"{name:<16}{statistics.median(runs):>10.2f}{statistics.median(runs) / alone:>18.1f}")


if __name__ == "__main__":
    main()
