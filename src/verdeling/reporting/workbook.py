"""A report as a workbook: a first sheet to read, charts, a sheet for each table, and what headings mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from openpyxl import Workbook

from verdeling.comparing.words import ComparisonWords
from verdeling.language import say
from verdeling.reporting.drawn import charts_of, not_drawn
from verdeling.reporting.overview import write_overview
from verdeling.reporting.sheets.order import MOST_LIMITS, sheets_of
from verdeling.workbooks.cells import clean
from verdeling.workbooks.charts import draw_charts
from verdeling.workbooks.tables import MOST_ROWS, append_sheet, print_first, sheet_title, shortened

if TYPE_CHECKING:
    from pathlib import Path

    from verdeling.reporting.content import Content
    from verdeling.reporting.sheets.sheet import Sheet

_MARK = " ≈"
_LANGUAGES = {"nl": "nl-NL", "en": "en-GB"}


def write_workbook_report(content: Content, path: Path, *, every: bool = False) -> None:
    """Write a report as a workbook.

    Parameters
    ----------
    content : Content
        What it tells.
    path : Path
        A file that is not there yet, ending in ``.xlsx``.
    every : bool
        Whether every limit and price is in it, for who works on with them; otherwise the most important
        limits.
    """
    book = Workbook(write_only=True)
    try:
        _Writer(book, content, every=every).write()
    finally:
        for sheet in book.worksheets:
            sheet.close()
    book.save(path)
    book.close()


class _Writer:
    """Puts a report in a workbook."""

    def __init__(self, book: Any, content: Content, *, every: bool) -> None:
        self._book, self._content, self._lang, self._every = book, content, content.lang, every
        about = book.properties
        about.title, about.language = clean(content.title), _LANGUAGES[content.lang]
        about.creator = about.lastModifiedBy = "Verdeling"

    def write(self) -> None:
        """Sheets are made in their order, and filled when what they speak of is known."""
        content = self._content
        sheets = {sheet.name: sheet for sheet in sheets_of(content, every=self._every)}
        first, pictures = self._page("about"), self._page("pictures")
        pages = {name: self._page(name) for name in sheets}
        charts = charts_of(sheets, pages, self._lang)
        cut = {name: self._table(pages[name], sheet) for name, sheet in sheets.items()}
        meanings = self._page("meanings")
        self._meanings(meanings, sheets, pages)
        baseline = ComparisonWords(content.comparison, self._lang).baseline if content.comparison else ""
        found = [
            (pages[name].title, sheet.tells(self._lang, baseline=baseline), len(sheet.table))
            for name, sheet in sheets.items()
        ]
        if charts:
            draw_charts(pictures, content.title, charts)
            found.insert(0, (pictures.title, say("tells.pictures", self._lang), 0))
        else:
            self._book.remove(pictures)
        found.append((meanings.title, say("tells.meanings", self._lang), 0))
        reading = [*self._reading(sheets, meanings), *not_drawn(sheets, pages, self._lang)]
        reading += [f"{pages[name].title}: {line}" for name, lines in cut.items() for line in lines]
        write_overview(first, content, found, reading)

    def _page(self, name: str) -> Any:
        return self._book.create_sheet(sheet_title(say(f"sheet.{name}", self._lang), self._book.sheetnames))

    def _table(self, page: Any, sheet: Sheet) -> list[str]:
        """Fill a sheet; what is said where not all of it fits."""
        most = MOST_LIMITS if sheet.name == "limits" and not self._every else MOST_ROWS - 10
        table, cut = shortened(sheet.table, self._lang, most)
        rests = sheet.rests(self._content.instance, self._lang)
        meanings = sheet.meanings(self._lang)
        headings = zip(sheet.headings(self._lang), rests, strict=True)
        append_sheet(
            page,
            table.set_axis([heading + (_MARK if rest else "") for heading, rest in headings], axis=1),
            [page.title, *cut] if cut else (),
            sheet.columns,
            sheet.marked,
            notes=["\n".join(filter(None, each)) for each in zip(meanings, rests, strict=True)],
            estimated={at for at, rest in enumerate(rests) if rest},
            units=sheet.units,
        )
        print_first(page, len(table), len(table.columns), self._lang, top=len(cut) + 3 if cut else 1)
        return cut

    def _meanings(self, page: Any, sheets: dict[str, Sheet], pages: dict[str, Any]) -> None:
        """What every heading means, for paper and for who does not see notes."""
        rows = [
            (pages[name].title, *told)
            for name, sheet in sheets.items()
            for told in zip(sheet.headings(self._lang), sheet.meanings(self._lang), strict=True)
        ]
        headings = [say(f"heading.{key}", self._lang) for key in ("sheet", "column", "meaning")]
        append_sheet(page, pd.DataFrame(rows, columns=headings))

    def _reading(self, sheets: dict[str, Sheet], meanings: Any) -> list[str]:
        """How to read headings and marks, as far as they are there."""
        told = [say("workbook.notes", self._lang, sheet=meanings.title)]
        if any(any(sheet.rests(self._content.instance, self._lang)) for sheet in sheets.values()):
            told.append(say("workbook.mark", self._lang))
        if any(sheet.marked for sheet in sheets.values()):
            told.append(say("workbook.open", self._lang))
        return told
