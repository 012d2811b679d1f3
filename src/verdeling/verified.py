"""Tables of a plan that code which never saw the program found to keep every limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from verdeling.errors import InstanceError, Problem, SolverError
from verdeling.reading import read_tables
from verdeling.verification import verify

if TYPE_CHECKING:
    from verdeling.formulation import Model
    from verdeling.program import Floats
    from verdeling.reading import Limits


def verified_tables(
    model: Model, point: Floats, *, whole: bool, limits: Limits | None = None
) -> dict[str, pd.DataFrame]:
    """Read the tables of a plan and verify it.

    Parameters
    ----------
    model : Model
        The stated program.
    point : array
        A value for each column; whole where the plan is whole.
    whole : bool
        Whether places are whole numbers.
    limits : Limits, optional
        Of this program, where they are known from an earlier plan.

    Returns
    -------
    dict of str to DataFrame
        As `verdeling.reading.read_tables`.

    Raises
    ------
    SolverError
        If the plan does not keep every limit.
    """
    tables = read_tables(model, point, whole=whole, limits=limits)
    why, remedy = (
        "A plan that breaks a limit must not reach a meeting.",
        "Try another solver, and report the instance.",
    )
    try:
        found = verify(
            model.data.instance,
            tables["placements"],
            tables["builds"][["project", "year", "places"]],
            tables["support"],
            attribution=tables["suppliers"],
            waiting=tables["waiting"],
            shares=pd.Series(model.shares.load, index=model.data.ids["municipality"]),
            whole=whole,
        )
    except InstanceError as error:
        raise SolverError("The answer does not verify.", error.problems) from error
    if not found.ok:
        raise SolverError("The answer does not verify.", [Problem("not-verified", str(found), why, remedy)])
    return tables
