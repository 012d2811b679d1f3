"""OR-Tools with its solver GLOP: ``python with_ortools.py FOLDER waiting``."""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

import pandas as pd
from ortools.linear_solver import pywraplp
from region import FEASIBILITY, OPTIMALITY, Region, answer, read

Places = dict[tuple[str, str, str, int], pywraplp.Variable]


def state(solver: pywraplp.Solver, region: Region) -> Places:
    """State the rows queue, pool, capacity and load over dicts of variables, and the least waiting."""
    infinity = solver.infinity()
    places = list(region.places.itertuples(index=False, name=None))
    needs = region.needs.set_index(["group", "municipality", "year"])["households"].to_dict()
    place = {key[:4]: solver.NumVar(0, infinity, "") for key in places}
    waiting = {key: solver.NumVar(0, infinity, "") for key in needs}
    load = {j: solver.NumVar(0, infinity, "") for j in region.municipalities.index}
    served, housed, given, used, counted = {}, *(defaultdict(list) for _ in range(4))
    for g, i, t, r in region.served.itertuples(index=False, name=None):
        served[g, i, t] = solver.NumVar(0, infinity, "")
        housed[r, g, t].append(served[g, i, t])
    for (g, i, t), households in needs.items():
        before = waiting.get((g, i, t - 1), 0)
        solver.Add(waiting[g, i, t] == before + households - served.get((g, i, t), 0))
    burden = region.groups["burden"].to_dict()
    for g, j, k, t, r in places:
        given[r, g, t].append(place[g, j, k, t])
        used[j, k, t].append(place[g, j, k, t])
        counted[j].append(burden[g] * place[g, j, k, t])
    for pool in housed:
        solver.Add(solver.Sum(housed[pool]) == solver.Sum(given[pool]))
    capacity = region.supply.set_index(["municipality", "place_type", "year"])["places"].to_dict()
    for key, there in used.items():
        solver.Add(solver.Sum(there) <= capacity[key])
    for j, places_there in load.items():
        solver.Add(places_there == solver.Sum(counted[j]))
    solver.Minimize(solver.Sum(waiting.values()))
    return place


def main(folder: str, task: str) -> None:
    """One program: the least waiting."""
    solver = pywraplp.Solver.CreateSolver("GLOP")
    tolerances = f"primal_feasibility_tolerance: {FEASIBILITY} dual_feasibility_tolerance: {OPTIMALITY}"
    if not solver.SetSolverSpecificParametersAsString(tolerances):
        raise RuntimeError("GLOP refuses the tolerances.")
    place = state(solver, read(Path(folder)))
    status = solver.Solve()
    if status != pywraplp.Solver.OPTIMAL:
        raise RuntimeError(f"GLOP ended with status {status}.")
    rows = [(*key, variable.solution_value()) for key, variable in place.items()]
    columns = ["group", "municipality", "place_type", "year", "places"]
    answer([solver.Objective().Value()], pd.DataFrame(rows, columns=columns))


if __name__ == "__main__":
    main(*sys.argv[1:])
