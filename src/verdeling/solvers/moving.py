"""What becomes of an optimum when bounds move: read off its basis, as long as that stays feasible."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from verdeling.entries import alike, stacked
from verdeling.solvers.protocol import Outcome

if TYPE_CHECKING:
    import numpy.typing as npt
    from scipy import sparse
    from scipy.sparse.linalg import SuperLU

    from verdeling.entries import Entries
    from verdeling.program import Floats, Integers, Objective, Program

    Marks = npt.NDArray[np.bool_]


class Optimum:
    """An optimal basis of a linear program.

    Reduced costs do not depend on bounds: when bounds move, the basis is optimal as long as it is
    feasible. Nonbasic columns and rows then stay at their bounds, and the basic columns solve the
    rows that are nonbasic.

    Parameters
    ----------
    entries, bounds
        Of the program as it was minimised; see `verdeling.program.Program`.
    objective : Objective
        What was minimised.
    outcome : Outcome
        The optimum.
    basic, upper : array of bool
        For each column and then each row whether it is basic, and whether it is at its upper bound.
    """

    def __init__(
        self,
        entries: tuple[Entries, ...],
        bounds: Floats,
        objective: Objective,
        outcome: Outcome,
        basic: Marks,
        upper: Marks,
    ) -> None:
        assert outcome.point is not None
        self._entries, self._bounds = entries, bounds
        self._objective, self._outcome, self._point = objective, outcome, outcome.point
        self._nonbasic, self._upper = ~basic, upper

    def of(self, program: Program, objective: Objective) -> bool:
        """Whether program and objective are those of this optimum, but for bounds and a constant."""
        return (
            len(self._point) == program.column_count
            and np.array_equal(self._objective.columns, objective.columns)
            and np.array_equal(self._objective.coefficients, objective.coefficients)
            and alike(self._entries, program.entries)
        )

    def moved(self, program: Program, objective: Objective, room: float) -> Outcome | None:
        """The optimum with the bounds of a program that differs in them alone; see `of`.

        Parameters
        ----------
        program : Program
            As it is now.
        objective : Objective
            As it was, but perhaps for a constant.
        room : float
            How far a bound may be missed, relative to ``max(1, |value|)``.

        Returns
        -------
        Outcome or None
            None where the optimum has another basis.
        """
        before, bounds = self._bounds, program.bounds
        was, at = (np.where(self._upper, each[1], each[0]) for each in (before, bounds))
        fixed = self._nonbasic & np.isfinite(at)
        same = (np.isfinite(was) == np.isfinite(at)) & ((before[0] == before[1]) == (bounds[0] == bounds[1]))
        if not same[self._nonbasic].all():
            return None  # what held a price may be held no longer
        point = self._point
        moves = fixed & (at != was)
        if moves.any():
            point = self._solved(np.where(moves, at, 0.0) - np.where(moves, was, 0.0))
        reached = np.concatenate([point, self._matrix @ point])
        slack = room * np.maximum(1.0, np.abs(reached))
        low, high = np.where(fixed, at, bounds[0]) - slack, np.where(fixed, at, bounds[1]) + slack
        if not ((low <= reached) & (reached <= high)).all():
            return None
        value = objective.value(point)
        return Outcome("optimal", point, value, value, self._outcome.duals)

    def _solved(self, steps: Floats) -> Floats:
        """The point after what is nonbasic moved by these steps."""
        columns, rows = np.split(steps, [len(self._point)])
        point = self._point + columns
        asked = rows - self._matrix @ columns if columns.any() else rows
        point[self._free] += self._factor.solve(asked[self._held])
        return point

    @cached_property
    def _matrix(self) -> sparse.csr_array:
        return stacked(self._entries).matrix(len(self._point))

    @cached_property
    def _free(self) -> Integers:
        """Basic columns."""
        return np.flatnonzero(~self._nonbasic[: len(self._point)])

    @cached_property
    def _held(self) -> Integers:
        """Nonbasic rows: as many as there are basic columns."""
        return np.flatnonzero(self._nonbasic[len(self._point) :])

    @cached_property
    def _factor(self) -> SuperLU:
        from scipy.sparse.linalg import splu  # 0.1 s to load; few programs need it

        return splu(self._matrix[self._held][:, self._free].tocsc())
