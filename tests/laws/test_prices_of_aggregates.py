"""A price is true of every aggregate of loads: also where a goal is known by its cuts alone."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from hand_made import TABLES, small, table
from laws.changes import with_more_supply
from longer import in_long_runs
from seeded import Kind, seeded
from verdeling.engine import solve
from verdeling.policy import Goal, Policy, read_policy

if TYPE_CHECKING:
    from verdeling.instance import Instance

AGGREGATES: dict[str, dict[str, Any]] = {
    "largest_deviation": {},
    "mean_deviation": {},
    "range": {},
    "gini": {},
    "worst_part": {"part": 0.4},
    "ordered": {"weights": (3.0, 2.0, 1.0)},
}
KINDS = {"ample": Kind(supply=(0.9, 1.6)), "starved": Kind(supply=(0.8, 1.5), support=True)}
SPOT = ["municipality", "place_type", "year"]


def policy(aggregate: str) -> Policy:
    """Waiting first, then loads by this aggregate."""
    goals = (
        Goal(measure="waiting", aggregate="total"),
        Goal(measure="relative_load", aggregate=aggregate, **AGGREGATES[aggregate]),
    )
    return read_policy("leximin").model_copy(update={"goal": goals})


def reached(instance: Instance, aggregate: str) -> tuple[float, float]:
    """What both goals reach."""
    waiting, loads = solve(instance, policy(aggregate), whole=False).goals["value"]
    return waiting, loads


CASES = [*product(["ample"], AGGREGATES), ("starved", "gini")]
MORE = [each for each in product(KINDS, AGGREGATES) if each not in CASES]


@pytest.mark.parametrize(("kind", "aggregate"), [*CASES, *in_long_runs(MORE)])
def test_price_of_a_place(kind: str, aggregate: str) -> None:
    """Where one place more and one fewer change loads alike, and not waiting, the price says it too."""
    compared, told = 0, 0
    for seed in range(2):
        instance = seeded(KINDS[kind], seed, most=8)
        solution = solve(instance, policy(aggregate), whole=False)
        rows = solution.rows.query("family == 'capacity'").merge(solution.prices.query("goal == 2"), on="row")
        prices = {tuple(str(row[key]) for key in SPOT): row["price"] for row in rows.to_dict("records")}
        waiting, now = solution.goals["value"]
        for row in range(min(len(instance["supply"]), 3)):
            sides = [reached(with_more_supply(instance, row, step), aggregate) for step in (1, -1)]
            (_, more), (_, less) = sides
            same = all(abs(side[0] - waiting) < 1e-6 for side in sides)
            if same and abs((more - now) - (now - less)) < 1e-7:
                spot = tuple(str(cell) for cell in instance["supply"].loc[row, SPOT])
                assert prices.get(spot, 0.0) == pytest.approx(more - now, abs=1e-6), (seed, spot)
                compared, told = compared + 1, told + (abs(more - now) > 1e-6)
    assert compared
    assert told or kind != "ample"


@pytest.mark.parametrize("aggregate", ["mean_deviation", "gini"])
def test_price_where_a_mean_is_over_regions(aggregate: str) -> None:
    """Of a mean over two regions, half an hour of support more is worth half of what the price says."""
    hours = table(TABLES["support"]).astype({"hours": float})
    solution = solve(small(support=hours), policy(aggregate), whole=False)
    rows = solution.rows.query("family == 'provider'").merge(solution.prices.query("goal == 2"), on="row")
    price = rows.set_index("year")["price"].to_dict()["2028"]
    hours.loc[(hours["region"] == "Twente") & (hours["year"] == 2028), "hours"] += 0.5
    before, after = solution.goals["value"][1], reached(small(support=hours), aggregate)[1]
    assert price < -1e-3
    assert after - before == pytest.approx(price / 2, abs=1e-7)
