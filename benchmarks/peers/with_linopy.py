"""linopy with HiGHS: ``python with_linopy.py FOLDER waiting``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import linopy
from region import FEASIBILITY, OPTIMALITY, Region, answer, read

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


def grid(table: pd.DataFrame, over: list[str], values: pd.Series[float] | bool) -> xr.DataArray:
    """An array over all combinations of the columns; zero, or no, where the table has no row."""
    array = table.assign(value=values).set_index(over)["value"].to_xarray()
    return array.fillna(0).astype(bool if values is True else float)


def state(region: Region) -> linopy.Model:
    """State the rows queue, pool, capacity and load as labelled arrays, masked where nothing is allowed."""
    model = linopy.Model()
    who, where = ["group", "municipality", "year"], ["municipality", "place_type", "year"]
    needs = grid(region.needs, who, region.needs["households"])
    begun = grid(region.needs, who, True)
    can = grid(region.served, who, True).reindex_like(begun, fill_value=False)
    allowed = grid(region.places, ["group", *where], True)
    capacity = grid(region.supply, where, region.supply["places"])
    place = model.add_variables(lower=0, coords=allowed.coords, mask=allowed, name="place")
    served = model.add_variables(lower=0, coords=can.coords, mask=can, name="served")
    waiting = model.add_variables(lower=0, coords=begun.coords, mask=begun, name="waiting")
    load = model.add_variables(lower=0, coords=[region.municipalities.index], name="load")
    before = waiting.shift(year=1).fillna(0)
    model.add_constraints(waiting - before + served.fillna(0) == needs, name="queue", mask=begun)
    regions = region.municipalities["region"].to_xarray()
    given = place.sum("place_type").groupby(regions).sum()
    model.add_constraints(served.groupby(regions).sum() - given == 0, name="pool")
    model.add_constraints(
        place.sum("group") <= capacity.reindex_like(allowed.any("group"), fill_value=0.0),
        name="capacity",
        mask=allowed.any("group"),
    )
    burden = region.groups["burden"].to_xarray()
    model.add_constraints(load - (place * burden).sum(["group", "place_type", "year"]) == 0, name="load")
    model.add_objective(waiting.sum())
    return model


def main(folder: str, task: str) -> None:
    """One program: the least waiting."""
    model = state(read(Path(folder)))
    status, condition = model.solve(
        "highs",
        io_api="direct",
        progress=False,
        output_flag=False,
        threads=1,
        primal_feasibility_tolerance=FEASIBILITY,
        dual_feasibility_tolerance=OPTIMALITY,
    )
    if status != "ok":
        raise RuntimeError(f"HiGHS ended with {condition}.")
    answer([model.objective.value], model.solution["place"].to_series().dropna().reset_index(name="places"))


if __name__ == "__main__":
    main(*sys.argv[1:])
