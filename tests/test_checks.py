"""Tables that contradict each other, or leave open whose a row is."""

from __future__ import annotations

import pandas as pd
import pytest

from small import ABOUT, added, edited, only, problems, small, tables


def test_duplicate_key() -> None:
    """Two rows about the same are refused, and the second names the first."""
    problem = only(added("supply", municipality="GM2", place_type="social", year="2027", places="1"))
    assert (problem.code, problem.row) == ("duplicate-key", "6")
    assert "row 4" in problem.what


def test_region_written_or_not_is_the_same_row() -> None:
    """A need of a municipality is the same need when its region is written as well."""
    problem = only(
        added("needs", group="status", municipality="GM2", region="Twente", year="2028", households="1")
    )
    assert (problem.code, problem.row) == ("duplicate-key", "7")
    assert small()["needs"]["region"].tolist() == ["Achterhoek", "Twente", "Twente", "Twente", "Twente"]


def test_overlapping_scenarios() -> None:
    """A row for every scenario and a row for one of them cannot both hold."""
    row = {"group": "status", "municipality": "GM1", "year": "2027", "households": "9"}
    found = problems(added("needs", **row))
    assert [(problem.code, problem.row, problem.value) for problem in found] == [
        ("overlapping-scenarios", "3", "low"),
        ("overlapping-scenarios", "4", "high"),
    ]


def test_empty_scenario() -> None:
    """A table that an instance needs has rows in each scenario."""
    frame = tables()["supply"]
    assert frame is not None
    problem = only(tables(supply=frame.assign(scenario="low")))
    assert (problem.code, problem.table, problem.value) == ("empty-scenario", "supply", "high")


def test_unknown_default_scenario() -> None:
    """The scenario that holds by default must occur in a row."""
    problem = only(tables(), ABOUT | {"scenario": "hihg"})
    assert problem.code == "unknown-scenario"
    assert "Did you mean high?" in problem.remedy


@pytest.mark.parametrize(
    ("table", "row", "column", "value", "meant"),
    [
        ("suitability", 2, "group", "statsu", "status"),
        ("suitability", 2, "place_type", "Social", "social"),
        ("needs", 3, "municipality", "GM11", "GM1"),
        ("needs", 2, "region", "Twenthe", "Twente"),
        ("supply", 2, "municipality", "GM1 1", "GM1"),
        ("support", 2, "region", "twente", "Twente"),
        ("distances", 2, "host", "GM22", "GM2"),
    ],
)
def test_unknown_id(table: str, row: int, column: str, value: str, meant: str) -> None:
    """A name that no other table knows is refused with the names that look like it."""
    found = problems(edited(table, row, column, value))
    (problem,) = [problem for problem in found if problem.code == "unknown-id"]
    assert (problem.table, problem.row, problem.column, problem.value) == (table, str(row), column, value)
    assert meant in problem.remedy


@pytest.mark.parametrize("table", ["needs", "support"])
def test_no_region(table: str) -> None:
    """With several regions a row without municipality says whose it is."""
    assert only(edited(table, 2, "region", "")).code == "no-region"


def test_one_region_needs_no_naming() -> None:
    """With one region a row without municipality is that region's."""
    frame = tables()["municipalities"]
    assert frame is not None
    one = small(municipalities=frame.assign(region="Twente"), needs="group,year,households\nstatus,2027,3")
    assert one["needs"]["region"].tolist() == ["Twente"]


def test_wrong_region() -> None:
    """A municipality and a region that is not its own contradict each other."""
    problem = only(edited("needs", 6, "region", "Twente"))
    assert (problem.code, problem.row) == ("wrong-region", "6")


@pytest.mark.parametrize("table", ["needs", "supply", "projects", "support"])
def test_year_outside_horizon(table: str) -> None:
    """A row about a year outside the horizon would be ignored, so it is refused."""
    found = problems(edited(table, 2, "year", "2030"))
    assert ("year-outside-horizon", table, "2") in {(each.code, each.table, each.row) for each in found}


@pytest.mark.parametrize("name", ["a;b", "*"])
def test_separator_in_id(name: str) -> None:
    """An id that means something else in the scope of an agreement is refused."""
    assert only(edited("supply", 2, "supplier", name)).code == "separator-in-id"


def test_unsuited_group() -> None:
    """A group that no place type suits could never be housed."""
    problem = only(added("groups", group="elderly", name="Elderly", name_nl="Ouderen", priority="3"))
    assert (problem.code, problem.value) == ("unsuited-group", "elderly")


def test_min_above_max() -> None:
    """A project cannot deliver at least more than at most."""
    assert only(edited("projects", 2, "min_places", "13")).code == "min-above-max"


def test_incomplete_shares() -> None:
    """Published shares cover every municipality or are left out."""
    frame = tables()["fair_shares"]
    assert frame is not None
    problem = only(tables(fair_shares=frame.iloc[:2]))
    assert (problem.code, problem.value) == ("no-share", "GM3")


def test_one_bad_cell_hides_no_other() -> None:
    """A cell that cannot be read does not keep the rest of its table from being compared."""
    changed = edited("supply", 2, "places", "many")
    changed["supply"] = pd.concat([changed["supply"], pd.DataFrame({"municipality": ["GM9"]}, index=[6])])
    codes = {(problem.code, problem.row, problem.column) for problem in problems(changed)}
    assert {("not-a-number", "2", "places"), ("unknown-id", "6", "municipality")} <= codes
    assert ("empty-cell", "6", "places") in codes
