"""Goods to divide under linear limits: programs small enough for cvxpy, enumeration and a pencil."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from verdeling.aggregates import AGGREGATES
from verdeling.measures import Vector
from verdeling.policy import Goal
from verdeling.program import Objective, Program
from verdeling.pursuit import Pursuit
from verdeling.solvers import find_solver
from verdeling.whole_places import WholePursuit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True)
class Goods:
    """What can be divided: amounts from zero to ``most``, with ``rows @ amounts <= limits``.

    What an element has is its amount divided by its scale.
    """

    most: Sequence[float]
    rows: Sequence[Sequence[float]] = ()
    limits: Sequence[float] = ()
    scale: Sequence[float] = ()
    share: Sequence[float] = ()

    @property
    def scales(self) -> np.ndarray:
        return np.array(self.scale or [1] * len(self.most), float)

    @property
    def shares(self) -> np.ndarray:
        weights = np.array(self.share or self.scales, float)
        return weights / weights.sum()

    @property
    def matrix(self) -> np.ndarray:
        return np.array(self.rows, float).reshape(len(self.limits), len(self.most))

    def whole_values(self) -> Iterator[np.ndarray]:
        """What the elements have in every division into whole amounts."""
        for amounts in itertools.product(*(range(int(limit) + 1) for limit in self.most)):
            if (self.matrix @ amounts <= np.array(self.limits) + 1e-9).all():
                yield np.array(amounts) / self.scales


@dataclass
class Division:
    """A pursuit of goals about goods."""

    goods: Goods
    whole: bool = False
    stages: tuple[Any, ...] = ()

    def __post_init__(self) -> None:
        program = Program()
        index = pd.DataFrame({"element": np.arange(len(self.goods.most))})
        terms = program.add_columns(
            "amount", index, unit="places", upper=np.array(self.goods.most, float), whole=self.whole
        )
        every = terms.merge(pd.DataFrame({"row": np.arange(len(self.goods.limits))}), how="cross")
        every["coefficient"] = self.goods.matrix[every["row"], every["element"]]
        rows = pd.DataFrame({"row": np.arange(len(self.goods.limits))})
        program.add_rows("limit", rows, [every], unit="places", upper=np.array(self.goods.limits, float))
        kind = WholePursuit if self.whole else Pursuit
        self.pursuit = kind(SimpleNamespace(program=program), find_solver("HiGHS"), 1e-9)
        zero = np.zeros(len(index), dtype=np.int64)
        self.vector = Vector(
            index, terms, "places", self.goods.scales, self.goods.shares, zero, better="higher"
        )

    def settle(self, aggregate: str, **parameters: Any) -> float:
        """Value of the last stage of an aggregate."""
        goal = Goal(measure="made up", aggregate=aggregate, **parameters)
        self.stages = tuple(AGGREGATES[aggregate].settle(self.pursuit, self.vector, goal))
        return self.value

    def minimise(self, element: int, sign: float = 1.0) -> None:
        """Pursue a later goal: little (or much) for one element."""
        total = self.vector.total(np.arange(len(self.vector)) == element)
        self.pursuit.settle(Objective(total.columns, sign * total.coefficients))

    @property
    def value(self) -> float:
        """The last stage at the point that was reached."""
        return self.stages[-1].value(self.pursuit.best)

    @property
    def values(self) -> list[float]:
        """What each element has."""
        return self.vector.values(self.pursuit.best).tolist()


def settled(goods: Goods, aggregate: str, *, whole: bool = False, **parameters: Any) -> Division:
    """A division in which an aggregate was settled."""
    division = Division(goods, whole)
    division.settle(aggregate, **parameters)
    return division


@st.composite
def some_goods(draw: st.DrawFn, most: int = 9, size: int = 4) -> Goods:
    """Goods for a few elements, everybody able to get something, under two limits together."""
    count = draw(st.integers(2, size))
    several = st.lists(st.integers(1, 4), min_size=count, max_size=count)
    upper = draw(st.lists(st.integers(1, most), min_size=count, max_size=count))
    rows = [draw(several), draw(several)]
    part = draw(st.sampled_from([0.4, 0.6, 0.8]))
    limits = [max(part * float(np.dot(row, upper)), sum(row)) for row in rows]
    return Goods(upper, rows, limits, scale=draw(several))


def with_share(goods: Goods, *share: float) -> Goods:
    """The same goods with other weights."""
    return replace(goods, share=share)
