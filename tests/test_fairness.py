"""Indicators of a finished plan: counted by hand, against solved goals, and what is said about them."""

from __future__ import annotations

import itertools
import math
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st

from hand_made import BUILDS, PLACEMENTS, SHARES, TABLES, more, small, table
from longer import in_long_runs
from seeded import KINDS, seeded
from verdeling.engine import solve
from verdeling.errors import InstanceError, SolverError
from verdeling.fairness import INDICATORS, indicators
from verdeling.fairness.locality import fewest_moves
from verdeling.policy import Policy
from verdeling.texts import TEXTS

if TYPE_CHECKING:
    from verdeling.instance import Instance
    from verdeling.solution import Solution

SMALL = small()
LOADS = {"heaviest", "median", "lightest", "range", "envy", "envy_beyond_one", "key_distance"}
LOADS |= {"gini", "theil", "hoover", "atkinson_half", "atkinson_one", "jain", "variation", "mcloone", "palma"}
PAGE = Path(__file__).parents[1] / "models" / "indicators.md"


def values(placements: pd.DataFrame, instance: Instance = SMALL, **given: object) -> dict[str, float]:
    """Value of each indicator by name."""
    measured = indicators(instance, placements, **({"shares": SHARES} | given)).set_index("indicator")
    return {str(name): float(value) for name, value in measured["value"].items()}


# By hand


def test_a_finished_plan_is_measured_as_counted_by_hand() -> None:
    """22 of 22 households are housed, one a year late; loads are 8 of 2.2, 3 of 8.8 and 2 of 2.

    Their weights are 0.1, 0.4 and 0.5, so the mean is 1. Twente's 11 places should be 2.2 and 8.8,
    so 5.8 of all 13 lie elsewhere than the key says. In 2027 Losser houses its own 2 status holders
    and others who looked from nowhere in particular. In 2028 there are 2 places in Hengelo and 3 in
    Losser for 5 from Hengelo, and in 2027 one regular seeker from Hengelo goes there: 4 moves.
    """
    found = values(table(PLACEMENTS), builds=table(BUILDS))
    x, w = np.array([8 / 2.2, 3 / 8.8, 1.0]), np.array([0.1, 0.4, 0.5])
    assert w @ x == pytest.approx(1)
    assert found == pytest.approx(
        {
            "coverage": 1,
            "waiting": 1,
            "moves": 4,
            "cost": 2 * 1000 + 1 * 500 + 19 * 10 + 3 * 20,
            "price_of_fairness": math.nan,
            "price_in_years": math.nan,
            "heaviest": 8 / 2.2,
            "median": 1,
            "lightest": 3 / 8.8,
            "range": 8 / 2.2 - 3 / 8.8,
            "envy": 2,
            "envy_beyond_one": 2,
            "gini": sum(w[i] * w[j] * abs(x[i] - x[j]) for i in range(3) for j in range(3)) / 2,
            "theil": sum(w * x * np.log(x)),
            "hoover": sum(w * abs(x - 1)) / 2,
            "atkinson_half": 1 - sum(w * np.sqrt(x)) ** 2,
            "atkinson_one": 1 - np.prod(x**w),
            "jain": 1 / sum(w * x**2),
            "variation": math.sqrt(sum(w * (x - 1) ** 2)),
            "mcloone": 0.6 / (0.5 * 1 + 0.1 * 8 / 2.2),
            "palma": 0.1 * 8 / 2.2 / (0.4 * 3 / 8.8),
            "key_distance": 5.8 / 13,
        },
        nan_ok=True,
    )


def test_one_place_less_is_one_household_not_covered_and_waiting() -> None:
    """Taking a place away in the first of two years lowers coverage by one and adds two household-years."""
    fewer = more(PLACEMENTS, -1, municipality="GM2", group="regular", year=2027)
    found = values(fewer)
    assert found["coverage"] == pytest.approx(21 / 22)
    assert found["waiting"] == pytest.approx(3)
    assert found["heaviest"] == pytest.approx(8 / 2.2)


def test_the_price_of_fairness_is_what_the_other_plan_does_better() -> None:
    """One household of 22 is not housed, and 2 of the 36 years with a home are lost; a better plan gains."""
    fewer = more(PLACEMENTS, -1, municipality="GM2", group="regular", year=2027)
    found = values(fewer, reference=table(PLACEMENTS))
    years = 2 * sum(table(PLACEMENTS).query("year == 2027")["places"]) + 6
    assert (found["price_of_fairness"], found["price_in_years"]) == pytest.approx((1 / 22, 2 / years))
    gained = values(table(PLACEMENTS), reference=fewer)
    assert (gained["price_of_fairness"], gained["price_in_years"]) == pytest.approx(
        (-1 / 21, -2 / (years - 2))
    )
    same = values(fewer, reference=fewer)
    assert (same["price_of_fairness"], same["price_in_years"]) == (0, 0)


def test_one_place_less_can_end_envy() -> None:
    """Losser with 3 of 2.2 and Hengelo with 8 of 8.8: Losser envies, and no more with one place less."""
    rows = "municipality,group,place_type,year,places\nGM1,status,social,2027,3\nGM2,status,social,2028,8"
    shares = SHARES.drop("GM3")
    tables = {
        name: "\n".join(line for line in TABLES[name].splitlines() if "GM3" not in line)
        for name in ("municipalities", "needs", "supply", "support")
    }
    found = values(table(rows), small(**tables), shares=shares)
    assert (found["envy"], found["envy_beyond_one"]) == (1, 0)


def test_distance_to_several_keys() -> None:
    """Each further key has a row; where the loads are the key nothing lies elsewhere."""
    keys = {
        "loads": pd.Series({"GM1": 8, "GM2": 3, "GM3": 5}),
        "even": pd.Series({"GM1": 1, "GM2": 1, "GM3": 1}),
    }
    keys["all to Hengelo"] = pd.Series({"GM3": 2, "GM2": 1, "GM1": 0})
    found = values(table(PLACEMENTS), keys=keys)
    assert found["key_distance"] == pytest.approx(5.8 / 13)
    assert found["key_distance: loads"] == pytest.approx(0)
    assert found["key_distance: even"] == pytest.approx(2.5 / 13)
    assert found["key_distance: all to Hengelo"] == pytest.approx(8 / 13)


# What is not there


def test_cost_is_unknown_where_building_is() -> None:
    """Without what is built there is no cost, unless nothing can be built; no rows say that nothing is."""
    assert math.isnan(values(table(PLACEMENTS))["cost"])
    assert values(table(PLACEMENTS), builds=table(BUILDS).iloc[:0])["cost"] == 19 * 10 + 3 * 20
    unbuilt = small(projects=table(TABLES["projects"]).iloc[:0])
    assert values(table(PLACEMENTS), unbuilt)["cost"] == 19 * 10 + 3 * 20


def test_a_region_whose_needs_weigh_nothing_has_no_relative_loads() -> None:
    """Where nobody with a burden looks, a municipality has no relative load and is left out."""
    instance = small(needs=TABLES["needs"].replace("status,GM3,,2027,2", "regular,GM3,,2027,2"))
    placements = table(PLACEMENTS).query("municipality != 'GM3'")
    keys = {"further": pd.Series({"GM1": 8, "GM2": 3})}
    measured = values(placements, instance, keys=keys)
    assert measured["heaviest"] == pytest.approx(8 / 2.2)
    assert measured["lightest"] == pytest.approx(3 / 8.8)
    assert measured["key_distance: further"] == pytest.approx(0)


def test_a_task_of_less_than_one_counts() -> None:
    """Where all who look weigh half a place together, a municipality that houses them carries its share."""
    groups = TABLES["groups"].replace("Statushouders,1,1,", "Statushouders,1,0.05,")
    found = values(table(PLACEMENTS), small(groups=groups))
    assert found["lightest"] == pytest.approx(3 / 11 / 0.8)
    assert found["heaviest"] == pytest.approx(8 / 11 / 0.2)


def test_without_any_load_the_loads_have_no_value() -> None:
    """NaN stands where nothing can be measured, and coverage of nobody is full."""
    needs = "group,municipality,region,year,households\nregular,GM2,,2027,0\nregular,GM2,,2028,0"
    nothing = table(PLACEMENTS).iloc[:0]
    found = values(nothing, small(needs=needs), reference=nothing)
    assert [found[name] for name in ("coverage", "waiting", "moves")] == [1, 0, 0]
    unknown = {name for name, value in found.items() if math.isnan(value)}
    assert unknown == LOADS | {"price_of_fairness", "price_in_years", "cost"}


def test_where_nobody_carries_anything_all_are_equal() -> None:
    """A plan without places is perfectly equal, and covers nothing."""
    found = values(table(PLACEMENTS).iloc[:0])
    ones = {"jain", "mcloone"}
    expected = {name: 0.25 if name == "palma" else float(name in ones) for name in LOADS}
    assert {name: found[name] for name in LOADS} == pytest.approx(expected)
    assert (found["coverage"], found["moves"]) == (0, 0)


@pytest.mark.parametrize(
    "shares", [SHARES.drop("GM1"), SHARES.replace(0.2, 0.0), SHARES.replace(0.2, np.inf)]
)
def test_a_relative_load_needs_a_share(shares: pd.Series[float]) -> None:
    """A municipality without a share above zero is named and refused."""
    with pytest.raises(InstanceError, match="GM1 has no fair share above zero"):
        values(table(PLACEMENTS), shares=shares)


def test_a_key_needs_weights() -> None:
    """Every missing, negative or endless weight and every region without weights is named, all at once."""
    keys = {
        "old": pd.Series({"GM1": -1, "GM2": 1}),
        "new": pd.Series({"GM1": 0, "GM2": 0, "GM3": 1}),
        "endless": pd.Series({"GM1": 1, "GM2": 1, "GM3": np.inf}),
    }
    with pytest.raises(InstanceError) as caught:
        values(table(PLACEMENTS), keys=keys)
    assert [problem.what for problem in caught.value.problems] == [
        "GM1 has no weight of at least zero in the key old.",
        "GM3 has no weight of at least zero in the key old.",
        "The key new gives region Twente nothing.",
        "GM3 has no weight of at least zero in the key endless.",
    ]


# Against what goals reach


@cache
def solved(kind: str, seed: int, whole: bool) -> Solution:
    """The least waiting, then as equal as can be, then the fewest moves and the least cost."""
    goals = [("waiting", "priority"), ("relative_load", "leximax"), ("moves", "total"), ("cost", "total")]
    policy = Policy.model_validate(
        {
            "name": "counted",
            "title": "Counted",
            "key": {"component": [{"attribute": "population"}]},
            "goal": [{"measure": measure, "aggregate": aggregate} for measure, aggregate in goals],
        }
    )
    return solve(seeded(kind, seed), policy, whole=whole)


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("seed", [0, *in_long_runs([1])])
@pytest.mark.parametrize("kind", KINDS)
def test_indicators_are_what_goals_measure(kind: str, seed: int, whole: bool) -> None:
    """Waiting, moves, cost and the heaviest load of a solved instance are the values of its goals."""
    solution = solved(kind, seed, whole)
    if not solution.has_numbers:
        assert solution.status == "infeasible"
        return
    loads = solution.loads.set_index("municipality")
    found = values(
        solution.placements,
        solution.instance,
        shares=loads["fair_share"],
        builds=solution.builds[["project", "year", "places"]],
    )
    goals = solution.goals.groupby("measure")["value"].sum()
    near = {"rel": 1e-6, "abs": 1e-5}
    assert found["waiting"] == pytest.approx(goals["waiting"], **near)
    assert found["cost"] == pytest.approx(goals["cost"], **near)
    assert found["moves"] == pytest.approx(goals["moves"], **near)
    assert found["heaviest"] == pytest.approx(loads["relative_load"].max(), **near)


def most_stay(needs: tuple, common: tuple, places: tuple) -> int:
    """Fewest moves by trying, year after year, everybody who can be housed."""

    @cache
    def fewest(year: int, waiting: tuple[int, ...]) -> int:
        if year == len(common):
            return 0
        here = [*(row[year] for row in places), 0]
        come = [*(row[year] for row in needs), common[year]]
        queue = [wait + new for wait, new in zip(waiting, come, strict=True)]
        housed = min(sum(here), sum(queue))
        return min(
            sum(max(0, who - stay) for who, stay in zip(served[:-1], here[:-1], strict=True))
            + fewest(year + 1, tuple(wait - who for wait, who in zip(queue, served, strict=True)))
            for served in itertools.product(*(range(wait + 1) for wait in queue))
            if sum(served) == housed
        )

    return fewest(0, (0,) * (len(needs) + 1))


YEARS = st.lists(st.integers(0, 2), min_size=3, max_size=3).map(tuple)
TOWNS = st.tuples(YEARS, YEARS)


@given(TOWNS, YEARS, TOWNS)
@settings(max_examples=80)
def test_moves_are_the_fewest_of_all_ways_to_house(needs: tuple, common: tuple, places: tuple) -> None:
    """No way to choose who is housed, of all there are, lets fewer households move."""
    found = fewest_moves(*(np.array(each, dtype=float) for each in (needs, common, places)))
    assert found == pytest.approx(most_stay(needs, common, places), abs=1e-6)


def test_moves_that_cannot_be_counted_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A solver that gives up is said to have given up."""
    failed = type("Failed", (), {"success": False, "message": "out of memory"})
    monkeypatch.setattr(scipy.optimize, "milp", lambda *args, **options: failed)
    with pytest.raises(SolverError, match="out of memory"):
        values(table(PLACEMENTS))


@pytest.mark.parametrize("seed", range(5))
def test_in_one_region_the_distance_to_the_key_is_hoover(seed: int) -> None:
    """What lies elsewhere than the fair shares say is what would have to be shifted to be equal."""
    solution = solved("tight", seed % 4, whole=False)
    random = np.random.default_rng(seed)
    placements = solution.placements.assign(places=random.integers(0, 9, len(solution.placements)))
    found = values(
        placements, solution.instance, shares=solution.loads.set_index("municipality")["fair_share"]
    )
    assert found["key_distance"] == pytest.approx(found["hoover"])
    assert 0 <= found["envy_beyond_one"] <= found["envy"] < len(solution.loads)


def test_envy_can_worsen_by_a_transfer() -> None:
    """From loads 1, 1, 3 a half moves, from 4, 4, 9 two places: two envy instead of one."""
    shares = pd.Series(1.0, index=["GM1", "GM2", "GM3"])
    municipalities = TABLES["municipalities"].replace("Achterhoek", "Twente")
    instance = small(municipalities=municipalities)

    def envious(name: str, *loads: float) -> float:
        placed = zip(shares.index, loads, strict=True)
        rows = [(town, "status", "social", 2028, load) for town, load in placed]
        columns = ["municipality", "group", "place_type", "year", "places"]
        return values(pd.DataFrame(rows, columns=columns), instance, shares=shares)[name]

    assert (envious("envy", 1, 1, 3), envious("envy", 1.5, 1, 2.5), envious("envy", 2, 2, 2)) == (1, 2, 0)
    assert (envious("envy_beyond_one", 4, 4, 9), envious("envy_beyond_one", 6, 4, 7)) == (1, 2)
    assert (envious("envy", 0, 0, 1), envious("envy_beyond_one", 0, 0, 1)) == (1, 0)


# What is said about them


def test_the_table_says_unit_direction_and_range_of_every_indicator() -> None:
    """Every registered indicator has a row, a unit and a direction."""
    measured = indicators(SMALL, table(PLACEMENTS), SHARES)
    assert measured.columns.tolist() == ["indicator", "value", "unit", "better", "range"]
    assert measured["indicator"].tolist() == list(INDICATORS)
    assert set(measured["better"]) == {"higher", "lower", "neither"}
    assert (measured[["unit", "range"]] != "").all(axis=None)


def test_every_indicator_has_words() -> None:
    """Its name, a sentence, its unit, its range and its direction stand in the table of texts."""
    keys = {f"{kind}.{name}" for name in INDICATORS for kind in ("indicator", "meaning")}
    keys |= {
        f"{kind}.{word}"
        for each in INDICATORS.values()
        for kind, word in (("unit", each.unit), ("range", each.range), ("value", each.better))
    }
    keys |= {f"heading.{column}" for column in indicators(SMALL, table(PLACEMENTS), SHARES)}
    assert keys <= set(TEXTS)
    shown = {key for key in TEXTS if key.partition(".")[0] in {"indicator", "meaning", "range"}}
    assert shown <= keys


def test_the_page_has_every_indicator() -> None:
    """models/indicators.md has each indicator in order, with the unit, values and direction of the code."""
    rows = re.findall(r"^\| (\w+) \| .+ \| (.+) \| (.+) \| (\w+) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    stated = {name: rest for name, *rest in rows if name != "indicator"}
    assert stated == {name: [each.unit, each.range, each.better] for name, each in INDICATORS.items()}
    assert list(stated) == list(INDICATORS)
