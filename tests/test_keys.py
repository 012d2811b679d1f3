"""Fair shares for solving: weights of attributes, per region, never zero."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from verdeling.errors import PolicyError
from verdeling.keys import fair_shares
from verdeling.policy import Component, Key

TOWNS = pd.DataFrame(
    {
        "municipality": ["A", "B", "C"],
        "name": ["Aadorp", "Beek", "Ceintuur"],
        "region": ["north", "north", "south"],
        "population": [1000, 3000, 500],
        "dwellings": [200, 200, 50],
        "plans": [0, 100, 30],
        "stations": [1, 1, 0],
        "income": [30.0, -1.0, 20.0],
    }
)


def key(**weights: float) -> Key:
    """A key of weighted attributes."""
    parts = [Component(attribute=name, weight=weight) for name, weight in weights.items()]
    return Key(component=tuple(parts))


def test_shares_sum_to_one_in_each_region() -> None:
    """A quarter and three quarters in the north, all of it in the south."""
    assert fair_shares(TOWNS, key(population=1)).tolist() == [0.25, 0.75, 1.0]


def test_weights_count_relative_to_each_other() -> None:
    """Three parts inhabitants and one part dwellings: 0.75 · 0.25 + 0.25 · 0.5 = 0.3125."""
    shares = fair_shares(TOWNS, key(population=3, dwellings=1))
    assert shares.tolist() == pytest.approx([0.3125, 0.6875, 1.0])
    assert shares.tolist() == pytest.approx(fair_shares(TOWNS, key(population=6, dwellings=2)).tolist())


def test_a_trade_moves_a_part_of_the_task() -> None:
    """Of 400 places one takes 40 of another: a tenth of the task goes over, whatever is divided later."""
    north = TOWNS[TOWNS["region"] == "north"]
    traded = {"component": [{"attribute": "population"}], "total": 400,
              "trade": [{"name": "swap", "changes": {"A": 40, "B": -40}}]}  # fmt: skip
    assert fair_shares(north, Key.model_validate(traded)).tolist() == pytest.approx([0.35, 0.65])


def test_a_table_that_does_not_say_who_is_who() -> None:
    """Without the column of ids nothing is divided, and the error names it."""
    with pytest.raises(PolicyError, match="no column municipality"):
        fair_shares(TOWNS.drop(columns="municipality"), key(population=1))


def test_an_attribute_that_is_not_there() -> None:
    """The error names the attribute and what could be meant."""
    with pytest.raises(PolicyError, match="inhabitants") as caught:
        fair_shares(TOWNS, key(inhabitants=1))
    assert "population" in str(caught.value)


def test_a_negative_attribute() -> None:
    """A share cannot follow from a negative number; the error names whose it is."""
    with pytest.raises(PolicyError, match="income") as caught:
        fair_shares(TOWNS, key(income=1))
    assert [problem.value for problem in caught.value.problems] == ["-1"]


def test_no_share_at_all() -> None:
    """Load relative to a share of zero has no meaning, so a key that gives nobody anything is refused."""
    with pytest.raises(PolicyError, match="The key gives A a share of zero"):
        fair_shares(TOWNS, key(plans=1))


def test_nothing_to_share_by() -> None:
    """An attribute that is zero in a whole region says nothing about it."""
    with pytest.raises(PolicyError, match="stations"):
        fair_shares(TOWNS, key(population=1, stations=1))


def test_shares_are_not_rounded() -> None:
    """A step that rounds places on the way, and the rounding of a division, leave shares as they are."""
    step = {"do": "round"}
    rounding = Key.model_validate(
        {"component": [{"attribute": "population"}], "step": [step], "rounding": "up", "total": 10}
    )
    assert fair_shares(TOWNS, rounding).tolist() == [0.25, 0.75, 1.0]


def test_a_phase_in_beside_other_steps_counts_as_its_mean() -> None:
    """From halves today to the key in two years: the mean of halfway and the end."""
    steps = [{"do": "phase_in", "today": "dwellings", "years": 2}, {"do": "round"}]
    moving = Key.model_validate({"component": [{"attribute": "population"}], "step": steps})
    assert fair_shares(TOWNS, moving, years=2).tolist() == pytest.approx([0.3125, 0.6875, 1.0])


def test_a_phase_in_holds_in_full_without_years() -> None:
    """Shares that are for no horizon are those of the key, also of one that is phased in."""
    step = {"do": "phase_in", "today": "dwellings", "years": 2}
    moving = Key.model_validate({"component": [{"attribute": "population"}], "step": [step]})
    assert fair_shares(TOWNS, moving).tolist() == pytest.approx([0.25, 0.75, 1.0])


@pytest.mark.parametrize("bounds", [[2.0, 1.0], [0.0, 0.0]])
def test_bounds_leave_something(bounds: list[float]) -> None:
    """Bounds from high to low, or that leave everybody nothing, are refused; a single value is not."""
    about = {"attribute": "population", "scale": "factor"}
    with pytest.raises(ValueError, match="the high one is above zero"):
        Component.model_validate({**about, "bounds": bounds})
    assert Component.model_validate({**about, "bounds": [1.0, 1.0]}).bounds == (1.0, 1.0)


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=8), st.integers(1, 9))
def test_shares_are_proportional(population: list[int], factor: int) -> None:
    """Shares are the part of the inhabitants, and counting everybody double changes none."""
    names = [f"T{number}" for number in range(len(population))]
    towns = pd.DataFrame({"municipality": names, "name": names, "region": "r", "population": population})
    shares = fair_shares(towns, key(population=1))
    assert shares.tolist() == pytest.approx([people / sum(population) for people in population])
    more = towns.assign(population=towns["population"] * factor)
    assert fair_shares(more, key(population=1)).tolist() == pytest.approx(shares.tolist())
