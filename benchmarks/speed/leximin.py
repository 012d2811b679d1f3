"""Leximin beside one maximin program: what going on after the heaviest load costs.

Run ``python benchmarks/speed/leximin.py``; ``--case`` and ``--runs`` choose what is measured. The one program
makes the heaviest load light where waiting and shortfall are held at their best; it is stated before and
solved from nothing. Leximin pursues all its goals, also from nothing. They run in turns; compare the ratio.
"""

from __future__ import annotations

import argparse
import runpy
import statistics
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from verdeling.goals import pursue, settle_aim
from verdeling.policy import read_policy
from verdeling.pursuit import Pursuit
from verdeling.solvers import find_solver
from verdeling.statement import state

if TYPE_CHECKING:
    from collections.abc import Callable

    from verdeling.instance import Instance

CASES = runpy.run_path(str(Path(__file__).resolve().parents[1] / "cases.py"))


def all_goals(instance: Instance) -> Callable[[], object]:
    """Pursuing every goal of leximin."""
    model, goals = state(instance, read_policy("leximin"))
    pursuit = Pursuit(model, find_solver("HiGHS"), 1e-9)
    return lambda: pursue(pursuit, goals)


def one_program(instance: Instance) -> Callable[[], object]:
    """Making the heaviest load light, where the goals before it are held."""
    model, goals = state(instance, read_policy("leximin"))
    (at,) = (place for place, aim in enumerate(goals) if aim.goal.measure == "relative_load")
    opening = Pursuit(model, find_solver("HiGHS"), 1e-9)
    pursue(opening, goals[:at])
    goal = goals[at].goal.model_copy(update={"aggregate": "maximum"})
    fresh = Pursuit(model, find_solver("HiGHS"), opening.tolerance)
    return lambda: settle_aim(fresh, replace(goals[at], goal=goal))


def seconds(task: Callable[[], object]) -> float:
    """Seconds of processor time that a task takes."""
    began = time.process_time()
    task()
    return time.process_time() - began


def main() -> None:
    """Measure in turns and print medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--case", choices=list(CASES["CASES"]), default="large-region")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    one, every = [], []
    for seed in range(1, options.runs + 1):
        instance = CASES["case"](options.case, seed).in_scenario()
        one.append(seconds(one_program(instance)))
        every.append(seconds(all_goals(instance)))
    ratio = statistics.median(many / single for many, single in zip(every, one, strict=True))
    print(f"{options.case}, {options.runs} seeds, processor seconds, medians")
    print(f"one maximin program  {statistics.median(one):8.3f}")
    print(f"leximin, every goal  {statistics.median(every):8.3f}")
    print(f"leximin ÷ maximin    {ratio:8.2f}")


if __name__ == "__main__":
    main()
