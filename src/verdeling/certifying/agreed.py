"""Every agreement on the tables of a plan, in exact numbers."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

from verdeling.certifying.exactly import NOTHING, Compared, Facts
from verdeling.scopes import SCOPE, split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from verdeling.certifying.exactly import Cells

Amounts = list[tuple["Cells", Fraction]]
"""What counts, with the cells that a scope looks at; a cell that is not there does not restrict."""

Sides = tuple[Amounts, Amounts, Fraction]
"""What counts on the left, on the right, and the constant on the right."""

COMPUTED = ("share_of_fair_share",)
"""Measures with a number that is computed in floating point: fair shares."""


def agreements(facts: Facts) -> Iterator[tuple[Compared, bool]]:
    """Every bound of every hard agreement, and whether all its numbers are exact."""
    for agreement in facts.tables["agreements"]:
        if agreement["strength"] == "hard":
            measure = str(agreement["measure"])
            for compared in _bounds(agreement, facts):
                yield compared, measure not in COMPUTED and not _by_provider(agreement)


def _by_provider(agreement: Cells) -> bool:
    return agreement["measure"] == "support_hours" and bool(agreement["supplier"])


def _bounds(agreement: Cells, facts: Facts) -> Iterator[Compared]:
    left, right, constant = MEASURES[agreement["measure"]](agreement, facts)
    wanted = {name: split(str(agreement[name])) for name in SCOPE}
    each = [name for name in SCOPE if wanted[name] == ("*",)]
    some = {name: set(names) for name, names in wanted.items() if names and name not in each}
    done, limit = (_Sums(amounts, each, some) for amounts in (left, right))
    unit = UNITS.get(agreement["measure"], "places")
    for key in _combinations(each, some, agreement, facts):
        scope = ", ".join([agreement["agreement"], *map(str, key)])
        yield Compared("agreement", scope, done.at(key), constant + limit.at(key), agreement["sense"], unit)


class _Sums:
    """Sums of what is in scope, by what each bound is about."""

    def __init__(self, amounts: Amounts, each: list[str], some: dict[str, set[str]]) -> None:
        self._found: dict[tuple[str | None, ...], Fraction] = {}
        for cells, amount in amounts:
            if all(str(cells[name]) in names for name, names in some.items() if name in cells):
                key = tuple(str(cells[name]) if name in cells else None for name in each)
                self._found[key] = self._found.get(key, NOTHING) + amount
        self._told = {tuple(part is not None for part in key) for key in self._found}

    def at(self, key: tuple[str, ...]) -> Fraction:
        """What a bound reaches; what says nothing about a dimension counts for all of it."""
        about = [
            tuple(part if told else None for part, told in zip(key, each, strict=True)) for each in self._told
        ]
        return sum((self._found.get(each, NOTHING) for each in about), NOTHING)


def _combinations(
    each: list[str], some: dict[str, set[str]], agreement: Cells, facts: Facts
) -> Iterator[tuple[str, ...]]:
    """Every combination that stars stand for; a municipality only with its own region, and in scope."""
    for key in product(*(_known(name, agreement, facts) for name in each)):
        about = dict(zip(each, key, strict=True))
        towns = [
            town
            for town, region in facts.region.items()
            if town in some.get("municipality", {about.get("municipality", town)})
            and region in some.get("region", {about.get("region", region)})
        ]
        if towns or not {"municipality", "region"} & {*each}:
            yield key


def _known(name: str, agreement: Cells, facts: Facts) -> list[str]:
    """Ids that a star stands for."""
    if name == "year":
        return [str(year) for year in facts.years]
    if name == "region":
        return sorted(set(facts.region.values()))
    if name == "supplier":
        if agreement["measure"] == "support_hours":
            return sorted({row["provider"] for row in facts.tables["support"]})
        rows = (*facts.tables["supply"], *facts.tables["projects"])
        return sorted({row["supplier"] for row in rows} - {""})
    table = {"municipality": "municipalities", "group": "groups", "place_type": "place_types"}[name]
    return [row[name] for row in facts.tables[table]]


# What an agreement can be about

MEASURES: dict[str, Callable[[Cells, Facts], Sides]] = {}
"""Measures of agreements, by the name of their function."""

UNITS = {"cost": "EUR", "support_hours": "hours per week", "share_of_fair_share": "load"}
"""Units of measures that are not about places."""


def measure(function: Callable[[Cells, Facts], Sides]) -> Callable[[Cells, Facts], Sides]:
    """Register a measure under the name of its function."""
    MEASURES[function.__name__] = function
    return function


def _given(agreement: Cells, facts: Facts) -> list[Cells]:
    rows = facts.plan["suppliers" if agreement["supplier"] else "placements"]
    return [_in_region(row, facts) for row in rows]


def _in_region(row: Cells, facts: Facts) -> Cells:
    return {**row, "region": facts.region[row["municipality"]]}


def _placed(agreement: Cells, facts: Facts) -> Amounts:
    return [(row, row["places"]) for row in _given(agreement, facts)]


@measure
def places(agreement: Cells, facts: Facts) -> Sides:
    """Σ place against value."""
    return _placed(agreement, facts), [], agreement["value"]


@measure
def share_of_need(agreement: Cells, facts: Facts) -> Sides:
    """Σ place against value × needs."""
    needs = _needs(facts)
    return (
        _placed(agreement, facts),
        [(row, agreement["value"] * row["households"]) for row in needs],
        NOTHING,
    )


@measure
def share_of_supply(agreement: Cells, facts: Facts) -> Sides:
    """Σ place against value × (supply + delivered), of whatever group."""
    offered = [(_in_region(row, facts), agreement["value"] * row["places"]) for row in facts.offered()]
    kept = ("region", "municipality", "place_type", "supplier", "year")
    free = [({name: row[name] for name in kept}, places) for row, places in offered]
    return _placed(agreement, facts), free, NOTHING


@measure
def per_1000_inhabitants(agreement: Cells, facts: Facts) -> Sides:
    """Σ place against value × inhabitants ÷ 1000."""
    towns = facts.tables["municipalities"]
    people = [
        (
            {name: row[name] for name in ("region", "municipality")},
            agreement["value"] * row["population"] / 1000,
        )
        for row in towns
    ]
    return _placed(agreement, facts), people, NOTHING


@measure
def share_of_fair_share(agreement: Cells, facts: Facts) -> Sides:
    """Σ burden × place against value × fair share × Σ burden × needs of the region."""
    burden = {row["group"]: row["burden"] for row in facts.tables["groups"]}
    load = [(row, burden[row["group"]] * row["places"]) for row in _given(agreement, facts)]
    task = [
        (
            {"region": region, "municipality": town, "group": row["group"], "year": row["year"]},
            agreement["value"] * facts.shares[town] * burden[row["group"]] * row["households"],
        )
        for row in _needs(facts)
        for town, region in facts.region.items()
        if region == row["region"]
    ]
    return load, task, NOTHING


@measure
def built(agreement: Cells, facts: Facts) -> Sides:
    """Σ build against value."""
    return [(row, row["places"]) for row in _built(facts)], [], agreement["value"]


@measure
def share_of_built(agreement: Cells, facts: Facts) -> Sides:
    """Σ build against value × Σ build of every place type."""
    rows = _built(facts)
    every = [
        (
            {name: cell for name, cell in row.items() if name != "place_type"},
            agreement["value"] * row["places"],
        )
        for row in rows
    ]
    return [(row, row["places"]) for row in rows], every, NOTHING


@measure
def support_hours(agreement: Cells, facts: Facts) -> Sides:
    """Hours in use, or hours that named providers give, against value."""
    if _by_provider(agreement):
        rows = [{**_in_region(row, facts), "supplier": row["provider"]} for row in facts.plan["support"]]
    else:
        rows = [_in_region(row, facts) for row in facts.in_use()]
    return [(row, row["hours"]) for row in rows], [], agreement["value"]


@measure
def cost(agreement: Cells, facts: Facts) -> Sides:
    """Σ cost_per_place × build + Σ annual_cost × place against value."""
    annual = {row["place_type"]: row["annual_cost"] for row in facts.tables["place_types"]}
    per_place = {row["project"]: row["cost_per_place"] for row in facts.tables["projects"]}
    building = [(row, per_place[row["project"]] * row["places"]) for row in _built(facts)]
    giving = [(row, annual[row["place_type"]] * row["places"]) for row in _given(agreement, facts)]
    return building + giving, [], agreement["value"]


def _needs(facts: Facts) -> list[Cells]:
    """Needs with their region; one without a municipality is of none."""
    regions = sorted(set(facts.region.values()))
    kept = ("group", "year", "households", "municipality")
    return [
        {name: row[name] for name in kept}
        | {"region": facts.region.get(row["municipality"]) or row["region"] or regions[0]}
        for row in facts.tables["needs"]
    ]


def _built(facts: Facts) -> list[Cells]:
    """Places built, with what their project says."""
    projects = facts.by("projects", "project")
    return [
        {
            "project": row["project"],
            "year": row["year"],
            "places": row["places"],
            **{name: projects[row["project"]][name] for name in ("municipality", "place_type", "supplier")},
            "region": facts.region[projects[row["project"]]["municipality"]],
        }
        for row in facts.plan["builds"]
    ]
