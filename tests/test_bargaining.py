"""Kalai–Smorodinsky: the same part of everybody's ideal, and what sets it apart from Nash."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from goods import Division, Goods, settled, some_goods
from verdeling.aggregates.ideals import ideals

NARROW = Goods([1, 1], [[1 / 3, 1], [1, 1 / 3]], [1, 1])
"""Between (0, 1), (3/4, 3/4) and (1, 0)."""

WIDE = Goods([1, 1], [[0.3, 1]], [1])
"""Between (0, 1), (1, 0.7) and (1, 0): more for the second at every level of the first."""


def most(goods: Goods, direction: np.ndarray) -> float:
    """How far a direction can be followed from nothing, by another solver."""
    rows = np.column_stack([-np.eye(len(goods.most)), direction * goods.scales])
    limits = np.column_stack([goods.matrix, np.zeros(len(goods.limits))])
    found = linprog(
        [0.0] * len(goods.most) + [-1.0],
        A_ub=np.vstack([rows, limits]),
        b_ub=[0.0] * len(goods.most) + list(goods.limits),
        bounds=[(0, limit) for limit in goods.most] + [(0, None)],
    )
    return float(-found.fun)


def test_the_equal_part_of_two_ideals() -> None:
    """One could have 9 and the other 3 of 9: three quarters are 27 ÷ 4 and 9 ÷ 4, all that there is."""
    division = settled(Goods([99, 3], [[1, 1]], [9]), "kalai_smorodinsky")
    assert division.value == pytest.approx(0.75)
    assert division.values == pytest.approx([6.75, 2.25])


@given(goods=some_goods())
@settings(max_examples=30, derandomize=True, deadline=None)
def test_the_smallest_part_is_as_large_as_can_be(goods: Goods) -> None:
    """Ideals and the part that all can have of them are those of another solver."""
    size = len(goods.most)
    best = np.array([most(goods, np.eye(size)[element]) for element in range(size)])
    division = Division(goods)
    assert ideals(division.pursuit, division.vector) == pytest.approx(best, abs=1e-6)
    division.settle("kalai_smorodinsky")
    assert division.value == pytest.approx(most(goods, best), abs=1e-7)
    assert (np.array(division.values) >= division.value * best - 1e-6).all()


@given(goods=some_goods())
@settings(max_examples=30, derandomize=True, deadline=None)
def test_nothing_is_left_that_anybody_could_have(goods: Goods) -> None:
    """No division gives all as much and somebody more."""
    division = settled(goods, "kalai_smorodinsky")
    reached = np.array(division.values)
    amounts = linprog(
        -1 / goods.scales,
        A_ub=goods.matrix,
        b_ub=goods.limits,
        bounds=list(zip(np.maximum(reached * goods.scales - 1e-7, 0), goods.most, strict=True)),
    )
    assert -amounts.fun == pytest.approx(reached.sum(), abs=1e-5)


def test_after_the_equal_part_the_next() -> None:
    """The first two share 4 and the third has 9 to itself: 2, 2 and all of 9, not 4.5."""
    division = settled(Goods([9, 9, 9], [[1, 1, 0]], [4]), "kalai_smorodinsky")
    assert division.values == pytest.approx([2, 2, 9])
    assert division.value == pytest.approx(0.5)


def test_monotone_where_nash_is_not() -> None:
    """More becomes possible with the same ideals: by this rule both gain, by Nash's the second loses.

    The example of Kalai & Smorodinsky (1975, doi:10.2307/1914280).
    """
    nash = [settled(goods, "nash").values for goods in (NARROW, WIDE)]
    assert nash[0] == pytest.approx([0.75, 0.75], abs=1e-3)
    assert nash[1] == pytest.approx([1, 0.7], abs=1e-3)
    equal = [settled(goods, "kalai_smorodinsky").values for goods in (NARROW, WIDE)]
    assert equal[0] == pytest.approx([0.75, 0.75])
    assert equal[1] == pytest.approx([1 / 1.3, 1 / 1.3])


@given(goods=some_goods(size=2), more=st.floats(1.0, 2.0))
@settings(max_examples=30, derandomize=True, deadline=None)
def test_two_gain_together_when_ideals_stay(goods: Goods, more: float) -> None:
    """Of two, nobody loses when limits together are widened and the ideals are as they were."""
    size = len(goods.most)
    before = Division(goods)
    best = ideals(before.pursuit, before.vector)
    before.settle("kalai_smorodinsky")
    kept = [
        min(limit, ideal * scale) for limit, ideal, scale in zip(goods.most, best, goods.scales, strict=True)
    ]
    wider = replace(goods, most=kept, limits=[more * limit for limit in goods.limits])
    after = settled(wider, "kalai_smorodinsky")
    assert all(after.values[element] >= before.values[element] - 1e-6 for element in range(size))


def test_the_unit_of_anyone_does_not_matter() -> None:
    """Counted in tens the second gets the same part of its ideal, and the same amount."""
    goods = Goods([9, 9, 9], [[1, 2, 3], [3, 1, 1]], [20, 16])
    other = replace(goods, scale=[1, 10, 1])
    amounts = [np.array(settled(each, "kalai_smorodinsky").values) * each.scales for each in (goods, other)]
    assert amounts[0] == pytest.approx(amounts[1])


def test_who_can_get_nothing_has_no_part() -> None:
    """An ideal of zero holds nobody back; where nobody can get anything there is nothing to do."""
    assert settled(Goods([0, 9, 9], [[1, 1, 1]], [12]), "kalai_smorodinsky").values == pytest.approx(
        [0, 6, 6]
    )
    assert settled(Goods([0, 0]), "kalai_smorodinsky").value == 0


@given(goods=some_goods(most=5, size=3))
@settings(max_examples=20, derandomize=True, deadline=None)
def test_the_smallest_part_in_whole_amounts(goods: Goods) -> None:
    """In whole amounts the smallest part of the fractional ideals is the best of all divisions."""
    fractional = Division(goods)
    best = ideals(fractional.pursuit, fractional.vector)
    division = settled(goods, "kalai_smorodinsky", whole=True)
    assert division.value == pytest.approx(
        max((values / best).min() for values in goods.whole_values()), abs=1e-6
    )
