"""Solve an instance under a policy: state, pursue the goals, make whole, read back, verify."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from verdeling.apart import PARALLEL, How, hold_all, parts_of, settle_apart
from verdeling.conflict import Known, in_force, smallest_conflict
from verdeling.errors import Problem, SolverError, VerdelingError
from verdeling.first_plan import begin_whole, pursue_whole
from verdeling.goals import GOAL_COLUMNS, goal_table
from verdeling.magnitude import refuse_untold, refuse_whole
from verdeling.policy import Policy, read_policy
from verdeling.program import NOTHING
from verdeling.provenance import provenance
from verdeling.pursuit import Infeasible, OutOfTime, Pursuit
from verdeling.reading import read_prices
from verdeling.shared import Shared, Started
from verdeling.solution import Solution, SolutionStatus
from verdeling.solvers import find_solver
from verdeling.statement import state_rules
from verdeling.verified import verified_tables
from verdeling.whole_places import WholePursuit

if TYPE_CHECKING:
    from pathlib import Path

    from verdeling.conflict import Conflict
    from verdeling.formulation import Model
    from verdeling.goals import Aim, Reached
    from verdeling.instance import Instance
    from verdeling.program import Floats
    from verdeling.solvers.scaling import Scaled
    from verdeling.splitting import Parts

SECOND = "PULP_CBC_CMD"
"""Solver that must agree before an instance is called impossible, where nothing proves it."""

Progress = Callable[[str, int, int], None]
"""Called with a phase (``state``, ``optimum``, ``whole``, ``read``, ``room``), what is done, out of what."""


def solve(
    instance: Instance,
    policy: Policy | str | Path = "leximin",
    *,
    scenario: str | None = None,
    whole: bool = True,
    prove: bool = False,
    solver: str = "HiGHS",
    time_limit: float | None = None,
    jobs: int | None = 1,
    reduce: bool = True,
    progress: Progress = lambda phase, done, total: None,
) -> Solution:
    """Divide the task of an instance under a policy.

    Parameters
    ----------
    instance : Instance
        What is to be divided.
    policy : Policy, str or Path
        A policy, its name in ``models/``, or the path of its file.
    scenario : str, optional
        One of ``instance.scenarios``; by default the instance's own.
    whole : bool
        Whole places; otherwise the fractional optimum.
    prove : bool
        Search until each whole value is proved to be the best, however long it takes; otherwise
        the search is limited and ``goals`` states the gap.
    solver : str
        ``"HiGHS"``, or any solver that PuLP lists, such as ``"PULP_CBC_CMD"``.
    time_limit : float, optional
        Seconds after which the best answer so far is given.
    jobs : int, optional
        Processes for parts that share nothing, such as regions; by default this one alone. None: as
        many as there are cores where the program is large. A script that asks for more than one must
        do so below ``if __name__ == "__main__":``.
    reduce : bool
        Solve a smaller program that says the same where there is one: its parts apart, and what nothing
        tells apart counted together. Otherwise the program as it is stated; goals get the same values.
    progress : callable, optional
        Called with phase, done and total.

    Returns
    -------
    Solution
        Also when the instance is infeasible; look at ``status``.

    Raises
    ------
    InstanceError, PolicyError
        If the scenario or policy does not exist or does not fit the instance.
    SolverError
        If the solver is missing or fails, or its answer does not verify.
    RunError
        If it does not fit in memory; with an estimate, before anything is stated.
    """
    run = _Run(find_solver(solver), time_limit, progress, jobs, reduce)
    shared = Shared(instance.in_scenario(scenario), run.solver)
    stated = policy if isinstance(policy, Policy) else read_policy(policy)
    return _solve(run, shared, stated, whole=whole, prove=prove)


def solve_each(
    instance: Instance,
    policies: Sequence[Policy],
    *,
    scenario: str | None = None,
    whole: bool = True,
    room: bool = False,
    solver: str = "HiGHS",
    time_limit: float | None = None,
    progress: Progress = lambda phase, done, total: None,
) -> Iterator[Solution | VerdelingError]:
    """Divide the same task under several policies; each answer is the one that `solve` gives.

    Parameters
    ----------
    instance : Instance
        What is to be divided.
    policies : sequence of Policy
        In the order of the answers.
    scenario, whole, solver, time_limit, progress
        As for `solve`; the time limit holds for each policy.
    room : bool
        Whether to ask how far loads and totals can move with every goal held. A solution then has one
        more table, ``ranges`` (see `verdeling.leeway.Leeway.ranges`), unless time ran out.

    Yields
    ------
    Solution or VerdelingError
        For each policy; the error where it does not fit the instance or its answer does not verify.

    Raises
    ------
    InstanceError
        If the scenario does not exist.
    """
    found = find_solver(solver)
    shared = Shared(instance.in_scenario(scenario), found)
    for policy in policies:
        try:
            run = _Run(found, time_limit, progress)
            yield _solve(run, shared, policy, whole=whole, prove=False, room=room)
        except VerdelingError as error:
            yield error


def _solve(
    run: _Run, shared: Shared, policy: Policy, *, whole: bool, prove: bool, room: bool = False
) -> Solution:
    if whole:
        refuse_whole(shared.instance)
    started, goals = shared.start(policy)
    refuse_untold(goals, started.model.data.ids["municipality"].tolist())
    parts = parts_of(started.model, goals) if run.reduce else None
    run.finish("state")
    try:
        settle = _in_one if parts is None else partial(_apart, parts=parts)
        best = settle(run, started, goals, whole=whole, prove=prove)
    except _Impossible as found:
        return _infeasible(run, shared.instance, policy, whole=found.whole)
    answer = _answer(run, shared.instance, policy, best)
    if room and parts is not None and best.point is not None:
        hold_all(best.pursuit, best.reached, best.point)
    return _with_ranges(run, answer, best) if room and answer.status != "time_limit" else answer


def contradicted(
    instance: Instance,
    policy: Policy,
    solver: str = "HiGHS",
    known: Known | None = None,
) -> Solution:
    """The answer where it is known already that no plan keeps the hard limits: which of them conflict.

    Parameters
    ----------
    instance : Instance
        Of one scenario, and without a plan in fractional places.
    policy : Policy
        Its key gives the fair shares that agreements may refer to.
    solver : str
        As for `solve`.
    known : Known, optional
        Its program and what is known of it; otherwise it is stated.
    """
    run = _Run(find_solver(solver), None, lambda phase, done, total: None)
    return _infeasible(run, instance, policy, whole=False, known=known)


def _in_one(run: _Run, started: Started, goals: Sequence[Aim], *, whole: bool, prove: bool) -> _Best:
    """The goals in one program."""
    pursuit = started.pursuit
    status: SolutionStatus = "optimal"
    pursuit.deadline = run.deadline
    try:
        reached = started.pursue(goals, run.reporter("optimum", len(goals)))
    except Infeasible:
        raise _Impossible(whole=False) from None
    except OutOfTime:
        reached, whole, status = pursuit.reached, False, "time_limit"
    run.finish("optimum")
    run.tolerance = pursuit.tolerance
    best = _Best(started, pursuit, goals, reached, reached, pursuit.point, pursuit.point, status, whole=False)
    if not whole:
        return best
    try:
        return _whole(run, best, prove=prove)
    except Infeasible:
        raise _Impossible(whole=True) from None


def _apart(
    run: _Run, started: Started, goals: Sequence[Aim], *, whole: bool, prove: bool, parts: Parts
) -> _Best:
    """The goals in parts of the program that share nothing."""
    large = started.model.program.column_count >= PARALLEL
    how = How(run.solver.name, started.pursuit.tolerance, run.deadline, whole, prove, large, run.jobs)
    found = settle_apart(started.model, goals, parts, how, run.reporter("optimum", len(parts)))
    run.finish("optimum")
    if found.impossible:
        raise _Impossible(whole=found.whole)
    run.tolerance, run.solved_before = found.tolerance, run.solved_before - found.seconds
    run.scaling = found.scaling
    status: SolutionStatus = "time_limit"
    if found.in_time:
        assert found.point is not None
        proved = all(stage.proved(found.point) for stage in found.reached)
        status = "optimal" if proved else "near_optimal"
    kind = WholePursuit if found.whole else Pursuit
    return _Best(
        started,
        kind(started.model, run.solver, found.tolerance, run.deadline),
        goals,
        found.optimum,
        found.reached,
        found.optimum_point,
        found.point,
        status,
        found.whole,
    )


class _Impossible(Exception):
    """There is no plan: not at all, or not in whole places."""

    def __init__(self, *, whole: bool) -> None:
        super().__init__()
        self.whole = whole


@dataclass
class _Run:
    """The clock, the solver and the listener of one solve."""

    solver: Scaled
    time_limit: float | None
    progress: Progress
    jobs: int | None = 1
    reduce: bool = True
    tolerance: float = 0.0
    scaling: float = 1.0
    began: float = field(default_factory=time.perf_counter)
    seconds: dict[str, float] = field(default_factory=dict)
    solved_before: float = field(init=False)

    def __post_init__(self) -> None:
        self.solved_before = self.solver.seconds

    @property
    def deadline(self) -> float:
        return np.inf if self.time_limit is None else self.began + self.time_limit

    def finish(self, phase: str) -> None:
        self.seconds[phase] = time.perf_counter() - self.began - sum(self.seconds.values())
        self.progress(phase, 1, 1)

    def provenance(self, instance: Instance, policy: Policy) -> dict[str, Any]:
        return provenance(
            instance,
            policy,
            solver=self.solver.name,
            tolerance=self.tolerance,
            scaling=max(self.scaling, self.solver.scaling),
            reduce=self.reduce,
            seconds={**self.seconds, "solver": self.solver.seconds - self.solved_before},
        )

    def reporter(self, phase: str, total: int) -> Callable[[int], None]:
        return lambda done: self.progress(phase, done, total)


@dataclass(frozen=True)
class _Best:
    """The best answer so far."""

    started: Started
    pursuit: Pursuit
    goals: Sequence[Aim]
    optimum: Sequence[Reached]
    reached: Sequence[Reached]
    optimum_point: Floats | None
    point: Floats | None
    status: SolutionStatus
    whole: bool


def _whole(run: _Run, best: _Best, *, prove: bool) -> _Best:
    """The same goals in whole numbers; when time runs out the best whole point, else the fractional one."""
    search = None
    try:
        search = begin_whole(best.started.pursuit, best.goals, prove=prove)
        pursue_whole(search, best.goals, run.reporter("whole", len(best.goals)))
        point = search.finish()
        proved = all(stage.proved(point) for stage in search.reached)
        status: SolutionStatus = "optimal" if proved else "near_optimal"
    except OutOfTime:
        if search is None or search.incumbent is None:
            return replace(best, status="time_limit")
        point, status = search.finish(), "time_limit"
    run.finish("whole")
    return replace(best, pursuit=search, reached=search.reached, point=point, status=status, whole=True)


def _answer(run: _Run, instance: Instance, policy: Policy, best: _Best) -> Solution:
    if best.point is None:
        return _without_numbers(run, instance, policy, "unsolved", _no_conflict())
    started = best.started
    tables = verified_tables(started.model, best.point, whole=best.whole, limits=started.limits)
    tables["prices"] = read_prices(started.model, best.optimum)
    run.finish("read")
    found = run.provenance(instance, policy)
    assert best.optimum_point is not None
    goals = goal_table(best.goals, best.optimum, best.reached, best.optimum_point, best.point)
    return Solution(instance, policy, best.status, best.whole, goals, _no_conflict(), found, tables)


def _with_ranges(run: _Run, answer: Solution, best: _Best) -> Solution:
    """An answer with how far its numbers can move; without, if time runs out."""
    try:
        ranges = best.started.leeway.ranges(best.pursuit, partial(run.progress, "room"))
    except OutOfTime:
        return answer
    run.finish("room")
    found = run.provenance(answer.instance, answer.policy)
    return replace(answer, provenance=found, tables={**answer.tables, "ranges": ranges})


def _infeasible(
    run: _Run,
    instance: Instance,
    policy: Policy,
    *,
    whole: bool,
    known: Known | None = None,
) -> Solution:
    """The answer to an instance without a plan, after its conflict is proved or a second solver agrees."""
    known = known or Known(state_rules(instance, policy))
    second = "HiGHS" if run.solver.name == SECOND else SECOND
    conflict = smallest_conflict(known, run.solver, whole=whole)
    if conflict.proof is None and not _agreed(known.model, conflict, second, whole=whole):
        raise SolverError(
            f"Two solvers disagree whether there is a plan{' in whole places' if whole else ''}.",
            [
                Problem(
                    "solvers-disagree",
                    f"{run.solver.name} finds none, {second} does.",
                    "An unproved 'impossible' must not reach a meeting.",
                    f"Solve with solver={second!r}, and report the instance.",
                )
            ],
        )
    return replace(_without_numbers(run, instance, policy, "infeasible", conflict.agreements), whole=whole)


def _agreed(model: Model, conflict: Conflict, second: str, *, whole: bool) -> bool:
    """Whether a second solver says as well that a conflict is one."""
    with in_force(model, conflict.members) as program:
        return find_solver(second).minimise(program, NOTHING, whole=whole).status == "infeasible"


def _without_numbers(
    run: _Run, instance: Instance, policy: Policy, status: SolutionStatus, conflict: pd.DataFrame
) -> Solution:
    no_goals = pd.DataFrame(columns=GOAL_COLUMNS)
    return Solution(instance, policy, status, False, no_goals, conflict, run.provenance(instance, policy))


def _no_conflict() -> pd.DataFrame:
    return pd.DataFrame(columns=["agreement", "text", "text_nl", "source", "in_conflict"])
