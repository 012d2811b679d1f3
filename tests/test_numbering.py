"""Positions follow the content of the tables, never ids or the order of rows."""

from __future__ import annotations

import pandas as pd

from hand_made import TABLES, small, table
from verdeling.numbering import number

NUMBERED = number(small())


def test_municipalities_stand_by_name() -> None:
    """Aalten, Hengelo, Losser: by name and not by id; so do regions, in the order of their first one."""
    assert NUMBERED.ids["municipality"].tolist() == ["GM3", "GM2", "GM1"]
    assert NUMBERED.ids["region"].tolist() == ["Achterhoek", "Twente"]
    assert NUMBERED.municipalities["region"].tolist() == [0, 1, 1]


def test_groups_stand_by_priority() -> None:
    """The group with priority 1 stands first, whatever its id."""
    groups = TABLES["groups"].replace("status,", "zzz,")
    others = {name: TABLES[name].replace("status", "zzz") for name in ("suitability", "needs")}
    assert number(small(groups=groups, **others)).ids["group"].tolist() == ["zzz", "regular"]


def test_ids_decide_nothing_but_ties() -> None:
    """With other ids every table of positions is the same; only what stands at a position differs."""
    swapped = {name: text.replace("GM1", "GM9").replace("GM3", "GM0") for name, text in TABLES.items()}
    other = number(small(**swapped))
    for name in ("suitability", "needs", "supply", "projects"):
        pd.testing.assert_frame_equal(getattr(other, name), getattr(NUMBERED, name))
    assert other.ids["municipality"].tolist() == ["GM0", "GM2", "GM9"]


def test_the_order_of_rows_decides_nothing() -> None:
    """Tables that are turned upside down get the same positions."""
    turned = number(small(**{name: table(text).iloc[::-1] for name, text in TABLES.items()}))
    for name in ("needs", "supply", "projects", "offers"):
        pd.testing.assert_frame_equal(getattr(turned, name), getattr(NUMBERED, name))


def test_origins_are_municipalities_and_then_regions() -> None:
    """A need without municipality has its region as origin, after all municipalities."""
    needs = NUMBERED.needs.query("group == 0 and year == 0")
    assert needs.set_index("origin")["households"].to_dict() == {0: 2, 2: 2, 3 + 1: 4}
    assert NUMBERED.region_of_origin.tolist() == [0, 1, 1, 0, 1]


def test_offers_know_their_region() -> None:
    """An offer for a whole region has no municipality; a local one has the region of its municipality."""
    offers = NUMBERED.offers
    assert offers["offer"].tolist() == list(range(6))
    assert offers.loc[offers["municipality"] < 0, "hours"].tolist() == [4, 6]
    assert offers.loc[offers["municipality"] == 0, "region"].unique().tolist() == [0]
    assert NUMBERED.years == 2


def test_the_same_need_in_several_rows_adds_up() -> None:
    """Rows of a scenario and of every scenario are one need when they are about the same people."""
    needs = TABLES["needs"].replace("households", "households,scenario").replace("2027,9", "2027,9,low")
    numbered = number(small(needs=needs).in_scenario("low"))
    assert numbered.needs["households"].sum() == NUMBERED.needs["households"].sum()


def test_labels() -> None:
    """Positions become ids again; an origin becomes its region and municipality, empty for the region's."""
    labelled = NUMBERED.label(
        pd.DataFrame({"origin": [2, 4], "group": [1, 0], "year": [1, 0], "places": [5, 6]})
    )
    assert labelled.to_dict("list") == {
        "group": ["regular", "status"],
        "year": [2028, 2027],
        "places": [5, 6],
        "region": ["Twente", "Twente"],
        "municipality": ["GM1", ""],
    }


def test_a_published_share_is_an_attribute() -> None:
    """The table fair_shares becomes the attribute fair_share of the municipalities."""
    published = small(fair_shares="municipality,share\nGM1,1\nGM2,3\nGM3,5")
    assert number(published).municipalities["fair_share"].tolist() == [5, 3, 1]
    assert "fair_share" not in NUMBERED.municipalities
