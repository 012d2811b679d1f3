"""Going the same way again: each step of a pass begins with the basis in which it ended the first time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from verdeling.solvers.protocol import Inheritable
from verdeling.solvers.wrapped import Wrapped

if TYPE_CHECKING:
    from typing import Unpack

    from verdeling.explaining.asking.inheriting import Heritage
    from verdeling.program import Floats, Objective, Program
    from verdeling.solvers.protocol import Outcome, Solver
    from verdeling.solvers.wrapped import How


class Replaying(Wrapped):
    """A solver that begins each question of a pass with the basis that ended that question in the first pass.

    On the way from the first goal to the last, programs that differ in a limit have nearly the same
    basis, question by question. Until `begin` is called first, bases are noted.

    Parameters
    ----------
    solver : Solver
        Who minimises.
    """

    def __init__(self, solver: Solver) -> None:
        super().__init__(solver)
        self.priced: Floats | None = np.empty(0)
        self._ends: list[tuple[tuple[int, int], object]] = []
        self._asked: int | None = None
        self._heritage: Heritage | None = None

    def begin(self, heritage: Heritage | None = None) -> None:
        """Begin a pass; what is asked is answered from the bases of the first one.

        Parameters
        ----------
        heritage : Heritage, optional
            Which columns and rows of the program stand in that of the first pass, where others do not.
        """
        self._asked, self._heritage = 0, heritage

    def minimise(self, program: Program, objective: Objective, **how: Unpack[How]) -> Outcome:
        """See `verdeling.solvers.protocol.Solver.minimise`."""
        whole = how.get("whole", False)
        if not whole and self._asked is not None:
            if self._asked < len(self._ends):
                self._recall(program, *self._ends[self._asked])
            self._asked += 1
        outcome = super().minimise(program, objective, **how)
        if self._asked is None:
            self._note(outcome.duals)
            if not whole:
                self._ends.append((program.shape, self.solver.remember(program)))
        return outcome

    def _recall(self, program: Program, shape: tuple[int, int], memory: object) -> None:
        """Have the solver know what was noted, where that fits."""
        if self._heritage is None:
            if shape == program.shape:
                self.solver.recall(program, memory)
            return
        places = self._heritage.grown(program.shape, shape)
        if places is not None and isinstance(memory, Inheritable):
            self.solver.recall(program, memory.inherited(*places))

    def _note(self, duals: Floats | None) -> None:
        """Keep the largest dual of each row; without duals nothing is proved by them."""
        if duals is None or self.priced is None:
            self.priced = None
        else:
            known = np.pad(self.priced, (0, max(len(duals) - len(self.priced), 0)))
            self.priced = np.maximum(known, np.pad(np.abs(duals), (0, max(len(known) - len(duals), 0))))
