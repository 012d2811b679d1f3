"""Wishes: what stands in the way of them, what granting them costs, and what it would take."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from hand_made import TABLES, small, table
from longer import in_long_runs
from seeded import KINDS, seeded
from verdeling.engine import solve
from verdeling.errors import NoSolutionError, VerdelingError
from verdeling.explaining.asking.desk import Desk
from verdeling.explaining.asking.moving import moved
from verdeling.explaining.asking.taking import PEOPLE, what_would_it_take
from verdeling.explaining.asking.wishes import why_not
from verdeling.goals import settle_aim
from verdeling.policy import read_policy
from verdeling.program import Objective
from verdeling.shared import Started
from verdeling.solvers import find_solver

if TYPE_CHECKING:
    import pandas as pd

    from verdeling.solution import Solution


@cache
def solved() -> Solution:
    return solve(small(), whole=False)


def test_limits_in_the_way() -> None:
    """Aalten has 2 places, and 4 households that look: a third place is refused by its supply."""
    found = why_not(short(support=None), "GM3", 3)
    assert found.present == pytest.approx(2.0)
    assert found.chain["most"].iloc[0] == pytest.approx(2.0)
    assert not found.chain["granted"].any()
    assert found.limits[["family", "municipality", "price"]].to_numpy().tolist() == [["capacity", "GM3", 1.0]]
    assert found.sentences("en") == [
        "Aalten wishes for 3 places and has 2.",
        "The hard limits allow only between 0 and 2 places.",
        "If Aalten were given 3 places, no plan would keep all hard limits any more.",
    ]


def test_a_goal_in_the_way() -> None:
    """With one place instead of two, one status holder of Aalten waits for two years."""
    found = why_not(solved(), "GM3", 1)
    assert found.chain["granted"].tolist()[:2] == [True, False]
    assert found.cost.effect.goals["change"].iloc[0] == pytest.approx(2.0)
    assert found.cost.effect.loads["after"].tolist() == pytest.approx([0.5])
    assert found.sentences("nl")[1] == (
        "Zodra het doel “wachten, op prioriteit” gehaald wordt, kan Aalten alleen nog 2 plekken hebben."
    )


def test_nothing_in_the_way() -> None:
    """What a municipality has already is free."""
    found = why_not(solved(), "GM3", 2)
    assert found.chain["granted"].all()
    assert not found.cost.effect
    assert "No limit and no goal stands in the way." in found.sentences("en")


@pytest.mark.parametrize("kind", KINDS)
def test_reach_is_that_of_another_solver(kind: str) -> None:
    """Least and most after each goal are those of CBC, and they narrow from goal to goal."""
    instance, policy = seeded(kind, 21), read_policy("utilitarian")
    try:
        desk = Desk(instance, policy)
    except NoSolutionError:
        return
    municipality = instance.tables["municipalities"]["municipality"].iloc[0]
    chain = why_not(desk.plan, municipality, 3, desk).chain
    assert (chain["least"].diff().dropna() >= -1e-5).all()
    assert (chain["most"].diff().dropna() <= 1e-5).all()
    started = Started(instance, policy, find_solver("PULP_CBC_CMD"))
    place = started.model.program.terms("place")
    own = place["municipality"] == started.model.data.ids["municipality"].get_loc(municipality)
    columns = place.loc[own, "column"].to_numpy()
    settle_aim(started.pursuit, started.goals[0])
    for side, sign in (("least", 1.0), ("most", -1.0)):
        value = 0.0
        if len(columns):
            value = sign * started.pursuit.minimise(Objective(columns, np.full(len(columns), sign))).value
        assert chain[side].iloc[1] == pytest.approx(value, abs=1e-3)


def short(**tables: str | None) -> Solution:
    """Four status holders look from Aalten, which has two places."""
    needs = table(TABLES["needs"])
    needs.loc[needs["municipality"] == "GM3", "households"] = 4
    return solve(small(needs=needs, **tables), whole=False)  # type: ignore[arg-type]


def test_what_it_takes_by_hand() -> None:
    """Without support Aalten needs two places more, and no other kind of limit helps."""
    found = what_would_it_take(short(support=None), "GM3", 1.0)
    ways = found.ways.set_index("way")
    assert ways["possible"].to_dict() == {
        "supply": True,
        "hours": False,
        "agreements": False,
        "projects": False,
        "together": True,
    }
    assert ways["total"].dropna().tolist() == pytest.approx([2.0, 2.0])
    supply = found.moves[found.moves["way"] == "supply"]
    assert supply["change"].sum() == pytest.approx(2.0)
    assert set(supply["family"]) == {"capacity"}
    assert found.sentences("nl")[0] == (
        "Aalten wenst dat 100% van de eigen huishoudens aan het eind een woning heeft."
    )
    assert "2 places more (Aalten, Social rent, 2027)" in found.sentences("en")[1]


def test_several_limits_at_once() -> None:
    """With support, neither places nor hours alone suffice: it takes two places and their hours."""
    found = what_would_it_take(short(), "GM3", 1.0)
    ways = found.ways.set_index("way")
    assert not ways["possible"][["supply", "hours", "agreements", "projects"]].any()
    together = found.moves[found.moves["way"] == "together"]
    assert together.groupby("family")["change"].sum()["capacity"] == pytest.approx(2.0)
    assert "JP" in set(together["owner"])


def test_nothing_has_to_change() -> None:
    """A coverage that is reached already takes nothing."""
    found = what_would_it_take(solved(), "GM3", 1.0)
    assert found.ways["total"].max() == pytest.approx(0.0, abs=1e-6)
    assert found.sentences("en")[1:] == ["It can be done without changing any limit."]


SCOPE = ["family", "agreement", "municipality", "place_type", "supplier", "year", "provider", "project"]


def most_housed(moves: pd.DataFrame, desk: Desk, municipality: str, part: float) -> float:
    """By CBC: most households housed after a part of the moves, no goal about people being worse."""
    started = Started(desk.instance, desk.policy, find_solver("PULP_CBC_CMD"))
    for aim in started.goals:
        if aim.goal.measure in PEOPLE:
            settle_aim(started.pursuit, aim)
    rows = desk.plan.rows.astype(dict.fromkeys(("municipality", "year"), "str"))
    for move in moves.to_dict("records"):
        row = rows[np.logical_and.reduce([rows[name] == move[name] for name in SCOPE])]
        moved(row["row"].item(), row["sense"].item(), part * move["change"])(started.model.program)
    served = started.model.program.terms("served")
    position = started.model.data.ids["municipality"].get_loc(municipality)
    columns = served.loc[served["origin"] == position, "column"].to_numpy()
    return -started.pursuit.minimise(Objective(columns, -np.ones(len(columns)))).value


@pytest.mark.parametrize("seed", [0, *in_long_runs([1, 2])])
@pytest.mark.parametrize("kind", ["scarce", "starved", "building"])
def test_the_changes_suffice_and_no_less_does(kind: str, seed: int) -> None:
    """By CBC: with the changes the coverage is reached, with nine tenths of them it is not."""
    instance = seeded(kind, seed)
    desk = Desk(instance, read_policy("leximin"))
    needs = instance.tables["needs"]
    own = needs[needs["municipality"] != ""].groupby("municipality")["households"].sum()
    if own.empty or not own.max():
        pytest.skip("All needs are those of the region.")
    municipality, households = own.idxmax(), own.max()
    found = what_would_it_take(desk.plan, municipality, 1.0, desk)
    for way in found.ways.loc[found.ways["total"] > 0.1, "way"]:
        moves = found.moves[found.moves["way"] == way]
        assert most_housed(moves, desk, municipality, 1.0) >= households - 1e-3
        assert most_housed(moves, desk, municipality, 0.9) < households - 1e-3


def test_bad_wishes() -> None:
    """An unknown municipality, a part above one and a number below zero are refused, all at once."""
    with pytest.raises(VerdelingError) as caught:
        why_not(solved(), "GM33", -1)
    assert len(caught.value.problems) == 2
    assert "GM3" in str(caught.value)
    with pytest.raises(VerdelingError) as caught:
        what_would_it_take(solved(), "GM33", 1.2)
    assert len(caught.value.problems) == 2
    needs = table(TABLES["needs"])
    nobody = solve(small(needs=needs[needs["municipality"] != "GM1"]), whole=False)
    with pytest.raises(VerdelingError, match="No needs"):
        what_would_it_take(nobody, "GM1", 0.5)
