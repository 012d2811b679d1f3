"""Sums: over everybody, or over one group of elements after another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from verdeling.aggregates.registry import Stage, aggregate

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from verdeling.measures import Vector
    from verdeling.policy import Goal
    from verdeling.pursuit import Pursuit


@aggregate()
def total(pursuit: Pursuit, vector: Vector, goal: Goal) -> Iterator[Stage]:
    """The sum."""
    yield _settled(pursuit, vector, "", np.ones(len(vector), dtype=bool))


@aggregate(grouped=True)
def priority(pursuit: Pursuit, vector: Vector, goal: Goal) -> Iterator[Stage]:
    """The sum over the groups that come first, then over the next, …."""
    ranks = pursuit.model.data.groups["priority"].to_numpy()[vector.index["group"]]
    for rank in np.unique(ranks):
        yield _settled(pursuit, vector, f"priority {rank}", ranks == rank)


@aggregate(grouped=True)
def urgency(pursuit: Pursuit, vector: Vector, goal: Goal) -> Iterator[Stage]:
    """The sum over the urgent groups, then over the others."""
    urgent = pursuit.model.data.groups["urgent"].to_numpy(bool)[vector.index["group"]]
    for label, chosen in (("urgent", urgent), ("others", ~urgent)):
        yield _settled(pursuit, vector, label, chosen)


def _settled(pursuit: Pursuit, vector: Vector, label: str, chosen: npt.NDArray[np.bool_]) -> Stage:
    pursuit.settle(vector.minimised.total(chosen))
    return Stage(label, vector.total(chosen).value)
