"""A smallest conflict: its agreements cannot hold together, and without any one of them they can."""

from __future__ import annotations

from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hand_made import agreement, small
from oracle import Division, NoDivisionError
from seeded import seeded
from verdeling.adapters import read_instance
from verdeling.conflict import smallest_conflict
from verdeling.engine import solve
from verdeling.policy import read_policy
from verdeling.solvers import find_solver
from verdeling.statement import state

if TYPE_CHECKING:
    from verdeling.instance import Instance

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


@pytest.mark.parametrize("number", range(NUMBER))
def test_a_conflict_is_irreducible(number: int) -> None:
    """Together infeasible, feasible without any one: by code that did not find the conflict."""
    instance = impossible()[number]
    solution = solve(instance, whole=False)
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
    sizes = [solve(instance, whole=False).conflict["in_conflict"].sum() for instance in impossible()]
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
    assert smallest_conflict(model, solver, whole=True)["in_conflict"].tolist() == [True]
    before = model.program.row_lower.copy(), model.program.row_upper.copy()
    smallest_conflict(model, solver, whole=True)
    assert (model.program.row_lower == before[0]).all()
    assert (model.program.row_upper == before[1]).all()


def test_soft_agreements_are_in_no_conflict() -> None:
    """What may be missed contradicts nothing, and is not listed among what was tried."""
    for instance in impossible()[:5]:
        soft = set(instance["agreements"].query("strength != 'hard'")["agreement"])
        assert not soft & set(solve(instance, whole=False).conflict["agreement"])
