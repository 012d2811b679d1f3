"""A plan of a smaller program, divided over those that were counted together there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from verdeling.entries import Entries
    from verdeling.program import Block, Floats, Integers, Program


@dataclass(frozen=True)
class Step:
    """Members of a dimension that are counted together.

    Parameters
    ----------
    program : Program
        Where each member is counted by itself.
    dimension : str
        ``group``, ``place_type`` or ``origin``.
    members : array
        For each member the first one of its class.
    columns, rows : array
        Position of each column and row in the program where they are counted together.
    """

    program: Program
    dimension: str
    members: Integers
    columns: Integers
    rows: Integers

    def has(self, kind: str) -> bool:
        """Whether the program has columns of a kind."""
        return kind in self.program.column_blocks

    def terms(self, kind: str) -> pd.DataFrame:
        """Columns of a kind, with their ``class`` and ``small``, the column that each is counted in."""
        terms = self.program.terms(kind)
        return terms.assign(
            small=self.columns[terms["column"].to_numpy(np.int64)],
            **{"class": self.members[terms[self.dimension].to_numpy(np.int64)]},
        )

    def family(self, name: str) -> pd.DataFrame:
        """Rows of a family, with their ``class``, ``row``, ``lower`` and ``upper``."""
        block, _ = self._stated[name]
        lower, upper = self.program.row_lower[block.positions], self.program.row_upper[block.positions]
        of_class = self.members[block.index[self.dimension].to_numpy(np.int64)]
        return block.index.assign(row=block.positions, lower=lower, upper=upper, **{"class": of_class})

    def row_of(self, name: str, columns: pd.Series) -> Integers:
        """Row of a family that each column has an entry in."""
        block, entries = self._stated[name]
        found = np.full(self.program.column_count, -1)
        found[entries.columns] = block.start + entries.rows
        return np.asarray(found[columns.to_numpy(np.int64)])

    def offered(self, name: str, point: Floats) -> Floats:
        """What columns with entries below zero add to each row of a family at a point."""
        block, entries = self._stated[name]
        amounts = np.minimum(entries.coefficients, 0.0) * point[entries.columns]
        return -np.bincount(entries.rows, amounts, len(block.index)).astype(np.float64)

    @cached_property
    def _stated(self) -> dict[str, tuple[Block, Entries]]:
        """Rows and entries of each family that is stated at once."""
        pairs = zip(self.program.row_blocks, self.program.entries, strict=True)
        return {block.name: (block, entries) for block, entries in pairs}


def undone(step: Step, small: Floats) -> Floats:
    """A point of the program where each member is counted by itself, from one where they are together.

    Parameters
    ----------
    step : Step
        How they were counted together.
    small : array
        A value for each column of the smaller program; further ones are left out.

    Returns
    -------
    array
        A value for each column of ``step.program``; whole where the others are.
    """
    point = small[step.columns]
    if step.dimension == "place_type":
        _fit(step, small, point)
        return point
    _serve(step, small, point)
    if step.dimension == "group":
        _house(step, small, point)
    return point


def side_by_side(rows: Floats, columns: Floats) -> Floats:
    """Amounts with these sums of rows and of columns; whole where the sums are.

    Both are laid out on a line, one after another: each row gives to a column what they share of it.

    Examples
    --------
    >>> side_by_side(np.array([3.0, 2.0]), np.array([1.0, 4.0]))
    array([[1., 2.],
           [0., 2.]])
    """
    ends, stops = np.cumsum(rows), np.cumsum(columns)
    shared = np.minimum.outer(ends, stops) - np.maximum.outer(ends - rows, stops - columns)
    return np.asarray(np.maximum(shared, 0.0))


def _serve(step: Step, small: Floats, point: Floats) -> None:
    """Who came first is served first, whichever member it is; the others wait on."""
    by = [name for name in ("group", "origin") if name != step.dimension]
    came = step.family("queue").sort_values(["year", step.dimension])
    served, waiting = (dict([*step.terms(kind).groupby([*by, "class"])]) for kind in ("served", "waiting"))
    for key, own in came.groupby([*by, "class"]):
        members, member = np.unique(own[step.dimension], return_inverse=True)
        if len(members) < 2:
            continue
        left = waiting[key]
        total = np.zeros((int(left["year"].max()) + 1, len(members)))
        found = total.copy()
        if key in served:
            each = served[key]
            amounts = total[:, 0].copy()
            amounts[each["year"]] = small[each["small"]]
            given = side_by_side(amounts, own["lower"].to_numpy())
            np.add.at(found.T, member, given.T)
            point[each["column"]] = found[each["year"], np.searchsorted(members, each[step.dimension])]
        total[own["year"], member] = own["lower"]
        rest = np.maximum(np.cumsum(total - found, axis=0), 0.0)
        point[left["column"]] = rest[left["year"], np.searchsorted(members, left[step.dimension])]


def _house(step: Step, small: Floats, point: Floats) -> None:
    """Give each group of a class as many places as are served of it, in every region and year."""
    place, served = (step.terms(kind) for kind in ("place", "served"))
    place["pool"], served["pool"] = (
        step.rows[step.row_of("pool", each["column"])] for each in (place, served)
    )
    of_pool = dict([*served.groupby("pool")])
    at_home = dict([*step.terms("local").groupby(["class", "year"])]) if step.has("local") else {}
    supplied = dict([*step.terms("supplied").groupby(["class", "year"])]) if step.has("supplied") else {}
    for pool, own in place.groupby("pool"):
        groups = np.unique(own["group"])
        if len(groups) < 2:
            continue
        key = own["class"].iloc[0], own["year"].iloc[0]
        class_ = _Class(groups, of_pool[pool], own, small, point)
        class_.house(at_home.get(key))
        if key in supplied:
            class_.supply(supplied[key])


class _Class:
    """Groups that are counted together, in a region and year: who is served of them, and places for them."""

    def __init__(
        self, groups: Integers, served: pd.DataFrame, place: pd.DataFrame, small: Floats, point: Floats
    ) -> None:
        self.groups, self.served, self.place, self.small, self.point = groups, served, place, small, point
        self.towns, self.town = np.unique(place["municipality"], return_inverse=True)
        self.cells, self.cell = np.unique(place["small"], return_inverse=True)

    def house(self, home: pd.DataFrame | None) -> None:
        """First as many at home as live at home; everybody else side by side, town after town."""
        of_cell = np.zeros(len(self.cells), dtype=np.int64)
        of_cell[self.cell] = self.town
        amounts = self.small[self.cells]
        given = self._at_home(home)
        housed = np.bincount(self._group(self.served), self.point[self.served["column"]], len(self.groups))
        places = np.bincount(of_cell, amounts, len(self.towns))
        others = np.maximum(housed - given.sum(axis=0), 0.0), np.maximum(places - given.sum(axis=1), 0.0)
        given += side_by_side(others[1], others[0])
        self.given = np.zeros((len(self.cells), len(self.groups)))
        for town in range(len(self.towns)):
            here = of_cell == town
            self.given[here] = side_by_side(amounts[here], given[town])
        self.point[self.place["column"]] = self.given[self.cell, self._group(self.place)]

    def supply(self, supplied: pd.DataFrame) -> None:
        """What named suppliers give of these places, side by side."""
        spot = ["municipality", "place_type"]
        cells = dict(zip(zip(*(self.place[name] for name in spot), strict=True), self.cell, strict=True))
        for key, own in supplied.groupby(spot):
            if key in cells:
                suppliers, supplier = np.unique(own["small"], return_inverse=True)
                found = side_by_side(self.small[suppliers], self.given[cells[key]])
                self.point[own["column"]] = found[supplier, self._group(own)]

    def _at_home(self, home: pd.DataFrame | None) -> Floats:
        """How many of each group are housed where they looked from, in each town."""
        found = np.zeros((len(self.towns), len(self.groups)))
        if home is None:
            return found
        home = home[home["municipality"].isin(self.towns)]
        town = np.searchsorted(self.towns, home["municipality"])
        together, served = np.zeros(len(self.towns)), found.copy()
        together[town] = self.small[home["small"]]
        own = self.served[self.served["origin"].isin(self.towns)]
        served[np.searchsorted(self.towns, own["origin"]), self._group(own)] = self.point[own["column"]]
        for each, amount in enumerate(together):
            found[each] = side_by_side(np.array([amount]), served[each])[0]
        self.point[home["column"]] = found[town, self._group(home)]
        return found

    def _group(self, table: pd.DataFrame) -> Integers:
        return np.searchsorted(self.groups, table["group"])


def _fit(step: Step, small: Floats, point: Floats) -> None:
    """Fill one type after another, each with as many places as there are of it."""
    place, capacity = step.terms("place"), step.family("capacity")
    place["row"] = step.row_of("capacity", place["column"])
    offered = capacity["upper"].to_numpy() + step.offered("capacity", point)
    of_row = dict(zip(capacity["row"], offered, strict=True))
    for _, own in place.groupby(["municipality", "class", "year"]):
        rows, row = np.unique(own["row"], return_inverse=True)
        if len(rows) > 1:
            columns, column = np.unique(own["small"], return_inverse=True)
            amounts, space = small[columns], np.array([of_row[each] for each in rows])
            space[-1] += max(amounts.sum() - space.sum(), 0.0)  # rounding
            point[own["column"]] = side_by_side(amounts, space)[column, row]
