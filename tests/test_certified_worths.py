"""Certificates of goals that divide by what could be got at best: points that have it, and bounds."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from test_examples import example
from verdeling.adapters import read_instance
from verdeling.certifying.bounds import Box
from verdeling.certifying.certificate import Certificate, Sparse, Worth
from verdeling.certifying.claiming import claims, values
from verdeling.certifying.claims import Claim, Held
from verdeling.certifying.decimals import Decimals
from verdeling.certifying.points import point_of
from verdeling.certifying.proving import certify
from verdeling.certifying.verifying import verify_result
from verdeling.certifying.words import Telling
from verdeling.certifying.worths import Kept
from verdeling.engine import solve
from verdeling.output import write_solution
from verdeling.policy import Goal, Policy, read_policy
from verdeling.statement import state

if TYPE_CHECKING:
    from verdeling.certifying.verifying import ResultVerification
    from verdeling.solution import Solution

TOWNS = read_instance(Path(__file__).parents[1] / "instances" / "three-towns")
GOALS: dict[str, dict[str, Any]] = {
    "kalai_smorodinsky": {"measure": "coverage", "over": "origin"},
    "minimal_overlap": {"measure": "years_housed", "over": "origin"},
    "random_arrival": {"measure": "years_housed", "over": "origin"},
    "utility_threshold": {"measure": "coverage", "over": "origin", "threshold": 0.25},
}
"""Aggregates with the rest of a goal."""


def policy(aggregate: str) -> Policy:
    """Fewest waiting, another goal, and the loads."""
    goals = (
        Goal(measure="waiting", aggregate="total"),
        Goal(aggregate=aggregate, **GOALS[aggregate]),
        Goal(measure="relative_load", aggregate="leximax"),
    )
    return read_policy("leximin").model_copy(update={"goal": goals})


@pytest.fixture(scope="module", params=GOALS)
def solution(request: pytest.FixtureRequest) -> Solution:
    """A division in fractional places by one of these goals."""
    return solve(TOWNS, policy(request.param), whole=False)


@pytest.fixture(scope="module")
def certificate(solution: Solution) -> Certificate:
    """What proves it."""
    return certify(solution)


def verified(solution: Solution, certificate: Certificate, folder: Path) -> ResultVerification:
    """What is found of a result that was written with a certificate."""
    write_solution(solution, folder / "result", certificate=certificate)
    return verify_result(folder / "result", TOWNS, solution.policy)


def codes(found: ResultVerification) -> set[str]:
    """Kinds of faults."""
    return {fault.code for fault in found.faults}


def test_every_goal_and_every_worth_is_proved(
    solution: Solution, certificate: Certificate, tmp_path: Path
) -> None:
    """Each set could get what its point has and no more, and the levels follow exactly."""
    found = verified(solution, certificate, tmp_path)
    assert found.ok, found.faults
    worths = found.goals[found.goals["stage"] == "worth"]
    origins = TOWNS["municipalities"]["municipality"].nunique()
    sets = {"minimal_overlap": origins + 1, "random_arrival": 2**origins - 1}
    assert len(worths) == sets.get(solution.policy.goal[1].aggregate, origins)
    assert (worths["value"] > 0).all()
    assert (found.goals["how"] == "exact").all()
    assert found.goals["proved"].all()


def test_the_words_name_what_could_be_had(
    solution: Solution, certificate: Certificate, tmp_path: Path
) -> None:
    """In Dutch too, with how it is known."""
    found = verified(solution, certificate, tmp_path)
    telling = Telling(found, TOWNS, solution.policy, "nl")
    assert any("wat er op zijn best te krijgen is, nummer 2" in row[0] for row in telling.goals()[1])
    assert any("halen plannen die in het certificaat staan" in each for each in telling.taken())


def test_a_point_that_breaks_a_limit_is_none(
    solution: Solution, certificate: Certificate, tmp_path: Path
) -> None:
    """More than there are places for: the point is refused, and with it the goal's bound."""
    first, *others = certificate.worths
    more = first.model_copy(
        update={"point": Sparse(at=first.point.at, by=[2 * each for each in first.point.by])}
    )
    found = verified(solution, replace(certificate, worths=(more, *others)), tmp_path)
    assert "unattained" in codes(found)
    assert not found.ok


def test_a_point_that_has_less_is_not_the_best(
    solution: Solution, certificate: Certificate, tmp_path: Path
) -> None:
    """The point of another set keeps every limit, and leaves some set less than it could get."""
    first = certificate.worths[0].point
    worths = tuple(each.model_copy(update={"point": first}) for each in certificate.worths)
    found = verified(solution, replace(certificate, worths=worths), tmp_path)
    assert "not_proved" in codes(found)
    assert "unattained" not in codes(found)


@pytest.mark.parametrize("change", ["missing", "stray", "elsewhere"])
def test_other_points_are_told(
    change: str, solution: Solution, certificate: Certificate, tmp_path: Path
) -> None:
    """One that lacks, one too many, and one with numbers of columns that are not there."""
    own = certificate.worths
    nowhere = Sparse(at=[10**6], by=[1.0])
    worths = {
        "missing": own[1:],
        "stray": (*own, Worth(goal=3, number=1, point=own[0].point)),
        "elsewhere": (own[0].model_copy(update={"point": nowhere}), *own[1:]),
    }[change]
    found = verified(solution, replace(certificate, worths=worths), tmp_path)
    assert {"missing": "lacking", "stray": "stray", "elsewhere": "certificate"}[change] in codes(found)


def test_points_are_read_as_they_were_written(solution: Solution, certificate: Certificate) -> None:
    """A certificate of such a goal comes back whole; one of other goals says nothing of worths."""
    assert Certificate.read(json.dumps(certificate.content)).worths == certificate.worths
    alone = solution.policy.model_copy(update={"goal": solution.policy.goal[:1]})
    assert "worths" not in certify(solve(TOWNS, alone, whole=False)).content


def test_more_claimants_than_sets_can_be_asked_of(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Of every order of many claimants the solver's word is taken, and is told to be that."""
    monkeypatch.setattr("verdeling.certifying.worths.MOST", 2)
    solution = solve(TOWNS, policy("random_arrival"), whole=False)
    certificate = certify(solution)
    assert certificate.worths == ()
    found = verified(solution, certificate, tmp_path)
    assert found.ok, found.faults
    assert set(found.goals.loc[found.goals["goal"] == 2, "how"]) == {"solver"}


@pytest.mark.parametrize(("threshold", "tight"), [(0.05, False), (0.25, False), (0.5, True)])
def test_a_bound_that_leaves_a_gap_is_no_fault(threshold: float, tight: bool, tmp_path: Path) -> None:
    """Who is ahead of a threshold is decided: what bounds that is larger, the rest is the solver's word."""
    goal = Goal(aggregate="utility_threshold", measure="coverage", over="group", threshold=threshold)
    asked = read_policy("leximin").model_copy(update={"goal": (goal,)})
    solution = solve(example(), asked, whole=False)
    write_solution(solution, tmp_path / "result", certificate=certify(solution))
    found = verify_result(tmp_path / "result", example(), asked)
    assert found.ok, found.faults
    (row,) = found.goals[found.goals["stage"] == ""].to_dict("records")
    assert row["value"] - 1e-9 <= row["bound"] <= row["value"] + 0.01
    assert (row["how"], row["proved"]) == ("exact", tight)


def test_a_point_that_is_worse_in_an_earlier_goal_is_none(
    solution: Solution, certificate: Certificate
) -> None:
    """What is held counts for the points too: one that has more of it than is held is refused."""
    model, goals = state(TOWNS, solution.policy)
    point = Decimals.of(point_of(model, solution.tables))
    asked: list[Claim] = []
    [*claims(model, goals, point, Box(model.program), asked.extend, whole=False)]
    claim = asked[0]
    (has,) = Kept(model.program, certificate.worths)([claim]) or [None]
    assert has is not None
    (value,) = values(claim.own, has)
    for room, kept in ((1e-9, True), (-1e-3, False)):
        held = Held(claim.own, np.array([-np.inf]), np.array([float(value) + room]))
        points = Kept(model.program, certificate.worths)
        assert (points([replace(claim, held=(*claim.held, held))]) is not None) == kept
        assert [fault.code for fault in points.faults] == ([] if kept else ["unattained"])
