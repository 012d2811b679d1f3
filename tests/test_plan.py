from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from hand_made import BUILDS, PLACEMENTS, small, table
from verdeling.errors import InstanceError
from verdeling.plan import known_ids, read_plan

KNOWN = known_ids(small())


def refused(**frames: pd.DataFrame) -> list[tuple[str, str, str]]:
    with pytest.raises(InstanceError) as refusal:
        read_plan(KNOWN, frames)
    assert all(problem.what and problem.why and problem.remedy for problem in refusal.value.problems)
    return [(problem.code, problem.row, problem.column) for problem in refusal.value.problems]


def test_what_has_no_row_is_zero_and_the_rest_stands_on_its_axes() -> None:
    """A read table sums to what its rows say, on the axes that are asked for."""
    read = read_plan(KNOWN, {"placements": table(PLACEMENTS), "builds": table(BUILDS), "support": None})
    assert set(read) == {"placements", "builds"}
    assert read["placements"].total("municipality", "year").tolist() == [[6, 3], [8, 3], [2, 0]]
    assert read["builds"].total("project").tolist() == [1, 2]


def test_an_empty_plan_is_a_plan() -> None:
    """A table with columns and no rows reads as zero everywhere."""
    read = read_plan(KNOWN, {"placements": table(PLACEMENTS).iloc[:0]})
    assert not read["placements"].total("group", "place_type").any()


def test_every_problem_of_a_hand_made_plan_is_reported_at_once() -> None:
    """Unknown ids, numbers that are none and rows that occur twice are refused together."""
    bad = table("""
        municipality,group,place_type,year,places
        GM9,status,social,2027,1
        GM1,status,social,2031,1
        GM1,status,social,2027,-1
        GM1,status,cluster,2027,
        GM1,regular,social,2027,inf
        GM1,regular,social,2027,3
        """)
    assert refused(placements=bad, builds=table(BUILDS).drop(columns="year")) == [
        ("unknown-id", "0", "municipality"),
        ("unknown-id", "1", "year"),
        ("out-of-range", "2", "places"),
        ("not-a-number", "3", "places"),
        ("not-a-number", "4", "places"),
        ("duplicate-key", "5", ""),
        ("missing-column", "", "year"),
    ]


def test_an_unknown_id_is_answered_with_the_nearest_one() -> None:
    """The remedy for an unknown id names what it may be meant for."""
    with pytest.raises(InstanceError, match="Did you mean social"):
        read_plan(KNOWN, {"placements": table(PLACEMENTS).replace("social", "socail")})


@pytest.mark.parametrize("years", [[2027.0, 2028.0], ["2027", "2028"], [np.int32(2027), np.int32(2028)]])
def test_years_may_be_written_in_any_numeric_way(years: list[object]) -> None:
    """A year is recognised as float, text or narrow integer."""
    frame = pd.DataFrame({"project": ["park", "park"], "year": years, "places": [1, 2]})
    assert read_plan(KNOWN, {"builds": frame})["builds"].total("year").tolist() == [1, 2]


def test_a_blank_supplier_is_the_unknown_supplier() -> None:
    """A supplier read as NaN from a file is the same as the empty text in the instance."""
    frame = pd.DataFrame(
        {"municipality": ["GM3"], "supplier": [np.nan], "group": ["status"], "place_type": ["social"]}
    ).assign(year=2027, places=2)
    read = read_plan(KNOWN, {"attribution": frame})["attribution"]
    assert read.total("supplier")[list(KNOWN["supplier"]).index("")] == 2
