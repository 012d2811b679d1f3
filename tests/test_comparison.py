"""Policies side by side: each as it is alone, differences worked out by hand, failures in their row."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from hand_made import small as by_hand
from small import small
from test_examples import example
from verdeling.adapters import read_instance
from verdeling.comparing.comparison import Comparison, compare
from verdeling.comparing.dominance import dominance
from verdeling.comparing.words import ComparisonWords
from verdeling.engine import solve
from verdeling.errors import InstanceError, PolicyError
from verdeling.fairness import indicators
from verdeling.language import say
from verdeling.leeway import Leeway
from verdeling.policy import Goal, Policy, read_policy
from verdeling.pursuit import OutOfTime

if TYPE_CHECKING:
    from verdeling.instance import Instance

INSTANCES = Path(__file__).parents[1] / "instances"
FIVE = ("leximin", "maximin", "priority", "proportional", "utilitarian")
THREE = ("leximin", "proportional", "utilitarian")


@cache
def towns() -> Instance:
    return read_instance(INSTANCES / "three-towns")


@cache
def compared(*policies: str, baseline: str | None = None) -> Comparison:
    return compare(towns(), policies, baseline=baseline)


def renamed(name: str, **changes: Any) -> Policy:
    """The policy leximin under another name, with changes."""
    return Policy.model_validate(read_policy("leximin").model_dump() | {"name": name} | changes)


def key(attribute: str) -> dict[str, Any]:
    return {"component": [{"attribute": attribute}]}


def of(table: pd.DataFrame, policy: str, column: str) -> list[float]:
    """A column of one policy, rounded beyond what solvers round."""
    return table.loc[table["policy"] == policy, column].astype(float).round(6).tolist()


# As alone


@pytest.mark.parametrize("whole", [False, True])
def test_each_policy_as_it_is_alone(whole: bool) -> None:
    """Placements, loads and indicators are those of a single solve."""
    instance = by_hand()
    found = compare(instance, THREE, whole=whole)
    assert found.status["policy"].tolist() == list(THREE)
    for name in THREE:
        alone = solve(instance, name, whole=whole)
        mine = found.placements[found.placements["policy"] == name].reset_index(drop=True)
        pd.testing.assert_frame_equal(mine[list(alone.placements)], alone.placements, check_dtype=False)
        assert of(found.loads, name, "relative_load") == alone.loads["relative_load"].round(6).tolist()
        shares = alone.loads.set_index("municipality")["fair_share"]
        places = alone.placements.round({"places": 6})
        builds = alone.builds[["project", "year", "places"]]
        measured = indicators(instance, places, shares, builds=builds)
        known = measured["value"].notna()
        listed = found.indicators[found.indicators["policy"] == name].reset_index(drop=True)
        assert listed["indicator"].tolist() == measured["indicator"].tolist()
        assert listed.loc[known, "value"].to_numpy(float) == pytest.approx(
            measured.loc[known, "value"].to_numpy(float)
        )


def test_all_policies_by_default() -> None:
    """Without names every policy in models/ is compared."""
    found = compare(example())
    assert {"leximin", "utilitarian"} <= set(found.status["policy"])
    assert len(found.status) > len(FIVE)


def test_other_workers_find_the_same(tmp_path: Path) -> None:
    """A job for each policy, kept in a folder and read back, gives what this process finds."""
    expected = compared("leximin", "utilitarian")
    for _ in range(2):
        found = compare(towns(), ["leximin", "utilitarian"], executor=1, folder=tmp_path / "kept")
        for name, table in expected.tables.items():
            pd.testing.assert_frame_equal(found.tables[name], table, check_dtype=False, atol=1e-6)


def test_progress() -> None:
    """Whoever listens hears of every policy and scenario."""
    heard: list[tuple[str, int, int]] = []
    compare(small(), ["leximin", "maximin"], ["low", "high"], progress=lambda *told: heard.append(told))
    assert [told for told in heard if told[0] == "jobs"] == [("jobs", done, 4) for done in range(5)]
    assert {"optimum", "room"} < {phase for phase, _, _ in heard}
    ends = [(done, total) for phase, done, total in heard if phase == "room" and total > 1]
    towns = len(small().tables["municipalities"])
    assert ends == [(done, 2 * towns) for _ in range(4) for done in range(1, 2 * towns + 1)]


def test_of_many_it_is_asked_only_where_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    """From so many municipalities on ranges are for who asks for them, and below that for everybody."""
    monkeypatch.setattr("verdeling.comparing.comparison.MANY", len(towns().tables["municipalities"]))
    assert compare(towns(), ["leximin"]).ranges.empty
    assert len(compare(towns(), ["leximin"], room=True).ranges)
    monkeypatch.undo()
    assert len(compare(towns(), ["leximin"]).ranges)


def test_a_time_limit_is_for_each_policy(tmp_path: Path) -> None:
    """Who has no time has no plan, in this process and by a job, and that is no failure."""
    elsewhere: dict[str, Any] = {"executor": 1, "folder": tmp_path / "kept"}
    for more in ({}, elsewhere):
        found = compare(towns(), ["leximin", "maximin"], time_limit=1e-6, **more)
        assert found.status["status"].tolist() == ["unsolved", "unsolved"]
        assert found.loads.empty


def test_late_ranges_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A policy whose ranges came too late stands beside the others, unknown, and a note names it."""
    asked, times = Leeway.ranges, iter([False, True])

    def ranges(self: Leeway, *given: Any) -> pd.DataFrame:
        if next(times):
            raise OutOfTime
        return asked(self, *given)

    monkeypatch.setattr(Leeway, "ranges", ranges)
    found = compare(towns(), ["utilitarian", "leximin"])
    assert set(found.loads.loc[found.loads["policy"] == "leximin", "freedom"]) == {"unknown"}
    late = say("compare.late", "nl", policies="Leximin")
    assert ComparisonWords(found, "nl").notes()[-1] == late
    assert late not in ComparisonWords(compare(towns(), ["utilitarian"], room=False), "nl").notes()


# By hand


def test_winners_against_the_key() -> None:
    """Leximin houses 20 of which 8, 8 and 4 are fair: Astad carries 11, Beedorp 6, Ceedijk 3."""
    found = compared(*FIVE).winners
    assert of(found, "leximin", "baseline") == [8, 8, 4]
    assert of(found, "leximin", "change") == [3, -2, -1]
    assert of(found, "leximin", "relative_change") == [0.375, -0.25, -0.25]
    assert found.loc[found["policy"] == "leximin", "verdict"].tolist() == ["loses", "gains", "gains"]


@pytest.mark.parametrize("policy", FIVE)
def test_against_the_key_gains_are_losses(policy: str) -> None:
    """What some municipalities carry less than their share of what is housed, others carry more."""
    assert sum(of(compared(*FIVE).winners, policy, "change")) == pytest.approx(0, abs=1e-5)


def test_winners_against_a_policy() -> None:
    """Maximin leaves Astad at 11, and leaves open how Beedorp and Ceedijk share the other 9.

    Under leximin that is 6 and 3; under maximin it can be 4 to 7 and 2 to 5.
    """
    found = compared("leximin", "maximin", baseline="leximin").winners
    assert of(found, "leximin", "change") == [0, 0, 0]
    astad, beedorp, ceedijk = of(found, "maximin", "change")
    assert (astad, beedorp + ceedijk) == (0, 0)
    assert of(found, "maximin", "relative_change") == pytest.approx([0, beedorp / 8, ceedijk / 4])
    assert of(found, "maximin", "lowest") == pytest.approx([0, -2, -1], abs=1e-5)
    assert of(found, "maximin", "highest") == pytest.approx([0, 1, 2], abs=1e-5)
    assert found["verdict"].tolist() == ["same"] * 4 + ["open", "open"]
    unasked = compare(towns(), ["leximin", "maximin"], baseline="leximin", room=False).winners
    verdicts = [*np.sign(of(unasked, "maximin", "change")).astype(int)]
    named = {-1: "gains", 0: "same", 1: "loses"}
    assert unasked["verdict"].tolist() == ["same"] * 3 + [named[sign] for sign in verdicts]


def test_differences() -> None:
    """Utilitarian houses 2 statushouders of 2025 less in Astad and 1 in Beedorp, and 3 others instead."""
    found = compared("leximin", "utilitarian").differences
    assert found[["policy", "other", "same"]].to_numpy().tolist() == [["leximin", "utilitarian", ""]]
    assert found[["places", "load"]].to_numpy().tolist() == [pytest.approx([3, 2])]


def test_the_same_division() -> None:
    """A policy under another name gives the same division, and no policy with other loads does."""
    found = compare(towns(), ["leximin", renamed("again"), "maximin"])
    assert found.same.to_numpy().tolist() == [["", "leximin", "again", "division", "settled"]]


def test_the_same_loads() -> None:
    """Without the goals after the loads other places can be given, with the same loads."""
    goals = read_policy("leximin").model_dump()["goal"]
    last = [Goal(measure="moves", aggregate="total").model_dump()]
    costly = renamed("costly", goal=[*goals[:3], {"measure": "cost", "aggregate": "total"}, *last])
    found = compare(by_hand(), ["leximin", costly])
    assert found.differences["load"].tolist() == pytest.approx([0], abs=1e-6)
    assert found.differences["same"].isin(["division", "loads"]).all()


def test_dominance_of_the_example() -> None:
    """With the numbers of models/README.md: maximin moves 0, proportional 2, leximin 4, all else alike."""
    found = compare(example(), FIVE)
    chosen = dominance(found.indicators, ["heaviest", "waiting", "moves"])
    assert chosen[["policy", "dominated", "better_on"]].to_numpy().tolist() == [
        ["maximin", "leximin", "moves"],
        ["maximin", "proportional", "moves"],
        ["proportional", "leximin", "moves"],
    ]


def test_price_of_fairness() -> None:
    """Counted from priority, the first with the least waiting (10): it houses 30 where others house 20."""
    table = compare(example(), FIVE).indicators
    prices = table[table["indicator"] == "price_of_fairness"].set_index("policy")["value"]
    assert prices[list(FIVE)].tolist() == pytest.approx([1 / 3, 1 / 3, 0, 1 / 3, 0], abs=1e-6)


def test_one_yardstick() -> None:
    """Loads are relative to the shares of the first policy whose key fits, whichever key a policy has."""
    instance = small(agreements=None)
    found = compare(
        instance,
        [renamed("broken", key=key("income")), "leximin", renamed("homes", key=key("dwellings"))],
        ["low"],
    )
    assert found.yardstick == "leximin"
    loads = found.loads
    assert loads.groupby("municipality")["fair_share"].nunique().eq(1).all()
    assert loads["load"].to_numpy() == pytest.approx((loads["relative_load"] * loads["fair_load"]).to_numpy())
    twente = loads[(loads["policy"] == "homes") & (loads["region"] == "Twente")]
    assert dict(zip(twente["name"], twente["fair_share"], strict=True)) == {"Hengelo": 0.8, "Losser": 0.2}


# What fails


def test_a_failing_policy_stands_in_its_row() -> None:
    """A key that asks for a column that is not there is told, and stops no other policy."""
    found = compare(towns(), ["leximin", renamed("broken", key=key("income")), "utilitarian"])
    assert found.status["status"].tolist() == ["optimal", "failed", "optimal"]
    assert "'income'" in found.status["message"].iloc[1]
    for table in (found.indicators, found.loads, found.winners, found.placements):
        assert table["policy"].drop_duplicates().tolist() == ["leximin", "utilitarian"]
    assert "1 without an optimum" in repr(found)


def test_a_failing_baseline() -> None:
    """Where the baseline has no plan nobody wins or loses."""
    found = compare(towns(), ["leximin", renamed("broken", key=key("income"))], baseline="broken")
    assert found.winners.empty
    assert len(found.loads) == 3


def test_no_key_that_fits() -> None:
    """Where every policy fails there are only rows that say so."""
    found = compare(towns(), [renamed("broken", key=key("income"))])
    assert found.status["status"].tolist() == ["failed"]
    assert (found.yardstick, len(found.loads), len(found.dominance), len(found.same)) == ("", 0, 0, 0)


def test_an_infeasible_instance() -> None:
    """Limits that contradict each other are a status, with the agreements in conflict."""
    found = compare(read_instance(INSTANCES / "impossible-agreements"), ["leximin"])
    assert found.status["status"].tolist() == ["infeasible"]
    assert "noord_statushouders" in found.status["message"].iloc[0].split("; ")
    assert found.indicators.empty


@pytest.mark.parametrize(
    ("policies", "scenarios", "baseline", "codes"),
    [
        (["leximn", "utilitarion"], None, None, ["no-policy", "no-policy"]),
        (["leximin", "leximin"], None, None, ["policy-twice"]),
        (["leximin"], None, "leximn", ["no-policy"]),
        ([], None, None, ["no-policy"]),
        (["leximn"], ["lo", "high", "high"], None, ["no-policy", "scenario-twice", "unknown-scenario"]),
        (
            [renamed("odd", goal=[{"measure": "wait", "aggregate": "totall"}])],
            ["low"],
            None,
            ["unknown-goal"] * 2,
        ),
    ],
)
def test_refused_before_anything_is_solved(
    policies: list[str | Policy], scenarios: list[str] | None, baseline: str | None, codes: list[str]
) -> None:
    """All that is wrong with what is asked is told at once, with the nearest names."""
    instance = small() if scenarios else towns()
    with pytest.raises(PolicyError) as caught:
        compare(
            instance, policies, scenarios, baseline=baseline, progress=lambda *told: pytest.fail("solved")
        )
    assert [problem.code for problem in caught.value.problems] == codes
    if "leximn" in [*policies, baseline]:
        assert "leximin" in str(caught.value)


def test_refused_scenarios() -> None:
    """A scenario that is not there is refused; so is one that nobody chose."""
    for scenarios in (["lo"], None):
        with pytest.raises(InstanceError, match="scenario"):
            compare(small(), ["leximin"], scenarios)


def test_a_scenario_without_needs() -> None:
    """There is nothing to divide where nobody looks for a home."""
    needs = """
        group,municipality,region,year,households,scenario
        status,GM1,,2027,2,low
        status,GM1,,2027,0,high
        """
    with pytest.raises(InstanceError) as caught:
        compare(small(needs=needs), ["leximin"], ["low", "high"])
    assert [(problem.code, problem.value) for problem in caught.value.problems] == [("no-needs", "high")]


# As a value


def test_scenarios_side_by_side() -> None:
    """Every table has every scenario, and each is as it is alone."""
    both = compare(small(), ["leximin", "utilitarian"], ["low", "high"])
    assert both.scenarios == ("low", "high")
    for scenario in both.scenarios:
        alone = compare(small(), ["leximin", "utilitarian"], [scenario])
        for name, table in alone.tables.items():
            part = both.tables[name]
            part = part[part["scenario"] == scenario].reset_index(drop=True)
            pd.testing.assert_frame_equal(part, table, check_dtype=False)


def test_a_comparison_is_a_value() -> None:
    """It can be pickled and not changed, and its tables are copies."""
    found = compared("leximin", "utilitarian")
    again = pickle.loads(pickle.dumps(found))
    for name, table in found.tables.items():
        pd.testing.assert_frame_equal(again.tables[name], table)
    with pytest.raises(FrozenInstanceError):
        found.whole = True  # type: ignore[misc]
    copied = found.tables["loads"]
    copied["load"] = np.nan
    assert found.loads["load"].notna().all()
