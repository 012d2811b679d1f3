"""Room: ranges and trades against brute force and a witness, plans at both ends, slack, bad input."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from free import LARGEST, best_plans, towns
from hand_made import agreement, small
from longer import in_long_runs
from oracle import EVERYTHING, Division, Sum, least_largest, lower_all_fractional, plus, settle, times
from seeded import TINY, seeded
from verdeling.adapters import read_instance
from verdeling.engine import solve
from verdeling.errors import NoSolutionError, VerdelingError
from verdeling.explaining.freedom import room as room_module
from verdeling.explaining.freedom.held import hold
from verdeling.explaining.freedom.room import Room, room
from verdeling.explaining.freedom.words import room_sentences
from verdeling.policy import read_policy
from verdeling.pursuit import OutOfTime
from verdeling.verification import verify

if TYPE_CHECKING:
    from verdeling.instance import Instance
    from verdeling.solution import Solution

PEOPLE = st.lists(st.sampled_from([1000, 2000, 3000]), min_size=2, max_size=4)


@st.composite
def drawn(draw: st.DrawFn) -> tuple[list[int], list[int], int]:
    """People and supply of a few towns, and what is needed."""
    people = draw(PEOPLE)
    supply = draw(st.lists(st.integers(1, 6), min_size=len(people), max_size=len(people)))
    return people, supply, draw(st.integers(1, sum(supply) + 2))


def exact(found: Room) -> dict[str, tuple[float, float]]:
    """Lowest and highest load of each municipality, with every goal met."""
    loads = found.ranges[~found.ranges["loosened"].astype(bool) & (found.ranges["group"] == "")]
    return {row.municipality: (row.lowest, row.highest) for row in loads.itertuples()}


@given(drawn())
@settings(max_examples=15, derandomize=True, deadline=None)
def test_whole_ranges_and_trades_are_those_of_brute_force(case: tuple[list[int], list[int], int]) -> None:
    """Both ends of each load, what is settled, and who can trade, are what trying every plan finds."""
    solution = solve(towns(*case), LARGEST)
    plans = np.array(best_plans(*case))
    found = room(solution)
    lowest, highest = plans.min(axis=0), plans.max(axis=0)
    assert [*exact(found).values()] == [*zip(lowest, highest, strict=True)]
    assert [*found.ranges["freedom"]] == ["settled" if same else "free" for same in lowest == highest]
    assert [*found.ranges["lowest_possible"]] == [*lowest]
    assert [*found.ranges["highest_possible"]] == [*highest]
    own = solution.loads["load"].to_numpy()
    ids = [*solution.loads["municipality"]]
    trades = set()
    for giver, taker in permutations(range(len(ids)), 2):
        after = own.copy()
        after[[giver, taker]] += [-1, 1]
        if (plans == after).all(axis=1).any():
            trades.add((ids[giver], ids[taker]))
    assert {*zip(found.trades["giver"], found.trades["taker"], strict=True)} == trades
    assert {*found.trades["freedom"]} <= {"free"}


def settled(instance: Instance, policy: str, *, whole: bool = False) -> Division:
    """Plain loops on `linprog` or `milp`, with the goals of leximin or maximin held one by one."""
    division = Division(instance)
    lines, places = division.lines, division.facts.towns
    for rank in sorted({row["priority"] for row in division.facts.groups.values()}):
        settle(lines, division.wait(rank), whole=whole)
    settle(lines, plus(*division.missed), whole=whole)
    for value in (division.relative_load, division.relative_built):
        _settle_largest(division, [value(town) for town in places], policy, whole=whole)
    for goal in (division.steps(), division.moves(), division.costs(EVERYTHING)):
        settle(lines, goal, whole=whole)
    return division


def witness(instance: Instance, policy: str, *, whole: bool = False) -> dict[str, tuple[float, float]]:
    """Ends of every load by the witness."""
    division = settled(instance, policy, whole=whole)
    ends = {}
    for town in division.facts.towns:
        load = division.load(town)
        low, high = (sign * division.lines.minimise(times(sign, load), whole=whole)[0] for sign in (1, -1))
        ends[town] = low, high
    return ends


def _settle_largest(division: Division, values: list[Sum], policy: str, *, whole: bool) -> None:
    if policy == "leximin":
        lower_all_fractional(division.lines, values)
    elif whole:
        level = division.lines.column(whole=False)
        for value in values:
            division.lines.add(plus(value, times(-1, level)), upper=0.0)
        settle(division.lines, level, whole=True)
    else:
        least_largest(division.lines, values)


@pytest.mark.parametrize("policy", ["maximin", "leximin"])
@pytest.mark.parametrize("kind", ["tied", "tight", "ample", "regions", "building", "starved", "agreed"])
@pytest.mark.parametrize("seed", [0, *in_long_runs([1])])
def test_fractional_ranges_are_those_of_the_witness(policy: str, kind: str, seed: int) -> None:
    """Plain loops on another formulation and solver find the same ends; both are proved."""
    instance = seeded(kind, seed)
    found = room(solve(instance, policy, whole=False), slack=0)
    expected = witness(instance, policy)
    for town, ends in exact(found).items():
        assert ends == pytest.approx(expected[town], abs=1e-3)
    proved = found.ranges[["lowest_possible", "highest_possible"]].to_numpy()
    assert proved == pytest.approx(found.ranges[["lowest", "highest"]].to_numpy(), abs=1e-6)


@pytest.mark.parametrize(("kind", "seed", "count"), [("regions", 1, 1), ("starved", 2, 3), ("agreed", 4, 0)])
def test_fractional_trades_are_those_of_the_witness(kind: str, seed: int, count: int) -> None:
    """Who can hand a place to whom, and how much at most, is what the witness finds pair by pair."""
    instance = seeded(kind, seed)
    solution = solve(instance, "maximin", whole=False)
    own = solution.loads.set_index("municipality")["load"]
    expected = {}
    for giver, taker in permutations(own.index, 2):
        division = settled(instance, "maximin")
        loads = {town: division.load(town) for town in own.index}
        for town, load in loads.items():
            if town not in (giver, taker):
                division.lines.add(load, own[town] - 1e-7, own[town] + 1e-7)
        division.lines.add(plus(*loads.values()), own.sum() - 1e-7, own.sum() + 1e-7)
        division.lines.add(loads[giver], upper=own[giver] + 1e-7)
        most = -division.lines.minimise(times(-1, loads[taker]))[0] - own[taker]
        if most >= 1 - 1e-4:
            expected[giver, taker] = pytest.approx(most, abs=0.01)
    trades = room(solution, slack=0).trades
    found = {(row.giver, row.taker): row.most for row in trades.itertuples()}
    assert found == expected
    assert len(found) == count


@pytest.mark.parametrize("seed", [*range(3), *in_long_runs(range(3, 6))])
def test_whole_ranges_hold_those_of_the_witness(seed: int) -> None:
    """With projects, support and agreements too, no end is beyond the best or better than is possible."""
    instance = seeded(TINY, seed)
    solution = solve(instance, "maximin")
    if solution.status != "optimal":
        pytest.skip("Only an optimum that is proved has the goals of the witness.")
    expected = witness(instance, "maximin", whole=True)
    ranges = room(solution, slack=0).ranges.set_index("municipality")
    assert len(ranges)
    for town, row in ranges.iterrows():
        low, high = expected[str(town)]
        assert row["lowest_possible"] - 1e-3 <= low <= row["lowest"] + 1e-3
        assert row["highest"] - 1e-3 <= high <= row["highest_possible"] + 1e-3


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("seed", [0, *in_long_runs([1, 2])])
def test_each_end_is_attained_by_a_plan_that_verifies(seed: int, whole: bool) -> None:
    """The plan at an end has that number, keeps every limit, and is as good in what its tables say."""
    instance = seeded("building", seed)
    solution = solve(instance, "maximin", whole=whole)
    found = room(solution, groups=True, slack=0)
    heaviest = solution.loads["relative_load"].max()
    shares = solution.loads.set_index("municipality")["fair_share"]
    for row in found.ranges.to_dict("records"):
        for end in ("lowest", "highest"):
            plan = found.plan(row["municipality"], end, group=row["group"])
            assert number(plan, row) == pytest.approx(row[end], abs=1e-6)
            builds = plan["builds"][["project", "year", "places"]]
            more = {"attribution": plan["suppliers"], "shares": shares, "whole": whole}
            judged = verify(instance, plan["placements"], builds, plan["support"], **more)
            assert judged.ok, str(judged)
            assert plan["waiting"]["waiting"].sum() == pytest.approx(solution.waiting["waiting"].sum())
            assert plan["loads"]["relative_load"].max() <= heaviest + 1e-6


def number(plan: dict[str, object], row: dict[str, object]) -> float:
    """What a plan has of the number of a range."""
    if not row["group"]:
        loads = plan["loads"].set_index("municipality")["load"]
        return float(loads[row["municipality"]])
    places = plan["placements"]
    own = places[(places["municipality"] == row["municipality"]) & (places["group"] == row["group"])]
    return float(own["places"].sum())


def test_the_order_of_columns_is_not_what_proportional_decides() -> None:
    """Around Enschede proportional leaves most loads free, and leximin none: known, and now told."""
    instance = read_instance("instances/enschede")
    free = {
        name: [*room(solve(instance, name, whole=False), slack=0).ranges["freedom"]].count("free")
        for name in ("proportional", "leximin")
    }
    assert free == {"proportional": 7, "leximin": 0}


@pytest.fixture(scope="module")
def three() -> Solution:
    """Three towns, of which two can trade."""
    return solve(read_instance("instances/three-towns"), "proportional", whole=False)


def test_by_hand(three: Solution) -> None:
    """Astad is settled; Beedorp can hand Ceedijk 1.5 places, and nothing else can move."""
    found = room(three)
    for town, ends in {"A": (11, 11), "B": (5, 6.5), "C": (2.5, 4)}.items():
        assert exact(found)[town] == pytest.approx(ends)
    assert [*found.ranges["freedom"][:3]] == ["settled", "free", "free"]
    assert found.trades.to_dict("records") == [
        {"giver": "B", "taker": "C", "most": pytest.approx(1.5, abs=0.01), "freedom": "free"}
    ]
    assert found.complete


def test_another_solver_finds_the_same_room(three: Solution) -> None:
    """The room does not depend on who solved."""
    other = solve(three.instance, three.policy, whole=False, solver="PULP_CBC_CMD")
    for town, ends in exact(room(other, slack=0)).items():
        assert ends == pytest.approx(exact(room(three, slack=0))[town], abs=1e-4)


@pytest.mark.parametrize("whole", [False, True])
def test_slack_loosens_the_tie_breaks_and_nothing_else(whole: bool) -> None:
    """Looser ranges hold the exact ones; plans at their ends move no more than the allowance says."""
    solution = solve(small(), "utilitarian", whole=whole)
    found = room(solution, slack=0.1)
    ranges = found.ranges.set_index(["loosened", "municipality"])
    narrow, wide = ranges.loc[False], ranges.loc[True]
    assert (wide["lowest"] <= narrow["lowest"] + 1e-9).all()
    assert (wide["highest"] >= narrow["highest"] - 1e-9).all()
    assert (wide["highest"] - wide["lowest"]).sum() > (narrow["highest"] - narrow["lowest"]).sum() + 0.1
    loosened = found.loosened.set_index("measure")
    assert [*loosened.index] == ["cost", "moves"]
    goals = solution.goals.set_index("measure")["value"]
    assert loosened["value"].to_dict() == pytest.approx(goals[loosened.index].to_dict())
    assert loosened.loc["moves", "allowance"] == pytest.approx(max(0.1 * goals["moves"], 1))
    for town in wide.index:
        for end in ("lowest", "highest"):
            plan = found.plan(town, end, loosened=True)
            assert plan["waiting"]["waiting"].sum() == pytest.approx(solution.waiting["waiting"].sum())
            assert plan["builds"]["cost"].sum() <= goals["cost"] + loosened.loc["cost", "allowance"] + 1e-6
    assert room(solution, slack=0).loosened.empty


@pytest.mark.parametrize("asked", [0, 1, 3, 5, 8])
def test_time_runs_out_and_what_was_proved_is_told(
    three: Solution, asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However far it came, ends that are told are those of the whole answer, and the rest is unknown."""
    whole_answer = room(three)

    def stopping(solution: Solution, deadline: float) -> object:
        held = hold(solution, deadline)
        minimise, left = held.pursuit.minimise, iter(range(asked))

        def some(objective: object) -> object:
            if next(left, None) is None:
                raise OutOfTime
            return minimise(objective)

        monkeypatch.setattr(held.pursuit, "minimise", some)
        return held

    monkeypatch.setattr(room_module, "hold", stopping)
    found = room(three)
    assert not found.complete
    for row in found.ranges.itertuples():
        low, high = exact(whole_answer)[row.municipality]
        assert low - 1e-6 <= row.lowest <= row.value + 1e-6
        assert row.value - 1e-6 <= row.highest <= high + 1e-6
        if not row.loosened:
            assert np.isnan(row.lowest_possible) or row.lowest_possible == pytest.approx(low)
            assert np.isnan(row.highest_possible) or row.highest_possible == pytest.approx(high)
        if np.isnan(row.highest_possible) and row.lowest == row.highest:
            assert row.freedom == "unknown"
    assert found.ranges[["lowest_possible", "highest_possible"]].isna().to_numpy().any() or asked > 5
    told = room_sentences(found, "en")
    assert told[-1] == "Time ran out: what is not said here is not proved."
    assert "Even then no municipality gets more room." not in told
    assert not any("nan" in text.split() for text in told)


def test_no_time_at_all(three: Solution) -> None:
    """The solution as it is, with nothing proved about it."""
    found = room(three, time_limit=1e-9)
    assert not found.complete
    assert {*found.ranges["freedom"]} == {"unknown"}
    assert (found.ranges["lowest"] == found.ranges["value"]).all()
    assert found.plan("A", "lowest")["loads"].equals(three.loads)


def test_no_room_without_goals_that_are_settled(three: Solution) -> None:
    """Infeasible, out of time, and arguments that mean nothing are told at once, with what to do."""
    impossible = solve(small(agreements=agreement("places", ">=", 500)), "leximin")
    late = replace(three, status="time_limit")
    for solution in (impossible, late):
        with pytest.raises(NoSolutionError) as caught:
            room(solution, slack=-1, time_limit=-1)
        assert [problem.code for problem in caught.value.problems] == [
            *("not-settled", "slack-out-of-range", "no-time")
        ]
    with pytest.raises(VerdelingError) as wrong:
        room(three, slack=float("nan"))
    assert "0.01" in str(wrong.value)


def test_a_range_that_is_not_there(three: Solution) -> None:
    """A plan is asked for by a range that there is."""
    with pytest.raises(VerdelingError, match="no range D lowest"):
        room(three, slack=0).plan("D", "lowest")


def test_goals_that_cannot_be_brought_back(three: Solution) -> None:
    """Values that goals do not get again are refused: the room would be that of another solution."""
    other = replace(three, goals=three.goals.assign(value=three.goals["value"] + 1))
    with pytest.raises(VerdelingError, match="cannot be held where the solution has them"):
        room(other)


def test_tie_breaks_come_last() -> None:
    """Only totals of tie-breaks at the end are loosened, not a waiting that comes before."""
    held = hold(solve(small(), read_policy("maximin"), whole=False), np.inf)
    assert [tie.aim.goal.measure for tie in held.ties] == ["moves", "cost"]
