"""What a division comes to per municipality and per group, with the names that people use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from verdeling.rounding.controlled import round_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verdeling.names import Names
    from verdeling.solution import Solution

_NOTHING = 0.005
"""Places below this do not show in a report."""


def load_table(plan: Solution, names: Names) -> pd.DataFrame:
    """Per municipality what it delivers, beside its fair share.

    Returns
    -------
    DataFrame
        municipality, name, region, places (of every group), load (places of the groups that weigh),
        fair_load (its fair share of the needs of its region, in load), relative_load, built (places),
        support_hours (per week, over the years together), in the order of names.
    """
    loads = plan.loads
    groups, needs = plan.instance.tables["groups"], plan.instance.tables["needs"]
    weight = needs["households"] * needs["group"].map(groups.set_index("group")["burden"])
    task = weight.groupby(needs["region"]).sum()
    loads["fair_load"] = loads["fair_share"] * loads["region"].map(task).fillna(0.0)
    loads["name"] = names.column("municipality", loads["municipality"])
    columns = ["municipality", "name", "region", "places", "load", "fair_load", "relative_load", "built"]
    loads = loads.set_index("municipality").reindex(list(names.names["municipality"])).reset_index()
    return loads[[*columns, "support_hours"]]


def support_table(plan: Solution) -> pd.DataFrame:
    """Support in hundredths of an hour that add up, by provider and by municipality, as they are read.

    Returns
    -------
    DataFrame
        provider, municipality, year, hours (per week).
    """
    found = []
    for year, part in plan.support.groupby("year"):
        table = part.pivot_table(
            index="provider", columns="municipality", values="hours", aggfunc="sum", fill_value=0.0
        )
        rounded = round_table(table.clip(lower=0.0) * 100) / 100
        hours = rounded.reset_index().melt("provider", value_name="hours")
        found.append(hours.assign(year=year))
    if not found:
        return plan.support
    every = pd.concat(found, ignore_index=True)
    return every.loc[every["hours"] > 0].reset_index(drop=True)


def queue_table(plan: Solution, names: Names) -> pd.DataFrame:
    """Per group, the most urgent first: needs, served, and waiting at the end of the last year.

    Returns
    -------
    DataFrame
        group, name; needs, served, waiting (households).
    """
    waiting = plan.waiting
    last = waiting["year"] == max(plan.instance.about.years)
    table = waiting.groupby("group")[["needs", "served"]].sum()
    table["waiting"] = waiting[last].groupby("group")["waiting"].sum()
    table = table.reindex(list(names.names["group"])).fillna(0.0).rename_axis("group").reset_index()
    table.insert(1, "name", names.column("group", table["group"]))
    return table


def group_table(plan: Solution, names: Names, municipality: str) -> pd.DataFrame:
    """Per group the needs of the region of a municipality, its fair share of them, and its places.

    Returns
    -------
    DataFrame
        group, name; needs (of the region, households), fair (its fair share of these), places (in the
        municipality), all_places (in its region); the most urgent group first, without groups that
        are neither needed nor housed.
    """
    loads = plan.loads.set_index("municipality")
    region = loads.loc[municipality, "region"]
    inside = loads.index[loads["region"] == region]
    placements, needs = plan.placements, plan.instance.tables["needs"]
    own, here = placements["municipality"] == municipality, placements["municipality"].isin(inside)
    table = pd.DataFrame(
        {
            "needs": needs[needs["region"] == region].groupby("group")["households"].sum(),
            "places": placements[own].groupby("group")["places"].sum(),
            "all_places": placements[here].groupby("group")["places"].sum(),
        }
    )
    table = table.reindex(list(names.names["group"])).fillna(0.0).rename_axis("group")
    table["fair"] = table["needs"] * loads["fair_share"].to_dict()[municipality]
    table = table[(table["needs"] > 0) | (table["all_places"] > 0)].reset_index()
    table.insert(1, "name", names.column("group", table["group"]))
    return table


def added_up(frame: pd.DataFrame, by: Sequence[str], names: Names, amount: str = "places") -> pd.DataFrame:
    """An amount added up, with names, in the order of reports.

    Parameters
    ----------
    frame : DataFrame
        A table of a solution, or a part of one.
    by : sequence of str
        Columns to keep: some of municipality, group, place_type and year, supplier, provider, certainty.
    names : Names
        What people call these.
    amount : str
        Column that is added up.

    Returns
    -------
    DataFrame
        The columns of `by` with names in the place of ids, and the amount where it shows.
    """
    table = frame.groupby(list(by), sort=False)[amount].sum().reset_index()
    table = table[table[amount] >= _NOTHING]
    order = {column: list(names.names[column]) for column in by if column in names.names}
    ranks = table.copy()
    for column, ids in order.items():
        ranks[column] = table[column].map(ids.index)
    return names.in_words(table.loc[ranks.sort_values(list(by)).index]).reset_index(drop=True)
