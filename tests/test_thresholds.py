"""Threshold criteria: Hooker & Williams by enumeration, the extremes, and where the concern changes."""

from __future__ import annotations

import itertools
from dataclasses import replace

import cvxpy as cp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from goods import Goods, settled, some_goods, with_share

THRESHOLD = st.sampled_from([0.0, 0.3, 1.0, 2.5])

PATIENTS = Goods([9, 9], [[3, 1]], [12])
"""A first who costs three times as much as the second: 3 each, or 1 and 9."""


def by_utility(values: np.ndarray, share: np.ndarray, threshold: float) -> float:
    """The criterion by its definition."""
    return float(share @ np.maximum(values - threshold, values.min()))


def by_equity(values: np.ndarray, share: np.ndarray, threshold: float) -> float:
    """The criterion by its definition."""
    return float(share @ np.minimum(values, values.min() + threshold))


def by_enumeration(goods: Goods, threshold: float) -> float:
    """The best over every choice of who is ahead: those for what they have, the others for the smallest."""
    size = len(goods.most)
    found = []
    for ahead in itertools.product([False, True], repeat=size):
        chosen = np.array(ahead)
        mean = np.append(goods.shares * chosen / goods.scales, goods.shares[~chosen].sum())
        smallest = np.column_stack([-np.diag(1 / goods.scales), np.ones(size)])
        limits = np.column_stack([goods.matrix, np.zeros(len(goods.limits))])
        best = linprog(
            -mean,
            A_ub=np.vstack([smallest, limits]),
            b_ub=[0.0] * size + list(goods.limits),
            bounds=[(0, limit) for limit in goods.most] + [(0, None)],
        )
        found.append(-best.fun - threshold * goods.shares[chosen].sum())
    return max(found)


def by_cvxpy(goods: Goods, threshold: float) -> float:
    """The equity threshold as a concave function."""
    amounts = cp.Variable(len(goods.most))
    values = cp.multiply(1 / goods.scales, amounts)
    counted = goods.shares @ cp.minimum(values, cp.min(values) + threshold)
    limits = [amounts >= 0, amounts <= np.array(goods.most, float), goods.matrix @ amounts <= goods.limits]
    return float(cp.Problem(cp.Maximize(counted), limits).solve(solver="CLARABEL"))


@given(goods=some_goods(), threshold=THRESHOLD)
@settings(max_examples=30, derandomize=True, deadline=None)
def test_utility_threshold_agrees_with_enumeration(goods: Goods, threshold: float) -> None:
    """The mixed-integer program finds the best of all choices of who is ahead, groups of unequal size too."""
    division = settled(goods, "utility_threshold", threshold=threshold)
    assert division.value == pytest.approx(by_enumeration(goods, threshold), abs=1e-6)
    assert division.value == pytest.approx(by_utility(np.array(division.values), goods.shares, threshold))
    assert division.pursuit.gap <= 1e-6


@given(goods=some_goods(), threshold=THRESHOLD)
@settings(max_examples=25, derandomize=True, deadline=None)
def test_equity_threshold_agrees_with_cvxpy(goods: Goods, threshold: float) -> None:
    """The linear program finds what an interior point method finds."""
    division = settled(goods, "equity_threshold", threshold=threshold)
    assert division.value == pytest.approx(by_cvxpy(goods, threshold), abs=1e-6)
    assert division.value == pytest.approx(by_equity(np.array(division.values), goods.shares, threshold))


@given(goods=some_goods())
@settings(max_examples=15, derandomize=True, deadline=None)
def test_the_extremes(goods: Goods) -> None:
    """Without a threshold one is the mean and the other the minimum; with a large one the other way round."""
    mean = settled(goods, "alpha_fair", alpha=0).value
    least = settled(goods, "minimum").value
    ends = {"utility_threshold": (mean, least), "equity_threshold": (least, mean)}
    for aggregate, (without, large) in ends.items():
        assert settled(goods, aggregate, threshold=0).value == pytest.approx(without, abs=1e-6)
        assert settled(goods, aggregate, threshold=1e3).value == pytest.approx(large, abs=1e-6)


@pytest.mark.parametrize(
    ("threshold", "expected"), [(2.0, [1, 9]), (3.9, [1, 9]), (4.1, [3, 3]), (9.0, [3, 3])]
)
def test_where_the_concern_changes(threshold: float, expected: list[float]) -> None:
    """Of 12 hours at 3 and 1 each: 1 and 9 count (1 + 9 − threshold) ÷ 2, and 3 each counts 3.

    They are worth the same at a threshold of 4 (Hooker & Williams 2012, doi:10.1287/mnsc.1120.1515).
    """
    assert settled(PATIENTS, "utility_threshold", threshold=threshold).values == pytest.approx(expected)


def test_sizes_are_weights() -> None:
    """Where the cheap group is the smaller one, less of a threshold makes the worst-off come first.

    1 and 9 count (2 · 1 + 9 − threshold) ÷ 3, 3 each counts 3: the same at 2.
    """
    goods = with_share(PATIENTS, 2, 1)
    assert settled(goods, "utility_threshold", threshold=1.9).values == pytest.approx([1, 9])
    assert settled(goods, "utility_threshold", threshold=2.1).values == pytest.approx([3, 3])


def test_equity_threshold_lets_the_second_be_so_far_ahead() -> None:
    """What is beyond the threshold counts for nothing: the second is 2 ahead of 2.5, and not more."""
    division = settled(PATIENTS, "equity_threshold", threshold=2)
    assert division.values == pytest.approx([2.5, 4.5])
    assert division.value == pytest.approx(3.5)


@pytest.mark.parametrize("aggregate", ["utility_threshold", "equity_threshold"])
@given(goods=some_goods(), threshold=THRESHOLD)
@settings(max_examples=10, derandomize=True, deadline=None)
def test_later_goals_change_nothing(aggregate: str, goods: Goods, threshold: float) -> None:
    """Whatever comes later, the criterion stays what it was."""
    division = settled(goods, aggregate, threshold=threshold)
    before = division.value
    for element in range(len(goods.most)):
        division.minimise(element)
    assert division.value >= before - 1e-6


@pytest.mark.parametrize("aggregate", ["utility_threshold", "equity_threshold"])
def test_prices_are_differences(aggregate: str) -> None:
    """The dual of a limit is what one more adds, as long as the same ones are ahead."""
    reached = [settled(replace(PATIENTS, limits=[12 + more]), aggregate, threshold=2) for more in (0.0, 0.1)]
    duals = reached[0].pursuit.duals
    assert duals is not None
    assert -duals[0] == pytest.approx((reached[1].value - reached[0].value) / 0.1, abs=1e-6)
    assert -duals[0] > 0.1


def test_who_can_get_nothing_is_left_out() -> None:
    """An element without any room does not make the worst-off hopeless."""
    goods = with_share(Goods([0, 9, 9], [[0, 3, 1]], [12]), 1, 1, 1)
    for aggregate in ("utility_threshold", "equity_threshold"):
        assert settled(goods, aggregate, threshold=2).values[1:] == pytest.approx(
            settled(PATIENTS, aggregate, threshold=2).values
        )
        assert settled(Goods([0, 0]), aggregate, threshold=2).value == 0


@pytest.mark.parametrize(
    ("aggregate", "count"), [("utility_threshold", by_utility), ("equity_threshold", by_equity)]
)
@given(goods=some_goods(most=5, size=3), threshold=THRESHOLD)
@settings(max_examples=15, derandomize=True, deadline=None)
def test_whole_amounts_agree_with_brute_force(
    aggregate: str, count: object, goods: Goods, threshold: float
) -> None:
    """In whole amounts the criterion is the best of all divisions, and is proved to be."""
    division = settled(goods, aggregate, whole=True, threshold=threshold)
    assert callable(count)
    best = max(count(values, goods.shares, threshold) for values in goods.whole_values())
    assert division.value == pytest.approx(best, abs=1e-6)
    assert division.pursuit.gap <= 1e-6
