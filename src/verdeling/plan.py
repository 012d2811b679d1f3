"""A finished plan as tidy tables, whoever made it: what is refused, and its numbers as arrays.

Nothing here knows how a plan was found.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from verdeling.errors import InstanceError, Problem, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from verdeling.instance import Instance

Known = dict[str, "pd.Index[Any]"]

PLAN_TABLES: dict[str, tuple[tuple[str, ...], str]] = {
    "placements": (("municipality", "group", "place_type", "year"), "places"),
    "builds": (("project", "year"), "places"),
    "support": (("provider", "municipality", "year"), "hours"),
    "attribution": (("municipality", "supplier", "group", "place_type", "year"), "places"),
    "waiting": (("municipality", "group", "year"), "waiting"),
    "served": (("municipality", "group", "year"), "served"),
    "waiting of a region": (("region", "group", "year"), "waiting"),
    "served of a region": (("region", "group", "year"), "served"),
}
"""The tables of a plan: key columns and the column with the number.

Who waits and who is served are columns of one table; `people` takes it apart."""


@dataclass(frozen=True, eq=False)
class Entries:
    """Numbers at combinations of ids; what is not there is zero.

    Parameters
    ----------
    codes : dict of str to array
        Position of each row's id on its axis, by key column.
    amounts : array
        The number of each row.
    sizes : dict of str to int
        Length of each axis.
    """

    codes: dict[str, NDArray[np.intp]]
    amounts: NDArray[np.float64]
    sizes: dict[str, int]

    def total(self, *keys: str, rows: NDArray[np.bool_] | None = None) -> NDArray[np.float64]:
        """Sum over every other key.

        Parameters
        ----------
        *keys : str
            Axes of the answer, in this order.
        rows : array of bool, optional
            Count only these rows.

        Returns
        -------
        array
            One axis a key, in the unit of the amounts.
        """
        shape = tuple(self.sizes[key] for key in keys)
        codes = tuple(self.codes[key] if rows is None else self.codes[key][rows] for key in keys)
        amounts = self.amounts if rows is None else self.amounts[rows]
        flat = np.ravel_multi_index(codes, shape) if amounts.size else np.empty(0, np.intp)
        sums = np.bincount(flat, weights=amounts, minlength=math.prod(shape))
        return sums.astype(np.float64, copy=False).reshape(shape)


@lru_cache(maxsize=8)
def known_ids(instance: Instance) -> Known:
    """Every id that a plan for an instance can use.

    Parameters
    ----------
    instance : Instance
        Restricted to one scenario.

    Returns
    -------
    dict of str to Index
        By column, in the order of the instance's tables; suppliers and providers sorted.
    """
    tables = instance.tables
    suppliers = {*tables["supply"]["supplier"], *tables["projects"]["supplier"]}
    return {
        "municipality": pd.Index(tables["municipalities"]["municipality"]),
        "region": pd.Index(sorted(set(tables["municipalities"]["region"]))),
        "group": pd.Index(tables["groups"]["group"]),
        "place_type": pd.Index(tables["place_types"]["place_type"]),
        "project": pd.Index(tables["projects"]["project"]),
        "supplier": pd.Index(sorted(suppliers), dtype="str"),
        "provider": pd.Index(sorted(set(tables["support"]["provider"])), dtype="str"),
        "year": pd.Index(instance.about.years, dtype="int64"),
    }


def entries(frame: pd.DataFrame, keys: tuple[str, ...], amount: str, known: Known) -> Entries:
    """Put a tidy table on axes.

    Parameters
    ----------
    frame : DataFrame
        Key columns and a numeric column.
    keys : tuple of str
        Key columns.
    amount : str
        The numeric column.
    known : dict of str to Index
        The axes.

    Returns
    -------
    Entries
        An id that is not on its axis has code -1; a cell that is no number is NaN.
    """
    codes = {key: known[key].get_indexer(_ids(frame[key], key)) for key in keys}
    amounts = pd.to_numeric(frame[amount], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    return Entries(codes, amounts, {key: len(known[key]) for key in keys})


def _ids(column: pd.Series[Any], key: str) -> pd.Index[Any]:
    """Ids as they are written in an instance; a blank supplier is the one that is not known."""
    if key == "year":
        years: pd.Index[Any] = pd.Index(pd.to_numeric(column, errors="coerce"))
        return years
    words = column if column.dtype == "str" else column.astype(str)
    ids: pd.Index[Any] = pd.Index(words.mask(column.isna(), "") if key == "supplier" else words)
    return ids


def read_plan(known: Known, frames: Mapping[str, pd.DataFrame | None]) -> dict[str, Entries]:
    """Read the tables of a plan; a combination without a row is zero.

    Parameters
    ----------
    known : dict of str to Index
        From `known_ids`.
    frames : mapping of str to DataFrame or None
        By name of `PLAN_TABLES`. Other columns than those named there are ignored.

    Returns
    -------
    dict of str to Entries
        Without the tables that are ``None``.

    Raises
    ------
    InstanceError
        If columns are missing, ids are unknown, keys are not unique, or numbers are missing,
        infinite or negative; with all these problems at once.
    """
    read: dict[str, Entries] = {}
    problems: list[Problem] = []
    for name, frame in frames.items():
        if frame is None:
            continue
        keys, amount = PLAN_TABLES[name]
        missing = [column for column in (*keys, amount) if column not in frame]
        if missing:
            problems += [_missing_column(name, column, frame) for column in missing]
            continue
        read[name] = entries(frame, keys, amount, known)
        problems += [
            *_unknown_ids(name, frame, read[name], known),
            *_bad_amounts(name, frame, read[name], amount),
            *_duplicates(name, frame, read[name]),
        ]
    if problems:
        raise InstanceError("The plan cannot be read.", problems)
    return read


def people(waiting: pd.DataFrame | None) -> dict[str, pd.DataFrame | None]:
    """Take apart who waits and who is served, by municipality of origin and for a region as a whole.

    Parameters
    ----------
    waiting : DataFrame or None
        group, region, municipality (blank for the needs of a region as a whole), year, served, waiting.

    Returns
    -------
    dict of str to DataFrame or None
        Frames for `read_plan`.
    """
    if waiting is None or "municipality" not in waiting:
        return {"waiting": waiting, "served": waiting}
    there = waiting["municipality"].fillna("") != ""
    own, wide = waiting[there], waiting[~there]
    return {"waiting": own, "served": own, "waiting of a region": wide, "served of a region": wide}


def _missing_column(table: str, column: str, frame: pd.DataFrame) -> Problem:
    return Problem(
        "missing-column", f"The column {column} is missing.", "Without it a row says nothing.",
        f"Add it. {nearest(column, [str(each) for each in frame.columns])}", table=table, column=column,
    )  # fmt: skip


def _unknown_ids(table: str, frame: pd.DataFrame, read: Entries, known: Known) -> list[Problem]:
    problems = []
    for column, codes in read.codes.items():
        if (codes >= 0).all():
            continue
        first = frame.loc[codes < 0, column].drop_duplicates()
        problems += [
            Problem(
                "unknown-id", f"The {column.replace('_', ' ')} {value} is not in the instance.",
                "What is placed there cannot be checked or counted.",
                f"Mend the row. {nearest(str(value), map(str, known[column]))}",
                table=table, row=str(row), column=column, value=str(value),
            )
            for row, value in first.items()
        ]  # fmt: skip
    return problems


def _bad_amounts(table: str, frame: pd.DataFrame, read: Entries, amount: str) -> list[Problem]:
    bad = ~(np.isfinite(read.amounts) & (read.amounts >= 0))
    return [
        Problem(
            "out-of-range" if value < 0 else "not-a-number", f"{cell} {amount} cannot be given.",
            "A plan states for every row a number of at least zero.",
            "Write the number, or leave the row out where nothing is given.",
            table=table, row=str(row), column=amount, value=str(cell),
        )
        for (row, cell), value in zip(frame.loc[bad, amount].items(), read.amounts[bad], strict=True)
    ]  # fmt: skip


def _duplicates(table: str, frame: pd.DataFrame, read: Entries) -> list[Problem]:
    if _all_differ(read):
        return []
    codes = pd.DataFrame(read.codes)
    again = (codes.duplicated() & (codes >= 0).all(axis=1)).to_numpy()
    keys = frame.loc[again, list(read.codes)]
    return [
        Problem(
            "duplicate-key", f"{', '.join(map(str, values))} has more than one row.",
            "It cannot be known whether the rows add up or replace each other.",
            "Keep one row, with the total.", table=table, row=str(row),
        )
        for row, values in zip(keys.index, keys.to_numpy().tolist(), strict=True)
    ]  # fmt: skip


def _all_differ(read: Entries) -> bool:
    """Whether no two rows have the same keys; unknown ids count as one more id."""
    codes = [read.codes[key] + 1 for key in read.codes]
    flat = np.ravel_multi_index(codes, [size + 1 for size in read.sizes.values()])
    return len(np.unique(flat)) == len(flat)
