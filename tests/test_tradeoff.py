"""The frontier: by hand, against an independent linear program, and by what holds of every frontier."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hand_made import small as by_hand
from oracle import Division, Sum, plus, times
from seeded import seeded
from verdeling.adapters import read_instance
from verdeling.comparing.tradeoff import frontier
from verdeling.engine import solve
from verdeling.errors import InstanceError, PolicyError
from verdeling.policy import Goal, Policy, read_policy
from verdeling.verification import verify

if TYPE_CHECKING:
    from verdeling.comparing.tradeoff import Frontier
    from verdeling.instance import Instance

INSTANCES = Path(__file__).parents[1] / "instances"
WAITING = Goal(measure="waiting", aggregate="total")
MOVES = Goal(measure="moves", aggregate="total")
HEAVIEST = Goal(measure="relative_load", aggregate="maximum")


@cache
def towns() -> Instance:
    return read_instance(INSTANCES / "three-towns")


def values(found: Frontier) -> list[list[float]]:
    return found.points[["efficiency", "fairness"]].round(6).to_numpy().tolist()


def policy(*goals: Goal) -> Policy:
    """Leximin's key, with these goals."""
    return read_policy("leximin").model_copy(update={"goal": goals})


# By hand


def test_three_towns() -> None:
    """Nobody with priority waits: from 9 moves with Astad at 14 of 8 to 12 moves with Astad at 11 of 8."""
    found = frontier(towns(), "leximin", MOVES, HEAVIEST, 4)
    assert values(found) == [[9, 1.75], [10, 1.625], [11, 1.5], [12, 1.375]]
    astad = found.loads[found.loads["name"] == "Astad"]
    assert astad["load"].to_numpy() == pytest.approx([14, 13, 12, 11])
    assert found.units == ("households", "× fair share")


def test_a_single_point() -> None:
    """With all loads at the mean no more is waited than the 15 household-years that cannot be helped."""
    assert values(frontier(towns())) == [[15, 0]]


def test_more_is_better() -> None:
    """Of a good the most efficient point has most: all 20 statushouders and 23 others, then 3 others less."""
    housed = Goal(measure="housed", aggregate="total")
    found = frontier(towns(), policy(housed), housed, HEAVIEST, 5).points
    assert found["efficiency"].is_monotonic_decreasing
    assert found["fairness"].is_monotonic_decreasing
    assert found["efficiency"].iloc[0] == pytest.approx(51)


# Against other programs


def witness(instance: Instance, weight: float | None = None, bound: float | None = None) -> float:
    """Least waiting with loads below a bound, or least weighted sum of waiting and the largest load."""
    division = Division(instance)
    level = division.lines.column(whole=False)
    for town in division.facts.towns:
        division.lines.add(plus(division.relative_load(town), times(-1, level)), upper=0.0)
    ranks = {row["priority"] for row in division.facts.groups.values()}
    goal: Sum = plus(*(division.wait(rank) for rank in ranks))
    if bound is not None:
        division.lines.add(level, upper=bound)
    if weight is not None:
        goal = plus(times(weight, goal), times(1 - weight, level))
    return division.lines.minimise(goal)[0]


@pytest.mark.parametrize("instance", [towns, by_hand], ids=["three towns", "by hand"])
def test_every_point_is_the_best_under_its_bound(instance: object) -> None:
    """A program written a second time, on scipy, finds the same waiting for the same largest load."""
    one = instance()  # type: ignore[operator]
    for waiting, heaviest in values(frontier(one, policy(WAITING), WAITING, HEAVIEST, 6)):
        assert witness(one, bound=heaviest + 1e-7) == pytest.approx(waiting, abs=1e-3)


@cache
def fine() -> Frontier:
    """A frontier of many points."""
    return frontier(towns(), policy(WAITING), WAITING, HEAVIEST, 41)


@pytest.mark.parametrize("weight", [0.001, 0.01, 0.1, 0.5, 0.9])
def test_no_plan_beats_the_frontier_in_a_weighted_sum(weight: float) -> None:
    """The least weighted sum of all plans is that of a point, or of a plan between two points."""
    found = np.array(values(fine()))
    sums = found @ [weight, 1 - weight]
    least = witness(towns(), weight=weight)
    step = np.abs(np.diff(found, axis=0)).max(axis=0) @ [weight, 1 - weight]
    assert sums.min() - step <= least <= sums.min() + 1e-6


# What always holds


@settings(max_examples=10)
@given(kind=st.sampled_from(["tight", "scarce", "building", "agreed", "demanding"]), seed=st.integers(0, 40))
def test_laws(kind: str, seed: int) -> None:
    """No point is dominated, ends are lexicographic optima, it is convex, and every plan keeps all limits."""
    instance = seeded(kind, seed)
    try:
        found = frontier(instance, policy(WAITING), WAITING, HEAVIEST, 5)
    except InstanceError:
        assert solve(instance, policy(WAITING), whole=False).status == "infeasible"
        return
    points = found.points[["efficiency", "fairness"]].to_numpy()
    for (better, worse), (later, fairer) in pairwise(points):
        assert better < later
        assert fairer < worse
    for goals, end in (((WAITING, HEAVIEST), points[0]), ((HEAVIEST, WAITING), points[-1])):
        reached = solve(instance, policy(*goals), whole=False).goals.set_index("measure")["value"]
        assert end == pytest.approx([reached["waiting"], reached["relative_load"]], rel=1e-5, abs=1e-5)
    slopes = np.diff(points[:, 0]) / np.diff(points[:, 1])
    assert (np.diff(slopes) <= 1e-4 * np.abs(slopes).max(initial=1.0)).all()


def test_plans_keep_all_limits() -> None:
    """What a point shows is a plan of the instance, as another reading of the limits says too."""
    found = frontier(towns(), "leximin", MOVES, HEAVIEST, 4)
    for _, plan in found.placements.groupby("point"):
        assert verify(towns(), plan.drop(columns="point"), whole=False).ok


def test_the_bounds_of_cuts_hold() -> None:
    """An aggregate that is stated by cuts (Gini) has a frontier too: its values are those of the plans."""
    gini = Goal(measure="relative_load", aggregate="gini")
    found = frontier(towns(), "leximin", MOVES, gini, 4)
    assert found.points["fairness"].is_monotonic_decreasing
    last = solve(towns(), policy(*read_policy("leximin").goal[:2], gini, MOVES), whole=False)
    reached = last.goals.set_index("aggregate").loc["gini", "value"]
    assert found.points["fairness"].iloc[-1] == pytest.approx(reached, abs=1e-6)


# What is refused


@pytest.mark.parametrize(
    ("efficiency", "fairness", "points", "code"),
    [
        (WAITING, HEAVIEST, 1, "few-points"),
        (Goal(measure="cost", aggregate="total"), HEAVIEST, 3, "nothing-to-weigh"),
        (WAITING, Goal(measure="relative_load", aggregate="leximax"), 3, "not-one-number"),
        (Goal(measure="waiting", over="group", aggregate="priority"), HEAVIEST, 3, "not-one-number"),
        (Goal(measure="wating", aggregate="total"), HEAVIEST, 3, "unknown-goal"),
    ],
)
def test_refused(efficiency: Goal, fairness: Goal, points: int, code: str) -> None:
    """A frontier needs two goals that are each one linear number, and two points."""
    with pytest.raises(PolicyError) as caught:
        frontier(towns(), "leximin", efficiency, fairness, points)
    assert [problem.code for problem in caught.value.problems] == [code]


def test_infeasible() -> None:
    """Without any plan there is nothing to weigh."""
    with pytest.raises(InstanceError, match="no frontier"):
        frontier(read_instance(INSTANCES / "impossible-agreements"))


def test_progress() -> None:
    """Whoever listens hears of every point."""
    heard: list[tuple[str, int, int]] = []
    frontier(towns(), "leximin", MOVES, HEAVIEST, 4, progress=lambda *told: heard.append(told))
    assert heard == [("points", done, 4) for done in (2, 3, 4)]
