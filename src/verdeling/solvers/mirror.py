"""HiGHS: a model that takes the columns of a program as they are, and follows what changes in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import highspy
import numpy as np

from verdeling.entries import alike
from verdeling.errors import Problem, SolverError
from verdeling.program import NOTHING
from verdeling.solvers.protocol import Outcome, Status

if TYPE_CHECKING:
    import numpy.typing as npt

    from verdeling.entries import Entries
    from verdeling.program import Floats, Integers, Objective, Program

    Marks = npt.NDArray[np.bool_]

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
_Side = highspy.HighsBasisStatus
_DEVEX, _CHOOSE = 1, -1
"""For a few pivots, steepest edges cost more to work out than they save."""

INTERIOR = 20_000
"""Columns from which a linear program is begun by the interior point, and ended by crossover and simplex.

A first program is solved twice as quickly so at 99,000 columns, as quickly at 25,000, and half as
quickly at 11,000. What counts more is the goal after which everything changes: the interior point
solves it in a third of the time of the primal simplex (``benchmarks/methods.py``).
"""

ROOT_ALONE = ("mip_allow_restart", "mip_heuristic_run_rins", "mip_heuristic_run_root_reduced_cost")
"""What HiGHS is told not to do where only the root is searched: it doubled the time for the same plans."""

_NOISE = 1e-11
"""Multipliers of a ray up to this are rounding, relative to the largest."""

_NO_ENTRIES = np.empty(0, dtype=np.int32)


class Mirror:
    """A HiGHS model that follows a program.

    Parameters
    ----------
    program : Program
        It may grow, and its bounds may move.
    whole : bool
        Whether the columns marked whole must take whole values.
    """

    def __init__(self, program: Program, *, whole: bool = False) -> None:
        self.program = program
        self.whole = whole
        self.model = highspy.Highs()
        self._columns = (np.empty(0), np.empty(0))
        self._rows = (np.empty(0), np.empty(0))
        self._entries: tuple[Entries, ...] = ()
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

    @property
    def shape(self) -> tuple[int, int]:
        """Columns and rows that it holds."""
        return len(self._columns[0]), len(self._rows[0])

    def holds(self, program: Program) -> bool:
        """Whether it holds what a program has, but perhaps other bounds."""
        return self.shape == program.shape and alike(self._entries, program.entries)

    def up_to_date(self) -> bool:
        """Whether it holds its program as it is."""
        bounds = np.concatenate([self._columns, self._rows], axis=1)
        return self.shape == self.program.shape and np.array_equal(bounds, self.program.bounds)

    def begin(self, program: Program, basis: highspy.HighsBasis, shape: tuple[int, int]) -> None:
        """Go on with a program from a basis, and from nothing else; it must hold the program, or nothing yet.

        Columns and rows that the program gained since it had the shape of the basis stay out of it.
        """
        self.program = program
        if self.shape != program.shape:
            self.update(NOTHING)
        self.model.clearSolver()
        self.model.setBasis(basis if shape == program.shape else _grown(basis, shape, program))

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

    def run(
        self,
        objective: Objective,
        time_limit: float,
        *,
        moved: bool = False,
        believed: bool = False,
        effort: int | None = None,
    ) -> Outcome:
        """Run HiGHS; once more from scratch if the last basis led nowhere.

        A hot run that minimises comes after a point was found: it is not the one to say that there is none.

        Parameters
        ----------
        objective : Objective
            The one that was passed on.
        time_limit : float
            Seconds.
        moved : bool
            Whether the basis is an optimal one but for bounds that moved.
        believed : bool
            Whether a hot run may be the one to say it all the same.
        effort : int, optional
            Pivots after which a hot run is given up.
        """
        self.model.setOptionValue("time_limit", self.model.getRunTime() + max(time_limit, 0.0))
        self.model.setOptionValue("simplex_dual_edge_weight_strategy", _DEVEX if moved else _CHOOSE)
        hot = not self.whole and self.model.getBasis().valid
        if hot:
            self._go_on(primal=not moved and len(objective.columns) > 0, effort=effort)
            if effort is not None and not self._answered():
                return Outcome("effort")
        else:
            self._start()
        doubted = hot and len(objective.columns) > 0 and not believed
        if not self._answered() or (doubted and self._infeasible()):
            self.model.clearSolver()
            self._start()
        status = _STATUS.get(self.model.getModelStatus(), "unbounded")
        if not self._answered():
            raise _failed(self.model.modelStatusToString(self.model.getModelStatus()))
        info = self.model.getInfo()
        if status == "infeasible" or not self._feasible():
            asked = status == "infeasible" and not self.whole and (believed or not len(objective.columns))
            return Outcome(status, ray=self._ray() if asked else None)
        solution = self.model.getSolution()
        point = np.array(solution.col_value)
        value = objective.value(point)
        bound = info.mip_dual_bound / self._scale + objective.constant if self.whole else -np.inf
        duals = None if self.whole else np.array(solution.row_dual) / self._scale
        return Outcome(status, point, value, value if status == "optimal" else bound, duals)

    def _go_on(self, *, primal: bool, effort: int | None) -> None:
        """Run from the last basis.

        After a change of objective the last point is still feasible, which is what the primal simplex
        starts from. After bounds moved the last basis still has the right prices, which is what the
        dual starts from; so has any basis in a question about feasibility. Both can stall on
        degenerate programs, so a run that takes more iterations than one from scratch would is cut off:
        early where that is one of the interior point.
        """
        rows = self.model.getNumRow()
        most = rows // 4 if self._large else rows + 5000
        self.model.setOptionValue("simplex_strategy", 4 if primal else 1)
        self.model.setOptionValue("simplex_iteration_limit", most if effort is None else effort)
        self.model.run()

    def _start(self) -> None:
        """Run from scratch: a large program by the interior point, unless that has no answer."""
        self.model.setOptionValue("simplex_strategy", 1)
        self.model.setOptionValue("simplex_iteration_limit", 2**31 - 1)
        if self._large:
            self.model.setOptionValue("solver", "ipx")
            self.model.run()
            self.model.setOptionValue("solver", "choose")
            if self._answered() and not self._infeasible():
                return
            self.model.clearSolver()
        self.model.run()

    def _ray(self) -> Floats | None:
        """Multipliers of rows by which no point can keep them all; None where the run ended without."""
        _, known, found = self.model.getDualRay()
        multipliers = np.array(found)
        return multipliers * (np.abs(multipliers) > _NOISE * np.abs(multipliers).max()) if known else None

    @property
    def _large(self) -> bool:
        return self.shape[0] >= INTERIOR and not self.whole

    def _answered(self) -> bool:
        """Whether the run ended with a status to trust, and with a point if there is an optimum.

        On degenerate programs the primal simplex has called hot runs unbounded that had an optimum.
        """
        status = _STATUS.get(self.model.getModelStatus(), "unbounded")
        return status != "unbounded" and (status != "optimal" or self._feasible())

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
            rows = self.program.entries_from(known)
            starts, columns = rows.starts[:-1].astype(np.int32), rows.columns
            self.model.addRows(
                new, lower[known:], upper[known:], len(columns), starts, columns, rows.coefficients
            )
        self._rows = lower.copy(), upper.copy()
        self._entries = self.program.entries


def sides(basis: highspy.HighsBasis) -> tuple[Marks, Marks]:
    """For each column and then each row whether it is basic, and whether it is at its upper bound."""
    status = np.array([int(each) for part in (basis.col_status, basis.row_status) for each in part])
    return status == int(_Side.kBasic), status == int(_Side.kUpper)


def inherited(basis: highspy.HighsBasis, columns: Integers, rows: Integers) -> highspy.HighsBasis:
    """A basis for columns and rows by their places in another program; -1 for what is new, and starts idle.

    Where a row that held went, it is none: HiGHS then begins without.
    """
    heir = highspy.HighsBasis()
    known, held = basis.col_status, basis.row_status
    heir.col_status = [known[place] if place >= 0 else _Side.kLower for place in columns]
    heir.row_status = [held[place] if place >= 0 else _Side.kBasic for place in rows]
    heir.valid = True
    return heir


def _grown(basis: highspy.HighsBasis, shape: tuple[int, int], program: Program) -> highspy.HighsBasis:
    """A basis for what a program has become."""
    grown = highspy.HighsBasis()
    new = zip(program.column_lower[shape[0] :], program.column_upper[shape[0] :], strict=True)
    grown.col_status = [*basis.col_status, *(_side(*bounds) for bounds in new)]
    grown.row_status = [*basis.row_status, *[_Side.kBasic] * (program.row_count - shape[1])]
    grown.valid = True
    return grown


def _side(lower: float, upper: float) -> highspy.HighsBasisStatus:
    """Where a column is that is not basic."""
    if np.isfinite(lower):
        return _Side.kLower
    return _Side.kUpper if np.isfinite(upper) else _Side.kZero


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
