"""Every limit of an instance on the tables of a plan, in exact numbers: no tolerance on places.

Numbers in tables are decimal texts, and are taken as these. It states each family of
`models/formulation.md` on finished numbers, and never uses the code that states them to a solver.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pandas as pd

from verdeling.certifying.decimals import exactly

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from verdeling.instance import Instance

    Sums = defaultdict[Any, Fraction]
    Cells = dict[str, Any]

NOTHING = Fraction(0)


@dataclass(frozen=True)
class Compared:
    """One limit with what the plan does about it, exactly.

    Parameters
    ----------
    family : str
        As in `models/formulation.md`, or ``whole`` or ``suitability``.
    scope : str
        What it is about.
    done, limit : Fraction
        The two sides.
    sense : str
        How `done` should relate to `limit`: ``<=``, ``>=`` or ``=``.
    unit : str
        Of both.
    table : str
        Table of the result in which the numbers stand.
    size : Fraction
        Of the numbers that were added up, where that is more than the limit: rounding goes by it.
    """

    family: str
    scope: str
    done: Fraction
    limit: Fraction
    sense: str
    unit: str
    table: str = "placements"
    size: Fraction = NOTHING

    @property
    def excess(self) -> Fraction:
        """By how much it is missed; not above zero where it holds."""
        over = self.done - self.limit
        return {"<=": over, ">=": -over, "=": abs(over)}[self.sense]


@dataclass(frozen=True, eq=False)
class Facts:
    """An instance and a plan as rows of cells, numbers as fractions.

    Parameters
    ----------
    tables : mapping of str to list
        Tables of the instance.
    plan : mapping of str to list
        Tables of the plan.
    years : list of int
        The horizon.
    shares : dict
        Fair share of each municipality.
    whole : bool
        Whether places are whole.
    """

    tables: Mapping[str, list[Cells]]
    plan: Mapping[str, list[Cells]]
    years: list[int]
    shares: Mapping[str, Fraction]
    whole: bool

    @property
    def region(self) -> dict[str, str]:
        """Region of each municipality."""
        return {row["municipality"]: row["region"] for row in self.tables["municipalities"]}

    def by(self, table: str, key: str) -> dict[Any, Cells]:
        """Rows of a table of the instance by an id."""
        return {row[key]: row for row in self.tables[table]}

    def offered(self) -> list[Cells]:
        """Places that come free, of projects too: municipality, place_type, supplier, year, places."""
        turnover = {row["place_type"]: row["turnover"] for row in self.tables["place_types"]}
        found = [*self.tables["supply"]]
        projects = self.by("projects", "project")
        for built in self.plan["builds"]:
            project = projects[built["project"]]
            about = {name: project[name] for name in ("municipality", "place_type", "supplier")}
            for year in self.years:
                part = 1 if year == built["year"] else turnover[about["place_type"]]
                if year >= built["year"]:
                    found.append({**about, "year": year, "places": part * built["places"]})
        return found

    def in_use(self) -> list[Cells]:
        """Hours per week that places use, in each year: those of a place given, with ``hours``."""
        groups = self.by("groups", "group")
        found = []
        for row in self.plan["placements"]:
            group = groups[row["group"]]
            for year in self.years:
                part = min(Fraction(1), group["support_years"] - (year - row["year"]))
                hours = group["support_hours"] * part * row["places"]
                if year >= row["year"] and hours > 0:
                    found.append({**row, "year": year, "hours": hours})
        return found


def facts(
    instance: Instance, plan: Mapping[str, pd.DataFrame], shares: Mapping[str, float], *, whole: bool
) -> Facts:
    """Read the tables of an instance of one scenario and of a plan as exact numbers."""
    return Facts(
        {name: _cells(frame) for name, frame in instance.tables.items()},
        {name: _cells(frame) for name, frame in plan.items()},
        list(instance.about.years),
        {name: exactly(share) for name, share in shares.items()},
        whole,
    )


def sums(rows: list[Cells], amount: str, *keys: str) -> Sums:
    """Sum of an amount by some of the cells."""
    found: Sums = defaultdict(Fraction)
    for row in rows:
        found[tuple(row[key] for key in keys)] += row[amount]
    return found


def limits(facts: Facts) -> Iterator[Compared]:
    """Every limit but the agreements."""
    for check in CHECKS:
        yield from check(facts)


CHECKS: list[Callable[[Facts], Iterator[Compared]]] = []
"""What is checked."""


def check(function: Callable[[Facts], Iterator[Compared]]) -> Callable[[Facts], Iterator[Compared]]:
    """Register a check."""
    CHECKS.append(function)
    return function


@check
def whole(facts: Facts) -> Iterator[Compared]:
    """Places and households are whole, and no number is below zero."""
    amounts = {"placements": "places", "builds": "places", "suppliers": "places", "support": "hours"}
    amounts |= {"waiting": "served"}
    for table, amount in amounts.items():
        for row in facts.plan[table]:
            scope = _scope(row)
            yield Compared("whole", scope, row[amount], NOTHING, ">=", "places", table)
            if facts.whole and amount != "hours":
                yield Compared(
                    "whole", scope, Fraction(row[amount].denominator), Fraction(1), "=", "places", table
                )


@check
def suitability(facts: Facts) -> Iterator[Compared]:
    """Nobody is placed where the table suitability has no row."""
    pairs = {(row["group"], row["place_type"]) for row in facts.tables["suitability"]}
    for row in facts.plan["placements"]:
        if (row["group"], row["place_type"]) not in pairs:
            yield Compared("suitability", _scope(row), row["places"], NOTHING, "<=", "places")


@check
def queue(facts: Facts) -> Iterator[Compared]:
    """Who waits is everybody who came by then less who was served, and never less than nobody."""
    came = sums(_by_origin(facts, facts.tables["needs"]), "households", "group", "origin", "year")
    people = _by_origin(facts, facts.plan["waiting"])
    served = sums(people, "served", "group", "origin", "year")
    waiting = sums(people, "waiting", "group", "origin", "year")
    for group, origin in {key[:2] for key in (*came, *served)}:
        left = size = NOTHING
        for year in facts.years:
            key = group, origin, year
            left, size = left + came[key] - served[key], size + came[key]
            about = "households", "waiting", size
            scope = _words(key)
            yield Compared("queue", scope, waiting[key], left, "=", *about)
            yield Compared("queue", scope, left, NOTHING, ">=", *about)


@check
def pool(facts: Facts) -> Iterator[Compared]:
    """As many are served in a region as places are given."""
    region = facts.region
    placed = sums(
        [{**row, "region": region[row["municipality"]]} for row in facts.plan["placements"]],
        "places", "region", "group", "year",
    )  # fmt: skip
    served = sums(facts.plan["waiting"], "served", "region", "group", "year")
    for key in {*placed, *served}:
        yield Compared("pool", _words(key), served[key], placed[key], "=", "households", "waiting")


@check
def capacity(facts: Facts) -> Iterator[Compared]:
    """No more places are given than come free."""
    spot = "municipality", "place_type", "year"
    offered = sums(facts.offered(), "places", *spot)
    for key, places in sums(facts.plan["placements"], "places", *spot).items():
        yield Compared("capacity", _words(key), places, offered[key], "<=", "places")


@check
def project(facts: Facts) -> Iterator[Compared]:
    """A project is not built before its first year, nor larger than it can be, nor smaller when whole."""
    built = sums(facts.plan["builds"], "places", "project")
    projects = facts.by("projects", "project")
    for row in facts.plan["builds"]:
        first = Fraction(projects[row["project"]]["year"])
        yield Compared("project", row["project"], Fraction(row["year"]), first, ">=", "year", "builds")
    for (name,), places in built.items():
        most, least = (projects[name][side] for side in ("max_places", "min_places"))
        yield Compared("project", name, places, most, "<=", "places", "builds")
        if facts.whole and places > 0:
            yield Compared("project_minimum", name, places, least, ">=", "places", "builds")


@check
def support(facts: Facts) -> Iterator[Compared]:
    """The offers cover the hours in use: first those bound to a municipality, then those of its region."""
    if not facts.tables["support"]:
        return
    used = sums(facts.in_use(), "hours", "municipality", "year")
    local = sums(
        [row for row in facts.tables["support"] if row["municipality"]], "hours", "municipality", "year"
    )
    wide = _wide(facts)
    beyond: Sums = defaultdict(Fraction)
    for (town, year), hours in used.items():
        beyond[facts.region[town], year] += max(hours - local[town, year], NOTHING)
    for key, hours in beyond.items():
        yield Compared("support", _words(key), hours, wide[key], "<=", "hours per week")


@check
def supplier(facts: Facts) -> Iterator[Compared]:
    """A supplier gives no more than it has, a part of a place as a whole one; each place has one supplier."""
    spot = "municipality", "place_type", "year", "supplier"
    has = sums(facts.offered(), "places", *spot)
    for key, places in sums(facts.plan["suppliers"], "places", *spot).items():
        most = Fraction(math.ceil(has[key])) if facts.whole else has[key]
        yield Compared("supplier", _words(key), places, most, "<=", "places", "suppliers")
    place = "municipality", "group", "place_type", "year"
    given, split = (sums(facts.plan[name], "places", *place) for name in ("placements", "suppliers"))
    for key in {*given, *split}:
        yield Compared("supplier_split", _words(key), split[key], given[key], "=", "places", "suppliers")


def _wide(facts: Facts) -> Sums:
    """Hours for a whole region; without a name it is the only one."""
    found: Sums = defaultdict(Fraction)
    regions = sorted(set(facts.region.values()))
    for row in facts.tables["support"]:
        if not row["municipality"]:
            found[row["region"] or regions[0], row["year"]] += row["hours"]
    return found


def _by_origin(facts: Facts, rows: list[Cells]) -> list[Cells]:
    """Rows with their origin: a municipality, or the region for what has none."""
    regions = sorted(set(facts.region.values()))
    return [{**row, "origin": row["municipality"] or ("", row["region"] or regions[0])} for row in rows]


def _scope(row: Cells) -> str:
    return _words(tuple(value for value in row.values() if not isinstance(value, Fraction | bool)))


def _words(key: tuple[Any, ...]) -> str:
    return ", ".join(str(each) for each in key if each not in ("", None))


_WHOLE_NUMBERS = ("year",)


def _cells(frame: pd.DataFrame) -> list[Cells]:
    """Rows of a table; amounts as fractions, ids, years and truths as they are."""
    columns: dict[str, list[Any]] = {}
    for name, column in frame.items():
        amounts = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
        if amounts and name not in _WHOLE_NUMBERS:
            columns[str(name)] = [NOTHING if pd.isna(value) else exactly(value) for value in column.tolist()]
        else:
            columns[str(name)] = column.tolist()
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
