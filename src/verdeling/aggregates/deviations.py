"""Deviations: how far elements are from each other or from their mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.aggregates.registry import Stage, aggregate
from verdeling.program import Objective
from verdeling.pursuit import each, scaled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verdeling.measures import Vector
    from verdeling.policy import Goal
    from verdeling.program import Floats
    from verdeling.pursuit import Pursuit


@aggregate()
def largest_deviation(pursuit: Pursuit, vector: Vector, goal: Goal) -> Iterator[Stage]:
    """The largest distance to the weighted mean of the region."""
    if len(vector.terms):
        level = pursuit.add_level()
        mean = _mean(vector)
        above = pd.concat([scaled(vector), mean.assign(coefficient=-mean["coefficient"])])
        below = above.assign(coefficient=-above["coefficient"])
        for side in (above, below):
            rows = pursuit.program.add_rows(
                "goal_deviation", vector.index, [side, each(vector, level, -1.0)], unit=vector.unit
            )
            pursuit.program.row_upper[rows.start : rows.stop] = 0.0
        pursuit.settle(Objective(level["column"].to_numpy(), np.ones(1)))
    yield Stage("", lambda point: np.abs(deviations(vector, vector.values(point))).max(initial=0.0).item())


def _mean(vector: Vector) -> pd.DataFrame:
    """Terms of the region's weighted mean, once for each of its elements."""
    terms = scaled(vector)
    terms = pd.DataFrame(
        {
            "region": vector.region[vector.element],
            "column": terms["column"].to_numpy(),
            "coefficient": terms["coefficient"].to_numpy() * weights(vector)[vector.element],
        }
    )
    return vector.index.assign(region=vector.region).merge(terms, on="region").drop(columns="region")


def weights(vector: Vector) -> Floats:
    """Weight of each element in the mean of its region; they sum to 1 in each region."""
    sums = np.bincount(vector.region, weights=vector.share)
    return np.asarray(vector.share / sums[vector.region], dtype=np.float64)


def deviations(vector: Vector, values: Floats) -> Floats:
    """Distance of each element to the weighted mean of its region; below zero under the mean."""
    means = np.bincount(vector.region, weights=values * weights(vector))
    return np.asarray(values - means[vector.region], dtype=np.float64)
