"""Headings of a sheet: header rows joined, columns found by their heading, wide headings taken apart."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from verdeling.cells import tidy
from verdeling.errors import Problem, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from verdeling.mapping.format import Block, Wide
    from verdeling.mapping.sources import Sheet


def headings(lines: Sequence[Sequence[Any]], rows: Sequence[int]) -> list[str]:
    """Heading of every column: the texts of all header rows, joined by a space.

    In a merged cell only the first column has the text; the columns to its right have it too, as far as
    the row below has texts of its own.

    Parameters
    ----------
    lines : sequence of sequence
        Cells of the sheet.
    rows : sequence of int
        Header rows, counted from 1.

    Returns
    -------
    list of str
        Empty where a column has none.

    Examples
    --------
    >>> headings([["Gemeente", "Statushouders", None], [None, 2025, 2026]], [1, 2])
    ['Gemeente', 'Statushouders 2025', 'Statushouders 2026']
    """
    present = [lines[row - 1] if row <= len(lines) else [] for row in rows]
    width = max(map(len, present), default=0)
    texts = [[_text(line[at]) if at < len(line) else "" for at in range(width)] for line in present]
    for upper, lower in zip(texts[-2::-1], texts[:0:-1], strict=True):
        for at in range(1, width):
            if not upper[at] and lower[at] and lower[at - 1]:
                upper[at] = upper[at - 1]
    return [" ".join(filter(None, (line[at] for line in texts))) for at in range(width)]


def like(text: str, patterns: Iterable[str]) -> bool:
    """Whether a text is like one of these, where ``*`` is anything and capitals are as small letters.

    Examples
    --------
    >>> like("Totaal regio", ["totaal*"]), like("Totaal regio", ["regio*"])
    (True, False)
    """
    return any(_shape(pattern).fullmatch(text.casefold()) for pattern in patterns)


@cache
def _shape(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, pattern.casefold().split("*"))), re.DOTALL)


def wide_headings(wide: Wide, names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What each wide column is about.

    Parameters
    ----------
    wide : Wide
        How headings are made.
    names : iterable of str
        Headings that no column was found by.

    Returns
    -------
    dict of str to dict
        By heading: columns of the table with their cell.
    """
    if isinstance(wide.headings, dict):
        return {str(tidy(name)): dict(about) for name, about in wide.headings.items()}
    parts = re.split(r"\{(\w+)\}", wide.headings)
    shape = "".join(
        re.escape(part) if at % 2 == 0 else rf"(?P<{part}>\d{{4}})" if part == "year" else f"(?P<{part}>.+)"
        for at, part in enumerate(parts)
    )
    found = {name: re.fullmatch(shape, name) for name in names}
    return {name: match.groupdict() for name, match in found.items() if match}


def data_rows(sheet: Sheet, block: Block) -> tuple[list[int], dict[int, str]]:
    """Rows below the header that hold data, and the first cell of those that are skipped.

    Parameters
    ----------
    sheet : Sheet
        Where they are.
    block : Block
        Says which rows are skipped; empty ones always are.

    Returns
    -------
    list of int
        Rows of data, counted from 1.
    dict of int to str
        Text of the first filled cell, by row that is skipped.
    """
    kept, skipped = [], {}
    for row, line in enumerate(sheet.lines[block.header[-1] :], start=block.header[-1] + 1):
        first = next((cell for cell in map(tidy, line) if cell is not None), None)
        if first is None:
            continue
        if like(str(first), block.skip):
            skipped[row] = str(first)
        else:
            kept.append(row)
    return kept, skipped


def find(
    sheet: Sheet, block: Block, rows: Sequence[int]
) -> tuple[dict[str, int], dict[str, dict[str, Any]], list[Problem]]:
    """Find the columns that a block names.

    Parameters
    ----------
    sheet : Sheet
        Where they are.
    block : Block
        What the mapping says of it.
    rows : sequence of int
        Rows of data.

    Returns
    -------
    dict of str to int
        Column, counted from 1, by heading.
    dict of str to dict
        What each wide heading is about.
    list of Problem
        Headings that are absent or there twice, and columns with cells of which the mapping says nothing.
    """
    present = headings(sheet.lines, block.header)
    wanted = dict.fromkeys(str(tidy(each.column)) for each in block.columns.values())
    rest = [name for name in present if name and name not in wanted]
    wide = wide_headings(block.wide, rest) if block.wide else {}
    where = sheet.address(block.header[-1])
    problems = [
        Problem("missing-heading", f"There is no column called {name}.",
                "The mapping says what stands in it.",
                f"Correct the mapping or the header. {nearest(name, filter(None, present))}",
                block.fills, where, value=name)
        for name in [*wanted, *wide] if name not in present
    ]  # fmt: skip
    if block.wide and not wide:
        problems.append(
            Problem("missing-heading", f"No heading is made like {block.wide.headings}.",
                    "The mapping says what stands in such columns.",
                    "Correct the pattern under wide, or the header.", block.fills, where,
                    value=str(block.wide.headings))
        )  # fmt: skip
    problems += [
        Problem("duplicate-heading", f"{present.count(name)} columns are called {name}.",
                "It is not known which of them is meant.", "Give them different headings.",
                block.fills, where, value=name)
        for name in dict.fromkeys(present) if name in {*wanted, *wide} and present.count(name) > 1
    ]  # fmt: skip
    for at, name in enumerate(present, start=1):
        if name in rest and name not in wide and not like(name, block.ignore):
            problems.append(
                _unmapped(sheet, block, at, f"The mapping does not say what the column {name} is.")
            )
    problems += _unnamed(sheet, block, rows, present)
    return {name: at for at, name in enumerate(present, start=1) if name}, wide, problems


def _unnamed(sheet: Sheet, block: Block, rows: Sequence[int], present: Sequence[str]) -> list[Problem]:
    """Columns with cells in rows of data that have no heading."""
    if like("", block.ignore):
        return []
    lines = [sheet.lines[row - 1] for row in rows]
    widest = max(map(len, lines), default=0)
    bare = [
        at
        for at in range(1, widest + 1)
        if (at > len(present) or not present[at - 1])
        and any(len(line) >= at and tidy(line[at - 1]) is not None for line in lines)
    ]
    return [_unmapped(sheet, block, at, "There are cells below no heading.") for at in bare]


def _unmapped(sheet: Sheet, block: Block, at: int, what: str) -> Problem:
    return Problem("unmapped-column", what, "Its cells would be left out without anybody having said so.",
                   'Name it under columns, or add it to ignore (ignore = "*" for all others).',
                   block.fills, sheet.address(block.header[-1], at))  # fmt: skip


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    held = tidy(cell)
    return "" if held is None else str(held)
