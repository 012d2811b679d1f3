"""What the sheets of a comparison hold: names for ids, words for codes, and marks where numbers are open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from verdeling.comparing.side_by_side import PLACE
from verdeling.comparing.words import INFINITE
from verdeling.language import say, things
from verdeling.leeway import SHOWN
from verdeling.names import Names
from verdeling.phrases import Wording, titles

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from verdeling.comparing.consensus import CommonGround
    from verdeling.comparing.words import ComparisonWords
    from verdeling.language import Language

Marks = frozenset[tuple[int, int]]
"""Rows and columns of a sheet with numbers that are not settled."""


def headed(table: pd.DataFrame, lang: Language, labels: Mapping[str, str] | None = None) -> pd.DataFrame:
    """A table with headings in the place of column names, and labels of policies in that of theirs."""
    known = labels or {}
    return table.rename(columns=lambda column: known.get(column) or say(f"heading.{column}", lang))


def told(table: pd.DataFrame, wording: Wording) -> pd.DataFrame:
    """A table with names in the place of ids, and headings."""
    return headed(wording.names.in_words(table), wording.lang)


def comparison_sheets(words: ComparisonWords) -> tuple[dict[str, pd.DataFrame], dict[str, Marks]]:
    """Sheets of a comparison, under names of columns and policies; and their marks.

    First is what people look for, then all of it.
    """
    comparison, lang = words.comparison, words.lang
    wording = Wording(Names.of(comparison.instance, lang))
    loads = comparison.loads.assign(open=words.open(comparison.loads["freedom"]))
    wide = {
        "indicators": _indicators(words),
        "relative_loads": _per_municipality(words, loads, "relative_load", wording),
        "loads": _per_municipality(words, loads, "load", wording),
        "winners": _per_municipality(words, _verdicts(words), "change", wording),
    }
    sheets = {
        "policies": _policies(words),
        **{name: table for name, (table, _) in wide.items()},
        "ranges": _ranges(words, wording),
        "dominance": _named(comparison.dominance, words, wording),
        "differences": _named(comparison.differences, words, wording),
        "placements": _named(comparison.placements, words, wording),
    }
    marks = {name: marked for name, (_, marked) in wide.items()}
    return {name: table for name, table in sheets.items() if len(table)}, marks


def _verdicts(words: ComparisonWords) -> pd.DataFrame:
    """Changes, or that it is open who gains and who loses."""
    winners = words.comparison.winners
    told = winners["change"].astype(object).mask(winners["verdict"] == "open", say("value.open", words.lang))
    return winners.assign(change=told, open=winners["highest"] - winners["lowest"] >= SHOWN)


def _ranges(words: ComparisonWords, wording: Wording) -> pd.DataFrame:
    """How far each load can move, and what that means for who gains and who loses; empty unless asked."""
    keys = ["policy", "scenario", "municipality"]
    told = words.comparison.winners[[*keys, "change", "verdict"]]
    ends = words.comparison.loads[[*keys, "load", "lowest", "highest", "freedom"]]
    return _named(ends.merge(told, on=keys), words, wording) if words.asked else ends.iloc[:0]


def ground_sheets(ground: CommonGround, words: ComparisonWords) -> dict[str, pd.DataFrame]:
    """Sheets of a common ground: what is agreed, in all and place by place, and what is to be discussed."""
    wording = Wording(Names.of(words.comparison.instance, words.lang))
    totals = _decoded(ground.totals.drop(columns="name"), words.lang)
    headings = {name: say(f"heading.{name}", words.lang) for name in [*PLACE, "least", "most", "spread"]}
    discuss = wording.names.in_words(ground.discuss).rename(columns={**headings, **_plans(words)})
    return {"agreed": told(ground.agreed, wording), "totals": told(totals, wording), "discuss": discuss}


def _plans(words: ComparisonWords) -> dict[str, str]:
    """What plans are called, by their names in a common ground."""
    several = {
        f"{name} ({scenario})": f"{label} ({scenario})"
        for name, label in words.labels.items()
        for scenario in words.comparison.scenarios
    }
    return words.labels | several


def _policies(words: ComparisonWords) -> pd.DataFrame:
    comparison, lang = words.comparison, words.lang
    questions = {policy.name: titles(policy, lang)[1] for policy in comparison.policies}
    table = comparison.status.assign(
        policy=comparison.status["policy"].map(words.labels),
        question=comparison.status["policy"].map(questions),
        status=comparison.status["status"].map(lambda status: say(f"status.{status}", lang)),
    )
    return _scenario(table[["policy", "question", "scenario", "status", "message"]], words)


def _scenario(table: pd.DataFrame, words: ComparisonWords) -> pd.DataFrame:
    """A table without its column of scenarios where there is only one."""
    return table if len(words.comparison.scenarios) > 1 else table.drop(columns="scenario")


def _indicators(words: ComparisonWords) -> tuple[pd.DataFrame, Marks]:
    """A row for each indicator, a column for each policy."""
    lang, table = words.lang, words.comparison.indicators
    keys = ["scenario", "indicator", "unit", "better"]
    wide = table.pivot_table(
        index=keys, columns="policy", values="value", sort=False, dropna=False
    ).reset_index()
    wide = wide[wide[[name for name in words.labels if name in wide]].notna().any(axis=1)]
    plans = [name for name in words.labels if name in wide]
    marked = _marked(wide, plans, table.assign(open=words.open(table["freedom"])), "indicator", words)
    wide["meaning"] = [say(f"meaning.{name}", lang) for name in wide["indicator"]]
    wide["indicator"] = [words.indicator(name) for name in wide["indicator"]]
    wide["unit"] = [things(f"unit.{unit}", lang) for unit in wide["unit"]]
    wide["better"] = [say(f"value.{better}", lang) for better in wide["better"]]
    wide[plans] = wide[plans].astype(object).mask(np.isinf(wide[plans]), INFINITE)
    wide = _scenario(wide[["scenario", "indicator", *plans, "unit", "better", "meaning"]], words)
    return wide.rename_axis(columns=None), marked


def _per_municipality(
    words: ComparisonWords, table: pd.DataFrame, column: str, wording: Wording
) -> tuple[pd.DataFrame, Marks]:
    """A row for each municipality, a column for each policy."""
    keys = ["scenario", "municipality"]
    wide = table.pivot_table(index=keys, columns="policy", values=column, sort=False, aggfunc="first")
    wide = wide.reset_index()
    plans = [name for name in words.labels if name in wide]
    marked = _marked(wide, plans, table, "municipality", words)
    told = wording.names.in_words(_scenario(wide[[*keys, *plans]], words))
    return told.rename_axis(columns=None), marked


def _marked(
    wide: pd.DataFrame, plans: list[str], table: pd.DataFrame, dimension: str, words: ComparisonWords
) -> Marks:
    """Where numbers stand that are open: after a column for what they are about, and one for the scenario."""
    keys = ["scenario", dimension]
    found = set(table.loc[table["open"], [*keys, "policy"]].itertuples(index=False, name=None))
    before = len(_scenario(wide[keys], words).columns)
    return frozenset(
        (row, before + place)
        for row, key in enumerate(wide[keys].itertuples(index=False, name=None))
        for place, plan in enumerate(plans)
        if (*key, plan) in found
    )


def _named(table: pd.DataFrame, words: ComparisonWords, wording: Wording) -> pd.DataFrame:
    """A table of pairs or places with names in the place of ids and words in the place of codes."""
    told = _scenario(wording.names.in_words(table), words)
    for column in ("policy", "other", "dominated"):
        if column in told:
            told[column] = told[column].map(words.labels)
    for column in ("better_on", "equal_on"):
        if column in told:
            told[column] = [
                "; ".join(words.indicator(each) for each in cell.split("; ") if each) for cell in told[column]
            ]
    return _decoded(told, words.lang)


def _decoded(table: pd.DataFrame, lang: Language) -> pd.DataFrame:
    """A table with words in the place of codes."""
    codes = table.columns.intersection(["same", "freedom", "verdict"])
    return table.assign(
        **{name: [say(f"value.{code}", lang) if code else "" for code in table[name]] for name in codes}
    )
