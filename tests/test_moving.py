"""What is read off a basis after bounds move is what another solver finds from scratch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from points import stated
from seeded import seeded
from verdeling.program import Objective, Program
from verdeling.solvers import find_solver
from verdeling.solvers.highs import Highs
from verdeling.solvers.mirror import Mirror

if TYPE_CHECKING:
    from verdeling.solvers.protocol import Outcome

CBC = "PULP_CBC_CMD"


def toy() -> tuple[Program, Objective]:
    """Least x + 2y with x + y ≥ 2.5 and x + y ÷ 4 ≤ 2: (1.833, 0.667)."""
    program = Program()
    pair = program.add_columns("amount", pd.DataFrame({"name": [0, 1]}), unit="places", upper=5.0)
    everything = pd.DataFrame(index=range(1))
    program.add_rows("least", everything, [pair], unit="places", lower=2.5)
    bent = pair.assign(coefficient=[1.0, 0.25])
    program.add_rows("most", everything, [bent], unit="places", upper=2.0)
    return program, Objective(pair["column"].to_numpy(), np.array([1.0, 2.0]))


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Runs of HiGHS, and of each whether bounds alone had moved."""
    found: list[bool] = []
    run = Mirror.run

    def counted(
        mirror: Mirror, objective: Objective, limit: float, *, moved: bool = False, **how: bool
    ) -> Outcome:
        found.append(moved)
        return run(mirror, objective, limit, moved=moved, **how)

    monkeypatch.setattr(Mirror, "run", counted)
    return found


def test_by_hand(runs: list[bool]) -> None:
    """While both rows hold both columns the answer moves along them; beyond that HiGHS is asked."""
    program, objective = toy()
    solver = Highs()
    solver.minimise(program, objective)
    memory = solver.remember(program)
    for least, expected, asked in ((2.75, [1.75, 1.0], 1), (2.0, [2.0, 0.0], 1), (1.5, [1.5, 0.0], 2)):
        solver.recall(program, memory)
        program.row_lower[0] = least
        outcome = solver.minimise(program, objective)
        assert outcome.point == pytest.approx(expected)
        assert outcome.value == pytest.approx(expected[0] + 2 * expected[1])
        assert len(runs) == asked
    assert runs == [False, True]


@pytest.mark.parametrize("kind", ["tight", "building", "agreed"])
def test_the_same_as_from_scratch(kind: str, runs: list[bool]) -> None:
    """Whatever bounds move, and how far, the value is that of CBC; most small moves need no run."""
    model, _ = stated(seeded(kind, 5))
    program, draw = model.program, np.random.default_rng(5)
    terms = program.terms("waiting")
    objective = Objective(terms["column"].to_numpy(), draw.uniform(1, 2, len(terms)))
    solver = Highs()
    assert solver.minimise(program, objective).status == "optimal"
    memory, mark = solver.remember(program), program.mark()
    for part in (0.0, 1e-3, 1e-3, 0.1, 0.5):
        program.rewind(mark)
        solver.recall(program, memory)
        some = draw.random(program.row_count) < 0.2
        factor = np.where(some, 1 + part * draw.uniform(-1, 1, program.row_count), 1.0)
        program.row_lower, program.row_upper = program.row_lower * factor, program.row_upper * factor
        outcome, anew = (each.minimise(program, objective) for each in (solver, find_solver(CBC)))
        assert outcome.status == anew.status
        if outcome.point is not None:
            assert outcome.value == pytest.approx(anew.value, rel=1e-6, abs=1e-6)
            activity = program.matrix() @ outcome.point
            assert (activity <= program.row_upper + 1e-8).all()
            assert (activity >= program.row_lower - 1e-8).all()
    assert sum(runs) <= 1


def test_only_bounds_may_differ(runs: list[bool]) -> None:
    """Another objective, another entry or a new row is a question for the solver itself."""
    program, objective = toy()
    solver = Highs()
    solver.minimise(program, objective)
    memory, mark = solver.remember(program), program.mark()
    other = Objective(objective.columns, np.array([3.0, 1.0]))
    assert solver.minimise(program, other).value == pytest.approx(2.5)
    solver.recall(program, memory)
    assert solver.minimise(program, other).point == pytest.approx([0.0, 2.5])
    solver.recall(program, memory)
    program.add_row("goal_hold", other, upper=4.0)
    assert solver.minimise(program, objective).point == pytest.approx([0.75, 1.75])
    program.rewind(mark)
    twice, _ = toy()
    twice.entries[0].coefficients[:] = 2.0
    solver.recall(twice, memory)
    assert solver.minimise(twice, objective).point == pytest.approx([1.25, 0.0])
    assert runs == [False] * 5


def test_a_bound_that_goes_is_not_held() -> None:
    """Where a bound that held the optimum is lifted, the optimum is no longer there."""
    program, objective = toy()
    solver = Highs()
    solver.minimise(program, objective)
    memory = solver.remember(program)
    solver.recall(program, memory)
    program.row_upper[1] = np.inf
    assert solver.minimise(program, objective).point == pytest.approx([2.5, 0.0])


def test_what_was_read_off_is_gone_on_from() -> None:
    """After an answer that needed no run the solver goes on from the basis as from its own."""
    program, objective = toy()
    solver = Highs()
    solver.minimise(program, objective)
    solver.recall(program, solver.remember(program))
    program.row_lower[0] = 2.75
    assert solver.minimise(program, objective).value == pytest.approx(3.75)
    program.add_row("goal_hold", objective, upper=4.0)
    level = program.add_columns("level", pd.DataFrame({"goal": [0]}), unit="1", lower=-np.inf)
    low = Objective(np.append(objective.columns, level["column"]), np.array([0.0, -1.0, 0.0]))
    assert solver.minimise(program, low).value == pytest.approx(-1.25)
    assert solver.remember(program) is not None
