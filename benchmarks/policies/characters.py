"""Regions of different character, on which policies can be told apart: made up, named and seeded."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product

import numpy as np
import pandas as pd

from verdeling import Instance

YEARS = (2027, 2028, 2029)
GROUPS = ("refugees", "care", "youth", "regular")
TYPES = ("family", "studio", "clustered")
SUITS = {
    "refugees": ("family", "studio"),
    "care": ("clustered", "studio"),
    "youth": ("studio",),
    "regular": ("family", "studio"),
}
"""Place types by group, the best suited first."""

TOWNS = (1, 2, 3, 4, 5, 6)
"""Sizes of the towns of an ordinary region, in ten thousands of inhabitants."""


@dataclass(frozen=True)
class Character:
    """What a region is like.

    Parameters
    ----------
    about : str
        In a sentence.
    towns : tuple of float
        Sizes of the municipalities, in ten thousands of inhabitants.
    supply : float
        Places that come free, as a multiple of the needs.
    rich : float
        Part of all places that stands in the first municipality; zero: by size, with some chance.
    needy : float
        Part of all needs that looks from the last municipality; zero: by size, with some chance.
    growth : float
        What needs are multiplied by from year to year.
    hours : float
        Hours of support, as a multiple of what everybody would use; zero: support limits nothing.
    only : str
        Place type that the first municipality alone has.
    urgent : tuple of str
        Groups with an urgency status.
    burden : dict of str to float
        Weight of a place in a load, by group, where it is not 1.
    building : float
        Places in projects, as a multiple of the needs.
    wishes : float
        Part of its fair share beyond which each municipality softly refuses more; zero: none.
    regions : int
        Among which the municipalities are divided in turn.
    """

    about: str
    towns: tuple[float, ...] = TOWNS
    supply: float = 0.9
    rich: float = 0.0
    needy: float = 0.0
    growth: float = 1.0
    hours: float = 0.0
    only: str = ""
    urgent: tuple[str, ...] = ("care",)
    burden: dict[str, float] = field(default_factory=dict)
    building: float = 0.0
    wishes: float = 0.0
    regions: int = 1


CHARACTERS = {
    "ample": Character("Twice as many places as anybody needs.", supply=2.0),
    "tight": Character("As many places as needs, but not of the right kind everywhere.", supply=1.0),
    "scarce": Character("Places for half of the needs.", supply=0.5),
    "one-rich": Character("Half of the places stand in the smallest town.", rich=0.5),
    "central-city": Character(
        "A city of half a million with villages around it, and most people look from the city.",
        towns=(0.5, 0.7, 0.9, 1.1, 1.3, 50), needy=0.8,
    ),
    "remote": Character("Clustered homes stand in one small town, far from most.", only="clustered"),
    "support-starved": Character("Homes enough, hours of support for a third.", supply=1.5, hours=0.33),
    "growing-backlog": Character("Needs grow by half each year, places do not.", growth=1.5, supply=0.6),
    "contradictory-wishes": Character("Every town refuses more than 70% of its fair share.", wishes=0.7),
    "urgent-crowd": Character("Most groups are urgent.", urgent=("care", "youth", "refugees")),
    "heavy-care": Character("A place with care weighs four times another.", burden={"care": 4.0}, hours=0.8),
    "house-seekers": Character("Regular house seekers weigh nothing.", burden={"regular": 0.0}),
    "building": Character("Little comes free, large projects can be built.", supply=0.3, building=0.9),
    "two-regions": Character("Two regions, one with places and one without.", regions=2, rich=0.4),
    "twenty-alike": Character("Twenty villages of the same size.", towns=(2,) * 20, supply=0.7),
}  # fmt: skip
"""Characters by name."""


def region(name: str, seed: int = 1) -> Instance:
    """The region of a character; the same seed gives the same one."""
    character = CHARACTERS[name]
    random = np.random.default_rng([seed, *name.encode()])
    towns = [f"town {number}" for number in range(1, len(character.towns) + 1)]
    size = np.array(character.towns) / sum(character.towns)
    needs = _needs(character, towns, size, random)
    asked = needs.groupby("group")["households"].sum()
    tables = {
        "municipalities": pd.DataFrame(
            {
                "municipality": towns,
                "name": [town.title() for town in towns],
                "region": [f"region {1 + at % character.regions}" for at in range(len(towns))],
                "population": (10_000 * np.array(character.towns)).astype(int),
                "recent_places": np.maximum(
                    1, (1000 * size * random.uniform(0.5, 1.5, len(towns))).astype(int)
                ),
            }
        ),
        "groups": _groups(character),
        "place_types": pd.DataFrame(
            {"place_type": TYPES, "name": TYPES, "name_nl": TYPES, "annual_cost": (9000, 6000, 14000)}
        ),
        "suitability": pd.DataFrame(
            [(group, kind, rank) for group, kinds in SUITS.items() for rank, kind in enumerate(kinds, 1)],
            columns=["group", "place_type", "preference"],
        ),
        "needs": needs,
        "supply": _supply(character, towns, size, int(asked.sum()), random),
        "distances": _distances(towns),
    }
    if character.hours:
        hours = character.hours * (asked["care"] * 6 + asked["youth"] * 3) / len(YEARS)
        tables["support"] = pd.DataFrame(
            [(f"provider of region {at + 1}", f"region {at + 1}", year, round(hours / character.regions, 1))
             for at, year in product(range(character.regions), YEARS)],
            columns=["provider", "region", "year", "hours"],
        )  # fmt: skip
    if character.building:
        tables["projects"] = _projects(character, towns, size, int(asked.sum()), random)
    if character.wishes:
        tables["agreements"] = _wishes(character)
    return Instance.from_tables(tables, about={"name": name, "title": character.about, "years": list(YEARS)})


def _needs(
    character: Character, towns: list[str], size: np.ndarray, random: np.random.Generator
) -> pd.DataFrame:
    part = size.copy()
    if character.needy:
        part = (1 - character.needy) * part
        part[-1] += character.needy
    rows = []
    for (at, group), year in product(product(range(len(towns)), GROUPS), range(len(YEARS))):
        mean = 150 * part[at] * character.growth**year * random.uniform(0.6, 1.4)
        rows.append((group, towns[at], YEARS[year], round(mean)))
    return pd.DataFrame(rows, columns=["group", "municipality", "year", "households"])


def _groups(character: Character) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "group": GROUPS,
            "name": GROUPS,
            "name_nl": GROUPS,
            "priority": (2, 1, 1, 3),
            "urgent": [group in character.urgent for group in GROUPS],
            "support_hours": (0, 6, 3, 0),
            "burden": [character.burden.get(group, 1.0) for group in GROUPS],
        }
    )


def _supply(
    character: Character, towns: list[str], size: np.ndarray, asked: int, random: np.random.Generator
) -> pd.DataFrame:
    part = size * random.uniform(0.7, 1.3, len(size))
    if character.rich:
        part[0] = character.rich / (1 - character.rich) * part[1:].sum()
    part = part / part.sum()
    rows = []
    for at, (kind, weight), year in product(
        range(len(towns)), zip(TYPES, (0.4, 0.4, 0.2), strict=True), YEARS
    ):
        share = float(at == 0) if kind == character.only else part[at]
        rows.append((towns[at], kind, year, round(character.supply * asked / len(YEARS) * weight * share)))
    return pd.DataFrame(rows, columns=["municipality", "place_type", "year", "places"])


def _projects(
    character: Character, towns: list[str], size: np.ndarray, asked: int, random: np.random.Generator
) -> pd.DataFrame:
    most = np.maximum(
        10, (character.building * asked * size * random.uniform(0.5, 1.5, len(size))).astype(int)
    )
    return pd.DataFrame(
        {
            "project": [f"project in {town}" for town in towns],
            "municipality": towns,
            "place_type": [TYPES[at % len(TYPES)] for at in range(len(towns))],
            "year": [YEARS[at % 2] for at in range(len(towns))],
            "max_places": most,
            "min_places": most // 2,
            "cost_per_place": random.integers(150, 350, len(towns)) * 1000,
        }
    )


def _wishes(character: Character) -> pd.DataFrame:
    refuse = f"No town takes more than {character.wishes:.0%} of its fair share"
    return pd.DataFrame(
        {
            "agreement": ["refuse", "care first"],
            "text": [refuse, "Everybody who needs care is housed in the first year"],
            "municipality": ["*", ""],
            "group": ["", "care"],
            "year": ["", str(YEARS[0])],
            "measure": ["share_of_fair_share", "share_of_need"],
            "sense": ["<=", ">="],
            "value": [character.wishes, 1.0],
            "strength": ["1", "2"],
        }
    )


def _distances(towns: list[str]) -> pd.DataFrame:
    """Towns stand along a road, a quarter of an hour apart."""
    pairs = product(range(len(towns)), repeat=2)
    return pd.DataFrame(
        [(towns[a], towns[b], 15.0 * abs(a - b)) for a, b in pairs], columns=["origin", "host", "minutes"]
    )
