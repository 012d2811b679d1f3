"""What aggregates that compare elements within their region have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.formulation import minus
from verdeling.pursuit import scaled

if TYPE_CHECKING:
    from verdeling.measures import Vector
    from verdeling.program import Floats, Integers
    from verdeling.pursuit import Pursuit


def weights(vector: Vector) -> Floats:
    """Weight of each element in the mean of its region; they sum to 1 in each region."""
    sums = np.bincount(vector.region, weights=vector.share)
    return np.asarray(vector.share / sums[vector.region], dtype=np.float64)


def means(vector: Vector, values: Floats) -> Floats:
    """Weighted mean of each region, in the order of `positions`."""
    return np.bincount(positions(vector), weights=values * weights(vector)).astype(np.float64)


def deviations(vector: Vector, values: Floats) -> Floats:
    """Distance of each element to the weighted mean of its region; below zero under the mean."""
    return np.asarray(values - means(vector, values)[positions(vector)], dtype=np.float64)


def positions(vector: Vector) -> Integers:
    """Region of each element, counted from zero without gaps."""
    return np.unique(vector.region, return_inverse=True)[1].astype(np.int64)


def add_per_region(pursuit: Pursuit, vector: Vector) -> pd.DataFrame:
    """Add a free column for each region, and return their terms."""
    return pursuit.add_levels(pd.DataFrame({"region": np.arange(positions(vector).max() + 1)}))


def of_region(vector: Vector, columns: pd.DataFrame, coefficient: float) -> pd.DataFrame:
    """Terms that put the column of its region in the row of every element."""
    own = columns["column"].to_numpy()[positions(vector)]
    return vector.index.assign(column=own, coefficient=coefficient)


def add_means(pursuit: Pursuit, vector: Vector) -> pd.DataFrame:
    """Add the weighted mean of each region as a column, and return their terms."""
    mean = add_per_region(pursuit, vector)
    terms = scaled(vector)
    weighed = pd.DataFrame(
        {
            "region": positions(vector)[vector.element],
            "column": terms["column"].to_numpy(),
            "coefficient": terms["coefficient"].to_numpy() * weights(vector)[vector.element],
        }
    )
    pursuit.program.add_rows(
        "goal_mean", mean[["region"]], [weighed, minus(mean)], unit=vector.unit, lower=0.0, upper=0.0
    )
    return mean
