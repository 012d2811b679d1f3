"""Diving ends in whole decisions that leave a plan, and no plan is cut off by what it tightens."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest

from points import stated
from seeded import seeded
from verdeling import diving
from verdeling.diving import Dive, Stranded
from verdeling.program import Objective, Program
from verdeling.pursuit import OutOfTime, Pursuit
from verdeling.solvers import find_solver


def program_of(rows: list[tuple[list[float], float, float]], most: float, whole: list[bool]) -> Program:
    """A program of columns between zero and a most, and rows with their least and their most."""
    program = Program()
    for at, each in enumerate(whole):
        column = pd.DataFrame({"name": [at]})
        program.add_columns(f"amount_{at}", column, unit="places", upper=most, whole=each)
    for number, (coefficients, least, top) in enumerate(rows):
        terms = pd.DataFrame({"row": 0, "column": range(len(whole)), "coefficient": coefficients})
        everything = pd.DataFrame({"row": [0]})
        program.add_rows(f"row_{number}", everything, [terms], unit="places", lower=least, upper=top)
    return program


def pursuit_of(program: Any) -> Pursuit:
    """A pass through no goals yet; diving looks at the program alone."""
    return Pursuit(type("Meaning", (), {"program": program})(), find_solver("HiGHS"), 1e-9)


def total(program: Program, sign: float = 1.0) -> Objective:
    """All columns together, the first a little more."""
    costs = sign * np.ones(program.column_count)
    costs[0] += 0.1
    return Objective(np.arange(program.column_count), costs)


@pytest.mark.parametrize("seed", range(40))
def test_what_is_tightened_cuts_off_no_plan(seed: int) -> None:
    """Every whole point with the columns that are fixed keeps the tightened rows, if it kept them before."""
    draw = np.random.default_rng(seed)
    whole = draw.random(4) < 0.8
    coefficients = draw.choice([-1.0, 0.0, 1.0, 2.0, 0.5, 0.3], (5, 4))
    rows = [(list(row), *sorted(draw.uniform(-3, 6, 2))) for row in coefficients]
    program = program_of(rows, 3.0, list(whole))
    matrix, before = program.matrix(), (program.row_lower.copy(), program.row_upper.copy())
    tightening = diving._Tightening(program)  # noqa: SLF001 - what is told of it is not seen from outside
    fixed = draw.random(4) < 0.4
    at = draw.integers(0, 4, 4).astype(float)
    program.column_lower[fixed] = program.column_upper[fixed] = at[fixed]
    room = tightening.tighten()
    steps = [[at[k]] if fixed[k] else np.arange(4) if whole[k] else np.linspace(0, 3, 7) for k in range(4)]
    for point in product(*steps):
        reached = matrix @ np.array(point, dtype=float)
        if ((before[0] <= reached) & (reached <= before[1])).all():
            assert room
            assert (program.row_lower - 1e-9 <= reached).all()
            assert (reached <= program.row_upper + 1e-9).all()


def test_rows_are_tightened_once_what_is_fractional_is_fixed() -> None:
    """Beside 0.3 × 5 homes that are fixed at most 8.5 places are at most 8; beside homes that are not, 10."""
    program = program_of([([1.0, 0.3], -np.inf, 10.0)], 20.0, [True, True])
    tightening = diving._Tightening(program)  # noqa: SLF001
    assert tightening.tighten()
    assert program.row_upper.tolist() == [10.0]
    program.column_lower[1] = program.column_upper[1] = 5.0
    assert tightening.tighten()
    assert program.row_upper == pytest.approx([8.0 + 1.5])


def test_no_room_is_seen() -> None:
    """Where a row has no whole amount between its bounds, nothing is left."""
    program = program_of([([1.0, 1.0], 1.2, 1.8)], 5.0, [True, True])
    assert not diving._Tightening(program).tighten()  # noqa: SLF001


@pytest.mark.parametrize("kind", ["building", "tight", "agreed"])
@pytest.mark.parametrize("seed", range(4))
def test_decisions_are_whole_and_keep_every_row(kind: str, seed: int) -> None:
    """At the end of a dive what was decided is whole, and the point keeps the rows as they were stated."""
    model, _ = stated(seeded(kind, seed))
    program = model.program
    terms = program.terms("waiting")
    objective = Objective(terms["column"].to_numpy(), np.ones(len(terms)))
    columns = program.column_blocks["build"].positions
    bounds, best = program.bounds.copy(), find_solver("PULP_CBC_CMD").minimise(program, objective)
    pursuit = Pursuit(model, find_solver("HiGHS"), 1e-9)
    if best.status == "infeasible":
        with pytest.raises(Stranded):
            Dive(pursuit, objective)
        return
    point = Dive(pursuit, objective).down([columns[: len(columns) // 2], columns[len(columns) // 2 :]])
    assert point[columns] == pytest.approx(np.round(point[columns]), abs=1e-9)
    reached = np.concatenate([point, program.matrix() @ point])
    assert (bounds[0] - 1e-6 <= reached).all()
    assert (reached <= bounds[1] + 1e-6).all()
    assert objective.value(point) >= best.value - 1e-6


def test_away_from_the_nearest_where_that_leaves_nothing() -> None:
    """Two and a bit is three where two leaves no plan."""
    program = program_of([([1.0, 0.0], 2.2, 5.0)], 5.0, [True, False])
    assert Dive(pursuit_of(program), total(program)).down([np.array([0])])[0] == 3.0


def test_stranded() -> None:
    """Where neither side of a number leaves a plan, the dive says so, and has moved no bound for it."""
    program = program_of([([2.0, 0.0], 1.0, 1.0)], 5.0, [True, False])
    dive = Dive(pursuit_of(program), total(program))
    with pytest.raises(Stranded):
        dive.down([np.array([0])])
    assert program.column_lower.tolist() == [0.0, 0.0]
    assert program.column_upper.tolist() == [5.0, 5.0]


def test_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dive that takes more programs than it may is given up."""
    monkeypatch.setattr(diving, "LONGEST", 1)
    program = program_of([([1.0, 0.0], 2.2, 5.0)], 5.0, [True, False])
    with pytest.raises(Stranded):
        Dive(pursuit_of(program), total(program)).down([np.array([0])])


def test_no_time() -> None:
    """A deadline that has passed ends it."""
    program = program_of([([1.0, 1.0], 2.2, 5.0)], 5.0, [True, False])
    pursuit = pursuit_of(program)
    pursuit.deadline = 0.0
    with pytest.raises(OutOfTime):
        Dive(pursuit, total(program))
