"""What commands share that read a list beside an instance."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from verdeling.adapters.placing import placed
from verdeling.cli.ending import bad_command
from verdeling.lists import LISTS
from verdeling.mapping.words import notice_sentences, repair_sentences

if TYPE_CHECKING:
    from verdeling.errors import VerdelingError
    from verdeling.language import Language
    from verdeling.mapping.listing import Listed

ListFile = Annotated[
    Path | None, typer.Argument(metavar="FILE", help="A .csv, .xlsx or .xlsm, or a folder with these.")
]
Into = Annotated[
    str | None,
    typer.Option("--into", metavar="PATH", help="The instance that they are for: a folder, file or URL."),
]
MappingFile = Annotated[
    Path | None,
    typer.Option("--mapping", "-m", metavar="TOML", help="Says which column of FILE is what."),
]
YearsOption = Annotated[
    str | None, typer.Option("--years", metavar="YEARS", help="2026-2030, where PATH states none.")
]
TemplateFile = Annotated[
    Path | None, typer.Option("--template", metavar="CSV", help="Write an empty FILE with its columns.")
]


def write_list_template(name: str, path: Path, *, overwrite: bool) -> None:
    """Write an empty list: its header."""
    with placed(path, overwrite=overwrite) as made:
        made.write_text(",".join(LISTS[name].columns) + "\n", encoding="utf-8", newline="\n")
    typer.echo(path)


def read_sentences(listed: Listed, lang: Language) -> list[str]:
    """Say what was repaired in a list, and what was not used."""
    return [*repair_sentences(listed, lang), *notice_sentences(listed.notices, lang)]


def incomplete() -> VerdelingError:
    """What is said where file or instance are not given."""
    return bad_command("The command is not complete.", "FILE or --into is not given.",
                       "A list is read beside the instance that it is for.",
                       "Write FILE --into INSTANCE, or --template CSV for an empty one.")  # fmt: skip
