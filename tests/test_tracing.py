"""Paths from the share to the result: by hand, adding up, alike for who is alike, refused without numbers."""

from __future__ import annotations

from functools import cache
from itertools import permutations
from math import factorial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hand_made import agreement, table
from longer import in_long_runs
from seeded import TINY, seeded
from tired import Tired
from verdeling.engine import solve
from verdeling.errors import InstanceError, NoSolutionError, VerdelingError
from verdeling.explaining.tracing import trace
from verdeling.explaining.tracing.coalitions import Coalitions
from verdeling.explaining.tracing.paths import STEPS, Paths, why_different
from verdeling.explaining.tracing.trace import trace_paths, why
from verdeling.instance import Instance
from verdeling.language import say
from verdeling.policy import read_policy
from verdeling.solution import Solution
from verdeling.solvers import find_solver
from verdeling.statement import state_rules

if TYPE_CHECKING:
    from verdeling.solvers.protocol import Outcome

THREE = {
    "municipalities": """
        municipality,name,region,population
        A,Aaldorp,Land,1000
        B,Beestad,Land,1000
        C,Ceewijk,Land,1000
        """,
    "groups": "group,name,name_nl,priority,burden,support_hours\ns,Status holders,Statushouders,1,1,1",
    "place_types": "place_type,name,name_nl\nrent,Rent,Huur",
    "suitability": "group,place_type\ns,rent",
    "needs": "group,municipality,region,year,households\ns,,Land,2027,30",
    "supply": """
        municipality,place_type,year,places
        A,rent,2027,4
        B,rent,2027,40
        C,rent,2027,40
        """,
    "projects": "project,municipality,place_type,year,max_places,cost_per_place\np,A,rent,2027,3,1000",
    "support": """
        provider,municipality,region,year,hours
        care,A,,2027,5
        home,B,,2027,90
        help,C,,2027,90
        """,
}
"""A share is 10. A has 4 places, builds 3 and has hours for 5; B agrees to no more than 8."""


def three(**tables: pd.DataFrame) -> Instance:
    agreed = agreement("places", "<=", 8, municipality="B", strength="hard")
    frames = {
        name: table("\n".join(line.strip() for line in text.strip().splitlines()))
        for name, text in THREE.items()
    }
    return Instance.from_tables(frames | {"agreements": agreed} | tables)


@cache
def solved(whole: bool = True) -> Solution:
    return solve(three(), "leximin", whole=whole)


def amounts(paths: Paths) -> pd.DataFrame:
    """A row for each municipality, a column for each step."""
    return paths.steps.pivot_table(index="municipality", columns="step", values="amount", sort=False)[
        list(STEPS)
    ]


def test_by_hand() -> None:
    """Supply takes 6 off A, its project gives 3 back, hours take 2; B keeps its 8; C takes over the rest."""
    found = amounts(trace_paths(solved()))
    assert found.loc["A"].tolist() == pytest.approx([10, -6, 3, -2, 0, 0, 0, 0, 0], abs=1e-5)
    assert found.loc["B"].tolist() == pytest.approx([10, 0, 0, 0, -2, 0, 0, 0, 0], abs=1e-5)
    assert found.loc["C"].tolist() == pytest.approx([10, 0, 0, 0, 0, 7, 0, 0, 0], abs=1e-5)


def test_of_a_group() -> None:
    """Where there is one group with burden 1, its places go the same way as the load."""
    load, group = (amounts(trace_paths(solved(), group=name)) for name in (None, "s"))
    pd.testing.assert_frame_equal(load, group, atol=1e-5)


def test_order_free_by_hand() -> None:
    """B alone agreed to anything, so the agreement has the same effect on it in every order with housing.

    Without *goals* it takes 2 off B. With them B gives up what it would have taken over too: 10 where A
    has all, 12.5 where A has 5 by support, 13 where A has 4 by supply, 11.5 where it has 7 by building.
    """
    found = amounts(trace_paths(solved(), order_free=True))
    taken = {(): 2.0, ("supply",): 5.0, ("support",): 4.5, ("supply", "projects"): 3.5}
    taken |= {("projects",): 2.0, ("projects", "support"): 4.5}
    taken |= {("supply", "support"): 5.0, ("projects", "supply", "support"): 4.5}
    known = {frozenset(chosen): amount for chosen, amount in taken.items()}
    total = 0.0
    for order in permutations(("supply", "projects", "support", "agreements", "goals")):
        before = frozenset(order[: order.index("agreements")])
        total += known[before - {"goals"}] if "goals" in before else 2.0
    assert found.loc["B", "agreements"] == pytest.approx(-total / factorial(5), abs=1e-5)
    assert found.loc["B", "key":].sum() == pytest.approx(8.0)


@settings(max_examples=6)
@given(
    st.sampled_from(["tied", "scarce", "building", "starved", "agreed"]), st.integers(0, 60), st.booleans()
)
def test_adds_up(kind: str, seed: int, whole: bool) -> None:
    """Every path ends in the load of the solution to the last unit, and begins at the share of the task."""
    solution = solve(seeded(kind, seed), "leximin", whole=whole)
    if not solution.has_numbers:
        return
    paths = trace_paths(solution)
    loads = solution.loads.set_index("municipality")["load"]
    sums = amounts(paths).sum(axis=1)[loads.index]
    assert sums.to_numpy() == pytest.approx(loads.to_numpy(), abs=1e-9 if whole else 1e-6)
    last = paths.steps.groupby("municipality", sort=False)["total"].last()[loads.index]
    assert last.to_numpy() == pytest.approx(sums.to_numpy(), abs=1e-9)


@settings(max_examples=2)
@given(st.integers(0, 60), st.sampled_from(["leximin", "utilitarian", "proportional", "own-first", "gini"]))
def test_adds_up_in_every_way(seed: int, policy: str) -> None:
    """In the order-free way, for every group and under any policy, paths add up to what is given."""
    solution = solve(seeded(TINY, seed), policy)
    if not solution.has_numbers:
        return
    group = solution.instance.tables["groups"]["group"].iloc[0]
    placed = solution.placements.query("group == @group").groupby("municipality")["places"].sum()
    for order_free in (False, True):
        sums = amounts(trace_paths(solution, group=group, order_free=order_free)).sum(axis=1)
        assert sums.to_numpy() == pytest.approx(placed.reindex(sums.index, fill_value=0), abs=1e-9)


@pytest.mark.parametrize("seed", [0, *in_long_runs([1, 2])])
def test_order_free_is_the_mean_over_all_orders(seed: int) -> None:
    """Every order of the families, one program after another, gives the same mean effects."""
    policy, solution = read_policy("leximin"), solve(seeded(TINY, seed), "leximin", whole=False)
    model = state_rules(solution.instance, policy)
    cases = Coalitions(model.data, model.shares, policy, find_solver("HiGHS"))
    blocks = [(part,) for part in cases.parts if part not in ("goals", "dividing")] + [("goals", "dividing")]
    expected = dict.fromkeys(cases.parts, 0.0)
    for order in permutations(blocks):
        there: frozenset[str] = frozenset()
        for part in (part for block in order for part in block):
            added = cases.amounts(there | {part}) - cases.amounts(there)
            expected[part] = expected[part] + added / factorial(len(blocks))
            there |= {part}
    found = amounts(trace_paths(solution, order_free=True))
    towns = model.data.ids["municipality"][cases.cells.vector.index["municipality"]]
    for part, effect in expected.items():
        assert found.loc[towns, part].to_numpy() == pytest.approx(effect, abs=1e-5)


@pytest.mark.parametrize("order_free", [False, True])
@pytest.mark.parametrize("seed", [0, *in_long_runs([1, 2])])
def test_who_is_alike_has_the_same_path(seed: int, order_free: bool) -> None:
    """Municipalities that have the same of everything go the same way, step by step."""
    solution = solve(seeded("tied", seed), "leximin", whole=False)
    found = amounts(trace_paths(solution, order_free=order_free)).to_numpy()
    assert found == pytest.approx(found[[0] * len(found)], abs=1e-5)


@pytest.mark.parametrize("order_free", [False, True])
@pytest.mark.parametrize("seed", [0, *in_long_runs([1, 2])])
def test_what_does_nothing_has_no_effect(seed: int, order_free: bool) -> None:
    """A family that never binds changes no number, and a family that is not there has an effect of zero."""
    idle = agreement("places", "<=", 1e6, municipality="*", strength="hard")
    instance = Instance.from_tables(
        {**seeded("scarce", seed).tables, "agreements": idle}, seeded("scarce", seed).about.model_dump()
    )
    found = amounts(trace_paths(solve(instance, "leximin"), order_free=order_free))
    assert (found[["projects", "support"]] == 0).all().all()
    assert found["agreements"].abs().max() < 1e-5


@pytest.mark.parametrize("kind", ["building", "agreed", "starved"])
def test_leximin_leaves_no_load_open(kind: str) -> None:
    """Where the policy settles the loads, the program of the paths reaches those of the solution."""
    found = amounts(trace_paths(solve(seeded(kind, 7), "leximin", whole=False)))
    assert found["open"].abs().max() < 1e-4


def test_agreement_on_what_is_not_built() -> None:
    """In an order in which building comes later, an agreement about homes is missed, and nothing fails."""
    homes = agreement("built", ">=", 3, municipality="A", strength="hard")
    found = amounts(trace_paths(solve(three(agreements=homes), "leximin", whole=False), order_free=True))
    assert found.sum(axis=1).to_dict() == pytest.approx({"A": 5, "B": 12.5, "C": 12.5}, abs=1e-5)
    assert found["agreements"].abs().max() < 1e-5


def test_paths_of_all_and_of_one() -> None:
    """One path asked for alone is that of all."""
    one, of_all = why(solved(), "C"), trace_paths(solved()).of("C")
    pd.testing.assert_frame_equal(one.steps, of_all.steps)


def test_a_region_that_asks_nothing() -> None:
    """A municipality where nothing is asked has a path of zeros."""
    towns = table(
        "municipality,name,region,population\nA,Aaldorp,Land,1000\nB,Beestad,Land,1000\nC,Ceewijk,Land,1000\nD,Deedorp,Zee,10"
    )
    solution = solve(three(municipalities=towns), "leximin")
    assert (amounts(trace_paths(solution)).loc["D"] == 0).all()


def test_unknown_ids() -> None:
    """Ids that nobody has are refused together, with what they may be meant for."""
    with pytest.raises(InstanceError) as caught:
        why(solved(), "Beestad", group="t")
    remedies = [problem.remedy for problem in caught.value.problems]
    assert remedies == ["Use its id, B.", "Known: s."]


def test_nothing_to_explain() -> None:
    """What is impossible or was cut off has no path; unknown ids are told at the same time."""
    demand = agreement("places", ">=", 50, municipality="B", strength="hard")
    for solution in (
        solve(three(agreements=demand), "leximin"),
        Solution(**{**vars(solved()), "status": "time_limit"}),
    ):
        with pytest.raises(NoSolutionError) as caught:
            why(solution, "X")
        assert [problem.code for problem in caught.value.problems] == ["no-final-numbers", "unknown-id"]
        assert solution.status in caught.value.problems[0].what


# Time


def stopped(monkeypatch: pytest.MonkeyPatch, answers: int, *, order_free: bool) -> Paths:
    """Paths whose time is up after so many answers of the solver."""
    whole = solve(three(), "leximin")
    monkeypatch.setattr(Tired, "answers", answers)
    monkeypatch.setattr(trace, "find_solver", lambda name: Tired(find_solver(name)))
    return trace_paths(whole, order_free=order_free)


@pytest.mark.parametrize("order_free", [False, True])
@pytest.mark.parametrize("answers", [0, 8, *in_long_runs([2, 20, 30])])
def test_time_runs_out(answers: int, order_free: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps that were found are those of the whole paths, and the rest is what the others add together."""
    whole = amounts(trace_paths(solve(three(), "leximin"), order_free=order_free))
    paths = stopped(monkeypatch, answers, order_free=order_free)
    found = paths.steps.set_index(["municipality", "step"])["amount"].unstack()  # noqa: PD010
    assert not paths.complete
    missing = found.columns[found.isna().any()]
    assert len(missing)
    known = [step for step in STEPS if step not in missing]
    assert found[known].to_numpy() == pytest.approx(whole[known].to_numpy(), abs=1e-6)
    assert found["rest"].to_numpy() == pytest.approx(whole[missing].sum(axis=1).to_numpy(), abs=1e-5)
    ends = paths.steps.groupby("municipality")["total"].last()
    assert ends.to_numpy() == pytest.approx(whole.sum(axis=1).to_numpy(), abs=1e-5)
    path = paths.of("A")
    assert path.unknown == [step for step in STEPS if step in missing]
    for lang, begin in (("nl", "De tijd was op voordat"), ("en", "Time ran out before")):
        assert begin in path.sentence(lang)
        for step in STEPS:
            named = say(f"step.{step}", lang)
            assert (named in path.sentence(lang).split(begin)[1]) == (step in missing)


def test_more_time_more_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Families are told apart one after another, so that what took long is not lost."""
    known = [len(stopped(monkeypatch, answers, order_free=False).of("A").unknown) for answers in (0, 12, 24)]
    assert known == sorted(known, reverse=True)
    assert len(set(known)) == 3


def test_a_limit_of_time_reaches_every_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody asks the solver for longer than there is time."""
    limits: list[float] = []

    class Watched(Tired):
        answers = 10**9

        def minimise(self, *args: Any, time_limit: float = np.inf, **kwargs: Any) -> Outcome:
            limits.append(time_limit)
            return super().minimise(*args, time_limit=time_limit, **kwargs)

    whole = solve(three(), "leximin")
    monkeypatch.setattr(trace, "find_solver", lambda name: Watched(find_solver(name)))
    assert trace_paths(whole, time_limit=1000).complete
    assert len(limits) > 20
    assert max(limits) <= 1000


def test_paths_that_were_cut_off_are_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps that are not known are in no difference."""
    paths = stopped(monkeypatch, 2, order_free=False)
    with pytest.raises(InstanceError) as caught:
        why_different(paths.of("A"), paths.of("B"))
    assert [problem.code for problem in caught.value.problems] == ["path-cut-off"] * 2


def test_no_time() -> None:
    """A time limit that gives no time is refused, beside ids that nobody has."""
    with pytest.raises(VerdelingError) as caught:
        trace_paths(solved(), time_limit=0)
    assert [problem.code for problem in caught.value.problems] == ["no-time"]
    with pytest.raises(InstanceError) as unknown:
        why(solved(), "X", time_limit=-1)
    assert [problem.code for problem in unknown.value.problems] == ["unknown-id", "no-time"]
