"""Proposing a mapping: what each sheet seems to be, to be looked at before it is used."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from verdeling.cells import tidy
from verdeling.mapping.format import Block, Mapping, Reading
from verdeling.mapping.heading import data_rows, headings
from verdeling.mapping.lifted import AMOUNTS, Lifted
from verdeling.mapping.notation import NoNumberError, Notation, written
from verdeling.mapping.reading import lift
from verdeling.mapping.resolving import DIMENSIONS
from verdeling.mapping.sources import TEXTS, Dress, open_source, separator_of
from verdeling.mapping.vocabulary import CODE, TOTALS, about, called
from verdeling.tables import TABLES

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from verdeling.errors import Problem
    from verdeling.mapping.sources import Notice, Opened, Sheet

_FIRST_ROWS = 15
_YEARS = range(1990, 2101)
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


@dataclass(frozen=True)
class Proposal:
    """A mapping that seems to fit, and what is left to say.

    Parameters
    ----------
    source : Path
        What it is for.
    reading : Reading
        How the cells seem to be written.
    parts : list of Part
        What each sheet seems to be.
    problems : list of Problem
        What reading the cells with it says; each is for somebody to settle.
    called : dict of str to dict of str to str
        Id by name, by dimension, of what the sheets list.
    notices : list of Notice
        What is there and cannot be used.
    """

    source: Path
    reading: Reading
    parts: list[Part]
    problems: list[Problem]
    called: dict[str, dict[str, str]]
    notices: list[Notice]


def propose(path: str | os.PathLike[str]) -> Proposal:
    """Look at a workbook, a CSV file or a folder of these, and propose how it can be read.

    Parameters
    ----------
    path : path-like
        What is to be read.

    Returns
    -------
    Proposal
        It is a proposal: names that are misspelt, marks and columns that are not understood are left
        for somebody to settle.

    Raises
    ------
    InstanceError
        If a file cannot be read.
    """
    source = Path(path)
    dress = _dress(source)
    opened = open_source(source, dress)
    parts = [_part(sheet) for sheet in opened.sheets]
    reading = Reading(notation=_notation(parts), encoding=dress.encoding, separator=dress.separator)
    tried = _tried(parts, reading, opened)
    return Proposal(source, reading, parts, tried.problems, _called(tried), opened.notices)


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


def _dress(source: Path) -> Dress:
    """Encoding and separator of the first CSV file, where they are not what is expected."""
    files = sorted(source.iterdir()) if source.is_dir() else [source]
    texts = [each for each in files if each.suffix.lower() in TEXTS and each.exists()]
    if not texts:
        return Dress()
    encoding = next((found for each in texts if (found := _encoding(each.read_bytes()))), None)
    text = texts[0].read_bytes().decode(encoding or "utf-8", errors="replace")
    return Dress(encoding, separator_of(text))


def _encoding(content: bytes) -> str | None:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return None
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return None


# Sheets


def _part(sheet: Sheet) -> Part:
    header = _header(sheet)
    names = headings(sheet.lines, header) if header else []
    skip = _totals(sheet, header)
    found = [_as(sheet, table, header, names, skip) for table in TABLES] if header else []
    best = max(found, key=_score, default=None)
    if best is None or _score(best) < 2:
        return Part(sheet, header or [1], names)
    return replace(best, columns=best.columns | _attributes(best)) if TABLES[best.table].attributes else best


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
    wide = _wide(table, rest) if table in AMOUNTS and AMOUNTS[table] not in found else ""
    return Part(sheet, header, list(names), table, found, wide, skip)


def _wide(table: str, names: Sequence[str]) -> str:
    """Pattern of headings that end in a year."""
    if "year" not in TABLES[table].columns:
        return ""
    before = [match[1] for name in names if (match := re.fullmatch(r"(.*?)(?:19|20)\d\d", name))]
    if not before:
        return ""
    if len(set(before)) == 1:
        return f"{before[0]}{{year}}"
    return f"{{{_ACROSS[table]}}} {{year}}" if table in _ACROSS else ""


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
    return int(text) in _YEARS if text.isdigit() else isinstance(cell, str) and not text[:1].isdigit()


def _totals(sheet: Sheet, header: Sequence[int]) -> list[str]:
    found = []
    for line in sheet.lines[header[-1] if header else 0 :]:
        first = next((cell for cell in map(tidy, line) if cell is not None), None)
        if isinstance(first, str) and TOTALS.fullmatch(first.casefold()):
            found.append(first if len(first) < 30 else f"{first[:12]}*")
    return list(dict.fromkeys(found))


# Cells


def _notation(parts: Sequence[Part]) -> Notation | None:
    """The notation that is shown by a number with one reading, where none shows the other."""
    shown: set[Notation] = set()
    for part in parts:
        for line in part.sheet.lines[part.header[-1] :]:
            shown |= {each for cell in line if isinstance(cell, str) and (each := _shown(str(tidy(cell))))}
    return next(iter(shown)) if len(shown) == 1 else None


def _shown(text: str) -> Notation | None:
    if not re.search(r"\d[.,]\d", text) or len(text) > 30:
        return None
    can: list[Notation] = []
    for notation in ("dutch", "english"):
        try:
            written(text, notation)
        except NoNumberError:
            continue
        can.append(notation)
    return can[0] if len(can) == 1 else None


def _tried(parts: Sequence[Part], reading: Reading, opened: Opened) -> Lifted:
    """What the sheets give when they are read so."""
    blocks = [block_of(part) for part in parts if part.table]
    return lift(Mapping(reading=reading, table=blocks), opened)[0] if blocks else Lifted()


def _called(lifted: Lifted) -> dict[str, dict[str, str]]:
    """Id by name, by dimension."""
    return {
        dimension: {
            str(row.cells[name]): str(row.cells[dimension])
            for row in lifted.tables.get(table, [])
            for name in ("name", "name_nl")
            if row.cells.get(name) is not None and row.cells.get(dimension) is not None
        }
        for table, dimension in DIMENSIONS.items()
    }
