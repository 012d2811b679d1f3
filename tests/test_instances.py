"""Every instance is in order, fresh, honest about its estimates, and has the answers that it states."""

from __future__ import annotations

import importlib
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from regions import of_region
from verdeling.adapters import read_instance, write_instance
from verdeling.engine import solve
from verdeling.fairness import indicators
from verdeling.policy import Policy

if TYPE_CHECKING:
    from types import ModuleType

    from verdeling.instance import Instance
    from verdeling.solution import Solution

FOLDER = Path(__file__).parents[1] / "instances"
NAMES = sorted(path.parent.name for path in FOLDER.glob("*/datapackage.json"))
TWENTE = ["enschede", "twente"]
EXPECTED = {name: tomllib.loads((FOLDER / name / "expected.toml").read_text("utf-8")) for name in NAMES}
CASES = [
    pytest.param(name, case, id=f"{name}-{number}")
    for name in NAMES
    for number, case in enumerate(EXPECTED[name]["case"], start=1)
]
ROUNDED = {"abs": 6e-4, "rel": 1e-5}
"""Numbers in expected.toml have three decimals, or two where they are large."""


@cache
def read(name: str) -> Instance:
    return read_instance(FOLDER / name)


def answer(name: str, case: dict[str, Any]) -> Solution:
    policy = case["policy"] if isinstance(case["policy"], str) else Policy.model_validate(case["policy"])
    instance = of_region(read(name), case["region"]) if "region" in case else read(name)
    return solve(instance, policy, scenario=case.get("scenario"), whole=case.get("whole", True))


@pytest.fixture
def figures(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module that computes the real instances."""
    monkeypatch.syspath_prepend(FOLDER)
    return importlib.import_module("twente_figures")


@pytest.fixture
def country(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module that computes the instance of the whole country."""
    monkeypatch.syspath_prepend(FOLDER)
    return importlib.import_module("nl_figures")


# What is in the folders


def test_names() -> None:
    """There are six instances, and the README of the folder names each."""
    listed = (FOLDER / "README.md").read_text("utf-8")
    assert NAMES == [
        "enschede",
        "impossible-agreements",
        "nl",
        "three-towns",
        "twente",
        "two-towns-tied",
    ]
    assert all(f"]({name})" in listed for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_written_as_the_package_writes(name: str, tmp_path: Path) -> None:
    """Tables and schemas are what `write_instance` makes of them today; write them again if not."""
    write_instance(read(name), tmp_path / name)
    for written in (tmp_path / name).iterdir():
        assert (FOLDER / name / written.name).read_bytes() == written.read_bytes(), written.name


@pytest.mark.parametrize("name", TWENTE)
def test_computed_tables_are_fresh(name: str, figures: ModuleType) -> None:
    """The folder holds what `python instances/twente_figures.py` writes."""
    assert read(name) == figures.build(name)


def test_computed_country_is_fresh(country: ModuleType) -> None:
    """The folder holds what `python instances/nl_figures.py` writes."""
    assert read("nl") == country.build()


# Honesty


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("table", ["needs", "supply", "projects", "support", "agreements"])
def test_every_number_has_a_source(name: str, table: str) -> None:
    """Every number says where it comes from or how it was estimated."""
    assert (read(name)[table]["source"] != "").all()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("table", ["needs", "supply", "projects", "support"])
def test_estimates_are_marked(name: str, table: str) -> None:
    """No need, place, project or hour in an instance is a count, so each is marked as an estimate."""
    assert read(name)[table]["estimate"].all()


@pytest.mark.parametrize(
    ("name", "inhabitants", "plans"), [("enschede", 411_149, 12_536), ("twente", 640_806, 19_558)]
)
def test_published_totals(name: str, inhabitants: int, plans: int, figures: ModuleType) -> None:
    """Published figures add up to published totals, and the low scenario builds every plan."""
    projects = read(name)["projects"]
    planned = projects[projects["scenario"].isin(["", "low"]) & (projects["place_type"] != "flex")]
    assert read(name)["municipalities"]["population"].sum() == inhabitants
    assert figures.INSTANCES[name][["plan_hard", "plan_soft"]].sum().sum() == plans
    assert planned["max_places"].sum() == plans


def test_published_totals_of_the_country(country: ModuleType) -> None:
    """Inhabitants and statushouders add up to those of the country; no plan is larger than the inventory."""
    towns, needs, projects = (read("nl")[table] for table in ("municipalities", "needs", "projects"))
    housed = needs[(needs["group"] == "statushouders") & (needs["year"] == 2025)]["households"].sum()
    planned = projects[projects["place_type"] != "flex"].groupby("municipality")["max_places"].sum()
    assert len(towns) == 342
    assert towns["region"].nunique() == 35
    assert towns["population"].sum() == 17_942_942
    assert housed == pytest.approx(2 * 15_233 / 3.4, abs=35 / 2)
    plans = country.source.TOWNS[["plan_hard", "plan_soft"]].clip(lower=0).sum(axis=1, min_count=2)
    assert (planned <= plans.fillna(country.source.TOWNS["plan_all"])[planned.index]).all()


def test_hours_by_hand(country: ModuleType) -> None:
    """10 households a year with 2 hours for 2½ years ask 20, 40, 50 and again 50 hours a week."""
    needs = pd.DataFrame(
        {
            "group": "some",
            "municipality": "a",
            "region": "",
            "year": [2025, 2026, 2027, 2028],
            "households": 10,
        }
    )
    towns = pd.DataFrame({"region": ["r"]}, index=["a"])
    hours = pd.DataFrame({"support_hours": 2, "support_years": 2.5}, index=["some"])
    asked = country.asked(towns, needs, hours)
    assert asked.tolist()[:4] == [20, 40, 50, 50]


def test_statushouders_by_hand() -> None:
    """2 × 15,233 × 411,149 ÷ 17,942,942 ÷ 3.4 = 205.3, so 205 households a year around Enschede."""
    needs = read("enschede")["needs"]
    chosen = needs[(needs["group"] == "statushouders") & (needs["scenario"] == "middle")]
    assert set(chosen.groupby("year")["households"].sum()) == {205}


@pytest.mark.parametrize("name", TWENTE)
def test_a_region_is_the_same_in_both(name: str) -> None:
    """Needs around Enschede do not depend on the instance they stand in."""
    needs = read(name)["needs"].query("region == 'Enschede'").reset_index(drop=True)
    assert needs.equals(read("enschede")["needs"])


def test_largest_remainder(figures: ModuleType) -> None:
    """What rounding leaves goes to the largest remainders, and to the first of equals."""
    assert figures.largest_remainder(10, [6, 6, 2]) == [4, 4, 2]
    assert figures.largest_remainder(5, [1, 1, 1]) == [2, 2, 1]


def test_degrees(figures: ModuleType) -> None:
    """The tower of Amersfoort, where the national grid has its origin."""
    assert figures.degrees(155_000, 463_000) == (5.387, 52.155)


# Answers


@pytest.mark.parametrize(("name", "case"), CASES)
def test_answer(name: str, case: dict[str, Any]) -> None:
    """Status, goals, indicators and loads are those of expected.toml."""
    solution = answer(name, case)
    assert solution.status == case["status"]
    if "conflict" in case:
        members = solution.conflict.loc[solution.conflict["in_conflict"], "agreement"]
        assert sorted(members) == case["conflict"]
        return
    goals = solution.goals.set_index((solution.goals["measure"] + " " + solution.goals["stage"]).str.strip())
    assert case["goals"] == pytest.approx(goals.loc[list(case["goals"]), "value"].to_dict(), **ROUNDED)
    loads = solution.loads.set_index("municipality")
    for column in {"load", "relative_load"} & set(case):
        assert case[column] == pytest.approx(loads.loc[list(case[column]), column].to_dict(), **ROUNDED)
    found = indicators(solution.instance, solution.placements, loads["fair_share"]).set_index("indicator")
    stated = case.get("indicators", {})
    assert stated == pytest.approx(found.loc[list(stated), "value"].to_dict(), **ROUNDED)


@pytest.mark.parametrize("free", EXPECTED["two-towns-tied"]["free"])
def test_free_numbers(free: dict[str, Any]) -> None:
    """A free number can have each value of its range at no cost to any goal, and no other value."""
    instance = read("two-towns-tied")
    best = solve(instance, "leximin").goals["value"].tolist()
    for value in range(free["least"], free["most"] + 1):
        assert _with_places(instance, free, "=", value).goals["value"].tolist() == pytest.approx(best)
    for sense, value in ((">=", free["most"] + 1), ("<=", free["least"] - 1)):
        if value >= 0:
            worse = _with_places(instance, free, sense, value)
            assert worse.status == "infeasible" or worse.goals["value"].tolist() != pytest.approx(best)


def _with_places(instance: Instance, free: dict[str, Any], sense: str, value: int) -> Solution:
    row = {
        "agreement": "tried",
        "text": "tried",
        "municipality": free["municipality"],
        "group": free["group"],
        "measure": "places",
        "sense": sense,
        "value": value,
    }
    frame = instance["agreements"].iloc[:0].drop(columns="strength")
    frame.loc[0] = {column: row.get(column, "") for column in frame.columns}
    return solve(instance.replace(agreements=frame), "leximin")


@pytest.mark.parametrize("agreement", EXPECTED["impossible-agreements"]["case"][0]["conflict"])
def test_conflict_is_smallest(agreement: str) -> None:
    """Without any one of the agreements in the conflict the others can be kept."""
    instance = read("impossible-agreements")
    others = instance["agreements"].query("agreement != @agreement")
    assert solve(instance.replace(agreements=others)).status == "optimal"


@pytest.mark.parametrize("repair", EXPECTED["impossible-agreements"]["repair"])
def test_smallest_repair(repair: dict[str, Any]) -> None:
    """A repair of README.md is enough, and a smaller step is not."""
    instance = read("impossible-agreements")
    table = instance[repair["table"]]
    rows = (table[list(repair["row"])] == list(repair["row"].values())).all(axis=1)
    for value, status in ((repair["enough"], "optimal"), (repair["too_little"], "infeasible")):
        changed = table.assign(**{repair["column"]: table[repair["column"]].mask(rows, value)})
        assert solve(instance.replace(**{repair["table"]: changed})).status == status
