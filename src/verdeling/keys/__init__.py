"""Fair shares: what part of its region's task a key gives each municipality."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.errors import PolicyError, Problem
from verdeling.keys.attributes import Members
from verdeling.keys.reckoning import reckon
from verdeling.keys.steps import PhaseIn

if TYPE_CHECKING:
    import numpy.typing as npt

    from verdeling.keys.data import Key
    from verdeling.keys.steps import AnyStep

__all__ = ["fair_shares"]


def fair_shares(municipalities: pd.DataFrame, key: Key, *, years: int | None = None) -> pd.Series:
    """Fair share of each municipality in its region's task.

    Parameters
    ----------
    municipalities : DataFrame
        municipality, region and a numeric column for each attribute.
    key : Key
        Carried out per region, up to its rounding. Classes are added up.
    years : int, optional
        Years of the horizon that the shares are for. A phase-in that states no year is in year 1 in
        the first of them, in year 2 in the next and so on, and the shares are the means over these
        years. Without it a phase-in holds in full.

    Returns
    -------
    Series
        In the order of the table; above zero, sums to 1 in each region.

    Raises
    ------
    PolicyError
        If an attribute is not there, is negative, or leaves a municipality with no share at all; if a
        step is impossible; or if a step or trade is stated in places and the key states no total, or
        there are several regions.
    """
    members = Members(municipalities, key)  # every problem of the table at once, before any region
    _refuse_absolute(municipalities, key)
    shares = np.zeros(len(members))
    for region in municipalities["region"].unique():
        inside = (municipalities["region"] == region).to_numpy()
        over = [_shares_of(municipalities[inside], each) for each in _by_year(key, years)]
        shares[inside] = np.mean(over, axis=0)
    _refuse_zero_shares([members.ids[at] for at in np.flatnonzero(~(shares > 0))], key)
    return pd.Series(shares, index=municipalities.index)


def _by_year(key: Key, years: int | None) -> list[Key]:
    """The key in each year of a horizon; the key alone where all years are alike."""
    if years is None or not any(_moves(step) for step in key.step):
        return [key]
    return [
        key.model_copy(update={"step": tuple(_in_year(step, year) for step in key.step)})
        for year in range(1, years + 1)
    ]


def _moves(step: AnyStep) -> bool:
    return isinstance(step, PhaseIn) and step.year is None


def _in_year(step: AnyStep, year: int) -> AnyStep:
    return step.model_copy(update={"year": year}) if _moves(step) else step


def _shares_of(region: pd.DataFrame, key: Key) -> npt.NDArray[np.float64]:
    members = Members(region, key, part=True)
    totals = {name: float(total) for name, total in key.classes.items()} or {"": float(key.total or 1)}
    amounts = reckon(members, key, totals, whole=False).amounts.sum(axis=1)
    for trade in key.trade:
        for name, places in trade.changes.items():
            amounts[members.position(name)] += places
    return np.asarray(amounts / amounts.sum())


def _refuse_absolute(municipalities: pd.DataFrame, key: Key) -> None:
    several = len(municipalities["region"].unique()) > 1
    if not key.absolute or (not several and (key.total or key.classes)):
        return
    why = (
        "A number of places is part of one total, and here each region has its own."
        if several
        else "A number of places is a share only when the total is known."
    )
    raise PolicyError(
        "The key gives no fair shares.",
        [
            Problem(
                "no-total",
                f"{label!r} is stated in places.",
                why,
                "Use a share instead (share_of), or divide one region and state the total in the key.",
            )
            for label in key.absolute
        ],
    )


def _refuse_zero_shares(nothing: list[str], key: Key) -> None:
    if nothing:
        attributes = ", ".join(component.attribute for component in key.component)
        raise PolicyError(
            "The key leaves municipalities without a share.",
            [
                Problem(
                    "no-share",
                    f"The key gives {name} a share of zero.",
                    f"{attributes} are zero there, and load relative to no share has no meaning.",
                    "Add a component that is above zero there, such as population.",
                    table="municipalities",
                    value=str(name),
                )
                for name in nothing
            ],
        )
