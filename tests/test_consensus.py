"""Common ground: what is in every plan, and nothing that is not."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from small import small
from verdeling.adapters import read_instance
from verdeling.comparing.comparison import Comparison, compare
from verdeling.comparing.consensus import common_ground
from verdeling.errors import NoSolutionError, PolicyError
from verdeling.policy import Policy, read_policy

INSTANCES = Path(__file__).parents[1] / "instances"
PLACE = ["municipality", "group", "place_type", "year"]


@cache
def towns() -> Comparison:
    return compare(read_instance(INSTANCES / "three-towns"), ["leximin", "maximin", "utilitarian"])


def rows(frame: pd.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    told = frame[["municipality", "group", "year", *columns]]
    return [(*row[:3], *(round(value, 4) for value in row[3:])) for row in told.itertuples(index=False)]


def test_two_policies_by_hand() -> None:
    """Of the statushouders of 2025 Astad houses 11 or 9 and Beedorp 1 or none: 48 of 51 places are agreed."""
    found = common_ground(towns(), ["leximin", "utilitarian"])
    assert rows(found.discuss, "least", "most", "spread", "leximin", "utilitarian") == [
        ("A", "regular", 2025, 9, 11, 2, 9, 11),
        ("A", "statushouders", 2025, 9, 11, 2, 11, 9),
        ("B", "regular", 2025, 0, 1, 1, 0, 1),
        ("B", "statushouders", 2025, 0, 1, 1, 1, 0),
    ]
    assert found.agreed["places"].sum() == pytest.approx(48)
    assert found.share == pytest.approx(48 / 51)
    assert found.totals.set_index("name")["agreed"].to_dict() == pytest.approx(
        {"Astad": 28, "Beedorp": 15, "Ceedijk": 5}
    )
    assert found.totals["share"].tolist() == pytest.approx([28 / 30, 15 / 16, 1])


def test_agreed_is_the_least_of_every_plan() -> None:
    """At each place what is agreed is in every plan, and in one plan there is no more."""
    found = common_ground(towns())
    agreed = found.agreed.set_index(PLACE)["places"]
    plans = [part.set_index(PLACE)["places"] for _, part in towns().placements.groupby("policy")]
    every = pd.concat(plans, axis=1).fillna(0.0)
    least = every.min(axis=1)
    pd.testing.assert_series_equal(agreed.sort_index(), least[least > 1e-6].sort_index(), check_names=False)
    assert found.discuss["spread"].is_monotonic_decreasing


def test_one_policy_agrees_with_itself() -> None:
    """Of one plan everything is agreed."""
    found = common_ground(towns(), ["maximin"])
    assert (found.share, len(found.discuss)) == (pytest.approx(1), 0)


def test_scenarios_are_plans_of_their_own() -> None:
    """What holds in every scenario is agreed by all policies in each of them."""
    both = compare(small(), ["leximin", "utilitarian"], ["low", "high"])
    found = common_ground(both)
    assert found.plans == ("leximin (low)", "utilitarian (low)", "leximin (high)", "utilitarian (high)")
    for scenario in both.scenarios:
        alone = common_ground(compare(small(), ["leximin", "utilitarian"], [scenario])).agreed
        merged = found.agreed.merge(alone, on=PLACE, suffixes=("", "_alone"))
        assert len(merged) == len(found.agreed)
        assert (merged["places"] <= merged["places_alone"] + 1e-9).all()


def test_refused() -> None:
    """Policies that were not compared are told with the nearest names, and so are those without a plan."""
    with pytest.raises(PolicyError, match="Did you mean leximin") as caught:
        common_ground(towns(), ["leximn", "nobody"])
    assert len(caught.value.problems) == 2
    broken = Policy.model_validate(
        read_policy("leximin").model_dump()
        | {"name": "broken", "key": {"component": [{"attribute": "income"}]}}
    )
    found = compare(towns().instance, ["leximin", broken])
    assert common_ground(found).plans == ("leximin",)
    with pytest.raises(NoSolutionError, match="broken has no plan"):
        common_ground(found, ["leximin", "broken"])
    with pytest.raises(NoSolutionError):
        common_ground(compare(towns().instance, [broken]))
