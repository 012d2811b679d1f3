"""What an amount is worth: the curve, the lines that touch it, and the amounts that are worth something."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verdeling.aggregates.curves import Curve

ALPHA = st.sampled_from([0.0, 0.5, 1.0, 2.0, 5.0, 20.0])
AMOUNT = st.floats(0.05, 20.0)


def curve(alpha: float, unit: float = 1.0, floor: float = 0.0, step: float = np.nan) -> Curve:
    """A curve for one element."""
    return Curve(alpha, np.ones(1), unit, np.array([floor]), np.array([step]))


def worth(of: Curve, amount: float) -> float:
    (found,) = of.worth(np.array([amount]))
    return float(found)


@pytest.mark.parametrize(
    ("alpha", "expected"), [(0, 3.0), (0.5, 2.0), (1, np.log(4)), (2, 0.75), (3, 15 / 32)]
)
def test_worth(alpha: float, expected: float) -> None:
    """(4^(1 − alpha) − 1) ÷ (1 − alpha), and log 4 for alpha = 1."""
    assert worth(curve(alpha), 4.0) == pytest.approx(expected)


def test_worth_is_continuous_in_alpha() -> None:
    """Just beside 1 the power is as good as the logarithm."""
    for alpha in (1 - 1e-9, 1 + 1e-9):
        assert worth(curve(alpha), 7.0) == pytest.approx(np.log(7.0), abs=1e-7)


def test_nothing_is_worth_least() -> None:
    """Nothing is worth minus infinity from alpha = 1 on, and something finite below."""
    assert worth(curve(1.0), 0.0) == worth(curve(2.0), 0.0) == -np.inf
    assert worth(curve(0.5), 0.0) == pytest.approx(-2.0)


@pytest.mark.parametrize(("alpha", "times"), [(0.5, 100), (1.0, 10_000), (2.0, 10_000), (4.0, 10_000)])
def test_how_steep_a_curve_gets(alpha: float, times: float) -> None:
    """Where it goes on straight it is 10,000 times as steep as at the optimum, at most."""
    about, optimum = curve(alpha), np.array([7.0])
    slopes = [float(about.line(at)[0][0]) for at in (about.steepest(optimum), optimum)]
    assert slopes[0] / slopes[1] == pytest.approx(times)


@given(ALPHA, AMOUNT, AMOUNT, st.sampled_from([(0.0, np.nan), (1.0, np.nan), (1.0, 0.5), (0.2, 0.5)]))
@settings(max_examples=100, derandomize=True, deadline=None)
def test_lines_meet_the_curve_and_are_never_below_it(
    alpha: float, at: float, other: float, bends: tuple[float, float]
) -> None:
    """A line meets the curve where it was asked for and is nowhere below it, steps and floors included."""
    floor, step = bends
    about = curve(alpha, 3.0, floor, step)
    slope, constant = (float(side[0]) for side in about.line(np.array([at])))
    size = max(1.0, abs(constant))
    assert slope * at + constant == pytest.approx(worth(about, at), abs=1e-9 * size)
    assert slope * other + constant >= worth(about, other) - 1e-9 * size


@given(ALPHA, st.integers(0, 9))
@settings(max_examples=50, derandomize=True)
def test_steps_lose_nothing_at_whole_amounts(alpha: float, steps: int) -> None:
    """At the steps themselves the curve with steps is the curve without."""
    plain, stepped = curve(alpha, floor=0.5), curve(alpha, floor=0.5, step=0.5)
    assert worth(stepped, 0.5 * steps) == pytest.approx(worth(plain, 0.5 * steps))


@given(ALPHA, AMOUNT, AMOUNT)
@settings(max_examples=50, derandomize=True, deadline=None)
def test_the_equivalent_is_a_power_mean(alpha: float, first: float, second: float) -> None:
    """Given to both, the equivalent amount is worth what they have: the power mean, whatever the unit."""
    amounts, share = np.array([first, second]), np.array([0.25, 0.75])
    power = 1 - alpha
    expected = np.exp(share @ np.log(amounts)) if alpha == 1 else (share @ amounts**power) ** (1 / power)
    for unit in (expected, 0.1, 10.0):
        about = Curve(alpha, share, unit, np.zeros(2), np.full(2, np.nan))
        assert about.equivalent(amounts) == pytest.approx(expected, rel=1e-6)
