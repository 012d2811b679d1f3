"""Why an instance is infeasible: agreements that cannot hold together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from verdeling.program import NOTHING

if TYPE_CHECKING:
    import pandas as pd

    from verdeling.formulation import Model
    from verdeling.solvers.protocol import Solver


def smallest_conflict(model: Model, solver: Solver, *, whole: bool) -> pd.DataFrame:
    """Hard agreements that contradict each other, none of which can be missed from the conflict.

    A deletion filter: an agreement without which the rest is still infeasible is left out for good.
    What remains is infeasible together, and feasible without any one of them.

    Parameters
    ----------
    model : Model
        An infeasible program without goals.
    solver : Solver
        Who answers whether it is feasible.
    whole : bool
        Whether it is infeasible in whole numbers only.

    Returns
    -------
    DataFrame
        agreement, text, text_nl, source, in_conflict: the hard agreements. When the instance is infeasible
        without any of them, none is in conflict.
    """
    program = model.program
    block = program.families()["agreement"][0]
    lower, upper = program.row_lower.copy(), program.row_upper.copy()
    owners = np.repeat([clause.agreement for clause in model.clauses], [len(c.index) for c in model.clauses])
    suspects = [clause.agreement for clause in model.clauses if np.isinf(clause.penalty)]
    soft = [clause.agreement for clause in model.clauses if clause.agreement not in suspects]
    kept = list(suspects)

    def feasible_with(names: list[str]) -> bool:
        held = np.isin(owners, [*names, *soft])
        program.row_lower[block.start : block.stop] = np.where(held, lower[block.start : block.stop], -np.inf)
        program.row_upper[block.start : block.stop] = np.where(held, upper[block.start : block.stop], np.inf)
        return solver.minimise(program, NOTHING, whole=whole).status != "infeasible"

    for suspect in suspects:
        without = [name for name in kept if name != suspect]
        if not feasible_with(without):
            kept = without
    program.row_lower, program.row_upper = lower, upper
    agreements = model.data.instance.tables["agreements"]
    tried = agreements[agreements["strength"] == "hard"][["agreement", "text", "text_nl", "source"]]
    return tried.assign(in_conflict=tried["agreement"].isin(kept)).reset_index(drop=True)
