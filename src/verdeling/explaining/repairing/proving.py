"""Whether changed numbers work: as people can write them, by a plan that is found afresh and verified."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.explaining.repairing.prices import PARTS, SHARES
from verdeling.program import NOTHING
from verdeling.reading import read_tables
from verdeling.statement import state_rules
from verdeling.verification import verify

if TYPE_CHECKING:
    from collections.abc import Mapping

    from verdeling.clauses import Clause
    from verdeling.instance import Instance
    from verdeling.policy import Policy
    from verdeling.program import Floats
    from verdeling.solvers.protocol import Solver


def plan_verifies(
    instance: Instance, policy: Policy, solver: Solver, *, whole: bool, plan: Floats | None = None
) -> bool | None:
    """Whether a plan of an instance is found and verifies; None when the solver was out of time.

    Parameters
    ----------
    instance : Instance
        Of one scenario.
    policy : Policy
        Its key gives the fair shares.
    solver : Solver
        Who finds the plan.
    whole : bool
        Whether places must be whole.
    plan : array, optional
        A plan to begin from, in whole places.
    """
    model = state_rules(instance, policy)
    outcome = solver.minimise(model.program, NOTHING, whole=whole, start=plan)
    if outcome.point is None:
        return None if outcome.status == "time_limit" else False
    point = np.where(model.program.whole & whole, np.round(outcome.point), outcome.point)
    tables = read_tables(model, point, whole=whole)
    return verify(
        instance,
        tables["placements"],
        tables["builds"][["project", "year", "places"]],
        tables["support"],
        attribution=tables["suppliers"],
        shares=pd.Series(model.shares.load, index=model.data.ids["municipality"]),
        whole=whole,
    ).ok


def written(clause: Clause, number: float, more: int, furthest: float | None) -> float:
    """A number of at most two decimals (of a percentage) that asks no more than the one given.

    Parameters
    ----------
    clause : Clause
        The agreement.
    number : float
        What it would ask.
    more : int
        By how many steps of the last decimal it asks still less.
    furthest : float, optional
        The number at which it stops.
    """
    scale = 10.0 ** (4 if clause.measure in SHARES else 2)
    if number < clause.value:
        return max((math.floor(number * scale + 1e-6) - more) / scale, furthest or 0.0)
    most = math.inf if furthest is None else furthest
    if clause.measure in PARTS:
        most = min(most, 1.0)
    return min((math.ceil(number * scale - 1e-6) + more) / scale, most)


def with_numbers(instance: Instance, numbers: Mapping[str, float]) -> Instance:
    """An instance in which agreements ask other numbers."""
    agreements = instance.tables["agreements"]
    value = agreements["agreement"].map(dict(numbers)).fillna(agreements["value"])
    return instance.replace(agreements=agreements.assign(value=value))
