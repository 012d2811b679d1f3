"""Deviations: how far elements are from each other or from the mean of their region."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from verdeling.aggregates.regions import (
    add_means,
    add_per_region,
    deviations,
    means,
    of_region,
    positions,
    weights,
)
from verdeling.aggregates.registry import Stage, aggregate
from verdeling.formulation import minus
from verdeling.program import Objective
from verdeling.pursuit import each

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verdeling.measures import Vector
    from verdeling.policy import Goal
    from verdeling.program import Floats
    from verdeling.pursuit import Pursuit


@aggregate(spread=True)
def largest_deviation(pursuit: Pursuit, vector: Vector, goal: Goal) -> Iterator[Stage]:
    """The largest distance to the weighted mean of the region."""
    if len(vector.terms):
        level, mean = pursuit.add_level(), add_means(pursuit, vector)
        for side, sign in ((vector, 1.0), (_opposite(vector), -1.0)):
            pursuit.add_element_rows(
                "goal_deviation", side, of_region(vector, mean, -sign), each(vector, level, -1.0), upper=0.0
            )
        pursuit.settle(Objective(level["column"].to_numpy(), np.ones(1)))
    yield Stage("", lambda point: np.abs(deviations(vector, vector.values(point))).max(initial=0.0).item())


@aggregate(spread=True)
def range_(pursuit: Pursuit, vector: Vector, goal: Goal) -> Iterator[Stage]:
    """The largest element less the smallest, in the region where that is most."""
    if len(vector.terms):
        level = pursuit.add_level()
        top, bottom = add_per_region(pursuit, vector), add_per_region(pursuit, vector)
        pursuit.add_element_rows("goal_level", vector, of_region(vector, top, -1.0), upper=0.0)
        pursuit.add_element_rows("goal_level", _opposite(vector), of_region(vector, bottom, 1.0), upper=0.0)
        regions = top[["region"]]
        most = regions.assign(column=level["column"].iloc[0], coefficient=-1.0)
        pursuit.program.add_rows(
            "goal_deviation", regions, [top, minus(bottom), most], unit=vector.unit, upper=0.0
        )
        pursuit.settle(Objective(level["column"].to_numpy(), np.ones(1)))
    yield Stage("", lambda point: _ranges(vector, vector.values(point)).max(initial=0.0).item())


@aggregate(spread=True)
def mean_deviation(pursuit: Pursuit, vector: Vector, goal: Goal) -> Iterator[Stage]:
    """The weighted mean distance to the weighted mean of the region.

    What lies above the mean weighs as much as what lies below it: the distance is twice `above_mean`.
    """
    _settle_above_mean(pursuit, vector, 2.0)
    yield Stage("", lambda point: 2.0 * _above_mean(vector, vector.values(point)))


@aggregate(spread=True)
def above_mean(pursuit: Pursuit, vector: Vector, goal: Goal) -> Iterator[Stage]:
    """The weighted mean of what lies above the weighted mean of the region: the upper semideviation."""
    _settle_above_mean(pursuit, vector, 1.0)
    yield Stage("", lambda point: _above_mean(vector, vector.values(point)))


def _settle_above_mean(pursuit: Pursuit, vector: Vector, times: float) -> None:
    if len(vector.terms):
        mean, above = add_means(pursuit, vector), pursuit.add_excess(vector, upper=np.inf)
        pursuit.add_element_rows(
            "goal_deviation", vector, of_region(vector, mean, -1.0), minus(above), upper=0.0
        )
        pursuit.settle(Objective(above["column"].to_numpy(), times * weights(vector) / len(mean)))


def _above_mean(vector: Vector, values: Floats) -> float:
    """Mean over the regions of the weighted mean above their own mean."""
    above = means(vector, np.maximum(deviations(vector, values), 0.0))
    return float(above.mean()) if len(above) else 0.0


def _ranges(vector: Vector, values: Floats) -> Floats:
    """Largest less smallest element of each region."""
    found = positions(vector)
    sides = np.full((2, found.max(initial=-1) + 1), -np.inf)
    np.maximum.at(sides[0], found, values)
    np.maximum.at(sides[1], found, -values)
    return np.asarray(sides.sum(axis=0), dtype=np.float64)


def _opposite(vector: Vector) -> Vector:
    return replace(vector, terms=minus(vector.terms))
