"""Tables of a result beside those that the same plan gives when it is read again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from verdeling.certifying.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from verdeling.program import Floats

NEAR = 1e-6
"""Numbers that are not whole are compared to this, relative to ``max(1, |value|)``."""

LEFT_OUT = 1e-6
"""Tables of fractional plans leave out amounts up to a tenth of this; sums miss that for each of them."""

TIGHT = "tight"
"""A column that says whether two numbers are as good as equal: it can turn on rounding."""


def differences(
    stated: Mapping[str, pd.DataFrame],
    found: Mapping[str, pd.DataFrame],
    sizes: Mapping[str, Floats],
) -> Iterator[Fault]:
    """Cells of tables that are not what they should be, each with its line and column.

    Parameters
    ----------
    stated : mapping of str to DataFrame
        Tables of a result.
    found : mapping of str to DataFrame
        The same tables, worked out again.
    sizes : mapping of str to array
        Of some tables by row: how much a sum can change when all that it adds up changes by one.
    """
    for name, table in found.items():
        if name not in stated:
            yield Fault("no_table", f"{name}.csv")
        elif len(stated[name]) != len(table):
            about = {"found": len(stated[name]), "expected": len(table)}
            yield Fault("rows", f"{name}.csv", about=about)
        else:
            yield from _cells(name, stated[name], table, LEFT_OUT * sizes.get(name, np.zeros(len(table))))


def _cells(name: str, stated: pd.DataFrame, found: pd.DataFrame, room: Floats) -> Iterator[Fault]:
    for column in found:
        if column not in stated:
            yield Fault("no_column", f"{name}.csv", column=str(column))
            continue
        one, other = stated[column].to_numpy(), found[column].to_numpy()
        wrong = _differ(one, other, room)
        if column == TIGHT:
            wrong &= ~_on_the_edge(stated, room)
        for row in np.flatnonzero(wrong).tolist():
            about = {"found": one[row], "expected": other[row]}
            yield Fault("cell", f"{name}.csv", str(row + 2), str(column), about)


def _differ(one: np.ndarray, other: np.ndarray, room: Floats) -> np.ndarray:
    """Which values are not the same, numbers but for rounding."""
    if one.dtype.kind == "f" or other.dtype.kind == "f":
        numbers: list[Floats] = [each.astype(np.float64) for each in (one, other)]
        both = np.isnan(numbers[0]) & np.isnan(numbers[1])
        near = NEAR * np.maximum(1.0, np.abs(numbers[1])) + room
        return ~both & ~(np.abs(numbers[0] - numbers[1]) <= near)
    if one.dtype.kind == "b" or other.dtype.kind in "iu":
        return np.asarray(one != other, dtype=bool)
    return np.array([str(mine) != str(its) for mine, its in zip(one, other, strict=True)], dtype=bool)


def _on_the_edge(rows: pd.DataFrame, room: Floats) -> np.ndarray:
    """Rows of which use and limit are as near as makes them tight, but for rounding."""
    apart = (rows["limit"] - rows["use"]).abs().to_numpy()
    near = NEAR * rows["limit"].abs().clip(lower=1.0).to_numpy()
    return np.abs(apart - near) <= 0.9 * near + room
