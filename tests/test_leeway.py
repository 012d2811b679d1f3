"""Ranges of loads and totals: those of the witness, of brute force and of room; asking changes nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from free import LARGEST, best_plans, towns
from hand_made import small
from seeded import seeded
from test_freedom import drawn, witness
from test_shared import NAMES, assert_same
from verdeling.adapters import read_instance
from verdeling.engine import solve, solve_each
from verdeling.explaining.freedom.room import room
from verdeling.leeway import WHOLE_PLAN
from verdeling.policy import read_policy
from verdeling.solution import Solution


def asked(instance, policy, *, whole=False, **more) -> Solution:
    """A solution with its ranges."""
    (found,) = solve_each(instance, [policy], whole=whole, room=True, **more)
    assert isinstance(found, Solution)
    return found


def ends(solution: Solution, number: str) -> dict[str, tuple[float, float]]:
    """Lowest and highest of a number, by municipality."""
    table = solution.tables["ranges"]
    return {
        row.municipality: (row.lowest, row.highest) for row in table[table["number"] == number].itertuples()
    }


@pytest.mark.parametrize("policy", ["maximin", "leximin"])
@pytest.mark.parametrize("kind", ["tied", "ample", "regions", "building", "starved"])
def test_loads_are_those_of_the_witness(policy: str, kind: str) -> None:
    """Plain loops on another formulation and solver find the same ends."""
    instance = seeded(kind, 1)
    found, expected = ends(asked(instance, read_policy(policy)), "load"), witness(instance, policy)
    assert set(found) == set(expected)
    for town, own in found.items():
        assert own == pytest.approx(expected[town], abs=5e-3)


@pytest.mark.parametrize("policy", ["utilitarian", "proportional", "gini", "worse-than-average"])
def test_loads_are_those_of_room(policy: str) -> None:
    """With cuts, and with most loads free, the ends are those that room proves."""
    instance = seeded("building", 2)
    found = ends(asked(instance, read_policy(policy)), "load")
    ranges = room(solve(instance, policy, whole=False), slack=0).ranges
    expected = {row.municipality: (row.lowest_possible, row.highest_possible) for row in ranges.itertuples()}
    for town, own in found.items():
        assert own == pytest.approx(expected[town], abs=5e-3)


@given(drawn())
@settings(max_examples=15, derandomize=True, deadline=None)
def test_whole_plans_are_within_the_ends(case: tuple[list[int], list[int], int]) -> None:
    """Nothing that trying every plan finds lies beyond an end, and what is said to be settled is."""
    plans = np.array(best_plans(*case))
    solution = asked(towns(*case), LARGEST, whole=True)
    for number, (low, high) in enumerate(ends(solution, "load").values()):
        assert low <= plans[:, number].min() <= plans[:, number].max() <= high
        assert low == round(low)
    heaviest = (plans / np.array(case[0]) * sum(case[0]) / case[2]).max(axis=1)
    ((low, high),) = ends(solution, "heaviest").values()
    assert low - 1e-6 <= heaviest.min() <= heaviest.max() <= high + 1e-6


@given(drawn())
@settings(max_examples=25, derandomize=True, deadline=None)
def test_fractional_ends_have_a_closed_form(case: tuple[list[int], list[int], int]) -> None:
    """Nobody is above the heaviest level or its supply, and somebody must carry what the others cannot."""
    people, supply, needs = (np.array(part, dtype=float) for part in case)
    housed = float(min(needs, supply.sum()))
    level = least_level(people, supply, housed)
    most = np.minimum(np.minimum(supply, level * people), housed)
    least = np.maximum(housed - (most.sum() - most), 0.0)
    solution = asked(towns(*case), LARGEST)
    found = np.array([*ends(solution, "load").values()])
    assert found == pytest.approx(np.array([least, most]).T, abs=5e-3)
    assert [*ends(solution, "total_load").values()] == [pytest.approx((housed, housed), abs=1e-5)]
    heaviest = float(level * people.sum() / needs)
    assert [*ends(solution, "heaviest").values()] == [pytest.approx((heaviest, heaviest), abs=1e-5)]


def least_level(people: np.ndarray, supply: np.ndarray, housed: float) -> float:
    """The lowest load per person at which all that is housed finds a place: towns fill up in turn."""
    levels = np.append(supply / people, 0.0)
    low = max(level for level in levels if np.minimum(supply, level * people).sum() <= housed + 1e-9)
    rising = people[supply / people > low + 1e-12].sum()
    left = housed - np.minimum(supply, low * people).sum()
    return low + (left / rising if left > 1e-9 else 0.0)


@pytest.mark.parametrize("name", ["utilitarian", "go-alone", "leximin", "maximin"])
def test_the_plan_is_within_its_ranges(name: str) -> None:
    """What a solution has of every number lies between the ends."""
    instance = read_instance("instances/enschede")
    solution = asked(instance, read_policy(name))
    loads = solution.loads.set_index("municipality")
    for town, (low, high) in ends(solution, "load").items():
        assert low - 5e-3 <= loads.loc[town, "load"] <= high + 5e-3
    waiting = solution.waiting
    last = waiting["year"] == waiting["year"].max()
    cost = solution.goals.set_index("measure").loc["cost", "value"]
    own = (waiting["waiting"].sum(), waiting.loc[last, "waiting"].sum(), cost)
    for number, value in zip(WHOLE_PLAN, own, strict=True):
        ((low, high),) = ends(solution, number).values()
        assert low - 1e-6 * abs(low) - 1e-3 <= value <= high + 1e-6 * abs(high) + 1e-3
    ((low, high),) = ends(solution, "heaviest").values()
    assert low - 1e-4 <= loads["relative_load"].max() <= high + 1e-4


@pytest.mark.parametrize("whole", [False, True])
def test_asking_changes_no_answer(whole: bool) -> None:
    """Every policy has the plan that it has when nothing is asked, whatever was asked before."""
    policies = [read_policy(name) for name in NAMES]
    for told, silent in zip(
        solve_each(small(), policies, whole=whole, room=True),
        solve_each(small(), policies, whole=whole),
        strict=True,
    ):
        assert isinstance(told, Solution)
        assert isinstance(silent, Solution)
        assert_same(silent, told)


def test_without_time_there_are_no_ranges() -> None:
    """A time limit that comes before the goals are settled leaves nothing to ask."""
    solution = asked(small(), read_policy("leximin"), time_limit=1e-9)
    assert "ranges" not in solution.tables
