"""What policies have in common is done once, and changes no answer."""

from __future__ import annotations

from itertools import permutations

import pandas as pd
import pytest

import verdeling.shared as shared_module
from hand_made import small
from longer import in_long_runs
from points import policy
from seeded import seeded
from verdeling.engine import solve, solve_each
from verdeling.errors import PolicyError
from verdeling.policy import Policy, read_policy
from verdeling.shared import Shared
from verdeling.solution import Solution
from verdeling.solvers import find_solver

NAMES = ["leximin", "maximin", "utilitarian", "priority"]
OTHER_KEY = {"key": {"component": [{"attribute": "population", "scale": "inverse"}]}}


def variant(name: str, **changes: object) -> Policy:
    return Policy.model_validate(read_policy(name).model_dump() | changes)


def assert_same(one: Solution, other: Solution) -> None:
    """Every table of two solutions is the same to the last digit."""
    assert one.status == other.status
    pd.testing.assert_frame_equal(one.goals, other.goals, check_exact=True)
    for name, table in one.tables.items():
        pd.testing.assert_frame_equal(table, other.tables[name], check_exact=True)


@pytest.mark.parametrize("whole", [False, True])
def test_answers_are_those_of_solve(whole: bool) -> None:
    """Whatever was solved before on the same program, each answer is the one that `solve` gives."""
    instance = small()
    policies = [read_policy(name) for name in NAMES] + [variant("leximin", **OTHER_KEY)]
    alone = [solve(instance, each, whole=whole) for each in policies]
    for one, other in zip(alone, solve_each(instance, policies, whole=whole), strict=True):
        assert isinstance(other, Solution)
        assert_same(one, other)


def test_the_order_of_policies_changes_nothing() -> None:
    """Policies in any order get the same answers."""
    instance = small()
    policies = [read_policy(name) for name in NAMES[:3]]
    found: dict[str, Solution] = {}
    for order in permutations(policies):
        for each, answer in zip(order, solve_each(instance, order, whole=False), strict=True):
            assert isinstance(answer, Solution)
            assert_same(found.setdefault(each.name, answer), answer)


def test_goals_with_cuts_are_shared_too() -> None:
    """A goal whose rows are stated as they are needed is held for the next policy as for the first."""
    instance = seeded("building", 1)
    opening = (
        {"measure": "relative_load", "aggregate": "gini"},
        {"measure": "waiting", "aggregate": "total"},
    )
    policies = [
        policy(*opening, {"measure": measure, "aggregate": "total"}) for measure in ("preference", "cost")
    ]
    alone = [solve(instance, each, whole=False) for each in policies]
    for one, other in zip(alone, solve_each(instance, policies, whole=False), strict=True):
        assert isinstance(other, Solution)
        assert_same(one, other)


def test_what_is_shared() -> None:
    """Policies share a program where key and kinds of columns are the same, and only then."""
    shared = Shared(small(), find_solver("HiGHS"))
    first, _ = shared.start(read_policy("leximin"))
    assert shared.start(read_policy("maximin"))[0] is first
    assert shared.start(variant("leximin", **OTHER_KEY))[0] is not first
    assert shared.start(variant("leximin", tolerance=1e-8))[0] is not first
    without_moves = policy({"measure": "waiting", "aggregate": "total"})
    assert "local" not in shared.start(without_moves)[0].model.program.column_blocks


def test_an_opening_is_settled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second policy with the same first goals begins where the first one stood."""
    shared = Shared(small(), find_solver("HiGHS"))
    asked: list[int] = []
    monkeypatch.setattr(type(shared.solver), "minimise", _counting(type(shared.solver).minimise, asked))
    counts = []
    for name in ("leximin", "maximin"):
        started, goals = shared.start(read_policy(name))
        before = len(asked)
        started.pursue(goals[:2], lambda done: None)
        counts.append(len(asked) - before)
    assert counts[0] > 0
    assert counts[1] == 0


def _counting(minimise, asked):
    def counted(*args, **kwargs):
        asked.append(1)
        return minimise(*args, **kwargs)

    return counted


def test_an_error_stops_one_policy_only() -> None:
    """A policy that does not fit the instance gives its error; the others are answered."""
    misfit = variant("leximin", key={"component": [{"attribute": "windmills"}]})
    answers = list(solve_each(small(), [misfit, read_policy("leximin")], whole=False))
    assert isinstance(answers[0], PolicyError)
    assert "windmills" in str(answers[0])
    assert isinstance(answers[1], Solution)


@pytest.mark.parametrize("name", ["leximin", "proportional", "utilitarian", "own-first"])
@pytest.mark.parametrize("kind", ["agreed", *in_long_runs(["building", "starved"])])
def test_leaning_settles_nothing(name: str, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With and without leaning towards the last goals every goal reaches the same."""
    instance = seeded(kind, 2)
    leant = solve(instance, name, whole=False).goals
    monkeypatch.setattr(shared_module, "NEAR", 0)
    straight = solve(instance, name, whole=False).goals
    assert leant["value"].tolist() == pytest.approx(straight["value"].tolist(), rel=1e-7, abs=1e-6)
