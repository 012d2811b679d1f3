"""One more and one less: each change is what a fresh solve by another solver finds."""

from __future__ import annotations

import pickle
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from hand_made import agreement, small
from longer import in_long_runs
from seeded import KINDS, seeded
from verdeling.engine import solve
from verdeling.errors import NoSolutionError
from verdeling.explaining.asking.desk import Desk
from verdeling.explaining.asking.effects import effect
from verdeling.explaining.asking.moving import given_way, moved
from verdeling.explaining.asking.one_more import Margins, one_more
from verdeling.goals import pursue
from verdeling.limits import binding_limits
from verdeling.policy import read_policy
from verdeling.pursuit import Infeasible
from verdeling.shared import Started
from verdeling.solvers import find_solver

if TYPE_CHECKING:
    from verdeling.explaining.asking.desk import Shift
    from verdeling.instance import Instance
    from verdeling.program import Floats, Program

POLICIES = ("leximin", "utilitarian", "priority", "maximin")
CBC = "PULP_CBC_CMD"
HELD = 1e-7
"""CBC holds goals to this, relative to their values."""

NEAR = 2e-4
"""Later goals multiply what an earlier one gives way by their prices."""


def begun(instance: Instance, name: str) -> Started:
    """The program stated for CBC, with nothing pursued."""
    return Started(instance, read_policy(name), find_solver(CBC))


def fresh(started: Started, shift: Shift) -> Floats | None:
    """Values of the goals after a shift, by CBC, from the first goal on; the program is then as it was."""
    pursuit = started.pursuit
    before = pursuit.stand()
    shift(started.model.program)
    try:
        reached = pursue(pursuit, started.goals)
        assert pursuit.point is not None
        return np.array([stage.value(pursuit.point) for stage in reached])
    except Infeasible:
        return None
    finally:
        pursuit.rewind(before)


def nowhere(program: Program) -> None:
    """No shift."""


def check(instance: Instance, name: str, most: int) -> int:
    """Compare both directions of some limits with fresh solves; return how many steps were compared."""
    try:
        desk = Desk(instance, read_policy(name))
    except NoSolutionError:
        return 0
    solution = desk.plan
    rows = binding_limits(solution)["row"].unique()
    chosen = np.random.default_rng(len(rows)).permutation(rows)[:most]
    margins = one_more(solution, rows=chosen.tolist(), desk=desk)
    other = begun(instance, name)
    before = fresh(other, nowhere)
    assert before is not None
    np.testing.assert_allclose(desk.answer.reaches, before, rtol=NEAR, atol=NEAR)
    limits = margins.limits.set_index("row", drop=False)
    for row, step, outcome in margins.steps[["row", "step", "outcome"]].itertuples(index=False):
        after = fresh(other, given_way(desk, limits.loc[row].to_dict(), step))
        assert (after is None) == (outcome == "impossible")
        if after is not None:
            change = _changes(desk, margins, row, step)
            largest = np.maximum.accumulate(np.maximum(np.abs(before), np.abs(after)))
            given = HELD * largest  # by which this goal and the earlier ones give way
            room = NEAR * np.maximum(1.0, np.abs(before)) + given
            assert (np.abs(after - before - change) <= room).all(), (row, step, after - before, change)
    return len(margins.steps)


def _changes(desk: Desk, margins: Margins, row: int, step: float) -> Floats:
    goals = margins.of(row, step).goals.set_index(["goal", "stage"])["change"]
    keys = [(stage.aim.number, stage.stage) for stage in desk.answer.reached]
    return np.array([goals.get(key, 0.0) for key in keys])


@pytest.mark.parametrize("seed", [*range(2), *in_long_runs(range(2, 5))])
@pytest.mark.parametrize("kind", KINDS)
def test_another_solver_finds_the_same(kind: str, seed: int) -> None:
    """A price is the difference of two fresh solves by CBC, in both directions and for every goal."""
    check(seeded(kind, seed), POLICIES[seed % len(POLICIES)], most=1)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 123))
@pytest.mark.parametrize("kind", KINDS)
def test_another_solver_finds_the_same_everywhere(kind: str, seed: int) -> None:
    """The same for 207 instances and more of their limits."""
    check(seeded(kind, seed), POLICIES[seed % len(POLICIES)], most=6)


@cache
def margins() -> Margins:
    cap = agreement("places", "<=", 4, municipality="GM2", group="status")
    cap = cap.assign(text="At most four", text_nl="Hooguit vier")
    return one_more(solve(small(agreements=cap), whole=False), most=4)


def test_every_step_of_every_limit_is_told() -> None:
    """Each binding limit has a step up, and one down where it is above zero; what changes has a sentence."""
    found = margins()
    assert set(found.steps["row"]) == set(found.limits["row"])
    zero = found.limits.loc[found.limits["limit"] == 0, "row"]
    planned = found.limits.loc[found.limits["family"] == "project_minimum", "row"]
    below = found.steps[(found.steps["step"] < 0) & ~found.steps["row"].isin(planned)]
    assert not set(below["row"]) & set(zero)
    assert len(found.sentences("nl")) == (found.steps["outcome"] != "same").sum()
    assert "changes" in set(found.steps["outcome"])


def test_tight_is_not_priced() -> None:
    """There are limits that are tight and change nothing."""
    desk = Desk(seeded("building", 1), read_policy("leximin"))
    table = one_more(desk.plan, desk=desk).limits
    assert (table["tight"] & ~table["priced"]).any()
    assert (table["tight"] & table["priced"]).any()


def test_a_price_by_hand() -> None:
    """Both status holders of Aalten are housed in its 2 places: with one less, one of them waits 2 years."""
    solution = solve(small(), whole=False)
    rows = solution.rows
    row = rows[(rows["family"] == "capacity") & (rows["municipality"] == "GM3")]["row"].item()
    found = one_more(solution, rows=[row]).of(row, -1.0)
    assert found.goals["change"].iloc[0] == pytest.approx(2.0)
    assert found.goals["measure"].iloc[0] == "waiting"
    assert found.loads.iloc[0].tolist() == [
        "GM3",
        pytest.approx(1.0),
        pytest.approx(0.5),
        pytest.approx(-0.5),
    ]


def test_words() -> None:
    """A sentence names who has more or less, the goal and the load, in the notation of the language."""
    solution = solve(small(), whole=False)
    rows = solution.rows
    row = rows[(rows["family"] == "capacity") & (rows["municipality"] == "GM3")]["row"].item()
    found = one_more(solution, rows=[row])
    assert (
        "If Aalten had 1 place fewer in 2027 (Social rent), the goal “waiting, priority 1” would rise "
    ) in found.sentences("en")[-1]
    assert found.sentences("nl")[-1].startswith(
        "Als Aalten 1 plek minder had in 2027 (Sociale huur), dan zou"
    )
    load = "de relatieve belasting van Aalten dalen van 1 naar 0,5 keer het eerlijke aandeel."
    assert load in found.sentences("nl")[-1]


def test_how_far_a_price_holds() -> None:
    """Up to the last step tried every goal changes by as much per unit as at the first."""
    found = margins()
    far = found.steps[found.steps["until"].abs() > 1]
    assert len(far)
    desk = Desk.of(found.solution)
    limits = found.limits.set_index("row", drop=False)
    for row, step, until in far[["row", "step", "until"]].itertuples(index=False):
        answer = desk.ask(given_way(desk, limits.loc[row].to_dict(), until))
        assert answer is not None
        change = effect(desk.answer, answer).goals["change"].to_numpy() / abs(until)
        np.testing.assert_allclose(change, found.of(row, step).goals["change"], rtol=1e-5, atol=1e-6)


ALL = sorted(path.stem for path in (Path(__file__).parents[1] / "models").glob("*.toml"))
OTHERS = [name for name in ALL if name not in (*POLICIES, "status-quo")]  # it needs more attributes


@pytest.mark.parametrize(
    ("kind", "policy"),
    [
        ("building", "leximin"),
        ("agreed", "priority"),
        *in_long_runs([("building", "priority"), ("agreed", "leximin")]),
    ],
)
def test_what_changes_evenly_does_so_on_the_way(kind: str, policy: str) -> None:
    """Trying the smallest step first and then the next ends at the same step as trying the largest first."""
    solution = solve(seeded(kind, 2), policy, whole=False)
    desk = Desk.of(solution)
    found = one_more(solution, most=16, desk=desk)
    limits = found.limits.set_index("row", drop=False)
    changes = found.steps[found.steps["outcome"] == "changes"].iloc[:12]
    assert len(changes)
    for row, step, until in changes[["row", "step", "until"]].itertuples(index=False):
        limit, size, last = limits.loc[row].to_dict(), 1, 1
        first = desk.ask(given_way(desk, limit, step))
        while size < 16 and (step > 0 or limit["limit"] + 2 * size * step >= 0):
            size *= 2
            answer = desk.ask(given_way(desk, limit, size * step))
            if answer is None or answer.reaches - desk.answer.reaches != pytest.approx(
                size * (first.reaches - desk.answer.reaches), abs=1e-5 * size
            ):
                break
            last = size
        assert until / step == last


@pytest.mark.parametrize("name", [*POLICIES, *in_long_runs(OTHERS)])
def test_a_hot_answer_is_that_of_a_cold_start(name: str) -> None:
    """Under every policy a question has the answer of a program that is stated and solved from nothing."""
    instance, policy = seeded("building", 1), read_policy(name)
    desk = Desk(instance, policy)
    row, sense = binding_limits(desk.plan)[["row", "sense"]].iloc[0]
    for step in (1.0, -1.0):
        hot = desk.ask(moved(row, sense, step))
        assert hot is not None
        started = Started(instance, policy, find_solver("HiGHS"))
        moved(row, sense, step)(started.model.program)
        reached = pursue(started.pursuit, started.goals)
        point = started.pursuit.point
        cold = [stage.value(point) for stage in reached if stage.aim.number <= len(policy.goal)]
        np.testing.assert_allclose(hot.reaches, cold, rtol=1e-7, atol=1e-7)


def test_questions_leave_no_trace() -> None:
    """The same question has the same answer, whatever was asked in between."""
    desk = Desk(seeded("building", 3), read_policy("leximin"))
    rows = binding_limits(desk.plan).drop_duplicates("row")[["row", "sense"]]
    shifts = [moved(row, sense, 1.0) for row, sense in rows.itertuples(index=False)]
    first = [desk.ask(shift) for shift in shifts]
    again = [desk.ask(shift) for shift in reversed(shifts)][::-1]
    for one, other in zip(first, again, strict=True):
        assert one is not None
        assert other is not None
        np.testing.assert_array_equal(one.point, other.point)


def test_an_answer_is_a_value() -> None:
    """Margins hold no solver."""
    assert pickle.loads(pickle.dumps(margins())).sentences("en") == margins().sentences("en")


def test_only_what_is_settled_is_explained() -> None:
    """A solution without numbers, or cut off by a time limit, is refused with what to do."""
    missing = solve(small(agreements=agreement("built", ">=", 100)))
    cut = replace(solve(small(), whole=False), status="time_limit")
    for solution, remedy in ((missing, "conflict"), (cut, "without a time limit")):
        with pytest.raises(NoSolutionError) as caught:
            one_more(solution)
        assert remedy in caught.value.problems[0].remedy


@pytest.mark.parametrize(
    ("named", "name"),
    [
        ("Domijn", "leximin"),
        ("Welbions", "utilitarian"),
        *in_long_runs([("Domijn", "utilitarian"), ("Welbions", "leximin")]),
    ],
)
def test_a_place_more_is_a_home_more_where_an_agreement_names_a_landlord(named: str, name: str) -> None:
    """Raising a limit on places does what another home in the tables does, found by another solver."""
    cap = agreement("places", "<=", 2, supplier=named, group="status")
    instance = small(agreements=cap)
    desk = Desk(instance, read_policy(name))
    limits = binding_limits(desk.plan).drop_duplicates("row")
    limits = limits[limits["family"].isin(["capacity", "supplier", "supplier_rest"])]
    assert set(limits["family"]) > {"supplier"} or named == "Welbions"
    margins = one_more(desk.plan, rows=limits["row"].tolist(), desk=desk)
    before = fresh(begun(instance, name), nowhere)
    assert before is not None
    for limit in limits.to_dict("records"):
        supply = instance["supply"]
        here = (supply["municipality"] == limit["municipality"]) & (
            supply["place_type"] == limit["place_type"]
        )
        here &= supply["year"].astype(str) == str(limit["year"])
        others = {
            "supplier": supply["supplier"] == limit["supplier"],
            "capacity": supply["supplier"] != named,
        }
        chosen = supply[here & others.get(limit["family"], supply["supplier"] != named)]
        if chosen.empty:
            continue
        supply.loc[chosen.index[0], "places"] += 1
        after = fresh(begun(instance.replace(supply=supply), name), nowhere)
        assert after is not None
        np.testing.assert_allclose(_changes(desk, margins, limit["row"], 1.0), after - before, atol=5 * NEAR)
