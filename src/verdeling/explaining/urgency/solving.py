"""The waiting that an urgency rule gives: the goals about people, pursued under one rule after another."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from verdeling.explaining.urgency.rule import UrgencyRule, under_rule, whole_groups
from verdeling.goals import pursue
from verdeling.policy import Goal, Policy
from verdeling.pursuit import Infeasible, OutOfTime
from verdeling.shared import Shared
from verdeling.verified import verified_tables

if TYPE_CHECKING:
    import pandas as pd

    from verdeling.goals import Aim
    from verdeling.instance import Instance
    from verdeling.pursuit import Standing
    from verdeling.shared import Started
    from verdeling.solvers.protocol import Solver

SETTLING = (
    Goal(measure="waiting", over="group-origin", aggregate="leximax"),
    Goal(measure="coverage", over="group-origin", aggregate="leximin"),
)
"""Last goals, that settle whose people wait where a policy leaves that open: the longest wait first."""

PEOPLE = ("waiting", "unhoused", "housed", "years_housed", "coverage", "shortfall")
"""Measures that say who is housed; goals after the last of these divide the load, and are left out."""


def _about_people(policy: Policy) -> tuple[Goal, ...]:
    """Goals up to the last one that is about people or agreements."""
    last = max(number for number, goal in enumerate(policy.goal) if goal.measure in PEOPLE)
    return policy.goal[: last + 1]


class Studied:
    """An instance, solved under one rule after another.

    Rules for all municipalities without a cap change only who goes first: their program is stated
    once, and is brought back to where it stood before each of them.

    Parameters
    ----------
    instance : Instance
        Of one scenario.
    policy : Policy
        With a goal that puts urgent groups first.
    solver : Solver
        Who minimises.
    """

    def __init__(self, instance: Instance, policy: Policy, solver: Solver) -> None:
        self.instance, self.solver, self.deadline = instance, solver, math.inf
        self.policy = policy.model_copy(update={"goal": _about_people(policy) + SETTLING})
        self.started, self.goals, self.standing = self._state(instance)

    def _state(self, instance: Instance) -> tuple[Started, list[Aim], Standing]:
        started, goals = Shared(instance, self.solver).start(self.policy)
        started.pursuit.deadline = self.deadline
        return started, goals, started.pursuit.stand()

    def until(self, deadline: float) -> None:
        """Stop at a deadline from now on."""
        self.deadline = self.started.pursuit.deadline = deadline

    def people(self, rule: UrgencyRule) -> pd.DataFrame | None:
        """Households by group, origin and year under a rule; None where there is no plan.

        Raises
        ------
        OutOfTime
            If the deadline came first.
        """
        if time.perf_counter() >= self.deadline:
            raise OutOfTime
        instance = under_rule(self.instance, rule)
        if rule.municipalities or rule.cap is not None:
            started, goals, _ = self._state(instance)
        else:
            started, goals = self.started, self.goals
            self._go_first(rule)
        try:
            pursue(started.pursuit, goals)
        except Infeasible:
            return None
        return _read(started)

    def _go_first(self, rule: UrgencyRule) -> None:
        """Bring the shared program back, with a status for other groups."""
        pursuit = self.started.pursuit
        pursuit.rewind(self.standing)
        data = pursuit.model.data
        urgent = data.ids["group"].isin(rule.groups)
        pursuit.model = replace(pursuit.model, data=replace(data, groups=data.groups.assign(urgent=urgent)))


def _read(started: Started) -> pd.DataFrame:
    """Households of the plan that was found, after it was verified."""
    point, model = started.pursuit.point, started.model
    assert point is not None
    tables = verified_tables(model, point, whole=False, limits=started.limits)
    waiting = tables["waiting"]
    return waiting.assign(group=whole_groups(waiting["group"]))
