"""Parts of a program that share nothing, beside the program as one."""

from __future__ import annotations

import itertools
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.sparse import csgraph

from longer import in_long_runs
from seeded import Kind, seeded
from verdeling import apart, splitting
from verdeling.apart import parts_of
from verdeling.engine import solve, solve_each
from verdeling.explaining.freedom.room import room
from verdeling.policy import read_policy
from verdeling.pursuit import OutOfTime
from verdeling.statement import state

if TYPE_CHECKING:
    from collections.abc import Callable

    from verdeling.goals import Aim, Reached
    from verdeling.instance import Instance
    from verdeling.pursuit import Pursuit

APART = Kind(regions=3, towns=3, projects=True, support=True, supply=(0.3, 1.2))
"""Regions that no agreement ties."""


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts may be as small as they come."""
    monkeypatch.setattr(splitting, "SMALLEST", 1)


def national(instance: Instance, places: float) -> Instance:
    """With an agreement that ties all regions."""
    agreement = {
        "agreement": "national",
        "text": "Everywhere together",
        "measure": "places",
        "sense": "<=",
        "value": places,
        "source": "made up",
    }
    return instance.replace(agreements=pd.DataFrame([agreement]))


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("seed", range(4))
def test_parts_cover_the_program_and_share_nothing(seed: int) -> None:
    """Every column and row is in one part, and no row has an entry in the column of another part."""
    model, goals = state(seeded(APART, seed), read_policy("leximin"))
    parts = parts_of(model, goals)
    assert parts is not None
    assert len(parts) > 1
    matrix = model.program.matrix().toarray()
    for positions, size in (("columns", matrix.shape[1]), ("rows", matrix.shape[0])):
        assert sorted(np.concatenate([getattr(part, positions) for part in parts])) == [*range(size)]
    for part in parts:
        elsewhere = np.setdiff1d(np.arange(matrix.shape[1]), part.columns)
        assert not matrix[np.ix_(part.rows, elsewhere)].any()
        own, program = matrix[np.ix_(part.rows, part.columns)], part.model.program
        assert (program.matrix().toarray() == own).all()
        assert (program.column_upper == model.program.column_upper[part.columns]).all()
        assert (program.row_lower == model.program.row_lower[part.rows]).all()
        assert (program.whole == model.program.whole[part.columns]).all()


@given(st.integers(0, 8), st.integers(1, 12), st.data())
@settings(max_examples=60, deadline=None)
def test_components_are_those_of_the_graph(height: int, width: int, data: st.DataObject) -> None:
    """Columns and ties are together exactly where they are connected in the graph of ties and columns."""
    pair = st.tuples(st.integers(0, max(height - 1, 0)), st.integers(0, width - 1))
    pairs = np.array(data.draw(st.lists(pair, max_size=20 if height else 0)), dtype=np.int64).reshape(-1, 2)
    of_columns, of_ties = splitting.components(pairs[:, 0], pairs[:, 1], height, width)
    edges = (np.ones(len(pairs)), (pairs[:, 0], height + pairs[:, 1]))
    _, graph = csgraph.connected_components(sparse.coo_array(edges, shape=(height + width,) * 2))
    first = {part: column for column, part in reversed(list(enumerate(graph[height:])))}
    assert of_columns.tolist() == [first[part] for part in graph[height:]]
    assert of_ties.tolist() == [first.get(part, width) for part in graph[:height]]


@pytest.mark.usefixtures("small")
def test_goals_of_parts_are_the_goals() -> None:
    """What a goal is worth at a point is the sum, or the worst, of what it is worth in the parts."""
    model, goals = state(seeded(APART, 1), read_policy("leximin"))
    point = np.random.default_rng(3).uniform(0, 9, model.program.column_count)
    parts = parts_of(model, goals)
    assert parts is not None
    for number, aim in enumerate(goals):
        own = [part.goals[number].vector.values(point[part.columns]) for part in parts]
        assert sum(each.sum() for each in own) == pytest.approx(aim.vector.values(point).sum())


@pytest.mark.parametrize(
    ("policy", "whole"),
    [
        *product(["leximin", "priority", "own-first", "utilitarian"], [False, True]),
        ("equal-coverage", False),  # in whole places only its smallest element is exact
    ],
)
@pytest.mark.parametrize("seed", [0, *in_long_runs([1, 2])])
def test_apart_or_as_one(monkeypatch: pytest.MonkeyPatch, policy: str, whole: bool, seed: int) -> None:
    """Each goal has the same value, in fractions; in whole places as far as both are proved."""
    instance = seeded(APART, seed)
    one = solve(instance, policy, whole=whole)
    monkeypatch.setattr(splitting, "SMALLEST", 1)
    other = solve(instance, policy, whole=whole)
    assert other.has_numbers == one.has_numbers
    for here, there in zip(one.goals.to_dict("records"), other.goals.to_dict("records"), strict=True):
        if here["gap"] or there["gap"]:
            break
        assert here["stage"] == there["stage"]
        assert there["value"] == pytest.approx(here["value"], rel=1e-6, abs=1e-5), here


@pytest.mark.usefixtures("small")
def test_in_processes_or_here() -> None:
    """The answer is the same to the last digit, however many processes there are."""
    here, there = (solve(seeded(APART, 2), jobs=jobs) for jobs in (1, 2))
    for name in here.tables:
        pd.testing.assert_frame_equal(here.table(name), there.table(name), check_exact=True)
    pd.testing.assert_frame_equal(here.goals, there.goals, check_exact=True)
    assert all(each.provenance["seconds"]["solver"] > 0 for each in (here, there))


@pytest.mark.usefixtures("small")
def test_what_ties_regions_keeps_them_together() -> None:
    """An agreement about everybody, or a goal that compares everybody, ties every place there is."""
    instance = seeded(APART, 1)
    model, goals = state(national(instance, 1e6), read_policy("leximin"))
    places = model.program.column_blocks["place"].positions
    assert sum(np.isin(places, part.columns).any() for part in parts_of(model, goals) or []) <= 1
    model, goals = state(instance, read_policy("leximin"))
    assert sum(np.isin(places, part.columns).any() for part in parts_of(model, goals) or []) > 1
    apart_under = {
        name
        for name in ("leximin", "priority", "equal-coverage", "gini", "maximin", "mean-deviation", "nash")
        if parts_of(*state(instance, read_policy(name))) is not None
    }
    assert apart_under == {"leximin", "priority", "equal-coverage"}


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("whole", [False, True])
def test_an_impossible_part_makes_the_whole_impossible(whole: bool) -> None:
    """The conflict is told as for any instance."""
    instance = seeded(APART, 1)
    town = solve(instance).placements["municipality"].iloc[0]
    agreement = {
        "agreement": "too_much",
        "text": "More than there is",
        "measure": "places",
        "sense": ">=",
        "value": 1e6,
        "source": "made up",
        "municipality": town,
    }
    solution = solve(instance.replace(agreements=pd.DataFrame([agreement])), whole=whole)
    assert solution.status == "infeasible"
    assert solution.conflict["agreement"].tolist() == ["too_much"]


@pytest.mark.usefixtures("small")
def test_no_time() -> None:
    """Without time there is no plan, and with little time none that is called settled."""
    assert solve(seeded(APART, 1), time_limit=0.0).status in ("unsolved", "time_limit")


@pytest.mark.usefixtures("small")
def test_each_part_has_its_share_of_the_time() -> None:
    """Whoever comes first leaves the others as much time a column, and the last has all that is left."""
    parts = parts_of(*state(seeded(APART, 1), read_policy("leximin")))
    assert parts is not None
    left = 60.0
    for part in parts:
        own = left * part.share
        assert own == pytest.approx(
            60.0 * len(part.columns) / sum(len(each.columns) for each in parts.places)
        )
        left -= own
    assert left == pytest.approx(0.0, abs=1e-9)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("settled", [0, 2])
@pytest.mark.parametrize("whole", [False, True])
def test_a_part_that_is_late(monkeypatch: pytest.MonkeyPatch, settled: int, whole: bool) -> None:
    """The plan of the others still counts: with what goals every part has settled, and verified."""
    kept, late = apart.pursue, itertools.cycle([False, True])

    def pursue(pursuit: Pursuit, goals: list[Aim], report: Callable[[int], None]) -> list[Reached]:
        if not next(late):
            return kept(pursuit, goals, report)
        kept(pursuit, goals[:settled], report)
        raise OutOfTime

    monkeypatch.setattr(apart, "pursue", pursue)
    solution = solve(seeded(APART, 1), whole=whole, time_limit=600.0)
    assert (solution.status, solution.whole, solution.has_numbers) == ("time_limit", False, True)
    pursued = solution.goals[solution.goals["status"] != "not_pursued"]
    assert sorted(set(pursued["goal"])) == [*range(1, settled + 1)]
    best = solve(seeded(APART, 1), whole=False).goals
    assert pursued["value"].tolist() == pytest.approx(best["value"][: len(pursued)].tolist(), abs=1e-5)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("whole", [False, True])
def test_room_of_what_was_settled_apart(whole: bool) -> None:
    """What is still free is asked of the whole program, with every goal held as it was settled."""
    solution = solve(seeded(APART, 2), whole=whole)
    found = room(solution).ranges
    loads = solution.loads.set_index("municipality")["load"]
    assert (found["lowest"] <= loads[found["municipality"]].to_numpy() + 1e-6).all()
    assert (found["highest"] >= loads[found["municipality"]].to_numpy() - 1e-6).all()


@pytest.mark.usefixtures("small")
def test_each_of_several_policies_is_what_solve_gives() -> None:
    """A comparison of policies splits the program where a single solve does."""
    instance, policies = seeded(APART, 2), [read_policy(name) for name in ("leximin", "maximin", "priority")]
    for policy, found in zip(policies, solve_each(instance, policies, whole=False), strict=True):
        alone = solve(instance, policy, whole=False)
        pd.testing.assert_frame_equal(found.goals, alone.goals, check_exact=True)  # type: ignore[union-attr]


def test_small_parts_are_settled_together() -> None:
    """A part costs some time of its own: small regions are not taken apart."""
    assert parts_of(*state(seeded(APART, 1), read_policy("leximin"))) is None
    assert apart.PARALLEL > splitting.SMALLEST


def test_processes_are_for_large_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Left to choose, a small program is settled here, and a large one on every core."""
    asked: list[object] = []
    kept = apart.spread
    monkeypatch.setattr(splitting, "SMALLEST", 1)
    monkeypatch.setattr(apart, "spread", lambda work, items, crew: asked.append(crew) or kept(work, items, 1))
    solve(seeded(APART, 1), whole=False, jobs=None)
    monkeypatch.setattr(apart, "PARALLEL", 0)
    solve(seeded(APART, 1), whole=False, jobs=None)
    solve(seeded(APART, 1), whole=False)
    assert asked == [1, None, 1]
