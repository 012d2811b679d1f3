"""Agreements as rows: what somebody agreed to or demands, and the suppliers that agreements name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pandas as pd

from verdeling.formulation import Model, Rows, amounts, amounts_of, at_most, distinct, family, minus, within
from verdeling.program import find
from verdeling.scopes import SCOPE

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from verdeling.clauses import Clause
    from verdeling.formulation import Amounts
    from verdeling.program import Floats

    Side: TypeAlias = tuple[list[pd.DataFrame], Amounts]
    """Terms of the left side, each with the ``bound`` it belongs to, and the right sides."""


# What an agreement can be about: terms of its left sides, and its right sides


def _given(model: Model, clause: Clause) -> pd.DataFrame:
    return clause.reach(model.terms("supplied" if clause.names("supplier") else "place"))


def _constant(clause: Clause) -> Amounts:
    return lambda _: np.full(len(clause.index), clause.value)


def _places(model: Model, clause: Clause) -> Side:
    return [_given(model, clause)], _constant(clause)


def _share_of_need(model: Model, clause: Clause) -> Side:
    def right(asked: Model) -> Floats:
        needs, regions = asked.data.needs, asked.data.region_of_origin
        needs = needs.assign(region=regions[needs["origin"]], municipality=needs["origin"])
        return clause.value * clause.sum(needs, "households")

    return [_given(model, clause)], right


def _share_of_supply(model: Model, clause: Clause) -> Side:
    everybody = tuple(dimension for dimension in SCOPE if dimension != "group")

    def right(asked: Model) -> Floats:
        supply, regions = asked.data.supply, asked.data.region_of_origin
        supply = supply.assign(region=regions[supply["municipality"]])
        return clause.value * clause.sum(supply, "places", everybody)

    offered = model.delivered
    if len(offered):
        regions = model.data.region_of_origin
        offered = clause.reach(offered.assign(region=regions[offered["municipality"]]), everybody)
        offered = offered.assign(coefficient=-clause.value * offered["coefficient"])
    return [_given(model, clause), offered], right


def _per_1000_inhabitants(model: Model, clause: Clause) -> Side:
    def right(asked: Model) -> Floats:
        return clause.value / 1000 * clause.sum(_hosts(asked), "population")

    return [_given(model, clause)], right


def _share_of_fair_share(model: Model, clause: Clause) -> Side:
    burden = model.data.groups["burden"].to_numpy()
    place = _given(model, clause)
    weighed = place
    if len(place):
        weighed = place.assign(coefficient=burden[place["group"]] * place["coefficient"])
    return [weighed], lambda asked: clause.value * clause.sum(_fair_loads(asked, burden), "load")


def _fair_loads(model: Model, burden: Floats) -> pd.DataFrame:
    """What each municipality would carry of the needs of its region: its fair share of them."""
    data, needs = model.data, model.data.needs
    size = len(data.ids["region"]), len(burden), data.years
    kind = data.region_of_origin[needs["origin"]], needs["group"].to_numpy(), needs["year"].to_numpy()
    loads = needs["households"].to_numpy() * burden[kind[1]]
    task = np.bincount(np.ravel_multi_index(kind, size), loads, np.prod(size)).reshape(size)
    region = data.municipalities["region"].to_numpy()
    fair = model.shares.load[:, None, None] * task[region]
    municipality, group, year = (axis.ravel() for axis in np.indices(fair.shape))
    index = {"municipality": municipality, "region": region[municipality], "group": group, "year": year}
    return pd.DataFrame({**index, "load": fair.ravel()})


def _built(model: Model, clause: Clause) -> Side:
    return [clause.reach(_build(model))], _constant(clause)


def _share_of_built(model: Model, clause: Clause) -> Side:
    of_any_type = tuple(dimension for dimension in SCOPE if dimension != "place_type")
    everything = clause.reach(_build(model), of_any_type)
    counted = [everything.assign(coefficient=-clause.value)] if len(everything) else []
    return [clause.reach(_build(model)), *counted], lambda _: np.zeros(len(clause.index))


def _support_hours(model: Model, clause: Clause) -> Side:
    if not clause.names("supplier"):
        return [clause.reach(model.hours_in_use)], _constant(clause)
    given = model.terms("support")
    given = given.assign(supplier=model.data.offers["provider"].to_numpy()[given["offer"]])
    return [clause.reach(given)], _constant(clause)


def _cost(model: Model, clause: Clause) -> Side:
    return costs(model, clause.reach(_build(model)), _given(model, clause)), _constant(clause)


def _hosts(model: Model) -> pd.DataFrame:
    municipalities = model.data.municipalities
    return municipalities.assign(municipality=np.arange(len(municipalities)))


def _build(model: Model) -> pd.DataFrame:
    build = model.build_terms
    return build.assign(region=model.data.region_of_origin[build["municipality"]]) if len(build) else build


def costs(model: Model, build: pd.DataFrame, place: pd.DataFrame) -> list[pd.DataFrame]:
    """Terms of what building and giving places cost, in EUR."""
    annual = model.data.place_types["annual_cost"].to_numpy()
    giving = place.assign(coefficient=annual[place["place_type"]]) if len(place) else place
    building = build.assign(coefficient=build["cost_per_place"]) if len(build) else build
    return [terms[terms["coefficient"] > 0] for terms in (building, giving)]


_SIDES: dict[str, Callable[[Model, Clause], Side]] = {
    "places": _places,
    "share_of_need": _share_of_need,
    "share_of_supply": _share_of_supply,
    "per_1000_inhabitants": _per_1000_inhabitants,
    "share_of_fair_share": _share_of_fair_share,
    "built": _built,
    "share_of_built": _share_of_built,
    "support_hours": _support_hours,
    "cost": _cost,
}


def slopes(model: Model, clause: Clause) -> tuple[list[pd.DataFrame], Floats]:
    """How much the right side of each bound grows when the number of the agreement grows by one.

    Returns
    -------
    list of DataFrame
        Terms of the part that is decided, such as homes that are built; each with its ``bound``.
    array
        The part that is given, one number a bound.
    """
    (one, right), (none, zero) = (_SIDES[clause.measure](model, replace(clause, value=v)) for v in (1.0, 0.0))
    decided = [*(minus(terms) for terms in one if len(terms)), *(terms for terms in none if len(terms))]
    return decided, right(model) - zero(model)


@family(unit="as agreed")
def agreement(model: Model) -> Rows:
    """Left side, sense and right side of each agreement, with ``short`` and ``over`` where it is soft."""
    sides = model.of_each_clause(lambda watched, clause: _SIDES[clause.measure](watched, clause))
    senses = _senses(model)

    def limits(asked: Model) -> tuple[Floats, Floats]:
        right = np.concatenate([np.empty(0), *(amounts(asked) for _, amounts in sides)])
        return np.where(senses == "<=", -np.inf, right), np.where(senses == ">=", np.inf, right)

    missed = model.program.terms("short"), minus(model.program.terms("over"))
    return Rows(_bounds(model), [*(terms for left, _ in sides for terms in left), *missed], limits)


def add_misses(model: Model) -> None:
    """State by how much soft agreements are missed, from below and from above."""
    bounds, senses, soft = _bounds(model), _senses(model), np.isfinite(model.penalties)
    model.program.add_columns("short", bounds[soft & (senses != "<=")], unit="as agreed")
    model.program.add_columns("over", bounds[soft & (senses != ">=")], unit="as agreed")


def _bounds(model: Model) -> pd.DataFrame:
    return pd.DataFrame({"bound": np.arange(sum(len(clause.index) for clause in model.clauses))})


def _senses(model: Model) -> npt.NDArray[np.str_]:
    return np.repeat([clause.sense for clause in model.clauses], [len(c.index) for c in model.clauses])


# Suppliers that an agreement names


def add_named_suppliers(model: Model) -> None:
    """State what suppliers give whose name stands in an agreement."""
    data = model.data
    spot = ["municipality", "place_type", "year"]
    holds = distinct(data.offered, model.delivered, by=[*spot, "supplier"])
    holds = holds[holds["supplier"].isin(model.named_suppliers)]
    index = model.program.terms("place")[["group", *spot]].merge(holds, on=spot)
    if len(index):
        model.program.add_columns("supplied", index, unit="places", whole=True)


@family(unit="places")
def supplier(model: Model) -> Rows:
    """Σ_g supplied[g, j, k, t, u] ≤ supply[j, k, t, u] + delivered[j, k, t, u]."""
    supplied = model.program.terms("supplied")
    index = _spots(supplied, ["municipality", "place_type", "year", "supplier"])
    offered = within(model.delivered, index)
    return Rows(index, [supplied, minus(offered)], at_most(amounts_of("supply", "places", index)))


@family(unit="places")
def supplier_rest(model: Model) -> Rows:
    """Σ_g (place − Σ_u supplied) ≤ what everybody else has."""
    supplied = model.program.terms("supplied")
    index = _spots(supplied, ["municipality", "place_type", "year"])
    named = _spots(supplied, ["municipality", "place_type", "year", "supplier"])
    place = within(model.program.terms("place"), index)
    offered = within(model.delivered, index)
    if len(offered):
        offered = offered[find(offered, named) < 0]

    def of_others(asked: Model) -> Floats:
        supply = asked.data.supply
        return amounts(supply[find(supply, named) < 0], "places", index)

    return Rows(index, [place, minus(supplied), minus(offered)], at_most(of_others))


@family(unit="places")
def supplier_split(model: Model) -> Rows:
    """Σ_u supplied[g, j, k, t, u] ≤ place[g, j, k, t]."""
    supplied = model.program.terms("supplied")
    index = _spots(supplied, ["group", "municipality", "place_type", "year"])
    return Rows(index, [supplied, minus(within(model.program.terms("place"), index))], at_most(0.0))


def _spots(supplied: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    return distinct(supplied, by=by) if len(supplied) else pd.DataFrame(columns=by, dtype=np.int64)
