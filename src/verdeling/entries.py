"""Entries of rows, row after row, as a solver takes them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scipy import sparse

Floats: TypeAlias = npt.NDArray[np.float64]
Integers: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Entries:
    """The columns that stand in each of some rows, and their coefficients.

    Parameters
    ----------
    starts : array of int
        Where each row begins, and at last where the last one ends.
    columns : array of int
        Columns of the program, row after row; within a row ascending, each once.
    coefficients : array of float
        Of these columns in these rows.
    """

    starts: Integers
    columns: npt.NDArray[np.int32]
    coefficients: Floats

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def rows(self) -> Integers:
        """Row of each entry."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))

    @cached_property
    def span(self) -> tuple[float, float]:
        """The least and the most that coefficients are, zeros and signs apart; 1 where there are none."""
        sizes = np.abs(self.coefficients[self.coefficients != 0])
        return (float(sizes.min()), float(sizes.max())) if len(sizes) else (1.0, 1.0)

    @cached_property
    def largest(self) -> Floats:
        """The size of the largest coefficient of each row; 1 where there is none."""
        filled = np.flatnonzero(np.diff(self.starts))
        found = np.ones(len(self))
        if len(filled):
            found[filled] = np.maximum.reduceat(np.abs(self.coefficients), self.starts[filled])
        found[found == 0] = 1.0
        return found

    def of(self, rows: Integers) -> Entries:
        """Entries of some rows, in the order that is asked."""
        sizes = np.diff(self.starts)[rows]
        starts = np.concatenate([[0], np.cumsum(sizes)])
        at = np.arange(starts[-1]) + np.repeat(self.starts[rows] - starts[:-1], sizes)
        return Entries(starts, self.columns[at], self.coefficients[at])

    def same(self, other: Entries) -> bool:
        """Whether these are the same entries."""
        return self is other or (
            np.array_equal(self.starts, other.starts)
            and np.array_equal(self.columns, other.columns)
            and np.array_equal(self.coefficients, other.coefficients)
        )

    def matrix(self, width: int) -> sparse.csr_array:
        """The same as a sparse matrix of SciPy, as wide as a program."""
        from scipy.sparse import csr_array  # 0.1 s to load; a solve alone does without

        return csr_array((self.coefficients, self.columns, self.starts), shape=(len(self), width))


def summed(rows: Integers, columns: Integers, coefficients: Floats, count: int) -> Entries:
    """Entries of `count` rows that are stated in any order; those of the same row and column add up.

    Coefficients that cancel are nothing: rounding would leave a solver to tell 1e-17 from 1.

    Examples
    --------
    >>> made = summed(np.array([2, 0, 2]), np.array([5, 1, 5]), np.array([1.0, 2.0, 3.0]), 3)
    >>> made.starts, made.columns, made.coefficients
    (array([0, 1, 1, 2]), array([1, 5], dtype=int32), array([2., 4.]))
    >>> summed(np.zeros(3, int), np.zeros(3, int), np.array([0.1, 0.2, -0.3]), 1).coefficients
    array([0.])
    """
    place = rows * (columns.max(initial=0) + 1) + columns
    order = np.argsort(place, kind="stable")
    first = np.flatnonzero(np.diff(place[order], prepend=-1))
    added = _added(coefficients[order], first)
    starts = np.searchsorted(rows[order[first]], np.arange(count + 1))
    return Entries(starts, columns[order[first]].astype(np.int32), added)


def _added(coefficients: Floats, first: Integers) -> Floats:
    """Sums from each first one on; what is rounding beside its terms, which cancel, is nothing."""
    if len(first) == len(coefficients):
        return coefficients
    added: Floats = np.add.reduceat(coefficients, first)
    added[np.abs(added) <= _ROUNDING * np.add.reduceat(np.abs(coefficients), first)] = 0.0
    return added


_ROUNDING = 1e-12


def stacked(entries: Sequence[Entries]) -> Entries:
    """Entries of several families as those of one."""
    if len(entries) == 1:
        return entries[0]
    ends = np.cumsum([0, *(len(each.columns) for each in entries)])
    starts = [each.starts[:-1] + start for each, start in zip(entries, ends[:-1], strict=True)]
    return Entries(
        np.concatenate([*starts, ends[-1:]]),
        np.concatenate([np.empty(0, dtype=np.int32), *(each.columns for each in entries)]),
        np.concatenate([np.empty(0), *(each.coefficients for each in entries)]),
    )


def alike(some: Sequence[Entries], others: Sequence[Entries]) -> bool:
    """Whether families have the same entries."""
    return len(some) == len(others) and all(one.same(other) for one, other in zip(some, others, strict=True))
