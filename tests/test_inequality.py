"""Indexes of inequality: formulas as plain loops, textbook numbers, another library, and their laws."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from verdeling.fairness.inequality import (
    weighted_atkinson,
    weighted_gini,
    weighted_hoover,
    weighted_jain,
    weighted_mcloone,
    weighted_median,
    weighted_palma,
    weighted_theil,
    weighted_variation,
)

Index = Callable[[np.ndarray, np.ndarray], float]
Pairs = list[tuple[int, int]]


def atkinson_half(values: np.ndarray, weights: np.ndarray) -> float:
    return weighted_atkinson(values, weights, 0.5)


def atkinson_one(values: np.ndarray, weights: np.ndarray) -> float:
    return weighted_atkinson(values, weights, 1.0)


def atkinson_two(values: np.ndarray, weights: np.ndarray) -> float:
    return weighted_atkinson(values, weights, 2.0)


STRICT = [weighted_gini, weighted_theil, atkinson_half, atkinson_one, atkinson_two, weighted_variation]
"""Measures of inequality that see every transfer."""
WEAK = [weighted_hoover, weighted_palma]
"""Measures of inequality that no transfer worsens."""
EQUALITY = [weighted_jain, weighted_mcloone]
"""Measures of equality: higher is better."""
ALL = [*STRICT, *WEAK, *EQUALITY]
AT_EQUALITY = {weighted_palma: 0.25, weighted_jain: 1.0, weighted_mcloone: 1.0}
MOST = {weighted_theil: math.inf, weighted_variation: math.inf, weighted_palma: math.inf}

PAIRS = st.lists(st.tuples(st.integers(0, 1000), st.integers(1, 100)), min_size=1, max_size=12)
"""Amounts and weights."""
FILLED = st.lists(st.tuples(st.integers(1, 1000), st.integers(1, 100)), min_size=2, max_size=12)
FEW = st.lists(st.tuples(st.integers(1, 50), st.integers(1, 4)), min_size=1, max_size=6)


def arrays(pairs: Pairs) -> tuple[np.ndarray, np.ndarray]:
    values, weights = np.array(pairs, dtype=float).T
    return values, weights


# Formulas as plain loops, over units of weight 1: every element as often as it weighs


def plain(name: str, units: list[float]) -> float:
    """An index of equal units, from its definition."""
    units = sorted(units)
    count, mean = len(units), sum(units) / len(units)
    half = count // 2
    median = units[half] if count % 2 else (units[half - 1] + units[half]) / 2
    upper = [unit for unit in units if unit >= median]

    def first(part: float) -> float:
        """What the lightest part carries; a unit on the border is split."""
        whole = math.floor(part * count + 1e-9)
        return sum(units[:whole]) + (part * count - whole) * ([*units, 0.0])[whole]

    answers = {
        "gini": lambda: sum(abs(x - y) for x in units for y in units) / (2 * count**2 * mean),
        "theil": lambda: sum(x / mean * math.log(x / mean) for x in units) / count,
        "hoover": lambda: sum(abs(x - mean) for x in units) / (2 * count * mean),
        "atkinson_half": lambda: 1 - (sum(math.sqrt(x) for x in units) / count) ** 2 / mean,
        "atkinson_one": lambda: 1 - math.prod(x ** (1 / count) for x in units) / mean,
        "atkinson_two": lambda: 1 - count / sum(1 / x for x in units) / mean,
        "variation": lambda: math.sqrt(sum((x - mean) ** 2 for x in units) / count) / mean,
        "jain": lambda: sum(units) ** 2 / (count * sum(x * x for x in units)),
        "mcloone": lambda: len(upper) * median / sum(upper),
        "palma": lambda: (sum(units) - first(0.9)) / first(0.4),
        "median": lambda: median,
    }
    return float(answers[name]())


@pytest.mark.parametrize("index", [*ALL, weighted_median], ids=lambda index: index.__name__)
@given(FEW)
@settings(max_examples=60)
def test_weights_stand_for_repeated_units(index: Index, pairs: Pairs) -> None:
    """An index of weighted elements is the textbook formula on as many equal units."""
    units = [float(value) for value, weight in pairs for _ in range(weight)]
    assert index(*arrays(pairs)) == pytest.approx(plain(index.__name__.removeprefix("weighted_"), units))


@given(FEW)
@settings(max_examples=60)
def test_another_library_agrees(pairs: Pairs) -> None:
    """Gini, Theil, Atkinson and Hoover (Schutz's distance) are those of PySAL's inequality."""
    pytest.importorskip("inequality")
    from inequality.atkinson import atkinson
    from inequality.gini import Gini
    from inequality.schutz import Schutz
    from inequality.theil import Theil

    values, weights = arrays(pairs)
    units = np.repeat(values, weights.astype(int))
    witness = {
        weighted_gini: Gini(units).g,
        weighted_theil: Theil(units).T,
        weighted_hoover: Schutz(pd.DataFrame({"load": units}), "load").distance,
        atkinson_half: atkinson(units, 0.5),
        atkinson_one: atkinson(units, 1),
        atkinson_two: atkinson(units, 2),
    }
    for index, expected in witness.items():
        assert index(values, weights) == pytest.approx(float(expected), abs=1e-12), index.__name__


@pytest.mark.parametrize(
    ("index", "values", "expected"),
    [
        (weighted_gini, [1, 2, 3, 4, 5], 4 / 15),
        (weighted_theil, [0, 0, 0, 1], math.log(4)),
        (weighted_hoover, [0, 0, 2, 2], 0.5),
        (atkinson_half, [1, 9], 0.2),
        (atkinson_one, [1, 9], 0.4),
        (atkinson_two, [1, 9], 0.64),
        (weighted_jain, [0, 0, 1, 1], 0.5),
        (weighted_variation, [1, 3], 0.5),
        (weighted_mcloone, [1, 2, 4, 6], 0.6),
        (weighted_mcloone, [0, 0, 5], 0.0),
        (weighted_palma, [1, 1, 1, 1, 1, 1, 1, 1, 1, 8], 2.0),
        (weighted_palma, [0, 0, 1, 1, 1], math.inf),
        (weighted_median, [4, 1, 2, 6], 3.0),
    ],
)
def test_known_numbers(index: Index, values: list[float], expected: float) -> None:
    """Numbers that are easily checked by hand."""
    assert index(np.array(values, dtype=float), np.ones(len(values))) == pytest.approx(expected)


def test_nothing_at_the_light_end_is_infinite_also_when_weights_round() -> None:
    """Four tenths that carry nothing are four tenths, whatever their weights add up to in binary."""
    assert weighted_palma(np.array([0.0, 0, 0, 0, 1]), np.array([0.1, 0.1, 0.1, 0.1, 0.6])) == math.inf


# Laws


@pytest.mark.parametrize("index", ALL, ids=lambda index: index.__name__)
@given(PAIRS, st.floats(0.01, 100))
@settings(max_examples=60)
def test_no_unit_no_order_no_borders(index: Index, pairs: Pairs, factor: float) -> None:
    """Scaling loads or weights, turning the order or splitting an element in two changes nothing."""
    values, weights = arrays(pairs)
    expected = pytest.approx(index(values, weights), abs=1e-9)
    assert index(values * factor, weights) == expected
    assert index(values, weights / factor) == expected
    assert index(values[::-1], weights[::-1]) == expected
    assert index(np.append(values, 7.0), np.append(weights, 0.0)) == expected
    halves = np.append(weights, weights[0] / 2)
    halves[0] /= 2
    assert index(np.append(values, values[0]), halves) == expected


@pytest.mark.parametrize("index", ALL, ids=lambda index: index.__name__)
@given(st.integers(0, 1000), st.lists(st.integers(1, 100), min_size=1, max_size=8))
@settings(max_examples=40)
def test_equal_is_equal(index: Index, value: int, weights: list[int]) -> None:
    """Where all carry the same, and where nobody carries anything, the index says that they are equal."""
    found = index(np.full(len(weights), float(value)), np.array(weights, dtype=float))
    assert found == pytest.approx(AT_EQUALITY.get(index, 0.0), abs=1e-7)


@pytest.mark.parametrize("index", ALL, ids=lambda index: index.__name__)
@given(PAIRS)
@settings(max_examples=60)
def test_bounds(index: Index, pairs: Pairs) -> None:
    """No index leaves its range, and Theil's has a bound by the smallest weight."""
    values, weights = arrays(pairs)
    found = index(values, weights)
    least = 0.25 - 1e-12 if index is weighted_palma else 0.0
    assert least <= found <= MOST.get(index, 1.0)
    if index is weighted_theil:
        assert found <= math.log(weights.sum() / weights.min()) + 1e-12


@pytest.mark.parametrize("index", [*ALL, weighted_median], ids=lambda index: index.__name__)
def test_without_weight_there_is_no_index(index: Index) -> None:
    """NaN stands where nothing can be measured."""
    assert math.isnan(index(np.empty(0), np.empty(0)))
    assert math.isnan(index(np.ones(2), np.zeros(2)))


@given(PAIRS)
def test_jain_and_variation_say_the_same(pairs: Pairs) -> None:
    """Jain's index is one over one plus the square of the coefficient of variation."""
    values, weights = arrays(pairs)
    assert weighted_jain(values, weights) == pytest.approx(1 / (1 + weighted_variation(values, weights) ** 2))


def transferred(pairs: Pairs, part: float) -> tuple[np.ndarray, np.ndarray]:
    """Amounts before and after a transfer between the first two that does not turn them round."""
    values, weights = arrays(pairs)
    high, low = (0, 1) if values[0] > values[1] else (1, 0)
    assume(values[high] > values[low])
    amount = part * (values[high] - values[low]) / (1 / weights[high] + 1 / weights[low])
    after = values.copy()
    after[high] -= amount / weights[high]
    after[low] += amount / weights[low]
    return values, after


@pytest.mark.parametrize("index", STRICT, ids=lambda index: index.__name__)
@given(FILLED, st.floats(0.1, 1))
@settings(max_examples=60)
def test_every_transfer_is_seen(index: Index, pairs: Pairs, part: float) -> None:
    """Pigou and Dalton: what moves from a heavier to a lighter one makes the index smaller."""
    before, after = transferred(pairs, part)
    weights = arrays(pairs)[1]
    assert index(after, weights) < index(before, weights)


@given(FILLED, st.floats(0.1, 1))
@settings(max_examples=60)
def test_jain_sees_every_transfer(pairs: Pairs, part: float) -> None:
    """Jain's index, of equality, becomes larger."""
    before, after = transferred(pairs, part)
    weights = arrays(pairs)[1]
    assert weighted_jain(after, weights) > weighted_jain(before, weights)


@pytest.mark.parametrize("index", WEAK, ids=lambda index: index.__name__)
@given(PAIRS.filter(lambda pairs: len(pairs) > 1), st.floats(0.1, 1))
@settings(max_examples=60)
def test_no_transfer_worsens(index: Index, pairs: Pairs, part: float) -> None:
    """Hoover and Palma do not rise with a transfer."""
    before, after = transferred(pairs, part)
    weights = arrays(pairs)[1]
    assert index(after, weights) <= index(before, weights) * (1 + 1e-9) + 1e-12


def of_units(index: Index, *values: float) -> float:
    return index(np.array(values), np.ones(len(values)))


def test_hoover_does_not_see_a_transfer_above_the_mean() -> None:
    """Between 4 and 6, both above the mean of 3, load moves unseen (Cowell, Measuring Inequality, 2011)."""
    assert of_units(weighted_hoover, 1, 1, 4, 6) == of_units(weighted_hoover, 1, 1, 5, 5)


def test_palma_does_not_see_the_middle() -> None:
    """Between the lightest four tenths and the heaviest tenth load can move unseen."""
    rest = (1.0, 1.0, 1.0, 1.0, 2.0, 2.0)
    assert of_units(weighted_palma, *rest, 3, 5, 5, 9) == pytest.approx(9 / 4)
    assert of_units(weighted_palma, *rest, 4, 4, 5, 9) == pytest.approx(9 / 4)


def test_mcloone_can_worsen_by_a_transfer() -> None:
    """From 1, 2, 6 a quarter moves from 2 to 1; the median falls, and the index (Chen & Hooker, 2023)."""
    assert of_units(weighted_mcloone, 1, 2, 6) == 0.5
    assert of_units(weighted_mcloone, 1.25, 1.75, 6) == pytest.approx(3.5 / 7.75)


def test_mcloone_does_not_jump_at_rounding() -> None:
    """Who is at the median but for the rounding of a solver counts as at it."""
    exact = weighted_mcloone(np.array([14.0, 4.0, 2.0]) / [16, 16, 8], np.array([0.4, 0.4, 0.2]))
    near = weighted_mcloone(np.array([14.0, 4.0 - 3e-8, 2.0]) / [16, 16, 8], np.array([0.4, 0.4, 0.2]))
    assert near == pytest.approx(exact, abs=1e-6)


def test_mcloone_mirrors_verstegen() -> None:
    """It is one over the mean of those at or above the median relative to the median."""
    assert of_units(weighted_mcloone, 2, 4, 4, 5, 11) == pytest.approx(1 / (np.mean([4, 4, 5, 11]) / 4))


def test_atkinson_counts_the_light_end() -> None:
    """As far below the mean weighs more than as far above it; one that has nothing settles it for ε = 1."""
    assert of_units(atkinson_half, 0, 3, 3) > of_units(atkinson_half, 1, 1, 4)
    assert of_units(atkinson_one, 0, 3, 3) == of_units(atkinson_one, 0, 0, 1) == 1
    assert of_units(atkinson_half, 0, 3, 3) < of_units(atkinson_half, 0, 0, 1)
