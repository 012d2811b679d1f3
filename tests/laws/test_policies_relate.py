"""How policies with the same first goals relate to each other."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings

from longer import in_long_runs
from seeded import KINDS, seeded
from strategies import instances
from verdeling.engine import solve
from verdeling.policy import Policy, read_policy

if TYPE_CHECKING:
    from verdeling.instance import Instance
    from verdeling.solution import Solution

LEXIMIN = read_policy("leximin")
LOAD = [goal.measure for goal in LEXIMIN.goal].index("relative_load")
CASES = [*((kind, 0) for kind in KINDS), *in_long_runs((kind, 1) for kind in KINDS)]


def policy(aggregate: str, measure: str = "relative_load") -> Policy:
    """Leximin with another goal about loads, after the same goals and before none."""
    goal = {"measure": measure, "aggregate": aggregate}
    stated = LEXIMIN.model_dump() | {"name": aggregate}
    return Policy.model_validate(stated | {"goal": [*stated["goal"][:LOAD], goal]})


@cache
def solved(kind: str, seed: int, aggregate: str) -> Solution:
    """The fractional answer of a policy."""
    return solve(seeded(kind, seed), policy(aggregate), whole=False)


def values(solution: Solution) -> list[float]:
    """What each stage of each goal reached."""
    return solution.goals["value"].tolist()


def sorted_loads(solution: Solution) -> list[float]:
    """Relative loads, the heaviest first."""
    return sorted(solution.loads["relative_load"], reverse=True)


def lighter(one: list[float], other: list[float]) -> bool:
    """Whether the first load that differs is lower, or none does."""
    differs = [(a, b) for a, b in zip(one, other, strict=True) if abs(a - b) > 1e-6 * max(1.0, b)]
    return not differs or differs[0][0] < differs[0][1]


@pytest.mark.parametrize(("kind", "seed"), CASES)
def test_heaviest_of_leximin_is_the_optimum_of_maximum(kind: str, seed: int) -> None:
    """Leximin begins where the policy that lowers only the heaviest load ends."""
    leximin, maximum = (solved(kind, seed, aggregate) for aggregate in ("leximax", "maximum"))
    assert leximin.status == maximum.status
    assert values(leximin) == pytest.approx(values(maximum), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(("kind", "seed"), CASES)
@pytest.mark.parametrize("aggregate", ["maximum", "largest_deviation", "total"])
def test_leximin_orders_first(kind: str, seed: int, aggregate: str) -> None:
    """No policy with the same first goals has loads that are lexicographically lighter than leximin's."""
    leximin, other = solved(kind, seed, "leximax"), solved(kind, seed, aggregate)
    assert leximin.status == other.status
    assert values(leximin)[:-1] == pytest.approx(values(other)[:-1], rel=1e-6, abs=1e-6)
    if leximin.has_numbers:
        assert lighter(sorted_loads(leximin), sorted_loads(other))


@given(instances(municipalities=4, years=2, scenarios=False, extras=False))
@settings(max_examples=10, derandomize=True)
def test_heaviest_of_leximin_is_the_optimum_of_maximum_anywhere(instance: Instance) -> None:
    """Likewise for whatever instance is drawn."""
    leximin, maximum = (solve(instance, policy(each), whole=False) for each in ("leximax", "maximum"))
    assert values(leximin) == pytest.approx(values(maximum), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("kind", ["tight", "regions", "building"])
def test_maximin_is_leximin_as_far_as_the_heaviest(kind: str) -> None:
    """The policy `maximin` reaches leximin's waiting and heaviest load."""
    instance = seeded(kind, 5)
    goals = [solve(instance, name, whole=False).goals for name in ("leximin", "maximin")]
    first = [each[each["measure"].isin(["waiting", "relative_load"])]["value"].tolist() for each in goals]
    assert first[0] == pytest.approx(first[1], rel=1e-6, abs=1e-6)
