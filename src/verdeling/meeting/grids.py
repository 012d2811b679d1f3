"""Needs and supply as a grid: a row for each kind of amount, a column for each year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from verdeling.language import number
from verdeling.meeting.state import AddRow, SetCell

if TYPE_CHECKING:
    from verdeling.instance import Instance
    from verdeling.language import Language
    from verdeling.meeting.state import Cell, Edit

GRIDS = {
    "needs": (("group", "municipality", "region"), "households"),
    "supply": (("municipality", "place_type", "supplier", "certainty"), "places"),
}
"""Tables that can be edited as a grid: what a row is about, and the amount in its cells."""


@dataclass(frozen=True)
class Line:
    """A row of a grid.

    Parameters
    ----------
    key : dict of str to str
        What it is about, in ids.
    amounts : dict of int to int
        By year; a year without a row in the table is absent.
    """

    key: dict[str, str]
    amounts: dict[int, int]


def lines(instance: Instance, table: str) -> list[Line]:
    """The rows of a grid, as the table has them.

    Parameters
    ----------
    instance : Instance
        Of one scenario.
    table : str
        One of `GRIDS`.
    """
    keys, amount = GRIDS[table]
    frame = instance.tables[table]
    found: dict[tuple[str, ...], Line] = {}
    for row in frame.to_dict("records"):
        key = tuple(str(row[name]) for name in keys)
        line = found.setdefault(key, Line(dict(zip(keys, key, strict=True)), {}))
        line.amounts[int(row["year"])] = int(row[amount])
    return list(found.values())


def edit_of(line: Line, table: str, year: int, value: int) -> Edit:
    """The edit that puts an amount in a grid, in a row of the table or in a new one."""
    _, amount = GRIDS[table]
    row: dict[str, Cell] = {**line.key, "year": year}
    if year in line.amounts:
        return SetCell(table=table, row=row, column=amount, value=value)
    return AddRow(table=table, cells={**row, amount: value})


def shown(line: Line, year: int, lang: Language) -> str:
    """An amount as it stands in a grid; empty where there is none."""
    return number(line.amounts[year], lang) if year in line.amounts else ""
