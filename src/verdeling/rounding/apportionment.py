"""What members are due of a total, and who comes first for what is left: exact, in vectors.

Every comparison that decides a unit is made in whole numbers: a floating point number is a whole
number over a power of two, so what a member is due (its part × total ÷ sum of the parts) is a
fraction of two integers. Where all parts are whole numbers up to 2⁵³ that is exact. Other parts
come from arithmetic in floating point (a third is no floating point number) and are read no finer
than `READ`: what lies within that of a whole number or a half *is* that number, and what differs
less is a tie. In a tie the larger part comes first, then the order of the members.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Wholes = NDArray[np.int64]
    Exact = NDArray[Any]

READ = 46
"""Bits. Parts that are not whole are read to 2⁻⁴⁶ of themselves: 64 times the spacing of floats."""

_WINDOW = 2.0**-40
"""How near to the last unit given, relative, a priority must be to be looked at exactly."""


@dataclass(frozen=True)
class Division:
    """Parts that are to be rounded.

    Parameters
    ----------
    parts : array of float
        By member; finite and not negative.
    total : int
        What rules that add up add up to.
    scale : bool
        Whether parts stand for shares of the total; otherwise they are what members are due.
    residue_to : int
        Position of the member that takes a residue.
    """

    parts: Floats
    total: int
    scale: bool
    residue_to: int

    @cached_property
    def exact(self) -> bool:
        """Whether all parts are whole numbers that floating point holds exactly."""
        return bool(((self.parts == np.floor(self.parts)) & (self.parts <= 2.0**53)).all())

    @cached_property
    def due(self) -> Due:
        """What each member is due."""
        above, below = _integers(self.parts, whole=self.exact)
        if self.scale:
            above, below = above * self.total, max(sum(above.tolist()), 1)
        if max(above.max(initial=0), below) < 2**60:
            above = above.astype(np.int64)
        noise = np.zeros_like(above) if self.exact else above >> READ
        units, rest = above // below, above % below
        full = rest > below - 1 - noise
        return Due((units + full).astype(np.int64), np.where(full | (rest <= noise), 0, rest), noise, below)

    def largest_rests(self, number: int) -> NDArray[np.intp]:
        """Members with the largest rests."""
        rest, noise = self.due.rest, self.due.noise
        keys = (rest / self.due.below).astype(float)
        near = (noise / self.due.below).astype(float)
        return self._first(number, keys, near, np.arange(keys.size), lambda at: rest[at])

    def highest_averages(self, first: int) -> Wholes:
        """Units one by one to the member with the highest part ÷ divisor.

        A member's divisor for its next unit is its number of units + ``first`` ÷ 2. All units
        that surely come before the last one are given at once, by a price per unit that is
        found by halving; the few around the last one are put in order exactly.

        Parameters
        ----------
        first : int
            Twice the divisor of a first unit: 1 for Webster, 2 for D'Hondt.

        Returns
        -------
        array of int
            By member, adding up to the total.
        """
        if self.total == 0:
            return np.zeros(self.parts.size, dtype=np.int64)
        parts = np.ldexp(self.parts, -int(np.frexp(self.parts.max())[1]))

        def units(price: float) -> Wholes:
            return np.floor(parts / price + 1 - first / 2).astype(np.int64)

        low, high = parts.sum() / (2.0 * (self.total + parts.size)), 2.0
        while high > low * (1 + _WINDOW):
            middle = float(np.sqrt(low * high))
            low, high = (middle, high) if units(middle).sum() >= self.total else (low, middle)
        sure = units(high * (1 + _WINDOW))
        more = units(low * (1 - _WINDOW)) - sure
        member = np.repeat(np.arange(parts.size), more)
        one_of = np.arange(member.size) - np.repeat(np.cumsum(more) - more, more)
        divisor = 2 * (sure[member] + one_of) + first

        def priority(at: NDArray[np.intp]) -> Exact:
            part: Exact = _integers(self.parts[member[at]], whole=True)[0]
            ordered: Exact = (part << 96) // divisor[at].astype(object)
            return ordered

        keys = parts[member] / divisor
        chosen = self._first(
            self.total - int(sure.sum()), keys, keys * (0 if self.exact else 2.0**-READ), member, priority
        )
        return sure + np.bincount(member[chosen], minlength=parts.size)

    def _first(
        self,
        number: int,
        keys: Floats,
        noise: Floats,
        member: NDArray[np.intp],
        exactly: Callable[[NDArray[np.intp]], Exact],
    ) -> NDArray[np.intp]:
        """Positions of the highest keys; only those that tie with the last are compared exactly.

        ``keys`` may be rounded as long as their order is weakly kept; ``exactly`` gives integers
        in their true order at some positions, and is asked where the parts are exact.
        """
        if number == 0:
            return np.empty(0, dtype=np.intp)
        order = np.argsort(-keys, kind="stable")
        apart = keys[order][:-1] - keys[order][1:] > noise[order][:-1] + noise[order][1:]
        tie = np.concatenate([[0], np.cumsum(apart)])
        surely, tied = order[tie < tie[number - 1]], order[tie == tie[number - 1]]
        true = exactly(tied).tolist() if self.exact else [0] * tied.size
        ranks = zip([-key for key in true], -self.parts[member[tied]], member[tied], tied, strict=True)
        best = [at for *_, at in sorted(ranks)[: number - surely.size]]
        return np.concatenate([surely, np.array(best, dtype=np.intp)])


@dataclass(frozen=True)
class Due:
    """What members are due: ``units`` and ``rest`` ÷ ``below``, which is known to ± ``noise`` ÷ ``below``."""

    units: Wholes
    rest: Exact
    noise: Exact
    below: int

    @property
    def nearest(self) -> Wholes:
        """Each to the nearest whole number, a half up."""
        return self.units + (2 * (self.rest + self.noise) >= self.below)


def _integers(parts: Floats, *, whole: bool) -> tuple[Exact, int]:
    """Integers and what to divide them all by, exactly the parts."""
    if whole:
        return parts.astype(np.int64).astype(object), 1
    mantissa, power = np.frexp(parts)
    power = np.where(parts > 0, power - 53, 0)
    lowest = min(int(power.min()), 0)
    integers = np.ldexp(mantissa, 53).astype(np.int64).astype(object)
    return integers << (power - lowest).astype(object), 2**-lowest
