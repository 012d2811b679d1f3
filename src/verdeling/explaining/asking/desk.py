"""A solution reopened: its program with every goal settled, ready to answer what a change would do."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.aggregates.levels import LEVELS
from verdeling.aggregates.sums import SUMS
from verdeling.certifying.bounds import impossible
from verdeling.errors import NoSolutionError, Problem
from verdeling.explaining.asking.foreseeing import Foreseeing, Unforeseen
from verdeling.explaining.asking.inheriting import Heritage
from verdeling.goals import goal_table, pursue
from verdeling.policy import Goal
from verdeling.provenance import provenance
from verdeling.pursuit import Infeasible
from verdeling.reading import read_prices
from verdeling.shared import Started
from verdeling.solution import Solution, refuse_foreseen
from verdeling.solvers import find_solver
from verdeling.statement import restate
from verdeling.verified import refuse_missed, verified_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from verdeling.formulation import Model
    from verdeling.goals import Reached
    from verdeling.instance import Instance
    from verdeling.policy import Keys, Policy
    from verdeling.program import Floats, Program
    from verdeling.restating import Stating

    Shift = Callable[[Program], None]

LOADS = Goal(measure="relative_load", over="municipality", aggregate="leximax")
"""Last goal where a policy has no such goal: so loads that it leaves open are compared like with like."""

PRICELESS = 1e-9
"""A dual up to this is rounding."""


@dataclass(frozen=True, eq=False)
class Answer:
    """A fractional optimum that keeps every row of its program.

    Parameters
    ----------
    point : array
        A value for each column of the program.
    reached : sequence of Reached
        The stages of the goals of the policy.
    reaches : array
        Their values at the point.
    loads : Series
        Relative load of each municipality (× fair share).
    seconds : mapping of str to float
        What it took: ``optimum`` in all, of which ``solver``.
    """

    point: Floats
    reached: Sequence[Reached]
    reaches: Floats
    loads: pd.Series[float]
    seconds: Mapping[str, float]


class Desk:
    """The program of an instance under a policy with every goal settled, and a solver that is hot.

    A question moves limits and pursues the goals again: foreseen as far as prices say what comes of them
    (`Foreseeing`), and where that does not hold every step begins with the basis in which the same step
    ended before. Each question starts from the plan as it was. Numbers are of the fractional optimum.
    Where the policy has no leximax of the relative loads, `LOADS` is its last goal here, so that a load
    that it leaves open does not change by chance.

    Parameters
    ----------
    instance : Instance
        Restricted to one scenario.
    policy : Policy
        The goals.
    solver : str
        Who minimises; see `verdeling.solvers.find_solver`.
    deadline : float
        ``time.perf_counter()`` at which to stop settling the goals; for questions see `until`.
    earlier : Desk, optional
        Of another policy or instance; what its statement has in common with this one is taken over.

    Raises
    ------
    NoSolutionError
        If the hard limits leave no plan.
    OutOfTime
        If the deadline came first.
    """

    def __init__(
        self,
        instance: Instance,
        policy: Policy,
        solver: str = "HiGHS",
        deadline: float = np.inf,
        earlier: Desk | None = None,
    ) -> None:
        self.instance, self.policy = instance, policy
        self.goals = len(policy.goal)
        self._foreseeable = all(goal.aggregate in (*SUMS, *LEVELS) for goal in policy.goal)
        settles = any((goal.measure, goal.aggregate) == ("relative_load", "leximax") for goal in policy.goal)
        self._last = () if settles else (LOADS,)
        self._scaled = find_solver(solver)
        self._solver = Foreseeing(self._scaled)
        self._deadline = np.inf
        self.ray: Floats | None = None
        """Multipliers of rows by which the last question had no plan, where they are known."""
        self.stating: Stating
        self.started: Started
        self.stating, self.started = self._stated(instance, policy, earlier)
        self.base = self.started.pursuit.stand()
        try:
            with self.until(deadline):
                self.answer = self._pursued(self.started)
        except Infeasible:
            raise NoSolutionError("There is no plan to change.", [_NO_PLAN]) from None
        self._solver.begin()

    @classmethod
    def of(cls, solution: Solution, solver: str = "HiGHS", deadline: float = np.inf) -> Desk:
        """Reopen a solution.

        Raises
        ------
        NoSolutionError
            If it has no numbers, or was cut off by a time limit.
        OutOfTime
            If the deadline came first.
        """
        refuse_foreseen(solution)
        if not solution.has_numbers or solution.status == "time_limit":
            raise NoSolutionError("The solution cannot be explained.", [_unfinished(solution)])
        return cls(solution.instance, solution.policy, solver, deadline)

    @contextmanager
    def until(self, deadline: float) -> Iterator[None]:
        """Have questions in here end with `OutOfTime` when the deadline comes first."""
        self._deadline = deadline
        try:
            yield
        finally:
            self._deadline = np.inf

    @property
    def model(self) -> Model:
        """The stated program with its meaning."""
        return self.started.model

    @property
    def program(self) -> Program:
        """The program."""
        return self.started.model.program

    def ask(self, shift: Shift) -> Answer | None:
        """The optimum after a shift of bounds; None when no plan keeps the hard limits then.

        Parameters
        ----------
        shift : callable
            Moves bounds of the rules in the program that it is given.
        """
        self.started.pursuit.rewind(self.base)
        shift(self.program)
        return self.ask_of(self.started)

    def ask_of(self, started: Started) -> Answer | None:
        """The optimum of a statement, from the bases of this one as far as their shapes are the same."""
        standing, heritage, self.ray = started.pursuit.stand(), self._heritage(started), None
        if not self._foreseeable:
            self._solver.begin(heritage)
            return self._optimum(started)
        for _ in self._solver.attempts(heritage):
            try:
                return self._optimum(started)
            except Unforeseen as unforeseen:
                started.pursuit.rewind(standing)
                self.ray = _ruling_out(started.model.program, unforeseen.ray)
            if self.ray is not None:
                break
        return None

    def _optimum(self, started: Started) -> Answer | None:
        """What a pass ends in; None when no plan keeps the hard limits."""
        try:
            answer = self._pursued(started)
        except Infeasible:
            return None
        self._solver.refuse_unproved()
        refuse_missed(started.model.program, answer.point)
        return answer

    def in_columns_of(self, started: Started) -> Floats | None:
        """The plan that questions start from, as a point of another statement before any of its goals.

        What only the other has is nothing there; None where the columns say different things.
        """
        if started.limits.named_alike:
            return self.answer.point[: started.model.program.column_count]
        heritage = self._heritage(started)
        if heritage is None:
            return None
        return np.where(heritage.columns >= 0, self.answer.point[heritage.columns], 0.0)

    def _heritage(self, started: Started) -> Heritage | None:
        """What a statement has of this one; None where it is about the same throughout."""
        if started is self.started or started.limits.named_alike:
            return None
        return Heritage.of(started.model, self.model, self.base.mark)

    def state(self, instance: Instance, key: Keys | None = None) -> Started:
        """State an instance of one scenario under the goals, and under another key where one is given."""
        policy = self.policy if key is None else self.policy.model_copy(update={"key": key})
        return self._stated(instance, policy, self)[1]

    def _stated(self, instance: Instance, policy: Policy, known: Desk | None) -> tuple[Stating, Started]:
        settling = policy.model_copy(update={"goal": (*policy.goal, *self._last)})
        stating = restate(instance, settling, None if known is None else known.stating)
        limits = None if known is None else known.started.limits
        return stating, Started(instance, settling, self._solver, stating, limits)

    def priceless(self, row: int) -> bool:
        """Whether more room in a row is proved to change nothing: no program had a price for it.

        A limit whose dual is zero in an optimal basis can be moved out of the way at no gain, since
        optima are convex in their limits.
        """
        return self._solver.priced is not None and bool(self._solver.priced[row] <= PRICELESS)

    @cached_property
    def plan(self) -> Solution:
        """The fractional optimum that questions start from."""
        return self.solution(self.started, self.answer)

    def solution(self, started: Started, answer: Answer) -> Solution:
        """A fractional optimum as a solution; it is verified.

        Raises
        ------
        SolverError
            If it does not verify.
        """
        model, instance = started.model, started.model.data.instance
        policy = self.policy.model_copy(update={"key": started.policy.key})
        tables = verified_tables(model, answer.point, whole=False, limits=started.limits)
        tables["prices"] = read_prices(model, answer.reached)
        goals = [aim for aim in started.goals if aim.number <= self.goals]
        reached = goal_table(goals, answer.reached, answer.reached, answer.point, answer.point)
        conflict = pd.DataFrame(columns=["agreement", "text", "text_nl", "source", "in_conflict"])
        found = provenance(
            instance,
            policy,
            solver=self._solver.name,
            tolerance=started.pursuit.tolerance,
            scaling=self._scaled.scaling,
            reduce=False,
            seconds=answer.seconds,
        )
        return Solution(instance, policy, "optimal", False, reached, conflict, found, tables)

    def _pursued(self, started: Started) -> Answer:
        started.pursuit.deadline = self._deadline
        began, solved_before = time.perf_counter(), self._solver.seconds
        reached = pursue(started.pursuit, started.goals)
        point = started.pursuit.point
        assert point is not None
        stages = tuple(stage for stage in reached if stage.aim.number <= self.goals)
        carried = started.limits.tasks["load"].values(point)
        loads = pd.Series(carried, index=started.model.data.ids["municipality"])
        seconds = {
            "optimum": time.perf_counter() - began,
            "solver": self._solver.seconds - solved_before,
        }
        return Answer(point, stages, np.array([stage.value(point) for stage in stages]), loads, seconds)


def _ruling_out(program: Program, ray: Floats | None) -> Floats | None:
    """Multipliers of a program with goals, where they prove that no plan keeps the rules; None otherwise."""
    rules = program.row_count
    if ray is None or ray[rules:].any():
        return None
    return ray[:rules] if impossible(program, ray[:rules]) else None


_NO_PLAN = Problem(
    "no-plan",
    "No plan keeps the hard limits.",
    "What a change does is told against a plan.",
    "Solve the instance, read solution.conflict, and soften one of its agreements.",
)


def _unfinished(solution: Solution) -> Problem:
    remedy = "Solve again without a time limit."
    if solution.status == "infeasible":
        remedy = "Read solution.conflict, and soften one of its agreements."
    return Problem(
        "not-explainable",
        f"The status of the solution is {solution.status}.",
        "Only of a plan that is settled can be said what a change would do.",
        remedy,
    )
