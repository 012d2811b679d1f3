"""Changes to the tables of an instance: a cell, a row that is added, or amounts that are multiplied."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from verdeling.errors import InstanceError, Problem, nearest
from verdeling.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from verdeling.instance import Instance


@dataclass(frozen=True)
class Change:
    """Another value in a cell.

    Parameters
    ----------
    table : str
        One of ``verdeling.tables.TABLES``, such as ``supply`` or ``agreements``.
    key : mapping
        Columns and values that find one row, such as ``{"agreement": "A1"}``.
    column : str
        What changes.
    value : object
        What it becomes.
    """

    table: str
    key: Mapping[str, Any]
    column: str
    value: Any


@dataclass(frozen=True)
class NewRow:
    """A row that is added, such as an agreement.

    Parameters
    ----------
    table : str
        One of ``verdeling.tables.TABLES``.
    cells : mapping
        By column; the others get their default.
    """

    table: str
    cells: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Scaling:
    """All amounts in the rows that a key finds, times a factor.

    Whole amounts stay whole: their sum becomes the nearest whole number, and the largest remainders are
    rounded up.

    Parameters
    ----------
    table : str
        One of ``verdeling.tables.TABLES``, such as ``needs``.
    key : mapping
        Columns and values that find at least one row, such as ``{"group": "youth_care"}``.
    column : str
        What is multiplied.
    factor : float
        By what: 1.2 for a fifth more.
    """

    table: str
    key: Mapping[str, Any]
    column: str
    factor: float


def changed(instance: Instance, changes: Sequence[Change | NewRow | Scaling]) -> Instance:
    """An instance with changes, checked anew.

    Raises
    ------
    InstanceError
        If a table, column or row is not there, or a key finds several, with the nearest names; or if
        the tables do not go together after the changes.
    """
    frames: dict[str, pd.DataFrame] = {}
    problems: list[Problem] = []
    for change in changes:
        if change.table not in TABLES:
            problems.append(_unknown("table", change.table, list(TABLES)))
            continue
        frame = frames.get(change.table, instance.tables[change.table])
        if isinstance(change, NewRow):
            found = [
                _unknown("column", name, [*frame], change.table) for name in change.cells if name not in frame
            ]
            frames[change.table] = frame if found else _with_row(frame, change.cells)
        elif isinstance(change, Scaling):
            found = _unscalable(change, frame)
            frames[change.table] = frame if found else _scaled(frame, change)
        else:
            found = _problems(change, frame)
            frames[change.table] = frame if found else _with_cell(frame, change)
        problems += found
    if problems:
        raise InstanceError("The changes cannot be made.", problems)
    return instance.replace(about=None, **frames)


def found_row(instance: Instance, change: Change) -> Mapping[str, Any]:
    """The row that a change is in, as it is; the change was checked."""
    frame = instance.tables[change.table]
    row = frame[_matches(frame, change.key)].iloc[0]
    return {str(column): cell for column, cell in row.items()}


def _with_row(frame: pd.DataFrame, cells: Mapping[str, Any]) -> pd.DataFrame:
    row = pd.DataFrame([dict(cells)], dtype=object)
    return pd.concat([frame.astype(object), row], ignore_index=True)


def _with_cell(frame: pd.DataFrame, change: Change) -> pd.DataFrame:
    values = frame[change.column].astype(object)
    values[_matches(frame, change.key)] = change.value
    return frame.assign(**{change.column: values})


def _scaled(frame: pd.DataFrame, change: Scaling) -> pd.DataFrame:
    values, rows = frame[change.column], _matches(frame, change.key)
    products = values[rows] * change.factor
    if values.dtype.kind == "i":
        whole = np.floor(products)
        left = int(np.floor(products.sum() + 0.5) - whole.sum())
        first = (products - whole).sort_values(ascending=False, kind="stable").index[:left]
        whole[first] += 1
        products = whole.astype(values.dtype)
    return frame.assign(**{change.column: products.reindex(frame.index).fillna(values).astype(values.dtype)})


def _unscalable(change: Scaling, frame: pd.DataFrame) -> list[Problem]:
    """Why amounts cannot be multiplied."""
    strange = [name for name in (*change.key, change.column) if name not in frame]
    if strange:
        return [_unknown("column", name, [*frame], change.table) for name in strange]
    why, problems = "Amounts are multiplied.", []
    if frame[change.column].dtype.kind not in "if":
        what = f"The column {change.column} holds no amounts."
        problems.append(Problem("no-amounts", what, why, "Name a column of numbers.", change.table))
    if not 0 <= change.factor < np.inf:
        what = f"The factor is {change.factor:g}."
        problems.append(Problem("bad-factor", what, why, "Give a number from 0, such as 1.2.", change.table))
    if not _matches(frame, change.key).any():
        said = ", ".join(f"{column} {value}" for column, value in change.key.items())
        what = f"There is no row with {said}."
        problems.append(Problem("unknown-row", what, why, "Name rows that are there.", change.table))
    return problems


def _matches(frame: pd.DataFrame, key: Mapping[str, Any]) -> npt.NDArray[np.bool_]:
    found = np.ones(len(frame), dtype=bool)
    for column, value in key.items():
        found &= (frame[column].astype(str) == str(value)).to_numpy(bool)
    return found


def _problems(change: Change, frame: pd.DataFrame) -> list[Problem]:
    """Why a cell cannot be found."""
    strange = [name for name in (*change.key, change.column) if name not in frame]
    if strange:
        return [_unknown("column", name, [*frame], change.table) for name in strange]
    matches = int(_matches(frame, change.key).sum())
    if matches == 1:
        return []
    absent = [
        _unknown("row", str(value), frame[column].astype(str).unique().tolist(), change.table, column)
        for column, value in change.key.items()
        if not _matches(frame, {column: value}).any()
    ]
    if absent:
        return absent
    said = ", ".join(f"{column} {value}" for column, value in change.key.items()) or "every row"
    what = f"There are {matches} rows with {said}." if matches else f"There is no row with {said} together."
    further = [name for name in TABLES[change.table].key if name not in change.key]
    remedy = f"Say also {' and '.join(further)}." if matches and further else "Add one as a NewRow."
    why = "A change is one of one cell."
    return [Problem("ambiguous-row" if matches else "unknown-row", what, why, remedy, change.table)]


def _unknown(kind: str, name: str, known: Sequence[str], table: str = "", column: str = "") -> Problem:
    what = f"There is no {column or kind} {name}."
    why = "A change to what is not there would change nothing."
    return Problem(f"unknown-{kind}", what, why, nearest(name, known), table, column=column, value=name)
