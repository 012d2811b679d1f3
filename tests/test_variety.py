"""Alternatives: as good, as different as can be by brute force, verified, and settled numbers stay."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from free import LARGEST, best_plans, towns
from hand_made import small
from longer import in_long_runs
from seeded import seeded
from verdeling.adapters import read_instance
from verdeling.engine import solve
from verdeling.errors import NoSolutionError
from verdeling.explaining.freedom import variety
from verdeling.explaining.freedom.held import hold
from verdeling.explaining.freedom.room import room
from verdeling.explaining.freedom.variety import alternatives
from verdeling.leeway import SHOWN
from verdeling.program import Objective
from verdeling.solvers.protocol import Outcome
from verdeling.verification import verify

if TYPE_CHECKING:
    from verdeling.explaining.freedom.variety import Alternatives
    from verdeling.solution import Solution


def loads(found: Alternatives) -> np.ndarray:
    """Loads of the solution and of each alternative, a row each."""
    return np.array([each.loads["load"].to_numpy() for each in (found.solution, *found.plans)])


def nearest(values: np.ndarray, plan: int) -> float:
    """How much a plan differs from the nearest of those before it."""
    return float(np.abs(values[:plan] - values[plan]).sum(axis=1).min())


@given(
    st.lists(st.tuples(st.sampled_from([1000, 2000, 3000]), st.integers(1, 6)), min_size=2, max_size=4),
    st.integers(1, 20),
)
@settings(max_examples=15, derandomize=True, deadline=None)
def test_whole_alternatives_differ_as_much_as_any_plan_can(made: list[tuple[int, int]], needs: int) -> None:
    """Of all plans that are as good, each alternative differs most from those before it."""
    people, supply = map(list, zip(*made, strict=True))
    found = alternatives(solve(towns(people, supply, needs), LARGEST))
    plans = np.array(best_plans(people, supply, needs))
    values = loads(found)
    for plan, told in enumerate(found.differences["difference"], 1):
        most = max(float(np.abs(values[:plan] - each).sum(axis=1).min()) for each in plans)
        assert (plans == values[plan]).all(axis=1).any()
        assert told == pytest.approx(nearest(values, plan)) == pytest.approx(most)
    assert len(found.plans) == min(3, len(plans) - 1)
    assert (found.further < SHOWN) == (len(found.plans) < 3)
    assert found.complete
    assert found.differences["proved"].all()


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize(
    ("policy", "kind"),
    [
        ("maximin", "building"),
        ("gini", "agreed"),
        *in_long_runs([("maximin", "agreed"), ("gini", "building")]),
    ],
)
def test_alternatives_are_as_good_and_keep_what_is_settled(kind: str, policy: str, whole: bool) -> None:
    """Each alternative verifies and has the same goals; no number moves that the room calls settled."""
    instance = seeded(kind, 1)
    solution = solve(instance, policy, whole=whole)
    found, freedom = alternatives(solution, 2), room(solution, slack=0).ranges
    settled = (freedom["freedom"] == "settled").to_numpy()
    assert settled.any() or len(found.plans)
    shares = solution.loads.set_index("municipality")["fair_share"]
    for plan, values in zip(found.plans, loads(found)[1:], strict=True):
        builds = plan.builds[["project", "year", "places"]]
        more = {"attribution": plan.suppliers, "shares": shares, "whole": whole}
        assert verify(instance, plan.placements, builds, plan.support, **more).ok
        known = solution.goals["value"].to_numpy()
        assert plan.goals["value"].to_numpy() == pytest.approx(known, rel=1e-5, abs=1e-5)
        own = values[solution.loads["municipality"].isin(freedom["municipality"])]
        assert own[settled] == pytest.approx(freedom["value"].to_numpy()[settled], abs=0.005)
        assert (own >= freedom["lowest_possible"] - 1e-6).all()
        assert (own <= freedom["highest_possible"] + 1e-6).all()
    for row in found.differences.itertuples():
        assert row.difference == pytest.approx(nearest(loads(found), row.plan), abs=1e-6)
        assert row.possible >= row.difference


def test_random_directions_find_nothing_farther() -> None:
    """No plan that a linear goal in any of many directions finds differs more than the first alternative."""
    solution = solve(seeded("regions", 1), "maximin", whole=False)
    found = alternatives(solution, 1)
    held = hold(solution, np.inf)
    terms = held.model.program.terms("load")
    own = solution.loads["load"].to_numpy()[terms["municipality"]]
    random = np.random.default_rng(1)
    farthest = 0.0
    for _ in range(100):
        direction = Objective(terms["column"].to_numpy(), random.normal(size=len(terms)))
        point = held.pursuit.minimise(direction).point
        assert point is not None
        farthest = max(farthest, float(np.abs(point[terms["column"]] - own).sum()))
    assert found.differences["proved"].all()
    assert 0 < farthest <= found.differences["difference"].iloc[0] + 1e-6


def test_parts_of_groups_can_differ_where_loads_are_settled() -> None:
    """Without a free load there is no alternative in loads; asked for groups, there may be one."""
    solution = solve(seeded("ample", 0), "leximin", whole=False)
    assert alternatives(solution).plans == ()
    parts = room(solution, groups=True, slack=0).ranges
    free = (parts.loc[parts["group"] != "", "freedom"] == "free").any()
    found = alternatives(solution, 1, groups=True)
    assert bool(found.plans) == free
    assert found.complete


def test_by_hand() -> None:
    """Beedorp hands Ceedijk one place: the only other plan in whole places."""
    solution = solve(read_instance("instances/three-towns"), "proportional")
    found = alternatives(solution)
    assert found.numbers[found.numbers["plan"] == 1]["change"].tolist() == [0, -1, 1]
    assert found.differences.to_dict("records") == [
        {"plan": 1, "difference": 2.0, "possible": 2.0, "proved": True}
    ]
    assert found.plans[0].provenance["alternative"] == 1
    assert found.plans[0].whole


def test_time_runs_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was found before is given, and that it is not all."""
    solution = solve(read_instance("instances/three-towns"), "proportional", whole=False)
    nothing = alternatives(solution, time_limit=1e-9)
    assert (nothing.plans, nothing.complete) == ((), False)

    def stopping(solution: Solution, deadline: float) -> object:
        held = hold(solution, deadline)
        minimise, left = held.pursuit.solver.minimise, iter([True])

        def once(*asked: object, whole: bool = False, **more: object) -> object:
            if whole and next(left, None) is None:
                return Outcome("time_limit")
            return minimise(*asked, whole=whole, **more)

        monkeypatch.setattr(held.pursuit.solver, "minimise", once)
        return held

    monkeypatch.setattr(variety, "hold", stopping)
    found = alternatives(solution)
    assert (len(found.plans), found.complete) == (1, False)


def test_what_cannot_be_asked() -> None:
    """No plans, and a solution that is not settled, at once."""
    solution = replace(solve(small(), "leximin", whole=False), status="time_limit")
    with pytest.raises(NoSolutionError) as caught:
        alternatives(solution, 0)
    assert [problem.code for problem in caught.value.problems] == ["not-settled", "no-count"]


def test_another_solution_is_not_changed() -> None:
    """Looking for alternatives leaves the solution as it was."""
    solution: Solution = solve(small(), "maximin", whole=False)
    before = solution.placements
    alternatives(solution, 1)
    assert solution.placements.equals(before)
