"""The commands `table` and `replay`: a page for a meeting, and what its log gives."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from verdeling.adapters import read_instance
from verdeling.adapters.places import name_of
from verdeling.cli.display import Display
from verdeling.cli.ending import OF_STATUS, bad_command, refusing
from verdeling.cli.options import InstancePath, Lang, LangOption, Output, Overwrite, PolicyName, ScenarioName
from verdeling.cli.screen import Screen
from verdeling.meeting.log import read_log
from verdeling.meeting.reckoning import Reckoner
from verdeling.output import check_target, write_solution

Port = Annotated[
    int | None,
    typer.Option(
        "--port", metavar="N", min=1, max=65535, help="Where to listen; by default a port that is free."
    ),
]
NoOpen = Annotated[bool, typer.Option("--no-open", help="Only print the address; do not open a browser.")]
LogFolder = Annotated[
    Path, typer.Option("--folder", metavar="DIR", help="Where logs and what is exported are written.")
]
LogPath = Annotated[Path, typer.Argument(metavar="LOG", help="A .jsonl that verdeling table wrote.")]
Elsewhere = Annotated[
    str | None,
    typer.Option(
        "--instance",
        metavar="PATH",
        help="Where the instance is now, if it was moved: a folder, file or URL.",
    ),
]


def show_table(
    path: InstancePath,
    policy: PolicyName = "leximin",
    scenario: ScenarioName = None,
    port: Port = None,
    no_open: NoOpen = False,
    folder: LogFolder = Path("verdeling-table"),
    lang: LangOption = Lang.nl,
) -> None:
    """Serve a page on this machine to weigh, agree and compare in a meeting.

    Everything that is done is kept in a log in the folder, from which `verdeling replay` does it again.
    The page works without a network. Stop it with Ctrl+C.

    \b
    Examples:
      verdeling table instances/enschede --scenario high
      verdeling table instances/three-towns --lang en --port 8090 --no-open
    """  # noqa: D301
    with refusing():
        if find_spec("nicegui") is None:
            raise bad_command(
                "The table cannot be served.",
                "The package nicegui is not installed.",
                "The page is made with it; nothing else of Verdeling needs it.",
                "Install it: pip install 'verdeling[table]'.",
            )
        instance = path.read()
        from verdeling.meeting.page.serving import Table, serve  # takes a second to load

        table = Table(instance, Path(name_of(path.place)), policy, scenario, lang.language, folder)
        serve(table, port, show=not no_open, announce=typer.echo)


def replay(
    log: LogPath,
    instance: Elsewhere = None,
    lang: LangOption = Lang.en,
    output: Output = None,
    overwrite: Overwrite = False,
) -> None:
    """Do what a log of the table says, and show the division that it ended with.

    \b
    Examples:
      verdeling replay verdeling-table/2026-11-22-140312-9f3a.jsonl
      verdeling replay meeting.jsonl --instance instances/enschede -o division.xlsx
    """  # noqa: D301
    with refusing():
        if output:
            check_target(output, overwrite=overwrite)
        story = read_log(log)
        known = read_instance(instance or story.heading.instance)
        course = story.replayed(known)
        outcome = Reckoner(known).outcome(course.sheet.variant)
        screen = Screen()
        screen.bullets(story.words)
        screen.line()
        Display(screen, outcome.solution, lang.language).show()
        if output:
            write_solution(outcome.solution, output, overwrite=overwrite, lang=lang.language)
        raise typer.Exit(OF_STATUS.get(outcome.solution.status, 0))


COMMANDS = {"table": show_table, "replay": replay}
"""Commands by name."""
