"""A columnar linear program: blocks of columns, families of rows, and what each of them means.

Columns and rows are stated as whole tables. The index of a block or family is a DataFrame with a
column per dimension (``municipality``, ``year`` …) that holds positions, never ids; a column or row
of the program is found back by its position in that table.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from verdeling.entries import Entries, stacked, summed
from verdeling.entries import Floats as Floats
from verdeling.entries import Integers as Integers
from verdeling.errors import Problem, SolverError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scipy import sparse

Limit: TypeAlias = float | Floats | pd.Series

_BOUNDS = ("column_lower", "column_upper", "whole", "row_lower", "row_upper")


@dataclass(frozen=True)
class Block:
    """Columns of one kind, or rows of one family.

    Parameters
    ----------
    name : str
        The kind of column or the family of rows.
    start : int
        Position of the first one in the program.
    index : DataFrame
        One row for each, one column per dimension.
    unit : str
        Unit of the columns, or of the rows' two sides.
    """

    name: str
    start: int
    index: pd.DataFrame
    unit: str

    @cached_property
    def terms(self) -> pd.DataFrame:
        """The index with ``column`` (position in the program) and ``coefficient`` (1), of columns."""
        return self.index.assign(column=self.positions, coefficient=1.0)

    @property
    def stop(self) -> int:
        """Position after the last one."""
        return self.start + len(self.index)

    def same(self, other: Block) -> bool:
        """Whether another block is of the same columns or rows, at the same place."""
        about, others = ((each.name, each.start, each.unit) for each in (self, other))
        return about == others and (self.index is other.index or self.index.equals(other.index))

    @property
    def positions(self) -> Integers:
        """Positions in the program, in the order of the index."""
        return np.arange(self.start, self.stop)


@dataclass(frozen=True)
class Objective:
    """A linear expression to minimise: Σ coefficients · columns + constant."""

    columns: Integers
    coefficients: Floats
    constant: float = 0.0

    def value(self, point: Floats) -> float:
        """Value at a point of the program."""
        return float(self.coefficients @ point[self.columns]) + self.constant


_GOAL = pd.DataFrame({"goal": [0]})

NOTHING = Objective(np.empty(0, dtype=np.int64), np.empty(0))
"""The objective of a question about feasibility alone."""


@dataclass(frozen=True)
class Mark:
    """A program as it once was: its blocks, families and entries, and its bounds."""

    column_blocks: dict[str, Block]
    row_blocks: list[Block]
    entries: list[Entries]
    bounds: dict[str, npt.NDArray[Any]]


@dataclass(frozen=True)
class Part:
    """Columns and rows that were added to a program, which had a shape before."""

    shape: tuple[int, int]
    column_blocks: tuple[Block, ...]
    row_blocks: tuple[Block, ...]
    entries: tuple[Entries, ...]
    bounds: dict[str, npt.NDArray[Any]]

    def same_columns(self, other: Part) -> bool:
        """Whether the columns are the same at the same place, but perhaps for bounds."""
        blocks = self.column_blocks, other.column_blocks
        return (
            self.shape[0] == other.shape[0]
            and len(blocks[0]) == len(blocks[1])
            and all(
                one.name == another.name and one.index.equals(another.index)
                for one, another in zip(*blocks, strict=True)
            )
        )


class Program:
    """A linear program that grows; bounds may change, entries never do."""

    def __init__(self) -> None:
        self.column_blocks: dict[str, Block] = {}
        self.row_blocks: list[Block] = []
        self.column_lower: Floats = np.empty(0)
        self.column_upper: Floats = np.empty(0)
        self.whole: npt.NDArray[np.bool_] = np.empty(0, dtype=bool)
        self.row_lower: Floats = np.empty(0)
        self.row_upper: Floats = np.empty(0)
        self._entries: list[Entries] = []

    def __repr__(self) -> str:
        return f"Program({self.column_count} columns, {self.row_count} rows)"

    @property
    def column_count(self) -> int:
        """Number of columns."""
        return len(self.column_lower)

    @property
    def row_count(self) -> int:
        """Number of rows."""
        return len(self.row_lower)

    @property
    def shape(self) -> tuple[int, int]:
        """Number of columns and of rows."""
        return self.column_count, self.row_count

    @property
    def bounds(self) -> Floats:
        """Lower and upper bounds, a row each, of the columns and then the rows."""
        columns, rows = (self.column_lower, self.column_upper), (self.row_lower, self.row_upper)
        return np.concatenate([columns, rows], axis=1)

    @property
    def entries(self) -> tuple[Entries, ...]:
        """Entries of the families, in their order."""
        return tuple(self._entries)

    def add_columns(
        self,
        name: str,
        index: pd.DataFrame,
        *,
        unit: str,
        lower: Limit = 0.0,
        upper: Limit = np.inf,
        whole: bool = False,
    ) -> pd.DataFrame:
        """Add a block of columns and return its terms.

        Parameters
        ----------
        name : str
            Kind of column; a program has each kind once.
        index : DataFrame
            One row a column of the program, one column a dimension.
        unit : str
            Unit of the columns.
        lower, upper : float or array
            Bounds.
        whole : bool
            Whether they are whole numbers when places are whole.

        Returns
        -------
        DataFrame
            The index with ``column`` (position in the program) and ``coefficient`` (1).

        Raises
        ------
        ValueError
            If the kind is there already or an index occurs twice.
        """
        if name in self.column_blocks:
            raise ValueError(f"The program has columns {name!r} already.")
        _refuse_duplicates(name, index)
        size = len(index)
        self.column_blocks[name] = Block(name, self.column_count, index.reset_index(drop=True), unit)
        self.column_lower = np.append(self.column_lower, _limits(lower, size))
        self.column_upper = np.append(self.column_upper, _limits(upper, size))
        self.whole = np.append(self.whole, np.full(size, whole))
        return self.terms(name)

    def terms(self, name: str) -> pd.DataFrame:
        """Terms of a kind of column: its index, ``column`` and ``coefficient`` 1; empty if there is none."""
        block = self.column_blocks.get(name)
        if block is None:
            return pd.DataFrame({"column": np.empty(0, dtype=np.int64), "coefficient": np.empty(0)})
        return block.terms.copy(deep=False)

    def add_rows(
        self,
        family: str,
        index: pd.DataFrame,
        terms: Sequence[pd.DataFrame],
        *,
        unit: str,
        lower: Limit = -np.inf,
        upper: Limit = np.inf,
    ) -> Block:
        """Add a family of rows ``lower ≤ Σ terms ≤ upper``.

        Parameters
        ----------
        family : str
            Name of the family.
        index : DataFrame
            One row a row of the program, one column a dimension.
        terms : sequence of DataFrame
            Each with the dimensions of the index, ``column`` and ``coefficient``; terms of the
            same row and column add up.
        unit : str
            Unit of both sides.
        lower, upper : float or array
            Bounds in the order of the index.

        Raises
        ------
        ValueError
            If an index occurs twice or a term belongs to no row.
        """
        entries = entries_of(family, index, terms)
        return self.add_entries(family, index, entries, unit=unit, lower=lower, upper=upper)

    def add_entries(
        self,
        family: str,
        index: pd.DataFrame,
        entries: Entries,
        *,
        unit: str,
        lower: Limit,
        upper: Limit,
    ) -> Block:
        """Add a family of rows whose entries are known, as from `entries_of`."""
        block = Block(family, self.row_count, index.reset_index(drop=True), unit)
        self._entries.append(entries)
        self.row_blocks.append(block)
        self.row_lower = np.append(self.row_lower, _limits(lower, len(index)))
        self.row_upper = np.append(self.row_upper, _limits(upper, len(index)))
        return block

    def add_row(self, family: str, objective: Objective, *, upper: float) -> Block:
        """Add one row ``objective ≤ upper``, without its constant, as a family on the index ``goal``."""
        columns = objective.columns
        entries = summed(np.zeros(len(columns), dtype=np.int64), columns, objective.coefficients, 1)
        return self.add_entries(family, _GOAL, entries, unit="goal", lower=-np.inf, upper=upper)

    def entries_from(self, first_row: int = 0) -> Entries:
        """Entries of the rows from ``first_row`` on, which must begin a family."""
        pairs = zip(self.row_blocks, self._entries, strict=True)
        return stacked([entries for block, entries in pairs if block.start >= first_row])

    def matrix(self, first_row: int = 0) -> sparse.csr_array:
        """The same as a sparse matrix, rows × columns of the program."""
        return self.entries_from(first_row).matrix(self.column_count)

    def added_since(self, mark: Mark) -> Part:
        """What was added since a mark."""
        columns, rows = len(mark.bounds["column_lower"]), len(mark.bounds["row_lower"])
        return Part(
            (columns, rows),
            tuple(self.column_blocks.values())[len(mark.column_blocks) :],
            tuple(self.row_blocks[len(mark.row_blocks) :]),
            tuple(self._entries[len(mark.entries) :]),
            {name: getattr(self, name)[rows if "row" in name else columns :].copy() for name in _BOUNDS},
        )

    def add_part(self, part: Part) -> None:
        """Add columns and rows that stood in a program with the same columns before them."""
        if part.shape[0] != self.column_count:
            raise ValueError("The part refers to other columns.")
        further = self.row_count - part.shape[1]
        self.column_blocks.update((block.name, block) for block in part.column_blocks)
        self.row_blocks += [replace(block, start=block.start + further) for block in part.row_blocks]
        self._entries += part.entries
        for name, values in part.bounds.items():
            setattr(self, name, np.concatenate([getattr(self, name), values]))

    def mark(self) -> Mark:
        """Remember the program as it is."""
        bounds = {name: getattr(self, name).copy() for name in _BOUNDS}
        return Mark(dict(self.column_blocks), [*self.row_blocks], [*self._entries], bounds)

    def rewind(self, mark: Mark) -> None:
        """Make it what it was at a mark."""
        self.column_blocks = dict(mark.column_blocks)
        self.row_blocks, self._entries = [*mark.row_blocks], [*mark.entries]
        for name, values in mark.bounds.items():
            setattr(self, name, values.copy())

    def families(self) -> Mapping[str, list[Block]]:
        """Blocks of rows by the name of their family."""
        found: dict[str, list[Block]] = {}
        for block in self.row_blocks:
            found.setdefault(block.name, []).append(block)
        return found


def entries_of(family: str, index: pd.DataFrame, terms: Sequence[pd.DataFrame]) -> Entries:
    """Entries of the rows of an index from their terms.

    Parameters
    ----------
    family : str
        Named when something is refused.
    index : DataFrame
        One row a row of the program, one column a dimension.
    terms : sequence of DataFrame
        As of `Program.add_rows`.

    Raises
    ------
    ValueError
        If an index occurs twice or a term belongs to no row.
    """
    _refuse_duplicates(family, index)
    used = [term for term in terms if len(term)]
    return _stack([locate(term, index, family) for term in used], used, len(index))


def locate(frame: pd.DataFrame, index: pd.DataFrame, family: str = "") -> Integers:
    """Row of ``index`` that each row of ``frame`` belongs to, by the dimensions of the index.

    Raises
    ------
    ValueError
        If one belongs to none: tables that are not aligned are refused, not guessed.
    """
    found = find(frame, index)
    if (found < 0).any():
        stray = frame[found < 0].iloc[0].to_dict()
        raise ValueError(f"Family {family!r}: a term belongs to no row, for instance {stray}.")
    return found


def find(frame: pd.DataFrame, index: pd.DataFrame) -> Integers:
    """Like `locate`, with -1 where there is no such row."""
    dimensions = list(index.columns)
    if not dimensions:
        return np.zeros(len(frame), dtype=np.int64)
    wanted, known = keys(frame, index)
    if np.array_equal(wanted, known):
        return np.arange(len(known))
    if np.array_equal(known, np.arange(len(known))):
        return np.where(wanted < len(known), wanted, -1)
    return np.asarray(pd.Index(known).get_indexer(pd.Index(wanted)), dtype=np.int64)


def keys(frame: pd.DataFrame, index: pd.DataFrame) -> tuple[Integers, Integers]:
    """One number for each row of two tables with the same dimensions; equal rows get equal numbers."""
    left = np.zeros(len(frame), dtype=np.int64)
    right = np.zeros(len(index), dtype=np.int64)
    for dimension in index.columns:
        a, b = frame[dimension].to_numpy(np.int64), index[dimension].to_numpy(np.int64)
        lowest = min(a.min(initial=0), b.min(initial=0))
        width = max(a.max(initial=0), b.max(initial=0)) - lowest + 1
        left, right = left * width + (a - lowest), right * width + (b - lowest)
    return left, right


def _refuse_duplicates(name: str, index: pd.DataFrame) -> None:
    if len(index) < 2:
        return
    single = keys(index, index.iloc[:0])[0] if len(index.columns) else np.zeros(len(index))
    if len(np.unique(single)) < len(index):
        raise ValueError(f"{name!r}: the index has the same row twice.")


def _limits(limit: Limit, size: int) -> Floats:
    values = np.broadcast_to(np.asarray(limit, dtype=np.float64), (size,))
    if np.isnan(values).any():
        raise SolverError(
            "The program cannot be stated.",
            [
                Problem(
                    "nan-bound",
                    "A bound is not a number.",
                    "An unknown bound would be ignored silently.",
                    "Report this with the instance: validation should have refused it.",
                )
            ],
        )
    return np.array(values)


def _stack(rows: list[Integers], terms: list[pd.DataFrame], count: int) -> Entries:
    """Entries of `count` rows from their terms, of which the rows are known."""
    return summed(
        np.concatenate([np.empty(0, dtype=np.int64), *rows]),
        np.concatenate([np.empty(0, dtype=np.int64), *(term["column"].to_numpy(np.int64) for term in terms)]),
        np.concatenate([np.empty(0), *(term["coefficient"].to_numpy(np.float64) for term in terms)]),
        count,
    )
