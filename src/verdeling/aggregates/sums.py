"""Sums: over everybody, or over one group of elements after another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from verdeling.aggregates.registry import Stage, aggregate

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from verdeling.formulation import Model
    from verdeling.measures import Vector
    from verdeling.policy import Goal
    from verdeling.pursuit import Pursuit

    Part = tuple[str, npt.NDArray[np.bool_]]


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
    for label, chosen in parts(pursuit.model, vector, goal.aggregate):
        pursuit.settle(vector.minimised.total(chosen))
        yield Stage(label, vector.total(chosen).value)
