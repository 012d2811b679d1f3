"""HiGHS and CBC reach the same goal values, and agree on what is impossible."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from seeded import KINDS, TINY, Kind, seeded
from verdeling.engine import solve
from verdeling.generation import Size, generate

if TYPE_CHECKING:
    from verdeling.instance import Instance
    from verdeling.solution import Solution


CBC = "PULP_CBC_CMD"
FRACTIONAL = [(kind, seed) for kind in KINDS for seed in range(30, 34)]
WHOLE = [(kind, seed) for kind in ("tiny", "tied", "scarce", "building", "regions") for seed in range(3)]
FEW = KINDS | {"tiny": TINY}


def both(instance: Instance, *, whole: bool) -> tuple[Solution, Solution]:
    """The answers of both solvers."""
    first, second = (solve(instance, whole=whole, solver=name) for name in ("HiGHS", CBC))
    assert first.status.replace("near_", "") == second.status.replace("near_", "")
    return first, second


def compare(one: Solution, other: Solution) -> float:
    """Compare goal values, in their order, as far as both solvers proved theirs.

    CBC holds a goal within a ten-millionth of its value, and what comes later may gain that much:
    the tolerance grows with the largest value so far. It is returned. A place costs a thousand euros.
    """
    tolerance = 1e-5
    for here, there in zip(one.goals.to_dict("records"), other.goals.to_dict("records"), strict=True):
        if here["gap"] or there["gap"]:
            break
        most = tolerance * (1000 if here["measure"] == "cost" else 1)
        assert here["value"] == pytest.approx(there["value"], rel=1e-5, abs=most), here
        tolerance = max(tolerance, 1e-6 * abs(here["value"]))
    return tolerance


@pytest.mark.parametrize(("kind", "seed"), FRACTIONAL)
def test_fractional(kind: str, seed: int) -> None:
    """Every goal value and every load of the fractional optimum is the same."""
    one, other = both(seeded(kind, seed), whole=False)
    tolerance = compare(one, other)
    if one.has_numbers:
        loads = [each.loads["relative_load"].tolist() for each in (one, other)]
        assert loads[0] == pytest.approx(loads[1], rel=1e-5, abs=tolerance)


@pytest.mark.parametrize("seed", range(4))
def test_fractional_in_thousands(seed: int) -> None:
    """Likewise where needs run into the thousands, as in a real region."""
    instance = generate(Size(municipalities=4, groups=3, place_types=2, years=2), seed=seed)
    compare(*both(instance, whole=False))


@pytest.mark.parametrize(("kind", "seed"), WHOLE)
def test_whole(kind: str, seed: int) -> None:
    """Every goal value that both proved is the same in whole places."""
    one, other = both(seeded(FEW[kind], seed, most=6), whole=True)
    compare(one, other)


def test_infeasible() -> None:
    """Both give the verdict infeasible, in fractions and in whole places, with the same conflict."""
    impossible = [seeded("demanding", seed) for seed in range(12)]
    impossible = [each for each in impossible if solve(each, whole=False).status == "infeasible"]
    assert len(impossible) >= 3
    for instance in impossible[:4]:
        for whole in (False, True):
            one, other = both(instance, whole=whole)
            assert one.status == "infeasible"
            assert one.conflict.equals(other.conflict)


def test_infeasible_in_whole_places_only() -> None:
    """Both see that half a place cannot be given: possible in fractions, impossible in whole places."""
    instance = seeded(Kind(towns=2, groups=1, place_types=1, years=1, supply=(2.0, 2.0)), 0)
    group = instance["groups"]["group"].iloc[0]
    agreement = {"agreement": "half", "text": "Two and a half places", "measure": "places", "sense": "="}
    odd = instance.replace(agreements=pd.DataFrame([agreement | {"group": group, "value": 2.5}]))
    for solver in ("HiGHS", CBC):
        assert solve(odd, whole=False, solver=solver).status == "optimal"
        assert solve(odd, whole=True, solver=solver).status == "infeasible"
