"""The command `divide`: a total over municipalities by a key alone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from verdeling.adapters.placing import placed
from verdeling.cli.ending import refusing
from verdeling.cli.options import Lang, LangOption
from verdeling.cli.screen import Screen
from verdeling.dividing.division import divide
from verdeling.dividing.key_files import read_key, read_municipalities
from verdeling.dividing.sheets import write_division
from verdeling.dividing.words import DivisionWords, title_of
from verdeling.errors import PolicyError, Problem
from verdeling.language import number, say
from verdeling.output import check_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verdeling.language import Language

Table = Annotated[
    Path, typer.Argument(metavar="TABLE", help="A .csv with the municipalities, or an instance.")
]
Total = Annotated[
    list[str] | None,
    typer.Option("--total", metavar="N", help="Places; CLASS=N, once per class, where there are classes."),
]
KeyName = Annotated[
    str, typer.Option("--key", metavar="KEY", help="A name in models/keys, or the path of a .toml.")
]
Year = Annotated[
    int | None, typer.Option("--year", metavar="N", min=0, help="Year of a phase-in; 0 is today.")
]
Steps = Annotated[bool, typer.Option("--steps", help="What each step of the key does to each municipality.")]
Result = Annotated[
    Path | None,
    typer.Option("-o", "--output", metavar="FILE", help="Write a .csv with ids, or an .xlsx with names."),
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace the file.")]


def divide_table(
    table: Table,
    key: KeyName,
    total: Total = None,
    year: Year = None,
    steps: Steps = False,
    lang: LangOption = Lang.en,
    output: Result = None,
    overwrite: Overwrite = False,
) -> None:
    """Divide a total over municipalities by a key alone: whole places that add up.

    \b
    Examples:
      verdeling divide municipalities.csv --total 13500 --key statutory-refugee-target
      verdeling divide instances/enschede --total 400 --key population --steps --lang nl
      verdeling divide municipalities.csv --total 400 --key ours.toml -o targets.xlsx
    """  # noqa: D301
    with refusing():
        if output:
            check_file(output, (".csv", ".xlsx"), overwrite=overwrite)
        stated = read_key(key)
        division = divide(_totals(total or []), read_municipalities(table), stated, year=year)
        words, title = DivisionWords(division, lang.language), title_of(stated, lang.language)
        _show(Screen(), words, title, steps=steps)
        if output:
            _write(words, output, title, steps=steps, overwrite=overwrite)


_WHOLE = re.compile("[0-9]{1,12}")


def _totals(stated: Sequence[str]) -> int | dict[str, int] | None:
    """A number, or a number by class; nothing where the key states it."""
    parts = [text.rpartition("=") for text in stated]
    wrong = [text for text, part in zip(stated, parts, strict=True) if not _WHOLE.fullmatch(part[2].strip())]
    if wrong or (len(parts) > 1 and not all(part[0] for part in parts)):
        what = f"The total is {' and '.join(wrong or stated)}."
        remedy = "Write --total 400, or --total CLASS=400 once per class."
        why = "Whole places are divided."
        raise PolicyError("The task cannot be divided.", [Problem("bad-total", what, why, remedy)])
    if parts and parts[0][0]:
        return {name.strip(): int(number) for name, _, number in parts}
    return int(parts[0][2]) if parts else None


def _show(screen: Screen, words: DivisionWords, title: str, *, steps: bool) -> None:
    table = words.table()
    who = table.columns[: 1 if words.division.classes == ("",) else 2]
    numbers = table.columns[len(who) :] if steps else table.columns[-1:]
    labels = table[who].agg(" · ".join, axis=1)
    columns = [_aligned([*table[name], table[name].sum()], words.lang) for name in numbers]
    rows = list(zip([*labels, say("heading.total", words.lang)], *columns, strict=True))
    if title:
        screen.line(title, "bold")
    screen.table([" · ".join(who), *numbers], rows)
    if steps:
        screen.line()
        screen.bullets(words.sentences())
    screen.bullets(words.notes())


def _aligned(values: list[float], lang: Language) -> list[str]:
    """Numbers of a column, all with decimals or all without."""
    decimals = 2 if any(number(value, lang) != number(value, lang, 0) for value in values) else 0
    return [number(value, lang, decimals, fixed=True) for value in values]


def _write(words: DivisionWords, path: Path, title: str, *, steps: bool, overwrite: bool) -> None:
    with placed(path, overwrite=overwrite) as made:
        if path.suffix.lower() == ".xlsx":
            write_division(words, made, title)
        else:
            division = words.division
            (division.steps if steps else division.table).to_csv(made, index=False, lineterminator="\n")
    typer.echo(say("screen.written", words.lang, path=path))


COMMANDS = {
    "divide": divide_table,
}
