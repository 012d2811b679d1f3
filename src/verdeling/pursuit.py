"""One pass through the goals of a policy: minimise, hold, go on."""

from __future__ import annotations

import time
from collections.abc import Callable
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
    from verdeling.program import Block, Floats, Integers, Mark, Objective, Program
    from verdeling.solvers.protocol import Outcome, Solver


LOOSEST = 1e-6
"""Relative tolerance beyond which a goal that is not held is refused instead of held more loosely."""


DECIDING = 500
"""Branch-and-bound nodes after which decisions are taken as they are, and the gap is stated."""

Cut = Callable[["Floats"], bool]
"""Adds rows that a point does not keep, and says whether there were any."""


class Infeasible(Exception):
    """No point satisfies all rows."""


class OutOfTime(Exception):
    """The time limit came before the goals were settled."""


@dataclass(frozen=True)
class Standing:
    """Where a pursuit stood: its program, what the solver knew, and what was settled and held."""

    mark: Mark
    memory: object
    tolerance: float
    point: Floats | None
    reached: list[Reached]
    cuts: list[Cut]
    lines: set[bytes]


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
    cuts : list of callable
        For goals with more rows than can be stated beforehand: each adds those that a point does
        not keep. No point counts before all are content with it, also when later goals are pursued.
    lines : set of bytes
        What cuts have stated so far, so that none states it twice.
    """

    model: Model
    solver: Solver
    tolerance: float
    deadline: float = np.inf
    point: Floats | None = None
    duals: Floats | None = None
    gap: float = 0.0
    reached: list[Reached] = field(default_factory=list)
    cuts: list[Cut] = field(default_factory=list)
    lines: set[bytes] = field(default_factory=set)
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
    def room(self) -> float:
        """How far a point may miss a row that a cut would add, relative to ``max(1, |value|)``."""
        return LOOSEST if self.whole else self.tolerance

    def orders(self, elements: int) -> bool:
        """Whether there is time for a search for each of so many elements, and whole numbers call for it."""
        return False

    @property
    def best(self) -> Floats | None:
        """The point of the last objective that was settled."""
        return self.point

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

    def cut(self, point: Floats) -> bool:
        """Add the rows that a point does not keep, and say whether there were any."""
        return any([cut(point) for cut in self.cuts])

    def _ask(self, objective: Objective) -> Outcome:
        outcome = self._uncut(
            lambda: self.solver.minimise(self.program, objective, time_limit=self.seconds_left)
        )
        if outcome.point is not None:
            self.point = outcome.point
        if outcome.status == "time_limit":
            raise OutOfTime
        return outcome

    def _uncut(self, ask: Callable[[], Outcome]) -> Outcome:
        """The first answer of which the point keeps the rows of every cut, or that is not the best."""
        outcome = ask()
        while outcome.status == "optimal" and outcome.point is not None and self.cut(outcome.point):
            outcome = ask()
        return outcome

    def settle(self, objective: Objective) -> None:
        """Minimise an objective and hold it there."""
        if len(objective.columns):
            self.hold(objective, self.minimise(objective).value, self.tolerance)

    def decide(self, objective: Objective, columns: Integers) -> None:
        """Fix decisions at what is best for an objective, all other numbers being fractional.

        That is all that is not a linear program in a pass through fractions. In whole numbers
        decisions are whole like everything else, and this does nothing.

        Raises
        ------
        Infeasible, OutOfTime
            If there is no point, or none was found in time.
        """
        program = self.program
        marks = program.whole
        program.whole = np.isin(np.arange(program.column_count), columns)
        outcome = self._uncut(lambda: self._decided(objective))
        program.whole = marks & ~program.whole
        if outcome.point is None:
            raise OutOfTime if outcome.status == "time_limit" else Infeasible
        self.gap = max(outcome.value - outcome.bound, 0.0)
        program.column_lower[columns] = program.column_upper[columns] = np.round(outcome.point[columns])

    def _decided(self, objective: Objective) -> Outcome:
        known = self.point is not None and len(self.point) == self.program.column_count
        return self.solver.minimise(
            self.program,
            objective,
            whole=True,
            start=self.point if known else None,
            time_limit=self.seconds_left,
            effort=DECIDING,
        )

    def hold(self, objective: Objective, value: float, tolerance: float) -> None:
        """Keep an objective at a value, within a tolerance relative to ``max(1, |value|)``."""
        upper = value - objective.constant + tolerance * max(1.0, abs(value))
        self.program.add_row("goal_hold", objective, upper=upper)

    def add_level(self) -> pd.DataFrame:
        """Add a free column that stands for a level, and return its term."""
        return self.add_levels(pd.DataFrame({"goal": [0]}))

    def add_levels(self, index: pd.DataFrame) -> pd.DataFrame:
        """Add a free column for each row of an index, and return their terms."""
        return self.program.add_columns(self._name("goal_level"), index, unit="level", lower=-np.inf)

    def add_decisions(self, index: pd.DataFrame) -> pd.DataFrame:
        """Add a column of 0 or 1 for each row of an index, and return their terms; see `decide`."""
        return self.program.add_columns(self._name("goal_decision"), index, unit="1", upper=1.0, whole=True)

    def add_excess(self, vector: Vector, upper: float = 0.0) -> pd.DataFrame:
        """Add a column for each element, zero until it is freed unless said otherwise; return their terms."""
        return self.program.add_columns(self._name("goal_excess"), vector.index, unit="level", upper=upper)

    def add_element_rows(
        self, family: str, vector: Vector, *others: pd.DataFrame, upper: float = np.inf
    ) -> Block:
        """Add a row per element: element + others ≤ an upper bound, which may be left to whoever asked."""
        terms = scaled(vector)
        return self.program.add_rows(family, vector.index, [terms, *others], unit=vector.unit, upper=upper)

    def stand(self) -> Standing:
        """Remember where the pursuit stands.

        The solver goes on from its basis alone, as it does after `rewind`: what comes next is the
        same whether a pursuit came here or was brought back.
        """
        memory = self.solver.remember(self.program)
        self.solver.recall(self.program, memory)
        kept = self.tolerance, self.point, [*self.reached], [*self.cuts], {*self.lines}
        return Standing(self.program.mark(), memory, *kept)

    def rewind(self, standing: Standing) -> None:
        """Be where the pursuit stood."""
        self.program.rewind(standing.mark)
        self.solver.recall(self.program, standing.memory)
        self.tolerance, self.point = standing.tolerance, standing.point
        self.reached, self.cuts, self.lines = [*standing.reached], [*standing.cuts], {*standing.lines}
        self.duals, self.gap = None, 0.0

    def release(self) -> None:
        """Let go of everything that was held, and of levels and excesses."""
        self.cuts.clear()
        self.lines.clear()
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
