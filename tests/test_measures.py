"""Measures of the hand-made plan, each counted on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from hand_made import agreement, small
from points import EVERYTHING, point_of, stated
from verdeling.errors import PolicyError
from verdeling.measures import MEASURES, Vector

if TYPE_CHECKING:
    from verdeling.formulation import Model

MODEL, _ = stated(small(), *EVERYTHING)
POINT = point_of(MODEL)

PREFERENCES = """
    group,place_type,preference
    status,social,3
    status,cluster,1
    regular,social,2
    """
"""For status holders social rent is two steps from the best, for regular seekers one."""


def values(measure: str, over: str, model: Model = MODEL, point: np.ndarray = POINT) -> dict[str, float]:
    """Value of each element, by id."""
    vector = MEASURES[measure].vector(model, over)
    kind = vector.index.columns[0]
    ids = model.data.ids["municipality" if kind == "origin" else kind].tolist()
    ids += model.data.ids["region"].tolist() if kind == "origin" else []
    return dict(zip(ids, vector.values(point).tolist(), strict=True))


def pairs(measure: str, over: str) -> dict[tuple[str, object], float]:
    """Value of each element of an index of two dimensions, by ids."""
    vector = MEASURES[measure].vector(MODEL, over)
    found = MODEL.data.label(vector.index).assign(value=vector.values(POINT))
    keys = ["municipality", "year"] if over == "municipality-year" else ["group", "municipality"]
    return found.set_index(keys)["value"].to_dict()


def test_waiting() -> None:
    """One regular household of Hengelo waits one year."""
    found = values("waiting", "group")
    assert (found["status"], found["regular"]) == (0, 1)
    assert values("waiting", "origin") == {"GM3": 0, "GM2": 1, "GM1": 0, "Achterhoek": 0, "Twente": 0}


def test_years_housed() -> None:
    """8 status holders are housed in the first of two years, 5 in the second; of 9 regular seekers 1 is."""
    found = values("years_housed", "group")
    assert (found["status"], found["regular"]) == (8 * 2 + 5, 8 * 2 + 1)


@pytest.mark.parametrize("over", MEASURES["years_housed"].over)
def test_what_years_housed_lack_of_the_claims_is_waiting(over: str) -> None:
    """Each year that somebody claims is lived in a home or waited for; of homes some are not had at all."""
    years, waits, homes, lacks = (
        MEASURES[name].vector(MODEL, over) for name in ("years_housed", "waiting", "housed", "unhoused")
    )
    assert years.claims - years.values(POINT) == pytest.approx(waits.values(POINT))
    assert homes.claims - homes.values(POINT) == pytest.approx(lacks.values(POINT))


def test_relative_load() -> None:
    """Losser has 8 of 0.2 × 11, Hengelo 3 of 0.8 × 11, Aalten 2 of 2."""
    found = values("relative_load", "municipality")
    assert (found["GM1"], found["GM2"], found["GM3"]) == pytest.approx((8 / 2.2, 3 / 8.8, 1))


def test_relative_load_of_a_year() -> None:
    """Twente asks 6 in 2027 and 5 in 2028, of which Losser has 0.2; Achterhoek asks nothing in 2028."""
    assert pairs("relative_load", "municipality-year") == pytest.approx(
        {
            ("GM1", 2027): 5 / 1.2,
            ("GM1", 2028): 3,
            ("GM2", 2027): 1 / 4.8,
            ("GM2", 2028): 0.5,
            ("GM3", 2027): 1,
        }
    )
    vector = MEASURES["relative_load"].vector(MODEL, "municipality-year")
    assert [len(set(vector.region)), len(vector)] == [3, 5]  # each year of a region by itself


def test_relative_built() -> None:
    """Losser builds 2 of 0.2 × 9, Hengelo 1 of 0.8 × 9; Achterhoek has no plans, and Aalten none of them."""
    found = values("relative_built", "municipality")
    assert (found["GM1"], found["GM2"], found["GM3"]) == pytest.approx((2 / 1.8, 1 / 7.2, 0))


def test_relative_support() -> None:
    """Housed at once Twente would use 6 × 3 + 5 × 2 = 28 hours, Achterhoek 6; in use are 21, 7 and 6."""
    found = values("relative_support", "municipality")
    assert (found["GM1"], found["GM2"], found["GM3"]) == pytest.approx((21 / 5.6, 7 / 22.4, 6 / 6))


def test_preference() -> None:
    """Ten places in social rent at two steps, three clustered at none; nine regular places at one."""
    model, _ = stated(small(suitability=PREFERENCES))
    found = values("preference", "group", model, point_of(model))
    assert (found["status"], found["regular"]) == (20, 9)
    found = values("preference", "municipality", model, point_of(model))
    assert (found["GM1"], found["GM2"], found["GM3"]) == (5 * 2 + 1, 3 * 2 + 8, 2 * 2)


def test_moves() -> None:
    """Of 9 status holders with an origin 6 stay, of 9 regular seekers 8; those of the region do not count."""
    found = values("moves", "group")
    assert (found["status"], found["regular"]) == (9 - 6, 9 - 8)


def test_at_home() -> None:
    """Likewise: 6 and 8 stay; in Hengelo 2 status holders and 8 regular seekers, and in Losser 2."""
    found = values("at_home", "group")
    assert (found["status"], found["regular"]) == (6, 8)
    assert pairs("at_home", "group-origin")["status", "GM2"] == 2


def test_distance() -> None:
    """Three status holders and a regular seeker of Hengelo go to Losser, 25 minutes away."""
    found = values("distance", "group")
    assert (found["status"], found["regular"]) == (75, 25)
    assert values("distance", "municipality") == {"GM3": 0, "GM2": 100, "GM1": 0}
    assert pairs("distance", "group-origin")["status", "GM2"] == 75


def test_distance_without_distances() -> None:
    """What is missing is named, in one error."""
    model, _ = stated(small(distances="origin,host,minutes\nGM1,GM2,20"))
    with pytest.raises(PolicyError) as caught:
        MEASURES["distance"].vector(model, "group")
    assert "from Hengelo to Losser." in caught.value.problems[0].what


def test_lettings() -> None:
    """Of 6, 10 and 2 homes in social rent 5, 3 and 2 go to status holders; clustered is none of regular's."""
    found = values("lettings", "municipality")
    assert (found["GM1"], found["GM2"], found["GM3"]) == pytest.approx((5 / 6, 0.3, 1))
    assert pairs("lettings", "municipality-year") == pytest.approx(
        {("GM1", 2027): 3 / 4, ("GM1", 2028): 1, ("GM2", 2027): 1 / 8, ("GM2", 2028): 1, ("GM3", 2027): 1}
    )


def test_cost() -> None:
    """Building costs 2 × 1000 and 500; places cost 10 in social rent and 20 clustered."""
    found = values("cost", "municipality")
    assert (found["GM1"], found["GM2"], found["GM3"]) == (2000 + 60 + 60, 500 + 110, 20)
    found = values("cost", "group")
    assert (found["status"], found["regular"]) == (100 + 60, 90)
    by_year = pairs("cost", "municipality-year")
    assert (by_year["GM1", 2027], by_year["GM1", 2028]) == (2000 + 80, 40)
    assert (by_year["GM2", 2027], by_year["GM2", 2028]) == (80, 500 + 30)


def test_shortfall() -> None:
    """A soft agreement that is two short at 1.5 each costs 3, one that is one over at 4 costs 4."""
    rules = [
        agreement("places", ">=", 10, municipality="GM1", group="status", strength=1.5),
        agreement("built", "<=", 2, municipality="", group="", strength=4.0),
        agreement("places", "<=", 99, municipality="", group="", strength="hard"),
    ]
    table = pd.concat(rules).assign(agreement=["A", "B", "C"])
    model, _ = stated(small(agreements=table))
    point = point_of(model)
    point[model.program.terms("short")["column"]] = 2
    point[model.program.terms("over")["column"]] = 1
    vector = MEASURES["shortfall"].vector(model, "agreement")
    assert sorted(vector.values(point)) == [0, 3, 4]


def test_elements_of_a_region_are_compared_with_each_other() -> None:
    """Relative measures know the region and the fair share of each element."""
    vector = MEASURES["relative_load"].vector(MODEL, "municipality")
    assert vector.region.tolist() == [0, 1, 1]
    assert vector.share.tolist() == pytest.approx([1.0, 0.8, 0.2])
    assert vector.scale.tolist() == pytest.approx([2, 8.8, 2.2])


@pytest.mark.parametrize("measure", MEASURES)
def test_the_total_is_the_sum(measure: str) -> None:
    """The objective of all elements, or of some, has the value of their sum; every index works."""
    for over in MEASURES[measure].over:
        vector = MEASURES[measure].vector(MODEL, over)
        assert isinstance(vector, Vector)
        assert len(vector) == len(vector.index)
        assert vector.total().value(POINT) == pytest.approx(vector.values(POINT).sum())
        some = np.arange(len(vector)) % 2 == 0
        assert vector.total(some).value(POINT) == pytest.approx(vector.values(POINT)[some].sum())
        assert vector.unit
