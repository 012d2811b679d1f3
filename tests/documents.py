"""Reading documents that were written: their tables as numbers, and everything that they say."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from docx import Document

if TYPE_CHECKING:
    from pathlib import Path

    from docx.document import Document as WordFile

LABELS = {
    "gemeente": "municipality",
    "aandachtsgroep": "group",
    "woonvorm": "place_type",
    "verhuurder": "supplier",
    "aanbieder": "provider",
    "zekerheid": "certainty",
}


def read(path: Path) -> WordFile:
    """A Word file, read by the library that knows nothing of how it was written."""
    return Document(str(path))


def amount(text: str) -> float:
    """A number in Dutch notation."""
    return float(text.replace(".", "").replace(",", "."))


def tables(path: Path) -> dict[str, list[list[str]]]:
    """Rows of cells of each table of a Word file, by the caption above it."""
    found, caption = {}, ""
    for block in read(path).iter_inner_content():
        if hasattr(block, "rows"):
            found[caption] = [[cell.text for cell in row.cells] for row in block.rows]
            caption = ""
        elif block.style.name == "Caption":
            caption = block.text
    return found


def by_year(path: Path, begins: str) -> pd.DataFrame:
    """Amounts of a table with a column for each year: labels, year and amount; and its sums hold."""
    rows = next(rows for caption, rows in tables(path).items() if caption.startswith(begins))
    headings, *body, total = rows
    years = [column for column, text in enumerate(headings) if text.isdigit()]
    labels = range(years[0])
    for column in years:
        assert sum(amount(row[column]) for row in body) == pytest.approx(amount(total[column]), abs=1e-6)
    for row in [*body, total]:
        if len(row) > years[-1] + 1:
            assert sum(amount(row[column]) for column in years) == pytest.approx(amount(row[-1]), abs=1e-6)
    return pd.DataFrame(
        [
            {LABELS[headings[label]]: row[label] for label in labels}
            | {"year": int(headings[column]), "amount": amount(row[column])}
            for row in body
            for column in years
        ]
    )


def everything(path: Path) -> str:
    """All that a Word file says, also above and below its pages and in its properties."""
    with zipfile.ZipFile(path) as parts:
        names = [name for name in parts.namelist() if name.startswith("word/") and name.endswith(".xml")]
        told = [parts.read(name).decode() for name in names if "styles" not in name and "theme" not in name]
    return "\n".join(told)
