"""Each family of rows says what `models/formulation.md` says, in numbers that were counted by hand."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from hand_made import BUILDS, PLACEMENTS, TABLES, agreement, small, table
from points import EVERYTHING, PLAN, labelled, point_of, rows, stated, violated
from verdeling import agreements, flows, formulation
from verdeling.adapters import read_instance
from verdeling.flows import FLOWS
from verdeling.formulation import FAMILIES, MOVES, add_family

if TYPE_CHECKING:
    from verdeling.instance import Instance

ROOT = Path(__file__).parents[1]
NAMED = small(agreements=agreement("places", "<=", 7, supplier="Domijn", group="status"))


def changed(kind: str, amount: float, instance: Instance | None = None, **keys: object) -> set[str]:
    """Families that are violated when one amount of the plan that just keeps every limit changes."""
    model, _ = stated(instance or NAMED, *EVERYTHING)
    point = point_of(model)
    columns = labelled(model, kind)
    at = (columns[list(keys)] == pd.Series(keys)).all(axis=1)
    assert at.sum() == 1
    point[columns.loc[at, "column"]] += amount
    return violated(model, point)


def test_names_are_headings() -> None:
    """Families are the headings of models/formulation.md below Families of rows, in the same order."""
    text = (ROOT / "models" / "formulation.md").read_text("utf-8").split("## Families of rows")[1]
    headings = [line.removeprefix("### ") for line in text.splitlines() if line.startswith("### ")]
    assert [part for heading in headings for part in heading.split(" and ")] == [*FAMILIES]


def test_names_are_functions_and_labels() -> None:
    """A family is the function of its name, and its rows carry that name in every program."""
    model, _ = stated(NAMED, *EVERYTHING)
    labels = [name for name in model.program.families() if not name.startswith("goal_")]
    assert sorted(labels) == sorted(FAMILIES)
    for name, family in FAMILIES.items():
        assert family.state.__name__ == name
        assert family.unit
        assert inspect.getdoc(family.state)
        assert family.state in (
            getattr(formulation, name, None),
            getattr(agreements, name, None),
            getattr(flows, name, None),
        )


def test_the_plan_by_hand_keeps_every_row() -> None:
    """A plan that keeps every limit is a point that keeps every row, and each family has rows."""
    model, _ = stated(NAMED, *EVERYTHING)
    point = point_of(model)
    assert violated(model, point) == set()
    families = model.program.families()
    assert all(len(families[name][0].index) for name in FAMILIES)


CHANGES = [
    ("waiting", 1, {"group": "regular", "municipality": "GM2", "year": 2027}, {"queue"}),
    ("served", 1, {"group": "status", "municipality": "GM3", "year": 2027}, {"queue", "pool", "flow_origin"}),
    ("place", 1, {"group": "regular", "municipality": "GM2", "year": 2027}, {"pool", "capacity"}),
    ("build", -1, {"project": "park", "year": 2027}, {"capacity", "project_minimum", "supplier"}),
    ("build", 5, {"project": "park", "year": 2028}, {"project"}),
    ("open", -1, {"project": "park"}, {"project"}),
    ("open", 0.5, {"project": "park"}, {"project_minimum"}),
    ("support", -1, {"provider": "JP", "municipality": "GM3", "year": 2027}, {"support"}),
    ("support", 1, {"provider": "JP", "municipality": "GM3", "year": 2027}, {"provider"}),
    ("load", 1, {"municipality": "GM1"}, {"load"}),
    ("local", 1, {"group": "status", "municipality": "GM1", "year": 2027}, {"local_origin"}),
    ("local", 1, {"group": "status", "municipality": "GM2", "year": 2028}, {"local_host"}),
    ("flow", 1, {"group": "status", "municipality": "GM1", "host": 1, "year": 2027}, {"flow_origin"}),
    (
        "flow",
        1,
        {"group": "status", "municipality": "GM2", "host": 1, "year": 2028},
        {"flow_origin", "flow_host"},
    ),
]


@pytest.mark.parametrize(("kind", "amount", "keys", "families"), CHANGES)
def test_one_more_or_less_breaks_a_family(
    kind: str, amount: float, keys: dict[str, object], families: set[str]
) -> None:
    """The plan keeps every limit just: one unit breaks the families that it touches, and no other."""
    assert changed(kind, amount, **keys) == families


def test_suppliers_that_are_named() -> None:
    """One place more of a named supplier breaks its capacity; one less leaves too many to the others."""
    keys = {
        "group": "status",
        "municipality": "GM1",
        "place_type": "social",
        "year": 2027,
        "supplier": "Domijn",
    }
    assert changed("supplied", 1, **keys) == {"agreement", "supplier"}
    assert changed("supplied", 2, **keys) == {"agreement", "supplier", "supplier_split"}
    assert changed("supplied", -1, **keys) == {"supplier_rest"}


def test_variables() -> None:
    """There is a variable for what can be, and none for what suitability, supply or needs rule out."""
    model, _ = stated(small())
    place = labelled(model, "place").set_index(["group", "municipality", "place_type", "year"]).index
    assert ("regular", "GM1", "cluster", 2027) not in place  # not suitable
    assert ("status", "GM2", "cluster", 2028) not in place  # no supply, no project
    assert ("regular", "GM3", "social", 2027) not in place  # nobody of the group looks in Achterhoek
    assert ("status", "GM1", "cluster", 2028) in place  # by the project, also in a later year
    assert ("regular", "GM2", "social", 2028) in place  # supply of 2, or the project
    assert len(place) == 11
    assert len(labelled(model, "build")) == 3  # park in both years, late in one
    assert labelled(model, "open")["project"].tolist() == ["park"]
    assert "supplied" not in model.program.column_blocks


def test_a_group_with_needs_from_the_second_year() -> None:
    """Before its first need nobody of a group can be placed, so there are no variables."""
    needs = "group,municipality,region,year,households\nstatus,GM1,,2027,0\nstatus,GM1,,2028,3"
    model, _ = stated(small(needs=needs))
    assert set(labelled(model, "place")["year"]) == {2028}
    assert set(labelled(model, "waiting")["year"]) == {2028}
    assert "regular" not in set(labelled(model, "place")["group"])


def test_whole_numbers() -> None:
    """People and places are whole; hours are not; a load is whole where burdens are."""
    model, _ = stated(small())
    marks = {
        name: set(model.program.whole[block.positions].tolist())
        for name, block in model.program.column_blocks.items()
        if len(block.index)
    }
    assert marks == {
        kind: {True} for kind in ("place", "served", "waiting", "build", "open", "load", "local")
    } | {"support": {False}}
    half = stated(small(groups=TABLES["groups"].replace("1,1,2,1.5", "1,0.5,2,1.5")))[0]
    assert not half.program.whole[half.program.column_blocks["load"].positions].any()


def test_rows_by_hand() -> None:
    """Sides of rows of the hand-made region, each counted on paper."""
    model, _ = stated(small())
    point = point_of(model)
    capacity = rows(model, "capacity", point).set_index(["municipality", "place_type", "year"])
    assert capacity.loc[("GM1", "social", 2027), ["use", "upper"]].tolist() == [4, 4]
    assert capacity.loc[("GM1", "cluster", 2027), ["use", "upper"]].tolist() == [2 - 2, 0]
    assert capacity.loc[("GM1", "cluster", 2028), ["use", "upper"]].tolist() == [1 - 0.5 * 2, 0]
    assert capacity.loc[("GM2", "social", 2028), ["use", "upper"]].tolist() == [3 - 1, 2]
    support = rows(model, "support", point).set_index(["municipality", "year"])
    assert support["use"].abs().max() == 0  # 10 and 11 hours in Losser, 2 and 5 in Hengelo, 4 and 2 in Aalten
    without = rows(model, "support", point_of(model, {"place": PLAN["place"]})).set_index(
        ["municipality", "year"]
    )
    assert without["use"].to_dict() == {
        ("GM1", 2027): 10, ("GM1", 2028): 11, ("GM2", 2027): 2, ("GM2", 2028): 5,
        ("GM3", 2027): 4, ("GM3", 2028): 2,
    }  # fmt: skip
    assert rows(model, "provider", point)["upper"].sum() == 8 + 4 + 10 + 6 + 4 + 2
    project = rows(model, "project", point).set_index("project")
    assert project.loc["park", ["use", "upper"]].tolist() == [2 - 6, 0]
    assert project.loc["late", ["use", "upper"]].tolist() == [1, 3]


def test_three_towns_by_hand() -> None:
    """The rows of three-towns are those that its README solves on paper."""
    model, _ = stated(read_instance(ROOT / "instances" / "three-towns"))
    nothing = np.zeros(model.program.column_count)
    capacity = rows(model, "capacity", nothing).set_index(["municipality", "year"])
    assert capacity["upper"].to_dict() == {
        ("A", 2025): 20, ("A", 2026): 10, ("B", 2025): 1, ("B", 2026): 15, ("C", 2026): 5,
    }  # fmt: skip
    queue = rows(model, "queue", nothing).groupby(["group", "year"])["lower"].sum()
    assert queue.to_dict() == {
        ("statushouders", 2025): 12, ("statushouders", 2026): 8, ("regular", 2025): 15, ("regular", 2026): 25,
    }  # fmt: skip
    assert len(rows(model, "pool", nothing)) == 2 * 2
    assert model.shares.load.tolist() == pytest.approx([0.4, 0.4, 0.2])
    assert not len(model.program.families()["support"][0].index)


def test_families_of_moves_are_stated_when_a_goal_counts_moves() -> None:
    """Without that goal there are no local households and no rows about them."""
    model, _ = stated(small(), {"measure": "waiting", "aggregate": "total"})
    assert "local" not in model.program.column_blocks
    assert not set(MOVES) & set(model.program.families())


def test_families_of_flows_are_stated_when_a_goal_is_about_distance() -> None:
    """Without that goal nobody is told where to go."""
    model, _ = stated(small())
    assert "flow" not in model.program.column_blocks
    assert not set(FLOWS) & set(model.program.families())


def test_without_support_there_are_no_rows_about_it() -> None:
    """An instance without rows in the table support does not limit it."""
    model, _ = stated(small(support=table(TABLES["support"]).iloc[:0]))
    assert not len(model.program.families()["support"][0].index)
    assert "support" not in {name for name, b in model.program.column_blocks.items() if len(b.index)}


def test_a_family_is_stated_once() -> None:
    """Stating a family again doubles its rows, which readers of a program would see."""
    model, _ = stated(small())
    add_family(model, "pool")
    assert len(model.program.families()["pool"]) == 2


def test_the_plan_of_this_file_is_that_of_the_verification() -> None:
    """Both witnesses judge the same plan."""
    assert PLAN["place"]["amount"].sum() == table(PLACEMENTS)["places"].sum()
    assert PLAN["build"]["amount"].sum() == table(BUILDS)["places"].sum()
