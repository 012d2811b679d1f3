"""Whole places: whole, within every limit, never better than the optimum, and as good as brute force."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from longer import in_long_runs
from oracle import Best, NoDivisionError, leximin
from seeded import KINDS, TINY, Kind, seeded
from verdeling.engine import solve
from verdeling.verification import verify

if TYPE_CHECKING:
    import pandas as pd

    from verdeling.instance import Instance
    from verdeling.solution import Solution

SMALL = {
    "plain": Kind(towns=3, groups=2, years=2),
    "planned": Kind(towns=3, groups=2, years=2, projects=True, supply=(0.2, 0.8)),
    "supported": Kind(towns=3, groups=2, years=2, support=True),
    "agreed": TINY,
    "demanding": Kind(towns=3, groups=2, years=2, projects=True, support=True, agreements=3, demands=0.5),
}
"""Kinds that brute force can solve."""

HARD = [("agreed", 30), ("agreed", 58), ("agreed", 93), ("demanding", 28)]
"""Where what the fractional optimum builds is not what whole places should build, or amounts are large."""

UNEVEN = [("planned", 27), ("planned", 44), ("planned", 86)]
"""Where the second load is easily left higher than it need be."""

FEW = [*((kind, seed) for kind in SMALL for seed in range(4)), *HARD]
CASES = [*FEW, *in_long_runs((kind, seed) for kind in SMALL for seed in range(4, 100))]


@cache
def small(kind: str, seed: int) -> Instance:
    """An instance that brute force can solve."""
    return seeded(SMALL[kind], seed, most=8)


@cache
def solved(kind: str, seed: int, whole: bool = True) -> Solution:
    """Its answer."""
    return solve(small(kind, seed), whole=whole)


def stages(solution: Solution) -> list[dict[str, object]]:
    """Stages up to and with the heaviest load, in their order."""
    goals = solution.goals.to_dict("records")
    last = next(place for place, row in enumerate(goals) if row["measure"] == "relative_load")
    return goals[: last + 1]


def name(row: dict[str, object]) -> str:
    """A stage as the witness calls it."""
    return " ".join([str(row["measure"]), *str(row["stage"]).split()[1:]])


def check(instance: Instance, solution: Solution) -> None:
    """A whole plan keeps every limit, and its tables tell one story."""
    columns = {"placements": ["places"], "builds": ["places"], "waiting": ["needs", "served", "waiting"]}
    for table, amounts in columns.items():
        values = solution.table(table)[amounts].to_numpy(dtype=float)
        assert (values == np.rint(values)).all(), table
    shares = solution.loads.set_index("municipality")["fair_share"]
    tables = (solution.placements, solution.builds[["project", "year", "places"]], solution.support)
    assert verify(instance, *tables, attribution=solution.suppliers, shares=shares).ok
    check_totals(instance, solution)


def check_totals(instance: Instance, solution: Solution) -> None:
    """Needs are served or wait; served households have places; suppliers have all of them."""
    placements, waiting = solution.placements, solution.waiting
    assert waiting["needs"].sum() == instance["needs"]["households"].sum()
    last = waiting[waiting["year"] == instance.about.years[-1]]
    assert waiting["needs"].sum() == waiting["served"].sum() + last["waiting"].sum()
    region = instance["municipalities"].set_index("municipality")["region"]
    placed = placements.assign(region=placements["municipality"].map(region))
    keys = ["region", "group", "year"]
    assert amounts(placed, keys, "places") == amounts(waiting, keys, "served")
    keys = ["municipality", "group", "place_type", "year"]
    assert amounts(placements, keys, "places") == amounts(solution.suppliers, keys, "places")
    assert solution.loads["places"].sum() == placements["places"].sum()


def amounts(frame: pd.DataFrame, keys: list[str], column: str) -> dict[object, float]:
    """Sums that are not zero, by keys."""
    sums = frame.groupby(keys)[column].sum()
    return sums[sums > 0].to_dict()


@pytest.mark.parametrize(("kind", "seed"), CASES)
def test_whole_within_limits(kind: str, seed: int) -> None:
    """Numbers are whole, the independent verification finds nothing, and totals agree."""
    if solved(kind, seed).has_numbers:
        check(small(kind, seed), solved(kind, seed))


@pytest.mark.parametrize("seed", [0, *in_long_runs([1, 2])])
@pytest.mark.parametrize("kind", KINDS)
def test_larger_within_limits(kind: str, seed: int) -> None:
    """Likewise for instances that are not tiny."""
    instance = seeded(kind, seed)
    solution = solve(instance)
    if solution.has_numbers:
        check(instance, solution)


@pytest.mark.parametrize(("kind", "seed"), CASES)
def test_never_better_than_the_optimum(kind: str, seed: int) -> None:
    """The first stage that differs from the fractional optimum is worse in whole places."""
    whole, fractional = solved(kind, seed), solved(kind, seed, False)
    if not whole.has_numbers:
        return
    pairs = zip(stages(whole), stages(fractional), strict=True)
    losses = [(here["value"] - there["value"]) / max(1.0, abs(there["value"])) for here, there in pairs]
    differs = [loss for loss in losses if abs(loss) > 1e-5]
    assert not differs or differs[0] > 0
    assert [row["optimum"] for row in stages(whole)] == pytest.approx(
        [row["value"] for row in stages(fractional)], rel=1e-6, abs=1e-6
    )


@cache
def brute_force(kind: str, seed: int) -> Best | None:
    """The best whole plan, or None where there is none."""
    try:
        return leximin(small(kind, seed), whole=True)
    except NoDivisionError:
        return None


@pytest.mark.parametrize(("kind", "seed"), CASES)
def test_as_good_as_brute_force(kind: str, seed: int) -> None:
    """A value whose gap is zero is the best there is: that of brute force, stage by stage."""
    best, solution = brute_force(kind, seed), solved(kind, seed)
    if best is None:
        assert solution.status == "infeasible"
        return
    for row in stages(solution):
        value = best.goals[name(row)]
        assert row["value"] >= value - 1e-5 * max(1.0, value), "brute force missed a better plan"
        if row["gap"]:
            assert row["value"] - row["gap"] <= value + 1e-5 * max(1.0, value), "more is proved than is true"
            return
        assert row["value"] == pytest.approx(value, rel=1e-5, abs=1e-5), name(row)


@pytest.mark.parametrize(("kind", "seed"), [*CASES, *UNEVEN])
def test_loads_are_in_the_order_that_brute_force_finds(kind: str, seed: int) -> None:
    """Every load is the least there is, not the largest alone; and every later goal is as good."""
    best, solution = brute_force(kind, seed), solved(kind, seed)
    if best is None or solution.goals["gap"].any():
        return
    for measure, expected in (("relative_load", best.loads), ("relative_built", best.built)):
        found = sorted(solution.loads[measure].fillna(0.0))
        assert found == pytest.approx(sorted(expected.values()), rel=1e-5, abs=1e-5), measure
    for row in solution.goals.to_dict("records"):
        expected_value = best.goals[name(row)]
        assert row["value"] == pytest.approx(expected_value, rel=1e-5, abs=1e-5), name(row)


def test_brute_force_finds_what_lies_between() -> None:
    """Whole places do cost something in some of these instances, so the comparison is not empty."""
    solutions = [solved(kind, seed) for kind, seed in FEW]
    lossy = [each for each in solutions if each.has_numbers and (each.goals["loss"] > 1e-3).any()]
    assert len(lossy) >= 10


@pytest.mark.parametrize("seed", range(4))
def test_all_or_nothing_projects(seed: int) -> None:
    """A project with a minimum delivers nothing or at least its minimum."""
    solution = solved("planned", seed)
    least = small("planned", seed)["projects"].set_index("project")["min_places"]
    built = solution.builds.groupby("project")["places"].sum()
    assert (built >= least[built.index]).all()
