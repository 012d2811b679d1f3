"""Solvers: each minimises a program and says what it found, nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verdeling.solvers.highs import Highs

if TYPE_CHECKING:
    from verdeling.solvers.protocol import Solver


def find_solver(name: str) -> Solver:
    """Make a solver by its name: ``HiGHS``, or one that PuLP lists.

    Raises
    ------
    SolverError
        If there is no such solver, or it is not available here.
    """
    if name.lower() == "highs":
        return Highs()
    from verdeling.solvers.gateway import PulpSolver  # PuLP is only loaded when asked for

    return PulpSolver(name)
