"""Entries of rows, beside the sparse matrices of SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from verdeling.entries import Entries, alike, stacked, summed

WIDTH = 6


@st.composite
def drawn(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """Rows, columns and coefficients in any order, some of them twice, and how many rows there are."""
    count = draw(st.integers(0, 5))
    one = st.tuples(st.integers(0, count - 1), st.integers(0, WIDTH - 1), st.integers(-9, 9))
    listed = draw(st.lists(one, max_size=20)) if count else []
    rows, columns, coefficients = np.array(listed, dtype=np.int64).reshape(-1, 3).T
    return rows, columns, coefficients.astype(float), count


def matrix(rows: np.ndarray, columns: np.ndarray, coefficients: np.ndarray, count: int) -> sparse.csr_array:
    """The same entries as SciPy adds them up."""
    return sparse.coo_array((coefficients, (rows, columns)), shape=(count, WIDTH)).tocsr()


@given(drawn())
@settings(deadline=None)
def test_what_is_stated_adds_up(stated: tuple[np.ndarray, np.ndarray, np.ndarray, int]) -> None:
    """Each row has each of its columns once, ascending, with the sum of what is stated."""
    made, expected = summed(*stated), matrix(*stated)
    expected.sum_duplicates()
    assert made.starts.tolist() == expected.indptr.tolist()
    assert made.columns.tolist() == expected.indices.tolist()
    assert made.coefficients.tolist() == expected.data.tolist()
    assert (made.matrix(WIDTH) != expected).nnz == 0
    assert made.rows.tolist() == expected.tocoo().row.tolist()


@given(st.lists(drawn(), max_size=4), st.data())
@settings(deadline=None)
def test_families_are_stacked_and_rows_chosen(
    several: list[tuple[np.ndarray, np.ndarray, np.ndarray, int]], data: st.DataObject
) -> None:
    """Families stand below each other; rows are taken in any order, also more than once."""
    made = stacked([summed(*each) for each in several])
    expected = np.vstack([np.zeros((0, WIDTH)), *(matrix(*each).toarray() for each in several)])
    assert made.matrix(WIDTH).toarray().tolist() == expected.tolist()
    if len(made):
        rows = np.array(data.draw(st.lists(st.integers(0, len(made) - 1))), dtype=np.int64)
        assert made.of(rows).matrix(WIDTH).toarray().tolist() == expected[rows].tolist()


@pytest.mark.parametrize("other", [([0, 1, 2], [0, 3], [1, 2]), ([0, 2, 2], [0, 2], [1, 2]),
                                   ([0, 1, 2], [0, 2], [1, 3]), ([0, 1], [0], [1])])  # fmt: skip
def test_what_differs_is_not_alike(other: tuple[list[int], list[int], list[float]]) -> None:
    """Another column, another row, another coefficient or a row less is seen; a copy is the same."""
    entries = _entries([0, 1, 2], [0, 2], [1, 2])
    assert alike([entries], [_entries([0, 1, 2], [0, 2], [1, 2])])
    assert not alike([entries], [_entries(*other)])
    assert not alike([entries], [entries, entries])


def _entries(starts: list[int], columns: list[int], coefficients: list[float]) -> Entries:
    return Entries(np.array(starts), np.array(columns, dtype=np.int32), np.array(coefficients, dtype=float))
