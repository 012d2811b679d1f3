"""One pass through the goals of a policy: minimise, hold, go on."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from verdeling.errors import Problem, SolverError
from verdeling.program import NOTHING

if TYPE_CHECKING:
    from verdeling.formulation import Model
    from verdeling.goals import Reached
    from verdeling.measures import Vector
    from verdeling.program import Block, Floats, Objective, Program
    from verdeling.solvers.protocol import Outcome, Solver


LOOSEST = 1e-6
"""Relative tolerance beyond which a goal that is not held is refused instead of held more loosely."""


class Infeasible(Exception):
    """No point satisfies all rows."""


class OutOfTime(Exception):
    """The time limit came before the goals were settled."""


@dataclass
class Pursuit:
    """The state of one pass: the program, and the last point that satisfies all that is held.

    Parameters
    ----------
    model : Model
        The program with its meaning.
    solver : Solver
        Who minimises.
    tolerance : float
        How far a later goal may worsen an earlier one, relative to ``max(1, |value|)``.
    deadline : float
        ``time.perf_counter()`` at which to stop.
    point : array or None
        The last point that satisfies all that is held.
    duals : array or None
        Of the first linear program since they were last taken.
    gap : float
        How far the last settled objective may be from its best value.
    reached : list of Reached
        The stages that were settled so far.
    """

    model: Model
    solver: Solver
    tolerance: float
    deadline: float = np.inf
    point: Floats | None = None
    duals: Floats | None = None
    gap: float = 0.0
    reached: list[Reached] = field(default_factory=list)
    whole: ClassVar[bool] = False

    @property
    def program(self) -> Program:
        """The program."""
        return self.model.program

    def minimise(self, objective: Objective) -> Outcome:
        """Minimise, whole numbers apart, and remember the point.

        Raises
        ------
        Infeasible
            If nothing satisfies all rows.
        OutOfTime
            If the time limit came first.
        SolverError
            If nothing satisfies all rows any more, although the last point does, even when goals are
            held more loosely: rounding of the solver is no verdict on the instance.
        """
        known = self.point is not None
        outcome = self._ask(objective)
        while outcome.status == "infeasible" and known and self.tolerance < LOOSEST:
            self._loosen()
            outcome = self._ask(objective)
        if outcome.status == "infeasible":
            raise SolverError("The goals cannot be held.", [_DRIFTED]) if known else Infeasible
        if self.duals is None:
            self.duals = outcome.duals
        return outcome

    @property
    def seconds_left(self) -> float:
        """Seconds until the deadline."""
        return self.deadline - time.perf_counter()

    def feasible(self) -> bool:
        """Whether the rows as they are leave a point, whole numbers apart."""
        return self._ask(NOTHING).status != "infeasible"

    def _loosen(self) -> None:
        """Hold everything ten times as loosely."""
        self.tolerance *= 10
        upper = self.program.row_upper
        for block in self.program.row_blocks:
            if block.name.startswith("goal_"):
                part = upper[block.start : block.stop]
                part[np.isfinite(part)] += self.tolerance * np.maximum(1.0, np.abs(part[np.isfinite(part)]))

    def _ask(self, objective: Objective) -> Outcome:
        outcome = self.solver.minimise(self.program, objective, time_limit=self.seconds_left)
        if outcome.point is not None:
            self.point = outcome.point
        if outcome.status == "time_limit":
            raise OutOfTime
        return outcome

    def settle(self, objective: Objective) -> None:
        """Minimise an objective and hold it there."""
        if len(objective.columns):
            self.hold(objective, self.minimise(objective).value, self.tolerance)

    def hold(self, objective: Objective, value: float, tolerance: float) -> None:
        """Keep an objective at a value, within a tolerance relative to ``max(1, |value|)``."""
        terms = pd.DataFrame({"goal": 0, "column": objective.columns, "coefficient": objective.coefficients})
        upper = value - objective.constant + tolerance * max(1.0, abs(value))
        self.program.add_rows("goal_hold", pd.DataFrame({"goal": [0]}), [terms], unit="goal", upper=upper)

    def add_level(self) -> pd.DataFrame:
        """Add a free column that stands for a level, and return its term."""
        name = self._name("goal_level")
        return self.program.add_columns(name, pd.DataFrame({"goal": [0]}), unit="level", lower=-np.inf)

    def add_excess(self, vector: Vector) -> pd.DataFrame:
        """Add a column for each element that is zero until it is freed, and return their terms."""
        return self.program.add_columns(self._name("goal_excess"), vector.index, unit="level", upper=0.0)

    def add_element_rows(self, family: str, vector: Vector, *others: pd.DataFrame) -> Block:
        """Add a row per element: element + others ≤ infinity, to be bounded by whoever asked."""
        terms = scaled(vector)
        return self.program.add_rows(family, vector.index, [terms, *others], unit=vector.unit)

    def release(self) -> None:
        """Let go of everything that was held, and of levels and excesses."""
        for block in self.program.row_blocks:
            if block.name.startswith("goal_"):
                self.program.row_lower[block.start : block.stop] = -np.inf
                self.program.row_upper[block.start : block.stop] = np.inf

    def _name(self, kind: str) -> str:
        return f"{kind}_{sum(name.startswith(kind) for name in self.program.column_blocks)}"


_DRIFTED = Problem(
    "goals-drifted",
    "The solver reached a goal and then finds it out of reach.",
    f"Its rounding is coarser than {LOOSEST:g}, the loosest that goals are held.",
    "Use another solver, and report the instance.",
)


def scaled(vector: Vector) -> pd.DataFrame:
    """Terms of the elements, divided by their scale."""
    return vector.terms.assign(
        coefficient=vector.terms["coefficient"].to_numpy() / vector.scale[vector.element]
    )


def each(vector: Vector, column: pd.DataFrame, coefficient: float) -> pd.DataFrame:
    """Terms that put a single column, such as a level, in the row of every element."""
    return vector.index.assign(column=column["column"].iloc[0], coefficient=coefficient)


def whole_step(program: Program, columns: np.ndarray, coefficients: Floats) -> float | None:
    """Largest step of which an expression in whole columns is always a multiple; None if there is none.

    Coefficients count in millionths: what is finer has no step.
    """
    if len(columns) == 0 or not program.whole[columns].all():
        return None
    millionths = np.round(coefficients * 1e6)
    if (np.abs(millionths) < 1).any() or (np.abs(millionths - coefficients * 1e6) > 1e-4).any():
        return None
    return float(np.gcd.reduce(millionths.astype(np.int64))) / 1e6
