"""What rounding costs: members × 10 classes by every rule that adds up, and as a two-way table.

Run ``python benchmarks/rounding.py``; ``--case`` and ``--runs`` choose what is measured. The last
line of each way is the exponent of growth between the smallest and the largest case: 1 is linear.
"""

from __future__ import annotations

import argparse
import math
import statistics
import time
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.rounding import RULES, round_parts, round_table

if TYPE_CHECKING:
    from collections.abc import Callable

CASES = {"tiny": 100, "thousand": 1_000, "ten-thousand": 10_000, "hundred-thousand": 100_000}
"""Members by the name of the case."""

TOTAL = 10**9
CLASSES = 10


def case(members: int, seed: int) -> tuple[pd.DataFrame, list[int]]:
    """Amounts of a billion units over members × classes, and whole totals of the classes."""
    random = np.random.default_rng(seed)
    sizes, mix = random.pareto(1.2, members), random.lognormal(0, 0.3, (members, CLASSES))
    totals = round_parts(random.random(CLASSES), TOTAL, "webster")
    amounts = sizes[:, None] * mix
    return pd.DataFrame(amounts * totals / amounts.sum(axis=0)), totals.tolist()


def ways() -> dict[str, Callable[[pd.DataFrame, list[int]], object]]:
    """Ways to round such a table, by name."""

    def by_class(rule: str) -> Callable[[pd.DataFrame, list[int]], object]:
        return lambda amounts, totals: [
            round_parts(amounts[name], total, rule) for name, total in zip(amounts, totals, strict=True)
        ]

    named = {name: by_class(name) for name, rule in RULES.items() if rule.adds_up}
    return {**named, "table": lambda amounts, totals: round_table(amounts, column_totals=totals)}


def seconds(way: Callable[[pd.DataFrame, list[int]], object], members: int, runs: int) -> float:
    """Median seconds of a way over seeds."""
    taken = []
    for seed in range(1, runs + 1):
        amounts, totals = case(members, seed)
        began = time.perf_counter()
        way(amounts, totals)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def main() -> None:
    """Measure and print a line per way and case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--case", choices=list(CASES), action="append", help="default: all but tiny")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    cases = options.case or list(CASES)[1:]
    print(f"{'way':<20}{'case':<18}{'members':>9}{'classes':>9}{'seconds':>10}")
    for name, way in ways().items():
        way(*case(CASES["tiny"], 0))  # first calls are not what is measured
        taken = [seconds(way, CASES[each], options.runs) for each in cases]
        for each, median in zip(cases, taken, strict=True):
            print(f"{name:<20}{each:<18}{CASES[each]:>9}{CLASSES:>9}{median:>10.3f}")
        if len(cases) > 1:
            growth = math.log(taken[-1] / taken[0]) / math.log(CASES[cases[-1]] / CASES[cases[0]])
            print(f"{name:<20}{'growth':<18}{growth:>38.2f}")


if __name__ == "__main__":
    main()
