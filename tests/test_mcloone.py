"""McLoone as a goal: by enumeration of who is below the median, by hand, and in a policy file."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from goods import Division, Goods, settled, some_goods, with_share
from seeded import seeded
from verdeling.aggregates import AGGREGATES
from verdeling.engine import solve
from verdeling.errors import PolicyError
from verdeling.policy import Goal
from verdeling.pursuit import Pursuit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

CLASSES = Goods([1, 4.5, 4.5], [[-1, -1, -1]], [-9])
"""Three classes with room for 1, 4½ and 4½ pupils, of whom 9 must have a place."""

POLICY = """
title = "McLoone"

[[key.component]]
attribute = "population"

[[goal]]
measure = "waiting"
aggregate = "total"

[[goal]]
measure = "{measure}"
over = "{over}"
aggregate = "mcloone"

[[goal]]
measure = "relative_load"
aggregate = "leximax"
"""


@st.composite
def used_up(draw: st.DrawFn, most: int = 9, size: int = 4) -> Goods:
    """Goods of which nearly as much as possible must be used, so that not everybody can have the same."""
    goods = draw(some_goods(most, size))
    count = len(goods.most)
    sizes = draw(st.lists(st.integers(1, 4), min_size=count, max_size=count))
    total = -best_of(goods, -np.ones(count))
    part = draw(st.sampled_from([0.9, 0.96]))
    return replace(
        goods,
        rows=[*goods.rows, [-1.0] * count],
        limits=[*goods.limits, -part * total],
        share=sizes,
    )


def best_of(goods: Goods, costs: np.ndarray) -> float:
    """The least that amounts can cost."""
    bounds = [(0, limit) for limit in goods.most]
    return float(linprog(costs, A_ub=goods.matrix, b_ub=goods.limits, bounds=bounds).fun)


def all_can_have_something(goods: Goods) -> bool:
    """Whether nobody is ruled out by what must be used."""
    return all(best_of(goods, -row) < -1e-6 for row in np.eye(len(goods.most)))


def index(values: Sequence[float], weights: Sequence[float]) -> float:
    """McLoone's index by its definition; values are the same when they agree in seven digits."""
    pairs = [(round(value, 7), weight) for value, weight in zip(values, weights, strict=True)]
    half = sum(weights) / 2 - 1e-9
    median = min(value for value, _ in pairs if sum(w for v, w in pairs if v <= value) >= half)
    low = [(value, weight) for value, weight in pairs if value <= median]
    would = median * sum(weight for _, weight in low)
    return sum(value * weight for value, weight in low) / would if would else 0.0


def patterns(goods: Goods) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Who is at or below the median, and who is below it: every way that makes it a median."""
    for signs in itertools.product([-1, 0, 1], repeat=len(goods.most)):
        lower, below = np.array(signs) <= 0, np.array(signs) < 0
        if goods.shares @ lower >= 0.5 - 1e-9 and goods.shares @ below < 0.5 - 1e-9:
            yield lower, below


def rows_of(goods: Goods, lower: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Rows on the amounts, the median and one (which a ratio needs): u ≤ m if lower, u ≥ m unless below."""
    size = len(goods.most)
    u = np.column_stack([np.diag(1 / goods.scales), -np.ones(size), np.zeros(size)])
    limits = np.vstack([goods.matrix, np.eye(size)])
    bounds = np.append(goods.limits, goods.most)
    limited = np.column_stack([limits, np.zeros(len(limits)), -bounds])
    return np.vstack([u[lower], -u[~below], limited])


def by_enumeration(goods: Goods) -> float:
    """Best index: a linear-fractional program for each pattern.

    All variables are multiplied by what makes the median of the lower half 1 (A. Charnes, W. W. Cooper,
    Programming with linear fractional functionals, Naval Research Logistics Quarterly 9, 1962, 181–186).
    """
    best = 0.0
    for lower, below in patterns(goods):
        rows = rows_of(goods, lower, below)
        has = np.append(goods.shares * lower / goods.scales, [0, 0])
        would = np.append(np.zeros(len(goods.most)), [goods.shares @ lower, 0])
        found = linprog(-has, A_ub=rows, b_ub=np.zeros(len(rows)), A_eq=[would], b_eq=[1])
        best = max(best, -found.fun if found.success else 0.0)
    return best


def reached(division: Division) -> list[float]:
    """What both stages are at the point that was reached."""
    return [stage.value(division.pursuit.best) for stage in division.stages]


@given(goods=used_up())
@settings(max_examples=25, derandomize=True, deadline=None)
def test_agrees_with_enumeration(goods: Goods) -> None:
    """The index is the best over every choice of who is below the median, and is proved."""
    assume(all_can_have_something(goods))
    division = Division(goods)
    about = division.vector
    goal = Goal(measure="made up", aggregate="mcloone")
    stages = AGGREGATES["mcloone"].settle(division.pursuit, about, goal)
    next(stages)
    assert division.pursuit.gap == 0
    next(stages)
    found = index(division.values, goods.shares)
    assert found == pytest.approx(by_enumeration(goods), abs=1e-5)


@given(goods=used_up(most=5, size=4))
@settings(max_examples=25, derandomize=True, deadline=None)
def test_whole_amounts_agree_with_brute_force(goods: Goods) -> None:
    """In whole amounts the index is the best of all divisions."""
    values = list(goods.whole_values())
    assume(values and all_can_have_something(goods))
    division = settled(goods, "mcloone", whole=True)
    best = max(index(each, goods.shares) for each in values)
    assert index(division.values, goods.shares) == pytest.approx(best, abs=1e-6)
    assert reached(division)[0] == pytest.approx(best, abs=1e-6)


@pytest.mark.parametrize("whole", [False, True])
def test_by_hand(whole: bool) -> None:
    """The second and third have 8 together at least, so the first, with 1, is below the median m.

    Where one of the two has more than the other the index is (1 + m) ÷ 2m, which is 5/8 at most as m
    is 3½ up to 4; where both have m it is (1 + 2m) ÷ 3m, which is 3/4 at 4 and falls as m rises.
    """
    division = settled(with_share(CLASSES, 1, 1, 1), "mcloone", whole=whole)
    assert reached(division) == pytest.approx([3 / 4, 4], abs=1e-6)
    assert division.values == pytest.approx([1, 4, 4], abs=1e-6)
    assert division.pursuit.gap <= 1e-6


@pytest.mark.parametrize(
    ("weights", "expected"),
    [((1, 1, 1, 1), [7 / 10, 5]), ((5, 1, 1, 1), [1, 2]), ((1, 1, 5, 1), [61 / 72, 9])],
)
def test_sizes_say_where_the_median_is(weights: tuple[int, ...], expected: list[float]) -> None:
    """Of 2, 5, 9 and 9 alike the lower one in the middle is 5; if the first weighs most it is 2."""
    division = settled(with_share(Goods([2, 5, 9, 9], [[-1] * 4], [-25]), *weights), "mcloone")
    assert reached(division) == pytest.approx(expected, abs=1e-6)


def test_the_median_comes_second() -> None:
    """All have the same with 1 each and with 3 each: then 3 each, since an index sees no amounts."""
    division = settled(Goods([9, 9, 9], [[1, 1, 1]], [9]), "mcloone")
    assert division.values == pytest.approx([3, 3, 3], abs=1e-6)


def test_nothing() -> None:
    """Who can get nothing is left out; where half of those who could have nothing the index is zero."""
    assert reached(settled(with_share(Goods([0, 0, 5]), 1, 1, 1), "mcloone")) == pytest.approx([1, 5])
    assert reached(settled(Goods([0, 0]), "mcloone")) == [0, 0]
    one_place = with_share(Goods([1, 1, 1], [[1, 1, 1]], [1]), 1, 1, 1)
    assert reached(settled(one_place, "mcloone", whole=True)) == [0, 0]
    assert reached(settled(one_place, "mcloone")) == pytest.approx([1, 1 / 3], abs=1e-6)


@pytest.mark.parametrize("whole", [False, True])
def test_decisions_are_held(whole: bool) -> None:
    """Who is at or below the median, and who is below it, stays so: 1 is below, 4 and 4 are at it."""
    division = settled(with_share(CLASSES, 1, 1, 1), "mcloone", whole=whole)
    program = division.pursuit.program
    held = [program.column_blocks[f"goal_decision_{number}"].positions for number in range(2)]
    for bounds in (program.column_lower, program.column_upper):
        assert [bounds[block].tolist() for block in held] == [[1, 1, 1], [1, 0, 0]]


@given(goods=used_up())
@settings(max_examples=15, derandomize=True, deadline=None)
def test_later_goals_change_nothing(goods: Goods) -> None:
    """Whatever comes later, index and median stay what they were."""
    division = settled(goods, "mcloone")
    before = reached(division)
    for element, sign in itertools.product(range(len(goods.most)), (1.0, -1.0)):
        division.minimise(element, sign)
    assert all(now >= then - 1e-6 for now, then in zip(reached(division), before, strict=True))


def test_why_decisions_are_held() -> None:
    """Halfway between two divisions without any McLoone inequality there is one with it.

    So what is as good as a value is no convex set, and no linear program can hold it by itself.
    """
    one, other, even = np.array([1.0, 1.0, 3.0]), np.array([3.0, 1.0, 1.0]), np.ones(3)
    assert (index(one, even), index(other, even)) == (1, 1)
    assert index((one + other) / 2, even) == pytest.approx(5 / 6)


def policy_file(folder: Path, measure: str, over: str) -> Path:
    """A policy of one's own."""
    path = folder / "ours.toml"
    path.write_text(POLICY.format(measure=measure, over=over), encoding="utf-8")
    return path


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize(("kind", "seed"), [("scarce", 1), ("scarce", 3), ("starved", 2), ("starved", 5)])
def test_a_policy_file(kind: str, seed: int, whole: bool, tmp_path: Path) -> None:
    """What the finished plan's own tables say is what the goal says, in whole places too, without prices."""
    solution = solve(seeded(kind, seed), policy_file(tmp_path, "coverage", "group"), whole=whole)
    groups = solution.waiting.groupby("group")[["needs", "served"]].sum().query("needs > 0")
    told = solution.goals.query("aggregate == 'mcloone'").set_index("stage")
    cover = (groups["served"] / groups["needs"]).tolist()
    assert told.loc["", "value"] == pytest.approx(index(cover, groups["needs"].tolist()), abs=1e-5)
    assert told["unit"].tolist() == ["index", "share"]
    assert 2 not in set(solution.prices["goal"])


@pytest.mark.long
def test_a_limited_search_that_leaves_a_tie_out(tmp_path: Path) -> None:
    """Who is at the median counts, also where a search that found the plan did not say so.

    With such a one left out no plan but nothing for half of everybody would have the index found.
    """
    solution = solve(seeded("scarce", 0), policy_file(tmp_path, "coverage", "group-origin"))
    pairs = solution.waiting.groupby(["group", "municipality"])[["needs", "served"]].sum().query("needs > 0")
    told = solution.goals.query("aggregate == 'mcloone'").set_index("stage")["value"]
    found = index((pairs["served"] / pairs["needs"]).tolist(), pairs["needs"].tolist())
    assert told[""] == pytest.approx(found, abs=1e-6)
    assert told[""] > 0.9
    assert told["median"] > 0


def test_a_burden_is_refused_before_anything_is_solved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a load less is better: McLoone's index, which wants more for the lower half, does not fit."""
    monkeypatch.setattr(Pursuit, "minimise", None)
    with pytest.raises(PolicyError) as caught:
        solve(seeded("scarce", 1), policy_file(tmp_path, "relative_load", "municipality"))
    assert [problem.code for problem in caught.value.problems] == ["goal-of-wrong-sign"]
