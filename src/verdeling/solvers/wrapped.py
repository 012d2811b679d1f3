"""A solver around another one: what it does not do itself the other does."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from typing import Unpack

    from verdeling.program import Floats, Objective, Program
    from verdeling.solvers.protocol import Outcome, Solver


class How(TypedDict, total=False):
    """How an objective is minimised; see `verdeling.solvers.protocol.Solver.minimise`."""

    whole: bool
    start: Floats | None
    time_limit: float
    effort: int | None
    believed: bool
    moved: bool


class Wrapped:
    """Another solver under its own name; each room that adds to it makes its own of this.

    Parameters
    ----------
    solver : Solver
        Who minimises.
    """

    def __init__(self, solver: Solver) -> None:
        self.solver, self.name, self.tolerance = solver, solver.name, solver.tolerance

    @property
    def seconds(self) -> float:
        """Time spent inside the solver so far, in seconds."""
        return self.solver.seconds

    def remember(self, program: Program) -> object:
        """See `verdeling.solvers.protocol.Solver.remember`."""
        return self.solver.remember(program)

    def recall(self, program: Program, memory: object) -> None:
        """See `verdeling.solvers.protocol.Solver.recall`."""
        self.solver.recall(program, memory)

    def minimise(self, program: Program, objective: Objective, **how: Unpack[How]) -> Outcome:
        """See `verdeling.solvers.protocol.Solver.minimise`."""
        return self.solver.minimise(program, objective, **how)
