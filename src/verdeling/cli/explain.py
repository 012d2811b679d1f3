"""The command `explain`: why a division is what it is, part by part."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer

from verdeling.cli.display import Display
from verdeling.cli.ending import OF_STATUS, refusing
from verdeling.cli.keeping import Answer, check_place
from verdeling.cli.options import (
    InstancePath,
    Lang,
    LangOption,
    Output,
    Overwrite,
    PolicyName,
    ScenarioName,
    TimeLimit,
    Whole,
)
from verdeling.cli.progress import progress
from verdeling.cli.screen import Screen
from verdeling.engine import solve
from verdeling.explaining.explanation import explain
from verdeling.explaining.telling import PARTS, USUAL, refuse_part
from verdeling.language import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verdeling.explaining.explanation import Explanation
    from verdeling.language import Language

_LEAST = 1e-3
"""Seconds that are left for explaining where solving took them all."""

Parts = Annotated[
    list[str] | None,
    typer.Option("--part", metavar="PART", help=f"Only this one of {', '.join(PARTS)}; may be repeated."),
]
Every = Annotated[
    bool,
    typer.Option("--all", help="Every limit, and in tables what one more and one less would change."),
]


def show_explanation(
    path: InstancePath,
    part: Parts = None,
    every: Every = False,
    whole: Whole = False,
    policy: PolicyName = "leximin",
    scenario: ScenarioName = None,
    time_limit: TimeLimit = None,
    lang: LangOption = Lang.en,
    output: Output = None,
    overwrite: Overwrite = False,
) -> None:
    """Say why a division is what it is: what binds, how each number came about, and what is free.

    Where there is no division: which agreements cannot hold together, and ways out.

    \b
    Examples:
      verdeling explain instances/enschede --lang nl
      verdeling explain instances/enschede --part limits --all -o limits.xlsx
      verdeling explain instances/impossible-agreements --lang nl
    """  # noqa: D301
    with refusing():
        check_place(output, overwrite=overwrite)
        began = time.perf_counter()
        instance = path.read()
        with progress(lang.language) as listener:
            solution = solve(
                instance, policy, scenario=scenario, whole=whole, time_limit=time_limit, progress=listener
            )
        display = Display(Screen(), solution, lang.language)
        if solution.status in ("unsolved", "time_limit"):
            display.show()
        left = None if time_limit is None else max(time_limit - (time.perf_counter() - began), _LEAST)
        explanation = explain(solution, time_limit=left)
        parts = part or USUAL[solution.has_numbers]
        for each in parts:
            refuse_part(each, solution)
        display.headline()
        told = _show(display.screen, explanation, parts, lang.language, every=every)
        if output:
            tables = explanation.tables(parts, every=every)
            asked = {"parts": list(parts), "all": every, "whole_places": whole}
            answer = Answer(solution.instance, (solution.policy,), "sheet.explanation", told, tables, asked)
            answer.keep(output, lang.language, overwrite=overwrite)
        raise typer.Exit(OF_STATUS.get(solution.status, 0))


def _show(
    screen: Screen, explanation: Explanation, parts: Sequence[str], lang: Language, *, every: bool
) -> list[str]:
    """Show each part under its title as soon as it is found; everything that was said."""
    told = []
    for part in parts:
        sentences = explanation.part(part, lang, every=every)
        if sentences:
            screen.line()
            screen.line(say(f"title.{part}", lang), "bold")
            screen.bullets(sentences)
        told += sentences
    unfinished = explanation.unfinished(lang)
    if unfinished:
        screen.line()
        screen.line(*unfinished)
    return told + unfinished


COMMANDS = {"explain": show_explanation}
"""Commands by name."""
