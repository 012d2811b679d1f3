"""Pyomo with HiGHS: ``python with_pyomo.py FOLDER waiting``."""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

import pandas as pd
import pyomo.environ as pyo
from pyomo.contrib.appsi.solvers import Highs
from region import FEASIBILITY, OPTIMALITY, Region, answer, read


def state(region: Region) -> pyo.ConcreteModel:
    """State the rows queue, pool, capacity and load as indexed constraints with rules."""
    model = pyo.ConcreteModel()
    places = list(region.places.itertuples(index=False, name=None))
    served = list(region.served.itertuples(index=False, name=None))
    needs = region.needs.set_index(["group", "municipality", "year"])["households"].to_dict()
    capacity = region.supply.set_index(["municipality", "place_type", "year"])["places"].to_dict()
    burden = region.groups["burden"].to_dict()
    model.place = pyo.Var([key[:4] for key in places], domain=pyo.NonNegativeReals)
    model.served = pyo.Var([key[:3] for key in served], domain=pyo.NonNegativeReals)
    model.waiting = pyo.Var(list(needs), domain=pyo.NonNegativeReals)
    model.carried = pyo.Var(list(region.municipalities.index), domain=pyo.NonNegativeReals)
    housable = {key[:3] for key in served}
    housed, given, used, there = (defaultdict(list) for _ in range(4))
    for g, i, t, r in served:
        housed[r, g, t].append((g, i, t))
    for g, j, k, t, r in places:
        given[r, g, t].append((g, j, k, t))
        used[j, k, t].append((g, j, k, t))
        there[j].append((g, j, k, t))

    def queue(model: pyo.ConcreteModel, g: str, i: str, t: int) -> object:
        before = model.waiting[g, i, t - 1] if (g, i, t - 1) in needs else 0
        leaving = model.served[g, i, t] if (g, i, t) in housable else 0
        return model.waiting[g, i, t] == before + needs[g, i, t] - leaving

    def pool(model: pyo.ConcreteModel, r: str, g: str, t: int) -> object:
        arriving = pyo.quicksum(model.place[key] for key in given[r, g, t])
        return pyo.quicksum(model.served[key] for key in housed[r, g, t]) == arriving

    def room(model: pyo.ConcreteModel, j: str, k: str, t: int) -> object:
        return pyo.quicksum(model.place[key] for key in used[j, k, t]) <= capacity[j, k, t]

    def load(model: pyo.ConcreteModel, j: str) -> object:
        return model.carried[j] == pyo.quicksum(burden[key[0]] * model.place[key] for key in there[j])

    model.queue = pyo.Constraint(list(needs), rule=queue)
    model.pool = pyo.Constraint(list(housed), rule=pool)
    model.capacity = pyo.Constraint(list(used), rule=room)
    model.counted = pyo.Constraint(list(region.municipalities.index), rule=load)
    model.goal = pyo.Objective(expr=pyo.quicksum(model.waiting.values()))
    return model


def main(folder: str, task: str) -> None:
    """One program: the least waiting."""
    model = state(read(Path(folder)))
    solver = Highs()
    solver.highs_options = {
        "threads": 1,
        "primal_feasibility_tolerance": FEASIBILITY,
        "dual_feasibility_tolerance": OPTIMALITY,
    }
    solver.solve(model)  # raises where there is no optimum to load
    rows = [(*key, variable.value) for key, variable in model.place.items()]
    columns = ["group", "municipality", "place_type", "year", "places"]
    answer([pyo.value(model.goal)], pd.DataFrame(rows, columns=columns))


if __name__ == "__main__":
    main(*sys.argv[1:])
