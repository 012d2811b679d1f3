"""Weak duality: what the duals of a solver prove about the point that it calls optimal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from verdeling.program import Floats, Objective, Program


@dataclass(frozen=True)
class Unproved:
    """What duals leave unproved of an optimum.

    Parameters
    ----------
    gap : float
        How much better another point could be at most, in the unit of the objective, as far as `unfit` is
        nothing: the value at the point less the bound that the duals give.
    unfit : float
        The largest price that proves nothing, because there is no bound on its side, relative to the
        largest coefficient of the objective.
    """

    gap: float
    unfit: float


def unproved(program: Program, objective: Objective, point: Floats, duals: Floats) -> Unproved:
    """What duals leave unproved of a point that keeps every limit.

    The gap is a sum of products, none below zero: for each row and column its price times the distance
    to the bound that has the price. So large numbers do not cancel in it.

    Parameters
    ----------
    program : Program
        As it was solved.
    objective : Objective
        What was minimised.
    point : array of float
        Value of each column.
    duals : array of float
        For each row the change of the optimum per unit that its bound goes up.
    """
    reached, reduced, first = np.zeros(program.row_count), np.zeros(program.column_count), 0
    np.add.at(reduced, objective.columns, objective.coefficients)
    for entries in program.entries:
        part = slice(first, first + len(entries))
        first = part.stop
        if not duals[part].any():
            continue
        rows = entries.rows
        reached[part] = np.bincount(rows, entries.coefficients * point[entries.columns], len(entries))
        reduced -= np.bincount(entries.columns, entries.coefficients * duals[part][rows], len(reduced))
    parts = [
        _products(reached, duals, program.row_lower, program.row_upper),
        _products(point, reduced, program.column_lower, program.column_upper),
    ]
    largest = np.abs(objective.coefficients).max(initial=1.0)
    return Unproved(sum(gap for gap, _ in parts), max(unfit for _, unfit in parts) / float(largest))


def _products(values: Floats, prices: Floats, lower: Floats, upper: Floats) -> tuple[float, float]:
    """Prices times distances to the bounds that have them; the largest price where there is no bound."""
    at = np.flatnonzero(prices)
    prices, values = prices[at], values[at]
    far = np.maximum(np.where(prices > 0, values - lower[at], upper[at] - values), 0.0)
    bounded, sizes = np.isfinite(far), np.abs(prices)
    return float(sizes[bounded] @ far[bounded]), float(sizes[~bounded].max(initial=0.0))
