"""Limits that bind, with what one more and one less of each would change beside their prices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.explaining.asking.one_more import one_more

if TYPE_CHECKING:
    from verdeling.explaining.asking.desk import Desk
    from verdeling.explaining.asking.one_more import Margins
    from verdeling.solution import Solution

FURTHEST = 16
"""Up to so many units it is asked how far the change per unit stays the same."""

_SIDES = {"more": 1.0, "less": -1.0}
_KEY = ["row", "goal", "stage"]
_STAGE = ["goal", "stage", "measure", "aggregate", "rank"]


def ask_limits(solution: Solution, desk: Desk, limits: pd.DataFrame) -> Margins:
    """Ask about limits, the most important first, until the deadline of the desk if it has one.

    Parameters
    ----------
    solution : Solution
        Whose limits they are.
    desk : Desk
        The solution reopened.
    limits : DataFrame
        As `verdeling.limits.binding_limits` gives them.
    """
    ordered = limits.sort_values(["rank", "price"], na_position="last", kind="stable")
    return one_more(solution, ordered["row"].drop_duplicates(), FURTHEST, desk)


def beside_prices(solution: Solution, limits: pd.DataFrame, margins: Margins | None) -> pd.DataFrame:
    """Limits with their prices, and what one more and one less changed.

    Parameters
    ----------
    solution : Solution
        Whose limits they are.
    limits : DataFrame
        As `verdeling.limits.binding_limits` gives them.
    margins : Margins or None
        What was asked.

    Returns
    -------
    DataFrame
        The columns of `limits`, a row for each limit and each goal in which it has a price or that one
        more or one less changes. one_more, one_less: what comes of a limit that is a unit (or
        `verdeling.explaining.asking.moving.EUROS`) higher or lower: ``changes``, ``same``,
        ``impossible``, or empty where that was not asked. more_change, less_change: by how much the
        goal changes then. more_until, less_until: up to how many units, `FURTHEST` at most, every goal
        changes by as much for each. whom: municipalities whose relative load changes, with ``;``
        between them, the most first.
    """
    stages = solution.goals[["goal", "stage", "measure", "aggregate"]]
    stages = stages.assign(rank=np.arange(len(stages), dtype=np.float64))
    found = limits.loc[limits["price"].notna(), [*_KEY, "price"]]
    changes = found[_KEY].assign(step=0.0, change=0.0)
    if margins is not None:
        changes = pd.concat([changes, margins.goals])
    for side, sign in _SIDES.items():
        here = changes[np.sign(changes["step"].to_numpy(np.float64)) == sign]
        own = here[[*_KEY, "change"]].rename(columns={"change": f"{side}_change"})
        found = found.merge(own, how="outer", on=_KEY)
    found = found.merge(stages, how="left", on=["goal", "stage"])
    told = limits.drop_duplicates("row").drop(columns=[*_STAGE, "price"]).merge(found, how="left", on="row")
    for side, sign in _SIDES.items():
        told = told.merge(_outcomes(margins, side, sign), how="left", on="row")
        told[f"one_{side}"] = told[f"one_{side}"].fillna("")
        known = told[f"one_{side}"].isin(["changes", "same"]) & told["goal"].notna()
        told[f"{side}_change"] = told[f"{side}_change"].where(~known, told[f"{side}_change"].fillna(0.0))
    return told.merge(_whom(margins), how="left", on="row").fillna({"whom": ""})


def _outcomes(margins: Margins | None, side: str, sign: float) -> pd.DataFrame:
    """What came of a step up or down of each limit, and how far that holds in units."""
    empty = pd.DataFrame(columns=["row", "step", "outcome", "until"])
    steps = empty if margins is None else margins.steps
    step = steps["step"].to_numpy(np.float64)
    steps = steps.assign(until=steps["until"].to_numpy(np.float64) / step)
    own: pd.DataFrame = steps.loc[np.sign(step) == sign, ["row", "outcome", "until"]]
    return own.rename(columns={"outcome": f"one_{side}", "until": f"{side}_until"})


def _whom(margins: Margins | None) -> pd.DataFrame:
    """Whose relative load changes with one more or one less of each limit."""
    empty = pd.DataFrame(columns=["row", "municipality"])
    moved = empty if margins is None else margins.loads[list(empty)].drop_duplicates()
    towns = moved.groupby("row", sort=False)["municipality"].agg("; ".join)
    return pd.DataFrame({"row": towns.index, "whom": towns.to_numpy()})
