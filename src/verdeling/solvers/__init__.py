"""Solvers: each minimises a program and says what it found, nothing else."""

from __future__ import annotations

from verdeling.solvers.checked import Checked
from verdeling.solvers.highs import Highs
from verdeling.solvers.scaling import Scaled


def find_solver(name: str) -> Scaled:
    """Make a solver by its name: ``HiGHS``, or one that PuLP lists.

    It is given numbers that it can tell apart, and its answers are looked at.

    Raises
    ------
    SolverError
        If there is no such solver, or it is not available here.
    """
    if name.lower() == "highs":
        return Scaled(Checked(Highs()))
    from verdeling.solvers.gateway import PulpSolver  # PuLP is only loaded when asked for

    return Scaled(Checked(PulpSolver(name)))
