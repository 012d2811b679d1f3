"""Measures: what a goal can be about."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.agreements import costs
from verdeling.flows import add_flows, minutes
from verdeling.formulation import Model, add_moves, amounts, minus
from verdeling.vectors import MEASURES, Better, Measure, Vector, elements, measure, no_terms, plain, terms_of

if TYPE_CHECKING:
    from verdeling.program import Floats

__all__ = ["MEASURES", "TASKS", "Better", "Measure", "Vector"]

TASKS = ("load", "built", "support")
"""What municipalities have fair shares of; each has a measure ``relative_…``."""


@measure("group", "origin", "group-origin")
def waiting(model: Model, over: str) -> Vector:
    """Households not yet housed at the end of each year, summed over the years."""
    return plain(model, [model.program.terms("waiting")], over, "household-years")


@measure("group", "origin", "group-origin")
def unhoused(model: Model, over: str) -> Vector:
    """Households that still wait when the last year ends."""
    return plain(model, [_last(model)], over, "households")


@measure("group", "origin", "group-origin", better="higher", claimed=True)
def housed(model: Model, over: str) -> Vector:
    """Households housed within the horizon; the needs claim it."""
    found = plain(model, [model.program.terms("served")], over, "households", "higher")
    return replace(found, claims=amounts(model.data.needs, "households", found.index))


@measure("group", "origin", "group-origin", better="higher", claimed=True)
def years_housed(model: Model, over: str) -> Vector:
    """Years that households live in a home within the horizon; needs claim those that are left.

    What an element lacks of its claim is its waiting.
    """
    served, needs = model.program.terms("served"), model.data.needs
    terms = served.assign(coefficient=(model.data.years - served["year"]).astype(np.float64))
    found = plain(model, [terms], over, "household-years", "higher")
    asked = needs.assign(left=needs["households"] * (model.data.years - needs["year"]))
    return replace(found, claims=amounts(asked, "left", found.index))


@measure("group", "origin", "group-origin", better="higher")
def coverage(model: Model, over: str) -> Vector:
    """Part of the needs of the horizon that is housed; who needs nothing has no element."""
    everybody = elements(model, over)
    asked = amounts(model.data.needs, "households", everybody)
    index = everybody[asked > 0].reset_index(drop=True)
    asked = asked[asked > 0]
    stated = terms_of(model.program.terms("served"), index)
    even = np.zeros(len(index), dtype=np.int64)
    return Vector(index, stated, "share", asked, asked / max(asked.sum(), 1.0), even, "higher")


def _last(model: Model) -> pd.DataFrame:
    waiting = model.program.terms("waiting")
    return waiting[waiting["year"] == model.data.years - 1]


@measure("municipality", "municipality-year")
def relative_load(model: Model, over: str) -> Vector:
    """Load relative to the fair share of all needs of the horizon; 1 is exactly its share.

    Over municipality-year: the load of a year relative to the fair share of the needs of that year,
    compared within it; years in which a region asks nothing have no elements.
    """
    needs = model.data.needs
    weight = needs["households"] * model.data.groups["burden"].to_numpy()[needs["group"]]
    if over == "municipality-year":
        return _relative_by_year(model, weight)
    return _relative(model, model.program.terms("load"), model.shares.load, _per_region(model, weight))


@measure("municipality")
def relative_built(model: Model, over: str) -> Vector:
    """Places built relative to the fair share of everything that the region's projects can deliver."""
    projects = model.data.projects
    regions = model.data.region_of_origin[projects["municipality"]]
    task = np.bincount(regions, weights=projects["max_places"], minlength=len(model.data.ids["region"]))
    return _relative(model, model.build_terms, model.shares.built, task.astype(np.float64))


@measure("municipality")
def relative_support(model: Model, over: str) -> Vector:
    """Hours in use relative to the fair share of the hours that all needs would use if housed at once."""
    needs, groups = model.data.needs, model.data.groups
    ages = np.arange(model.data.years)
    used = np.clip(groups["support_years"].to_numpy()[:, None] - ages, 0.0, 1.0).cumsum(axis=1)
    left = model.data.years - 1 - needs["year"]
    hours = (
        needs["households"] * groups["support_hours"].to_numpy()[needs["group"]] * used[needs["group"], left]
    )
    return _relative(model, model.hours_in_use, model.shares.support, _per_region(model, hours))


@measure("agreement")
def shortfall(model: Model, over: str) -> Vector:
    """How far soft agreements are missed, times their penalty."""
    missed = [model.program.terms(name).rename(columns={"bound": "agreement"}) for name in ("short", "over")]
    terms = [term.assign(coefficient=model.penalties[term["agreement"]]) for term in missed if len(term)]
    return plain(model, terms, over, "penalty")


@measure("group", "municipality")
def preference(model: Model, over: str) -> Vector:
    """Steps away from the place type that suits best, summed over the places."""
    place = model.program.terms("place")
    place = place.merge(model.data.suitability, on=["group", "place_type"])
    steps = place.assign(coefficient=place["preference"] - 1.0)
    return plain(model, [steps[steps["coefficient"] > 0]], over, "steps")


@measure("group", "municipality", "group-origin")
def moves(model: Model, over: str) -> Vector:
    """Households housed in another municipality than where they looked from."""
    local, served = _local(model, over), _of_municipalities(model, "served", over)
    return plain(model, [served, minus(local)], over, "households")


@measure("group", "municipality", "group-origin", better="higher")
def at_home(model: Model, over: str) -> Vector:
    """Households housed in the municipality that they looked from."""
    return plain(model, [_local(model, over)], over, "households", "higher")


@measure("group", "municipality", "group-origin")
def distance(model: Model, over: str) -> Vector:
    """Minutes between where households looked from and where they are housed, summed over them."""
    apart = minutes(model)
    if "flow" not in model.program.column_blocks:
        add_flows(model)
    flow = _of_municipalities(model, "flow", over)
    if len(flow):
        origin = flow["origin" if over == "group-origin" else "municipality"]
        flow = flow.assign(coefficient=apart[origin, flow["host"]])
    return plain(model, [flow[flow["coefficient"] > 0]], over, "minutes")


@measure("municipality", "municipality-year")
def lettings(model: Model, over: str) -> Vector:
    """Places for groups that weigh ÷ the places that come free, where groups that do not weigh can live.

    Groups with burden 0, such as regular house seekers, are those that every such letting is lost to.
    Where there is no such group all place types count; where nothing comes free there is no element.
    """
    data = model.data
    burden = data.groups["burden"].to_numpy()
    contested = data.suitability.loc[burden[data.suitability["group"]] == 0, "place_type"].unique()
    contested = contested if len(contested) else np.arange(len(data.place_types))
    everything = elements(model, over)
    free = amounts(data.supply[data.supply["place_type"].isin(contested)], "places", everything)
    index = everything[free > 0].reset_index(drop=True)
    free = free[free > 0]
    place = model.program.terms("place")
    counted = (
        place[place["place_type"].isin(contested) & (burden[place["group"]] > 0)] if len(place) else place
    )
    region = data.municipalities["region"].to_numpy(np.int64)[index["municipality"]]
    compared = region * data.years + index["year"].to_numpy() if "year" in index else region
    return Vector(index, terms_of(counted, index), "share", free, free / max(free.sum(), 1.0), compared)


@measure("municipality", "group", "municipality-year")
def cost(model: Model, over: str) -> Vector:
    """Cost of building, and of places in the year they are given."""
    build = model.build_terms if over != "group" else model.build_terms.iloc[:0]
    return plain(model, costs(model, build, model.program.terms("place")), over, "EUR")


def _local(model: Model, over: str) -> pd.DataFrame:
    """Terms of the households housed at home, stated when a goal first asks for them."""
    if "local" not in model.program.column_blocks:
        add_moves(model)
    local = model.program.terms("local")
    return local if over != "group-origin" else local.rename(columns={"municipality": "origin"})


def _of_municipalities(model: Model, kind: str, over: str) -> pd.DataFrame:
    """Terms with an origin that is a municipality, named by what they are over."""
    terms = model.program.terms(kind)
    terms = terms[terms["origin"] < len(model.data.municipalities)] if len(terms) else terms
    return terms if over == "group-origin" else terms.rename(columns={"origin": "municipality"})


def _per_region(model: Model, households: pd.Series) -> Floats:
    regions = model.data.region_of_origin[model.data.needs["origin"]]
    sums = np.bincount(regions, weights=households, minlength=len(model.data.ids["region"]))
    return sums.astype(np.float64)


def _relative(model: Model, terms: pd.DataFrame, shares: Floats, task: Floats) -> Vector:
    """Per municipality, relative to its share of its region's task."""
    region = model.data.municipalities["region"].to_numpy(np.int64)
    index = pd.DataFrame({"municipality": np.arange(len(region))})
    scale = shares * np.where(task > 0, task, 1.0)[region]
    stated = terms[["municipality", "column", "coefficient"]] if len(terms) else no_terms("municipality")
    return Vector(index, stated, "× fair share", scale, shares, region)


def _relative_by_year(model: Model, weight: pd.Series) -> Vector:
    """Load of each year relative to the share of its region's task of that year."""
    needs, years, burden = model.data.needs, model.data.years, model.data.groups["burden"].to_numpy()
    everything = elements(model, "municipality-year")
    region = model.data.municipalities["region"].to_numpy(np.int64)[everything["municipality"]]
    asked = model.data.region_of_origin[needs["origin"]] * years + needs["year"].to_numpy()
    compared = region * years + everything["year"].to_numpy()
    task = np.bincount(asked, weights=weight, minlength=compared.max() + 1)[compared]
    there = task > 0
    index = everything[there].reset_index(drop=True)
    shares = model.shares.load[index["municipality"]]
    place = model.program.terms("place")
    weighed = place.assign(coefficient=burden[place["group"]])
    stated = terms_of(weighed[weighed["coefficient"] > 0], index)
    return Vector(index, stated, "× fair share", shares * task[there], shares, compared[there])
