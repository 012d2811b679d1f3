"""The command `needs`: from waiting lists, inflow and outflow to the needs of an instance."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from verdeling.adapters import write_instance
from verdeling.adapters.places import is_url, name_of
from verdeling.adapters.placing import placed
from verdeling.cli.data import years_of
from verdeling.cli.ending import refusing
from verdeling.cli.listing import (
    Into,
    ListFile,
    MappingFile,
    TemplateFile,
    YearsOption,
    incomplete,
    read_sentences,
    write_list_template,
)
from verdeling.cli.options import Lang, LangOption, Overwrite
from verdeling.cli.screen import Screen
from verdeling.estimating.needs import build_needs
from verdeling.estimating.words import need_sentences

if TYPE_CHECKING:
    from verdeling.estimating.needs import BuiltNeeds


def needs(
    file: ListFile = None,
    into: Into = None,
    mapping: MappingFile = None,
    years: YearsOption = None,
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            metavar="PATH",
            help="The table (.csv), or the instance with it: a folder, file or URL.",
        ),
    ] = None,
    template: TemplateFile = None,
    lang: LangOption = Lang.en,
    overwrite: Overwrite = False,
) -> None:
    """Make needs of figures: waiting lists, inflow and outflow, or totals that a key divides.

    Each number says how it was reckoned, and is marked as an estimate unless it is a count.

    \b
    Examples:
      verdeling needs --template figures.csv
      verdeling needs figures.csv --into own -o needs.csv
      verdeling needs figures.csv --into own -o own-with-needs --lang nl
    """  # noqa: D301
    with refusing():
        if template is not None:
            write_list_template("figures", template, overwrite=overwrite)
            return
        if file is None or into is None:
            raise incomplete()
        horizon = years_of(years) if years else None
        built = build_needs(file, into, mapping, years=horizon, lang=lang.language)
        if output is not None:
            _write(built, output, overwrite=overwrite)
        screen = Screen()
        screen.bullets([*need_sentences(built, lang.language), *read_sentences(built.listed, lang.language)])
        if output is not None:
            typer.echo(name_of(output))


def _write(built: BuiltNeeds, output: str, *, overwrite: bool) -> None:
    if is_url(output) or Path(output).suffix.lower() != ".csv":
        write_instance(built.instance, output, overwrite=overwrite)
        return
    words = built.needs["estimate"].map({True: "yes", False: "no"})
    with placed(Path(output), overwrite=overwrite) as made:
        built.needs.assign(estimate=words).to_csv(made, index=False, lineterminator="\n")


COMMANDS = {"needs": needs}
