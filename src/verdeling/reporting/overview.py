"""The first sheet of a report: what it is about, what to know first, what is where, and on what it rests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from verdeling.comparing.words import ComparisonWords
from verdeling.language import number, say, sentence
from verdeling.names import scenario_name
from verdeling.reporting.origins import command, meanings, provenance
from verdeling.workbooks.cells import BOLD, TITLE, link_cell, text_cell
from verdeling.workbooks.tables import fit_height, for_print

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verdeling.reporting.content import Content

_WIDTHS = (32.0, 105.0)

Found = tuple[str, str, int]
"""Of a sheet: its title, what it holds and how many rows it has; 0 for none to count."""


def write_overview(page: Any, content: Content, found: Iterable[Found], reading: Iterable[str]) -> None:
    """Fill the first sheet.

    Parameters
    ----------
    page : Worksheet
        An empty one.
    content : Content
        What the report tells.
    found : iterable of (str, str, int)
        The other sheets.
    reading : iterable of str
        How to read the workbook, in sentences.
    """
    lang, lines = content.lang, _Lines(page)
    lines.add(text_cell(page, content.title, TITLE))
    lines.add(text_cell(page, content.kind))
    lines.add()
    for key, value in content.facts:
        lines.say(sentence(key), value)
    lines.section(say("workbook.brief", lang), brief(content))
    lines.add()
    lines.add(text_cell(page, sentence(say("workbook.contents", lang)), BOLD))
    for title, holds, rows in found:
        told = say("workbook.rows", lang, what=holds, rows=number(rows, lang)) if rows else holds
        lines.say("", told, link_cell(page, title, title))
    edited = [say("page.changed", lang), *content.changes] if content.changes else []
    lines.section(say("page.changes", lang), edited)
    lines.section(say("title.estimates", lang), content.estimates)
    lines.section(say("workbook.pursued", lang), [] if content.impossible else meanings(content))
    lines.section(say("workbook.reading", lang), reading)
    sources = [" — ".join(filter(None, each)) for each in content.sources]
    lines.section(say("workbook.sources", lang), sources)
    lines.add()
    lines.add(text_cell(page, say("title.provenance", lang), BOLD))
    for key, value in provenance(content):
        lines.say(sentence(key), value)
    if again := command(content, "report.xlsx"):
        lines.say(say("workbook.again", lang), again)


class _Lines:
    """Writes lines below each other: a label, and what there is to say."""

    def __init__(self, page: Any) -> None:
        self._page, self._row = page, 1
        for_print(page)
        page.sheet_view.showGridLines = False
        for letter, width in zip("AB", _WIDTHS, strict=True):
            page.column_dimensions[letter].width = width

    def add(self, *cells: Any) -> None:
        """Write cells as they are."""
        self._page.append(list(cells))
        self._row += 1

    def say(self, label: str, text: str, link: Any = None) -> None:
        """Write a text beside a label or a link, as high as they are long."""
        fit_height(self._page, self._row, [label or (link.value if link else ""), text], _WIDTHS)
        first = text_cell(self._page, label, BOLD, wrapped=True) if label else link
        self.add(first, text_cell(self._page, text, wrapped=True))

    def section(self, title: str, told: Iterable[str]) -> None:
        """Write a title with sentences beside it; nothing where there are none."""
        for nth, text in enumerate(told):
            if not nth:
                self.add()
            self.say("" if nth else sentence(title), text)


def brief(content: Content) -> list[str]:
    """What to know first."""
    told = list(dict.fromkeys([*content.headlines, *content.ways_out]))
    if content.comparison is None:
        return told
    words = ComparisonWords(content.comparison, content.lang)
    several = len(content.comparison.scenarios) > 1
    for scenario in content.comparison.scenarios:
        said = words.failures(scenario) + words.same(scenario) + words.dominance(scenario)
        name = scenario_name(scenario, content.lang)
        told = told + [f"{name}: {each}" if several else each for each in said]
    return [*told, *words.notes()]
