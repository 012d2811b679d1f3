"""The command `report`: solve, explain, compare, and write what people read before a meeting."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from verdeling.cli.display import Display
from verdeling.cli.ending import OF_STATUS, refusing
from verdeling.cli.options import (
    Fractional,
    InstancePath,
    Lang,
    Overwrite,
    PolicyName,
    ScenarioName,
    TimeLimit,
)
from verdeling.cli.progress import progress
from verdeling.cli.screen import Screen
from verdeling.comparing.comparison import compare
from verdeling.engine import solve
from verdeling.explaining.explanation import explain
from verdeling.explaining.telling import USUAL
from verdeling.language import say
from verdeling.reporting.writing import check_report, write_report

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from verdeling.cli.progress import Listener
    from verdeling.comparing.comparison import Comparison
    from verdeling.explaining.explanation import Explanation
    from verdeling.instance import Instance
    from verdeling.language import Language
    from verdeling.policy import Policy
    from verdeling.reporting.subjects import Subject
    from verdeling.solution import Solution

COMPARED = ("leximin", "maximin", "priority", "proportional", "utilitarian")
"""Policies that stand side by side unless others are asked for, beside the one that divides."""

_MANY = 60
"""From so many municipalities on, reasons and other policies are worked out only where asked."""

_LEAST = 1e-3

Where = Annotated[
    Path,
    typer.Option(
        "-o",
        "--output",
        metavar="PATH",
        help="A page (.html), a workbook (.xlsx), a document (.docx), or a folder (no ending) of CSV files.",
    ),
]
Compared = Annotated[
    list[str] | None,
    typer.Option(
        "--compare",
        metavar="NAME",
        help=f"Once for each policy to stand beside it; by default {', '.join(COMPARED)}.",
    ),
]
Reasons = Annotated[
    bool | None,
    typer.Option(
        "--reasons/--no-reasons",
        help=f"Paths, what one more would do, room, and other policies; by default below {_MANY} "
        "municipalities.",
        show_default=False,
    ),
]
Dutch = Annotated[Lang, typer.Option("--lang", help="Language of the report.")]


def make_report(
    path: InstancePath,
    output: Where,
    policy: PolicyName = "leximin",
    scenario: ScenarioName = None,
    compared: Compared = None,
    reasons: Reasons = None,
    fractional: Fractional = False,
    time_limit: TimeLimit = None,
    lang: Dutch = Lang.nl,
    overwrite: Overwrite = False,
) -> None:
    """Write a report for a meeting: the division, why it is so, and other policies beside it.

    Solves, explains and compares, and writes what came of it, in Dutch unless asked otherwise.
    Where the agreements contradict each other the report is about the conflict and the ways out.

    \b
    Examples:
      verdeling report instances/enschede -o report.html
      verdeling report instances/enschede -o report.html --scenario high --fractional --lang en
      verdeling report instances/enschede -o report.html --compare leximin --compare utilitarian
      verdeling report instances/impossible-agreements -o conflict.html
    """  # noqa: D301
    with refusing():
        check_report(output, overwrite=overwrite)
        asked = Asked(policy, scenario, compared, reasons, not fractional, time_limit, lang.language)
        solution, subjects = gathered(path.read(), asked)
        write_report(subjects, output, lang=lang.language, overwrite=overwrite)
        typer.echo(say("screen.written", lang.language, path=output))
        raise typer.Exit(OF_STATUS.get(solution.status, 0))


@dataclass(frozen=True)
class Asked:
    """What is asked to be worked out before it is written; see the options of `make_report`."""

    policy: str
    scenario: str | None
    compared: Sequence[str] | None
    reasons: bool | None
    whole: bool
    time_limit: float | None
    lang: Language


def gathered(instance: Instance, asked: Asked) -> tuple[Solution, list[Subject]]:
    """The division of an instance, and what is told of it: reasons and other policies where asked.

    Raises
    ------
    Exit
        If time ran out before there was a division.
    """
    began = time.perf_counter()
    reasons = asked.reasons
    if reasons is None:
        reasons = len(instance.tables["municipalities"]) < _MANY
    with progress(asked.lang) as listener:
        solution = solve(
            instance,
            asked.policy,
            scenario=asked.scenario,
            whole=asked.whole,
            time_limit=asked.time_limit,
            progress=listener,
        )
        if solution.status == "unsolved":
            Display(Screen(), solution, asked.lang).show()
            raise typer.Exit(OF_STATUS["unsolved"])
        limit = asked.time_limit
        left = None if limit is None else max(limit - (time.perf_counter() - began), _LEAST)
        subjects: list[Subject] = [solution]
        if reasons and solution.status != "time_limit":
            subjects = [_reasons(solution, left, asked.lang, listener)]
        if solution.has_numbers and asked.compared != () and (reasons or asked.compared):
            subjects.append(_others(instance, solution, asked.compared or COMPARED, listener))
    return solution, subjects


def _reasons(solution: Solution, left: float | None, lang: Language, listener: Listener) -> Explanation:
    """Everything that a report asks of an explanation, part by part."""
    explanation = explain(solution, time_limit=left)
    parts = USUAL[solution.has_numbers]
    for number, part in enumerate(parts):
        listener("ask", number, len(parts))
        explanation.part(part, lang)
    return explanation


def _others(instance: Instance, solution: Solution, names: Iterable[str], listener: Listener) -> Comparison:
    """The policy of the division with others beside it, in fractions as policies are compared."""
    own = solution.policy
    policies: list[Policy | str | Path] = [own, *(name for name in dict.fromkeys(names) if name != own.name)]
    scenario = solution.instance.about.scenario
    return compare(instance, policies, [scenario] if scenario else None, progress=listener)


COMMANDS = {"report": make_report}
"""Commands by name."""
