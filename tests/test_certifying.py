"""Certificates: bounds that hold whatever they are made of, and results verified without a solver."""

from __future__ import annotations

import hashlib
import itertools
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from commands import run
from hand_made import agreement, small
from strategies import instances
from verdeling.adapters import read_instance
from verdeling.certifying.agreed import agreements
from verdeling.certifying.bounds import Box, impossible, weighed
from verdeling.certifying.certificate import FILE, Certificate, Sparse
from verdeling.certifying.claiming import claims
from verdeling.certifying.claims import Claim
from verdeling.certifying.decimals import Decimals, exactly
from verdeling.certifying.exactly import facts, limits
from verdeling.certifying.judging import bound_of
from verdeling.certifying.points import point_of
from verdeling.certifying.proving import certify
from verdeling.certifying.verifying import verify_result
from verdeling.certifying.words import SHOWN, Telling
from verdeling.engine import solve
from verdeling.entries import summed
from verdeling.output import write_solution
from verdeling.policy import Goal, read_policy
from verdeling.program import NOTHING, Objective, Program
from verdeling.reporting.package import seal_of
from verdeling.solvers import find_solver
from verdeling.statement import state
from verdeling.verification import verify

if TYPE_CHECKING:
    from collections.abc import Callable

    from verdeling.certifying.verifying import ResultVerification
    from verdeling.instance import Instance
    from verdeling.language import Language
    from verdeling.solution import Solution

INSTANCES = Path(__file__).parents[1] / "instances"
TOWNS = INSTANCES / "three-towns"
FEW = settings(max_examples=6, suppress_health_check=list(HealthCheck))

tenths = st.integers(-30, 30).map(lambda number: number / 10)


@st.composite
def programs(draw: st.DrawFn) -> tuple[Program, np.ndarray]:
    """Two or three columns between zero and a largest value, up to four rows, and costs; all in tenths."""
    width, height = draw(st.integers(2, 3)), draw(st.integers(1, 4))
    program = Program()
    most = np.array(draw(st.lists(st.integers(1, 40), min_size=width, max_size=width))) / 10
    program.add_columns("x", pd.DataFrame({"at": range(width)}), unit="1", upper=most)
    entries = draw(st.lists(tenths, min_size=width * height, max_size=width * height))
    rows, columns = np.divmod(np.arange(width * height), width)
    sides = np.array(draw(st.lists(st.integers(0, 60), min_size=height, max_size=height))) / 10
    program.add_entries(
        "rows", pd.DataFrame({"at": range(height)}), summed(rows, columns, np.array(entries), height),
        unit="1", lower=-np.inf, upper=sides,
    )  # fmt: skip
    return program, np.array(draw(st.lists(tenths, min_size=width, max_size=width)))


def least(program: Program, costs: np.ndarray) -> Fraction:
    """The least value in exact numbers: every corner is where as many limits meet as there are columns."""
    width = program.column_count
    full = np.zeros((program.row_count, width))
    entries = program.entries_from()
    full[entries.rows, entries.columns] = entries.coefficients
    lines = [([exactly(v) for v in row], exactly(b)) for row, b in zip(full, program.row_upper, strict=True)]
    for at in range(width):
        unit = [Fraction(int(other == at)) for other in range(width)]
        lines += [(unit, exactly(program.column_upper[at])), ([-each for each in unit], Fraction(0))]
    values = []
    for chosen in itertools.combinations(lines, width):
        point = meet([*chosen])
        if point is not None and all(dot(row, point) <= side for row, side in lines):
            values.append(dot([exactly(cost) for cost in costs], point))
    return min(values)


def dot(some: list[Fraction], others: list[Fraction]) -> Fraction:
    """Sum of products."""
    return sum((one * other for one, other in zip(some, others, strict=True)), Fraction(0))


def meet(lines: list[tuple[list[Fraction], Fraction]]) -> list[Fraction] | None:
    """Where as many lines meet as there are columns, by elimination; None where that is no single point."""
    table = [[*row, side] for row, side in lines]
    for at in range(len(table)):
        pivot = next((row for row in range(at, len(table)) if table[row][at] != 0), None)
        if pivot is None:
            return None
        table[at], table[pivot] = table[pivot], table[at]
        table[at] = [cell / table[at][at] for cell in table[at]]
        for row in range(len(table)):
            if row != at:
                table[row] = [c - table[row][at] * o for c, o in zip(table[row], table[at], strict=True)]
    return [row[-1] for row in table]


def proved(program: Program, costs: np.ndarray, duals: np.ndarray) -> tuple[Fraction, Fraction]:
    """The exact bound that multipliers prove, and the rounded one."""
    box, width = Box(program), program.column_count
    own = summed(np.zeros(width, dtype=np.int64), np.arange(width), costs, 1), [Fraction(1)]
    system = weighed([(program.entries_from(), program.row_lower, program.row_upper, duals)], [own])
    exact, rounded = box.exact(system), box.rounded(system)
    assert exact is not None
    assert rounded is not None
    return exact, rounded


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32), min_size=1, max_size=9))
def test_decimals_are_exact(numbers: list[float]) -> None:
    """Sums and products of decimals are those of the texts that they are written as."""
    values = np.array(numbers, dtype=np.float64)
    texts = [Fraction(repr(each)) for each in values.tolist()]
    decimals = Decimals.of(values)
    assert decimals.sum() == sum(texts, Fraction(0))
    assert (decimals * decimals).fractions == [each**2 for each in texts]
    halves = decimals.summed(np.arange(len(values)) % 2, 2).fractions
    assert halves == [sum(texts[0::2], Fraction(0)), sum(texts[1::2], Fraction(0))]


def test_multipliers_beneath_what_can_be_rounded() -> None:
    """A multiplier so small that its products vanish counts for nothing, in both numbers alike."""
    program = Program()
    program.add_columns("amount", pd.DataFrame({"name": [0]}), unit="places", upper=3.0)
    terms = pd.DataFrame({"row": [0], "column": [0], "coefficient": [1.0]})
    program.add_rows("most", pd.DataFrame({"row": [0]}), [terms], unit="places", lower=-np.inf, upper=2.0)
    assert proved(program, np.zeros(1), np.array([-2.2250738585e-313])) == (0, 0)


@given(programs(), st.data())
def test_wrong_multipliers_are_never_wrong_bounds(
    stated: tuple[Program, np.ndarray], data: st.DataObject
) -> None:
    """Whatever multipliers: the bound is no more than the least value, and rounding only lowers it."""
    program, costs = stated
    size = program.row_count
    duals = np.array(data.draw(st.lists(st.floats(-9, 9), min_size=size, max_size=size)))
    exact, rounded = proved(program, costs, duals)
    best = least(program, costs)
    assert rounded <= exact <= best
    assert exact - rounded <= Fraction(1e-9)


@given(programs())
def test_the_solvers_multipliers_prove_the_least_value(stated: tuple[Program, np.ndarray]) -> None:
    """Those of an optimum prove, but for their rounding, what going past every corner finds."""
    program, costs = stated
    outcome = find_solver("HiGHS").minimise(program, Objective(np.arange(program.column_count), costs))
    assert outcome.duals is not None
    exact, _ = proved(program, costs, outcome.duals)
    assert 0 <= least(program, costs) - exact <= Fraction(1e-7)


@given(programs(), st.integers(0, 60), st.data())
def test_what_is_called_impossible_is(
    stated: tuple[Program, np.ndarray], lower: int, data: st.DataObject
) -> None:
    """Multipliers, the solver's or any, prove that there is no point only where no corner is one."""
    program, costs = stated
    program.row_upper -= lower / 10
    size = program.row_count
    drawn = np.array(data.draw(st.lists(st.floats(-9, 9), min_size=size, max_size=size)))
    outcome = find_solver("HiGHS").minimise(program, NOTHING)
    found = [impossible(program, ray) for ray in (outcome.ray, drawn, -drawn)]
    if outcome.status == "infeasible":
        assert found[0]
    try:
        least(program, costs)
    except ValueError:  # there is no corner
        return
    assert not any(found)


def test_a_proof_by_a_hair() -> None:
    """What misses by the least that a number can is impossible, and what just fits is not."""
    for most, proof in ((0.3, False), (np.nextafter(0.3, 0.0), True)):
        program = Program()
        program.add_columns("x", pd.DataFrame({"at": range(2)}), unit="1")
        entries = summed(np.repeat([0, 1], 2), np.tile([0, 1], 2), np.ones(4), 2)
        rows = pd.DataFrame({"at": range(2)})
        sides = {"lower": np.array([0.3, -np.inf]), "upper": np.array([np.inf, most])}
        program.add_entries("rows", rows, entries, unit="1", **sides)
        assert impossible(program, np.array([1.0, -1.0])) is proof
        assert not impossible(program, np.array([-1.0, 1.0]))


def test_largest_values_end_where_there_is_no_point() -> None:
    """Of two columns that must each be less than the other, neither is followed down without end."""
    program = Program()
    program.add_columns("x", pd.DataFrame({"at": range(2)}), unit="1", upper=10.0)
    entries = summed(np.repeat([0, 1], 2), np.tile([0, 1], 2), np.array([1.0, -1.0, -1.0, 1.0]), 2)
    rows = pd.DataFrame({"at": range(2)})
    program.add_entries("rows", rows, entries, unit="1", lower=-np.inf, upper=-1.0)
    assert impossible(program, find_solver("HiGHS").minimise(program, NOTHING).ray)


def claimed(solution: Solution) -> tuple[Program, list[Claim]]:
    """The program and the claims of a solution."""
    model, goals = state(solution.instance, solution.policy)
    point = Decimals.of(point_of(model, solution.tables))
    found = claims(model, goals, point, Box(model.program), lambda asked: None, whole=solution.whole)
    return model.program, [each for each in found if isinstance(each, Claim)]


def weakened(instance: Instance, *, whole: bool, seed: int) -> None:
    """Change any number of each proof, and compare what it then proves with what the plan reaches."""
    solution = solve(instance, "leximin", whole=whole)
    if not solution.has_numbers:
        return
    program, every = claimed(solution)
    box, draw = Box(program), np.random.default_rng(seed)
    pairs = [*zip(every, certify(solution).proofs, strict=True)]
    for at in draw.choice(len(pairs), min(len(pairs), 3), replace=False).tolist():
        claim, proof = pairs[at]
        sizes = {"rows": program.row_count, "own": len(claim.own)}
        sizes["held"] = sum(len(each.entries) for each in claim.held)
        room = Fraction(1e-5) * max(Fraction(1), abs(claim.value))
        for part, size in sizes.items():
            numbers = getattr(proof, part).full(size)
            numbers[draw.permutation(size)[:2]] += draw.choice([-100.0, -1.0, 1e-3, 1.0, 50.0])
            changed = proof.model_copy(update={part: Sparse.of(numbers)})
            for exact in (True, False):
                bound = bound_of(program, box, claim, changed, exact=exact)
                assert bound is None or bound.value <= claim.value + room


@FEW
@given(instances(municipalities=3, groups=2, years=2, scenarios=False), st.booleans(), st.integers(0, 99))
def test_a_wrong_certificate_never_proves_too_much(instance: Instance, whole: bool, seed: int) -> None:
    """With any number of a proof changed, the bound is no more than a plan that is there reaches."""
    weakened(instance, whole=whole, seed=seed)


@pytest.mark.long
@settings(FEW, max_examples=200)
@given(instances(municipalities=3, groups=3, years=3), st.booleans(), st.integers(0, 9999))
def test_more_wrong_certificates(instance: Instance, whole: bool, seed: int) -> None:
    """The same of many more."""
    weakened(instance, whole=whole, seed=seed)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A result in whole places, with an agreement, projects and support, as it is written."""
    folder = tmp_path_factory.mktemp("written") / "result"
    solution = solve(hand_made())
    write_solution(solution, folder, certificate=certify(solution))
    return folder


def hand_made() -> Instance:
    """Two towns and a village with a soft and a hard agreement."""
    return small(agreements=agreement("share_of_supply", "<=", 0.9, municipality="*"))


def checked(folder: Path) -> ResultVerification:
    """What is found of a result of the hand-made instance."""
    return verify_result(folder, hand_made(), "leximin")


def test_a_result_holds(written: Path) -> None:
    """Every limit holds exactly, and every goal has an exact bound that leaves no more than is stated."""
    found = checked(written)
    assert found.ok, found.faults
    assert (found.limits["how"] == "exact").all()
    assert (found.limits["excess"] == 0).all()
    assert {"queue", "capacity", "project", "support", "agreement"} <= set(found.limits["family"])
    assert (found.goals["how"] == "exact").all()
    assert found.goals["gap"].notna().all()


@settings(FEW, max_examples=12)
@given(data=st.data())
def test_any_change_is_noticed(
    written: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Another digit anywhere in any file is a fault that names the file, or its descriptor."""
    folder = tmp_path_factory.mktemp("changed") / "result"
    shutil.copytree(written, folder)
    files = sorted(each for each in folder.rglob("*") if each.is_file())
    file = data.draw(st.sampled_from(files), label="file")
    text = file.read_text("utf-8")
    digits = [at for at, letter in enumerate(text) if letter.isdigit()]
    assume(digits)
    at = data.draw(st.sampled_from(digits))
    other = data.draw(st.sampled_from([each for each in "0123456789" if each != text[at]]))
    file.write_text(text[:at] + other + text[at + 1 :], "utf-8")
    found = checked(folder)
    name = file.relative_to(folder).as_posix()
    assert not found.ok
    stated = " ".join(f"{each.file} {each.about.get('what', '')}" for each in found.faults)
    assert name in stated or "datapackage.json" in stated


def resealed(folder: Path) -> None:
    """Give every file the digest that it now has, and the descriptor its seal: what a forger would do."""
    file = folder / "datapackage.json"
    descriptor = json.loads(file.read_text("utf-8"))
    for resource in descriptor["resources"]:
        content = (folder / resource["path"]).read_bytes()
        resource |= {"bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}
    descriptor["seal"] = seal_of(descriptor)
    file.write_text(json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n", "utf-8")


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("placements", "places"),
        ("waiting", "waiting"),
        ("support", "hours"),
        ("suppliers", "places"),
        ("loads", "relative_load"),
        ("rows", "use"),
        ("goals", "value"),
        ("indicators", "value"),
    ],
)
def test_a_forged_number_is_told_with_its_place(
    written: Path, tmp_path: Path, table: str, column: str
) -> None:
    """With digests and seal made to fit, a number that does not follow is found, and where it stands."""
    folder = tmp_path / "result"
    shutil.copytree(written, folder)
    file = folder / f"{table}.csv"
    frame = pd.read_csv(file, dtype=str, keep_default_na=False)
    frame.loc[0, column] = str(int(float(frame.loc[0, column])) + 1)
    frame.to_csv(file, index=False, lineterminator="\n")
    resealed(folder)
    faults = checked(folder).faults
    if table in ("loads", "rows", "goals"):
        assert (f"{table}.csv", "2", column) in {(each.file, each.row, each.column) for each in faults}
    else:  # a limit is missed, of which the numbers stand in one table or the other
        files = {f"{table}.csv", "placements.csv", "suppliers.csv", "rows.csv"}
        assert {each.file for each in faults} & files


def without_the_first(proofs: list[dict[str, Any]]) -> None:
    """Leave a proof out."""
    del proofs[0]


def twice_the_first(proofs: list[dict[str, Any]]) -> None:
    """State a proof twice."""
    proofs.append(proofs[0])


def of_a_ninth_goal(proofs: list[dict[str, Any]]) -> None:
    """State a proof of a goal that is not there."""
    proofs.append({**proofs[0], "goal": 9})


def of_rows_elsewhere(proofs: list[dict[str, Any]]) -> None:
    """Give a multiplier to a row that is not there."""
    proofs[0]["rows"] = {"at": [10**9], "by": [1.0]}


def without_multipliers(proofs: list[dict[str, Any]]) -> None:
    """Leave out all that proves the bound which is named."""
    for proof in proofs:
        proof["rows"] = proof["held"] = {"at": [], "by": []}


def without_weights(proofs: list[dict[str, Any]]) -> None:
    """Leave out of what the bound is."""
    for proof in proofs:
        proof["own"] = {"at": [], "by": []}


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        (without_the_first, "lacking", "the proof is missing"),
        (twice_the_first, "certificate", "a proof stands there twice"),
        (of_a_ninth_goal, "stray", "9: a proof of nothing"),
        (of_rows_elsewhere, "certificate", "multipliers belong to rows that are not there"),
        (without_multipliers, "weaker", "the certificate names the bound"),
        (without_weights, "weaker", "proves –"),
    ],
)
def test_a_forged_certificate_is_told(
    written: Path, tmp_path: Path, change: Callable[[list[dict[str, Any]]], None], code: str, said: str
) -> None:
    """What lacks, stands there twice, or proves less than it names is told of its goal, also when sealed."""
    folder = tmp_path / "result"
    shutil.copytree(written, folder)
    content = json.loads((folder / FILE).read_text("utf-8"))
    change(content["proofs"])
    (folder / FILE).write_text(json.dumps(content), "utf-8")
    resealed(folder)
    found = checked(folder)
    telling = Telling(found, hand_made().in_scenario(), read_policy("leximin"), "en")
    assert code in {each.code for each in found.faults}
    assert any(FILE in each and said in each for each in telling.faults())


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "No bound is proved of these goals"), ("nl", "geen grens bewezen")]
)
def test_what_is_taken_on_a_solvers_word_is_named(lang: Language, said: str, tmp_path: Path) -> None:
    """A goal for which no bound is known is no fault, and is told apart from those that are proved."""
    instance = read_instance(TOWNS).in_scenario()
    goal = Goal(measure="coverage", over="origin", aggregate="mcloone")
    leximin = read_policy("leximin")
    asked = leximin.model_copy(update={"goal": (goal, *leximin.goal)})
    solution = solve(instance, asked, whole=False)
    write_solution(solution, tmp_path / "result", certificate=certify(solution))
    found = verify_result(tmp_path / "result", instance, asked)
    assert found.ok
    assert ((found.goals["how"] == "solver") == (found.goals["goal"] == 1)).all()
    telling = Telling(found, instance, asked, lang)
    (told,) = (each for each in telling.taken() if said in each)
    assert telling.goal(found.goals.iloc[0].to_dict()) in told


def test_many_faults_are_counted_and_not_all_listed(written: Path, tmp_path: Path) -> None:
    """Of a result that is wrong everywhere the first faults are told, and how many more there are."""
    folder = tmp_path / "result"
    shutil.copytree(written, folder)
    rows = pd.read_csv(folder / "rows.csv", dtype={"year": str}, keep_default_na=False)
    rows.assign(use=rows["use"] + 1).to_csv(folder / "rows.csv", index=False, lineterminator="\n")
    resealed(folder)
    found = checked(folder)
    told = [*Telling(found, hand_made().in_scenario(), read_policy("leximin"), "en").faults()]
    assert len(found.faults) > SHOWN
    assert len(told) == SHOWN + 1
    assert str(len(found.faults) - SHOWN) in told[-1]


def test_a_worse_plan_cannot_be_called_the_best(tmp_path: Path) -> None:
    """A plan of another policy, with digests and a certificate of its own, is no optimum of this one."""
    towns = read_instance(TOWNS)
    best, other = (solve(towns, name, whole=False) for name in ("leximin", "go-alone"))
    model, goals = state(towns.in_scenario(), best.policy)
    point = point_of(model, other.tables)
    frame = best.goals.assign(value=[
        aim.vector.values(point).max(initial=0.0) if aim.goal.aggregate == "leximax" else np.nan
        for aim in goals for _ in range(2 if aim.goal.aggregate == "priority" else 1)
    ])  # fmt: skip
    forged = replace(other, policy=best.policy, goals=frame, provenance=best.provenance)
    folder = tmp_path / "forged"
    write_solution(forged, folder, certificate=certify(forged))
    found = verify_result(folder, towns, "leximin")
    assert "not_proved" in {each.code for each in found.faults}


def missed(solution: Solution, placements: pd.DataFrame) -> set[str]:
    """Families of which a plan misses a limit, in exact numbers."""
    towns = solution.loads.set_index("municipality")["fair_share"]
    known = facts(
        solution.instance, {**solution.tables, "placements": placements}, dict(towns), whole=solution.whole
    )
    every = [*limits(known), *(each for each, _ in agreements(known))]
    return {each.family for each in every if each.excess > 0}


def test_exact_limits_and_the_other_witness_agree() -> None:
    """With one place more or less in each row, both miss limits of the same families; with none, no limit."""
    solution = solve(hand_made())
    assert missed(solution, solution.placements) == set()
    for row in range(len(solution.placements)):
        for more in (-1, 1, 7):
            changed = solution.placements
            changed.loc[row, "places"] += more
            other = verify(
                solution.instance, changed, solution.builds[["project", "year", "places"]], solution.support,
                attribution=solution.suppliers, waiting=solution.waiting,
            )  # fmt: skip
            alike = {"provider": "support"}  # hours that are given, or that are in use and can be
            found = {alike.get(each, each) for each in other.violations["family"]}
            exact = missed(solution, changed)
            assert exact - found <= {"support"}
            assert found - exact <= {"support", "queue"}  # the other one also compares places with needs
            assert exact


def test_places_have_no_tolerance() -> None:
    """0.29 of 100 lettings is 29 places, which floating point says is more than allowed; 30 is more."""
    region = small(
        supply="""
        municipality,place_type,year,supplier,places
        GM2,social,2027,Welbions,100
        """,
        needs="""
        group,municipality,region,year,households
        status,GM2,,2027,60
        """,
        support="provider,municipality,region,year,hours\n",
        projects="project,municipality,place_type,year,max_places\n",
        agreements=agreement("share_of_supply", "<=", 0.29),
    )
    assert 0.29 * 100 < 29
    solution = solve(region)
    assert solution.placements["places"].sum() == 29
    assert missed(solution, solution.placements) == set()
    assert "agreement" in missed(solution, solution.placements.assign(places=30))


def test_another_instance_or_policy_is_refused(written: Path) -> None:
    """A result of something else is not verified."""
    for instance, policy in ((read_instance(TOWNS), "leximin"), (hand_made(), "priority")):
        found = verify_result(written, instance, policy)
        assert {each.code for each in found.faults} == {"digest"}


WITHOUT = """
import sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("highspy", "pulp"):
            raise ImportError(name)
sys.meta_path.insert(0, Blocked())
from verdeling.cli.entry import main
main()
"""


def test_no_solver_is_needed(written: Path, tmp_path: Path) -> None:
    """The command verifies where neither HiGHS nor PuLP can be imported."""
    instance = tmp_path / "instance"
    shutil.copytree(written / "instance", instance)
    command = [sys.executable, "-c", WITHOUT, "verify", str(written), str(instance), "leximin"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "The result holds" in answer.stdout


def test_the_command_says_what_is_wrong_and_where(tmp_path: Path) -> None:
    """In both languages, with exit code 1; a result without a certificate holds, and proves no bound."""
    folder = tmp_path / "result"
    assert run("solve", TOWNS, "-o", folder).exit_code == 0
    assert (folder / FILE).is_file()
    whole = run("verify", folder, TOWNS, "leximin", "--lang", "nl")
    assert whole.exit_code == 0, whole.output
    assert "De uitkomst klopt" in whole.stdout
    rows = (folder / "loads.csv").read_text("utf-8")
    (folder / "loads.csv").write_text(rows.replace(",0.75", ",0.74"), "utf-8")
    wrong = run("verify", folder, TOWNS, "leximin")
    assert wrong.exit_code == 1
    assert "loads.csv" in wrong.stdout
    assert "relative_load" in wrong.stdout
    bare = tmp_path / "bare"
    write_solution(solve(read_instance(TOWNS)), bare)
    assert "no bound is proved" in run("verify", bare, TOWNS, "leximin").stdout


def test_a_certificate_is_read_back() -> None:
    """What is written is what is read; what is no certificate, or no number, is refused."""
    solution = solve(read_instance(TOWNS), whole=False)
    made = certify(solution)
    assert Certificate.read(json.dumps(made.content)).content == made.content
    for text in ("", "{}", json.dumps(made.content).replace('"bound": ', '"bound": "x", "b": ', 1)):
        with pytest.raises(ValueError, match="validation error"):
            Certificate.read(text)
