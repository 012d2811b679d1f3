"""How unequal amounts are, weighted: textbook indexes of any array of amounts.

Each index sees only how amounts relate to their mean, so no unit matters. Where all amounts are zero,
all are equal; elements without weight do not count, and without any weight the answer is NaN.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec

import numpy as np
import scipy  # each part of it is loaded when it is first asked for

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

Parameters = ParamSpec("Parameters")

NEAR = 1e-6
"""Amounts that are nearer to each other than this part of their mean are the same."""

ROUNDING = 1e-12
"""Parts of a whole that are nearer to each other than this are the same."""


def _of_parts(
    index: Callable[Concatenate[Array, Array, Parameters], float],
) -> Callable[Concatenate[Array, Array, Parameters], float]:
    """Give an index amounts as multiples of their mean, and weights that sum to 1."""

    @wraps(index)
    def of_amounts(
        values: Array, weights: Array, /, *args: Parameters.args, **options: Parameters.kwargs
    ) -> float:
        counts = weights > 0
        if not counts.any():
            return np.nan
        parts = weights[counts] / weights.sum()
        mean = parts @ values[counts]
        relative = values[counts] / mean if mean > 0 else np.ones(len(parts))
        return index(relative, parts, *args, **options)

    return of_amounts


def weighted_median(values: Array, weights: Array) -> float:
    """Amount below and above which half of the weight lies.

    Parameters
    ----------
    values : array
        Amounts.
    weights : array
        At least zero.

    Returns
    -------
    float
        Where exactly half of the weight lies below, the mean of the amounts on both sides; NaN
        without weight. With equal weights it is the ordinary median.

    Examples
    --------
    >>> weighted_median(np.array([1.0, 2.0, 6.0]), np.array([0.2, 0.2, 0.6]))
    6.0
    """
    counts = weights > 0
    if not counts.any():
        return np.nan
    order = np.argsort(values[counts], kind="stable")
    ordered = values[counts][order]
    below = np.cumsum(weights[counts][order]) / weights.sum()
    first = np.argmax(below > 0.5 - ROUNDING)
    second = np.argmax(below > 0.5 + ROUNDING)
    return float((ordered[first] + ordered[second]) / 2)


@_of_parts
def weighted_gini(values: Array, weights: Array) -> float:
    """Measure inequality as half the relative mean difference, Σ_i Σ_j w_i w_j |x_i − x_j| ÷ (2μ).

    Parameters
    ----------
    values : array
        At least zero.
    weights : array
        At least zero; scaled to sum to 1.

    Returns
    -------
    float
        0 where all are equal (also all zero), towards 1 where one carries all; NaN without values.

    Examples
    --------
    >>> round(weighted_gini(np.array([0.0, 1.0]), np.array([0.75, 0.25])), 9)
    0.75
    """
    _, lorenz = _lorenz(values, weights)
    part = weights[np.argsort(values, kind="stable")]
    return max(0.0, float(1.0 - part @ (lorenz[1:] + lorenz[:-1])))


def _lorenz(values: Array, weights: Array) -> tuple[Array, Array]:
    """Corners of the Lorenz curve: part of the weight, lightest first, and of the amount that it has."""
    order = np.argsort(values, kind="stable")
    carried = np.cumsum(weights[order] * values[order])
    return (
        np.concatenate([[0.0], np.cumsum(weights[order])]),
        np.concatenate([[0.0], carried / carried[-1]]),
    )


@_of_parts
def weighted_theil(values: Array, weights: Array) -> float:
    """Measure inequality as Theil's T, Σ w (x ÷ μ) ln(x ÷ μ).

    Parameters
    ----------
    values, weights : array
        At least zero; weights are scaled to sum to 1.

    Returns
    -------
    float
        0 where all are equal (also all zero), at most the logarithm of one over the smallest weight,
        where that one has all; NaN without values.

    Examples
    --------
    >>> bool(weighted_theil(np.array([0.0, 1.0]), np.array([0.75, 0.25])) == np.log(4))
    True
    """
    return max(0.0, float(weights @ scipy.special.xlogy(values, values)))


@_of_parts
def weighted_hoover(values: Array, weights: Array) -> float:
    """Measure inequality as the part of the whole to shift before all are equal, ½ Σ w |x − μ| ÷ μ.

    Parameters
    ----------
    values, weights : array
        At least zero; weights are scaled to sum to 1.

    Returns
    -------
    float
        0 where all are equal (also all zero), towards 1 where one has all; NaN without values.

    Examples
    --------
    >>> weighted_hoover(np.array([0.0, 1.0]), np.array([0.75, 0.25]))
    0.75
    """
    return float(weights @ abs(values - 1.0) / 2)


@_of_parts
def weighted_atkinson(values: Array, weights: Array, epsilon: float) -> float:
    """Measure inequality as Atkinson's index, 1 − (Σ w x^(1−ε))^(1÷(1−ε)) ÷ μ; for ε = 1 a geometric mean.

    Parameters
    ----------
    values, weights : array
        At least zero; weights are scaled to sum to 1.
    epsilon : float
        Aversion to inequality, above zero: the higher, the more the smallest amounts count.

    Returns
    -------
    float
        0 where all are equal (also all zero), towards 1 where one has all, and 1 where any amount is
        zero while ε is 1 or more; NaN without values.

    Examples
    --------
    >>> weighted_atkinson(np.array([0.0, 1.0]), np.array([0.75, 0.25]), 0.5)
    0.75
    """
    if epsilon >= 1 and not values.all():
        return 1.0
    if epsilon == 1:
        return max(0.0, float(1.0 - np.exp(weights @ np.log(values))))
    power = 1.0 - epsilon
    return max(0.0, float(1.0 - (weights @ values**power) ** (1.0 / power)))


@_of_parts
def weighted_jain(values: Array, weights: Array) -> float:
    """Measure equality as Jain's index, μ² ÷ Σ w x²: the part of the weight that seems to take part.

    Parameters
    ----------
    values, weights : array
        At least zero; weights are scaled to sum to 1.

    Returns
    -------
    float
        1 where all are equal (also all zero), down to the smallest weight, where that one has all;
        NaN without values.

    Examples
    --------
    >>> weighted_jain(np.array([0.0, 1.0]), np.array([0.75, 0.25]))
    0.25
    """
    return min(1.0, float(1.0 / (weights @ values**2)))


@_of_parts
def weighted_variation(values: Array, weights: Array) -> float:
    """Measure inequality as the coefficient of variation, √(Σ w (x − μ)²) ÷ μ.

    Parameters
    ----------
    values, weights : array
        At least zero; weights are scaled to sum to 1.

    Returns
    -------
    float
        0 where all are equal (also all zero) and up; NaN without values.

    Examples
    --------
    >>> weighted_variation(np.array([0.0, 1.0]), np.array([0.5, 0.5]))
    1.0
    """
    return float(np.sqrt(weights @ (values - 1.0) ** 2))


@_of_parts
def weighted_mcloone(values: Array, weights: Array) -> float:
    """Measure equality above the median: what those at or above it would have at it ÷ what they have.

    McLoone's index looks at the half that has least of a good. Of a burden that is the half that
    carries most, so this is its mirror image, one over the index of Verstegen.

    Parameters
    ----------
    values, weights : array
        At least zero; weights are scaled to sum to 1.

    Returns
    -------
    float
        1 where nobody is above the median (also all zero), down to 0 where the median is 0 and
        somebody has something; NaN without values.

    Examples
    --------
    >>> weighted_mcloone(np.array([1.0, 2.0, 6.0]), np.ones(3))
    0.5
    """
    median = weighted_median(values, weights)
    upper = values >= median - NEAR
    return min(1.0, float(median * weights[upper].sum() / (weights[upper] @ values[upper])))


@_of_parts
def weighted_palma(values: Array, weights: Array) -> float:
    """Compare tails: what the highest tenth of the weight has ÷ what the lowest four tenths have.

    An element that stands on a border is split, as on the Lorenz curve, so that few elements are
    no difficulty.

    Parameters
    ----------
    values, weights : array
        At least zero; weights are scaled to sum to 1.

    Returns
    -------
    float
        0.25 where all are equal (also all zero) and up; infinite where the lowest four tenths have
        nothing; NaN without values.

    Examples
    --------
    >>> round(weighted_palma(np.array([1.0, 3.0]), np.ones(2)), 9)
    0.75
    """
    tenth, lowest = np.interp([0.9, 0.4], *_lorenz(values, weights))
    return float((1.0 - tenth) / lowest if lowest > ROUNDING else np.inf)
