"""A solution as a workbook for people: names, headings and numbers in their formats."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from verdeling.adapters.workbook import HEADER_FILL, HEADER_FONT
from verdeling.language import say, span
from verdeling.names import Names
from verdeling.phrases import Wording, titles
from verdeling.statements import estimated_rows

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

    from verdeling.language import Language
    from verdeling.solution import Solution
    from verdeling.statements import Statements

_BOLD = Font(name="Calibri", size=11, bold=True)
_TITLE = Font(name="Calibri", size=16, bold=True)
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_WIDEST = 60
_SENTENCES = 110
_DATES = ("year", "goal", "row", "stage")
"""Columns of whole numbers that count nothing and have no thousands."""

_FORMATS = {"cost": "#,##0", "fair_share": "0.0%", "fair_share_built": "0.0%", "fair_share_support": "0.0%"}
_ORDER = ["loads", "placements", "waiting", "builds", "support", "suppliers", "shortfalls", "rows", "prices"]
_EXACT = ("price", "optimum", "value", "loss", "gap")
_HIDDEN = {"loads": ["name"]}
"""Columns that say again what another one says once ids are names."""


def write_workbook(statements: Statements, path: Path, lang: Language) -> None:
    """Write a workbook: what it is about, what binds, and a sheet for each table.

    Parameters
    ----------
    statements : Statements
        Of the solution to write.
    path : Path
        A file that is not there yet.
    lang : {"nl", "en"}
        Language of sheets, headings, words and names.
    """
    words = Wording(Names.of(statements.solution.instance, lang))
    book = Workbook(write_only=True)
    try:
        _fill(book, statements, words)
    finally:
        for sheet in book.worksheets:
            sheet.close()
    book.save(path)
    book.close()


def _fill(book: Workbook, statements: Statements, words: Wording) -> None:
    solution, lang = statements.solution, words.lang
    _write_about(book.create_sheet(say("sheet.about", lang)), statements, words)
    if solution.has_numbers:
        _write_table(book.create_sheet(say("sheet.explanation", lang)), _statements(statements, lang), words)
        _write_table(book.create_sheet(say("sheet.limits", lang)), statements.in_words(lang), words)
    for name, frame in _tables(solution).items():
        told = words.table(frame).drop(columns=_HIDDEN.get(name, []))
        _write_table(book.create_sheet(say(f"sheet.{name}", lang)), told, words)


def _tables(solution: Solution) -> dict[str, pd.DataFrame]:
    """Tables in the order in which people read them."""
    if not solution.has_numbers:
        return {"conflict": solution.conflict}
    return {name: solution.tables[name] for name in sorted(solution.tables, key=_rank)}


def _rank(table: str) -> int:
    return _ORDER.index(table) if table in _ORDER else len(_ORDER)


def _statements(statements: Statements, lang: Language) -> pd.DataFrame:
    told = [(each.goal, each.about, each.text) for each in statements.statements(lang)]
    return pd.DataFrame(told, columns=["goal", "price_of", "sentence"])


def _write_about(sheet: Any, statements: Statements, words: Wording) -> None:
    """The first sheet: status, policy, goals, sentences, estimates and provenance."""
    solution, lang = statements.solution, words.lang
    sheet.freeze_panes = "A2"
    for letter, width in zip("ABCDEFGHIJK", [34, 34, *[18] * 9], strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.append([text_cell(sheet, solution.instance.about.title, _TITLE)])
    for key, value in facts(solution, words):
        sheet.append([text_cell(sheet, key, _BOLD), value_cell(sheet, "", value)])
    if len(solution.goals):
        _append_section(sheet, say("title.goals", lang))
        _append_table(sheet, words.table(solution.goals), words)
    _append_section(sheet, say("title.conflict" if solution.status == "infeasible" else "title.limits", lang))
    told = [statement.text for statement in statements.highlights(lang)]
    for text in told + statements.notes(lang) if solution.has_numbers else statements.sentences(lang):
        sheet.append([text_cell(sheet, text)])
    _append_section(sheet, say("title.estimates", lang))
    counts = estimated_rows(solution.instance)
    rows = [(say(f"table.{name}", lang), count, rows) for name, (count, rows) in counts.items()]
    _append_table(sheet, pd.DataFrame(rows, columns=["table", "estimates", "rows"]), words)
    _append_section(sheet, say("title.provenance", lang))
    for key, value in _flat(solution.provenance):
        sheet.append([text_cell(sheet, key), value_cell(sheet, "", value)])


def facts(solution: Solution, words: Wording) -> list[tuple[str, str]]:
    """What a solution is, in a few lines: status, kind of places, years, scenario, policy and question."""
    lang, about, policy = words.lang, solution.instance.about, solution.policy
    title, question = titles(policy, lang)
    found = [
        ("status", say(f"status.{solution.status}", lang)),
        ("kind", say("value.whole" if solution.whole else "value.fractional", lang)),
        ("years", span(about.years, lang)),
        ("scenario", about.scenario),
        ("policy", title),
        ("question", question),
    ]
    return [(say(f"fact.{key}", lang), value) for key, value in found if value]


def _flat(values: Any, prefix: str = "") -> list[tuple[str, Any]]:
    """Nested values under their path."""
    if not isinstance(values, dict):
        return [(prefix, values)]
    return [pair for key, value in values.items() for pair in _flat(value, f"{prefix} {key}".strip())]


def _append_section(sheet: Any, title: str) -> None:
    sheet.append([])
    sheet.append([text_cell(sheet, title, _BOLD)])


def _write_table(sheet: Any, frame: pd.DataFrame, words: Wording) -> None:
    sheet.freeze_panes = "A2"
    headings = [words.heading(column) for column in map(str, frame)]
    for position, (column, heading) in enumerate(zip(frame, headings, strict=True), start=1):
        longest = max([len(heading) + 2, *(len(str(value)) for value in frame[column].head(200))])
        if column not in ("text", "sentence"):
            longest = min(longest, 24 if frame[column].dtype.kind in "fiu" else _WIDEST)
        sheet.column_dimensions[get_column_letter(position)].width = min(longest + 1, _SENTENCES)
    if len(frame):
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(headings))}{len(frame) + 1}"
    _append_table(sheet, frame, words)


def append_sheet(
    sheet: Any,
    table: pd.DataFrame,
    lines: Sequence[str] = (),
    columns: Sequence[str] | None = None,
    marked: Collection[tuple[int, int]] = (),
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
    """
    top = len(lines) + 2 if lines else 1
    sheet.freeze_panes = f"A{top + 1}"
    for at, heading in enumerate(table, start=1):
        words = [] if pd.api.types.is_numeric_dtype(table[heading]) else table[heading].head(200).tolist()
        width = min(max([len(str(heading)) + 3, 12, *(len(str(word)) for word in words)]) + 1, _SENTENCES)
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
    kinds = columns or ["places"] * len(header)
    for at, row in enumerate(table.astype(object).itertuples(index=False, name=None)):
        cells = [value_cell(sheet, kind, value) for kind, value in zip(kinds, row, strict=True)]
        sheet.append([_marked(cell) if (at, place) in marked else cell for place, cell in enumerate(cells)])


def _marked(cell: Any) -> Any:
    """A number with a ~ before it; other cells as they are."""
    if getattr(cell, "data_type", "") == "n":
        cell.number_format = f'"~"{cell.number_format}'
    return cell


def _append_table(sheet: Any, frame: pd.DataFrame, words: Wording) -> None:
    columns = list(map(str, frame))
    header = [text_cell(sheet, words.heading(column), HEADER_FONT) for column in columns]
    for cell in header:
        cell.fill, cell.alignment = HEADER_FILL, _WRAPPED
    sheet.append(header)
    for row in frame.astype(object).itertuples(index=False, name=None):
        cells = zip(columns, row, strict=True)
        sheet.append([value_cell(sheet, column, value, words) for column, value in cells])


def value_cell(sheet: WriteOnlyWorksheet, column: str, value: Any, words: Wording | None = None) -> Any:
    """A value as a cell: text is never a formula, numbers are numbers, and nothing is an empty cell."""
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)) or value == "":
        return None
    if isinstance(value, bool):
        return say(f"value.{value}", words.lang) if words else str(value)
    if column == "year" and isinstance(value, str) and value.isdigit():
        value = int(value)
    if not isinstance(value, int | float):
        return text_cell(sheet, str(value))
    cell = WriteOnlyCell(sheet, value)
    cell.number_format = _format(column, value)
    return cell


def _format(column: str, value: float) -> str:
    if column in _FORMATS:
        return _FORMATS[column]
    if column in _DATES or not column:
        return "General"
    if column in _EXACT and 0 < abs(value) < 1:
        return "0.######"
    return "#,##0" if isinstance(value, int) or value == round(value) else "#,##0.00"


def text_cell(sheet: WriteOnlyWorksheet, text: str, font: Font | None = None) -> Cell:
    """A text as a cell that is never a formula."""
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    cell.quotePrefix = text.startswith(("=", "+", "-", "@"))
    if font:
        cell.font = font
    return cell
