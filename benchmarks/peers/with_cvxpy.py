"""cvxpy with HiGHS, stated with sparse matrices: ``python with_cvxpy.py FOLDER waiting``."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import cvxpy as cp
import numpy as np
import pandas as pd
from region import FEASIBILITY, OPTIMALITY, Region, answer, read
from scipy import sparse

HIGHS = {
    "solver": cp.HIGHS,
    "threads": 1,
    "primal_feasibility_tolerance": FEASIBILITY,
    "dual_feasibility_tolerance": OPTIMALITY,
}
"""How every problem is solved."""


@dataclass
class Stated:
    """The pool formulation, and what goals are made of."""

    place: cp.Variable
    waiting: cp.Variable
    load: cp.Variable
    constraints: list[cp.Constraint]


def incidence(table: pd.DataFrame, rows: pd.DataFrame) -> sparse.csr_array:
    """A row for each of `rows`, a column for each of `table`; 1 where they agree in the columns of `rows`."""
    keys = pd.MultiIndex.from_frame(rows)
    found = keys.get_indexer(pd.MultiIndex.from_frame(table[list(rows)]))
    met = np.flatnonzero(found >= 0)
    return sparse.csr_array((np.ones(len(met)), (found[met], met)), shape=(len(rows), len(table)))


def state(region: Region) -> Stated:
    """State the rows queue, pool, capacity and load as products of matrices and vectors."""
    places, served_by, needs = region.places, region.served, region.needs
    place = cp.Variable(len(places), nonneg=True)
    served = cp.Variable(len(served_by), nonneg=True)
    waiting = cp.Variable(len(needs), nonneg=True)
    load = cp.Variable(len(region.municipalities), nonneg=True)
    who = ["group", "municipality", "year"]
    before = incidence(needs.assign(year=needs["year"] + 1), needs[who])
    pools = served_by[["region", "group", "year"]].drop_duplicates()
    where = ["municipality", "place_type", "year"]
    used = places[where].drop_duplicates().merge(region.supply)
    there = incidence(places, region.municipalities.index.to_frame(index=False))
    burden = places["group"].map(region.groups["burden"]).to_numpy()
    leaving = incidence(served_by, needs[who])
    constraints = [
        waiting == before @ waiting + needs["households"].to_numpy() - leaving @ served,
        incidence(served_by, pools) @ served == incidence(places, pools) @ place,
        incidence(places, used[where]) @ place <= used["places"].to_numpy(),
        load == (there * burden).tocsr() @ place,
    ]
    return Stated(place, waiting, load, constraints)


def placements(region: Region, stated: Stated) -> pd.DataFrame:
    """Places read back: group, municipality, place_type, year, places."""
    return region.places.assign(places=stated.place.value)


def main(folder: str, task: str) -> None:
    """One program: the least waiting."""
    region = read(Path(folder))
    stated = state(region)
    reached = cp.Problem(cp.Minimize(cp.sum(stated.waiting)), stated.constraints).solve(**HIGHS)
    answer([reached], placements(region, stated))


if __name__ == "__main__":
    main(*sys.argv[1:])
