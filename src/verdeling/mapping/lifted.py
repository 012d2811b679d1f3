"""Rows of tables that were lifted out of sheets, each cell with its address, and what was done to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from verdeling.errors import Problem

AMOUNTS = {"needs": "households", "supply": "places", "projects": "max_places", "support": "hours",
           "fair_shares": "share", "distances": "minutes"}  # fmt: skip
"""The column of a table that its rows are about: without it a row falls away."""


@dataclass(frozen=True, order=True)
class Repair:
    """A cell that became something else.

    Parameters
    ----------
    file, sheet, cell : str
        Where it stands.
    stood, became, why : str
        Its text, what was made of it, and the kind of repair.
    """

    file: str
    sheet: str
    cell: str
    stood: str
    became: str
    why: str


@dataclass
class Row:
    """A row of a table with the addresses of its cells.

    Parameters
    ----------
    cells : dict of str to object
        By column of the table.
    places : dict of str to str
        Address by column; columns that the mapping states have none.
    label : str
        Where the row stands.
    merged : bool
        Whether it was about a municipality that is no longer there.
    """

    cells: dict[str, Any]
    places: dict[str, str] = field(default_factory=dict)
    label: str = ""
    merged: bool = False


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
    names : dict
        How often a text was taken for an id, by dimension, text, id and how that is known.
    """

    tables: dict[str, list[Row]] = field(default_factory=dict)
    repairs: list[Repair] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    names: dict[tuple[str, str, str, str], int] = field(default_factory=dict)
