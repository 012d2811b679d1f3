"""Whatever a solver does, no wrong answer comes of it: the right one, or an error that says whose it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from hand_made import small
from verdeling import engine
from verdeling.engine import solve
from verdeling.errors import SolverError
from verdeling.program import NOTHING, Objective
from verdeling.solvers import find_solver
from verdeling.solvers.checked import Checked
from verdeling.solvers.highs import Highs
from verdeling.solvers.protocol import Outcome
from verdeling.solvers.scaling import Scaled

if TYPE_CHECKING:
    from collections.abc import Callable

    from verdeling.program import Program
    from verdeling.solution import Solution

    Fault = Callable[[Outcome], object]

REGION = small()
RIGHT = solve(REGION, whole=False)
CLASH = small(
    agreements="""
    agreement,measure,sense,value,municipality,strength,text,text_nl
    most,places,<=,1,GM1,hard,At most one,Hoogstens een
    least,places,>=,2,GM1,hard,At least two,Minstens twee
    """
)
WHOLE_CLASH = small(
    agreements="""
    agreement,measure,sense,value,municipality,strength,text,text_nl
    half,places,=,0.5,GM1,hard,Half a place,Een halve plaats
    """
)
HOW_OFTEN = 4
"""Calls of a solver that are spoiled, each in a solve of its own."""


def fail(outcome: Outcome) -> Outcome:
    """The solver crashes."""
    raise MemoryError("out of memory in the factorisation")


def moved(by: float) -> Fault:
    """A point that is wrong everywhere by so much."""
    return lambda outcome: replace(outcome, point=None if outcome.point is None else outcome.point + by)


def cut(outcome: Outcome) -> Outcome:
    """A point for a program of another size."""
    return replace(outcome, point=None if outcome.point is None else outcome.point[:-1])


def holed(outcome: Outcome) -> Outcome:
    """A point with NaN in it."""
    if outcome.point is None:
        return outcome
    point = outcome.point.copy()
    point[len(point) // 2] = np.nan
    return replace(outcome, point=point)


FAULTS: dict[str, Fault] = {
    "crashes": fail,
    "a point moved by a hundred": moved(100.0),
    "a point moved by minus one": moved(-1.0),
    "a point of another size": cut,
    "a point with NaN": holed,
    "no point": lambda outcome: replace(outcome, point=None),
    "a value that is not that of the point": lambda outcome: replace(outcome, value=outcome.value - 10),
    "NaN as the value": lambda outcome: replace(outcome, value=np.nan),
    "an infinite value": lambda outcome: replace(outcome, value=-np.inf),
    "duals with NaN": lambda outcome: replace(outcome, duals=outcome.point * np.nan),
    "duals of another size": lambda outcome: replace(outcome, duals=np.zeros(3)),
    "a status of its own": lambda outcome: replace(outcome, status="perfect"),
    "nothing at all": lambda outcome: None,
    "wrongly infeasible": lambda outcome: Outcome("infeasible"),
    "wrongly unbounded": lambda outcome: Outcome("unbounded"),
    "out of time without a limit": lambda outcome: Outcome("time_limit"),
}


PLAUSIBLE = {
    "suboptimal called optimal": (True, False),
    "suboptimal with the duals of another goal": (True, True),
    "wrong duals": (False, True),
}
"""Plausible faults: whether the point is that of another goal, and whether the duals are."""


class Plausible(Highs):
    """HiGHS, of which one answer is a feasible point that is not the best, or has duals of something else.

    Parameters
    ----------
    point, duals : bool
        What is wrong.
    call : int
        Which answer, from 0.
    """

    def __init__(self, point: bool, duals: bool, call: int) -> None:
        super().__init__()
        self.point, self.duals, self.left = point, duals, call

    def minimise(self, program: Program, objective: Objective, **how: Any) -> Outcome:
        """Answer, or answer what was not asked."""
        found = super().minimise(program, objective, **how)
        self.left -= 1
        if self.left != -1 or found.status != "optimal" or found.duals is None:
            return found
        away = Objective(objective.columns, -objective.coefficients, -objective.constant)
        other = Highs().minimise(program, away, **how)
        if other.status != "optimal" or abs(-other.value - found.value) < 1e-3:
            return found
        point = other.point if self.point else found.point
        value = objective.value(point)
        return Outcome("optimal", point, value, value, other.duals if self.duals else found.duals)


@pytest.mark.parametrize("call", range(HOW_OFTEN))
@pytest.mark.parametrize("name", PLAUSIBLE)
def test_a_plausible_wrong_answer(name: str, call: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plan that keeps every limit and is not the best, and prices of something else, are seen through."""
    faulty = Plausible(*PLAUSIBLE[name], call)
    scaled = Scaled(Checked(faulty))
    monkeypatch.setattr(engine, "find_solver", lambda name: scaled if name == "HiGHS" else find_solver(name))
    with pytest.raises(SolverError, match="its duals do not prove that"):
        solve(REGION, whole=False, reduce=False)


class Faulty(Highs):
    """HiGHS, of which one answer is spoiled.

    Parameters
    ----------
    fault : callable
        From the answer to what is said in its place.
    call : int
        Which answer, from 0.
    """

    def __init__(self, fault: Fault, call: int) -> None:
        super().__init__()
        self.fault, self.left = fault, call

    def minimise(self, *asked: Any, **how: Any) -> Any:
        """Answer, or say something else."""
        outcome = super().minimise(*asked, **how)
        self.left -= 1
        return outcome if self.left != -1 else self.fault(outcome)


def solved(monkeypatch: pytest.MonkeyPatch, fault: Fault, call: int, *, whole: bool = False) -> Solution:
    """What comes of a solve in which one answer is spoiled."""
    faulty = Scaled(Checked(Faulty(fault, call)))
    monkeypatch.setattr(engine, "find_solver", lambda name: faulty if name == "HiGHS" else find_solver(name))
    return solve(REGION, whole=whole, reduce=False)


REFUSALS = {"solver-failed", "solvers-disagree", "goals-drifted", "not-verified"}


def _answer(monkeypatch: pytest.MonkeyPatch, fault: Fault, call: int) -> Solution | SolverError:
    try:
        return solved(monkeypatch, fault, call)
    except SolverError as error:
        return error


@pytest.mark.parametrize("call", range(HOW_OFTEN))
@pytest.mark.parametrize("name", FAULTS)
def test_one_wrong_answer(name: str, call: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The division is the right one, or is unsolved, or an error names the solver and says what to do."""
    found = _answer(monkeypatch, FAULTS[name], call)
    if isinstance(found, SolverError):
        assert "Why:" in str(found)
        assert "Do:" in str(found)
        assert {each.code for each in found.problems} <= REFUSALS
        return
    if found.status in ("time_limit", "unsolved"):
        assert name == "out of time without a limit"
        return
    assert found.status == "optimal"
    assert found.goals["value"].to_numpy() == pytest.approx(
        RIGHT.goals["value"].to_numpy(), rel=1e-6, abs=1e-6
    )


def test_each_fault_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every fault in the first answer is an error, but for the one that is an honest status."""
    for name, fault in FAULTS.items():
        if name != "out of time without a limit":
            with monkeypatch.context() as patch, pytest.raises(SolverError):
                solved(patch, fault, 0)


def test_a_wrong_infeasible_never_reaches_a_meeting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A solver that always says that there is no plan is contradicted by the second one."""
    for whole in (False, True):
        with (
            monkeypatch.context() as patch,
            pytest.raises(SolverError, match="Two solvers disagree") as caught,
        ):
            solved(patch, FAULTS["wrongly infeasible"], 0, whole=whole)
        assert [problem.code for problem in caught.value.problems] == ["solvers-disagree"]


def test_a_right_infeasible_does() -> None:
    """Where both find none, that is the answer, whoever is asked first."""
    for solver in ("HiGHS", "PULP_CBC_CMD"):
        found = solve(CLASH, whole=False, solver=solver)
        assert found.status == "infeasible"
        assert found.conflict["in_conflict"].tolist() == [True, True]


class Liar(Highs):
    """HiGHS, which says of every linear program that it has no point, or knows what proves it by heart.

    Parameters
    ----------
    ray : callable
        Multipliers for so many rows.
    always : bool
        Whether also where there is a point.
    """

    def __init__(self, ray: Callable[[int], Any], *, always: bool) -> None:
        super().__init__()
        self.ray, self.always = ray, always

    def minimise(self, program: Program, *asked: Any, **how: Any) -> Any:
        """Say that there is none."""
        found = super().minimise(program, *asked, **how)
        lies = self.always or found.status == "infeasible"
        return Outcome("infeasible", ray=self.ray(program.row_count)) if lies else found


RAYS: dict[str, Callable[[int], Any]] = {
    "none": lambda rows: None,
    "nothing": np.zeros,
    "ones": np.ones,
    "minus ones": lambda rows: -np.ones(rows),
    "noise": lambda rows: np.random.default_rng(rows).normal(size=rows),
    "huge": lambda rows: np.full(rows, 1e300),
}
"""Multipliers that prove nothing."""


def by_heart(monkeypatch: pytest.MonkeyPatch, ray: Callable[[int], Any], *, always: bool) -> None:
    """Have a liar in the place of HiGHS."""
    liar = Scaled(Checked(Liar(ray, always=always)))
    monkeypatch.setattr(engine, "find_solver", lambda name: liar if name == "HiGHS" else find_solver(name))


@pytest.mark.parametrize("name", RAYS)
def test_a_wrong_ray_proves_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is said to prove that there is no plan: where there is one the second solver finds it."""
    by_heart(monkeypatch, RAYS[name], always=True)
    with pytest.raises(SolverError, match="Two solvers disagree"):
        solve(REGION, whole=False)


@pytest.mark.parametrize("name", RAYS)
def test_without_a_proof_the_second_solver_is_asked(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where multipliers do not prove what is so, the second solver must say it; the answer is the same."""
    by_heart(monkeypatch, RAYS[name], always=False)
    found = solve(CLASH, whole=False)
    assert found.conflict["in_conflict"].tolist() == [True, True]
    monkeypatch.setattr(engine, "SECOND", "nobody")
    with pytest.raises(SolverError, match="'nobody' cannot be used"):
        solve(CLASH, whole=False)


def test_a_proof_needs_no_second_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    """In fractional places multipliers prove the conflict, and nobody else is asked; in whole ones one is."""
    monkeypatch.setattr(engine, "SECOND", "nobody")
    assert solve(CLASH, whole=False).conflict["in_conflict"].tolist() == [True, True]
    with pytest.raises(SolverError, match="'nobody' cannot be used"):
        solve(WHOLE_CLASH)


@pytest.mark.parametrize("ray", [np.ones(3), np.full(99, np.nan)])
def test_a_ray_of_something_else(ray: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Multipliers that are not one number for each row are refused."""
    by_heart(monkeypatch, lambda rows: np.resize(ray, rows) if np.isnan(ray).any() else ray, always=True)
    with pytest.raises(SolverError, match="its ray has not a number for each row"):
        solve(REGION, whole=False)


def test_right_answers_pass() -> None:
    """What a solver says rightly goes through as it is, of every kind."""
    checked, plain = find_solver("HiGHS"), Highs()
    assert (checked.name, checked.tolerance) == (plain.name, plain.tolerance)
    assert RIGHT.status == "optimal"
    program = engine.state_rules(REGION.in_scenario(), RIGHT.policy).program
    assert checked.minimise(program, NOTHING).status == "optimal"
    assert checked.minimise(program, NOTHING, time_limit=0.0).status in ("optimal", "time_limit")
    program.row_lower[:], program.row_upper[:] = 1.0, -1.0
    assert checked.minimise(program, NOTHING).status == "infeasible"
    assert checked.seconds > 0
