"""The indicators, each a function from an `Outcome` to a number; ``models/indicators.md`` explains them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from verdeling.fairness.inequality import (
    weighted_atkinson,
    weighted_gini,
    weighted_hoover,
    weighted_jain,
    weighted_mcloone,
    weighted_median,
    weighted_palma,
    weighted_theil,
    weighted_variation,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from verdeling.fairness.outcome import Outcome

    Array = NDArray[np.float64]

Better = Literal["higher", "lower", "neither"]
"""Which value is better; ``neither`` where only other indicators say that."""

NEAR = 1e-6
"""Relative loads that differ less than this part of the heaviest one are the same."""


@dataclass(frozen=True)
class Indicator:
    """How a plan is measured.

    Parameters
    ----------
    name : str
        As in the tables.
    measure : callable
        From `Outcome` to a number.
    unit : str
        Of the number.
    better : str
        See `Better`.
    range : str
        Values it can have, and when it has none though there are loads.
    """

    name: str
    measure: Callable[[Outcome], float]
    unit: str
    better: Better
    range: str


INDICATORS: dict[str, Indicator] = {}
"""Every indicator by name, in the order of the tables."""


def indicator(
    unit: str, better: Better, values: str
) -> Callable[[Callable[[Outcome], float]], Callable[[Outcome], float]]:
    """Register a function as an indicator under its own name.

    Parameters
    ----------
    unit, better, values : str
        See `Indicator`.

    Returns
    -------
    callable
        Decorator that returns the function unchanged.
    """

    def register(measure: Callable[[Outcome], float]) -> Callable[[Outcome], float]:
        name = measure.__name__.rstrip("_")
        INDICATORS[name] = Indicator(name, measure, unit, better, values)
        return measure

    return register


# People and money


@indicator("of the households", "higher", "0 to 1")
def coverage(outcome: Outcome) -> float:
    """Part of all households in need that is housed within the horizon; 1 where nobody is in need."""
    needs = outcome.needs.sum()
    return float(outcome.housed.sum() / needs) if needs else 1.0


@indicator("household-years", "lower", "0 and up")
def waiting(outcome: Outcome) -> float:
    """Households not yet housed at the end of a year, summed over the years."""
    return _years(outcome.needs - outcome.housed)


@indicator("moves", "lower", "0 and up")
def moves(outcome: Outcome) -> float:
    """Households housed elsewhere than where they looked from, as few as the places allow."""
    return outcome.moves


@indicator("EUR", "lower", "0 and up, none where it is not said what is built")
def cost(outcome: Outcome) -> float:
    """Cost of building, and of places in the year they are given."""
    return outcome.cost


@indicator("of the households", "lower", "1 and below, none without a plan to compare with")
def price_of_fairness(outcome: Outcome) -> float:
    """Part of the households that the other plan houses and that this plan does not house."""
    return _lost(outcome, lambda housed: float(housed.sum()))


@indicator("of the household-years", "lower", "1 and below, none without a plan to compare with")
def price_in_years(outcome: Outcome) -> float:
    """Part of the household-years with a home that the other plan gives and this plan does not."""
    return _lost(outcome, _years)


def _years(households: Array) -> float:
    """Household-years from the year that households appear in to the end of the horizon."""
    return float(np.cumsum(households, axis=2).sum())


def _lost(outcome: Outcome, total: Callable[[Array], float]) -> float:
    """Relative loss against the reference; NaN where that has nothing to lose."""
    if outcome.reference is None or not total(outcome.reference):
        return np.nan
    return 1.0 - total(outcome.housed) / total(outcome.reference)


# The loads themselves


@indicator("× fair share", "lower", "0 and up")
def heaviest(outcome: Outcome) -> float:
    """Largest relative load; NaN where no municipality has one."""
    return float(outcome.relative_load.max(initial=-np.inf)) if outcome.weight.size else np.nan


@indicator("× fair share", "neither", "0 and up")
def median(outcome: Outcome) -> float:
    """Relative load below and above which half of the fair shares lies."""
    return weighted_median(outcome.relative_load, outcome.weight)


@indicator("× fair share", "higher", "0 and up")
def lightest(outcome: Outcome) -> float:
    """Smallest relative load; NaN where no municipality has one."""
    return float(outcome.relative_load.min(initial=np.inf)) if outcome.weight.size else np.nan


@indicator("× fair share", "lower", "0 and up")
def range_(outcome: Outcome) -> float:
    """Heaviest minus lightest: how much lighter the best off is than the worst off."""
    return heaviest(outcome) - lightest(outcome)


@indicator("municipalities", "lower", "0 and up")
def envy(outcome: Outcome) -> float:
    """Municipalities that would rather have another's relative load."""
    return _envious(outcome, outcome.load)


@indicator("municipalities", "lower", "0 and up")
def envy_beyond_one(outcome: Outcome) -> float:
    """Municipalities that would still, if they gave one place less: the heaviest that they give."""
    return _envious(outcome, outcome.load - outcome.heaviest_place)


def _envious(outcome: Outcome, load: Array) -> float:
    if not outcome.weight.size:
        return np.nan
    near = NEAR * heaviest(outcome)
    return float((load / outcome.fair_load > lightest(outcome) + near).sum())


# How unequal the relative loads are


@indicator("index", "lower", "0 to 1")
def gini(outcome: Outcome) -> float:
    """Gini coefficient of the relative loads, weighted by the fair shares."""
    return weighted_gini(outcome.relative_load, outcome.weight)


@indicator("index", "lower", "0 and up")
def theil(outcome: Outcome) -> float:
    """Theil's T of the relative loads, weighted by the fair shares."""
    return weighted_theil(outcome.relative_load, outcome.weight)


@indicator("index", "lower", "0 to 1")
def hoover(outcome: Outcome) -> float:
    """Part of the relative loads to shift before all are equal, weighted by the fair shares."""
    return weighted_hoover(outcome.relative_load, outcome.weight)


@indicator("index", "lower", "0 to 1")
def atkinson_half(outcome: Outcome) -> float:
    """Atkinson's index of the relative loads with ε = 0.5, weighted by the fair shares."""
    return weighted_atkinson(outcome.relative_load, outcome.weight, 0.5)


@indicator("index", "lower", "0 to 1")
def atkinson_one(outcome: Outcome) -> float:
    """Atkinson's index of the relative loads with ε = 1: 1 as soon as one municipality carries nothing."""
    return weighted_atkinson(outcome.relative_load, outcome.weight, 1.0)


@indicator("index", "higher", "0 to 1")
def jain(outcome: Outcome) -> float:
    """Jain's index of the relative loads, weighted by the fair shares."""
    return weighted_jain(outcome.relative_load, outcome.weight)


@indicator("index", "lower", "0 and up")
def variation(outcome: Outcome) -> float:
    """Coefficient of variation of the relative loads, weighted by the fair shares."""
    return weighted_variation(outcome.relative_load, outcome.weight)


@indicator("index", "higher", "0 to 1")
def mcloone(outcome: Outcome) -> float:
    """What the heavier half would carry at the median ÷ what it carries, weighted by the fair shares."""
    return weighted_mcloone(outcome.relative_load, outcome.weight)


@indicator("index", "lower", "0.25 and up")
def palma(outcome: Outcome) -> float:
    """What the heaviest tenth carries ÷ what the lightest four tenths carry, by fair share."""
    return weighted_palma(outcome.relative_load, outcome.weight)


# How far from a key


@indicator("of the load", "lower", "0 to 1")
def key_distance(outcome: Outcome) -> float:
    """Part of the load that another municipality of the region would carry under the fair shares."""
    return distance_to(outcome, outcome.weight)


def distance_to(outcome: Outcome, key: Array) -> float:
    """Measure how far a plan is from a key.

    In each region that is half of the summed differences between parts of the load and parts of the
    key (their total variation distance); regions count by their load.

    Parameters
    ----------
    outcome : Outcome
        Of the plan.
    key : array
        Weights by municipality, in the order of the outcome; above zero in sum in each region.

    Returns
    -------
    float
        0 where loads are as the key says, or there is no load; NaN without municipalities.
    """
    if not outcome.weight.size:
        return np.nan
    regions, _ = pd.factorize(outcome.region)
    carried = np.bincount(regions, outcome.load)[regions]
    asked = carried * key / np.bincount(regions, key)[regions]
    total = outcome.load.sum()
    return float(abs(outcome.load - asked).sum() / (2 * total)) if total else 0.0
