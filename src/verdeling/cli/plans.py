"""The command `plans`: from a list of building plans to projects and supply of an instance."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 (read by typer)
from typing import Annotated

import typer

from verdeling.adapters import write_instance
from verdeling.adapters.places import name_of
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
from verdeling.planlists.plans import build_plans
from verdeling.planlists.words import plan_sentences


def plans(
    file: ListFile = None,
    into: Into = None,
    mapping: MappingFile = None,
    years: YearsOption = None,
    output: Annotated[
        str | None,
        typer.Option("-o", "--output", metavar="PATH", help="The instance with them: a folder, file or URL."),
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="CSV", help="What became of every plan, and why.")
    ] = None,
    template: TemplateFile = None,
    lang: LangOption = Lang.en,
    overwrite: Overwrite = False,
) -> None:
    """Make projects and supply of building plans: a list of your own, or an export of DIWI.

    Plans that are not hard count by a rate, which the mapping states or which is told as the default.

    \b
    Examples:
      verdeling plans --template plans.csv
      verdeling plans plans.xlsx --into own --mapping plans.toml -o own-with-plans
      verdeling plans diwi.xlsx --into own --mapping diwi.toml --report report.csv --lang nl
    """  # noqa: D301
    with refusing():
        if template is not None:
            write_list_template("plans", template, overwrite=overwrite)
            return
        if file is None or into is None:
            raise incomplete()
        made = build_plans(file, into, mapping, years=years_of(years) if years else None, lang=lang.language)
        if report is not None:
            with placed(report, overwrite=overwrite) as kept:
                made.report.to_csv(kept, index=False, lineterminator="\n")
        if output is not None:
            write_instance(made.instance, output, overwrite=overwrite)
        Screen().bullets([*plan_sentences(made, lang.language), *read_sentences(made.listed, lang.language)])
        for written in filter(None, (report, output)):
            typer.echo(name_of(str(written)))


COMMANDS = {"plans": plans}
