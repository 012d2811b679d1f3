"""Coded columns: the same cells as before, and combinations that are told apart."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verdeling.cells import columns, tidy
from verdeling.coded import Coded, combined, together
from verdeling.validation import validate

CELLS = st.one_of(
    st.sampled_from(["1", "1.0", " 1", "2", "", " ", "x", None]),
    st.sampled_from([1, 1.0, True, 2.5, -0.0, float("nan"), np.int64(7), pd.NA, pd.NaT]),
)
SOURCES = st.one_of(
    st.lists(CELLS),
    st.lists(st.sampled_from(["1", "01", "x", "", None])),
    st.lists(st.sampled_from([1, 2, None])),
    st.lists(st.sampled_from([1.0, 2.5, None])),
    st.lists(st.booleans()),
)
SMALL = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(0, 1)))


def coded(cells: list[int]) -> Coded:
    return Coded.of(pd.Series(cells, dtype="int64"))


@given(SOURCES)
def test_cells_are_kept(cells: list[object]) -> None:
    """Coding neither changes a cell nor takes cells of different types for the same."""
    kept = Coded.of(pd.Series(cells, dtype=object)).tolist()
    assert [(type(tidy(cell)), tidy(cell)) for cell in kept] == [
        (type(tidy(cell)), tidy(cell)) for cell in cells
    ]


@given(SOURCES, st.sampled_from(["households", "municipality", "estimate", "source"]))
def test_read_once_is_read_each(cells: list[object], name: str) -> None:
    """Reading each distinct cell once gives the cells and problems of reading them one by one."""
    lines = range(2, len(cells) + 2)
    frame = pd.DataFrame({name: pd.Series(cells, index=lines, dtype=object), "year": "2027"}, index=lines)
    drafts, problems = validate({"needs": frame})
    labels = [str(label) for label in frame.index]
    values, expected = columns("needs")[name].read("needs", [tidy(cell) for cell in cells], labels)
    assert drafts["needs"].cells[name].tolist() == values
    assert [problem for problem in problems if problem.column == name and problem.row] == expected


@given(st.lists(st.sampled_from("abc"), min_size=1), st.data())
def test_rows(cells: list[str], data: st.DataObject) -> None:
    """Rows taken, found, written and ranked are those of a list."""
    column = Coded.of(pd.Series(cells))
    rows = data.draw(st.lists(st.integers(0, len(cells) - 1)))
    taken = column.take(np.array(rows, dtype=np.intp))
    assert taken.tolist() == [cells[row] for row in rows]
    assert set(taken.distinct) == set(taken.tolist())
    assert column.among(["a", "z"]).tolist() == [cell == "a" for cell in cells]
    assert column.where(lambda cell: cell < "c").tolist() == [cell < "c" for cell in cells]
    assert column.map(lambda cell: cell == "b").tolist() == [cell == "b" for cell in cells]
    assert column.ranks().tolist() == [sorted(set(cells)).index(cell) for cell in cells]
    assert list(column.array("str")) == cells


@given(SMALL)
def test_combinations(rows: list[tuple[int, ...]]) -> None:
    """Combinations are numbered as they appear, and each knows its first row."""
    parts = [coded([row[position] for row in rows]) for position in range(3)]
    codes, first = together(parts)
    order = list(dict.fromkeys(rows))
    assert codes.tolist() == [order.index(row) for row in rows]
    assert first.tolist() == [rows.index(row) for row in order]
    assert combined(parts).tolist() == rows


@pytest.mark.parametrize("count", [2, 5])
@given(data=st.data())
@settings(max_examples=20)
def test_more_combinations_than_numbers(count: int, data: st.DataObject) -> None:
    """Combinations stay apart where their number is beyond 64 bits."""
    size = 2**14
    rows = data.draw(
        st.lists(st.lists(st.sampled_from([0, size // 2, size - 1]), min_size=count, max_size=count))
    )
    parts = [
        Coded(np.array([row[position] for row in rows], dtype=np.int32), list(range(size)))
        for position in range(count)
    ]
    codes, _ = together(parts)
    order = list(dict.fromkeys(map(tuple, rows)))
    assert codes.tolist() == [order.index(tuple(row)) for row in rows]
