"""Pick cells of a table so that every row and column has a given number of them, at the highest gain.

This is a transport problem. Its dual has one price a column: at the right prices every row picks
the cells with the highest gain less price, and every column has its number. The prices are found
nearly, by Newton's method on the dual (first on one row in eight, and so on), and then exactly, by
moving one pick at a time along a shortest path (R. K. Ahuja, T. L. Magnanti & J. B. Orlin,
*Network Flows*, Prentice Hall 1993, section 9.7). The second step keeps every row's picks the best
at the prices, so that the result is optimal whatever the first prices were; they make it fast.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Wholes = NDArray[np.int64]
    Places = NDArray[np.intp]
    Flags = NDArray[np.bool_]

_SAMPLE = 8
"""First prices come from one row in so many, and those from one in so many of these, …."""

_CORE = 2048
"""Rows in which paths are sought first; with fewer rows there is no sample."""

_STEPS = 40
"""Most steps on the dual for the first prices."""

_DIGITS = 12
"""Bits of a step on the dual, so few that it is the same on every machine."""

_DEAREST = 2.0**51
"""Highest first price; differences between gains and prices are then exact in floating point."""

_FAR, _NEVER = 2**61, 2**62
"""Lengths of a step that cannot be made, and of a path that is not found: sums of two are whole numbers."""


class UnreachableError(ValueError):
    """No picks have the given numbers.

    Parameters
    ----------
    columns : array of bool
        Columns that cannot together have their numbers.
    short : int
        How many picks they have too few at best.
    """

    def __init__(self, columns: Flags, short: int) -> None:
        self.columns = columns
        self.short = short
        super().__init__(columns, short)


def pick(gain: Floats, rows: Wholes, columns: Wholes) -> Flags:
    """Pick cells at the highest total gain.

    Parameters
    ----------
    gain : array of float
        Rows × columns; whole numbers to 2⁵¹, or −∞ for a cell that cannot be picked.
    rows, columns : array of int
        How many cells to pick in each row and in each column, adding up to the same. No row has
        fewer cells that can be picked.

    Returns
    -------
    array of bool
        Rows × columns.

    Raises
    ------
    UnreachableError
        If no picks have these numbers.
    """
    prices = _first_prices(gain, rows, columns.astype(float))
    picked = _Choice(gain, rows, columns.astype(float), prices).picked
    size = _CORE
    while (excess := picked.sum(axis=0) - columns).any():
        net = gain - prices
        gap = np.where(picked, net, np.inf).min(axis=1) - np.where(picked, -np.inf, net).max(axis=1)
        order = np.argsort(gap, kind="stable")
        core = np.sort(order[:size])
        reach = gap[order[size]] if size < order.size else np.inf
        chosen = picked[core]
        prices = prices - _settle(net[core], chosen, excess, reach)
        picked[core] = chosen
        size *= 2
    return picked


def _settle(net: Floats, picked: Flags, excess: Wholes, reach: float) -> Wholes:
    """Move picks along shortest paths until no column has too many; return what prices fall by.

    Changes ``picked`` and ``excess``. Stops before a path that is longer than ``reach``: a path
    through a row that is left out here is at least as long as that.
    """
    whole = np.where(np.isfinite(net), net, -_FAR).astype(np.int64)
    fall = np.zeros_like(excess)
    while excess.any():
        length, row_before, column_before = _paths(whole + fall, picked, excess > 0)
        wanting = np.where(excess < 0, length, _NEVER)
        last = int(wanting.argmin())
        if wanting[last] == _NEVER and np.isinf(reach):
            lost = length == _NEVER
            raise UnreachableError(lost, -int(excess[lost].sum()))
        if wanting[last] > reach:
            break
        reach -= float(length[last])
        fall += np.minimum(length, length[last])
        excess[last] += 1
        while (row := row_before[last]) >= 0:
            picked[row, last] = True
            last = column_before[row]
            picked[row, last] = False
        excess[last] -= 1
    return fall


def _paths(net: Wholes, picked: Flags, sources: Flags) -> tuple[Wholes, Places, Places]:
    """Shortest lengths to each column, with the row before it and the column before each row.

    A step from a column to another leads through a row that picks the first and can pick the
    other instead, and costs what that row loses: never less than zero.
    """
    given, taken = np.where(picked, net, _FAR), np.where(picked, -_FAR, net)
    rows, columns = np.arange(len(net)), np.arange(net.shape[1])
    length, row_length = np.where(sources, 0, _NEVER), np.full(rows.size, _NEVER)
    row_before, column_before = np.full(columns.size, -1), np.full(rows.size, -1)
    for _ in columns:
        through = length + given
        nearest = through.argmin(axis=1)
        shorter = through[rows, nearest] < np.minimum(row_length, _FAR)
        row_length[shorter] = through[rows, nearest][shorter]
        column_before[shorter] = nearest[shorter]
        through = row_length[:, None] - taken
        nearest = through.argmin(axis=0)
        shorter = through[nearest, columns] < np.minimum(length, _FAR)
        if not shorter.any():
            break
        length[shorter] = through[nearest, columns][shorter]
        row_before[shorter] = nearest[shorter]
    return length, row_before, column_before


def _first_prices(gain: Floats, rows: Wholes, columns: Floats) -> Floats:
    """Whole prices at which columns are picked nearly as often as they should be."""
    prices = np.zeros(columns.size)
    if rows.size > _CORE:
        sample = slice(None, None, _SAMPLE)
        share = rows[sample].sum() / max(rows.sum(), 1)
        prices = _first_prices(gain[sample], rows[sample], columns * share)
    here = _Choice(gain, rows, columns, prices)
    for _ in range(_STEPS):
        better = None if here.off <= columns.size else here.newton() or here.sweep()
        if better is None:
            break
        here = better
    return here.prices


@dataclass(frozen=True, eq=False)
class _Choice:
    """What rows pick at given prices, and which prices would be better."""

    gain: Floats
    rows: Wholes
    columns: Floats
    prices: Floats

    @cached_property
    def net(self) -> Floats:
        return self.gain - self.prices

    @cached_property
    def order(self) -> Places:
        """Columns by row, the best first."""
        return np.argsort(-self.net, axis=1, kind="stable")

    @cached_property
    def picked(self) -> Flags:
        picked = np.zeros(self.gain.shape, dtype=bool)
        np.put_along_axis(picked, self.order, np.arange(self.columns.size) < self.rows[:, None], axis=1)
        return picked

    @cached_property
    def excess(self) -> Floats:
        picks: Floats = self.picked.sum(axis=0) - self.columns
        return picks

    @property
    def off(self) -> float:
        """Picks in the wrong column."""
        return float(np.abs(self.excess).sum()) / 2

    def newton(self) -> _Choice | None:
        """Better prices by Newton's method on the dual; None if it finds none.

        The dual, Σ of what rows pick at net gains + Σ columns · prices, has −excess as its
        gradient. Its curvature is that of a network between the columns: a change of price moves
        the picks of the rows that nearly picked another cell.
        """
        inner = np.flatnonzero((self.rows > 0) & (self.rows < np.isfinite(self.gain).sum(axis=1)))
        if inner.size == 0:
            return None
        last, other = (self.order[inner, self.rows[inner] - step] for step in (1, 0))
        gap = self.net[inner, last] - self.net[inner, other]
        some = min(int(2 * self.off), inner.size - 1)
        width = max(np.partition(gap, some)[some], 1.0)
        size = self.columns.size
        pairs = np.bincount((last * size + other)[gap <= width], minlength=size**2).reshape(size, size)
        links = (pairs + pairs.T) / (2 * width)
        step = np.linalg.pinv(np.diag(links.sum(axis=1)) - links) @ self.excess
        grain = 2.0 ** max(np.frexp(np.abs(step).max())[1] - _DIGITS, 0)
        step = np.rint(step / grain) * grain
        return self._better(self.prices + step) or self._better(self.prices + step / 4)

    def sweep(self) -> _Choice | None:
        """Better prices, set column by column so that it is picked as often as it should be."""
        prices, net, at = self.prices.copy(), self.net.copy(), np.arange(self.rows.size)
        for column, number in enumerate(np.rint(self.columns).astype(int)):
            best = np.pad(
                -np.sort(-net, axis=1), ((0, 0), (1, 1)), constant_values=((0, 0), (np.inf, -np.inf))
            )
            last, other = best[at, self.rows], best[at, self.rows + 1]
            over = net[:, column] - np.where(net[:, column] >= last, other, last)
            fits = np.sort(over)[::-1][max(number - 1, 0) : number + 1]
            if np.isfinite(fits).any():
                rise = fits[np.isfinite(fits)].mean()
                prices[column] += rise
                net[:, column] -= rise
        return self._better(prices)

    def _better(self, prices: Floats) -> _Choice | None:
        """The choice at other prices, if its dual is lower and fewer picks are off."""
        prices = np.clip(np.rint(prices), -_DEAREST, _DEAREST)
        there = _Choice(self.gain, self.rows, self.columns, prices)
        change = np.where(there.picked, there.net, 0) - np.where(self.picked, self.net, 0)
        lower = change.sum(axis=1).sum() + self.columns @ (prices - self.prices) < 0
        return there if lower and there.off < 0.8 * self.off else None
