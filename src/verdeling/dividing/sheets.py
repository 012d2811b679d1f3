"""A division by a key as a workbook for people: the places in words, and what each step gives or takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl import Workbook

from verdeling.errors import OutputError, Problem
from verdeling.language import say
from verdeling.workbooks.tables import append_sheet

if TYPE_CHECKING:
    from pathlib import Path

    from verdeling.dividing.words import DivisionWords

MOST_ROWS = 1_000_000
"""A sheet holds some more rows than this."""


def write_division(words: DivisionWords, path: Path, title: str = "") -> None:
    """Write a workbook: places with a sentence each and what else to know, and a sheet of steps.

    Parameters
    ----------
    words : DivisionWords
        The division, in the language of the workbook.
    path : Path
        A file that is not there yet.
    title : str
        Title of the key.

    Raises
    ------
    OutputError
        If the division has more rows than a sheet can hold.
    """
    table = words.table()
    if len(table) > MOST_ROWS:
        what = f"The division has {len(table):,} rows."
        why = f"A sheet of a workbook holds {MOST_ROWS:,}."
        problem = Problem("too-many-rows", what, why, "Write a .csv instead.")
        raise OutputError(f"{path.name} cannot be written.", [problem])
    effects = len(words.division.trail)
    who = table.columns[: -effects - 1]
    told = table[[*who, table.columns[-1]]].assign(**{say("heading.sentence", words.lang): words.sentences()})
    book = Workbook(write_only=True)
    first = book.create_sheet(say("sheet.division", words.lang))
    lines = [title or say("title.division", words.lang), *words.notes()]
    append_sheet(first, told, lines)
    append_sheet(book.create_sheet(say("sheet.steps", words.lang)), table)
    book.save(path)
    book.close()
