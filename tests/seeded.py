"""Seeded small instances of every kind: tied, tight, ample, with regions, building, support, agreements.

Numbers are whole and modest, so that an independent witness reaches them to a millionth.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from verdeling.errors import InstanceError
from verdeling.instance import Instance

if TYPE_CHECKING:
    from numpy.random import Generator


@dataclass(frozen=True)
class Kind:
    """What instances of a kind have.

    Parameters
    ----------
    regions, towns, groups, place_types, years : int
        At most; towns per region.
    even : bool
        Whether municipalities and their supply are alike.
    supply : tuple of float
        Least and most places that come free, as a multiple of the needs.
    projects, support : bool
        Whether there are any.
    agreements : int
        How many are tried; those that are about nothing are left out.
    demands : float
        Share of the agreements that ask for something firmly and may make the instance infeasible.
    fewest : int
        Towns per region at least, where there is one region.
    """

    regions: int = 1
    towns: int = 5
    groups: int = 3
    place_types: int = 2
    years: int = 3
    even: bool = False
    supply: tuple[float, float] = (0.5, 1.5)
    projects: bool = False
    support: bool = False
    agreements: int = 0
    demands: float = 0.0
    fewest: int = 2


KINDS = {
    "tied": Kind(even=True, supply=(0.4, 1.2)),
    "tight": Kind(supply=(0.95, 1.05)),
    "ample": Kind(supply=(2.0, 3.0)),
    "scarce": Kind(supply=(0.1, 0.5)),
    "regions": Kind(regions=3, towns=3, projects=True, agreements=3),
    "building": Kind(supply=(0.2, 0.8), projects=True, agreements=2),
    "starved": Kind(supply=(0.8, 1.5), support=True, agreements=2),
    "agreed": Kind(regions=2, towns=3, projects=True, support=True, agreements=6),
    "demanding": Kind(regions=2, towns=3, projects=True, support=True, agreements=5, demands=0.4),
}
"""Kinds by name."""

FORTY = Kind(towns=40, fewest=40, groups=2, years=2, supply=(0.3, 1.1), projects=True)
"""One region of forty municipalities."""

TINY = Kind(towns=3, groups=2, place_types=2, years=2, projects=True, support=True, agreements=2)
"""Small enough to solve in whole places by brute force."""


@dataclass
class Draft:
    """Ids, and tables so far."""

    kind: Kind
    random: Generator
    most: int
    regions: list[str]
    towns: list[str]
    region_of: dict[str, str]
    groups: list[str]
    kinds: list[str]
    years: list[int]
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)


def seeded(kind: str | Kind, seed: int, *, most: int = 12) -> Instance:
    """An instance of a kind; the same seed gives the same one.

    Parameters
    ----------
    kind : str or Kind
        One of `KINDS`.
    seed : int
        Which one.
    most : int
        Households that start looking in a year, at most, per group and origin.
    """
    chosen = KINDS[kind] if isinstance(kind, str) else kind
    draft = _draft(chosen, np.random.default_rng([seed, *str(kind).encode()]), most)
    _people(draft)
    _needs(draft)
    _supply(draft)
    if chosen.projects:
        _projects(draft)
    if chosen.support:
        _support(draft)
    if chosen.agreements:
        _agreements(draft)
    about = {"name": "seeded", "title": "Seeded", "years": draft.years}
    return without_empty_agreements(draft.tables, about)


def _draft(kind: Kind, random: Generator, most: int) -> Draft:

    def ids(letter: str, least: int, most: int) -> list[str]:
        return [f"{letter}{number}" for number in range(1, random.integers(least, most, endpoint=True) + 1)]

    regions = ids("R", min(kind.regions, 2), kind.regions)
    least = 1 if len(regions) > 1 else kind.fewest
    region_of = {town: region for region in regions for town in ids(f"{region}T", least, kind.towns)}
    return Draft(
        kind=kind,
        random=random,
        most=most,
        regions=regions,
        towns=list(region_of),
        region_of=region_of,
        groups=ids("G", 1, kind.groups),
        kinds=ids("K", 1, kind.place_types),
        years=[2025 + year for year in range(random.integers(1, kind.years, endpoint=True))],
    )


def _people(draft: Draft) -> None:
    random, towns, groups = draft.random, draft.towns, draft.groups
    people = np.full(len(towns), 1000) if draft.kind.even else 1000 * random.integers(1, 20, len(towns))
    draft.tables["municipalities"] = pd.DataFrame(
        {"municipality": towns, "name": towns, "region": list(draft.region_of.values()), "population": people}
    )
    regular = np.arange(len(groups)) == len(groups) - 1 if len(groups) > 1 else np.zeros(1, dtype=bool)
    draft.tables["groups"] = pd.DataFrame(
        {
            "group": groups,
            "name": groups,
            "name_nl": groups,
            "priority": np.where(regular, 3, random.integers(1, 3, len(groups))),
            "burden": np.where(regular, 0.0, random.choice([1.0, 1.0, 2.0], len(groups))),
            "urgent": random.random(len(groups)) < 0.5,
            "support_hours": np.where(regular, 0.0, random.choice([1.0, 2.0, 4.0], len(groups))),
            "support_years": random.choice([1.0, 1.5, 2.0], len(groups)),
        }
    )
    draft.tables["place_types"] = pd.DataFrame(
        {
            "place_type": draft.kinds,
            "name": draft.kinds,
            "name_nl": draft.kinds,
            "turnover": random.choice([0.0, 0.1, 0.5], len(draft.kinds)),
            "annual_cost": random.choice([0.0, 10.0], len(draft.kinds)),
        }
    )
    pairs = [
        (group, kind, int(random.integers(1, 4)))
        for group, kind in product(groups, draft.kinds)
        if kind == draft.kinds[0] or random.random() < 0.5
    ]
    draft.tables["suitability"] = pd.DataFrame(pairs, columns=["group", "place_type", "preference"])


def _needs(draft: Draft) -> None:
    """Of one group in three the needs are the region's."""
    rows = []
    for group in draft.groups:
        regional = draft.random.random() < 1 / 3
        origins = [("", region) for region in draft.regions] if regional else list(draft.region_of.items())
        for (town, region), year in product(origins, draft.years):
            households = draft.most // 2 if draft.kind.even else int(draft.random.integers(0, draft.most + 1))
            rows.append((group, town, region, year, households))
    rows[0] = (*rows[0][:4], rows[0][4] + 1)
    columns = ["group", "municipality", "region", "year", "households"]
    draft.tables["needs"] = pd.DataFrame(rows, columns=columns)


def _supply(draft: Draft) -> None:
    random = draft.random
    columns = ["municipality", "place_type", "year"]
    spots = pd.DataFrame(list(product(draft.towns, draft.kinds, draft.years)), columns=columns)
    least, most = draft.kind.supply
    total = max(1, round(draft.tables["needs"]["households"].sum() * random.uniform(least, most)))
    if draft.kind.even:
        places = np.full(len(spots), max(1, total // len(spots)))
    else:
        places = random.multinomial(total, random.dirichlet(np.full(len(spots), 0.7)))
    suppliers = random.choice(["", "Domijn", "Welbions"], len(spots))
    table = spots.assign(places=places, supplier=suppliers)
    draft.tables["supply"] = table[table["places"] > 0]


def _projects(draft: Draft) -> None:
    random = draft.random
    rows = []
    for number in range(random.integers(1, 4)):
        most = int(random.integers(2, 15))
        rows.append(
            {
                "project": f"P{number}",
                "municipality": random.choice(draft.towns),
                "place_type": random.choice(draft.kinds),
                "year": random.choice(draft.years),
                "max_places": most,
                "min_places": random.choice([0, most // 2, most]),
                "cost_per_place": random.choice([0.0, 1000.0]),
                "supplier": random.choice(["", "Domijn"]),
            }
        )
    draft.tables["projects"] = pd.DataFrame(rows)


def _support(draft: Draft) -> None:
    """A provider in every region, and one in some of the municipalities; together they fall short."""
    random = draft.random
    where = [("Aveleijn", "", region) for region in draft.regions]
    where += [("JP", town, draft.region_of[town]) for town in draft.towns if random.random() < 0.4]
    rows = [(*each, year, float(random.integers(0, 25)) / 2) for each, year in product(where, draft.years)]
    columns = ["provider", "municipality", "region", "year", "hours"]
    draft.tables["support"] = pd.DataFrame(rows, columns=columns)


_LEVELS = {
    "places": (0, 2, 5, 10),
    "share_of_need": (0.1, 0.4, 0.8),
    "share_of_supply": (0.2, 0.5, 0.8),
    "per_1000_inhabitants": (0.2, 0.5, 2.0),
    "share_of_fair_share": (0.3, 0.8, 1.0),
    "built": (0, 3, 8),
    "share_of_built": (0.25, 0.5),
    "support_hours": (2, 10, 25),
    "cost": (20, 3000),
}
_OF_HOMES = ("built", "share_of_built", "cost")


def _agreements(draft: Draft) -> None:
    rows = [_agreement(draft, number) for number in range(draft.kind.agreements)]
    draft.tables["agreements"] = pd.DataFrame(rows)


def _agreement(draft: Draft, number: int) -> dict[str, Any]:
    random = draft.random
    measure = str(random.choice(list(_LEVELS)))
    firm = random.random() < draft.kind.demands
    sense = str(random.choice([">=", "="] if firm else ["<=", "<=", ">=", "="]))
    row = {"agreement": f"A{number}", "text": f"Agreement {number}", "measure": measure, "sense": sense}
    row |= {"value": float(random.choice(_LEVELS[measure])), "strength": float(random.choice([1.0, 2.5]))}
    if firm or (sense == "<=" and random.random() < 0.7):
        row["strength"] = "hard"
    row["region"] = _scope(random, draft.regions)
    row["municipality"] = _scope(random, draft.towns)
    row["year"] = _scope(random, [str(year) for year in draft.years])
    row["place_type"] = _scope(random, draft.kinds)
    row["group"] = "" if measure in _OF_HOMES else _scope(random, draft.groups)
    if measure == "share_of_built":
        row["place_type"] = row["place_type"] or draft.kinds[0]
    row["supplier"] = "" if measure == "support_hours" else _scope(random, ["Domijn", "Welbions"], rare=0.8)
    if measure == "support_hours" and random.random() < 0.5:
        row |= {"supplier": _scope(random, ["Aveleijn", "JP"]), "group": "", "place_type": ""}
    return row


def _scope(random: Generator, names: list[str], rare: float = 0.4) -> str:
    chosen = random.random()
    if chosen < rare:
        return ""
    if chosen < rare + (1 - rare) / 2:
        return "*"
    return ";".join(sorted(set(random.choice(names, 2).tolist())))


def without_empty_agreements(tables: dict[str, pd.DataFrame], about: dict[str, Any]) -> Instance:
    """Leave out agreements that are refused: those about nothing, or about a name that nobody has."""
    try:
        return Instance.from_tables(tables, about)
    except InstanceError as error:
        refused = {int(problem.row) for problem in error.problems if problem.table == "agreements"}
        if not refused:
            raise
        left = tables["agreements"].drop(index=list(refused))
        return without_empty_agreements(tables | {"agreements": left}, about)
