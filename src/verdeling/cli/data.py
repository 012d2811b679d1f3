"""The commands `check`, `convert`, `template`, `generate`, `schema` and `policies`: what is divided with."""

from __future__ import annotations

import json
import re
from pathlib import Path  # noqa: TC003 (read by typer)
from typing import Annotated

import typer

from verdeling.adapters import write_instance
from verdeling.adapters.places import name_of
from verdeling.adapters.placing import placed
from verdeling.adapters.template import write_template
from verdeling.cli.display import show_policies, show_summary
from verdeling.cli.ending import bad_command, refusing
from verdeling.cli.options import InstanceOut, InstancePath, Lang, LangOption, Overwrite
from verdeling.cli.screen import Screen
from verdeling.errors import nearest
from verdeling.generation import Size
from verdeling.generation import generate as generate_instance
from verdeling.output import check_file
from verdeling.schema import json_schema, table_schema
from verdeling.tables import TABLES


def check(path: InstancePath, lang: LangOption = Lang.en) -> None:
    """List everything that is wrong with an instance.

    Where nothing is wrong: what it holds.

    \b
    Examples:
      verdeling check instances/enschede
      verdeling check own.xlsx --lang nl
    """  # noqa: D301
    with refusing():
        show_summary(Screen(), path.read(), lang.language)


def policies(lang: LangOption = Lang.en) -> None:
    """List the policies and the questions they ask."""
    with refusing():
        show_policies(Screen(), lang.language)


def template(
    path: Annotated[Path, typer.Argument(metavar="OUT.xlsx", help="The workbook to write.")],
    years: Annotated[str, typer.Option("--years", help="First and last year.")] = "2025-2030",
    lang: LangOption = Lang.en,
    overwrite: Overwrite = False,
) -> None:
    """Write an empty workbook to fill in, with explanation.

    \b
    Examples:
      verdeling template own.xlsx --years 2026-2031 --lang nl
    """  # noqa: D301
    with refusing():
        check_file(path, (".xlsx",), overwrite=overwrite)
        write_template(path, years_of(years), lang.language, overwrite=overwrite)
        typer.echo(path)


def generate(
    path: InstanceOut,
    regions: Annotated[int, typer.Option(min=1)] = 1,
    municipalities: Annotated[int, typer.Option(min=1, help="In each region.")] = 8,
    groups: Annotated[int, typer.Option(min=2)] = 6,
    place_types: Annotated[int, typer.Option(min=1)] = 4,
    years: Annotated[int, typer.Option(min=1, max=100)] = 6,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same instance.")] = 0,
    tightness: Annotated[float, typer.Option(min=0.01, help="Above 1, needs exceed places.")] = 1.0,
    overwrite: Overwrite = False,
) -> None:
    """Write an invented instance of any size.

    \b
    Examples:
      verdeling generate invented --municipalities 14 --groups 12 --place-types 8 --years 9
      verdeling generate invented.xlsx --regions 2 --seed 7 --tightness 1.2
    """  # noqa: D301
    with refusing():
        size = Size(regions, municipalities, groups, place_types, years)
        write_instance(generate_instance(size, seed=seed, tightness=tightness), path, overwrite=overwrite)
        typer.echo(name_of(path))


def schema(
    table: Annotated[
        str | None, typer.Argument(metavar="[TABLE]", help="A table; by default the whole instance.")
    ] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write a file.")] = None,
    overwrite: Overwrite = False,
) -> None:
    """Print the schema of a table, or of a whole instance.

    Of a table: a Frictionless table schema. Of an instance in one JSON file: a JSON Schema.

    \b
    Examples:
      verdeling schema needs
      verdeling schema -o instance.schema.json
    """  # noqa: D301
    with refusing():
        if table is not None and table not in TABLES:
            raise bad_command(f"There is no table {table}.", "An instance has no such table.",
                              "Only its own tables have a schema.", nearest(table, TABLES))  # fmt: skip
        described = json_schema() if table is None else table_schema(table)
        content = json.dumps(described, ensure_ascii=False, indent=2) + "\n"
        if output is None:
            typer.echo(content, nl=False)
        else:
            with placed(output, overwrite=overwrite) as made:
                made.write_text(content, encoding="utf-8", newline="\n")
            typer.echo(output)


def years_of(text: str) -> range:
    """First to last year of a text such as ``2025-2030``."""
    first, _, last = text.partition("-")
    if all(re.fullmatch("[0-9]{4}", year) for year in (first, last or first)):
        years = range(int(first), int(last or first) + 1)
        if years and years[0] >= 1900 and years[-1] <= 2200:
            return years
    raise bad_command("The years cannot be used.", f"{text} is not a first and a last year.",
                      "An instance is about consecutive years.", "Write them like 2025-2030.")  # fmt: skip


def convert(
    path: InstancePath,
    place: InstanceOut,
    overwrite: Overwrite = False,
) -> None:
    """Write an instance in another format.

    It is checked on the way, and read again from there it is the same instance.

    \b
    Examples:
      verdeling convert instances/enschede enschede.duckdb
      verdeling convert sqlite:///region.db region.xlsx
      verdeling convert own.xlsx region.parquet --mapping mapping.toml
    """  # noqa: D301
    with refusing():
        write_instance(path.read(), place, overwrite=overwrite)
        typer.echo(name_of(place))


COMMANDS = {
    "check": check,
    "convert": convert,
    "policies": policies,
    "template": template,
    "generate": generate,
    "schema": schema,
}
