"""Compute the instance ``nl`` from the figures in ``nl_municipalities.csv`` and `nl_sources`.

``python instances/nl_figures.py`` writes the folder again; a test asserts that it is fresh.
"""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nl_sources as source
import numpy as np
import pandas as pd
import twente_sources as twente
from nl_sources import YEARS
from twente_figures import degrees, largest_remainder

from verdeling.adapters import write_instance
from verdeling.instance import Instance

if TYPE_CHECKING:
    from collections.abc import Iterator

Towns = pd.DataFrame
"""Municipalities by code: the columns of `source.TOWNS` and what `known` adds."""
Row = dict[str, Any]

SOURCES = [
    "CBS: inwoners op 1 januari 2024, regio-indeling 2024, woningen eind 2020, kerncijfers",
    "CBS en Kadaster: gemeentegrenzen 2022",
    "Inventarisatie plancapaciteit, 2021",
    "Halfjaarlijkse taakstellingen huisvesting statushouders, 2021-2023",
    "Schattingen (estimates): README.md",
]


def known(towns: Towns) -> Towns:
    """Towns with what follows from their figures: homes of associations, lettings, plans, centres."""
    homes = (towns["dwellings"] * towns["association"] / 100).round().astype(int)
    mean_value = np.average(towns["value"], weights=towns["dwellings"])
    rate = (twente.LETTINGS * np.sqrt(mean_value / towns["value"])).clip(*source.LETTINGS_LIMITS)
    room = (towns["dwellings"] * source.PACE * len(YEARS)).round()
    half = (towns["plan_all"] / 2).round()
    hard = towns["plan_hard"].fillna(half).clip(lower=0).clip(upper=room)
    soft = towns["plan_soft"].fillna(half).clip(lower=0).clip(upper=room - hard)
    largest = towns.groupby("region")["inhabitants"].transform("max")
    return towns.assign(
        homes=homes,
        lettings=(homes * rate).round().astype(int),
        hard=hard.astype(int),
        soft=soft.astype(int),
        centre=towns["inhabitants"] == largest,
        welfare=towns["welfare"].fillna(towns["welfare"].min()),
    )


# --- Who, what and where --------------------------------------------------------------------------


def municipalities(towns: Towns) -> pd.DataFrame:
    """Municipalities, with attributes that a key can use."""
    points = [degrees(x, y) for x, y in zip(towns["x"], towns["y"], strict=True)]
    return pd.DataFrame(
        {
            "municipality": towns.index,
            "name": towns["name"],
            "region": towns["region"],
            "population": towns["inhabitants"],
            "longitude": [longitude for longitude, _ in points],
            "latitude": [latitude for _, latitude in points],
            "dwellings": towns["dwellings"],
            "association_dwellings": towns["homes"],
            "social_share": towns["association"] / 100,
            "home_value": towns["value"],
            "income_per_person": towns["income"],
            "welfare_per_1000": towns["welfare"],
            "share_65_plus": (towns["old"] / 100).round(4),
            "land_km2": towns["land"],
            "recent_places": (towns["lettings"] * twente.RECENT).round().astype(int),
        }
    )


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


# --- Needs ----------------------------------------------------------------------------------------


def needs(towns: Towns) -> Iterator[Row]:
    """Households that start looking in each year: a number for the region, spread over origins."""
    for region, members in towns.groupby("region"):
        for group, spread in source.NEEDS["spread"].items():
            origins = weights_of(spread, members)
            for year in YEARS:
                parts = largest_remainder(households(group, year, members), origins)
                for origin, part in zip(origins.index, parts, strict=True):
                    if part:
                        yield {
                            "group": group,
                            "municipality": origin,
                            "region": "" if origin else region,
                            "year": year,
                            "households": part,
                            "source": method(group),
                            "estimate": "yes",
                        }


def households(group: str, year: int, towns: Towns) -> int:
    """Households of a group in a region that start looking in a year."""
    inhabitants = towns["inhabitants"].sum()
    if group == "statushouders":
        persons = 2 * twente.STATUSHOUDERS_HALF_YEAR["middle"] * inhabitants / twente.INHABITANTS_NL
        return round(persons / twente.PERSONS_PER_HOME)
    growth = source.GROWTH.get(group, 1.0) ** (year - YEARS[0])
    return round(source.NEEDS.loc[group, "rate"] * growth * inhabitants / 10_000)


def weights_of(spread: str, towns: Towns) -> pd.Series:
    """Where the households of a region look from: a weight for each origin, empty for the region."""
    inhabitants = towns["inhabitants"]
    if spread == "region":
        return pd.Series({"": 1.0})
    if spread == "centre":
        return inhabitants / inhabitants.sum() + towns["centre"]
    return inhabitants * (1.0 if spread == "inhabitants" else towns[spread])


def method(group: str) -> str:
    """How a number in the table needs was found, in a few words; README.md has the rest."""
    spread = source.NEEDS.loc[group, "spread"]
    return ("statutory formula" if group == "statushouders" else "assumed rate") + f"; spread: {spread}"


# --- Places, plans and support --------------------------------------------------------------------


def supply(towns: Towns) -> Iterator[Row]:
    """Homes that are let again in a year, per place type, and supported places."""
    supported = supported_living(towns)
    for code, town in towns.iterrows():
        large = town["centre"] or town["inhabitants"] >= source.TOWN
        shared = source.SHARED["town" if large else "elsewhere"]
        mix = source.LETTINGS_MIX | {"shared": shared}
        mix["social_rent"] = 1 - sum(mix.values())
        places = dict(zip(mix, largest_remainder(town["lettings"], mix.values()), strict=True))
        places["supported_living"] = supported[code]
        for (place_type, count), year in itertools.product(places.items(), YEARS):
            if count:
                yield {
                    "municipality": code,
                    "place_type": place_type,
                    "year": year,
                    "places": count,
                    "source": "assumed" if place_type == "supported_living" else "lettings × assumed mix",
                    "estimate": "yes",
                }


def supported_living(towns: Towns) -> dict[str, int]:
    """Supported places that come free in a year, half of them in the centre of each region."""
    places = {}
    for _, members in towns.groupby("region"):
        total = round(source.SUPPORTED_LIVING * members["inhabitants"].sum() / 10_000)
        places |= zip(members.index, largest_remainder(total, weights_of("centre", members)), strict=True)
    return places


def projects(towns: Towns) -> Iterator[Row]:
    """Plans in tranches, and a flex site in the centre of each region."""
    for region, members in towns.groupby("region"):
        places = round(source.FLEX * members["inhabitants"].sum() / 10_000)
        centre = members.index[members["centre"]][0]
        row = building(f"{centre}-flex", centre, "flex", YEARS[1], places, "soft")
        yield row | {"min_places": places, "source": f"illustration: all or nothing, for {region}"}
    plans = itertools.product(towns.iterrows(), source.SCHEDULE.items())
    for (code, town), (certainty, (part, years)) in plans:
        homes = largest_remainder(round(town[certainty] * part), source.PLAN_MIX.values())
        for place_type, count in zip(source.PLAN_MIX, homes, strict=True):
            tranches = largest_remainder(count, [1] * len(years))
            for year, places in zip(years, tranches, strict=True):
                if places:
                    yield building(f"{code}-{place_type}-{year}", code, place_type, year, places, certainty)


def building(project: str, code: str, place_type: str, year: int, places: int, certainty: str) -> Row:
    """One row of the table projects."""
    return {
        "project": project,
        "municipality": code,
        "place_type": place_type,
        "year": year,
        "max_places": places,
        "min_places": 0,
        "cost_per_place": source.PLACE_TYPES.loc[place_type, "to_build"],
        "certainty": certainty,
        "source": "plan capacity 2021 × assumed mix and pace",
        "estimate": "yes",
    }


def support(towns: Towns, needed: pd.DataFrame) -> Iterator[Row]:
    """Hours of each kind of provider in each region and year."""
    hours = asked(towns, needed)
    centres = towns[towns["centre"]].reset_index().set_index("region")["code"]
    offers = itertools.product(hours.items(), source.PROVIDERS.items())
    for ((region, year), total), (provider, (home, part)) in offers:
        yield {
            "provider": provider,
            "municipality": centres[region] if home == "centre" else "",
            "region": "" if home == "centre" else region,
            "year": year,
            "hours": round(total * part * source.SUPPORT_ROOM),
            "source": "assumed: made to fit the needs",
            "estimate": "yes",
        }


def asked(towns: Towns, needed: pd.DataFrame, support: pd.DataFrame = source.NEEDS) -> pd.Series:
    """Hours a week that the households of a region ask for in a year, if nobody waits: (region, year)."""
    region = needed["municipality"].map(towns["region"]).fillna(needed["region"])
    placed = needed.assign(region=region).join(support[["support_hours", "support_years"]], on="group")
    hours = [
        placed.assign(
            year=placed["year"] + ago,
            hours=placed["households"]
            * placed["support_hours"]
            * (placed["support_years"] - ago).clip(lower=0, upper=1),
        )
        for ago in range(len(YEARS))
    ]
    total = pd.concat(hours).groupby(["region", "year"])["hours"].sum()
    return total[total.index.isin(YEARS, level="year")]


def agreements() -> Iterator[Row]:
    """Agreements that hold alike everywhere, so that no two regions depend on each other."""
    national = {"region": "*", "measure": "share_of_built", "sense": ">=", "strength": 1}
    social = "clustered;flex;social_rent;step_free"
    yield national | {
        "agreement": "social_building",
        "text": "At least 30% of the new homes in a region is social rent.",
        "text_nl": "Minstens 30% van de nieuwe woningen in een regio is sociale huur.",
        "place_type": social,
        "value": 0.3,
        "source": "landelijk doel van 2022",
    }
    yield national | {
        "agreement": "affordable_building",
        "text": "At least two thirds of the new homes in a region is affordable.",
        "text_nl": "Minstens twee derde van de nieuwe woningen in een regio is betaalbaar.",
        "place_type": f"{social};mid_rent",
        "value": 0.666,
        "source": "landelijk doel van 2022",
    }
    local = {"municipality": "*", "source": "ter illustratie"}
    lettings = local | {"place_type": "social_rent", "year": "*", "measure": "share_of_supply"}
    yield lettings | {
        "agreement": "statushouders_at_most",
        "text": "At most 25% of the social homes let in a municipality goes to statushouders.",
        "text_nl": "Hoogstens 25% van de vrijkomende sociale huur in een gemeente gaat naar statushouders.",
        "group": "statushouders",
        "sense": "<=",
        "value": 0.25,
        "strength": "hard",
    }
    yield lettings | {
        "agreement": "room_for_regular",
        "text": "At least 80% of the social homes let in a municipality goes to regular house seekers.",
        "text_nl": "Minstens 80% van de sociale huur in een gemeente gaat naar reguliere woningzoekenden.",
        "group": "regular",
        "sense": ">=",
        "value": 0.8,
        "strength": "hard",
    }
    yield local | {
        "agreement": "everybody_contributes",
        "text": "Each municipality carries at least 60% of its fair share.",
        "text_nl": "Elke gemeente draagt minstens 60% van haar eerlijke aandeel.",
        "measure": "share_of_fair_share",
        "sense": ">=",
        "value": 0.6,
        "strength": 1,
    }


# --- Package --------------------------------------------------------------------------------------


def build() -> Instance:
    """Instance ``nl``, computed."""
    about = {
        "name": "nl",
        "title": "Nederland (342 gemeenten, 35 arbeidsmarktregio's), 2025-2033",
        "description": "Real inhabitants, homes and plans; estimated needs, places and hours. See README.md.",
        "years": YEARS,
        "licence": "CC-BY-4.0",
        "sources": SOURCES,
    }
    towns = known(source.TOWNS)
    needed = pd.DataFrame(needs(towns))
    tables = {
        "municipalities": municipalities(towns),
        "groups": groups(),
        "place_types": source.PLACE_TYPES.drop(columns="to_build").reset_index(),
        "suitability": pd.DataFrame(suitability()),
        "needs": needed,
        "supply": pd.DataFrame(supply(towns)),
        "projects": pd.DataFrame(projects(towns)),
        "support": pd.DataFrame(support(towns, needed)),
        "agreements": pd.DataFrame(agreements()),
    }
    return Instance.from_tables(tables, about)


if __name__ == "__main__":
    write_instance(build(), Path(__file__).with_name("nl"), overwrite=True)
