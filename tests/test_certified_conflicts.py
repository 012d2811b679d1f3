"""That there is no division, verified from the files of an infeasible result without a solver."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from commands import IMPOSSIBLE, TOWNS, run, shown
from hand_made import agreement, small
from seeded import seeded
from test_certifying import WITHOUT, resealed
from verdeling.adapters import read_instance
from verdeling.certifying.certificate import FILE, Certificate, Sparse
from verdeling.certifying.contradiction import Contradiction
from verdeling.certifying.proving import certify
from verdeling.certifying.verifying import verify_result
from verdeling.certifying.words import Telling
from verdeling.conflict import used_by
from verdeling.engine import solve
from verdeling.errors import NoSolutionError
from verdeling.output import write_solution
from verdeling.policy import read_policy
from verdeling.statement import state_rules

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from verdeling.certifying.verifying import ResultVerification
    from verdeling.solution import Solution

MEMBERS = ("half_for_regular", "noord_sheltered_housing", "noord_statushouders")
FEW = settings(max_examples=12, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The answer to agreements of which three cannot hold together, as it is written."""
    folder = tmp_path_factory.mktemp("written") / "result"
    solution = solve(read_instance(IMPOSSIBLE))
    write_solution(solution, folder, certificate=certify(solution))
    return folder


@pytest.fixture
def copied(written: Path, tmp_path: Path) -> Path:
    """The same, to be changed."""
    return shutil.copytree(written, tmp_path / "result")


def checked(folder: Path) -> ResultVerification:
    """What is found of it."""
    return verify_result(folder, read_instance(IMPOSSIBLE), "leximin")


def told(found: ResultVerification) -> list[str]:
    """The faults in words."""
    return [*Telling(found, read_instance(IMPOSSIBLE).in_scenario(), read_policy("leximin"), "en").faults()]


def test_a_conflict_is_proved(written: Path) -> None:
    """The three agreements that the README of the instance names cannot hold together, exactly."""
    found = checked(written)
    assert found.ok, found.faults
    assert found.contradiction == Contradiction(MEMBERS, whole=False, how="exact", needed=True)


def test_no_solver_is_needed(written: Path) -> None:
    """The command proves it where neither HiGHS nor PuLP can be imported."""
    command = [sys.executable, "-c", WITHOUT, "verify", str(written), str(IMPOSSIBLE), "leximin"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "it is proved that there is no division" in " ".join(answer.stdout.split())


@pytest.mark.parametrize("seed", [0, 9, 24, 26])
def test_what_proves_a_conflict_is_about_its_agreements(seed: int) -> None:
    """Multipliers belong to every agreement of an irreducible conflict, and to no other hard one."""
    solution = solve(seeded("demanding", seed), whole=False)
    kept = certify(solution).conflict
    assert kept is not None
    model = state_rules(solution.instance, solution.policy)
    hard = {clause.agreement for clause in model.clauses if np.isinf(clause.penalty)}
    inside = solution.conflict.query("in_conflict")["agreement"]
    assert used_by(model, kept.full(model.program.row_count)) & hard == {*inside}


@FEW
@given(data=st.data())
def test_any_change_is_noticed(
    written: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Another digit anywhere in any file is a fault that names the file, or its descriptor."""
    folder = shutil.copytree(written, tmp_path_factory.mktemp("changed") / "result")
    files = sorted(each for each in folder.rglob("*") if each.is_file())
    file = data.draw(st.sampled_from(files), label="file")
    text = file.read_text("utf-8")
    digits = [at for at, letter in enumerate(text) if letter.isdigit()]
    assume(digits)
    at = data.draw(st.sampled_from(digits))
    other = data.draw(st.sampled_from([each for each in "0123456789" if each != text[at]]))
    file.write_text(text[:at] + other + text[at + 1 :], "utf-8")
    stated = " ".join(f"{each.file} {each.about.get('what', '')}" for each in checked(folder).faults)
    assert file.relative_to(folder).as_posix() in stated or "datapackage.json" in stated


def test_another_licence_is_told_with_its_file(copied: Path) -> None:
    """Of the descriptor of the input, which has no digest of its own, a change is told with its place."""
    file = copied / "instance" / "datapackage.json"
    file.write_text(file.read_text("utf-8").replace("EUPL-1.2", "EUPL-1.1"), "utf-8")
    assert any("instance/datapackage.json" in each for each in told(checked(copied)))


def without_one(content: dict[str, Any]) -> None:
    """Leave a multiplier of an agreement out."""
    content["conflict"] = {"at": content["conflict"]["at"][:-1], "by": content["conflict"]["by"][:-1]}


def turned(content: dict[str, Any]) -> None:
    """Give all multipliers the other sign."""
    content["conflict"]["by"] = [-each for each in content["conflict"]["by"]]


def weaker(content: dict[str, Any]) -> None:
    """Give one multiplier a little less."""
    content["conflict"]["by"][-1] = 0.4


def elsewhere(content: dict[str, Any]) -> None:
    """Give a multiplier to a row that is not there."""
    content["conflict"]["at"][0] = 10**9


def of_a_goal(content: dict[str, Any]) -> None:
    """Prove something of a goal too."""
    nothing = {"at": [], "by": []}
    proof = {"goal": 1, "stage": "", "level": 1, "bound": 0.0, "rows": nothing, "own": nothing}
    content["proofs"].append({**proof, "held": nothing})


def with_too_much(content: dict[str, Any]) -> None:
    """Give a plan without one of the agreements more than there is."""
    plan = content["without"][1]
    plan["by"] = [2 * each for each in plan["by"]]


def with_endless_places(content: dict[str, Any]) -> None:
    """Give a plan without one of the agreements so much that sums have no end."""
    plan = content["without"][1]
    plan["by"] = [1.7e308 for _ in plan["by"]]


def with_one_plan_too_few(content: dict[str, Any]) -> None:
    """Leave the plan without the last of the agreements out."""
    content["without"].pop()


def with_a_plan_elsewhere(content: dict[str, Any]) -> None:
    """Give a plan a place that is not there."""
    content["without"][0]["at"][0] = 10**9


def of_another(content: dict[str, Any]) -> None:
    """Say that it is about another instance."""
    content["instance_digest"] = "0" * 64


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (without_one, "it does not prove that the agreements in conflict cannot hold together"),
        (turned, "it does not prove that the agreements in conflict cannot hold together"),
        (weaker, "it does not prove that the agreements in conflict cannot hold together"),
        (elsewhere, "multipliers belong to rows that are not there"),
        (of_a_goal, "it is about a division, and there is none"),
        (with_too_much, "the plan without noord_sheltered_housing does not keep all the rest"),
        (with_endless_places, "the plan without noord_sheltered_housing does not keep all the rest"),
        (with_one_plan_too_few, "it has not as many plans as agreements in conflict"),
        (with_a_plan_elsewhere, "multipliers belong to rows that are not there"),
        (of_another, "is about another instance or another policy"),
    ],
)
def test_a_forged_certificate_is_told(
    copied: Path, change: Callable[[dict[str, Any]], None], said: str
) -> None:
    """Multipliers that prove nothing are told with their file, also when it is sealed."""
    content = json.loads((copied / FILE).read_text("utf-8"))
    change(content)
    (copied / FILE).write_text(json.dumps(content), "utf-8")
    resealed(copied)
    assert any(each.startswith(FILE) and said in each for each in told(checked(copied)))


@pytest.mark.parametrize(
    ("row", "column", "value", "expected"),
    [
        (0, "in_conflict", "no", "conflict.csv, row 2, column in_conflict: False, where True follows"),
        (3, "in_conflict", "yes", "conflict.csv, row 5, column in_conflict: True, where False follows"),
        (1, "text", "Nobody.", "conflict.csv, row 3, column text: Nobody., where Noorderwijk houses"),
        (5, "agreement", "other", "conflict.csv, row 7, column agreement: other, where zuid_statushouders"),
    ],
)
def test_a_forged_conflict_is_told_with_its_place(
    copied: Path, row: int, column: str, value: str, expected: str
) -> None:
    """Another agreement in conflict, or other words of one, is found where it stands, also when sealed."""
    file = copied / "conflict.csv"
    frame = pd.read_csv(file, dtype=str, keep_default_na=False)
    frame.loc[row, column] = value
    frame.to_csv(file, index=False, lineterminator="\n")
    resealed(copied)
    assert any(each.startswith(expected) for each in told(checked(copied)))


def test_a_row_of_the_conflict_is_not_left_out(copied: Path) -> None:
    """Every hard agreement stands there, whether or not it is in conflict."""
    file = copied / "conflict.csv"
    file.write_text("".join(file.read_text("utf-8").splitlines(keepends=True)[:-1]), "utf-8")
    resealed(copied)
    assert "conflict.csv: has 5 rows; the division gives 6" in told(checked(copied))


def forged(solution: Solution, certificate: Certificate, folder: Path) -> set[tuple[str, str]]:
    """What is wrong with a solution that was changed, and is written with digests that fit."""
    digests = {"instance_digest": solution.instance.digest, "policy_digest": solution.policy.digest}
    fitting = replace(solution, provenance={**solution.provenance, **digests})
    write_solution(fitting, folder, certificate=replace(certificate, **digests))
    found = verify_result(folder, solution.instance, solution.policy)
    return {(fault.code, fault.file) for fault in found.faults}


def test_what_is_possible_is_not_ruled_out(tmp_path: Path) -> None:
    """Where far fewer households are asked for, the multipliers of the conflict prove nothing."""
    solution = solve(read_instance(IMPOSSIBLE))
    asked = solution.instance["agreements"]
    asked.loc[asked["agreement"] == "noord_statushouders", "value"] = 1.0
    other = solution.instance.replace(agreements=asked)
    found = forged(replace(solution, instance=other), certify(solution), tmp_path / "forged")
    assert ("not_ruled_out", FILE) in found


def test_a_plan_and_a_conflict_exclude_each_other(tmp_path: Path) -> None:
    """A result with a plan has no conflict, and an infeasible one no plan and no goals."""
    plan, none = solve(read_instance(TOWNS), whole=False), solve(read_instance(IMPOSSIBLE))
    proof = certify(plan)
    faults = forged(replace(plan, status="infeasible"), proof, tmp_path / "a")
    assert {("rows", "goals.csv"), ("other_file", "placements.csv"), ("certificate", FILE)} <= faults
    assert ("rows", "conflict.csv") in forged(replace(plan, conflict=none.conflict), proof, tmp_path / "b")
    both = replace(proof, conflict=Sparse(at=[0], by=[1.0]))
    assert forged(plan, both, tmp_path / "c") == {("certificate", FILE)}


def test_who_says_that_there_is_a_plan_must_have_one(copied: Path) -> None:
    """An infeasible result that is called the best is told what it lacks."""
    descriptor = copied / "datapackage.json"
    content = descriptor.read_text("utf-8")
    descriptor.write_text(content.replace('"status": "infeasible"', '"status": "optimal"'), "utf-8")
    resealed(copied)
    assert told(checked(copied)) == ["placements.csv: is missing"]


def test_what_is_not_proved_is_said(tmp_path: Path) -> None:
    """What whole places alone forbid has no certificate; nor has what was asked for without one."""
    halves, folder = tmp_path / "halves", tmp_path / "result"
    halved = small(agreements=agreement("places", "=", 2.5, municipality="GM1"))
    solution = solve(halved)
    assert (solution.status, solution.whole, certify(solution).conflict) == ("infeasible", True, None)
    write_solution(solution, halves, certificate=certify(solution))
    found = verify_result(halves, solution.instance, "leximin")
    assert found.ok
    assert found.contradiction == Contradiction(("A",), whole=True, how="solver", needed=True)
    said = " ".join(Telling(found, solution.instance, solution.policy, "en").taken())
    assert "proved by no certificate. It is the word of two solvers" in said
    assert run("solve", IMPOSSIBLE, "-o", folder, "--no-certify").exit_code == 3
    assert not (folder / FILE).exists()
    assert "that there is none is not proved here" in shown("verify", folder, IMPOSSIBLE, "leximin").lower()


def test_only_what_was_solved_can_be_certified() -> None:
    """Where time ran out before any plan, nothing is claimed that could be proved."""
    unsolved = replace(solve(read_instance(IMPOSSIBLE)), status="unsolved")
    with pytest.raises(NoSolutionError, match="nothing to certify"):
        certify(unsolved)
