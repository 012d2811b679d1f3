"""Totals that are skipped, held against the rows that are read: a witness that no row was lost."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from verdeling.mapping.meaning import plain, shown
from verdeling.mapping.sources import Notice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from verdeling.mapping.meaning import Held
    from verdeling.mapping.sources import Sheet

_ROUNDING = Fraction(1, 100)


def unlike_totals(
    sheet: Sheet, column: int, rows: Sequence[int], skipped: Iterable[int], meant: Callable[[Any], Held]
) -> Iterator[Notice]:
    """Numbers in skipped rows that are not what the rows above them add up to.

    Parameters
    ----------
    sheet : Sheet
        Where they stand.
    column : int
        Of numbers that can be added up.
    rows, skipped : sequence of int
        Rows of data, and rows that were skipped.
    meant : callable
        What a cell of the column means.

    Yields
    ------
    Notice
        For each number that is neither the sum of all rows above it nor of those since the skipped row
        before it. A column with estimates, or with a cell that cannot be read, tells nothing.
    """
    totals = {row: stated for row in sorted(skipped) if (stated := _number(meant(_cell(sheet, row, column))))}
    if not totals:
        return
    held = {row: meant(_cell(sheet, row, column)) for row in rows}
    if any(each.estimated or each.problem is not None for each in held.values()):
        return
    numbers = {row: _number(each) for row, each in held.items()}
    since = 0
    for total, stated in totals.items():
        every = sum((number for row, number in numbers.items() if row < total), Fraction(0))
        lately = sum((number for row, number in numbers.items() if since < row < total), Fraction(0))
        since = total
        if abs(stated - every) >= _ROUNDING and abs(stated - lately) >= _ROUNDING:
            detail = f"{shown(plain(stated))} ≠ {shown(plain(every))}"
            yield Notice("total", sheet.address(total, column), detail)


def _cell(sheet: Sheet, row: int, column: int) -> Any:
    line = sheet.lines[row - 1]
    return line[column - 1] if column <= len(line) else None


def _number(held: Held) -> Fraction:
    """Number of a cell; nothing counts for zero."""
    value = held.value
    return Fraction(str(value)) if isinstance(value, int | float) else Fraction(0)
