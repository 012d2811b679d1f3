"""Whole places near the fractional optimum: what is stated of them, beside a search without limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from longer import every
from seeded import seeded
from verdeling import diving, first_plan
from verdeling.aggregates.sums import SUMS, parts
from verdeling.certifying.points import point_of
from verdeling.diving import Dive
from verdeling.engine import solve
from verdeling.program import Objective
from verdeling.pursuit import Pursuit, each
from verdeling.solvers import find_solver
from verdeling.solvers.highs import Highs
from verdeling.statement import state

if TYPE_CHECKING:
    from verdeling.goals import Aim
    from verdeling.program import Program
    from verdeling.solution import Solution
    from verdeling.solvers.protocol import Outcome

CASES = [
    (policy, kind, seed)
    for policy in ("leximin", "maximin", "utilitarian", "priority")
    for kind, seed in (("tight", 1), ("agreed", 2), ("agreed", 5), ("building", 3))
]


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every program counts as a large one."""
    monkeypatch.setattr(first_plan, "MEDIUM", 0)


def value_and_best(solution: Solution, number: int) -> tuple[float, float]:
    """What is made small in a stage, and the best it can be where every earlier one is as good.

    A second program, solved by a second solver. Whoever is as good in a leximax has no element
    beyond the largest.
    """
    model, goals = state(solution.instance, solution.policy)
    pursuit = Pursuit(model, find_solver("PULP_CBC_CMD"), 1e-9)
    stages = solution.goals.to_dict("records")
    for record in stages[:number]:
        objective, value = _objective(pursuit, goals, record)
        if len(objective.columns):
            pursuit.hold(objective, value, 1e-7)
    objective, value = _objective(pursuit, goals, stages[number])
    return value, pursuit.solver.minimise(model.program, objective, whole=True).value


def _objective(pursuit: Pursuit, goals: list[Aim], record: dict[str, object]) -> tuple[Objective, float]:
    """What is made small in a stage, and its value in the solution."""
    aim = next(each for each in goals if each.number == record["goal"])
    sign = 1.0 if aim.vector.better == "lower" else -1.0
    vector, value = aim.vector.minimised, sign * float(str(record["value"]))
    if aim.goal.aggregate in SUMS:
        chosen = dict(parts(pursuit.model, vector, aim.goal.aggregate))[str(record["stage"])]
        return vector.total(chosen), value
    level = pursuit.add_level()
    pursuit.add_element_rows("goal_level", vector, each(vector, level, -1.0), upper=0.0)
    return Objective(level["column"].to_numpy(), np.ones(1)), value


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize(("policy", "kind", "seed"), every(3, CASES))
def test_no_plan_is_better_by_more_than_the_gap(policy: str, kind: str, seed: int) -> None:
    """A second solver, searching everywhere, finds nothing beyond what is stated as not yet proved."""
    solution = solve(seeded(kind, seed, most=6), policy)
    if solution.status == "infeasible":
        pytest.skip("no plan")
    for number, record in enumerate(solution.goals.to_dict("records")):
        value, best = value_and_best(solution, number)
        assert value - record["gap"] <= best + 1e-5 * max(1.0, abs(value)), record


@pytest.mark.usefixtures("large")
def test_some_gaps_are_zero_and_some_are_not() -> None:
    """The bounds prove something, and do not claim everything."""
    gaps = np.concatenate([solve(seeded("agreed", seed)).goals["gap"] for seed in range(4)])
    assert (gaps == 0).any()
    assert (gaps > 0).any()


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("loss", [np.inf, -1.0], ids=["dive", "dive and search"])
def test_a_dive_finds_a_plan(loss: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest is searched once near where a dive ends; everything at once only where that loses much."""
    searches: list[float] = []
    minimise = Highs.minimise

    def counted(solver: Highs, program: Program, objective: Objective, **how: Any) -> Outcome:
        found = minimise(solver, program, objective, **how)
        if how.get("whole"):
            searches.append(found.value)
        return found

    monkeypatch.setattr(Highs, "minimise", counted)
    monkeypatch.setattr(first_plan, "LOSS", loss)
    solution = solve(seeded("building", 3), "leximin")
    assert solution.has_numbers
    assert len(searches) == (1 if loss > 0 else 2)
    assert searches == sorted(searches, reverse=True)  # a search begins with what the dive found


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("solver", ["HiGHS", "PULP_CBC_CMD"])
def test_searched_where_no_dive_ends(solver: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a dive strands, or the solver would start each of its programs cold, the plan is searched for."""
    dives: list[Dive] = []
    monkeypatch.setattr(diving, "LONGEST", 1)
    made = Dive.__init__
    monkeypatch.setattr(Dive, "__init__", lambda self, *asked: (dives.append(self), made(self, *asked))[1])
    instance = seeded("building", 3)
    solution = solve(instance, "leximin", solver=solver)
    assert solution.has_numbers
    assert len(dives) == (1 if solver == "HiGHS" else 0)


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("policy", ["gini", "mean-deviation"])
def test_goals_one_by_one_after_a_dive(policy: str) -> None:
    """Goals that are not told by prices are pursued after a dive as after a search: no worse than 1%."""
    instance = seeded("building", 3)
    dived = solve(instance, policy)
    assert dived.has_numbers
    assert dived.goals["value"].to_numpy() == pytest.approx(
        solve(instance, policy, prove=True).goals["value"]
    )


@pytest.mark.usefixtures("large")
def test_nobody_moves_who_need_not() -> None:
    """Moves are told as the plan has them: a search that ends early left one more on this instance."""
    solution = solve(seeded("regions", 8), "leximin")
    told = solution.goals.set_index("measure")["value"]["moves"]
    model, goals = state(solution.instance, solution.policy)
    moves = next(aim.vector.total() for aim in goals if aim.goal.measure == "moves")
    assert moves.value(point_of(model, solution.tables)) == pytest.approx(told)
