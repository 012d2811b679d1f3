"""Tables of a Word file: headings that repeat on every page, rows that stay whole, numbers to the right."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from verdeling.reporting.documents.parts import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docx.oxml.table import CT_Tbl

    from verdeling.reporting.documents.parts import Table

_LINES = {"light": "D9D9D9", "dark": "595959"}
_MOST, _LEAST = 24, 5
"""Letters of a word that have room, at most and at least: a year in a wide bold font takes five."""

_LETTER, _PADDING = 106, 1.8
"""Width of a letter in twentieths of a point, and letters beside a word in its cell."""

_BLANK = 680
"""Height of a blank, in twentieths of a point."""


def word_table(table: Table, width: int) -> CT_Tbl:
    """A table as an element of a Word file.

    Parameters
    ----------
    table : Table
        What it says.
    width : int
        How wide, in twentieths of a point.
    """
    last = len(table.rows) - 1 if table.total else -1
    widths = _widths([table.headings, *table.rows], width)
    rows = [_row(table.headings, widths, table.labels, bold=True, heading=True)]
    rows += [
        _row(cells, widths, table.labels, bold=position == last, kept=position == last - 1)
        for position, cells in enumerate(table.rows)
    ]
    return _table(rows, widths, clean(table.caption))


def word_blanks(parties: Sequence[str], blanks: Sequence[str], width: int) -> CT_Tbl:
    """A table of blanks to fill in by hand: a row for each party, and a column for each of the rest."""
    widths = [width // len(blanks)] * len(blanks)
    rows = [_row(blanks, widths, len(blanks), bold=True, heading=True)]
    rows += [
        _row([party, *[""] * (len(blanks) - 1)], widths, len(blanks), height=_BLANK) for party in parties
    ]
    return _table(rows, widths, "", upright=True)


def _table(rows: list[str], widths: list[int], described: str, *, upright: bool = False) -> CT_Tbl:
    light = '<w:{side} w:val="single" w:sz="4" w:space="0" w:color="' + _LINES["light"] + '"/>'
    dark = '<w:{side} w:val="single" w:sz="8" w:space="0" w:color="' + _LINES["dark"] + '"/>'
    inside = light.format(side="insideH") + (light.format(side="insideV") if upright else "")
    borders = dark.format(side="top") + dark.format(side="bottom") + inside
    grid = "".join(f'<w:gridCol w:w="{each}"/>' for each in widths)
    caption = f"<w:tblDescription w:val={quoteattr(described)}/>" if described else ""
    return parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>'
        '<w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar>'
        f'<w:tblLook w:val="0020" w:firstRow="1"/>{caption}</w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _row(
    cells: Sequence[str],
    widths: Sequence[int],
    labels: int,
    *,
    bold: bool = False,
    heading: bool = False,
    height: int = 0,
    kept: bool = False,
) -> str:
    tall = f'<w:trHeight w:val="{height}" w:hRule="atLeast"/>' if height else ""
    repeated = "<w:tblHeader/>" if heading else ""
    made = "".join(
        _cell(text, width, right=column >= labels, bold=bold, shaded=heading, kept=kept)
        for column, (text, width) in enumerate(zip(cells, widths, strict=True))
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{tall}{repeated}</w:trPr>{made}</w:tr>"


def _cell(text: str, width: int, *, right: bool, bold: bool, shaded: bool, kept: bool) -> str:
    fill = '<w:shd w:val="clear" w:color="auto" w:fill="E8EEF4"/>' if shaded else ""
    side = '<w:jc w:val="right"/>' if right else ""
    together = "<w:keepNext/>" if kept else ""
    weight = "<w:rPr><w:b/></w:rPr>" if bold else ""
    told = clean(text)
    run = f'<w:r>{weight}<w:t xml:space="preserve">{escape(told)}</w:t></w:r>' if told else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{fill}</w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="Cell"/>{together}{side}</w:pPr>{run}</w:p></w:tc>'
    )


def _widths(rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """Widths of columns: room for the longest word of each, and the rest by how much more there is to say."""
    columns = list(zip(*rows, strict=True))
    words = [
        min(max(_LEAST, *(len(word) for text in column for word in text.split())), _MOST)
        for column in columns
    ]
    texts = [min(max(map(len, column)), 2 * _MOST) for column in columns]
    needed = [_PADDING + word for word in words]
    wanted = [max(text - word, 0) ** 0.75 for text, word in zip(texts, words, strict=True)]
    spare = max(width - _LETTER * sum(needed), 0.0)
    more = [spare * part / (sum(wanted) or 1.0) for part in wanted]
    shares = [_LETTER * least + extra for least, extra in zip(needed, more, strict=True)]
    return [int(width * share / sum(shares)) for share in shares]
