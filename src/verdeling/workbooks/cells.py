"""Cells of a workbook: text is never a formula, numbers are numbers in their format, nothing is empty."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import pandas as pd
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.hyperlink import Hyperlink

from verdeling.adapters.workbook import HEADER_FILL, HEADER_FONT

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell

BOLD = Font(name="Calibri", size=11, bold=True)
TITLE = Font(name="Calibri", size=16, bold=True)
LINK = Font(name="Calibri", size=11, color="0B5394", underline="single")
WRAPPED = Alignment(wrap_text=True, vertical="top")
TOP = Alignment(vertical="top")
_IN_TABLE = {
    (side, wraps): Alignment(horizontal=side, vertical="top", wrap_text=wraps, indent=side == "left")
    for side in ("left", "right")
    for wraps in (False, True)
}
"""Texts stand free from the numbers to their left."""

ESTIMATED_FILL = PatternFill("solid", start_color="7A4A00")
"""Behind the headings of numbers that rest on estimates; white on it is well above 4.5 : 1."""

_DATES = ("year", "goal", "row", "stage", "point", "repair", "plan")
"""Columns of whole numbers that count nothing and have no thousands."""

_SHARES = ("fair_share", "fair_share_built", "fair_share_support")
_TIMES = ("relative_load", "relative_built", "relative_support", "relative_change")
_EXACT = ("price", "optimum", "value", "loss", "gap", "from", "to")
_BY_UNIT = {"EUR": "#,##0", "municipalities": "#,##0", "index": "0.000", "× fair share": "0.00"}
LONGEST = 32_767
"""Characters that a cell can hold."""

_REFUSED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_CLERK = "Verdeling"


def clean(text: str) -> str:
    """A text without the characters that a workbook cannot hold, and no longer than a cell.

    Examples
    --------
    >>> clean("a" + chr(0) + "b")
    'ab'
    """
    return _REFUSED.sub("", text)[:LONGEST]


def text_cell(sheet: Any, text: str, font: Font | None = None, *, wrapped: bool = False) -> Cell:
    """A text as a cell that is never a formula."""
    cell = WriteOnlyCell(sheet, "")
    put_text(cell, text)
    if font:
        cell.font = font
    if wrapped:
        cell.alignment = WRAPPED
    return cell


def put_text(cell: Cell, text: str) -> None:
    """Let a cell hold a text that is never a formula, whoever types in it afterwards."""
    cell.value = clean(text)
    cell.data_type = "s"
    cell.quotePrefix = text.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def link_cell(sheet: Any, text: str, title: str) -> Cell:
    """A text that leads to another sheet."""
    cell = text_cell(sheet, text, LINK, wrapped=True)
    place = "'" + title.replace("'", "''") + "'!A1"
    cell.hyperlink = Hyperlink(ref="", location=place)
    return cell


def heading_cell(sheet: Any, text: str, note: str = "", *, estimated: bool = False) -> Cell:
    """A heading, with a note that says what stands below it."""
    cell = text_cell(sheet, text, HEADER_FONT)
    cell.alignment = _IN_TABLE["left", True]
    cell.fill = ESTIMATED_FILL if estimated else HEADER_FILL
    if note:
        cell.comment = Comment(clean(note), _CLERK, height=40 + 18 * (len(note) // 40), width=300)
    return cell


class Pen:
    """Writes the values of a column, each in the same cells: what is appended to a sheet is written at once.

    Parameters
    ----------
    sheet : Worksheet
        Where it writes.
    column : str
        What the column holds, which decides how its numbers are shown.
    values : Series
        All of it.
    wrapped : bool
        Whether long texts go on in a next line.
    """

    def __init__(self, sheet: Any, column: str, values: pd.Series[Any], *, wrapped: bool = False) -> None:
        self._sheet, self._column = sheet, column
        self._whole = all(value == round(value) for value in values if is_number(value))
        self._numbers: dict[str, Cell] = {}
        self._text, self._quoted = (text_cell(sheet, text) for text in ("", "="))
        side = "right" if any(map(is_number, values)) else "left"
        self._text.alignment = self._quoted.alignment = _IN_TABLE[side, wrapped]

    def write(self, value: Any, unit: str = "", *, marked: bool = False) -> Cell | None:
        """The cell of a value; None where there is none.

        Parameters
        ----------
        value : object
            A number, a text or nothing.
        unit : str
            Of the number in a column of ``value``, ``from`` or ``to``, where that differs from row to row.
        marked : bool
            Whether a number has a ~ before it.
        """
        if self._column == "year" and isinstance(value, str) and value.isdecimal():
            value = int(value)
        if is_number(value):
            return self._number(value, self._format(value, unit), marked=marked)
        text = "" if value is None or value is pd.NA or isinstance(value, float) else str(value)
        if not text:
            return None
        plain = text[0] not in "=+-@\t\r\n"
        cell = self._text if plain else self._quoted
        cell.value = clean(text)
        cell.data_type = "s"
        return cell

    def _number(self, value: float, form: str, *, marked: bool) -> Cell:
        form = f'"~"{form};"~"-{form}' if marked else form
        if form not in self._numbers:
            self._numbers[form] = WriteOnlyCell(self._sheet, 0)
            self._numbers[form].number_format = form
            self._numbers[form].alignment = TOP
        cell = self._numbers[form]
        cell.value = value
        return cell

    def _format(self, value: float, unit: str) -> str:
        if unit and self._column == "value":
            return "0.0%" if unit.startswith("of the ") else _BY_UNIT.get(unit, "#,##0.0")
        if unit == "share" and self._column in ("from", "to"):
            return "0%" if math.isclose(100 * value, round(100 * value)) else "0.00%"
        if self._column in _EXACT:
            return _exact(value)
        return _format_of(self._column, whole=self._whole)


def is_number(value: Any) -> bool:
    """Whether a value is a number that a cell can hold."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _exact(value: float) -> str:
    if 0 < abs(value) < 1:
        return "0.######"
    return "#,##0" if value == round(value) else "#,##0.00"


def _format_of(column: str, *, whole: bool) -> str:
    if column in _SHARES:
        return "0.0%"
    if column in _TIMES:
        return "0.00"
    if column in _DATES or not column:
        return "0" if whole else "General"
    return "#,##0" if whole or column == "cost" else "#,##0.00"
