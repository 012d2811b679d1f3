"""Judging a plan that somebody made: what it breaks, what it costs, and the smallest change that mends it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from verdeling.engine import solve
from verdeling.explaining.judging.checking import check_plan
from verdeling.explaining.judging.own_plan import TABLES, OwnPlan, only_places
from verdeling.explaining.judging.words import judgement_sentences
from verdeling.fairness import indicators
from verdeling.goals import ROUNDING
from verdeling.language import language
from verdeling.plan import known_ids, read_plan
from verdeling.policy import Policy, read_policy
from verdeling.pursuit import OutOfTime
from verdeling.shared import Shared
from verdeling.solvers import find_solver

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import pandas as pd

    from verdeling.explaining.judging.own_plan import Repair
    from verdeling.instance import Instance
    from verdeling.solution import Solution


@dataclass(frozen=True, eq=False, repr=False)
class Judgement:
    """What there is to say about a plan that somebody made.

    Parameters
    ----------
    solution : Solution
        The best plan of the policy, to compare with.
    placements, builds, support : DataFrame
        The plan that was judged.
    chosen : tuple of str
        Tables that were not given, and were chosen as good as possible for these placements.
    unjudged : tuple of str
        Agreements about the places of suppliers, where the plan gives more places than there are.
    violations : DataFrame
        family, scope, scope_nl (what it is about, in English and Dutch), activity, limit, excess, unit.
    shortfalls : DataFrame
        Soft agreements that are missed: agreement and agreement_nl (their texts), scope, scope_nl,
        activity, limit, short, unit, penalty.
    goals : DataFrame
        goal, stage, measure, over, aggregate, unit, optimum (of the solution; NaN where there is
        none), value (of this plan), cost (how much worse that is; below zero where it is better,
        which an earlier goal then pays for). Places beyond the households in need house nobody,
        and places that the instance rules out count for nobody.
    indicators : DataFrame
        indicator, plan, optimum, unit, better, range. They take the plan at its word: places beyond
        the households in need count.
    repair : Repair or None
        None when no change of the places helps: the limits contradict each other; or when none was
        found in time.
    repair_known : bool
        False when time ran out before a repair was found, or that there is none.
    """

    solution: Solution
    placements: pd.DataFrame
    builds: pd.DataFrame
    support: pd.DataFrame
    chosen: tuple[str, ...]
    unjudged: tuple[str, ...]
    violations: pd.DataFrame
    shortfalls: pd.DataFrame
    goals: pd.DataFrame
    indicators: pd.DataFrame
    repair: Repair | None
    repair_known: bool = True

    @property
    def ok(self) -> bool:
        """Whether the plan keeps every limit."""
        return self.violations.empty

    def sentences(self, lang: str) -> list[str]:
        """What there is to say, in Dutch (``nl``) or English (``en``)."""
        return judgement_sentences(self, language(lang))

    def __repr__(self) -> str:
        return f"<Judgement {self.solution.policy.name}: {len(self.violations)} limits broken>"


def judge(
    instance: Instance,
    policy: Policy | str | Path,
    placements: pd.DataFrame,
    builds: pd.DataFrame | None = None,
    support: pd.DataFrame | None = None,
    *,
    scenario: str | None = None,
    whole: bool = True,
    solver: str = "HiGHS",
    time_limit: float | None = None,
    progress: Callable[[str, int, int], None] = lambda phase, done, total: None,
) -> Judgement:
    """Judge a plan that was made by hand, or last year, against all limits and a policy.

    Parameters
    ----------
    instance : Instance
        What was to be divided.
    policy : Policy, str or Path
        What the plan is set beside.
    placements : DataFrame
        municipality, group, place_type, year, places; what has no row is zero.
    builds : DataFrame, optional
        project, year, places. Without it the best building for these placements is chosen.
    support : DataFrame, optional
        provider, municipality, year, hours (per week). Without it the best is chosen.
    scenario : str, optional
        As for `verdeling.engine.solve`.
    whole : bool
        Whether places should be whole, in the plan, in the best plan and in the repair; otherwise
        everything is fractional.
    solver : str
        As for `verdeling.engine.solve`.
    time_limit : float, optional
        Seconds after which no better plan and no smaller change is looked for. The plan itself is always
        judged: the limits that it breaks, and what it reaches of the goals.
    progress : callable, optional
        Called with a phase (``judge``), what is done and out of how many.

    Returns
    -------
    Judgement

    Raises
    ------
    InstanceError
        If the plan has unknown ids, negative or missing numbers or double rows; with all problems.
    PolicyError
        If the policy does not exist or does not fit the instance.
    SolverError
        If the solver is missing or fails, or the repair does not verify.
    """
    deadline = np.inf if time_limit is None else time.perf_counter() + time_limit
    one = instance.in_scenario(scenario)
    known = known_ids(one)
    given = read_plan(known, {"placements": placements, "builds": builds, "support": support})
    stated = policy if isinstance(policy, Policy) else read_policy(policy)
    started, goals = Shared(one, find_solver(solver)).start(stated)
    plan = OwnPlan(one, started, goals, given, known, whole)
    frames, rows = plan.complete()
    found, unjudged = check_plan(one, frames, plan.shares, whole=whole)
    progress("judge", 1, 3)
    left = None if time_limit is None else max(deadline - time.perf_counter(), 0.0) / 2
    solution = solve(one, stated, whole=whole, solver=solver, time_limit=left)
    progress("judge", 2, 3)
    repair, repair_known = _repaired(plan, deadline)
    progress("judge", 3, 3)
    return Judgement(
        solution=solution,
        placements=frames["placements"],
        builds=frames["builds"],
        support=frames["support"],
        chosen=tuple(name for name in TABLES.values() if name not in given),
        unjudged=unjudged,
        violations=found.violations,
        shortfalls=found.shortfalls,
        goals=_beside(rows, solution),
        indicators=_measured(plan, frames, solution),
        repair=repair,
        repair_known=repair_known,
    )


def _repaired(plan: OwnPlan, deadline: float) -> tuple[Repair | None, bool]:
    """The smallest change, and whether it is known if there is one."""
    try:
        return plan.repair(deadline), True
    except OutOfTime:
        return None, False


def _beside(rows: pd.DataFrame, solution: Solution) -> pd.DataFrame:
    """What the goals reach beside the best plan, and how much worse that is."""
    best = solution.goals.set_index(["goal", "stage"])["value"].astype(float).rename("optimum")
    table = rows.join(best, on=["goal", "stage"])
    cost = (table["value"] - table["optimum"]) * np.where(table["better"] == "higher", -1.0, 1.0)
    near = cost.abs() <= ROUNDING * table["value"].abs().clip(lower=1.0)
    columns = ["goal", "stage", "measure", "over", "aggregate", "unit", "optimum", "value", "cost"]
    return table.assign(cost=cost.mask(near, 0.0))[columns]


def _measured(plan: OwnPlan, frames: Mapping[str, pd.DataFrame], solution: Solution) -> pd.DataFrame:
    """Every indicator of the plan, beside that of the best plan."""
    one, shares = plan.instance, plan.shares
    table = indicators(one, frames["placements"], shares, builds=frames["builds"])
    table = table.rename(columns={"value": "plan"})
    best = np.full(len(table), np.nan)
    if solution.has_numbers:
        found = indicators(one, solution.placements, shares, builds=only_places(solution.builds))
        best = found["value"].to_numpy()
    table.insert(2, "optimum", best)
    return table
