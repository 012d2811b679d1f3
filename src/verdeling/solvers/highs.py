"""HiGHS: takes the columns as they are and is started hot from one question to the next."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import highspy
import numpy as np

from verdeling.errors import Problem, SolverError
from verdeling.program import NOTHING
from verdeling.solvers.protocol import Outcome, Status

if TYPE_CHECKING:
    from verdeling.program import Floats, Objective, Program

FEASIBILITY = 1e-10
"""Primal feasibility tolerance of linear programs, the smallest that HiGHS takes.

Goals are held ten times as loosely: when both were 1e-9, 6 of 100 generated instances lost a goal
that had been reached to rounding.
"""

LARGEST = 1024.0
"""Largest coefficient of an objective that HiGHS is given.

With costs of 240,000 EUR the dual simplex gave up on a region of 14 municipalities: *excessive dual
values*.
"""

_STATUS: dict[highspy.HighsModelStatus, Status] = {
    highspy.HighsModelStatus.kOptimal: "optimal",
    highspy.HighsModelStatus.kModelEmpty: "optimal",
    highspy.HighsModelStatus.kInfeasible: "infeasible",
    highspy.HighsModelStatus.kUnbounded: "unbounded",
    highspy.HighsModelStatus.kTimeLimit: "time_limit",
    highspy.HighsModelStatus.kSolutionLimit: "effort",
}
ROOT_ALONE = ("mip_allow_restart", "mip_heuristic_run_rins", "mip_heuristic_run_root_reduced_cost")
"""What HiGHS is told not to do where only the root is searched: it doubled the time for the same plans."""

_NO_ENTRIES = np.empty(0, dtype=np.int32)


class Highs:
    """The default solver.

    A linear program stays in the solver: what the program has gained or changed since the last call
    is passed on, and the last basis starts the next run. Whole numbers are solved apart, so that
    they leave that basis alone.
    """

    name = "HiGHS"
    tolerance = 10 * FEASIBILITY

    def __init__(self) -> None:
        self.seconds = 0.0
        self._mirror: _Mirror | None = None

    def remember(self, program: Program) -> object:
        """The basis; see `verdeling.solvers.protocol.Solver.remember`."""
        if self._mirror is None or self._mirror.program is not program:
            return None
        self._mirror.update(NOTHING)
        return self._mirror.model.getBasis()

    def recall(self, program: Program, memory: object) -> None:
        """See `verdeling.solvers.protocol.Solver.recall`."""
        self._mirror = None
        if memory is not None:
            self._mirror = _Mirror(program)
            self._mirror.update(NOTHING)
            self._mirror.model.setBasis(memory)

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
        mirror = self._mirror
        if whole:
            mirror = _Mirror(program, whole=True)
            if effort is not None:
                mirror.limit(effort)
        elif mirror is None or mirror.program is not program:
            mirror = self._mirror = _Mirror(program)
        mirror.update(objective)
        if whole and start is not None:
            mirror.model.setSolution(len(start), np.arange(len(start), dtype=np.int32), start)
        began = time.perf_counter()
        try:
            return mirror.run(objective, time_limit)
        finally:
            self.seconds += time.perf_counter() - began


class _Mirror:
    """A HiGHS model that follows a program."""

    def __init__(self, program: Program, *, whole: bool = False) -> None:
        self.program = program
        self.whole = whole
        self.model = highspy.Highs()
        self._columns = (np.empty(0), np.empty(0))
        self._rows = (np.empty(0), np.empty(0))
        self._costed = _NO_ENTRIES
        self._scale = 1.0
        options = {
            "output_flag": False,
            "threads": 1,
            "primal_simplex_bound_perturbation_multiplier": 0.0,
            "primal_feasibility_tolerance": 1e-9 if whole else FEASIBILITY,
            "dual_feasibility_tolerance": 1e-9,
            "mip_feasibility_tolerance": 1e-9,
            "mip_rel_gap": 0.0,
            "mip_abs_gap": 1e-4,
        }
        for option, value in options.items():
            self.model.setOptionValue(option, value)
        if whole:
            self._pass_columns()
            marked = np.flatnonzero(program.whole).astype(np.int32)
            self.model.changeColsIntegrality(len(marked), marked, np.ones(len(marked), dtype=np.uint8))

    def limit(self, nodes: int) -> None:
        """Search so many nodes at most; at the root alone, do nothing there that pays only in a tree."""
        self.model.setOptionValue("mip_max_nodes", nodes)
        if nodes == 1:
            for option in ROOT_ALONE:
                self.model.setOptionValue(option, False)

    def update(self, objective: Objective) -> None:
        """Pass on what the program gained or changed, and the objective."""
        self._pass_columns()
        self._pass_rows()
        if len(self._costed):
            self.model.changeColsCost(len(self._costed), self._costed, np.zeros(len(self._costed)))
        self._costed = objective.columns.astype(np.int32)
        if len(self._costed):
            self._scale = _scale(objective)
            self.model.changeColsCost(len(self._costed), self._costed, objective.coefficients * self._scale)

    def run(self, objective: Objective, time_limit: float) -> Outcome:
        """Run HiGHS; once more from scratch if the last basis led nowhere.

        A hot run that minimises comes after a point was found: it is not the one to say that there is none.
        """
        if np.isfinite(time_limit):
            self.model.setOptionValue("time_limit", self.model.getRunTime() + max(time_limit, 0.0))
        hot = not self.whole and self.model.getBasis().valid
        self._start(hot=hot, objective=objective)
        if not self._answered() or (hot and len(objective.columns) and self._infeasible()):
            self.model.clearSolver()
            self._start(hot=False, objective=objective)
        status = _STATUS.get(self.model.getModelStatus(), "unbounded")
        if status == "unbounded" or not self._answered():
            raise _failed(self.model.modelStatusToString(self.model.getModelStatus()))
        info = self.model.getInfo()
        if status == "infeasible" or not self._feasible():
            return Outcome(status)
        solution = self.model.getSolution()
        point = np.array(solution.col_value)
        value = objective.value(point)
        bound = info.mip_dual_bound / self._scale + objective.constant if self.whole else -np.inf
        duals = None if self.whole else np.array(solution.row_dual) / self._scale
        return Outcome(status, point, value, value if status == "optimal" else bound, duals)

    def _start(self, *, hot: bool, objective: Objective) -> None:
        """Run, from the last basis or from scratch.

        After a change of objective the last point is still feasible, which is what the primal
        simplex starts from; a question about feasibility is for the dual. Both can stall on
        degenerate programs, so a hot run that takes more iterations than a cold one would is cut off.
        """
        primal = hot and len(objective.columns) > 0
        self.model.setOptionValue("simplex_strategy", 4 if primal else 1)
        self.model.setOptionValue(
            "simplex_iteration_limit", self.model.getNumRow() + 5000 if hot else 2**31 - 1
        )
        self.model.run()

    def _answered(self) -> bool:
        """Whether the run ended with a status to trust, and with a point if there is an optimum."""
        status = _STATUS.get(self.model.getModelStatus())
        return status is not None and (status != "optimal" or self._feasible())

    def _infeasible(self) -> bool:
        return _STATUS.get(self.model.getModelStatus()) == "infeasible"

    def _feasible(self) -> bool:
        """Whether there is a point, within ten times the tolerance that was asked for."""
        info = self.model.getInfo()
        known = info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusNone
        asked = self.model.getOptionValue("primal_feasibility_tolerance")[1]
        return bool(known and info.max_primal_infeasibility <= 10 * asked)

    def _pass_columns(self) -> None:
        lower, upper = self.program.column_lower, self.program.column_upper
        known = len(self._columns[0])
        changed = _changed(self._columns, lower, upper)
        if len(changed):
            self.model.changeColsBounds(len(changed), changed, lower[changed], upper[changed])
        new = len(lower) - known
        if new:
            starts = np.zeros(new, dtype=np.int32)
            self.model.addCols(
                new, np.zeros(new), lower[known:], upper[known:], 0, starts, _NO_ENTRIES, np.empty(0)
            )
        self._columns = lower.copy(), upper.copy()

    def _pass_rows(self) -> None:
        lower, upper = self.program.row_lower, self.program.row_upper
        known = len(self._rows[0])
        changed = _changed(self._rows, lower, upper)
        if len(changed):
            self.model.changeRowsBounds(len(changed), changed, lower[changed], upper[changed])
        new = len(lower) - known
        if new:
            matrix = self.program.matrix(known)
            starts, indices = matrix.indptr[:-1].astype(np.int32), matrix.indices.astype(np.int32)
            self.model.addRows(new, lower[known:], upper[known:], matrix.nnz, starts, indices, matrix.data)
        self._rows = lower.copy(), upper.copy()


def _scale(objective: Objective) -> float:
    """A power of two that brings the largest coefficient to `LARGEST` at most."""
    return float(
        2.0 ** min(0.0, np.floor(np.log2(LARGEST / np.abs(objective.coefficients).max(initial=1.0))))
    )


def _changed(passed: tuple[Floats, Floats], lower: Floats, upper: Floats) -> np.ndarray:
    known = len(passed[0])
    differs = (lower[:known] != passed[0]) | (upper[:known] != passed[1])
    return np.flatnonzero(differs).astype(np.int32)


def _failed(what: str) -> SolverError:
    return SolverError(
        "HiGHS gave no usable answer.",
        [
            Problem(
                "solver-failed",
                f"HiGHS stopped with: {what}.",
                "Without an answer there are no numbers to trust.",
                "Try another solver, for instance solver='PULP_CBC_CMD', and report the instance.",
            )
        ],
    )
