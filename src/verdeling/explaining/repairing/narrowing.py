"""The least over boxes of numbers: each is bounded by what is easy to solve, and made ever smaller.

Spatial branch and bound: R. Horst & H. Tuy (1996), Global Optimization, https://doi.org/10.1007/978-3-662-03199-5
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from verdeling.program import Floats

T = TypeVar("T")

FINE = 1e-6
"""Relative to ``max(1, |value|)``: nearer to the least is not looked for."""


class Enough(Exception):
    """Looking further is given up."""


@dataclass(frozen=True)
class Box:
    """Numbers from ``lower`` to ``upper``, one a position."""

    lower: Floats
    upper: Floats

    def within(self, reach: Floats) -> Box:
        """The part of the box in which no number is further from zero than ``reach``, one a position."""
        return Box(np.maximum(self.lower, -reach), np.minimum(self.upper, reach))

    def halves(self, position: int, at: float) -> tuple[Box, Box]:
        """The box below and above a number at a position."""
        lower, upper = self.lower.copy(), self.upper.copy()
        lower[position] = upper[position] = at
        return Box(self.lower, upper), Box(lower, self.upper)


@dataclass(frozen=True)
class Looked(Generic[T]):
    """What there is to say of a box.

    Parameters
    ----------
    bound : float
        Nothing in the box is less.
    found : tuple of float and T, optional
        A value that can be had, and how.
    split : tuple of int and float, optional
        The position and number at which two smaller boxes say more; None where none do.
    """

    bound: float
    found: tuple[float, T] | None = None
    split: tuple[int, float] | None = None


@dataclass(frozen=True)
class Narrowed(Generic[T]):
    """The least that was found.

    Parameters
    ----------
    value : float
        Infinite where nothing was found.
    best : T or None
        How it can be had.
    bound : float
        Nothing is less; infinite where there is nothing at all.
    """

    value: float
    best: T | None
    bound: float

    @property
    def gap(self) -> float:
        """How far the value may be from the least; zero where it is the least."""
        return self.value - self.bound if self.value > self.bound + _room(self.value) else 0.0


def narrow(
    look: Callable[[Box], Looked[T] | None],
    box: Box,
    *,
    most: int,
    known: tuple[float, T] | None = None,
    floor: float = -np.inf,
) -> Narrowed[T]:
    """The least over a box, the most promising part of it first.

    Parameters
    ----------
    look : callable
        What there is to say of a box; None where there is nothing in it. When it raises `Enough`
        what was found before counts.
    box : Box
        Where to look.
    most : int
        So many boxes are looked at. Unlike seconds that gives the same answer on every machine.
    known : tuple of float and T, optional
        A value that can be had, and how.
    floor : float
        What nothing is known to be less than.
    """
    left = [(floor, 0, box)]
    value, best = known or (np.inf, None)
    given_up = np.inf
    for number in range(most):
        if not left or left[0][0] >= value - _room(value):
            break
        try:
            looked = look(left[0][2])
        except Enough:
            break
        bound, _, part = heappop(left)
        if looked is None:
            continue
        bound = max(bound, looked.bound)
        if looked.found is not None and looked.found[0] < value:
            value, best = looked.found
        if looked.split is None:
            given_up = min(given_up, bound)
        else:
            for side, half in enumerate(part.halves(*looked.split), 1):
                heappush(left, (bound, 2 * number + side, half))
    return Narrowed(value, best, min([value, given_up, *(bound for bound, *_ in left)]))


def _room(value: float) -> float:
    return FINE * max(1.0, abs(value)) if np.isfinite(value) else 0.0
