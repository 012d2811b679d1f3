"""From the fractional optimum to whole places, with every goal as close as whole places allow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from verdeling.goals import pursue
from verdeling.program import NOTHING, Objective
from verdeling.pursuit import Infeasible, OutOfTime, Pursuit, whole_step

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from verdeling.goals import Aim, Reached
    from verdeling.program import Floats, Integers, Program
    from verdeling.solvers.protocol import Outcome

EFFORT = 50
"""Branch-and-bound nodes of one search; unlike seconds they give the same answer on every machine."""

PROVING = 500
"""Those of a search everywhere that is about nothing but the value of a goal, and so can prove it."""

ROUNDS = 3
"""Rounds of cuts in one search."""

SMALL = 500
"""Whole columns up to which a search everywhere costs next to nothing."""

FEW = 12
"""Elements of a small program that are ordered by a search for each; 40 took 15 times as long as all else."""

MEDIUM = 5000
"""Whole columns up to which a search among all places in use takes a second or so, not minutes."""

ROOM = 1e-6
"""Relative room for rounding in the values that are held."""

GUIDANCE = 0.1
"""How much of a goal's unit all of a later goal weighs in a search for an earlier one.

Without it the search for one goal wrecked the next: on a generated region 42,521 household-years
of waiting where 141 were possible.
"""

GUIDES = ("waiting", "shortfall", "preference", "moves", "cost")
"""Measures whose totals guide a search."""

FOLLOWERS = ("served", "waiting", "local", "load")
"""Kinds of columns that, like those of goals, follow from the others: no neighbourhood fixes them."""


@dataclass(frozen=True)
class Optimum:
    """The fractional optimum: the stages that were settled, its point, and how tightly rows were held."""

    stages: Sequence[Reached]
    point: Floats
    row_upper: Floats


@dataclass
class WholePursuit(Pursuit):
    """A pass through the goals in whole numbers.

    For each goal a linear program says what is possible, rounded up to the next value that whole numbers
    can have. If the best whole point so far is not as good, a better one is sought between it and the
    fractional optimum (a relaxation induced neighbourhood: E. Danna, E. Rothberg & C. Le Pape,
    Exploring relaxation induced neighborhoods to improve MIP solutions, Mathematical Programming
    102(1), 2005, 71–90, doi:10.1007/s10107-004-0518-7), and then among all places in use. The goal is
    held at the best value found; its gap is the distance to what is proved to be possible.

    Parameters
    ----------
    prove : bool
        Whether to search everywhere, without limit, until each value is proved to be the best.
    goals : sequence of Aim
        All goals; the totals of some guide every search.
    center : array or None
        The fractional optimum.
    incumbent : array or None
        The best whole point so far.
    optimum : Optimum or None
        The fractional optimum with every project as free as the instance leaves it.
    large : bool
        Whether all goals are sought at once.
    """

    prove: bool = False
    goals: Sequence[Aim] = ()
    center: Floats | None = None
    incumbent: Floats | None = None
    optimum: Optimum | None = None
    large: bool = False
    whole: ClassVar[bool] = True

    def orders(self, elements: int) -> bool:
        """Whether there is time for a search for each of so many elements."""
        return self.prove or (self.program.whole.sum() <= SMALL and elements <= FEW)

    @property
    def best(self) -> Floats | None:
        """The best whole point so far."""
        return self.incumbent

    def settle(self, objective: Objective) -> None:
        """Find the best whole value of an objective and hold it there.

        Raises
        ------
        Infeasible
            If there is no whole point at all.
        OutOfTime
            If the time limit came first.
        """
        if not len(objective.columns):
            return
        bound = self.minimise(objective).value
        step = whole_step(self.program, objective.columns, objective.coefficients)
        if step is not None:
            bound = np.ceil((bound - objective.constant) / step - 1e-6) * step + objective.constant
        value, bound = self._search(objective, bound)
        self.gap = value - bound if value > bound + _room(bound) else 0.0
        self.hold(objective, max(value, bound), ROOM)

    def decide(self, objective: Objective, columns: Integers) -> None:
        """Decide nothing apart: decisions are whole like everything else."""

    def finish(self) -> Floats:
        """The whole point in which every goal is held, with exactly whole numbers.

        Raises
        ------
        Infeasible, OutOfTime
            See `settle`.
        """
        if self.incumbent is None:
            self.minimise(NOTHING)
            self._search(NOTHING, 0.0)
        assert self.incumbent is not None
        marked = self.program.whole[: len(self.incumbent)]
        return np.where(marked, np.round(self.incumbent), self.incumbent)

    def _search(self, objective: Objective, bound: float) -> tuple[float, float]:
        """Best value found and best bound proved, in wider and wider neighbourhoods."""
        value, best = np.inf, self.incumbent
        for lower, upper, guided in self._neighbourhoods():
            found, proved = self._search_within(objective, lower, upper, guided=guided)
            if found < value:
                value, best = found, self.incumbent
            self.incumbent = best  # where later goals guide, a search may end worse than the one before it
            if upper is self.program.column_upper:
                bound = max(bound, proved)
            if value <= bound + _room(bound):
                break
        if np.isinf(value):
            raise Infeasible
        return value, bound

    def _neighbourhoods(self) -> Iterator[tuple[Floats, Floats, bool]]:
        """Bounds to search within: wider and wider, as far as is worth it; and whether later goals guide."""
        program = self.program
        if self.incumbent is not None:
            yield *self._around(self.incumbent), True
        if self.center is not None:
            yield *self.near(self.center), True
        size = program.whole.sum()
        if self.center is not None and (size <= MEDIUM or self.incumbent is None):
            yield *self.among_used(self.center), True
        if self.incumbent is None or self.prove or size <= SMALL:
            yield program.column_lower, program.column_upper, not self.prove
        if size <= SMALL and not self.prove:
            yield program.column_lower, program.column_upper, False  # a guided search proves no bound

    def _search_within(
        self, objective: Objective, lower: Floats, upper: Floats, *, guided: bool
    ) -> tuple[float, float]:
        """Value of the best whole point within bounds, the next incumbent, and the bound proved there."""
        program, start = self.program, self.incumbent
        everywhere = upper is program.column_upper
        sought = self._guided(objective) if guided else objective
        unlimited = self.prove or (
            start is None and everywhere
        )  # there may be no whole point: that takes proof
        kept = program.column_lower, program.column_upper
        program.column_lower, program.column_upper = lower, upper
        effort = None if unlimited else PROVING if everywhere and sought is objective else EFFORT
        try:
            outcome, proves = self._solve_cutting(sought, start, effort)
        finally:
            program.column_lower, program.column_upper = kept
        if outcome.point is not None:
            self.incumbent = outcome.point
        if outcome.status == "time_limit":
            raise OutOfTime
        value = np.inf if outcome.point is None else objective.value(outcome.point)
        return value, outcome.bound if proves and sought is objective else -np.inf

    def _solve_cutting(
        self, objective: Objective, start: Floats | None, effort: int | None
    ) -> tuple[Outcome, bool]:
        """Solve until no cut is missed, and whether that proves a bound.

        After some rounds of a limited search the whole numbers stay as they are, and only what
        follows from them is solved again.
        """
        outcome, rounds = self._solve(objective, start, effort), 0
        while outcome.status != "time_limit" and outcome.point is not None and self.cut(outcome.point):
            rounds += 1
            if rounds >= ROUNDS and effort is not None:
                self.program.column_lower, self.program.column_upper = self._around(outcome.point)
            outcome = self._solve(objective, outcome.point, effort)
        return outcome, effort is None or rounds < ROUNDS

    def _solve(self, objective: Objective, start: Floats | None, effort: int | None) -> Outcome:
        known = start is not None and len(start) == self.program.column_count
        return self.solver.minimise(
            self.program,
            objective,
            whole=True,
            start=start if known else None,
            time_limit=self.seconds_left,
            effort=effort,
        )

    def _guided(self, objective: Objective) -> Objective:
        """The objective, and a little of the goals that come after it, lest the search wreck them."""
        later = [aim.vector.total() for aim in self.goals if aim.goal.measure in GUIDES]
        later = [total for total in later if len(total.columns)]
        if not later or self.center is None:
            return objective
        costs = np.zeros(self.program.column_count)
        costs[objective.columns] = objective.coefficients
        for total in later:
            costs[total.columns] += GUIDANCE / max(1.0, abs(total.value(self.center))) * total.coefficients
        columns = np.flatnonzero(costs)
        return Objective(columns, costs[columns], objective.constant)

    def _around(self, incumbent: Floats) -> tuple[Floats, Floats]:
        """Bounds that leave the whole numbers as they are, and let what follows from them follow."""
        lower, upper = self.program.column_lower.copy(), self.program.column_upper.copy()
        kept = np.flatnonzero(self._leading[: len(incumbent)])
        lower[kept] = upper[kept] = np.round(incumbent[kept])
        return lower, upper

    def near(self, center: Floats) -> tuple[Floats, Floats]:
        """Bounds that hold the fractional optimum rounded down and up, and the incumbent."""
        lower, upper = self.program.column_lower.copy(), self.program.column_upper.copy()
        kept = np.flatnonzero(self._leading[: len(center)])
        low, high = np.floor(center[kept] + 1e-6), np.ceil(center[kept] - 1e-6)
        if self.incumbent is not None:
            low = np.minimum(low, np.round(self.incumbent[kept]))
            high = np.maximum(high, np.round(self.incumbent[kept]))
        lower[kept], upper[kept] = np.maximum(low, lower[kept]), np.minimum(high, upper[kept])
        return lower, upper

    def among_used(self, center: Floats) -> tuple[Floats, Floats]:
        """Bounds without what the fractional optimum, this linear program and the incumbent leave idle."""
        idle = self._leading
        for point in (center, self.point, self.incumbent):
            if point is not None:
                idle[: len(point)] &= point < 1e-6
        return self.program.column_lower, np.where(idle, self.program.column_lower, self.program.column_upper)

    @property
    def _leading(self) -> npt.NDArray[np.bool_]:
        """Whole columns that the others follow from."""
        leading = self.program.whole.copy()
        for kind, block in self.program.column_blocks.items():
            if kind in FOLLOWERS or kind.startswith("goal_"):
                leading[block.positions] = False
        return leading


def settle_projects(pursuit: Pursuit, goals: Sequence[Aim]) -> None:
    """Decide which projects with a minimum are built, every other number being fractional.

    The goals decide, in their order. Afterwards the projects are fixed in the program, nothing is
    held, and ``pursuit.point`` is the fractional optimum that goes with them.

    Raises
    ------
    Infeasible, OutOfTime
        See `WholePursuit.settle`.
    """
    program = pursuit.program
    opened = program.column_blocks["open"].positions
    if len(opened):
        assert pursuit.point is not None
        decided = _decided(program, pursuit.point, opened)
        settled = decided is not None
        if decided is None:
            decided = _search_projects(pursuit, goals, opened)
        program.column_lower[opened] = program.column_upper[opened] = decided
        if settled:
            pursuit.point = pursuit.point.copy()
            pursuit.point[opened] = decided
        else:
            pursuit.release()
            pursue(pursuit, goals)
    pursuit.release()


def _decided(program: Program, point: Floats, opened: Integers) -> Floats | None:
    """Which projects a point builds; None where it builds one in part, below its minimum.

    No goal looks at the columns of these decisions: a point that keeps every row with whole ones is as good.
    """
    decided = point.copy()
    decided[opened] = np.ceil(point[opened] - ROOM)
    reached = program.matrix() @ decided
    room = ROOM * np.maximum(1.0, np.abs(reached))
    kept = (program.row_lower - room <= reached) & (reached <= program.row_upper + room)
    return decided[opened] if kept.all() else None


def _search_projects(pursuit: Pursuit, goals: Sequence[Aim], opened: Integers) -> Floats:
    """Which projects are built in the best plan in which nothing else needs to be whole."""
    program, marks = pursuit.program, pursuit.program.whole
    program.whole = np.isin(np.arange(program.column_count), opened)
    pursuit.release()
    search = WholePursuit(pursuit.model, pursuit.solver, pursuit.tolerance, pursuit.deadline, prove=True)
    try:
        pursue(search, goals)
        return search.finish()[opened]
    finally:
        program.whole = np.append(marks, np.zeros(program.column_count - len(marks), dtype=bool))


def _room(bound: float) -> float:
    return ROOM * max(1.0, abs(bound))
