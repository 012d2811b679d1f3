"""Pick cells of a table so that every row and column has a given number of them, at the highest gain.

This is a transport problem. Its dual has one price a column: at the right prices every row picks
the cells with the highest gain less price, and every column has its number. Rows that are alike
are one kind of row, with so many picks in each column. The prices are found nearly, by Newton's
method on the dual (first on one kind in eight, and so on), and then exactly, by moving picks along
shortest paths (R. K. Ahuja, T. L. Magnanti & J. B. Orlin, *Network Flows*, Prentice Hall 1993,
section 9.7). The second step keeps every row's picks the best at the prices, so that the result
is optimal whatever the first prices were; they make it fast.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Wholes = NDArray[np.int64]
    Places = NDArray[np.intp]
    Flags = NDArray[np.bool_]

_SAMPLE = 8
"""First prices come from one kind in so many, and those from one in so many of these, …."""

_CORE = 2048
"""Kinds in which paths are sought first; with fewer kinds there is no sample."""

_STEPS = 40
"""Most steps on the dual for the first prices."""

_DIGITS = 12
"""Bits of a step on the dual: so few that it is the same on every machine."""

_TIES = 2.0**20
"""Steps below a unit of gain, in which what is equally good is put in order."""

_DEAREST = 2.0**51
"""Highest first price; what is gained less a price is then exact in floating point."""

_LONGEST, _CLOSED, _NEVER = 2**60, 2**61, 2**62
"""Longer than any path; length of a step that cannot be made; length of a path that is not found."""


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
        Rows × columns; whole numbers to 2³⁰, or −∞ for a cell that cannot be picked.
    rows, columns : array of int
        How many cells to pick in each row and in each column, adding up to the same. No row has
        fewer cells that can be picked.

    Returns
    -------
    array of bool
        Rows × columns. Of what is equally good, the first rows are picked in the first columns.

    Raises
    ------
    UnreachableError
        If no picks have these numbers.
    """
    first, kind, number = _alike(np.column_stack([gain, rows]))
    orders = np.outer(np.arange(first.size, 0, -1) / first.size, np.arange(columns.size)[::-1] / columns.size)
    gain = gain[first] * _TIES + np.floor(orders * _TIES)
    table = _Table(gain, rows[first], columns.astype(float), number)
    prices = _first_prices(table)
    picks = _Choice(table, prices).picked * number[:, None]
    size = _CORE
    while (excess := picks.sum(axis=0) - columns).any():
        net = table.gain - prices
        least = np.where(picks > 0, net, np.inf).min(axis=1)
        gap = least - np.where(picks < number[:, None], net, -np.inf).max(axis=1)
        order = np.argsort(gap, kind="stable")
        core = np.sort(order[:size])
        chosen = picks[core]
        reach = gap[order[size]] if size < order.size else np.inf
        prices = prices - _settle(net[core], chosen, number[core], excess, reach)
        picks[core] = chosen
        size *= 2
    return _dealt(picks, kind, number)


def _alike(lines: Floats) -> tuple[Places, Places, Wholes]:
    """First row of each kind, kind of each row, and how many there are of a kind."""
    kind, _ = pd.factorize(pd.util.hash_pandas_object(pd.DataFrame(lines), index=False).to_numpy())
    first = np.unique(kind, return_index=True)[1]
    if (lines[first][kind] != lines).any():  # two kinds with one hash
        first = kind = np.arange(len(lines))
    return first, kind, np.bincount(kind)


def _dealt(picks: Wholes, kind: Places, number: Wholes) -> Flags:
    """Deal the picks of each kind to its rows, round and round: first row first, column by column."""
    by_kind = np.argsort(kind, kind="stable")
    rank = np.empty_like(by_kind)
    rank[by_kind] = np.arange(kind.size) - np.repeat(np.cumsum(number) - number, number)
    start = np.cumsum(picks, axis=1) - picks
    dealt: Flags = (rank[:, None] - start[kind]) % number[kind][:, None] < picks[kind]
    return dealt


def _settle(net: Floats, picks: Wholes, number: Wholes, excess: Wholes, reach: float) -> Wholes:
    """Move picks along shortest paths until no column has too many; return what prices fall by.

    Changes ``picks`` and ``excess``. Stops before a path that is longer than ``reach``: a path
    through a kind that is left out here is at least as long as that.
    """
    whole = np.where(np.isfinite(net), net, -_CLOSED).astype(np.int64)
    fall = np.zeros_like(excess)
    while excess.any():
        length, kind_before, column_before = _paths(whole + fall, picks, number, excess > 0)
        wanting = np.where(excess < 0, length, _NEVER)
        last = int(wanting.argmin())
        if wanting[last] == _NEVER and np.isinf(reach):
            lost = length == _NEVER
            raise UnreachableError(lost, -int(excess[lost].sum()))
        if wanting[last] > reach:
            break
        reach -= float(length[last])
        fall += np.minimum(length, length[last])
        path, source = [], last
        while (kind := int(kind_before[source])) >= 0:
            path.append((kind, int(column_before[kind]), source))
            source = int(column_before[kind])
        kinds, here, there = np.array(path).T
        can = np.minimum(picks[kinds, here], number[kinds] - picks[kinds, there]).min()
        amount = min(int(excess[source]), -int(excess[last]), int(can))
        picks[kinds, here] -= amount
        picks[kinds, there] += amount
        excess[source] -= amount
        excess[last] += amount
    return fall


def _paths(net: Wholes, picks: Wholes, number: Wholes, sources: Flags) -> tuple[Wholes, Places, Places]:
    """Shortest lengths to each column, with the kind before it and the column before each kind.

    A step from a column to another leads through a row that picks the first and can pick the
    other instead, and costs what that row loses: never less than zero.
    """
    given, taken = np.where(picks > 0, net, _CLOSED), np.where(picks < number[:, None], net, -_CLOSED)
    kinds, columns = np.arange(len(net)), np.arange(net.shape[1])
    length, kind_length = np.where(sources, 0, _NEVER), np.full(kinds.size, _NEVER)
    kind_before, column_before = np.full(columns.size, -1), np.full(kinds.size, -1)
    for _ in columns:
        through = length + given
        nearest = through.argmin(axis=1)
        shorter = through[kinds, nearest] < np.minimum(kind_length, _LONGEST)
        kind_length[shorter] = through[kinds, nearest][shorter]
        column_before[shorter] = nearest[shorter]
        through = kind_length[:, None] - taken
        nearest = through.argmin(axis=0)
        shorter = through[nearest, columns] < np.minimum(length, _LONGEST)
        if not shorter.any():
            break
        length[shorter] = through[nearest, columns][shorter]
        kind_before[shorter] = nearest[shorter]
    return length, kind_before, column_before


@dataclass(frozen=True, eq=False)
class _Table:
    """Gains by kind of row and column, picks of a row, picks of a column, and rows of a kind."""

    gain: Floats
    rows: Wholes
    columns: Floats
    number: Wholes

    @cached_property
    def inner(self) -> Places:
        """Kinds that could pick another cell."""
        return np.flatnonzero((self.rows > 0) & (self.rows < np.isfinite(self.gain).sum(axis=1)))

    @property
    def sample(self) -> _Table:
        """A smaller table that is much like this one."""
        some = slice(None, None, _SAMPLE)
        picks = self.rows * self.number
        share = picks[some].sum() / max(picks.sum(), 1)
        return _Table(self.gain[some], self.rows[some], self.columns * share, self.number[some])


def _first_prices(table: _Table) -> Floats:
    """Whole prices at which columns are picked nearly as often as they should be."""
    start = _first_prices(table.sample) if table.rows.size > _CORE else np.zeros(table.columns.size)
    here = _Choice(table, start)
    for _ in range(_STEPS):
        better = None if here.off <= table.columns.size else here.newton() or here.sweep()
        if better is None:
            break
        here = better
    return here.prices


@dataclass(frozen=True, eq=False)
class _Choice:
    """What rows pick at given prices, and which prices would be better."""

    table: _Table
    prices: Floats

    @cached_property
    def net(self) -> Floats:
        return self.table.gain - self.prices

    @cached_property
    def order(self) -> Places:
        """Columns by kind, the best first."""
        return np.argsort(-self.net, axis=1, kind="stable")

    @cached_property
    def picked(self) -> Flags:
        picked = np.zeros(self.net.shape, dtype=bool)
        among_best = np.arange(self.prices.size) < self.table.rows[:, None]
        np.put_along_axis(picked, self.order, among_best, axis=1)
        return picked

    @cached_property
    def excess(self) -> Floats:
        picks: Floats = self.table.number @ self.picked - self.table.columns
        return picks

    @property
    def off(self) -> float:
        """Picks in the wrong column."""
        return float(np.abs(self.excess).sum()) / 2

    def newton(self) -> _Choice | None:
        """Better prices by Newton's method on the dual; None if it finds none.

        The dual, Σ of what rows pick at net gains + Σ columns · prices, has −excess as its
        gradient. Its curvature is that of a network between the columns: a change of prices moves
        the picks of the rows that nearly picked another cell.
        """
        inner, size = self.table.inner, self.prices.size
        if inner.size == 0:
            return None
        last, other = (self.order[inner, self.table.rows[inner] - step] for step in (1, 0))
        gap, number = self.net[inner, last] - self.net[inner, other], self.table.number[inner]
        order = np.argsort(gap, kind="stable")
        some = int(np.searchsorted(np.cumsum(number[order]), 2 * self.off))
        width = max(float(gap[order[min(some, order.size - 1)]]), 1.0)
        weights = np.where(gap <= width, number, 0)
        pairs = np.bincount(last * size + other, weights, minlength=size**2).reshape(size, size)
        links = (pairs + pairs.T) / (2 * width)
        step = np.linalg.pinv(np.diag(links.sum(axis=1)) - links) @ self.excess
        grain = 2.0 ** max(int(np.frexp(np.abs(step).max())[1]) - _DIGITS, 0)
        step = np.rint(step / grain) * grain
        return self._better(self.prices + step) or self._better(self.prices + step / 4)

    def sweep(self) -> _Choice | None:
        """Better prices, set column by column so that it is picked as often as it should be."""
        prices, net, rows = self.prices.copy(), self.net.copy(), self.table.rows
        for column, picks in enumerate(np.rint(self.table.columns)):
            best = np.pad(
                -np.sort(-net, axis=1), ((0, 0), (1, 1)), constant_values=((0, 0), (np.inf, -np.inf))
            )
            last, other = best[np.arange(rows.size), rows], best[np.arange(rows.size), rows + 1]
            over = net[:, column] - np.where(net[:, column] >= last, other, last)
            order = np.argsort(-over, kind="stable")
            places = np.searchsorted(np.cumsum(self.table.number[order]), [picks, picks + 1])
            fits: Floats = over[order[np.minimum(places, order.size - 1)]]
            if np.isfinite(fits).any():
                rise = fits[np.isfinite(fits)].mean()
                prices[column] += rise
                net[:, column] -= rise
        return self._better(prices)

    def _better(self, prices: Floats) -> _Choice | None:
        """The choice at other prices, if its dual is lower and fewer picks are off."""
        there = _Choice(self.table, np.clip(np.rint(prices), -_DEAREST, _DEAREST))
        change = np.where(there.picked, there.net, 0) - np.where(self.picked, self.net, 0)
        lower = self.table.number @ change.sum(axis=1) + self.table.columns @ (there.prices - self.prices)
        return there if lower < 0 and there.off < 0.8 * self.off else None
