"""What prices foretell is never too high, is exact while they hold, and is refused where they do not."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from longer import in_long_runs
from points import stated
from seeded import seeded
from verdeling.engine import solve
from verdeling.explaining.asking.changing import Change, NewRow, Scaling, changed
from verdeling.explaining.asking.desk import Desk
from verdeling.explaining.asking.foreseeing import Foreseeing, Step, Unforeseen
from verdeling.explaining.asking.inheriting import Heritage
from verdeling.policy import Goal, Policy, read_policy
from verdeling.program import Objective, Program
from verdeling.solvers import find_solver
from verdeling.solvers.highs import Highs

if TYPE_CHECKING:
    from verdeling.formulation import Model
    from verdeling.instance import Instance

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
@pytest.mark.parametrize("kind", ["starved", "agreed", *in_long_runs(["tied", "tight"])])
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


def agreed(instance: Instance, **cells: object) -> NewRow:
    """One more agreement."""
    return NewRow("agreements", {"agreement": "new", "measure": "places", "text": "New.", **cells})


def asked_for(instance: Instance, name: str) -> list[Change | NewRow | Scaling]:
    """Changes after which a program has other columns and rows."""
    town = instance["municipalities"]["municipality"].iloc[-1]
    places = {"sense": ">=", "value": 2.0, "municipality": town}
    first = {"sense": "<=", "value": 0.4, "measure": "share_of_supply", "municipality": "*"}
    more = [Scaling("needs", {}, "households", 1.1)] if name == "grown" else []
    told = {"hard": places, "soft": {**places, "strength": "3", "value": 50.0}, "each": first}
    supplier = instance["supply"]["supplier"].iloc[0]
    told["supplier"] = {"sense": "<=", "value": 3.0, "supplier": supplier}
    return [agreed(instance, **told.get(name, places)), *more]


@pytest.mark.parametrize("name", ["hard", "soft", "each", "supplier", "grown"])
@pytest.mark.parametrize("kind", ["agreed", *in_long_runs(["tight"])])
def test_new_agreements(kind: str, name: str) -> None:
    """With an agreement more, goals and loads are those of a solve from scratch."""
    desk = Desk(seeded(kind, 11), LEXIMIN)
    other = changed(desk.instance, asked_for(desk.instance, name))
    answer, anew = desk.ask_of(desk.state(other)), solve(other, LEXIMIN, whole=False)
    assert (answer is not None) == anew.has_numbers
    if answer is not None:
        assert answer.reaches == pytest.approx(anew.goals["value"].to_numpy(), rel=1e-6, abs=1e-6)
        expected = anew.loads.set_index("municipality")["relative_load"]
        assert answer.loads.to_dict() == pytest.approx(expected.to_dict(), rel=1e-6, abs=1e-6)


def test_agreements_that_go() -> None:
    """Without one of its agreements, goals are those of a solve from scratch."""
    desk = Desk(seeded("agreed", 11), LEXIMIN)
    agreements = desk.instance["agreements"]
    for row in (0, len(agreements) - 1):
        other = desk.instance.replace(agreements=agreements.drop(index=row))
        answer, anew = desk.ask_of(desk.state(other)), solve(other, LEXIMIN, whole=False)
        assert answer is not None
        assert answer.reaches == pytest.approx(anew.goals["value"].to_numpy(), rel=1e-6, abs=1e-6)


def test_an_agreement_that_costs_nothing_is_foreseen(asked: list[int]) -> None:
    """An agreement that the plan keeps already leaves the prices as they are: only the last goal is asked."""
    desk = Desk(seeded("tight", 11), LEXIMIN)
    asked.clear()
    kept = agreed(desk.instance, sense=">=", value=0.0, municipality="*")
    assert desk.ask_of(desk.state(changed(desk.instance, [kept]))) is not None
    assert len(asked) == 1


@pytest.mark.parametrize("name", ["hard", "soft", "each", "supplier"])
def test_heritage(name: str) -> None:
    """Whatever has an earlier place is about the same there, and what has none is of the new agreement."""
    desk = Desk(seeded("agreed", 11), LEXIMIN)
    started = desk.state(changed(desk.instance, asked_for(desk.instance, name)))
    heritage = Heritage.of(started.model, desk.model, desk.base.mark)
    assert heritage is not None
    for which in ("column", "row"):
        now, then = (labels(each, which) for each in (started.model, desk.model))
        places = getattr(heritage, f"{which}s")
        assert len(places) == len(now)
        assert [now[at] for at in range(len(now)) if places[at] >= 0] == [
            then[place] for place in places if place >= 0
        ]
        old = {label for label in then if not label[0].startswith("goal_")}
        assert {now[at] for at in range(len(now)) if places[at] < 0} == set(now) - old
        assert all("new" in label or label[0].startswith("suppl") for label in set(now) - old)


def labels(model: Model, which: str) -> list[tuple[object, ...]]:
    """What each column or row is about; a bound by its agreement and its turn there."""
    bounds = [(clause.agreement, turn) for clause in model.clauses for turn in range(len(clause.index))]
    program = model.program
    blocks = program.column_blocks.values() if which == "column" else program.row_blocks
    return [
        (
            block.name,
            *(part for name, cell in row.items() for part in (bounds[cell] if name == "bound" else [cell])),
        )
        for block in blocks
        for row in block.index.to_dict("records")
    ]


def test_most_programs_are_not_solved(asked: list[int]) -> None:
    """With as much needed, or twice as much of everything, nothing is asked before the last goal."""
    instance = seeded("tight", 11)
    desk = Desk(instance, LEXIMIN)
    first = len(asked)
    for factor in (1.0, 2.0):
        amounts = (("needs", "households"), ("supply", "places"))
        grown = changed(instance, [Scaling(table, {}, column, factor) for table, column in amounts])
        asked.clear()
        assert desk.ask_of(desk.state(grown)) is not None
        assert len(asked) == 1 < first


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


def bounded() -> tuple[Program, Objective]:
    """A program of one level, from one, and that level."""
    program = Program()
    program.add_columns("level", pd.DataFrame({"goal": [0]}), unit="level", lower=1.0)
    return program, Objective(np.array([0]), np.ones(1))


def test_a_level_that_rises_was_not_reached() -> None:
    """A level that is asked for again, and comes out higher, says that the first answer was too low."""
    program, level = bounded()
    solver = Foreseeing(find_solver("HiGHS"))
    for _ in range(3):
        assert solver.minimise(program, level).value == 1.0
    for lower, rises in ((0.5, False), (2.0, True)):
        next(solver.attempts())
        outcomes = []
        with nullcontext() if not rises else pytest.raises(Unforeseen):
            for bound in (1.0, lower, lower):
                program.column_lower[:] = bound
                outcomes.append(solver.minimise(program, level).value)
        assert outcomes == ([1.0, 0.5, 0.5] if not rises else [1.0])


def test_a_pass_that_ends_early_proves_nothing() -> None:
    """Answers that were foreseen and not proved by a point are refused at the end of a pass."""
    program, level = bounded()
    solver = Foreseeing(find_solver("HiGHS"))
    for _ in range(2):
        solver.minimise(program, level)
    attempts = solver.attempts()
    next(attempts)
    solver.minimise(program, level)
    with pytest.raises(Unforeseen):
        solver.refuse_unproved()
    next(attempts)
    solver.minimise(program, level)
    solver.refuse_unproved()


class Sums:
    """Four goals, each a sum of two of eight amounts, of which the second and third are four together."""

    def __init__(self) -> None:
        self.program = Program()
        self.amounts = self.program.add_columns(
            "amount", pd.DataFrame({"name": range(8)}), unit="1", upper=2.5
        )
        four = self.amounts.iloc[2:6].assign(row=0).drop(columns="name")
        self.program.add_rows("four", pd.DataFrame({"row": [0]}), [four], unit="1", lower=4.0)
        self.start = self.program.mark()

    def pursue(self, solver: Foreseeing) -> list[float]:
        """Make each sum small in its turn, and hold it there."""
        self.program.rewind(self.start)
        values = []
        for first in range(0, 8, 2):
            objective = Objective(np.array([first, first + 1]), np.ones(2))
            values.append(solver.minimise(self.program, objective).value)
            self.program.add_row("goal_hold", objective, upper=values[-1])
        return values


def test_what_was_foreseen_wrongly_is_asked(asked: list[int]) -> None:
    """Where nothing keeps what is held, the last goal that is in the way is asked for, and no other."""
    sums, solver = Sums(), Foreseeing(find_solver("HiGHS"))
    assert sums.pursue(solver) == [0.0, 0.0, 4.0, 0.0]
    sums.program.rewind(sums.start)
    sums.program.column_upper[4:6] = 1.0
    sums.start = sums.program.mark()
    attempts = solver.attempts()
    asked.clear()
    next(attempts)
    with pytest.raises(Unforeseen) as refusal:
        sums.pursue(solver)
    assert refusal.value.ray is not None
    assert asked == [4]
    asked.clear()
    next(attempts)
    assert sums.pursue(solver) == [0.0, 2.0, 2.0, 0.0]
    solver.refuse_unproved()
    assert asked == [2, 4]


def test_less_and_less_is_foreseen(asked: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """A pass is foreseen to its end twice, then as far as what was wrong, and then not at all."""
    desk, untils, wrong = Desk(seeded("tight", 11), LEXIMIN), list[int](), list[int]()
    last, foresee, beside = len(asked) - 1, Foreseeing._foresee, Foreseeing._beside  # noqa: SLF001

    def noted(solver: Foreseeing, until: int, but: set[int], heritage: Heritage | None) -> None:
        untils.append(until)
        foresee(solver, until, but, heritage)

    def mistaken(solver: Foreseeing, question: int) -> range:
        level: range = beside(solver, question)
        wrong.extend(level)
        return level

    monkeypatch.setattr(Foreseeing, "_foresee", noted)
    monkeypatch.setattr(Foreseeing, "_beside", mistaken)
    ends = set()
    for factor, passes in ((0.97, 1), (0.9, 2), (0.8, 3), (0.2, 3)):
        untils.clear()
        wrong.clear()
        supply = Scaling("supply", {}, "places", factor)
        assert desk.ask_of(desk.state(changed(desk.instance, [supply]))) is not None
        assert untils == [last, last, min(wrong, default=last)][:passes]
        ends.add(untils[-1])
    assert {0, last} < ends
