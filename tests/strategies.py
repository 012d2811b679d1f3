"""Hypothesis strategies for small instances that are valid and have an answer.

Every hard agreement is an upper bound, so that giving nothing meets all of them: each instance is
feasible. There is always a group in need that a place which comes free suits.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd
from hypothesis import strategies as st

from verdeling.instance import Instance

if TYPE_CHECKING:
    from collections.abc import Sequence

    Draw = st.DrawFn

NAMES = (
    "Bergen op Zoom", "Bergen-op-Zoom", "'s-Gravenhage", "Súdwest-Fryslân", "GM0153", "1", "10", "=1+1",
    "Aa en Hunze", "a,b", '"quoted"', "#N/A", "+31", "-", "@home", "none",
)  # fmt: skip
"""Ids that are easily mixed up, taken for numbers or formulas, or badly quoted."""

FIRST_YEAR = 2025


@dataclass(frozen=True)
class Knobs:
    """How large a drawn instance may be and what it may hold.

    Parameters
    ----------
    regions, municipalities, groups, place_types, years : int
        At most; municipalities per region.
    most : int
        Largest number of households or places in a row.
    projects, support, agreements, scenarios, extras : bool
        Whether there may be any; extras are attributes, fair shares, distances and sources.
    """

    regions: int = 2
    municipalities: int = 5
    groups: int = 4
    place_types: int = 3
    years: int = 3
    most: int = 30
    projects: bool = True
    support: bool = True
    agreements: bool = True
    scenarios: bool = True
    extras: bool = True


@dataclass
class Sketch:
    """The ids of an instance that is being drawn, and its tables so far."""

    regions: list[str]
    homes: list[tuple[str, str]]
    groups: list[str]
    place_types: list[str]
    years: list[int]
    scenarios: list[str]
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)


def instances(**knobs: Any) -> st.SearchStrategy[Instance]:
    """Valid, feasible instances.

    Parameters
    ----------
    **knobs
        Fields of `Knobs`.
    """
    return sources(**knobs).map(lambda source: Instance.from_tables(*source))


@st.composite
def sources(draw: Draw, **knobs: Any) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """Tables and about, as `Instance.from_tables` takes them."""
    limits = Knobs(**knobs)
    sketch = _sketch(draw, limits)
    _draw_people(draw, sketch, limits)
    _draw_flows(draw, sketch, limits)
    if limits.projects:
        _draw_projects(draw, sketch, limits)
    if limits.support:
        _draw_support(draw, sketch)
    if limits.extras:
        _draw_extras(draw, sketch)
    if limits.agreements:
        _draw_agreements(draw, sketch)
    about = {"name": "drawn", "title": "Drawn", "years": sketch.years, "scenario": draw(_default(sketch))}
    return sketch.tables, about


def scrambled(frame: pd.DataFrame, order: Sequence[int]) -> pd.DataFrame:
    """The same rows and columns in another order, which `order` (any numbers) decides."""
    keys = [order[position % len(order)] + position for position in range(max(frame.shape))]
    rows = sorted(range(len(frame)), key=lambda row: (keys[row] % 7, -row))
    columns = sorted(frame.columns, key=lambda name: (keys[list(frame.columns).index(name)] % 5, name))
    return frame.iloc[rows][columns].reset_index(drop=True)


def _sketch(draw: Draw, limits: Knobs) -> Sketch:
    odd = draw(st.booleans())
    offset = draw(st.integers(0, len(NAMES) - 1)) if odd else 0

    def ids(letter: str, count: int, shift: int) -> list[str]:
        pool = [NAMES[(offset + shift + position) % len(NAMES)] for position in range(count)]
        return pool if odd else [f"{letter}{position}" for position in range(1, count + 1)]

    sizes = draw(st.lists(st.integers(1, limits.municipalities), min_size=1, max_size=limits.regions))
    regions = ids("r", len(sizes), 0)
    towns = ids("m", sum(sizes), 2)
    owners = [region for region, size in zip(regions, sizes, strict=True) for _ in range(size)]
    return Sketch(
        regions=regions,
        homes=list(zip(towns, owners, strict=True)),
        groups=ids("g", draw(st.integers(1, limits.groups)), 5),
        place_types=ids("k", draw(st.integers(1, limits.place_types)), 9),
        years=[FIRST_YEAR + year for year in range(draw(st.integers(1, limits.years)))],
        scenarios=draw(st.sampled_from([[""], [""], ["low", "high"]])) if limits.scenarios else [""],
    )


def _draw_people(draw: Draw, sketch: Sketch, limits: Knobs) -> None:
    population = draw(_amounts(1, 50_000, len(sketch.homes)))
    sketch.tables["municipalities"] = pd.DataFrame(
        [
            (town, f"Town {town}", region, people)
            for (town, region), people in zip(sketch.homes, population, strict=True)
        ],
        columns=["municipality", "name", "region", "population"],
    )
    groups = []
    regular = len(sketch.groups) > 1 and draw(st.booleans())
    for position, group in enumerate(sketch.groups):
        last = regular and position == len(sketch.groups) - 1
        groups.append(
            {
                "group": group,
                "name": f"Group {group}",
                "name_nl": f"Groep {group}",
                "priority": 9 if last else draw(st.integers(1, 3)),
                "urgent": not last and draw(st.booleans()),
                "burden": 0.0 if last else draw(st.sampled_from([1.0, 0.5, 2.5])),
                "support_hours": draw(st.sampled_from([0.0, 1.0, 4.5])),
                "support_years": draw(st.sampled_from([1.0, 1.5, 0.0])),
            }
        )
    sketch.tables["groups"] = pd.DataFrame(groups)


def _draw_flows(draw: Draw, sketch: Sketch, limits: Knobs) -> None:
    """Suitability, needs and supply; the first group can live in the first place type, which comes free."""
    every = 2 ** len(sketch.place_types) - 1
    masks = draw(_amounts(1, every, len(sketch.groups)))
    masks[0] |= 1
    sketch.tables["suitability"] = pd.DataFrame(
        [
            (group, kind, 1 + (position + mask) % 3)
            for group, mask in zip(sketch.groups, masks, strict=True)
            for position, kind in enumerate(sketch.place_types)
            if mask >> position & 1
        ],
        columns=["group", "place_type", "preference"],
    )
    regional = draw(st.lists(st.booleans(), min_size=len(sketch.groups), max_size=len(sketch.groups)))
    keys = [
        (group, *origin, year, scenario)
        for group, whole in zip(sketch.groups, regional, strict=True)
        for origin in (
            [("", region) for region in sketch.regions] if whole else [(town, "") for town, _ in sketch.homes]
        )
        for year in sketch.years
        for scenario in sketch.scenarios
    ]
    households = draw(_amounts(0, limits.most, len(keys)))
    households[: len(sketch.scenarios)] = [amount + 1 for amount in households[: len(sketch.scenarios)]]
    columns = ["group", "municipality", "region", "year", "scenario"]
    sketch.tables["needs"] = pd.DataFrame(keys, columns=columns).assign(households=households)
    suppliers = ["", *NAMES[: draw(st.integers(0, 2))]]
    spots = list(itertools.product([town for town, _ in sketch.homes], sketch.place_types, sketch.years))
    places = draw(_amounts(0, draw(st.sampled_from([limits.most // 5 + 1, 2 * limits.most])), len(spots)))
    places[0] += 1
    sketch.tables["supply"] = pd.DataFrame(spots, columns=["municipality", "place_type", "year"]).assign(
        places=places,
        supplier=[suppliers[position % len(suppliers)] for position in range(len(spots))],
        certainty=["soft" if position % 4 == 3 else "hard" for position in range(len(spots))],
    )
    sketch.tables["place_types"] = pd.DataFrame(
        [
            (kind, kind, kind, turnover, 1000.0)
            for kind, turnover in zip(sketch.place_types, itertools.cycle([0.0, 0.1, 1.0]))
        ],
        columns=["place_type", "name", "name_nl", "turnover", "annual_cost"],
    )


def _draw_projects(draw: Draw, sketch: Sketch, limits: Knobs) -> None:
    rows = []
    for number in range(draw(st.integers(0, 3))):
        most = draw(st.integers(1, limits.most))
        rows.append(
            {
                "project": f"p{number}",
                "municipality": draw(st.sampled_from(sketch.homes))[0],
                "place_type": draw(st.sampled_from(sketch.place_types)),
                "year": draw(st.sampled_from(sketch.years)),
                "max_places": most,
                "min_places": draw(st.sampled_from([0, 0, most // 2, most])),
                "cost_per_place": draw(st.sampled_from([0.0, 150_000.0])),
                "scenario": draw(st.sampled_from(["", sketch.scenarios[-1]])),
            }
        )
    if rows:
        sketch.tables["projects"] = pd.DataFrame(rows)


def _draw_support(draw: Draw, sketch: Sketch) -> None:
    offers = [(town, "") for town, _ in sketch.homes] + [("", region) for region in sketch.regions]
    chosen = draw(st.lists(st.sampled_from(offers), unique=True, max_size=3))
    rows = [
        (f"provider {town}{region}", town, region, year) for town, region in chosen for year in sketch.years
    ]
    if rows:
        hours = draw(_amounts(0, 100, len(rows)))
        columns = ["provider", "municipality", "region", "year"]
        sketch.tables["support"] = pd.DataFrame(rows, columns=columns).assign(
            hours=[amount / 2 for amount in hours]
        )


def _draw_extras(draw: Draw, sketch: Sketch) -> None:
    towns = [town for town, _ in sketch.homes]
    if draw(st.booleans()):
        sketch.tables["municipalities"]["dwellings"] = draw(_amounts(0, 900, len(towns)))
        sketch.tables["municipalities"]["longitude"] = [
            5.5 + position if position % 2 else None for position in range(len(towns))
        ]
    if draw(st.booleans()):
        shares = draw(_amounts(1, 9, len(towns)))
        sketch.tables["fair_shares"] = pd.DataFrame({"municipality": towns, "share": shares})
    if draw(st.booleans()):
        pairs = list(itertools.product(towns, towns))
        minutes = draw(_amounts(0, 60, len(pairs)))
        sketch.tables["distances"] = pd.DataFrame(pairs, columns=["origin", "host"]).assign(minutes=minutes)


def _draw_agreements(draw: Draw, sketch: Sketch) -> None:
    """Agreements about something: scopes reach the first supply, the first need or a project."""
    supply, needs = sketch.tables["supply"].iloc[0], sketch.tables["needs"].iloc[0]
    scopes = {
        "municipality": ["", "*", supply["municipality"]],
        "group": ["", "*", sketch.groups[0]],
        "place_type": ["", "*", ";".join(sketch.place_types)],
        "year": ["", "*", str(supply["year"])],
    }
    rows = []
    for number in range(draw(st.integers(0, 3))):
        measure = draw(st.sampled_from(_measures(sketch)))
        row = {name: draw(st.sampled_from(choices)) for name, choices in scopes.items()}
        if measure in ("built", "share_of_built", "cost", "support_hours"):
            row = dict.fromkeys(row, "") | {"municipality": draw(st.sampled_from(["", "*"]))}
        if measure == "share_of_built":
            row["place_type"] = ";".join(sketch.place_types)
        if measure == "share_of_need" and not needs["municipality"]:
            row["municipality"] = ""
        sense = draw(st.sampled_from(["<=", ">=", "="]))
        top = 1.0 if measure.startswith("share") else 50.0
        row |= {"agreement": f"a{number}", "text": f"Agreement {number}", "measure": measure, "sense": sense}
        row["value"] = draw(st.integers(0, 10)) / 10 * top
        row["strength"] = draw(st.sampled_from(["hard", 2.5])) if sense == "<=" else 1.0
        rows.append(row)
    if rows:
        sketch.tables["agreements"] = pd.DataFrame(rows)


def _measures(sketch: Sketch) -> list[str]:
    measures = [
        "places",
        "share_of_need",
        "share_of_supply",
        "per_1000_inhabitants",
        "share_of_fair_share",
        "cost",
    ]
    if "projects" in sketch.tables:
        measures += ["built", "share_of_built"]
    first = sketch.tables["groups"].iloc[0]
    return measures + ["support_hours"] * bool(first["support_hours"] * first["support_years"])


def _default(sketch: Sketch) -> st.SearchStrategy[str]:
    return st.sampled_from(sketch.scenarios if len(sketch.scenarios) > 1 else [""])


def _amounts(least: int, most: int, count: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(least, most), min_size=count, max_size=count)
