"""Proportional fairness and alpha-fairness: closed forms, cvxpy, brute force, and what the theory says."""

from __future__ import annotations

from dataclasses import replace

import cvxpy as cp
import numpy as np
import pytest
from hypothesis import given, settings

from goods import Division, Goods, settled, some_goods, with_share
from longer import in_long_runs
from verdeling.aggregates.ideals import ideals, something_for_each
from verdeling.engine import solve
from verdeling.errors import PolicyError
from verdeling.generation import Size, generate
from verdeling.policy import Policy, read_policy

TWELVE = Goods([1, 99, 99], [[1, 1, 1]], [12])
"""Twelve for three, of whom the first can have one at most."""

ALPHAS = [0.0, 0.5, 1.0, 2.0, 5.0]


def power_mean(values: np.ndarray, share: np.ndarray, alpha: float) -> float:
    """The weighted power mean with exponent 1 − alpha; zero where somebody has nothing and alpha ≥ 1."""
    if alpha >= 1 and (values <= 0).any():
        return 0.0
    power = 1 - alpha
    if power == 0:
        return float(np.exp(share @ np.log(values)))
    return float((share @ values**power) ** (1 / power))


def by_cvxpy(goods: Goods, alpha: float) -> float:
    """The largest power mean, by an interior point method."""
    amounts = cp.Variable(len(goods.most))
    values = cp.multiply(1 / goods.scales, amounts)
    limits = [amounts >= 0, amounts <= np.array(goods.most, float), goods.matrix @ amounts <= goods.limits]
    if alpha == 1:
        worth = goods.shares @ cp.log(values)
    else:
        worth = goods.shares @ cp.power(values, 1 - alpha) / (1 - alpha)
    cp.Problem(cp.Maximize(worth), limits).solve(
        solver="CLARABEL", tol_gap_abs=1e-10, tol_gap_rel=1e-10, tol_feas=1e-10
    )
    return power_mean(np.maximum(np.asarray(values.value), 1e-12), goods.shares, alpha)


@pytest.mark.parametrize("alpha", [0.5, 1, 2, 5])
def test_who_is_limited_gets_the_limit_and_the_others_the_same(alpha: float) -> None:
    """Of twelve, with at most one for the first, the others get 5.5 each under any alpha above zero."""
    division = settled(TWELVE, "alpha_fair", alpha=alpha)
    assert division.values == pytest.approx([1, 5.5, 5.5], abs=5e-3)
    assert division.value == pytest.approx(power_mean(np.array([1, 5.5, 5.5]), np.ones(3) / 3, alpha))


def test_nash_divides_a_budget_by_weight() -> None:
    """Of what costs 2, 1 and 4 each spends its weight's part of the budget: 2, 3 and 5 of 20."""
    goods = with_share(Goods([99, 99, 99], [[2, 1, 4]], [20]), 2, 3, 5)
    division = settled(goods, "nash")
    assert division.values == pytest.approx([2, 6, 2.5], abs=2e-3)
    assert division.value == pytest.approx(2**0.2 * 6**0.3 * 2.5**0.5, abs=1e-7)


@pytest.mark.parametrize("alpha", [0.0, 0.5, 1.0, 2.0, 4.0])
@given(goods=some_goods())
@settings(max_examples=12, derandomize=True, deadline=None)
def test_agrees_with_cvxpy(alpha: float, goods: Goods) -> None:
    """On random limits the mean is that of an interior point method, within 1e-6."""
    assert settled(goods, "alpha_fair", alpha=alpha).value == pytest.approx(by_cvxpy(goods, alpha), rel=1e-6)


@given(goods=some_goods())
@settings(max_examples=20, derandomize=True, deadline=None)
def test_alpha_zero_is_the_total_and_one_is_nash(goods: Goods) -> None:
    """With alpha = 0 the mean is as large as for the total of what is weighed; with 1 it is Nash's."""
    even = with_share(goods, *[1] * len(goods.most))
    total = settled(even, "total").value
    assert settled(even, "alpha_fair", alpha=0).value == pytest.approx(total / len(goods.most), abs=1e-6)
    nash = settled(goods, "nash").value
    assert settled(goods, "alpha_fair", alpha=1).value == pytest.approx(nash, abs=1e-7)


@pytest.mark.parametrize("alpha", [20.0, 50.0])
@given(goods=some_goods())
@settings(max_examples=10, derandomize=True, deadline=None)
def test_large_alpha_is_near_leximin(alpha: float, goods: Goods) -> None:
    """The smallest is as near to leximin's as a power mean allows: (smallest share)^(1 ÷ (alpha − 1))."""
    best = settled(goods, "leximin").value
    reached = settled(goods, "alpha_fair", alpha=alpha)
    near = goods.shares.min() ** (1 / (alpha - 1))
    assert near * best - 1e-6 <= min(reached.values) <= best + 1e-6
    assert best - 1e-6 <= reached.value <= best / near + 1e-6


def test_larger_alpha_gives_more_to_the_smallest() -> None:
    """Where the first costs four times as much it gets the more the larger alpha is."""
    goods = Goods([99, 99], [[4, 1]], [20])
    smallest = [min(settled(goods, "alpha_fair", alpha=alpha).values) for alpha in (*ALPHAS, 20, 50)]
    assert smallest == sorted(smallest)
    assert smallest[1:4] == pytest.approx([1, 2.5, 20 / 6], abs=2e-3)


def test_nash_does_not_depend_on_the_scale_of_anyone() -> None:
    """Counted in tens instead of ones the second gets the same; with alpha = 2 it does not."""
    goods = with_share(Goods([9, 9, 9], [[1, 2, 3], [3, 1, 1]], [20, 16]), 1, 1, 1)
    other = replace(goods, scale=[1, 10, 1])
    amounts = [np.array(settled(each, "nash").values) * each.scales for each in (goods, other)]
    assert amounts[0] == pytest.approx(amounts[1], abs=1e-3)
    amounts = [np.array(settled(each, "alpha_fair", alpha=2).values) * each.scales for each in (goods, other)]
    assert np.abs(amounts[0] - amounts[1]).max() > 0.1


def test_proportional_fairness_by_its_definition() -> None:
    """At Nash's division no other one has relative gains that outweigh the relative losses."""
    goods = Goods([5, 9, 9], [[1, 2, 3], [3, 1, 1]], [20, 16])
    at = np.array(settled(goods, "nash").values)
    change = cp.Variable(3)
    relative = cp.sum(cp.multiply(goods.shares / at, change - at))
    limits = [change >= 0, change <= [5, 9, 9], goods.matrix @ change <= goods.limits]
    assert cp.Problem(cp.Maximize(relative), limits).solve() <= 1e-3


def test_who_can_get_nothing_is_left_out() -> None:
    """One element has no room at all: the others are divided as if it were not there."""
    goods = Goods([0, 99, 99], [[1, 1, 1]], [12])
    for aggregate, parameters in (("nash", {}), ("alpha_fair", {"alpha": 3.0})):
        division = settled(goods, aggregate, **parameters)
        assert division.values == pytest.approx([0, 6, 6], abs=5e-3)
        assert division.value == pytest.approx(6)
    assert settled(Goods([0, 0]), "nash").value == 0


def test_something_for_each() -> None:
    """The start gives something to all who can get something, and the ideals are what each can get alone."""
    division = Division(Goods([0, 9, 9, 9], [[0, 1, 2, 0]], [12]))
    start = something_for_each(division.pursuit, division.vector)
    assert start[0] == 0
    assert (start[1:] > 0).all()
    assert ideals(division.pursuit, division.vector) == pytest.approx([0, 9, 6, 9])
    assert division.pursuit.duals is None


@pytest.mark.parametrize("alpha", ALPHAS)
@given(goods=some_goods())
@settings(max_examples=8, derandomize=True, deadline=None)
def test_later_goals_cannot_profit_from_lines_that_are_too_few(alpha: float, goods: Goods) -> None:
    """Whatever comes later, the mean stays what it was within 1e-7."""
    division = settled(goods, "alpha_fair", alpha=alpha)
    before = division.value
    for element in range(len(goods.most)):
        division.minimise(element)
    assert division.value >= before * (1 - 1e-7)


@given(goods=some_goods())
@settings(max_examples=12, derandomize=True, deadline=None)
def test_the_gap_is_a_bound(goods: Goods) -> None:
    """What was reached and the gap together are not below what is possible, and the gap is small."""
    division = settled(goods, "alpha_fair", alpha=2)
    assert 0 <= division.pursuit.gap <= 1e-8 * division.value
    assert division.value + division.pursuit.gap >= by_cvxpy(goods, 2) * (1 - 1e-9)


@pytest.mark.parametrize("alpha", ALPHAS)
def test_prices_are_differences(alpha: float) -> None:
    """The dual of a limit is what a little more of it adds to the mean."""
    reached = [
        settled(Goods([5, 9, 9], [[1, 2, 3], [3, 1, 1]], [20, 16 + more]), "alpha_fair", alpha=alpha)
        for more in (0.0, 0.01)
    ]
    duals = reached[0].pursuit.duals
    assert duals is not None
    difference = (reached[1].value - reached[0].value) / 0.01
    assert -duals[1] == pytest.approx(difference, abs=2e-3)
    assert difference > 0.01


# Whole places


def best_whole(goods: Goods, alpha: float) -> float:
    """The largest power mean in whole amounts, by enumeration."""
    return max(power_mean(values, goods.shares, alpha) for values in goods.whole_values())


@pytest.mark.parametrize("alpha", [0.0, 0.5, 1.0, 2.0])
@given(goods=some_goods(most=5, size=3))
@settings(max_examples=15, derandomize=True, deadline=None)
def test_whole_amounts_agree_with_brute_force(alpha: float, goods: Goods) -> None:
    """In whole amounts the mean is the best of all, and is proved to be."""
    division = settled(goods, "alpha_fair", alpha=alpha, whole=True)
    assert division.values == pytest.approx(np.round(np.array(division.values) * goods.scales) / goods.scales)
    assert division.value == pytest.approx(best_whole(goods, alpha), rel=1e-6)
    assert division.pursuit.gap <= 1e-6 * division.value


def test_whole_amounts_give_something_to_as_many_as_possible() -> None:
    """Five want one of three that there are, the third wants two at once: three others get one each."""
    goods = with_share(Goods([1, 1, 1, 1, 1], [[1, 1, 2, 1, 1]], [3]), 1, 1, 1, 1, 1)
    division = settled(goods, "nash", whole=True)
    assert sum(division.values) == pytest.approx(3)
    assert division.values[2] == pytest.approx(0)
    assert division.value > 0


@pytest.mark.parametrize("alpha", ALPHAS)
@given(goods=some_goods(most=5, size=3))
@settings(max_examples=8, derandomize=True, deadline=None)
def test_later_goals_find_whole_amounts_that_are_as_good(alpha: float, goods: Goods) -> None:
    """Whatever comes later, in whole amounts the mean stays exactly what it was."""
    division = settled(goods, "alpha_fair", alpha=alpha, whole=True)
    before = division.value
    for element in range(len(goods.most)):
        division.minimise(element)
    assert division.value == pytest.approx(before, abs=1e-6)


@pytest.mark.parametrize("name", ["nash", "kalai-smorodinsky", *in_long_runs(["alpha-fair", "threshold"])])
def test_whole_places_of_a_region(name: str) -> None:
    """In a region where places are scarce the search ends near the fractional optimum, with a gap."""
    size = Size(municipalities=4, groups=4, place_types=3, years=3)
    solution = solve(generate(size, seed=3, tightness=1.3), name)
    first = solution.goals.iloc[0]
    assert solution.status in ("optimal", "near_optimal")
    assert first["status"] in ("optimal", "near_optimal")
    assert 0 <= first["gap"] <= first["loss"] + 1e-6 <= 0.05
    assert first["optimum"] < 1


@pytest.mark.parametrize("alpha", [-0.1, 50.1, float("nan")])
def test_alpha_out_of_range_is_refused(alpha: float) -> None:
    """Below zero the worst-off would count less, and beyond 50 numbers cannot tell amounts apart."""
    stated = read_policy("alpha-fair").model_dump()
    stated["goal"][0]["alpha"] = alpha
    with pytest.raises((PolicyError, ValueError), match="alpha"):
        Policy.model_validate(stated)
