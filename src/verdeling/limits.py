"""The limits that bind a solution, with what each would change in the goals, and alike ones together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from verdeling.reading import ROW_COLUMNS
from verdeling.scopes import SCOPE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verdeling.instance import Instance
    from verdeling.solution import Solution

UNIT_OF_MEASURE = {
    "places": "places",
    "share_of_need": "places",
    "share_of_supply": "places",
    "per_1000_inhabitants": "places",
    "share_of_fair_share": "load",
    "built": "places",
    "share_of_built": "places",
    "support_hours": "hours per week",
    "cost": "EUR",
}
"""Unit of both sides of an agreement, by its measure."""

LIMIT_COLUMNS = [*ROW_COLUMNS, "tight", "reached", "text", "text_nl", "short"]
LIMIT_COLUMNS += ["goal", "stage", "measure", "aggregate", "price", "rank"]

_WHERE = ["agreement", *SCOPE, "provider"]
_NUMBERS = ["use", "limit", "short"]
_ALIKE = ["rank", "goal", "stage", "family", "agreement", "rounded", "reached", "sense", "unit"]
_SCOPES = ["project", "municipality", "group", "provider", "supplier", "place_type", "year", "region"]
_STEPS = [["municipality"], ["provider"], ["place_type"], ["year"], ["group"], ["supplier"]]
_SHOWN = 0.005
"""Smaller differences do not show in two decimals."""

_PLACE = 1 - 1e-6
"""Where places are whole, less than this is no place that could be given."""

_PROJECTS = ("project", "project_minimum")


def binding_limits(solution: Solution) -> pd.DataFrame:
    """Limits that are tight or have a price, in ids.

    Parameters
    ----------
    solution : Solution
        One that has numbers.

    Returns
    -------
    DataFrame
        The columns of ``solution.rows``, with for an agreement its own unit, and its use without
        what it is missed by; reached (tight, or as far as whole places go), short (what a soft
        agreement is missed by), and per goal that prices the limit: goal, stage, measure, aggregate,
        price and rank (0 for the first stage of the first goal). A limit has a row for each price,
        and one with NaN if it has none.
    """
    rows = _with_agreements(solution, solution.rows)
    rows = _with_projects(solution, rows)
    stages = solution.goals[["goal", "stage", "measure", "aggregate"]]
    stages = stages.assign(rank=np.arange(len(stages), dtype=np.float64))
    prices = solution.prices.merge(stages, on=["goal", "stage"])
    found = rows.merge(prices, how="left", on="row")
    nothing = np.where((found["unit"] == "places") & solution.whole, _PLACE, _SHOWN)
    found["reached"] = found["tight"].astype(bool) | ((found["limit"] - found["use"]).abs() < nothing)
    idle = (found["use"] == 0) & (found["limit"] == 0) & (found["family"] != "agreement")
    empty = found["family"].isin(_PROJECTS) & ~found["project"].isin(solution.builds["project"])
    kept = found["price"].notna() | (found["tight"].astype(bool) & ~idle & ~empty)
    return found.loc[kept, LIMIT_COLUMNS].reset_index(drop=True)


def repeated(limits: pd.DataFrame, instance: Instance) -> pd.Series[bool]:
    """Whether a limit only says again what another one says.

    Hours are handed out to municipalities as they are used, so that a municipality is short only
    where its providers are, or where it has none. Places are attributed to suppliers likewise.
    """
    offers = instance.tables["support"]
    region = instance.tables["municipalities"].set_index("municipality")["region"]
    own = set(zip(offers["municipality"], offers["year"].astype(str), strict=True))
    everywhere = offers[offers["municipality"] == ""]
    shared = set(zip(everywhere["region"], everywhere["year"].astype(str), strict=True))
    helped = [
        (place, year) in own or (region.get(place), year) in shared
        for place, year in zip(limits["municipality"], limits["year"], strict=True)
    ]
    family = limits["family"]
    return (family == "supplier_split") | (
        (family == "support") & pd.Series(helped, index=limits.index, dtype=bool)
    )


def apart(limits: pd.DataFrame) -> pd.DataFrame:
    """Limits each by itself, in the form of `together`: one row for every limit and price."""
    told = limits.assign(rounded=[float(f"{price:.6g}") for price in limits["price"]], limits=1)
    told["rows"] = pd.Series([(row,) for row in limits["row"]], index=limits.index, dtype=object)
    for scope in _SCOPES:
        told[scope] = pd.Series(
            [(key,) for key in limits[scope].astype(str)], index=limits.index, dtype=object
        )
    return _ordered(told)


def together(limits: pd.DataFrame) -> pd.DataFrame:
    """Limits that say the same as one, each under the most important goal that it has a price in.

    Limits of one family with the same price are put together where they cover every combination of
    their scopes, so that "in Losser and Borne, in 2027 and 2028" is true of all four. Projects are
    put together wherever and whenever they are.

    Parameters
    ----------
    limits : DataFrame
        As `binding_limits` gives them.

    Returns
    -------
    DataFrame
        The most important first: by goal, then by size of the price; what has no price last. Each
        scope column holds a tuple of ids, and ``rows`` their positions; use, limit and short are sums,
        ``limits`` is how many.
    """
    first = limits.sort_values("rank", na_position="last", kind="stable").drop_duplicates("row")
    alike = apart(first)
    planned = alike["family"].isin(_PROJECTS)
    projects, others = _merge(alike[planned], ["project", "municipality", "year"]), alike[~planned]
    for step in _STEPS:
        others = _merge(others, step)
    return _ordered(
        pd.concat([part for part in (others, projects) if len(part)] or [others], ignore_index=True)
    )


def _ordered(limits: pd.DataFrame) -> pd.DataFrame:
    keys = limits.assign(
        size=-limits["rounded"].abs(), agreed=limits["family"] != "agreement", biggest=-limits["limit"].abs()
    )
    order = ["rank", "size", "agreed", "biggest", "family"]
    return limits.loc[keys.sort_values(order, na_position="last", kind="stable").index].reset_index(drop=True)


def _merge(frame: pd.DataFrame, step: list[str]) -> pd.DataFrame:
    """Rows that differ in these scopes only, as one."""
    same = [*_ALIKE, *(scope for scope in _SCOPES if scope not in step)]
    if not frame.duplicated(same).any():
        return frame
    rest = [name for name in ("text", "text_nl", "measure", "aggregate", "price") if name in frame]
    how = (
        {scope: _union for scope in ["rows", *step]}
        | dict.fromkeys([*_NUMBERS, "limits"], "sum")
        | dict.fromkeys(rest, "first")
    )
    return frame.groupby(same, sort=False, dropna=False).agg(how).reset_index()


def _union(keys: Iterable[tuple[Any, ...]]) -> tuple[Any, ...]:
    return tuple(sorted({key for several in keys for key in several}))


def _with_agreements(solution: Solution, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with the text and unit of their agreement, and what a soft one is missed by."""
    agreements = solution.instance.tables["agreements"].set_index("agreement")
    unit_of = agreements["measure"].map(UNIT_OF_MEASURE).to_dict()
    in_dutch = agreements["text_nl"].where(agreements["text_nl"] != "", agreements["text"])
    text_of, dutch_of = agreements["text"].to_dict(), in_dutch.to_dict()
    missed = solution.shortfalls[[*_WHERE, "short"]]
    rows = rows.merge(missed, how="left", on=_WHERE)
    short = rows["short"].where(rows["family"] == "agreement", 0.0).fillna(0.0)
    return rows.assign(
        text=[text_of.get(name, "") for name in rows["agreement"]],
        text_nl=[dutch_of.get(name, "") for name in rows["agreement"]],
        unit=[unit_of.get(name, unit) for name, unit in zip(rows["agreement"], rows["unit"], strict=True)],
        use=np.where(rows["sense"] == "<=", rows["use"] + short, rows["use"] - short),
        short=short,
    )


def _with_projects(solution: Solution, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of projects with the municipality, place type and first year of the project."""
    projects = solution.instance.tables["projects"].set_index("project")
    about = rows["family"].isin(_PROJECTS)
    for column in ("municipality", "place_type", "year"):
        rows[column] = rows[column].where(~about, rows["project"].map(projects[column].astype(str)))
    return rows
