"""Workbooks: no text ever becomes a formula, numbers stay numbers, and tables can be read and printed."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree
from zipfile import ZipFile

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from verdeling.language import number
from verdeling.workbooks.cells import LONGEST, clean, link_cell, text_cell
from verdeling.workbooks.charts import Chart, draw_charts
from verdeling.workbooks.tables import append_sheet, print_first, sheet_title, shortened

if TYPE_CHECKING:
    from pathlib import Path

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
BEGINNINGS = ["=", "+", "-", "@", "\t", "\r", "\n=", "=cmd|' /C calc'!A0"]
HOSTILE = st.text(max_size=40) | st.builds(str.__add__, st.sampled_from(BEGINNINGS), st.text(max_size=20))


def saved(book: Any) -> BytesIO:
    """A workbook as it would be on disk."""
    place = BytesIO()
    book.save(place)
    return place


def formulas(place: BytesIO | Path) -> list[str]:
    """Every formula in a cell, however it is written: elements of the name f."""
    with ZipFile(place) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        return [
            found.text or ""
            for name in sheets
            for found in ElementTree.fromstring(archive.read(name)).iter(f"{MAIN}f")
        ]


def lines(text: str | None) -> str:
    """A text with one kind of end of line: which kind XML gives back depends on who writes it."""
    return re.sub(r"\r\n?", "\n", text or "")


@given(st.lists(HOSTILE, min_size=3, max_size=3), HOSTILE, HOSTILE)
@example(["=1+1", "+2", "-3"], "@a", "=HYPERLINK(1)")
@settings(max_examples=40, deadline=None)
def test_no_text_becomes_a_formula(texts: list[str], title: str, note: str) -> None:
    """In cells, headings, notes, lines, titles of sheets and of charts: what is text stays that text."""
    book: Any = Workbook(write_only=True)
    page = book.create_sheet(sheet_title(title, []))
    table = pd.DataFrame([[text, 1.5] for text in texts], columns=[title, note])
    append_sheet(page, table, [title, note], notes=[note, title])
    drawn = book.create_sheet(sheet_title(title, book.sheetnames))
    chart = Chart(clean(title), note, page, 1, [2], (5, 7), clean(note))
    draw_charts(drawn, title, [chart])
    first = book.create_sheet("first")
    first.append([text_cell(first, title), link_cell(first, note, page.title)])
    place = saved(book)
    assert formulas(place) == []
    back = load_workbook(place)[page.title]
    assert [lines(back.cell(5 + at, 1).value) for at in range(3)] == [lines(clean(text)) for text in texts]
    assert [back.cell(5 + at, 2).value for at in range(3)] == [1.5] * 3
    assert {cell.data_type for row in back.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    risky = [back.cell(5 + at, 1) for at, text in enumerate(texts) if text.startswith(tuple("=+-@\t\r\n"))]
    assert all(cell.quotePrefix for cell in risky if cell.value)


@given(st.lists(st.text(max_size=50), max_size=8))
@example(["a/b", "A/b", "history", "", "'", "x" * 40, "X" * 40, "[1]", "a\nb"])
def test_titles_of_sheets(texts: list[str]) -> None:
    """Whatever they are made from, titles are what a sheet may have, and all differ without capitals."""
    taken: list[str] = []
    for text in texts:
        taken.append(sheet_title(text, taken))
    assert len({title.casefold() for title in taken}) == len(texts)
    for title in taken:
        assert 1 <= len(title) <= 31
        assert not set(title) & set("[]:*?/\\\n")
        assert title[0] != "'"
        assert title[-1] != "'"
        assert title.casefold() != "history"


def test_numbers_keep_their_value_and_show_their_kind() -> None:
    """Shares are percentages, years have no thousands, marked numbers show a ~, and empty is empty."""
    table = pd.DataFrame(
        {
            "a": [0.125, None],
            "b": ["2027", "2027; 2028"],
            "c": [1234.0, -2.5],
            "d": [7.0, 9.0],
            "e": [0.5, 3e6],
        }
    )
    book: Any = Workbook(write_only=True)
    kinds = ["fair_share", "year", "places", "value", "value"]
    append_sheet(
        book.create_sheet("t"), table, columns=kinds, marked={(1, 2)}, units=["of the places", "EUR"]
    )
    sheet = load_workbook(saved(book))["t"]
    shown = [[(cell.value, cell.number_format) for cell in row] for row in sheet.iter_rows(min_row=2)]
    first = [(0.125, "0.0%"), (2027, "0"), (1234, "#,##0.00"), (7, "0.0%"), (0.5, "0.0%")]
    assert shown[0] == first
    assert shown[1][0][0] is None
    assert shown[1][1][0] == "2027; 2028"
    assert shown[1][2] == (-2.5, '"~"#,##0.00;"~"-#,##0.00')
    assert [form for _, form in shown[1][3:]] == ["#,##0", "#,##0"]


def test_pages_can_be_printed() -> None:
    """On its side, as wide as a page, headings on every page, and rows as high as their texts."""
    book: Any = Workbook(write_only=True)
    long = "word " * 60
    append_sheet(book.create_sheet("a & b"), pd.DataFrame({"x": [long, "y"], "n": [1, 2]}))
    sheet = load_workbook(saved(book))["a & b"]
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth) == ("landscape", 1)
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:B3"
    assert sheet.oddHeader.left.text == "a && b"
    width = sheet.column_dimensions["A"].width
    assert sheet.row_dimensions[2].height >= 15 * len(long) / width
    assert sheet.row_dimensions[3].height is None


@pytest.mark.parametrize(("lang", "word"), [("nl", "5 rijen"), ("en", "5 rows")])
def test_what_does_not_fit_is_said(lang: Any, word: str) -> None:
    """A table that is too long is cut, and a line says how long it is; one that fits is left alone."""
    table = pd.DataFrame({"x": range(5)})
    cut, said = shortened(table, lang, most=3)
    assert cut["x"].tolist() == [0, 1, 2]
    assert word in said[0]
    whole, nothing = shortened(table, lang)
    assert len(whole) == 5
    assert nothing == []


def test_texts_that_a_cell_cannot_hold() -> None:
    """Characters that XML has no place for are left out, and a text ends where a cell does."""
    assert clean("a\x00\x0b\ud800b") == "ab"
    assert len(clean("x" * 40_000)) == LONGEST


@pytest.mark.parametrize(
    ("rows", "area"), [(1000, ""), (1001, "'t'!$A$1:$B$1003"), (90_000, "'t'!$A$1:$B$1003")]
)
def test_a_long_table_is_printed_in_part(rows: int, area: str) -> None:
    """Of more than a thousand rows paper has the first ones, under their headings, and says so."""
    book: Any = Workbook(write_only=True)
    page = book.create_sheet("t")
    append_sheet(page, pd.DataFrame({"a": ["x", "y"], "b": [1, 2]}), ["title"])
    print_first(page, rows, 2, "nl", top=3)
    read = load_workbook(saved(book))["t"]
    assert (read.print_area or "") == area
    assert read.print_title_rows == "$3:$3"
    told = f"op papier de eerste 1.000 van de {number(rows, 'nl')} rijen" if area else None
    assert read.oddHeader.right.text == told
