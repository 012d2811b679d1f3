"""One pass through the goals of a policy: minimise, hold, go on."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from verdeling.program import NOTHING, Objective

if TYPE_CHECKING:
    from verdeling.formulation import Model
    from verdeling.measures import Vector
    from verdeling.program import Block, Floats, Program
    from verdeling.solvers.protocol import Outcome, Solver

Pass = Literal["fractional", "projects", "whole", "staged"]
"""How a pass treats whole numbers.

``fractional`` ignores them. ``projects`` decides which projects with a minimum are built.
``whole`` holds each goal at the whole value nearest to what linear programs prove possible;
``staged`` finds that value with whole numbers, goal by goal.
"""

SLACK = 1e-7
"""Room for rounding in a bound that only whole values can reach, in units of that bound's step."""


class Infeasible(Exception):  # noqa: N818
    """No point satisfies all rows."""


class OutOfTime(Exception):  # noqa: N818
    """The time limit ended a solve before it was proved optimal."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        super().__init__()


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
    mode : Pass
        How whole numbers are treated.
    """

    model: Model
    solver: Solver
    tolerance: float
    deadline: float = np.inf
    mode: Pass = "fractional"
    point: Floats | None = None
    duals: Floats | None = None
    _added: int = field(default=0)

    @property
    def program(self) -> Program:
        """The program."""
        return self.model.program

    def minimise(self, objective: Objective, *, whole: bool = False) -> Outcome:
        """Minimise and remember the point.

        Raises
        ------
        Infeasible
            If nothing satisfies all rows.
        OutOfTime
            If the time limit came first.
        """
        left = self.deadline - time.perf_counter()
        start = self.point if whole and self.point is not None and len(self.point) == self.program.column_count else None
        outcome = self.solver.minimise(self.program, objective, whole=whole, start=start, time_limit=left)
        if outcome.status == "infeasible":
            raise Infeasible
        if outcome.point is not None:
            self.point = outcome.point
        if outcome.status != "optimal":
            raise OutOfTime(outcome)
        if self.duals is None:
            self.duals = outcome.duals
        return outcome

    def feasible(self) -> bool:
        """Whether the rows as they are leave a point, whole numbers apart."""
        try:
            self.minimise(NOTHING)
        except Infeasible:
            return False
        return True

    def settle(self, objective: Objective) -> None:
        """Minimise an objective and hold it there."""
        if len(objective.columns) == 0:
            return
        step = whole_step(self.program, objective.columns, objective.coefficients)
        with_whole = self.mode in ("projects", "staged") or (self.mode == "whole" and step is None)
        value = self.minimise(objective, whole=with_whole).value
        if self.mode == "whole" and step is not None:
            value = np.ceil((value - objective.constant) / step - 1e-6) * step + objective.constant
        index = pd.DataFrame({"goal": [0]})
        terms = pd.DataFrame({"goal": 0, "column": objective.columns, "coefficient": objective.coefficients})
        slack = self.slack(value, step)
        self.program.add_rows("goal_hold", index, [terms], unit="goal", upper=value - objective.constant + slack)

    def slack(self, value: float, step: float | None = None) -> float:
        """Room left when a value is held."""
        if self.mode == "whole" and step is not None:
            return SLACK * step
        return self.tolerance * max(1.0, abs(value)) if self.mode == "fractional" else 1e-6 * max(1.0, abs(value))

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


def scaled(vector: Vector) -> pd.DataFrame:
    """Terms of the elements, divided by their scale."""
    return vector.terms.assign(coefficient=vector.terms["coefficient"].to_numpy() / vector.scale[vector.element])


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
