"""A solver until a deadline: it says when an answer was cut off, so that none is taken for a proof."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from verdeling.solvers.protocol import Outcome
from verdeling.solvers.wrapped import Wrapped

if TYPE_CHECKING:
    from typing import Unpack

    from verdeling.program import Objective, Program
    from verdeling.solvers.protocol import Solver
    from verdeling.solvers.wrapped import How


class Timed(Wrapped):
    """Any solver, with a limit to all it does together; what comes later is answered with ``time_limit``.

    Parameters
    ----------
    solver : Solver
        Who minimises.
    time_limit : float, optional
        Seconds from now; none by default.
    """

    def __init__(self, solver: Solver, time_limit: float | None = None) -> None:
        super().__init__(solver)
        self.deadline = math.inf if time_limit is None else time.perf_counter() + time_limit
        self.cut_off = False
        """Whether an answer was cut off by the deadline."""

    @property
    def late(self) -> bool:
        """Whether the deadline has passed."""
        return time.perf_counter() >= self.deadline

    def minimise(self, program: Program, objective: Objective, **how: Unpack[How]) -> Outcome:
        """See `verdeling.solvers.protocol.Solver.minimise`."""
        left = how["time_limit"] = min(how.get("time_limit", math.inf), self.deadline - time.perf_counter())
        outcome = super().minimise(program, objective, **how) if left > 0 else Outcome("time_limit")
        self.cut_off |= outcome.status == "time_limit" and self.late
        return outcome
