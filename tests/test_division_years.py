"""Targets over years: each year adds up, phase-in moves on, and both margins hold where asked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hand_made import small
from verdeling.dividing.years import divide_years, over_years
from verdeling.engine import solve
from verdeling.errors import PolicyError
from verdeling.keys import fair_shares
from verdeling.keys.data import Key
from verdeling.policy import Policy

TOWNS = pd.DataFrame(
    {"municipality": ["G", "M", "K"], "region": "R", "population": [50, 30, 20], "even": 1, "done": [2, 0, 0]}
)
PHASE = {"do": "phase_in", "today": "even", "years": 2}


def key(*steps: dict[str, Any], **more: Any) -> Key:
    return Key.model_validate({"component": [{"attribute": "population"}], "step": steps, **more})


def wide(totals: Any, towns: pd.DataFrame, stated: Key) -> pd.DataFrame:
    """Places by municipality and year."""
    table = over_years(divide_years(totals, towns, stated))
    return table.pivot_table(index="municipality", columns="year", values="places", sort=False)


def test_years() -> None:
    """Targets add up per year, and a phase-in of two years holds in full from the second on."""
    table = over_years(divide_years({2028: 100, 2027: 120, 2029: 10}, TOWNS, key(PHASE)))
    assert table.columns.tolist() == ["year", "municipality", "places"]
    assert table["places"].tolist() == [50, 38, 32, 50, 30, 20, 5, 3, 2]


def test_a_year_without_a_target() -> None:
    """A phase-in goes on in a year in which nothing is divided."""
    assert wide({2027: 0, 2029: 120}, TOWNS, key(PHASE | {"years": 4}))[2029].tolist() == [55, 37, 28]


def test_no_years() -> None:
    """Without years there is an empty table with its columns."""
    assert over_years(divide_years({}, TOWNS, key(rounding={"margins": "both"}))).columns.tolist() == [
        "year", "municipality", "places",
    ]  # fmt: skip


def test_years_by_themselves_drift() -> None:
    """Each year rounded by itself can give the same municipality the last place every year."""
    totals = dict.fromkeys(range(2027, 2037), 1)
    assert wide(totals, TOWNS, key()).sum(axis=1).tolist() == [10, 0, 0]
    both = wide(totals, TOWNS, key(rounding={"margins": "both"}))
    assert both.sum(axis=1).tolist() == [5, 3, 2]
    assert (both.sum() == 1).all()


@settings(max_examples=60)
@given(
    parts=st.lists(st.integers(1, 10**9), min_size=2, max_size=9),
    totals=st.lists(st.integers(0, 10**9), min_size=1, max_size=8),
    phase=st.integers(1, 12),
)
def test_both_margins_hold(parts: list[int], totals: list[int], phase: int) -> None:
    """Each year adds up; each cell, and each municipality over the years, is within one of its fraction."""
    towns = pd.DataFrame({"municipality": map(str, range(len(parts))), "population": parts, "even": 1})
    stated = key(PHASE | {"years": phase}, rounding={"margins": "both"})
    by_year = dict(enumerate(totals, start=2027))
    places = wide(by_year, towns, stated).to_numpy()
    share = np.array(parts) / sum(parts)
    ramp = np.minimum(np.arange(1, len(totals) + 1) / phase, 1.0)
    exact = (np.outer(share, ramp) + np.outer(np.full(len(parts), 1 / len(parts)), 1 - ramp)) * totals
    assert places.sum(axis=0).tolist() == totals
    assert np.abs(places - exact).max() < 1 + 1e-5
    assert np.abs(places.sum(axis=1) - exact.sum(axis=1)).max() < 1 + 1e-5


def test_trades_and_corrections_hold_each_year() -> None:
    """Corrections and trades are those of each year, also with both margins kept."""
    stated = key(
        {"do": "correction", "deduct": ["done"]},
        trade=[{"name": "t", "changes": {"M": 1, "K": -1}}],
        rounding={"margins": "both"},
    )
    divided = divide_years({2027: 10, 2028: 20}, TOWNS, stated)
    assert {year: each.total for year, each in divided.items()} == {2027: 8, 2028: 18}
    assert {year: each.places[:, 0].tolist() for year, each in divided.items()} == {
        2027: [3, 4, 1],
        2028: [8, 7, 3],
    }
    assert divided[2028].steps["step"].tolist()[:4] == ["population", "correction", "rounding", "t"]


def test_classes_over_years() -> None:
    """With classes each year is a division of its own, with both margins of municipality × class."""
    stated = key(PHASE, rounding={"margins": "both"})
    table = over_years(divide_years({2027: {"a": 3, "b": 4}, 2028: {"a": 5, "b": 6}}, TOWNS, stated))
    assert table.columns.tolist() == ["year", "municipality", "class", "places"]
    sums = table.groupby(["year", "class"])["places"].sum()
    assert sums.to_dict() == {(2027, "a"): 3, (2027, "b"): 4, (2028, "a"): 5, (2028, "b"): 6}


def test_a_problem_of_a_year() -> None:
    """What is impossible in a year is refused."""
    with pytest.raises(PolicyError, match="the floors add up to 60"):
        divide_years({2027: 100, 2028: 50}, TOWNS, key({"do": "floor", "number": 20}))


def test_phase_in_of_a_policy() -> None:
    """Over a horizon the fair share is the mean of the years' shares: halfway, then twice in full."""
    shares = fair_shares(TOWNS, key(PHASE), years=3)
    first, full = np.array([5 / 12, 19 / 60, 4 / 15]), np.array([0.5, 0.3, 0.2])
    assert shares.to_numpy() == pytest.approx((first + 2 * full) / 3)
    assert shares.sum() == pytest.approx(1)
    places = over_years(divide_years(dict.fromkeys((1, 2, 3), 60_000), TOWNS, key(PHASE)))
    assert places.groupby("municipality", sort=False)["places"].sum().tolist() == pytest.approx(
        (180_000 * shares).tolist()
    )


def test_phase_in_of_a_policy_in_a_stated_year() -> None:
    """A phase-in that states its year has that year's shares, whatever the horizon."""
    stated = key(PHASE | {"year": 0})
    assert fair_shares(TOWNS, stated, years=9).tolist() == pytest.approx([1 / 3] * 3)
    assert fair_shares(TOWNS, key(PHASE)).tolist() == pytest.approx([0.5, 0.3, 0.2])


def test_phase_in_reaches_the_program() -> None:
    """A policy with a phase-in over twice its horizon of two years: shares of years 1 and 2 of 4."""
    towns = small().tables["municipalities"].assign(today=[1.0, 1.0, 1.0])
    policy = Policy.model_validate(
        {
            "name": "p",
            "title": "p",
            "key": {
                "component": [{"attribute": "population"}],
                "step": [{"do": "phase_in", "today": "today", "years": 4}],
            },
            "goal": [{"measure": "cost", "aggregate": "total"}],
        }
    )
    loads = solve(small().replace(municipalities=towns), policy, whole=False).loads
    part = (1 / 4 + 2 / 4) / 2
    expected = {"GM1": part * 0.2 + (1 - part) / 2, "GM2": part * 0.8 + (1 - part) / 2, "GM3": 1.0}
    assert loads.set_index("municipality")["fair_share"].to_dict() == pytest.approx(expected)
