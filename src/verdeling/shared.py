"""What policies have in common is done once: stating the program, and settling the goals they open with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from verdeling.goals import aims, check_goals, settle_aim
from verdeling.pursuit import Pursuit
from verdeling.reading import Limits
from verdeling.statement import state_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from verdeling.goals import Aim, Reached
    from verdeling.instance import Instance
    from verdeling.policy import Goal, Policy
    from verdeling.pursuit import Standing
    from verdeling.solvers.protocol import Solver

OPENING = 2
"""Goals after which a pursuit can be taken up again for another policy.

Most policies open with waiting and shortfall, and differ after that.
"""


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
    """

    def __init__(self, instance: Instance, policy: Policy, solver: Solver) -> None:
        self.policy = policy
        self.model = state_rules(instance, policy)
        self._rules = set(self.model.program.column_blocks)
        self.goals = aims(self.model, policy)
        self.pursuit = Pursuit(self.model, solver, max(policy.tolerance, solver.tolerance))
        self.limits = Limits(self.model)
        self._standing: dict[tuple[Goal, ...], Standing] = {(): self.pursuit.stand()}

    def aims(self, policy: Policy) -> list[Aim] | None:
        """The goals of another policy; None where it needs another program."""
        if (policy.key, policy.tolerance) != (self.policy.key, self.policy.tolerance):
            return None
        self.pursuit.rewind(self._standing[()])
        known = set(self.model.program.column_blocks)
        goals = aims(self.model, policy)
        return goals if known == self._rules | self._extras(goals) else None

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
        stated = tuple(aim.goal for aim in goals)
        opening = max((each for each in self._standing if each == stated[: len(each)]), key=len)
        self.pursuit.rewind(self._standing[opening])
        for aim in goals[len(opening) :]:
            settle_aim(self.pursuit, aim)
            if aim.number <= OPENING:
                self._standing[stated[: aim.number]] = self.pursuit.stand()
            report(aim.number)
        return self.pursuit.reached


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
