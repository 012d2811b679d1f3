"""Tables as sheets of a workbook: headings with notes, filters, widths that fit, readable pages."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, Any

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from verdeling.language import number, say
from verdeling.workbooks.cells import LONGEST, TITLE, Pen, heading_cell, is_number, text_cell

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    import pandas as pd

    from verdeling.language import Language

MOST_ROWS = 1_048_576
"""Rows that a sheet can hold, its headings among them."""

_WIDEST, _NARROWEST = 60, 9
_SENTENCES = 110
_MOST_WIDTH = 175
"""Characters that are still read when a page of A4 is filled with them."""

_GIVES_WAY = 16.0
"""Columns that are wider give way where a page would be too small to read."""

_LOOKED_AT = 200
"""Rows that say how wide a column is."""

_LETTER = 1.12
"""Width of a letter where the program that opens a workbook has another font for it."""

_LINE, _HIGHEST = 15.0, 405.0
"""Points of one line, and of the highest row."""

_PRINTED = 1000
"""Rows of a table that are printed: some twenty pages of A4."""

_A4 = 9
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_LONGEST_TITLE = 31


def append_sheet(
    sheet: Any,
    table: pd.DataFrame,
    lines: Sequence[str] = (),
    columns: Sequence[str] | None = None,
    marked: Collection[tuple[int, int]] = (),
    *,
    notes: Sequence[str] = (),
    estimated: Collection[int] = (),
    units: Sequence[str] = (),
) -> None:
    """Fill a sheet with lines of text, the first one large, and a table with its filter.

    Parameters
    ----------
    sheet : Worksheet
        An empty one.
    table : DataFrame
        Its column names are the headings.
    lines : sequence of str
        Above the table.
    columns : sequence of str, optional
        What each column holds, which decides how its numbers are shown; by default places.
    marked : collection of (int, int)
        Rows and columns of the numbers, from 0, that have a ~ before them; they stay numbers.
    notes : sequence of str, optional
        What each column means, as a note at its heading; empty for none.
    estimated : collection of int
        Columns, from 0, that rest on estimates: their headings have another colour.
    units : sequence of str, optional
        Of each row, where a column of ``value``, ``from`` or ``to`` is in another unit from row to row.
    """
    top = len(lines) + 2 if lines else 1
    kinds = list(columns or ["places"] * len(table.columns))
    told = list(notes) or [""] * len(kinds)
    for_print(sheet, top)
    sheet.freeze_panes = f"A{top + 1}"
    widths = _widths(table)
    for at, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    if len(table):
        sheet.auto_filter.ref = f"A{top}:{get_column_letter(len(kinds))}{top + len(table)}"
    for at, line in enumerate(lines):
        sheet.append([text_cell(sheet, line, None if at else TITLE)])
    if lines:
        sheet.append([])
    headings = list(map(str, table))
    fit_height(sheet, top, headings, widths)
    sheet.append(
        [
            heading_cell(sheet, heading, note, estimated=at in estimated)
            for at, (heading, note) in enumerate(zip(headings, told, strict=True))
        ]
    )
    wraps = [width < _longest(table.iloc[:, at]) + 2 for at, width in enumerate(widths)]
    wide = [width if wrap else LONGEST for width, wrap in zip(widths, wraps, strict=True)]
    pens = [
        Pen(sheet, kind, table.iloc[:, at], wrapped=wrap)
        for at, (kind, wrap) in enumerate(zip(kinds, wraps, strict=True))
    ]
    for at, row in enumerate(table.astype(object).itertuples(index=False, name=None)):
        if any(wraps):
            fit_height(sheet, top + 1 + at, row, wide)
        sheet.append(_cells(pens, row, units[at] if units else "", at, marked))


def _cells(
    pens: Sequence[Pen], row: Sequence[Any], unit: str, at: int, marked: Collection[tuple[int, int]]
) -> Iterator[Any]:
    """The cells of a row, each written before the next one is made."""
    for place, (pen, value) in enumerate(zip(pens, row, strict=True)):
        yield pen.write(value, unit, marked=(at, place) in marked)


def fit_height(sheet: Any, row: int, values: Sequence[Any], widths: Sequence[float]) -> None:
    """Make a row that is yet to be written high enough for texts that go on in a next line.

    Parameters
    ----------
    sheet : Worksheet
        Where it will stand.
    row : int
        Its number, from 1.
    values : sequence
        What stands in it.
    widths : sequence of float
        Of its cells, in characters.
    """
    cells = zip(values, widths, strict=True)
    lines = max((_lines(text, width) for text, width in cells if isinstance(text, str)), default=1)
    if lines > 1:
        sheet.row_dimensions[row].height = min(lines * _LINE, _HIGHEST)


def _lines(text: str, width: float) -> int:
    """Lines that a text takes, in letters that are a little wider than those of a width."""
    if len(text) * _LETTER <= width and "\n" not in text:
        return 1
    room = max(int(width / _LETTER), 1)
    return sum(len(textwrap.wrap(part, room)) or 1 for part in text.split("\n"))


def for_print(sheet: Any, top: int = 0) -> None:
    """Lay a sheet out for paper: A4 on its side, as wide as a page, headings and title on every page.

    Parameters
    ----------
    sheet : Worksheet
        Any.
    top : int
        Row of the headings, from 1; 0 for none.
    """
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", _A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    margins = sheet.page_margins
    margins.left = margins.right = 0.4
    margins.top = margins.bottom = 0.7
    margins.header = margins.footer = 0.3
    sheet.oddHeader.left.text = sheet.title.replace("&", "&&")
    sheet.oddFooter.right.text = "&P / &N"
    if top:
        sheet.print_title_rows = f"{top}:{top}"


def print_first(sheet: Any, rows: int, columns: int, lang: Language, top: int = 1) -> None:
    """Let paper have the first rows of a table that nobody reads on hundreds of pages; each page says so.

    Parameters
    ----------
    sheet : Worksheet
        Laid out for paper.
    rows, columns : int
        Of its table.
    lang : {"nl", "en"}
        Language.
    top : int
        Row of the headings, from 1.
    """
    if rows <= _PRINTED:
        return
    sheet.print_area = f"A1:{get_column_letter(columns)}{top + _PRINTED}"
    shown = {"rows": number(rows, lang), "most": number(_PRINTED, lang)}
    sheet.oddHeader.right.text = say("workbook.printed", lang, **shown)


def shortened(
    table: pd.DataFrame, lang: Language, most: int = MOST_ROWS - 1000
) -> tuple[pd.DataFrame, list[str]]:
    """What of a table fits on a sheet, and a line that says so where that is not all of it.

    Parameters
    ----------
    table : DataFrame
        Any.
    lang : {"nl", "en"}
        Language of the line.
    most : int
        Rows that fit; by default those of a sheet, with room for lines above them.
    """
    if len(table) <= most:
        return table, []
    shown = {"rows": number(len(table), lang), "most": number(most, lang)}
    return table.head(most), [say("workbook.cut", lang, **shown)]


def sheet_title(text: str, taken: Collection[str]) -> str:
    """A title that a sheet can have, and that no other sheet has.

    Examples
    --------
    >>> sheet_title("a/b: [c]", []), sheet_title("Loads", ["loads"]), sheet_title("'", [])
    ('a b   c', 'Loads (2)', '-')
    """
    known = {title.casefold() for title in taken} | {"history"}
    plain = _FORBIDDEN.sub(" ", text)[:_LONGEST_TITLE].strip(" '") or "-"
    title, number = plain, 1
    while title.casefold() in known:
        number += 1
        title = f"{plain[: _LONGEST_TITLE - len(str(number)) - 3].rstrip()} ({number})"
    return title


def _widths(table: pd.DataFrame) -> list[float]:
    """Widths that fit headings and values; texts give way where the page would be too small to read."""
    wanted = [_width(str(heading), table.iloc[:, at]) for at, heading in enumerate(table)]
    extra = sum(wanted) - _MOST_WIDTH
    if extra <= 0:
        return wanted
    least = [max(_GIVES_WAY, _word(str(heading))) for heading in table]
    free = [max(width - own, 0.0) for width, own in zip(wanted, least, strict=True)]
    part = min(extra / sum(free), 1.0) if sum(free) else 0.0
    return [width - part * own for width, own in zip(wanted, free, strict=True)]


def _width(heading: str, values: pd.Series[Any]) -> float:
    longest = _LETTER * _longest(values) + 3
    widest = _SENTENCES if longest > 3 * _WIDEST else _WIDEST
    return float(max(_NARROWEST, _word(heading), min(len(heading) // 3 + 4, 24), min(longest, widest)))


def _word(heading: str) -> float:
    """Width of the longest word of a heading, with the arrow of its filter."""
    return _LETTER * max((len(each) for each in re.split(r"[\s-]", heading)), default=0) + 4


def _longest(values: pd.Series[Any]) -> int:
    """Characters of the longest value as it is shown."""
    return max((_shown(value) for value in values.head(_LOOKED_AT)), default=0)


def _shown(value: Any) -> int:
    return len(f"{value:,.2f}") if is_number(value) and value != round(value) else len(str(value))
