"""Charts of a workbook: drawn by whoever opens it, from the cells of its tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.chart.data_source import StrRef
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing.colors import ColorChoice
from openpyxl.drawing.fill import PatternFillProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, OneCellAnchor
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties, RichTextProperties
from openpyxl.drawing.xdr import XDRPositiveSize2D
from openpyxl.worksheet.pagebreak import Break

from verdeling.workbooks.cells import BOLD, clean, text_cell
from verdeling.workbooks.tables import for_print

if TYPE_CHECKING:
    from collections.abc import Sequence

COLOURS = ("0072B2", "E69F00", "009E73", "CC79A7", "56B4E9", "D55E00", "6B6B6B", "B8A900")
"""Of series, in their order: those of Okabe and Ito, which colour-blind readers tell apart."""

_WIDTH = 25.5
"""Centimetres that a page of A4 on its side has for a chart."""

_CENTIMETRE = 360_000
"""Of the units in which drawings are measured."""

_PAGE = 17.0
_SHORTEST, _TALLEST = 7.0, 15.5
_ROW = 0.529
"""Height of a row of cells, in centimetres."""


@dataclass(frozen=True)
class Chart:
    """A chart of some rows of a table that stands on a sheet with its headings in the first row.

    Parameters
    ----------
    title : str
        What it shows.
    description : str
        The same in a sentence, for who cannot see it.
    sheet : Worksheet
        Where the table stands.
    labels : int
        Column of the names, from 1.
    series : sequence of int
        Columns of the numbers, next to each other or not.
    rows : (int, int)
        First and last row of the numbers, from 2.
    axis : str
        What is counted, and in what.
    kind : {"bars", "stacked", "lines"}
        Bars that lie beside each other or end to end, or lines over the years.
    form : str
        How the axis writes numbers.
    """

    title: str
    description: str
    sheet: Any
    labels: int
    series: Sequence[int]
    rows: tuple[int, int]
    axis: str
    kind: Literal["bars", "stacked", "lines"] = "bars"
    form: str = "#,##0"

    @property
    def height(self) -> float:
        """Centimetres that it takes for every name to be read."""
        legend = 0.5 * -(-len(self.series) // 4)
        if self.kind == "lines":
            return 9.0 + legend
        beside = len(self.series) if self.kind == "bars" else 1
        needed = 3.5 + legend + (self.rows[1] - self.rows[0] + 1) * max(0.55, 0.25 * beside + 0.15)
        return min(max(needed, _SHORTEST), _TALLEST)


class _Place(OneCellAnchor):
    """Where a chart stands; it hands the frame that is made for the chart its title and description."""

    __elements__ = OneCellAnchor.__elements__

    def __init__(self, chart: Chart, row: int) -> None:
        size = XDRPositiveSize2D(round(_WIDTH * _CENTIMETRE), round(chart.height * _CENTIMETRE))
        super().__init__(_from=AnchorMarker(row=row), ext=size)
        self._told = {"title": clean(chart.title), "descr": clean(chart.description)}

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "graphicFrame" and value is not None:
            for key, text in self._told.items():
                setattr(value.nvGraphicFramePr.cNvPr, key, text)
        super().__setattr__(name, value)


def draw_charts(page: Any, title: str, charts: Sequence[Chart]) -> None:
    """Fill a sheet with charts below each other, each with its description, as many on a page as fit.

    Parameters
    ----------
    page : Worksheet
        An empty one.
    title : str
        Above the charts.
    charts : sequence of Chart
        In their order.
    """
    for_print(page)
    page.sheet_properties.pageSetUpPr.fitToPage = False  # a page that is fitted takes no breaks
    page.sheet_view.showGridLines = False
    page.column_dimensions["A"].width = 135
    page.append([text_cell(page, title, BOLD)])
    at, used = 2, _ROW
    for chart in charts:
        rows = round(chart.height / _ROW) + 1
        if used + (rows + 2) * _ROW > _PAGE and used > _ROW:
            page.row_breaks.append(Break(id=at - 1))
            used = 0.0
        page.append([text_cell(page, chart.description)])
        drawn = _drawn(chart)
        drawn.anchor = _Place(chart, at)
        page.add_chart(drawn)
        for _ in range(rows):
            page.append([])
        at, used = at + rows + 1, used + (rows + 1) * _ROW


def _drawn(chart: Chart) -> Any:
    drawn: Any = LineChart() if chart.kind == "lines" else BarChart()
    drawn.title, drawn.style = chart.title, 2
    drawn.width, drawn.height = _WIDTH, chart.height
    first, last = chart.rows
    for column in chart.series:
        drawn.add_data(Reference(chart.sheet, min_col=column, min_row=first, max_row=last))
        drawn.series[-1].tx = _named(chart.sheet, column)
    drawn.set_categories(Reference(chart.sheet, min_col=chart.labels, min_row=first, max_row=last))
    _lay_out(drawn, chart)
    for place, series in enumerate(drawn.series):
        _colour(
            series, COLOURS[place % len(COLOURS)], line=chart.kind == "lines", second=place >= len(COLOURS)
        )
    return drawn


def _named(sheet: Any, column: int) -> Any:
    """A series goes by the heading of its column."""
    return SeriesLabel(strRef=StrRef(f=str(Reference(sheet, min_col=column, min_row=1))))


def _lay_out(drawn: Any, chart: Chart) -> None:
    """Axes that are seen, the first name on top, small letters, and a legend that covers nothing."""
    drawn.title.overlay = False
    drawn.title.tx.rich.p[0].pPr = ParagraphProperties(defRPr=CharacterProperties(sz=1300, b=True))
    drawn.x_axis.delete = drawn.y_axis.delete = False
    drawn.y_axis.title, drawn.y_axis.number_format = chart.axis, chart.form
    drawn.y_axis.title.overlay = False
    drawn.y_axis.title.tx.rich.p[0].pPr = ParagraphProperties(defRPr=CharacterProperties(sz=900, b=False))
    drawn.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill="D9D9D9"))
    drawn.y_axis.scaling.min = 0
    for axis in (drawn.x_axis, drawn.y_axis):
        axis.txPr = _small()
    drawn.legend.position, drawn.legend.overlay = "b", False
    drawn.legend.txPr = _small()
    if chart.kind == "lines":
        return
    drawn.type, drawn.gapWidth = "bar", 60
    drawn.x_axis.scaling.orientation, drawn.x_axis.tickLblSkip = "maxMin", 1
    drawn.y_axis.crosses = "max"
    if chart.kind == "stacked":
        drawn.grouping, drawn.overlap = "stacked", 100


def _small() -> RichText:
    letters = CharacterProperties(sz=800)
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=letters), endParaRPr=letters)
    return RichText(bodyPr=RichTextProperties(), p=[paragraph])


def _solid(colour: str) -> Any:
    made: Any = ColorChoice
    return made(srgbClr=colour)


def _colour(series: Any, colour: str, *, line: bool, second: bool) -> None:
    """A colour, and a pattern or dashes for who is told apart by more than eight."""
    if line:
        series.graphicalProperties.line.solidFill = colour
        series.graphicalProperties.line.width = 22_000
        series.graphicalProperties.line.dashStyle = "dash" if second else "solid"
        series.marker.symbol, series.smooth = ("diamond" if second else "circle"), False
        series.marker.graphicalProperties = GraphicalProperties(solidFill=colour)
        series.marker.graphicalProperties.line.solidFill = colour
        return
    if second:
        striped = PatternFillProperties(prst="wdUpDiag")
        striped.foreground, striped.background = _solid(colour), _solid("FFFFFF")
        series.graphicalProperties = GraphicalProperties(pattFill=striped)
    else:
        series.graphicalProperties.solidFill = colour
    series.graphicalProperties.line.solidFill = colour
