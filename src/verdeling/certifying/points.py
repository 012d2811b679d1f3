"""The point of a stated program that the tables of a result are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.program import find

if TYPE_CHECKING:
    from collections.abc import Mapping

    from verdeling.formulation import Model
    from verdeling.program import Block, Floats, Integers

NOT_TOLD = "flow"
"""Columns that no table of a result tells: who goes from where to where."""


def point_of(model: Model, tables: Mapping[str, pd.DataFrame], flows: Floats | None = None) -> Floats:
    """A value for each column of a program, from the tables of a result.

    Parameters
    ----------
    model : Model
        Stated for the goals too.
    tables : mapping of str to DataFrame
        ``placements``, ``waiting``, ``builds``, ``support`` and ``suppliers``, in ids.
    flows : array, optional
        Of columns that no table tells (`NOT_TOLD`).

    Returns
    -------
    array
        What tables do not say is zero; what follows from other columns is worked out from them.
    """
    point = np.zeros(model.program.column_count)
    places, builds = _positions(model, tables["placements"]), _positions(model, tables["builds"])
    people = _origins(model, tables["waiting"])
    told = {
        "place": (places, "places"),
        "served": (people, "served"),
        "waiting": (people, "waiting"),
        "build": (builds, "places"),
        "supplied": (_positions(model, tables["suppliers"]), "places"),
    }
    for kind, (table, amount) in told.items():
        block = model.program.column_blocks.get(kind)
        if block is not None and len(block.index) and len(table):
            point[block.positions] = _amounts(block, table, amount)
    _open(model, point)
    _give_support(model, tables["support"], point)
    _stay(model, point)
    if flows is not None and NOT_TOLD in model.program.column_blocks:
        point[model.program.column_blocks[NOT_TOLD].positions] = flows
    _follow(model, point)
    return point


def _positions(model: Model, table: pd.DataFrame) -> pd.DataFrame:
    """Ids as positions, -1 for an id that is not there."""
    known = {name: ids for name, ids in model.data.ids.items() if name in table}
    return table.assign(**{name: ids.get_indexer(pd.Index(table[name])) for name, ids in known.items()})


def _origins(model: Model, table: pd.DataFrame) -> pd.DataFrame:
    found = _positions(model, table)
    towns = len(model.data.ids["municipality"])
    somewhere = table["municipality"].to_numpy(object) != ""
    return found.assign(origin=np.where(somewhere, found["municipality"], towns + found["region"]))


def _amounts(block: Block, table: pd.DataFrame, amount: str) -> Floats:
    """The number in a table of each column of a block; zero where it has none."""
    dimensions = list(block.index.columns)
    own = table.assign(**{name: table[name].astype(np.int64) for name in dimensions})
    row = find(own, block.index)
    known = row >= 0
    values = own[amount].to_numpy(np.float64)[known]
    return np.bincount(row[known], values, len(block.index)).astype(np.float64)


def _open(model: Model, point: Floats) -> None:
    """A project is built as far as places are built in it: the part that the fractional optimum needs."""
    program = model.program
    opened, build = program.column_blocks["open"], program.column_blocks["build"]
    if not len(opened.index):
        return
    places = point[build.positions]
    projects = model.data.projects
    built = np.bincount(build.index["project"].astype(np.int64), places, len(projects))
    least, most = (projects[name].to_numpy(np.float64) for name in ("min_places", "max_places"))
    project = opened.index["project"].to_numpy(np.int64)
    part = np.minimum(built[project] / most[project], 1.0)
    whole = (places == np.round(places)).all() and (built >= least)[built > 0].all()
    point[opened.positions] = np.ceil(part) if whole else part


def _give_support(model: Model, table: pd.DataFrame, point: Floats) -> None:
    """Hours of each offer: those bound to a municipality give first, then those for a whole region."""
    block, offers = model.program.column_blocks["support"], model.data.offers
    if not len(block.index) or not len(table):
        return
    given = _positions(model, table)
    whom = (given[name].to_numpy(np.int64).tolist() for name in ("provider", "municipality", "year"))
    left = dict(zip(zip(*whom, strict=True), given["hours"].tolist(), strict=True))
    rest = offers["hours"].tolist()
    offer, town, year = (block.index[name].to_numpy(np.int64) for name in ("offer", "municipality", "year"))
    provider = offers["provider"].to_numpy(np.int64)[offer]
    wide = offers["municipality"].to_numpy()[offer] < 0
    last: dict[tuple[int, ...], int] = {}
    for at in np.argsort(wide, kind="stable").tolist():
        key, own = (int(provider[at]), int(town[at]), int(year[at])), int(offer[at])
        hours = min(left.get(key, 0.0), rest[own])
        point[block.start + at], last[key] = hours, block.start + at
        left[key] = left.get(key, 0.0) - hours
        rest[own] -= hours
    for key, hours in left.items():
        if key in last:
            point[last[key]] += hours


def _stay(model: Model, point: Floats) -> None:
    """As many as can be are housed where they looked from: nothing else limits that."""
    block = model.program.column_blocks.get("local")
    if block is None or not len(block.index):
        return
    served = model.program.column_blocks["served"]
    homes = served.index.rename(columns={"origin": "municipality"}).assign(amount=point[served.positions])
    place = model.program.column_blocks["place"]
    given = place.index.assign(amount=point[place.positions])
    sides = [_amounts(block, table, "amount") for table in (homes, given)]
    point[block.positions] = np.minimum(*sides)


def _follow(model: Model, point: Floats) -> None:
    """Loads, and by how much soft agreements are missed: what is left of the rows that say so."""
    program = model.program
    for family, kinds in (("load", ("load",)), ("agreement", ("short", "over"))):
        for block, entries in zip(program.row_blocks, program.entries, strict=True):
            if block.name == family and len(block.index):
                done = np.bincount(entries.rows, entries.coefficients * point[entries.columns], len(entries))
                rows = block.positions
                lower, upper = program.row_lower[rows] - done, done - program.row_upper[rows]
                for kind, missed in zip(kinds, (lower, upper), strict=False):
                    _fill(program.column_blocks.get(kind), block, missed, point)


def _fill(columns: Block | None, rows: Block, missed: Floats, point: Floats) -> None:
    if columns is not None and len(columns.index):
        at: Integers = find(columns.index, rows.index)
        point[columns.positions] = np.maximum(missed[at], 0.0)
