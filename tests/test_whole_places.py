"""From the fractional optimum to whole places: which projects are built, and a first plan in any case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from seeded import seeded
from verdeling import whole_places
from verdeling.aggregates.levels import settle_lexicographically
from verdeling.first_plan import begin_whole
from verdeling.goals import pursue
from verdeling.policy import read_policy
from verdeling.pursuit import Infeasible, Pursuit
from verdeling.solvers import find_solver
from verdeling.statement import state
from verdeling.whole_places import WholePursuit, settle_projects

if TYPE_CHECKING:
    from verdeling.goals import Aim
    from verdeling.program import Floats, Objective

SEEDS = range(1, 13)


def settled(seed: int) -> tuple[Pursuit, list[Aim]] | None:
    """A pass through the goals of an instance with projects, after its last goal; None without a plan."""
    model, goals = state(seeded("building", seed, most=6), read_policy("leximin"))
    pursuit = Pursuit(model, find_solver("HiGHS"), 1e-9)
    try:
        pursue(pursuit, goals)
    except Infeasible:
        return None
    return pursuit, goals


def decided(seed: int) -> tuple[bool, list[float]] | None:
    """Whether projects were decided by the optimum itself, and the value of each stage with them."""
    found = settled(seed)
    if found is None or not len(found[0].program.column_blocks["open"].index):
        return None
    pursuit, goals = found
    stages, pivots = [*pursuit.reached], pursuit.solver.seconds
    settle_projects(pursuit, goals)
    assert pursuit.point is not None
    opened = pursuit.program.column_blocks["open"].positions
    np.testing.assert_allclose(pursuit.point[opened], np.round(pursuit.point[opened]), atol=1e-6)
    return pursuit.solver.seconds == pivots, [stage.value(pursuit.point) for stage in stages]


def test_what_the_optimum_builds_in_full_needs_no_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search among the projects finds stages of the same value, where the optimum decides by itself."""
    short = {seed: found for seed in SEEDS if (found := decided(seed)) is not None}
    assert {by_itself for by_itself, _ in short.values()} == {True, False}
    monkeypatch.setattr(whole_places, "_decided", lambda *args: None)
    for seed, (_, values) in short.items():
        searched = decided(seed)
        assert searched is not None
        assert not searched[0]
        np.testing.assert_allclose(values, searched[1], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("seed", SEEDS[:4])
def test_a_first_plan_is_sought_elsewhere_where_none_is_near(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no whole plan is next to the optimum, one is found among the places in use, or anywhere."""
    found = settled(seed)
    if found is None:
        pytest.skip("no plan")

    def nowhere(search: WholePursuit, center: Floats) -> tuple[Floats, Floats]:
        lower, upper = search.program.column_lower.copy(), search.program.column_upper.copy()
        lower[search.program.column_blocks["place"].positions] = 1e6
        return lower, upper

    monkeypatch.setattr(WholePursuit, "near", nowhere)
    search = begin_whole(*found)
    plan, program = search.incumbent, search.program
    assert plan is not None
    marked = program.whole[: len(plan)]
    np.testing.assert_allclose(plan[marked], np.round(plan[marked]), atol=1e-6)
    rules = [block for block in program.row_blocks if not block.name.startswith("goal_")]
    stop = max(block.stop for block in rules)
    reached = (program.matrix() @ np.pad(plan, (0, program.column_count - len(plan))))[:stop]
    assert (reached >= program.row_lower[:stop] - 1e-6).all()
    assert (reached <= program.row_upper[:stop] + 1e-6).all()


def test_projects_are_free_again_after_the_first_plan() -> None:
    """The first plan decides on projects; searches that follow may build others, and prove what is best."""
    found = settled(1)
    assert found is not None
    pursuit, goals = found
    opened = pursuit.program.column_blocks["open"].positions
    assert len(opened)
    bounds = pursuit.program.column_lower[opened], pursuit.program.column_upper[opened]
    search = begin_whole(pursuit, goals)
    assert search.incumbent is not None
    np.testing.assert_array_equal(search.program.column_lower[opened], bounds[0])
    np.testing.assert_array_equal(search.program.column_upper[opened], bounds[1])


@pytest.mark.parametrize(("elements", "prove", "expected"), [(12, False, 1), (13, False, 0), (13, True, 1)])
def test_few_elements_are_ordered_by_searches(elements: int, prove: bool, expected: bool) -> None:
    """A search for each element takes time: many are ordered so where that is asked for only."""
    found = settled(1)
    assert found is not None
    search = begin_whole(*found, prove=prove)
    assert search.orders(elements) == expected


def test_a_search_that_ends_worse_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Later goals guide a search, so that it can end worse than the one before it: the better plan stays."""
    found = settled(1)
    assert found is not None
    search = begin_whole(*found)
    assert search.incumbent is not None
    plans = [search.incumbent.copy() for _ in range(3)]
    outcomes = iter(zip([3e6, 2e6, 5e6], plans, strict=True))

    def ended(*args: object, **how: object) -> tuple[float, float]:
        value, search.incumbent = next(outcomes)
        return value, -np.inf

    bounds = search.program.column_lower, search.program.column_upper.copy(), True
    monkeypatch.setattr(search, "_search_within", ended)
    monkeypatch.setattr(search, "_neighbourhoods", lambda: [bounds] * 3)
    search.settle(found[1][-1].vector.total())
    assert search.gap == pytest.approx(2e6, rel=0.1)
    assert search.incumbent is plans[1]


@pytest.mark.parametrize("ordered", [True, False])
def test_a_stage_has_the_largest_of_its_gaps(ordered: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a leximax the largest level may not be proved, while what is settled after it is."""
    found = settled(1)
    assert found is not None
    search = begin_whole(*found)
    (loads,) = (aim.vector for aim in found[1] if aim.goal.measure == "relative_load")
    gaps, settle = iter([0.3]), search.settle

    def settled_within(objective: Objective) -> None:
        settle(objective)
        search.gap = next(gaps, 0.0)

    monkeypatch.setattr(search, "settle", settled_within)
    monkeypatch.setattr(search, "orders", lambda elements: ordered)
    settle_lexicographically(search, loads)
    assert search.gap == 0.3
