"""Tables of solutions under several policies, each about all of them."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.fairness import indicators
from verdeling.solution import Solution

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    found = {
        key: indicators(
            solution.instance,
            _settled(solution.placements),
            shares,
            builds=solution.builds[["project", "year", "places"]],
            reference=_least_waiting(solved, key[1]).placements,
        )[columns]
        for key, solution in solved.items()
    }
    return stacked(found, columns)


def _settled(placements: pd.DataFrame) -> pd.DataFrame:
    """Placements without rounding of a solver: an index may jump where somebody has nothing at all."""
    return placements.assign(places=placements["places"].round(_DECIMALS))


def _least_waiting(solved: Mapping[Keyed, Solution], scenario: str) -> Solution:
    """The first plan of a scenario under which the fewest household-years are waited."""
    plans = [solution for (_, name), solution in solved.items() if name == scenario]
    return min(plans, key=lambda solution: round(float(solution.waiting["waiting"].sum()), 6))


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


def winner_table(loads: pd.DataFrame, baseline: str) -> pd.DataFrame:
    """What each municipality carries more or less than under the baseline."""
    columns = ["policy", "scenario", "municipality", "name", "load", "baseline", "change"]
    columns += ["relative_change", "verdict"]
    if baseline == THE_KEY:
        housed = loads.groupby(["policy", "scenario", "region"])["load"].transform("sum")
        table = loads.assign(baseline=loads["fair_share"] * housed)
    else:
        there = loads.loc[loads["policy"] == baseline, ["scenario", "municipality", "load"]]
        table = loads.merge(there.rename(columns={"load": "baseline"}), on=["scenario", "municipality"])
    change = (table["load"] - table["baseline"]).astype(float)
    change = change.mask(change.abs() <= NEAR * table["load"].clip(lower=1.0), 0.0)
    verdict = np.select([change < 0, change > 0], ["gains", "loses"], "same")
    relative = _relative(change, table["fair_load"])
    return table.assign(change=change, relative_change=relative, verdict=verdict)[columns]


def difference_table(placements: Mapping[Keyed, pd.DataFrame], loads: pd.DataFrame) -> pd.DataFrame:
    """How far every two plans of a scenario are apart."""
    columns = ["scenario", "policy", "other", "places", "load", "same"]
    given = {key: frame.set_index(PLACE)["places"] for key, frame in placements.items()}
    carried = {
        key: part.set_index("municipality")["load"] for key, part in loads.groupby(["policy", "scenario"])
    }
    rows = []
    for one, other in combinations(given, 2):
        if one[1] == other[1]:
            more = given[one].sub(given[other], fill_value=0.0)
            places = max(more.clip(lower=0).sum(), -more.clip(upper=0).sum())
            load = (carried[one] - carried[other]).abs().max()
            most = max(1.0, given[one].sum())
            same = "division" if places <= NEAR * most else "loads" if load <= NEAR * most else ""
            rows.append((one[1], one[0], other[0], float(places), float(load), same))
    return pd.DataFrame(rows, columns=columns)


def stacked(frames: Mapping[Keyed, pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    """Tables of policies and scenarios below each other."""
    labelled = [
        frame[columns].assign(policy=policy, scenario=scenario)[["policy", "scenario", *columns]]
        for (policy, scenario), frame in frames.items()
    ]
    empty = pd.DataFrame(columns=["policy", "scenario", *columns])
    return pd.concat(labelled, ignore_index=True) if labelled else empty
