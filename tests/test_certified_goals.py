"""Certificates of goals that are neither sums nor levels of a measure."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from verdeling.adapters import read_instance
from verdeling.certifying.bounds import Box
from verdeling.certifying.certificate import Sparse
from verdeling.certifying.claiming import claims
from verdeling.certifying.claims import Claim, Unproved
from verdeling.certifying.decimals import Decimals
from verdeling.certifying.judging import bound_of
from verdeling.certifying.points import point_of
from verdeling.certifying.proving import certify
from verdeling.certifying.verifying import verify_result
from verdeling.certifying.worths import Finding
from verdeling.engine import solve
from verdeling.output import write_solution
from verdeling.policy import Goal, Policy, read_policy
from verdeling.solvers import find_solver
from verdeling.statement import state

if TYPE_CHECKING:
    from verdeling.program import Program
    from verdeling.solution import Solution

LOADS: dict[str, Any] = {"measure": "relative_load"}
AWARDS: dict[str, Any] = {"measure": "years_housed", "over": "origin"}
PARTS: dict[str, Any] = {"measure": "coverage", "over": "origin"}
GOALS: dict[str, dict[str, Any]] = {
    "range": LOADS,
    "largest_deviation": LOADS,
    "mean_deviation": LOADS,
    "above_mean": LOADS,
    "gini": LOADS,
    "worst_part": {**LOADS, "part": 0.3},
    "ordered": {**LOADS, "weights": [3, 2, 1]},
    "proportional": AWARDS,
    "equal_awards": AWARDS,
    "equal_losses": AWARDS,
    "talmud": AWARDS,
    "equity_threshold": {**PARTS, "threshold": 0.1},
    "nash": PARTS,
    "alpha_fair": {**PARTS, "alpha": 2.0},
    "kalai_smorodinsky": PARTS,
    "minimal_overlap": AWARDS,
    "random_arrival": AWARDS,
}
"""Aggregates with the rest of a goal."""
TAKEN: dict[str, dict[str, Any]] = {
    "mcloone": PARTS,
    "adjusted_proportional": AWARDS,
}
"""Those of which the solver's word is taken."""
NEAR = Fraction(1e-6)


TOWNS = read_instance(Path(__file__).parents[1] / "instances" / "three-towns")
WAITING = Goal(measure="waiting", aggregate="total")
LATER = Goal(measure="relative_load", aggregate="leximax"), Goal(measure="cost", aggregate="total")


def policy(aggregate: str, *later: Goal) -> Policy:
    """Fewest waiting, another goal, and those that come after it."""
    goal = Goal(aggregate=aggregate, **{**GOALS, **TAKEN}[aggregate])
    return read_policy("leximin").model_copy(update={"goal": (WAITING, goal, *later)})


def claimed(solution: Solution, asked: Policy) -> tuple[Program, Box, list[Claim | Unproved]]:
    """What a plan claims of the goals of a policy."""
    model, goals = state(solution.instance, asked)
    point = Decimals.of(point_of(model, solution.tables))
    box = Box(model.program)
    finding = Finding(model.program, find_solver("HiGHS"), point_of(model, solution.tables))
    return model.program, box, [*claims(model, goals, point, box, finding, whole=solution.whole)]


def bounds(solution: Solution, asked: Policy) -> list[tuple[Fraction, Fraction]]:
    """What a plan reaches of each claim, and what is proved that no plan can better."""
    found = replace(solution, policy=asked)
    program, box, every = claimed(found, asked)
    pairs = zip(every, certify(found).proofs, strict=True)
    proved = [(claim.value, bound_of(program, box, claim, proof)) for claim, proof in pairs]
    return [(value, bound.value) for value, bound in proved if bound is not None]


@pytest.fixture(scope="module")
def other() -> Solution:
    """A plan with as few waiting that is about nothing but preferences."""
    goal = Goal(measure="preference", aggregate="total")
    return solve(TOWNS, read_policy("leximin").model_copy(update={"goal": (WAITING, goal)}), whole=False)


@pytest.mark.parametrize("aggregate", GOALS)
def test_the_best_is_proved_and_a_worse_plan_is_not(aggregate: str, other: Solution) -> None:
    """Of each goal, and of those after it, the optimum is at the bound; another plan is not at its own."""
    asked = policy(aggregate, *LATER)
    best = solve(TOWNS, asked, whole=False)
    found = bounds(best, asked)
    assert len(found) >= len(asked.goal)
    for value, bound in found:
        assert abs(value - bound) <= NEAR * max(1, abs(value))
    worse = bounds(other, policy(aggregate))[1:]
    assert worse[0][1] <= found[1][0] + NEAR
    assert any(value > bound + Fraction(1, 1000) for value, bound in worse)


@pytest.mark.parametrize("aggregate", ["gini", "worst_part", "equity_threshold", "talmud", "nash"])
def test_wrong_numbers_never_prove_too_much(aggregate: str) -> None:
    """With any number of a proof changed, the bound is no more than what the plan has."""
    solution = solve(TOWNS, policy(aggregate, *LATER))
    program, box, every = claimed(solution, solution.policy)
    draw = np.random.default_rng(3)
    for claim, proof in zip(every, certify(solution).proofs, strict=True):
        assert isinstance(claim, Claim)
        sizes = {"rows": program.row_count, "own": len(claim.own)}
        sizes["held"] = sum(len(each.entries) for each in claim.held)
        for part, size in sizes.items():
            numbers = getattr(proof, part).full(size)
            numbers[draw.permutation(size)[:2]] += draw.choice([-100.0, -1.0, 1e-3, 1.0, 50.0])
            changed = proof.model_copy(update={part: Sparse.of(numbers)})
            for exact in (True, False):
                bound = bound_of(program, box, claim, changed, exact=exact)
                assert bound is None or bound.value <= claim.value + NEAR * max(1, abs(claim.value))


@pytest.mark.parametrize("aggregate", TAKEN)
def test_what_is_no_convex_goal_is_taken_on_its_word(aggregate: str, other: Solution) -> None:
    """Medians and minimal rights are not proved, and are said not to be."""
    _, _, every = claimed(other, policy(aggregate))
    assert every[1:] == [Unproved(2, aggregate)]


def test_who_could_get_something_and_has_nothing_leaves_a_mean_in_doubt(other: Solution) -> None:
    """A geometric mean is about whoever can get something; without a plan for each that is not known."""
    nothing = replace(other, tables={**other.tables, "waiting": other.tables["waiting"].assign(served=0.0)})
    assert claimed(nothing, policy("nash"))[2][1:] == [Unproved(2, "nash")]


def test_a_steep_curve_is_known_in_whole_places_where_nobody_has_next_to_nothing() -> None:
    """Far below what could be had a worth goes on straight: its mean is no power mean, and is not claimed."""
    asked = policy("alpha_fair")
    solution = solve(TOWNS, asked)
    found = bounds(solution, asked)[1]
    assert found[0] - Fraction(1, 100) <= found[1] <= found[0]
    waiting = solution.tables["waiting"]
    own = waiting["municipality"] == waiting["municipality"].iloc[0]
    little = waiting.assign(served=waiting["served"].where(~own, waiting["served"] * 1e-4))
    poor = replace(solution, tables={**solution.tables, "waiting": little})
    assert claimed(poor, asked)[2][1:] == [Unproved(2, "alpha_fair")]


def test_a_written_result_is_verified(tmp_path: Path) -> None:
    """A Gini difference in whole places has an exact bound, as all its other goals have."""
    asked = read_policy("gini")
    solution = solve(TOWNS, asked)
    write_solution(solution, tmp_path / "result", certificate=certify(solution))
    found = verify_result(tmp_path / "result", TOWNS, asked)
    assert found.ok, found.faults
    assert (found.goals["how"] == "exact").all()
    goals = pd.read_csv(tmp_path / "result" / "goals.csv")
    assert "gini" in set(goals["aggregate"])
