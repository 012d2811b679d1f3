"""What more supply, and more of everything, does to an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laws.changes import scaled, with_more_supply
from longer import every
from seeded import seeded
from strategies import instances
from verdeling.engine import solve
from verdeling.policy import Goal, read_policy

if TYPE_CHECKING:
    from verdeling.instance import Instance

FIRST = read_policy("leximin").model_copy(update={"goal": (Goal(measure="waiting", aggregate="priority"),)})
SMALL = {"municipalities": 3, "groups": 3, "years": 2, "scenarios": False, "extras": False}
SCARCE = [(kind, seed) for kind in ("tied", "tight", "scarce", "building", "starved") for seed in range(3)]


def waiting(instance: Instance, *, whole: bool = False) -> list[float]:
    """Household-years that groups wait, first those with priority 1."""
    return solve(instance, FIRST, whole=whole).goals["value"].tolist()


def never_worse(more: list[float], less: list[float]) -> bool:
    """Whether the first value that differs is lower."""
    pairs = zip(more, less, strict=True)
    differs = [(here, there) for here, there in pairs if abs(here - there) > 1e-6 * max(1.0, there)]
    return not differs or differs[0][0] < differs[0][1]


@given(instances(**SMALL), st.data())
@settings(max_examples=8, derandomize=True)
def test_more_supply_is_never_worse(instance: Instance, data: st.DataObject) -> None:
    """Nobody with priority waits longer because a place more comes free somewhere."""
    row = data.draw(st.integers(0, len(instance["supply"]) - 1))
    places = data.draw(st.integers(1, 20))
    assert never_worse(waiting(with_more_supply(instance, row, places)), waiting(instance))


@pytest.mark.parametrize(("kind", "seed"), every(3, SCARCE))
def test_more_supply_is_never_worse_where_it_is_scarce(kind: str, seed: int) -> None:
    """Likewise in whole places, where supply or support falls short."""
    instance = seeded(kind, seed)
    richer = with_more_supply(instance, seed % len(instance["supply"]), 3)
    assert never_worse(waiting(richer, whole=True), waiting(instance, whole=True))


def test_more_supply_helps() -> None:
    """Among these instances more supply does shorten the waiting, so the law above is not empty."""
    helped = 0
    for kind, seed in SCARCE:
        instance = seeded(kind, seed)
        helped += sum(waiting(with_more_supply(instance, 0, 3))) < sum(waiting(instance)) - 1e-3
    assert helped >= 4


@given(instances(**SMALL), st.integers(2, 7))
@settings(max_examples=8, derandomize=True)
def test_scale(instance: Instance, factor: int) -> None:
    """More of all needs, places and hours leaves relative loads as they are and scales the waiting."""
    compare_scaled(instance, factor)


@pytest.mark.parametrize("kind", ["tight", "regions", "building", "starved", "agreed"])
def test_scale_of_every_kind(kind: str) -> None:
    """Likewise with several regions, with projects, with support, and with agreements."""
    compare_scaled(seeded(kind, 1), 3)


def compare_scaled(instance: Instance, factor: int) -> None:
    """Solve an instance and its multiple."""
    one, more = (solve(each, whole=False) for each in (instance, scaled(instance, factor)))
    assert one.status == more.status
    if not one.has_numbers:
        return
    keys = ["group", "region", "municipality", "year"]
    assert more.loads["relative_load"].tolist() == pytest.approx(
        one.loads["relative_load"].tolist(), rel=1e-6, abs=1e-5
    )
    assert more.loads["load"].tolist() == pytest.approx(
        (factor * one.loads["load"]).tolist(), rel=1e-6, abs=1e-4
    )
    waits = [each.waiting.groupby("group")["waiting"].sum() for each in (one, more)]
    assert waits[1].to_dict() == pytest.approx((factor * waits[0]).to_dict(), rel=1e-6, abs=1e-4)
    assert more.waiting[keys].equals(one.waiting[keys])
