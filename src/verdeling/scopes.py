"""Scopes of agreements: which names they hold, and whether an agreement is about anything.

In a scope an empty cell is everything summed, ``*`` is one bound for each, ``a;b`` is these together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from verdeling.errors import Problem, nearest

if TYPE_CHECKING:
    from verdeling.validation import Draft

SCOPE = ("region", "municipality", "group", "place_type", "supplier", "year")

_TABLE_OF = {"municipality": "municipalities", "group": "groups", "place_type": "place_types"}
_SUPPLIERS = [("supply", "supplier"), ("projects", "supplier")]

Frames = Mapping[str, pd.DataFrame]
Scope = Mapping[str, tuple[str, ...]]


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
        for label, cell, measure in drafts["agreements"].rows(dimension, "measure"):
            if cell:
                problems += _unknown(label, dimension, cell, _known(drafts, dimension, measure, years))
    return problems


def _known(drafts: Mapping[str, Draft], dimension: str, measure: str, years: Sequence[int]) -> set[str]:
    if dimension == "year":
        return set(map(str, years))
    if dimension == "supplier":
        offers = [("support", "provider")] if measure == "support_hours" else _SUPPLIERS
        return {name for table, column in offers for name in drafts[table].column(column)} - {""}
    return set(drafts["municipalities" if dimension == "region" else _TABLE_OF[dimension]].column(dimension))


def _unknown(row: str, dimension: str, cell: str, known: set[str]) -> Iterator[Problem]:
    names = split(cell)
    if not names or ("*" in names and len(names) > 1):
        yield Problem(
            "unclear-scope",
            f"{cell} is not a scope.",
            "It is not known what it is about.",
            "Leave it empty (all together), write * (each), or ids with ; between them.",
            "agreements", row, dimension, cell,
        )  # fmt: skip
        return
    for name in names:
        if name != "*" and name not in known and (known or dimension == "supplier"):
            yield Problem(
                "unknown-id",
                f"There is no {dimension.replace('_', ' ')} {name}.",
                "The agreement would be about something that is not in the tables.",
                f"Correct or remove it. {nearest(name, known)}",
                "agreements", row, dimension, name,
            )  # fmt: skip


@dataclass(frozen=True)
class _World:
    """What agreements can be about; the columns of a scope that a frame has say where it belongs.

    Parameters
    ----------
    offers : DataFrame
        Places that come free or can be built: region, municipality, place_type, supplier, year.
    suited : DataFrame
        group, place_type, support (hours a household uses in all).
    needs : DataFrame
        region, municipality, group, year, households, burden.
    projects : DataFrame
        region, municipality, place_type, supplier, year, cost_per_place.
    support : DataFrame
        region, municipality, supplier (the provider), year.
    annual_cost : Series
        By place_type.
    """

    offers: pd.DataFrame
    suited: pd.DataFrame
    needs: pd.DataFrame
    projects: pd.DataFrame
    support: pd.DataFrame
    annual_cost: pd.Series[float]


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
    world = _world({name: draft.frame for name, draft in drafts.items()}, years)
    problems = []
    for label, *cells in agreements.rows("measure", "value", *SCOPE):
        fault = _fault(dict(zip(("measure", "value", *SCOPE), cells, strict=True)), world)
        if fault:
            code, what, remedy, column = fault
            problems.append(
                Problem(code, what, "As it stands it binds nobody.", remedy, "agreements", label, column)
            )
    return problems


def _world(frames: Frames, years: Sequence[int]) -> _World:
    homes = frames["municipalities"][["municipality", "region"]]
    groups = frames["groups"].set_index("group")
    suited = frames["suitability"][["group", "place_type"]]
    hours = groups["support_hours"] * groups["support_years"]
    horizon = pd.DataFrame({"delivered": list(years)})
    supply = frames["supply"][frames["supply"]["places"] > 0].merge(homes, on="municipality")
    projects = frames["projects"].merge(homes, on="municipality").merge(horizon, how="cross")
    projects = projects[projects["delivered"] >= projects["year"]].assign(year=lambda rows: rows["delivered"])
    needs = frames["needs"].assign(burden=frames["needs"]["group"].map(groups["burden"]))
    support = frames["support"].rename(columns={"provider": "supplier"})
    everywhere = support[support["municipality"] == ""].drop(columns="municipality").merge(homes, on="region")
    support = pd.concat([support[support["municipality"] != ""], everywhere])
    place = ["region", "municipality", "place_type", "supplier", "year"]
    return _World(
        offers=pd.concat([supply[place], projects[place]]).drop_duplicates(),
        suited=suited.assign(support=suited["group"].map(hours)),
        needs=needs,
        projects=projects[[*place, "cost_per_place"]],
        support=support[support["hours"] > 0],
        annual_cost=frames["place_types"].set_index("place_type")["annual_cost"],
    )


def _reach(frame: pd.DataFrame, scope: Scope, dimensions: Sequence[str] = SCOPE) -> pd.DataFrame:
    """Rows of a frame that a scope is about, as far as the frame has its dimensions."""
    for dimension in dimensions:
        names = scope[dimension]
        if names and dimension in frame:
            cells = frame[dimension].astype(str)
            frame = frame[cells != "" if names == ("*",) else cells.isin(names)]
    return frame


def _has_place(scope: Scope, world: _World) -> bool:
    suited = _reach(world.suited, scope)["place_type"]
    return bool(_reach(world.offers, scope)["place_type"].isin(suited).any())


def _has_need(scope: Scope, world: _World) -> bool:
    return bool(_reach(world.needs, scope)["households"].sum() > 0)


def _has_burden(scope: Scope, world: _World) -> bool:
    needs = _reach(world.needs, scope, ("region", "group", "year"))
    return bool((needs["households"] * needs["burden"]).sum() > 0)


def _has_project(scope: Scope, world: _World) -> bool:
    return len(_reach(world.projects, scope)) > 0


def _has_hours(scope: Scope, world: _World) -> bool:
    if scope["supplier"]:
        return len(_reach(world.support, scope)) > 0
    suited = _reach(world.suited, scope)
    supported = suited.loc[suited["support"] > 0, "place_type"]
    return bool(_reach(world.offers, scope)["place_type"].isin(supported).any())


def _has_cost(scope: Scope, world: _World) -> bool:
    places = _reach(world.offers, scope)["place_type"]
    projects = _reach(world.projects, scope)
    return bool((places.map(world.annual_cost) > 0).any() or (projects["cost_per_place"] > 0).any())


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
