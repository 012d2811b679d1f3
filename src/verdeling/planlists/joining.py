"""Plans as rows of the tables projects and supply, joined with those that are there."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, cast

import pandas as pd

from verdeling.errors import Problem
from verdeling.estimating.stock_flow import whole
from verdeling.language import number, say
from verdeling.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from verdeling.language import Language
    from verdeling.mapping.beside import Beside
    from verdeling.planlists.fates import Fate
    from verdeling.planlists.rules import Rules

_SUPPLY_KEY = ["municipality", "place_type", "year", "supplier", "certainty"]
_LONGEST = 60
"""Letters of a plan's name that stay where something is added to tell it apart."""


def projects(fates: Sequence[Fate], rules: Rules, lang: Language) -> pd.DataFrame:
    """Rows of the table projects.

    Parameters
    ----------
    fates : sequence of Fate
        Those that become projects.
    rules : Rules
        Say the rates.
    lang : {"nl", "en"}
        Language of the sources.
    """
    rows = [
        {
            "project": name,
            "municipality": fate.municipality,
            "place_type": fate.place_type,
            "year": fate.year,
            "max_places": fate.places,
            "cost_per_place": fate.entry.cells["cost_per_place"],
            "supplier": fate.entry.cells["supplier"],
            "certainty": "hard" if fate.certainty == "hard" else "soft",
            "source": source_of(fate, rules, lang),
            "estimate": rules.rate(fate.certainty).rate < 1,
        }
        for fate, name in zip(fates, names(fates), strict=True)
    ]
    columns = [name for name in TABLES["projects"].columns if name not in ("min_places", "scenario")]
    return pd.DataFrame(rows, columns=columns)


def names(fates: Sequence[Fate]) -> list[str]:
    """Ids of projects: the name of the plan, with what tells it apart from others of that name."""
    levels = [
        [fate.plan for fate in fates],
        [_named(fate, fate.municipality) for fate in fates],
        [_named(fate, fate.municipality, fate.place_type) for fate in fates],
        [_named(fate, fate.municipality, fate.place_type, fate.year) for fate in fates],
    ]
    by_plan: dict[str, list[int]] = {}
    for at, fate in enumerate(fates):
        by_plan.setdefault(fate.plan, []).append(at)
    made = [""] * len(fates)
    for rows in by_plan.values():
        level = next((each for each in levels if len({each[at] for at in rows}) == len(rows)), None)
        for nth, at in enumerate(rows, start=1):
            made[at] = level[at] if level else f"{levels[-1][at]} · {nth}"
    return made


def _named(fate: Fate, *apart: object) -> str:
    return " · ".join([fate.plan[:_LONGEST], *map(str, apart)])


def supply(fates: Sequence[Fate], rules: Rules, beside: Beside, lang: Language) -> pd.DataFrame:
    """Rows of the table supply: homes under construction in their year, and what comes free of them later.

    A home that a project delivers comes free again at the turnover of its place type; so do these, made
    whole so that they add up over the years.
    """
    turnover = dict(zip(beside.typed["place_types"]["place_type"], beside.typed["place_types"]["turnover"],
                        strict=True))  # fmt: skip
    rows = []
    for fate in fates:
        source, rated = source_of(fate, rules, lang), rules.rate(fate.certainty).rate < 1
        rows.append(_supplied(fate, fate.year, fate.places, source, estimate=rated))
        later = [year for year in beside.years if fate.year is not None and year > fate.year]
        share = Fraction(str(turnover.get(fate.place_type, 0)))
        for year, places in zip(later, whole([fate.places * share] * len(later)), strict=True):
            told = say("plans.turnover", lang, plan=fate.plan, places=number(fate.places, lang),
                       share=number(float(share), lang, 4))  # fmt: skip
            if places:
                rows.append(_supplied(fate, year, places, told, estimate=True))
    columns = [name for name in TABLES["supply"].columns if name != "scenario"]
    return _summed(pd.DataFrame(rows, columns=columns), _SUPPLY_KEY)


def _supplied(fate: Fate, year: int | None, places: int, source: str, *, estimate: bool) -> dict[str, Any]:
    return {
        "municipality": fate.municipality,
        "place_type": fate.place_type,
        "year": year,
        "supplier": fate.entry.cells["supplier"],
        "places": places,
        "certainty": "hard" if fate.certainty == "hard" else "soft",
        "source": source,
        "estimate": estimate,
    }


def source_of(fate: Fate, rules: Rules, lang: Language) -> str:
    """Where the places of a plan come from: its homes, and the rule of its class where it has a rate."""
    rate = rules.rate(fate.certainty)
    told = say("plans.stated", lang, plan=fate.plan, homes=number(fate.homes, lang), place=fate.entry.place)
    if rate.rate < 1:
        exact = number(float(fate.homes * Fraction(str(rate.rate))), lang)
        told = say("plans.rated", lang, plan=told, rate=number(rate.rate, lang, 4), exact=exact,
                   certainty=fate.certainty, places=number(fate.places, lang),
                   source=rate.source or say("plans.own_rate", lang))  # fmt: skip
    stated = fate.entry.cells["source"]
    return say("method.source", lang, method=told, source=stated) if stated else told


def joined_supply(new: pd.DataFrame, beside: Beside) -> pd.DataFrame:
    """Supply that is there with new supply added to it, in every scenario that it has.

    Parameters
    ----------
    new : DataFrame
        As of `supply`.
    beside : Beside
        Has the table supply, or not yet.
    """
    there = beside.typed["supply"]
    if there.empty:
        return new
    listed = cast("list[dict[str, Any]]", new.to_dict("records"))
    rows = pd.DataFrame([row for each in listed for row in _in_scenarios(each, there, beside)])
    return _summed(pd.concat([there, rows], ignore_index=True), [*_SUPPLY_KEY, "scenario"])


def _in_scenarios(row: dict[str, Any], there: pd.DataFrame, beside: Beside) -> Iterator[dict[str, Any]]:
    """A row for every scenario where the same supply is there by scenario; otherwise one for all."""
    same = there[(there[_SUPPLY_KEY] == [row[name] for name in _SUPPLY_KEY]).all(axis=1)]
    apart = bool((same["scenario"] != "").any())
    for scenario in sorted(beside.scenarios) if apart else [""]:
        yield {**row, "scenario": scenario}


def joined_projects(new: pd.DataFrame, beside: Beside) -> pd.DataFrame:
    """Projects that are there with new ones."""
    tables = [frame for frame in (beside.typed["projects"], new) if len(frame)]
    return pd.concat(tables, ignore_index=True) if tables else new


def twice(new: pd.DataFrame, beside: Beside, places: Sequence[str]) -> Iterator[Problem]:
    """Projects that are there already.

    Parameters
    ----------
    new : DataFrame
        As of `projects`.
    beside : Beside
        Has the table projects, or not.
    places : sequence of str
        Where each new one stands in the list.
    """
    known = set(beside.typed["projects"]["project"])
    for name, place in zip(new["project"], places, strict=True):
        if name in known:
            yield Problem("project-there", f"The instance has a project {name} already.",
                          "It would be counted twice.",
                          "Leave it out of the list, or take it from the table projects.",
                          "plans", place, "plan", name)  # fmt: skip


def _summed(rows: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Rows with the same key added up, their sources one after the other."""
    if rows.empty:
        return rows
    together = rows.groupby(key, as_index=False, sort=False)
    return together.agg(places=("places", "sum"), source=("source", _together), estimate=("estimate", "any"))


def _together(sources: pd.Series[str]) -> str:
    told = "; ".join(dict.fromkeys(each for each in sources if each))
    return told if len(told) <= 2000 else f"{told[:1998]} …"
