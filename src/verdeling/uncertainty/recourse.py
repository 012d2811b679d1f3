"""Decisions with recourse: the goals pursued over all scenarios, with and without knowing which comes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from verdeling.aggregates.levels import LEVELS
from verdeling.aggregates.sums import SUMS
from verdeling.errors import NoSolutionError, Problem
from verdeling.first_plan import begin_whole, pursue_whole
from verdeling.goals import pursue
from verdeling.pursuit import Infeasible, Pursuit
from verdeling.solvers import find_solver
from verdeling.statement import state
from verdeling.uncertainty.extensive import Extensive
from verdeling.uncertainty.scenario import Scenario, stage_values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from verdeling.goals import Aim
    from verdeling.policy import Policy
    from verdeling.program import Floats
    from verdeling.uncertainty.foresight import Foreseen
    from verdeling.uncertainty.scenario import Stage

Criterion = Literal["expected", "regret"]

ROOM = 1e-7
"""How far a building plan that is taken over may move, lest rounding make it impossible."""


class Planning:
    """Scenarios, each with its program, and how a point is found and read."""

    def __init__(
        self, foreseen: Foreseen, policy: Policy, criterion: Criterion, solver: str, *, whole: bool
    ) -> None:
        self.foreseen, self.policy, self.criterion, self.whole = foreseen, policy, criterion, whole
        self._solver = solver
        self.scenarios = [
            Scenario(probability, *state(instance, policy))
            for instance, probability in zip(foreseen.instances, foreseen.probabilities, strict=True)
        ]

    def perfect(self) -> list[dict[Stage, float]]:
        """The best values in each scenario, if it were known beforehand."""
        found: list[dict[Stage, float]] = []
        without: list[str] = []
        for name, scenario in zip(self.foreseen.names, self.scenarios, strict=True):
            alone = Extensive([scenario])
            try:
                point = self.settle(alone, alone.expected())
            except Infeasible:
                without.append(f"Scenario {name} has no plan that keeps every limit.")
                continue
            found.append(stage_values(scenario, alone.point_of(0, point)))
        if without:
            raise impossible(without)
        return found

    def together(self, best: list[dict[Stage, float]]) -> tuple[Extensive, list[Aim]]:
        """The scenarios side by side, and the goals by the criterion."""
        extensive = Extensive(self.scenarios, room=float(self.whole))
        return extensive, extensive.expected() if self.criterion == "expected" else extensive.regrets(best)

    def planned_for_reference(self, best: list[dict[Stage, float]]) -> list[dict[Stage, float]] | None:
        """Values in each scenario when the projects are built that suit the reference; None if impossible."""
        alone = Extensive([Scenario(1.0, *state(self.foreseen.reference, self.policy))])
        try:
            plan = self.settle(alone, alone.expected())
            extensive, aims = self.together(best)
            extensive.adopt(alone, plan, 0.0 if self.whole else ROOM)
            return self.values(extensive, self.settle(extensive, aims))
        except Infeasible:
            return None

    def settle(self, extensive: Extensive, aims: list[Aim]) -> Floats:
        """The point that the goals lead to."""
        solver = find_solver(self._solver)
        pursuit = Pursuit(extensive.model, solver, max(self.policy.tolerance, solver.tolerance))
        pursue(pursuit, aims)
        if self.whole:
            search = begin_whole(pursuit, aims)
            pursue_whole(search, aims)
            return search.finish()
        assert pursuit.point is not None
        return pursuit.point

    def values(self, extensive: Extensive, point: Floats) -> list[dict[Stage, float]]:
        """Value of each stage of each goal in each scenario."""
        return [
            stage_values(scenario, extensive.point_of(number, point))
            for number, scenario in enumerate(self.scenarios)
        ]

    def summary(self, stage: Stage, values: Sequence[Mapping[Stage, float]]) -> float:
        """Value of a stage over all scenarios: the expectation of a sum, the worst of anything else."""
        aim = self.scenarios[0].aims[stage[0] - 1]
        present = [each[stage] for each in values if stage in each]
        if aim.goal.aggregate in SUMS:
            weighed = zip(self.scenarios, values, strict=True)
            return float(sum(scenario.probability * each.get(stage, 0.0) for scenario, each in weighed))
        return (
            min(present) if aim.vector.better == "higher" and aim.goal.aggregate in LEVELS else max(present)
        )

    def worse(self, stage: Stage) -> float:
        """Direction in which a stage gets worse."""
        aim = self.scenarios[0].aims[stage[0] - 1]
        levels = aim.goal.aggregate in (*SUMS, *LEVELS)
        return -1.0 if aim.vector.better == "higher" and levels else 1.0


def impossible(what: list[str]) -> NoSolutionError:
    """Error that says in which scenarios there is no plan."""
    why, remedy = "A plan must keep the hard limits in each scenario.", "Solve it by itself for the conflict."
    return NoSolutionError(
        "There is no plan for all scenarios.", [Problem("no-plan", each, why, remedy) for each in what]
    )
