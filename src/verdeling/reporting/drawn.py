"""The charts of a report as a workbook: each drawn from the cells of one of its sheets."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from verdeling.language import number, say
from verdeling.workbooks.charts import Chart

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from verdeling.language import Language
    from verdeling.reporting.sheets.sheet import Sheet

_NAMES = 24
"""So many names can be read on one page."""

_PAGES = 20
"""A table that takes more pages than this is not drawn, and the report says so."""


@dataclass(frozen=True)
class _Drawing:
    """What is drawn of a sheet."""

    name: str
    sheet: str
    labels: str
    series: tuple[str, ...]
    axis: str
    kind: Literal["bars", "stacked", "lines"] = "bars"
    form: str = "#,##0"


_DRAWINGS = (
    _Drawing("regions", "regions", "region", ("load", "fair_load"), "counted.load"),
    _Drawing("loads", "loads", "municipality", ("load", "fair_load"), "counted.load"),
    _Drawing("queue", "queue", "group", ("needs", "served", "waiting"), "unit.households"),
    _Drawing("places_by_group", "places_by_group", "municipality", (), "counted.places", "stacked"),
    _Drawing("waiting_by_year", "waiting_by_year", "year", (), "unit.households", "lines"),
    _Drawing("relative_loads", "relative_loads", "municipality", (), "counted.times", form="0.0"),
)
"""In the order in which they are shown; without series it is every column that has a label."""


def charts_of(sheets: Mapping[str, Sheet], pages: Mapping[str, Any], lang: Language) -> list[Chart]:
    """The charts of the sheets that there are.

    Parameters
    ----------
    sheets : mapping of str to Sheet
        By name.
    pages : mapping of str to Worksheet
        Where each stands, with its headings in the first row.
    lang : {"nl", "en"}
        Language.
    """
    drawings = [drawing for drawing in _DRAWINGS if drawing.sheet in sheets]
    return [
        chart
        for drawing in drawings
        for chart in _charts(drawing, sheets[drawing.sheet], pages[drawing.sheet], lang)
    ]


def not_drawn(sheets: Mapping[str, Sheet], pages: Mapping[str, Any], lang: Language) -> list[str]:
    """Which tables have more names than can be drawn, in sentences."""
    return [
        say("workbook.many", lang, count=number(len(sheets[name].table), lang), sheet=pages[name].title)
        for name in ("loads", "relative_loads")
        if name in sheets and not _parts(len(sheets[name].table))
    ]


def _charts(drawing: _Drawing, sheet: Sheet, page: Any, lang: Language) -> Iterator[Chart]:
    columns = [str(column) for column in sheet.table]
    series = drawing.series or tuple(column for column in columns if column in sheet.labels)
    parts = _parts(len(sheet.table))
    for nth, rows in enumerate(parts, start=1):
        title = say(f"chart.{drawing.name}", lang)
        if len(parts) > 1:
            title = say("workbook.part", lang, title=title, part=nth, parts=len(parts))
        yield Chart(
            title,
            say(f"chart.{drawing.name}.says", lang, sheet=page.title),
            page,
            columns.index(drawing.labels) + 1,
            [columns.index(each) + 1 for each in series if each in columns],
            rows,
            _axis(drawing.axis, lang),
            drawing.kind,
            drawing.form,
        )


def _axis(key: str, lang: Language) -> str:
    return say(key, lang).split("|")[-1]


def _parts(count: int) -> Sequence[tuple[int, int]]:
    """First and last row of each page, as even as can be; none where there would be too many."""
    pages = -(-count // _NAMES)
    if pages > _PAGES:
        return []
    ends = [2 + round(count * page / pages) for page in range(pages + 1)]
    return [(first, last - 1) for first, last in pairwise(ends)]
