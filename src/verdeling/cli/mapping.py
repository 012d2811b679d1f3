"""The command `map`: from somebody's own workbook to a mapping, and with a mapping to an instance."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from verdeling.adapters import write_instance
from verdeling.adapters.places import name_of
from verdeling.adapters.placing import placed
from verdeling.cli.display import show_summary
from verdeling.cli.ending import refusing
from verdeling.cli.options import Lang, LangOption, Overwrite
from verdeling.cli.screen import Screen
from verdeling.language import say
from verdeling.mapping.proposing import propose
from verdeling.mapping.reading import read_mapped
from verdeling.mapping.words import notice_sentences, preview_sentences, repair_sentences
from verdeling.mapping.writing import mapping_text

if TYPE_CHECKING:
    from verdeling.language import Language


def map_files(
    path: Annotated[
        Path, typer.Argument(metavar="FILE", help="An .xlsx, .xlsm or .csv, or a folder with these.")
    ],
    mapping: Annotated[
        Path | None, typer.Option("--mapping", "-m", metavar="TOML", help="Read FILE as this mapping says.")
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            metavar="PATH",
            help="The proposed mapping (.toml); with --mapping: the instance, a folder, file or URL.",
        ),
    ] = None,
    repairs: Annotated[
        Path | None,
        typer.Option("--repairs", metavar="CSV", help="With --mapping: every repair, cell by cell."),
    ] = None,
    lang: LangOption = Lang.en,
    overwrite: Overwrite = False,
) -> None:
    """Propose how a workbook of your own becomes an instance, or make it one.

    Without --mapping: which column seems to be what, and what is not understood. With it: every
    repair, or everything that is wrong, each with the address of its cell.

    \b
    Examples:
      verdeling map own.xlsx -o mapping.toml
      verdeling map own.xlsx --mapping mapping.toml -o own
    """  # noqa: D301
    with refusing():
        if mapping is None:
            _propose(path, Path(output) if output else None, lang.language, overwrite=overwrite)
        else:
            _convert(path, mapping, output, repairs, lang.language, overwrite=overwrite)


def _propose(path: Path, output: Path | None, lang: Language, *, overwrite: bool) -> None:
    screen, proposal = Screen(), propose(path)
    text = mapping_text(proposal, lang)
    if output is not None:
        with placed(output, overwrite=overwrite) as made:
            made.write_text(text, encoding="utf-8", newline="\n")
    screen.bullets(preview_sentences(proposal, lang))
    screen.line()
    if output is None:
        typer.echo(text, nl=False)
    else:
        screen.line(say("map.written", lang, path=output))


def _convert(
    path: Path, mapping: Path, output: str | None, repairs: Path | None, lang: Language, *, overwrite: bool
) -> None:
    screen, mapped = Screen(), read_mapped(path, mapping)
    if repairs is not None:
        with placed(repairs, overwrite=overwrite) as made:
            mapped.repairs.to_csv(made, index=False, lineterminator="\n")
    if output is not None:
        write_instance(mapped.instance, output, overwrite=overwrite)
    screen.bullets([*repair_sentences(mapped, lang), *notice_sentences(mapped.notices, lang)])
    screen.line()
    show_summary(screen, mapped.instance, lang)
    for written in filter(None, (repairs, output)):
        typer.echo(name_of(str(written)))


COMMANDS = {"map": map_files}
