"""The limits of a plan, family by family; the names are those of `models/formulation.md`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from verdeling.attribution import NOISE
from verdeling.plan import entries
from verdeling.verification.facts import Array, Facts, Labels, Plan, Rows

Family = Callable[[Facts, Plan], Iterator[Rows]]

FAMILIES: dict[str, Family] = {}
"""Every family of limits by name, in the order in which they are checked."""

_PLACE = ("municipality", "group", "place_type", "year")


def family(check: Family) -> Family:
    """Register a family under the name of its function.

    Parameters
    ----------
    check : callable
        From facts and plan to the rows that should hold.

    Returns
    -------
    callable
        The same.
    """
    FAMILIES[check.__name__] = check
    return check


@family
def whole(facts: Facts, plan: Plan) -> Iterator[Rows]:
    """Places, builds and attributed places are whole numbers, exactly; only when whole places are asked."""
    if not plan.whole:
        return
    yield Rows(plan.places, np.rint(plan.places), facts.words(*_PLACE), "places", "=", exact=True)
    yield Rows(plan.builds, np.rint(plan.builds), facts.words("project", "year"), "places", "=", exact=True)
    if plan.attribution is not None:
        given, keys = plan.attribution.amounts, ("supplier", *_PLACE)
        part = given != np.rint(given)
        rows = zip(*(plan.attribution.codes[key][part].tolist() for key in keys), strict=True)
        names = [[str(word) for word in axis] for axis in facts.words(*keys)]
        words = [", ".join(axis[at] for axis, at in zip(names, row, strict=True) if axis[at]) for row in rows]
        yield Rows(given[part], np.rint(given[part]), (words,), "places", "=", exact=True)


@family
def suitability(facts: Facts, plan: Plan) -> Iterator[Rows]:
    """No place[g, j, k, t] where the table suitability does not have (g, k)."""
    pairs = facts.tables["suitability"].assign(suitable=1.0)
    suitable = entries(pairs, ("group", "place_type"), "suitable", facts.known).total("group", "place_type")
    stray = np.where(suitable[None, :, :, None] > 0, 0.0, plan.places)
    yield Rows(stray, np.zeros_like(stray), facts.words(*_PLACE), "places")


@family
def queue(facts: Facts, plan: Plan) -> Iterator[Rows]:
    """Σ_{t' ≤ t} place ≤ Σ_{t' ≤ t} needs per region, group and year: nobody is housed before they look.

    Queue and pool together say this and no more: within a region any household that waits can take
    any place for its group. Where the plan says who waits, that is who came less who was served.
    """
    placed = facts.by_region(plan.places.sum(axis=2))
    words = facts.words("region", "group", "year")
    yield Rows(np.cumsum(placed, axis=2), np.cumsum(facts.region_needs, axis=2), words, "places")
    if plan.people is None:
        return
    who = plan.people
    for waiting, needs, served, origin in (
        (who.waiting, facts.needs, who.served, "municipality"),
        (who.waiting_region, facts.needs_region, who.served_region, "region"),
    ):
        words = facts.words(origin, "group", "year")
        came, went = np.cumsum(needs, axis=2), np.cumsum(served, axis=2)
        yield Rows(waiting + went, came, words, "households", "=", note=", waiting and served")


@family
def pool(facts: Facts, plan: Plan) -> Iterator[Rows]:
    """Σ_i served = Σ_j Σ_k place per region, group and year, where the plan says who is served."""
    if plan.people is not None:
        served = facts.by_region(plan.people.served) + plan.people.served_region
        placed = facts.by_region(plan.places.sum(axis=2))
        words = facts.words("region", "group", "year")
        yield Rows(served, placed, words, "households", "=", note=", served")


@family
def capacity(facts: Facts, plan: Plan) -> Iterator[Rows]:
    """Σ_g place[g, j, k, t] ≤ supply[j, k, t] + delivered[j, k, t]."""
    note = "" if plan.built or not plan.builds.size else " (the plan does not say what is built)"
    words = facts.words("municipality", "place_type", "year")
    yield Rows(plan.places.sum(axis=1), facts.capacity.sum(axis=0), words, "places", note=note)


@family
def project(facts: Facts, plan: Plan) -> Iterator[Rows]:
    """Σ_t build[p, t] ≤ max_places[p], and nothing before its first year."""
    first = facts.column("projects", "year")[:, None]
    early = np.where(facts.known["year"].to_numpy() < first, plan.builds, 0.0)
    most = facts.column("projects", "max_places")
    yield Rows(plan.builds.sum(axis=1), most, facts.words("project"), "places")
    note = " (before its first year)"
    yield Rows(early, np.zeros_like(early), facts.words("project", "year"), "places", note=note)


@family
def project_minimum(facts: Facts, plan: Plan) -> Iterator[Rows]:
    """Σ_t build[p, t] is 0 or ≥ min_places[p]; only for whole places, the fractional optimum relaxes it."""
    if not plan.whole:
        return
    total = plan.builds.sum(axis=1)
    least = np.where(total > 0, facts.column("projects", "min_places"), 0.0)
    yield Rows(total, least, facts.words("project"), "places", ">=")


@family
def support(facts: Facts, plan: Plan) -> Iterator[Rows]:
    """Hours in use[j, t] ≤ hours given there; without hours given, ≤ what the offers can cover."""
    if facts.tables["support"].empty:
        return
    used = plan.hours(plan.places).sum(axis=(1, 2))
    if plan.support is not None:
        yield Rows(used, plan.support.sum(axis=0), facts.words("municipality", "year"), "hours per week")
        return
    yield from _covered(facts, used[None], facts.local.sum(axis=0)[None], facts.wide.sum(axis=0)[None], [""])


@family
def provider(facts: Facts, plan: Plan) -> Iterator[Rows]:
    """Σ_j support[o, j] ≤ hours[o]: a provider's own offers cover what it gives."""
    if plan.support is not None:
        yield from _covered(facts, plan.support, facts.local, facts.wide, facts.words("provider")[0])


def _covered(facts: Facts, hours: Array, local: Array, wide: Array, who: Labels) -> Iterator[Rows]:
    """Whether offers cover hours; arrays are by who, municipality or region, year.

    An offer bound to a municipality serves only that one and is used first. So the offers for a
    whole region must cover Σ_j max(0, hours[j] − local[j]): necessary, and sufficient. Where there
    are no such offers the rows are stated by municipality.
    """
    regional = wide[:, facts.region] > 0
    unit = "hours per week"
    yield Rows(hours, np.where(regional, hours, local), (who, *facts.words("municipality", "year")), unit)
    together, least = (
        facts.by_region(each.swapaxes(0, 1)).swapaxes(0, 1) for each in (hours, np.minimum(hours, local))
    )
    covered = least + wide
    limit = np.where(wide > 0, covered, together)
    yield Rows(together, limit, (who, *facts.words("region", "year")), unit)


@family
def supplier(facts: Facts, plan: Plan) -> Iterator[Rows]:
    """Σ_g attributed[g, j, k, t, u] ≤ what supplier u has; a part of a place counts as one when whole."""
    if plan.attribution is None:
        return
    keys = ("supplier", "municipality", "place_type", "year")
    limit = np.ceil(facts.capacity - NOISE) if plan.whole else facts.capacity
    yield Rows(plan.attribution.total(*keys), limit, facts.words(*keys), "places")


@family
def supplier_split(facts: Facts, plan: Plan) -> Iterator[Rows]:
    """Σ_u attributed[g, j, k, t, u] = place[g, j, k, t]: every place has one supplier."""
    if plan.attribution is not None:
        yield Rows(plan.attribution.total(*_PLACE), plan.places, facts.words(*_PLACE), "places", "=")
