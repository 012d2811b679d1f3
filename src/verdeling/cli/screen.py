"""The terminal: lines, bullets, and tables that fit its width without cutting anything off."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from verdeling.language import apart

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import JustifyMethod

_WIDE, _WIDEST = 100, 120
_LABEL = 30
"""Most width for the labels of a table that is split."""

_FOLDED = 20
"""Width in which labels fold into few lines."""


def _console() -> Console:
    """Standard output, 100 columns wide where nobody says how wide it is."""
    plain = Console(markup=False, highlight=False, emoji=False)
    width = min(plain.width, _WIDEST) if plain.is_terminal else _WIDE
    return Console(markup=False, highlight=False, emoji=False, width=width)


@dataclass(frozen=True)
class Screen:
    """Where results are shown.

    Parameters
    ----------
    console : Console
        By default standard output, at most 120 columns wide.
    """

    console: Console = field(default_factory=_console)

    def line(self, text: str = "", style: str = "") -> None:
        """Show a line of text."""
        self.console.print(Text(text, style=style))

    def title(self, text: str) -> None:
        """Show the title of what follows, apart from what stands above it."""
        self.line()
        self.line(text, "bold")

    def bullets(self, texts: Iterable[str]) -> None:
        """Show texts with a dash before each; one that begins with a dash is a part of the one before it."""
        grid = Table.grid(padding=(0, 1))
        for text in texts:
            part = text.removeprefix("- ")
            grid.add_row(*(("–", Text(text)) if part == text else ("", Text(f"· {part}"))))
        self.console.print(grid)

    def pairs(self, rows: Iterable[Sequence[str]]) -> None:
        """Show texts beside each other in columns, without lines."""
        grid = Table.grid(padding=(0, 2))
        for row in rows:
            grid.add_row(*(Text(apart(cell)) for cell in row))
        self.console.print(grid)

    def table(
        self,
        headings: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        total: bool = True,
        unit: bool = False,
    ) -> None:
        """Show a table, in several parts below each other where it is wider than the screen.

        Parameters
        ----------
        headings : sequence of str
            The first one is over the labels of the rows, the others over numbers.
        rows : sequence of sequence of str
            Cells.
        total : bool
            Whether the last row is a total.
        unit : bool
            Whether the last column holds text.
        """
        columns = [[row[place] for row in rows] for place in range(len(headings))]
        widths = [_width(heading, cells) for heading, cells in zip(headings, columns, strict=True)]
        widths[0], gap, parts = _layout([headings[0], *columns[0]], widths, self.console.width)
        left = {0, len(headings) - 1} if unit else {0}
        for number, part in enumerate(parts):
            if number:
                self.line()
            table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, gap - 1, 0, 0))
            for place in part:
                justify: JustifyMethod = "left" if place in left else "right"
                table.add_column(Text(headings[place]), justify=justify, width=widths[place], overflow="fold")
            for row in rows:
                last = total and row is rows[-1]
                table.add_row(*(Text(apart(row[place])) for place in part), style="bold" if last else "")
            self.console.print(table)


def _width(heading: str, cells: Sequence[str]) -> int:
    """Least width in which no word of the heading and no cell is broken."""
    return max([*map(len, heading.split()), *map(len, cells)])


def _layout(labels: Sequence[str], widths: Sequence[int], width: int) -> tuple[int, int, list[list[int]]]:
    """Width of the first column, space between columns, and the columns of each part.

    Labels are folded between words and columns brought nearer before a table is split.
    """
    longest = max(map(len, labels))
    shortest = max(len(word) for label in labels for word in label.split())
    everything = list(range(len(widths)))
    for gap, least in ((2, _FOLDED), (1, _FOLDED), (2, 0), (1, 0)):
        room = width - sum(widths[1:]) - gap * (len(widths) - 1)
        if room >= max(shortest, min(longest, least)):
            return min(longest, room), gap, [everything]
    label = min(longest, _LABEL)
    parts: list[list[int]] = []
    for place in everything[1:]:
        if not parts or label + sum(2 + widths[each] for each in [*parts[-1][1:], place]) > width:
            parts.append([0])
        parts[-1].append(place)
    return label, 2, parts
