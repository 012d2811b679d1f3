"""Pictures of a division and of what is behind it: the numbers are those of the tables, in both languages."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from hand_made import small
from verdeling.adapters import read_instance
from verdeling.engine import solve
from verdeling.errors import NoSolutionError, VerdelingError
from verdeling.explaining.explanation import Explanation, explain
from verdeling.generation import Size, generate
from verdeling.instance import Instance
from verdeling.pictures.freedom import _told, range_table
from verdeling.pictures.people import group_table, year_table
from verdeling.pictures.shares import MOST_ROWS, load_table
from verdeling.pictures.steps import step_table

if TYPE_CHECKING:
    from verdeling.pictures.picture import Picture
    from verdeling.solution import Solution

ENGLISH = r"\b(the|and|places|households|municipalit|share|load|housed|waiting|needs|carries|number)\b"


@cache
def towns() -> Solution:
    return solve(read_instance("instances/three-towns"), whole=False)


@cache
def reasons() -> Explanation:
    return explain(towns())


@cache
def many() -> Solution:
    """More municipalities than a page holds, in several regions."""
    return solve(generate(Size(4, 18, 2, 2, 1), seed=3), "proportional", whole=False)


def drawn(picture: Picture) -> str:
    """What can be read in a picture."""
    root = ElementTree.fromstring(picture.svg())
    return " ".join(each.text for each in root.iter() if each.text)


def rows(picture: Picture, *columns: str) -> list[dict[str, Any]]:
    """Rows of data of a chart that have some columns, wherever they stand in it."""
    found: list[dict[str, Any]] = []
    for values in picture.spec()["datasets"].values():
        found.extend(row for row in values if {*columns} <= {*row})
    return list({json.dumps(row, sort_keys=True): row for row in found}.values())


def test_loads_are_those_of_the_tables() -> None:
    """Bars add up to all that is placed for groups with burden, and ticks to the whole task."""
    instance, picture = towns().instance, towns().plot.loads()
    burden = instance["groups"].set_index("group")["burden"]
    placed, needs = towns().placements, instance["needs"]
    shown = rows(picture, "load", "fair_load")
    assert sum(row["load"] for row in shown) == pytest.approx(
        (placed["places"] * placed["group"].map(burden)).sum()
    )
    assert sum(row["fair_load"] for row in shown) == pytest.approx(
        (needs["households"] * needs["group"].map(burden)).sum()
    )
    for row in shown:
        assert row["relative"] == pytest.approx(row["load"] / row["fair_load"])


def test_loads_say_the_extremes() -> None:
    """The description names the highest and the lowest with their numbers, in the language's notation."""
    picture = towns().plot.loads()
    assert (
        "Het meest draagt Astad (137,5% van het eerlijk aandeel), het minst Ceedijk (75,0%)"
        in picture.description
    )
    assert "137.5%" in towns().plot.loads("en").description
    assert "137,5%" in drawn(picture)


def test_numbers_of_loads_are_free() -> None:
    """No stem strikes through a number: each has an edge below it; the axis ends in a number of its own."""
    spec = json.dumps(towns().plot.loads().spec())
    texts = re.findall(r'"mark": (\{"type": "text".*?\})', spec)
    assert sum('"stroke": ' in each for each in texts) == 2
    assert spec.count('"labelFlush": false') >= 1


def test_many_municipalities() -> None:
    """More than a page holds stand on a line for each region; one region still has its bars."""
    assert len(many().loads) > MOST_ROWS
    picture = many().plot.loads()
    assert len(rows(picture, "relative", "row")) == len(many().loads)
    region = many().loads["region"].iloc[0]
    assert len(rows(many().plot.loads(region=region), "fair_load")) == 18
    with pytest.raises(VerdelingError, match="There is no region"):
        many().plot.loads(region="nowhere")


def test_groups_add_up() -> None:
    """Every place is in a cell, by municipality or by region; evenness is measured from the fair share."""
    for solution in (towns(), many()):
        table = group_table(solution, "nl")
        assert table["places"].sum() == pytest.approx(solution.placements["places"].sum())
        assert table.groupby("group")["places"].sum().to_dict() == pytest.approx(
            solution.placements.groupby("group")["places"].sum().to_dict()
        )
    first = group_table(towns(), "nl").set_index(["municipality", "group"]).loc[("A", "statushouders")]
    assert first["relative"] == pytest.approx(11 / (0.4 * 20))
    assert "region" in group_table(many(), "nl")


def test_years_add_up() -> None:
    """Needs, housed and waiting of each group and year are those of all its municipalities together."""
    table = year_table(towns(), "nl")
    for row in table.itertuples():
        own = towns().waiting
        own = own[(own["group"] == row.group) & (own["year"] == row.year)]
        assert (row.needs, row.served, row.waiting) == pytest.approx(
            (own["needs"].sum(), own["served"].sum(), own["waiting"].sum())
        )
    assert "gehuisvest 31 (77,5%), wachtend eind 2026: 9" in towns().plot.years().description


def test_pictures_of_people_of_one_region() -> None:
    """Of one region they name it, and show its own numbers and those of nobody else."""
    chosen = many().loads["region"].iloc[0]
    own = many().loads.query("region == @chosen")
    table = group_table(many(), "nl", chosen)
    assert set(table["municipality"]) == set(own["municipality"])
    assert table["places"].sum() == pytest.approx(own["places"].sum())
    waiting = many().waiting.query("region == @chosen")
    assert year_table(many(), "nl", chosen)["needs"].sum() == pytest.approx(waiting["needs"].sum())
    for picture in (many().plot.groups(region=chosen), many().plot.years(region=chosen)):
        assert chosen in picture.title


def test_no_years_below_nothing() -> None:
    """Every group has the years below its own bars: where a row is not full, none stand below nothing."""
    assert len({row["group"] for row in rows(many().plot.years(), "group", "served")}) % 3
    for picture, years in ((towns().plot.years(), 2), (many().plot.years(), 1)):
        groups = len({row["group"] for row in rows(picture, "group", "served")})
        assert len(re.findall(r">20\d\d</text>", picture.svg())) == groups * years


def test_path_leads_to_the_result() -> None:
    """Each step begins where the one before ends; the last total is the load."""
    table = step_table(reasons().paths.of("A"), "nl")
    assert table["start"].tolist()[1:-1] == table["end"].tolist()[:-2]
    assert table["end"].iloc[-1] == pytest.approx(towns().loads.set_index("municipality").loc["A", "load"])
    assert table["told"].tolist() == ["8", "+3", "11"]
    assert reasons().plot.path("A").description == reasons().paths.of("A").sentence("nl")


def test_room_has_its_ends() -> None:
    """A range runs between the loads at its ends, less that of the plan; a settled load has none."""
    tied = explain(solve(read_instance("instances/two-towns-tied"), "utilitarian", whole=False))
    table = range_table(tied, "nl").set_index("municipality")
    assert table[["down", "up"]].to_numpy() == pytest.approx(np.array([[-4.0, 0.0], [0.0, 4.0]]))
    assert table["told"].tolist() == ["6 (2 tot 6)", "2 (2 tot 6)"]
    assert set(range_table(reasons(), "nl")["freedom"]) == {"settled"}
    assert _told("unknown", 6.0, 6.0, 7.0, lang="nl") == "6 (niet bekend; 6 tot 7)"
    assert _told("unknown", 6.0, 6.0, 6.0, lang="nl") == "6 (niet bekend)"
    assert drawn(reasons().plot.room()).count("ligt vast") >= 3


def test_no_english_in_dutch() -> None:
    """What stands in a Dutch picture is Dutch."""
    plot = towns().plot
    pictures = [plot.loads(), plot.groups(), plot.years(), plot.map()]
    pictures += [reasons().plot.path("A"), reasons().plot.room(), towns().instance.plot.map()]
    for picture in pictures:
        found = re.findall(ENGLISH, drawn(picture), flags=re.IGNORECASE)
        assert found == [], picture.title
        assert re.search(r"\d\.\d(?!\d\d)", drawn(picture)) is None, picture.title


def test_dutch_notation_on_axes() -> None:
    """Thousands are parted by a point on a Dutch axis, and by a comma on an English one."""
    large = [row for row in many().loads["load"] if row > 1000]
    assert large
    region = many().loads.sort_values("load")["region"].iloc[-1]
    axis = r"\b[1-9]{}000\b"
    assert re.search(axis.format(r"\."), drawn(many().plot.loads(region=region)))
    assert re.search(axis.format(","), drawn(many().plot.loads("en", region=region)))


STRANGE = ["</script><script>alert(1)</script>", "\"Quoted\" & 'so' <b>", "x" * 100, "קריית גת", "Leeg"]


@cache
def strange() -> Solution:
    """Five municipalities with names that nobody expects; the last one gives no place."""
    towns = pd.DataFrame({"municipality": list("ABCDE"), "name": STRANGE, "region": "r", "population": 100})
    towns = towns.assign(longitude=[6.0, 6.1, 6.2, 6.3, 6.4], latitude=[52.0, 52.1, 52.0, 52.1, 52.0])
    groups = pd.DataFrame(
        {"group": ["g"], "name": ["<i>people</i>"], "name_nl": ["<i>mensen</i>"], "priority": [1]}
    )
    types = pd.DataFrame({"place_type": ["k"], "name": ["k"], "name_nl": ["k"]})
    suited = pd.DataFrame({"group": ["g"], "place_type": ["k"], "preference": [1]})
    needs = pd.DataFrame({"group": "g", "municipality": list("ABCDE"), "year": 2025, "households": 4})
    supply = pd.DataFrame(
        {"municipality": list("ABCD"), "place_type": "k", "year": 2025, "places": [4, 5, 4, 4]}
    )
    tables = {"municipalities": towns, "groups": groups, "place_types": types, "suitability": suited}
    return solve(Instance.from_tables({**tables, "needs": needs, "supply": supply}), whole=False)


@pytest.mark.parametrize("kind", ["loads", "groups", "years", "map"])
def test_strange_names(kind: str) -> None:
    """Markup stays text, long names are cut, marks of direction are gone, and no two names fall together."""
    picture = getattr(strange().plot, kind)()
    svg = picture.svg()
    ElementTree.fromstring(svg)
    assert "<script" not in svg
    assert "<b>" not in svg
    assert "x" * 40 not in drawn(picture).replace(picture.description, "")
    assert ("קריית גת" in drawn(picture).replace(picture.description, "")) == (kind != "years")


def test_strange_names_in_a_page(tmp_path: Any) -> None:
    """In a page a name can neither end the script nor begin one."""
    strange().plot.loads().save(tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text("utf-8")
    assert "alert(1)</script>" not in page
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page


def test_nobody_falls_out() -> None:
    """Every municipality has a row of its own, also who gives nothing."""
    table = load_table(strange(), "nl")
    assert table["label"].nunique() == len(STRANGE)
    assert table.set_index("municipality").loc["E", ["load", "relative"]].tolist() == [0, 0]
    assert table.set_index("municipality").loc["E", "told"] == "0,0%"


def test_no_plan_no_picture() -> None:
    """A solution without a plan cannot be drawn, and a language that is not there is refused."""
    infeasible = solve(read_instance("instances/impossible-agreements"), whole=False)
    with pytest.raises(NoSolutionError):
        infeasible.plot.loads()
    with pytest.raises(VerdelingError, match="There is no such language"):
        towns().plot.loads("de")  # type: ignore[arg-type]


def test_same_picture_again() -> None:
    """The same division gives the same picture, to the last character."""
    assert towns().plot.loads().svg() == towns().plot.loads().svg()
    assert solve(small(), whole=False).plot.loads("en").title.startswith("The division")
