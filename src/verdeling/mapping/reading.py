"""From somebody's own files to an instance: with every repair told, or every problem, and nothing between."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from verdeling.errors import InstanceError, Problem, nearest
from verdeling.instance import Instance
from verdeling.lists import LISTS
from verdeling.mapping.format import Mapping, Reading, read_mapping
from verdeling.mapping.heading import like
from verdeling.mapping.lacking import origins_of
from verdeling.mapping.lifted import Lifted, Repair, Row
from verdeling.mapping.lifting import Lifter, stated_row
from verdeling.mapping.meaning import Meaning
from verdeling.mapping.merging import merge
from verdeling.mapping.resolving import DIMENSIONS, Directory, dimension_of
from verdeling.mapping.sources import Dress, Notice, Opened, Sheet, open_source
from verdeling.tables import TABLES

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator, Sequence

    from verdeling.mapping.format import Block

_NAMES = ["dimension", "stood", "became", "how", "cells"]
_OF_A_TABLE = ("missing-table", "empty-table", "missing-column")


@dataclass(frozen=True, eq=False)
class Mapped:
    """An instance made of somebody's own files, and what had to be done for it.

    Parameters
    ----------
    instance : Instance
        Checked as any other.
    repairs : DataFrame
        Every cell that became something else: file, sheet, cell, stood (its text), became, and why: the
        kind of repair, a key ``mended.<why>`` of the texts.
    names : DataFrame
        Every text that was taken for an id: dimension, stood, became, how (``called``: it is the name;
        ``named``: the mapping says so; ``merged``), cells (how many).
    notices : list of Notice
        What was there and not used, how files were read, and totals that are not what the rows add up to.
    """

    instance: Instance
    repairs: pd.DataFrame
    names: pd.DataFrame
    notices: list[Notice]


def read_mapped(path: str | os.PathLike[str], mapping: Mapping | str | os.PathLike[str]) -> Mapped:
    """Read a workbook, a CSV file or a folder of these as an instance.

    Parameters
    ----------
    path : path-like
        An ``.xlsx``, ``.xlsm`` or ``.csv`` file, or a folder with such files.
    mapping : Mapping or path-like
        Says how it becomes the tables of an instance; `instances/README.md` says how.

    Returns
    -------
    Mapped
        The instance, and every repair.

    Raises
    ------
    InstanceError
        If the mapping or a file cannot be read, or any cell is unclear or wrong; it carries every problem
        with the address of its cell.
    """
    source, stated = Path(path), read_mapping(mapping)
    opened = open_source(source, Dress(stated.reading.encoding, stated.reading.separator))
    lifted, used = lift(stated, opened)
    lifted.problems += [_no_table(block.fills) for block in stated.table if block.fills in LISTS]
    instance = _checked(source, stated, lifted)
    unused = [Notice("unused", sheet.label) for sheet in opened.sheets if sheet.label not in used]
    names = [(*name, count) for name, count in sorted(lifted.names.items())]
    return Mapped(
        instance,
        pd.DataFrame(lifted.repairs, columns=list(Repair._fields)),
        pd.DataFrame(names, columns=_NAMES),
        [*opened.notices, *lifted.notices, *unused],
    )


def lift(
    mapping: Mapping,
    opened: Opened,
    tables: Iterable[str] = TABLES,
    known: Iterable[tuple[str, str, Sequence[Any]]] = (),
) -> tuple[Lifted, set[str]]:
    """Lift the rows of every table out of the sheets.

    Parameters
    ----------
    mapping : Mapping
        Says where they are.
    opened : Opened
        The sheets.
    tables : iterable of str
        Tables or lists, in an order in which those that say what there is come first.
    known : iterable of (str, str, sequence)
        What there is before anything is read: dimension, id and names.

    Returns
    -------
    Lifted
        Rows, repairs and problems.
    set of str
        The sheets that they are from.
    """
    directories, origins = directories_of(mapping, known), origins_of(mapping)
    lifted, used = Lifted(), set()
    files = {sheet.label: sheet.file for sheet in opened.sheets}
    numbered = list(enumerate(mapping.table, start=1))
    for table in tables:
        for number, block in [each for each in numbered if each[1].fills == table]:
            if block.rows:
                lifted.tables.setdefault(table, []).extend(_stated(block, number, directories, lifted))
            elif sheet := _chosen(opened.sheets, block, lifted):
                used.add(sheet.label)
                Lifter(sheet, block, mapping.reading.then(block.reading), directories, lifted).lift()
        merge(table, lifted, directories["municipality"], files, origins)
        if table in DIMENSIONS:
            _enter(directories[DIMENSIONS[table]], lifted.tables.get(table, []))
    return lifted, used


def directories_of(mapping: Mapping, known: Iterable[tuple[str, str, Sequence[Any]]]) -> dict[str, Directory]:
    """What names mean, by dimension: what a mapping states, and what there is already.

    Parameters
    ----------
    mapping : Mapping
        States names and mergers.
    known : iterable of (str, str, sequence)
        Dimension, id and names.
    """
    directories = {
        name: Directory(name, mapping.names.get(name, {}), mapping.mergers if name == "municipality" else ())  # type: ignore[call-overload]
        for name in DIMENSIONS.values()
    }
    for dimension, identifier, called in known:
        directories[dimension].add(identifier, called)
    return directories


def _no_table(name: str) -> Problem:
    command = {"plans": "plans", "figures": "needs"}[name]
    return Problem("no-table-of-an-instance", f"{name} is a list and no table of an instance.",
                   "Its rows become rows of other tables.",
                   f"Read it with `verdeling {command}`, and leave it out here.", name)  # fmt: skip


def _stated(block: Block, number: int, directories: dict[str, Directory], lifted: Lifted) -> Iterator[Row]:
    """Rows that the mapping states itself."""
    meaning = Meaning(block.fills, Reading(), directories)
    for place, row in enumerate(block.rows, start=1):
        label = f"{place} of table {number} in the mapping"
        yield Row(stated_row(meaning, block.constants | row, lifted), label=label)


def _chosen(sheets: Iterable[Sheet], block: Block, lifted: Lifted) -> Sheet | None:
    """The one sheet that a block is about."""
    known = list(sheets)
    found = [each for each in known if like(each.file, [block.file]) and like(each.name, [block.sheet])]
    if len(found) == 1:
        return found[0]
    wanted = block.sheet if block.sheet != "*" else block.file
    names = [each.name for each in known]
    what = f"{len(found)} sheets are called {wanted}." if found else f"There is no sheet called {wanted}."
    remedy = nearest(wanted, names) if not found else f"Name one of {', '.join(each.name for each in found)}."
    lifted.problems.append(
        Problem("no-sheet" if not found else "several-sheets", what, "The mapping takes this table from it.",
                f"Correct sheet or file in the mapping. {remedy}", block.fills, value=wanted)
    )  # fmt: skip
    return None


def _enter(directory: Directory, rows: Iterable[Row]) -> None:
    for row in rows:
        if (identifier := row.cells.get(directory.dimension)) is not None:
            directory.add(identifier, (row.cells.get("name"), row.cells.get("name_nl")))


def _checked(source: Path, mapping: Mapping, lifted: Lifted) -> Instance:
    """The instance.

    Raises
    ------
    InstanceError
        With what is wrong with cells and with tables, each with the address of its cell.
    """
    frames = {
        table: pd.DataFrame([row.cells for row in held], index=[row.label for row in held], dtype=object)
        for table, held in lifted.tables.items()
    }
    try:
        instance = Instance.from_tables(frames, mapping.about)
    except InstanceError as error:
        rows = {(table, row.label): row for table, held in lifted.tables.items() for row in held}
        found = [at_cell(problem, rows) for problem in error.problems]
    else:
        found = []
    own = [each for each in lifted.problems if not _of_no_use(each, lifted)]
    known = {(each.table, each.row, each.column) for each in lifted.problems}
    damaged = {each.table for each in own}
    problems = [
        *own,
        *(each for each in found if (each.table, each.row, each.column) not in known
          and not (each.code in _OF_A_TABLE and each.table in damaged)),
    ]  # fmt: skip
    if problems:
        raise InstanceError(f"{source.name} cannot be used with this mapping.", problems)
    return instance


def _of_no_use(problem: Problem, lifted: Lifted) -> bool:
    """Whether a name is only unknown because the table that says what there is could not be read."""
    return problem.code == "unknown-name" and not any(
        lifted.tables.get(table)
        for table, dimension in DIMENSIONS.items()
        if dimension == dimension_of(problem.table, problem.column)
    )


def at_cell(problem: Problem, rows: dict[tuple[str, str], Row]) -> Problem:
    """A problem at the address of its cell in place of that of its row.

    Parameters
    ----------
    problem : Problem
        Of a row, by its label.
    rows : dict of (str, str) to Row
        By table and label.
    """
    row = rows.get((problem.table, problem.row))
    return problem if row is None else replace(problem, row=row.place(problem.column))
