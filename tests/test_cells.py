"""Cells: what each kind of column takes, what a blank one means, what is refused."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from small import edited, only, small, tables
from verdeling.cells import columns, tidy
from verdeling.instance import Instance
from verdeling.tables import TABLES


def read(table: str, column: str, *cells: object) -> list[object]:
    """What a column makes of cells that are all good."""
    values, problems = columns(table)[column].read(table, [tidy(cell) for cell in cells], ["2"] * len(cells))
    assert not problems
    return values


def code(table: str, column: str, cell: object) -> str:
    """The kind of problem that a cell is."""
    _, (problem,) = columns(table)[column].read(table, [tidy(cell)], ["2"])
    assert (problem.table, problem.row, problem.column) == (table, "2", column)
    return problem.code


@pytest.mark.parametrize("cell", ["12", " 12 ", "+12", "12.0", 12, 12.0, np.int64(12), np.float64(12)])
def test_whole_number(cell: object) -> None:
    """A whole number may come as text or as any kind of number without decimals."""
    assert read("needs", "households", cell) == [12]


@pytest.mark.parametrize(
    "cell",
    ["12,5", "12.5", 12.5, "1.000", "14.000", "1_000", "1e3", "twelve", "١٢", True, "0x1", datetime.date.max],
)
def test_not_a_whole_number(cell: object) -> None:
    """Decimals, thousands separators, words, dates and booleans are not whole numbers."""
    assert code("needs", "households", cell) == "not-a-number"


@pytest.mark.parametrize("cell", ["12.5", 12.5, ".125e2", np.float32(12.5), "12.50"])
def test_number(cell: object) -> None:
    """A number may have decimals after a point and an exponent."""
    assert read("support", "hours", cell) == [12.5]


@pytest.mark.parametrize("cell", ["12,5", "1_0.5", "nan", "inf", "-Infinity", "1e", True, "1 000"])
def test_not_a_number(cell: object) -> None:
    """A comma, an underscore or a word for infinity is not a number."""
    assert code("support", "hours", cell) == "not-a-number"


@pytest.mark.parametrize("cell", ["1e400", float("inf"), 10**400])
def test_infinite(cell: object) -> None:
    """A number too large to hold is refused."""
    assert code("support", "hours", cell) in {"not-finite", "out-of-range", "not-a-number"}


@pytest.mark.parametrize(
    ("table", "column", "cell"),
    [
        ("needs", "households", "-1"),
        ("needs", "year", 1066),
        ("place_types", "turnover", 1.01),
        ("municipalities", "population", 0),
        ("municipalities", "longitude", 181),
        ("agreements", "strength", -1),
    ],
)
def test_out_of_range(table: str, column: str, cell: object) -> None:
    """A number outside the range of its column is refused."""
    assert code(table, column, cell) == "out-of-range"


@pytest.mark.parametrize("cell", ["yes", "YES", "ja", "Waar", "true", True, 1, "1"])
def test_flag(cell: object) -> None:
    """Yes is yes in English, in Dutch and in what spreadsheets make of it."""
    assert read("needs", "estimate", cell) == [True]
    assert read("needs", "estimate", "nee", "no", "onwaar", 0, False) == [False] * 5


@pytest.mark.parametrize(
    ("table", "column", "cell"),
    [("needs", "estimate", "perhaps"), ("supply", "certainty", "Hard"), ("agreements", "measure", "place")],
)
def test_unknown_word(table: str, column: str, cell: object) -> None:
    """Where a column knows a few words, another word is refused."""
    assert code(table, column, cell) == "unknown-word"


def test_strength() -> None:
    """The strength of an agreement is the word hard or a penalty."""
    assert read("agreements", "strength", "hard", "2.5", 3, None) == ["hard", 2.5, 3.0, "hard"]
    assert code("agreements", "strength", "Hard") == "not-a-number"


def test_text() -> None:
    """Text is one line in one Unicode form; a number that stands for text keeps no decimals."""
    cells = ("  Bergen \n op  Zoom\u00a0", "Su\u0301dwest", 153.0, 7, "0153")
    assert read("needs", "group", *cells) == ["Bergen op Zoom", "S\u00fadwest", "153", "7", "0153"]


@pytest.mark.parametrize("hidden", ["\u200b", "\ufeff", "\x07", "\ud800", "\u202e"])
def test_invisible_character(hidden: str) -> None:
    """A character that nobody can see is refused: two ids could look the same."""
    assert code("needs", "group", f"sta{hidden}tus") == "invisible-character"


@pytest.mark.parametrize("cell", [True, datetime.datetime(2027, 2, 1), ["status"]])
def test_not_text(cell: object) -> None:
    """What a spreadsheet makes of an id such as 1-2, a date, is not text."""
    assert code("needs", "group", cell) == "not-text"


def test_too_long() -> None:
    """An id has at most a hundred characters."""
    assert code("needs", "group", "x" * 101) == "too-long"


@pytest.mark.parametrize("blank", ["", "  ", None, np.nan, pd.NA, pd.NaT, np.datetime64("NaT")])
def test_blank(blank: object) -> None:
    """A blank cell takes the default; where there is none it is a problem."""
    assert read("place_types", "turnover", blank, "0.1") == [0.0, 0.1]
    assert code("needs", "households", blank) == "empty-cell"


def test_every_bad_cell_is_named() -> None:
    """All bad cells of a column are found, and the good ones are read."""
    cells = ["1", None, "x", "4", "-1"]
    values, problems = columns("needs")["households"].read("needs", cells, list("23456"))
    assert values == [1, None, None, 4, None]
    assert [(problem.row, problem.code) for problem in problems] == [
        ("3", "empty-cell"),
        ("4", "not-a-number"),
        ("6", "out-of-range"),
    ]


def test_problem_in_three_parts() -> None:
    """A problem says what is wrong, what the column means, what to do, and where."""
    problem = only(edited("needs", 3, "households", "12,5"))
    assert str(problem) == (
        "table needs, row 3, column households: '12,5' is not a whole number.\n"
        "  Why: households: Households that start looking in the year.\n"
        "  Do:  Write digits only, without decimals or separators: 1250."
    )
    assert problem.value == "12,5"


@given(st.text())
def test_tidy_is_idempotent(cell: str) -> None:
    """What is tidy stays as it is."""
    assert tidy(tidy(cell)) == tidy(cell)


def test_dtypes() -> None:
    """Each column of an instance has the dtype that its reader states."""
    instance = small()
    for table in TABLES:
        frame = instance[table]
        assert {name: str(frame[name].dtype) for name in frame if name != "dwellings"} == {
            name: column.dtype for name, column in columns(table).items()
        }


def test_typed_cells_are_taken_as_they_are() -> None:
    """Tables of an instance are valid input and give the same instance."""
    instance = small()
    assert Instance.from_tables(instance.tables, instance.about) == instance
    assert tables()["needs"] is not None
