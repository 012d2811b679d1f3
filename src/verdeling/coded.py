"""Columns as positions among their distinct cells, so that work is done once per distinct cell.

Tables of millions of rows hold few different ids, years and sources.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.types import infer_dtype

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Positions = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]

_OF_ONE_TYPE = {"string", "integer", "floating", "boolean", "empty"}
"""Kinds of object columns in which equal cells are the same cell; elsewhere 1, 1.0 and True would be one."""


_MOST = 2**62
"""Combinations that can be numbered before numbers overflow; beyond it they are numbered anew."""


@dataclass(frozen=True)
class Coded:
    """A column.

    Parameters
    ----------
    codes : array of int
        Position in `distinct` of each row.
    distinct : list
        The cells, each once; each occurs in some row.
    """

    codes: Positions
    distinct: list[Any]

    def __len__(self) -> int:
        return len(self.codes)

    @classmethod
    def of(cls, cells: pd.Series[Any]) -> Coded:
        """Code the cells of a source; blank ones are NaN, ``None`` or as they are."""
        if cells.dtype == object and infer_dtype(cells, skipna=True) not in _OF_ONE_TYPE:
            return cls(np.arange(len(cells), dtype=np.int32), cells.tolist())
        codes, found = pd.factorize(cells, use_na_sentinel=False)
        return cls(codes.astype(np.int32), list(found.tolist()))

    def recoded(self, values: Sequence[Any]) -> Coded:
        """Column with other values in the place of the present ones; values that became equal are one."""
        position: dict[Any, int] = {}
        merged = [position.setdefault(value, len(position)) for value in values]
        return Coded(np.array(merged, dtype=np.int32)[self.codes], list(position))

    def tolist(self) -> list[Any]:
        """Cells of all rows."""
        return [self.distinct[code] for code in self.codes.tolist()]

    def map(self, change: Callable[[Any], Any]) -> Coded:
        """Column with every value changed."""
        return self.recoded([change(value) for value in self.distinct])

    def take(self, rows: npt.NDArray[Any]) -> Coded:
        """Column of some rows, by position or mask."""
        codes = self.codes[rows]
        used = np.flatnonzero(np.bincount(codes, minlength=len(self.distinct)))
        position = np.empty(len(self.distinct), dtype=np.int32)
        position[used] = np.arange(len(used))
        return Coded(position[codes], [self.distinct[code] for code in used.tolist()])

    def where(self, test: Callable[[Any], bool]) -> Mask:
        """Rows whose value passes a test."""
        return np.array([test(value) for value in self.distinct], dtype=bool)[self.codes]

    def among(self, names: Sequence[str]) -> Mask:
        """Rows whose value, written as text, is one of these names."""
        wanted = np.zeros(len(self.distinct), dtype=bool)
        wanted[[self._written[name] for name in names if name in self._written]] = True
        return wanted[self.codes]

    @cached_property
    def _written(self) -> dict[str, int]:
        return {str(value): code for code, value in enumerate(self.distinct)}

    def array(self, dtype: str) -> Any:
        """Cells of all rows as an array of a pandas dtype."""
        return pd.Series(self.distinct, dtype=dtype).array.take(self.codes)

    def ranks(self) -> Positions:
        """Place of each row's value among the sorted values."""
        ranks = np.empty(len(self.distinct), dtype=np.int32)
        ranks[sorted(range(len(self.distinct)), key=self.distinct.__getitem__)] = np.arange(
            len(self.distinct)
        )
        return ranks[self.codes]


def combined(columns: Sequence[Coded]) -> Coded:
    """One column of the combinations of cells that occur in several columns, as tuples."""
    if len(columns) == 1:
        return Coded(columns[0].codes, [(cell,) for cell in columns[0].distinct])
    codes, first = together(columns)
    parts = [Coded(column.codes[first], column.distinct).tolist() for column in columns]
    return Coded(codes, list(zip(*parts, strict=True)))


def together(columns: Sequence[Coded]) -> tuple[Positions, npt.NDArray[np.intp]]:
    """Number the combinations of cells that occur in several columns.

    Returns
    -------
    array of int
        Combination of each row, numbered by first appearance.
    array of int
        The first row with each combination.
    """
    codes = np.zeros(len(columns[0]), dtype=np.int64)
    count = 1
    for column in columns:
        if count * len(column.distinct) > _MOST:
            codes = pd.factorize(codes)[0]
            count = len(codes)
        codes = codes * len(column.distinct) + column.codes
        count *= len(column.distinct)
    codes = pd.factorize(codes)[0]
    first = np.empty(codes.max(initial=-1) + 1, dtype=np.intp)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    return codes.astype(np.int32), first
