"""Agreements on the tables of a plan, in exact numbers, beside the same counted by hand."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from hand_made import ATTRIBUTION, BUILDS, PLACEMENTS, SHARES, SUPPORT, agreement, small, table
from verdeling.certifying.agreed import MEASURES, agreements
from verdeling.certifying.exactly import facts

PLAN = {
    "placements": table(PLACEMENTS),
    "builds": table(BUILDS),
    "support": table(SUPPORT),
    "suppliers": table(ATTRIBUTION),
    "waiting": table("group,region,municipality,year,served,waiting\n"),
}
CASES: list[tuple[str, float, dict[str, str], dict[str, tuple[float, float]]]] = [
    ("places", 5, {"municipality": "GM1"}, {"": (9, 5)}),
    ("places", 5, {"municipality": "GM1;GM3", "year": "2027"}, {"": (8, 5)}),
    ("places", 5, {"region": "*"}, {"Achterhoek": (2, 5), "Twente": (20, 5)}),
    ("places", 5, {"supplier": "*"}, {"Domijn": (8, 5), "Welbions": (12, 5)}),
    ("places", 5, {"municipality": "*", "region": "Twente", "year": "*"},
     {"GM1, 2027": (6, 5), "GM1, 2028": (3, 5), "GM2, 2027": (8, 5), "GM2, 2028": (3, 5)}),
    ("share_of_need", 0.5, {"group": "status"}, {"": (13, 6.5)}),
    ("share_of_need", 0.5, {"group": "status", "region": "Twente"}, {"": (11, 5.5)}),
    ("share_of_need", 0.5, {"group": "*", "year": "2028"}, {"status": (5, 2.5), "regular": (1, 0)}),
    ("share_of_supply", 0.5, {"municipality": "GM1", "year": "2028"}, {"": (3, 1.5)}),
    ("share_of_supply", 0.5, {"place_type": "*", "municipality": "GM1"},
     {"social": (6, 3), "cluster": (3, 1.5)}),
    ("per_1000_inhabitants", 2, {"region": "Twente"}, {"": (20, 20)}),
    ("per_1000_inhabitants", 2, {"municipality": "*", "region": "Twente"}, {"GM1": (9, 4), "GM2": (11, 16)}),
    ("share_of_fair_share", 1, {"municipality": "GM1"}, {"": (8, 2.2)}),
    ("built", 1, {"municipality": "*"}, {"GM1": (2, 1), "GM2": (1, 1), "GM3": (0, 1)}),
    ("share_of_built", 0.5, {"place_type": "cluster"}, {"": (2, 1.5)}),
    ("support_hours", 9, {"municipality": "GM1", "year": "*"}, {"2027": (10, 9), "2028": (11, 9)}),
    ("support_hours", 9, {"supplier": "*"}, {"Aveleijn": (28, 9), "JP": (6, 9)}),
    ("cost", 900, {"region": "Twente"}, {"": (2730, 900)}),
    ("cost", 900, {"municipality": "GM2", "place_type": "social"}, {"": (610, 900)}),
]  # fmt: skip
"""Measure, number and scope of an agreement; of each of its bounds what is done and what is the limit."""


def compared(measure: str, sense: str, value: float, **scope: Any) -> dict[str, tuple[Fraction, Fraction]]:
    """Both sides of each bound of one agreement, by what its stars stand for."""
    instance = small(agreements=agreement(measure, sense, value, **scope)).in_scenario()
    known = facts(instance, PLAN, SHARES.to_dict(), whole=True)
    found = [each for each, _ in agreements(known)]
    return {each.scope.partition(", ")[2]: (each.done, each.limit) for each in found}


@pytest.mark.parametrize(("measure", "value", "scope", "expected"), CASES)
def test_agreements_are_as_counted_by_hand(
    measure: str, value: float, scope: dict[str, str], expected: dict[str, tuple[float, float]]
) -> None:
    """Of every measure, with every kind of scope, both sides are exactly what adding up gives."""
    exact = {key: (Fraction(str(done)), Fraction(str(limit))) for key, (done, limit) in expected.items()}
    assert compared(measure, "<=", value, **scope) == exact


def test_every_measure_is_counted() -> None:
    """No measure of agreements is left out above."""
    assert {measure for measure, *_ in CASES} == {*MEASURES}


def test_soft_agreements_limit_nothing() -> None:
    """What may be missed for a penalty is not compared."""
    assert compared("places", "<=", 5, municipality="GM1", strength="3") == {}


@pytest.mark.parametrize(("sense", "excess"), [("<=", 4), (">=", -4), ("=", 4)])
def test_a_sense_says_which_side_is_missed(sense: str, excess: int) -> None:
    """Nine places where five are agreed: too many, enough, or not what was agreed."""
    instance = small(agreements=agreement("places", sense, 5, municipality="GM1")).in_scenario()
    known = facts(instance, PLAN, SHARES.to_dict(), whole=True)
    assert [each.excess for each, _ in agreements(known)] == [excess]


def test_computed_numbers_are_not_called_exact() -> None:
    """Fair shares, and hours by provider, are compared but for rounding."""
    for measure, scope, exact in (
        ("places", {"municipality": "GM1"}, True),
        ("share_of_fair_share", {"municipality": "GM1"}, False),
        ("support_hours", {"municipality": "GM1"}, True),
        ("support_hours", {"supplier": "JP"}, False),
    ):
        instance = small(agreements=agreement(measure, "<=", 5, **scope)).in_scenario()
        known = facts(instance, PLAN, SHARES.to_dict(), whole=True)
        assert [each for _, each in agreements(known)] == [exact]
