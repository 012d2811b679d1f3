"""Recognising sheets: which table one seems to fill, where its header is, and which column is what."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from verdeling.cells import tidy
from verdeling.mapping.format import Block
from verdeling.mapping.heading import data_rows, headings
from verdeling.mapping.lifted import AMOUNTS
from verdeling.mapping.vocabulary import CODE, TOTALS, about, called
from verdeling.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from verdeling.mapping.sources import Sheet

_FIRST_ROWS = 15
_YEARS = frozenset(map(str, range(1990, 2101)))
_ACROSS = {"needs": "group", "supply": "place_type"}
"""What stands across the columns of a wide table, beside the year."""


@dataclass(frozen=True)
class Part:
    """What a sheet seems to be.

    Parameters
    ----------
    sheet : Sheet
        The sheet.
    header : list of int
        Its header rows.
    headings : list of str
        Of its columns.
    table : str
        The table that it seems to fill; empty where that is not clear.
    columns : dict of str to str
        Heading by column of the table.
    wide : str
        Pattern of wide headings; empty where there are none.
    skip : list of str
        First cells of rows that seem to be totals or notes.
    """

    sheet: Sheet
    header: list[int]
    headings: list[str]
    table: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    wide: str = ""
    skip: list[str] = field(default_factory=list)

    @property
    def unclear(self) -> list[str]:
        """Headings that are not understood."""
        used = {*self.columns.values(), *(wide_like(self.headings, self.wide))}
        return [name for name in self.headings if name and name not in used]

    @property
    def coded(self) -> bool:
        """Whether municipalities seem to stand there by the digits of their code."""
        heading = self.columns.get("municipality", "")
        if heading.casefold() not in CODE:
            return False
        at = self.headings.index(heading)
        cells = [line[at] for line in self.sheet.lines[self.header[-1] :] if len(line) > at]
        return any(str(tidy(cell)).removesuffix(".0").isdigit() for cell in cells)

    @property
    def of_persons(self) -> bool:
        """Whether needs seem to be counted in persons."""
        above = [
            str(cell) for line in self.sheet.lines[: self.header[-1]] for cell in line if cell is not None
        ]
        return self.table == "needs" and any(
            "personen" in text.casefold() for text in [self.sheet.name, *above]
        )

    @property
    def absent(self) -> list[str]:
        """Columns that the table needs and the sheet does not seem to have."""
        across = re.findall(r"\{(\w+)\}", self.wide) + ([AMOUNTS[self.table]] if self.wide else [])
        asked = TABLES[self.table].required_columns if self.table else []
        return [name for name in asked if name not in self.columns and name not in across]


def recognise(sheet: Sheet) -> Part:
    """What a sheet seems to be, by its name, its headings and its cells.

    Parameters
    ----------
    sheet : Sheet
        Any sheet.

    Returns
    -------
    Part
        Without a table where no table fits.
    """
    header = _header(sheet)
    names = headings(sheet.lines, header) if header else []
    skip = _totals(sheet, header)
    found = [_as(sheet, table, header, names, skip) for table in TABLES] if header else []
    best = max(found, key=_score, default=None)
    if best is None or _score(best) < 2:
        return Part(sheet, header or [1], names)
    return replace(best, columns=best.columns | _attributes(best)) if TABLES[best.table].attributes else best


def wide_like(names: Sequence[str], pattern: str) -> list[str]:
    """Headings that are made like a pattern."""
    if not pattern:
        return []
    shape = re.sub(
        r"\\\{(\w+)\\\}", lambda found: r"\d{4}" if found[1] == "year" else ".+", re.escape(pattern)
    )
    return [name for name in names if re.fullmatch(shape, name)]


def block_of(part: Part) -> Block:
    """The block of a mapping that says what was found."""
    stated: dict[str, Any] = {"fills": part.table, "header": part.header, "columns": part.columns,
                              "skip": part.skip, "ignore": ["*"]}  # fmt: skip
    if part.coded:
        stated["columns"] = part.columns | {
            "municipality": {"column": part.columns["municipality"], "code": True}
        }
    stated["file"], stated["sheet"] = part.sheet.file, part.sheet.name
    if part.wide:
        stated["wide"] = {"fills": AMOUNTS[part.table], "headings": part.wide}
    return Block.model_validate(stated)


def _attributes(part: Part) -> dict[str, str]:
    """Further columns that hold nothing but numbers, which a key can use."""
    rows = data_rows(part.sheet, block_of(part))[0]
    found = {}
    for name in part.unclear:
        at = part.headings.index(name)
        cells = [line[at] for row in rows if len(line := part.sheet.lines[row - 1]) > at]
        if rows and len(cells) == len(rows) and all(_numeric(cell) for cell in cells):
            found[re.sub(r"\W+", "_", name.casefold()).strip("_")] = name
    return {column: name for column, name in found.items() if column and column not in part.columns}


def _numeric(cell: Any) -> bool:
    return isinstance(cell, int | float) or (
        isinstance(cell, str) and bool(re.fullmatch(r"[\d.,]+", cell.strip()))
    )


def _score(part: Part) -> float:
    known = len(part.columns) + 2 * bool(part.wide) - len(part.absent)
    return known + 3 * about(part.table, part.sheet.name) if known > 0 else 0


def _as(sheet: Sheet, table: str, header: list[int], names: Sequence[str], skip: list[str]) -> Part:
    """A sheet as if it filled a table."""
    found: dict[str, str] = {}
    for column in TABLES[table].columns:
        alike = [name for name in names if name and called(table, column, name)]
        free = [name for name in alike if name not in found.values()]
        coded = [name for name in alike if column == "municipality" and name.casefold() in CODE]
        if coded or free:
            found[column] = (coded or free)[0]
    named = [name for name in names if name.casefold().startswith("gemeente") and name.casefold() not in CODE]
    if table == "municipalities" and named:
        found["name"] = named[0]
    rest = [name for name in names if name and name not in found.values()]
    wide = _wide(table, rest, found) if table in AMOUNTS and AMOUNTS[table] not in found else ""
    return Part(sheet, header, list(names), table, found, wide, skip)


def _wide(table: str, names: Sequence[str], found: Mapping[str, str]) -> str:
    """Pattern of headings that end in a year, where no column has what they say."""
    before = [match[1] for name in names if (match := re.fullmatch(r"([^{}]*?)(?:19|20)\d\d", name))]
    if not before or "year" in found or "year" not in TABLES[table].columns:
        return ""
    if len(set(before)) == 1:
        return f"{before[0]}{{year}}"
    across = _ACROSS.get(table)
    return f"{{{across}}} {{year}}" if across is not None and across not in found else ""


def _header(sheet: Sheet) -> list[int]:
    """Rows of the header: the first with two texts and nothing but texts, and what is below its gaps."""
    lines = sheet.lines[:_FIRST_ROWS]
    for row, line in enumerate(lines, start=1):
        if not _labels(line):
            continue
        below = lines[row] if row < len(lines) else []
        gaps = any(tidy(cell) is not None and (at >= len(line) or tidy(line[at]) is None)
                   for at, cell in enumerate(below))  # fmt: skip
        return [row, row + 1] if gaps and _labels(below) else [row]
    return []


def _labels(line: Sequence[Any]) -> bool:
    filled = [cell for cell in map(tidy, line) if cell is not None]
    return len(filled) > 1 and all(_label(cell) for cell in filled)


def _label(cell: Any) -> bool:
    text = str(cell).removesuffix(".0")
    return text in _YEARS if text.isdigit() else isinstance(cell, str) and not text[:1].isdigit()


def _totals(sheet: Sheet, header: Sequence[int]) -> list[str]:
    found = []
    for line in sheet.lines[header[-1] if header else 0 :]:
        first = next((cell for cell in map(tidy, line) if cell is not None), None)
        if isinstance(first, str) and TOTALS.fullmatch(first.casefold()):
            found.append(first if len(first) < 30 else f"{first[:12]}*")
    return list(dict.fromkeys(found))
