"""The command `rollup`: results of regions added up to provinces and to all of them."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 (read by typer)
from typing import TYPE_CHECKING, Annotated

import typer

from verdeling.cli.ending import OF_STATUS, refusing
from verdeling.cli.options import Lang, LangOption, Output, Overwrite
from verdeling.cli.screen import Screen
from verdeling.comparing.words import SELECTION
from verdeling.language import number, percent, say
from verdeling.rolling.rollup import rollup as add_up
from verdeling.rolling.written import check_rollup_target, write_rollup

if TYPE_CHECKING:
    from verdeling.language import Language
    from verdeling.rolling.rollup import Rollup

_SUMS = ("municipalities", "needs", "served", "coverage", "waiting", "built", "heaviest")
_BRIEF = dict.fromkeys(("needs", "served", "coverage", "waiting"), "brief")
_FEW = 15
"""So many regions are shown beside the provinces; more are in what is written."""


def rollup(
    folders: Annotated[
        list[Path],
        typer.Argument(metavar="FOLDER…", help="Results that `verdeling solve … -o FOLDER` wrote."),
    ],
    provinces: Annotated[
        Path | None,
        typer.Option("--provinces", metavar="FILE", help="A CSV file with columns municipality, province."),
    ] = None,
    lang: LangOption = Lang.en,
    output: Output = None,
    overwrite: Overwrite = False,
) -> None:
    """Add up results of regions, by province and in total.

    Sums are those of the regions; indicators are measured anew on all tables together. Results that do
    not go together are refused, each with the reason. The others are added up where a region has no
    division (exit code 3) or one that its time limit stopped (4).

    \b
    Examples:
      verdeling rollup results/* -o country
      verdeling rollup twente achterhoek --provinces provinces.csv --lang nl -o oost.xlsx
    """  # noqa: D301
    with refusing():
        if output:
            check_rollup_target(output, overwrite=overwrite)
        found = add_up(folders, provinces=provinces)
        show(Screen(), found, lang.language)
        if output:
            write_rollup(found, output, lang=lang.language, overwrite=overwrite)
            typer.echo(say("screen.written", lang.language, path=output))
        code = _ends(found)
        if code:
            typer.echo(say(f"rollup.ends.{code}", lang.language, code=code), err=True)
        raise typer.Exit(code)


def _ends(found: Rollup) -> int:
    """Exit code of regions together: 0 where all have a division that no clock stopped."""
    codes = {OF_STATUS.get(status, 0) for status in found["results"]["status"]}
    return min(codes - {0}, default=0)


def show(screen: Screen, found: Rollup, lang: Language) -> None:
    """Show sums and indicators, and what to know of them."""
    screen.line(say("rollup.title", lang), "bold")
    screen.bullets(found.sentences(lang))
    areas, measured = found["areas"], found["indicators"]
    if len(areas[areas["level"] == "region"]) > _FEW:
        areas = areas[areas["level"] != "region"]
    screen.line()
    screen.line(say("rollup.sums", lang), "bold")
    rows = []
    for level, area in areas[["level", "area"]].itertuples(index=False, name=None):
        here = (frame[(frame["level"] == level) & (frame["area"] == area)] for frame in (areas, measured))
        sums, indicators = here
        known = {**indicators.set_index("indicator")["value"], **sums.iloc[0]}
        rows.append([area or say("level.total", lang), *(_value(name, known[name], lang) for name in _SUMS)])
    headings = ["", *(say(_heading(column), lang) for column in _SUMS)]
    screen.table(headings, [*rows[1:], rows[0]], total=True)
    screen.line()
    screen.line(say("rollup.measured", lang), "bold")
    total = measured[measured["level"] == "total"].set_index("indicator")["value"]
    shown = [name for name in SELECTION if name in total]
    screen.pairs([(say(f"indicator.{name}", lang), _value(name, total[name], lang)) for name in shown])


def _heading(column: str) -> str:
    return f"indicator.{column}" if column == "heaviest" else f"{_BRIEF.get(column, 'heading')}.{column}"


def _value(column: str, value: float, lang: Language) -> str:
    if column == "coverage":
        return percent(value, lang, 1)
    return number(value, lang, 2 if column in ("heaviest", "lightest", "gini", "key_distance") else 0)


COMMANDS = {"rollup": rollup}
