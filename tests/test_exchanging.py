"""Who has which of the same values under leximax in whole places: against every plan there is."""

from __future__ import annotations

from itertools import permutations, product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from free import LARGEST, towns
from seeded import seeded
from verdeling.engine import solve
from verdeling.explaining.freedom.held import hold
from verdeling.explaining.freedom.room import room_of
from verdeling.explaining.freedom.variety import alternatives_of
from verdeling.policy import Goal
from verdeling.verification import verify

if TYPE_CHECKING:
    from verdeling.solution import Solution

HEAVIEST_FIRST = LARGEST.model_copy(
    update={"goal": (LARGEST.goal[0], Goal(measure="relative_load", aggregate="leximax"))}
)
"""As few as possible wait, and then the heaviest load is as light as possible, then the next, …."""


def as_good(solution: Solution, people: list[int], supply: list[int]) -> np.ndarray:
    """Loads of every plan with as many places and the same relative loads, whoever has them."""
    own = solution.loads["load"].to_numpy()
    plans = [plan for plan in product(*(range(most + 1) for most in supply)) if sum(plan) == own.sum()]
    relative = np.sort(own / people)
    return np.array([plan for plan in plans if np.allclose(np.sort(np.array(plan) / people), relative)])


@given(
    st.lists(st.tuples(st.sampled_from([1000, 2000, 3000]), st.integers(1, 5)), min_size=2, max_size=4),
    st.integers(1, 12),
)
@example([(1000, 3), (1000, 3)], 3)
@example([(1000, 3), (1000, 3), (1000, 3)], 4)
@settings(max_examples=12, derandomize=True, deadline=None)
def test_nothing_is_settled_that_another_can_have(made: list[tuple[int, int]], needs: int) -> None:
    """Settled numbers are the same in every plan as good, ends hold all of them, and trades are none else."""
    people, supply = map(list, zip(*made, strict=True))
    solution = solve(towns(people, supply, needs), HEAVIEST_FIRST)
    plans, own = as_good(solution, people, supply), solution.loads["load"].to_numpy()
    held = hold(solution, np.inf)
    found = room_of(held)
    for town, row in enumerate(found.ranges.to_dict("records")):
        lowest, highest = plans[:, town].min(), plans[:, town].max()
        assert row["lowest_possible"] - 1e-6 <= lowest <= row["lowest"] + 1e-6
        assert row["highest"] - 1e-6 <= highest <= row["highest_possible"] + 1e-6
        assert (row["freedom"] == "free") <= (lowest < highest)
        assert (row["freedom"] == "settled") <= (lowest == highest)
    ids = solution.loads["municipality"].tolist()
    free, known = (
        {(row.giver, row.taker) for row in found.trades.itertuples() if row.freedom in kinds}
        for kinds in ({"free"}, {"free", "unknown"})
    )
    for giver, taker in permutations(range(len(people)), 2):
        wanted = own.copy()
        wanted[[giver, taker]] += [-1, 1]
        possible = bool((plans == wanted).all(axis=1).any())
        assert ((ids[giver], ids[taker]) in free) <= possible <= ((ids[giver], ids[taker]) in known)
    others = alternatives_of(held)
    for plan in others.plans:
        assert (plans == plan.loads["load"].to_numpy()).all(axis=1).any()
    if len(others.plans) < 3:
        assert others.further >= 0.005 or len(plans) == 1 + len(others.plans)
    for told in others.differences.to_dict("records")[:1]:
        assert told["possible"] >= np.abs(plans - own).sum(axis=1).max() - 1e-6


def test_two_towns_that_are_alike() -> None:
    """Of three places one has two, and nothing says which: both can, and the plan at each end verifies."""
    solution = solve(towns([1000, 1000], [3, 3], 3), HEAVIEST_FIRST)
    found = room_of(hold(solution, np.inf))
    assert found.ranges["freedom"].tolist() == ["free", "free"]
    assert found.ranges[["lowest", "highest"]].to_numpy().tolist() == [[1, 2], [1, 2]]
    assert found.trades[["giver", "taker", "freedom"]].to_numpy().tolist() == [["B", "A", "free"]]
    for town in ("A", "B"):
        for end, load in (("lowest", 1), ("highest", 2)):
            plan = found.plan(town, end)
            assert plan["loads"].set_index("municipality")["load"][town] == load
            builds = plan["builds"][["project", "year", "places"]]
            assert verify(solution.instance, plan["placements"], builds, plan["support"], whole=True).ok


@pytest.mark.parametrize("whole", [False, True])
def test_nobody_can_exchange(whole: bool) -> None:
    """Fractions have one leximax only; in whole places nobody has the value of another by chance."""
    held = hold(solve(seeded("building", 1), "leximin", whole=whole), np.inf)
    assert held.orders == []
    solution = solve(towns([1000, 1000], [3, 3], 3), HEAVIEST_FIRST, whole=False)
    assert hold(solution, np.inf).orders == []
    assert [*room_of(hold(solution, np.inf)).ranges["freedom"]] == ["settled", "settled"]
