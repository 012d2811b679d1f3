"""Judging a plan that somebody made: what it breaks, what it costs, and the smallest change that mends it."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hand_made import BUILDS, PLACEMENTS, SUPPORT, agreement, more, small, table
from longer import in_long_runs
from seeded import TINY, seeded
from verdeling.adapters import read_instance
from verdeling.engine import solve
from verdeling.errors import InstanceError
from verdeling.explaining.judging.judgement import Judgement, judge
from verdeling.fairness import INDICATORS
from verdeling.instance import Instance
from verdeling.policy import read_policy
from verdeling.verification import verify

INSTANCES = Path(__file__).parents[1] / "instances"


def test_sound_plan() -> None:
    """A plan that just keeps every limit breaks nothing and needs no repair; one household waits a year."""
    found = judge(small(), "leximin", table(PLACEMENTS), table(BUILDS), table(SUPPORT))
    assert found.ok
    assert found.chosen == ()
    assert found.repair is not None
    assert (found.repair.total, len(found.repair.changes)) == (0.0, 0)
    waits = found.goals.query("stage == 'priority 2'").iloc[0]
    assert (waits["optimum"], waits["value"], waits["cost"]) == (0.0, 1.0, 1.0)
    assert found.sentences("en")[:2] == [
        "The plan keeps every rule.",
        "Waiting, priority 2: 1 household-year, where “Leximin” reaches 0 household-years.",
    ]
    assert found.sentences("nl")[0] == "Het plan houdt zich aan elke regel."
    assert list(found.indicators["indicator"]) == list(INDICATORS)


def broken() -> Judgement:
    """Five places more than Losser has, and two that do not suit, beside the sound plan."""
    plan = more(PLACEMENTS, 5, municipality="GM1", group="status", place_type="social", year=2027)
    stray = table("municipality,group,place_type,year,places\nGM2,regular,cluster,2027,2")
    return judge(small(), "leximin", pd.concat([plan, stray]), table(BUILDS), table(SUPPORT))


def test_broken_plan() -> None:
    """Each limit is named with its excess, in both languages, and seven places mend it all."""
    found = broken()
    assert not found.ok
    assert set(found.violations["family"]) == {"suitability", "queue", "capacity", "support"}
    there = found.violations.query("family == 'capacity'")
    assert there["scope"].tolist() == ["Losser, Social rent, 2027", "Hengelo, Clustered, 2027"]
    assert there["scope_nl"].tolist() == ["Losser, Sociale huur, 2027", "Hengelo, Geclusterd, 2027"]
    assert there["excess"].tolist() == [5.0, 2.0]
    assert found.repair is not None
    assert (found.repair.total, found.repair.gap) == (7.0, 0.0)
    assert found.repair.changes["change"].tolist() == [-5.0, -2.0]
    said = found.sentences("en")
    assert said[0] == "The plan breaks 9 rules."
    assert (
        "- Supply of places, Losser, Social rent, 2027: 9 places, where the maximum is 4 places: "
        "5 too many." in said
    )
    assert said[-2] == "- 5 places fewer for Status holders in Losser (Social rent, 2027): from 8 to 3."
    assert (
        found.sentences("nl")[-1]
        == "- 2 plekken minder voor Regulier in Hengelo (Geclusterd, 2027): van 2 naar 0."
    )


def test_left_open() -> None:
    """What is not said to be built is chosen, so that nothing breaks that need not; what is said, counts."""
    found = judge(small(), "leximin", table(PLACEMENTS))
    assert found.ok
    assert found.chosen == ("builds", "support")
    assert dict(zip(found.builds["project"], found.builds["places"], strict=True)) == {"park": 2, "late": 1}
    nothing = table(BUILDS).iloc[:0]
    stubborn = judge(small(), "leximin", table(PLACEMENTS), nothing)
    assert set(stubborn.violations["family"]) == {"capacity"}
    assert stubborn.repair is not None
    assert stubborn.repair.total == 0.0, "building is enough"
    assert stubborn.repair.builds["places"].sum() == 3.0


@pytest.mark.parametrize("name", ["three-towns", "two-towns-tied"])
@pytest.mark.parametrize("whole", [True, False])
def test_best_plan_costs_nothing(name: str, whole: bool) -> None:
    """The plan of the policy itself reaches what the policy reaches, goal by goal."""
    instance = read_instance(INSTANCES / name)
    best = solve(instance, "leximin", whole=whole)
    builds = best.builds[["project", "year", "places"]]
    found = judge(instance, "leximin", best.placements, builds, best.support, whole=whole)
    assert found.ok
    assert found.goals["value"].to_numpy() == pytest.approx(found.goals["optimum"].to_numpy(), abs=1e-6)
    assert found.indicators["plan"].to_numpy() == pytest.approx(
        found.indicators["optimum"].to_numpy(), nan_ok=True
    )


@given(
    supply=st.lists(st.integers(1, 5), min_size=3, max_size=3),
    plan=st.lists(st.integers(0, 7), min_size=3, max_size=3),
    needs=st.integers(1, 12),
)
@settings(max_examples=8, deadline=None)
def test_smallest_repair_by_hand(supply: list[int], plan: list[int], needs: int) -> None:
    """With one group and one year: what no town has, and then what nobody needs, must go."""
    towns = ["A", "B", "C"]
    instance = Instance.from_tables(
        {
            "municipalities": pd.DataFrame(
                {"municipality": towns, "name": towns, "region": "R", "population": 1000}
            ),
            "groups": table("group,name,name_nl,priority\ng,G,G,1"),
            "place_types": table("place_type,name,name_nl\nk,K,K"),
            "suitability": table("group,place_type\ng,k"),
            "needs": pd.DataFrame({"group": ["g"], "region": "R", "year": 2027, "households": needs}),
            "supply": pd.DataFrame(
                {"municipality": towns, "place_type": "k", "year": 2027, "places": supply}
            ),
        }
    )
    placements = pd.DataFrame(
        {"municipality": towns, "group": "g", "place_type": "k", "year": 2027, "places": plan}
    )
    found = judge(instance, "leximin", placements)
    kept = np.minimum(plan, supply)
    expected = (np.array(plan) - kept).sum() + max(0, kept.sum() - needs)
    assert found.repair is not None
    assert found.repair.total == expected
    assert found.ok == (expected == 0)


@pytest.mark.parametrize("seed", [*range(2), *in_long_runs(range(2, 4))])
def test_smallest_change_by_brute_force(seed: int) -> None:
    """Which projects are built matters, and money is short: every way to build is tried."""
    random = np.random.default_rng(seed)
    most, cost = random.integers(2, 6, 3), random.integers(2, 9, 3)
    fewest, money, plan = np.maximum(most - random.integers(0, 3, 3), 1), int(random.integers(15, 40)), 9
    projects = pd.DataFrame(
        {
            "project": ["a", "b", "c"],
            "municipality": "GM1",
            "place_type": "cluster",
            "year": 2027,
            "max_places": most,
            "min_places": fewest,
            "cost_per_place": cost * 1000,
        }
    )
    limit = agreement("cost", "<=", money * 1000 + plan * 60, municipality="GM1")
    ample = "provider,municipality,region,year,hours\nJP,,Twente,2027,99\nJP,,Twente,2028,99"
    instance = small(
        agreements=limit,
        projects=projects,
        support=ample,
        supply="municipality,place_type,year,places\nGM2,social,2027,1",
    )
    placements = pd.DataFrame(
        {"municipality": ["GM1"], "group": "status", "place_type": "cluster", "year": 2027, "places": plan}
    )
    built = [[0, *range(low, high + 1)] for low, high in zip(fewest, most, strict=True)]
    needs = 6
    least = min(
        plan - min(sum(places), needs, plan)
        for places in product(*built)
        if (np.array(places) @ cost) * 1000 + 20 * min(sum(places), needs, plan) <= money * 1000 + plan * 60
    )
    found = judge(instance, "leximin", placements).repair
    assert found is not None
    assert found.total - found.gap <= least <= found.total
    assert (found.total, found.gap) == (least, 0.0)


def test_out_of_time() -> None:
    """The plan is judged all the same; that no change was found is not that there is none."""
    plan = more(PLACEMENTS, 5, municipality="GM1", group="status", place_type="social", year=2027)
    found = judge(small(), "leximin", plan, table(BUILDS), table(SUPPORT), time_limit=0.0)
    assert set(found.violations["family"]) == {"queue", "capacity", "support"}
    assert (found.repair, found.repair_known) == (None, False)
    assert found.goals["optimum"].isna().all()
    assert found.sentences("en")[-1].startswith("Time ran out before a change was found")
    assert found.sentences("nl")[-1].startswith("De tijd was op voordat een verandering")


@pytest.mark.parametrize("seed", [0, *in_long_runs([1])])
def test_repairs_verify_and_agree(seed: int) -> None:
    """Another solver finds a repair of the same size; the repaired plan judged again breaks nothing."""
    instance = seeded(TINY, seed)
    rows = instance["supply"][["municipality", "place_type", "year"]].drop_duplicates()
    plan = rows.assign(group=instance["groups"]["group"].iloc[0], places=3)
    found = judge(instance, "leximin", plan)
    second = judge(instance, "leximin", plan, solver="PULP_CBC_CMD")
    if found.repair is None:
        assert second.repair is None
        return
    assert second.repair is not None
    assert found.repair.total == second.repair.total
    repaired = judge(instance, "leximin", found.repair.placements, found.repair.builds, found.repair.support)
    assert repaired.ok


@pytest.mark.parametrize("seed", [*range(2), *in_long_runs(range(2, 4))])
def test_waiting_by_a_loop(seed: int) -> None:
    """The waiting of a plan, also of one that gives too much, is what a plain loop over the years counts."""
    instance = seeded("scarce", seed, most=4)
    spots = instance["supply"][["municipality", "place_type", "year"]].drop_duplicates()
    plan = spots.merge(instance["suitability"][["group", "place_type"]], on="place_type")
    needs = instance["needs"].groupby(["group", "year"])["households"].sum()
    plan["places"] = np.random.default_rng(seed).integers(0, 4, len(plan))
    plan = plan[plan["group"].isin(needs[needs > 0].index.get_level_values("group"))]
    first = needs[needs > 0].reset_index().groupby("group")["year"].min()
    plan = plan[plan["year"] >= plan["group"].map(first)]
    places = plan.groupby(["group", "year"])["places"].sum()
    total = 0
    for group in instance["groups"]["group"]:
        left = 0
        for year in instance.about.years:
            left = max(0, left + needs.get((group, year), 0) - places.get((group, year), 0))
            total += left
    found = judge(instance, "utilitarian", plan, whole=False)
    waited = found.goals.query("measure == 'waiting'")["value"].sum()
    assert waited == pytest.approx(total, abs=1e-5)


def test_impossible() -> None:
    """Where the hard limits contradict each other no change helps, and there is no best plan."""
    instance = read_instance(INSTANCES / "impossible-agreements")
    supply = instance["supply"].iloc[:1]
    plan = supply[["municipality", "place_type", "year"]].assign(
        group=instance["suitability"].query("place_type == @supply['place_type'].iloc[0]")["group"].iloc[0],
        places=1,
    )
    found = judge(instance, "leximin", plan)
    assert found.repair is None
    assert found.goals["optimum"].isna().all()
    assert found.goals["value"].notna().all()
    assert "No change helps: the hard rules contradict each other." in found.sentences("en")
    assert any(line.startswith("Er is geen beste plan") for line in found.sentences("nl"))


def test_agreements() -> None:
    """A hard agreement is told by its text, a soft one with what is missing."""
    hard = agreement("places", ">=", 9, municipality="GM1", text="Nine in Losser", text_nl="Negen in Losser")
    found = judge(small(agreements=hard), "leximin", table(PLACEMENTS).iloc[:3])
    assert "- Agreement, “Nine in Losser”: Losser: 6 places, where the minimum is 9 places: 3 too few." in (
        found.sentences("en")
    )
    assert any("“Negen in Losser”: Losser" in line for line in found.sentences("nl"))
    assert found.repair is not None
    assert found.repair.total == 3.0
    soft = judge(small(agreements=hard.assign(strength=1.0)), "leximin", table(PLACEMENTS).iloc[:3])
    assert soft.ok
    assert soft.shortfalls["short"].tolist() == [3.0]
    assert (
        "De zachte afspraak “Negen in Losser” wordt niet gehaald (Losser): 6 plekken, waar het minimum "
        "9 plekken is: 3 te weinig." in soft.sentences("nl")
    )


def test_the_worst_of_a_soft_agreement() -> None:
    """Of six numbers that miss a soft agreement the three worst are told, and that there are three more."""
    soft = agreement("places", ">=", 9, municipality="*", year="*", strength=1.0, text="Nine each")
    told = judge(small(agreements=soft), "leximin", table(PLACEMENTS)).sentences("en")
    missed = [text for text in told if text.startswith("The soft agreement “Nine each” is missed")]
    assert len(missed) == 3
    assert "(Aalten, 2028): 0 places, where the minimum is 9 places: 9 too few." in missed[0]
    assert told[told.index(missed[-1]) + 1] == "- and 3 more of the same kind."


def test_suppliers_beyond_judging() -> None:
    """Places that nobody has belong to nobody: agreements about suppliers are then named as not judged."""
    owned = agreement("places", "<=", 5, municipality="GM1", supplier="Domijn")
    plan = more(PLACEMENTS, 5, municipality="GM1", group="status", place_type="social", year=2027)
    found = judge(small(agreements=owned), "leximin", plan)
    assert found.unjudged == ("A",)
    assert (
        "Not to be judged, because more places are given than suppliers have: “As agreed”."
        in found.sentences("en")
    )
    assert any("“As agreed”" in line for line in found.sentences("nl")), "it has no text in Dutch"
    assert judge(small(agreements=owned.assign(value=9)), "leximin", table(PLACEMENTS)).unjudged == ()


def test_parts_of_places() -> None:
    """Half a place breaks the rule of whole places, unless parts are allowed; the repair is whole."""
    plan = more(PLACEMENTS, -0.5, municipality="GM1", group="status", place_type="social", year=2028)
    found = judge(small(), "leximin", plan, table(BUILDS))
    assert set(found.violations["family"]) == {"whole"}
    assert found.repair is not None
    assert found.repair.total == 0.5
    assert verify(small(), found.repair.placements, found.repair.builds).ok
    assert judge(small(), "leximin", plan, table(BUILDS), whole=False).ok


def test_refusals() -> None:
    """Unknown ids and negative places are refused together, before anything is solved."""
    plan = table(PLACEMENTS)
    plan.loc[0, "municipality"], plan.loc[1, "places"] = "GM9", -1
    with pytest.raises(InstanceError) as caught:
        judge(small(), read_policy("leximin"), plan, table(BUILDS).assign(project="x", year=[2027, 2028]))
    assert {problem.code for problem in caught.value.problems} == {"unknown-id", "out-of-range"}
    assert {problem.table for problem in caught.value.problems} == {"placements", "builds"}
