"""Numbers at the edge: a right answer, or a refusal; never a silent wrong one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from exact import exactly
from laws.changes import scaled
from laws.test_exact_levels import steep, waiting_and_loads
from verdeling.adapters import read_instance
from verdeling.engine import solve
from verdeling.errors import InstanceError, PolicyError, SolverError
from verdeling.goals import pursue
from verdeling.program import Objective, Program
from verdeling.pursuit import Pursuit
from verdeling.solvers import find_solver
from verdeling.statement import state

if TYPE_CHECKING:
    from verdeling.instance import Instance

TOWNS = read_instance(Path(__file__).parents[1] / "instances" / "three-towns")
LEVELS = [1.375, 0.75, 0.75]
"""Relative loads of the three towns, whatever a household is counted in and whatever it weighs."""


def weighed(burden: float) -> Instance:
    """The three towns with another weight of a place in a load."""
    groups = TOWNS["groups"]
    return TOWNS.replace(groups=groups.assign(burden=groups["burden"] * burden))


def peopled(*population: int) -> Instance:
    """The three towns with other populations."""
    return TOWNS.replace(municipalities=TOWNS["municipalities"].assign(population=list(population)))


@pytest.mark.parametrize("burden", [1e-12, 1e-9, 1e-6, 1e6, 1e9, 1e12])
def test_any_weight(burden: float) -> None:
    """What a place weighs is a unit. HiGHS takes 1e-9 for nothing: then no load counted, without a word."""
    solution = solve(weighed(burden), whole=False)
    assert solution.loads["relative_load"].tolist() == pytest.approx(LEVELS, rel=1e-6)
    assert solution.loads["load"].sum() == pytest.approx(20 * burden, rel=1e-6)
    assert (solution.provenance["scaling"] > 1) == (not 1e-7 < burden < 1e7)


@pytest.mark.parametrize("times", [10**3, 10**6, 3 * 10**7])
def test_any_amount(times: int) -> None:
    """The three towns by the million divide as by the household; HiGHS called a billion unbounded."""
    solution = solve(scaled(TOWNS, times), whole=False)
    assert solution.loads["relative_load"].tolist() == pytest.approx(LEVELS, rel=1e-6)
    assert (solution.provenance["scaling"] > 1) == (times > 10**5)


def test_the_other_solver_too() -> None:
    """CBC says the same of a billionth and of a million."""
    for instance in (weighed(1e-9), scaled(TOWNS, 10**6)):
        solution = solve(instance, whole=False, solver="PULP_CBC_CMD")
        assert solution.loads["relative_load"].tolist() == pytest.approx(LEVELS, rel=1e-6)


def test_nothing_is_rescaled_without_need() -> None:
    """Numbers as they are in a region are passed on as they are, and the solution says so."""
    assert solve(TOWNS, whole=False).provenance["scaling"] == 1.0


def test_whole_places_of_small_weight() -> None:
    """In whole places loads of a billionth are divided as loads of one."""
    tables = [solve(weighed(burden)).loads["relative_load"].tolist() for burden in (1.0, 1e-9)]
    assert tables[0] == pytest.approx(tables[1], rel=1e-9)


def test_too_many_whole_places() -> None:
    """More whole places than can be told from rounding are refused, with their rows; in fractions they go."""
    with pytest.raises(InstanceError, match="solve in fractions") as refused:
        solve(scaled(TOWNS, 10**6))
    assert {problem.table for problem in refused.value.problems} == {"supply"}
    assert all(problem.column and problem.row for problem in refused.value.problems)


def test_a_share_that_is_rounding() -> None:
    """A town of one inhabitant beside a billion is refused by name; one of a thousand is told apart."""
    with pytest.raises(PolicyError, match="share") as refused:
        solve(peopled(10**9, 10**9, 1), whole=False)
    assert [problem.value for problem in refused.value.problems] == ["C"]
    assert solve(peopled(10**9, 10**9, 10**3), whole=False).status == "optimal"


@pytest.mark.parametrize("burden", [1e-10, 1e-3, 1e10])
def test_rescaled_levels_are_exact(burden: float) -> None:
    """Levels of a rescaled program are those of exact arithmetic on the program as it is stated."""
    instance = steep(3, towns=12, missing=7)
    instance = instance.replace(groups=instance["groups"].assign(burden=burden))
    model, goals = state(instance, waiting_and_loads())
    mark = model.program.mark()
    exact = [float(level) for level in exactly(model.program, goals).elements["relative_load"]]
    model.program.rewind(mark)
    pursuit = Pursuit(model, find_solver("HiGHS"), 1e-9)
    pursue(pursuit, goals)
    assert pursuit.point is not None
    assert goals[1].vector.values(pursuit.point) == pytest.approx(exact, rel=1e-6)


def crossed(spread: float) -> tuple[Program, Objective]:
    """Two rows in two columns whose entries no units bring together: the spread is in one corner each."""
    program = Program()
    columns = program.add_columns("amount", pd.DataFrame({"thing": [0, 1]}), unit="1")
    terms = pd.concat([columns.assign(row=row) for row in (0, 1)])
    terms = terms.assign(coefficient=[1.0, 1 / spread, 1.0, spread])
    index = pd.DataFrame({"row": [0, 1]})
    program.add_rows("least", index, [terms.drop(columns="thing")], unit="1", lower=[1.0, 2.0])
    return program, Objective(np.array([0, 1]), np.array([1.0, 1.0]))


def test_numbers_too_far_apart() -> None:
    """What no units bring together is refused, and says what to look for; the rest is rescaled exactly."""
    with pytest.raises(SolverError, match="too far apart"):
        find_solver("HiGHS").minimise(*crossed(1e30))
    solver = find_solver("HiGHS")
    found = solver.minimise(*crossed(1e12))
    assert found.value == pytest.approx(1 + 1e-12, rel=1e-9)
    assert solver.scaling > 1


def test_prices_of_a_rescaled_program() -> None:
    """Values, bounds and prices are those of the program as it is stated."""
    program, objective = Program(), Objective(np.array([0, 1]), np.array([3e9, 5e9]), constant=7.0)
    columns = program.add_columns("amount", pd.DataFrame({"thing": [0, 1]}), unit="1", whole=True)
    rows = [columns.assign(row=[0, 1], coefficient=[2e9, 4e-9]).drop(columns="thing")]
    index = pd.DataFrame({"row": [0, 1]})
    program.add_rows("least", index, rows, unit="1", lower=[6e9, 1e-8])
    found = find_solver("HiGHS").minimise(program, objective)
    assert found.duals == pytest.approx([1.5, 1.25e18])
    assert found.value == found.bound == pytest.approx(9e9 + 12.5e9 + 7)
    whole = find_solver("HiGHS").minimise(program, objective, whole=True)
    assert whole.point == pytest.approx([3.0, 3.0])
