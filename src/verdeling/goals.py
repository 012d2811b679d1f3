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

    from verdeling.aggregates import Stage
    from verdeling.formulation import Model
    from verdeling.measures import Better
    from verdeling.policy import Goal, Policy
    from verdeling.program import Floats
    from verdeling.pursuit import Pursuit


ROUNDING = 1e-6
"""Gaps and losses up to this, relative to ``max(1, |value|)``, are none."""


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
    better, unit : str
        What is better of its value (``lower`` or ``higher``), and the unit of that.
    rows : range
        The rows that it added to the program.
    """

    aim: Aim
    stage: str
    value: Callable[[Floats], float]
    duals: Floats | None
    gap: float
    better: Better
    unit: str
    rows: range = range(0)

    def proved(self, point: Floats) -> bool:
        """Whether its value at a point is the best there is, but for a gap that is no more than rounding."""
        return self.gap <= ROUNDING * max(1.0, abs(self.value(point)))


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


def aims(model: Model, policy: Policy, known: dict[tuple[str, str], Vector] | None = None) -> list[Aim]:
    """The goals of a policy as vectors of a stated program; goals may add rows of their own.

    Parameters
    ----------
    model : Model
        The program.
    policy : Policy
        Its goals.
    known : dict, optional
        Vectors of this program by measure and what it is over; those that are new are added.

    Raises
    ------
    PolicyError
        If a rule about claims has more claimants than it can settle.
    """
    found: list[Aim] = []
    known = {} if known is None else known
    for number, goal in enumerate(policy.goal, 1):
        measure = MEASURES[goal.measure]
        over = goal.over or measure.over[0]
        if (goal.measure, over) not in known:
            known[goal.measure, over] = measure.vector(model, over)
        aim = Aim(number, goal, over, known[goal.measure, over])
        _refuse_crowds(aim)
        found.append(aim)
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
        settle_aim(pursuit, aim)
        report(aim.number)
    return pursuit.reached


def settle_aim(pursuit: Pursuit, aim: Aim) -> None:
    """Settle one goal; its stages are added to ``pursuit.reached``.

    Raises
    ------
    Infeasible, OutOfTime
        See `verdeling.pursuit`.
    """
    pursuit.duals, pursuit.gap = None, 0.0
    first = pursuit.program.row_count
    for stage in AGGREGATES[aim.goal.aggregate].settle(pursuit, aim.vector, aim.goal):
        pursuit.reached.append(_reached(aim, stage, pursuit, first))
        pursuit.duals, pursuit.gap, first = None, 0.0, pursuit.program.row_count


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
    found = {(stage.aim.number, stage.stage): stage for stage in reached}
    rows = [
        _stage_row(stage, found.get((stage.aim.number, stage.stage)), point)
        | {"optimum": stage.value(optimum_point)}
        for stage in optimum
    ]
    pursued = {stage.aim.number for stage in optimum}
    rows += [_goal_row(aim, "", aim.vector.unit, "not_pursued") for aim in goals if aim.number not in pursued]
    table = pd.DataFrame(rows, columns=GOAL_COLUMNS)
    falls = [stage.better == "higher" for stage in optimum] + [False] * (len(rows) - len(optimum))
    loss = (table["value"] - table["optimum"]) * np.where(falls, -1, 1)
    return table.assign(loss=loss.mask(loss.abs() <= ROUNDING * table["value"].abs().clip(lower=1.0), 0.0))


GOAL_COLUMNS = [
    *("goal", "stage", "measure", "over", "aggregate"),
    *("optimum", "value", "loss", "gap", "unit", "status"),
]


def _stage_row(stage: Reached, settled: Reached | None, point: Floats) -> dict[str, object]:
    """A stage with the value that the plan has of it; a curve in whole places knows its own value."""
    if settled is None:
        status, gap = "not_pursued", np.nan
    else:
        status, gap = "optimal" if settled.proved(point) else "near_optimal", settled.gap
    value = (settled or stage).value(point)
    return _goal_row(stage.aim, stage.stage, stage.unit, status) | {"value": value, "gap": gap}


def _goal_row(aim: Aim, stage: str, unit: str, status: str) -> dict[str, object]:
    return {
        "goal": aim.number,
        "stage": stage,
        "measure": aim.goal.measure,
        "over": aim.over,
        "aggregate": aim.goal.aggregate,
        "unit": unit,
        "status": status,
    }


def _reached(aim: Aim, stage: Stage, pursuit: Pursuit, first: int) -> Reached:
    better: Better = "lower" if AGGREGATES[aim.goal.aggregate].spread else aim.vector.better
    return Reached(
        aim,
        stage.label,
        stage.value,
        pursuit.duals,
        pursuit.gap,
        stage.better or better,
        stage.unit or aim.vector.unit,
        range(first, pursuit.program.row_count),
    )


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
    if aggregate.claimants and not measure.claimed:
        claimed = [name for name, each in MEASURES.items() if each.claimed]
        yield Problem(
            "goal-without-claims",
            f"Goal {number} asks for {goal.aggregate} of {goal.measure}.",
            f"{goal.aggregate} divides what is claimed, and nobody claims {goal.measure}.",
            f"Use {' or '.join(claimed)}, or another aggregate.",
            value=goal.measure,
        )
    elif aggregate.fits not in ("any", measure.better):
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


def _refuse_crowds(aim: Aim) -> None:
    """Refuse more claimants than a rule can settle."""
    most, claims = AGGREGATES[aim.goal.aggregate].claimants, aim.vector.claims
    if most and claims is not None and (claims > 0).sum() > most:
        problem = Problem(
            "too-many-claimants",
            f"Goal {aim.number} has {(claims > 0).sum()} claimants over {aim.over}.",
            f"{aim.goal.aggregate} can settle {most} at most: it asks what each set of them can get.",
            "Use an index with fewer elements, or another rule, such as talmud.",
            value=aim.goal.aggregate,
        )
        raise PolicyError("There are too many claimants for a goal.", [problem])


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
    if goal.weights and not any(goal.weights):
        yield Problem(
            "weightless",
            f"Goal {number} has only weights of zero.",
            "Then nobody counts.",
            "Give the worst-off a weight above zero.",
        )
    if goal.weights and list(goal.weights) != sorted(goal.weights, reverse=True):
        yield Problem(
            "rising-weights",
            f"Goal {number} has weights that rise: {', '.join(f'{weight:g}' for weight in goal.weights)}.",
            "The worst-off must not count for less than who is better off.",
            "Order them from large to small.",
        )
