"""A card: a title, a few lines, a small table and what can be asked next, for a notebook and a terminal."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from verdeling.language import number, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from verdeling.language import Language

MOST = 12
"""Rows of a table that a card shows."""

_STYLE = (
    "<style>.verdeling-card{max-width:60rem;line-height:1.4;overflow-wrap:anywhere}"
    ".verdeling-card table{border-collapse:collapse;margin:.5rem 0}"
    ".verdeling-card caption{text-align:left;font-weight:bold;padding:.25rem 0}"
    ".verdeling-card th,.verdeling-card td{padding:.15rem .6rem;text-align:right;vertical-align:top}"
    ".verdeling-card thead th{border-bottom:1px solid currentColor}"
    ".verdeling-card .text,.verdeling-card tbody th{text-align:left}.verdeling-card th{font-weight:normal}"
    ".verdeling-card p,.verdeling-card ul{margin:.25rem 0}</style>"
)


@dataclass(frozen=True)
class Card:
    """What something shows of itself.

    Parameters
    ----------
    lang : {"nl", "en"}
        Its language.
    title : str
        What it is.
    lines : sequence of str
        Status, and the numbers to begin with, in sentences.
    caption : str
        Of the table; empty for none.
    headings : sequence of str
        Of its columns; the first one stands over the names of the rows.
    rows : sequence of sequence of str
        Cells as they are read; the first rows of all.
    hidden : int
        How many rows there are besides.
    words : int
        So many columns, from the left, hold words and not numbers.
    calls : sequence of (str, str)
        Python that can be asked next, and the key of what it gives.
    """

    lang: Language
    title: str
    lines: Sequence[str]
    caption: str = ""
    headings: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    hidden: int = 0
    words: int = 1
    calls: Sequence[tuple[str, str]] = ()

    @property
    def rest(self) -> str:
        """That there are more rows; empty where there are not."""
        return say("show.more", self.lang, count=number(self.hidden, self.lang)) if self.hidden else ""

    @property
    def next_calls(self) -> list[tuple[str, str]]:
        """Python that can be asked next, and what it gives in words."""
        return [(code, say(f"show.{key}", self.lang)) for code, key in self.calls]

    def _repr_html_(self) -> str:
        """The card for a notebook: no script, nothing from elsewhere, every text escaped."""
        parts = [*self._told(), *self._table(), *self._calls()]
        label = escape(self.title, quote=True)
        return (
            f'<section class="verdeling-card" lang="{self.lang}" aria-label="{label}">'
            f"{_STYLE}{''.join(parts)}</section>"
        )

    def _told(self) -> Iterator[str]:
        yield f'<p dir="auto"><strong>{escape(self.title)}</strong></p>'
        if self.lines:
            items = "".join(f'<li dir="auto">{escape(line)}</li>' for line in self.lines)
            yield f"<ul>{items}</ul>"

    def _table(self) -> Iterator[str]:
        if not self.rows:
            return
        heads = "".join(
            f'<th scope="col"{self._kind(at)}>{escape(heading)}</th>'
            for at, heading in enumerate(self.headings)
        )
        body = "".join(f"<tr>{''.join(self._cells(row))}</tr>" for row in self.rows)
        yield f"<table><caption>{escape(self.caption)}</caption><thead><tr>{heads}</tr></thead>"
        yield f"<tbody>{body}</tbody></table>"
        if self.rest:
            yield f"<p>{escape(self.rest)}</p>"

    def _cells(self, row: Sequence[str]) -> Iterator[str]:
        for at, cell in enumerate(row):
            if at == 0:
                yield f'<th scope="row" dir="auto">{escape(cell)}</th>'
            else:
                yield f'<td dir="auto"{self._kind(at)}>{escape(cell)}</td>'

    def _kind(self, at: int) -> str:
        """Words stand to the left, numbers to the right."""
        return ' class="text"' if at < self.words else ""

    def _calls(self) -> Iterator[str]:
        if self.calls:
            items = [f"<li><code>{escape(code)}</code> {escape(what)}</li>" for code, what in self.next_calls]
            yield f"<p>{escape(say('show.next', self.lang))}</p><ul>{''.join(items)}</ul>"

    def __rich__(self) -> RenderableType:
        """The card for a terminal; nothing in it is read as mark-up."""
        parts: list[RenderableType] = [Text(self.title, style="bold")]
        parts += [Text(f"– {line}") for line in self.lines]
        if self.rows:
            parts += [Text(), self._grid()]
        if self.rest:
            parts.append(Text(self.rest))
        if self.calls:
            parts += [Text(), Text(say("show.next", self.lang), style="bold")]
            parts += [Text(f"{code}  {what}") for code, what in self.next_calls]
        return Group(*parts)

    def _grid(self) -> Table:
        grid = Table(title=Text(self.caption, style="bold"), title_justify="left", box=None, pad_edge=False)
        for at, heading in enumerate(self.headings):
            grid.add_column(Text(heading), justify="left" if at < self.words else "right", overflow="fold")
        for row in self.rows:
            grid.add_row(*map(Text, row))
        return grid
