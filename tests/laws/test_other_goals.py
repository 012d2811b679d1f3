"""Goals that are not leximin's reach what an independent witness reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from longer import in_long_runs
from oracle import Division, NoDivisionError, least_largest, plus, settle, times
from seeded import KINDS, seeded
from verdeling.engine import solve
from verdeling.policy import Policy, read_policy

if TYPE_CHECKING:
    from verdeling.instance import Instance

CASES = [*((kind, 40) for kind in KINDS), *in_long_runs((kind, seed) for kind in KINDS for seed in (41, 42))]
WAITING = {"measure": "waiting", "aggregate": "priority"}


def values(instance: Instance, *goals: dict[str, str]) -> list[float]:
    """What a policy of these goals reaches, stage by stage; nothing where it is infeasible."""
    policy = Policy.model_validate(read_policy("leximin").model_dump() | {"goal": goals})
    return solve(instance, policy, whole=False).goals["value"].tolist()


def division(instance: Instance) -> Division | None:
    """The formulation of the witness, if the instance is feasible."""
    stated = Division(instance)
    try:
        stated.lines.minimise({})
    except NoDivisionError:
        return None
    return stated


def settle_waiting(stated: Division) -> list[float]:
    """Waiting by priority."""
    ranks = sorted({row["priority"] for row in stated.facts.groups.values()})
    return [settle(stated.lines, stated.wait(rank)) for rank in ranks]


@pytest.mark.parametrize(("kind", "seed"), CASES)
def test_largest_deviation(kind: str, seed: int) -> None:
    """The proportional goal: the least that the largest distance to the region's mean can be."""
    instance = seeded(kind, seed)
    expected: list[float] = []
    if stated := division(instance):
        expected = settle_waiting(stated)
        away = [stated.from_mean(town) for town in stated.facts.towns]
        expected.append(least_largest(stated.lines, [*away, *(times(-1, each) for each in away)]))
    goals = WAITING, {"measure": "relative_load", "aggregate": "largest_deviation"}
    assert values(instance, *goals) == pytest.approx(expected, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("kind", ["starved", "agreed"])
def test_relative_support(kind: str, seed: int) -> None:
    """The largest share of support hours can be no lower than the witness says."""
    instance = seeded(kind, seed)
    expected: list[float] = []
    if stated := division(instance):
        expected = settle_waiting(stated)
        towns = stated.facts.towns
        expected.append(least_largest(stated.lines, [stated.relative_support(town) for town in towns]))
    goals = WAITING, {"measure": "relative_support", "aggregate": "maximum"}
    assert values(instance, *goals) == pytest.approx(expected, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(("kind", "seed"), CASES)
def test_urgent_groups_first(kind: str, seed: int) -> None:
    """The waiting of urgent groups, then that of the others, then all moves."""
    instance = seeded(kind, seed)
    expected: list[float] = []
    if stated := division(instance):
        for urgent in (True, False):
            ours = {name for name, row in stated.facts.groups.items() if row["urgent"] == urgent}
            waits = [each for key, each in stated.waiting.items() if key[0] in ours]
            expected.append(settle(stated.lines, plus(*waits)))
        expected.append(settle(stated.lines, stated.moves()))
    goals = {"measure": "waiting", "aggregate": "urgency"}, {"measure": "moves", "aggregate": "total"}
    assert values(instance, *goals) == pytest.approx(expected, rel=1e-6, abs=1e-6)
