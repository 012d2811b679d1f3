"""Goals as the largest of many linear functions: any of these bounds the goal, whoever names it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

import numpy as np

from verdeling.aggregates.regions import positions
from verdeling.certifying.decimals import exactly

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from verdeling.measures import Vector
    from verdeling.program import Floats, Integers

    Weights = Sequence[Fraction]

NOTHING = Fraction(0)


@dataclass(frozen=True)
class Fit:
    """A linear function that a goal is nowhere below: total · goal ≥ Σ weights · expressions + constant."""

    weights: Weights
    total: Fraction
    constant: Fraction = NOTHING


class Shape(Protocol):
    """A convex function of expressions, to be made small."""

    @property
    def parts(self) -> Integers:
        """It is a sum of functions of some of the expressions each: of which one each expression is."""

    def value(self, values: Weights) -> Fraction:
        """What it is, for the values of the expressions."""

    def fitted(self, weights: Weights) -> Fit | None:
        """A linear function near one with these weights, whatever they are; None if they are none."""

    def lines(self, values: Floats) -> tuple[Floats, Floats]:
        """Weights, and a constant of each part, of the linear functions that meet it at these values."""


@dataclass(frozen=True, eq=False)
class Level:
    """The largest of some expressions, each with a constant added.

    Parameters
    ----------
    active : array of bool
        Which they are.
    constants : sequence of Fraction
        One for each expression.
    """

    active: npt.NDArray[np.bool_]
    constants: Weights

    def fitted(self, weights: Weights) -> Fit | None:
        """A mean of them, with weights that are not below zero."""
        used = [
            max(each, NOTHING) if there else NOTHING
            for each, there in zip(weights, self.active.tolist(), strict=True)
        ]
        total = sum(used, NOTHING)
        return Fit(used, total, dot(used, self.constants)) if total else None


def sum_of_one() -> Level:
    """A single expression, as it is."""
    return Level(np.ones(1, dtype=bool), [NOTHING])


def dot(some: Weights, others: Weights) -> Fraction:
    """Sum of products."""
    return sum((one * other for one, other in zip(some, others, strict=True) if one), NOTHING)


def shares_of(vector: Vector) -> list[Fraction]:
    """Part of its region that each element is, exactly: one in each region."""
    return portions([exactly(each) for each in vector.share.tolist()], positions(vector))


def portions(shares: Weights, region: Integers) -> list[Fraction]:
    """Shares divided by their sum in each region."""
    sums = summed_by(shares, region)
    return [each / sums[own] for each, own in zip(shares, region.tolist(), strict=True)]


def summed_by(numbers: Weights, region: Integers) -> list[Fraction]:
    """Sum of numbers in each region."""
    found = [NOTHING] * (int(region.max(initial=-1)) + 1)
    for number, own in zip(numbers, region.tolist(), strict=True):
        found[own] += number
    return found
