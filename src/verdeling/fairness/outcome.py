"""What indicators look at: a finished plan as the few arrays that they need."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.errors import InstanceError, Problem
from verdeling.fairness.locality import fewest_moves
from verdeling.plan import entries, known_ids, read_plan

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from verdeling.instance import Instance
    from verdeling.plan import Entries, Known

    Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Outcome:
    """What indicators measure.

    Arrays by municipality hold those in a region whose needs weigh anything.

    Parameters
    ----------
    needs : array
        Households that start looking, by region, group and year.
    housed : array
        Households housed, by region, group and year.
    reference : array or None
        Households housed by the plan that this one is compared with, by region, group and year.
    load : array
        Places, weighted per group, by municipality.
    heaviest_place : array
        Load of the heaviest single place that each municipality gives; 0 where it gives none.
    fair_load : array
        Fair share of the region's task, by municipality.
    weight : array
        Fair share of each municipality, scaled to sum to 1.
    municipality, region : Index
        Id of each municipality, and of its region.
    cost : float
        EUR; NaN where it is not known what is built.
    moves : float
        Fewest households that are housed elsewhere than where they looked from.
    """

    needs: Array
    housed: Array
    reference: Array | None
    load: Array
    heaviest_place: Array
    fair_load: Array
    weight: Array
    municipality: pd.Index[str]
    region: pd.Index[str]
    cost: float
    moves: float

    @property
    def relative_load(self) -> Array:
        """Load relative to the fair share, by municipality; 1 is exactly its share."""
        return self.load / self.fair_load


def measure_outcome(
    instance: Instance,
    placements: pd.DataFrame,
    shares: pd.Series[float],
    *,
    builds: pd.DataFrame | None = None,
    reference: pd.DataFrame | None = None,
) -> Outcome:
    """Measure what indicators need of a plan.

    Parameters
    ----------
    instance : Instance
        In its default scenario, unless restricted to another with `Instance.in_scenario`.
    placements : DataFrame
        municipality, group, place_type, year, places; what has no row is zero.
    shares : Series
        Fair share for places, by municipality; above zero.
    builds : DataFrame, optional
        project, year, places. Without it the cost is known only where there are no projects.
    reference : DataFrame, optional
        Placements of the plan to compare with.

    Returns
    -------
    Outcome
        Arrays.

    Raises
    ------
    InstanceError
        If a table cannot be read, or a municipality has no share above zero.
    """
    instance = instance.in_scenario()
    known = known_ids(instance)
    plan = read_plan(known, {"placements": placements, "builds": builds})
    share = _read_shares(shares, known["municipality"])
    region = known["region"].get_indexer(pd.Index(instance.tables["municipalities"]["region"]))
    places = plan["placements"].total("municipality", "group", "year")
    needs = entries(instance.tables["needs"], ("region", "group", "year"), "households", known)
    asked = needs.total("region", "group", "year")
    burden = instance.tables["groups"]["burden"].to_numpy(dtype=np.float64)
    task = (asked.sum(axis=2) @ burden)[region]
    counts = task > 0
    given = places.sum(axis=2)
    return Outcome(
        needs=asked,
        housed=_by_region(places, region, known),
        reference=None if reference is None else _housed(reference, region, known),
        load=(given @ burden)[counts],
        heaviest_place=((given > 0) * burden).max(axis=1)[counts],
        fair_load=(share * task)[counts],
        weight=share[counts] / share[counts].sum() if counts.any() else np.empty(0),
        municipality=known["municipality"][counts],
        region=known["region"][region[counts]],
        cost=_cost(instance, plan),
        moves=_moves(instance, known, places, region),
    )


def _read_shares(shares: pd.Series[float], municipalities: pd.Index[str]) -> Array:
    share = shares.reindex(municipalities)
    wrong = share.index[~((share > 0) & (share < np.inf))]
    if len(wrong):
        raise InstanceError(
            "Relative loads cannot be measured.",
            [Problem("no-share", f"{name} has no fair share above zero.",
                     "A load has no meaning relative to no share.",
                     "Give the shares of the policy's key, by municipality.", value=str(share[name]))
             for name in wrong],
        )  # fmt: skip
    return np.asarray(share, dtype=np.float64)


def _by_region(places: Array, region: NDArray[np.intp], known: Known) -> Array:
    housed = np.zeros((len(known["region"]), *places.shape[1:]))
    np.add.at(housed, region, places)
    return housed


def _housed(placements: pd.DataFrame, region: NDArray[np.intp], known: Known) -> Array:
    plan = read_plan(known, {"placements": placements})
    return _by_region(plan["placements"].total("municipality", "group", "year"), region, known)


def _cost(instance: Instance, plan: dict[str, Entries]) -> float:
    """Cost of building, and of places in the year they are given."""
    tables = instance.tables
    giving = plan["placements"].total("place_type") @ tables["place_types"]["annual_cost"].to_numpy(float)
    if tables["projects"].empty:
        return float(giving)
    if "builds" not in plan:
        return np.nan
    building = plan["builds"].total("project") @ tables["projects"]["cost_per_place"].to_numpy(float)
    return float(giving + building)


def _moves(instance: Instance, known: Known, places: Array, region: NDArray[np.intp]) -> float:
    """Fewest moves, group by group in each region."""
    own, common = _looking(instance)
    return sum(
        fewest_moves(own[here, group], common[each, group], places[here, group])
        for each, here in enumerate(region == np.arange(len(known["region"]))[:, None])
        for group in range(len(known["group"]))
        if own[here, group].any() and places[here, group].any()
    )


@lru_cache(maxsize=8)
def _looking(instance: Instance) -> tuple[Array, Array]:
    """Households that start looking from a municipality, and from nowhere in particular in a region."""
    known, table, keys = known_ids(instance), instance.tables["needs"], ("group", "year")
    nowhere = table["municipality"] == ""
    own = entries(table[~nowhere], ("municipality", *keys), "households", known)
    common = entries(table[nowhere], ("region", *keys), "households", known)
    return own.total("municipality", *keys), common.total("region", *keys)
