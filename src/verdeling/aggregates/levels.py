"""Levels: the worst-off element first, then the next: less for the heaviest, more for the least."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from verdeling.aggregates.registry import Stage, aggregate
from verdeling.program import Objective
from verdeling.pursuit import LOOSEST, each, whole_step

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt
    import pandas as pd

    from verdeling.measures import Vector
    from verdeling.policy import Goal
    from verdeling.program import Block, Floats
    from verdeling.pursuit import Pursuit

LEVELS = ("maximum", "minimum", "leximax", "leximin")
"""Aggregates that are about the worst-off element."""

ORDERED = ("leximax", "leximin")
"""Those that order the elements of all regions together as they order those of each region."""


@aggregate(fits="lower")
def maximum(pursuit: Pursuit, vector: Vector, goal: Goal) -> Iterator[Stage]:
    """The largest element."""
    settle_largest(pursuit, vector)
    yield Stage("", lambda point: vector.values(point).max(initial=0.0).item())


@aggregate(fits="higher")
def minimum(pursuit: Pursuit, vector: Vector, goal: Goal) -> Iterator[Stage]:
    """The smallest element, made large."""
    settle_largest(pursuit, vector.minimised)
    yield Stage("", lambda point: smallest(vector.values(point)))


@aggregate(fits="lower")
def leximax(pursuit: Pursuit, vector: Vector, goal: Goal) -> Iterator[Stage]:
    """The largest element, then the next largest, …."""
    settle_lexicographically(pursuit, vector)
    yield Stage("", lambda point: vector.values(point).max(initial=0.0).item())


@aggregate(fits="higher")
def leximin(pursuit: Pursuit, vector: Vector, goal: Goal) -> Iterator[Stage]:
    """The smallest element made large, then the next smallest, …."""
    settle_lexicographically(pursuit, vector.minimised)
    yield Stage("", lambda point: smallest(vector.values(point)))


def settle_lexicographically(pursuit: Pursuit, vector: Vector) -> None:
    """Make the largest element small and hold it there, then the next largest, ….

    In each round the elements whose row has a positive multiplier are at their level in every
    optimal solution, and are settled; there is always one, so there are at most as many rounds as
    elements (Ogryczak & Śliwiński, On direct methods for lexicographic min-max optimization, 2006).
    Where a round ends at the level of the one before it, sums say which other elements can be no
    lower either, and these are settled together.

    In whole places sums order all plans, where there is time for a search for each; elsewhere the whole
    values next to these levels are approached. The gap that is left is the largest of all that was settled.
    """
    if not len(vector.terms):
        return
    gaps = [pursuit.gap]
    if pursuit.whole:
        settle_largest(pursuit, vector)
        gaps.append(pursuit.gap)
    excess = pursuit.add_excess(vector)
    caps = pursuit.add_element_rows("goal_cap", vector, excess.assign(coefficient=-1.0))
    if pursuit.orders(len(np.unique(vector.element))):
        gaps += _settle_sums(pursuit, vector)
    else:
        levels = _settle_levels(pursuit, vector, caps)
        if pursuit.whole:
            _settle_whole_levels(pursuit, vector, caps, levels, excess)
    pursuit.gap = max(*gaps, pursuit.gap)


def settle_largest(pursuit: Pursuit, vector: Vector) -> None:
    """Make the largest element small and hold it there."""
    if not len(vector.terms):
        return
    level = pursuit.add_level()
    _below(pursuit, vector, level)
    pursuit.settle(Objective(level["column"].to_numpy(), np.ones(1)))


def _settle_levels(pursuit: Pursuit, vector: Vector, caps: Block) -> Floats:
    """Cap every element at its level in the leximax of linear programs."""
    program = pursuit.program
    level = pursuit.add_level()
    rows = _below(pursuit, vector, level)
    objective = Objective(level["column"].to_numpy(), np.ones(1))
    levels, before = np.zeros(len(vector)), np.nan
    active = np.isin(np.arange(len(vector)), vector.element)
    program.row_upper[caps.start + np.flatnonzero(~active)] = 0.0
    program.row_upper[rows.start + np.flatnonzero(~active)] = np.inf  # what is nothing holds nobody back
    while active.any():
        outcome = pursuit.minimise(objective)
        assert outcome.duals is not None
        multiplier = np.where(active, -outcome.duals[rows.start : rows.stop], -np.inf)
        settled = multiplier >= min(1e-6, multiplier.max())
        if before - outcome.value <= _near(pursuit, before):
            settled |= _stuck(pursuit, vector, level, outcome.value, active)
        levels[settled], before = outcome.value, outcome.value
        program.row_upper[caps.start + np.flatnonzero(settled)] = outcome.value + pursuit.tolerance
        program.row_upper[rows.start + np.flatnonzero(settled)] = np.inf
        active &= ~settled
    return levels


def _stuck(
    pursuit: Pursuit, vector: Vector, level: pd.DataFrame, value: float, active: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """Elements that are at a level in every point where none of the active ones is above it.

    The least sum of those that are at it leaves some below the level: these are free, and the others
    are asked for again. Once it leaves all at the level none of them can be lower, but for rounding.
    """
    assert pursuit.point is not None
    program, column, room = pursuit.program, level["column"].iloc[0], _near(pursuit, value)
    stuck, asked = active & (vector.values(pursuit.point) > value - room), np.zeros(len(vector), dtype=bool)
    program.column_upper[column], least = value + room, -np.inf
    while stuck.any() and (stuck != asked).any():
        asked = stuck
        least = pursuit.minimise(vector.total(asked)).value
        stuck = asked & (vector.values(pursuit.point) > value - room)
    program.column_upper[column] = np.inf
    proved = stuck.any() and asked.sum() * value - least <= LOOSEST * max(1.0, abs(value))
    return stuck & proved


def _near(pursuit: Pursuit, value: float) -> float:
    """Differences between levels up to this are rounding."""
    return 10 * pursuit.tolerance * max(1.0, abs(value))


def _settle_sums(pursuit: Pursuit, vector: Vector) -> list[float]:
    """Make the sum of the two largest elements small, of the three largest, …, and give the gap of each.

    That orders plans in whole places too. The sum of the k largest is the least k·t + Σ (element − t)⁺
    (Ogryczak & Śliwiński 2006). The largest is settled already. Which elements have the levels is left to
    later goals, so the caps of elements stay open.
    """
    program, gaps = pursuit.program, []
    counting = np.unique(vector.element)  # what is nothing holds nobody back
    for size in range(2, len(counting) + 1):
        level, beyond = pursuit.add_level(), pursuit.add_excess(vector, upper=np.inf)
        sides = each(vector, level, -1.0), beyond.assign(coefficient=-1.0)
        rows = pursuit.add_element_rows("goal_part", vector, *sides)
        program.row_upper[rows.start + counting] = 0.0
        columns = np.append(level["column"].to_numpy(), beyond["column"].to_numpy())
        pursuit.settle(Objective(columns, np.append(size, np.ones(len(beyond)))))
        gaps.append(pursuit.gap)
    return gaps


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
    steps = np.array([step_of(pursuit, vector, element) for element in range(len(vector))])
    low, high = (
        np.where(np.isnan(steps), levels, side(levels * vector.scale / steps + nudge) * steps / vector.scale)
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


def step_of(pursuit: Pursuit, vector: Vector, element: int) -> float:
    """Step of the whole values of a numerator; NaN if it has none."""
    own = vector.terms[vector.element == element]
    step = whole_step(pursuit.program, own["column"].to_numpy(), own["coefficient"].to_numpy())
    return np.nan if step is None else step


def _below(pursuit: Pursuit, vector: Vector, level: pd.DataFrame) -> Block:
    """Rows that keep every element below a level."""
    rows = pursuit.add_element_rows("goal_level", vector, each(vector, level, -1.0))
    pursuit.program.row_upper[rows.start : rows.stop] = 0.0
    return rows


def smallest(values: Floats) -> float:
    """The least of some values; 0 where there are none."""
    return float(values.min()) if len(values) else 0.0
