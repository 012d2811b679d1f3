"""Comparing tables with each other: keys, ids, years, regions and scenarios that must agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from verdeling.errors import Problem, nearest
from verdeling.scopes import SCOPE, about_nothing, join, unknown_names
from verdeling.tables import TABLES
from verdeling.validation import Draft

Drafts = Mapping[str, Draft]

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
    homes = drafts["municipalities"]
    region_of = {"": ""} | {place: region for _, place, region in homes.rows("municipality", "region")}
    if len(only := set(homes.column("region"))) == 1:
        region_of[""] = only.pop()
    settled = dict(drafts)
    for table in ("needs", "support"):
        cells = drafts[table].cells
        pairs = zip(cells["municipality"], cells["region"], strict=True)
        regions = [region_of.get(place, "") if region == "" else region for place, region in pairs]
        settled[table] = replace(drafts[table], cells=cells | {"region": regions})
    cells = drafts["agreements"].cells
    scopes = {column: [join(cell) for cell in cells[column]] for column in SCOPE}
    settled["agreements"] = replace(drafts["agreements"], cells=cells | scopes)
    return settled


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
    return {name for draft in drafts.values() for name in draft.column("scenario")} - {""}


def _keys(draft: Draft) -> Iterator[Problem]:
    key = list(TABLES[draft.table].key)
    first: dict[tuple[object, ...], str] = {}
    for label, *cells in draft.rows(*key):
        same = first.setdefault(tuple(cells), label)
        if same is not label:
            yield Problem(
                "duplicate-key",
                f"It is about the same as row {same}: {_named(key, cells)}.",
                f"Rows are told apart by {', '.join(key)}.",
                "Remove one of them, or add their numbers together.",
                draft.table, label, key[0], str(cells[0]),
            )  # fmt: skip


def _named(key: list[str], cells: list[object]) -> str:
    return ", ".join(f"{name} {cell}" for name, cell in zip(key, cells, strict=True) if cell != "")


def _overlaps(draft: Draft) -> Iterator[Problem]:
    *key, last = TABLES[draft.table].key
    if last != "scenario":
        return
    rows = list(draft.rows(*key, last))
    always = {tuple(cells): label for label, *cells, scenario in rows if not scenario}
    for label, *cells, scenario in rows:
        if scenario and tuple(cells) in always:
            yield Problem(
                "overlapping-scenarios",
                f"Row {always[tuple(cells)]} says for every scenario what this row says for {scenario}.",
                "Then it is not known which of them holds.",
                "Remove one, or give each scenario its own row.",
                draft.table, label, last, scenario,
            )  # fmt: skip


def _references(drafts: Drafts, draft: Draft) -> Iterator[Problem]:
    kind = TABLES[draft.table]
    targets = {column: (target, TABLES[target].key[0]) for column, target in kind.references.items()}
    if draft.table in ("needs", "support"):
        targets["region"] = ("municipalities", "region")
    for column, (target, key) in targets.items():
        known = set(drafts[target].column(key))
        for label, name in draft.rows(column) if known else ():
            if name and name not in known:
                yield Problem(
                    "unknown-id",
                    f"There is no {key.replace('_', ' ')} {name}.",
                    f"{column} refers to the column {key} of the table {target}.",
                    f"Correct it, or add it there. {nearest(name, known)}",
                    draft.table, label, column, name,
                )  # fmt: skip


def _regions(drafts: Drafts, table: str) -> Iterator[Problem]:
    region_of = {
        place: region for _, place, region in drafts["municipalities"].rows("municipality", "region")
    }
    for label, place, region in drafts[table].rows("municipality", "region"):
        if not place and not region and region_of:
            yield Problem(
                "no-region",
                "It names neither a municipality nor a region.",
                "There are several regions, and it cannot be known whose it is.",
                f"Fill in one of them. {nearest('', set(region_of.values()))}",
                table, label, "region",
            )  # fmt: skip
        elif region_of.get(place, region) != region:
            yield Problem(
                "wrong-region",
                f"{place} is not in {region}.",
                f"The table municipalities says that it is in {region_of[place]}.",
                "Leave region empty where there is a municipality, or correct one of them.",
                table, label, "region", region,
            )  # fmt: skip


def _years(draft: Draft, years: Sequence[int]) -> Iterator[Problem]:
    if not years or draft.table == "agreements":
        return
    for label, year in draft.rows("year"):
        if not years[0] <= year <= years[-1]:
            yield Problem(
                "year-outside-horizon",
                f"{year} is not a year of the horizon.",
                f"The instance is about {years[0]} to {years[-1]}.",
                "Correct or remove it, or extend years in about.",
                draft.table, label, "year", str(year),
            )  # fmt: skip


def _scenarios(drafts: Drafts, default: str) -> Iterator[Problem]:
    of_table = {
        table: set(draft.column("scenario")) for table, draft in drafts.items() if "scenario" in draft.cells
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
        for label, name in drafts[table].rows(column):
            if ";" in name or name == "*":
                yield Problem(
                    "separator-in-id",
                    f"{name} cannot be an id.",
                    "In the scope of an agreement * stands for each and ; stands between ids.",
                    "Choose an id without them.",
                    table, label, column, name,
                )  # fmt: skip


def _groups(drafts: Drafts) -> Iterator[Problem]:
    suited = set(drafts["suitability"].column("group"))
    for label, group in drafts["groups"].rows("group"):
        if suited and group not in suited:
            yield Problem(
                "unsuited-group",
                f"No place type suits {group}.",
                "Nobody of the group could ever be housed.",
                "Add a row with the group to the table suitability, or remove the group.",
                "groups", label, "group", group,
            )  # fmt: skip


def _projects(projects: Draft) -> Iterator[Problem]:
    for label, least, most in projects.rows("min_places", "max_places"):
        if least > most:
            yield Problem(
                "min-above-max",
                f"min_places is {least} and max_places is {most}.",
                "A project cannot deliver at least more than at most.",
                "Swap or correct them.",
                "projects", label, "min_places", str(least),
            )  # fmt: skip


def _shares(drafts: Drafts) -> Iterator[Problem]:
    known = set(drafts["fair_shares"].column("municipality"))
    for name in drafts["municipalities"].column("municipality"):
        if known and name not in known:
            yield Problem(
                "no-share",
                f"There is no share for {name}.",
                "Shares of some municipalities say nothing about the others.",
                "Add a row for it, or leave the table out.",
                "fair_shares", column="municipality", value=name,
            )  # fmt: skip
