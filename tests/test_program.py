"""A columnar program: columns and rows are found back by their index, and what does not fit is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from verdeling.errors import SolverError
from verdeling.program import NOTHING, Objective, Program, find, keys, locate

TOWNS = pd.DataFrame({"town": [0, 1, 2]})
YEARS = pd.DataFrame({"town": [0, 0, 2], "year": [0, 1, 1]})


def program() -> Program:
    """Three towns, of which two have a column in some years."""
    made = Program()
    made.add_columns("place", YEARS, unit="places", whole=True)
    made.add_columns("load", TOWNS, unit="load", upper=np.array([1.0, 2.0, 3.0]))
    return made


def test_columns_stand_after_each_other() -> None:
    """Blocks follow each other, with the bounds and the mark that they were given."""
    made = program()
    assert made.column_count == 6
    assert made.terms("load")["column"].tolist() == [3, 4, 5]
    assert made.terms("load")["coefficient"].tolist() == [1, 1, 1]
    assert made.column_upper[3:].tolist() == [1, 2, 3]
    assert np.isinf(made.column_upper[:3]).all()
    assert made.whole.tolist() == [True] * 3 + [False] * 3
    assert repr(made) == "Program(6 columns, 0 rows)"


def test_a_kind_that_is_not_there_has_no_terms() -> None:
    """Asking for columns that were never stated gives an empty table."""
    assert program().terms("build").empty


def test_rows_add_up_terms_of_the_same_column() -> None:
    """Terms fall in the row of their index; two of the same column become one entry."""
    made = program()
    place, load = made.terms("place"), made.terms("load")
    twice = load.assign(coefficient=-2.0)
    block = made.add_rows("load", TOWNS, [place, load, twice], unit="load", lower=0.0, upper=0.0)
    assert made.matrix().toarray().tolist() == [[1, 1, 0, -1, 0, 0], [0, 0, 0, 0, -1, 0], [0, 0, 1, 0, 0, -1]]
    assert (block.start, block.stop, block.positions.tolist()) == (0, 3, [0, 1, 2])
    assert made.families()["load"] == [block]


def test_a_row_without_dimensions_takes_everything() -> None:
    """An index with one row and no columns is a sum over all."""
    made = program()
    made.add_rows("total", pd.DataFrame(index=range(1)), [made.terms("place")], unit="places", upper=9.0)
    assert made.matrix().toarray().tolist() == [[1, 1, 1, 0, 0, 0]]
    assert (made.row_lower[0], made.row_upper[0]) == (-np.inf, 9)


def test_the_matrix_widens_with_later_columns() -> None:
    """Rows that were stated before a column was there do not touch it; later rows can be asked for alone."""
    made = program()
    made.add_rows("first", TOWNS, [made.terms("load")], unit="load")
    made.add_columns("more", TOWNS, unit="load")
    second = made.add_rows("second", TOWNS, [made.terms("more")], unit="load")
    assert made.matrix().shape == (6, 9)
    assert made.matrix(second.start).toarray()[:, 6:].tolist() == np.eye(3).tolist()
    assert Program().matrix().shape == (0, 0)


def test_the_same_index_twice_is_refused() -> None:
    """Columns and rows with an index that occurs twice would be taken together silently."""
    made = program()
    double = pd.concat([TOWNS, TOWNS])
    with pytest.raises(ValueError, match="same row twice"):
        made.add_columns("double", double, unit="places")
    with pytest.raises(ValueError, match="same row twice"):
        made.add_rows("double", double, [], unit="places")
    with pytest.raises(ValueError, match="already"):
        made.add_columns("load", TOWNS, unit="load")


def test_a_term_that_belongs_to_no_row_is_refused() -> None:
    """A term outside the index is an error that shows it, and not a term less."""
    made = program()
    with pytest.raises(ValueError, match=r"'some'.*belongs to no row.*'town': 2"):
        made.add_rows("some", TOWNS.iloc[:2], [made.terms("load")], unit="load")


@pytest.mark.parametrize("side", ["lower", "upper"])
def test_a_bound_that_is_no_number_is_refused(side: str) -> None:
    """NaN in a bound would be no bound at all."""
    made = program()
    with pytest.raises(SolverError, match="cannot be stated"):
        made.add_rows("odd", TOWNS, [made.terms("load")], unit="load", **{side: np.array([1.0, np.nan, 2.0])})


def test_value_of_an_objective() -> None:
    """An objective is a sum of coefficients times columns plus a constant; nothing is worth zero."""
    objective = Objective(np.array([0, 2]), np.array([2.0, -1.0]), constant=0.5)
    assert objective.value(np.array([1.0, 9.0, 3.0])) == -0.5
    assert NOTHING.value(np.ones(3)) == 0


def test_find_and_locate() -> None:
    """Find marks what has no row with -1, where locate refuses; other columns are ignored."""
    wanted = pd.DataFrame({"year": [1, 0, 7], "town": [2, 0, 0], "places": [5, 6, 7]})
    assert find(wanted, YEARS).tolist() == [2, 0, -1]
    assert locate(wanted[:2], YEARS).tolist() == [2, 0]
    with pytest.raises(ValueError, match="belongs to no row"):
        locate(wanted, YEARS)


PAIRS = st.lists(st.tuples(st.integers(-3, 9), st.integers(-1, 4)), min_size=1, max_size=30)


@given(PAIRS, PAIRS)
def test_keys_are_equal_where_rows_are_equal(
    left: list[tuple[int, int]], right: list[tuple[int, int]]
) -> None:
    """Two rows get the same number exactly when they are the same."""
    frames = (pd.DataFrame(pairs, columns=["town", "year"]) for pairs in (left, right))
    one, other = keys(*frames)
    same = [[a == b for b in right] for a in left]
    assert (one[:, None] == other[None, :]).tolist() == same


def test_a_row_of_an_objective() -> None:
    """An objective becomes one row: columns in any order, terms of the same column added up, no constant."""
    program = Program()
    program.add_columns("amount", pd.DataFrame({"name": range(3)}), unit="places")
    objective = Objective(np.array([2, 0, 2]), np.array([1.0, 4.0, 2.0]), constant=7.0)
    block = program.add_row("goal_hold", objective, upper=5.0)
    assert program.matrix().toarray().tolist() == [[4.0, 0.0, 3.0]]
    assert (block.start, block.stop, program.row_upper.tolist()) == (0, 1, [5.0])
    assert program.row_lower.tolist() == [-np.inf]
    assert objective.columns.tolist() == [2, 0, 2]
    assert objective.coefficients.tolist() == [1.0, 4.0, 2.0]


def test_a_program_is_taken_back_and_forth() -> None:
    """A mark brings back columns, rows and bounds, also after another mark was gone back to."""
    program = Program()
    columns = program.add_columns("amount", pd.DataFrame({"name": range(2)}), unit="places")
    early = program.mark()
    program.add_rows("most", pd.DataFrame({"name": range(2)}), [columns], unit="places", upper=3.0)
    program.add_columns("further", pd.DataFrame({"name": [0]}), unit="places")
    program.column_upper[0] = 9.0
    late = program.mark()
    program.rewind(early)
    assert (program.column_count, program.row_count, list(program.column_blocks)) == (2, 0, ["amount"])
    assert program.column_upper.tolist() == [np.inf, np.inf]
    program.column_upper[1] = 1.0
    program.rewind(late)
    assert (program.column_count, program.row_count) == (3, 2)
    assert program.column_upper.tolist() == [9.0, np.inf, np.inf]
    assert program.matrix().shape == (2, 3)
