"""A program in which what nothing tells apart is counted together, beside the program as it is stated."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regions import of_region
from seeded import KINDS, Kind, seeded
from verdeling.adapters import read_instance
from verdeling.engine import solve
from verdeling.errors import SolverError
from verdeling.explaining.freedom.room import room
from verdeling.policy import Goal, Policy, read_policy
from verdeling.program import NOTHING, Objective
from verdeling.reducing import Reduced, reduced
from verdeling.solvers import find_solver
from verdeling.statement import state

if TYPE_CHECKING:
    from verdeling.formulation import Model
    from verdeling.goals import Aim
    from verdeling.instance import Instance
    from verdeling.program import Floats, Integers
    from verdeling.solution import Solution

FOLDER = Path(__file__).parents[1] / "instances" / "nl"
LEXIMIN = read_policy("leximin")
PLAIN = Kind(regions=2, towns=3, support=True)
"""Nothing is built, and no agreement tells anybody apart."""

BUILT = Kind(regions=2, towns=3, projects=True, support=True, supply=(0.3, 0.9))
"""There is too little, and places are built."""


def twins(instance: Instance, seed: int) -> Instance:
    """Each group and each place type twice, with what was needed and came free divided over the two."""
    random = np.random.default_rng(seed)
    tables = {name: instance[name] for name in instance.tables}
    for dimension, table, amount in (("group", "needs", "households"), ("place_type", "supply", "places")):
        for name in (f"{dimension}s", "suitability"):
            tables[name] = pd.concat([tables[name], _second(tables[name], dimension)], ignore_index=True)
        first, second = tables[table], _second(tables[table], dimension)
        part = np.ceil(first[amount] * random.random(len(first)))
        second = second.assign(**{amount: first[amount].to_numpy() - part})
        both = pd.concat([first.assign(**{amount: part}), second], ignore_index=True)
        tables[table] = both[both[amount] > 0]
    return type(instance).from_tables(tables, instance.about)


def _second(table: pd.DataFrame, dimension: str) -> pd.DataFrame:
    return table.assign(**{dimension: table[dimension].astype(str) + "b"})


def leximin(*more: Goal, without: str = "") -> Policy:
    """Leximin with other goals at the end, or without those of a measure."""
    kept = tuple(goal for goal in LEXIMIN.goal if goal.measure != without)
    return LEXIMIN.model_copy(update={"goal": (*kept, *more)})


def minimised(model: Model, goals: list[Aim], seed: int, *, whole: bool) -> Floats:
    """A point in which sums of the goals, drawn at random, are least."""
    random, costs = np.random.default_rng(seed), np.zeros(model.program.column_count)
    for aim in goals:
        total = aim.vector.minimised.total()
        costs[total.columns] += random.uniform(-0.1, 1.0) * total.coefficients
    costs[model.program.column_blocks["place"].positions] += 0.01
    columns = np.flatnonzero(costs)
    found = find_solver("HiGHS").minimise(model.program, Objective(columns, costs[columns]), whole=whole)
    assert found.point is not None
    return found.point


def missed(model: Model, point: Floats) -> float:
    """How far a point misses a row or a bound, at most."""
    program = model.program
    sides = program.matrix() @ point
    above = np.concatenate([sides - program.row_upper, point - program.column_upper])
    below = np.concatenate([program.row_lower - sides, program.column_lower - point])
    return float(np.maximum(above, below).max(initial=0.0))


def smaller(instance: Instance, policy: Policy) -> tuple[Model, list[Aim], Reduced]:
    """A program, its goals, and the smaller one, which there must be."""
    model, goals = state(instance, policy)
    found = reduced(model, goals)
    assert found is not None
    return model, goals, found


@given(st.sampled_from([*KINDS]), st.integers(0, 40), st.sampled_from(["", "moves"]), st.booleans())
@settings(max_examples=15, deadline=None, derandomize=True)
def test_a_plan_of_the_smaller_program_is_one_of_the_program(
    kind: str, seed: int, without: str, whole: bool
) -> None:
    """It keeps every row, is as whole, and every goal has the same value."""
    model, goals = state(twins(seeded(kind, seed, most=6), seed), leximin(without=without))
    found = reduced(model, goals)
    if found is None or not feasible(found.model, whole=whole):
        return
    small = minimised(found.model, found.goals, seed, whole=whole)
    small = np.where(found.model.program.whole, np.round(small), small) if whole else small
    point = found.point(small)
    assert len(point) == model.program.column_count
    assert missed(model, point) <= 1e-6
    if whole:
        assert (point[model.program.whole] % 1 == 0).all()
    for aim, other in zip(goals, found.goals, strict=True):
        assert aim.vector.total().value(point) == pytest.approx(other.vector.total().value(small), abs=1e-5)


def thin(seed: int) -> Instance | None:
    """Two regions in which many places are missing, so that some cannot be served when others can."""
    instance = seeded(Kind(regions=2, towns=2, years=2, supply=(0.0, 0.6)), seed)
    supply = instance["supply"]
    kept = supply[np.random.default_rng(seed).random(len(supply)) < 0.4]
    return instance.replace(supply=kept.reset_index(drop=True)) if len(kept) > 1 else None


def test_who_cannot_be_served_is_not_served_elsewhere() -> None:
    """Where nothing comes free people wait, also when others like them are served in the other region."""
    smaller_ones = 0
    for seed in range(24):
        instance = thin(seed)
        if instance is None:
            continue
        policy = leximin(without="moves")
        small, full = (solve(instance, policy, whole=False, reduce=reduce) for reduce in (True, False))
        np.testing.assert_allclose(small.goals["value"], full.goals["value"], rtol=1e-6, atol=1e-6)
        here, there = (each.waiting.groupby(["region", "year"])["waiting"].sum() for each in (small, full))
        np.testing.assert_allclose(here.groupby("region").sum(), there.groupby("region").sum(), atol=1e-5)
        model, goals = state(instance, policy)
        smaller_ones += reduced(model, goals) is not None
    assert smaller_ones > 5


def test_a_plan_that_misses_a_row_is_refused() -> None:
    """What was counted together wrongly gives no answer."""
    _, _, found = smaller(twins(seeded(PLAIN, 0), 0), LEXIMIN)
    small = minimised(found.model, found.goals, 0, whole=False)
    small[found.model.program.column_blocks["place"].start] += 1.0
    with pytest.raises(SolverError, match="counted together is not alike"):
        found.point(small)


@pytest.mark.parametrize("seed", range(4))
def test_twins_are_counted_as_one(seed: int) -> None:
    """What is left of twins is the program of the instance in which nobody is one."""
    instance = seeded(PLAIN, seed)
    one, _ = state(instance, LEXIMIN)
    model, _, found = smaller(twins(instance, seed), LEXIMIN)
    assert {step.dimension for step in found.steps} == {"group", "place_type"}
    program = found.model.program
    assert program.column_count < 0.7 * model.program.column_count
    assert (program.matrix() != one.program.matrix()).nnz == 0
    for bounds in ("column_lower", "column_upper", "row_lower", "row_upper", "whole"):
        assert (getattr(program, bounds) == getattr(one.program, bounds)).all()


def test_alike_in_the_country() -> None:
    """Nothing tells labour migrants from students in the instance of the Netherlands."""
    instance = of_region(read_instance(FOLDER), "Achterhoek")
    model, _, found = smaller(instance, LEXIMIN)
    groups, members = model.data.ids["group"].to_numpy(), _members(found, "group")
    assert {*groups[np.bincount(members)[members] > 1]} == {"labour_migrants", "students"}


def test_origins_are_counted_as_one_where_no_goal_counts_moves() -> None:
    """Then nobody minds who of a region is housed, and needs are those of the region."""
    model, _ = state(seeded(PLAIN, 2), LEXIMIN)
    assert reduced(model, state(seeded(PLAIN, 2), LEXIMIN)[1]) is None
    _, _, found = smaller(seeded(PLAIN, 2), leximin(without="moves"))
    queue = found.model.program.families()["queue"][0].index
    regions = seeded(PLAIN, 2)["municipalities"]["region"].nunique()
    assert len(queue) == len(queue[["group", "year"]].drop_duplicates()) * regions


def test_an_agreement_about_one_twin_tells_it_apart() -> None:
    """Three that are alike, and an agreement about one: the other two are counted together."""
    instance = twins(seeded(PLAIN, 1), 1)
    groups = instance["groups"]["group"]
    agreement = {
        "agreement": "A",
        "text": "A",
        "measure": "places",
        "sense": "<=",
        "value": 1.0,
        "source": "A",
    }
    about_one = instance.replace(agreements=pd.DataFrame([agreement | {"group": groups.iloc[0]}]))
    before, after = (_members(smaller(each, LEXIMIN)[2], "group") for each in (instance, about_one))
    assert len(np.unique(after)) == len(np.unique(before)) + 1


def test_a_goal_about_each_group_tells_twins_apart() -> None:
    """Coverage of the group that is served least looks at each of them."""
    goal = Goal(measure="coverage", over="group", aggregate="leximin")
    _, _, found = smaller(twins(seeded(PLAIN, 1), 1), leximin(goal))
    assert [step.dimension for step in found.steps] == ["place_type"]


def test_types_of_which_parts_of_places_come_free_are_told_apart() -> None:
    """Half a place of one and half of the other are no whole place."""
    instance = twins(seeded(PLAIN, 1), 1)
    model, goals = state(instance, LEXIMIN)
    block = model.program.families()["capacity"][0]
    model.program.row_upper[block.start : block.stop] += 0.5
    found = reduced(model, goals)
    assert found is not None
    assert [step.dimension for step in found.steps] == ["group"]


@pytest.mark.parametrize("seed", range(4))
def test_prices_of_the_smaller_program_are_prices_of_the_program(seed: int) -> None:
    """They are duals: they leave no column worth using more, and prove the same value."""
    model, goals, found = smaller(twins(seeded(BUILT, seed), seed), LEXIMIN)
    total, own = (aims[0].vector.total() for aims in (goals, found.goals))
    outcome = find_solver("HiGHS").minimise(found.model.program, own)
    assert outcome.duals is not None
    duals, program = found.duals(outcome.duals), model.program
    costs = np.zeros(program.column_count)
    costs[total.columns] = total.coefficients
    costs -= program.matrix().T @ duals
    assert costs[np.isinf(program.column_upper)].min() >= -1e-7
    sides = np.where(duals > 0, program.row_lower, program.row_upper)
    used = np.abs(duals) > 1e-9
    bounded = np.minimum(costs, 0.0)[np.isfinite(program.column_upper)].sum()  # 0 or 1: open
    assert sides[used] @ duals[used] + bounded == pytest.approx(outcome.value, abs=1e-6)


@given(st.sampled_from(["agreed", "building", "starved", "tied"]), st.integers(0, 30), st.data())
@settings(max_examples=6, deadline=None, derandomize=True)
def test_goals_have_the_same_values(kind: str, seed: int, data: st.DataObject) -> None:
    """With and without, in fractions; in whole places as far as both are proved."""
    instance, whole = twins(seeded(kind, seed, most=6), seed), data.draw(st.booleans())
    policy = leximin(without=data.draw(st.sampled_from(["", "moves"])))
    with_, without = (solve(instance, policy, whole=whole, reduce=reduce) for reduce in (True, False))
    assert with_.status == without.status or whole
    for here, there in zip(with_.goals.to_dict("records"), without.goals.to_dict("records"), strict=True):
        if here["gap"] or there["gap"]:
            break
        assert here["value"] == pytest.approx(there["value"], rel=1e-6, abs=1e-5), here


def test_what_is_free_is_told_of_everybody() -> None:
    """A solution of the smaller program is settled again as it was, and held in the whole program."""
    instance = twins(seeded(PLAIN, 1), 1)
    found, other = (solve(instance, whole=False, reduce=reduce) for reduce in (True, False))
    assert found.provenance["reduce"] != other.provenance["reduce"]
    ends = [loads(each)[["lowest_possible", "highest_possible"]].to_numpy() for each in (found, other)]
    assert ends[0] == pytest.approx(ends[1], abs=1e-4, nan_ok=True)


def test_what_is_free_in_whole_places() -> None:
    """The search finds the same goals again, and every load lies within its range."""
    found = loads(solve(twins(seeded(PLAIN, 1), 1)))
    assert len(found)
    assert found["value"].between(found["lowest_possible"] - 1e-6, found["highest_possible"] + 1e-6).all()


def loads(solution: Solution) -> pd.DataFrame:
    """Ranges of the loads of a solution."""
    ranges = room(solution).ranges
    return ranges[ranges["group"] == ""]


def feasible(model: Model, *, whole: bool) -> bool:
    """Whether a program has a point."""
    return find_solver("HiGHS").minimise(model.program, NOTHING, whole=whole).point is not None


def _members(found: Reduced, dimension: str) -> Integers:
    return next(step.members for step in found.steps if step.dimension == dimension)
