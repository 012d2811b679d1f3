"""Tables and columns: what is missing, unknown, twice there or empty, all at once."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from small import ABOUT, edited, only, problems, small, tables
from strategies import sources
from verdeling.errors import InstanceError
from verdeling.instance import Instance
from verdeling.tables import TABLES

REQUIRED = [name for name, kind in TABLES.items() if kind.required]


def test_defaults() -> None:
    """A column or an optional table that is absent takes its defaults."""
    bare = {"source": "", "estimate": False, "certainty": "hard", "supplier": "", "scenario": ""}
    supply = small(supply="municipality,place_type,year,places\nGM1,social,2027,3", agreements=None)["supply"]
    assert supply.loc[0, list(bare)].to_dict() == bare
    assert small(distances=None)["distances"].columns.tolist() == TABLES["distances"].columns


@pytest.mark.parametrize("table", REQUIRED)
def test_missing_and_empty_table(table: str) -> None:
    """A table that an instance needs must be there and have rows."""
    codes = {(problem.code, problem.table) for problem in problems(tables(**{table: None}))}
    assert ("missing-table", table) in codes
    header = pd.DataFrame(columns=TABLES[table].columns)
    codes = {(problem.code, problem.table) for problem in problems(tables(**{table: header}))}
    assert ("empty-table", table) in codes


def test_a_missing_table_is_one_problem() -> None:
    """Names that refer to a table that is not there are not reported on top of it."""
    assert only(tables(groups=None, agreements=None)).code == "missing-table"


@pytest.mark.parametrize(
    "column", [("groups", "priority"), ("needs", "households"), ("supply", "municipality")]
)
def test_missing_column(column: tuple[str, str]) -> None:
    """A column without default must be there."""
    table, name = column
    frame = tables()[table]
    assert frame is not None
    problem = problems(tables(**{table: frame.drop(columns=name)}))[0]
    assert (problem.code, problem.table, problem.column) == ("missing-column", table, name)


def test_unknown_table() -> None:
    """A table that nothing reads is refused with the name it may be meant for."""
    problem = only(tables() | {"need": pd.DataFrame()})
    assert problem.code == "unknown-table"
    assert "Did you mean needs?" in problem.remedy


def test_unknown_column() -> None:
    """A column that nothing reads is refused with the name it may be meant for."""
    problem = only(edited("needs", 2, "Source", "CBS"))
    assert (problem.code, problem.column) == ("unknown-column", "Source")
    assert "Did you mean source?" in problem.remedy


def test_duplicate_and_unnamed_column() -> None:
    """Of two columns with one name it is not known which holds, nor what cells without name are."""
    frame = tables()["supply"]
    assert frame is not None
    twice = pd.concat([frame, frame[["places"]], pd.Series("x", index=frame.index, name="")], axis=1)
    assert {problem.code for problem in problems(tables(supply=twice))} == {
        "duplicate-column",
        "unnamed-column",
    }


def test_blank_rows_and_columns_are_passed_over() -> None:
    """Rows and nameless columns without any cell, as spreadsheets leave behind, mean nothing."""
    frame = tables()["supply"]
    assert frame is not None
    loose = pd.concat([frame, pd.DataFrame([{}, {"places": " "}], index=[6, 7])]).assign(**{"": np.nan})
    assert small(supply=loose) == small()


def test_not_a_table() -> None:
    """What is not a DataFrame is refused by name of its type."""
    assert "list" in only(tables() | {"distances": [1, 2]}).what


def test_attributes() -> None:
    """A further column of municipalities is a number for every municipality."""
    assert small()["municipalities"]["dwellings"].tolist() == [900.5, 3500.0, 1300.0]
    for cell, code in (("", "empty-cell"), ("many", "not-a-number"), (float("inf"), "not-finite")):
        problem = only(edited("municipalities", 3, "dwellings", cell))
        assert (problem.code, problem.row, problem.column) == (code, "3", "dwellings")


@pytest.mark.parametrize("name", ["longitud", "Latitude", "fair_share"])
def test_not_an_attribute(name: str) -> None:
    """A misspelt column is no attribute, and neither is the name by which keys know published shares."""
    frame = tables()["municipalities"]
    assert frame is not None
    frame = frame.drop(columns=["longitude", "latitude"]).assign(**{name: "1"})
    assert only(tables(municipalities=frame)).code == "unknown-column"


def test_everything_at_once() -> None:
    """Problems of all tables are collected before anything is refused."""
    changed = edited("needs", 2, "households", "x") | {"groups": None, "extra": pd.DataFrame()}
    changed["distances"] = pd.DataFrame(
        {"origin": ["GM1", "GM9"], "host": ["GM2", "GM1"], "minutes": [1, -1]}
    )
    codes = {(problem.code, problem.table) for problem in problems(changed, ABOUT | {"title": ""})}
    assert codes == {
        ("not-a-number", "needs"),
        ("missing-table", "groups"),
        ("unknown-table", "extra"),
        ("unknown-id", "distances"),
        ("out-of-range", "distances"),
        ("invalid-about", "about"),
    }


def test_a_long_list_is_shortened_when_printed() -> None:
    """The message shows a few problems of each kind, the error itself has all of them."""
    frame = tables()["needs"]
    assert frame is not None
    many = pd.DataFrame([{**frame.iloc[0], "households": "x"}] * 30)
    with pytest.raises(InstanceError, match="and 49 more of the same kinds") as caught:
        Instance.from_tables(tables(needs=many), ABOUT)
    assert sum(problem.code == "not-a-number" for problem in caught.value.problems) == 30


@given(source=sources(), data=st.data())
def test_a_bad_cell_is_found_at_its_place(
    source: tuple[dict[str, pd.DataFrame], dict[str, object]], data: st.DataObject
) -> None:
    """Whatever required cell is emptied, the problem names its table, row and column."""
    drawn, about = source
    table = data.draw(st.sampled_from(list(drawn)))
    column = data.draw(st.sampled_from(TABLES[table].required_columns))
    row = data.draw(st.integers(0, len(drawn[table]) - 1))
    frame = drawn[table].astype(object)
    frame.loc[row, column] = None
    places = {
        (problem.table, problem.row, problem.column) for problem in problems(drawn | {table: frame}, about)
    }
    assert (table, str(row), column) in places


ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.binary(max_size=3),
    st.decimals(),
    st.complex_numbers(),
    st.datetimes(),
    st.lists(st.integers(), max_size=2),
    st.sampled_from(
        [10**400, -(10**400), pd.NA, pd.NaT, np.float32("inf"), np.bool_(True), {}, object, "9" * 5000]
    ),
)


@given(cell=ODD, data=st.data())
def test_nothing_else_than_a_refusal(cell: object, data: st.DataObject) -> None:
    """Whatever stands in a cell, the instance is read without loss or refused with a problem."""
    table = data.draw(st.sampled_from(list(TABLES)))
    frame = tables()[table]
    assert frame is not None
    column = data.draw(st.sampled_from([*TABLES[table].columns, "", "new"]))
    cells = frame.get(column, pd.Series("", index=frame.index)).tolist()
    cells[data.draw(st.integers(0, len(cells) - 1))] = cell
    changed = frame.assign(**{column: pd.Series(cells, index=frame.index, dtype=object)})
    with suppress(InstanceError):
        instance = Instance.from_tables(tables(**{table: changed}), ABOUT)
        assert instance.replace() == instance


def test_the_needs_of_a_country() -> None:
    """51,000 rows of needs are read, every one of them."""
    towns = [f"GM{number:04}" for number in range(340)]
    homes = pd.DataFrame({"municipality": towns, "name": towns, "region": "R", "population": 1000})
    groups = pd.DataFrame({"group": [f"g{number}" for number in range(15)]})
    groups = groups.assign(name=groups["group"], name_nl=groups["group"], priority=1)
    years = pd.DataFrame({"year": range(2025, 2035)})
    needs = groups[["group"]].merge(homes[["municipality"]], how="cross").merge(years, how="cross")
    supply = homes[["municipality"]].assign(place_type="k", year=2025, places="5")
    source = {
        "municipalities": homes,
        "groups": groups,
        "place_types": pd.DataFrame({"place_type": ["k"], "name": ["k"], "name_nl": ["k"]}),
        "suitability": groups[["group"]].assign(place_type="k"),
        "needs": needs.assign(households="12", estimate="yes", source="A method"),
        "supply": supply,
    }
    instance = Instance.from_tables(source)
    assert len(instance["needs"]) == 51_000
    assert instance["needs"]["households"].sum() == 12 * 51_000
