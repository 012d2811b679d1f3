"""What the literature asks of any criterion, of every policy: anonymity, monotonicity, Pareto.

Which criteria are Pareto-efficient: X. Chen, J. N. Hooker, A guide to formulating fairness in an
optimization model, Annals of Operations Research 326, 2023, doi:10.1007/s10479-023-05264-y.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from laws.changes import renamed, with_more_supply
from seeded import seeded
from verdeling.engine import solve
from verdeling.goals import settle_aim
from verdeling.instance import Instance
from verdeling.measures import MEASURES
from verdeling.policy import policy_names, read_policy
from verdeling.pursuit import Pursuit
from verdeling.solvers import find_solver
from verdeling.statement import state

if TYPE_CHECKING:
    from verdeling.goals import Aim
    from verdeling.solution import Solution

KINDS = ("tight", "scarce", "starved", "building")
CASES = [(name, kind) for name in policy_names() for kind in KINDS]
EFFICIENT = (
    *("total", "leximax", "leximin", "nash", "alpha_fair", "kalai_smorodinsky"),
    *("equal_awards", "equal_losses", "talmud", "proportional"),
)
"""Criteria under which nobody can be better off without somebody being worse off."""


@cache
def instance(kind: str, seed: int = 1) -> Instance:
    """A seeded instance with shares of recent years, which one policy asks for, and travel times."""
    made = seeded(kind, seed)
    towns = made["municipalities"]
    made_up = {"recent_places": np.arange(1, len(towns) + 1)}
    return Instance.from_tables({**made.tables, "municipalities": towns.assign(**made_up)}, about=made.about)


@cache
def answer(name: str, kind: str) -> Solution:
    """What a policy makes of an instance."""
    return solve(instance(kind), name, whole=False)


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_anonymity(name: str, kind: str) -> None:
    """Under other names and ids every goal reaches the same, and everybody carries the same load."""
    other, restore = renamed(instance(kind), 1)
    here, there = answer(name, kind), solve(other, name, whole=False)
    assert there.goals["value"].tolist() == pytest.approx(here.goals["value"].tolist(), rel=1e-6, abs=1e-6)
    loads = restore(there.loads).set_index("municipality")["load"].to_dict()
    assert loads == pytest.approx(here.loads.set_index("municipality")["load"].to_dict(), abs=1e-5)


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_more_supply(name: str, kind: str) -> None:
    """What a policy wants first is never further away because more places come free."""
    less, more = answer(name, kind), solve(with_more_supply(instance(kind), 0, 5), name, whole=False)
    first = less.goals.iloc[0]
    better = MEASURES[first["measure"]].better
    gain = (more.goals["value"].iloc[0] - first["value"]) * (1 if better == "higher" else -1)
    assert gain >= -1e-6 * max(1.0, abs(first["value"]))


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_pareto(name: str, kind: str) -> None:
    """With earlier goals held, nobody can be better off by the policy's measure at nobody's expense."""
    model, goals = state(instance(kind), read_policy(name))
    pursuit = Pursuit(model, find_solver("HiGHS"), 1e-9)
    for aim in goals:
        before = pursuit.stand()
        settle_aim(pursuit, aim)
        if aim.goal.aggregate not in EFFICIENT or not len(aim.vector.terms):
            continue
        settled = pursuit.stand()
        assert settled.point is not None
        reached = aim.vector.minimised.values(settled.point)
        pursuit.rewind(before)
        assert best_without_loss(pursuit, aim, reached) == pytest.approx(reached.sum(), rel=1e-5, abs=1e-5)
        pursuit.rewind(settled)


def best_without_loss(pursuit: Pursuit, aim: Aim, reached: np.ndarray) -> float:
    """The least sum over elements of which none is above what it was."""
    vector = aim.vector.minimised
    rows = pursuit.add_element_rows("goal_pareto", vector)
    pursuit.program.row_upper[rows.start : rows.stop] = reached + 1e-8 * np.maximum(1.0, np.abs(reached))
    return pursuit.minimise(vector.total()).value
