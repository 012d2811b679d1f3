"""What settling every element of a goal costs beside settling its worst: leximin ÷ one maximin program.

Run ``python benchmarks/rounds.py``; ``--case`` and ``--runs`` choose what is measured. Waiting and
shortfalls are settled before; then the same solver, cold, settles either.
"""

from __future__ import annotations

import argparse
import statistics
import time
from typing import TYPE_CHECKING

from cases import CASES, case
from verdeling.goals import settle_aim
from verdeling.policy import Goal, read_policy
from verdeling.pursuit import Pursuit
from verdeling.solvers import find_solver
from verdeling.solvers.highs import Highs
from verdeling.statement import state

if TYPE_CHECKING:
    from verdeling.instance import Instance

MEASURED = [
    ("relative_load", "municipality"),
    ("relative_built", "municipality"),
    ("relative_support", "municipality"),
    ("lettings", "municipality-year"),
    ("relative_load", "municipality-year"),
    ("coverage", "group"),
    ("coverage", "group-origin"),
]
"""Measures, and what each is over."""


class Counted(Highs):
    """HiGHS that counts the programs it solves."""

    programs = 0

    def minimise(self, *asked, **how):  # type: ignore[no-untyped-def]
        """As `Highs.minimise`."""
        self.programs += 1
        return super().minimise(*asked, **how)


def measure(instance: Instance, name: str, over: str, aggregate: str) -> tuple[float, int]:
    """Seconds inside the solver that a goal takes after waiting and shortfalls, and its linear programs."""
    opening = [goal for goal in read_policy("leximin").goal if goal.measure in ("waiting", "shortfall")]
    goal = Goal(measure=name, over=over, aggregate=aggregate)
    policy = read_policy("leximin").model_copy(update={"goal": (*opening, goal)})
    model, goals = state(instance, policy)
    pursuit = Pursuit(model, find_solver("HiGHS"), policy.tolerance)
    for aim in goals[:-1]:
        settle_aim(pursuit, aim)
    cold = Counted()
    pursuit.solver = cold
    began = time.process_time()
    settle_aim(pursuit, goals[-1])
    return time.process_time() - began, cold.programs


def main() -> None:
    """Measure and print a line per measure: medians over the seeds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--case", choices=list(CASES), default="large-region")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    instances = [case(options.case, seed).in_scenario(None) for seed in range(1, options.runs + 1)]
    print(f"{'measure':<18}{'over':<20}{'maximin s':>10}{'leximin s':>11}{'ratio':>7}{'programs':>10}")
    for name, over in MEASURED:
        worst, every = ("minimum", "leximin") if name == "coverage" else ("maximum", "leximax")
        pairs = [
            (measure(each, name, over, worst)[0], *measure(each, name, over, every)) for each in instances
        ]
        one, all_, count = (statistics.median(column) for column in zip(*pairs, strict=True))
        ratio = statistics.median(chain / single for single, chain, _ in pairs)
        print(f"{name:<18}{over:<20}{one:>10.2f}{all_:>11.2f}{ratio:>7.2f}{count:>10.0f}")


if __name__ == "__main__":
    main()
