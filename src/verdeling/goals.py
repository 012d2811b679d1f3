"""The goals of a policy, made of measures and aggregates, pursued in their order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.aggregates import AGGREGATES
from verdeling.errors import PolicyError, Problem, nearest
from verdeling.measures import MEASURES, Vector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from verdeling.formulation import Model
    from verdeling.policy import Goal, Policy
    from verdeling.program import Floats
    from verdeling.pursuit import Pursuit


@dataclass(frozen=True)
class Aim:
    """A goal of a policy with the vector it is about.

    Parameters
    ----------
    number : int
        1 for the first goal.
    goal : Goal
        As the policy states it.
    over : str
        The index that is meant.
    vector : Vector
        The measure on that index.
    """

    number: int
    goal: Goal
    over: str
    vector: Vector


@dataclass(frozen=True)
class Reached:
    """A stage of a goal that was settled.

    Parameters
    ----------
    aim : Aim
        The goal.
    stage : str
        Which part of it; empty when it has one.
    value : callable
        Its value at a point of the program.
    duals : array or None
        Of the rows that there were; None when nothing was minimised or numbers were whole.
    gap : float
        How far it may be from its best value, given the earlier goals; zero when it is proved.
    """

    aim: Aim
    stage: str
    value: Callable[[Floats], float]
    duals: Floats | None
    gap: float


def check_goals(policy: Policy) -> None:
    """Refuse goals that do not exist or do not fit together.

    Raises
    ------
    PolicyError
        With every problem, and the nearest names.
    """
    problems = [problem for number, goal in enumerate(policy.goal, 1) for problem in _problems(number, goal)]
    if problems:
        raise PolicyError(f"Policy {policy.name!r} has goals that cannot be pursued.", problems)


def aims(model: Model, policy: Policy) -> list[Aim]:
    """The goals of a policy as vectors of a stated program; goals may add rows of their own."""
    found = []
    for number, goal in enumerate(policy.goal, 1):
        measure = MEASURES[goal.measure]
        over = goal.over or measure.over[0]
        found.append(Aim(number, goal, over, measure.vector(model, over)))
    return found


def pursue(
    pursuit: Pursuit, goals: Sequence[Aim], report: Callable[[int], None] = lambda done: None
) -> list[Reached]:
    """Settle every goal in its order.

    Raises
    ------
    Infeasible, OutOfTime
        See `verdeling.pursuit`; what was settled before is then on ``pursuit.reached``.
    """
    pursuit.reached = []
    for aim in goals:
        pursuit.duals, pursuit.gap = None, 0.0
        for stage in AGGREGATES[aim.goal.aggregate].settle(pursuit, aim.vector, aim.goal):
            pursuit.reached.append(Reached(aim, stage.label, stage.value, pursuit.duals, pursuit.gap))
            pursuit.duals, pursuit.gap = None, 0.0
        report(aim.number)
    return pursuit.reached


def goal_table(
    goals: Sequence[Aim],
    optimum: Sequence[Reached],
    reached: Sequence[Reached],
    optimum_point: Floats,
    point: Floats,
) -> pd.DataFrame:
    """What each stage of each goal reached, beside the fractional optimum.

    Parameters
    ----------
    goals : sequence of Aim
        All goals.
    optimum, reached : sequence of Reached
        Stages settled in the fractional pass, and in the pass that gave the plan.
    optimum_point, point : array
        The fractional optimum and the plan.

    Returns
    -------
    DataFrame
        See `verdeling.solution.Solution`.
    """
    gaps = {(stage.aim.number, stage.stage): stage.gap for stage in reached}
    rows = [
        _goal_row(stage.aim, stage.stage, gaps.get((stage.aim.number, stage.stage), np.nan))
        | {"optimum": stage.value(optimum_point), "value": stage.value(point)}
        for stage in optimum
    ]
    pursued = {stage.aim.number for stage in optimum}
    rows += [_goal_row(aim, "", np.nan) for aim in goals if aim.number not in pursued]
    table = pd.DataFrame(rows, columns=GOAL_COLUMNS)
    loss = (table["value"] - table["optimum"]) * table["measure"].map(_worse)
    return table.assign(loss=loss.mask(loss.abs() <= 1e-6 * table["value"].abs().clip(lower=1.0), 0.0))


GOAL_COLUMNS = [
    *("goal", "stage", "measure", "over", "aggregate"),
    *("optimum", "value", "loss", "gap", "unit", "status"),
]


def _goal_row(aim: Aim, stage: str, gap: float) -> dict[str, object]:
    status = "not_pursued" if np.isnan(gap) else "near_optimal" if gap else "optimal"
    return {
        "goal": aim.number,
        "stage": stage,
        "measure": aim.goal.measure,
        "over": aim.over,
        "aggregate": aim.goal.aggregate,
        "gap": gap,
        "unit": aim.vector.unit,
        "status": status,
    }


def _worse(measure: str) -> int:
    """Direction in which values of a measure get worse."""
    return 1 if MEASURES[measure].better == "lower" else -1


def _problems(number: int, goal: Goal) -> Iterator[Problem]:
    known = [("measure", goal.measure, list(MEASURES)), ("aggregate", goal.aggregate, list(AGGREGATES))]
    if goal.measure in MEASURES and goal.over:
        known.append(("over", goal.over, list(MEASURES[goal.measure].over)))
    for part, name, names in known:
        if name not in names:
            yield Problem(
                "unknown-goal",
                f"Goal {number} has {part} {name!r}.",
                "There is no such thing to optimise.",
                nearest(name, names),
                value=name,
            )
    if goal.measure in MEASURES and goal.aggregate in AGGREGATES:
        yield from _misfits(number, goal)
        yield from _parameter_problems(number, goal)


def _misfits(number: int, goal: Goal) -> Iterator[Problem]:
    """Aggregates that do not go with the measure."""
    measure, aggregate = MEASURES[goal.measure], AGGREGATES[goal.aggregate]
    over = goal.over or measure.over[0]
    if aggregate.grouped and over != "group":
        yield Problem(
            "goal-without-groups",
            f"Goal {number} asks for {goal.aggregate} of {goal.measure} over {over}.",
            f"{goal.aggregate} looks at groups, and a {over} is none.",
            "Use a measure over group, or another aggregate.",
            value=goal.aggregate,
        )
    if aggregate.fits not in ("any", measure.better):
        fitting = [name for name, each in AGGREGATES.items() if each.fits in ("any", measure.better)]
        yield Problem(
            "goal-of-wrong-sign",
            f"Goal {number} asks for {goal.aggregate} of {goal.measure}.",
            f"Of {goal.measure} {_WANTED[measure.better]} is better, and {goal.aggregate} is for measures "
            f"of which {_WANTED[aggregate.fits]} is better.",
            nearest(goal.aggregate, fitting),
            value=goal.aggregate,
        )


_WANTED = {"lower": "less", "higher": "more"}


def _parameter_problems(number: int, goal: Goal) -> Iterator[Problem]:
    takes = AGGREGATES[goal.aggregate].takes
    for name in takes:
        if name not in goal.parameters:
            yield Problem(
                "goal-without-parameter",
                f"Goal {number} states no {name}.",
                f"{goal.aggregate} means nothing without it.",
                f"State {name}; models/measures.md says what it does.",
                value=goal.aggregate,
            )
    for name in goal.parameters:
        if name not in takes:
            yield Problem(
                "idle-parameter",
                f"Goal {number} states {name} = {getattr(goal, name)}.",
                f"{goal.aggregate} takes {' and '.join(takes) or 'no parameter'}.",
                f"Leave {name} out, or choose the aggregate that it is for.",
                value=name,
            )
    if goal.weights and list(goal.weights) != sorted(goal.weights, reverse=True):
        yield Problem(
            "rising-weights",
            f"Goal {number} has weights that rise: {', '.join(f'{weight:g}' for weight in goal.weights)}.",
            "The worst-off must not count for less than who is better off.",
            "Order them from large to small.",
        )
