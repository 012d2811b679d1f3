"""A table of coloured cells with numbers in them, for what has two dimensions."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from verdeling.language import percent
from verdeling.pictures.labels import records
from verdeling.pictures.picture import charts, held
from verdeling.pictures.theme import INK, PAPER, SCALE, SMALL, WIDTH, ink_on

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from verdeling.language import Language

_LETTER, _LINE, _BETWEEN = 6.4, 13, 6
"""Pixels a letter is wide, a line is high, and two names are apart."""

_TWO_LINES, _LONGEST = 45, 40
"""Pixels between slanted names of two lines, and letters of one line."""

BOUNDS = (0.25, 0.5, 0.8, 1.25, 2.0, 4.0)
"""Where one class ends and the next begins, of parts of what would be even."""


def class_of(relative: float) -> int:
    """Class of a number that is 1 where all is even; an unknown one is in the middle.

    Examples
    --------
    >>> class_of(0.1), class_of(1.0), class_of(9.0), class_of(float("nan"))
    (0, 3, 6, 3)
    """
    return len(BOUNDS) // 2 if relative != relative else bisect_right(BOUNDS, relative)


def class_names(lang: Language) -> list[str]:
    """What the classes of `class_of` are called, from far below to far above."""
    return classes(BOUNDS, lang)


def classes(bounds: Sequence[float], lang: Language) -> list[str]:
    """What classes between some bounds are called, the last of which has no end.

    Examples
    --------
    >>> classes((0.5, 1.0), "nl")
    ['< 50%', '50–100%', '> 100%']
    """
    ends = [percent(bound, lang) for bound in bounds]
    between = [f"{low.rstrip('%')}–{high}" for low, high in pairwise(ends)]
    return [f"< {ends[0]}", *between, f"> {ends[-1]}"]


def grid(table: pd.DataFrame, colours: Mapping[str, str], legend: str, tooltip: Sequence[Any]) -> Any:
    """Cells with a number in each, and a legend of their colours.

    Parameters
    ----------
    table : DataFrame
        row, column, told (the number as it is written), shade (one of the colours); rows and columns come
        in the order in which they are first there.
    colours : mapping of str to str
        Colour of each shade, by the name that it has in the legend.
    legend : str
        What the colours say.
    tooltip : sequence of altair.Tooltip
        What is told under the pointer.
    """
    alt = charts()
    rows, columns = (list(dict.fromkeys(table[each])) for each in ("row", "column"))
    width = min(64.0, (WIDTH - max(len(row) for row in rows) * _LETTER) / len(columns))
    room = width - _BETWEEN
    turned = max(len(word) for name in columns for word in name.split()) * _LETTER > room
    line = int(room / _LETTER) if not turned else 18 if width > _TWO_LINES else _LONGEST
    names = {name: wrap(name, line) for name in columns}
    lines = max(map(len, names.values()))
    if not turned:  # upright lines go down from where they begin: all names end above the cells
        names = {name: [""] * (lines - len(own)) + own for name, own in names.items()}
    broken = {name: "\n".join(own) for name, own in names.items()}
    inks = {name: ink_on(colour) for name, colour in colours.items()}
    shown = table.assign(ink=table["shade"].map(inks), column=table["column"].map(broken))
    step = alt.Step(24 if len(rows) <= 12 else 18)
    base = alt.Chart(held(records(shown)), width=alt.Step(width), height=step).encode(
        x=alt.X("column:N", sort=list(broken.values()), title=None, axis=_head(lines, turned=turned)),
        y=alt.Y("row:N", sort=rows, title=None),
        tooltip=list(tooltip),
    )
    scale = alt.Scale(domain=list(colours), range=list(colours.values()))
    cells = base.mark_rect(stroke=PAPER, strokeWidth=1).encode(
        color=alt.Color("shade:N", scale=scale, title=legend,
                        legend=alt.Legend(orient="bottom", columns=len(colours), symbolType="square",
                                          symbolStrokeColor=INK)))  # fmt: skip
    told = base.mark_text(fontSize=SMALL).encode(
        text="told:N", color=alt.Color("ink:N", scale=None, legend=None)
    )
    return alt.layer(cells, told).resolve_scale(color="independent")


def _head(lines: int, *, turned: bool) -> Any:
    """Names above the columns: upright where their words fit."""
    upright = {"labelAngle": 0, "labelPadding": 6 + _LINE * (lines - 1)}
    way = {"labelAngle": -40, "labelAlign": "left", "labelPadding": 14} if turned else upright
    names = "split(datum.label, '\\n')"
    return charts().Axis(orient="top", labelBaseline="bottom", labelExpr=names, labelLineHeight=_LINE, **way)


def shades(lang: Language) -> dict[str, str]:
    """Colours of the classes of `class_of`, by name."""
    return dict(zip(class_names(lang), SCALE, strict=True))
