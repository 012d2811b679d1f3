"""One instance and one plan from those of many regions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from verdeling.instance import Instance
from verdeling.reporting.package import marked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verdeling.rolling.gathering import Part

_KEPT = {
    "municipalities": ["municipality", "name", "region", "population"],
    "groups": ["group", "name", "name_nl", "priority", "persons_per_household", "burden"],
    "place_types": ["place_type", "name", "name_nl", "annual_cost"],
    "suitability": ["group", "place_type"],
    "needs": ["group", "municipality", "region", "year", "households", "estimate"],
    "supply": ["municipality", "place_type", "year", "supplier", "places", "certainty", "estimate"],
    "projects": ["project", "municipality", "place_type", "year", "max_places", "cost_per_place", "estimate"],
}
"""What measuring looks at; the rest of an instance can differ between regions."""

_KEYS = {"groups": ["group"], "place_types": ["place_type"], "suitability": ["group", "place_type"]}
_PLAN = ("placements", "loads", "waiting", "builds", "support")


@dataclass(frozen=True, eq=False)
class Combined:
    """Regions as one.

    Parameters
    ----------
    instance : Instance
        What was divided in all of them: what measuring needs of it.
    plan : dict of str to DataFrame
        ``placements``, ``loads``, ``waiting``, ``builds`` and ``support`` of all regions, in ids.
        Builds have the region and, in ``code``, what the project is called in the instance: ids of
        projects are those of their own region.
    """

    instance: Instance
    plan: dict[str, pd.DataFrame]


def combine(parts: Sequence[Part]) -> Combined:
    """Put the regions that have a division together.

    Parameters
    ----------
    parts : sequence of Part
        As `verdeling.rolling.gathering.gather` gives them; those without a plan are left out.

    Returns
    -------
    Combined
    """
    solved = [part for part in parts if part.solution.has_numbers]
    tables = {name: _stacked(solved, name) for name in _KEPT}
    about = {"name": "rollup", "title": "Rollup", "years": solved[0].solution.instance.about.years}
    known = [{**part.solution.tables, **marked(part.solution)} for part in solved]
    plan = {name: _plan(solved, [tables[name] for tables in known], name) for name in _PLAN}
    return Combined(Instance.from_tables(tables, about), plan)


def restricted(combined: Combined, regions: Sequence[str]) -> Combined:
    """Some regions of many."""
    tables = combined.instance.tables
    towns = tables["municipalities"]
    towns = towns[towns["region"].isin(regions)]
    kept = {"municipalities": towns}
    for name in ("needs", "supply", "projects"):
        column, ids = ("region", regions) if name == "needs" else ("municipality", towns["municipality"])
        kept[name] = tables[name][tables[name][column].isin(ids)]
    few = tables.replaced({name: frame.reset_index(drop=True) for name, frame in kept.items()})
    plan = {name: frame[frame["region"].isin(regions)] for name, frame in combined.plan.items()}
    return Combined(Instance(combined.instance.about, few), plan)


def _stacked(parts: Sequence[Part], name: str) -> pd.DataFrame:
    frames = [part.solution.instance[name][_KEPT[name]] for part in parts]
    if name == "projects":
        frames = [
            frame.assign(project=_codes(number, part, frame["project"]))
            for number, (part, frame) in enumerate(zip(parts, frames, strict=True))
        ]
    frame = _together(frames)
    return frame.drop_duplicates(_KEYS[name], ignore_index=True) if name in _KEYS else frame


def _plan(parts: Sequence[Part], tables: Sequence[pd.DataFrame], name: str) -> pd.DataFrame:
    """A table of all plans, each row with its region."""
    frames = []
    for number, (part, frame) in enumerate(zip(parts, tables, strict=True)):
        towns = part.solution.instance["municipalities"].set_index("municipality")["region"]
        more = {} if "region" in frame else {"region": frame["municipality"].map(towns).astype("str")}
        if name == "builds":
            more["code"] = _codes(number, part, frame["project"])
        frames.append(frame.assign(**more))
    return _together(frames)


def _together(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Tables below each other; empty ones have no types to give."""
    return pd.concat([frame for frame in frames if len(frame)] or frames[:1], ignore_index=True)


def _codes(number: int, part: Part, projects: pd.Series[str]) -> pd.Series[str]:
    """Names of projects that no two regions share."""
    known = sorted(part.solution.instance["projects"]["project"])
    codes = {project: f"{number}.{nth}" for nth, project in enumerate(known)}
    return projects.map(codes).astype("str")
