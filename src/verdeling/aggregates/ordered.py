"""Ordered averages: what counts is how badly off an element is, and not which element it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from verdeling.aggregates.regions import add_per_region, positions, weights
from verdeling.aggregates.registry import Stage, aggregate
from verdeling.formulation import minus
from verdeling.program import Objective
from verdeling.pursuit import each, scaled

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from verdeling.measures import Vector
    from verdeling.policy import Goal
    from verdeling.program import Floats
    from verdeling.pursuit import Cut, Pursuit


@aggregate(takes=("part",))
def worst_part(pursuit: Pursuit, vector: Vector, goal: Goal) -> Iterator[Stage]:
    """The weighted mean of the worst-off part of everybody, such as the heaviest fifth.

    The mean of the largest part β is the least t + Σ share · (element − t)⁺ ÷ β (Rockafellar &
    Uryasev 2000, doi:10.21314/JOR.2000.038): a column and a row for each element.
    """
    assert goal.part is not None
    part = goal.part
    worse = vector.minimised
    if len(vector.terms):
        level, beyond = pursuit.add_level(), pursuit.add_excess(vector, upper=np.inf)
        pursuit.add_element_rows("goal_part", worse, each(vector, level, -1.0), minus(beyond), upper=0.0)
        columns = np.append(level["column"].to_numpy(), beyond["column"].to_numpy())
        pursuit.settle(Objective(columns, np.append(1.0, _portions(vector) / part)))
    yield Stage("", lambda point: _sign(vector) * _mean_of_worst(vector, worse.values(point), part))


@aggregate(takes=("weights",))
def ordered(pursuit: Pursuit, vector: Vector, goal: Goal) -> Iterator[Stage]:
    """The average in which the worst-off has the first weight, the next the second, ….

    Falling weights make it a sum of means of the k worst-off, Σ (weightₖ − weightₖ₊₁) · Sₖ, and Sₖ is
    the least k·t + Σ (element − t)⁺ (Ogryczak & Tamir 2003, doi:10.1016/S0020-0190(02)00370-8): as
    many columns and rows for each element as there are places where the weights fall.
    """
    assert goal.weights is not None
    worse, scale = vector.minimised, _weights_used(goal.weights, len(vector))
    if len(vector.terms):
        columns: list[npt.NDArray[Any]] = []
        coefficients: list[Floats] = []
        for place in np.flatnonzero(scale > np.append(scale[1:], 0.0)):
            fall = scale[place] - (scale[place + 1] if place + 1 < len(scale) else 0.0)
            level, beyond = pursuit.add_level(), pursuit.add_excess(vector, upper=np.inf)
            pursuit.add_element_rows("goal_part", worse, each(vector, level, -1.0), minus(beyond), upper=0.0)
            columns += [level["column"].to_numpy(), beyond["column"].to_numpy()]
            coefficients += [np.array([fall * (place + 1)]), np.full(len(vector), fall)]
        pursuit.settle(Objective(np.concatenate(columns), np.concatenate(coefficients)))

    def value(point: Floats) -> float:
        return _sign(vector) * float(scale @ -np.sort(-worse.values(point))[: len(scale)])

    yield Stage("", value)


@aggregate(spread=True)
def gini(pursuit: Pursuit, vector: Vector, goal: Goal) -> Iterator[Stage]:
    """Half the weighted mean difference between two elements of a region.

    Divided by the mean it is the Gini coefficient. It is the largest of the linear functions that
    `slopes` has, one for each order of the elements. Instead of all of them, or of a column for each
    pair, only those are stated that a point turns out to violate: cutting planes, which end because
    there are finitely many orders.
    """
    if len(vector.terms):
        elements = pursuit.add_levels(vector.index)
        pursuit.program.add_rows(
            "goal_element", vector.index, [scaled(vector), minus(elements)],
            unit=vector.unit, lower=0.0, upper=0.0,
        )  # fmt: skip
        levels = add_per_region(pursuit, vector)
        pursuit.cuts.append(_gini_cut(pursuit, vector, elements, levels))
        columns = levels["column"].to_numpy()
        pursuit.settle(Objective(columns, np.full(len(columns), 1 / len(columns))))

    def value(point: Floats) -> float:
        differences = _differences(vector, vector.values(point))
        return float(differences.mean()) if len(differences) else 0.0

    yield Stage("", value)


def slopes(vector: Vector, values: Floats) -> Floats:
    """Coefficient of each element in Σ shareᵢ shareⱼ |elementᵢ − elementⱼ| over the pairs of its region.

    The larger of each pair counts positive and the other negative, so an element has its share times
    the shares of those below it, less those above. With the order of other values than their own the
    elements give no more than with their own.
    """
    share, region = weights(vector), positions(vector)
    order = np.lexsort((values, region))
    until = np.cumsum(share[order])
    less = 2 * (until - region[order]) - share[order] - 1.0  # below it, less above it
    found = np.empty(len(share))
    found[order] = np.where(np.abs(less) <= _ROUNDING, 0.0, share[order] * less)
    return found


_ROUNDING = 1e-12
"""Up to which as much stands below an element as above it."""


def _gini_cut(pursuit: Pursuit, vector: Vector, elements: pd.DataFrame, levels: pd.DataFrame) -> Cut:
    """Add, for each region whose level is too low at a point, the row of the order at that point."""
    region = positions(vector)
    own, level = elements["column"].to_numpy(), levels["column"].to_numpy()

    def state(chosen: npt.NDArray[np.bool_], slope: Floats) -> None:
        index = pd.DataFrame({"region": np.flatnonzero(chosen)})
        terms = pd.DataFrame({"region": region, "column": own, "coefficient": slope})[chosen[region]]
        pursuit.program.add_rows(
            "goal_cut", index, [terms, minus(levels)[chosen]], unit=vector.unit, upper=0.0
        )

    def cut(point: Floats) -> bool:
        values = point[own]
        slope = slopes(vector, values)
        least = np.bincount(region, weights=slope * values)
        room = pursuit.room * np.maximum(1.0, least)
        lines = [level[each].tobytes() + slope[region == each].tobytes() for each in range(len(level))]
        chosen = (least > point[level] + room) & np.array([line not in pursuit.lines for line in lines])
        if chosen.any():
            pursuit.lines.update(lines[each] for each in np.flatnonzero(chosen))
            state(chosen, slope)
        return bool(chosen.any())

    first = slopes(vector, np.zeros(len(vector)))
    for slope in (first, -first):
        state(np.ones(len(level), dtype=bool), slope)
    return cut


def _differences(vector: Vector, values: Floats) -> Floats:
    """Half the weighted mean difference in each region."""
    return np.bincount(positions(vector), weights=slopes(vector, values) * values).astype(np.float64)


def _portions(vector: Vector) -> Floats:
    """Part of everybody that each element is; every region is as much."""
    return np.asarray(vector.share / vector.share.sum(), dtype=np.float64)


def _mean_of_worst(vector: Vector, values: Floats, part: float) -> float:
    """Weighted mean of the largest values that make up a part of everybody."""
    if not len(values):
        return 0.0
    order = np.argsort(-values, kind="stable")
    portion = _portions(vector)[order]
    taken = np.clip(part - (np.cumsum(portion) - portion), 0.0, portion)
    return float(taken @ values[order] / taken.sum())


def _weights_used(stated: tuple[float, ...], size: int) -> Floats:
    """Weights of the elements from the worst-off on, summing to 1; those beyond the last have no meaning."""
    used = np.array(stated[:size], dtype=np.float64)
    return np.asarray(used / used.sum() if len(used) else used, dtype=np.float64)


def _sign(vector: Vector) -> float:
    return 1.0 if vector.better == "lower" else -1.0
