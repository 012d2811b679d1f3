"""A solver until a deadline: it says when an answer was cut off, so that none is taken for a proof."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

import numpy as np

from verdeling.solvers.protocol import Outcome

if TYPE_CHECKING:
    from verdeling.program import Floats, Objective, Program
    from verdeling.solvers.protocol import Solver


class Timed:
    """Any solver, with a limit to all it does together; what comes later is answered with ``time_limit``.

    Parameters
    ----------
    solver : Solver
        Who minimises.
    time_limit : float, optional
        Seconds from now; none by default.
    """

    def __init__(self, solver: Solver, time_limit: float | None = None) -> None:
        self.solver, self.name, self.tolerance = solver, solver.name, solver.tolerance
        self.deadline = math.inf if time_limit is None else time.perf_counter() + time_limit
        self.seconds = 0.0
        self.cut_off = False
        """Whether an answer was cut off by the deadline."""

    @property
    def late(self) -> bool:
        """Whether the deadline has passed."""
        return time.perf_counter() >= self.deadline

    def remember(self, program: Program) -> object:
        """See `verdeling.solvers.protocol.Solver.remember`."""
        return self.solver.remember(program)

    def recall(self, program: Program, memory: object) -> None:
        """See `verdeling.solvers.protocol.Solver.recall`."""
        self.solver.recall(program, memory)

    def minimise(
        self,
        program: Program,
        objective: Objective,
        *,
        whole: bool = False,
        start: Floats | None = None,
        time_limit: float = np.inf,
        effort: int | None = None,
    ) -> Outcome:
        """See `verdeling.solvers.protocol.Solver.minimise`."""
        left = min(time_limit, self.deadline - time.perf_counter())
        outcome = Outcome("time_limit")
        if left > 0:
            outcome = self.solver.minimise(
                program, objective, whole=whole, start=start, time_limit=left, effort=effort
            )
            self.seconds = self.solver.seconds
        self.cut_off |= outcome.status == "time_limit" and self.late
        return outcome
