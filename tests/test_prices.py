"""A price list: what it may say about agreements, and what is refused."""

from __future__ import annotations

import pytest

from hand_made import agreement, small
from verdeling.errors import VerdelingError
from verdeling.explaining.repairing.prices import Price, check_prices, size


def test_everything_wrong_is_said_at_once() -> None:
    """An unknown agreement, a cost of nothing and a number that asks more are told together."""
    agreements = small(agreements=agreement("places", ">=", 4)).tables["agreements"]
    with pytest.raises(VerdelingError) as caught:
        check_prices({"B": Price(), "A": Price(cost=0, furthest=5)}, agreements)
    codes = [problem.code for problem in caught.value.problems]
    assert codes == ["unknown-agreement", "cost-of-nothing", "furthest-too-near"]


@pytest.mark.parametrize(
    ("sense", "furthest", "fits"),
    [(">=", 3, True), (">=", 5, False), ("<=", 5, True), ("<=", 3, False), ("=", 3, True), ("=", 5, True)],
)
def test_an_agreement_bends_towards_asking_less(sense: str, furthest: float, fits: bool) -> None:
    """At least goes down, at most goes up, exactly goes either way."""
    agreements = small(agreements=agreement("places", sense, 4)).tables["agreements"]
    if fits:
        check_prices({"A": Price(furthest=furthest)}, agreements)
    else:
        with pytest.raises(VerdelingError, match="ask more"):
            check_prices({"A": Price(furthest=furthest)}, agreements)


@pytest.mark.parametrize("furthest", [-1.0, float("nan"), float("inf")])
def test_no_number_is_refused(furthest: float) -> None:
    """A limit below zero, or that is no number, is refused."""
    agreements = small(agreements=agreement("places", "=", 4)).tables["agreements"]
    with pytest.raises(VerdelingError):
        check_prices({"A": Price(furthest=furthest)}, agreements)


def test_soft_agreements_have_no_price() -> None:
    """What may be missed already needs no repair."""
    agreements = small(agreements=agreement("places", ">=", 4, strength=1.0)).tables["agreements"]
    with pytest.raises(VerdelingError, match="soft"):
        check_prices({"A": Price()}, agreements)


def test_zero_bends_last() -> None:
    """A number of zero counts as one unit, so that a unit costs it as much as its size costs another."""
    assert size("places", 20.0) == 20.0
    assert size("places", 0.0) == 1.0
    assert size("share_of_need", 0.0) == 0.01
