"""A price is a true sentence: it is what one more place does to the goal."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from laws.changes import with_more_supply
from longer import in_long_runs
from seeded import Kind, seeded
from verdeling.engine import solve
from verdeling.policy import Goal, read_policy

if TYPE_CHECKING:
    from verdeling.instance import Instance


POLICY = read_policy("leximin").model_copy(update={"goal": (Goal(measure="waiting", aggregate="priority"),)})
KINDS = {
    "tight": Kind(supply=(0.95, 1.05)),
    "scarce": Kind(supply=(0.1, 0.5)),
    "regions": Kind(regions=3, towns=3),
    "building": Kind(supply=(0.2, 0.8), projects=True),
    "starved": Kind(supply=(0.8, 1.5), support=True),
}
"""Without agreements, so that one more place relaxes one row and no other."""

CASES = [(kind, seed) for kind in KINDS for seed in range(2)]
MORE = [(kind, seed) for kind in KINDS for seed in range(2, 8)]
SPOT = ["municipality", "place_type", "year"]
SOLVERS = ("HiGHS", "PULP_CBC_CMD")


def waiting(instance: Instance) -> list[float]:
    """What each stage of the first goal reaches."""
    return solve(instance, POLICY, whole=False).goals["value"].tolist()


@cache
def differences(kind: str, seed: int) -> list[tuple[dict[str, Any], int, float]]:
    """Spot, stage and change of its value by one more place, where one place fewer does the opposite.

    A later stage counts where the earlier ones do not change: a price takes them as held.
    """
    instance = seeded(KINDS[kind], seed, most=8)
    supply, here = instance["supply"], waiting(instance)
    found = []
    for row in range(min(len(supply), 4)):
        spot = supply.loc[row, SPOT].to_dict()
        up, down = (waiting(with_more_supply(instance, row, step)) for step in (1, -1))
        for stage, values in enumerate(zip(down, here, up, strict=True)):
            less, now, more = values
            if abs((more - now) - (now - less)) < 1e-6:
                found.append((spot, stage, more - now))
            if max(abs(more - now), abs(now - less)) > 1e-6:
                break
    return found


def prices(instance: Instance, solver: str) -> dict[tuple[Any, ...], float]:
    """Price of each capacity by spot and stage; those that are zero are left out."""
    solution = solve(instance, POLICY, whole=False, solver=solver)
    stages = solution.goals["stage"].tolist()
    rows = solution.rows.query("family == 'capacity'").merge(solution.prices, on="row")
    return {
        (*(str(row[key]) for key in SPOT), stages.index(row["stage"])): row["price"]
        for row in rows.to_dict("records")
    }


@pytest.mark.parametrize("solver", ["HiGHS", *in_long_runs(["PULP_CBC_CMD"])])
@pytest.mark.parametrize(("kind", "seed"), [*CASES, *in_long_runs(MORE)])
def test_price_of_a_place(kind: str, seed: int, solver: str) -> None:
    """Where one place more and one fewer say the same, the price says it too."""
    stated = prices(seeded(KINDS[kind], seed, most=8), solver)
    for spot, stage, change in differences(kind, seed):
        price = stated.get((*map(str, spot.values()), stage), 0.0)
        assert price == pytest.approx(change, abs=1e-5), (spot, stage)


@pytest.mark.parametrize("solver", SOLVERS)
def test_prices_are_never_above_zero(solver: str) -> None:
    """One more place never makes anybody wait longer."""
    for kind, seed in CASES[::3]:
        stated = prices(seeded(KINDS[kind], seed, most=8), solver)
        assert all(price < 0 for price in stated.values())


def test_differences_are_not_all_zero() -> None:
    """Many prices are compared, also in later stages, and many of them are not zero."""
    found = [each for kind, seed in CASES for each in differences(kind, seed)]
    assert len(found) >= 3 * len(CASES)
    assert sum(abs(change) > 1e-3 for _, _, change in found) >= len(CASES)
    assert sum(stage > 0 and abs(change) > 1e-3 for _, stage, change in found) >= 5
