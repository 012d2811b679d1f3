"""Every goal of a solution met and held, so that what the goals leave open can be asked."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from verdeling.apart import How, hold_all, parts_of, settle_apart
from verdeling.errors import NoSolutionError, Problem, SolverError, VerdelingError
from verdeling.explaining.clock import no_time
from verdeling.explaining.freedom.exchanging import open_orders
from verdeling.first_plan import begin_whole, pursue_whole
from verdeling.goals import goal_table, settle_aim
from verdeling.pursuit import OutOfTime, Pursuit
from verdeling.shared import Shared
from verdeling.solution import refuse_foreseen
from verdeling.solvers import find_solver
from verdeling.verified import verified_tables
from verdeling.whole_places import WholePursuit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from verdeling.explaining.freedom.exchanging import Ordered
    from verdeling.explaining.freedom.ranges import Ranges
    from verdeling.formulation import Model
    from verdeling.goals import Aim, Reached
    from verdeling.program import Floats
    from verdeling.pursuit import Standing
    from verdeling.reading import Limits
    from verdeling.shared import Started
    from verdeling.solution import Solution
    from verdeling.splitting import Parts

TIE_BREAKS = ("preference", "moves", "distance", "cost")
"""Measures of which totals at the end of a policy choose among plans that are otherwise as good."""

_SAME = 1e-5
"""Values of goals this near, relative to ``max(1, |value|)``, are the same."""


@dataclass(frozen=True)
class Tie:
    """A tie-break: its goal, the row of the program that holds it, and the value that it has."""

    aim: Aim
    row: int
    value: float

    def allowance(self, slack: float) -> float:
        """How much worse it may be: a part of its value, and at least one of its unit."""
        return max(slack * abs(self.value), 1.0) if slack else 0.0


@dataclass(frozen=True)
class Held:
    """A program in which every goal of a solution is held at the value that the solution has of it.

    Parameters
    ----------
    solution : Solution
        Whose goals they are.
    model : Model
        The program with its meaning.
    limits : Limits
        The limits of the program.
    pursuit : Pursuit
        Where questions are asked; it stands at ``exact``.
    goals : sequence of Aim
        The goals of the policy.
    optimum, reached : sequence of Reached
        Stages as the fractional pass settled them, and as the last pass did.
    optimum_point, point : array
        The fractional optimum, and the plan in which all goals were settled.
    exact : Standing
        With every goal held.
    ties : tuple of Tie
        The last goals of the policy, which a slack may loosen.
    ranges : dict
        What was found to be free; see `verdeling.explaining.freedom.ranges.ranges_of`.
    """

    solution: Solution
    model: Model
    limits: Limits
    pursuit: Pursuit
    goals: Sequence[Aim]
    optimum: Sequence[Reached]
    reached: Sequence[Reached]
    optimum_point: Floats
    point: Floats
    exact: Standing
    ties: tuple[Tie, ...]
    ranges: dict[tuple[bool, bool], Ranges] = field(default_factory=dict, repr=False)

    @cached_property
    def orders(self) -> list[Ordered]:
        """Goals of whole places of which elements may exchange values."""
        return open_orders(self)

    @property
    def size(self) -> int:
        """Columns that there are with every goal held; questions may add more."""
        return len(self.exact.mark.bounds["column_lower"])

    @contextmanager
    def until(self, deadline: float) -> Iterator[None]:
        """Have questions in here end with `OutOfTime` when the deadline comes first."""
        self.pursuit.deadline = deadline
        try:
            yield
        finally:
            self.pursuit.deadline = np.inf

    def loosen(self, slack: float) -> Standing:
        """Let every tie-break be worse by its allowance, all others being held as before."""
        self.pursuit.rewind(self.exact)
        for tie in self.ties:
            self.pursuit.program.row_upper[tie.row] += tie.allowance(slack)
        return self.pursuit.stand()

    def finished(self, point: Floats) -> Floats:
        """A point with exactly whole numbers where places are whole."""
        if not self.solution.whole:
            return point
        return np.where(self.model.program.whole[: len(point)], np.round(point), point)

    def goal_values(self, point: Floats) -> pd.DataFrame:
        """What each stage of each goal is at a point, as in ``Solution.goals``."""
        return goal_table(self.goals, self.optimum, self.reached, self.optimum_point, point)

    def tables(self, point: Floats) -> dict[str, pd.DataFrame]:
        """Tables of the plan at a point, which was verified.

        Raises
        ------
        SolverError
            If the plan does not keep every limit.
        """
        model, whole = self.model, self.solution.whole
        return verified_tables(model, self.finished(point), whole=whole, limits=self.limits)


def refuse(solution: Solution, problems: Sequence[Problem], time_limit: float | None) -> None:
    """Refuse a solution of which freedom means nothing, and arguments that mean nothing, at once.

    Raises
    ------
    NoSolutionError
        If the solution has no numbers, or a time limit came before its goals were settled.
    VerdelingError
        If only arguments are wrong.
    """
    refuse_foreseen(solution)
    found = [*problems, *no_time(time_limit)]
    if not solution.has_numbers or solution.status == "time_limit":
        unsettled = Problem(
            "not-settled",
            f"The status of the solution is {solution.status}.",
            "What goals leave open can be told only when they were settled.",
            "Solve again, with a longer time_limit; for an infeasible one read solution.conflict first.",
            value=solution.status,
        )
        raise NoSolutionError("The solution does not say what is still free.", [unsettled, *found])
    if found:
        raise VerdelingError("What is still free cannot be told.", found)


def hold(solution: Solution, deadline: float) -> Held:
    """State the program of a solution and settle its goals as they were settled, before a deadline.

    Whole places come from a search, which is done again in the same way. In whole places projects are
    free again afterwards. In fractions, decisions that a goal takes as a whole, such as
    who reaches a threshold, stay as they were taken.

    Raises
    ------
    OutOfTime
        If the deadline came first.
    SolverError
        If the goals do not get the values that the solution has.
    """
    proofs = (False, True) if solution.whole and solution.status == "optimal" else (False,)
    for prove in proofs:
        held = _settled(solution, deadline, prove=prove)
        values, known = held.goal_values(held.point)["value"], solution.goals["value"]
        if len(values) == len(known) and np.allclose(values, known, rtol=_SAME, atol=_SAME):
            return held
    problem = Problem(
        "goals-not-the-same",
        "Settled again, the goals have other values than in the solution.",
        "What they leave open would be that of another solution.",
        "Solve again with this version, and without prove and time_limit.",
    )
    raise SolverError("The goals cannot be held where the solution has them.", [problem])


def _settled(solution: Solution, deadline: float, *, prove: bool) -> Held:
    solver = find_solver(solution.provenance["solver"])
    started, goals = Shared(solution.instance, solver).start(solution.policy)
    pursuit = started.pursuit
    pursuit.deadline = deadline
    last = _first_tie(goals)
    parts = parts_of(started.model, goals) if solution.provenance.get("reduce", True) else None
    if parts is not None:
        return _settled_apart(solution, started, goals, parts, deadline, prove=prove)
    if solution.whole:
        started.pursue(goals, _quietly)
        optimum, optimum_point = [*pursuit.reached], pursuit.point
        pursuit, ties, point = _whole(started, goals, last, prove=prove)
    else:
        started.pursue(goals[:last], _quietly)
        ties = _settle_ties(pursuit, goals[last:])
        optimum, optimum_point = [*pursuit.reached], pursuit.point
        assert optimum_point is not None
        point = optimum_point
    assert optimum_point is not None
    reached = [*pursuit.reached]
    held = (optimum, reached, optimum_point, point, pursuit.stand(), tuple(ties))
    return Held(solution, started.model, started.limits, pursuit, goals, *held)


def _whole(
    started: Started, goals: Sequence[Aim], last: int, *, prove: bool
) -> tuple[WholePursuit, list[Tie], Floats]:
    """The pass in whole places; afterwards no later goal guides a search."""
    search = begin_whole(started.pursuit, goals, prove=prove)
    reached = pursue_whole(search, goals)
    point = search.finish()
    ties = _ties(goals[last:], reached, point)
    search.goals, search.prove = (), False
    return search, ties, point


def _settled_apart(
    solution: Solution,
    started: Started,
    goals: Sequence[Aim],
    parts: Parts,
    deadline: float,
    *,
    prove: bool,
) -> Held:
    """Parts that share nothing are settled apart, and held in the whole program."""
    solver, model = find_solver(solution.provenance["solver"]), started.model
    how = How(solver.name, started.pursuit.tolerance, deadline, solution.whole, prove)
    found = settle_apart(model, goals, parts, how)
    if found.point is None or found.optimum_point is None or not found.in_time:
        raise OutOfTime
    kind = WholePursuit if solution.whole else Pursuit
    pursuit = kind(model, solver, found.tolerance, deadline)
    last = goals[_first_tie(goals) :]
    reached = hold_all(pursuit, found.reached, found.point)
    ties = tuple(_ties(last, reached, found.point))
    if isinstance(pursuit, WholePursuit):
        pursuit.incumbent, pursuit.center = found.point, found.optimum_point
    held = (found.optimum, reached, found.optimum_point, found.point, pursuit.stand(), ties)
    return Held(solution, model, started.limits, pursuit, goals, *held)


def _ties(goals: Sequence[Aim], reached: Sequence[Reached], point: Floats) -> list[Tie]:
    """The tie-breaks that were settled, each with the row that holds it; one about nothing has none."""
    last = [stage for stage in reached if stage.aim in goals and stage.rows]
    return [Tie(stage.aim, stage.rows.start, stage.value(point)) for stage in last]


def _first_tie(goals: Sequence[Aim]) -> int:
    """How many goals come before the tie-breaks at the end."""
    last = len(goals)
    while last and goals[last - 1].goal.measure in TIE_BREAKS and goals[last - 1].goal.aggregate == "total":
        last -= 1
    return last


def _settle_ties(pursuit: Pursuit, goals: Sequence[Aim]) -> list[Tie]:
    """Settle the tie-breaks and remember the row that holds each; one about nothing has none."""
    held = []
    for aim in goals:
        rows = pursuit.program.row_count
        settle_aim(pursuit, aim)
        if pursuit.program.row_count > rows:
            assert pursuit.best is not None
            held.append(Tie(aim, rows, pursuit.reached[-1].value(pursuit.best)))
    return held


def _quietly(done: int) -> None:
    """Report nothing."""
