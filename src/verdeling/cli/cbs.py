"""The commands of `cbs`: municipal codes of any year, and figures of Statistics Netherlands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import pandas as pd
import typer

from verdeling.adapters.placing import placed
from verdeling.cbs.carrying import carry
from verdeling.cbs.codes import destinations, known_year, names_of
from verdeling.cbs.stated import Splits, read_stated
from verdeling.cbs.tidy import read_figures, written
from verdeling.cbs.words import moved_sentences
from verdeling.cli.ending import EXIT_CODES, refusing
from verdeling.cli.options import Lang, LangOption, Overwrite
from verdeling.cli.screen import Screen
from verdeling.language import number, say

if TYPE_CHECKING:
    from verdeling.language import Language

app = typer.Typer(
    help="""Figures of Statistics Netherlands (CBS): municipal codes by year, tables by their code, needs.

    \b
    Examples:
      verdeling cbs codes 2021 --map 2024
      verdeling cbs move figures.csv --codes 2021 --map 2024 --amount households -o moved.csv
    """,
    epilog=EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

CodesOption = Annotated[
    int, typer.Option("--codes", metavar="YEAR", help="The division of municipalities that the codes are of.")
]
SplitOption = Annotated[
    Path | None,
    typer.Option("--split", metavar="TOML", help="What part of a municipality that was divided went where."),
]
CsvOption = Annotated[Path | None, typer.Option("-o", "--output", metavar="CSV", help="Write the figures.")]


@app.command(epilog=EXIT_CODES)
def codes(
    year: Annotated[int, typer.Argument(metavar="YEAR", help="The division of 1 January.")],
    onto: Annotated[
        int | None, typer.Option("--map", metavar="YEAR", help="Also what each is part of in a later year.")
    ] = None,
    output: CsvOption = None,
    lang: LangOption = Lang.en,
    overwrite: Overwrite = False,
) -> None:
    """List the codes and names of municipalities in a year, and what became of them.

    \b
    Examples:
      verdeling cbs codes 2021
      verdeling cbs codes 2021 --map 2024 -o municipalities.csv
    """  # noqa: D301
    with refusing():
        known = names_of(year)
        table = pd.DataFrame({"municipality": list(known), "name": list(known.values())})
        if onto is not None:
            known_year(onto)
            table[f"in_{onto}"] = [";".join(destinations(code, year, onto)) for code in known]
        Screen().line(say("cbs.counted", lang.language, count=number(len(known), lang.language), year=year))
        _out(table, output, lang.language, overwrite=overwrite)


@app.command(epilog=EXIT_CODES)
def move(
    figures: Annotated[Path, typer.Argument(metavar="CSV", help="Figures with a column municipality.")],
    codes: CodesOption,
    onto: Annotated[int, typer.Option("--map", metavar="YEAR", help="The year of the map they go to.")],
    amount: Annotated[list[str], typer.Option("--amount", metavar="COLUMN", help="Of amounts to add up.")],
    split: SplitOption = None,
    output: CsvOption = None,
    lang: LangOption = Lang.en,
    overwrite: Overwrite = False,
) -> None:
    """Move figures of an older year to the map of a later one.

    What merged is added up. What was divided is split as --split states, and marked as an estimate.

    \b
    Example:
      verdeling cbs move figures.csv --codes 2021 --map 2024 --amount households -o moved.csv
    """  # noqa: D301
    with refusing():
        splits = read_stated(split, Splits).split if split else []
        carried = carry(read_figures(figures, amount), amount, codes=codes, onto=onto, splits=splits)
        Screen().bullets(moved_sentences(carried.moved, codes, onto, lang.language))
        _out(written(carried.figures), output, lang.language, overwrite=overwrite)


def _out(table: pd.DataFrame, output: Path | None, lang: Language, *, overwrite: bool) -> None:
    """Write a table, or show it as it would be written."""
    if output is None:
        typer.echo(table.to_csv(index=False, lineterminator="\n"), nl=False)
        return
    with placed(output, overwrite=overwrite) as made:
        table.to_csv(made, index=False, lineterminator="\n")
    typer.echo(say("cbs.written", lang, count=number(len(table), lang), path=output))


COMMANDS = {"cbs": app}
"""Figures of Statistics Netherlands."""
