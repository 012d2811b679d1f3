"""A solution is a value: its tables say what they promise, and nothing is read where there is nothing."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from functools import cache

import pandas as pd
import pytest

from hand_made import agreement, small
from seeded import seeded
from verdeling.engine import solve
from verdeling.errors import NoSolutionError
from verdeling.solution import TABLES_OF_A_SOLUTION, Solution

COLUMNS = {
    "placements": ["municipality", "group", "place_type", "year", "places"],
    "loads": ["municipality", "name", "region", "places", "load", "fair_share", "relative_load", "built",
              "relative_built", "support_hours", "relative_support"],
    "waiting": ["group", "region", "municipality", "year", "needs", "served", "waiting"],
    "builds": ["project", "municipality", "place_type", "year", "places", "cost", "supplier", "certainty"],
    "support": ["provider", "municipality", "year", "hours"],
    "suppliers": ["municipality", "supplier", "group", "place_type", "year", "places"],
    "rows": ["row", "family", "agreement", "region", "municipality", "group", "place_type", "supplier",
             "year", "provider", "project", "use", "sense", "limit", "unit", "tight"],
    "prices": ["row", "goal", "stage", "price"],
    "shortfalls": ["agreement", "short", "penalty"],
}  # fmt: skip
"""Columns that must be there; a table may have more."""


@cache
def solved(whole: bool = True) -> Solution:
    """The hand-made region, with an agreement that is missed."""
    demanding = agreement("places", ">=", 10, municipality="GM3", strength=2.0)
    return solve(small(agreements=demanding), whole=whole)


def empty(status: str) -> Solution:
    """A solution without numbers."""
    return replace(solved(), status=status, tables={})


def test_tables() -> None:
    """A solution has the tables that it describes, each with its columns and as a property."""
    assert set(solved().tables) == set(TABLES_OF_A_SOLUTION) == set(COLUMNS)
    for name, columns in COLUMNS.items():
        assert set(columns) <= set(solved().table(name)), name
        assert getattr(solved(), name).equals(solved().table(name))


@pytest.mark.parametrize("status", ["infeasible", "unsolved"])
@pytest.mark.parametrize("name", TABLES_OF_A_SOLUTION)
def test_no_number_without_a_status(status: str, name: str) -> None:
    """What has no plan cannot be read: the error says why, and names the next call."""
    with pytest.raises(NoSolutionError, match=f"has no {name}") as caught:
        getattr(empty(status), name)
    (problem,) = caught.value.problems
    assert status in problem.what
    assert problem.remedy


def test_tables_are_copies() -> None:
    """Whoever changes a table changes a copy."""
    before, changed = solved().placements, solved().placements
    changed["places"] = 0
    assert solved().placements.equals(before)


def test_frozen() -> None:
    """Nothing on a solution can be set anew."""
    with pytest.raises(FrozenInstanceError):
        solved().status = "optimal"


def test_printed() -> None:
    """In one line: the instance, the policy, the status, and whether places are whole."""
    assert repr(solved()).endswith("leximin: optimal, whole places>")
    assert "fractional" in repr(solved(False))


@pytest.mark.parametrize("whole", [False, True])
def test_loads_tell_one_story(whole: bool) -> None:
    """A relative load is the load ÷ (fair share × the region's task), and loads are what was placed."""
    solution = solved(whole)
    loads = solution.loads.set_index("municipality")
    task = pd.Series({"GM1": 11, "GM2": 11, "GM3": 2})
    assert loads["relative_load"].to_dict() == pytest.approx(
        (loads["load"] / (loads["fair_share"] * task)).to_dict()
    )
    places = solution.placements.groupby("municipality")["places"].sum()
    assert loads["places"].to_dict() == pytest.approx(places.reindex(loads.index, fill_value=0).to_dict())
    weighed = solution.placements.query("group == 'status'").groupby("municipality")["places"].sum()
    assert loads["load"].to_dict() == pytest.approx(
        weighed.reindex(loads.index, fill_value=0).to_dict(), abs=1e-6
    )
    built = solution.builds.groupby("municipality")["places"].sum().reindex(loads.index, fill_value=0)
    assert loads["built"].to_dict() == pytest.approx(built.to_dict())
    assert loads.groupby("region")["fair_share"].sum().to_dict() == pytest.approx(
        {"Achterhoek": 1, "Twente": 1}
    )


def test_waiting_carries_over() -> None:
    """Who waits at the end of a year waited before or came, and was not served."""
    waiting = solved().waiting.sort_values("year")
    for _, queue in waiting.groupby(["group", "region", "municipality"]):
        before = queue["waiting"].shift(fill_value=0)
        assert (queue["waiting"] == before + queue["needs"] - queue["served"]).all()


@pytest.mark.parametrize("whole", [False, True])
def test_rows_are_kept_and_tight_where_they_are_full(whole: bool) -> None:
    """No limit is passed but by a soft agreement that is missed, and tight means at the limit."""
    rows = solved(whole).rows
    limits = rows[rows["family"] != "agreement"]
    assert (limits["use"] <= limits["limit"] + 1e-6).all() or (limits["sense"] != "<=").any()
    below = limits[limits["sense"] == "<="]
    assert (below["use"] <= below["limit"] + 1e-6).all()
    above = limits[limits["sense"] == ">="]
    assert (above["use"] >= above["limit"] - 1e-6).all()
    assert (
        rows["tight"] == ((rows["use"] - rows["limit"]).abs() <= 1e-6 * rows["limit"].abs().clip(lower=1))
    ).all()
    assert set(rows["family"]) <= {
        "capacity",
        "project",
        "project_minimum",
        "support",
        "provider",
        "agreement",
    }


def test_use_of_a_row_by_hand() -> None:
    """The capacity of Hengelo in 2027 is 8 homes, and its use is what the placements say."""
    solution = solved()
    row = solution.rows.query("family == 'capacity' and municipality == 'GM2' and year == '2027'")
    given = solution.placements.query("municipality == 'GM2' and year == 2027")["places"].sum()
    assert row[["use", "limit"]].to_numpy().tolist() == [[given, 8]]


def test_shortfalls() -> None:
    """Aalten has 2 homes and cannot give 10: eight short, or as many as are missing, at 2 each."""
    (missed,) = solved().shortfalls.to_dict("records")
    given = solved().placements.query("municipality == 'GM3'")["places"].sum()
    assert missed["agreement"] == "A"
    assert missed["short"] == 10 - given
    assert missed["penalty"] == 2 * missed["short"]
    assert solved().goals.query("measure == 'shortfall'")["value"].tolist() == pytest.approx(
        [missed["penalty"]]
    )


def test_prices_belong_to_limits_that_are_tight() -> None:
    """A price stands at a row of the table rows, is below zero, and names a goal and stage that there are."""
    solution = solve(seeded("scarce", 1), whole=False)
    priced = solution.prices.merge(solution.rows, on="row", validate="many_to_one")
    assert len(priced) == len(solution.prices) > 0
    assert (priced["price"] < 0).all()
    stages = set(zip(solution.goals["goal"], solution.goals["stage"], strict=True))
    assert set(zip(priced["goal"], priced["stage"], strict=True)) <= stages


def test_loss_is_the_distance_to_the_optimum() -> None:
    """Whole places state what they lose against the optimum, and that is the optimum of fractions."""
    for seed in range(4):
        instance = seeded("starved", seed)
        whole, fractional = solve(instance), solve(instance, whole=False)
        assert whole.goals["optimum"].tolist() == pytest.approx(
            fractional.goals["value"].tolist(), rel=1e-6, abs=1e-6
        )
        loss = whole.goals["value"] - whole.goals["optimum"]
        assert whole.goals["loss"].tolist() == pytest.approx(loss.tolist(), rel=1e-5, abs=1e-5)
        assert (fractional.goals["loss"] == 0).all()
