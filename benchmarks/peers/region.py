"""What every peer starts from: the tables of an instance, read with pandas, and what its program is about.

The reading is shared, so that the peers differ in how they state and solve, and in nothing else.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from pathlib import Path

FEASIBILITY, OPTIMALITY = 1e-10, 1e-9
"""Primal and dual tolerance of the solver, those that Verdeling asks of HiGHS."""

HELD = 1e-9
"""How far, relative to ``max(1, |value|)``, a later goal may worsen an earlier one, as in a policy."""


@dataclass(frozen=True)
class Region:
    """Tables with names in them, as a modeller has them before numbering anything.

    Parameters
    ----------
    municipalities : DataFrame
        By municipality: region, population.
    groups : DataFrame
        By group: priority, burden.
    suitability : DataFrame
        group, place_type.
    needs : DataFrame
        group, municipality, region, year, households: one row per combination from its first need on.
    supply : DataFrame
        municipality, region, place_type, year, places.
    """

    municipalities: pd.DataFrame
    groups: pd.DataFrame
    suitability: pd.DataFrame
    needs: pd.DataFrame
    supply: pd.DataFrame

    @cached_property
    def places(self) -> pd.DataFrame:
        """What a place can be: group, municipality, place_type, year, region."""
        looking = self.needs[["region", "group", "year"]].drop_duplicates()
        return self.supply.merge(self.suitability, on="place_type").merge(looking)[
            ["group", "municipality", "place_type", "year", "region"]
        ]

    @cached_property
    def served(self) -> pd.DataFrame:
        """Who can be housed: group, municipality of origin, year, region."""
        housed = self.places[["region", "group", "year"]].drop_duplicates()
        return self.needs.merge(housed)[["group", "municipality", "year", "region"]]

    @cached_property
    def task(self) -> pd.Series[float]:
        """By municipality: its share by inhabitants of all that its region asks, in places that count."""
        counted = self.needs["households"] * self.needs["group"].map(self.groups["burden"])
        region = self.municipalities["region"]
        asked = region.map(counted.groupby(self.needs["region"]).sum())
        inhabitants = self.municipalities["population"]
        return inhabitants / inhabitants.groupby(region).transform("sum") * asked


def read(folder: Path) -> Region:
    """Read the tables of a folder that say how places and needs meet."""
    tables = {
        name: pd.read_csv(folder / f"{name}.csv")
        for name in ("municipalities", "groups", "suitability", "needs", "supply")
    }
    municipalities = tables["municipalities"].set_index("municipality")
    supply = tables["supply"].groupby(["municipality", "place_type", "year"], as_index=False)["places"].sum()
    needs = tables["needs"].groupby(["group", "municipality", "year"])["households"].sum()
    every = pd.MultiIndex.from_product(needs.index.levels, names=needs.index.names)
    needs = needs.reindex(every, fill_value=0).reset_index()
    begun = needs.groupby(["group", "municipality"])["households"].cumsum() > 0
    return Region(
        municipalities[["region", "population"]],
        tables["groups"].set_index("group")[["priority", "burden"]],
        tables["suitability"][["group", "place_type"]],
        needs[begun].assign(region=needs["municipality"].map(municipalities["region"])),
        supply.assign(region=supply["municipality"].map(municipalities["region"])),
    )


def slack(value: float) -> float:
    """How far a later goal may worsen one that reached this value."""
    return HELD * max(1.0, abs(value))


def answer(goals: list[float], placements: pd.DataFrame) -> None:
    """Print what was reached, goal by goal (levels from high to low), and how many places were read back."""
    print(json.dumps({"goals": [float(goal) for goal in goals], "places": float(placements["places"].sum())}))
