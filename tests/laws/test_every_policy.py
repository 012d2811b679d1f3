"""What the literature asks of any criterion, of every policy: anonymity, monotonicity, Pareto, transfers.

Which criteria are Pareto-efficient, and which see a transfer from the better to the worse off (Pigou
1912, Dalton 1920): V. X. Chen, J. N. Hooker, A guide to formulating fairness in an optimization model,
Annals of Operations Research 326, 2023, 581–619, doi:10.1007/s10479-023-05264-y.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laws.changes import renamed, with_more_supply
from longer import every
from seeded import seeded
from verdeling.aggregates import AGGREGATES
from verdeling.engine import solve
from verdeling.goals import settle_aim
from verdeling.instance import Instance
from verdeling.measures import MEASURES, Vector
from verdeling.policy import policy_names, read_policy
from verdeling.program import Objective, Program
from verdeling.pursuit import Pursuit
from verdeling.solvers import find_solver
from verdeling.statement import state

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verdeling.goals import Aim
    from verdeling.policy import Goal
    from verdeling.solution import Solution

KINDS = ("tight", "scarce", "starved", "building")
CASES = every(3, [(name, kind) for name in policy_names() for kind in KINDS])
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


# Transfers: what one has more of goes to one who has less of it, at most until both have the same


SEES = {
    "alpha-fair": "coverage",
    "equal-awards": "years_housed",
    "equal-coverage": "coverage",
    "gini": "relative_load",
    "go-alone": "coverage",
    "leximin": "relative_load",
    "nash": "coverage",
    "status-quo": "relative_load",
}
"""Policies that want every transfer, and the measure that their criterion is about."""

OVERLOOKS = {
    "maximin": "relative_load",
    "mean-deviation": "relative_load",
    "proportional": "relative_load",
    "utilitarian": "waiting",
    "worse-than-average": "relative_load",
    "worst-fifth": "relative_load",
}
"""Policies that refuse no transfer, but to which some make no difference."""

REFUSES = {
    "equal-losses": "years_housed",
    "kalai-smorodinsky": "coverage",
    "own-first": "at_home",
    "priority": "waiting",
    "talmud": "years_housed",
    "threshold": "coverage",
}
"""Policies that refuse some transfer."""

ABSOLUTE = ("waiting", "years_housed")
"""Measures that do not divide by the size of an element."""


@dataclass(frozen=True)
class Path:
    """Transfers one after another, from the first amounts to the last: all that can be chosen.

    What an element has is its amount divided by its size; groups have priority 1, 2, …, and only the
    first is urgent.
    """

    first: Sequence[float]
    last: Sequence[float]
    sizes: Sequence[float] = ()
    claims: Sequence[float] = ()

    def ends(self, policy: str, measure: str) -> tuple[float, float]:
        """Shortest and longest part of the way that a policy's criterion allows; 0 is the first amounts."""
        goal = next(each for each in read_policy(policy).goal if each.measure == measure)
        return self._end(goal, 1.0), self._end(goal, -1.0)

    def _end(self, goal: Goal, sign: float) -> float:
        program, index = Program(), pd.DataFrame({"group": np.arange(len(self.first))})
        one, way = (self._column(program, name, least) for name, least in (("one", 1.0), ("way", 0.0)))
        first, last = np.array(self.first, float), np.array(self.last, float)
        terms = [
            index.assign(column=one, coefficient=first),
            index.assign(column=way, coefficient=last - first),
        ]
        sizes = np.array(self.sizes or [1.0] * len(index))
        vector = Vector(
            index,
            pd.concat(terms, ignore_index=True),
            "places",
            sizes,
            sizes / sizes.sum(),
            np.zeros(len(index), dtype=np.int64),
            MEASURES[goal.measure].better,
            np.array(self.claims or 1e3 * sizes, float),
        )
        groups = pd.DataFrame({"priority": 1 + index["group"], "urgent": index["group"] == 0})
        model = SimpleNamespace(program=program, data=SimpleNamespace(groups=groups))
        pursuit = Pursuit(model, find_solver("HiGHS"), 1e-9)
        assert list(AGGREGATES[goal.aggregate].settle(pursuit, vector, goal))
        return sign * pursuit.minimise(Objective(np.array([way]), np.array([sign]))).value

    def _column(self, program: Program, name: str, least: float) -> int:
        only = pd.DataFrame({"goal": [0]})
        return int(program.add_columns(name, only, unit="1", lower=least, upper=1.0)["column"].iloc[0])


@st.composite
def paths(draw: st.DrawFn, alike: bool = False) -> Path:
    """A transfer between two of a few elements, at most four fifths of the way to equality."""
    count = draw(st.integers(2, 4))
    several = st.lists(st.integers(1, 5), min_size=count, max_size=count)
    sizes = np.ones(count) if alike else np.array(draw(several), float)
    levels = np.array(sorted(draw(several)), float)
    more = draw(st.integers(1, count - 1))
    less = draw(st.integers(0, more - 1))
    levels[more:] += draw(st.sampled_from([1.0, 2.5]))
    moved = np.zeros(count)
    moved[[less, more]] = np.array([1.0, -1.0]) * (levels[more] - levels[less])
    moved *= draw(st.sampled_from([0.2, 0.5, 0.8])) / (1 / sizes[less] + 1 / sizes[more])
    amounts = sizes * levels
    return Path(amounts.tolist(), (amounts + moved).tolist(), sizes.tolist())


BETWEEN = Path([0, 4, 6, 10], [0, 4.5, 5.5, 10])
"""Across the mean 5, between two of whom neither is an extreme."""
ABOVE = Path([1, 4, 10, 12, 13], [1, 4, 10.5, 11.5, 13])
"""Between two who are above the mean 8."""
EXTREMES = Path([0, 4, 6, 10], [1, 4, 6, 9])
"""From the one with most to the one with least."""

OVERLOOKED = {
    "maximin": (BETWEEN, EXTREMES),
    "mean-deviation": (ABOVE, BETWEEN),
    "proportional": (BETWEEN, EXTREMES),
    "utilitarian": (EXTREMES, None),
    "worse-than-average": (ABOVE, BETWEEN),
    "worst-fifth": (BETWEEN, EXTREMES),
}
"""A transfer that a policy overlooks, and one that it sees."""

REFUSED = {
    "equal-losses": (Path([8, 0], [5, 3], claims=[10, 4]), 1 / 3),
    "kalai-smorodinsky": (Path([9, 0], [6, 3]), 3 / 4),
    "own-first": (Path([4, 2], [3, 3]), 0),
    "priority": (Path([2, 6], [3, 5]), 0),
    "talmud": (Path([9, 2], [7, 4], claims=[10, 4]), 1 / 4),
    "threshold": (Path([0.1, 0.2, 1], [0.1, 0.3, 0.9]), 0),
}
"""Transfers of which a policy wants only the first part."""


def test_every_policy_has_its_place() -> None:
    """Of every policy it is said whether it wants, overlooks or refuses transfers."""
    assert sorted([*SEES, *OVERLOOKS, *REFUSES]) == policy_names()
    assert list(OVERLOOKED) == list(OVERLOOKS)
    assert list(REFUSED) == list(REFUSES)


@pytest.mark.parametrize("policy", SEES)
@given(data=st.data())
@settings(max_examples=15, derandomize=True, deadline=None)
def test_every_transfer_is_wanted(policy: str, data: st.DataObject) -> None:
    """The principle of transfers (Pigou–Dalton): only the last amounts of the path are at the best."""
    path = data.draw(paths(alike=SEES[policy] in ABSOLUTE))
    assert path.ends(policy, SEES[policy]) == pytest.approx((1, 1), abs=1e-3)


@pytest.mark.parametrize("policy", OVERLOOKS)
@given(data=st.data())
@settings(max_examples=15, derandomize=True, deadline=None)
def test_no_transfer_is_refused(policy: str, data: st.DataObject) -> None:
    """The weak principle: the last amounts of the path are among the best."""
    path = data.draw(paths(alike=OVERLOOKS[policy] in ABSOLUTE))
    assert path.ends(policy, OVERLOOKS[policy])[1] == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("policy", OVERLOOKS)
def test_some_transfer_is_overlooked(policy: str) -> None:
    """A mean deviation sees none on one side of the mean, a largest load only who has it, a sum none."""
    overlooked, seen = OVERLOOKED[policy]
    assert overlooked.ends(policy, OVERLOOKS[policy]) == pytest.approx((0, 1), abs=1e-6)
    if seen:
        assert seen.ends(policy, OVERLOOKS[policy]) == pytest.approx((1, 1), abs=1e-6)


@pytest.mark.parametrize("policy", REFUSES)
def test_some_transfer_is_refused(policy: str) -> None:
    """What a policy looks at is not who has less, so somewhere on the path it wants to go no further.

    Equal losses: of claims of 10 and 4 to 8 both lack 3 at (7, 1), and the Talmud gives (8½, 2½) of
    11 (Aumann & Maschler 1985). Kalai–Smorodinsky: the ideals are 9 and 3, three quarters of which
    are 6¾ and 2¼. Own first and priority look at who it is before how much it is. The threshold
    counts what somebody is ahead by more than a quarter, and not what somebody within it gets
    (Chen & Hooker 2023).
    """
    path, chosen = REFUSED[policy]
    assert path.ends(policy, REFUSES[policy]) == pytest.approx((chosen, chosen), abs=1e-6)
