"""A division by a key as a workbook for people: the places in words, and what each step gives or takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from verdeling.adapters.workbook import HEADER_FILL, HEADER_FONT
from verdeling.errors import OutputError, Problem
from verdeling.language import say
from verdeling.sheets import text_cell, value_cell

if TYPE_CHECKING:
    from pathlib import Path

    from verdeling.division_words import DivisionWords

MOST_ROWS = 1_000_000
"""A sheet holds some more rows than this."""

_TITLE = Font(name="Calibri", size=16, bold=True)
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_WIDEST = 110


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
    _append(first, told, lines)
    _append(book.create_sheet(say("sheet.steps", words.lang)), table, [])
    book.save(path)
    book.close()


def _append(sheet: Any, table: pd.DataFrame, lines: list[str]) -> None:
    """Lines of text, the first one large, and a table with its filter."""
    top = len(lines) + 2 if lines else 1
    sheet.freeze_panes = f"A{top + 1}"
    for at, heading in enumerate(table, start=1):
        words = [] if pd.api.types.is_numeric_dtype(table[heading]) else table[heading].head(200).tolist()
        width = min(max([len(str(heading)) + 3, 12, *map(len, words)]) + 1, _WIDEST)
        sheet.column_dimensions[get_column_letter(at)].width = width
    if len(table):
        last = get_column_letter(len(table.columns))
        sheet.auto_filter.ref = f"A{top}:{last}{top + len(table)}"
    for at, line in enumerate(lines):
        sheet.append([text_cell(sheet, line, None if at else _TITLE)])
    if lines:
        sheet.append([])
    header = [text_cell(sheet, str(heading), HEADER_FONT) for heading in table]
    for cell in header:
        cell.fill, cell.alignment = HEADER_FILL, _WRAPPED
    sheet.append(header)
    for row in table.astype(object).itertuples(index=False, name=None):
        sheet.append([value_cell(sheet, "places", value) for value in row])
