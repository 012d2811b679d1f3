"""Who goes where: minutes between municipalities, and the shortest way for the homes that are given."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linear_sum_assignment

from hand_made import small, table
from points import policy, stated
from verdeling.engine import solve
from verdeling.errors import PolicyError
from verdeling.flows import minutes
from verdeling.instance import Instance

GOALS = (
    {"measure": "waiting", "aggregate": "total"},
    {"measure": "distance", "aggregate": "total"},
)


def towns(distances: str) -> Instance:
    """Three towns where people look and one more; ten homes for ten households, in the last two."""
    tables = {
        "municipalities": "municipality,name,region,population\nA,A,R,10\nB,B,R,10\nC,C,R,30\nD,D,R,20",
        "groups": "group,name,name_nl,priority,burden\nx,X,X,1,1",
        "place_types": "place_type,name,name_nl\nrent,Rent,Huur",
        "suitability": "group,place_type\nx,rent",
        "needs": "group,municipality,year,households\nx,A,2027,4\nx,B,2027,3\nx,C,2027,3",
        "supply": "municipality,place_type,year,places\nC,rent,2027,6\nD,rent,2027,4",
        "distances": distances,
    }
    return Instance.from_tables({name: table(text) for name, text in tables.items()})


def every(apart: dict[str, int]) -> str:
    """A table with the same minutes both ways."""
    rows = [f"{a},{b},{far}" for pair, far in apart.items() for a, b in (pair, pair[::-1])]
    return "\n".join(["origin,host,minutes", *rows])


APART = {"AB": 5, "AC": 30, "AD": 10, "BC": 20, "BD": 15, "CD": 12}


@pytest.mark.parametrize("whole", [True, False])
def test_the_shortest_way_by_hand(whole: bool) -> None:
    """C keeps its own 3; of A's 4 all go to D, 10 minutes, and B's 3 to C, 20 minutes: 100 minutes."""
    goals = solve(towns(every(APART)), policy(*GOALS), whole=whole).goals
    assert goals["value"].iloc[-1] == pytest.approx(4 * 10 + 3 * 20, abs=1e-3)


@pytest.mark.parametrize("seed", range(5))
def test_the_shortest_way_by_assignment(seed: int) -> None:
    """One household at a time, matched to one home at a time, is the same distance."""
    apart = dict(zip(APART, np.random.default_rng(seed).integers(1, 60, 6).tolist(), strict=True))
    goals = solve(towns(every(apart)), policy(*GOALS), whole=True).goals
    far = {pair: each for key, each in apart.items() for pair in (key, key[::-1])}
    costs = np.array([[far.get(f"{origin}{host}", 0) for host in "CCCCCCDDDD"] for origin in "AAAABBBCCC"])
    assert goals["value"].iloc[-1] == pytest.approx(costs[linear_sum_assignment(costs)].sum(), abs=1e-3)


def test_minutes() -> None:
    """As the table says, in each direction; zero at home and where regions do not meet."""
    model, _ = stated(small())
    names = model.data.municipalities["name"]
    found = pd.DataFrame(minutes(model), names, names)
    assert (found.loc["Losser", "Hengelo"], found.loc["Hengelo", "Losser"]) == (20, 25)
    assert found.loc["Aalten"].tolist() == [0, 0, 0]
    assert found.loc["Hengelo", "Hengelo"] == 0


def test_all_that_is_missing_is_told_at_once() -> None:
    """Of many distances that are missing some are named and the others counted."""
    instance = towns("origin,host,minutes\nA,B,1")
    with pytest.raises(PolicyError) as caught:
        solve(instance, policy(*GOALS))
    (problem,) = caught.value.problems
    assert "from A to C; A to D; B to A; B to C; B to D and 6 more" in problem.what
    assert "take another goal" in problem.remedy
