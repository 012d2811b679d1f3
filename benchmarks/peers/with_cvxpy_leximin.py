"""cvxpy-leximin: ``python with_cvxpy_leximin.py FOLDER leximin ordered_outcomes|saturation``."""

from __future__ import annotations

import sys
from pathlib import Path

import cvxpy as cp
import cvxpy_leximin
from region import answer, read, slack
from with_cvxpy import HIGHS, placements, state

SATURATED = {"upper_tolerance": 1 + 1e-7, "lower_tolerance": 1 - 1e-9}
"""What counts as the same level; the package's own 1.01 and 0.999 merge levels that are 1% apart."""


def main(folder: str, task: str, method: str) -> None:
    """Least waiting per priority, each held, then the heaviest loads."""
    region = read(Path(folder))
    stated = state(region)
    constraints, reached = list(stated.constraints), []
    priorities = region.needs["group"].map(region.groups["priority"]).to_numpy()
    for priority in sorted(set(priorities)):
        waiting = cp.sum(stated.waiting[priorities == priority])
        reached.append(float(cp.Problem(cp.Minimize(waiting), constraints).solve(**HIGHS)))
        constraints.append(waiting <= reached[-1] + slack(reached[-1]))
    loads = [stated.load[j] / task for j, task in enumerate(region.task)]
    problem = cvxpy_leximin.Problem(cvxpy_leximin.Leximax(loads), constraints, **SATURATED)
    problem.solve(method=method, **HIGHS)
    levels = sorted((float(load.value) for load in loads), reverse=True)
    answer([*reached, *levels], placements(region, stated))


if __name__ == "__main__":
    main(*sys.argv[1:])
