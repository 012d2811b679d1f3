"""Agreements as clauses: what each is about, in positions, and the rows it stands for."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from verdeling.program import find
from verdeling.scopes import SCOPE, split

if TYPE_CHECKING:
    from verdeling.numbering import Numbered
    from verdeling.program import Floats

WITHOUT_PLACES = ("support_hours", "built", "share_of_built")
"""Measures that count no places given, so that a supplier in their scope needs no variables."""


@dataclass(frozen=True)
class Clause:
    """An agreement, with one row for each combination that a ``*`` in its scope stands for.

    Parameters
    ----------
    agreement : str
        Its id.
    measure, sense, value : str, str, float
        What is bounded, how, and by how much.
    penalty : float
        Per unit that it is missed; infinite for a hard one.
    fixed : dict of str to tuple of int
        Positions that count, per dimension that names some; they count together.
    index : DataFrame
        One row a bound: ``bound``, its position among all bounds, and a column for each ``*``.
    """

    agreement: str
    measure: str
    sense: str
    value: float
    penalty: float
    fixed: dict[str, tuple[int, ...]]
    index: pd.DataFrame

    def names(self, dimension: str) -> bool:
        """Whether the scope says anything about a dimension."""
        return dimension in self.fixed or dimension in self.index

    def positions(self, dimension: str) -> tuple[int, ...]:
        """Positions that the scope reaches in a dimension; none when it says nothing about it."""
        if dimension in self.index:
            return tuple(self.index[dimension].unique().tolist())
        return self.fixed.get(dimension, ())

    def about_the_same(self, other: Clause) -> bool:
        """Whether another agreement bounds the same, but perhaps otherwise."""
        about, others = ((each.agreement, each.measure, each.fixed) for each in (self, other))
        return about == others and self.index.equals(other.index)

    def reach(self, frame: pd.DataFrame, dimensions: tuple[str, ...] = SCOPE) -> pd.DataFrame:
        """Rows of a frame in the scope, each with its ``bound``; a row counts for every bound it falls under.

        Parameters
        ----------
        frame : DataFrame
            With a column for some of the dimensions; a dimension that it lacks does not restrict.
        dimensions : tuple of str
            Those that count.
        """
        if frame.empty:
            return frame
        kept = np.ones(len(frame), dtype=bool)
        for dimension, positions in self.fixed.items():
            if dimension in dimensions and dimension in frame:
                kept &= frame[dimension].isin(positions).to_numpy()
        shared = [name for name in self.index if name in dimensions and name in frame]
        reached = frame[kept]
        if len(shared) < len(self.index.columns) - 1:  # several bounds are told apart by nothing here
            bounds = self.index[["bound", *shared]]
            return reached.merge(bounds, on=shared) if shared else reached.merge(bounds, how="cross")
        at = find(reached, self.index[shared])
        return reached[at >= 0].assign(bound=self.index["bound"].to_numpy()[at[at >= 0]])

    def sum(self, frame: pd.DataFrame, column: str, dimensions: tuple[str, ...] = SCOPE) -> Floats:
        """Sum of a column over the rows that each bound reaches."""
        reached = self.reach(frame, dimensions)
        if reached.empty:
            return np.zeros(len(self.index))
        place = reached["bound"].to_numpy() - self.index["bound"].iloc[0]
        sums = np.bincount(place, weights=reached[column].to_numpy(np.float64), minlength=len(self.index))
        return sums.astype(np.float64)


def clauses(data: Numbered) -> list[Clause]:
    """Agreements of an instance in canonical order."""
    rows = [
        {str(column): cell for column, cell in row.items()}
        for row in data.instance.tables["agreements"].to_dict("records")
    ]
    found: list[Clause] = []
    start = 0
    for row in sorted(rows, key=itemgetter("measure", "sense", "value", "text", "agreement")):
        fixed, each = _scope(row, data)
        index = _combinations(fixed, each, data)
        index = index.assign(bound=start + np.arange(len(index)))
        start += len(index)
        penalty = np.inf if row["strength"] == "hard" else float(row["strength"])
        found.append(
            Clause(row["agreement"], row["measure"], row["sense"], float(row["value"]), penalty, fixed, index)
        )
    return found


def bound_scopes(found: list[Clause], data: Numbered) -> pd.DataFrame:
    """What each bound is about, as ids in text: agreement, the dimensions of `SCOPE`, provider."""
    columns = ["agreement", *SCOPE, "provider"]
    tables = [pd.DataFrame(columns=columns, dtype="str")]
    for clause in found:
        table = pd.DataFrame("", index=range(len(clause.index)), columns=columns, dtype="str")
        table["agreement"] = clause.agreement
        for dimension in SCOPE:
            kind = id_kind(dimension, clause.measure)
            ids = data.ids[kind].astype(str).to_numpy()
            if dimension in clause.fixed:
                table[kind] = "; ".join(ids[list(clause.fixed[dimension])])
            elif dimension in clause.index:
                table[kind] = ids[clause.index[dimension].to_numpy()]
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def id_kind(dimension: str, measure: str) -> str:
    """Whose ids stand in a dimension of a scope: suppliers of support are providers."""
    return "provider" if (dimension, measure) == ("supplier", "support_hours") else dimension


def _scope(row: dict[str, Any], data: Numbered) -> tuple[dict[str, tuple[int, ...]], dict[str, list[int]]]:
    """Positions that count together, and those of which each has a bound, per dimension."""
    fixed: dict[str, tuple[int, ...]] = {}
    each: dict[str, list[int]] = {}
    for dimension in SCOPE:
        names = split(str(row[dimension]))
        if not names:
            continue
        position = {
            str(label): place for place, label in enumerate(data.ids[id_kind(dimension, row["measure"])])
        }
        if names == ("*",):
            each[dimension] = [place for label, place in position.items() if label]
        else:
            known = [position[name] for name in names if name in position]  # others: of another scenario
            fixed[dimension] = tuple(sorted(known))
    return fixed, each


def _combinations(
    fixed: dict[str, tuple[int, ...]], each: dict[str, list[int]], data: Numbered
) -> pd.DataFrame:
    """One row for each combination; regions and municipalities that do not meet are left out."""
    if not each:
        return pd.DataFrame(index=range(1))
    grid = np.meshgrid(*(np.array(places, dtype=np.int64) for places in each.values()), indexing="ij")
    index = pd.DataFrame({name: axis.ravel() for name, axis in zip(each, grid, strict=True)})
    hosts = np.arange(len(data.ids["municipality"]))
    region = data.region_of_origin[hosts]
    counted = np.ones(len(hosts), dtype=bool)
    for dimension, places in (("region", region), ("municipality", hosts)):
        if dimension in fixed:
            counted &= np.isin(places, fixed[dimension])
    if "municipality" in index:
        host = index["municipality"].to_numpy()
        met = counted[host] & (region[host] == index.get("region", region[host]))
        index = index[met]
    elif "region" in index:
        index = index[index["region"].isin(region[counted])]
    return index.reset_index(drop=True)
