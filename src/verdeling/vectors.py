"""Vectors: linear expressions on an index, what a measure is, and how a function becomes one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from verdeling.formulation import Model, distinct, minus, within
from verdeling.program import Objective, locate

if TYPE_CHECKING:
    from collections.abc import Callable, Sized

    import numpy.typing as npt

    from verdeling.program import Floats, Integers


Better = Literal["lower", "higher"]
"""What is better of a measure: less, as of a load, or more, as of coverage."""


@dataclass(frozen=True)
class Vector:
    """Linear expressions on an index, each divided by its scale.

    Parameters
    ----------
    index : DataFrame
        One row an element, one column a dimension.
    terms : DataFrame
        The dimensions, ``column`` and ``coefficient`` of the numerators.
    unit : str
        Unit of an element.
    scale : array
        What each numerator is divided by; above zero.
    share : array
        Weight of each element in a mean.
    region : array
        Elements with the same number are compared with each other.
    better : str
        ``lower``, or ``higher`` for goods such as coverage.
    claims : array, optional
        What each element could be at most if there were enough: the needs; None where nobody claims.
    """

    index: pd.DataFrame
    terms: pd.DataFrame
    unit: str
    scale: Floats
    share: Floats
    region: Integers
    better: Better = "lower"
    claims: Floats | None = None
    element: Integers = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "element", locate(self.terms, self.index) if len(self.terms) else _NONE)

    def __len__(self) -> int:
        return len(self.index)

    @property
    def minimised(self) -> Vector:
        """What is to be made small: the vector itself, or with the opposite sign where more is better."""
        return self if self.better == "lower" else replace(self, terms=minus(self.terms), better="lower")

    def values(self, point: Floats) -> Floats:
        """Value of each element at a point of the program."""
        numerators = np.bincount(
            self.element,
            weights=self.terms["coefficient"].to_numpy() * point[self.terms["column"].to_numpy()],
            minlength=len(self),
        )
        return np.asarray(numerators / self.scale, dtype=np.float64)

    def total(self, chosen: npt.NDArray[np.bool_] | None = None) -> Objective:
        """Sum of the chosen elements, all by default."""
        columns, place, coefficients = self._summed
        if chosen is None:
            return Objective(columns, np.bincount(place, coefficients, len(columns)).astype(np.float64))
        counted = chosen[self.element]
        some = np.bincount(place, counted, len(columns)) > 0
        sums = np.bincount(place, np.where(counted, coefficients, 0.0), len(columns))
        return Objective(columns[some], sums[some].astype(np.float64))

    @cached_property
    def _summed(self) -> tuple[Integers, Integers, Floats]:
        """The columns in their order, and of each term its place among them and its scaled coefficient."""
        columns, place = np.unique(self.terms["column"].to_numpy(np.int64), return_inverse=True)
        return columns, place, self.terms["coefficient"].to_numpy(np.float64) / self.scale[self.element]


_NONE = np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class Measure:
    """A measure: how its vector is made, what it can be over (its own index first), and what is better.

    Where it is ``claimed``, its vectors have claims.
    """

    vector: Callable[[Model, str], Vector]
    over: tuple[str, ...]
    better: Better = "lower"
    claimed: bool = False


MEASURES: dict[str, Measure] = {}
"""Measures by the name of their function."""


def measure(
    *over: str, better: Better = "lower", claimed: bool = False
) -> Callable[[Callable[[Model, str], Vector]], Callable[[Model, str], Vector]]:
    """Register a function as a measure over these indexes, the first one by default."""

    def register(vector: Callable[[Model, str], Vector]) -> Callable[[Model, str], Vector]:
        MEASURES[vector.__name__] = Measure(vector, over, better, claimed)
        return vector

    return register


def plain(model: Model, terms: list[pd.DataFrame], over: str, unit: str, better: Better = "lower") -> Vector:
    """Sums per element of an index, neither scaled nor weighted."""
    index = elements(model, over)
    wanted = [*index, "column", "coefficient"]
    stated = pd.concat([term[wanted] for term in terms if len(term)] or [no_terms(*index)])
    size = len(index)
    even = np.full(size, 1 / max(size, 1))
    return Vector(index, stated, unit, np.ones(size), even, np.zeros(size, dtype=np.int64), better)


def elements(model: Model, over: str) -> pd.DataFrame:
    """Elements of an index: everything there is, or for ``group-origin`` the pairs that have needs."""
    if over == "group-origin":
        return distinct(model.data.needs[model.data.needs["households"] > 0], by=over.split("-"))
    if over == "municipality-year":
        municipality, year = np.indices((len(model.data.municipalities), model.data.years))
        return pd.DataFrame({"municipality": municipality.ravel(), "year": year.ravel()})
    return pd.DataFrame({over: np.arange(len(_ALL[over](model)))})


_ALL: dict[str, Callable[[Model], Sized]] = {
    "group": lambda model: model.data.groups,
    "municipality": lambda model: model.data.municipalities,
    "origin": lambda model: model.data.region_of_origin,
    "agreement": lambda model: model.penalties,
}


def terms_of(terms: pd.DataFrame, index: pd.DataFrame) -> pd.DataFrame:
    """Terms that belong to an element of the index, with its dimensions."""
    kept = within(terms, index)
    return kept[[*index, "column", "coefficient"]] if len(kept) else no_terms(*index)


def no_terms(*over: str) -> pd.DataFrame:
    """No terms at all, with the dimensions that they would have."""
    return pd.DataFrame({**dict.fromkeys([*over, "column"], _NONE), "coefficient": np.empty(0)})
