"""Goals are pursued in their order; what does not fit is refused with the nearest name."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from hand_made import small
from points import policy, stated
from seeded import Kind, seeded
from verdeling.aggregates import AGGREGATES
from verdeling.engine import solve
from verdeling.errors import PolicyError
from verdeling.goals import aims, check_goals, pursue
from verdeling.measures import MEASURES
from verdeling.program import Program
from verdeling.pursuit import Pursuit, whole_step
from verdeling.solvers import find_solver
from verdeling.statement import state_rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verdeling.formulation import Model

GROUPED = [name for name, each in AGGREGATES.items() if each.grouped]
PARAMETERS = {"alpha": 2.0, "part": 0.2, "threshold": 0.1, "weights": (3.0, 2.0, 1.0)}
WAITING = {"measure": "waiting", "aggregate": "total"}
MOVES = {"measure": "moves", "aggregate": "total"}


def problems(*goals: dict[str, str]) -> list[tuple[str, str, str]]:
    """Code, what and remedy of what is wrong with goals."""
    with pytest.raises(PolicyError) as caught:
        check_goals(policy(*goals))
    return [(each.code, each.what, each.remedy) for each in caught.value.problems]


def test_an_unknown_measure_is_answered_with_the_nearest() -> None:
    """A typing error in a measure names the goal and the measure that was meant."""
    ((code, what, remedy),) = problems(WAITING, {"measure": "relative_lode", "aggregate": "leximax"})
    assert code == "unknown-goal"
    assert "Goal 2" in what
    assert "relative_lode" in what
    assert "relative_load" in remedy


def test_an_unknown_aggregate_is_answered_with_the_nearest() -> None:
    """A typing error in an aggregate names the one that was meant."""
    ((_, what, remedy),) = problems({"measure": "relative_load", "aggregate": "lexmax"})
    assert "lexmax" in what
    assert "leximax" in remedy


def test_what_a_measure_cannot_be_made() -> None:
    """Nobody raises the smallest load or lowers the largest coverage; the error says what fits."""
    ((code, what, remedy),) = problems({"measure": "relative_load", "aggregate": "leximin"})
    assert code == "goal-of-wrong-sign"
    assert "leximin of relative_load" in what
    assert "leximax" in remedy
    ((_, _, remedy),) = problems({"measure": "coverage", "aggregate": "leximax"})
    assert "leximin" in remedy


def test_parameters_belong_to_aggregates() -> None:
    """A parameter that an aggregate does not take is refused by name."""
    ((code, what, _),) = problems(WAITING | {"alpha": 2.0})
    assert code == "idle-parameter"
    assert "alpha = 2.0" in what


def test_weights_fall_and_somebody_counts() -> None:
    """The worst-off weighs most, and at least one weight is above zero."""
    ordered = {"measure": "relative_load", "aggregate": "ordered"}
    ((code, _, _),) = problems(ordered | {"weights": (1.0, 2.0)})
    assert code == "rising-weights"
    ((code, _, _),) = problems(ordered | {"weights": (0.0, 0.0)})
    assert code == "weightless"
    ((code, what, _),) = problems(ordered)
    assert (code, "no weights" in what) == ("goal-without-parameter", True)


def test_more_of_a_difference_is_a_loss() -> None:
    """More coverage is a gain, but a larger difference in coverage is a loss, as a larger load is."""
    goals = [
        {"measure": "coverage", "aggregate": "minimum"},
        {"measure": "coverage", "aggregate": "range"},
        {"measure": "relative_load", "aggregate": "maximum"},
    ]
    model, found = stated(small(), *goals)
    reached = pursue(Pursuit(model, find_solver("HiGHS"), 1e-9), found)
    assert [stage.better for stage in reached] == ["higher", "lower", "lower"]


def test_what_a_measure_cannot_be_over() -> None:
    """A load is of a municipality, not of a group."""
    ((_, what, remedy),) = problems({"measure": "relative_load", "over": "group", "aggregate": "leximax"})
    assert "over 'group'" in what
    assert "municipality" in remedy


@pytest.mark.parametrize("aggregate", GROUPED)
def test_aggregates_of_groups_need_groups(aggregate: str) -> None:
    """Priority and urgency belong to groups, so a measure over municipalities is refused."""
    found = problems({"measure": "relative_load", "aggregate": aggregate})
    assert [code for code, _, _ in found] == ["goal-without-groups"]
    check_goals(policy({"measure": "waiting", "aggregate": aggregate}))


def test_all_problems_at_once() -> None:
    """Every goal that is wrong is named, not only the first."""
    assert (
        len(problems({"measure": "x", "aggregate": "y"}, WAITING, {"measure": "z", "aggregate": "total"}))
        == 3
    )


@cache
def small_rules() -> Model:
    """The program without goals."""
    return state_rules(small(), policy(WAITING))


@pytest.fixture
def rules() -> Iterator[Model]:
    """The program without goals, which is afterwards as it was."""
    model = small_rules()
    mark = model.program.mark()
    yield model
    model.program.rewind(mark)


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("aggregate", AGGREGATES)
def test_every_measure_goes_with_every_aggregate(measure: str, aggregate: str, rules: Model) -> None:
    """A measure over its own index can be settled by any aggregate that fits, and has a value."""
    found, how = MEASURES[measure], AGGREGATES[aggregate]
    if how.fits not in ("any", found.better) or (how.grouped and found.over[0] != "group"):
        return
    if how.claimants and not found.claimed:
        return
    goal = {"measure": measure, "aggregate": aggregate} | {name: PARAMETERS[name] for name in how.takes}
    chosen = policy(WAITING, goal)
    check_goals(chosen)
    pursuit = Pursuit(rules, find_solver("HiGHS"), 1e-9)
    reached = pursue(pursuit, aims(rules, chosen))
    assert reached[0].value(pursuit.point) == pytest.approx(0, abs=1e-6)  # there is room for everybody
    assert all(np.isfinite(stage.value(pursuit.point)) for stage in reached)


def test_earlier_goals_are_held() -> None:
    """The order of goals decides: who comes first is at its best, and a later goal gains nothing on it."""
    first: dict[str, list[float]] = {}
    for order in ((WAITING, MOVES), (MOVES, WAITING)):
        model, goals = stated(small(), *order)
        pursuit = Pursuit(model, find_solver("HiGHS"), 1e-9)
        reached = pursue(pursuit, goals)
        for stage in reached:
            first.setdefault(stage.aim.goal.measure, []).append(stage.value(pursuit.point))
    assert first["waiting"][0] == pytest.approx(0, abs=1e-6)
    assert first["moves"][1] == pytest.approx(0, abs=1e-6)
    assert first["waiting"][1] > 0.5  # Hengelo has 8 homes in 2027 for 9 regular seekers of its own
    assert first["moves"][0] > 0.5


def test_progress_is_reported() -> None:
    """After each goal its number is told."""
    model, goals = stated(small(), WAITING, MOVES)
    told: list[int] = []
    pursue(Pursuit(model, find_solver("HiGHS"), 1e-9), goals, told.append)
    assert told == [1, 2]


def test_who_can_get_nothing_holds_nobody_back() -> None:
    """Where nothing comes free for one origin, a leximin still raises the others, the worst-off first.

    In a region apart, three origins ask 12, 6 and 11 homes of which 13 come free: each gets 13/29.
    """
    instance = seeded(Kind(regions=3, towns=3, projects=True, support=True, supply=(0.3, 1.2)), 1)
    served = solve(instance, "equal-coverage", whole=False).waiting
    served = served[served["region"] == "R3"]
    assert served["needs"].tolist() == [12, 6, 11]
    assert (served["served"] / served["needs"]).tolist() == pytest.approx([13 / 29] * 3)


@pytest.mark.parametrize(
    ("coefficients", "whole", "step"),
    [
        ([2.0, 4.0], True, 2.0),
        ([0.5, 1.5, -2.0], True, 0.5),
        ([0.000003, 0.000002], True, 0.000001),
        ([1 / 3], True, None),
        ([0.0000001], True, None),
        ([1.0], False, None),
        ([], True, None),
    ],
)
def test_whole_numbers_have_steps(coefficients: list[float], whole: bool, step: float | None) -> None:
    """An expression in whole columns is a multiple of what divides its coefficients, down to a millionth."""
    program = Program()
    program.add_columns("x", pd.DataFrame({"at": range(3)}), unit="1", whole=whole)
    found = whole_step(program, np.arange(len(coefficients)), np.array(coefficients))
    assert found == (None if step is None else pytest.approx(step))
