"""Which agreements may bend, in which direction, and how far."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.explaining.repairing.narrowing import Enough
from verdeling.explaining.repairing.prices import PARTS
from verdeling.program import Objective

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scipy import sparse

    from verdeling.explaining.repairing.demands import Demands
    from verdeling.explaining.repairing.prices import Price
    from verdeling.program import Floats, Program
    from verdeling.solvers.protocol import Solver


def offers(
    demands: Demands, prices: Sequence[Price], sizes: Floats, program: Program, solver: Solver
) -> pd.DataFrame:
    """Who may move.

    Parameters
    ----------
    demands : Demands
        Of the hard agreements.
    prices : sequence of Price
        Of each clause.
    sizes : array
        By how much the number of each clause moves when it moves by its own size.
    program : Program
        Without the hard agreements.
    solver : Solver
        Who says how high a number can be of use.

    Raises
    ------
    Enough
        If the solver was out of time.

    Returns
    -------
    DataFrame
        clause, sign (of the move), most (as a part of its own number); only what can move.
    """
    found = []
    for position, clause in enumerate(demands.clauses):
        if np.isfinite(clause.penalty) or not prices[position].bends:
            continue
        furthest = prices[position].furthest
        if clause.sense != "<=" and (furthest is None or furthest < clause.value):
            found.append((position, -1.0, clause.value - (furthest or 0.0)))
        if clause.sense != ">=" and (furthest is None or furthest > clause.value):
            highest = _highest(demands, position, program, solver) if furthest is None else furthest
            found.append((position, 1.0, highest - clause.value))
    table = pd.DataFrame(found, columns=["clause", "sign", "most"]).astype({"clause": np.int64})
    table["most"] /= sizes[table["clause"].to_numpy()]
    return table[table["most"] > 0].reset_index(drop=True)


def everything(matrix: sparse.csr_array) -> Objective:
    """The sum of all rows of a matrix, as large as possible."""
    total = np.asarray(matrix.sum(axis=0), dtype=np.float64).ravel()
    columns = np.flatnonzero(total).astype(np.int64)
    return Objective(columns, -total[columns])


def _highest(demands: Demands, position: int, program: Program, solver: Solver) -> float:
    """A number so high that the agreement no longer limits anything."""
    clause = demands.clauses[position]
    if clause.measure in PARTS:
        return 1.0
    own = np.flatnonzero(demands.of(position) & (demands.given > 0))
    if not len(own):
        return clause.value
    outcome = solver.minimise(program, everything(demands.left[own]))
    if outcome.status == "time_limit":
        raise Enough
    return max(clause.value, -outcome.value / float(demands.given[own].min()))
