"""Tables of solutions under several policies, each about all of them."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.comparing.openness import together
from verdeling.fairness import indicators
from verdeling.leeway import SHOWN
from verdeling.solution import Solution

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from verdeling.errors import VerdelingError
    from verdeling.instance import Instance

THE_KEY = ""
"""The baseline in which every municipality carries its fair share of what is housed."""

PLACE = ["municipality", "group", "place_type", "year"]
"""What a place is known by."""

NEAR = 1e-6
"""Differences in places or load below this, relative to amounts above 1, are rounding."""

_DECIMALS = 6
"""Of places that are measured."""

Keyed = tuple[str, str]
"""A policy and a scenario."""

STATUS_COLUMNS = ["policy", "scenario", "status", "message"]


def status_row(key: Keyed, answer: Solution | VerdelingError) -> tuple[str, str, str, str]:
    """What came of a policy: its status, and what went wrong if anything did."""
    if not isinstance(answer, Solution):
        return *key, "failed", " ".join([answer.headline, *(problem.what for problem in answer.problems)])
    conflict = answer.conflict.loc[answer.conflict["in_conflict"].astype(bool), "agreement"]
    return *key, answer.status, "; ".join(conflict)


def indicator_table(solved: Mapping[Keyed, Solution], shares: pd.Series[float]) -> pd.DataFrame:
    """Every indicator of every plan, by the same fair shares and against the same plan."""
    columns = ["indicator", "value", "unit", "better"]
    reference = {scenario: plan.placements for scenario, plan in least_waiting(solved).items()}
    found = {
        key: indicators(
            solution.instance,
            _exact(solution.placements),
            shares,
            builds=solution.builds[["project", "year", "places"]],
            reference=reference[key[1]],
        )[columns]
        for key, solution in solved.items()
    }
    return stacked(found, columns)


def _exact(placements: pd.DataFrame) -> pd.DataFrame:
    """Placements without rounding of a solver: an index may jump where somebody has nothing at all."""
    return placements.assign(places=placements["places"].round(_DECIMALS))


def least_waiting(solved: Mapping[Keyed, Solution]) -> dict[str, Solution]:
    """The first plan of each scenario under which the fewest household-years are waited."""
    waited = {key: round(float(plan.waiting["waiting"].sum()), 6) for key, plan in solved.items()}
    found: dict[str, Keyed] = {}
    for key in solved:
        if key[1] not in found or waited[key] < waited[found[key[1]]]:
            found[key[1]] = key
    return {scenario: solved[key] for scenario, key in found.items()}


def load_table(solved: Mapping[Keyed, Solution], shares: pd.Series[float]) -> pd.DataFrame:
    """Loads of every plan, relative to the same fair shares."""
    columns = ["municipality", "name", "region", "fair_share", "fair_load", "places", "load", "relative_load"]
    found = {}
    for key, solution in solved.items():
        table = solution.loads[["municipality", "name", "region", "places", "load"]]
        table["fair_share"] = shares.reindex(table["municipality"]).to_numpy()
        table["fair_load"] = table["fair_share"] * table["region"].map(_tasks(solution.instance))
        found[key] = table.assign(relative_load=_relative(table["load"], table["fair_load"]))[columns]
    return stacked(found, columns)


def _tasks(instance: Instance) -> pd.Series[float]:
    """Load of all needs of the horizon, by region; a region without needs has none."""
    needs = instance.tables["needs"]
    weight = needs["households"] * needs["group"].map(instance.tables["groups"].set_index("group")["burden"])
    regions = instance.tables["municipalities"]["region"].unique()
    return weight.groupby(needs["region"]).sum().reindex(regions, fill_value=0.0)


def _relative(load: pd.Series[float], fair_load: pd.Series[float]) -> pd.Series[float]:
    """Load in fair shares; zero in a region whose needs weigh nothing."""
    return load.div(fair_load.where(fair_load > 0)).fillna(0.0)


def winner_table(loads: pd.DataFrame, ranges: pd.DataFrame, baseline: str) -> pd.DataFrame:
    """What each municipality carries more or less than under the baseline, and whether that is certain."""
    columns = ["policy", "scenario", "municipality", "name", "load", "baseline", "change"]
    columns += ["relative_change", "lowest", "highest", "verdict"]
    table = _beside_the_key(loads, ranges) if baseline == THE_KEY else _beside(loads, baseline)
    change = (table["load"] - table["baseline"]).astype(float)
    near = NEAR * table["load"].clip(lower=1.0)
    change = change.mask(change.abs() <= near, 0.0)
    itself = table["policy"] == baseline
    lowest = (table["lowest"] - table["baseline_highest"]).mask(itself, 0.0)
    highest = (table["highest"] - table["baseline_lowest"]).mask(itself, 0.0)
    firm = highest.isna() | (highest - lowest < SHOWN)
    least, most = lowest.mask(firm, change), highest.mask(firm, change)
    verdict = np.select([most < -near, least > near, firm], ["gains", "loses", "same"], "open")
    return table.assign(
        change=change,
        relative_change=_relative(change, table["fair_load"]),
        lowest=lowest,
        highest=highest,
        verdict=verdict,
    )[columns]


def _beside_the_key(loads: pd.DataFrame, ranges: pd.DataFrame) -> pd.DataFrame:
    """Loads beside the fair share of what is housed in the region, which may move as well."""
    housed = loads.groupby(["policy", "scenario", "region"])["load"].transform("sum")
    keys = ["policy", "scenario", "region"]
    totals = ranges.loc[ranges["number"] == "total_load", [*keys, "lowest", "highest"]]
    table = loads.assign(baseline=loads["fair_share"] * housed).merge(
        totals, how="left", on=keys, suffixes=("", "_in_all")
    )
    return table.assign(
        baseline_lowest=table["fair_share"] * table["lowest_in_all"],
        baseline_highest=table["fair_share"] * table["highest_in_all"],
    )


def _beside(loads: pd.DataFrame, baseline: str) -> pd.DataFrame:
    """Loads beside those under a policy."""
    there = loads.loc[
        loads["policy"] == baseline, ["scenario", "municipality", "load", "lowest", "highest"]
    ].rename(columns={"load": "baseline", "lowest": "baseline_lowest", "highest": "baseline_highest"})
    return loads.merge(there, on=["scenario", "municipality"])


def difference_table(placements: Mapping[Keyed, pd.DataFrame], loads: pd.DataFrame) -> pd.DataFrame:
    """How far every two plans of a scenario are apart."""
    columns = ["scenario", "policy", "other", "places", "load", "same", "freedom"]
    given = _side_by_side(placements)
    plans = loads.groupby(["policy", "scenario"])
    carried = {key: part.set_index("municipality")["load"].sort_index().to_numpy() for key, part in plans}
    settled = {key: together(part) for key, part in plans["freedom"]}
    rows = []
    for one, other in combinations(given, 2):
        if one[1] == other[1]:
            more = given[one] - given[other]
            places = max(more[more > 0].sum(), -more[more < 0].sum())
            load = np.abs(carried[one] - carried[other]).max()
            most = max(1.0, given[one].sum())
            same = "division" if places <= NEAR * most else "loads" if load <= NEAR * most else ""
            free = together([settled[one], settled[other]])
            rows.append((one[1], one[0], other[0], float(places), float(load), same, free))
    return pd.DataFrame(rows, columns=columns)


def _side_by_side(placements: Mapping[Keyed, pd.DataFrame]) -> dict[Keyed, npt.NDArray[np.float64]]:
    """Places of each plan, all in one order of municipalities, groups, place types and years."""
    if not placements:
        return {}
    everything = pd.concat(placements.values(), ignore_index=True)
    place = everything.groupby(PLACE, sort=False).ngroup().to_numpy()
    amounts = everything["places"].to_numpy(np.float64)
    ends = np.cumsum([len(frame) for frame in placements.values()])[:-1]
    parts = zip(placements, np.split(place, ends), np.split(amounts, ends), strict=True)
    size = int(place.max(initial=-1)) + 1
    return {key: np.bincount(where, places, size).astype(np.float64) for key, where, places in parts}


def stacked(frames: Mapping[Keyed, pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    """Tables of policies and scenarios below each other."""
    labelled = [
        frame[columns].assign(policy=policy, scenario=scenario)[["policy", "scenario", *columns]]
        for (policy, scenario), frame in frames.items()
    ]
    empty = pd.DataFrame(columns=["policy", "scenario", *columns])
    return pd.concat(labelled, ignore_index=True) if labelled else empty
