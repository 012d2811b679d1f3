"""The command line: a thin customer of the Python interface."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer

from verdeling.cli.ending import EXIT_CODES
from verdeling.cli.panels import Panels

app = typer.Typer(
    name="verdeling",
    cls=Panels,
    help="Divide a regional housing task over municipalities: optimal, fair, whole and explained.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"verdeling {version('verdeling')}")
        raise typer.Exit


@app.callback()
def main_options(
    show_version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and stop."),
    ] = False,
) -> None:
    """Divide a regional housing task over municipalities: optimal, fair, whole and explained."""
