"""Goals that order whole places: who has which of the values may be open, although each is held at its own.

Leximax is met as well by whoever exchanges values: of two towns that are alike, 2 and 1 is as good as 1 and
2. The program holds one of these plans. It is a plan as good only if the same values are there, so that an
element can go no higher than the highest of them that it can have.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from verdeling.aggregates.levels import ORDERED, step_of
from verdeling.formulation import minus
from verdeling.program import Objective
from verdeling.whole_places import ROOM, WholePursuit

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from verdeling.explaining.freedom.held import Held
    from verdeling.goals import Aim
    from verdeling.program import Floats, Integers
    from verdeling.pursuit import Standing
    from verdeling.vectors import Vector

_LOADS = "relative_load"
"""The measure that is the load of a municipality, divided by its share."""

SAME = 1e-6
"""Relative difference up to which values are the same, and places whole."""


@dataclass(frozen=True)
class Ordered:
    """A goal that puts elements in order, held in whole places.

    Parameters
    ----------
    aim : Aim
        The goal.
    vector : Vector
        Its elements, of which less is better.
    caps : array
        The rows that hold them.
    values : array
        What each has in the plan.
    can_have : array
        For each element (a row) and each value (a column) whether the element can have it in whole places.
    """

    aim: Aim
    vector: Vector
    caps: Integers
    values: Floats
    can_have: npt.NDArray[np.bool_]

    @property
    def reach(self) -> Floats:
        """The highest of the values that each element can have."""
        return np.asarray(np.where(self.can_have, self.values, -np.inf).max(axis=1))

    @property
    def open(self) -> bool:
        """Whether any element can go higher with the same values."""
        return bool((self.reach > self.values + SAME * np.maximum(1.0, np.abs(self.values))).any())

    @property
    def exchanges(self) -> Iterator[Floats]:
        """The values after each exchange between two elements."""
        for one, other in combinations(range(len(self.values)), 2):
            differ = abs(self.values[one] - self.values[other]) > SAME * max(1.0, abs(self.values[one]))
            if differ and self.can_have[one, other] and self.can_have[other, one]:
                exchanged = self.values.copy()
                exchanged[[one, other]] = exchanged[[other, one]]
                yield exchanged


def open_orders(held: Held) -> list[Ordered]:
    """The ordered goals of whole places of which elements may exchange values."""
    if not held.solution.whole:
        return []
    stages = [stage for stage in held.reached if stage.aim.goal.aggregate in ORDERED and stage.rows]
    found = [_ordered(held, stage.aim, stage.rows) for stage in stages]
    return [each for each in found if each.open]


def widened(held: Held, standing: Standing) -> Standing:
    """Where every plan that is as good is allowed, and others too; the same where nobody can exchange."""
    if not held.orders:
        return standing
    held.pursuit.rewind(standing)
    upper = held.pursuit.program.row_upper
    for order in held.orders:
        reach = order.reach + ROOM * np.maximum(1.0, np.abs(order.reach))
        upper[order.caps] = np.maximum(upper[order.caps], reach)
    return held.pursuit.stand()


def exchanged_plans(held: Held, wide: Standing) -> Iterator[Floats]:
    """Plans in which two elements have exchanged their values, as far as a limited search finds them.

    Raises
    ------
    OutOfTime
        If the deadline came first.
    """
    search = held.pursuit
    for order in held.orders:
        search.rewind(wide)
        assert isinstance(search, WholePursuit)
        over = search.add_excess(order.vector, np.inf)
        rows = search.add_element_rows("goal_exchange", order.vector, minus(over))
        objective = Objective(over["column"].to_numpy(np.int64), np.ones(len(over)))
        standing = search.stand()
        for values in order.exchanges:
            search.rewind(standing)
            search.program.row_upper[rows.start : rows.stop] = values + ROOM * np.maximum(1.0, np.abs(values))
            if search.minimise(objective).value > SAME:
                continue
            search.incumbent = np.concatenate([held.point, np.maximum(order.values - values, 0.0)])
            search.settle(objective)
            if objective.value(search.incumbent) <= SAME:
                yield search.incumbent[: held.size]


def exchanged_load(held: Held, municipality: int) -> tuple[float, float]:
    """The smallest and largest load that a municipality has in a plan with the same values elsewhere."""
    for order in held.orders:
        if order.aim.goal.measure == _LOADS:
            (place,) = np.flatnonzero(order.vector.index["municipality"] == municipality)
            amounts = (order.values * order.vector.scale[place])[order.can_have[place]]
            return float(amounts.min()), float(amounts.max())
    return -np.inf, np.inf


def same_loads(held: Held, loads: Floats) -> bool:
    """Whether loads may be those of a plan with the same values elsewhere."""
    for order in held.orders:
        if order.aim.goal.measure == _LOADS:
            relative = np.sort(loads / order.vector.scale[order.vector.element])
            return bool(np.allclose(relative, np.sort(order.values), rtol=SAME, atol=SAME))
    return True


def _ordered(held: Held, aim: Aim, rows: range) -> Ordered:
    vector = aim.vector.minimised
    program, values = held.model.program, vector.values(held.point)
    (caps,) = [block for block in program.row_blocks if block.name == "goal_cap" and block.start in rows]
    steps = np.array([step_of(held.pursuit, vector, element) for element in range(len(vector))])
    places = values[None, :] * (vector.scale / steps)[:, None]
    whole = np.abs(places - np.round(places)) <= SAME * np.maximum(1.0, np.abs(places))
    can_have = whole | np.isnan(places) | np.eye(len(values), dtype=bool)
    there = np.isin(np.arange(len(vector)), vector.element)
    can_have[~there] = np.eye(len(values), dtype=bool)[~there]
    return Ordered(aim, vector, caps.positions, values, can_have)
