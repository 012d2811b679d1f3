"""Plans that were looked at: points against the rows, tables by code that never saw the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.errors import InstanceError, Problem, SolverError
from verdeling.pursuit import LOOSEST
from verdeling.reading import read_tables
from verdeling.verification import verify

if TYPE_CHECKING:
    from verdeling.formulation import Model
    from verdeling.program import Floats, Program
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
        raise _unverified(str(found))
    return tables


def refuse_missed(program: Program, point: Floats) -> None:
    """Refuse a point of which nothing but goals and loads is read yet, when it misses a row or a bound.

    Raises
    ------
    SolverError
        If it misses one by more than rounding.
    """
    family = missed_family(program, point)
    if family:
        raise _unverified(f"It misses a row of {family}.")
    if _outside(program, point):
        raise _unverified("It lies outside the bounds of a column.")


def keeps(program: Program, point: Floats) -> bool:
    """Whether a point has a value for each column and keeps every row and bound, but for rounding."""
    fits = len(point) == program.column_count
    return fits and not missed_family(program, point) and not _outside(program, point)


def _outside(program: Program, point: Floats) -> bool:
    room = LOOSEST * np.maximum(1.0, np.abs(point))
    return bool((point < program.column_lower - room).any() or (point > program.column_upper + room).any())


def missed_family(program: Program, point: Floats) -> str:
    """Family of the first row that a point misses beyond rounding; empty where it keeps them all."""
    reached = program.matrix() @ point
    room = LOOSEST * np.maximum(1.0, np.abs(reached))
    missed = (reached < program.row_lower - room) | (reached > program.row_upper + room)
    missed |= ~np.isfinite(reached)
    if not missed.any():
        return ""
    row = int(np.flatnonzero(missed)[0])
    return next(block.name for block in program.row_blocks if block.start <= row < block.stop)


def _unverified(what: str) -> SolverError:
    why = "A plan that breaks a limit must not reach a meeting."
    problem = Problem("not-verified", what, why, "Try another solver, and report the instance.")
    return SolverError("The answer does not verify.", [problem])
