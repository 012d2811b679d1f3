"""The instance beside which a list is read, also one that is not complete yet."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from verdeling.about import state
from verdeling.adapters import read_raw
from verdeling.adapters.places import name_of
from verdeling.adapters.raw import plain
from verdeling.errors import InstanceError, Problem
from verdeling.instance import Instance
from verdeling.mapping.resolving import DIMENSIONS
from verdeling.tables import TABLES
from verdeling.validation import read_rows

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Mapping, Sequence


@dataclass(frozen=True, eq=False)
class Beside:
    """Tables that are there, and what they name.

    Parameters
    ----------
    tables : dict of str to DataFrame
        Cells as they stand; tables that are still to be made are absent.
    about : dict
        Fields of `About`.
    boundaries : object, optional
        Outlines, as they stand.
    years : tuple of int
        The horizon.
    typed : dict of str to DataFrame
        Tables that were looked at, with typed cells; those that are absent have no rows.
    """

    tables: dict[str, pd.DataFrame]
    about: dict[str, Any]
    boundaries: Any
    years: tuple[int, ...]
    typed: dict[str, pd.DataFrame]

    @property
    def known(self) -> Iterator[tuple[str, str, Sequence[Any]]]:
        """Dimension, id and names of everything that can be named."""
        for table, dimension in DIMENSIONS.items():
            frame = self.typed[table]
            other = frame["name_nl"] if "name_nl" in frame else frame["name"]
            for identifier, *names in zip(frame[dimension], frame["name"], other, strict=True):
                yield dimension, identifier, names

    @property
    def regions(self) -> list[str]:
        """Regions of the municipalities."""
        return sorted(set(self.typed["municipalities"]["region"]))

    @property
    def scenarios(self) -> set[str]:
        """Scenarios of the tables that were looked at."""
        frames = [frame for frame in self.typed.values() if "scenario" in frame]
        return {name for frame in frames for name in frame["scenario"]} - {""}

    def members(self, region: str) -> pd.DataFrame:
        """Municipalities of a region with what a key can use, ``fair_share`` included where it is known."""
        towns = self.typed["municipalities"]
        towns = towns[towns["region"] == region]
        shares = self.typed["fair_shares"].set_index("municipality")["share"]
        return towns.assign(fair_share=towns["municipality"].map(shares)) if len(shares) else towns

    def joined(self, tables: Mapping[str, pd.DataFrame], about: Mapping[str, Any] | None = None) -> Instance:
        """The instance with tables in the place of some.

        Raises
        ------
        InstanceError
            If they do not go together.
        """
        return Instance.from_tables(
            {**self.tables, **tables}, {**self.about, **(about or {})}, self.boundaries
        )


def beside(into: Instance | str | os.PathLike[str], years: Sequence[int] | None = None) -> Beside:
    """Look at the instance that a list is about.

    Parameters
    ----------
    into : Instance or path-like
        It may lack tables that are still to be made; municipalities, groups and place types it must have.
    years : sequence of int, optional
        The horizon, where the instance does not state it.

    Returns
    -------
    Beside

    Raises
    ------
    InstanceError
        If it cannot be read, or nothing says what its years are.
    """
    if isinstance(into, Instance):
        found = Beside(plain(into), into.about.model_dump(), None, into.about.years, {})
        boundaries = into.boundaries and json.loads(json.dumps(into.boundaries.geojson()))
        return replace(found, boundaries=boundaries, typed={name: into[name] for name in _LOOKED_AT})
    raw = read_raw(into)
    typed, problems = {}, []
    for name in _LOOKED_AT:
        draft, wrong = read_rows(name, raw.tables.get(name))
        problems += [each for each in wrong if name in DIMENSIONS or each.code not in _STILL_TO_BE_MADE]
        typed[name] = draft.frame if not wrong else _empty(name)
    in_needs = sorted({int(year) for year in typed["needs"]["year"]})
    stated, wrong = state(raw.about, years or in_needs)
    problems += wrong
    if stated is None and not problems:
        problems.append(
            Problem("no-years", "Nothing says what the years are.", "Needs and plans are about years.",
                    "State years in about, or with --years 2026-2030.", "about")
        )  # fmt: skip
    if problems or stated is None:
        raise InstanceError(f"{Path(name_of(into)).name} cannot be joined with a list.", problems)
    about = {**raw.about, "years": stated.years}
    return Beside(raw.tables, about, raw.boundaries, stated.years, typed)


_STILL_TO_BE_MADE = ("missing-table", "empty-table")
_LOOKED_AT = (*DIMENSIONS, "needs", "supply", "projects", "support", "fair_shares")


def _empty(table: str) -> pd.DataFrame:
    return pd.DataFrame(columns=TABLES[table].columns)
