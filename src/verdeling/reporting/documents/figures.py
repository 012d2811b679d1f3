"""Tables of numbers that add up as they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verdeling.language import number, rounded, say
from verdeling.reporting.documents.parts import Table, Turn

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from verdeling.reporting.content import Content
    from verdeling.reporting.documents.parts import Part

_UPRIGHT = 10
"""So many columns fit on a page that stands upright."""

_DECIMALS = 2


def by_year(
    content: Content, frame: pd.DataFrame, by: Sequence[str], caption: str, amount: str = "places"
) -> Table:
    """A table with a column for each year, and sums of what is shown.

    Parameters
    ----------
    content : Content
        What is told.
    frame : DataFrame
        The columns of `by`, year and the amount, in ids.
    by : sequence of str
        What the rows are.
    caption : str
        Of the table.
    amount : str
        Column that is shown: places, which are added up over the years as well, or hours per week.
    """
    years = list(content.instance.about.years)
    lasting = amount == "hours"
    table = content.added_up(frame, [*by, "year"], amount)
    table[amount] = [rounded(value, _DECIMALS) for value in table[amount]]
    if "supplier" in by:
        table["supplier"] = table["supplier"].replace("", say("document.no_supplier", content.lang))
    cells: dict[tuple[str, ...], dict[int, float]] = {}
    for *label, year, value in table.itertuples(index=False, name=None):
        cells.setdefault(tuple(label), {})[year] = value
    values = {label: [own.get(year, 0.0) for year in years] for label, own in cells.items()}
    rows = [(*label, *_numbers(own, content, total=not lasting)) for label, own in values.items()]
    sums = _numbers(list(map(sum, zip(*values.values(), strict=True))), content, total=not lasting)
    rows.append((say("document.total", content.lang), *[""] * (len(by) - 1), *sums))
    headings = [content.words.heading(column) for column in by] + [str(year) for year in years]
    headings += [] if lasting else [say("document.total", content.lang)]
    return Table(caption, tuple(headings), tuple(rows), labels=len(by), total=True)


def _numbers(values: Sequence[float], content: Content, *, total: bool) -> list[str]:
    every = [*values, sum(values)] if total else list(values)
    return [number(value, content.lang, _DECIMALS) for value in every]


def laid_out(table: Table) -> tuple[Part, ...]:
    """A table, on a page of its own that lies where it has too many columns for one that stands."""
    if len(table.headings) <= _UPRIGHT:
        return (table,)
    return (Turn(wide=True), table, Turn(wide=False))
