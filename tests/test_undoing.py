"""Amounts divided over those that were counted together."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from verdeling.undoing import side_by_side

AMOUNTS = st.lists(st.integers(0, 9), min_size=1, max_size=6)


@given(AMOUNTS, AMOUNTS)
def test_side_by_side_keeps_what_both_have(rows: list[int], columns: list[int]) -> None:
    """Sums are those that are asked for, as far as the other side reaches, in whole numbers."""
    found = side_by_side(np.array(rows, float), np.array(columns, float))
    assert (found >= 0).all()
    assert (found % 1 == 0).all()
    assert found.sum() == min(sum(rows), sum(columns))
    if sum(rows) <= sum(columns):
        assert found.sum(axis=1).tolist() == rows
    if sum(columns) <= sum(rows):
        assert found.sum(axis=0).tolist() == columns


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=5))
def test_nobody_is_served_before_coming(years: list[tuple[int, int]]) -> None:
    """Where no more are served than came so far, no year serves who comes later."""
    came = np.array([each[0] for each in years], float)
    waiting, served = 0.0, []
    for households, wanted in years:
        waiting += households
        served.append(min(wanted, waiting))
        waiting -= served[-1]
    assert not np.triu(side_by_side(np.array(served), came), 1).any()
