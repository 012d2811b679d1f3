"""Which numbers of plans side by side the goals of their policies settle, and how far others can move."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.leeway import RANGE_COLUMNS, WHOLE_PLAN, freedom

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from verdeling.leeway import Freedom
    from verdeling.solution import Solution

    Keyed = tuple[str, str]
    Ends = tuple[float, float, Freedom]

OF_PLACES = ("moves", "envy_beyond_one")
"""Indicators that rest on who is given which place, of which no range is asked."""

PRICES = {"price_of_fairness": "coverage", "price_in_years": "waiting"}
"""Indicators that are counted from another plan, with what they rest on in both."""

_BY = ["policy", "scenario"]


def range_table(solved: Mapping[Keyed, Solution]) -> pd.DataFrame:
    """How far numbers can move under each policy, where that was asked.

    Parameters
    ----------
    solved : mapping
        Solutions by policy and scenario.

    Returns
    -------
    DataFrame
        policy, scenario and the columns of `verdeling.leeway.Leeway.ranges`, with freedom.
    """
    found = [
        table.assign(
            policy=policy,
            scenario=scenario,
            freedom=freedom(table["lowest"].to_numpy(), table["highest"].to_numpy(), whole=solution.whole),
        )
        for (policy, scenario), solution in solved.items()
        if (table := solution.tables.get("ranges")) is not None
    ]
    columns = [*_BY, *RANGE_COLUMNS, "freedom"]
    empty = pd.DataFrame(columns=columns).astype({"lowest": float, "highest": float})
    return pd.concat(found, ignore_index=True)[columns] if found else empty


def open_loads(loads: pd.DataFrame, ranges: pd.DataFrame) -> pd.DataFrame:
    """Loads with lowest, highest and freedom.

    Parameters
    ----------
    loads : DataFrame
        policy, scenario, municipality, ….
    ranges : DataFrame
        As `range_table` has it.
    """
    keys = [*_BY, "municipality"]
    asked = ranges.loc[ranges["number"] == "load", [*keys, "lowest", "highest", "freedom"]]
    found = loads.merge(asked, how="left", on=keys)
    return found.assign(freedom=found["freedom"].astype(object).fillna("unknown"))


def open_indicators(
    indicators: pd.DataFrame,
    loads: pd.DataFrame,
    ranges: pd.DataFrame,
    solved: Mapping[Keyed, Solution],
    reference: Mapping[str, Solution],
) -> pd.DataFrame:
    """Indicators with lowest, highest and freedom.

    Parameters
    ----------
    indicators : DataFrame
        policy, scenario, indicator, value, ….
    loads, ranges : DataFrame
        As `open_loads` and `range_table` have them.
    solved : mapping
        Solutions by policy and scenario.
    reference : mapping of str to Solution
        By scenario the plan that prices are counted from.
    """
    carried, asked = dict(list(loads.groupby(_BY))), dict(list(ranges.groupby(_BY)))
    known = {
        key: _ends(asked[key], carried[key], solution) for key, solution in solved.items() if key in asked
    }
    resting = {key: together(own["freedom"]) for key, own in carried.items()}

    def ends(policy: str, scenario: str, name: str, value: float) -> Ends:
        if name in PRICES:
            both = policy, reference[scenario].policy.name
            free = together(ends(each, scenario, PRICES[name], np.nan)[2] for each in both)
        elif name in known.get((policy, scenario), ()):
            return known[policy, scenario][name]
        else:
            of_loads = name not in (*OF_PLACES, "coverage", "waiting", "cost")
            free = resting[policy, scenario] if of_loads else "unknown"
        return (value, value, free) if free == "settled" else (np.nan, np.nan, free)

    rows = indicators[[*_BY, "indicator", "value"]].itertuples(index=False, name=None)
    found = pd.DataFrame([ends(*row) for row in rows], columns=["lowest", "highest", "freedom"])
    return indicators.assign(**found)


def together(freedoms: Iterable[str]) -> Freedom:
    """Freedom of what rests on several numbers: settled where all are, free where one is.

    Examples
    --------
    >>> together(["settled", "free", "unknown"]), together(["settled", "unknown"])
    ('free', 'unknown')
    """
    found = set(freedoms)
    return "free" if "free" in found else "unknown" if "unknown" in found else "settled"


def _ends(ranges: pd.DataFrame, loads: pd.DataFrame, solution: Solution) -> dict[str, Ends]:
    """Ends of the indicators of a plan of which they are known: no plan that meets the goals lies beyond."""
    rows = ranges[ranges["number"].isin([*WHOLE_PLAN, "heaviest"])]
    asked: dict[str, Ends] = {
        name: (low, high, free)
        for name, low, high, free in rows[["number", "lowest", "highest", "freedom"]].itertuples(index=False)
    }
    least, most, free = asked.pop("unhoused")
    needs = solution.instance.tables["needs"]["households"].sum()
    heaviest = asked.pop("heaviest")
    weighing = loads[loads["fair_load"] > 0]
    ends = weighing[["lowest", "highest"]].div(weighing["fair_load"], axis="index")
    found = asked | {"coverage": (1 - most / needs, 1 - least / needs, free)}
    if len(ends):
        own = solution.loads.set_index("municipality")["fair_share"].reindex(loads["municipality"])
        by_its_own_key = np.allclose(own, loads["fair_share"])
        found["heaviest"] = heaviest if by_its_own_key else _between(*ends.max(), whole=solution.whole)
        found["lightest"] = _between(*ends.min(), whole=solution.whole)
    return found


def _between(lowest: float, highest: float, *, whole: bool) -> Ends:
    """Ends of the largest or smallest of several numbers: it is not beyond those of all their ends."""
    return lowest, highest, freedom(np.array([lowest]), np.array([highest]), whole=whole)[0]
