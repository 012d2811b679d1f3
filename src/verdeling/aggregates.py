"""Aggregates: what it means to make a vector small."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.program import Objective
from verdeling.pursuit import Pursuit, scaled, whole_step

if TYPE_CHECKING:
    from verdeling.measures import Vector
    from verdeling.program import Block, Floats


@dataclass(frozen=True)
class Stage:
    """A part of a goal that was settled: what it is called and how it is measured at a point."""

    label: str
    value: Callable[[Floats], float]


Aggregate = Callable[[Pursuit, "Vector"], Iterator[Stage]]
"""Settles a vector in a pursuit and yields a stage after each part that is settled."""

AGGREGATES: dict[str, Aggregate] = {}
"""Aggregates by the name of their function."""


def aggregate(settle: Aggregate) -> Aggregate:
    """Register a function as an aggregate under its own name."""
    AGGREGATES[settle.__name__] = settle
    return settle


@aggregate
def total(pursuit: Pursuit, vector: Vector) -> Iterator[Stage]:
    """The sum."""
    objective = vector.total()
    pursuit.settle(objective)
    yield Stage("", objective.value)


@aggregate
def priority(pursuit: Pursuit, vector: Vector) -> Iterator[Stage]:
    """The sum over the groups that come first, then over the next, …."""
    ranks = pursuit.model.data.groups["priority"].to_numpy()[vector.index["group"]]
    for rank in np.unique(ranks):
        objective = vector.total(ranks == rank)
        pursuit.settle(objective)
        yield Stage(f"priority {rank}", objective.value)


@aggregate
def urgency(pursuit: Pursuit, vector: Vector) -> Iterator[Stage]:
    """The sum over the urgent groups, then over the others."""
    urgent = pursuit.model.data.groups["urgent"].to_numpy(bool)[vector.index["group"]]
    for label, chosen in (("urgent", urgent), ("others", ~urgent)):
        objective = vector.total(chosen)
        pursuit.settle(objective)
        yield Stage(label, objective.value)


@aggregate
def maximum(pursuit: Pursuit, vector: Vector) -> Iterator[Stage]:
    """The largest element."""
    if len(vector.terms):
        _settle_largest(pursuit, vector)
    yield Stage("", lambda point: _largest(vector.values(point)))


@aggregate
def largest_deviation(pursuit: Pursuit, vector: Vector) -> Iterator[Stage]:
    """The largest distance to the weighted mean of the region."""
    if len(vector.terms):
        level = pursuit.add_level()
        mean = _mean(vector)
        above = pd.concat([scaled(vector), mean.assign(coefficient=-mean["coefficient"])])
        below = above.assign(coefficient=-above["coefficient"])
        for side in (above, below):
            rows = pursuit.program.add_rows(
                "goal_deviation", vector.index, [side, _each(vector, level, -1.0)], unit=vector.unit
            )
            pursuit.program.row_upper[rows.start : rows.stop] = 0.0
        pursuit.settle(Objective(level["column"].to_numpy(), np.ones(1)))
    yield Stage("", lambda point: _largest(np.abs(_deviations(vector, vector.values(point)))))


@aggregate
def leximax(pursuit: Pursuit, vector: Vector) -> Iterator[Stage]:
    """The largest element, then the next largest, ….

    In each round the elements whose row has a positive multiplier are at their level in every
    optimal solution, and are settled; there is always one, so there are at most as many rounds as
    elements (Ogryczak & Śliwiński, On direct methods for lexicographic min-max optimization, 2006).
    """
    if len(vector.terms):
        if pursuit.whole:
            _settle_largest(pursuit, vector)
        excess = pursuit.add_excess(vector)
        caps = pursuit.add_element_rows("goal_cap", vector, excess.assign(coefficient=-1.0))
        levels = _settle_levels(pursuit, vector, caps)
        if pursuit.whole:
            _settle_whole_levels(pursuit, vector, caps, levels, excess)
    yield Stage("", lambda point: _largest(vector.values(point)))


def _settle_largest(pursuit: Pursuit, vector: Vector) -> None:
    level = pursuit.add_level()
    _below(pursuit, vector, level)
    pursuit.settle(Objective(level["column"].to_numpy(), np.ones(1)))


def _settle_levels(pursuit: Pursuit, vector: Vector, caps: Block) -> Floats:
    """Cap every element at its level in the leximax of linear programs."""
    program = pursuit.program
    level = pursuit.add_level()
    rows = _below(pursuit, vector, level)
    objective = Objective(level["column"].to_numpy(), np.ones(1))
    levels = np.zeros(len(vector))
    active = np.isin(np.arange(len(vector)), vector.element)
    program.row_upper[caps.start + np.flatnonzero(~active)] = 0.0
    while active.any():
        outcome = pursuit.minimise(objective)
        assert outcome.duals is not None
        multiplier = np.where(active, -outcome.duals[rows.start : rows.stop], -np.inf)
        settled = multiplier >= min(1e-6, multiplier.max())
        levels[settled] = outcome.value
        program.row_upper[caps.start + np.flatnonzero(settled)] = outcome.value + pursuit.tolerance
        program.row_upper[rows.start + np.flatnonzero(settled)] = np.inf
        active &= ~settled
    return levels


def _settle_whole_levels(
    pursuit: Pursuit, vector: Vector, caps: Block, levels: Floats, excess: pd.DataFrame
) -> None:
    """Cap every element near its level, and settle the least total excess over these caps.

    The largest element is settled already, as low as whole numbers allow.
    Where only supply and needs limit the loads, whole leximax loads lie between the levels rounded
    down and up (the proximity theorem of Frank & Murota, arXiv:1808.08477): the caps are these
    whole values, the largest one lowered first, wherever a linear program does not show that to be
    impossible. Elements without whole values are capped at their levels.
    """
    program = pursuit.program
    steps = np.array([_step_of(pursuit, vector, element) for element in range(len(vector))])
    low, high = (
        np.where(steps > 0, side(levels * vector.scale / steps + nudge) * steps / vector.scale, levels)
        for side, nudge in ((np.floor, 1e-6), (np.ceil, -1e-6))
    )
    room = 1e-7 * np.maximum(1.0, high)
    program.row_upper[caps.start : caps.stop] = high + room
    for element in np.argsort(-high, kind="stable"):
        if low[element] < high[element]:
            program.row_upper[caps.start + element] = low[element] + room[element]
            if not pursuit.feasible():
                program.row_upper[caps.start + element] = high[element] + room[element]
    columns = excess["column"].to_numpy()
    program.column_upper[columns] = np.inf
    pursuit.settle(Objective(columns, np.ones(len(columns))))


def _step_of(pursuit: Pursuit, vector: Vector, element: int) -> float:
    """Step of the whole values of a numerator; NaN if it has none."""
    own = vector.terms[vector.element == element]
    step = whole_step(pursuit.program, own["column"].to_numpy(), own["coefficient"].to_numpy())
    return np.nan if step is None else step


def _below(pursuit: Pursuit, vector: Vector, level: pd.DataFrame) -> Block:
    """Rows that keep every element below a level."""
    rows = pursuit.add_element_rows("goal_level", vector, _each(vector, level, -1.0))
    pursuit.program.row_upper[rows.start : rows.stop] = 0.0
    return rows


def _each(vector: Vector, level: pd.DataFrame, coefficient: float) -> pd.DataFrame:
    return vector.index.assign(column=level["column"].iloc[0], coefficient=coefficient)


def _mean(vector: Vector) -> pd.DataFrame:
    """Terms of the region's weighted mean, once for each of its elements."""
    terms = scaled(vector)
    terms = pd.DataFrame(
        {
            "region": vector.region[vector.element],
            "column": terms["column"].to_numpy(),
            "coefficient": terms["coefficient"].to_numpy() * _weights(vector)[vector.element],
        }
    )
    return vector.index.assign(region=vector.region).merge(terms, on="region").drop(columns="region")


def _weights(vector: Vector) -> Floats:
    sums = np.bincount(vector.region, weights=vector.share)
    return np.asarray(vector.share / sums[vector.region], dtype=np.float64)


def _deviations(vector: Vector, values: Floats) -> Floats:
    means = np.bincount(vector.region, weights=values * _weights(vector))
    return np.asarray(values - means[vector.region], dtype=np.float64)


def _largest(values: Floats) -> float:
    return float(values.max()) if len(values) else 0.0
