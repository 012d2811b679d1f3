"""An instance: what is to be divided, among whom, under which limits."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from verdeling.about import About, state
from verdeling.boundaries import Boundaries, read_boundaries
from verdeling.checks import check, settle
from verdeling.drawn import Drawn
from verdeling.errors import InstanceError, Problem, nearest
from verdeling.shown import Shown
from verdeling.validation import validate

if TYPE_CHECKING:
    import pandas as pd

    from verdeling.pictures.plots import InstancePlots
    from verdeling.validation import Draft

__all__ = ["About", "Instance", "Tables"]

_REFUSED = "The instance cannot be used."


class Tables(Mapping[str, "pd.DataFrame"]):
    """Tables by name; each look-up gives a copy, so that nothing can change an instance.

    Parameters
    ----------
    frames : mapping of str to DataFrame
        The tables.
    """

    def __init__(self, frames: Mapping[str, pd.DataFrame]) -> None:
        self._frames = dict(frames)
        self._digests: dict[str, str] = {}

    def __getitem__(self, table: str) -> pd.DataFrame:
        return self._frames[table].copy(deep=False)  # pandas copies what is written to

    def __iter__(self) -> Iterator[str]:
        return iter(self._frames)

    def __len__(self) -> int:
        return len(self._frames)

    def replaced(self, frames: Mapping[str, pd.DataFrame]) -> Tables:
        """These tables, with others in the place of some."""
        tables = Tables({**self._frames, **frames})
        tables._digests = {name: digest for name, digest in self._digests.items() if name not in frames}
        return tables

    def shares(self, other: Tables, tables: Iterable[str]) -> bool:
        """Whether some tables were taken over from others, or these from them, as `replaced` does."""
        return all(self._frames[table] is other._frames[table] for table in tables)

    def digest(self, table: str) -> str:
        """SHA-256 of the content of a table in hexadecimal; the order of columns does not matter."""
        if table not in self._digests:
            frame, content = self._frames[table], hashlib.sha256()
            for column in sorted(frame.columns):
                cells = zip(frame[column].tolist(), frame[column].isna(), strict=True)
                values = [None if missing else value for value, missing in cells]
                content.update(json.dumps([table, column, values]).encode())
            self._digests[table] = content.hexdigest()
        return self._digests[table]


@dataclass(frozen=True, eq=False, repr=False)
class Instance(Shown):
    """Tables that were read, compared with each other and found sound. Build one with `from_tables`.

    Two instances are equal when they have the same content; the order of rows and columns is not
    content, and outlines are not: they are drawn, and nothing is divided by them.

    Parameters
    ----------
    about : About
        Title, years and origin.
    tables : Mapping of str to DataFrame
        Every table of `TABLES` with all its columns, typed, blank cells replaced by their default,
        sorted by key. There is no NaN except in longitude and latitude. ``region`` is filled in
        every row of needs and support.
    boundaries : Boundaries, optional
        Outlines of municipalities, for maps.
    """

    about: About
    tables: Tables
    boundaries: Boundaries | None = None

    plot: ClassVar[Drawn[InstancePlots]] = Drawn("InstancePlots")
    """Its pictures."""

    @classmethod
    def from_tables(
        cls,
        tables: Mapping[str, pd.DataFrame | None],
        about: About | Mapping[str, Any] | None = None,
        boundaries: Mapping[str, Any] | None = None,
    ) -> Instance:
        """Read tables of raw or typed cells.

        Parameters
        ----------
        tables : mapping of str to DataFrame
            By name, with the columns of `TABLES`. Row labels say where a problem stands.
        about : About or mapping, optional
            Where it has no years, these are the years that occur in needs.
        boundaries : mapping, optional
            GeoJSON; see `verdeling.boundaries.read_boundaries`.

        Returns
        -------
        Instance
            The same content, typed.

        Raises
        ------
        InstanceError
            If anything is wrong; it carries every problem that was found.
        """
        drafts, problems = validate(tables)
        shapes, ids = None, drafts["municipalities"].distinct("municipality")
        if boundaries is not None and ids:
            shapes, found = read_boundaries(boundaries, ids)
            problems = [*problems, *found]
        stated, drafts = _checked(drafts, problems, about)
        return cls(stated, Tables({name: draft.frame for name, draft in drafts.items()}), shapes)

    def __getitem__(self, table: str) -> pd.DataFrame:
        return self.tables[table]

    def replace(
        self, *, about: About | Mapping[str, Any] | None = None, **tables: pd.DataFrame | None
    ) -> Instance:
        """Instance with other tables in the place of some, checked anew.

        Parameters
        ----------
        about : About or mapping, optional
            In the place of the present one.
        **tables : DataFrame or None
            By name; ``None`` takes an optional table away.

        Returns
        -------
        Instance
            A new instance.

        Raises
        ------
        InstanceError
            If the tables do not go together.
        """
        drafts, problems = validate(tables, known=self._drafts)
        stated, drafts = _checked(drafts, problems, about or self.about)
        shapes = self.boundaries and self.boundaries.only(drafts["municipalities"].distinct("municipality"))
        return Instance(stated, self.tables.replaced({name: drafts[name].frame for name in tables}), shapes)

    @cached_property
    def _drafts(self) -> dict[str, Draft]:
        """The tables as drafts, to be compared with others in the place of some."""
        return validate(self.tables)[0]

    @cached_property
    def scenarios(self) -> tuple[str, ...]:
        """Names of the scenarios that occur in any table, sorted."""
        columns = [frame["scenario"] for frame in self.tables.values() if "scenario" in frame]
        return tuple(sorted({name for column in columns for name in column.unique()} - {""}))

    def in_scenario(self, name: str | None = None) -> Instance:
        """Instance of one scenario: its rows and those of every scenario, the column ``scenario`` blank.

        Parameters
        ----------
        name : str, optional
            The scenario; by default that of `about`, or the only one there is.

        Returns
        -------
        Instance
            With `name` as the scenario of its `about`. An instance without scenarios is returned as
            it is.

        Raises
        ------
        InstanceError
            If there is no such scenario, or there are several and none is chosen.
        """
        if not self.scenarios and name in (None, self.about.scenario):
            return self
        chosen = self._choose(name)
        frames = {}
        for table, frame in self.tables.items():
            if "scenario" in frame:
                rows = frame[frame["scenario"].isin(["", chosen])].assign(scenario="")
                frames[table] = rows.reset_index(drop=True)
        about = self.about.model_copy(update={"scenario": chosen})
        return Instance(about, self.tables.replaced(frames), self.boundaries)

    def _choose(self, name: str | None) -> str:
        chosen = name or self.about.scenario or (self.scenarios[0] if len(self.scenarios) == 1 else "")
        if chosen in self.scenarios:
            return chosen
        what = f"There is no scenario {chosen}." if chosen else "No scenario was chosen."
        why = (
            "Rows of different scenarios cannot hold together."
            if self.scenarios
            else "No row names a scenario."
        )
        remedy = f"Name one, or set scenario in about. {nearest(chosen, self.scenarios)}"
        raise InstanceError(_REFUSED, [Problem("unknown-scenario", what, why, remedy, value=chosen)])

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the content in hexadecimal; the order of rows and columns does not matter."""
        content = hashlib.sha256(self.about.model_dump_json().encode())
        for table in self.tables:
            content.update(self.tables.digest(table).encode())
        return content.hexdigest()

    def __eq__(self, other: object) -> bool:
        return self.digest == other.digest if isinstance(other, Instance) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        years = self.about.years
        span = str(years[0]) if len(years) == 1 else f"{years[0]}-{years[-1]}"
        rows = ", ".join(
            f"{len(frame)} {name.replace('_', ' ')}" for name, frame in self.tables.items() if len(frame)
        )
        named = f", scenarios {', '.join(self.scenarios)}" if self.scenarios else ""
        return f"<Instance {self.about.title!r}, {span}: {rows}{named}>"


def _checked(
    drafts: Mapping[str, Draft], problems: list[Problem], about: About | Mapping[str, Any] | None
) -> tuple[About, dict[str, Draft]]:
    """What an instance is about, and its tables, compared with each other.

    Raises
    ------
    InstanceError
        If anything is wrong, before or now.
    """
    settled = settle(drafts)
    stated, found = state(about, sorted(settled["needs"].distinct("year")))
    found += check(settled, stated.years if stated else (), stated.scenario if stated else "")
    if problems or found or stated is None:
        raise InstanceError(_REFUSED, [*problems, *found])
    return stated, settled
