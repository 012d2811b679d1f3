"""What to build now, and where to place people once it is known which scenario comes true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.goals import GOAL_COLUMNS
from verdeling.policy import Policy, read_policy
from verdeling.pursuit import Infeasible
from verdeling.solution import Solution
from verdeling.uncertainty.foresight import check_criteria, foresee
from verdeling.uncertainty.recourse import Planning, impossible
from verdeling.verified import verified_tables

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from verdeling.goals import Aim
    from verdeling.instance import Instance
    from verdeling.program import Floats
    from verdeling.solution import SolutionStatus
    from verdeling.uncertainty.extensive import Extensive
    from verdeling.uncertainty.foresight import Foreseen
    from verdeling.uncertainty.recourse import Criterion
    from verdeling.uncertainty.scenario import Stage

NEAR = 1e-6
"""Differences below this, relative to values above 1, are rounding."""

_PRICES = {"row": "int64", "goal": "int64", "stage": "str", "price": "float64"}


@dataclass(frozen=True, eq=False, repr=False)
class TwoStage:
    """One building plan for all scenarios, and a division in each of them.

    Parameters
    ----------
    policy : Policy
        The policy.
    criterion : str
        ``expected`` or ``regret``.
    scenarios : DataFrame
        scenario, probability, instance (its name), digest.
    builds : DataFrame
        The plan for projects that are the same in every scenario: project, municipality, place_type,
        year, places, cost (EUR), supplier, certainty.
    parts : DataFrame
        The plan for projects that differ, for instance because building may be slower: project, part (of
        what it can deliver, 0 to 1; the same in every scenario, to a place where places are whole).
    goals : DataFrame
        goal, stage, measure, over, aggregate, unit, value (of this plan by the criterion: the expectation,
        the worst, or the largest regret), perfect (if the scenario were known beforehand), reference (of
        the plan that is made for the reference scenario alone; infinite where that is impossible in
        some scenario), information (how much better perfect is than value: the expected value of
        perfect information), foresight (how much worse reference is than value: the value of the
        stochastic solution). The two are never below zero for the first stage; a later goal may gain
        where an earlier one lost.
    outcomes : DataFrame
        scenario, goal, stage, value, best (in this scenario, if it were known beforehand), regret (how
        much worse than that).
    solutions : dict of str to Solution
        The division in each scenario, verified; in its goals the optimum is the best with the
        scenario known beforehand, and there are no prices.
    """

    policy: Policy
    criterion: Criterion
    scenarios: pd.DataFrame
    builds: pd.DataFrame
    parts: pd.DataFrame
    goals: pd.DataFrame
    outcomes: pd.DataFrame
    solutions: Mapping[str, Solution]

    def __repr__(self) -> str:
        return f"<TwoStage {self.policy.name}, {self.criterion}: {', '.join(self.scenarios['scenario'])}>"


def solve_two_stage(
    instances: Instance | Sequence[Instance],
    policy: Policy | str | Path = "leximin",
    *,
    probabilities: Sequence[float] | None = None,
    criterion: Criterion = "expected",
    reference: Instance | str | None = None,
    whole: bool = False,
    solver: str = "HiGHS",
) -> TwoStage:
    """Decide which projects are built before it is known which scenario comes true.

    The programs of the scenarios stand side by side. A project that is the same in every scenario is
    built alike, in the same years, in each; of one that differs the same part is built of what it can
    deliver in the scenario. The goals are pursued in their order: of a sum the expectation, of levels
    (such as leximax) and deviations those of all scenarios together. For ``regret`` a goal is instead,
    in each scenario, its value less the best value with that scenario known beforehand (of levels: each
    element less the worst one there); the largest is made small, then the next.

    Parameters
    ----------
    instances : Instance or sequence of Instance
        The scenarios: the named ones of an instance, or instances of one scenario each, such as
        `verdeling.uncertainty.sampling.sample` draws. Municipalities, groups, place types and years are
        the same.
    policy : Policy, str or Path
        A policy whose goals use total, priority, urgency, maximum, minimum, leximax, leximin or, for
        ``expected``, largest_deviation.
    probabilities : sequence of float, optional
        Of the scenarios in their order (named ones: of the alphabet); by default all the same.
    criterion : {"expected", "regret"}
        What is pursued.
    reference : Instance or str, optional
        The scenario that somebody would plan for who does not look at the others, such as the mean;
        by default the instance's own, or the first.
    whole : bool
        Whole places and projects that keep their minimum; otherwise fractional.
    solver : str
        As for `verdeling.engine.solve`.

    Returns
    -------
    TwoStage

    Raises
    ------
    InstanceError, PolicyError
        If scenarios, probabilities or goals do not go together; with everything that is wrong.
    NoSolutionError
        If some scenario, or all of them with one building plan, have no plan that keeps the limits.
    SolverError
        If the solver is missing or fails, or an answer does not verify.
    """
    foreseen = foresee(instances, probabilities, reference)
    stated = policy if isinstance(policy, Policy) else read_policy(policy)
    check_criteria(stated, criterion)
    task = Planning(foreseen, stated, criterion, solver, whole=whole)
    best = task.perfect()
    extensive, aims = task.together(best)
    try:
        point = task.settle(extensive, aims)
    except Infeasible:
        raise impossible(["No building plan serves all scenarios."]) from None
    values = task.values(extensive, point)
    planned = task.planned_for_reference(best)
    outcomes = _outcomes(task, values, best)
    goals = _goals(task, values, best, planned)
    solutions = _solutions(task, extensive, point, outcomes)
    builds, parts = _plan(extensive, point, next(iter(solutions.values())))
    return TwoStage(stated, criterion, _scenarios(foreseen), builds, parts, goals, outcomes, solutions)


def _plan(extensive: Extensive, point: Floats, first: Solution) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What is decided beforehand: of projects that are the same, and of those that differ."""
    same = extensive.projects[extensive.same]
    builds = first.builds[first.builds["project"].isin(same)].reset_index(drop=True)
    return builds, extensive.decided("part", point).rename("part").reset_index()


def _solutions(
    task: Planning, extensive: Extensive, point: Floats, outcomes: pd.DataFrame
) -> dict[str, Solution]:
    """The division in each scenario, verified."""
    return {
        name: _solution(task, number, extensive.point_of(number, point), outcomes)
        for number, name in enumerate(task.foreseen.names)
    }


def _solution(task: Planning, number: int, point: Floats, outcomes: pd.DataFrame) -> Solution:
    scenario, instance = task.scenarios[number], task.foreseen.instances[number]
    tables = verified_tables(scenario.model, point, whole=task.whole)
    tables["prices"] = pd.DataFrame(columns=list(_PRICES)).astype(_PRICES)
    status: SolutionStatus = "near_optimal" if task.whole else "optimal"
    own = outcomes[outcomes["scenario"] == task.foreseen.names[number]]
    about = pd.DataFrame([_about(scenario.aims[goal - 1]) for goal in own["goal"]])
    goals = pd.DataFrame(
        {
            "goal": own["goal"].to_numpy(),
            "stage": own["stage"].to_numpy(),
            **{name: about[name].to_numpy() for name in about},
            "optimum": own["best"].to_numpy(),
            "value": own["value"].to_numpy(),
            "loss": own["regret"].to_numpy(),
            "gap": np.nan,
            "status": status,
        }
    )[GOAL_COLUMNS]
    provenance = {
        "instance": instance.about.name,
        "instance_digest": instance.digest,
        "scenario": instance.about.scenario,
        "policy": task.policy.name,
        "policy_digest": task.policy.digest,
        "criterion": task.criterion,
    }
    conflict = pd.DataFrame(columns=["agreement", "text", "text_nl", "source", "in_conflict"])
    return Solution(instance, task.policy, status, task.whole, goals, conflict, provenance, tables)


def _about(aim: Aim) -> dict[str, str]:
    """What a goal is about, as in tables."""
    return {
        "measure": aim.goal.measure,
        "over": aim.over,
        "aggregate": aim.goal.aggregate,
        "unit": aim.vector.unit,
    }


def _scenarios(foreseen: Foreseen) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "scenario": foreseen.names,
            "probability": foreseen.probabilities,
            "instance": [each.about.name for each in foreseen.instances],
            "digest": [each.digest for each in foreseen.instances],
        }
    )


def _outcomes(
    task: Planning, values: Sequence[Mapping[Stage, float]], best: Sequence[Mapping[Stage, float]]
) -> pd.DataFrame:
    """Value, best and regret of each stage in each scenario."""
    rows = [
        (name, *stage, value, best[number][stage], _change(value, best[number][stage], task.worse(stage)))
        for number, name in enumerate(task.foreseen.names)
        for stage, value in values[number].items()
    ]
    return pd.DataFrame(rows, columns=["scenario", "goal", "stage", "value", "best", "regret"])


def _goals(
    task: Planning,
    values: Sequence[Mapping[Stage, float]],
    best: Sequence[Mapping[Stage, float]],
    planned: Sequence[Mapping[Stage, float]] | None,
) -> pd.DataFrame:
    """Each stage over all scenarios: of this plan, with perfect information, and of the reference's plan."""
    rows = []
    for stage in dict.fromkeys(stage for each in values for stage in each):
        worse = task.worse(stage) if task.criterion == "expected" else 1.0
        value, perfect = (_overall(task, stage, each, best) for each in (values, best))
        reference = worse * np.inf if planned is None else _overall(task, stage, planned, best)
        rows.append(
            {
                "goal": stage[0],
                "stage": stage[1],
                **_about(task.scenarios[0].aims[stage[0] - 1]),
                "value": value,
                "perfect": perfect,
                "reference": reference,
                "information": _change(value, perfect, worse),
                "foresight": _change(reference, value, worse),
            }
        )
    return pd.DataFrame(rows)


def _overall(
    task: Planning,
    stage: Stage,
    values: Sequence[Mapping[Stage, float]],
    best: Sequence[Mapping[Stage, float]],
) -> float:
    """Value of a stage by the criterion."""
    if task.criterion == "expected":
        return task.summary(stage, values)
    regrets = [
        _change(each[stage], other[stage], task.worse(stage))
        for each, other in zip(values, best, strict=True)
        if stage in each
    ]
    return max(regrets)


def _change(value: float, other: float, worse: float) -> float:
    """How much worse a value is than another; rounding is no difference."""
    change = worse * (value - other)
    return 0.0 if abs(change) <= NEAR * max(1.0, abs(other)) else float(change)
