"""The rules of distribution, family by family: the mathematics of ``models/formulation.md``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import numpy as np
import pandas as pd

from verdeling.clauses import WITHOUT_PLACES, Clause, clauses
from verdeling.program import Limit, Program, entries_of, find, keys

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from verdeling.entries import Entries
    from verdeling.numbering import Numbered
    from verdeling.program import Floats

    Amounts: TypeAlias = Callable[["Model"], Floats]
    """An amount for each row, made of the data of a model."""
    Limits: TypeAlias = Callable[["Model"], tuple[Limit, Limit]]
    """Lower and upper limits of rows, made of the data of a model."""

T = TypeVar("T")


@dataclass(frozen=True)
class Shares:
    """Fair shares of the three tasks, one number a municipality, summing to 1 per region."""

    load: Floats
    built: Floats
    support: Floats


@dataclass(frozen=True)
class Model:
    """A program under construction, with the numbers that its rows are made of.

    Parameters
    ----------
    data : Numbered
        Tables with positions for ids.
    shares : Shares
        Fair shares of the tasks.
    program : Program
        What has been stated so far.
    """

    data: Numbered
    shares: Shares
    program: Program

    def terms(self, name: str) -> pd.DataFrame:
        """Terms of a kind of variable, with the ``region`` of its municipality or origin."""
        terms = self.program.terms(name)
        if "origin" in terms:
            return terms.assign(region=self.data.region_of_origin[terms["origin"]])
        if "municipality" in terms:
            return terms.assign(region=self.data.region_of_origin[terms["municipality"]])
        return terms

    @cached_property
    def clauses(self) -> list[Clause]:
        """The agreements."""
        return clauses(self.data)

    def of_family(self, name: str) -> Stated:
        """The rows of a family, of which the limits are made of the amounts of a model."""
        rows = FAMILIES[name].state(self)
        return Stated(rows.index, entries_of(name, rows.index, rows.terms), rows.limits)

    @cached_property
    def named_suppliers(self) -> tuple[int, ...]:
        """Suppliers that an agreement about places names."""
        placing = [clause for clause in self.clauses if clause.measure not in WITHOUT_PLACES]
        return tuple(sorted({position for clause in placing for position in clause.positions("supplier")}))

    def of_each_clause(self, make: Callable[[Model, Clause], T]) -> list[T]:
        """What is made of each agreement: of it, and of the data of the model."""
        return [make(self, clause) for clause in self.clauses]

    @cached_property
    def penalties(self) -> Floats:
        """Penalty per unit of each bound of the agreements; infinite for a hard one."""
        return np.repeat([clause.penalty for clause in self.clauses], [len(c.index) for c in self.clauses])

    @cached_property
    def build_terms(self) -> pd.DataFrame:
        """Terms of ``build`` with the municipality, place_type and supplier of the project."""
        build = self.program.terms("build")
        if build.empty:
            return build
        projects = self.data.projects[["municipality", "place_type", "supplier", "cost_per_place"]]
        return build.join(projects, on="project")

    @cached_property
    def delivered(self) -> pd.DataFrame:
        """Places that projects offer in a year: delivered then, and turnover of what was delivered before.

        Columns municipality, place_type, supplier, year, column, coefficient.
        """
        build = self.build_terms
        if build.empty:
            return build
        turnover = self.data.place_types["turnover"].to_numpy()
        years = pd.DataFrame({"offered": np.arange(self.data.years)})
        offered = build.merge(years, how="cross")
        offered = offered[offered["offered"] >= offered["year"]]
        later = offered["offered"] > offered["year"]
        coefficient = np.where(later, turnover[offered["place_type"]], 1.0)
        offered = offered.assign(coefficient=coefficient, year=offered["offered"]).drop(columns="offered")
        used: pd.DataFrame = offered[offered["coefficient"] > 0]
        return used

    @cached_property
    def hours_in_use(self) -> pd.DataFrame:
        """Hours per week that a place uses in the years after it was given.

        Columns group, municipality, place_type, year, region, column, coefficient (hours per week).
        """
        place = self.terms("place")
        hours, span = (self.data.groups[name].to_numpy() for name in ("support_hours", "support_years"))
        used: list[pd.DataFrame] = []
        for age in range(self.data.years):
            weight = hours * np.clip(span - age, 0.0, 1.0)
            coefficient = weight[place["group"]]
            kept = (coefficient > 0) & (place["year"] + age < self.data.years)
            used.append(place.assign(coefficient=coefficient, year=place["year"] + age).loc[kept])
        return pd.concat(used, ignore_index=True)


@dataclass(frozen=True)
class Rows:
    """Rows ``lower ≤ Σ terms ≤ upper`` on an index; with other amounts the terms stay what they are."""

    index: pd.DataFrame
    terms: Sequence[pd.DataFrame]
    limits: Limits


@dataclass(frozen=True)
class Stated:
    """Rows with their entries."""

    index: pd.DataFrame
    entries: Entries
    limits: Limits


@dataclass(frozen=True)
class Family:
    """A family of rows: how it is stated, and the unit of its two sides."""

    state: Callable[[Model], Rows]
    unit: str


MOVES = ("local_origin", "local_host")
"""Families that are stated only when a goal counts moves."""

FAMILIES: dict[str, Family] = {}
"""Families in the order in which they are stated, by the name of their function."""


def family(unit: str) -> Callable[[Callable[[Model], Rows]], Callable[[Model], Rows]]:
    """Register a function as a family of rows under its own name."""

    def register(state: Callable[[Model], Rows]) -> Callable[[Model], Rows]:
        FAMILIES[state.__name__] = Family(state, unit)
        return state

    return register


def add_family(model: Model, name: str) -> None:
    """State one family of rows."""
    rows, unit = model.of_family(name), FAMILIES[name].unit
    lower, upper = rows.limits(model)
    model.program.add_entries(name, rows.index, rows.entries, unit=unit, lower=lower, upper=upper)


def at_most(limit: Limit | Amounts) -> Limits:
    """Limits of rows from above."""
    return lambda model: (-np.inf, limit(model) if callable(limit) else limit)


def at_least(limit: Limit) -> Limits:
    """Limits of rows from below."""
    return lambda model: (limit, np.inf)


def exactly(limit: Limit | Amounts) -> Limits:
    """Limits of rows from both sides."""

    def both(model: Model) -> tuple[Limit, Limit]:
        value = limit(model) if callable(limit) else limit
        return value, value

    return both


def minus(terms: pd.DataFrame) -> pd.DataFrame:
    """The same terms with the opposite sign."""
    return terms.assign(coefficient=-terms["coefficient"])


def distinct(*frames: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Each combination of dimensions that occurs, once, in order."""
    filled = [frame[by] for frame in frames if len(frame)]
    found = pd.concat(filled) if filled else pd.DataFrame(columns=by, dtype=np.int64)
    _, first = np.unique(keys(found, found)[0], return_index=True)
    return found.iloc[first].reset_index(drop=True)


def within(terms: pd.DataFrame, index: pd.DataFrame) -> pd.DataFrame:
    """Terms that belong to a row of the index; the others touch nothing that the family is about."""
    return terms[find(terms, index) >= 0] if len(terms) else terms


def amounts(table: pd.DataFrame, column: str, index: pd.DataFrame) -> Floats:
    """Sum of a column of a table for each row of the index; zero where the table has no row."""
    known = table[find(table, index) >= 0]
    sums = np.bincount(find(known, index), weights=known[column].to_numpy(np.float64), minlength=len(index))
    return sums.astype(np.float64)


def amounts_of(table: str, column: str, index: pd.DataFrame) -> Amounts:
    """The sum of a column of a table of the data for each row of the index."""
    return lambda model: amounts(getattr(model.data, table), column, index)


# Variables


def add_variables(model: Model) -> None:
    """State the variables, none for a combination that is ruled out beforehand."""
    for add in VARIABLES.values():
        add(model)


def add_places(model: Model) -> None:
    """State who is placed, who waits and what is built."""
    data, program = model.data, model.program
    place = _place_index(data)
    program.add_columns("place", place, unit="places", whole=True)
    queue = _queue_index(data)
    hosted = place.assign(region=data.region_of_origin[place["municipality"]])
    reach = distinct(hosted, by=["region", "group", "year"])
    served = queue[find(queue.assign(region=data.region_of_origin[queue["origin"]]), reach) >= 0]
    program.add_columns("served", served, unit="households", whole=True)
    program.add_columns("waiting", queue, unit="households", whole=True)
    years = pd.DataFrame({"year": np.arange(data.years)})
    build = data.projects[["project", "year"]].rename(columns={"year": "first"}).merge(years, how="cross")
    program.add_columns("build", build.query("year >= first")[["project", "year"]], unit="places", whole=True)
    minimum = data.projects.loc[data.projects["min_places"] > 0, ["project"]]
    program.add_columns("open", minimum, unit="projects", upper=1.0, whole=True)


def add_hours(model: Model) -> None:
    """State the hours of support that each offer gives in each municipality."""
    model.program.add_columns("support", _support_index(model.data), unit="hours per week")


def add_loads(model: Model) -> None:
    """State the load of each municipality."""
    data = model.data
    hosts = pd.DataFrame({"municipality": np.arange(len(data.municipalities))})
    model.program.add_columns("load", hosts, unit="load", whole=bool((data.groups["burden"] % 1 == 0).all()))


def add_moves(model: Model) -> None:
    """State the households that are housed in their own municipality, for goals that count moves."""
    municipalities = len(model.data.municipalities)
    served = model.program.terms("served").rename(columns={"origin": "municipality"})
    served = served[served["municipality"] < municipalities]
    place = model.program.terms("place")
    dimensions = ["group", "municipality", "year"]
    index = distinct(served, by=dimensions)
    index = index[find(index, distinct(place, by=dimensions)) >= 0]
    model.program.add_columns("local", index, unit="households", whole=True)
    for name in MOVES:
        add_family(model, name)


VARIABLES: dict[str, Callable[[Model], None]] = {"places": add_places, "hours": add_hours, "loads": add_loads}
"""What states variables, in this order."""


def _place_index(data: Numbered) -> pd.DataFrame:
    spot = ["municipality", "place_type", "year"]
    years = pd.DataFrame({"year": np.arange(data.years)})
    planned = data.projects.rename(columns={"year": "first"}).merge(years, how="cross").query("year >= first")
    available = distinct(data.offered, planned, by=spot)
    place = data.suitability[["group", "place_type"]].merge(available, on="place_type")
    asked = data.asking.assign(region=data.region_of_origin[data.asking["origin"]])
    asked = asked.groupby(["region", "group"], as_index=False).agg(first=("first", "min"))
    place = place.assign(region=data.region_of_origin[place["municipality"]]).merge(
        asked, on=["region", "group"]
    )
    dimensions = ["group", *spot]
    return place.query("year >= first")[dimensions].sort_values(dimensions).reset_index(drop=True)


def _queue_index(data: Numbered) -> pd.DataFrame:
    years = pd.DataFrame({"year": np.arange(data.years)})
    queue = data.asking.merge(years, how="cross").query("year >= first")
    return queue[["group", "origin", "year"]].reset_index(drop=True)


def _support_index(data: Numbered) -> pd.DataFrame:
    hosts = data.municipalities[["region"]].assign(host=np.arange(len(data.municipalities)))
    reached = data.offers.merge(hosts, on="region")
    reached = reached[(reached["municipality"] < 0) | (reached["municipality"] == reached["host"])]
    return reached[["offer", "host", "year"]].rename(columns={"host": "municipality"}).reset_index(drop=True)


# Families of rows


@family(unit="households")
def queue(model: Model) -> Rows:
    """waiting[g, i, t] − waiting[g, i, t−1] + served[g, i, t] = needs[g, i, t]."""
    waiting, served = model.program.terms("waiting"), model.program.terms("served")
    index = waiting[["group", "origin", "year"]]
    carried = within(minus(waiting.assign(year=waiting["year"] + 1)), index)
    return Rows(index, [waiting, carried, served], exactly(amounts_of("needs", "households", index)))


@family(unit="places")
def pool(model: Model) -> Rows:
    """Σ_i served[g, i, t] = Σ_jk place[g, j, k, t] in each region."""
    served, place = model.terms("served"), model.terms("place")
    index = distinct(served, place, by=["region", "group", "year"])
    return Rows(index, [served, minus(place)], exactly(0.0))


@family(unit="places")
def capacity(model: Model) -> Rows:
    """Σ_g place[g, j, k, t] ≤ supply[j, k, t] + delivered[j, k, t]."""
    place = model.program.terms("place")
    index = distinct(place, by=["municipality", "place_type", "year"])
    offered = within(model.delivered, index)
    return Rows(index, [place, minus(offered)], at_most(amounts_of("supply", "places", index)))


@family(unit="places")
def project(model: Model) -> Rows:
    """Σ_t build[p, t] ≤ max_places[p], or ≤ max_places[p] · open[p] where the project has a minimum."""
    projects = model.data.projects
    limited = model.program.terms("open")
    most = projects["max_places"].to_numpy(np.float64)
    opened = limited.assign(coefficient=-most[limited["project"]])
    upper = np.where(projects["min_places"] > 0, 0.0, most)
    return Rows(projects[["project"]], [model.program.terms("build"), opened], at_most(upper))


@family(unit="places")
def project_minimum(model: Model) -> Rows:
    """Σ_t build[p, t] ≥ min_places[p] · open[p]."""
    limited = model.program.terms("open")
    index = limited[["project"]]
    fewest = model.data.projects["min_places"].to_numpy(np.float64)
    opened = limited.assign(coefficient=-fewest[limited["project"]])
    return Rows(index, [within(model.program.terms("build"), index), opened], at_least(0.0))


@family(unit="hours per week")
def support(model: Model) -> Rows:
    """Σ hours in use[j, t] ≤ Σ_o support[o, j]; no rows where support is not limited."""
    used = model.hours_in_use if len(model.data.offers) else model.hours_in_use.iloc[:0]
    index = distinct(used, by=["municipality", "year"])
    return Rows(index, [used, minus(within(model.program.terms("support"), index))], at_most(0.0))


@family(unit="hours per week")
def provider(model: Model) -> Rows:
    """Σ_j support[o, j] ≤ hours[o]."""
    hours = model.data.offers["hours"].to_numpy()
    return Rows(model.data.offers[["offer"]], [model.program.terms("support")], at_most(hours))


@family(unit="load")
def load(model: Model) -> Rows:
    """load[j] − Σ_gkt burden[g] · place[g, j, k, t] = 0."""
    place = model.program.terms("place")
    burden = model.data.groups["burden"].to_numpy()[place["group"]]
    weighed = place.assign(coefficient=-burden)[burden > 0]
    terms = model.program.terms("load")
    return Rows(terms[["municipality"]], [terms, weighed], exactly(0.0))


@family(unit="households")
def local_origin(model: Model) -> Rows:
    """local[g, j, t] ≤ served[g, j, t]."""
    local = model.program.terms("local")
    index = local[["group", "municipality", "year"]]
    served = model.program.terms("served").rename(columns={"origin": "municipality"})
    return Rows(index, [local, minus(within(served, index))], at_most(0.0))


@family(unit="households")
def local_host(model: Model) -> Rows:
    """local[g, j, t] ≤ Σ_k place[g, j, k, t]."""
    local = model.program.terms("local")
    index = local[["group", "municipality", "year"]]
    return Rows(index, [local, minus(within(model.program.terms("place"), index))], at_most(0.0))
