"""Arguments and options that several commands of the command line share."""

from __future__ import annotations

import inspect
from dataclasses import replace
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from verdeling.cli.sources import Source

if TYPE_CHECKING:
    from collections.abc import Callable

    from verdeling.language import Language


class Lang(StrEnum):
    """Language of what people read."""

    en = "en"
    nl = "nl"

    @property
    def language(self) -> Language:
        """The language by its name."""
        return "nl" if self is Lang.nl else "en"


InstancePath = Annotated[
    Source,
    typer.Argument(
        metavar="PATH",
        parser=Source,
        help="A folder with datapackage.json or Parquet files, an .xlsx, .json or .duckdb, or the URL of a "
        "database; with --mapping a file of your own.",
    ),
]
InstanceOut = Annotated[
    str,
    typer.Argument(
        metavar="OUT",
        help="A folder, an .xlsx, .json or .duckdb, a folder .parquet, or the URL of a database.",
    ),
]
MappingFile = Annotated[
    Path | None,
    typer.Option("--mapping", metavar="TOML", help="PATH is a file of your own: what is what in it."),
]
PolicyName = Annotated[
    str,
    typer.Option("--policy", metavar="NAME", help="One that `verdeling policies` lists, or a .toml file."),
]
ScenarioName = Annotated[
    str | None, typer.Option("--scenario", metavar="NAME", help="By default the instance's own.")
]
SolverName = Annotated[
    str, typer.Option("--solver", metavar="NAME", help="HiGHS, or one that PuLP lists, such as PULP_CBC_CMD.")
]
TimeLimit = Annotated[
    float | None,
    typer.Option(
        "--time-limit", metavar="SECONDS", min=0.001, help="After which the best answer so far is given."
    ),
]
Fractional = Annotated[
    bool, typer.Option("--fractional", help="The fractional optimum, before places are made whole.")
]
Prove = Annotated[
    bool,
    typer.Option("--prove", help="Search until whole places are proved to be the best; can take minutes."),
]
Certified = Annotated[
    bool | None,
    typer.Option(
        "--certify/--no-certify",
        help="Keep a certificate in a folder; by default where there are at most 60 municipalities, since of"
        " a whole country it takes half an hour and 9 GB.",
    ),
]
LangOption = Annotated[Lang, typer.Option("--lang", help="Language of tables and sentences.")]
Output = Annotated[
    Path | None,
    typer.Option("-o", "--output", metavar="PATH", help="Write a folder of CSV files, or one .xlsx."),
]
AnswerPlace = Annotated[
    str | None,
    typer.Option("-o", "--output", metavar="PATH", help="A folder of CSV files, or one .xlsx; or every "
                 "division is added as a run to a .duckdb, a folder .parquet or the URL of a database."),
]  # fmt: skip
ResultPlace = Annotated[
    str | None,
    typer.Option("-o", "--output", metavar="PATH", help="A folder of CSV files, or one .xlsx; or the run is "
                 "added to others in a .duckdb, a folder .parquet or the URL of a database."),
]  # fmt: skip
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace what an earlier command wrote there.")]
Program = Annotated[
    Path | None, typer.Option("--lp", metavar="FILE", help="Also write the program as .lp or .mps.")
]
Jobs = Annotated[
    int | None,
    typer.Option("--jobs", metavar="N", min=1, help="So many processes solve, policy by policy."),
]
Dask = Annotated[
    str | None,
    typer.Option("--dask", metavar="ADDRESS", help="The workers of a Dask cluster solve: tcp://…, where its "
                 "scheduler is. Needs verdeling[dask]."),
]  # fmt: skip
Folder = Annotated[
    Path | None,
    typer.Option("--folder", metavar="DIR", help="Keep each result there as soon as it is found; a run that "
                 "was interrupted goes on where it was."),
]  # fmt: skip
Whole = Annotated[bool, typer.Option("--whole", help="Of the division in whole places; takes longer.")]
GroupName = Annotated[
    str | None,
    typer.Option("--group", metavar="GROUP", help="The places of one group, not the load."),
]
MunicipalityName = Annotated[str, typer.Argument(metavar="MUNICIPALITY", help="Its id or name.")]


def with_mapping(command: Callable[..., None]) -> Callable[..., None]:
    """A command that takes an instance, with the option ``--mapping``; another command as it is."""
    hints = get_type_hints(command, include_extras=True)
    if hints.get("path") != InstancePath:
        return command

    @wraps(command)
    def mapped(**given: Any) -> None:
        mapping, lang = given.pop("mapping"), given.get("lang")
        source = replace(given["path"], mapping=mapping, lang=lang.language if lang else "en")
        command(**{**given, "path": source})

    signature = inspect.signature(command)
    known = [each.replace(annotation=hints[name]) for name, each in signature.parameters.items()]
    option = inspect.Parameter(
        "mapping", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=MappingFile
    )
    mapped.__signature__ = signature.replace(parameters=[*known, option])  # type: ignore[attr-defined]
    mapped.__annotations__ = {**hints, "mapping": MappingFile}
    return mapped
