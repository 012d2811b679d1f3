"""PuLP expressions: ``python with_pulp.py FOLDER waiting CBC|HiGHS``."""

from __future__ import annotations

import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pulp
from region import FEASIBILITY, OPTIMALITY, Region, answer, read


@dataclass
class Stated:
    """The pool formulation, and what goals are made of."""

    problem: pulp.LpProblem
    place: dict[tuple[str, str, str, int], pulp.LpVariable]
    waiting: dict[tuple[str, str, int], pulp.LpVariable]
    load: dict[str, pulp.LpVariable]


def state(region: Region) -> Stated:
    """State the rows queue, pool, capacity and load over dicts of variables."""
    problem = pulp.LpProblem("verdeling", pulp.LpMinimize)
    places = list(region.places.itertuples(index=False, name=None))
    served_keys = list(region.served.itertuples(index=False, name=None))
    needs = region.needs.set_index(["group", "municipality", "year"])["households"].to_dict()
    place = pulp.LpVariable.dicts("place", [key[:4] for key in places], 0)
    served = pulp.LpVariable.dicts("served", [key[:3] for key in served_keys], 0)
    waiting = pulp.LpVariable.dicts("waiting", list(needs), 0)
    load = pulp.LpVariable.dicts("load", list(region.municipalities.index), 0)
    for (g, i, t), households in needs.items():
        before = waiting.get((g, i, t - 1), 0)
        problem += waiting[g, i, t] == before + households - served.get((g, i, t), 0)
    housed, given, used, counted = (defaultdict(list) for _ in range(4))
    for g, i, t, r in served_keys:
        housed[r, g, t].append(served[g, i, t])
    burden = region.groups["burden"].to_dict()
    for g, j, k, t, r in places:
        given[r, g, t].append(place[g, j, k, t])
        used[j, k, t].append(place[g, j, k, t])
        counted[j].append(burden[g] * place[g, j, k, t])
    for pool in housed:
        problem += pulp.lpSum(housed[pool]) == pulp.lpSum(given[pool])
    capacity = region.supply.set_index(["municipality", "place_type", "year"])["places"].to_dict()
    for key, there in used.items():
        problem += pulp.lpSum(there) <= capacity[key]
    for j, places_there in load.items():
        problem += places_there == pulp.lpSum(counted[j])
    return Stated(problem, place, waiting, load)


def minimise(stated: Stated, objective: pulp.LpAffineExpression, solver: str = "HiGHS") -> float:
    """Solve cold, from nothing, and return the value reached."""
    stated.problem.setObjective(objective)
    if solver == "CBC":
        options = [f"primalTolerance {FEASIBILITY}", f"dualTolerance {OPTIMALITY}"]
        chosen = pulp.PULP_CBC_CMD(msg=False, threads=1, options=options)
    else:
        tolerances = {
            "primal_feasibility_tolerance": FEASIBILITY,
            "dual_feasibility_tolerance": OPTIMALITY,
        }
        chosen = pulp.HiGHS(msg=False, threads=1, **tolerances)
    stated.problem.solve(chosen)
    if stated.problem.status != pulp.LpStatusOptimal:
        raise RuntimeError(f"{solver} ended with {pulp.LpStatus[stated.problem.status]}.")
    return float(pulp.value(objective))


def placements(stated: Stated) -> pd.DataFrame:
    """Places read back: group, municipality, place_type, year, places."""
    rows = [(*key, variable.value()) for key, variable in stated.place.items()]
    return pd.DataFrame(rows, columns=["group", "municipality", "place_type", "year", "places"])


def main(folder: str, task: str, solver: str) -> None:
    """One program: the least waiting."""
    stated = state(read(Path(folder)))
    reached = minimise(stated, pulp.lpSum(stated.waiting.values()), solver)
    answer([reached], placements(stated))


if __name__ == "__main__":
    main(*sys.argv[1:])
