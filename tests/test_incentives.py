"""Misstating: gains worked out by hand, and counted in truth."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from hand_made import small as by_hand
from verdeling.adapters import read_instance
from verdeling.comparing.incentives import OUTCOMES, TIES, manipulation
from verdeling.engine import solve
from verdeling.errors import PolicyError
from verdeling.instance import Instance
from verdeling.policy import Goal, Policy, read_policy

if TYPE_CHECKING:
    from verdeling.comparing.incentives import Manipulation

INSTANCES = Path(__file__).parents[1] / "instances"
COVERAGE = Goal(measure="coverage", over="group-origin", aggregate="leximin")


@cache
def towns() -> Manipulation:
    return manipulation(read_instance(INSTANCES / "three-towns"), ["leximin"], executor=1)


def two(places: int, needs: tuple[int, ...] = (10, 10)) -> Instance:
    """Two towns with one group, and all places in the first."""
    return Instance.from_tables(
        {
            "municipalities": pd.DataFrame(
                {"municipality": ["X", "Y"], "name": ["Xanten", "Ysel"], "region": "R", "population": 1000}
            ),
            "groups": pd.DataFrame({"group": ["g"], "name": ["all"], "name_nl": ["al"], "priority": [1]}),
            "place_types": pd.DataFrame({"place_type": ["home"], "name": ["home"], "name_nl": ["huis"]}),
            "suitability": pd.DataFrame({"group": ["g"], "place_type": ["home"]}),
            "needs": pd.DataFrame(
                {"group": "g", "municipality": ["X", "Y"], "year": 2027, "households": list(needs)}
            ),
            "supply": pd.DataFrame(
                {"municipality": ["X"], "place_type": ["home"], "year": [2027], "places": [places]}
            ),
        }
    )


def covering() -> Policy:
    """Everybody's coverage alike."""
    return read_policy("leximin").model_copy(update={"name": "covering", "goal": (COVERAGE,)})


def gains(found: Manipulation, lie: str, municipality: str) -> pd.Series[float]:
    table = found.gains
    row = table[(table["lie"] == lie) & (table["municipality"] == municipality)]
    return row.iloc[0]


# By hand


def test_overstating_pays_where_coverage_is_equal() -> None:
    """10 places for 10 and 10 are 5 each; for 15 and 10 they are 6 and 4: one more of the real 10."""
    found = gains(manipulation(two(10), [covering()], 0.5, executor=1), "needs", "X")
    assert found[["housed", "housed_lying", "gain_housed"]].tolist() == pytest.approx([5, 6, 1])
    assert found[["waiting", "waiting_lying", "gain_waiting"]].tolist() == pytest.approx([5, 4, 1])
    assert found[["load", "gain_load"]].tolist() == pytest.approx([10, 0])


def test_people_who_are_not_there_do_not_count() -> None:
    """18 places for 15 and 10 are 10.8 and 7.2, but only 10 really look for a home."""
    found = gains(manipulation(two(18), [covering()], 0.5, executor=1), "needs", "X")
    assert found[["housed", "housed_lying", "gain_housed"]].tolist() == pytest.approx([9, 10, 1])


def test_hiding_places_costs_own_people() -> None:
    """Of 10 places 5 are left: Xanten hosts 5 fewer, of whom 2.5 its own."""
    found = manipulation(two(10), [covering()], 0.5, executor=1)
    assert found.gains["lie"].tolist() == ["needs", "needs", "supply"]  # Ysel has nothing to hide
    row = gains(found, "supply", "X")
    assert row[["gain_load", "gain_housed", "gain_waiting"]].tolist() == pytest.approx([5, -2.5, -2.5])


def test_three_towns() -> None:
    """Beedorp hides a tenth: 11.1 of 2025 stay in Astad, and 8.9 are divided 8 to 4: 5.93 instead of 6."""
    row = gains(towns(), "supply", "B")
    assert row[["load", "load_lying"]].tolist() == pytest.approx([6, 8.9 * 8 / 12])
    row = gains(towns(), "needs", "A")
    assert row[["load", "load_lying", "gain_load"]].tolist() == pytest.approx([11, 11.5, -0.5])


def test_summary() -> None:
    """For each lie and outcome: how many gain and lose, and who gains most."""
    found = manipulation(two(10), [covering()], 0.5, executor=1).summary
    told = found.set_index(["lie", "outcome"])[["gaining", "losing", "most", "name"]]
    assert told.loc[("needs", "housed")].tolist() == [2, 0, pytest.approx(1), "Xanten"]
    assert told.loc[("supply", "load")].tolist() == [1, 0, pytest.approx(5), "Xanten"]
    assert told.loc[("supply", "housed")].tolist() == [0, 1, 0.0, ""]


# What always holds


def test_the_truth_is_what_solving_gives() -> None:
    """Loads in truth are those of the policy with its ties settled."""
    leximin = read_policy("leximin")
    alone = solve(towns().instance, leximin.model_copy(update={"goal": leximin.goal + TIES}), whole=False)
    loads = alone.loads.set_index("municipality")["load"]
    for row in towns().gains.to_dict("records"):
        assert row["load"] == pytest.approx(loads[row["municipality"]], abs=1e-6)
        own = alone.waiting[alone.waiting["municipality"] == row["municipality"]]
        assert row["housed"] == pytest.approx(own["served"].sum(), abs=1e-6)
        assert row["waiting"] == pytest.approx(own["waiting"].sum(), abs=1e-6)


def test_settling_ties_changes_no_goal() -> None:
    """A policy reaches the same with the goals that settle its ties."""
    for name in ("leximin", "utilitarian"):
        policy = read_policy(name)
        plain = solve(by_hand(), policy, whole=False).goals
        tied = solve(by_hand(), policy.model_copy(update={"goal": policy.goal + TIES}), whole=False).goals
        assert tied["value"].iloc[: len(plain)].tolist() == pytest.approx(plain["value"].tolist(), abs=1e-5)


def test_a_policy_that_fails_has_no_gains() -> None:
    """Where a key does not fit there are no numbers, and no gains are counted."""
    broken = Policy.model_validate(
        read_policy("leximin").model_dump()
        | {"name": "broken", "key": {"component": [{"attribute": "income"}]}}
    )
    found = manipulation(two(10), [broken, covering()], executor=1)
    failed = found.gains[found.gains["policy"] == "broken"]
    assert set(failed["status"]) == {"failed"}
    assert failed["message"].str.contains("'income'").all()
    assert failed[[f"gain_{outcome}" for outcome in OUTCOMES]].isna().all(axis=None)
    assert set(found.summary["policy"]) == {"covering"}


@pytest.mark.parametrize("part", [0.0, -0.1, 1.5, float("nan")])
def test_a_part_of_the_truth(part: float) -> None:
    """What is misstated is a part above 0 and up to 1."""
    with pytest.raises(PolicyError, match="above 0 and up to 1"):
        manipulation(two(10), ["leximin"], part)


def test_progress() -> None:
    """Whoever listens hears of the truth and of every lie."""
    heard: list[tuple[str, int, int]] = []
    manipulation(two(10), [covering()], executor=1, progress=lambda *told: heard.append(told))
    assert heard[-1] == ("jobs", 4, 4)
