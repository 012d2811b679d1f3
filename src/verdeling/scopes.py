"""Scopes of agreements: which names they hold, and whether an agreement is about anything.

In a scope an empty cell is everything summed, ``*`` is one bound for each, ``a;b`` is these together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from verdeling.coded import Coded, Mask
from verdeling.errors import Problem, nearest

if TYPE_CHECKING:
    from verdeling.validation import Draft

SCOPE = ("region", "municipality", "group", "place_type", "supplier", "year")

_TABLE_OF = {"municipality": "municipalities", "group": "groups", "place_type": "place_types"}
_SUPPLIERS = [("supply", "supplier"), ("projects", "supplier")]

Columns = dict[str, Coded]
Scope = Mapping[str, tuple[str, ...]]
_Names = Callable[[bool], frozenset[str]]


def split(cell: str) -> tuple[str, ...]:
    """Names in a scope, sorted: none in an empty cell, ``("*",)`` for each."""
    return tuple(sorted({name for part in cell.split(";") if (name := part.strip())}))


def join(cell: str | None) -> str | None:
    """Write a scope in one way: every name once, sorted, with ``;`` between them."""
    return (";".join(split(cell)) or cell) if cell else cell


def unknown_names(drafts: Mapping[str, Draft], years: Sequence[int]) -> list[Problem]:
    """Names in scopes that the other tables do not know.

    Parameters
    ----------
    drafts : mapping of str to Draft
        Every table.
    years : sequence of int
        The horizon; empty where it is not known.

    Returns
    -------
    list of Problem
        One for each name that is not known and each scope that cannot be understood.
    """
    problems: list[Problem] = []
    for dimension in SCOPE:
        known = cache(partial(_known, drafts, dimension, years))

        def judge(
            cell: str, measure: str, dimension: str = dimension, known: _Names = known
        ) -> Iterable[Problem]:
            return _unknown(dimension, cell, known(measure == "support_hours")) if cell else ()

        problems += drafts["agreements"].problems(dimension, "measure", judge=judge)
    return problems


def _known(
    drafts: Mapping[str, Draft], dimension: str, years: Sequence[int], of_support: bool
) -> frozenset[str]:
    if dimension == "year":
        return frozenset(map(str, years))
    if dimension == "supplier":
        offers = [("support", "provider")] if of_support else _SUPPLIERS
        return frozenset(name for table, column in offers for name in drafts[table].distinct(column)) - {""}
    table = "municipalities" if dimension == "region" else _TABLE_OF[dimension]
    return frozenset(drafts[table].distinct(dimension))


def _unknown(dimension: str, cell: str, known: frozenset[str]) -> Iterator[Problem]:
    names = split(cell)
    if not names or ("*" in names and len(names) > 1):
        yield Problem(
            "unclear-scope",
            f"{cell} is not a scope.",
            "It is not known what it is about.",
            "Leave it empty (all together), write * (each), or ids with ; between them.",
            "agreements", column=dimension, value=cell,
        )  # fmt: skip
        return
    for name in names:
        if name != "*" and name not in known and (known or dimension == "supplier"):
            yield Problem(
                "unknown-id",
                f"There is no {dimension.replace('_', ' ')} {name}.",
                "The agreement would be about something that is not in the tables.",
                f"Correct or remove it. {nearest(name, known)}",
                "agreements", column=dimension, value=name,
            )  # fmt: skip


@dataclass(frozen=True)
class _World:
    """What agreements can be about; the columns of a scope that a table has say where it belongs.

    Parameters
    ----------
    offers : tuple of Columns
        Places that come free and places that can be built: region, municipality, place_type, supplier, year.
    suited : Columns
        group, place_type, support (hours a household uses in all).
    needs : Columns
        region, municipality, group, year, households, burden.
    projects : Columns
        region, municipality, place_type, supplier, year, cost_per_place.
    support : Columns
        region, municipality (empty: everywhere in the region), supplier (the provider), year.
    region_of : dict
        By municipality.
    annual_cost : dict
        By place_type.
    """

    offers: tuple[Columns, ...]
    suited: Columns
    needs: Columns
    projects: Columns
    support: Columns
    region_of: Mapping[str, str]
    annual_cost: Mapping[str, float]


def about_nothing(drafts: Mapping[str, Draft], years: Sequence[int]) -> list[Problem]:
    """Agreements that bound nothing, or whose scope has no meaning for their measure.

    Parameters
    ----------
    drafts : mapping of str to Draft
        Every table, sound and with known ids only.
    years : sequence of int
        The horizon.

    Returns
    -------
    list of Problem
        At most one for each agreement.
    """
    agreements = drafts["agreements"]
    if not len(agreements):
        return []
    world = _world({name: draft.cells for name, draft in drafts.items()}, years)

    def judge(*cells: Any) -> Iterator[Problem]:
        if fault := _fault(dict(zip(("measure", "value", *SCOPE), cells, strict=True)), world):
            code, what, remedy, column = fault
            yield Problem(code, what, "As it stands it binds nobody.", remedy, "agreements", column=column)

    return list(agreements.problems("measure", "value", *SCOPE, judge=judge))


def _world(tables: Mapping[str, Columns], years: Sequence[int]) -> _World:
    region_of = _paired(tables["municipalities"], "municipality", "region")
    hours, times, burden = (
        _paired(tables["groups"], "group", name) for name in ("support_hours", "support_years", "burden")
    )
    supply, projects = (
        tables[table] | {"region": tables[table]["municipality"].map(region_of.__getitem__)}
        for table in ("supply", "projects")
    )
    needs = tables["needs"]
    suited = tables["suitability"]
    support = tables["support"] | {"supplier": tables["support"]["provider"]}
    projects = _delivered(projects, years)
    return _World(
        offers=(_rows(supply, supply["places"].where(bool)), projects),
        suited=suited | {"support": suited["group"].map(lambda group: hours[group] * times[group])},
        needs=needs | {"burden": needs["group"].map(burden.__getitem__)},
        projects=projects,
        support=_rows(support, support["hours"].where(bool)),
        region_of=region_of,
        annual_cost=_paired(tables["place_types"], "place_type", "annual_cost"),
    )


def _paired(table: Columns, key: str, value: str) -> dict[Any, Any]:
    return dict(zip(table[key].tolist(), table[value].tolist(), strict=True))


def _rows(table: Columns, rows: npt.NDArray[Any]) -> Columns:
    return {name: column.take(rows) for name, column in table.items()}


def _delivered(projects: Columns, years: Sequence[int]) -> Columns:
    """Projects, once for each year in which they can have delivered places."""
    first = projects["year"].array("int64").to_numpy()
    place, delivered = np.nonzero(first[:, None] <= np.array(years))
    return _rows(projects, place) | {"year": Coded(delivered.astype(np.int32), list(years))}


def _reach(table: Columns, scope: Scope, dimensions: Sequence[str] = SCOPE) -> Mask:
    """Rows of a table that a scope is about, as far as the table has its dimensions."""
    reached = np.ones(len(next(iter(table.values()))), dtype=bool)
    for dimension in dimensions:
        names = scope[dimension]
        if names and dimension in table:
            column = table[dimension]
            reached &= ~column.among([""]) if names == ("*",) else column.among(names)
    return reached


def _place_types(scope: Scope, world: _World) -> set[str]:
    """Place types that are on offer within a scope."""
    found = (offers["place_type"].take(_reach(offers, scope)) for offers in world.offers)
    return {place_type for column in found for place_type in column.distinct}


def _has_place(scope: Scope, world: _World) -> bool:
    suited = world.suited["place_type"].take(_reach(world.suited, scope))
    return not _place_types(scope, world).isdisjoint(suited.distinct)


def _has_need(scope: Scope, world: _World) -> bool:
    return bool((_reach(world.needs, scope) & world.needs["households"].where(bool)).any())


def _has_burden(scope: Scope, world: _World) -> bool:
    weighs = world.needs["households"].where(bool) & world.needs["burden"].where(bool)
    return bool((_reach(world.needs, scope, ("region", "group", "year")) & weighs).any())


def _has_project(scope: Scope, world: _World) -> bool:
    return bool(_reach(world.projects, scope).any())


def _has_hours(scope: Scope, world: _World) -> bool:
    if scope["supplier"]:
        return _has_provider(scope, world)
    suited = _reach(world.suited, scope) & world.suited["support"].where(bool)
    return not _place_types(scope, world).isdisjoint(world.suited["place_type"].take(suited).distinct)


def _has_provider(scope: Scope, world: _World) -> bool:
    names, support = scope["municipality"], world.support
    reached = _reach(support, scope, [dimension for dimension in SCOPE if dimension != "municipality"])
    if names and names != ("*",):
        nearby = support["region"].among([world.region_of[name] for name in names])
        reached &= support["municipality"].among(names) | (support["municipality"].among([""]) & nearby)
    return bool(reached.any())


def _has_cost(scope: Scope, world: _World) -> bool:
    costs = (world.annual_cost[place_type] for place_type in _place_types(scope, world))
    built = _reach(world.projects, scope) & world.projects["cost_per_place"].where(bool)
    return any(costs) or bool(built.any())


_Test = tuple[Callable[[Scope, _World], bool], str]
_PLACE: _Test = (_has_place, "no place that suits the groups comes free or can be built there and then")
_PROJECT: _Test = (_has_project, "there is no project there by then")
_TESTS: dict[str, tuple[_Test, ...]] = {
    "places": (_PLACE,),
    "share_of_need": (_PLACE, (_has_need, "nobody of the groups starts looking there and then")),
    "share_of_supply": (_PLACE,),
    "per_1000_inhabitants": (_PLACE,),
    "share_of_fair_share": (_PLACE, (_has_burden, "the needs of the groups weigh nothing in a load")),
    "built": (_PROJECT,),
    "share_of_built": (_PROJECT,),
    "support_hours": ((_has_hours, "no support is needed or given there and then"),),
    "cost": ((_has_cost, "nothing there has a cost"),),
}
_OF_HOMES = "Homes are built for every group: leave the scope group empty."
_OF_HOURS = "A provider's hours are for every group and place type: leave these scopes empty."


def _fault(agreement: Mapping[str, Any], world: _World) -> tuple[str, str, str, str] | None:
    """Code, what, remedy and column of what makes an agreement about nothing."""
    scope = {dimension: split(agreement[dimension]) for dimension in SCOPE}
    measure = agreement["measure"]
    if scope["group"] and measure in ("built", "share_of_built", "cost"):
        return "meaningless-scope", f"{measure} cannot be about a group.", _OF_HOMES, "group"
    if measure == "support_hours" and scope["supplier"] and (scope["group"] or scope["place_type"]):
        return (
            "meaningless-scope",
            "It names a provider together with groups or place types.",
            _OF_HOURS,
            "supplier",
        )
    if measure == "share_of_built" and not scope["place_type"]:
        return (
            "meaningless-scope",
            "It does not say a share of what.",
            "Name place types in its scope.",
            "place_type",
        )
    if measure in ("share_of_supply", "share_of_built") and agreement["value"] > 1:
        return "share-above-one", "It is a share above 1.", "Write a fraction: 0.25 for 25%.", "value"
    for test, reason in _TESTS[measure]:
        if not test(scope, world):
            return (
                "about-nothing",
                f"It is about nothing: {reason}.",
                "Correct its scope, or remove it.",
                "measure",
            )
    return None
