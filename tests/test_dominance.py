"""Dominance: worked out by hand, and a strict partial order whatever the numbers."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from verdeling.comparing.dominance import dominance, ranked

BETTER = {"waiting": "lower", "coverage": "higher", "median": "neither"}


def table(**policies: tuple[float, ...]) -> pd.DataFrame:
    """Indicators of one scenario, with values in the order of `BETTER`."""
    return pd.DataFrame(
        [
            (policy, "", name, value, better)
            for policy, values in policies.items()
            for (name, better), value in zip(BETTER.items(), values, strict=True)
        ],
        columns=["policy", "scenario", "indicator", "value", "better"],
    )


def pairs(indicators: pd.DataFrame, on: list[str] | None = None) -> set[tuple[str, str]]:
    found = dominance(indicators, on)
    return set(zip(found["policy"], found["dominated"], strict=True))


def test_better_on_one_and_worse_on_none() -> None:
    """Here a is better than b on both; c waits less and covers as much; a and c are each better on one."""
    indicators = table(a=(5, 0.9, 9), b=(7, 0.8, 0), c=(4, 0.8, 0))
    found = dominance(indicators)
    assert found.to_dict("records") == [
        {"scenario": "", "policy": "a", "dominated": "b", "better_on": "waiting; coverage", "equal_on": ""},
        {"scenario": "", "policy": "c", "dominated": "b", "better_on": "waiting", "equal_on": "coverage"},
    ]


def test_chosen_indicators() -> None:
    """Where only coverage counts, a dominates both others, and these are equal."""
    assert pairs(table(a=(5, 0.9, 0), b=(7, 0.8, 0), c=(4, 0.8, 0)), ["coverage"]) == {("a", "b"), ("a", "c")}


def test_equal_policies_do_not_dominate_each_other() -> None:
    """Rounding of a solver is no difference."""
    assert pairs(table(a=(5, 0.9, 1), b=(5 + 1e-9, 0.9, 2))) == set()


def test_a_missing_value_is_neither_better_nor_worse() -> None:
    """A policy without a value is not compared on it; an indicator without any value does not count."""
    assert pairs(table(a=(5, math.nan, 0), b=(7, 0.8, 0))) == set()
    assert pairs(table(a=(5, math.nan, 0), b=(7, math.nan, 0))) == {("a", "b")}


def test_infinite_is_worse_than_any_number() -> None:
    """A ratio to nothing is the worst there can be, and equal to another such ratio."""
    found = pairs(table(a=(1e12, 0.8, 0), b=(math.inf, 0.8, 0), c=(math.inf, 0.8, 0)))
    assert found == {("a", "b"), ("a", "c")}


def test_scenarios_stand_apart() -> None:
    """What holds in one scenario says nothing about another."""
    one, other = table(a=(5, 0.9, 0), b=(7, 0.8, 0)), table(a=(7, 0.8, 0), b=(5, 0.9, 0))
    found = dominance(pd.concat([one, other.assign(scenario="dry")]))
    assert found[["scenario", "policy", "dominated"]].to_numpy().tolist() == [
        ["", "a", "b"],
        ["dry", "b", "a"],
    ]


def test_nothing_to_compare() -> None:
    """Without policies there is no dominance."""
    assert dominance(table()).empty


VALUES = st.one_of(
    st.sampled_from([0.0, 1.0, 1.0 + 4e-7, 1.0 + 8e-7, 1.0 + 1.6e-6, math.inf, math.nan]),
    st.floats(-5, 5, width=16),
)


@given(st.lists(st.tuples(VALUES, VALUES, VALUES), min_size=1, max_size=6))
def test_a_strict_partial_order(rows: list[tuple[float, float, float]]) -> None:
    """No policy dominates itself, no two dominate each other, and dominance is handed on."""
    found = pairs(table(**{f"p{number}": row for number, row in enumerate(rows)}))
    assert not any((other, one) in found for one, other in found)
    for (one, middle), (same, last) in itertools.product(found, found):
        assert middle != same or (one, last) in found


@given(st.lists(st.tuples(VALUES, VALUES), min_size=2, max_size=6))
def test_dominance_agrees_with_its_definition(rows: list[tuple[float, float]]) -> None:
    """Where all values are known and far apart or equal: never worse, and once better."""
    clear = [(round(a), round(b)) for a, b in rows if math.isfinite(a + b)]
    found = pairs(table(**{f"p{number}": (a, b, 0) for number, (a, b) in enumerate(clear)}))
    assert found == {
        (f"p{i}", f"p{j}")
        for (i, one), (j, other) in itertools.permutations(enumerate(clear), 2)
        if one[0] <= other[0] and one[1] >= other[1] and one != other
    }


@given(st.lists(VALUES, max_size=8), st.randoms())
def test_ranks_do_not_depend_on_the_order(values: list[float], random) -> None:  # type: ignore[no-untyped-def]
    """Each value keeps its rank when the values are shuffled."""
    order = list(range(len(values)))
    random.shuffle(order)
    array = np.array(values, dtype=float)
    assert np.array_equal(ranked(array)[order], ranked(array[order]), equal_nan=True)
