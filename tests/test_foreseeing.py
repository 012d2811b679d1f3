"""What prices foretell is never too high, is exact while they hold, and is refused where they do not."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from points import stated
from seeded import seeded
from verdeling.engine import solve
from verdeling.explaining.asking.changing import Scaling, changed
from verdeling.explaining.asking.desk import Desk
from verdeling.explaining.asking.foreseeing import Foreseeing, Step, Unforeseen
from verdeling.policy import Goal, Policy, read_policy
from verdeling.program import Objective, Program
from verdeling.solvers import find_solver
from verdeling.solvers.highs import Highs

CBC = "PULP_CBC_CMD"
LEXIMIN = read_policy("leximin")
TIED = LEXIMIN.model_copy(
    update={
        "goal": (
            Goal(measure="waiting", aggregate="total"),
            Goal(measure="relative_load", over="municipality", aggregate="leximax"),
        )
    }
)
"""It ends with levels."""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Row counts of the programs that HiGHS was asked about, or that were read off a basis."""
    found: list[int] = []
    minimise = Highs.minimise

    def counted(solver: Highs, program: Program, objective: Objective, **how: object) -> object:
        found.append(program.row_count)
        return minimise(solver, program, objective, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(Highs, "minimise", counted)
    return found


@pytest.mark.parametrize("kind", ["tight", "building", "agreed"])
def test_never_too_high(kind: str) -> None:
    """Whatever bounds move, and how far, what is foretold is not above what CBC finds, and mostly is it."""
    model, _ = stated(seeded(kind, 5))
    program, draw = model.program, np.random.default_rng(5)
    terms = program.terms("waiting")
    objective = Objective(terms["column"].to_numpy(), draw.uniform(1, 2, len(terms)), 3.0)
    outcome = find_solver("HiGHS").minimise(program, objective)
    step, mark, exact = Step(program.shape, program.entries, outcome, level=False), program.mark(), 0
    for part in (0.0, 1e-3, 1e-3, 0.1, 0.5):
        program.rewind(mark)
        some = draw.random(program.row_count) < 0.2
        factor = np.where(some, 1 + part * draw.uniform(-1, 1, program.row_count), 1.0)
        program.row_lower, program.row_upper = program.row_lower * factor, program.row_upper * factor
        foretold, anew = step.foretold(program, objective), find_solver(CBC).minimise(program, objective)
        if anew.status == "optimal":
            room = 1e-6 * max(1.0, anew.value)
            assert foretold.value <= anew.value + room
            exact += foretold.value >= anew.value - room
    assert exact >= 2


def test_duals_of_another_program_prove_nothing() -> None:
    """Without duals, for another shape, or where they have the wrong sign, nothing is foretold."""
    model, _ = stated(seeded("tight", 5))
    program = model.program
    terms = program.terms("waiting")
    objective = Objective(terms["column"].to_numpy(), np.ones(len(terms)))
    outcome = find_solver("HiGHS").minimise(program, objective)
    step = Step(program.shape, program.entries, outcome, level=False)
    assert step.foretold(program, objective).value == pytest.approx(outcome.value)
    turned = Objective(objective.columns, -objective.coefficients)
    other = Step((1, 1), program.entries, outcome, level=False)
    unknown = replace(step, outcome=replace(outcome, duals=None))
    for each, what in ((step, turned), (other, objective), (unknown, objective)):
        with pytest.raises(Unforeseen):
            each.foretold(program, what)


@pytest.mark.parametrize("policy", [LEXIMIN, TIED], ids=["leximin", "tied"])
@pytest.mark.parametrize("kind", ["tied", "tight", "starved", "agreed"])
def test_the_same_as_from_scratch(kind: str, policy: Policy) -> None:
    """Goals and loads are those of a solve from scratch, however much changes at once."""
    desk = Desk(seeded(kind, 11), policy)
    draw = np.random.default_rng(11)
    for table, column in (("needs", "households"), ("supply", "places"), ("support", "hours")):
        if not len(desk.instance.tables[table]):
            continue
        for factor in draw.choice([0.5, 0.9, 0.99, 1.0, 1.01, 1.1, 2.0], 2, replace=False):
            grown = changed(desk.instance, [Scaling(table, {}, column, float(factor))])
            answer, anew = desk.ask_of(desk.state(grown)), solve(grown, policy, whole=False)
            assert (answer is not None) == anew.has_numbers
            if answer is not None:
                assert answer.reaches == pytest.approx(anew.goals["value"].to_numpy(), rel=1e-6, abs=1e-6)
                expected = anew.loads.set_index("municipality")["relative_load"]
                assert answer.loads.to_dict() == pytest.approx(expected.to_dict(), rel=1e-6, abs=1e-6)


def test_most_programs_are_not_solved(asked: list[int]) -> None:
    """With as much needed, or twice as much of everything, nothing is asked before all levels are known."""
    instance = seeded("tight", 11)
    desk = Desk(instance, LEXIMIN)
    first, levels = len(asked), 3  # preference, moves and cost come after the last level
    for factor in (1.0, 2.0):
        amounts = (("needs", "households"), ("supply", "places"))
        grown = changed(instance, [Scaling(table, {}, column, factor) for table, column in amounts])
        asked.clear()
        assert desk.ask_of(desk.state(grown)) is not None
        assert len(asked) == levels < first


def test_made_again_where_it_does_not_hold(asked: list[int]) -> None:
    """Where another goal gives way than the prices say, the pass is made again, with each of its programs."""
    instance = seeded("tight", 11)
    desk = Desk(instance, LEXIMIN)
    first = len(asked)
    asked.clear()
    grown = changed(instance, [Scaling("supply", {}, "places", 0.2)])
    answer = desk.ask_of(desk.state(grown))
    assert answer is not None
    assert len(asked) > first
    anew = solve(grown, LEXIMIN, whole=False)
    assert answer.reaches == pytest.approx(anew.goals["value"].to_numpy(), rel=1e-6, abs=1e-6)


def test_a_level_that_rises_was_not_reached() -> None:
    """A level that is asked for again, and comes out higher, says that the first answer was too low."""
    program, level = Program(), Objective(np.array([0]), np.ones(1))
    program.add_columns("level", pd.DataFrame({"goal": [0]}), unit="level", lower=1.0)
    solver = Foreseeing(find_solver("HiGHS"))
    for _ in range(3):
        assert solver.minimise(program, level).value == 1.0
    for lower, rises in ((0.5, False), (2.0, True)):
        program.column_lower[:] = 1.0
        outcomes = []
        with nullcontext() if not rises else pytest.raises(Unforeseen), solver.foreseen():
            for bound in (1.0, lower, lower):
                program.column_lower[:] = bound
                outcomes.append(solver.minimise(program, level).value)
        assert outcomes == ([1.0, 0.5, 0.5] if not rises else [1.0])


def test_a_pass_that_ends_early_proves_nothing() -> None:
    """Answers that were foreseen and not proved by a point are refused at the end of a pass."""
    program, level = Program(), Objective(np.array([0]), np.ones(1))
    program.add_columns("level", pd.DataFrame({"goal": [0]}), unit="level", lower=1.0)
    solver = Foreseeing(find_solver("HiGHS"))
    for _ in range(2):
        solver.minimise(program, level)
    with pytest.raises(Unforeseen), solver.foreseen():
        solver.minimise(program, level)
