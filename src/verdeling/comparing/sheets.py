"""Comparisons as workbooks for people and as folders of CSV files for programs."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from openpyxl import Workbook

from verdeling.adapters.placing import placed
from verdeling.comparing.insights import goal_headings
from verdeling.comparing.side_by_side import PLACE
from verdeling.comparing.words import INFINITE, ComparisonWords, policy_labels
from verdeling.language import percent, say, things
from verdeling.names import Names
from verdeling.output import check_target, put_folder, write_csv, write_json
from verdeling.phrases import Wording, titles
from verdeling.sheets import append_sheet

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    import pandas as pd

    from verdeling.comparing.comparison import Comparison
    from verdeling.comparing.consensus import CommonGround
    from verdeling.comparing.incentives import Manipulation
    from verdeling.comparing.tradeoff import Frontier
    from verdeling.instance import Instance
    from verdeling.language import Language
    from verdeling.policy import Policy

_SHOWN = 6
"""Decimals in a workbook; what is finer is rounding of a solver."""

PROVENANCE = "provenance.json"

TABLES = {
    *("status", "indicators", "loads", "winners", "dominance", "differences", "placements"),
    *("agreed", "discuss", "totals", "points", "gains", "summary"),
}
"""Every table that a comparison, a common ground, a frontier or a check of lies can have."""


def check_place(path: str | os.PathLike[str], *, overwrite: bool) -> None:
    """Refuse a path to which results cannot be written, before anything is computed; see `check_target`."""
    check_target(path, overwrite=overwrite, files={PROVENANCE, *(f"{name}.csv" for name in TABLES)})


def write_comparison(
    comparison: Comparison,
    path: str | os.PathLike[str],
    *,
    ground: CommonGround | None = None,
    lang: Language = "en",
    overwrite: bool = False,
) -> None:
    """Write a comparison: a workbook with policies side by side, or a folder of tables.

    Parameters
    ----------
    comparison : Comparison
        Policies side by side.
    path : path-like
        Ending in ``.xlsx`` for a workbook with names and headings in `lang`, or without an ending for
        a folder: a CSV file for each of ``comparison.tables`` and ``ground.tables``, with ids, and
        ``provenance.json``.
    ground : CommonGround, optional
        Written with it.
    lang : {"en", "nl"}
        Language of the workbook.
    overwrite : bool
        Whether an earlier result may be replaced.

    Raises
    ------
    OutputError
        As `verdeling.output.write_solution`.
    """
    words = ComparisonWords(comparison, lang)
    sheets = _comparison_sheets(words)
    tables = dict(comparison.tables)
    if ground is not None:
        sheets |= _ground_sheets(ground, words)
        tables |= ground.tables
    lines = [comparison.instance.about.title, words.about()]
    facts = _facts(comparison.instance, comparison.policies) | {
        "scenarios": list(comparison.scenarios),
        "whole_places": comparison.whole,
        "baseline": comparison.baseline,
        "shares_of": comparison.yardstick,
    }
    _write(Path(path), sheets, lines, tables, facts, lang, overwrite=overwrite)


def write_frontier(
    found: Frontier, path: str | os.PathLike[str], *, lang: Language = "en", overwrite: bool = False
) -> None:
    """Write a frontier; parameters and errors as `write_comparison`."""
    wording = Wording(Names.of(found.instance, lang))
    goals = dict(zip(("efficiency", "fairness"), goal_headings(found, lang), strict=True))
    headings = {say(f"heading.{name}", lang): told for name, told in goals.items()}
    sheets = {
        "points": _told(found.points, wording).rename(columns=headings),
        "loads": _told(found.loads.drop(columns="name"), wording),
        "placements": _told(found.placements, wording),
    }
    facts = _facts(found.instance, (found.policy,))
    facts |= {name: getattr(found, name).model_dump(exclude_none=True) for name in goals}
    lines = [found.instance.about.title, say("title.frontier", lang)]
    _write(Path(path), sheets, lines, found.tables, facts, lang, overwrite=overwrite)


def write_manipulation(
    found: Manipulation, path: str | os.PathLike[str], *, lang: Language = "en", overwrite: bool = False
) -> None:
    """Write what misstating would bring; parameters and errors as `write_comparison`."""
    wording = Wording(Names.of(found.instance, lang))
    labels = policy_labels(found.policies, lang)
    gains = found.gains.drop(columns="name").rename(columns={"waiting": "waiting_own"})
    gains = gains.assign(policy=gains["policy"].map(labels))
    gains["lie"] = gains["lie"].map(lambda lie: say(f"value.{lie}", lang))
    gains["status"] = gains["status"].map(lambda status: say(f"status.{status}", lang))
    share = percent(found.part, lang)
    lines = [found.instance.about.title, say("title.gains", lang, part=share), say("compare.lies", lang)]
    tables = {"gains": found.gains, "summary": found.summary}
    facts = _facts(found.instance, found.policies) | {"part": found.part}
    sheets = {"gains": _headed(wording.names.in_words(gains), lang)}
    _write(Path(path), sheets, lines, tables, facts, lang, overwrite=overwrite)


def _write(
    target: Path,
    sheets: Mapping[str, pd.DataFrame],
    lines: list[str],
    tables: Mapping[str, pd.DataFrame],
    facts: dict[str, Any],
    lang: Language,
    *,
    overwrite: bool,
) -> None:
    """Write a workbook of what people read, or a folder of what programs read."""
    check_place(target, overwrite=overwrite)
    if target.suffix.lower() == ".xlsx" and not target.is_dir():
        with placed(target, overwrite=overwrite) as made:
            _write_workbook(sheets, lines, made, lang)
        return

    def write(folder: Path) -> None:
        for name, frame in tables.items():
            write_csv(frame, folder / f"{name}.csv")
        write_json(facts, folder / PROVENANCE)

    put_folder(target, write)


def _write_workbook(sheets: Mapping[str, pd.DataFrame], lines: list[str], path: Path, lang: Language) -> None:
    book = Workbook(write_only=True)
    years = say("heading.year", lang), say("heading.point", lang)
    for number, (name, table) in enumerate(sheets.items()):
        columns = ["year" if heading in years else "value" for heading in table]
        shown = table.round(_SHOWN)
        append_sheet(book.create_sheet(say(f"sheet.{name}", lang)), shown, [] if number else lines, columns)
    book.save(path)
    book.close()


def _facts(instance: Instance, policies: tuple[Policy, ...]) -> dict[str, Any]:
    """What a result is made from."""
    return {
        "instance": instance.about.name,
        "instance_digest": instance.digest,
        "policies": {policy.name: policy.digest for policy in policies},
        "verdeling": version("verdeling"),
    }


def _headed(table: pd.DataFrame, lang: Language) -> pd.DataFrame:
    """A table with headings in the place of column names."""
    return table.rename(columns=lambda column: say(f"heading.{column}", lang))


def _told(table: pd.DataFrame, wording: Wording) -> pd.DataFrame:
    """A table with names in the place of ids, and headings."""
    return _headed(wording.names.in_words(table), wording.lang)


def _comparison_sheets(words: ComparisonWords) -> dict[str, pd.DataFrame]:
    """Sheets of a comparison: first what people look for, then all of it."""
    comparison, lang = words.comparison, words.lang
    wording = Wording(Names.of(comparison.instance, lang))
    sheets = {
        "policies": _policies(words),
        "indicators": _indicators(words),
        "relative_loads": _per_municipality(words, comparison.loads, "relative_load", wording),
        "loads": _per_municipality(words, comparison.loads, "load", wording),
        "winners": _per_municipality(words, comparison.winners, "change", wording),
        "dominance": _named(comparison.dominance, words, wording),
        "differences": _named(comparison.differences, words, wording),
        "placements": _named(comparison.placements, words, wording),
    }
    return {name: table for name, table in sheets.items() if len(table)}


def _ground_sheets(ground: CommonGround, words: ComparisonWords) -> dict[str, pd.DataFrame]:
    wording = Wording(Names.of(words.comparison.instance, words.lang))
    totals = ground.totals.drop(columns="name")
    headings = {name: say(f"heading.{name}", words.lang) for name in [*PLACE, "least", "most", "spread"]}
    discuss = wording.names.in_words(ground.discuss).rename(columns={**headings, **_plans(words)})
    return {"agreed": _told(ground.agreed, wording), "totals": _told(totals, wording), "discuss": discuss}


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
    return _headed(_scenario(table[["policy", "question", "scenario", "status", "message"]], words), lang)


def _scenario(table: pd.DataFrame, words: ComparisonWords) -> pd.DataFrame:
    """A table without its column of scenarios where there is only one."""
    return table if len(words.comparison.scenarios) > 1 else table.drop(columns="scenario")


def _indicators(words: ComparisonWords) -> pd.DataFrame:
    """A row for each indicator, a column for each policy."""
    lang, table = words.lang, words.comparison.indicators
    keys = ["scenario", "indicator", "unit", "better"]
    wide = table.pivot_table(
        index=keys, columns="policy", values="value", sort=False, dropna=False
    ).reset_index()
    wide = wide[wide[[name for name in words.labels if name in wide]].notna().any(axis=1)]
    wide["meaning"] = [say(f"meaning.{name}", lang) for name in wide["indicator"]]
    wide["indicator"] = [words.indicator(name) for name in wide["indicator"]]
    wide["unit"] = [things(f"unit.{unit}", lang) for unit in wide["unit"]]
    wide["better"] = [say(f"value.{better}", lang) for better in wide["better"]]
    plans = [name for name in words.labels if name in wide]
    wide[plans] = wide[plans].astype(object).mask(np.isinf(wide[plans]), INFINITE)
    wide = _scenario(wide[["scenario", "indicator", *plans, "unit", "better", "meaning"]], words)
    return _label(wide, words)


def _per_municipality(
    words: ComparisonWords, table: pd.DataFrame, column: str, wording: Wording
) -> pd.DataFrame:
    """A row for each municipality, a column for each policy."""
    keys = ["scenario", "municipality"]
    wide = table.pivot_table(index=keys, columns="policy", values=column, sort=False).reset_index()
    plans = [name for name in words.labels if name in wide]
    return _label(wording.names.in_words(_scenario(wide[[*keys, *plans]], words)), words)


def _label(wide: pd.DataFrame, words: ComparisonWords) -> pd.DataFrame:
    """Headings, and titles of policies in the place of names."""
    return wide.rename(
        columns=lambda name: words.labels.get(name) or say(f"heading.{name}", words.lang)
    ).rename_axis(columns=None)


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
    if "same" in told:
        told["same"] = [say(f"value.{kind}", words.lang) if kind else "" for kind in told["same"]]
    return _headed(told, words.lang)
