"""An Excel workbook: a sheet for each table and a sheet ``about``.

A formula is refused: its value is whatever the program that last saved the file left behind, which
may be old or absent. Links to other workbooks are not followed. Sheets named ``explanation`` or
beginning with ``_`` are passed over.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from verdeling.adapters.raw import Raw, plain, refuse
from verdeling.adapters.unpacking import TooLarge, checked_parts, sheet_cells
from verdeling.cells import tidy
from verdeling.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

    from verdeling.about import About
    from verdeling.adapters.unpacking import Lines
    from verdeling.instance import Instance

ABOUT = "about"
EXPLANATION = "explanation"
HEADER_FONT = Font(name="Calibri", size=11, bold=True, color="FFFFFF")
HEADER_FILL = PatternFill("solid", start_color="1F4E5F")
_LABEL = Font(name="Calibri", size=11, bold=True)
_WIDEST = 40
_REFUSED = {
    "f": (
        "formula",
        "What a formula says depends on who last computed it.",
        "Copy it and paste it as a value.",
    ),
    "e": ("error-in-cell", "An error is not a value.", "Fill in the value."),
}
"""Code, why and remedy by kind of cell."""


def read(path: Path) -> Raw:
    """Read the tables of a workbook.

    Parameters
    ----------
    path : Path
        An ``.xlsx`` file.

    Returns
    -------
    Raw
        Cells as they stand, under their row in the sheet.

    Raises
    ------
    InstanceError
        If it is not a workbook, unpacks to too much, or a cell holds a formula or an error.
    """
    try:
        checked_parts(path)
        sheets = sheet_cells(path, keep=lambda title: title != EXPLANATION and not title.startswith("_"))
    except TooLarge as error:
        what, why = f"It has too much in it: {error}.", "What does not fit in memory is not unpacked."
        refuse(path, [Problem("large-file", what, why, "Save it anew, or hand in CSV files.")])
    except Exception as error:
        why = "Only a sound workbook in the format .xlsx can be read."
        refuse(
            path,
            [Problem("unreadable-file", f"It is not a workbook: {error}.", why, "Save it again as .xlsx.")],
        )
    problems = [problem for sheet, lines in sheets.items() for problem in _cell_problems(sheet, lines)]
    if problems:
        refuse(path, problems)
    about = _stated(sheets.pop(ABOUT, []))
    return Raw({sheet: _frame(lines) for sheet, lines in sheets.items()}, about)


def write(instance: Instance, path: Path) -> None:
    """Write an instance as a workbook.

    Parameters
    ----------
    instance : Instance
        Any instance.
    path : Path
        A file that is not there yet.
    """
    book = Workbook(write_only=True)
    _write_about(book.create_sheet(ABOUT), instance.about)
    for name, frame in plain(instance).items():
        sheet = book.create_sheet(name)
        sheet.freeze_panes = "A2"
        for position, column in enumerate(frame.columns, start=1):
            sheet.column_dimensions[get_column_letter(position)].width = _width(
                [column, *frame[column].head(100)]
            )
        sheet.append([_styled(sheet, column) for column in frame.columns])
        for row in frame.itertuples(index=False, name=None):
            sheet.append([_written(sheet, cell) for cell in row])
    book.save(path)
    book.close()


def about_lines(about: About) -> list[tuple[str, list[Any]]]:
    """Rows of the sheet ``about``: a key and its values.

    Parameters
    ----------
    about : About
        What the instance is about.

    Returns
    -------
    list of (str, list)
        Every field, a row ``source`` for each source.
    """
    lines = [
        (name, [getattr(about, name)]) for name in ("name", "title", "scenario", "description", "licence")
    ]
    lines.insert(2, ("years", list(about.years)))
    return lines + [("source", [source.title, source.path]) for source in about.sources]


def _cell_problems(sheet: str, lines: Lines) -> Iterable[Problem]:
    for number, line in enumerate(lines, start=1):
        for cell in line:
            if cell.data_type in _REFUSED:
                code, why, remedy = _REFUSED[cell.data_type]
                yield Problem(
                    code,
                    f"The cell {cell.coordinate} holds {cell.value}.",
                    why,
                    remedy,
                    sheet,
                    str(number),
                    value=str(cell.value),
                )


def _frame(lines: Lines) -> pd.DataFrame:
    width = max(map(len, lines), default=0)
    header, *rows = [[cell.value for cell in line] + [None] * (width - len(line)) for line in lines] or [[]]
    return pd.DataFrame(rows, columns=header, index=range(2, len(rows) + 2), dtype=object)


def _stated(lines: Lines) -> dict[str, Any]:
    """Fields of `About` in the rows of the sheet ``about``."""
    stated: dict[str, Any] = {}
    for line in lines:
        key, *values = [tidy(cell.value) for cell in line] or [None]
        values = [value for value in values if value is not None]
        if key is not None and values:
            stated.setdefault(str(key), []).append(values)
    fields = {key: rows[0][0] if len(rows) == len(rows[0]) == 1 else rows for key, rows in stated.items()}
    if "years" in stated:
        fields["years"] = [
            year for row in stated["years"] for value in row for year in re.split("[,;]", str(value))
        ]
    if "source" in fields:
        fields["sources"] = [dict(zip(("title", "path"), row, strict=False)) for row in stated["source"]]
        del fields["source"]
    return fields


def _write_about(sheet: Any, about: About) -> None:
    sheet.column_dimensions["A"].width = 14
    sheet.column_dimensions["B"].width = _WIDEST
    for key, values in about_lines(about):
        label = WriteOnlyCell(sheet, key)
        label.font = _LABEL
        sheet.append([label, *(_written(sheet, value) for value in values)])


def _styled(sheet: WriteOnlyWorksheet, name: str) -> Cell:
    cell = _as_text(sheet, name)
    cell.font, cell.fill = HEADER_FONT, HEADER_FILL
    return cell


def _written(sheet: WriteOnlyWorksheet, value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str) and (value.startswith(("=", "+", "-", "@")) or value in ERROR_CODES):
        return _as_text(sheet, value)
    if isinstance(value, float):
        return _exact(sheet, value)
    return None if value == "" else value


def _as_text(sheet: WriteOnlyWorksheet, text: str) -> Cell:
    """Cell that no program takes for a formula or an error."""
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell


def _exact(sheet: WriteOnlyWorksheet, number: float) -> Cell:
    """Cell with every digit of a number; openpyxl by itself writes sixteen."""
    cell = WriteOnlyCell(sheet, repr(number))
    cell.data_type = "n"
    return cell


def _width(cells: Sequence[Any]) -> int:
    return min(_WIDEST, 3 + max(len(str(cell)) for cell in cells if cell is not None))
