"""A smallest conflict: its agreements cannot hold together, and without any one of them they can."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from hand_made import agreement, small
from longer import in_long_runs
from oracle import Division, NoDivisionError
from seeded import seeded
from verdeling.adapters import read_instance
from verdeling.conflict import Known, in_force, smallest_conflict
from verdeling.engine import solve
from verdeling.policy import read_policy
from verdeling.program import NOTHING
from verdeling.solvers import find_solver
from verdeling.solvers.wrapped import Wrapped
from verdeling.statement import state

if TYPE_CHECKING:
    from typing import Unpack

    from verdeling.instance import Instance
    from verdeling.program import Objective, Program
    from verdeling.solution import Solution
    from verdeling.solvers.protocol import Outcome
    from verdeling.solvers.wrapped import How

INSTANCES = Path(__file__).parents[1] / "instances"
NUMBER = 20


def feasible(instance: Instance, names: list[str]) -> bool:
    """Whether these agreements can hold together, by the witness that knows nothing of the formulation."""
    agreements = instance["agreements"]
    chosen = instance.replace(agreements=agreements[agreements["agreement"].isin(names)])
    try:
        Division(chosen).lines.minimise({})
    except NoDivisionError:
        return False
    return True


@cache
def impossible() -> list[Instance]:
    """Instances whose hard agreements contradict each other."""
    found: list[Instance] = []
    for seed in count():
        instance = seeded("demanding", seed)
        hard = instance["agreements"].query("strength == 'hard'")["agreement"]
        if not feasible(instance, list(hard)):
            found.append(instance)
        if len(found) == NUMBER:
            return found
    raise AssertionError


@cache
def divided(number: int) -> Solution:
    """The answer to one of them."""
    return solve(impossible()[number], whole=False)


@pytest.mark.parametrize("number", [*range(8), *in_long_runs(range(8, NUMBER))])
def test_a_conflict_is_irreducible(number: int) -> None:
    """Together infeasible, feasible without any one: by code that did not find the conflict."""
    instance, solution = impossible()[number], divided(number)
    assert solution.status == "infeasible"
    hard = instance["agreements"].query("strength == 'hard'")["agreement"].tolist()
    assert solution.conflict["agreement"].tolist() == hard
    conflict = solution.conflict.query("in_conflict")["agreement"].tolist()
    assert conflict
    assert not feasible(instance, conflict)
    for left_out in conflict:
        assert feasible(instance, [name for name in conflict if name != left_out])


def test_conflicts_of_several_agreements() -> None:
    """Among them are conflicts of one agreement that nobody can keep, and of several that clash."""
    sizes = [divided(number).conflict["in_conflict"].sum() for number in range(NUMBER)]
    assert min(sizes) == 1
    assert max(sizes) >= 2


def test_the_known_conflict() -> None:
    """The instance that teaches conflicts has the one that its README names."""
    solution = solve(read_instance(INSTANCES / "impossible-agreements"))
    text = (INSTANCES / "impossible-agreements" / "README.md").read_text("utf-8")
    conflict = solution.conflict.query("in_conflict")["agreement"].tolist()
    assert len(conflict) == 3
    assert all(name in text for name in conflict)


def test_a_conflict_in_whole_places_only() -> None:
    """An odd number of halves is a conflict of whole places, and of nothing else."""
    instance = small(agreements=agreement("places", "=", 2.5, municipality="GM1"))
    model, _ = state(instance, read_policy("leximin"))
    solver = find_solver("HiGHS")
    assert smallest_conflict(Known(model), solver, whole=True).agreements["in_conflict"].tolist() == [True]
    before = model.program.row_lower.copy(), model.program.row_upper.copy()
    smallest_conflict(Known(model), solver, whole=True)
    assert (model.program.row_lower == before[0]).all()
    assert (model.program.row_upper == before[1]).all()


def test_soft_agreements_are_in_no_conflict() -> None:
    """What may be missed contradicts nothing, and is not listed among what was tried."""
    for instance in impossible()[:5]:
        soft = set(instance["agreements"].query("strength != 'hard'")["agreement"])
        assert not soft & set(solve(instance, whole=False).conflict["agreement"])


class Silent(Wrapped):
    """A solver that never says what proves that there is no point."""

    def minimise(self, program: Program, objective: Objective, **how: Unpack[How]) -> Outcome:
        """Answer without multipliers."""
        return replace(super().minimise(program, objective, **how), ray=None)


@pytest.mark.parametrize("number", [*range(8), *in_long_runs(range(8, NUMBER))])
def test_a_proof_changes_no_conflict(number: int) -> None:
    """What a proof does without is left out unasked: the conflict is the one of asking each time."""
    model, _ = state(impossible()[number], read_policy("leximin"))
    found = smallest_conflict(Known(model), find_solver("HiGHS"), whole=False)
    asked = smallest_conflict(Known(model), Silent(find_solver("HiGHS")), whole=False)
    assert found.members == asked.members
    assert asked.proof is None
    assert found.proof is not None
    assert found.proof.members <= {*found.members}


def test_a_plan_in_place_of_a_search() -> None:
    """A point that keeps all agreements but one shows that the others can be kept; any other says nothing."""
    model, _ = state(impossible()[0], read_policy("leximin"))
    solver, program = find_solver("HiGHS"), model.program
    members = smallest_conflict(Known(model), solver, whole=False).members
    with in_force(model, {clause.agreement for clause in model.clauses} - {members[0]}) as kept:
        plan = solver.minimise(kept, NOTHING).point
    for point in (plan, np.zeros(program.column_count), np.full(program.column_count, 1e6), np.empty(0)):
        assert smallest_conflict(Known(model, point), solver, whole=False).members == members
