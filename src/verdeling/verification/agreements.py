"""Agreements on finished numbers: each combination that a scope stands for, in the unit of its measure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from verdeling.scopes import split
from verdeling.verification.facts import Array, Facts, Labels, Plan, Rows, contract, gathered

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Pick:
    """What a scope column picks from an axis.

    Parameters
    ----------
    bound : array
        For each position of the axis which of the bounds counts it, that the column stands for; -1: none.
    labels : sequence of str
        Words of each bound.
    """

    bound: NDArray[np.intp]
    labels: Labels

    @property
    def matrix(self) -> Array:
        """A row for each bound; 1 where it counts a position of the axis."""
        matrix: Array = (np.arange(len(self.labels))[:, None] == self.bound).astype(np.float64)
        return matrix


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
        Bounds and their words.
    """
    if text == "":
        return Pick(np.zeros(len(ids), dtype=np.intp), [""])
    if text == "*":
        there = np.array([each != "" for each in ids], dtype=bool)
        bound = np.where(there, np.cumsum(there) - 1, -1)
        return Pick(bound, [words[position] for position in np.flatnonzero(there).tolist()])
    named = split(text)
    chosen = np.array([str(each) in named for each in ids], dtype=bool)
    together = " + ".join(str(word) for word, there in zip(words, chosen, strict=True) if there)
    return Pick(np.where(chosen, 0, -1), [together])


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
        For each region the bound of host that its needs without municipality count for; -1: none.
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
    whole_regions: NDArray[np.intp]
    by_supplier: bool

    def given(self, weigh: Callable[[Array], Array] = lambda places: places) -> Array:
        """Sum of places, weighed in an array by municipality, group, place type, year."""
        arrays = self._places_by_supplier() if self.by_supplier else [self.plan.places]
        picks = [self.group.matrix, self.place_type.matrix, self.year.matrix]
        sums = [self._by_host("ag,bk,ct,jgkt->jabc", *picks, weigh(each)) for each in arrays]
        return np.stack(sums, axis=3)

    def _places_by_supplier(self) -> list[Array]:
        attribution = self.plan.attribution
        assert attribution is not None
        keys = ("municipality", "group", "place_type", "year")
        supplier = self.supplier.bound[attribution.codes["supplier"]]
        bounds = range(len(self.supplier.labels))
        return [attribution.total(*keys, rows=supplier == bound) for bound in bounds]

    def built(self, per_place: Array | None = None) -> Array:
        """Sum of places built, or of an amount per place by project."""
        codes = self.facts.project_codes
        builds = self.plan.builds if per_place is None else self.plan.builds * per_place[:, None]
        by_project = contract(
            "bp,sp,pc->pbsc",
            self.place_type.matrix[:, codes["place_type"]],
            self.supplier.matrix[:, codes["supplier"]],
            builds @ self.year.matrix.T,
        )
        host = self.host.bound[codes["municipality"]]
        return gathered(by_project, host, len(self.host.labels))[:, None]

    def capacity(self) -> Array:
        """Sum of what suppliers have."""
        picks = [self.place_type.matrix, self.supplier.matrix, self.year.matrix]
        return self._by_host("bk,su,ct,jukt->jbsc", *picks, self.facts.capacity.swapaxes(0, 1))[:, None]

    def needs(self) -> Array:
        """Households of the scope's groups and years, from the scope's municipalities as origins."""
        picks = [self.group.matrix, self.year.matrix]
        of_regions = contract("ag,ct,rgt->rac", *picks, self.facts.needs_region)
        needs = self._by_host("ag,ct,jgt->jac", *picks, self.facts.needs)
        needs += gathered(of_regions, self.whole_regions, len(self.host.labels))
        return needs[:, :, None, None, :]

    def task(self) -> Array:
        """Fair share × needs of the scope's groups and years in the region, weighted by burden."""
        assert self.plan.shares is not None
        needs = self.facts.region_needs * self.facts.column("groups", "burden")[:, None]
        fair = self.plan.shares[:, None, None] * needs[self.facts.region]
        return self._by_host("ag,ct,jgt->jac", self.group.matrix, self.year.matrix, fair)[:, :, None, None, :]

    def inhabitants(self) -> Array:
        """Inhabitants of the scope's municipalities."""
        people = self.facts.column("municipalities", "population")
        return gathered(people, self.host.bound, len(self.host.labels))[:, None, None, None, None]

    def support(self) -> Array:
        """Hours per week that the scope's providers give, summed over its years."""
        assert self.plan.support is not None
        picks = [self.supplier.matrix, self.year.matrix]
        return self._by_host("su,ct,jut->jsc", *picks, self.plan.support.swapaxes(0, 1))[:, None, None]

    def _by_host(self, subscripts: str, *arrays: Array) -> Array:
        """Contract arrays, the last of which has the municipalities first, and sum by host."""
        *picks, array = arrays
        reached = self.host.bound >= 0
        sums = contract(subscripts, *picks, array[reached])
        return gathered(sums, self.host.bound[reached], len(self.host.labels))


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
    host, whole_regions = _hosts(picks["region"], picks["municipality"], facts)
    return Scope(
        facts=facts,
        plan=plan,
        host=host,
        group=picks["group"],
        place_type=picks["place_type"],
        supplier=supplier,
        year=picks["year"],
        whole_regions=whole_regions if agreement["municipality"] == "" else np.full_like(whole_regions, -1),
        by_supplier=agreement["supplier"] != "",
    )


def _hosts(region: Pick, municipality: Pick, facts: Facts) -> tuple[Pick, NDArray[np.intp]]:
    """Region and municipality together, and which of the bounds the first one of each region is in."""
    of_region, width = region.bound[facts.region], len(municipality.labels)
    there = (of_region >= 0) & (municipality.bound >= 0)
    both = np.where(there, of_region * width + municipality.bound, -1)
    kept = np.unique(both[there])
    labels = [f"{region.labels[at // width]}, {municipality.labels[at % width]}".strip(", ") for at in kept]
    first = np.searchsorted(kept, region.bound * width)
    return Pick(np.where(there, np.searchsorted(kept, both), -1), labels), np.where(
        region.bound >= 0, first, -1
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
    every = Pick(np.zeros(len(scope.facts.known["place_type"]), dtype=np.intp), [""])
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
