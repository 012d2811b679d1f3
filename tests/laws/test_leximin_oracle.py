"""The fractional leximin is the one that an independent witness finds with the textbook loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from longer import in_long_runs
from oracle import Best, NoDivisionError, leximin
from seeded import FORTY, KINDS, seeded
from verdeling.engine import solve

if TYPE_CHECKING:
    from seeded import Kind
    from verdeling.solution import Solution

TOLERANCE = 1e-6
"""Relative to values above 1."""

EUROS = 1e-3
"""The goal that counts euros multiplies what earlier goals tolerate by thousands."""

CASES = [(kind, seed) for kind in KINDS for seed in range(6)]
MORE = [(kind, seed) for kind in KINDS for seed in range(6, 150)]


@pytest.mark.parametrize(("kind", "seed"), [*CASES, *in_long_runs(MORE)])
def test_leximin_is_the_oracles(kind: str, seed: int) -> None:
    """Every goal, every relative load and every relative built are those of the witness."""
    compare(kind, seed)


@pytest.mark.parametrize("seed", [0, *in_long_runs(range(1, 40))])
def test_forty_municipalities(seed: int) -> None:
    """A region of forty municipalities divides as the witness says."""
    compare(FORTY, seed)


def test_enough_cases() -> None:
    """There are more than a thousand instances, and some of each kind in every run."""
    assert len(CASES) + len(MORE) > 1000
    assert {kind for kind, _ in CASES} == set(KINDS)


def test_cases_are_what_they_are_called() -> None:
    """Kinds differ in the way they promise: ties, scarcity, regions, support and agreements."""
    regions = [seeded("regions", seed)["municipalities"]["region"].nunique() for seed in range(24)]
    even = [seeded("tied", seed)["municipalities"]["population"].nunique() for seed in range(24)]
    agreements = [len(seeded("agreed", seed)["agreements"]) for seed in range(24)]
    assert max(even) == 1
    assert min(regions) >= 2
    assert sum(agreements) / len(agreements) > 4
    assert all(len(seeded("starved", seed)["support"]) for seed in range(24))


def compare(kind: str | Kind, seed: int) -> None:
    """Solve an instance both ways."""
    instance = seeded(kind, seed)
    solution = solve(instance, "leximin", whole=False)
    try:
        best = leximin(instance)
    except NoDivisionError:
        assert solution.status == "infeasible"
        return
    assert solution.status == "optimal"
    _compare_goals(solution, best)
    _compare_municipalities(solution, best)


def _compare_goals(solution: Solution, best: Best) -> None:
    reached = {
        " ".join([row["measure"], *row["stage"].split()[1:]]): row["value"]
        for row in solution.goals.to_dict("records")
    }
    cost = reached.pop("cost")
    assert reached == pytest.approx(
        {goal: value for goal, value in best.goals.items() if goal != "cost"}, rel=TOLERANCE, abs=TOLERANCE
    )
    assert cost == pytest.approx(best.goals["cost"], rel=TOLERANCE, abs=EUROS)


def _compare_municipalities(solution: Solution, best: Best) -> None:
    loads = solution.loads.set_index("municipality")
    assert loads["relative_load"].to_dict() == pytest.approx(best.loads, rel=TOLERANCE, abs=TOLERANCE)
    assert loads["relative_built"].to_dict() == pytest.approx(best.built, rel=TOLERANCE, abs=TOLERANCE)
