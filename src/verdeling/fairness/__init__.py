"""Indicators that measure a finished plan and do not know how it was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.errors import InstanceError, Problem
from verdeling.fairness.inequality import weighted_gini
from verdeling.fairness.measuring import INDICATORS, Indicator, distance_to, indicator
from verdeling.fairness.outcome import Outcome, measure_outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from verdeling.instance import Instance

    Array = NDArray[np.float64]

__all__ = [
    "INDICATORS",
    "Indicator",
    "Outcome",
    "indicator",
    "indicators",
    "measure_outcome",
    "weighted_gini",
]


def indicators(
    instance: Instance,
    placements: pd.DataFrame,
    shares: pd.Series[float],
    *,
    builds: pd.DataFrame | None = None,
    reference: pd.DataFrame | None = None,
    keys: Mapping[str, pd.Series[float]] | None = None,
) -> pd.DataFrame:
    """Measure a finished plan with every indicator.

    Parameters
    ----------
    instance : Instance
        In its default scenario, unless restricted to another with `Instance.in_scenario`.
    placements : DataFrame
        municipality, group, place_type, year, places; what has no row is zero.
    shares : Series
        Fair share for places, by municipality; above zero.
    builds : DataFrame, optional
        project, year, places. Without it, and with projects in the instance, ``cost`` is NaN.
    reference : DataFrame, optional
        Placements of the plan that the price of fairness is counted from, for instance those of the
        policy ``utilitarian``. Without it the price is NaN.
    keys : mapping of str to Series, optional
        Further keys by name: weights by municipality, at least zero; scaled to sum to 1 per region.

    Returns
    -------
    DataFrame
        indicator, value, unit, better (higher, lower or neither), range (values it can have). Each
        further key has a row ``key_distance: NAME``.

    Raises
    ------
    InstanceError
        If a table cannot be read, a municipality has no share above zero, or a key has no weights
        for a municipality or a region.
    """
    outcome = measure_outcome(instance, placements, shares, builds=builds, reference=reference)
    measured = [(each.name, each.measure(outcome), each) for each in INDICATORS.values()]
    measured += [
        (f"key_distance: {name}", distance_to(outcome, weights), INDICATORS["key_distance"])
        for name, weights in _read_keys(outcome, keys or {}).items()
    ]
    rows = [(name, value, each.unit, each.better, each.range) for name, value, each in measured]
    return pd.DataFrame(rows, columns=["indicator", "value", "unit", "better", "range"])


def _read_keys(outcome: Outcome, keys: Mapping[str, pd.Series[float]]) -> dict[str, Array]:
    """Weights of each key in the order of the outcome, or every problem at once."""
    weights = {name: key.reindex(outcome.municipality) for name, key in keys.items()}
    problems = [problem for name, key in weights.items() for problem in _key_problems(outcome, name, key)]
    if problems:
        raise InstanceError("The distance to a key cannot be measured.", problems)
    return {name: np.asarray(key, dtype=np.float64) for name, key in weights.items()}


def _key_problems(outcome: Outcome, name: str, key: pd.Series[float]) -> list[Problem]:
    right = (key >= 0) & (key < np.inf)
    remedy = "Give a weight for every municipality."
    problems = [
        Problem("no-share", f"{municipality} has no weight of at least zero in the key {name}.",
                "A load cannot be compared with no weight.", remedy, value=str(key[municipality]))
        for municipality in key.index[~right]
    ]  # fmt: skip
    sums = key.where(right).groupby(outcome.region).sum(min_count=1)
    return problems + [
        Problem("no-share", f"The key {name} gives region {region} nothing.",
                "Nobody would carry the load of that region.", remedy)
        for region in sums.index[sums == 0]
    ]  # fmt: skip
