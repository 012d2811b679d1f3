"""Numbers as the decimals that they are written as: exact sums and products, without rounding."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from verdeling.program import Floats, Integers

    Wholes = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Decimals:
    """Numbers with so many decimals, as whole multiples of the last one.

    Parameters
    ----------
    wholes : array of int
        Python's integers, which have no largest.
    places : int
        Decimals.

    Examples
    --------
    >>> tenths = Decimals.of(np.array([0.1, 0.2]))
    >>> tenths.sum(), (tenths * tenths).sum()
    (Fraction(3, 10), Fraction(1, 20))
    """

    wholes: Wholes
    places: int

    @classmethod
    def of(cls, values: Floats) -> Decimals:
        """The decimals that floating-point numbers are written as: the shortest that are read as them."""
        known, place = np.unique(np.asarray(values, dtype=np.float64), return_inverse=True)
        exact = [Fraction(repr(value)) for value in known.tolist()]
        places = max(map(_decimals, known.tolist()), default=0)
        wholes = np.array([int(each * 10**places) for each in exact], dtype=object)
        return cls(wholes[place.ravel()], places)

    def __len__(self) -> int:
        return len(self.wholes)

    def __getitem__(self, chosen: Any) -> Decimals:
        return Decimals(self.wholes[chosen], self.places)

    def __mul__(self, other: Decimals) -> Decimals:
        return Decimals(self.wholes * other.wholes, self.places + other.places)

    def __add__(self, other: Decimals) -> Decimals:
        places = max(self.places, other.places)
        return Decimals(self.to(places) + other.to(places), places)

    def __neg__(self) -> Decimals:
        return Decimals(-self.wholes, self.places)

    def to(self, places: int) -> Wholes:
        """The multiples of a later decimal."""
        found: Wholes = self.wholes * 10 ** (places - self.places)
        return found

    def summed(self, into: Integers, count: int) -> Decimals:
        """Sums of the numbers that belong to each of so many."""
        found = np.full(count, 0, dtype=object)
        if len(into):
            order = np.argsort(into, kind="stable")
            known, first = np.unique(into[order], return_index=True)
            found[known] = np.add.reduceat(self.wholes[order], first)
        return Decimals(found, self.places)

    def sum(self) -> Fraction:
        """The sum of all."""
        return Fraction(int(sum(self.wholes.tolist())), 10**self.places)

    @property
    def fractions(self) -> list[Fraction]:
        """Each as a fraction."""
        return [Fraction(int(each), 10**self.places) for each in self.wholes.tolist()]


def exactly(value: float) -> Fraction:
    """The decimal that a number is written as.

    Examples
    --------
    >>> exactly(0.1) * 3 == exactly(0.3)
    True
    """
    return Fraction(repr(float(value)))


def _decimals(value: float) -> int:
    digits, _, exponent = repr(value).partition("e")
    return max(len(digits.partition(".")[2]) - int(exponent or 0), 0)
