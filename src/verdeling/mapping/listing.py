"""Reading a list beside an instance: with a mapping, or as it stands where its columns have our names."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from verdeling.errors import InstanceError, Problem
from verdeling.mapping.format import Block, Mapping, Reading, read_mapping
from verdeling.mapping.heading import headings
from verdeling.mapping.lifted import Repair
from verdeling.mapping.reading import at_cell, lift
from verdeling.mapping.sources import Dress, Notice, Opened, Sheet, open_source
from verdeling.validation import read_rows

if TYPE_CHECKING:
    import os
    from collections.abc import Container

    from verdeling.mapping.beside import Beside
    from verdeling.mapping.lifted import Lifted


class Entry(NamedTuple):
    """A row of a list: its typed cells, and where it stands."""

    cells: dict[str, Any]
    place: str


@dataclass(frozen=True, eq=False)
class Listed:
    """A list that was read.

    Parameters
    ----------
    entries : list of Entry
        In the order of the file.
    repairs : DataFrame
        As of `verdeling.mapping.reading.Mapped`.
    notices : list of Notice
        What was there and not used, and how files were read.
    """

    entries: list[Entry]
    repairs: pd.DataFrame
    notices: list[Notice]


def read_list(
    name: str, path: str | os.PathLike[str], mapping: Mapping | str | os.PathLike[str] | None, beside: Beside
) -> Listed:
    """Read a list from a workbook, a CSV file or a folder of these.

    Parameters
    ----------
    name : {"plans", "figures"}
        Which list.
    path : path-like
        Where it is.
    mapping : Mapping or path-like, optional
        Says which column is what; by default there is one sheet, whose headings are the columns.
    beside : Beside
        The instance that the list is about.

    Returns
    -------
    Listed

    Raises
    ------
    InstanceError
        If anything cannot be read; it carries every problem with the address of its cell.
    """
    source = Path(path)
    stated = None if mapping is None else read_mapping(mapping)
    opened = opened_as(source, stated)
    lifted, used = lift_list(name, opened, stated or Mapping(table=as_it_stands(name, opened)), beside)
    return checked(name, source, opened, lifted, used)


def rows_as_list(name: str, rows: pd.DataFrame, source: str, beside: Beside) -> Listed:
    """Read a list from rows that have its columns.

    Parameters
    ----------
    name : {"plans", "figures"}
        Which list.
    rows : DataFrame
        Its rows.
    source : str
        What they are called in problems.
    beside : Beside
        The instance that the list is about.

    Raises
    ------
    InstanceError
        If a cell means nothing; it carries every problem.
    """
    opened = Opened([Sheet(source, source, [list(rows), *rows.astype(object).to_numpy().tolist()])])
    lifted, used = lift_list(name, opened, Mapping(table=as_it_stands(name, opened)), beside)
    return checked(name, Path(source), opened, lifted, {*used, ""})


def lift_list(name: str, opened: Opened, mapping: Mapping, beside: Beside) -> tuple[Lifted, set[str]]:
    """Rows of a list, and labels of their sheets; other tables of the mapping are problems."""
    lifted, used = lift(mapping, opened, [name], beside.known)
    lifted.problems += [_other(name, block) for block in mapping.table if block.fills != name]
    return lifted, used


def opened_as(source: Path, mapping: Mapping | None) -> Opened:
    """The sheets of a source, CSV files written as a mapping says."""
    reading = mapping.reading if mapping else Reading()
    return open_source(source, Dress(reading.encoding, reading.separator))


def checked(name: str, source: Path, opened: Opened, lifted: Lifted, used: Container[str]) -> Listed:
    """A list of rows that were lifted.

    Parameters
    ----------
    name : str
        Which list.
    source : Path
        Where it is from.
    opened : Opened
        All sheets.
    lifted : Lifted
        Its rows.
    used : container of str
        Labels of the sheets that they are from.

    Raises
    ------
    InstanceError
        If a cell means nothing, or there are no rows.
    """
    entries, problems = _entries(name, lifted)
    if not entries and not problems:
        problems = [Problem("empty-list", "There are no rows.", "Nothing can be made of it.",
                            "Add rows, or correct file and sheet in the mapping.", name)]  # fmt: skip
    if problems:
        raise InstanceError(f"{source.name} cannot be used as a list of {name}.", problems)
    unused = [Notice("unused", sheet.label) for sheet in opened.sheets if sheet.label not in used]
    repairs = pd.DataFrame(lifted.repairs, columns=list(Repair._fields))
    return Listed(entries, repairs, [*opened.notices, *lifted.notices, *unused])


def as_it_stands(name: str, opened: Opened) -> list[Block]:
    """What a mapping would say of a sheet whose headings are the columns of a list.

    Raises
    ------
    InstanceError
        If there is no header.
    """
    sheet = opened.sheets[0]
    named = {each: each for each in headings(sheet.lines, [1]) if each}
    if not named:
        what = f"{sheet.label or sheet.name} has no header in its first row."
        problem = Problem("no-header", what, "Columns are known by their headings.",
                          "Write the names of the columns in row 1, or use a mapping.", name)  # fmt: skip
        raise InstanceError("A list cannot be read.", [problem])
    return [Block.model_validate({"fills": name, "columns": named})]


def _entries(name: str, lifted: Lifted) -> tuple[list[Entry], list[Problem]]:
    """Rows of a list with typed cells, and what is wrong with it, each with the address of its cell."""
    held = lifted.tables.get(name, [])
    cells_of = [{column: _dated(cell) for column, cell in row.cells.items()} for row in held]
    raw = pd.DataFrame(cells_of, index=[row.label for row in held], dtype=object)
    draft, found = read_rows(name, raw)
    rows = {(name, row.label): row for row in held}
    told = {(each.table, each.row, each.column) for each in lifted.problems}
    placed = [at_cell(each, rows) for each in found]
    problems = [
        *lifted.problems,
        *(each for each in placed if (each.table, each.row, each.column) not in told),
    ]
    cells = {column: coded.tolist() for column, coded in draft.cells.items()}
    return [
        Entry({column: values[at] for column, values in cells.items()}, draft.label(at))
        for at in range(len(draft))
    ], problems


def _dated(cell: Any) -> Any:
    """A date of a spreadsheet as text."""
    return cell.isoformat()[:10] if isinstance(cell, datetime.date) else cell


def _other(name: str, block: Block) -> Problem:
    return Problem("other-table", f"The mapping fills {block.fills}.", f"Here only {name} are read.",
                   "Leave it out of this mapping, or read it with `verdeling map`.", block.fills)  # fmt: skip
