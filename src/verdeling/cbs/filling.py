"""Figures of CBS in an instance: its needs, its supply, or numbers about its municipalities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from verdeling.cbs.carrying import carry
from verdeling.cbs.codes import codes_meant, destinations, names_of
from verdeling.cbs.datasets import division
from verdeling.cbs.tidy import written
from verdeling.cells import tidy
from verdeling.errors import FiguresError, Problem
from verdeling.estimating.needs import BuiltNeeds, needs_of
from verdeling.language import say
from verdeling.mapping.beside import beside
from verdeling.mapping.listing import rows_as_list

if TYPE_CHECKING:
    import os
    from collections.abc import Collection, Mapping, Sequence

    from verdeling.cbs.carrying import Split
    from verdeling.cbs.datasets import Dataset
    from verdeling.instance import Instance
    from verdeling.language import Language
    from verdeling.mapping.beside import Beside


@dataclass(frozen=True, eq=False)
class Filled:
    """What figures became in an instance.

    Parameters
    ----------
    instance : Instance
        With the figures in it.
    moved : DataFrame
        As of `verdeling.cbs.carrying.Carried`.
    rows : DataFrame
        The figures of its municipalities, by their ids.
    absent : list of str
        Names of municipalities of which there are none.
    replaced : DataFrame
        Rows of its supply whose place these take.
    built : BuiltNeeds, optional
        How needs were reckoned, where they were.
    """

    instance: Instance
    moved: pd.DataFrame
    rows: pd.DataFrame
    absent: list[str]
    replaced: pd.DataFrame
    built: BuiltNeeds | None = None


def fill(
    figures: pd.DataFrame, dataset: Dataset, into: Instance | str | os.PathLike[str], *, onto: int,
    splits: Sequence[Split] = (), years: Sequence[int] | None = None, lang: Language = "en",
) -> Filled:  # fmt: skip
    """Fill tables of an instance with figures.

    Parameters
    ----------
    figures : DataFrame
        As of `verdeling.cbs.figures.Figures`, of any municipalities.
    dataset : Dataset
        Says what they fill, and of which division their codes are.
    into : Instance or path-like
        The instance; its municipalities are known by code or name.
    onto : int
        The year of its map.
    splits : sequence of Split
        For each municipality that was divided since, the parts.
    years : sequence of int, optional
        The horizon, where the instance states none.
    lang : {"nl", "en"}
        Language of methods.

    Returns
    -------
    Filled

    Raises
    ------
    FiguresError
        If it is not said what they fill, a municipality of the instance is not on the map, or there are
        no figures for it; and as `carry`.
    InstanceError
        If the instance cannot be read, or they do not go together.
    """
    codes, base = division(dataset), beside(into, years)
    ids = _ids(base, onto)
    carried = carry(_near(figures, ids, codes, onto), list(dataset.measures), codes=codes, onto=onto,
                    splits=splits)  # fmt: skip
    rows = carried.figures[carried.figures["municipality"].isin(ids)].reset_index(drop=True)
    rows["municipality"] = rows["municipality"].map(ids)
    towns = base.typed["municipalities"]
    absent = towns.loc[~towns["municipality"].isin(set(rows["municipality"])), "name"].tolist()
    replaced, built = pd.DataFrame(), None
    if dataset.fills == "figures":
        listed = rows_as_list("figures", written(rows, counts=True), dataset.table, base)
        built = needs_of(listed, base, dataset.table, lang)
        instance = built.instance
    elif dataset.fills == "supply":
        rows = _every_year(rows, base.years, lang) if dataset.every_year else rows
        there = base.typed["supply"]
        taken = there["place_type"].isin(set(rows.get("place_type", ())))
        replaced = there[taken]
        kept = [each for each in (there[~taken], rows) if len(each)]
        instance = base.joined({"supply": pd.concat(kept, ignore_index=True)})
    else:
        instance = _described(rows, dataset, base, absent)
    return Filled(instance, carried.moved, rows, absent, replaced, built)


def _ids(base: Beside, onto: int) -> dict[str, str]:
    """Id of each municipality of the instance by its code on the map."""
    found: dict[str, str] = {}
    problems = []
    towns = base.typed["municipalities"]
    for identifier, name in zip(towns["municipality"], towns["name"], strict=True):
        meant = {code for text in (identifier, name) for code in codes_meant([text], onto)[0].values()}
        if len(meant) != 1 or meant & set(found):
            problems.append(_no_code(identifier, name, sorted(meant), found, onto))
        else:
            found[meant.pop()] = identifier
    if problems:
        raise FiguresError("The figures cannot be joined with the instance.", problems)
    return found


def _near(figures: pd.DataFrame, ids: Collection[str], codes: int, onto: int) -> pd.DataFrame:
    """Figures of municipalities whose parts are in one of the instance, and of what these merged with.

    Raises
    ------
    FiguresError
        If there are none.
    """
    becomes = {code: set(destinations(code, codes, onto)) for code in names_of(codes)}
    touched = {new for targets in becomes.values() if targets & set(ids) for new in targets}
    wanted = {code for code, targets in becomes.items() if targets & touched}
    near = figures[figures["municipality"].isin(wanted)]
    if near.empty:
        problem = Problem("no-figures", "There are no figures of any municipality of the instance.",
                          "Figures belong to municipalities.",
                          "Look at the codes under [only] and [values], and at the year of the map.",
                          column="municipality")  # fmt: skip
        raise FiguresError("The figures cannot be joined with the instance.", [problem])
    return near


def _every_year(rows: pd.DataFrame, years: Sequence[int], lang: Language) -> pd.DataFrame:
    """Rows for every year of the horizon, as estimates."""
    told = [say("cbs.every_year", lang, source=source) for source in rows["source"]]
    alike = rows.assign(estimate=True, source=told)
    return pd.concat([alike.assign(year=year) for year in years], ignore_index=True)


def _described(rows: pd.DataFrame, dataset: Dataset, base: Beside, absent: Sequence[str]) -> Instance:
    """The instance with numbers about its municipalities, and their source among its sources."""
    problems = [_unmarked(rows)] if rows["estimate"].any() else []
    if absent:
        problems.append(
            Problem("no-figures", f"There are no figures of {', '.join(absent)}.",
                    "A key would have nothing to divide by.",
                    "Look at the codes under [only], or fill the column by hand.", "municipalities")
        )  # fmt: skip
    if problems:
        raise FiguresError("The figures cannot be joined with the instance.", problems)
    towns = base.tables["municipalities"].copy()
    held = towns["municipality"].map(tidy).astype(str)
    for name in dataset.measures:
        towns[name] = held.map(_by_id(rows, name)).astype(object)
    sources = [*base.about.get("sources", ()), *dict.fromkeys(rows["source"])]
    return base.joined({"municipalities": towns}, {"sources": sources})


def _by_id(rows: pd.DataFrame, name: str) -> Mapping[str, object]:
    return dict(zip(rows["municipality"], rows[name].tolist(), strict=True))


def _unmarked(rows: pd.DataFrame) -> Problem:
    names = ", ".join(rows.loc[rows["estimate"], "municipality"])
    return Problem("unmarked-estimate", f"The numbers of {names} are estimates.",
                   "The table municipalities has no place to mark that, and they would pass for counts.",
                   "Use a table or a year without them, or fill the column by hand and state it in about.",
                   "municipalities")  # fmt: skip


def _no_code(
    identifier: str, name: str, meant: Sequence[str], found: Mapping[str, str], onto: int
) -> Problem:
    if len(meant) > 1:
        what = f"{identifier} and {name} are two municipalities in {onto}: {', '.join(meant)}."
    elif meant:
        what = f"{found[meant[0]]} and {identifier} are the same municipality, {meant[0]}."
    else:
        what = f"{identifier} ({name}) is no municipality in the division of {onto}."
    return Problem("unknown-code", what, "Figures of CBS are of municipalities of a year.",
                   "Correct its id or name, or the year of the map.", "municipalities",
                   column="municipality", value=identifier)  # fmt: skip
