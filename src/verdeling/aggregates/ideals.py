"""Ideals: the most that each element of a good could get if the division were about it alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from verdeling.measures import Vector
    from verdeling.program import Floats
    from verdeling.pursuit import Pursuit

NOTHING_TO_GET = 1e-7
"""Values up to this are rounding of the solver: whose ideal is no more can get nothing."""


def ideals(pursuit: Pursuit, vector: Vector) -> Floats:
    """Largest value of each element, whole numbers apart, by a linear program each.

    Parameters
    ----------
    pursuit : Pursuit
        With the earlier goals held.
    vector : Vector
        Of a measure of which more is better.

    Returns
    -------
    array
        In the unit of the measure; zero where an element can get nothing.
    """
    found = np.zeros(len(vector))
    for element in np.unique(vector.element):
        found[element] = most(pursuit, vector, element)[element]
    return np.where(found > NOTHING_TO_GET, found, 0.0)


def most(pursuit: Pursuit, vector: Vector, element: int) -> Floats:
    """Values of all elements where one of them is as large as it can be; its prices are not kept."""
    duals = pursuit.duals
    pursuit.minimise(vector.minimised.total(np.arange(len(vector)) == element))
    pursuit.duals = duals
    assert pursuit.point is not None
    return vector.values(pursuit.point)


def something_for_each(pursuit: Pursuit, vector: Vector) -> Floats:
    """Values of a point, whole numbers apart, at which nobody has nothing who can get something.

    The mean of the point with the largest total and, for each element that has nothing at any point
    so far, the point with the most for it: at most one linear program each.

    Returns
    -------
    array
        In the unit of the measure; zero where an element can get nothing.
    """
    duals = pursuit.duals
    pursuit.minimise(vector.minimised.total())
    pursuit.duals = duals
    assert pursuit.point is not None
    points = [vector.values(pursuit.point)]
    for element in np.unique(vector.element):
        if max(values[element] for values in points) <= NOTHING_TO_GET:
            points.append(most(pursuit, vector, element))
    mean = np.mean(points, axis=0)
    return np.where(mean * len(points) > NOTHING_TO_GET, mean, 0.0)


def part(vector: Vector, chosen: npt.NDArray[np.bool_]) -> Vector:
    """The chosen elements of a vector; their shares sum to 1 again."""
    share = vector.share[chosen]
    return replace(
        vector,
        index=vector.index[chosen].reset_index(drop=True),
        terms=vector.terms[chosen[vector.element]],
        scale=vector.scale[chosen],
        share=share / share.sum(),
        region=vector.region[chosen],
    )
