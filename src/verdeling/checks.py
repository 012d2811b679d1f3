"""Comparing tables with each other: keys, ids, years, regions and scenarios that must agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from verdeling.errors import Problem, nearest
from verdeling.scopes import SCOPE, about_nothing, join, unknown_names
from verdeling.tables import TABLES
from verdeling.validation import Draft

Drafts = Mapping[str, Draft]


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
    homes = readable(drafts, "municipalities", "municipality", "region")
    region_of = dict(zip(homes["municipality"], homes["region"], strict=True)) | {"": ""}
    if len(only := set(homes["region"])) == 1:
        region_of[""] = only.pop()
    settled = dict(drafts)
    for table in ("needs", "support"):
        frame = drafts[table].frame
        pairs = zip(frame["municipality"], frame["region"], strict=True)
        regions = [region_of.get(place, "") if region == "" else region for place, region in pairs]
        settled[table] = replace(drafts[table], frame=frame.assign(region=_texts(regions, frame.index)))
    frame = drafts["agreements"].frame
    scopes = {column: _texts([join(cell) for cell in frame[column]], frame.index) for column in SCOPE}
    settled["agreements"] = replace(drafts["agreements"], frame=frame.assign(**scopes))
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
        Everything in which the tables contradict each other or leave something open.
    """
    problems = [problem for table in TABLES for problem in _keys(drafts, table)]
    problems += [problem for table in TABLES for problem in _overlaps(drafts, table)]
    problems += [problem for table in TABLES for problem in _references(drafts, table)]
    problems += [problem for table in ("needs", "support") for problem in _regions(drafts, table)]
    problems += [problem for table in TABLES for problem in _years(drafts, table, years)]
    problems += [*_scenarios(drafts, scenario), *_separators(drafts), *_groups(drafts)]
    problems += [*_projects(drafts), *_shares(drafts)]
    frames = {name: draft.frame for name, draft in drafts.items()}
    problems += unknown_names(frames, years)
    if not problems and all(draft.sound for draft in drafts.values()):
        problems += about_nothing(frames, years)
    return problems


def readable(drafts: Drafts, table: str, *columns: str) -> pd.DataFrame:
    """Rows of a table in which all these cells could be read; none where a column is absent."""
    frame: pd.DataFrame = drafts[table].frame
    if set(columns) <= set(frame.columns):
        return frame.dropna(subset=list(columns))
    return pd.DataFrame(columns=list(columns))


def _texts(cells: list[str | None], index: pd.Index) -> pd.Series[str]:
    return pd.Series(cells, index=index, dtype=object if None in cells else "str")


def _keys(drafts: Drafts, table: str) -> Iterator[Problem]:
    key = list(TABLES[table].key)
    rows = readable(drafts, table, *key)
    first: dict[tuple[object, ...], object] = {}
    for label, cells in zip(rows.index, rows[key].itertuples(index=False, name=None), strict=True):
        if first.setdefault(cells, label) is not label:
            yield Problem(
                "duplicate-key",
                f"It is about the same as row {first[cells]}: {_named(key, cells)}.",
                f"Rows are told apart by {', '.join(key)}.",
                "Remove one of them, or add their numbers together.",
                table, str(label), key[0], str(cells[0]),
            )  # fmt: skip


def _named(key: list[str], cells: tuple[object, ...]) -> str:
    return ", ".join(f"{name} {cell}" for name, cell in zip(key, cells, strict=True) if cell != "")


def _overlaps(drafts: Drafts, table: str) -> Iterator[Problem]:
    if "scenario" not in TABLES[table].key:
        return
    key = [name for name in TABLES[table].key if name != "scenario"]
    rows = readable(drafts, table, *TABLES[table].key)
    always = rows["scenario"] == ""
    both = (
        rows[~always]
        .reset_index(names="row")
        .merge(rows[always].reset_index(names="always")[["always", *key]], on=key)
    )
    for row in both.to_dict("records"):
        yield Problem(
            "overlapping-scenarios",
            f"Row {row['always']} says the same for every scenario that this row says for {row['scenario']}.",
            "Then it is not known which of them holds.",
            "Remove one, or give each scenario its own row.",
            table, str(row["row"]), "scenario", str(row["scenario"]),
        )  # fmt: skip


def _references(drafts: Drafts, table: str) -> Iterator[Problem]:
    targets = {column: (target, TABLES[target].key[0]) for column, target in TABLES[table].references.items()}
    if table in ("needs", "support"):
        targets["region"] = ("municipalities", "region")
    for column, (target, key) in targets.items():
        if key not in drafts[target].frame:
            continue
        known = set(drafts[target].frame[key].dropna())
        cells = readable(drafts, table, column)[column]
        for label, name in cells[~cells.isin(known | {""})].items():
            yield Problem(
                "unknown-id",
                f"There is no {key.replace('_', ' ')} {name}.",
                f"{column} refers to the column {key} of the table {target}.",
                f"Correct it, or add it there. {nearest(name, known)}",
                table, str(label), column, name,
            )  # fmt: skip


def _regions(drafts: Drafts, table: str) -> Iterator[Problem]:
    homes = readable(drafts, "municipalities", "municipality", "region")
    region_of = dict(zip(homes["municipality"], homes["region"], strict=True))
    rows = readable(drafts, table, "municipality", "region")
    for label, place, region in zip(rows.index, rows["municipality"], rows["region"], strict=True):
        if not place and not region and region_of:
            yield Problem(
                "no-region",
                "It names neither a municipality nor a region.",
                "There are several regions, and it cannot be known whose it is.",
                f"Fill in one of them. {nearest('', region_of.values())}",
                table, str(label), "region",
            )  # fmt: skip
        elif place in region_of and region != region_of[place]:
            yield Problem(
                "wrong-region",
                f"{place} is not in {region}.",
                f"The table municipalities says that it is in {region_of[place]}.",
                "Leave region empty where there is a municipality, or correct one of them.",
                table, str(label), "region", region,
            )  # fmt: skip


def _years(drafts: Drafts, table: str, years: Sequence[int]) -> Iterator[Problem]:
    if not years or TABLES[table].row.model_fields.get("year") is None or table == "agreements":
        return
    cells = readable(drafts, table, "year")["year"]
    for label, year in cells[~cells.isin(years)].items():
        yield Problem(
            "year-outside-horizon",
            f"{year} is not a year of the horizon.",
            f"The instance is about {years[0]} to {years[-1]}.",
            "Correct or remove it, or extend years in about.",
            table, str(label), "year", str(year),
        )  # fmt: skip


def _scenarios(drafts: Drafts, default: str) -> Iterator[Problem]:
    tables = [table for table, kind in TABLES.items() if "scenario" in kind.key]
    of_table = {table: set(readable(drafts, table, "scenario")["scenario"]) for table in tables}
    names = set().union(*of_table.values()) - {""}
    if default and names and default not in names:
        yield Problem(
            "unknown-scenario", f"There is no scenario {default}.", "No row names it.",
            f"Correct it in about. {nearest(default, names)}", "about", column="scenario", value=default,
        )  # fmt: skip
    for table in tables:
        if TABLES[table].required and of_table[table] and "" not in of_table[table]:
            for name in sorted(names - of_table[table]):
                yield Problem(
                    "empty-scenario",
                    f"It has no row for the scenario {name}.",
                    "A scenario needs rows in it.",
                    "Add them, or leave scenario empty in rows that always hold.",
                    table, column="scenario", value=name,
                )  # fmt: skip


def _separators(drafts: Drafts) -> Iterator[Problem]:
    ids = [("municipalities", "municipality"), ("municipalities", "region"), ("groups", "group")]
    ids += [
        ("place_types", "place_type"),
        ("supply", "supplier"),
        ("projects", "supplier"),
        ("support", "provider"),
    ]
    for table, column in ids:
        cells = readable(drafts, table, column)[column]
        for label, name in cells[[";" in name or name == "*" for name in cells]].items():
            yield Problem(
                "separator-in-id",
                f"{name} cannot be an id.",
                "In the scope of an agreement * stands for each and ; stands between ids.",
                "Choose an id without them.",
                table, str(label), column, name,
            )  # fmt: skip


def _groups(drafts: Drafts) -> Iterator[Problem]:
    if not drafts["suitability"].sound:
        return
    groups = readable(drafts, "groups", "group")["group"]
    for label, group in groups[~groups.isin(drafts["suitability"].frame["group"])].items():
        yield Problem(
            "unsuited-group",
            f"No place type suits {group}.",
            "Nobody of the group could ever be housed.",
            "Add a row with the group to the table suitability, or remove the group.",
            "groups", str(label), "group", group,
        )  # fmt: skip


def _projects(drafts: Drafts) -> Iterator[Problem]:
    rows = readable(drafts, "projects", "min_places", "max_places")
    for label, least, most in zip(rows.index, rows["min_places"], rows["max_places"], strict=True):
        if least > most:
            yield Problem(
                "min-above-max",
                f"min_places is {least} and max_places is {most}.",
                "A project cannot deliver at least more than at most.",
                "Swap or correct them.",
                "projects", str(label), "min_places", str(least),
            )  # fmt: skip


def _shares(drafts: Drafts) -> Iterator[Problem]:
    shares = drafts["fair_shares"]
    if not shares.sound or shares.frame.empty:
        return
    homes = readable(drafts, "municipalities", "municipality")["municipality"]
    for name in homes[~homes.isin(shares.frame["municipality"])]:
        yield Problem(
            "no-share",
            f"There is no share for {name}.",
            "Shares of some municipalities say nothing about the others.",
            "Add a row for it, or leave the table out.",
            "fair_shares", column="municipality", value=name,
        )  # fmt: skip
