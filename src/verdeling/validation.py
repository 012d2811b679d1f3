"""Reading tables cell by cell: every problem is kept, whatever table it stands in."""

from __future__ import annotations

import difflib
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from verdeling.cells import Column, attribute, columns, tidy
from verdeling.errors import Problem, nearest
from verdeling.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_RESERVED = "fair_share"


@dataclass(frozen=True)
class Draft:
    """A table whose cells were read one by one and not yet compared with other tables.

    Parameters
    ----------
    table : str
        Its name.
    labels : list of str
        Label of each row in the source, such as its line in a file.
    cells : dict of str to list
        Typed cells by column, for every column that is there or has a default; ``None`` for a cell
        that could not be read (and for a longitude or latitude that is not known).
    sound : bool
        Whether no problem was found.
    """

    table: str
    labels: list[str]
    cells: dict[str, list[Any]]
    sound: bool

    def __len__(self) -> int:
        return len(self.labels)

    def rows(self, *names: str) -> Iterator[tuple[Any, ...]]:
        """Label and cells of each row in which these columns could be read."""
        if all(name in self.cells for name in names):
            rows = zip(self.labels, *(self.cells[name] for name in names), strict=True)
            yield from (row for row in rows if None not in row)

    def column(self, name: str) -> list[Any]:
        """Cells of a column that could be read; none where the column is absent."""
        return [cell for cell in self.cells.get(name, []) if cell is not None]

    @cached_property
    def frame(self) -> pd.DataFrame:
        """A sound draft as a DataFrame, sorted by key, with the dtypes of `Column`."""
        keys = list(zip(*(self.cells[name] for name in TABLES[self.table].key), strict=True))
        order = sorted(range(len(self)), key=keys.__getitem__)
        known = columns(self.table)
        arrays = {
            name: pd.Series([cells[at] for at in order], dtype=known.get(name, attribute(name)).dtype).array
            for name, cells in self.cells.items()
        }
        return pd.DataFrame(arrays)


def validate(tables: Mapping[str, object]) -> tuple[dict[str, Draft], list[Problem]]:
    """Read every cell of every table.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Raw cells by name of the table. Row labels say where a problem stands.

    Returns
    -------
    dict of str to Draft
        Every table of an instance; one that is absent has no rows.
    list of Problem
        Everything that is wrong with tables, columns and cells.
    """
    problems = [
        Problem("unknown-table", f"There is no table called {name}.", "Its rows would be ignored.",
                f"Rename or remove it. {nearest(name, TABLES)}", table=name)
        for name in map(str, tables) if name not in TABLES
    ]  # fmt: skip
    drafts = {}
    for name in TABLES:
        drafts[name], found = _read(name, tables.get(name))
        problems += found
    return drafts, problems


def _read(table: str, raw: object) -> tuple[Draft, list[Problem]]:
    problems = []
    if raw is not None and not isinstance(raw, pd.DataFrame):
        what = f"It is a {type(raw).__name__}."
        problems.append(Problem("not-a-table", what, "A table is a pandas DataFrame.", "Pass one.", table))
        raw = pd.DataFrame()
    labels, cells, found = _cells(table, pd.DataFrame() if raw is None else raw)
    problems += found + _absence(table, raw is not None, len(labels))
    known, found = _known_columns(table, list(cells), raw is not None and len(raw.columns) > 0)
    problems += found
    for name, column in known.items():
        cells[name], found = column.read(table, cells.get(name, [None] * len(labels)), labels)
        problems += found
    return Draft(table, labels, {name: cells[name] for name in known}, not problems), problems


def _cells(table: str, raw: pd.DataFrame) -> tuple[list[str], dict[str, list[Any]], list[Problem]]:
    """Tidy cells by column, without blank rows, and the labels of the other rows."""
    names = [str(tidy(label) or "") for label in raw.columns]
    listed = [[tidy(cell) for cell in raw.iloc[:, position].tolist()] for position in range(len(names))]
    problems = [
        Problem("duplicate-column", f"The column {name} is there {count} times.", "Only one can hold.",
                "Remove or rename the others.", table, column=name)
        for name, count in Counter(names).items() if name and count > 1
    ]  # fmt: skip
    problems += [
        Problem("unnamed-column", f"Column {position} has cells but no name.", "Its cells would be ignored.",
                "Write the name of the column in the header, or empty the cells.", table)
        for position, (name, column) in enumerate(zip(names, listed, strict=True), start=1)
        if not name and any(cell is not None for cell in column)
    ]  # fmt: skip
    keep = [any(cell is not None for cell in row) for row in zip(*listed, strict=True)]
    labels = [
        str(label) for label, kept in zip(raw.index.tolist(), keep or [False] * len(raw), strict=True) if kept
    ]
    cells = {
        name: column if all(keep) else [cell for cell, kept in zip(column, keep, strict=True) if kept]
        for name, column in zip(reversed(names), reversed(listed), strict=True) if name
    }  # fmt: skip
    return labels, cells, problems


def _absence(table: str, given: bool, rows: int) -> list[Problem]:
    if rows or not TABLES[table].required:
        return []
    why = "An instance cannot do without it."
    if given:
        return [Problem("empty-table", "The table has no rows.", why, "Add at least one row.", table)]
    asks = ", ".join(TABLES[table].required_columns)
    return [Problem("missing-table", "The table is not there.", why, f"Add it, with at least {asks}.", table)]


def _known_columns(table: str, names: list[str], headed: bool) -> tuple[dict[str, Column], list[Problem]]:
    """Columns that can be read, and what is wrong with the header."""
    known = columns(table)
    absent = [name for name in known if name not in names]
    extra = [name for name in names if name not in known]
    if TABLES[table].attributes:
        attributes = sorted(name for name in extra if name != _RESERVED and not _resembles(name, absent))
        extra = [name for name in extra if name not in attributes]
        known = known | {name: attribute(name) for name in attributes}
    problems = [
        Problem("unknown-column", f"There is no column called {name}.", "Its cells would be ignored.",
                "Put published shares in the table fair_shares." if name == _RESERVED
                else f"Rename or remove it. {nearest(name, columns(table))}", table, column=name)
        for name in sorted(extra)
    ]  # fmt: skip
    missing = [name for name in absent if known[name].required] if headed else []
    problems += [
        Problem("missing-column", "The column is not there.", f"{name}: {known[name].description}",
                "Add it, with a value in every row.", table, column=name)
        for name in missing
    ]  # fmt: skip
    return {name: column for name, column in known.items() if name not in missing}, problems


def _resembles(name: str, absent: Iterable[str]) -> bool:
    return bool(difflib.get_close_matches(name.casefold(), list(absent), n=1, cutoff=0.85))
