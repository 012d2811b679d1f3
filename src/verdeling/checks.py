"""Comparing tables with each other: keys, ids, years, regions and scenarios that must agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import numpy.typing as npt

from verdeling.coded import Coded, Positions, together
from verdeling.errors import Problem, nearest
from verdeling.scopes import SCOPE, about_nothing, join, unknown_names
from verdeling.tables import TABLES
from verdeling.validation import Draft

Drafts = Mapping[str, Draft]
Rows = npt.NDArray[np.intp]

_NAMED_IN_SCOPES = (
    ("municipalities", "municipality"),
    ("municipalities", "region"),
    ("groups", "group"),
    ("place_types", "place_type"),
    ("supply", "supplier"),
    ("projects", "supplier"),
    ("support", "provider"),
)


def settle(drafts: Drafts) -> dict[str, Draft]:
    """Write what can be written in several ways in one way.

    Parameters
    ----------
    drafts : mapping of str to Draft
        Every table of an instance.

    Returns
    -------
    dict of str to Draft
        With ``region`` filled in needs and support wherever it follows from the municipality or
        from there being one region, and with the names in a scope of an agreement sorted.
    """
    region_of = {"": "", **_regions_of(drafts)}
    if len(only := drafts["municipalities"].distinct("region")) == 1:
        region_of[""] = only[0]
    settled = dict(drafts)
    for table in ("needs", "support"):
        settled[table] = _with_regions(drafts[table], region_of)
    cells = drafts["agreements"].cells
    scopes = {column: cells[column].map(join) for column in SCOPE}
    settled["agreements"] = replace(drafts["agreements"], cells=cells | scopes)
    return settled


def _regions_of(drafts: Drafts) -> dict[str, str]:
    """Region by municipality, as far as both could be read."""
    pairs = drafts["municipalities"].combinations("municipality", "region").distinct
    return {place: region for place, region in pairs if place is not None and region is not None}


def _with_regions(draft: Draft, region_of: Mapping[str, str]) -> Draft:
    pairs = draft.combinations("municipality", "region")
    region = pairs.map(lambda pair: region_of.get(pair[0], "") if pair[1] == "" else pair[1])
    return replace(draft, cells=draft.cells | {"region": region})


def check(drafts: Drafts, years: Sequence[int], scenario: str) -> list[Problem]:
    """Compare the tables of an instance with each other.

    Parameters
    ----------
    drafts : mapping of str to Draft
        Every table of an instance, settled.
    years : sequence of int
        The horizon; empty where it is not known.
    scenario : str
        The scenario that holds by default; may be empty.

    Returns
    -------
    list of Problem
        Everything in which the tables contradict each other or leave something open. In an instance
        that was narrowed to one scenario an agreement may be about a project or supplier of another.
    """
    problems: list[Problem] = []
    for draft in drafts.values():
        problems += [*_keys(draft), *_overlaps(draft), *_references(drafts, draft), *_years(draft, years)]
    problems += [*_regions(drafts, "needs"), *_regions(drafts, "support"), *_scenarios(drafts, scenario)]
    problems += [*_separators(drafts), *_groups(drafts), *_projects(drafts["projects"]), *_shares(drafts)]
    if scenario and not _scenario_names(drafts):
        return problems + [each for each in unknown_names(drafts, years) if each.column != "supplier"]
    problems += unknown_names(drafts, years)
    if years and not problems and all(draft.sound for draft in drafts.values()):
        problems += about_nothing(drafts, years)
    return problems


def _scenario_names(drafts: Drafts) -> set[str]:
    return {name for draft in drafts.values() for name in draft.distinct("scenario")} - {""}


def _keys(draft: Draft) -> Iterator[Problem]:
    key = TABLES[draft.table].key
    rows, codes, first = _identified(draft, key)
    for at in np.flatnonzero(first[codes] != np.arange(len(codes))):
        cells = [draft.cells[name].distinct[draft.cells[name].codes[rows[at]]] for name in key]
        yield Problem(
            "duplicate-key",
            f"It is about the same as row {draft.label(rows[first[codes[at]]])}: {_named(key, cells)}.",
            f"Rows are told apart by {', '.join(key)}.",
            "Remove one of them, or add their numbers together.",
            draft.table, draft.label(rows[at]), key[0], str(cells[0]),
        )  # fmt: skip


def _identified(draft: Draft, key: Sequence[str]) -> tuple[Rows, Positions, Rows]:
    """Rows whose key could be read, the number of the key of each, and where each key stands first."""
    if not all(name in draft.cells for name in key):
        nothing = np.empty(0, dtype=np.intp)
        return nothing, nothing.astype(np.int32), nothing
    read = np.ones(len(draft), dtype=bool)
    for name in key:
        read &= draft.cells[name].where(lambda cell: cell is not None)
    rows = np.flatnonzero(read)
    codes, first = together(
        [Coded(draft.cells[name].codes[rows], draft.cells[name].distinct) for name in key]
    )
    return rows, codes, first


def _named(key: Sequence[str], cells: Sequence[object]) -> str:
    return ", ".join(f"{name} {cell}" for name, cell in zip(key, cells, strict=True) if cell != "")


def _overlaps(draft: Draft) -> Iterator[Problem]:
    *key, last = TABLES[draft.table].key
    if last != "scenario" or len(draft.distinct(last)) < 2:
        return
    rows, codes, first = _identified(draft, key)
    scenarios = draft.cells[last]
    always = np.full(len(first), -1)
    for at in np.flatnonzero(scenarios.among([""])[rows]):
        always[codes[at]] = rows[at]
    for at in np.flatnonzero((always[codes] >= 0) & scenarios.where(bool)[rows]):
        scenario = scenarios.distinct[scenarios.codes[rows[at]]]
        other = draft.label(always[codes[at]])
        yield Problem(
            "overlapping-scenarios",
            f"Row {other} says for every scenario what this row says for {scenario}.",
            "Then it is not known which of them holds.",
            "Remove one, or give each scenario its own row.",
            draft.table, draft.label(rows[at]), last, scenario,
        )  # fmt: skip


def _references(drafts: Drafts, draft: Draft) -> Iterator[Problem]:
    kind = TABLES[draft.table]
    targets = {column: (target, TABLES[target].key[0]) for column, target in kind.references.items()}
    if draft.table in ("needs", "support"):
        targets["region"] = ("municipalities", "region")
    for column, (target, key) in targets.items():
        if known := set(drafts[target].distinct(key)):
            yield from draft.problems(
                column, judge=partial(_unknown_id, draft.table, column, target, key, known)
            )


def _unknown_id(
    table: str, column: str, target: str, key: str, known: set[str], name: str
) -> Iterator[Problem]:
    if name and name not in known:
        yield Problem(
            "unknown-id",
            f"There is no {key.replace('_', ' ')} {name}.",
            f"{column} refers to the column {key} of the table {target}.",
            f"Correct it, or add it there. {nearest(name, known)}",
            table, column=column, value=name,
        )  # fmt: skip


def _regions(drafts: Drafts, table: str) -> Iterator[Problem]:
    judge = partial(_wrong_region, table, _regions_of(drafts))
    yield from drafts[table].problems("municipality", "region", judge=judge)


def _wrong_region(table: str, region_of: Mapping[str, str], place: str, region: str) -> Iterator[Problem]:
    if not place and not region and region_of:
        yield Problem(
            "no-region",
            "It names neither a municipality nor a region.",
            "There are several regions, and it cannot be known whose it is.",
            f"Fill in one of them. {nearest('', set(region_of.values()))}",
            table, column="region",
        )  # fmt: skip
    elif region_of.get(place, region) != region:
        yield Problem(
            "wrong-region",
            f"{place} is not in {region}.",
            f"The table municipalities says that it is in {region_of[place]}.",
            "Leave region empty where there is a municipality, or correct one of them.",
            table, column="region", value=region,
        )  # fmt: skip


def _years(draft: Draft, years: Sequence[int]) -> Iterator[Problem]:
    def outside(year: int) -> Iterator[Problem]:
        if not years[0] <= year <= years[-1]:
            yield Problem(
                "year-outside-horizon",
                f"{year} is not a year of the horizon.",
                f"The instance is about {years[0]} to {years[-1]}.",
                "Correct or remove it, or extend years in about.",
                draft.table, column="year", value=str(year),
            )  # fmt: skip

    if years and draft.table != "agreements":
        yield from draft.problems("year", judge=outside)


def _scenarios(drafts: Drafts, default: str) -> Iterator[Problem]:
    of_table = {
        table: set(draft.distinct("scenario")) for table, draft in drafts.items() if "scenario" in draft.cells
    }
    names = _scenario_names(drafts)
    if default and names and default not in names:
        remedy = f"Correct it in about. {nearest(default, names)}"
        yield Problem("unknown-scenario", f"There is no scenario {default}.", "No row names it.", remedy,
                      "about", column="scenario", value=default)  # fmt: skip
    for table, present in of_table.items():
        if TABLES[table].required and present and "" not in present:
            for name in sorted(names - present):
                yield Problem(
                    "empty-scenario",
                    f"It has no row for the scenario {name}.",
                    "Every scenario needs rows in it.",
                    "Add them, or leave scenario empty in rows that always hold.",
                    table, column="scenario", value=name,
                )  # fmt: skip


def _separators(drafts: Drafts) -> Iterator[Problem]:
    for table, column in _NAMED_IN_SCOPES:
        yield from drafts[table].problems(column, judge=partial(_separator, table, column))


def _separator(table: str, column: str, name: str) -> Iterator[Problem]:
    if ";" in name or name == "*":
        yield Problem(
            "separator-in-id",
            f"{name} cannot be an id.",
            "In the scope of an agreement * stands for each and ; stands between ids.",
            "Choose an id without them.",
            table, column=column, value=name,
        )  # fmt: skip


def _groups(drafts: Drafts) -> Iterator[Problem]:
    suited = set(drafts["suitability"].distinct("group"))

    def unsuited(group: str) -> Iterator[Problem]:
        if suited and group not in suited:
            yield Problem(
                "unsuited-group",
                f"No place type suits {group}.",
                "Nobody of the group could ever be housed.",
                "Add a row with the group to the table suitability, or remove the group.",
                "groups", column="group", value=group,
            )  # fmt: skip

    yield from drafts["groups"].problems("group", judge=unsuited)


def _projects(projects: Draft) -> Iterator[Problem]:
    def turned(least: int, most: int) -> Iterator[Problem]:
        if least > most:
            yield Problem(
                "min-above-max",
                f"min_places is {least} and max_places is {most}.",
                "A project cannot deliver at least more than at most.",
                "Swap or correct them.",
                "projects", column="min_places", value=str(least),
            )  # fmt: skip

    yield from projects.problems("min_places", "max_places", judge=turned)


def _shares(drafts: Drafts) -> Iterator[Problem]:
    known = set(drafts["fair_shares"].distinct("municipality"))
    for name in drafts["municipalities"].distinct("municipality"):
        if known and name not in known:
            yield Problem(
                "no-share",
                f"There is no share for {name}.",
                "Shares of some municipalities say nothing about the others.",
                "Add a row for it, or leave the table out.",
                "fair_shares", column="municipality", value=name,
            )  # fmt: skip
