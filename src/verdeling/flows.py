"""Who goes where: rows that goals about distance ask for, and no other goal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.errors import PolicyError, Problem
from verdeling.formulation import Model, Rows, add_family, at_most, distinct, exactly, family, minus

if TYPE_CHECKING:
    from verdeling.program import Floats

FLOWS = ("flow_origin", "flow_host")
"""Families that are stated only when a goal is about distance."""

_SHOWN = 5


def add_flows(model: Model) -> None:
    """State how many households of each origin go to each host, for goals about distance."""
    served = _served(model)
    place = model.terms("place")
    hosts = distinct(place, by=["group", "municipality", "year", "region"])
    hosts = hosts.rename(columns={"municipality": "host"})
    pairs = served.assign(region=model.data.region_of_origin[served["origin"]])
    pairs = pairs.merge(hosts, on=["group", "year", "region"])
    model.program.add_columns("flow", pairs[["group", "origin", "host", "year"]], unit="households")
    for name in FLOWS:
        add_family(model, name)


def minutes(model: Model) -> Floats:
    """Minutes from each municipality to each other of its region; zero within one and between regions.

    Raises
    ------
    PolicyError
        If the instance lacks a distance.
    """
    ids = model.data.ids["municipality"]
    region = model.data.municipalities["region"].to_numpy()
    table = model.data.instance.tables["distances"]
    found = np.full((len(ids), len(ids)), np.nan)
    found[ids.get_indexer(pd.Index(table["origin"])), ids.get_indexer(pd.Index(table["host"]))] = table[
        "minutes"
    ]
    known = np.isnan(found) & ((region[:, None] != region) | np.eye(len(ids), dtype=bool))
    found[known] = 0.0
    _refuse_missing(model, np.argwhere(np.isnan(found)))
    return found


def _refuse_missing(model: Model, missing: np.ndarray) -> None:
    if not len(missing):
        return
    names = model.data.municipalities["name"].to_numpy(object)
    shown = "; ".join(f"{names[origin]} to {names[host]}" for origin, host in missing[:_SHOWN])
    more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
    raise PolicyError(
        "The policy has a goal about distance, and the instance lacks distances.",
        [
            Problem(
                "no-distance",
                f"The table distances has no minutes from {shown}{more}.",
                "A distance that is not known would count as none.",
                "Add a row (origin, host, minutes) for every two municipalities of a region, both ways, "
                "or take another goal.",
                table="distances",
            )
        ],
    )


@family(unit="households")
def flow_origin(model: Model) -> Rows:
    """Σ_j flow[g, i, j, t] = served[g, i, t] for origins that are municipalities."""
    flow, served = model.program.terms("flow"), _served(model)
    return Rows(served[["group", "origin", "year"]], [flow, minus(served)], exactly(0.0))


@family(unit="households")
def flow_host(model: Model) -> Rows:
    """Σ_i flow[g, i, j, t] ≤ Σ_k place[g, j, k, t]."""
    flow = model.program.terms("flow").rename(columns={"host": "municipality"})
    place = model.program.terms("place")
    index = distinct(place, by=["group", "municipality", "year"])
    return Rows(index, [flow, minus(place)], at_most(0.0))


def _served(model: Model) -> pd.DataFrame:
    """Terms of ``served`` of origins that are municipalities."""
    served = model.program.terms("served")
    return served[served["origin"] < len(model.data.municipalities)]
