"""The order of rows changes nothing, and ids change nothing but themselves."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laws.changes import renamed, reordered
from longer import in_long_runs
from seeded import KINDS, seeded
from strategies import instances
from verdeling.engine import solve

FEW = [(kind, at, bool(at % 2)) for at, kind in enumerate(KINDS)]
CASES = [*FEW, *in_long_runs((kind, at, not whole) for kind, at, whole in FEW)]
"""Kind, seed, and whether in whole places."""
SMALL = {"municipalities": 3, "groups": 3, "place_types": 2, "years": 2, "most": 9}
SEEDS = st.integers(0, 99)


def same_bytes(one: object, other: object) -> bool:
    """Whether two solutions say the same in every table, to the last digit and in the same order."""
    if one.status != other.status or not one.goals.equals(other.goals):
        return False
    return not one.has_numbers or all(
        one.table(name).to_csv() == other.table(name).to_csv() for name in one.tables
    )


def same_content(one: pd.DataFrame, other: pd.DataFrame) -> None:
    """Compare two tables as sets of rows, amounts to a billionth."""
    keys = [name for name in one if not pd.api.types.is_float_dtype(one[name])]
    pd.testing.assert_frame_equal(
        *(frame[list(one)].sort_values(keys).reset_index(drop=True) for frame in (one, other)),
        check_dtype=False,
        rtol=1e-9,
        atol=1e-9,
    )


def compare_renamed(instance: object, seed: int, *, whole: bool) -> None:
    """Solve under other ids, go back to the old ones, and compare."""
    other, restore = renamed(instance, seed)
    here, there = solve(instance, whole=whole), solve(other, whole=whole)
    assert here.status == there.status
    if here.has_numbers:
        for name in ("placements", "loads", "waiting", "builds"):
            same_content(here.table(name), restore(there.table(name)))


@pytest.mark.parametrize(("kind", "seed", "whole"), CASES)
def test_order_of_rows(kind: str, seed: int, whole: bool) -> None:
    """Every table of the answer is the same to the byte when rows and columns stand in another order."""
    instance = seeded(kind, seed, most=8)
    assert same_bytes(solve(instance, whole=whole), solve(reordered(instance, seed), whole=whole))


@pytest.mark.parametrize(("kind", "seed", "whole"), CASES)
def test_ids(kind: str, seed: int, whole: bool) -> None:
    """Under other ids everybody gets the same places, loads, waiting and buildings."""
    compare_renamed(seeded(kind, seed, most=8), seed, whole=whole)


@given(instances(scenarios=False, extras=False, **SMALL), SEEDS)
@settings(max_examples=10, derandomize=True)
def test_order_of_rows_of_anything(instance: object, seed: int) -> None:
    """The order of rows and columns is not content, whatever the instance."""
    assert same_bytes(solve(instance, whole=False), solve(reordered(instance, seed), whole=False))


@given(instances(scenarios=False, extras=False, **SMALL), SEEDS)
@settings(max_examples=10, derandomize=True)
def test_ids_of_anything(instance: object, seed: int) -> None:
    """Ids that look like numbers, formulas or each other change nothing."""
    compare_renamed(instance, seed, whole=False)
