"""Which of several plans is at least as good on everything as which other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

NEAR = 1e-6
"""Values that are nearer than this, relative to values above 1, are taken for equal."""

_LARGEST = 1e300
"""Stands for infinity, which has no distance to anything."""

DOMINANCE_COLUMNS = ["scenario", "policy", "dominated", "better_on", "equal_on"]


def dominance(indicators: pd.DataFrame, on: Collection[str] | None = None) -> pd.DataFrame:
    """Say which policy is at least as good as which other on every indicator, and better on one.

    Values that solvers' rounding keeps apart are put together first: in order of size, each value that
    is within `NEAR` of the one before it ranks with it. Ranks are compared, so that dominance is a
    strict partial order: no policy dominates itself, and who dominates a policy dominates all that
    it dominates.

    Parameters
    ----------
    indicators : DataFrame
        policy, scenario, indicator, value, better, as `verdeling.comparing.comparison.Comparison` has it.
        With freedom, a value that is ``free`` is that of one plan of several and counts for none.
    on : collection of str, optional
        The indicators that count. By default all of which one direction is better. An indicator that
        no policy has a value for does not count; where one of two policies has no value, neither
        dominates the other.

    Returns
    -------
    DataFrame
        scenario, policy, dominated, better_on (the indicators on which it is better, with ``; `` between
        them), equal_on (those on which both are the same).
    """
    counted = indicators[indicators["better"].isin(["lower", "higher"])]
    if "freedom" in counted:
        counted = counted.assign(value=counted["value"].mask(counted["freedom"] == "free"))
    if on is not None:
        counted = counted[counted["indicator"].isin(list(on))]
    found = [
        _dominated(scenario, part) for scenario, part in counted.groupby("scenario", sort=False) if len(part)
    ]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=DOMINANCE_COLUMNS)


def _dominated(scenario: object, part: pd.DataFrame) -> pd.DataFrame:
    policies, names, ranks = _ranked(part)
    never, better = ranks[:, None] <= ranks[None, :], ranks[:, None] < ranks[None, :]
    winner, loser = np.nonzero(never.all(axis=2) & better.any(axis=2))
    pairs = [
        (scenario, policies[one], policies[other], _listed(names, on), _listed(names, ~on))
        for one, other in zip(winner, loser, strict=True)
        for on in [better[one, other]]
    ]
    return pd.DataFrame(pairs, columns=DOMINANCE_COLUMNS)


def _listed(names: list[str], chosen: NDArray[np.bool_]) -> str:
    return "; ".join(np.array(names, dtype=object)[chosen])


def _ranked(part: pd.DataFrame) -> tuple[list[str], list[str], NDArray[np.float64]]:
    """Policies, indicators, and the rank of each policy on each: 0 is best; NaN where it has no value."""
    policies = part["policy"].drop_duplicates().tolist()
    wide = part.pivot_table(index="policy", columns="indicator", values="value").reindex(policies)
    wide = wide[[name for name in part["indicator"].drop_duplicates() if name in wide]]
    names = wide.columns.tolist()
    sign = part.drop_duplicates("indicator").set_index("indicator")["better"].map({"lower": 1, "higher": -1})
    ranks = [ranked(sign[name] * wide[name].to_numpy(np.float64)) for name in names]
    return policies, names, np.array(ranks).reshape(len(names), len(policies)).T


def ranked(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rank values from small to large; values in a chain of steps smaller than `NEAR` share a rank.

    Parameters
    ----------
    values : array
        NaN where there is none.

    Returns
    -------
    array
        0 for the smallest; NaN for NaN.

    Examples
    --------
    >>> ranked(np.array([2.0, 1.0, 1.0 + 1e-9, np.nan])).tolist()
    [1.0, 0.0, 0.0, nan]
    """
    order = np.argsort(values, kind="stable")
    known = np.clip(values[order][: len(values) - int(np.isnan(values).sum())], -_LARGEST, _LARGEST)
    near = NEAR * np.clip(np.minimum(np.abs(known[:-1]), np.abs(known[1:])), 1.0, None)
    apart = np.diff(known) > near
    ranks = np.full(len(values), np.nan)
    ranks[order[: len(known)]] = np.concatenate([[0.0], np.cumsum(apart)])[: len(known)]
    return ranks
