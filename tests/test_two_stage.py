"""Building is decided once for all scenarios: as well as trying every plan says, and no better."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from hand_made import agreement, table
from longer import in_long_runs
from seeded import seeded
from verdeling.engine import solve
from verdeling.errors import InstanceError, NoSolutionError, PolicyError
from verdeling.explaining.asking.one_more import one_more
from verdeling.explaining.explanation import explain
from verdeling.explaining.freedom.room import room
from verdeling.generation import Size, generate
from verdeling.instance import Instance
from verdeling.output import write_solution
from verdeling.policy import Goal, Policy, read_policy
from verdeling.reporting.writing import write_report
from verdeling.texts import TEXTS
from verdeling.uncertainty.sampling import sample
from verdeling.uncertainty.two_stage import TwoStage, solve_two_stage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from verdeling.solution import Solution

Plan = tuple[int, int]
"""Places that each of the two projects delivers."""

COSTS = (1000.0, 1370.0)
"""Of a place; no two plans of at most a hundred places cost the same."""

POLICY = read_policy("utilitarian").model_copy(
    update={
        "goal": (
            Goal(measure="waiting", over="group", aggregate="total"),
            Goal(measure="cost", aggregate="total"),
        )
    }
)


def towns(needs: dict[str, Plan], most: int, minimum: Plan = (0, 0), **tables: pd.DataFrame) -> Instance:
    """Two towns, each with a project for one of two groups; together they build at most so much.

    Needs are those of the two groups by scenario. There is one year and no other supply for them.
    """
    rows = [
        {"group": group, "municipality": "A", "year": 2027, "households": count, "scenario": name}
        for name, counts in needs.items()
        for group, count in zip(("old", "young"), counts, strict=True)
    ]
    cap = agreement("built", "<=", most, strength="hard")
    projects = pd.DataFrame(
        {
            "project": ["one", "two"],
            "municipality": ["A", "B"],
            "place_type": ["home", "flat"],
            "year": 2027,
            "max_places": 10,
            "min_places": minimum,
            "cost_per_place": COSTS,
        }
    )
    stated = {
        "municipalities": table("municipality,name,region,population\nA,A,R,1000\nB,B,R,2000"),
        "groups": table("group,name,name_nl,priority\nold,Old,Oud,1\nyoung,Young,Jong,2"),
        "place_types": table("place_type,name,name_nl\nhome,Home,Thuis\nflat,Flat,Flat\nrest,Rest,Rest"),
        "suitability": table("group,place_type\nold,home\nyoung,flat"),
        "needs": pd.DataFrame(rows),
        "supply": table("municipality,place_type,year,places\nA,rest,2027,1"),
        "projects": projects,
        "agreements": cap,
    }
    return Instance.from_tables(stated | tables, {"name": "towns", "title": "Towns", "years": [2027]})


def waits(needs: Plan, plan: Plan) -> int:
    """Households that wait when a plan is built."""
    return sum(max(0, need - places) for need, places in zip(needs, plan, strict=True))


def cost(plan: Plan) -> float:
    """What a plan costs."""
    return sum(price * places for price, places in zip(COSTS, plan, strict=True))


def plans(most: int, minimum: Plan) -> list[Plan]:
    """Every plan that keeps the limits."""
    one, two = ([places for places in range(11) if not places or places >= least] for least in minimum)
    return [plan for plan in product(one, two) if sum(plan) <= most]


def best(most: int, minimum: Plan, *values: Callable[[Plan], float]) -> Plan:
    """The plan with the least values in their order, by trying every one."""
    return min(plans(most, minimum), key=lambda plan: [round(value(plan), 9) for value in values])


def built(found: TwoStage) -> Plan:
    """The common plan."""
    places = found.builds.groupby("project")["places"].sum()
    one, two = (float(places.get(name, 0.0)) for name in ("one", "two"))
    return one, two


OTHERS = table("place_type,name,name_nl,turnover\nhome,Home,Thuis,0.5\nflat,Flat,Flat,0\nrest,Rest,Rest,0")
LEFT_RIGHT = {"left": (8, 2), "right": (2, 8)}


def test_by_hand() -> None:
    """Eight homes for 8 and 2, or 2 and 8, households: likely needs are built for, and regret is shared.

    With probabilities 0.7 and 0.3 the plan (6, 2) leaves 2 or 6 waiting: 3.2 expected. The largest
    regret is least with (4, 4): in both scenarios 4 wait, and 2 would have with the right plan. The
    cheapest plan for the left alone, (8, 0), leaves 8 waiting on the right: 6 to regret, 4 more.
    """
    instance = towns(LEFT_RIGHT, most=8)
    found = solve_two_stage(instance, POLICY, probabilities=[0.7, 0.3], reference="right")
    assert built(found) == pytest.approx((6, 2), abs=1e-6)
    first = found.goals.iloc[0]
    assert first[["value", "perfect", "reference"]].tolist() == pytest.approx([3.2, 2, 0.7 * 6 + 0.3 * 2])
    assert first[["information", "foresight"]].tolist() == pytest.approx([1.2, 1.6])
    fair = solve_two_stage(instance, POLICY, criterion="regret", reference="left")
    assert built(fair) == pytest.approx((4, 4), abs=1e-5)
    assert fair.goals["value"].iloc[0] == pytest.approx(2)
    assert fair.goals["foresight"].iloc[0] == pytest.approx(4)
    assert fair.outcomes.set_index(["scenario", "goal"]).loc[("left", 1), "value"] == pytest.approx(4)


@pytest.mark.parametrize("seed", [*range(4), *in_long_runs(range(4, 12))])
@pytest.mark.parametrize("criterion", ["expected", "regret"])
def test_by_trying_every_plan(seed: int, criterion: str) -> None:
    """In whole places the plan, its values, and those of the reference's plan are what brute force finds."""
    random = np.random.default_rng(seed)
    needs = {name: tuple(map(int, random.integers(0, 12, 2))) for name in ("high", "low")}
    needs["low"] = (needs["low"][0] + 1, needs["low"][1])  # somebody needs something
    needs["high"] = (needs["high"][0], needs["high"][1] + 1)
    most, minimum = int(random.integers(4, 18)), tuple(map(int, random.integers(0, 9, 2)))
    chance = [0.25, 0.75] if seed % 2 else [0.5, 0.5]
    found = solve_two_stage(
        towns(needs, most, minimum), POLICY, probabilities=chance, criterion=criterion, reference="low",
        whole=True,
    )  # fmt: skip
    alone = {
        name: best(most, minimum, lambda plan, own=own: waits(own, plan), cost) for name, own in needs.items()
    }
    least = {name: waits(needs[name], plan) for name, plan in alone.items()}

    def expected(plan: Plan) -> float:
        return sum(p * waits(own, plan) for p, own in zip(chance, needs.values(), strict=True))

    def regrets(plan: Plan) -> list[float]:
        return sorted((waits(own, plan) - least[name] for name, own in needs.items()), reverse=True)

    if criterion == "expected":
        right = best(most, minimum, expected, cost)
        value, of_reference = expected(right), expected(alone["low"])
    else:
        right = min(plans(most, minimum), key=lambda plan: (regrets(plan), cost(plan)))
        value, of_reference = regrets(right)[0], regrets(alone["low"])[0]
    first = found.goals.iloc[0]
    assert first["value"] == pytest.approx(value, abs=1e-5)
    assert first["reference"] == pytest.approx(of_reference, abs=1e-5)
    if criterion == "expected":
        assert built(found) == right
        perfect = sum(p * least[name] for p, name in zip(chance, needs, strict=True))
        assert first["perfect"] == pytest.approx(perfect, abs=1e-5)
        assert first["information"] >= 0
    assert first["foresight"] >= 0
    for name, solution in found.solutions.items():
        assert solution.waiting["waiting"].sum() == waits(needs[name], tuple(map(int, built(found))))


def slower(most: Plan) -> pd.DataFrame:
    """Projects that deliver less in the scenario on the right; the second one is the same in both."""
    rows = [("one", "A", "home", "left", 10), ("one", "A", "home", "right", most[0])]
    rows += [("two", "B", "flat", name, most[1]) for name in ("left", "right")]
    frame = pd.DataFrame(rows, columns=["project", "municipality", "place_type", "scenario", "max_places"])
    return frame.assign(year=2027, cost_per_place=np.where(frame["project"] == "one", *COSTS))


def test_a_project_that_differs_is_built_in_part() -> None:
    """Of ten homes on the left and five on the right the same part is built; flats are built alike.

    The left needs 8 homes and the right 4; eight tenths are 8 and 4, and nobody waits: no more is
    built, for it costs.
    """
    instance = towns({"left": (8, 3), "right": (4, 3)}, 20, projects=slower((5, 9)))
    found = solve_two_stage(instance, POLICY)
    assert found.parts.set_index("project")["part"].to_dict() == pytest.approx({"one": 0.8})
    assert found.builds.set_index("project")["places"].to_dict() == pytest.approx({"two": 3})
    places = {name: built_in(each, "one") for name, each in found.solutions.items()}
    assert places == pytest.approx({"left": 8, "right": 4})
    assert found.goals["value"].iloc[0] == pytest.approx(0, abs=1e-6)


def built_in(solution: Solution, project: str) -> float:
    """Places that a project delivers."""
    return float(solution.builds.query("project == @project")["places"].sum())


@pytest.mark.parametrize("seed", [*range(3), *in_long_runs(range(3, 8))])
def test_parts_by_a_fine_grid(seed: int) -> None:
    """No part and number of flats on a fine grid leave fewer waiting than the plan that was found."""
    random = np.random.default_rng(seed)
    needs = {name: (int(random.integers(1, 12)), int(random.integers(1, 12))) for name in ("left", "right")}
    most, cap = (int(random.integers(2, 9)), 9), int(random.integers(6, 16))
    found = solve_two_stage(towns(needs, cap, projects=slower(most)), POLICY)

    def expected(part: float, flats: float) -> float:
        homes = {"left": 10 * part, "right": most[0] * part}
        if max(homes.values()) + flats > cap:
            return np.inf
        return sum(max(0, own[0] - homes[name]) + max(0, own[1] - flats) for name, own in needs.items()) / 2

    grid = min(expected(part / 200, flats / 20) for part in range(201) for flats in range(181))
    value = found.goals["value"].iloc[0]
    assert value <= grid + 1e-6
    part, flats = found.parts["part"].iloc[0], found.builds["places"].sum()
    assert value == pytest.approx(expected(part - 1e-9, flats - 1e-9), abs=1e-6)


def test_parts_of_whole_places() -> None:
    """Whole places keep to a part as well as a place allows."""
    instance = towns({"left": (7, 3), "right": (4, 3)}, 20, projects=slower((5, 9)))
    found = solve_two_stage(instance, POLICY, whole=True, reference="left")
    part = found.parts["part"].iloc[0]
    for solution, most in zip(found.solutions.values(), (10, 5), strict=True):
        places = built_in(solution, "one")
        assert places == round(places)
        assert abs(places - part * most) <= 1 + 1e-6
    assert found.goals["value"].iloc[0] == pytest.approx(0, abs=1e-6)


def test_a_project_that_one_scenario_lacks() -> None:
    """A project that does not occur in a scenario delivers nothing there, and is planned all the same."""
    lacking = slower((5, 9)).query("not (project == 'one' and scenario == 'right')")
    found = solve_two_stage(towns({"left": (8, 3), "right": (4, 3)}, 20, projects=lacking), POLICY)
    assert found.parts["part"].tolist() == pytest.approx([0.8])
    assert found.outcomes.query("goal == 1")["value"].tolist() == pytest.approx([0, 4], abs=1e-6)


def test_one_scenario_is_solving() -> None:
    """With one scenario there is nothing to foresee: the goals are those of solving it."""
    instance = generate(Size(municipalities=3, groups=3, place_types=2, years=2), seed=3)
    found = solve_two_stage(instance, "leximin")
    alone = solve(instance, "leximin", whole=False)
    assert found.goals["value"].tolist() == pytest.approx(alone.goals["value"].tolist(), rel=1e-6, abs=1e-5)
    assert (found.goals[["information", "foresight"]] == 0).all(axis=None)
    assert found.scenarios["scenario"].tolist() == [instance.about.name]


@pytest.mark.parametrize("criterion", ["expected", "regret"])
@pytest.mark.parametrize("policy", ["leximin", *in_long_runs(["equal-coverage", "utilitarian"])])
def test_policies(criterion: str, policy: str) -> None:
    """Policies divide sampled scenarios with one building plan; the first stage gains by knowing more."""
    instance = generate(Size(municipalities=3, groups=3, place_types=2, years=2), seed=3, tightness=1.4)
    samples = sample(instance, 3, 1, needs=0.5)
    found = solve_two_stage(samples, policy, criterion=criterion, reference=instance)
    assert (found.goals.iloc[0][["information", "foresight"]] >= 0).all()
    assert list(found.solutions) == [each.about.name for each in samples]
    common = found.builds.set_index(["project", "year"])["places"]
    for solution in found.solutions.values():
        own = solution.builds.set_index(["project", "year"])["places"]
        pd.testing.assert_series_equal(own, common)
        assert solution.goals["loss"].iloc[0] >= 0


def test_levels_are_those_of_the_worst_scenario() -> None:
    """Of levels the worst in any scenario is told; each scenario has its own in its outcomes."""
    instance = generate(Size(municipalities=3, groups=3, place_types=2, years=2), seed=5)
    found = solve_two_stage(sample(instance, 3, 1, needs=0.5), "proportional")
    row = found.goals[found.goals["measure"] == "relative_load"].iloc[0]
    own = found.outcomes[found.outcomes["goal"] == row["goal"]]
    assert row["aggregate"] == "largest_deviation"
    assert row["value"] == pytest.approx(own["value"].max())
    for name, solution in found.solutions.items():
        loads = solution.loads
        mean = (loads["relative_load"] * loads["fair_share"]).sum()
        value = own.set_index("scenario").loc[name, "value"]
        assert value == pytest.approx((loads["relative_load"] - mean).abs().max(), abs=1e-6)


def test_a_plan_that_suits_one_scenario_only() -> None:
    """Where the reference's plan breaks an agreement elsewhere, foresight is worth infinitely much."""
    forced = agreement("places", ">=", 5, group="old", strength="hard")
    cap = agreement("built", "<=", 5, strength="hard").assign(agreement="B")
    instance = towns({"left": (6, 9), "right": (9, 9)}, 5, agreements=pd.concat([forced, cap]))
    free = instance.replace(agreements=instance["agreements"].iloc[1:])
    cheap = POLICY.model_copy(update={"goal": POLICY.goal[1:]})
    found = solve_two_stage(instance, cheap, reference=free.in_scenario("left"))
    assert built(found) == pytest.approx((5, 0))
    assert found.goals["reference"].tolist() == [np.inf]
    assert found.goals["foresight"].tolist() == [np.inf]


def test_no_plan() -> None:
    """A scenario without a plan is named."""
    impossible = agreement("places", ">=", 9, group="old", strength="hard")
    instance = towns({"left": (9, 1), "right": (2, 8)}, 12, agreements=impossible)
    with pytest.raises(NoSolutionError, match="Scenario right") as caught:
        solve_two_stage(instance, POLICY)
    assert len(caught.value.problems) == 1


def test_what_cannot_be_planned_for() -> None:
    """Scenarios, probabilities and a reference that do not go together are told at once."""
    instance = towns(LEFT_RIGHT, 8)
    for options, words in (
        ({"probabilities": [1.0]}, "2 scenarios and 1 probabilities"),
        ({"probabilities": [1.5, -0.5]}, "above 0"),
        ({"reference": "wrong"}, "none of the scenarios"),
        ({"probabilities": [1.0], "reference": "wrong"}, "none of the scenarios"),
    ):
        with pytest.raises(InstanceError, match=words):
            solve_two_stage(instance, POLICY, **options)
    with pytest.raises(InstanceError, match="no scenario"):
        solve_two_stage([], POLICY)
    with pytest.raises(InstanceError, match="other place types"):
        solve_two_stage([instance.in_scenario("left"), towns({"up": (1, 1)}, 8, place_types=OTHERS)], POLICY)
    with pytest.raises(InstanceError, match="other years"):
        solve_two_stage([instance.in_scenario("left"), seeded("tied", 3)], POLICY)


def test_goals_without_an_expectation() -> None:
    """A goal of which no expectation or regret is known is refused, with what can be used."""
    instance = towns(LEFT_RIGHT, 8)
    gini = Policy.model_validate(
        POLICY.model_dump() | {"goal": [{"measure": "relative_load", "aggregate": "gini"}]}
    )
    with pytest.raises(PolicyError, match="gini"):
        solve_two_stage(instance, gini)
    with pytest.raises(PolicyError, match="largest_deviation"):
        solve_two_stage(instance, "proportional", criterion="regret")
    with pytest.raises(PolicyError, match="expected or regret"):
        solve_two_stage(instance, POLICY, criterion="hope")


def test_each_scenario_can_be_written(tmp_path: Path) -> None:
    """The division in a scenario is a solution like any other: it is put in files."""
    found = solve_two_stage(towns(LEFT_RIGHT, 8), POLICY)
    for name, solution in found.solutions.items():
        write_solution(solution, tmp_path / name)
        write_solution(solution, tmp_path / f"{name}.xlsx", lang="nl")
        write_report(solution, tmp_path / f"{name}.html")
        written = pd.read_csv(tmp_path / name / "builds.csv")
        assert written["places"].tolist() == pytest.approx(solution.builds["places"].tolist())


def test_every_column_has_a_heading() -> None:
    """What a reader sees of a plan for several scenarios has words in both languages."""
    found = solve_two_stage(towns(LEFT_RIGHT, 8), POLICY)
    tables = (found.scenarios, found.builds, found.parts, found.goals, found.outcomes)
    assert {f"heading.{column}" for table in tables for column in table} <= set(TEXTS)


def test_one_of_several_scenarios_has_no_reasons_of_its_own() -> None:
    """What was decided for all scenarios together is not explained as if it were decided for one."""
    for solution in solve_two_stage(towns(LEFT_RIGHT, 8), POLICY).solutions.values():
        for ask in (explain, room, one_more):
            with pytest.raises(NoSolutionError, match="several scenarios together"):
                ask(solution)
