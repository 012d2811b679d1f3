"""An instance in which every id is a position: what the formulation sees.

Positions follow the content of the tables (names, sizes, amounts) and never the ids or the order
of rows, so neither can change an answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import numpy.typing as npt

    from verdeling.instance import Instance


@dataclass(frozen=True)
class Numbered:
    """The tables of an instance of one scenario, with positions for ids.

    Parameters
    ----------
    instance : Instance
        An instance of one scenario.
    ids : dict of str to Index
        Ids of each dimension in canonical order: ``region``, ``municipality``, ``group``,
        ``place_type``, ``year``, ``project``, ``provider``, ``supplier``.
    municipalities, groups, place_types : DataFrame
        The tables in canonical order; ``municipalities`` with ``region`` as a position, and with the
        table ``fair_shares``, where there is one, as the attribute ``fair_share``.
    suitability : DataFrame
        group, place_type, preference.
    needs : DataFrame
        group, origin, year, households. Origins are the municipalities, then the regions.
    supply : DataFrame
        municipality, place_type, year, supplier, places.
    projects : DataFrame
        project, municipality, place_type, year, max_places, min_places, cost_per_place, supplier.
    offers : DataFrame
        offer, provider, municipality (-1 for the whole region), region, year, hours.
    """

    instance: Instance
    ids: dict[str, pd.Index]
    municipalities: pd.DataFrame
    groups: pd.DataFrame
    place_types: pd.DataFrame
    suitability: pd.DataFrame
    needs: pd.DataFrame
    supply: pd.DataFrame
    projects: pd.DataFrame
    offers: pd.DataFrame

    @cached_property
    def region_of_origin(self) -> npt.NDArray[np.int64]:
        """Region of each origin: of the municipalities, then of the regions themselves."""
        regions = np.arange(len(self.ids["region"]))
        return np.concatenate([self.municipalities["region"].to_numpy(), regions]).astype(np.int64)

    @cached_property
    def offered(self) -> pd.DataFrame:
        """Where places come free: municipality, place_type, year, supplier."""
        offered = self.supply.loc[
            self.supply["places"] > 0, ["municipality", "place_type", "year", "supplier"]
        ]
        return offered.reset_index(drop=True)

    @cached_property
    def asking(self) -> pd.DataFrame:
        """Who looks for a place, and from when on: group, origin, first (year)."""
        needs = self.needs[self.needs["households"] > 0]
        return needs.groupby(["group", "origin"])["year"].min().rename("first").reset_index()

    @property
    def years(self) -> int:
        """Number of years of the horizon."""
        return len(self.ids["year"])

    def label(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Replace positions by ids; an origin becomes region and municipality (empty: the region's)."""
        labels = {name: ids.to_numpy() for name, ids in self.ids.items() if name in frame}
        labelled = frame.assign(**{name: ids[frame[name].to_numpy(np.int64)] for name, ids in labels.items()})
        if "origin" not in frame:
            return labelled
        origin = labelled.pop("origin").to_numpy(np.int64)
        places = np.append(self.ids["municipality"].to_numpy(object), [""] * len(self.ids["region"]))
        regions = self.ids["region"].to_numpy(object)[self.region_of_origin]
        return labelled.assign(region=regions[origin], municipality=places[origin])


def number(instance: Instance, earlier: Numbered | None = None) -> Numbered:
    """Give every id of an instance of one scenario its position.

    Parameters
    ----------
    instance : Instance
        An instance restricted to one scenario (`Instance.in_scenario`).
    earlier : Numbered, optional
        Another instance; what is made of tables that it has too is taken over.

    Returns
    -------
    Numbered
        Tables in canonical order with positions for ids.
    """
    made: dict[str, Any] = {}
    ids: dict[str, pd.Index] = {}
    kept = earlier is not None and instance.about.years == earlier.instance.about.years
    for part in _PARTS:
        same = kept and earlier is not None and instance.tables.shares(earlier.instance.tables, part.tables)
        if earlier is not None and same:
            made |= {name: getattr(earlier, name) for name in part.frames}
            ids |= {name: earlier.ids[name] for name in part.ids}
        else:
            made |= zip(part.frames, part.make(instance, ids), strict=True)
        kept = kept and (same or part is not _PARTS[0])
    numbered = Numbered(instance=instance, ids=ids, **made)
    for name, frame in _DERIVED.items() if earlier is not None else ():
        if made[frame] is getattr(earlier, frame):
            vars(numbered)[name] = getattr(earlier, name)  # where a cached property keeps what it made
    return numbered


_DERIVED = {"offered": "supply", "asking": "needs"}
"""What is derived of one frame alone."""


def _named(instance: Instance, ids: dict[str, pd.Index]) -> Iterator[pd.DataFrame]:
    """Whoever and whatever has a name."""
    tables = instance.tables
    municipalities = _sorted(tables["municipalities"], ["name", "population", "region", "municipality"])
    groups = _sorted(tables["groups"], ["priority", "name", "group"])
    place_types = _sorted(tables["place_types"], ["name", "place_type"])
    ids["region"] = pd.Index(municipalities["region"].unique())
    ids["municipality"] = pd.Index(municipalities["municipality"])
    ids["group"], ids["place_type"] = pd.Index(groups["group"]), pd.Index(place_types["place_type"])
    ids["year"] = pd.Index(instance.about.years)
    municipalities["region"] = _positions_of(municipalities["region"], ids["region"])
    if len(tables["fair_shares"]):
        published = tables["fair_shares"].set_index("municipality")["share"]
        municipalities["fair_share"] = published.reindex(municipalities["municipality"]).to_numpy()
    suitability = _positions(tables["suitability"], ids)[["group", "place_type", "preference"]]
    yield from (municipalities, groups, place_types, _sorted(suitability, ["group", "place_type"]))


def _places(instance: Instance, ids: dict[str, pd.Index]) -> Iterator[pd.DataFrame]:
    """Places that come free and that are planned; suppliers are numbered over both."""
    spot = ["municipality", "place_type", "year"]
    supply = _sorted(_positions(instance.tables["supply"], ids), [*spot, "places", "supplier"])
    sizes = ["max_places", "min_places", "cost_per_place", "supplier"]
    projects = _sorted(_positions(instance.tables["projects"], ids), [*spot, *sizes, "project"])
    ids["supplier"] = pd.Index(pd.concat([supply["supplier"], projects["supplier"]]).unique())
    ids["project"] = pd.Index(projects["project"])
    yield _positions(supply, {"supplier": ids["supplier"]})[[*spot, "supplier", "places"]]
    given = {"supplier": ids["supplier"], "project": ids["project"]}
    yield _positions(projects, given)[["project", *spot, *sizes]]


def _sorted(table: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    ranks = [_ranks(table[name]) for name in reversed(by)]
    return table.take(np.lexsort(ranks)).reset_index(drop=True)


def _ranks(column: pd.Series) -> npt.NDArray[Any]:
    """What sorts as a column does: numbers as they are, of text its place in the alphabet."""
    return column.to_numpy() if is_numeric_dtype(column) else pd.factorize(column, sort=True)[0]


def _positions(table: pd.DataFrame, ids: dict[str, pd.Index]) -> pd.DataFrame:
    return table.assign(
        **{name: _positions_of(table[name], index) for name, index in ids.items() if name in table}
    )


def _positions_of(labels: pd.Series, ids: pd.Index) -> npt.NDArray[np.int64]:
    return np.asarray(ids.get_indexer(pd.Index(labels)), dtype=np.int64)


def _origins(
    table: pd.DataFrame, ids: dict[str, pd.Index]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Position of the municipality (-1: none) and of the region named (0 where there is one region)."""
    municipality = _positions_of(table["municipality"], ids["municipality"])
    region = np.maximum(_positions_of(table["region"], ids["region"]), 0)
    return municipality, region


def _needs(instance: Instance, ids: dict[str, pd.Index]) -> Iterator[pd.DataFrame]:
    table = instance.tables["needs"]
    municipality, region = _origins(table, ids)
    placed = _positions(table[["group", "year", "households"]], ids)
    placed["origin"] = np.where(municipality >= 0, municipality, len(ids["municipality"]) + region)
    yield placed.groupby(["group", "origin", "year"])["households"].sum().reset_index()


def _offers(instance: Instance, ids: dict[str, pd.Index]) -> Iterator[pd.DataFrame]:
    table = instance.tables["support"]
    municipality, region = _origins(table, ids)
    belongs = instance.tables["municipalities"].set_index("municipality")["region"]
    of_municipality = _positions_of(belongs.reindex(ids["municipality"]), ids["region"])
    offers = pd.DataFrame(
        {
            "provider": table["provider"].to_numpy(),
            "municipality": municipality,
            "region": np.where(municipality >= 0, of_municipality[municipality], region),
            "year": _positions_of(table["year"], ids["year"]),
            "hours": table["hours"].to_numpy(np.float64),
        }
    )
    offers = _sorted(offers, ["region", "municipality", "year", "hours", "provider"])
    ids["provider"] = pd.Index(offers["provider"].unique())
    yield _positions(offers.assign(offer=np.arange(len(offers))), {"provider": ids["provider"]})


@dataclass(frozen=True)
class _Part:
    """Frames and ids that are made of some tables together."""

    make: Callable[[Instance, dict[str, pd.Index]], Iterator[pd.DataFrame]]
    tables: tuple[str, ...]
    frames: tuple[str, ...]
    ids: tuple[str, ...]


_PARTS = (
    _Part(
        _named,
        ("municipalities", "groups", "place_types", "suitability", "fair_shares"),
        ("municipalities", "groups", "place_types", "suitability"),
        ("region", "municipality", "group", "place_type", "year"),
    ),
    _Part(_needs, ("needs",), ("needs",), ()),
    _Part(_places, ("supply", "projects"), ("supply", "projects"), ("supplier", "project")),
    _Part(_offers, ("support",), ("offers",), ("provider",)),
)
"""The first one gives the ids that all others are numbered by."""
