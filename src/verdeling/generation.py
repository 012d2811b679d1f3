"""Seeded instances of any size, for benchmarks, tests and first steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from verdeling.instance import About, Instance
from verdeling.memory import EMPTY, refuse_too_large

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt
    from numpy.random import Generator

FIRST_YEAR = 2025

PER_ROW = 160.0
"""Bytes for each row of needs or supply, at the peak."""


@dataclass(frozen=True)
class Size:
    """How large a generated instance is.

    Parameters
    ----------
    regions, municipalities, groups, place_types, years : int
        Numbers of each; municipalities are per region, so that 38 regions of 9 are as many as in the
        Netherlands. The last group are the regular seekers. A hundred thousand municipalities with 12
        groups, 8 place types and 3 years are 6.2 million rows: seconds, and 1.1 GB of memory.
    """

    regions: int = 1
    municipalities: int = 8
    groups: int = 6
    place_types: int = 4
    years: int = 6


def generate(size: Size | None = None, *, seed: int = 0, tightness: float = 1.0) -> Instance:
    """Generate an instance in which places are scarce and municipalities differ.

    Parameters
    ----------
    size : Size, optional
        Its size.
    seed : int
        The same seed gives the same instance.
    tightness : float
        Needs as a multiple of what makes places just about run out.

    Returns
    -------
    Instance
        Names and numbers are invented; every needs row is marked as an estimate.

    Raises
    ------
    ValueError
        If a size is below one, or there are fewer than two groups.
    RunError
        If it does not fit in memory.

    Examples
    --------
    >>> generate(Size(municipalities=3), seed=1)["municipalities"].shape[0]
    3
    """
    size = size or Size()
    if min(vars(size).values()) < 1 or size.groups < 2:
        raise ValueError("Every size is at least 1, and there are at least 2 groups.")
    _refuse_too_many_rows(size)
    random = np.random.default_rng(seed)
    municipalities = _municipalities(size, random)
    groups = _groups(size, random)
    suitability = _suitability(size, random)
    supply = _supply(size, municipalities, random)
    needs = _needs(size, municipalities, supply, random, tightness)
    tables = {
        "municipalities": municipalities,
        "groups": groups,
        "place_types": _place_types(size),
        "suitability": suitability,
        "needs": needs,
        "supply": supply,
        "projects": _projects(size, municipalities, random),
        "support": _support(size, groups, needs, municipalities),
        "agreements": _agreements(groups),
    }
    years = tuple(range(FIRST_YEAR, FIRST_YEAR + size.years))
    about = About(name=f"generated-{seed}", title=f"Generated instance {seed}", years=years)
    return Instance.from_tables(tables, about)


def _refuse_too_many_rows(size: Size) -> None:
    rows = size.regions * size.municipalities * size.years * (size.groups + size.place_types)
    refuse_too_large(
        EMPTY + PER_ROW * rows,
        f"Generating {rows:,} rows of needs and supply",
        "Take fewer regions, municipalities, groups, place types or years.",
    )


def _names(kind: str, count: int) -> list[str]:
    width = len(str(count))
    return [f"{kind} {number:0{width}}" for number in range(1, count + 1)]


def _municipalities(size: Size, random: Generator) -> pd.DataFrame:
    count = size.regions * size.municipalities
    names = _names("Municipality", count)
    population = np.round(np.exp(random.normal(10.3, 0.6, count)))
    population[:: size.municipalities] *= 4  # each region has a centre
    return pd.DataFrame(
        {
            "municipality": names,
            "name": names,
            "region": np.repeat(_names("Region", size.regions), size.municipalities),
            "population": population.astype(int),
            "social_dwellings": np.round(population * random.uniform(0.06, 0.18, count)),
        }
    )


def _groups(size: Size, random: Generator) -> pd.DataFrame:
    names = [*_names("Group", size.groups - 1), "Regular seekers"]
    supported = np.append(random.choice([0.0, 1.5, 3.0, 6.0], size.groups - 1), 0.0)
    return pd.DataFrame(
        {
            "group": names,
            "name": names,
            "name_nl": names,
            "priority": np.append(random.integers(1, 3, size.groups - 1), 3),
            "urgent": np.append(random.random(size.groups - 1) < 0.5, False),
            "support_hours": supported,
            "support_years": 2.0,
            "burden": np.append(np.ones(size.groups - 1), 0.0),
        }
    )


def _place_types(size: Size) -> pd.DataFrame:
    names = ["Social rent", *_names("Place type", size.place_types - 1)]
    return pd.DataFrame(
        {"place_type": names, "name": names, "name_nl": names, "turnover": 0.06, "annual_cost": 1000.0}
    )


def _suitability(size: Size, random: Generator) -> pd.DataFrame:
    """Every group can live in social rent; each but the last also in about half of the other types."""
    groups = _groups(size, np.random.default_rng(0))["group"]
    types = _place_types(size)["place_type"]
    allowed = random.random((size.groups, size.place_types)) < 0.5
    allowed[-1], allowed[:, 0] = False, True
    group, kind = np.nonzero(allowed)
    preference = np.where(kind == 0, 2, 1)
    return pd.DataFrame(
        {"group": groups.to_numpy()[group], "place_type": types.to_numpy()[kind], "preference": preference}
    )


def _supply(size: Size, municipalities: pd.DataFrame, random: Generator) -> pd.DataFrame:
    """Social lettings are 6% of the stock a year; the other types are scarce and unevenly spread."""
    count = len(municipalities)
    shape = (count, size.place_types, size.years)
    scale = np.where(np.arange(size.place_types) == 0, 0.06, 0.004)[None, :, None]
    stock = municipalities["social_dwellings"].to_numpy()[:, None, None]
    places = random.poisson(stock * scale * random.gamma(4.0, 0.25, (count, size.place_types, 1)), shape)
    host, kind, year = np.nonzero(places)
    supplier = np.where(random.random(count) < 0.5, 0, 1)
    return _generated(
        {
            "municipality": _chosen(municipalities["municipality"], host),
            "place_type": _chosen(_place_types(size)["place_type"], kind),
            "year": FIRST_YEAR + year,
            "supplier": _chosen(["Association A", "Association B"], supplier[host]),
            "places": places[host, kind, year],
        }
    )


def _chosen(names: pd.Series[str] | list[str], positions: npt.NDArray[Any]) -> pd.Categorical[str]:
    """Names by position, each kept once."""
    return pd.Categorical.from_codes(positions, categories=pd.Index(names))


def _generated(columns: Mapping[str, object]) -> pd.DataFrame:
    table = pd.DataFrame(columns, copy=False)
    source = _chosen(["generated"], np.zeros(len(table), dtype=np.int64))
    return table.assign(estimate=True, source=source)


def _needs(
    size: Size, municipalities: pd.DataFrame, supply: pd.DataFrame, random: Generator, tightness: float
) -> pd.DataFrame:
    """A third of all places is asked for by the groups, the rest by regular seekers."""
    total = supply["places"].sum() * tightness / size.years
    weight = random.dirichlet(np.full(size.groups - 1, 2.0)) / 3
    weight = np.append(weight, 2 / 3)
    origin = (
        random.gamma(3.0, 1.0, (size.groups, len(municipalities))) * municipalities["population"].to_numpy()
    )
    origin /= origin.sum(axis=1, keepdims=True)
    mean = (total * weight)[:, None, None] * origin[:, :, None]
    households = random.poisson(np.repeat(mean, size.years, axis=2))
    group, place, year = (positions.ravel() for positions in np.indices(households.shape, dtype=np.int32))
    return _generated(
        {
            "group": _chosen(_groups(size, np.random.default_rng(0))["group"], group),
            "municipality": _chosen(municipalities["municipality"], place),
            "year": FIRST_YEAR + year,
            "households": households.ravel(),
        }
    )


def _projects(size: Size, municipalities: pd.DataFrame, random: Generator) -> pd.DataFrame:
    count = len(municipalities)
    return pd.DataFrame(
        {
            "project": "Plan " + municipalities["name"],
            "municipality": municipalities["municipality"],
            "place_type": random.choice(_place_types(size)["place_type"].to_numpy(), count),
            "year": FIRST_YEAR + random.integers(0, size.years, count),
            "max_places": np.maximum(1, municipalities["social_dwellings"] * 0.03).astype(int),
            "cost_per_place": random.choice([180_000.0, 210_000.0, 240_000.0], count),
            "certainty": np.where(random.random(count) < 0.5, "hard", "soft"),
            "estimate": True,
            "source": "generated",
        }
    )


def _support(
    size: Size, groups: pd.DataFrame, needs: pd.DataFrame, municipalities: pd.DataFrame
) -> pd.DataFrame:
    """Two providers per region that together can support nine tenths of the households that come."""
    hours = groups["support_hours"].to_numpy()[needs["group"].cat.codes] * 2.0 * 0.9
    region = municipalities["region"].to_numpy()[needs["municipality"].cat.codes]
    asked = (needs["households"] * hours).groupby(region).sum()
    offers = pd.DataFrame({"region": asked.index, "hours": (asked.to_numpy() / size.years / 2).round(1)})
    years = pd.DataFrame({"year": FIRST_YEAR + np.arange(size.years)})
    providers = pd.DataFrame({"provider": ["Provider 1", "Provider 2"]})
    offered = offers.merge(years, how="cross").merge(providers, how="cross")
    return offered.assign(estimate=True, source="generated")


def _agreements(groups: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "agreement": ["cap", "wish"],
            "text": [
                f"At most a quarter of a municipality's places in a year goes to {groups['name'].iloc[0]}.",
                f"{groups['name'].iloc[0]} gets two places per 1000 inhabitants of each municipality.",
            ],
            "municipality": "*",
            "group": groups["group"].iloc[0],
            "year": ["*", ""],
            "measure": ["share_of_supply", "per_1000_inhabitants"],
            "sense": ["<=", ">="],
            "value": [0.25, 2.0],
            "strength": ["hard", 1.0],
            "source": "generated",
        }
    )
