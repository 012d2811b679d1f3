"""Sums: over everybody, or over one group of elements after another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from verdeling.aggregates.registry import Stage, aggregate
from verdeling.program import Objective

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from verdeling.formulation import Model
    from verdeling.measures import Vector
    from verdeling.policy import Goal
    from verdeling.pursuit import Pursuit

    Part = tuple[str, npt.NDArray[np.bool_]]


LATER = 0.1
"""Weight of each part of a sum, as a part of that of the one before it, where they are begun together."""

SUMS = ("total", "priority", "urgency")
"""Aggregates that are sums."""


@aggregate()
def total(pursuit: Pursuit, vector: Vector, goal: Goal) -> Iterator[Stage]:
    """The sum."""
    yield from _settled(pursuit, vector, goal)


@aggregate(grouped=True)
def priority(pursuit: Pursuit, vector: Vector, goal: Goal) -> Iterator[Stage]:
    """The sum over the groups that come first, then over the next, …."""
    yield from _settled(pursuit, vector, goal)


@aggregate(grouped=True)
def urgency(pursuit: Pursuit, vector: Vector, goal: Goal) -> Iterator[Stage]:
    """The sum over the urgent groups, then over the others."""
    yield from _settled(pursuit, vector, goal)


def parts(model: Model, vector: Vector, aggregate: str) -> list[Part]:
    """What is summed first, next, …: the name of each part and its elements."""
    if aggregate == "priority":
        ranks = model.data.groups["priority"].to_numpy()[vector.index["group"]]
        return [(f"priority {rank}", ranks == rank) for rank in np.unique(ranks)]
    if aggregate == "urgency":
        urgent = model.data.groups["urgent"].to_numpy(bool)[vector.index["group"]]
        return [("urgent", urgent), ("others", ~urgent)]
    return [("", np.ones(len(vector), dtype=bool))]


def _settled(pursuit: Pursuit, vector: Vector, goal: Goal) -> Iterator[Stage]:
    chosen = parts(pursuit.model, vector, goal.aggregate)
    sums = [vector.minimised.total(elements) for _, elements in chosen]
    if pursuit.point is None and len(sums) > 1:
        _begin(pursuit, sums)
    for (label, elements), objective in zip(chosen, sums, strict=True):
        pursuit.settle(objective)
        yield Stage(label, vector.total(elements).value)


def _begin(pursuit: Pursuit, sums: Sequence[Objective]) -> None:
    """Go to where all parts are low together, the first ones most, near to where they end one by one."""
    costs = np.zeros(pursuit.program.column_count)
    for rank, each in enumerate(sums):
        costs[each.columns] += LATER**rank * each.coefficients
    columns = np.flatnonzero(costs)
    if len(columns):
        pursuit.minimise(Objective(columns, costs[columns]))
        pursuit.duals = None
