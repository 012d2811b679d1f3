"""Convex goals in certificates: functions that no linear function with fitted weights is above."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verdeling.certifying.averages import Ahead, Ordered, PowerMean, Threshold, WorstPart
from verdeling.certifying.differences import AboveMean, Difference, Gini, LargestDeviation, Range
from verdeling.certifying.shapes import Fit, Level, dot
from verdeling.measures import Vector

if TYPE_CHECKING:
    from verdeling.certifying.shapes import Shape

SIZE = 5
SHARES = [Fraction(each, 20) for each in (1, 8, 4, 5, 2)]
ODD = np.array([0.3, 0.1, 0.4, 0.15, 0.25])
REGIONS = [[0, 0, 0, 0, 0], [0, 1, 0, 1, 1]]

numbers = st.lists(st.integers(-40, 40), min_size=SIZE, max_size=SIZE)


def elements(region: list[int]) -> Vector:
    """Elements of one or two regions with uneven shares, one of them in a region without a share of much."""
    index = pd.DataFrame({"municipality": range(SIZE)})
    terms = index.assign(column=range(SIZE), coefficient=1.0)
    return Vector(index, terms, "1", np.ones(SIZE), ODD, np.array(region))


def goals() -> list[Shape]:
    """Every convex goal, of one region and of two, where regions matter."""
    found: list[Shape] = []
    for region in REGIONS:
        vector = elements(region)
        found += [Range(vector), LargestDeviation(vector), AboveMean(vector, 2), Gini(vector)]
    scale = [Fraction(each, 10) for each in (5, 3, 2, 0, 0)]
    found += [Ordered(scale), Ordered([Fraction(1, SIZE)] * SIZE)]
    found += [WorstPart(Fraction(1, 5), SHARES), WorstPart(Fraction(1), SHARES)]
    found += [Threshold(Fraction(7), SHARES), Threshold(Fraction(0), SHARES)]
    return found


def curves() -> list[Shape]:
    """Power means: of what elements have, so that expressions are not above zero."""
    return [PowerMean(alpha, SHARES, 5.0) for alpha in (0.0, 0.5, 1.0, 2.0, 4.0)]


def ahead() -> list[Ahead]:
    """Means with thresholds below, amid and above what elements could have at most."""
    most = [Fraction(each) for each in (9, 2, 30, 12, 7)]
    return [Ahead(Fraction(threshold), SHARES, most) for threshold in (0, 1, 7, 100)]


def bounded(shape: Shape, weights: list[Fraction], values: list[Fraction]) -> None:
    """Whatever weights are fitted, the linear function is not above the goal, in exact numbers."""
    fit = shape.fitted(weights)
    if fit is not None:
        assert fit.total > 0
        assert fit.total * shape.value(values) >= dot(fit.weights, values) + fit.constant


@settings(max_examples=30)
@given(numbers, numbers)
def test_wrong_weights_are_never_above_the_goal(weights: list[int], values: list[int]) -> None:
    """Weights that have nothing to do with a goal give a linear function that it is nowhere below."""
    wrong = [Fraction(each, 7) for each in weights]
    for shape in goals():
        bounded(shape, wrong, [Fraction(each) for each in values])
    for shape in curves():
        bounded(shape, wrong, [Fraction(-abs(each)) for each in values])
    for each in ahead():
        sizes = zip(values, each.most, strict=True)
        bounded(each, wrong, [-min(Fraction(abs(value)), most) for value, most in sizes])


@settings(max_examples=25)
@given(numbers, numbers)
def test_lines_meet_the_goal(values: list[int], others: list[int]) -> None:
    """The weights of a line reach the goal where it touches, also thrice; a sum of two lines is a bound."""
    for shape, sign in [*((each, 1) for each in goals()), *((each, -1) for each in curves())]:
        at, beside = ([float(v if sign > 0 else -1 - abs(v)) for v in some] for some in (values, others))
        exact = [Fraction(each) for each in at]
        lines = [shape.lines(np.array(some))[0] for some in (at, beside)]
        fit = shape.fitted([Fraction(each) for each in lines[0].tolist()])
        goal = shape.value(exact)
        assert fit is not None
        reached = (dot(fit.weights, exact) + fit.constant) / fit.total
        assert abs(reached - goal) < Fraction(1e-9)
        thrice = shape.fitted([3 * Fraction(each) for each in lines[0].tolist()])
        assert thrice is not None
        assert abs(dot(thrice.weights, exact) - 3 * dot(fit.weights, exact)) < Fraction(1e-9)
        bounded(shape, [Fraction(each) for each in (lines[0] + 2 * lines[1]).tolist()], exact)


def test_goals_are_what_they_are_called() -> None:
    """By hand: 1, 2 and 6 with shares of a half, a quarter and a quarter, of which the mean is 2.5."""
    index = pd.DataFrame({"municipality": range(3)})
    terms = index.assign(column=range(3), coefficient=1.0)
    share = np.array([0.5, 0.25, 0.25])
    vector = Vector(index, terms, "1", np.ones(3), share, np.zeros(3, dtype=np.int64))
    halves, values = [Fraction(1, 2), Fraction(1, 4), Fraction(1, 4)], [Fraction(each) for each in (1, 2, 6)]
    assert Range(vector).value(values) == 5
    assert LargestDeviation(vector).value(values) == Fraction(7, 2)
    assert AboveMean(vector).value(values) == Fraction(7, 8)
    assert AboveMean(vector, 2).value(values) == Fraction(7, 4)
    assert Gini(vector).value(values) == Fraction(1, 8) + Fraction(5, 8) + Fraction(1, 4)
    assert Ordered([Fraction(1, 2), Fraction(1, 2), Fraction(0)]).value(values) == 4
    assert WorstPart(Fraction(1, 2), halves).value(values) == 4
    less = [-each for each in values]
    assert Threshold(Fraction(2), halves).value(less) == -(Fraction(1, 2) + Fraction(2, 4) + Fraction(3, 4))
    far = Ahead(Fraction(3), halves, [Fraction(10)] * 3)
    assert far.value(less) == -(Fraction(1, 2) + Fraction(1, 4) + Fraction(3, 4))
    assert Ahead(Fraction(0), halves, [Fraction(10)] * 3).value(less) == -Fraction(5, 2)
    assert PowerMean(0.0, halves, 1.0).value(less) == -Fraction(5, 2)
    assert float(PowerMean(1.0, halves, 1.0).value(less)) == pytest.approx(-(12**0.25))
    assert float(PowerMean(2.0, halves, 1.0).value(less)) == pytest.approx(-1 / (0.5 + 0.125 + 1 / 24))


def test_nobody_without_weights_bounds_anything() -> None:
    """Weights of zero, or of a sign that does not count, fit nothing; differences are not below zero."""
    nothing = [Fraction(0)] * SIZE
    for shape in [*goals(), *curves(), *ahead(), Level(np.ones(SIZE, dtype=bool), nothing)]:
        fit = shape.fitted(nothing)
        assert fit == (Fit(nothing, Fraction(1)) if isinstance(shape, Difference) else None)
    inactive = Level(np.array([True, False, False, False, False]), nothing)
    assert inactive.fitted([Fraction(-1), *[Fraction(1)] * 4]) is None
