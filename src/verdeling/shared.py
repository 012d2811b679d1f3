"""What policies have in common is done once: stating the program, and settling the goals they open with."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from verdeling.goals import aims, check_goals, settle_aim
from verdeling.leeway import Leeway
from verdeling.measures import MEASURES
from verdeling.program import Objective
from verdeling.pursuit import Pursuit
from verdeling.reading import Limits
from verdeling.statement import measured, state_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from verdeling.goals import Aim, Reached
    from verdeling.instance import Instance
    from verdeling.measures import Vector
    from verdeling.policy import Goal, Policy
    from verdeling.pursuit import Standing
    from verdeling.restating import Stating
    from verdeling.solvers.protocol import Solver

    Goals = tuple[Goal, ...]

OPENING = 2
"""Goals after which a pursuit can be taken up again for another policy.

Most policies open with waiting and shortfall, and differ after that.
"""

NEAR = 5_000
"""Columns up to which leaning towards the last goals costs no more than it saves a single policy."""

LAST = ("waiting", "preference", "moves", "cost")
"""Measures of which most policies end with the totals; waiting, which most begin with, before them."""

LEANING = 0.1
"""Weight of each of these totals, as a part of that of the one before it, where they are leant towards."""


class Started:
    """The program of an instance under a key, and where pursuits of it stand after opening goals.

    Parameters
    ----------
    instance : Instance
        Restricted to one scenario.
    policy : Policy
        The first policy that is pursued.
    solver : Solver
        Who minimises, for all policies.
    stating : Stating, optional
        The rules, where they are stated already.
    limits : Limits, optional
        Those of the program that they were stated from.
    """

    def __init__(
        self,
        instance: Instance,
        policy: Policy,
        solver: Solver,
        stating: Stating | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.policy = policy
        self.model = state_rules(instance, policy) if stating is None else stating.model
        self._rules = set(self.model.program.column_blocks)
        self._vectors: dict[tuple[str, str], Vector] = {} if stating is None else measured(stating, policy)
        self.goals = aims(self.model, policy, self._vectors)
        self.pursuit = Pursuit(self.model, solver, max(policy.tolerance, solver.tolerance))
        self.limits = Limits(self.model, self._vectors, limits)
        self._opened: dict[Goals, Standing] = {(): self.pursuit.stand()}
        self._begun: dict[Goals, Standing] = {}

    @cached_property
    def leeway(self) -> Leeway:
        """The numbers of the program that may move."""
        return Leeway(self.model)

    def aims(self, policy: Policy) -> list[Aim] | None:
        """The goals of another policy; None where it needs another program."""
        if (policy.key, policy.tolerance) != (self.policy.key, self.policy.tolerance):
            return None
        self.pursuit.rewind(self._opened[()])
        known = set(self.model.program.column_blocks)
        vectors = dict(self._vectors)
        goals = aims(self.model, policy, vectors)
        if known != self._rules | self._extras(goals):
            return None
        self._vectors = vectors
        return goals

    def _extras(self, goals: Sequence[Aim]) -> set[str]:
        """Kinds of columns beyond those of the rules that goals are about, such as ``local``."""
        used = np.concatenate([np.empty(0), *(aim.vector.terms["column"].to_numpy() for aim in goals)])
        blocks = self.model.program.column_blocks
        return {
            name
            for name, block in blocks.items()
            if name not in self._rules and ((used >= block.start) & (used < block.stop)).any()
        }

    def pursue(self, goals: Sequence[Aim], report: Callable[[int], None]) -> list[Reached]:
        """Settle every goal in its order, from where another policy with the same opening stood.

        Raises
        ------
        Infeasible, OutOfTime
            See `verdeling.pursuit`; what was settled before is then on ``pursuit.reached``.
        """
        opening = tuple(aim.goal for aim in goals[:OPENING])
        if opening not in self._begun:
            self._open(goals[:OPENING], report)
            self._lean()
            self._begun[opening] = self.pursuit.stand()
        self.pursuit.rewind(self._begun[opening])
        for aim in goals[OPENING:]:
            settle_aim(self.pursuit, aim)
            report(aim.number)
        return self.pursuit.reached

    def _open(self, goals: Sequence[Aim], report: Callable[[int], None]) -> None:
        """Settle the opening goals, from the longest part of them that was settled before."""
        if self.pursuit.point is None:
            self._lean()
            self._opened[()] = self.pursuit.stand()
        stated = tuple(aim.goal for aim in goals)
        known = max((each for each in self._opened if each == stated[: len(each)]), key=len)
        self.pursuit.rewind(self._opened[known])
        for aim in goals[len(known) :]:
            settle_aim(self.pursuit, aim)
            self._opened[stated[: aim.number]] = self.pursuit.stand()
            report(aim.number)

    def _lean(self) -> None:
        """Go to where few wait and the usual last goals are good together, near to where policies end.

        It settles nothing and is the same for every policy; but the goals of each then change little.
        """
        if self.model.program.column_count > NEAR:
            return
        if self.pursuit.point is None:
            self.pursuit.minimise(self._totals[0])
        costs = np.zeros(self.model.program.column_count)
        for rank, total in enumerate(self._totals):
            assert self.pursuit.point is not None
            worth = LEANING**rank / max(1.0, abs(total.value(self.pursuit.point)))
            costs[total.columns] += worth * total.coefficients
        columns = np.flatnonzero(costs)
        if len(columns):
            largest = np.abs(costs).max()
            self.pursuit.minimise(Objective(columns, costs[columns] / largest))

    @cached_property
    def _totals(self) -> list[Objective]:
        """The totals that are leant towards: those of which the program has columns."""
        known = [name for name in LAST if name != "moves" or "local" in self.model.program.column_blocks]
        return [MEASURES[name].vector(self.model, MEASURES[name].over[0]).total() for name in known]


class Shared:
    """The programs of an instance of one scenario under the policies so far.

    Parameters
    ----------
    instance : Instance
        Restricted to one scenario.
    solver : Solver
        Who minimises.
    """

    def __init__(self, instance: Instance, solver: Solver) -> None:
        self.instance, self.solver = instance, solver
        self._started: list[Started] = []

    def start(self, policy: Policy) -> tuple[Started, list[Aim]]:
        """The program for a policy, stated before or now, and the goals of the policy.

        Raises
        ------
        PolicyError
            If the goals do not exist or the key does not fit the instance.
        """
        check_goals(policy)
        for started in self._started:
            goals = started.aims(policy)
            if goals is not None:
                return started, goals
        started = Started(self.instance, policy, self.solver)
        self._started.append(started)
        return started, started.goals
