"""A solver whose answers are looked at before anybody believes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import numpy as np

from verdeling.errors import Problem, SolverError, VerdelingError
from verdeling.solvers.duality import unproved
from verdeling.solvers.protocol import Outcome, Status
from verdeling.solvers.wrapped import Wrapped

if TYPE_CHECKING:
    from typing import Unpack

    from verdeling.program import Floats, Objective, Program
    from verdeling.solvers.wrapped import How

ROOM = 1e-5
"""How far a value may be from the objective at the point, relative to ``max(1, |value|)``, and a point
from its bounds: far more than solvers round, far less than a place."""

STRAY = 1e-6
"""The largest price on a side without a bound, relative to the objective; solvers round to less than 1e-8."""


class Checked(Wrapped):
    """Another solver: what it answers makes sense, or is refused.

    A status is one of the protocol's; what is optimal has a point; a point has a finite number for each
    column, between the bounds of the column, and the value is that of the objective there; duals are
    finite, one for each row, and prove that an optimum is one, by weak duality. Whether a plan keeps every
    limit is verified at the end, on its tables.
    """

    def minimise(self, program: Program, objective: Objective, **how: Unpack[How]) -> Outcome:
        """See `verdeling.solvers.protocol.Solver.minimise`."""
        try:
            outcome = super().minimise(program, objective, **how)
        except VerdelingError:
            raise
        except Exception as error:
            raise self._refused(f"it stopped with {type(error).__name__}: {error}") from error
        wrong = _wrong(outcome, program, objective)
        if wrong:
            raise self._refused(wrong)
        return outcome

    def _refused(self, what: str) -> SolverError:
        problem = Problem(
            "solver-failed",
            f"{self.name} gave an answer that cannot be right: {what}.",
            "Without an answer there are no numbers to trust.",
            "Try another solver, for instance solver='PULP_CBC_CMD', and report the instance.",
        )
        return SolverError(f"{self.name} gave no usable answer.", [problem])


def _wrong(outcome: Outcome, program: Program, objective: Objective) -> str:
    """What cannot be right in an answer; empty where nothing is seen."""
    if not isinstance(outcome, Outcome):
        return "it is nothing that a solver can say"
    if outcome.status not in get_args(Status) or outcome.status == "unbounded":
        return f"its status is {outcome.status}, and everything has a bound"
    if not _of_rows(outcome.ray, program):
        return "its ray has not a number for each row"
    if outcome.point is None:
        return "what is optimal has no point" if outcome.status == "optimal" else ""
    return (
        _wrong_point(outcome.point, outcome.value, program, objective)
        or _wrong_duals(outcome, program)
        or _not_proved(outcome, program, objective)
    )


def _wrong_point(point: Floats, value: float, program: Program, objective: Objective) -> str:
    if np.shape(point) != (program.column_count,) or not np.isfinite(point).all():
        return "its point has not a number for each column"
    room = ROOM * np.maximum(1.0, np.abs(point))
    if (point < program.column_lower - room).any() or (point > program.column_upper + room).any():
        return "its point lies outside the bounds"
    if not np.isfinite(value) or abs(value - objective.value(point)) > ROOM * max(1.0, abs(value)):
        return "its value is not that of its point"
    return ""


def _wrong_duals(outcome: Outcome, program: Program) -> str:
    return "" if _of_rows(outcome.duals, program) else "its duals have not a number for each row"


def _of_rows(multipliers: Floats | None, program: Program) -> bool:
    """Whether there is a number for each row, if there are any."""
    return multipliers is None or (
        np.shape(multipliers) == (program.row_count,) and bool(np.isfinite(multipliers).all())
    )


def _not_proved(outcome: Outcome, program: Program, objective: Objective) -> str:
    """What is called optimal and has duals that do not prove it."""
    if outcome.status != "optimal" or outcome.point is None or outcome.duals is None:
        return ""
    left = unproved(program, objective, outcome.point, outcome.duals)
    if left.gap > ROOM * max(1.0, abs(outcome.value)) or left.unfit > STRAY:
        return "it is called optimal, and its duals do not prove that"
    return ""
