"""Columns of numbers as tables that can be read: in the notation of the language, and added up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from verdeling.language import number, percent, say
from verdeling.reporting.page.parts import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verdeling.language import Language

_LARGE = 1000
"""From here on the decimals of a count do not matter."""

_WHOLE = 0.05
"""What is nearer to whole numbers than this is shown as one."""


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

    def cells(self, lang: Language, *, total: bool) -> list[str]:
        """Each value as it is read and, where asked, their sum."""
        values = np.asarray(self.values, dtype=float)
        shown = [*values, values.sum()] if total else [*values]
        if self.kind == "share":
            told = [percent(value, lang, 1, fixed=True) for value in shown]
        else:
            decimals = 2 if self.kind == "ratio" else _decimals(values)
            told = [number(value, lang, decimals, fixed=True) for value in shown]
        return [*told[:-1], ""] if total and not self.summed else told


def _decimals(values: np.ndarray) -> int:
    """None for what is large or whole."""
    known = values[np.isfinite(values)]
    whole = np.abs(known - known.round()) < _WHOLE
    return 0 if whole.all() or np.abs(known).max(initial=0) >= _LARGE else 1


def numbers(
    caption: str,
    heading: str,
    names: Sequence[str],
    columns: Sequence[Column],
    lang: Language,
    *,
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
    total : bool
        Whether sums stand below.
    """
    first = [*names, say("heading.total", lang)] if total else names
    cells = [column.cells(lang, total=total) for column in columns]
    rows = [list(row) for row in zip(first, *cells, strict=True)]
    headings = [heading, *(column.heading for column in columns)]
    return Table(caption, headings, rows, total=total, note=note, estimated=estimated)
