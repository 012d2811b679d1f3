"""The template: explained in two languages, with drop-downs, and ready to be read when filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

import pytest
from openpyxl import load_workbook

from small import ABOUT, small
from verdeling.adapters import read_instance
from verdeling.adapters.dutch import COLUMNS_IN_DUTCH, TABLES_IN_DUTCH, in_dutch
from verdeling.adapters.raw import plain
from verdeling.adapters.template import Language, write_template
from verdeling.cells import columns
from verdeling.errors import InstanceError, OutputError
from verdeling.tables import TABLES

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = [(table, name) for table in TABLES for name in columns(table)]


@pytest.fixture(params=get_args(Language))
def template(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """An empty template in each language."""
    write_template(tmp_path / "template.xlsx", [2027, 2028], request.param)
    return tmp_path / "template.xlsx"


def test_an_empty_template_says_what_is_missing(template: Path) -> None:
    """Reading it before it is filled in names every table that needs rows."""
    with pytest.raises(InstanceError) as caught:
        read_instance(template)
    assert [(problem.code, problem.table) for problem in caught.value.problems] == [
        ("empty-table", name) for name, kind in TABLES.items() if kind.required
    ]


def test_a_filled_template_is_an_instance(template: Path) -> None:
    """Filled in, it is the instance that was filled in."""
    book = load_workbook(template)
    for key, row in (("name", 1), ("title", 2)):
        book["about"].cell(row, 2).value = ABOUT[key]
    book["about"]["B6"] = ABOUT["licence"]
    for table, frame in plain(small()).items():
        sheet = book[table]
        places = {cell.value: cell.column for cell in sheet[1]}
        for name in frame:
            place = places.setdefault(name, len(places) + 1)
            sheet.cell(1, place).value = name
            for row, value in enumerate(frame[name], start=2):
                sheet.cell(row, place).value = (
                    {True: "yes", False: "no"}[value] if isinstance(value, bool) else value
                )
    book.save(template)
    book.close()
    assert read_instance(template) == small()


def test_headers(template: Path) -> None:
    """Each sheet has its columns as a frozen header with a comment on each."""
    book = load_workbook(template)
    for table in TABLES:
        sheet = book[table]
        assert [cell.value for cell in sheet[1]] == list(columns(table))
        assert all(cell.comment.text for cell in sheet[1])
        assert sheet.freeze_panes == "A2"
    book.close()


def test_drop_downs(template: Path) -> None:
    """Ids, years and words are chosen from a list; a penalty may be typed where the list says hard."""
    book = load_workbook(template)
    needs = _lists(book["needs"])
    assert needs["group"] == "groups!$A$2:$A$20000"
    assert needs["region"] == "municipalities!$C$2:$C$20000"
    assert needs["year"] == "about!$B$3:$C$3"
    assert needs["estimate"] == '"yes,no"'
    assert _lists(book["agreements"]) == {
        "measure": '"' + ",".join(columns("agreements")["measure"].words) + '"',
        "sense": '"<=,>=,="',
        "strength": '"hard"',
    }
    assert _lists(book["supply"])["certainty"] == '"hard,soft"'
    book.close()


def test_explanation(template: Path) -> None:
    """Each column is explained in Dutch and in English."""
    book = load_workbook(template)
    lines = {tuple(cell.value for cell in row) for row in book["explanation"].iter_rows()}
    book.close()
    told = {text for line in lines for text in line}
    for table, name in COLUMNS:
        assert {columns(table)[name].description, in_dutch(table, name)[0]} <= told


def test_dutch_texts() -> None:
    """Every table and column has a Dutch text, and every text a column."""
    assert list(TABLES_IN_DUTCH) == list(TABLES)
    used = {f"{table}.{name}" if f"{table}.{name}" in COLUMNS_IN_DUTCH else name for table, name in COLUMNS}
    assert used == set(COLUMNS_IN_DUTCH)
    assert all(in_dutch(table, name)[0] for table, name in COLUMNS)


def test_not_overwritten_unasked(template: Path) -> None:
    """A template that is there, perhaps filled in, stays."""
    with pytest.raises(OutputError):
        write_template(template, [2027])
    write_template(template, [2027], overwrite=True)


def _lists(sheet: Any) -> dict[str, str]:
    """Source of the list of each column that has one."""
    names = {cell.column: cell.value for cell in sheet[1]}
    return {
        names[next(iter(each.sqref.ranges)).min_col]: each.formula1
        for each in sheet.data_validations.dataValidation
    }
