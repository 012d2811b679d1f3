from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hand_made import PLACEMENTS, SHARES, TABLES, more, small, table
from verdeling.errors import InstanceError
from verdeling.fairness import INDICATORS, indicators, weighted_gini

if TYPE_CHECKING:
    import pandas as pd

SMALL = small()


def values(placements: pd.DataFrame, shares: pd.Series[float] = SHARES) -> dict[str, float]:
    """Value of each indicator by name."""
    measured = indicators(SMALL, placements, shares).set_index("indicator")["value"]
    return {str(name): float(value) for name, value in measured.items()}


def test_a_finished_plan_is_measured_as_counted_by_hand() -> None:
    """22 of 22 households are housed, one a year late; loads are 8 of 2.2, 3 of 8.8 and 2 of 2."""
    found = values(table(PLACEMENTS))
    loads, weights = np.array([8 / 2.2, 3 / 8.8, 1.0]), np.array([0.1, 0.4, 0.5])
    assert found == pytest.approx(
        {
            "coverage": 1,
            "waiting": 1,
            "heaviest": 8 / 2.2,
            "lightest": 3 / 8.8,
            "range": 8 / 2.2 - 3 / 8.8,
            "gini": brute_gini(loads, weights),
        }
    )


def test_one_place_less_is_one_household_not_covered_and_waiting() -> None:
    """Taking a place away in the first of two years lowers coverage by one and adds two household-years."""
    fewer = more(PLACEMENTS, -1, municipality="GM2", group="regular", year=2027)
    found = values(fewer)
    assert found["coverage"] == pytest.approx(21 / 22)
    assert found["waiting"] == pytest.approx(3)
    assert found["heaviest"] == pytest.approx(8 / 2.2)


def test_the_table_says_unit_direction_and_range_of_every_indicator() -> None:
    """Every registered indicator has a row, a unit and a direction."""
    measured = indicators(SMALL, table(PLACEMENTS), SHARES)
    assert measured.columns.tolist() == ["indicator", "value", "unit", "better", "range"]
    assert measured["indicator"].tolist() == list(INDICATORS)
    assert set(measured["better"]) == {"higher", "lower"}
    assert (measured[["unit", "range"]] != "").all(axis=None)


def test_a_region_whose_needs_weigh_nothing_has_no_relative_loads() -> None:
    """Where nobody with a burden looks, a municipality has no relative load and is left out."""
    instance = small(needs=TABLES["needs"].replace("status,GM3,,2027,2", "regular,GM3,,2027,2"))
    placements = table(PLACEMENTS).query("municipality != 'GM3'")
    measured = indicators(instance, placements, SHARES).set_index("indicator")["value"]
    assert measured["heaviest"] == pytest.approx(8 / 2.2)
    assert measured["lightest"] == pytest.approx(3 / 8.8)


def test_without_any_load_the_loads_have_no_value() -> None:
    """NaN stands where nothing can be measured, and coverage of nobody is full."""
    needs = "group,municipality,region,year,households\nregular,GM2,,2027,0\nregular,GM2,,2028,0"
    measured = indicators(small(needs=needs), table(PLACEMENTS).iloc[:0], SHARES)
    numbers = measured.set_index("indicator")["value"]
    assert numbers[["coverage", "waiting"]].tolist() == [1, 0]
    assert numbers[["heaviest", "lightest", "range", "gini"]].isna().all()


@pytest.mark.parametrize("shares", [SHARES.drop("GM1"), SHARES.replace(0.2, 0.0)])
def test_a_relative_load_needs_a_share(shares: pd.Series[float]) -> None:
    """A municipality without a share above zero is named and refused."""
    with pytest.raises(InstanceError, match="GM1 has no fair share above zero"):
        values(table(PLACEMENTS), shares)


def brute_gini(loads: np.ndarray, weights: np.ndarray) -> float:
    """Σ_i Σ_j w_i w_j |x_i − x_j| ÷ (2 Σ_i w_i x_i), with Σ w = 1, pair by pair."""
    weights = weights / weights.sum()
    pairs = itertools.product(zip(weights, loads, strict=True), repeat=2)
    apart = sum(one * other * abs(x - y) for (one, x), (other, y) in pairs)
    mean = float(weights @ loads)
    return float(apart / (2 * mean)) if mean else 0.0


PAIRS = st.lists(st.tuples(st.integers(0, 1000), st.integers(1, 100)), min_size=1, max_size=12)


@given(PAIRS)
def test_gini_is_the_mean_difference_of_pairs(pairs: list[tuple[int, int]]) -> None:
    """The formula on sorted values equals the sum over all pairs, and stays between 0 and 1."""
    loads, weights = np.array(pairs, dtype=float).T
    found = weighted_gini(loads, weights)
    assert found == pytest.approx(brute_gini(loads, weights), abs=1e-12)
    assert 0 <= found < 1


@given(PAIRS, st.floats(0.01, 100))
def test_gini_knows_no_unit_and_no_order(pairs: list[tuple[int, int]], factor: float) -> None:
    """Scaling loads or weights, turning the order or splitting an element in two changes nothing."""
    loads, weights = np.array(pairs, dtype=float).T
    expected = pytest.approx(weighted_gini(loads, weights), abs=1e-9)
    assert weighted_gini(loads * factor, weights / factor) == expected
    assert weighted_gini(loads[::-1], weights[::-1]) == expected
    assert weighted_gini(np.append(loads, loads[0]), np.append(weights, 0.0)) == expected
    halves = np.append(weights, weights[0] / 2)
    halves[0] /= 2
    assert weighted_gini(np.append(loads, loads[0]), halves) == expected
