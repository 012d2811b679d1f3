"""An empty workbook to fill in: explained, with drop-downs, in the form that `workbook` reads."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties

from verdeling.about import About
from verdeling.adapters.dutch import TABLES_IN_DUTCH, in_dutch
from verdeling.adapters.placing import placed
from verdeling.adapters.workbook import ABOUT, EXPLANATION, HEADER_FILL, HEADER_FONT, about_lines
from verdeling.cells import Column, columns
from verdeling.tables import TABLES

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from openpyxl.worksheet.worksheet import Worksheet

Language = Literal["nl", "en"]

_LAST_ROW = 20_000
_YEARS_ROW = 3
_OPTIONAL_FILL = PatternFill("solid", start_color="7A97A3")
_TABLE_FILL = PatternFill("solid", start_color="DCE8EC")
_BOLD = Font(name="Calibri", size=11, bold=True)
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_WIDTHS = {"sheet": 16, "column": 22, "required": 14, "nl": 60, "en": 60, "unit": 22, "example": 30}
_HEADINGS = {
    "sheet": "blad · sheet",
    "column": "kolom · column",
    "required": "verplicht · required",
    "nl": "betekenis",
    "en": "meaning",
    "unit": "eenheid · unit",
    "example": "voorbeeld · example",
}
_HOW_TO = {
    "nl": (
        "Vul de bladen hierna in, één gegeven per rij.",
        "Donkere kolommen zijn verplicht, lichte mogen leeg zijn. Een blad dat niet nodig is, blijft leeg.",
        "Begin met municipalities, groups en place_types: de andere bladen kiezen daaruit.",
        "Vul waarden in en geen formules.",
        "In municipalities mogen rechts kolommen bij, met een getal per gemeente, als kenmerk voor sleutels.",
        "Alleen totalen: nooit gegevens over personen.",
    ),
    "en": (
        "Fill in the sheets that follow, one fact a row.",
        "Dark columns are required, light ones may stay empty. A sheet that is not needed stays empty.",
        "Begin with municipalities, groups and place_types: the other sheets choose from them.",
        "Fill in values and no formulas.",
        "In municipalities columns may be added on the right, with a number each: attributes for a key.",
        "Aggregates only: never data about persons.",
    ),
}
_ABOUT = {
    "name": (
        "Korte naam voor bestanden: kleine letters, cijfers en streepjes.",
        "Short name for files: small letters, digits and hyphens.",
    ),
    "title": ("Naam voor mensen.", "Name for people."),
    "years": (
        "De jaren waarover het gaat: aaneengesloten, elk in een eigen cel.",
        "The years it is about: consecutive, each in its own cell.",
    ),
    "scenario": (
        "Scenario dat geldt als er geen ander wordt gevraagd; mag leeg zijn.",
        "Scenario that holds unless another is asked for; may be empty.",
    ),
    "description": ("Toelichting; mag leeg zijn.", "Description; may be empty."),
    "licence": (
        "Licentie van de gegevens, bijvoorbeeld CC-BY-4.0; mag leeg zijn.",
        "Licence of the data, for instance CC-BY-4.0; may be empty.",
    ),
    "source": (
        "Bron: titel, en in de cel ernaast het adres. Herhaal de rij voor elke bron.",
        "Source: title, and its address in the next cell. Repeat the row for each source.",
    ),
}


def write_template(
    path: str | os.PathLike[str], years: Sequence[int], lang: Language = "nl", *, overwrite: bool = False
) -> None:
    """Write an empty workbook in which an instance can be filled in.

    Parameters
    ----------
    path : path-like
        Where the ``.xlsx`` goes.
    years : sequence of int
        The horizon: consecutive years, ascending.
    lang : {"nl", "en"}
        Language of the comments, and the first of the two in the explanation.
    overwrite : bool
        Whether a file that is there already may be replaced.

    Raises
    ------
    OutputError
        If something is there and `overwrite` is false, or the file cannot be written.
    """
    book = Workbook()
    explanation = book.worksheets[0]
    explanation.title = EXPLANATION
    _explain(explanation, lang)
    _fill_about(book.create_sheet(ABOUT), About(years=tuple(years)), lang)
    for table in TABLES:
        _prepare(book.create_sheet(table), table, len(years), lang)
    with placed(Path(path), overwrite=overwrite) as made:
        book.save(made)


def _explain(sheet: Worksheet, lang: Language) -> None:
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    languages = ("nl", "en") if lang == "nl" else ("en", "nl")
    sheet.append(["Verdeling"])
    sheet["A1"].font = Font(name="Calibri", size=16, bold=True)
    for sentence in [*_HOW_TO[languages[0]], "", *_HOW_TO[languages[1]], ""]:
        sheet.append([sentence])
    order = ["sheet", "column", "required", *languages, "unit", "example"]
    for position, name in enumerate(order, start=1):
        sheet.column_dimensions[get_column_letter(position)].width = _WIDTHS[name]
    sheet.append([_HEADINGS[name] for name in order])
    _dress(sheet, sheet.max_row, HEADER_FILL, HEADER_FONT)
    for line in _explanations():
        sheet.append([line[name] for name in order])
        if line["column"]:
            _dress(sheet, sheet.max_row, None, None)
        else:
            _dress(sheet, sheet.max_row, _TABLE_FILL, _BOLD)


def _explanations() -> list[dict[str, str]]:
    """List a line for each table, and under it one for each of its columns."""
    lines = []
    for table, kind in TABLES.items():
        doc = (kind.row.__doc__ or "").partition("\n")[0]
        lines.append(dict.fromkeys(_HEADINGS, "") | {"sheet": table, "nl": TABLES_IN_DUTCH[table], "en": doc})
        lines[-1]["required"] = "ja · yes" if kind.required else ""
        for name, column in columns(table).items():
            dutch, unit, example = in_dutch(table, name)
            required = "ja · yes" if column.required else ""
            lines.append(
                {"sheet": "", "column": name, "required": required, "nl": dutch, "en": column.description}
                | {"unit": unit, "example": example}
            )
    return lines


def _dress(sheet: Worksheet, row: int, fill: PatternFill | None, font: Font | None) -> None:
    lines = 1
    for position, cell in enumerate(sheet[row], start=1):
        width = sheet.column_dimensions[get_column_letter(position)].width
        lines = max(lines, math.ceil(len(str(cell.value or "")) / width))
        cell.alignment = _WRAPPED
        if cell.value is not None and cell.data_type == "f":
            cell.data_type = "s"
        if fill and font:
            cell.fill, cell.font = fill, font
    sheet.row_dimensions[row].height = 15 * lines


def _fill_about(sheet: Worksheet, about: About, lang: Language) -> None:
    sheet.column_dimensions["A"].width = 14
    sheet.column_dimensions["B"].width = 34
    for key, values in [*about_lines(about), ("source", [])]:
        sheet.append([key, *values])
        sheet.cell(sheet.max_row, 1).font = _BOLD
        sheet.cell(sheet.max_row, 1).comment = _comment(_ABOUT[key][lang == "en"])


def _prepare(sheet: Worksheet, table: str, years: int, lang: Language) -> None:
    sheet.freeze_panes = "A2"
    for position, (name, column) in enumerate(columns(table).items(), start=1):
        letter = get_column_letter(position)
        head = sheet.cell(1, position, name)
        head.font, head.fill = HEADER_FONT, HEADER_FILL if column.required else _OPTIONAL_FILL
        dutch, unit, example = in_dutch(table, name)
        meaning = dutch if lang == "nl" else column.description
        head.comment = _comment("\n".join(filter(None, [meaning, unit, example and f"→ {example}"])))
        sheet.column_dimensions[letter].width = max(14, len(name) + 4)
        if column.dtype == "str":
            sheet.column_dimensions[letter].number_format = "@"
        choices = _choices(table, column, years)
        if choices:
            choices.add(f"{letter}2:{letter}{_LAST_ROW}")
            sheet.add_data_validation(choices)


def _choices(table: str, column: Column, years: int) -> DataValidation | None:
    """Drop-down of a column: ids of another sheet, the years, or the words that it knows."""
    target = TABLES[table].references.get(column.name)
    if target:
        return _list(f"{target}!$A$2:$A${_LAST_ROW}")
    if column.name == "region" and table in ("needs", "support"):
        letter = get_column_letter(1 + TABLES["municipalities"].columns.index("region"))
        return _list(f"municipalities!${letter}$2:${letter}${_LAST_ROW}")
    if column.name == "year" and column.dtype == "int64":
        return _list(f"{ABOUT}!$B${_YEARS_ROW}:${get_column_letter(1 + years)}${_YEARS_ROW}")
    if column.dtype == "bool":
        return _list('"yes,no"')
    return _list(f'"{",".join(column.words)}"', strict=column.dtype == "str") if column.words else None


def _list(formula: str, *, strict: bool = True) -> DataValidation:
    choices = DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=strict)
    choices.errorTitle, choices.error = "Verdeling", "Kies uit de lijst. · Choose from the list."
    return choices


def _comment(text: str) -> Comment:
    comment = Comment(text, "Verdeling")
    comment.width, comment.height = 320, 40 + 18 * (1 + len(text) // 45 + text.count("\n"))
    return comment
