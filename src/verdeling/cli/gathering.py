"""What every command that writes for a meeting asks: its options, and working out what they ask for."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from verdeling.cli.display import Display
from verdeling.cli.ending import OF_STATUS
from verdeling.cli.options import Lang
from verdeling.cli.progress import progress
from verdeling.cli.screen import Screen
from verdeling.comparing.comparison import MANY, compare
from verdeling.engine import solve
from verdeling.explaining.explanation import explain
from verdeling.explaining.telling import USUAL
from verdeling.language import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

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

_LEAST = 1e-3

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
        help=f"Paths, what one more would do, room, and other policies; by default below {MANY} "
        "municipalities.",
        show_default=False,
    ),
]
Dutch = Annotated[Lang, typer.Option("--lang", help="Language of the report.")]


@dataclass(frozen=True)
class Asked:
    """What is asked to be worked out before it is written; see the options of `cli.report.make_report`."""

    policy: str
    scenario: str | None
    compared: Sequence[str] | None
    reasons: bool | None
    whole: bool
    time_limit: float | None
    lang: Language


def write_asked(
    instance: Instance, asked: Asked, output: Path, write: Callable[..., None], *, overwrite: bool
) -> None:
    """Work out what is asked, write it, and end with the exit code of the division.

    Parameters
    ----------
    instance : Instance
        What is divided.
    asked : Asked
        What is worked out.
    output : Path
        Where it is written.
    write : callable
        `write_report`, `write_papers` or `write_drafts`.
    overwrite : bool
        Whether what is there may be replaced.

    Raises
    ------
    Exit
        Always.
    """
    solution, subjects = gathered(instance, asked)
    write(subjects, output, lang=asked.lang, overwrite=overwrite)
    typer.echo(say("screen.written", asked.lang, path=output))
    raise typer.Exit(OF_STATUS.get(solution.status, 0))


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
        reasons = len(instance.tables["municipalities"]) < MANY
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
        beside = solution.has_numbers and asked.compared != () and (reasons or bool(asked.compared))
        subjects: list[Subject] = [solution]
        if reasons and solution.status != "time_limit":
            left = _left(began, limit)
            if left is not None and beside:
                left /= 2  # the other policies have the rest
            subjects = [_reasons(solution, left, asked.lang, listener)]
        if beside:
            others = asked.compared or COMPARED
            subjects.append(_others(instance, solution, others, _left(began, limit), listener))
    return solution, subjects


def _left(began: float, limit: float | None) -> float | None:
    """Seconds that are left, if there is a limit."""
    return None if limit is None else max(limit - (time.perf_counter() - began), _LEAST)


def _reasons(solution: Solution, left: float | None, lang: Language, listener: Listener) -> Explanation:
    """Everything that a report asks of an explanation, part by part."""
    explanation = explain(solution, time_limit=left)
    parts = USUAL[solution.has_numbers]
    for number, part in enumerate(parts):
        listener("ask", number, len(parts))
        explanation.part(part, lang)
    return explanation


def _others(
    instance: Instance, solution: Solution, names: Iterable[str], left: float | None, listener: Listener
) -> Comparison:
    """The policy of the division with others beside it, in fractions, each in an equal part of the time."""
    own = solution.policy
    policies: list[Policy | str | Path] = [own, *(name for name in dict.fromkeys(names) if name != own.name)]
    scenario = solution.instance.about.scenario
    scenarios, each = [scenario] if scenario else None, None if left is None else left / len(policies)
    return compare(instance, policies, scenarios, time_limit=each, progress=listener)
