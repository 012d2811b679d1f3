"""Reading tables, each distinct cell of a column once: every problem is kept, whatever its table."""

from __future__ import annotations

import difflib
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from verdeling.cells import Column, attribute, columns, tidy
from verdeling.coded import Coded, combined
from verdeling.errors import Problem, nearest
from verdeling.lists import KINDS
from verdeling.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping


_RESERVED = "fair_share"


@dataclass(frozen=True)
class Draft:
    """A table whose cells were read and not yet compared with other tables.

    Parameters
    ----------
    table : str
        Its name.
    labels : Index
        Label of each row in the source, such as its line in a file.
    cells : dict of str to Coded
        Typed cells by column, for every column that is there or has a default; ``None`` for a cell
        that could not be read (and for a longitude or latitude that is not known).
    sound : bool
        Whether no problem was found.
    """

    table: str
    labels: pd.Index[Any]
    cells: dict[str, Coded]
    sound: bool

    def __len__(self) -> int:
        return len(self.labels)

    def label(self, row: int | np.integer[Any]) -> str:
        """Label of a row, by position."""
        return str(self.labels[int(row)])

    def distinct(self, name: str) -> list[Any]:
        """Distinct cells of a column that could be read; none where the column is absent."""
        return (
            [value for value in self.cells[name].distinct if value is not None] if name in self.cells else []
        )

    def combinations(self, *names: str) -> Coded:
        """Combinations of the cells of some columns; none where a column is absent."""
        if not all(name in self.cells for name in names):
            return Coded(np.empty(0, dtype=np.int32), [])
        return combined([self.cells[name] for name in names])

    def problems(self, *names: str, judge: Callable[..., Iterable[Problem]]) -> Iterator[Problem]:
        """Problems of each row in which these cells could be read, judged once for each combination."""
        rows = self.combinations(*names)
        judged = {code: list(judge(*cells)) for code, cells in enumerate(rows.distinct) if None not in cells}
        wrong = {code: problems for code, problems in judged.items() if problems}
        for at in np.flatnonzero(np.isin(rows.codes, list(wrong))) if wrong else ():
            yield from (replace(problem, row=self.label(at)) for problem in wrong[int(rows.codes[at])])

    @cached_property
    def frame(self) -> pd.DataFrame:
        """A sound draft as a DataFrame, sorted by key, with the dtypes of `Column`."""
        key = [self.cells[name].ranks() for name in reversed(TABLES[self.table].key)]
        order = np.lexsort(key)
        known = columns(self.table)
        return pd.DataFrame(
            {
                name: Coded(cells.codes[order], cells.distinct).array(known.get(name, attribute(name)).dtype)
                for name, cells in self.cells.items()
            },
            copy=False,
        )


def validate(
    tables: Mapping[str, object], known: Mapping[str, Draft] | None = None
) -> tuple[dict[str, Draft], list[Problem]]:
    """Read every cell of every table.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Raw cells by name of the table. Row labels say where a problem stands.
    known : mapping of str to Draft, optional
        Every table as it was read before; only those in `tables` are read again.

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
    drafts = dict(known or {})
    for name in [name for name in TABLES if known is None or name in tables]:
        drafts[name], found = read_rows(name, tables.get(name))
        problems += found
    return drafts, problems


def read_rows(table: str, raw: object) -> tuple[Draft, list[Problem]]:
    """Read every cell of one table or list.

    Parameters
    ----------
    table : str
        Its name.
    raw : DataFrame or None
        Raw cells; row labels say where a problem stands.

    Returns
    -------
    Draft
        What was read.
    list of Problem
        Everything that is wrong with its columns and cells.
    """
    problems = []
    if raw is not None and not isinstance(raw, pd.DataFrame):
        what = f"It is a {type(raw).__name__}."
        problems.append(Problem("not-a-table", what, "A table is a pandas DataFrame.", "Pass one.", table))
        raw = pd.DataFrame()
    labels, cells, found = _cells(table, pd.DataFrame() if raw is None else raw)
    problems += found + _absence(table, raw is not None, len(labels))
    known, found = _known_columns(table, list(cells), raw is not None and len(raw.columns) > 0)
    problems += found
    absent = Coded(np.zeros(len(labels), dtype=np.int32), [None] if len(labels) else [])
    for name, column in known.items():
        cells[name], found = _column(table, column, cells.get(name, absent), labels)
        problems += found
    return Draft(table, labels, {name: cells[name] for name in known}, not problems), problems


def _column(table: str, column: Column, cells: Coded, labels: pd.Index[Any]) -> tuple[Coded, list[Problem]]:
    """Read each distinct cell of a column once; a problem is told for every row that has it."""
    values, found = column.read(table, cells.distinct, [str(code) for code in range(len(cells.distinct))])
    wrong = {int(problem.row): problem for problem in found}
    rows = np.flatnonzero(np.isin(cells.codes, list(wrong))) if wrong else ()
    problems = [replace(wrong[int(cells.codes[at])], row=str(labels[int(at)])) for at in rows]
    return cells.recoded(values), problems


def _cells(table: str, raw: pd.DataFrame) -> tuple[pd.Index[Any], dict[str, Coded], list[Problem]]:
    """Tidy cells by column, without blank rows, and the labels of the other rows."""
    names = [str(tidy(label) or "") for label in raw.columns]
    coded = [Coded.of(raw.iloc[:, position]) for position in range(len(names))]
    listed = [Coded(cells.codes, [tidy(cell) for cell in cells.distinct]) for cells in coded]
    problems = [
        Problem("duplicate-column", f"The column {name} is there {count} times.", "Only one can hold.",
                "Remove or rename the others.", table, column=name)
        for name, count in Counter(names).items() if name and count > 1
    ]  # fmt: skip
    problems += [
        Problem("unnamed-column", f"Column {position} has cells but no name.", "Its cells would be ignored.",
                "Write the name of the column in the header, or empty the cells.", table)
        for position, (name, column) in enumerate(zip(names, listed, strict=True), start=1)
        if not name and any(cell is not None for cell in column.distinct)
    ]  # fmt: skip
    keep = np.zeros(len(raw), dtype=bool)
    for column in listed:
        keep |= column.where(lambda cell: cell is not None)
    cells = {
        name: column if keep.all() else column.take(keep)
        for name, column in zip(reversed(names), reversed(listed), strict=True) if name
    }  # fmt: skip
    return raw.index[keep], cells, problems


def _absence(table: str, given: bool, rows: int) -> list[Problem]:
    if rows or not KINDS[table].required:
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
    if KINDS[table].attributes:
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
