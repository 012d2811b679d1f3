"""Comparisons as workbooks for people and as folders of CSV files for programs."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook

from verdeling.adapters.placing import placed
from verdeling.comparing.layout import comparison_sheets, ground_sheets, headed, told
from verdeling.comparing.words import ComparisonWords, goal_headings, policy_labels
from verdeling.language import percent, say
from verdeling.names import Names
from verdeling.output import check_target, put_folder, write_csv, write_json
from verdeling.phrases import Wording
from verdeling.workbooks.tables import append_sheet

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    import pandas as pd

    from verdeling.comparing.comparison import Comparison
    from verdeling.comparing.consensus import CommonGround
    from verdeling.comparing.incentives import Manipulation
    from verdeling.comparing.layout import Marks
    from verdeling.comparing.tradeoff import Frontier
    from verdeling.instance import Instance
    from verdeling.language import Language
    from verdeling.policy import Policy

_SHOWN = 6
"""Decimals in a workbook; what is finer is rounding of a solver."""

PROVENANCE = "provenance.json"

TABLES = {
    *("status", "indicators", "loads", "winners", "dominance", "differences", "ranges", "placements"),
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
    found, marks = comparison_sheets(words)
    sheets = {name: headed(table, lang, words.labels) for name, table in found.items()}
    tables = dict(comparison.tables)
    if ground is not None:
        sheets |= ground_sheets(ground, words)
        tables |= ground.tables
    lines = [comparison.instance.about.title, *words.notes()]
    facts = _facts(comparison.instance, comparison.policies) | {
        "scenarios": list(comparison.scenarios),
        "whole_places": comparison.whole,
        "baseline": comparison.baseline,
        "shares_of": comparison.yardstick,
    }
    _write(Path(path), sheets, lines, tables, facts, lang, overwrite=overwrite, marks=marks)


def write_frontier(
    found: Frontier, path: str | os.PathLike[str], *, lang: Language = "en", overwrite: bool = False
) -> None:
    """Write a frontier; parameters and errors as `write_comparison`."""
    wording = Wording(Names.of(found.instance, lang))
    goals = dict(zip(("efficiency", "fairness"), goal_headings(found, lang), strict=True))
    headings = {say(f"heading.{name}", lang): told for name, told in goals.items()}
    sheets = {
        "points": told(found.points, wording).rename(columns=headings),
        "loads": told(found.loads.drop(columns="name"), wording),
        "placements": told(found.placements, wording),
    }
    facts = _facts(found.instance, (found.policy,))
    facts |= {name: getattr(found, name).model_dump(exclude_none=True) for name in goals}
    lines = [found.instance.about.title, say("title.frontier", lang), say("compare.one_plan", lang)]
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
    sheets = {"gains": headed(wording.names.in_words(gains), lang)}
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
    marks: Mapping[str, Marks] | None = None,
) -> None:
    """Write a workbook of what people read, or a folder of what programs read."""
    check_place(target, overwrite=overwrite)
    if target.suffix.lower() == ".xlsx" and not target.is_dir():
        with placed(target, overwrite=overwrite) as made:
            _write_workbook(sheets, marks or {}, lines, made, lang)
        return

    def write(folder: Path) -> None:
        for name, frame in tables.items():
            write_csv(frame, folder / f"{name}.csv")
        write_json(facts, folder / PROVENANCE)

    put_folder(target, write)


def _write_workbook(
    sheets: Mapping[str, pd.DataFrame],
    marks: Mapping[str, Marks],
    lines: list[str],
    path: Path,
    lang: Language,
) -> None:
    book = Workbook(write_only=True)
    years = say("heading.year", lang), say("heading.point", lang)
    for number, (name, table) in enumerate(sheets.items()):
        columns = ["year" if heading in years else "value" for heading in table]
        shown = table.round(_SHOWN)
        sheet = book.create_sheet(say(f"sheet.{name}", lang))
        append_sheet(sheet, shown, [] if number else lines, columns, marks.get(name, ()))
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
