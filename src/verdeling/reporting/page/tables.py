"""Columns of numbers as tables that can be read: in the notation of the language, and added up."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

import numpy as np

from verdeling.language import number, percent, say, sentence
from verdeling.reporting.page.parts import Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from verdeling.language import Language

_LARGE = 100
"""From here on the decimals of a count do not matter."""

_WHOLE = 0.05
"""What is nearer to whole numbers than this is shown as one."""

NO_WORDS: Mapping[str, Sequence[str]] = MappingProxyType({})
"""No columns of words."""


@dataclass(frozen=True)
class Column:
    """A column of numbers.

    Parameters
    ----------
    heading : str
        What they are.
    values : sequence of float
        One a row.
    kind : {"count", "share", "ratio"}
        How they are written: in whole numbers or with one decimal, as a percentage, or with two decimals.
    summed : bool
        Whether their sum means something.
    """

    heading: str
    values: Sequence[float]
    kind: Literal["count", "share", "ratio"] = "count"
    summed: bool = True

    def cells(self, lang: Language, decimals: int, *, total: bool) -> list[str]:
        """Each value as it is read and, where asked, their sum; counts with so many decimals."""
        values = np.asarray(self.values, dtype=float)
        shown = [*values, values.sum()] if total else [*values]
        if self.kind == "share":
            told = [percent(value, lang, 1, fixed=True) for value in shown]
        else:
            decimals = 2 if self.kind == "ratio" else decimals
            told = [number(value, lang, decimals, fixed=True) for value in shown]
        return [*told[:-1], ""] if total and not self.summed else told


def _decimals(columns: Sequence[Column]) -> int:
    """Of the counts of a table: none where they are whole, or large; the same in every column."""
    counts = [value for column in columns if column.kind == "count" for value in column.values]
    known = np.array([value for value in counts if np.isfinite(value)])
    whole = np.abs(known - known.round()) < _WHOLE
    return 0 if whole.all() or np.abs(known).max(initial=0) >= _LARGE else 1


def numbers(
    caption: str,
    heading: str,
    names: Sequence[str],
    columns: Sequence[Column],
    lang: Language,
    *,
    words: Mapping[str, Sequence[str]] = NO_WORDS,
    total: bool = False,
    note: str = "",
    estimated: bool = False,
) -> Table:
    """A table with a name and numbers in each row.

    Parameters
    ----------
    caption, note, estimated
        As of `Table`.
    heading : str
        What the names are of.
    names : sequence of str
        One a row.
    columns : sequence of Column
        The numbers.
    lang : {"nl", "en"}
        Language.
    words : mapping of str to sequence of str
        Columns of words, after the numbers, by their headings.
    total : bool
        Whether sums stand below.
    """
    first = [*names, sentence(say("heading.total", lang))] if total else names
    decimals = _decimals(columns)
    cells = [column.cells(lang, decimals, total=total) for column in columns]
    cells += [[*column, ""] if total else [*column] for column in words.values()]
    rows = [list(row) for row in zip(first, *cells, strict=True)]
    headings = [heading, *(column.heading for column in columns), *words]
    worded = range(1 + len(columns), len(headings))
    return Table(caption, headings, rows, worded, total=total, note=note, estimated=estimated)
