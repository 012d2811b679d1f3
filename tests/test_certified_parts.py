"""Certificates of programs whose parts share nothing: claimed part by part, proved of the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from longer import in_long_runs
from seeded import Kind, seeded
from verdeling import splitting
from verdeling.certifying import proving
from verdeling.certifying.bounds import Box
from verdeling.certifying.certificate import Sparse
from verdeling.certifying.claiming import claims, tying
from verdeling.certifying.claims import Claim, Held
from verdeling.certifying.decimals import Decimals
from verdeling.certifying.points import point_of
from verdeling.certifying.proving import certify
from verdeling.certifying.verifying import verify_result
from verdeling.engine import solve
from verdeling.output import write_solution
from verdeling.policy import Goal, read_policy
from verdeling.splitting import split
from verdeling.statement import state

if TYPE_CHECKING:
    from pathlib import Path

    from verdeling.instance import Instance
    from verdeling.solution import Solution

APART = Kind(regions=3, towns=3, projects=True, supply=(0.3, 1.2))
"""Regions that no agreement ties."""


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts may be as small as they come."""
    monkeypatch.setattr(splitting, "SMALLEST", 1)


def national(instance: Instance, places: float) -> Instance:
    """With an agreement that ties all regions, and binds."""
    agreement = {
        "agreement": "national", "text": "Everywhere together", "measure": "places", "sense": "<=",
        "value": places, "source": "made up",
    }  # fmt: skip
    return instance.replace(agreements=pd.DataFrame([agreement]))


def claimed(solution: Solution) -> list[Claim]:
    """What a plan claims of its goals."""
    model, goals = state(solution.instance, solution.policy)
    point = Decimals.of(point_of(model, solution.tables))
    found = claims(model, goals, point, Box(model.program), lambda asked: None, whole=solution.whole)
    return [each for each in found if isinstance(each, Claim)]


def bounds(solution: Solution) -> list[float]:
    """What is proved of each claim, worked out exactly in the whole program."""
    return [proof.bound for proof in certify(solution).proofs]


@pytest.mark.parametrize("policy", ["leximin", "maximin", "equal-coverage"])
@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("seed", [1, *in_long_runs([2])])
def test_parts_prove_what_the_whole_proves(
    policy: str, whole: bool, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Put together, multipliers of small programs bound every goal as those of one large program do."""
    solution = solve(seeded(APART, seed), policy, whole=whole)
    by_part = bounds(solution)
    monkeypatch.setattr(proving, "split", lambda *_: None)
    assert by_part == pytest.approx(bounds(solution), rel=1e-6, abs=1e-6)
    if not whole:
        reached = [float(claim.value) for claim in claimed(solution)]
        assert by_part == pytest.approx(reached, rel=1e-5, abs=1e-5)


def test_an_element_of_several_regions_ties_them() -> None:
    """What is served of a group everywhere is one element: its level is proved of all regions together."""
    everywhere = Goal(measure="coverage", over="group", aggregate="leximin")
    goals = everywhere, Goal(measure="cost", aggregate="total")
    asked = read_policy("leximin").model_copy(update={"goal": goals})
    solution = solve(seeded(APART, 1), asked, whole=False)
    reached = [float(claim.value) for claim in claimed(solution)]
    assert bounds(solution) == pytest.approx(reached, rel=1e-5, abs=1e-5)


def test_a_level_needs_multipliers_of_one_part() -> None:
    """In whole places the proof of a level stands in the rows of one part, and a sum in those of several."""
    solution = solve(seeded(APART, 1))
    model, goals = state(solution.instance, solution.policy)
    parts = split(model, [], tying(goals) or [])
    assert parts is not None
    part = np.empty(model.program.row_count, np.int64)
    for number, place in enumerate(parts.places):
        part[place.rows] = number
    counts = {True: set[int](), False: set[int]()}
    for claim, proof in zip(claimed(solution), certify(solution).proofs, strict=True):
        counts[claim.together].add(len(np.unique(part[proof.rows.at])))
    assert max(counts[False]) == 1
    assert max(counts[True]) > 1


def test_a_sum_is_held_in_every_part() -> None:
    """What is held of a sum are its parts: together what the plan has of it, and none where all is tied."""
    instance = seeded(APART, 1)
    for asked, several in ((instance, True), (national(instance, 30), False)):
        first, second = claimed(solve(asked, whole=False))[:2]
        (held,) = second.held
        assert isinstance(held, Held)
        assert held.upper.sum() == pytest.approx(float(first.value))
        assert (len(held.entries) > 1) == several


def test_a_national_agreement_is_proved_in_one_program() -> None:
    """Where an agreement ties the regions, what each could do alone is not it: all is proved together."""
    alone = solve(seeded(APART, 1), whole=False)
    most = float(alone.table("placements")["places"].sum()) * 0.8
    solution = solve(national(seeded(APART, 1), most), whole=False)
    every = claimed(solution)
    assert bounds(solution) == pytest.approx([float(each.value) for each in every], rel=1e-5, abs=1e-5)
    first = [each for each in every if each.goal == 1]
    assert sum(float(each.value) for each in first) > sum(bounds(alone)[: len(first)]) + 1


def test_a_changed_multiplier_of_one_part_is_noticed(tmp_path: Path) -> None:
    """A result proved by part is verified as any other; with multipliers of one part gone it is not."""
    solution = solve(seeded(APART, 1), whole=False)
    made = certify(solution)
    write_solution(solution, tmp_path / "result", certificate=made)
    assert verify_result(tmp_path / "result", solution.instance, solution.policy).ok
    proof = max(made.proofs, key=lambda each: len(each.rows.at))
    numbers = proof.rows.full(state(solution.instance, solution.policy)[0].program.row_count)
    numbers[len(numbers) // 2 :] = 0.0
    less = proof.model_copy(update={"rows": Sparse.of(numbers)})
    proofs = tuple(less if each is proof else each for each in made.proofs)
    forged = type(made)(made.instance_digest, made.policy_digest, proofs, made.flows)
    write_solution(solution, tmp_path / "forged", certificate=forged)
    found = verify_result(tmp_path / "forged", solution.instance, solution.policy)
    assert {"weaker", "not_proved"} <= {fault.code for fault in found.faults}
