"""PuLP: the gateway to every other solver, to .lp and .mps files, and to models extended by hand."""

from __future__ import annotations

import math
import time
import warnings
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen
from tempfile import TemporaryDirectory
from traceback import walk_tb
from typing import TYPE_CHECKING

import numpy as np
import pulp

from verdeling.errors import OutputError, Problem, SolverError
from verdeling.solvers.digits import FEASIBILITY, saved, to_the_last_digit
from verdeling.solvers.protocol import Outcome, Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verdeling.program import Floats, Integers, Objective, Program

_STATUS: dict[int, Status] = {
    pulp.LpStatusOptimal: "optimal",
    pulp.LpStatusInfeasible: "infeasible",
    pulp.LpStatusUnbounded: "unbounded",
}


def to_pulp(program: Program, objective: Objective, *, whole: bool = False) -> pulp.LpProblem:
    """The program as a PuLP problem that can be extended by hand or given to any solver.

    Names are a kind and a position in the program, such as ``place_17`` and ``capacity_3``: they
    cannot collide, whatever municipalities are called. ``program.column_blocks`` and
    ``program.row_blocks`` say what each of them is about.

    Parameters
    ----------
    program : Program
        What was stated.
    objective : Objective
        What to minimise.
    whole : bool
        Whether columns marked whole are integer.

    Returns
    -------
    pulp.LpProblem
        A minimisation. Columns that stand in no row and not in the objective are left out.
    """
    problem = pulp.LpProblem("verdeling", pulp.LpMinimize)
    matrix = program.matrix()
    bounded = np.isfinite(program.row_lower) | np.isfinite(program.row_upper)
    used = np.union1d(matrix[np.flatnonzero(bounded)].indices, objective.columns)
    columns = _add_columns(problem, program, used, whole=whole)
    terms = zip(objective.columns.tolist(), objective.coefficients.tolist(), strict=True)
    problem.setObjective(
        pulp.LpAffineExpression([(columns[c], a) for c, a in terms], constant=objective.constant)
    )
    for block in program.row_blocks:
        for row in block.positions[bounded[block.start : block.stop]].tolist():
            limits = float(program.row_lower[row]), float(program.row_upper[row])
            part = slice(matrix.indptr[row], matrix.indptr[row + 1])
            entries = zip(matrix.indices[part].tolist(), matrix.data[part].tolist(), strict=True)
            left = pulp.LpAffineExpression([(columns[c], a) for c, a in entries])
            for name, sense, limit in _sides(f"{block.name}_{row}", *limits):
                problem.addConstraint(pulp.LpConstraint(left, sense, name, limit))
    return problem


def write_program(program: Program, objective: Objective, path: str | Path, *, whole: bool = True) -> None:
    """Write the program as an ``.lp`` or ``.mps`` file.

    Raises
    ------
    OutputError
        If the suffix is another one.
    """
    problem = to_pulp(program, objective, whole=whole)
    writers = {".lp": problem.writeLP, ".mps": problem.writeMPS}
    suffix = Path(path).suffix.lower()
    if suffix not in writers:
        raise OutputError(
            f"The program cannot be written to {path}.",
            [
                Problem(
                    "no-format",
                    f"The suffix is {suffix or 'missing'}.",
                    "A program is written as .lp or .mps.",
                    "Give a path that ends in .lp or .mps.",
                )
            ],
        )
    writers[suffix](str(path))


CBC = "PULP_CBC_CMD"
"""The solver that comes with PuLP."""


class PulpSolver:
    """Any solver that PuLP lists, started cold for each question.

    Parameters
    ----------
    name : str
        As PuLP lists it, for instance ``PULP_CBC_CMD``.

    Raises
    ------
    SolverError
        If PuLP does not know it or it is not installed here.
    """

    def __init__(self, name: str) -> None:
        with _pulp_3():
            available = pulp.listSolvers(onlyAvailable=True)
        if name not in available:
            raise SolverError(
                f"Solver {name!r} cannot be used.",
                [
                    Problem(
                        "no-solver",
                        f"PuLP finds no {name!r} here.",
                        "A solver must be installed to answer.",
                        f"Choose HiGHS or one of: {', '.join(available)}.",
                        value=name,
                    )
                ],
            )
        self.name = name
        self.tolerance = 10 * FEASIBILITY if name == CBC else 1e-7
        self.seconds = 0.0

    def remember(self, program: Program) -> object:
        """Nothing: every question is started cold."""

    def recall(self, program: Program, memory: object) -> None:
        """Nothing to do; see `remember`."""

    def minimise(
        self,
        program: Program,
        objective: Objective,
        *,
        whole: bool = False,
        start: Floats | None = None,
        time_limit: float = np.inf,
        effort: int | None = None,
        believed: bool = False,
        moved: bool = False,
    ) -> Outcome:
        """See `verdeling.solvers.protocol.Solver.minimise`."""
        problem = to_pulp(program, objective, whole=whole)
        options: dict[str, object] = {"msg": False}
        if np.isfinite(time_limit):
            options["timeLimit"] = max(1, math.ceil(time_limit))
        if whole and effort is not None and self.name == CBC:
            options["maxNodes"] = effort
        began = time.perf_counter()
        try:
            with _pulp_3():
                self._solve(problem, options, digits=self.name == CBC and not whole)
        except pulp.PulpSolverError as error:
            raise self._failed(str(error)) from error
        finally:
            self.seconds += time.perf_counter() - began
        return self._outcome(program, problem, objective, whole=whole)

    def _solve(self, problem: pulp.LpProblem, options: dict[str, object], *, digits: bool) -> None:
        """Have PuLP solve a problem; of a linear program that CBC solves, keep every digit."""
        with TemporaryDirectory() as folder, _not_left_running():
            path = Path(folder) / "found"
            if digits:
                options["options"] = to_the_last_digit(path)
            solver = pulp.getSolver(self.name, **options)
            solver.tmpDir = folder
            problem.solve(solver)
            if not digits:
                return
            found = saved(path, len(problem.constraints), len(problem.variables()))
        if found is not None and problem.sol_status == pulp.LpSolutionOptimal:
            columns, duals = (each.tolist() for each in found)
            names = [variable.name for variable in problem.variables()]
            problem.assignVarsVals(dict(zip(names, columns, strict=True)))
            problem.assignConsPi(dict(zip(problem.constraints, duals, strict=True)))

    def _outcome(
        self, program: Program, problem: pulp.LpProblem, objective: Objective, *, whole: bool
    ) -> Outcome:
        stopped = problem.sol_status in (pulp.LpSolutionIntegerFeasible, pulp.LpSolutionNoSolutionFound)
        status = _STATUS.get(problem.status)
        if stopped and status != "infeasible":
            status = "time_limit"
        if status is None or status == "unbounded":
            raise self._failed(pulp.LpStatus[problem.status])
        if status == "infeasible" or problem.sol_status == pulp.LpSolutionNoSolutionFound:
            return Outcome(status)
        point = np.clip(np.zeros(program.column_count), program.column_lower, program.column_upper)
        for variable in problem.variables():
            if variable.name == "__dummy":  # PuLP's own, where the objective is empty
                continue
            point[int(variable.name.rsplit("_", 1)[1])] = variable.value() or 0.0
        value = objective.value(point)
        duals = None if whole else _duals(program, problem)
        return Outcome(status, point, value, value if status == "optimal" else -np.inf, duals)

    def _failed(self, what: str) -> SolverError:
        return SolverError(
            f"{self.name} gave no usable answer.",
            [
                Problem(
                    "solver-failed",
                    f"{self.name} stopped with: {what}.",
                    "Without an answer there are no numbers to trust.",
                    "Try HiGHS, and report the instance.",
                )
            ],
        )


@contextmanager
def _not_left_running() -> Iterator[None]:
    """End the program that PuLP started and waits for, where the wait is interrupted: PuLP leaves it."""
    try:
        yield
    except BaseException as ended:
        for frame, _ in walk_tb(ended.__traceback__):
            for each in frame.f_locals.values():
                if isinstance(each, Popen):
                    each.kill()
                    each.wait()
        raise


@contextmanager
def _pulp_3() -> Iterator[None]:
    """Leave out PuLP's notices about its version 4: the dependency is below 4."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*PuLP 4.0", DeprecationWarning)
        yield


def _add_columns(
    problem: pulp.LpProblem, program: Program, used: Integers, *, whole: bool
) -> dict[int, pulp.LpVariable]:
    columns = {}
    for block in program.column_blocks.values():
        for position in used[(used >= block.start) & (used < block.stop)].tolist():
            lower, upper = float(program.column_lower[position]), float(program.column_upper[position])
            columns[position] = problem.add_variable(
                f"{block.name}_{position}",
                lower if math.isfinite(lower) else None,
                upper if math.isfinite(upper) else None,
                pulp.LpInteger if whole and program.whole[position] else pulp.LpContinuous,
            )
    return columns


def _sides(name: str, lower: float, upper: float) -> list[tuple[str, int, float]]:
    """The constraints that a row stands for: one, or two where it is bounded on both sides."""
    if lower == upper:
        return [(name, pulp.LpConstraintEQ, upper)]
    sides = [(name, pulp.LpConstraintLE, upper)] if math.isfinite(upper) else []
    if math.isfinite(lower):
        sides.append((f"{name}_from" if sides else name, pulp.LpConstraintGE, lower))
    return sides


def _duals(program: Program, problem: pulp.LpProblem) -> Floats:
    with _pulp_3():
        found = {name: constraint.pi or 0.0 for name, constraint in problem.constraints.items()}
    duals = np.zeros(program.row_count)
    for block in program.row_blocks:
        for row in range(block.start, block.stop):
            name = f"{block.name}_{row}"
            duals[row] = found.get(name, 0.0) + found.get(f"{name}_from", 0.0)
    return duals
