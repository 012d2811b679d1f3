"""Agreements on finished numbers: each combination that a scope stands for, in the unit of its measure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from verdeling.scopes import split
from verdeling.verification.facts import Array, Facts, Labels, Plan, Rows, contract

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Pick:
    """What a scope column picks from an axis.

    Parameters
    ----------
    matrix : array
        A row for each bound that the column stands for; 1 where it counts a position of the axis.
    labels : sequence of str
        Words of each row.
    """

    matrix: Array
    labels: Labels


def pick(text: str, ids: pd.Index[Any], words: Labels) -> Pick:
    """Read a cell of a scope column.

    Parameters
    ----------
    text : str
        Empty: all summed in one row; ``*``: a row for each that has a name (a supplier that is not
        known has none); ``a;b``: these summed in one row.
    ids : Index
        The axis.
    words : sequence
        Words of each position.

    Returns
    -------
    Pick
        Rows and their words.
    """
    if text == "":
        return Pick(np.ones((1, len(ids))), [""])
    if text == "*":
        there = [position for position, each in enumerate(ids) if each != ""]
        return Pick(np.eye(len(ids))[there], [words[position] for position in there])
    named = split(text)
    chosen = [str(each) in named for each in ids]
    together = " + ".join(str(word) for word, there in zip(words, chosen, strict=True) if there)
    return Pick(np.array([chosen], dtype=float), [together])


@dataclass(frozen=True, eq=False)
class Scope:
    """What an agreement reaches; every sum has the axes host, group, place type, supplier, year.

    Parameters
    ----------
    facts : Facts
        The instance.
    plan : Plan
        The plan.
    host, group, place_type, supplier, year : Pick
        By dimension. ``host`` is region and municipality together; ``supplier`` is about providers
        where the measure is support_hours.
    whole_regions : array
        By row of host and region: 1 where the region's needs without municipality count.
    by_supplier : bool
        Whether the agreement names suppliers (or providers).
    """

    facts: Facts
    plan: Plan
    host: Pick
    group: Pick
    place_type: Pick
    supplier: Pick
    year: Pick
    whole_regions: Array
    by_supplier: bool

    def given(self, weigh: Callable[[Array], Array] = lambda places: places) -> Array:
        """Sum of places, weighed in an array by municipality, group, place type, year."""
        arrays = self._places_by_supplier() if self.by_supplier else [self.plan.places]
        picks = [self.host.matrix, self.group.matrix, self.place_type.matrix, self.year.matrix]
        sums = [contract("mj,ag,bk,ct,jgkt->mabc", *picks, weigh(each)) for each in arrays]
        return np.stack(sums, axis=3)

    def _places_by_supplier(self) -> list[Array]:
        attribution = self.plan.attribution
        assert attribution is not None
        keys = ("municipality", "group", "place_type", "year")
        code = attribution.codes["supplier"]
        return [attribution.total(*keys, rows=row[code] > 0) for row in self.supplier.matrix]

    def built(self, per_place: Array | None = None) -> Array:
        """Sum of places built, or of an amount per place by project."""
        codes = self.facts.project_codes
        builds = self.plan.builds if per_place is None else self.plan.builds * per_place[:, None]
        return contract(
            "mp,bp,sp,pc->mbsc",
            self.host.matrix[:, codes["municipality"]],
            self.place_type.matrix[:, codes["place_type"]],
            self.supplier.matrix[:, codes["supplier"]],
            builds @ self.year.matrix.T,
        )[:, None]  # fmt: skip

    def capacity(self) -> Array:
        """Sum of what suppliers have."""
        picks = [self.host.matrix, self.place_type.matrix, self.supplier.matrix, self.year.matrix]
        return contract("mj,bk,su,ct,ujkt->mbsc", *picks, self.facts.capacity)[:, None]

    def needs(self) -> Array:
        """Households of the scope's groups and years, from the scope's municipalities as origins."""
        group, year = self.group.matrix, self.year.matrix
        here = contract("mj,ag,ct,jgt->mac", self.host.matrix, group, year, self.facts.needs)
        of_regions = contract("mr,ag,ct,rgt->mac", self.whole_regions, group, year, self.facts.needs_region)
        return (here + of_regions)[:, :, None, None, :]

    def task(self) -> Array:
        """Fair share × needs of the scope's groups and years in the region, weighted by burden."""
        assert self.plan.shares is not None
        share = (self.host.matrix * self.plan.shares) @ self.facts.in_region.T
        needs = self.facts.region_needs * self.facts.column("groups", "burden")[:, None]
        tasks = contract("mr,ag,ct,rgt->mac", share, self.group.matrix, self.year.matrix, needs)
        return tasks[:, :, None, None, :]

    def inhabitants(self) -> Array:
        """Inhabitants of the scope's municipalities."""
        people = self.host.matrix @ self.facts.column("municipalities", "population")
        return people[:, None, None, None, None]

    def support(self) -> Array:
        """Hours per week that the scope's providers give, summed over its years."""
        assert self.plan.support is not None
        picks = [self.host.matrix, self.supplier.matrix, self.year.matrix]
        return contract("mj,su,ct,ujt->msc", *picks, self.plan.support)[:, None, None]


def scope_of(agreement: pd.Series[Any], facts: Facts, plan: Plan) -> Scope:
    """Read what an agreement reaches.

    Parameters
    ----------
    agreement : Series
        A row of the table agreements.
    facts : Facts
        The instance.
    plan : Plan
        The plan.

    Returns
    -------
    Scope
        Combinations of a region with municipalities that are all elsewhere are left out.
    """
    picks = {
        axis: pick(agreement[axis], facts.known[axis], facts.words(axis)[0])
        for axis in ("region", "municipality", "group", "place_type", "year")
    }
    axis = "provider" if agreement["measure"] == "support_hours" else "supplier"
    supplier = pick(agreement["supplier"], facts.known[axis], facts.words(axis)[0])
    region, municipality = picks["region"], picks["municipality"]
    hosts = (region.matrix @ facts.in_region)[:, None, :] * municipality.matrix
    hosts = hosts.reshape(-1, len(facts.names))
    kept = np.flatnonzero(hosts.any(axis=1))
    labels = [f"{r}, {m}".strip(", ") for r in region.labels for m in municipality.labels]
    regions = np.repeat(region.matrix, len(municipality.labels), axis=0) * (agreement["municipality"] == "")
    return Scope(
        facts=facts,
        plan=plan,
        host=Pick(hosts[kept], [labels[row] for row in kept.tolist()]),
        group=picks["group"],
        place_type=picks["place_type"],
        supplier=supplier,
        year=picks["year"],
        whole_regions=regions[kept],
        by_supplier=agreement["supplier"] != "",
    )


Bound = tuple["Array", "Array", str]
Measure = Callable[[Scope, float], Bound]

MEASURES: dict[str, Measure] = {}
"""Every measure of an agreement by name: from scope and value to left, right and unit."""


def measure(function: Measure) -> Measure:
    """Register a measure under the name of its function."""
    MEASURES[function.__name__] = function
    return function


@measure
def places(scope: Scope, value: float) -> Bound:
    """Σ place against value."""
    return scope.given(), np.array(value), "places"


@measure
def share_of_need(scope: Scope, value: float) -> Bound:
    """Σ place against value × needs."""
    return scope.given(), value * scope.needs(), "places"


@measure
def share_of_supply(scope: Scope, value: float) -> Bound:
    """Σ place against value × (supply + delivered)."""
    return scope.given(), value * scope.capacity(), "places"


@measure
def per_1000_inhabitants(scope: Scope, value: float) -> Bound:
    """Σ place against value × inhabitants ÷ 1000."""
    return scope.given(), value * scope.inhabitants() / 1000, "places"


@measure
def share_of_fair_share(scope: Scope, value: float) -> Bound:
    """Σ burden × place against value × fair share × Σ burden × needs of the region."""
    burden = scope.facts.column("groups", "burden")[:, None, None]
    return scope.given(lambda given: burden * given), value * scope.task(), "load"


@measure
def built(scope: Scope, value: float) -> Bound:
    """Σ build against value."""
    return scope.built(), np.array(value), "places"


@measure
def share_of_built(scope: Scope, value: float) -> Bound:
    """Σ build against value × Σ build of every place type."""
    every = Pick(np.ones((1, len(scope.facts.known["place_type"]))), [""])
    return scope.built(), value * replace(scope, place_type=every).built(), "places"


@measure
def support_hours(scope: Scope, value: float) -> Bound:
    """Hours in use, or hours that named providers give, against value."""
    hours = scope.support() if scope.by_supplier else scope.given(scope.plan.hours)
    return hours, np.array(value), "hours per week"


@measure
def cost(scope: Scope, value: float) -> Bound:
    """Σ cost_per_place × build + Σ annual_cost × place against value."""
    annual = scope.facts.column("place_types", "annual_cost")[:, None]
    building = scope.built(scope.facts.column("projects", "cost_per_place"))
    return building + scope.given(lambda given: annual * given), np.array(value), "EUR"


def agreement_rows(agreement: pd.Series[Any], facts: Facts, plan: Plan) -> Rows:
    """Rows that an agreement stands for.

    Parameters
    ----------
    agreement : Series
        A row of the table agreements.
    facts : Facts
        The instance.
    plan : Plan
        The plan.

    Returns
    -------
    Rows
        One for each combination that a ``*`` in its scope stands for.
    """
    scope = scope_of(agreement, facts, plan)
    picks = (scope.host, scope.group, scope.place_type, scope.supplier, scope.year)
    labels = tuple(each.labels for each in picks)
    left, right, unit = MEASURES[agreement["measure"]](scope, float(agreement["value"]))
    shape = tuple(len(each) for each in labels)
    return Rows(np.broadcast_to(left, shape), np.broadcast_to(right, shape), labels, unit, agreement["sense"])
