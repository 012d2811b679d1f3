"""Indicators that measure a finished plan and do not know how it was found.

An indicator is one function from an `Outcome` to a number; `indicator` registers it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from verdeling.errors import InstanceError, Problem
from verdeling.plan import entries, known_ids, read_plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from verdeling.instance import Instance

    Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Outcome:
    """What indicators measure.

    Parameters
    ----------
    needs : array
        Households that start looking, by region, group and year.
    housed : array
        Households housed, by region, group and year.
    relative_load : array
        Of each municipality in a region whose needs weigh anything; 1 is exactly its share.
    weight : array
        Fair share of each of these, scaled to sum to 1.
    """

    needs: Array
    housed: Array
    relative_load: Array
    weight: Array


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
        ``higher`` or ``lower``.
    range : str
        Values it can have.
    """

    name: str
    measure: Callable[[Outcome], float]
    unit: str
    better: Literal["higher", "lower"]
    range: str


INDICATORS: dict[str, Indicator] = {}
"""Every indicator by name, in the order of the tables."""


def indicator(
    unit: str, better: Literal["higher", "lower"], values: str
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


@indicator("households housed per household in need", "higher", "0 to 1")
def coverage(outcome: Outcome) -> float:
    """Part of all households in need that is housed within the horizon; 1 where nobody is in need."""
    needs = outcome.needs.sum()
    return float(outcome.housed.sum() / needs) if needs else 1.0


@indicator("household-years", "lower", "0 and up")
def waiting(outcome: Outcome) -> float:
    """Households not yet housed at the end of a year, summed over the years."""
    return float(np.cumsum(outcome.needs - outcome.housed, axis=2).sum())


@indicator("relative load", "lower", "0 and up")
def heaviest(outcome: Outcome) -> float:
    """Largest relative load; NaN where no municipality has one."""
    return float(outcome.relative_load.max(initial=-np.inf)) if outcome.weight.size else np.nan


@indicator("relative load", "higher", "0 and up")
def lightest(outcome: Outcome) -> float:
    """Smallest relative load; NaN where no municipality has one."""
    return float(outcome.relative_load.min(initial=np.inf)) if outcome.weight.size else np.nan


@indicator("relative load", "lower", "0 and up")
def range_(outcome: Outcome) -> float:
    """Heaviest minus lightest."""
    return heaviest(outcome) - lightest(outcome)


@indicator("share of the largest possible inequality", "lower", "0 to 1")
def gini(outcome: Outcome) -> float:
    """Gini coefficient of the relative loads, each weighted by its fair share; see `weighted_gini`."""
    return weighted_gini(outcome.relative_load, outcome.weight)


def weighted_gini(values: Array, weights: Array) -> float:
    """Gini coefficient of weighted values: Σ_i Σ_j w_i w_j |x_i − x_j| ÷ (2 Σ_i w_i x_i), with Σ w = 1.

    Computed in one pass over sorted values as 1 − Σ_i w_i (L_i + L_{i−1}), where L is the cumulative
    share in Σ w x (the Lorenz curve): Lerman & Yitzhaki (1989), Improving the accuracy of estimates
    of Gini coefficients, Journal of Econometrics 42(1), 43-47.

    Parameters
    ----------
    values : array
        At least zero.
    weights : array
        At least zero; scaled to sum to 1.

    Returns
    -------
    float
        0 where all are equal (also all zero), towards 1 where one carries all; NaN without values.

    Examples
    --------
    >>> round(weighted_gini(np.array([0.0, 1.0]), np.array([0.75, 0.25])), 9)
    0.75
    """
    if not weights.sum():
        return np.nan
    order = np.argsort(values, kind="stable")
    carried = np.cumsum(weights[order] * values[order])
    if not carried[-1]:
        return 0.0
    before = np.concatenate([[0.0], carried[:-1]])
    part = weights[order] / weights.sum()
    return float(max(0.0, 1.0 - part @ (carried + before) / carried[-1]))


def measure_outcome(instance: Instance, placements: pd.DataFrame, shares: pd.Series[float]) -> Outcome:
    """Measure what indicators need of a plan.

    Parameters
    ----------
    instance : Instance
        In its default scenario, unless restricted to another with `Instance.in_scenario`.
    placements : DataFrame
        municipality, group, place_type, year, places; what has no row is zero.
    shares : Series
        Fair share for places, by municipality; above zero.

    Returns
    -------
    Outcome
        Arrays.

    Raises
    ------
    InstanceError
        If the placements cannot be read, or a municipality has no share above zero.
    """
    instance = instance.in_scenario()
    known = known_ids(instance)
    places = read_plan(known, {"placements": placements})["placements"]
    share = _read_shares(shares, known["municipality"])
    region = known["region"].get_indexer(pd.Index(instance.tables["municipalities"]["region"]))
    in_region = (np.arange(len(known["region"]))[:, None] == region).astype(float)
    needs = entries(instance.tables["needs"], ("region", "group", "year"), "households", known)
    asked = needs.total("region", "group", "year")
    burden = instance.tables["groups"]["burden"].to_numpy(dtype=np.float64)
    task = (asked.sum(axis=2) @ burden)[region]
    load = places.total("municipality", "group") @ burden
    counts = task > 0
    weight = share[counts] / share[counts].sum() if counts.any() else np.empty(0)
    return Outcome(
        needs=asked,
        housed=np.einsum("rj,jgt->rgt", in_region, places.total("municipality", "group", "year")),
        relative_load=load[counts] / (share[counts] * task[counts]),
        weight=weight,
    )


def _read_shares(shares: pd.Series[float], municipalities: pd.Index[str]) -> Array:
    share = shares.reindex(municipalities)
    wrong = share.index[~(share > 0)]
    if len(wrong):
        raise InstanceError(
            "Relative loads cannot be measured.",
            [Problem("no-share", f"{name} has no fair share above zero.",
                     "A load has no meaning relative to no share.",
                     "Give the shares of the policy's key, by municipality.", value=str(share[name]))
             for name in wrong],
        )  # fmt: skip
    return np.asarray(share, dtype=np.float64)


def indicators(instance: Instance, placements: pd.DataFrame, shares: pd.Series[float]) -> pd.DataFrame:
    """Measure a finished plan with every indicator.

    Parameters
    ----------
    instance : Instance
        In its default scenario, unless restricted to another with `Instance.in_scenario`.
    placements : DataFrame
        municipality, group, place_type, year, places; what has no row is zero.
    shares : Series
        Fair share for places, by municipality; above zero.

    Returns
    -------
    DataFrame
        indicator, value, unit, better (higher or lower), range (values it can have).

    Raises
    ------
    InstanceError
        If the placements cannot be read, or a municipality has no share above zero.
    """
    outcome = measure_outcome(instance, placements, shares)
    rows = [
        (each.name, each.measure(outcome), each.unit, each.better, each.range) for each in INDICATORS.values()
    ]
    return pd.DataFrame(rows, columns=["indicator", "value", "unit", "better", "range"])
