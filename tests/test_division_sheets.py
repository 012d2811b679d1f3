"""A division as a workbook: people read the first sheet, numbers are numbers, and no text is a formula."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest
from openpyxl import load_workbook

from verdeling.dividing import sheets
from verdeling.dividing.division import divide
from verdeling.dividing.sheets import write_division
from verdeling.dividing.words import DivisionWords
from verdeling.errors import OutputError
from verdeling.keys.data import Key

if TYPE_CHECKING:
    from pathlib import Path

TOWNS = pd.DataFrame({"municipality": ["G", "K"], "name": ["=1+1", "@Klein"], "people": [2, 1]})
KEY = Key.model_validate({"component": [{"attribute": "people", "name": "-people"}], "rounding": "up"})


def test_the_workbook(tmp_path: Path) -> None:
    """The first sheet has the title, what to know, and a row per municipality; the second has the steps."""
    path = tmp_path / "division.xlsx"
    write_division(DivisionWords(divide(100, TOWNS, KEY), "nl"), path, "Inwoners")
    book = load_workbook(path)
    assert book.sheetnames == ["verdeling", "stappen"]
    rows = list(book["verdeling"].iter_rows(values_only=True))
    assert rows == [
        ("Inwoners", None, None),
        ("Afronden naar boven verdeelt 101: 1 meer dan het totaal van 100.", None, None),
        (None, None, None),
        ("gemeente", "plekken", "in woorden"),
        ("=1+1", 67, "=1+1: 66,67 door -people, 0,33 erbij door afronding: 67 plekken."),
        ("@Klein", 34, "@Klein: 33,33 door -people, 0,67 erbij door afronding: 34 plekken."),
    ]
    header, first, _ = book["stappen"].iter_rows(values_only=True)
    assert header == ("gemeente", "-people", "afronding", "plekken")
    assert first == ("=1+1", pytest.approx(200 / 3), pytest.approx(1 / 3), 67)
    assert book["verdeling"].auto_filter.ref == "A4:C6"


def test_no_formula(tmp_path: Path) -> None:
    """Text that begins like a formula stays text in every cell, headings included."""
    path = tmp_path / "division.xlsx"
    write_division(DivisionWords(divide(100, TOWNS, KEY), "en"), path, "=title")
    cells = [cell for sheet in load_workbook(path) for row in sheet.iter_rows() for cell in row]
    risky = [
        cell for cell in cells if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@"))
    ]
    assert len(risky) == 8
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in risky)
    assert not any(cell.data_type == "f" for cell in cells)


def test_too_many_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More rows than a sheet holds are refused before anything is written."""
    monkeypatch.setattr(sheets, "MOST_ROWS", 1)
    with pytest.raises(OutputError, match="has 2 rows"):
        write_division(DivisionWords(divide(100, TOWNS, KEY), "nl"), tmp_path / "division.xlsx")
    assert list(tmp_path.iterdir()) == []
