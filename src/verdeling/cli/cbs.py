"""The commands of `cbs`: municipal codes of any year, and figures of Statistics Netherlands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import pandas as pd
import typer

from verdeling.adapters import write_instance
from verdeling.adapters.places import name_of
from verdeling.adapters.placing import placed
from verdeling.cbs.carrying import carry
from verdeling.cbs.codes import destinations, known_year, names_of
from verdeling.cbs.datasets import Dataset, division
from verdeling.cbs.downloaded import open_download
from verdeling.cbs.figures import read_table
from verdeling.cbs.filling import fill as into_instance
from verdeling.cbs.keeping import cache_folder
from verdeling.cbs.online import ADDRESS, Online
from verdeling.cbs.proposing import dataset_text
from verdeling.cbs.stated import Splits, read_stated
from verdeling.cbs.tidy import read_figures, written
from verdeling.cbs.words import contents_sentences, figures_sentences, filled_sentences, moved_sentences
from verdeling.cli.data import years_of
from verdeling.cli.ending import EXIT_CODES, bad_command, refusing
from verdeling.cli.listing import YearsOption  # noqa: TC001 (read by typer)
from verdeling.cli.options import Lang, LangOption, Overwrite
from verdeling.cli.screen import Screen
from verdeling.language import number, say

if TYPE_CHECKING:
    from verdeling.cbs.contents import Source
    from verdeling.language import Language

app = typer.Typer(
    help="""Figures of Statistics Netherlands (CBS): municipal codes by year, tables by their code, needs.

    \b
    Examples:
      verdeling cbs codes 2021 --map 2024
      verdeling cbs move figures.csv --codes 2021 --map 2024 --amount households -o moved.csv
      verdeling cbs table 85980NED -o dataset.toml
      verdeling cbs read dataset.toml -o figures.csv
      verdeling cbs fill dataset.toml --into own --map 2024 -o own-with-needs
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


FromOption = Annotated[
    Path | None,
    typer.Option(
        "--from",
        metavar="PATH",
        help="Read a download in place of asking CBS: a folder or .zip "
        "with Observations.csv, or a CSV of StatLine.",
    ),
]
CacheOption = Annotated[
    Path | None,
    typer.Option("--cache", metavar="DIR", help="Where answers are kept; by default the user's own cache."),
]
FreshOption = Annotated[bool, typer.Option("--fresh", help="Ask CBS again, also what was kept.")]
AddressOption = Annotated[str, typer.Option("--address", metavar="URL", help="Of the catalogue at CBS.")]


@app.command(epilog=EXIT_CODES)
def table(
    code: Annotated[str, typer.Argument(metavar="TABLE", help="Code of the table, such as 85980NED.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="TOML", help="Write a dataset file to fill in.")
    ] = None,
    download: FromOption = None,
    cache: CacheOption = None,
    fresh: FreshOption = False,
    address: AddressOption = ADDRESS,
    lang: LangOption = Lang.en,
    overwrite: Overwrite = False,
) -> None:
    """Tell what is in a table of CBS: its measures, its dimensions and their codes.

    Without --from it asks CBS, unless the answer was kept.

    \b
    Examples:
      verdeling cbs table 85980NED -o dataset.toml
      verdeling cbs table 85980NED --from download.zip
    """  # noqa: D301
    with refusing():
        source = _source(code, download, cache, address, fresh=fresh)
        try:
            contents = source.contents()
            source.keep()
        finally:
            source.close()
        Screen().bullets(contents_sentences(contents, lang.language))
        if output is not None:
            with placed(output, overwrite=overwrite) as made:
                made.write_text(dataset_text(contents, lang.language), encoding="utf-8", newline="\n")
            typer.echo(output)


@app.command(epilog=EXIT_CODES)
def read(
    file: Annotated[Path, typer.Argument(metavar="TOML", help="Says what is read of which table.")],
    output: CsvOption = None,
    onto: Annotated[
        int | None, typer.Option("--map", metavar="YEAR", help="Move the figures to the map of a later year.")
    ] = None,
    split: SplitOption = None,
    download: FromOption = None,
    cache: CacheOption = None,
    fresh: FreshOption = False,
    address: AddressOption = ADDRESS,
    lang: LangOption = Lang.en,
    overwrite: Overwrite = False,
) -> None:
    """Read figures from a table of CBS: a row for each municipality and whatever else they are about.

    Without --from it asks CBS, unless the answer was kept.

    \b
    Examples:
      verdeling cbs read dataset.toml -o figures.csv
      verdeling cbs read dataset.toml --from download.zip --map 2024 -o figures.csv
    """  # noqa: D301
    with refusing():
        dataset = read_stated(file, Dataset)
        figures = read_table(_source(dataset.table, download, cache, address, fresh=fresh), dataset)
        told, found = figures_sentences(figures, dataset, lang.language), figures.table
        if onto is not None:
            splits = read_stated(split, Splits).split if split else []
            year = division(dataset)
            carried = carry(found, list(dataset.measures), codes=year, onto=onto, splits=splits)
            told += moved_sentences(carried.moved, year, onto, lang.language)
            found = carried.figures
        Screen().bullets(told)
        _out(written(found, counts=dataset.fills == "figures"), output, lang.language, overwrite=overwrite)


@app.command(epilog=EXIT_CODES)
def fill(
    file: Annotated[Path, typer.Argument(metavar="TOML", help="Says what is read of which table.")],
    into: Annotated[str, typer.Option("--into", metavar="PATH", help="The instance: folder, file or URL.")],
    onto: Annotated[int, typer.Option("--map", metavar="YEAR", help="The division that the instance has.")],
    output: Annotated[
        str | None,
        typer.Option("-o", "--output", metavar="PATH", help="The instance with them: a folder, file or URL."),
    ] = None,
    years: YearsOption = None,
    split: SplitOption = None,
    download: FromOption = None,
    cache: CacheOption = None,
    fresh: FreshOption = False,
    address: AddressOption = ADDRESS,
    lang: LangOption = Lang.en,
    overwrite: Overwrite = False,
) -> None:
    """Read figures from a table of CBS into an instance: needs, supply, or columns of municipalities.

    TOML says which (fills). Without --from it asks CBS, unless the answer was kept.

    \b
    Examples:
      verdeling cbs fill dataset.toml --into own --map 2024 -o own-with-needs
      verdeling cbs fill homes.toml --into own --map 2024 --from download.zip -o own-with-homes
    """  # noqa: D301
    with refusing():
        dataset = read_stated(file, Dataset)
        if dataset.fills is None:
            raise bad_command(f"{file.name} cannot be used here.", "It does not say what the figures fill.",
                              "An instance has a place for needs, supply and numbers of municipalities.",
                              'State fills = "figures", "supply" or "municipalities".')  # fmt: skip
        splits = read_stated(split, Splits).split if split else []
        figures = read_table(_source(dataset.table, download, cache, address, fresh=fresh), dataset)
        horizon = years_of(years) if years else None
        filled = into_instance(
            figures.table, dataset, into, onto=onto, splits=splits, years=horizon, lang=lang.language
        )
        if output is not None:
            write_instance(filled.instance, output, overwrite=overwrite)
        told = figures_sentences(figures, dataset, lang.language)
        told += moved_sentences(filled.moved, division(dataset), onto, lang.language)
        Screen().bullets([*told, *filled_sentences(filled, dataset, lang.language)])
        if output is not None:
            typer.echo(name_of(output))


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


def _source(code: str, download: Path | None, cache: Path | None, address: str, *, fresh: bool) -> Source:
    """Where a table is read from: what was downloaded, or CBS."""
    if download is not None:
        return open_download(code, download)
    return Online(code, cache or cache_folder(), address=address, fresh=fresh)


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
