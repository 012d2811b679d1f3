"""From the fractional optimum to whole places, with every goal as close as whole places allow."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from verdeling.program import NOTHING
from verdeling.pursuit import Infeasible, OutOfTime, Pursuit, whole_step

if TYPE_CHECKING:
    from verdeling.program import Floats, Objective

EFFORT = 20
"""Branch-and-bound nodes of a search that looks everywhere; a number of nodes, unlike a number of
seconds, gives the same answer on every machine."""

ROOM = 1e-7
"""Relative room for rounding in the values that are held."""

SMALL = 3000
FOLLOWERS = ("served", "waiting", "local", "load")
"""Kinds of columns that follow from the places; a neighbourhood never fixes them."""


@dataclass
class WholePursuit(Pursuit):
    """A pass through the goals in whole numbers.

    For each goal a linear program says what is possible, rounded up to the next value that whole
    numbers can have. If the whole point found so far is not as good, a better one is sought where
    it differs from the linear program's (relaxation induced neighbourhood search: Danna, Rothberg
    & Le Pape 2005, doi:10.1007/s10107-004-0518-7), and then everywhere with limited effort. The
    goal is held at the best value found; ``gaps`` says how far that is from what is possible.

    Parameters
    ----------
    incumbent : array or None
        The best whole point so far.
    gaps : list of float
        For each settled objective, its value minus the proved bound; zero when it is the best.
    """

    center: Floats = field(default_factory=lambda: np.empty(0))
    incumbent: Floats | None = None
    gaps: list[float] = field(default_factory=list)
    whole: ClassVar[bool] = True

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
        value = self._best_value(objective, bound)
        self.gaps.append(max(0.0, value - bound) if value > bound + self._room(bound) else 0.0)
        self.hold(objective, max(value, bound), ROOM)

    def finish(self) -> Floats:
        """The whole point in which every goal is held, with exactly whole numbers.

        Raises
        ------
        Infeasible, OutOfTime
            See `settle`.
        """
        if self.incumbent is None:
            self.minimise(NOTHING)
            self._best_value(NOTHING, 0.0)
        assert self.incumbent is not None
        size = len(self.incumbent)
        return np.where(self.program.whole[:size], np.round(self.incumbent), self.incumbent)

    def _best_value(self, objective: Objective, bound: float) -> float:
        """Value of the best whole point that can be found; the search ends where the bound is met."""
        value = np.inf
        good_enough = bound + self._room(bound)
        if self.incumbent is not None:
            value = self._search(objective, *self._around_incumbent())
        if value > good_enough:
            value = min(value, self._search(objective, *self._between(self.center), effort=10 * EFFORT))
        if value > good_enough and (self.program.whole.sum() <= SMALL or np.isinf(value)):
            value = min(value, self._search(objective, self.program.column_lower, self.program.column_upper))
        if np.isinf(value):
            raise Infeasible
        return value

    def _search(
        self, objective: Objective, lower: Floats, upper: Floats, effort: int = EFFORT
    ) -> float:
        """Value of the best whole point within bounds, infinite if none is found; it becomes the incumbent."""
        program, start = self.program, self.incumbent
        if start is not None and len(start) < program.column_count:
            start = None
        kept = program.column_lower, program.column_upper
        program.column_lower, program.column_upper = lower, upper
        try:
            outcome = self.solver.minimise(
                program, objective, whole=True, start=start, time_limit=self.seconds_left, effort=effort
            )
        finally:
            program.column_lower, program.column_upper = kept
        if outcome.status == "time_limit":
            raise OutOfTime
        if outcome.point is None:
            return np.inf
        self.incumbent = outcome.point
        return outcome.value

    def _around_incumbent(self) -> tuple[Floats, Floats]:
        """Bounds that leave the whole numbers as they are."""
        assert self.incumbent is not None
        lower, upper = self.program.column_lower.copy(), self.program.column_upper.copy()
        marked = np.flatnonzero(self.program.whole[: len(self.incumbent)])
        lower[marked] = upper[marked] = np.round(self.incumbent[marked])
        return lower, upper

    def _between(self, vertex: Floats) -> tuple[Floats, Floats]:
        """Bounds between a point and the incumbent; without one, between the point rounded down and up."""
        lower, upper = self.program.column_lower.copy(), self.program.column_upper.copy()
        free = np.zeros(self.program.column_count, dtype=bool)
        for kind in FOLLOWERS:
            block = self.program.column_blocks.get(kind)
            if block is not None:
                free[block.positions] = True
        marked = np.flatnonzero(self.program.whole & ~free)
        low, high = np.floor(vertex[marked] + 1e-6), np.ceil(vertex[marked] - 1e-6)
        if self.incumbent is not None:
            low = np.minimum(low, np.round(self.incumbent[marked]))
            high = np.maximum(high, np.round(self.incumbent[marked]))
        lower[marked], upper[marked] = np.maximum(low, lower[marked]), np.minimum(high, upper[marked])
        return lower, upper

    @staticmethod
    def _room(bound: float) -> float:
        return ROOM * max(1.0, abs(bound))
