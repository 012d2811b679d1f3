"""Many regions' results added up to provinces and to all of them, measured by the same indicators."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.fairness import indicators
from verdeling.rolling.combining import combine, restricted
from verdeling.rolling.gathering import gather
from verdeling.rolling.provinces import provinces_of, read_provinces
from verdeling.rolling.words import rollup_sentences
from verdeling.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from verdeling.instance import Instance
    from verdeling.language import Language
    from verdeling.rolling.combining import Combined
    from verdeling.rolling.gathering import Part
    from verdeling.solution import Solution

LEVELS = ("total", "province", "region")
"""What is added up to, the widest first."""

SUMS = ["municipalities", "population", "needs", "served", "waiting", "places", "load", "built", "cost"]
SUMS += ["support_hours", "estimates", "rows"]
"""Columns of ``areas`` that add up."""


@dataclass(frozen=True, eq=False, repr=False)
class Rollup(Shown):
    """Regions added up.

    Parameters
    ----------
    instance : Instance
        What was divided in the regions that have a division: what measuring needs of it.
    tables : mapping of str to DataFrame
        ``results`` (per region: province, result, title, status, whole_places, scenario, policy),
        ``areas`` (per level and area the sums: municipalities, population, needs, served, waiting at
        the end of the last year, places, load, built, cost of building in EUR, support_hours per week
        summed over the years, and how many rows of the needs are estimates), ``indicators`` (per level
        and area, measured on the tables put together), ``by_group``, ``by_place_type``, and of every
        region ``loads``, ``placements``, ``waiting``, ``builds``, ``support``, ``municipalities``,
        ``groups`` and ``place_types``.
    apart : tuple of str
        Regions that lie in several provinces.
    missing : mapping of str to float
        Households in need in each region without a division; they are in no table but ``results``.
    """

    instance: Instance
    tables: Mapping[str, pd.DataFrame]
    apart: tuple[str, ...] = ()
    missing: Mapping[str, float] = field(default_factory=dict)

    def __getitem__(self, table: str) -> pd.DataFrame:
        """A table, as a copy."""
        return self.tables[table].copy()

    @property
    def whole(self) -> bool:
        """Whether places are whole numbers in every region."""
        results = self.tables["results"]
        return bool(results.loc[~results["region"].isin(list(self.missing)), "whole_places"].all())

    def sentences(self, lang: Language = "en") -> list[str]:
        """What comes of the regions together, and what to know before using the numbers."""
        return rollup_sentences(self, lang)

    def __repr__(self) -> str:
        results = self.tables["results"]
        statuses = ", ".join(
            f"{count} {status}" for status, count in results["status"].value_counts().items()
        )
        return f"<Rollup of {len(results)} regions: {statuses}>"


def rollup(
    results: Sequence[str | os.PathLike[str] | Solution],
    *,
    provinces: str | os.PathLike[str] | Mapping[str, str] | None = None,
) -> Rollup:
    """Add up results of regions.

    Sums are those of the regions. Indicators are measured anew on all their tables together, and never
    averaged: a region counts as it would if all had been solved at once.

    Parameters
    ----------
    results : sequence of path-like or Solution
        Folders that `verdeling.write_solution` wrote, or solutions, in any order.
    provinces : path-like or mapping, optional
        A CSV file with the columns municipality and province, or province by municipality. By default
        the number in the column ``province`` of municipalities, where there is one.

    Returns
    -------
    Rollup

    Raises
    ------
    RunError
        If a result cannot be read or is not as it was written, a region or municipality is in two, years
        differ, an id means different things, or provinces are not complete; with every problem.
    """
    parts = gather(results)
    towns = pd.concat([_towns(part) for part in parts], ignore_index=True)
    given = read_provinces(provinces) if isinstance(provinces, str | os.PathLike) else provinces
    of_town, of_region = provinces_of(towns, given)
    combined = combine(parts)
    told = _results(parts, of_region)
    areas = _areas(combined, of_region)
    sums = _sums(combined, areas)
    tables = {
        "results": told,
        "areas": sums,
        "indicators": pd.concat([_measured(combined, *area) for area in areas], ignore_index=True),
        **_by(combined, areas),
        **_of_regions(combined, of_town),
    }
    missing = {
        region: float(part.solution.instance["needs"].query("region == @region")["households"].sum())
        for part in parts
        if not part.solution.has_numbers
        for region in part.regions
    }
    apart = tuple(str(region) for region, name in of_region.items() if " / " in name)
    return Rollup(combined.instance, tables, apart, missing)


Area = tuple[str, str, list[str]]
"""Level, name, and regions."""


def _towns(part: Part) -> pd.DataFrame:
    towns = part.solution.instance["municipalities"]
    province = towns["province"] if "province" in towns else pd.Series(np.nan, index=towns.index)
    return towns[["municipality", "name", "region"]].assign(province=province)


def _areas(combined: Combined, of_region: pd.Series[str]) -> list[Area]:
    """Everything that is added up to: all regions, each province that is known, and each region."""
    regions = sorted(set(combined.instance["municipalities"]["region"]))
    found: list[Area] = [("total", "", regions)]
    for province in sorted(set(of_region[regions]) - {""}):
        found.append(("province", province, [each for each in regions if of_region[each] == province]))
    return found + [("region", region, [region]) for region in regions]


def _results(parts: Sequence[Part], of_region: pd.Series[str]) -> pd.DataFrame:
    rows = [
        {
            "region": region,
            "province": of_region[region],
            "result": part.name,
            "title": part.solution.instance.about.title,
            "status": part.solution.status,
            "whole_places": part.solution.whole,
            "scenario": part.solution.instance.about.scenario,
            "policy": part.solution.policy.name,
        }
        for part in parts
        for region in part.regions
    ]
    return pd.DataFrame(rows)


def _sums(combined: Combined, areas: Sequence[Area]) -> pd.DataFrame:
    """What adds up, of every area."""
    last = combined.instance.about.years[-1]
    towns, needs, plan = combined.instance["municipalities"], combined.instance["needs"], combined.plan
    waiting = plan["waiting"]
    per_region = pd.DataFrame(
        {
            "municipalities": towns.groupby("region").size(),
            "population": towns.groupby("region")["population"].sum(),
            "needs": needs.groupby("region")["households"].sum(),
            "served": waiting.groupby("region")["served"].sum(),
            "waiting": waiting[waiting["year"] == last].groupby("region")["waiting"].sum(),
            "places": plan["placements"].groupby("region")["places"].sum(),
            "load": plan["loads"].groupby("region")["load"].sum(),
            "built": plan["builds"].groupby("region")["places"].sum(),
            "cost": plan["builds"].groupby("region")["cost"].sum(),
            "support_hours": plan["loads"].groupby("region")["support_hours"].sum(),
            "estimates": needs.groupby("region")["estimate"].sum(),
            "rows": needs.groupby("region").size(),
        }
    ).reindex(sorted(set(towns["region"])))
    per_region = per_region.fillna(0.0)
    rows = [{"level": level, "area": area, **per_region.loc[regions].sum()} for level, area, regions in areas]
    return pd.DataFrame(rows)[["level", "area", *SUMS]]


def _measured(combined: Combined, level: str, area: str, regions: list[str]) -> pd.DataFrame:
    """Every indicator of an area, from the tables of its regions together."""
    few = restricted(combined, regions)
    shares = few.plan["loads"].set_index("municipality")["fair_share"]
    builds = few.plan["builds"]
    builds = builds.assign(project=builds["code"]) if len(builds) else builds
    found = indicators(few.instance, few.plan["placements"], shares, builds=builds)
    known = found[found["value"].notna()]  # nothing is lost against a plan that is not there
    return known.assign(level=level, area=area)[["level", "area", *found.columns]]


def _by(combined: Combined, areas: Sequence[Area]) -> dict[str, pd.DataFrame]:
    """Needs, housed and waiting by group and year, and places by group, place type and year."""
    keys = {"waiting": ["group", "year"], "placements": ["group", "place_type", "year"]}
    values = {"waiting": ["needs", "served", "waiting", "estimate"], "placements": ["places"]}
    found = {}
    for name, table in (("by_group", "waiting"), ("by_place_type", "placements")):
        frame = combined.plan[table]
        rows = [
            _summed(frame[frame["region"].isin(regions)], keys[table], values[table]).assign(
                level=level, area=area
            )
            for level, area, regions in areas
        ]
        found[name] = pd.concat(rows, ignore_index=True)[["level", "area", *keys[table], *values[table]]]
    return found


def _summed(frame: pd.DataFrame, keys: list[str], values: list[str]) -> pd.DataFrame:
    """Sums; what rests on an estimate anywhere rests on one."""
    how = {value: "any" if value == "estimate" else "sum" for value in values}
    return frame.groupby(keys, as_index=False).agg(how)


def _of_regions(combined: Combined, of_town: pd.Series[str]) -> dict[str, pd.DataFrame]:
    """The tables of all regions below each other, with what ids mean."""
    tables, plan = combined.instance.tables, combined.plan
    towns = tables["municipalities"]
    return {
        **{name: plan[name] for name in ("loads", "placements", "waiting", "support")},
        "builds": plan["builds"].drop(columns="code"),
        "municipalities": towns.assign(province=towns["municipality"].map(of_town)),
        "groups": tables["groups"],
        "place_types": tables["place_types"],
    }
