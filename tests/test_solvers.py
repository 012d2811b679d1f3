"""Solvers: the same answers from each, names that never collide, files that say the same."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from typing import TYPE_CHECKING

import highspy
import numpy as np
import pandas as pd
import pulp
import pytest

from hand_made import TABLES, small
from points import stated
from seeded import seeded
from verdeling.engine import solve
from verdeling.errors import OutputError, SolverError
from verdeling.program import NOTHING, Objective, Program
from verdeling.solvers import find_solver
from verdeling.solvers.digits import saved
from verdeling.solvers.gateway import to_pulp, write_program
from verdeling.solvers.highs import Highs
from verdeling.solvers.mirror import Mirror

if TYPE_CHECKING:
    from pathlib import Path

    from verdeling.formulation import Model
    from verdeling.instance import Instance
    from verdeling.program import Floats
    from verdeling.solvers.protocol import Outcome

SOLVERS = ("HiGHS", "PULP_CBC_CMD")
"""PuLP 3.3 announces what changes in 4.0."""


def toy(*, whole: bool = True) -> tuple[Program, Objective]:
    """Least x + 2y with x + y ≥ 2.5 and x ≤ 2 − y ÷ 4: (1.833, 0.667), or whole (1, 2)."""
    program = Program()
    pair = pd.DataFrame({"name": [0, 1]})
    columns = program.add_columns("amount", pair, unit="places", whole=whole)
    everything = pd.DataFrame(index=range(1))
    program.add_rows("least", everything, [columns], unit="places", lower=2.5)
    bent = columns.assign(coefficient=[1.0, 0.25])
    program.add_rows("most", everything, [bent], unit="places", upper=2.0)
    return program, Objective(columns["column"].to_numpy(), np.array([1.0, 2.0]), constant=10.0)


@cache
def model(kind: str = "building", seed: int = 1) -> Model:
    """A stated program of some size."""
    return stated(seeded(kind, seed))[0]


def waiting(made: Model) -> Objective:
    """All waiting, and a little of where people live."""
    terms = pd.concat([made.program.terms("waiting"), made.program.terms("load").assign(coefficient=0.01)])
    return Objective(terms["column"].to_numpy(), terms["coefficient"].to_numpy())


@pytest.mark.parametrize("name", SOLVERS)
def test_a_program_by_hand(name: str) -> None:
    """The optimum, its value with the constant, its point, its bound and its duals are those on paper."""
    outcome = find_solver(name).minimise(*toy())
    assert outcome.status == "optimal"
    assert outcome.value == outcome.bound == pytest.approx(10 + 11 / 6 + 2 * 2 / 3)
    assert outcome.point == pytest.approx([11 / 6, 2 / 3])
    assert outcome.duals == pytest.approx([7 / 3, -4 / 3])


@pytest.mark.parametrize("name", SOLVERS)
def test_whole_numbers_by_hand(name: str) -> None:
    """Whole numbers cost more, and have no duals."""
    outcome = find_solver(name).minimise(*toy(), whole=True)
    assert outcome.status == "optimal"
    assert outcome.value == pytest.approx(10 + 5)
    assert outcome.point == pytest.approx([1, 2])
    assert outcome.duals is None
    unmarked = find_solver(name).minimise(*toy(whole=False), whole=True)
    assert unmarked.value == pytest.approx(10 + 11 / 6 + 4 / 3)


@pytest.mark.parametrize("name", SOLVERS)
@pytest.mark.parametrize("whole", [False, True])
def test_infeasible(name: str, whole: bool) -> None:
    """Rows that contradict each other have no point, no value and the verdict infeasible."""
    program, objective = toy()
    program.row_upper[1] = 0.5
    for about in (objective, NOTHING):
        outcome = find_solver(name).minimise(program, about, whole=whole)
        assert (outcome.status, outcome.point) == ("infeasible", None)
        assert np.isnan(outcome.value)


@pytest.mark.parametrize("name", SOLVERS)
def test_half_a_place_is_infeasible_in_whole_places(name: str) -> None:
    """A row that only a fraction can meet is feasible, and infeasible in whole numbers."""
    program, _ = toy()
    program.row_upper[0] = program.row_lower[0]
    for about in (NOTHING, toy()[1]):
        assert find_solver(name).minimise(program, about).status == "optimal"
        assert find_solver(name).minimise(program, about, whole=True).status == "infeasible"


@pytest.mark.parametrize("name", SOLVERS)
def test_unbounded_is_an_error(name: str) -> None:
    """What has no least value was stated wrongly, and no number comes of it."""
    program, objective = toy()
    program.column_lower[:] = -np.inf
    program.row_lower[:] = -np.inf
    with pytest.raises(SolverError, match="no usable answer"):
        find_solver(name).minimise(program, objective)


@pytest.mark.parametrize("name", SOLVERS)
def test_nothing_to_minimise(name: str) -> None:
    """A question about feasibility alone is answered with a point that keeps every row."""
    made = model()
    outcome = find_solver(name).minimise(made.program, NOTHING)
    assert outcome.status == "optimal"
    use = made.program.matrix() @ outcome.point
    assert (use <= made.program.row_upper + 1e-6).all()
    assert (use >= made.program.row_lower - 1e-6).all()


@pytest.mark.parametrize("kind", ["tight", "building", "starved", "agreed"])
def test_both_solvers_find_the_same(kind: str) -> None:
    """HiGHS and CBC reach the same value, and their duals explain the same part of it."""
    made = model(kind, 2)
    outcomes = [find_solver(name).minimise(made.program, waiting(made)) for name in SOLVERS]
    assert outcomes[0].value == pytest.approx(outcomes[1].value, rel=1e-7, abs=1e-7)
    for outcome in outcomes:
        assert dual_value(made.program, outcome) == pytest.approx(outcome.value, rel=1e-6, abs=1e-6)


def dual_value(program: Program, outcome: Outcome) -> float:
    """Σ dual × bound: with columns at least zero it equals the optimum (strong duality)."""
    duals = outcome.duals
    bounds = np.where(duals > 0, program.row_lower, program.row_upper)
    opened = program.column_blocks["open"].positions
    reduced = np.zeros(program.column_count)
    reduced[opened] = -(program.matrix().T @ duals)[opened]  # the only columns with an upper bound
    return float(duals @ np.where(duals == 0, 0.0, bounds)) + float(np.minimum(reduced, 0).sum())


def test_hot_and_cold_starts_agree() -> None:
    """A solver that follows a growing program finds what one that starts afresh finds."""
    made, _ = stated(seeded("building", 3))
    hot, program = Highs(), made.program
    objectives = [
        waiting(made),
        Objective(program.terms("load")["column"].to_numpy(), np.ones(len(program.terms("load")))),
    ]
    for objective in objectives * 2:
        warm, cold = hot.minimise(program, objective), Highs().minimise(program, objective)
        assert warm.value == pytest.approx(cold.value, rel=1e-7, abs=1e-7)
        terms = pd.DataFrame({"goal": 0, "column": objective.columns, "coefficient": objective.coefficients})
        program.add_rows(
            "goal_hold", pd.DataFrame({"goal": [0]}), [terms], unit="goal", upper=warm.value + 0.5
        )
        program.add_columns(f"extra_{program.row_count}", pd.DataFrame({"goal": [0]}), unit="level")
    program.row_upper[-1] = -1.0
    assert hot.minimise(program, objectives[0]).status == "infeasible"
    program.row_upper[-1] = np.inf
    assert hot.minimise(program, objectives[0]).status == "optimal"
    assert hot.seconds > 0


def test_whole_numbers_leave_the_linear_program_alone() -> None:
    """A search in whole numbers between two linear programs changes neither."""
    made = model()
    solver = Highs()
    before = solver.minimise(made.program, waiting(made))
    whole = solver.minimise(made.program, waiting(made), whole=True, start=before.point)
    after = solver.minimise(made.program, waiting(made))
    assert whole.value >= before.value - 1e-6
    assert after.value == pytest.approx(before.value)
    assert after.duals is not None


@pytest.mark.parametrize("name", SOLVERS)
def test_no_time_is_a_time_limit(name: str) -> None:
    """Without time there is a status that says so, and never a wrong verdict."""
    made = model("agreed", 4)
    outcome = find_solver(name).minimise(made.program, waiting(made), whole=True, time_limit=1e-9)
    assert outcome.status in ("time_limit", "optimal")
    assert outcome.bound <= outcome.value or outcome.point is None


def test_effort_is_counted_in_nodes() -> None:
    """A search that may look at nothing gives what it has, with a bound that is no better than the truth."""
    made = model("agreed", 4)
    best = Highs().minimise(made.program, waiting(made), whole=True)
    little = Highs().minimise(made.program, waiting(made), whole=True, effort=0)
    assert best.status == "optimal"
    assert little.status in ("effort", "optimal")
    assert little.bound <= best.value + 1e-6
    assert little.point is None or little.value >= best.value - 1e-6


@pytest.mark.parametrize("name", ["CBC", "", "highs2", "PULP_CBC"])
def test_an_unknown_solver(name: str) -> None:
    """A name that PuLP does not know is an error that lists those that are there."""
    with pytest.raises(SolverError, match="PULP_CBC_CMD"):
        find_solver(name)


def test_highs_by_any_case() -> None:
    """The default solver is found however it is written."""
    assert find_solver("highs").name == find_solver("HiGHS").name == "HiGHS"


# The gateway


def test_a_pulp_problem_can_be_extended_by_hand() -> None:
    """A problem from the gateway takes another constraint, and any solver of PuLP solves it."""
    problem = to_pulp(*toy())
    problem += problem.variablesDict()["amount_0"] <= 1.75
    problem.solve(pulp.getSolver("PULP_CBC_CMD", msg=False))
    assert pulp.value(problem.objective) == pytest.approx(10 + 1.75 + 2 * 0.75)


def test_cbc_to_the_last_digit() -> None:
    """Of a linear program CBC's point and prices have every digit, of which PuLP's file has eight."""
    program = Program()
    columns = program.add_columns("amount", pd.DataFrame({"thing": [0]}), unit="1")
    everything = pd.DataFrame(index=range(1))
    program.add_rows("least", everything, [columns.assign(coefficient=7.0)], unit="1", lower=1e6)
    found = find_solver("PULP_CBC_CMD").minimise(program, Objective(np.array([0]), np.array([3.0])))
    assert found.point is not None
    assert found.duals is not None
    assert found.point[0] == pytest.approx(1e6 / 7, rel=1e-14)
    assert found.duals[0] == pytest.approx(3 / 7, rel=1e-14)


def collide(ids: dict[str, str]) -> Instance:
    """The hand-made region with other ids of municipalities."""
    tables = dict(TABLES)
    for old, new in ids.items():
        tables = {name: text.replace(old, new) for name, text in tables.items()}
    return small(**tables)


def test_what_was_saved_of_another_program_is_not_read(tmp_path: Path) -> None:
    """Numbers are taken only where they are as many as the rows and columns that were written."""
    file, numbers = tmp_path / "saved", [9.0, 1.5, 0.25, 3.0, 4.0, 0.0, 0.5]
    assert saved(file, 1, 2) is None
    file.write_bytes(np.array([1, 2], np.int32).tobytes() + np.array(numbers).tobytes())
    found = saved(file, 1, 2)
    assert found is not None
    assert [each.tolist() for each in found] == [[3.0, 4.0], [0.25]]
    assert saved(file, 2, 1) is None
    file.write_bytes(file.read_bytes()[:-8])
    assert saved(file, 1, 2) is None


def test_names_never_collide() -> None:
    """Bergen op Zoom, Bergen-op-Zoom and Bergen_op_Zoom keep their own columns and rows."""
    instance = collide({"GM1": "Bergen op Zoom", "GM2": "Bergen-op-Zoom", "GM3": "Bergen_op_Zoom"})
    made, _ = stated(instance)
    problem = to_pulp(made.program, waiting(made))
    names = [variable.name for variable in problem.variables()]
    assert len(set(names)) == len(names) == made.program.column_count
    rows = made.program.row_count - sum(
        len(b.index) for b in made.program.row_blocks if b.name.startswith("goal_")
    )
    assert len(problem.constraints) == rows
    assert all(name.replace("_", "").isalnum() and name.isascii() for name in [*names, *problem.constraints])
    plain = stated(small())[0]
    values = [
        find_solver("PULP_CBC_CMD").minimise(each.program, waiting(each)).value for each in (made, plain)
    ]
    assert values[0] == pytest.approx(values[1])


@pytest.mark.parametrize("suffix", [".lp", ".mps"])
@pytest.mark.parametrize("whole", [False, True])
def test_files_say_the_same(suffix: str, whole: bool, tmp_path: Path) -> None:
    """A program that is written to a file and read by HiGHS has the same optimum."""
    import highspy

    made = model("building", 1)
    path = tmp_path / f"program{suffix}"
    write_program(made.program, waiting(made), path, whole=whole)
    reader = highspy.Highs()
    reader.setOptionValue("output_flag", False)
    reader.setOptionValue("mip_rel_gap", 0.0)
    assert reader.readModel(str(path)) == highspy.HighsStatus.kOk
    reader.run()
    expected = Highs().minimise(made.program, waiting(made), whole=whole).value
    assert reader.getInfo().objective_function_value == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_another_suffix_is_refused(tmp_path: Path) -> None:
    """A program is written as .lp or .mps, and nothing is written as anything else."""
    for name in ("program.txt", "program"):
        with pytest.raises(OutputError, match=r"\.lp or \.mps"):
            write_program(*toy(), tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_pulp_is_loaded_when_it_is_asked_for() -> None:
    """Solving with HiGHS does not load PuLP."""
    code = (
        "import sys; from verdeling.solvers import find_solver as f; f('HiGHS'); print('pulp' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"


def test_solving_through_pulp_warns_of_nothing() -> None:
    """What PuLP plans to rename is no concern of somebody who names a solver."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert find_solver("PULP_CBC_CMD").minimise(*toy()).status == "optimal"


def test_a_hot_start_does_not_say_that_there_is_no_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where HiGHS finds nothing any more on a hot start, it is asked again from scratch."""
    program, objective = toy()
    solver = Highs()
    solver.minimise(program, objective)
    verdicts = [True, False]
    monkeypatch.setattr(Mirror, "_infeasible", lambda mirror: verdicts.pop(0))
    outcome = solver.minimise(program, Objective(objective.columns, objective.coefficients[::-1]))
    assert outcome.status == "optimal"
    assert verdicts == [False]  # one doubt, one cold run, and its answer was taken


@pytest.mark.parametrize("believed", [False, True])
def test_a_hot_start_that_is_believed(believed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who only asks whether a guess holds takes the word of a hot run; a second one is not made."""
    program, objective = toy()
    solver, cold = Highs(), []
    solver.minimise(program, objective)
    program.row_upper[-1] = -1.0
    start = Mirror._start  # noqa: SLF001 - to count what is run from scratch
    monkeypatch.setattr(Mirror, "_start", lambda mirror: (cold.append(mirror), start(mirror)))
    turned = Objective(objective.columns, objective.coefficients[::-1])
    assert solver.minimise(program, turned, believed=believed).status == "infeasible"
    assert len(cold) == (0 if believed else 1)


@pytest.mark.parametrize("name", SOLVERS)
def test_what_is_recalled(name: str) -> None:
    """After a program is rewound, a solver that recalls what it knew of it answers as it did."""
    made = model()
    solver = find_solver(name)
    solver.minimise(made.program, waiting(made))
    mark, memory = made.program.mark(), solver.remember(made.program)
    solver.recall(made.program, memory)
    first = solver.minimise(made.program, NOTHING)
    made.program.add_columns("further", pd.DataFrame({"name": [0]}), unit="places")
    solver.minimise(made.program, waiting(made))
    made.program.rewind(mark)
    solver.recall(made.program, memory)
    again = solver.minimise(made.program, NOTHING)
    assert "further" not in made.program.column_blocks
    assert first.point is not None
    assert again.point is not None
    assert again.point.tolist() == first.point.tolist()


@pytest.mark.parametrize("whole", [False, True])
def test_large_costs_change_no_answer(whole: bool) -> None:
    """Costs of millions are scaled for HiGHS, and value, bound and duals come back in euros."""
    program, objective = toy()
    plain = Highs().minimise(program, objective, whole=whole)
    euros = Objective(objective.columns, objective.coefficients * 3e6, objective.constant * 3e6)
    dear = Highs().minimise(program, euros, whole=whole)
    assert dear.value == pytest.approx(3e6 * plain.value)
    assert dear.bound == pytest.approx(3e6 * plain.bound)
    assert (dear.duals is None) == whole
    if dear.duals is not None and plain.duals is not None:
        assert dear.duals.tolist() == pytest.approx((3e6 * plain.duals).tolist())


@pytest.mark.parametrize("kind", ["building", "starved"])
def test_the_interior_point_ends_where_the_simplex_does(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same value, in a corner that keeps every row and that the next run begins with."""
    program, objective = model(kind, 2).program, waiting(model(kind, 2))
    other = Objective(objective.columns, objective.coefficients[::-1].copy())
    simplex = [Highs().minimise(program, each).value for each in (objective, other)]
    monkeypatch.setattr("verdeling.solvers.mirror.INTERIOR", 0)
    mirror = Mirror(program)
    values, steps = [], []
    for each in (objective, objective, other):
        mirror.update(each)
        outcome = mirror.run(each, np.inf)
        assert outcome.point is not None
        assert missed(program, outcome.point) <= Highs.tolerance
        assert mirror.model.getBasis().valid
        values.append(outcome.value)
        info = mirror.model.getInfo()
        steps.append((info.ipm_iteration_count > 0, info.simplex_iteration_count))
    assert values == pytest.approx([simplex[0], *simplex], rel=1e-9)
    assert steps[0][0]
    assert steps[1] == (False, 0)  # it goes on from where the first ended


def missed(program: Program, point: Floats) -> float:
    """How far a point misses a bound at most."""
    reached = np.concatenate([point, program.matrix() @ point])
    low, high = program.bounds
    return float(np.maximum(low - reached, reached - high).max())


def test_goals_do_not_depend_on_the_method(monkeypatch: pytest.MonkeyPatch) -> None:
    """A whole chain of goals that begins with the interior point reaches the same, and verifies."""
    expected = solve(seeded("building", 3), "leximin", whole=False).goals["value"]
    monkeypatch.setattr("verdeling.solvers.mirror.INTERIOR", 0)
    reached = solve(seeded("building", 3), "leximin", whole=False).goals["value"]
    assert reached.tolist() == pytest.approx(expected.tolist(), rel=1e-7, abs=1e-7)


def test_what_the_interior_point_has_no_answer_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """That there is no plan is said by the simplex; what has no least value is an error."""
    monkeypatch.setattr("verdeling.solvers.mirror.INTERIOR", 0)
    program, objective = toy()
    program.row_upper[1] = 0.5
    for about in (objective, NOTHING):
        assert Highs().minimise(program, about).status == "infeasible"
    program.column_lower[:] = program.row_lower[:] = -np.inf
    with pytest.raises(SolverError, match="no usable answer"):
        Highs().minimise(program, objective)


def test_a_hot_run_is_not_the_one_to_call_a_program_unbounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """HiGHS's primal simplex has said so of programs with an optimum: they are run again from scratch."""
    program, objective = toy()
    solver = find_solver("HiGHS")
    first = solver.minimise(program, objective)
    asked, cleared, wrong = highspy.Highs.getModelStatus, highspy.Highs.clearSolver, [True]

    def status(model: highspy.Highs) -> highspy.HighsModelStatus:
        return highspy.HighsModelStatus.kUnbounded if wrong else asked(model)

    def clear(model: highspy.Highs) -> None:
        wrong.clear()
        cleared(model)

    monkeypatch.setattr(highspy.Highs, "getModelStatus", status)
    monkeypatch.setattr(highspy.Highs, "clearSolver", clear)
    again = solver.minimise(program, objective)
    assert (again.status, again.value) == ("optimal", pytest.approx(first.value))
