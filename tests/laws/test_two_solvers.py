"""Two solvers, one answer: HiGHS and CBC through PuLP agree on 2,000 instances, from friendly to vicious.

Five hundred of them are tested always, the others with `pytest -m long tests/laws/test_two_solvers.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from seeded import Kind, seeded
from verdeling.engine import solve
from verdeling.generation import Size, generate
from verdeling.goals import aims, pursue
from verdeling.policy import read_policy
from verdeling.pursuit import Infeasible, Pursuit
from verdeling.solvers import find_solver
from verdeling.statement import restate
from vicious import SHAPES, Case, cases

if TYPE_CHECKING:
    from verdeling.goals import Aim, Reached
    from verdeling.restating import Stating

HIGHS, CBC = "HiGHS", "PULP_CBC_CMD"
OFTEN, ALL = 7, 28
"""Numbers of each shape: with four or five variants of each 2,072 instances, of which 503 always."""

FEWER = {"sixty": 4}
"""Numbers of shapes that take longer."""

WHOLE = [("counted", 0), ("counted", 1), ("alone", 2), ("one group", 0), ("support", 1), ("soft", 0)]
"""Shapes and numbers of which the first variants are compared in whole places always."""


@dataclass(frozen=True)
class Value:
    """What a solver made of a stage of a goal, and what the tolerance of stages before it is worth."""

    aim: Aim
    stage: str
    value: float
    worth: float


def answer(stating: Stating, goals: list[Aim], solver: str) -> tuple[str, list[Value]]:
    """Pursue the goals of a stated program, which is afterwards as it was: a verdict, and values."""
    program, chosen = stating.model.program, find_solver(solver)
    mark = program.mark()
    pursuit = Pursuit(stating.model, chosen, chosen.tolerance)
    try:
        reached, point = pursue(pursuit, goals), pursuit.point
        assert point is not None
        return "optimal", [Value(r.aim, r.stage, r.value(point), _worth(r, pursuit)) for r in reached]
    except Infeasible:
        return "infeasible", []
    finally:
        program.rewind(mark)


def _worth(stage: Reached, pursuit: Pursuit) -> float:
    """What a stage could gain when all that is held gives way as far as is tolerated: by its prices."""
    if stage.duals is None:
        return 0.0
    held = np.zeros(len(stage.duals), dtype=bool)
    for block in pursuit.program.row_blocks:
        held[block.start : block.stop] = block.name.startswith("goal_")
    bounds = pursuit.program.row_upper[: len(held)]
    held &= np.isfinite(bounds)
    return float(pursuit.tolerance * np.abs(stage.duals[held]) @ np.maximum(1.0, np.abs(bounds[held])))


def agree(one: tuple[str, list[Value]], other: tuple[str, list[Value]], case: Case) -> None:
    """Compare verdicts, and every goal's values in their order.

    Each solver holds a goal within its tolerance, CBC's a hundred-millionth, and what comes later gains what
    that is worth by its prices, or as many places, and what these cost.
    """
    assert one[0] == other[0], case.name
    assert case.verdict in ("", one[0]), case.name
    held = 0.0
    for here, there in zip(one[1], other[1], strict=True):
        vector = here.aim.vector
        largest = np.abs(vector.terms["coefficient"].to_numpy() / vector.scale[vector.element]).max(initial=1)
        room = (5e-6 + 2e-8 * held) * largest + 10 * (here.worth + there.worth)
        told = case.name, here.aim.goal.measure, here.stage, here.value, there.value
        assert here.value == pytest.approx(there.value, rel=1e-6, abs=room), told
        if here.aim.goal.measure in ("waiting", "shortfall", "preference", "moves"):
            held = max(held, abs(here.value))


def compare(shape: str, number: int) -> int:
    """Compare both solvers on the variants of a number; return how many there were."""
    stating, count = None, 0
    for count, case in enumerate(cases(shape, number), 1):  # noqa: B007
        policy = read_policy(case.policy)
        stating = restate(case.instance.in_scenario(), policy, stating)
        mark = stating.model.program.mark()
        goals = aims(stating.model, policy)
        agree(answer(stating, goals, HIGHS), answer(stating, goals, CBC), case)
        stating.model.program.rewind(mark)
    return count


def compare_solved(case: Case, *, whole: bool) -> None:
    """Compare the answers of `solve`: statuses, conflicts, and every goal as far as both proved theirs."""
    one, other = (solve(case.instance, case.policy, whole=whole, solver=name) for name in (HIGHS, CBC))
    assert one.status.replace("near_", "") == other.status.replace("near_", ""), case.name
    assert case.verdict in ("", one.status.replace("near_", "")), case.name
    assert one.conflict.equals(other.conflict)
    room = 1e-5
    for here, there in zip(one.goals.to_dict("records"), other.goals.to_dict("records"), strict=True):
        if here["gap"] or there["gap"]:
            break
        costs = 1e6 if here["measure"] == "cost" else 1
        assert here["value"] == pytest.approx(there["value"], rel=1e-5, abs=room * costs), (case.name, here)
        room = max(room, 1e-6 * abs(here["value"]))


@pytest.mark.parametrize("shape", SHAPES)
def test_two_solvers(shape: str) -> None:
    """Every goal's value and every verdict is the same."""
    assert sum(compare(shape, number) for number in range(FEWER.get(shape, OFTEN))) >= 4 * 4


@pytest.mark.long
@pytest.mark.parametrize(
    ("shape", "number"),
    [(shape, number) for shape in SHAPES for number in range(FEWER.get(shape, OFTEN), ALL)],
)
def test_two_solvers_on_more(shape: str, number: int) -> None:
    """Likewise for the others of the 2,000."""
    compare(shape, number)


def test_enough_instances() -> None:
    """There are more than 500 instances, and more than 2,000 with those that take long."""
    variants = {shape: 4 if shape == "counted" else 5 for shape in SHAPES}
    for shape in ("counted", "sixty"):
        assert sum(1 for _ in cases(shape, 0)) == variants[shape]
    assert sum(variants[shape] * FEWER.get(shape, OFTEN) for shape in SHAPES) > 500
    assert sum(variants[shape] * ALL for shape in SHAPES) > 2000


@pytest.mark.parametrize(("shape", "number"), WHOLE)
def test_whole(shape: str, number: int) -> None:
    """Verdicts, conflicts and every goal that both proved are the same in whole places."""
    for case in islice(cases(shape, number), 2):
        compare_solved(case, whole=True)


@pytest.mark.long
@pytest.mark.parametrize("number", range(6))
@pytest.mark.parametrize("shape", SHAPES)
def test_solved(shape: str, number: int) -> None:
    """All of `solve`, in fractions and in whole places, says the same of 444 of them."""
    for case in cases(shape, number):
        compare_solved(case, whole=False)
        compare_solved(case, whole=True)


def test_infeasible() -> None:
    """Both give the verdict infeasible, in fractions and in whole places, with the same conflict."""
    found = [case for case in cases("counted", 3) if case.verdict == "infeasible"]
    assert len(found) == 2
    for case in found:
        compare_solved(case, whole=False)
        compare_solved(case, whole=True)


def test_infeasible_in_whole_places_only() -> None:
    """Both see that half a place cannot be given: possible in fractions, impossible in whole places."""
    instance = seeded(Kind(towns=2, groups=1, place_types=1, years=1, supply=(2.0, 2.0)), 0)
    group = instance["groups"]["group"].iloc[0]
    agreement = {"agreement": "half", "text": "Two and a half places", "measure": "places", "sense": "="}
    odd = instance.replace(agreements=pd.DataFrame([agreement | {"group": group, "value": 2.5}]))
    for solver in (HIGHS, CBC):
        assert solve(odd, whole=False, solver=solver).status == "optimal"
        assert solve(odd, whole=True, solver=solver).status == "infeasible"


def test_in_thousands() -> None:
    """A region whose needs run into the thousands: of eight digits of CBC the goals were lost."""
    generated = generate(Size(municipalities=4, groups=3, place_types=2, years=2), seed=0)
    compare_solved(Case("generated", generated, "leximin"), whole=False)
    lost = next(case for case in cases("friendly", 0) if case.name.endswith("in_thousands"))
    assert solve(lost.instance, lost.policy, whole=False, solver=CBC).provenance["tolerance"] <= 1e-8
