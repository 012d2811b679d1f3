"""The command `runs`: what was divided and kept in one place, and the tables of it in tidy form."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 (read by typer)
from typing import TYPE_CHECKING, Annotated

import pandas as pd
import typer

from verdeling.adapters.placing import placed
from verdeling.cli.ending import bad_command, refusing
from verdeling.cli.options import Lang, LangOption, Overwrite
from verdeling.cli.screen import Screen
from verdeling.errors import nearest
from verdeling.language import number, say
from verdeling.reporting.rereading import read_runs
from verdeling.reporting.runs import KINDS, RUNS

if TYPE_CHECKING:
    from verdeling.language import Language

_SHOWN = ("run", "title", "policy", "scenario", "status")
_MOST = 40
"""So many runs are shown; all of them are in what is written."""


def runs(
    place: Annotated[
        str, typer.Argument(metavar="PATH", help="A .duckdb, a folder .parquet or the URL of a database.")
    ],
    run: Annotated[
        list[str] | None, typer.Option("--run", metavar="RUN", help="Only this run; may be repeated.")
    ] = None,
    table: Annotated[
        str | None,
        typer.Option("--table", metavar="NAME", help="Rows of a table: placements, loads, goals, …"),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="CSV", help="Write the rows, each with its run.")
    ] = None,
    lang: LangOption = Lang.en,
    overwrite: Overwrite = False,
) -> None:
    """List the runs that were kept in one place, or give a table of one or several of them.

    They are what `solve -o`, `compare -o` and `study -o` wrote to a database or a folder .parquet.

    \b
    Examples:
      verdeling runs study.duckdb --lang nl
      verdeling runs study.duckdb --table loads -o loads.csv
    """  # noqa: D301
    with refusing():
        name = RUNS if table is None else f"run_{table}"
        if name not in (RUNS, *KINDS):
            known = [each.removeprefix("run_") for each in KINDS]
            raise bad_command(
                f"There is no table {table}.",
                "Runs have no such table.",
                "Only tables of results are kept with runs.",
                nearest(str(table), known),
            )
        rows = _rows(place, name, run)
        if output is not None:
            with placed(output, overwrite=overwrite) as made:
                rows.to_csv(made, index=False, lineterminator="\n")
            typer.echo(output)
        elif table is not None:
            typer.echo(rows.to_csv(index=False, lineterminator="\n"), nl=False)
        else:
            _show(Screen(), rows, lang.language)


def _rows(place: str, table: str, wanted: list[str] | None) -> pd.DataFrame:
    """Rows of a table of some runs, or of all."""
    if not wanted:
        return read_runs(place)[table]
    return pd.concat([read_runs(place, each)[table] for each in dict.fromkeys(wanted)], ignore_index=True)


def _show(screen: Screen, rows: pd.DataFrame, lang: Language) -> None:
    shown = rows.head(_MOST)
    told = [
        [*each[:-1], say(f"status.{each[-1]}", lang)]
        for each in shown[list(_SHOWN)].itertuples(index=False, name=None)
    ]
    screen.pairs([[say(f"heading.{name}", lang) for name in _SHOWN], *told])
    if len(rows) > _MOST:
        screen.line(say("runs.more", lang, count=number(len(rows) - _MOST, lang)))


COMMANDS = {"runs": runs}
