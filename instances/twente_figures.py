"""Compute the instances ``enschede`` and ``twente`` from the figures in `twente_sources`.

``python instances/twente_figures.py`` writes both folders again; a test asserts that they are fresh.
"""

from __future__ import annotations

import itertools
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import twente_sources as source
from twente_agreements import agreements
from twente_sources import SCENARIOS, YEARS

from verdeling.adapters import write_instance
from verdeling.instance import Instance

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Towns = pd.DataFrame
"""Municipalities by code: the columns of `source.HOMES` and `source.TRAITS`."""
Row = dict[str, Any]

TOWNS: Towns = source.HOMES.join(source.TRAITS)
INSTANCES = {"enschede": TOWNS[TOWNS["region"] == "Enschede"], "twente": TOWNS}
TITLES = {
    "enschede": "Regio Enschede (8 gemeenten), 2025-2030",
    "twente": "Twente (14 gemeenten, 2 regio's), 2025-2030",
}
SOURCES = [
    "CBS: inwoners op 1 januari 2024, woningen eind 2020, kerncijfers van gemeenten",
    "CBS en Kadaster: gemeentegrenzen 2022",
    "Inventarisatie plancapaciteit, 2021",
    "Woondeal Twente, 21 december 2022",
    "Halfjaarlijkse taakstellingen huisvesting statushouders, 2021-2023",
    "Schattingen (estimates): README.md",
]


def largest_remainder(total: int, weights: Iterable[float]) -> list[int]:
    """Divide a whole total in proportion to weights; what rounding leaves goes to the largest remainders."""
    weighed = list(weights)
    quotas = [total * weight / sum(weighed) for weight in weighed]
    whole = [math.floor(quota) for quota in quotas]
    order = sorted(range(len(quotas)), key=lambda i: (whole[i] - quotas[i], i))
    for i in order[: total - sum(whole)]:
        whole[i] += 1
    return whole


def degrees(x: float, y: float) -> tuple[float, float]:
    """Longitude and latitude (WGS 84) of a point in the national grid, to about ten metres.

    The leading terms of Schreutelkamp & Strang van Hees, Geodesia 43 (2001).
    """
    dx, dy = (x - 155_000) / 1e5, (y - 463_000) / 1e5
    east = 5260.529 * dx + 105.947 * dx * dy + 2.457 * dx * dy**2 - 0.819 * dx**3 + 0.056 * dx * dy**3
    north = 3235.654 * dy - 32.583 * dx**2 - 0.248 * dy**2 - 0.850 * dx**2 * dy - 0.066 * dy**3
    return round(5.387206 + east / 3600, 3), round(52.155174 + north / 3600, 3)


def association_dwellings(town: pd.Series) -> int:
    """Homes of housing associations: dwellings × a published whole percentage."""
    return round(town["dwellings"] * town["association"] / 100)


def lettings(town: pd.Series) -> int:
    """Homes of housing associations that are let again in a year."""
    return round(association_dwellings(town) * source.LETTINGS)


# --- Who, what and where --------------------------------------------------------------------------


def municipalities(towns: Towns) -> Iterator[Row]:
    """Municipalities, with attributes that a key can use."""
    for code, town in towns.iterrows():
        longitude, latitude = degrees(town["x"], town["y"])
        yield {
            "municipality": code,
            "name": town["name"],
            "region": town["region"],
            "population": town["inhabitants"],
            "longitude": longitude,
            "latitude": latitude,
            "dwellings": town["dwellings"],
            "association_dwellings": association_dwellings(town),
            "social_share": town["association"] / 100,
            "income_per_person": town["income"],
            "welfare_per_1000": town["welfare"],
            "share_65_plus": round(town["old"] / 100, 4),
            "land_km2": town["land"],
            "recent_places": round(lettings(town) * source.RECENT),
        }


def groups() -> pd.DataFrame:
    """List the groups; regular house seekers weigh nothing in a load."""
    table = source.GROUPS.join(source.NEEDS[["support_hours", "support_years"]])
    table["burden"] = [0 if group == "regular" else 1 for group in table.index]
    return table.rename(columns={"persons": "persons_per_household"}).reset_index()


def suitability() -> Iterator[Row]:
    """Pairs of a group and a place type, with the order of preference."""
    for group, suited in source.SUITABILITY.items():
        for preference, place_type in enumerate(suited, start=1):
            yield {"group": group, "place_type": place_type, "preference": preference}


def distances(towns: Towns) -> Iterator[Row]:
    """Minutes by car: the straight line × 1.3 at 50 km an hour."""
    for origin, here in towns.iterrows():
        for host, there in towns.iterrows():
            kilometres = math.hypot(here["x"] - there["x"], here["y"] - there["y"]) / 1000
            yield {"origin": origin, "host": host, "minutes": round(kilometres * 1.3 / 50 * 60)}


# --- Needs ----------------------------------------------------------------------------------------


def needs(towns: Towns) -> Iterator[Row]:
    """Households that start looking in each year: a number for the region, spread over origins."""
    for scenario in SCENARIOS:
        for group, need in source.NEEDS.iterrows():
            for region, members in towns.groupby("region", sort=False):
                origins = weights_of(need["spread"], members)
                parts = largest_remainder(households(group, members, scenario), origins)
                spread = zip(origins.index, parts, strict=True)
                for (origin, part), year in itertools.product(spread, YEARS):
                    yield {
                        "group": group,
                        "municipality": origin,
                        "region": "" if origin else region,
                        "year": year,
                        "scenario": scenario,
                        "households": part,
                        "source": method(group, need, scenario),
                        "estimate": "yes",
                    }


def households(group: str, towns: Towns, scenario: str) -> int:
    """Households of a group in a region in a year."""
    inhabitants = towns["inhabitants"].sum()
    if group == "statushouders":
        persons = 2 * source.STATUSHOUDERS_HALF_YEAR[scenario] * inhabitants / source.INHABITANTS_NL
        return round(persons / source.PERSONS_PER_HOME)
    need = source.NEEDS.loc[group]
    return round(need["rate"] * need.get(scenario, 1.0) * inhabitants / 10_000)


def weights_of(spread: str, towns: Towns) -> pd.Series:
    """Where the households of a region look from: a weight for each origin, empty for the region."""
    if spread == "region":
        return pd.Series({"": 1.0})
    inhabitants = towns["inhabitants"]
    if spread == "centre":
        return inhabitants / inhabitants.sum() + (towns.index == source.CENTRES[towns["region"].iloc[0]])
    return inhabitants * (1.0 if spread == "inhabitants" else towns[spread])


def method(group: str, need: pd.Series, scenario: str) -> str:
    """How a number in the table needs was found, in a few words."""
    if group == "statushouders":
        persons = source.STATUSHOUDERS_HALF_YEAR[scenario]
        return f"statutory formula: {persons:,} persons a half-year, {source.PERSONS_PER_HOME} persons a home"
    rate = f"{need['rate']} × {need.get(scenario, 1.0)} a year per 10,000 inhabitants"
    return f"{need['method']}: {rate}; spread: {need['spread']}"


# --- Places, plans and support --------------------------------------------------------------------


def supply(towns: Towns) -> Iterator[Row]:
    """Homes that are let again in a year, per place type and association, and supported places."""
    for code, town in towns.iterrows():
        shared = source.SHARED.get(code, source.SHARED[""])
        mix = {"social_rent": 1 - source.CLUSTERED - shared, "clustered": source.CLUSTERED, "shared": shared}
        suppliers = source.SUPPLIERS[code]
        found = [
            (place_type, supplier, places, "6.5% of the associations' homes a year, by an assumed mix")
            for place_type, part in zip(mix, largest_remainder(lettings(town), mix.values()), strict=True)
            for supplier, places in zip(suppliers, largest_remainder(part, suppliers.values()), strict=True)
        ]
        found.append(("supported_living", "", source.SUPPORTED_LIVING[code], "assumed"))
        for place_type, supplier, places, origin in found:
            for year in YEARS:
                yield {
                    "municipality": code,
                    "place_type": place_type,
                    "year": year,
                    "supplier": supplier,
                    "certainty": "hard",
                    "places": places,
                    "source": origin,
                    "estimate": "yes",
                }


def projects(towns: Towns) -> Iterator[Row]:
    """Plans in tranches, per scenario, and the sites."""
    for project, site in source.SITES[source.SITES["municipality"].isin(towns.index)].iterrows():
        supplier = next(iter(source.SUPPLIERS[site["municipality"]]))
        code, place_type, year, places = site[["municipality", "place_type", "year", "places"]]
        row = building(project, code, place_type, year, places, supplier, "soft")
        yield row | {"min_places": places, "source": "illustration of an all-or-nothing project"}
    for (scenario, certainty), (part, years) in source.SCHEDULE.items():
        for code, town in towns.iterrows():
            for place_type, homes in plans(code, town, certainty).items():
                tranches = largest_remainder(round(homes * part), [1] * len(years))
                for number, (year, places) in enumerate(zip(years, tranches, strict=True)):
                    name = f"{town['name'].lower().replace(' ', '-')}-{place_type}-{certainty}-{number + 1}"
                    suppliers = list(source.SUPPLIERS[code])
                    supplier = suppliers[number % len(suppliers)] if place_type == "social_rent" else ""
                    origin = f"{certainty} plan capacity 2021 × assumed mix and pace"
                    row = building(name, code, place_type, year, places, supplier, certainty)
                    yield row | {"scenario": scenario, "source": origin}


def building(
    project: str, code: str, place_type: str, year: int, places: int, supplier: str, certainty: str
) -> Row:
    """One row of the table projects."""
    return {
        "project": project,
        "scenario": "",
        "municipality": code,
        "place_type": place_type,
        "year": year,
        "max_places": places,
        "min_places": 0,
        "cost_per_place": source.PLACE_TYPES.loc[place_type, "to_build"],
        "supplier": supplier,
        "certainty": certainty,
        "source": "",
        "estimate": "yes",
    }


def plans(code: str, town: pd.Series, certainty: str) -> dict[str, int]:
    """Planned homes per place type; clustered sites come out of the soft social plans."""
    shares = source.PLAN_MIX
    homes = dict(zip(shares, largest_remainder(town[f"plan_{certainty}"], shares.values()), strict=True))
    if certainty == "soft":
        sites = source.SITES[source.SITES["place_type"] == "clustered"]
        homes["social_rent"] -= int(sites.loc[sites["municipality"] == code, "places"].sum())
    return homes


def support(towns: Towns) -> Iterator[Row]:
    """Hours of each provider in each year."""
    for region in towns["region"].unique():
        for provider, row in source.PROVIDERS[source.PROVIDERS[region] > 0].iterrows():
            for year, growth in source.SUPPORT_GROWTH.items():
                yield {
                    "provider": provider,
                    "municipality": source.CENTRES[region] if row["home"] == "centre" else "",
                    "region": "" if row["home"] == "centre" else region,
                    "year": year,
                    "hours": round(row[region] * growth),
                    "source": "assumed: the providers together fit the scenario middle",
                    "estimate": "yes",
                }


# --- Packages -------------------------------------------------------------------------------------


def build(name: str) -> Instance:
    """Instance ``enschede`` or ``twente``, computed."""
    about = {
        "name": name,
        "title": TITLES[name],
        "description": "Real inhabitants, homes and plans; estimated needs, places and hours. See README.md.",
        "years": YEARS,
        "scenario": "middle",
        "licence": "CC-BY-4.0",
        "sources": SOURCES,
    }
    return Instance.from_tables(tables(INSTANCES[name]), about)


def tables(towns: Towns) -> dict[str, pd.DataFrame]:
    """Every table of the instance of these municipalities."""
    inhabitants = towns.groupby("region", sort=False)["inhabitants"].sum().to_dict()
    rows = {
        "municipalities": municipalities(towns),
        "suitability": suitability(),
        "needs": needs(towns),
        "supply": supply(towns),
        "projects": projects(towns),
        "support": support(towns),
        "agreements": agreements(inhabitants),
        "distances": distances(towns),
    }
    place_types = source.PLACE_TYPES.drop(columns="to_build").reset_index()
    return {table: pd.DataFrame(each) for table, each in rows.items()} | {
        "groups": groups(),
        "place_types": place_types,
    }


if __name__ == "__main__":
    for name in INSTANCES:
        write_instance(build(name), Path(__file__).with_name(name), overwrite=True)
