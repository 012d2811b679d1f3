"""Tables as grids: a row for each kind of amount, and a column for each year or field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from verdeling.language import number
from verdeling.meeting.state import AddRow, SetCell

if TYPE_CHECKING:
    from verdeling.instance import Instance
    from verdeling.language import Language
    from verdeling.meeting.state import Cell, Edit


@dataclass(frozen=True)
class Kind:
    """How a table lies in a grid.

    Parameters
    ----------
    about : tuple of str
        Columns that say what a row is about.
    amount : str
        What stands under each year; empty where each of `fields` has a column of its own.
    fields : tuple of str
        Numbers of a row that is about no single year.
    """

    about: tuple[str, ...]
    amount: str = ""
    fields: tuple[str, ...] = ()


GRIDS = {
    "needs": Kind(("group", "municipality", "region"), "households"),
    "supply": Kind(("municipality", "place_type", "supplier", "certainty"), "places"),
    "projects": Kind(
        ("project", "municipality", "place_type", "supplier", "certainty"),
        fields=("year", "max_places", "min_places", "cost_per_place"),
    ),
    "support": Kind(("provider", "municipality", "region"), "hours"),
}
"""Tables that can be edited as a grid."""

PARTS_OF_ONE = ("hours", "cost_per_place")
"""Amounts that need not be whole."""


@dataclass(frozen=True)
class Line:
    """A row of a grid.

    Parameters
    ----------
    key : dict of str to str
        What it is about, in ids.
    amounts : dict
        By year or field; a year without a row in the table is absent.
    """

    key: dict[str, str]
    amounts: dict[int | str, float]


def columns(instance: Instance, table: str) -> tuple[int | str, ...]:
    """The columns of a grid with numbers: years, or fields."""
    return GRIDS[table].fields or tuple(instance.about.years)


def lines(instance: Instance, table: str) -> list[Line]:
    """The rows of a grid, as the table has them.

    Parameters
    ----------
    instance : Instance
        Of one scenario.
    table : str
        One of `GRIDS`.
    """
    kind = GRIDS[table]
    found: dict[tuple[str, ...], Line] = {}
    for row in instance.tables[table].to_dict("records"):
        key = tuple(str(row[name]) for name in kind.about)
        line = found.setdefault(key, Line(dict(zip(kind.about, key, strict=True)), {}))
        if kind.amount:
            line.amounts[int(row["year"])] = row[kind.amount]
        line.amounts.update({name: row[name] for name in kind.fields})
    return list(found.values())


def edit_of(line: Line, table: str, column: int | str, value: float) -> Edit:
    """The edit that puts a number in a grid, in a row of the table or in a new one."""
    kind = GRIDS[table]
    if not kind.amount:
        return SetCell(
            table=table, row={kind.about[0]: line.key[kind.about[0]]}, column=str(column), value=value
        )
    row: dict[str, Cell] = {**line.key, "year": int(column)}
    if column in line.amounts:
        return SetCell(table=table, row=row, column=kind.amount, value=value)
    return AddRow(table=table, cells={**row, kind.amount: value})


def whole(table: str, column: int | str) -> bool:
    """Whether a column of a grid has whole numbers only."""
    return (GRIDS[table].amount or column) not in PARTS_OF_ONE


def shown(line: Line, column: int | str, lang: Language) -> str:
    """A number as it stands in a grid; empty where there is none."""
    if column not in line.amounts:
        return ""
    value = line.amounts[column]
    return str(value) if column == "year" else number(value, lang)
