"""Thresholds: the worst-off come first up to a difference, the total beyond it, or the other way round."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from verdeling.aggregates.ideals import ideals, part, something_for_each
from verdeling.aggregates.registry import Stage, aggregate
from verdeling.program import Objective
from verdeling.pursuit import each

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from verdeling.measures import Vector
    from verdeling.policy import Goal
    from verdeling.program import Floats
    from verdeling.pursuit import Pursuit

SIZE = 1000.0
"""What the mean counts for in the objective; a solver's absolute tolerances become finer by it."""


@aggregate(fits="higher", takes=("threshold",))
def utility_threshold(pursuit: Pursuit, vector: Vector, goal: Goal) -> Iterator[Stage]:
    """The weighted mean of what elements have above a threshold, or of the smallest element if that is more.

    Who is within the threshold of the worst-off counts for as much as the worst-off, whoever is
    further ahead for what they have less the threshold (Hooker & Williams 2012,
    doi:10.1287/mnsc.1120.1515, with sizes of groups as weights, and without the constant that makes
    their function a sum of utilities). A binary column per element says who is further ahead: with v
    what an element counts for, w the smallest element and M the element's ideal,
    w ≤ v ≤ u − threshold·ahead and v ≤ w + (M − threshold)·ahead.
    """
    assert goal.threshold is not None
    threshold = goal.threshold
    best = ideals(pursuit, vector)
    if not best.any():
        yield Stage("", lambda point: 0.0)
        return
    about = part(vector, best > 0)
    room = np.maximum(best[best > 0] - threshold, 0.0)
    level, counted = pursuit.add_level(), pursuit.add_levels(about.index)
    ahead = pursuit.add_decisions(about.index)
    above = each(about, level, -1.0), ahead.assign(coefficient=-room)
    below = each(about, level, 1.0), counted.assign(coefficient=-1.0)
    spent = counted, ahead.assign(coefficient=threshold)
    pursuit.add_element_rows("goal_threshold", about.minimised, *spent, upper=0.0)
    for sides in (below, (counted, *above)):
        pursuit.program.add_rows("goal_threshold", about.index, sides, unit=about.unit, upper=0.0)
    objective = _mean(about, counted)
    columns = ahead["column"].to_numpy(np.int64)
    pursuit.decide(objective, columns)
    _settle(pursuit, objective)
    assert pursuit.best is not None
    decided = np.round(pursuit.best[columns])
    pursuit.program.column_lower[columns] = pursuit.program.column_upper[columns] = decided

    def value(point: Floats) -> float:
        values = about.values(point)
        return float(about.share @ np.maximum(values - threshold, values.min()))

    yield Stage("", value)


@aggregate(fits="higher", takes=("threshold",))
def equity_threshold(pursuit: Pursuit, vector: Vector, goal: Goal) -> Iterator[Stage]:
    """The weighted mean in which nobody counts for more than the smallest element plus a threshold.

    Within the threshold of the worst-off the total matters; what somebody has beyond it counts for
    nothing, so then the worst-off must be raised first. A linear program (Chen & Hooker 2023,
    doi:10.1007/s10479-023-05264-y).
    """
    assert goal.threshold is not None
    threshold = goal.threshold
    reached = something_for_each(pursuit, vector)
    if not reached.any():
        yield Stage("", lambda point: 0.0)
        return
    about = part(vector, reached > 0)
    level, counted = pursuit.add_level(), pursuit.add_levels(about.index)
    for side in (each(about, level, 1.0), counted):
        pursuit.add_element_rows("goal_threshold", about.minimised, side, upper=0.0)
    above = counted, each(about, level, -1.0)
    pursuit.program.add_rows("goal_threshold", about.index, above, unit=about.unit, upper=threshold)
    _settle(pursuit, _mean(about, counted))

    def value(point: Floats) -> float:
        values = about.values(point)
        return float(about.share @ np.minimum(values, values.min() + threshold))

    yield Stage("", value)


def _mean(vector: Vector, counted: pd.DataFrame) -> Objective:
    """The weighted mean of what elements count for, to be minimised with the opposite sign."""
    return Objective(counted["column"].to_numpy(np.int64), -SIZE * vector.share)


def _settle(pursuit: Pursuit, objective: Objective) -> None:
    """Settle a mean, and leave its prices and gap in its own unit."""
    known = pursuit.duals is not None
    pursuit.settle(objective)
    pursuit.gap /= SIZE
    if pursuit.duals is not None and not known:
        pursuit.duals = pursuit.duals / SIZE
