"""Rows of tables that were lifted out of sheets, each cell with its address, and what was done to them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from verdeling.errors import Problem
    from verdeling.mapping.sources import Notice, Sheet

AMOUNTS = {"needs": "households", "supply": "places", "projects": "max_places", "support": "hours",
           "fair_shares": "share", "distances": "minutes", "plans": "homes"}  # fmt: skip
"""The column of a table that its rows are about: without it a row falls away."""


class Repair(NamedTuple):
    """A cell that became something else: where it stands, its text, what was made of it, and why."""

    file: str
    sheet: str
    cell: str
    stood: str
    became: str
    why: str


@dataclass
class Row:
    """A row of a table with the place of its cells.

    Parameters
    ----------
    cells : dict of str to object
        By column of the table.
    label : str
        Where the row stands.
    sheet : Sheet, optional
        Where its cells are; by default the mapping states them.
    row : int
        Their row.
    at : dict of str to int
        Column of the sheet by column of the table; rows share it.
    origin : str
        The municipality that it was about, where that is no longer there.
    """

    cells: dict[str, Any]
    label: str
    sheet: Sheet | None = None
    row: int = 0
    at: Mapping[str, int] = field(default_factory=dict)
    origin: str = ""

    def place(self, column: str) -> str:
        """Address of the cell in a column, or of the row where that has none."""
        if self.sheet is None or column not in self.at:
            return self.label
        return self.sheet.address(self.row, self.at[column])


@dataclass
class Lifted:
    """What was made of sheets, so far.

    Parameters
    ----------
    tables : dict of str to list of Row
        Rows by table.
    repairs : list of Repair
        Every cell that became something else.
    problems : list of Problem
        Every cell that became nothing.
    notices : list of Notice
        Totals that are not what the rows add up to.
    names : Counter
        How often a text was taken for an id, by dimension, text, id and how that is known.
    """

    tables: dict[str, list[Row]] = field(default_factory=dict)
    repairs: list[Repair] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    names: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
