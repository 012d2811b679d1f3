"""The division that questions are asked about, and the showing of answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from verdeling.cli.display import Display
from verdeling.cli.ending import OF_STATUS
from verdeling.cli.progress import progress
from verdeling.cli.screen import Screen
from verdeling.engine import solve
from verdeling.language import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from verdeling.cli.sources import Source
    from verdeling.language import Language
    from verdeling.solution import Solution


def settled(
    path: Source, policy: str, scenario: str | None, lang: Language, *, whole: bool = False
) -> Solution:
    """The division of an instance; where there is none, show why and end the command.

    Parameters
    ----------
    path : Source
        Of the instance.
    policy, scenario
        As for `verdeling.engine.solve`.
    lang : {"nl", "en"}
        Language.
    whole : bool
        In whole places; by default the fractional optimum.

    Raises
    ------
    Exit
        If there is no division, with the exit code of its status.
    """
    with progress(lang) as listener:
        solution = solve(path.read(), policy, scenario=scenario, whole=whole, progress=listener)
    if not solution.has_numbers:
        Display(Screen(), solution, lang).show()
        raise typer.Exit(OF_STATUS[solution.status])
    return solution


def show_answer(solution: Solution, told: Iterable[str], lang: Language) -> Screen:
    """Show what was solved and what there is to say about it."""
    screen = Screen()
    Display(screen, solution, lang).headline()
    screen.line()
    screen.bullets(told)
    return screen


def show_table(
    screen: Screen,
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    lang: Language,
    *,
    unit: bool = False,
) -> None:
    """Show a table under its title, where it has rows.

    Parameters
    ----------
    screen : Screen
        Where it is shown.
    title : str
        Key of its title.
    columns : sequence of str
        What the columns hold, as in the keys of headings.
    rows : sequence of sequence of str
        Cells.
    lang : {"nl", "en"}
        Language.
    unit : bool
        Whether the last column holds text.
    """
    if rows:
        screen.line()
        screen.line(say(title, lang), "bold")
        screen.table([say(f"heading.{column}", lang) for column in columns], rows, total=False, unit=unit)
