"""A two-way table in whole numbers with both margins kept: controlled rounding.

Every cell becomes its floor or its ceiling, and so does every total that is not given. Where the
given totals are sums of the table that is always possible, since the table itself is a flow
through a network whose bounds are whole numbers (M. Bacharach, Matrix rounding problems,
*Management Science* 12(9), 1966, 732–742, doi:10.1287/mnsc.12.9.732; L. H. Cox & L. R. Ernst,
Controlled rounding, *INFOR* 20(4), 1982, 423–432, doi:10.1080/03155986.1982.11731877).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from verdeling.errors import PolicyError, Problem
from verdeling.rounding.apportionment import READ
from verdeling.rounding.picking import UnreachableError, pick

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Wholes = NDArray[np.int64]
    Flags = NDArray[np.bool_]
    Totals = pd.Series | Sequence[int] | NDArray[Any]

MOST = 10**12
"""The largest amount and the largest total."""

_NOTHING = 2.0**-40
"""Of a unit. What is nearer than this to a whole number is that number."""

_GRID = 2.0**30
"""Parts of a unit are compared in so many steps."""

_HEADLINE = "The table cannot be rounded."


def round_table(
    table: pd.DataFrame, *, row_totals: Totals | None = None, column_totals: Totals | None = None
) -> pd.DataFrame:
    """Round a table of members × classes to whole numbers with both margins kept.

    Of all such tables it is the one nearest to the amounts: the sum of the squared differences of
    all cells and of all totals that are not given is the least, and so is that of the absolute
    differences. Parts of a unit are compared to 2⁻³⁰; of tables that are then equally near, one
    is taken in which larger members are rounded up in earlier classes. Only among equal members
    does the order of the rows matter.

    Parameters
    ----------
    table : DataFrame
        Amounts, not negative, by member (index) and class (columns).
    row_totals : Series or sequence of int, optional
        By member. Not given: each row adds up to the floor or the ceiling of its sum.
    column_totals : Series or sequence of int, optional
        By class. Not given: each column adds up to the floor or the ceiling of its sum. Where
        neither is given, everything adds up to the sum of the table to the nearest, a half up.

    Returns
    -------
    DataFrame of int64
        With the index and the columns of the table.

    Raises
    ------
    PolicyError
        If amounts are negative, missing or infinite, totals do not fit the table or each other,
        or no floors and ceilings add up to them. The last cannot happen where totals are sums of
        the table. It can where both were rounded by themselves: give one, and read off the other.

    Examples
    --------
    >>> amounts = {"low": [1.4, 3.4, 0.2], "high": [0.4, 1.3, 0.3]}
    >>> round_table(pd.DataFrame(amounts, index=["Borne", "Hengelo", "Losser"]))
             low  high
    Borne      1     1
    Hengelo    4     1
    Losser     0     0
    """
    amounts = _numbers(table.to_numpy().ravel()).reshape(table.shape)
    row_given = _read(row_totals, table.index, "row")
    column_given = _read(column_totals, table.columns, "column")
    problems = [
        *_bad_cells(amounts, table),
        *_bad_totals(row_given, table.index, "row"),
        *_bad_totals(column_given, table.columns, "column"),
    ]
    if problems or (problems := _unequal(row_given, column_given)):
        raise PolicyError(_HEADLINE, problems)
    order = _order(amounts, row_given)
    amounts = amounts[order]
    rows = _margin(amounts, None if row_given is None else row_given[order], table.index[order], "row")
    columns = _margin(np.ascontiguousarray(amounts.T), column_given, table.columns, "column")
    whole = np.empty(amounts.shape, dtype=np.int64)
    whole[order] = _round(amounts, rows, columns)
    return pd.DataFrame(whole, index=table.index, columns=table.columns)


@dataclass(frozen=True)
class _Margin:
    """Totals of rows or of columns: ``highest``, or where there is a ``part`` of a unit perhaps one less."""

    highest: Wholes
    part: Floats
    given: bool
    names: pd.Index[Any]
    kind: str


def _margin(lines: Floats, given: Floats | None, names: pd.Index[Any], kind: str) -> _Margin:
    if given is not None:
        return _Margin(given.astype(np.int64), np.zeros(given.size), True, names, kind)
    units, part = _split(lines.sum(axis=1))
    return _Margin(units + (part > 0), part, False, names, kind)


def _split(amounts: Floats) -> tuple[Wholes, Floats]:
    """Whole units, and parts of a unit; what cannot be told from a whole number is one."""
    near = np.rint(amounts)
    whole = np.abs(amounts - near) <= 2.0**-READ * amounts + _NOTHING
    units = np.where(whole, near, np.floor(amounts))
    return units.astype(np.int64), np.where(whole, 0.0, amounts - units)


def _order(amounts: Floats, rows: Floats | None) -> NDArray[np.intp]:
    """Larger members first, whatever the order of the rows."""
    keys = [*amounts.T[::-1], amounts.sum(axis=1), *([] if rows is None else [rows])]
    return np.lexsort([-key for key in keys])


def _round(amounts: Floats, rows: _Margin, columns: _Margin) -> Wholes:
    """Pick the cells that are rounded up.

    A row and a column of slack are picked where a total becomes its floor. With them every row
    and every column has a known number of picks. Picking is fast where there are few columns.
    """
    if amounts.shape[0] < amounts.shape[1]:
        return _round(np.ascontiguousarray(amounts.T), columns, rows).T
    units, part = _split(amounts)
    grand = _grand(amounts, rows, columns)
    gain = np.full((rows.highest.size + 1, columns.highest.size + 1), -np.inf)
    gain[:-1, :-1] = np.where(part > 0, np.rint(part * _GRID), -np.inf)
    gain[:-1, -1] = np.where(rows.part > 0, np.rint(-rows.part * _GRID), -np.inf)
    gain[-1, :-1] = np.where(columns.part > 0, np.rint(-columns.part * _GRID), -np.inf)
    row_picks = np.append(rows.highest - units.sum(axis=1), columns.highest.sum() - grand)
    column_picks = np.append(columns.highest - units.sum(axis=0), rows.highest.sum() - grand)
    can = np.isfinite(gain)
    if problems := [
        *_out_of_reach(row_picks, can.sum(axis=1), rows, columns),
        *_out_of_reach(column_picks, can.sum(axis=0), columns, rows),
    ]:
        raise PolicyError(_HEADLINE, problems)
    try:
        return units + pick(gain, row_picks, column_picks)[:-1, :-1]
    except UnreachableError as error:
        raise PolicyError(_HEADLINE, [_unreachable(error, rows, columns)]) from error


def _grand(amounts: Floats, rows: _Margin, columns: _Margin) -> int:
    for margin in (rows, columns):
        if margin.given:
            return int(margin.highest.sum())
    total = np.sort(amounts, axis=None).sum(keepdims=True)
    return int(_split(2 * total)[0][0] + 1) // 2


def _read(totals: Totals | None, names: pd.Index[Any], kind: str) -> Floats | None:
    """Totals in the order of the table."""
    if totals is None:
        return None
    if isinstance(totals, pd.Series):
        if not (
            totals.index.is_unique and names.is_unique and totals.index.symmetric_difference(names).empty
        ):
            odd = (
                totals.index.symmetric_difference(names).tolist()
                or totals.index[totals.index.duplicated()].tolist()
            )
            raise PolicyError(_HEADLINE, [_strangers(", ".join(map(str, odd[:5])), kind)])
        totals = totals.reindex(names)
    values = _numbers(totals)
    if values.size != names.size:
        raise PolicyError(_HEADLINE, [_strangers(f"{values.size} totals for {names.size} {kind}s", kind)])
    return values


def _numbers(values: Totals) -> Floats:
    """Floating point numbers; NaN for what is missing or no number."""
    return pd.to_numeric(pd.Series(values), errors="coerce").to_numpy(dtype=float, na_value=np.nan)


def _strangers(odd: str, kind: str) -> Problem:
    return Problem(
        "totals-misaligned",
        f"The {kind} totals and the {kind}s of the table are not the same: {odd}.",
        f"Every {kind} has one total.",
        f"Give one total for each {kind}, under its name.",
    )


def _bad_cells(amounts: Floats, table: pd.DataFrame) -> list[Problem]:
    return [
        Problem(
            "bad-cell",
            f"The amount of {table.index[row]} in {table.columns[column]} is {_said(amounts[row, column])}.",
            "Only amounts that are known and not negative can be rounded.",
            f"Give an amount from 0 to {MOST:,}.",
            row=str(table.index[row]),
            value=f"{amounts[row, column]:g}",
        )
        for row, column in np.argwhere(~((amounts >= 0) & (amounts <= MOST))).tolist()
    ]


def _bad_totals(totals: Floats | None, names: pd.Index[Any], kind: str) -> list[Problem]:
    if totals is None:
        return []
    return [
        Problem(
            "bad-total",
            f"The {kind} total of {names[at]} is {_said(totals[at])}.",
            "A table of whole numbers has whole totals.",
            f"Give a whole number from 0 to {MOST:,}, or leave the {kind} totals out.",
            value=f"{totals[at]:g}",
        )
        for at in np.flatnonzero(~((totals >= 0) & (totals <= MOST) & (totals == np.floor(totals)))).tolist()
    ]


def _said(number: float) -> str:
    return "missing or no number" if np.isnan(number) else f"{number:g}"


def _unequal(rows: Floats | None, columns: Floats | None) -> list[Problem]:
    if rows is None or columns is None or rows.sum() == columns.sum():
        return []
    return [
        Problem(
            "margins-differ",
            f"The row totals add up to {rows.sum():.0f}, the column totals to {columns.sum():.0f}.",
            "Both are the total of the whole table.",
            "Make them add up to the same, or give one of them.",
        )
    ]


def _out_of_reach(picks: Wholes, can: Wholes, margin: _Margin, across: _Margin) -> list[Problem]:
    """Lines that cannot have their number of picks; the last line is the slack of the other margin."""
    problems = []
    for at in np.flatnonzero((picks < 0) | (picks > can)).tolist():
        if at < margin.highest.size:
            total, least = int(margin.highest[at]), int(margin.highest[at] - picks[at])
            what = f"The {margin.kind} total of {margin.names[at]} is {total}"
            cells = f"its cells can add up to {least} to {least + int(can[at])}"
        else:
            most = int(across.highest.sum())
            what = f"The {margin.kind} totals add up to {most - int(picks[at])}"
            cells = f"the {across.kind}s can add up to {most - int(can[at])} to {most}"
        problems.append(
            Problem(
                "total-out-of-reach",
                f"{what}; {cells}.",
                "Cells, and totals that are not given, become the next whole number below or above.",
                f"Scale the amounts to the {margin.kind} totals first, or leave those out.",
            )
        )
    return problems


def _unreachable(error: UnreachableError, rows: _Margin, columns: _Margin) -> Problem:
    """Columns that get too few picks at best, or if slack is among them the others, with too many."""
    few = rows.given or not error.columns[-1]
    named = columns.names[error.columns[:-1] if few else ~error.columns[:-1]]
    said = ", ".join(map(str, named[:5])) + (f" and {named.size - 5} more" if named.size > 5 else "")
    return Problem(
        "totals-out-of-reach",
        f"Together the {columns.kind} totals of {said} are {error.short} too {'high' if few else 'low'}.",
        "No whole numbers next to the amounts add up to all row totals and all column totals.",
        "Give totals that are sums of the table, or give fewer, and read the others off.",
    )
