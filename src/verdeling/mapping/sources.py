"""Files as they are, as sheets of cells: workbooks by their last saved values, and CSV in any dress.

Nothing of a file is run or followed: macros are not read, links to other files are not opened.
"""

from __future__ import annotations

import csv
import io
import os
import re
import zipfile
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from openpyxl.utils import get_column_letter

from verdeling.adapters.unpacking import TooLarge, checked_parts, sheet_cells
from verdeling.errors import InstanceError, Problem
from verdeling.incoming import MOST_CELLS, read_content

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WORKBOOKS, TEXTS = (".xlsx", ".xlsm"), (".csv", ".tsv", ".txt")
_OLD = (".xls", ".xlsb", ".ods", ".numbers")
_ENCODINGS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass(frozen=True)
class Broken:
    """A cell that holds an error of a spreadsheet, or a formula without a saved value."""

    text: str


@dataclass(frozen=True)
class Sheet:
    """The cells of a sheet or a CSV file.

    Parameters
    ----------
    file, name : str
        Of the file, and of the sheet in it (of a CSV file: its own name).
    lines : list of list
        Cells row by row from the first row and column on; ``None`` where empty.
    formulas : frozenset of (int, int)
        Rows and columns, from 1, whose value a formula left behind.
    label : str
        Its name in addresses; with that of the file where several sheets are called so.
    """

    file: str
    name: str
    lines: list[list[Any]]
    formulas: frozenset[tuple[int, int]] = frozenset()
    label: str = ""

    def address(self, row: int, column: int | None = None) -> str:
        """Where a cell or a row is, such as ``Opgave!C7``."""
        return f"{self.label or self.name}!{cell_name(row, column)}"


def cell_name(row: int, column: int | None = None) -> str:
    """Name of a cell in its sheet, or of a row."""
    return str(row) if column is None else f"{get_column_letter(column)}{row}"


@dataclass(frozen=True)
class Dress:
    """How a CSV file is written.

    Parameters
    ----------
    encoding : str, optional
        By default UTF-8, with or without a byte order mark, or UTF-16 with one.
    separator : str, optional
        By default as `separator_of` finds.
    """

    encoding: str | None = None
    separator: str | None = None


class Notice(NamedTuple):
    """Something that a reader should know: its kind (a key ``notice.<kind>`` of the texts), and where."""

    kind: str
    where: str
    detail: str = ""


@dataclass(frozen=True)
class Opened:
    """What was found in a source.

    Parameters
    ----------
    sheets : list of Sheet
        In the order of the files and the sheets.
    notices : list of Notice
        What was there and not used, and how CSV files were read.
    """

    sheets: list[Sheet] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)


def open_source(path: Path, dress: Dress | None = None) -> Opened:
    """Read the sheets of a workbook, a CSV file, or a folder with these.

    Parameters
    ----------
    path : Path
        The file or folder.
    dress : Dress, optional
        How CSV files are written.

    Returns
    -------
    Opened
        Every sheet.

    Raises
    ------
    InstanceError
        If a file is not there, cannot be read, or has more in it than `verdeling.adapters.unpacking` takes.
    """
    known = (*WORKBOOKS, *TEXTS)
    files = [path]
    if os.path.isdir(path):
        files = sorted(each for each in path.iterdir()
                       if each.suffix.lower() in known and not each.name.startswith(("~$", ".")))  # fmt: skip
    opened = Opened()
    problems: list[Problem] = []
    for file in files:
        try:
            _open(file, dress or Dress(), opened)
        except InstanceError as error:
            problems += error.problems
    if not files:
        problems.append(_problem("unreadable-file", f"{path.name} holds no workbook and no CSV file.",
                                 "Put .xlsx or .csv files in it."))  # fmt: skip
    if problems:
        raise InstanceError(f"{path.name} cannot be read.", problems)
    return Opened(_told_apart(opened.sheets), opened.notices)


def _told_apart(sheets: list[Sheet]) -> list[Sheet]:
    """Sheets with labels that differ."""
    count = Counter(sheet.name for sheet in sheets)
    return [
        replace(sheet, label=sheet.name if count[sheet.name] == 1 else f"{sheet.file}:{sheet.name}")
        for sheet in sheets
    ]


def _open(file: Path, dress: Dress, opened: Opened) -> None:
    ending = file.suffix.lower()
    if not os.path.exists(file):
        raise _refused("unreadable-file", f"{file} is not there.", "Correct the path.")
    if ending in _OLD:
        raise _refused("old-format", f"{file.name} is in the format {ending}.",
                       "Open it in a spreadsheet program and save it as .xlsx.")  # fmt: skip
    if ending in WORKBOOKS:
        _open_workbook(file, opened)
    elif ending in TEXTS:
        opened.sheets.append(_text_sheet(file, dress, opened))
    else:
        raise _refused("unreadable-file", f"The ending {ending or '(none)'} of {file.name} is not known.",
                       "Use .xlsx, .xlsm or .csv.")  # fmt: skip


def _open_workbook(file: Path, opened: Opened) -> None:
    try:
        computed = _parts(file, opened)
        values = _cells(file)
        formulas = _formulas(file) if computed else {}
    except TooLarge as error:
        raise _refused("too-large", f"{file.name} has too much in it: {error}.",
                       "Save only the sheets that are needed, or save them as CSV.") from error  # fmt: skip
    except Exception as error:
        raise _refused("unreadable-file", f"{file.name} is not a sound workbook: {error}.",
                       "Open it in a spreadsheet program and save it again as .xlsx.") from error  # fmt: skip
    for name, lines in values.items():
        found = formulas.get(name, frozenset())
        for row, column in found:
            if lines[row - 1][column - 1] is None:
                lines[row - 1][column - 1] = Broken("a formula without a saved value")
        opened.sheets.append(Sheet(file.name, name, lines, found))


def _parts(file: Path, opened: Opened) -> bool:
    """Look at what is in a workbook before any of it is unpacked; whether there may be formulas."""
    names = checked_parts(file)
    if any(name.endswith("vbaProject.bin") for name in names):
        opened.notices.append(Notice("macros", file.name))
    if any(name.startswith("xl/externalLinks/") for name in names):
        opened.notices.append(Notice("links", file.name))
    sheets = [name for name in names if name.startswith("xl/worksheets/") and name.endswith(".xml")]
    with zipfile.ZipFile(file) as archive:
        return any(re.search(rb"<(\w+:)?f[ >/]", archive.read(name)) for name in sheets)


def _cells(file: Path) -> dict[str, list[list[Any]]]:
    sheets = sheet_cells(file, computed=True)
    return {title: [[_value(cell) for cell in line] for line in lines] for title, lines in sheets.items()}


def _value(cell: Any) -> Any:
    return Broken(str(cell.value)) if cell.data_type == "e" else cell.value


def _formulas(file: Path) -> dict[str, frozenset[tuple[int, int]]]:
    """Rows and columns of formulas by sheet."""
    return {
        title: frozenset(
            (row, column)
            for row, line in enumerate(lines, start=1)
            for column, cell in enumerate(line, start=1)
            if cell.data_type == "f"
        )
        for title, lines in sheet_cells(file).items()
    }


def _text_sheet(file: Path, dress: Dress, opened: Opened) -> Sheet:
    try:
        content = read_content(file)
    except OSError as error:
        raise _refused("unreadable-file", f"{file.name} cannot be read: {error.strerror}.",
                       "Give a CSV file or a workbook.") from error  # fmt: skip
    encoding = dress.encoding or _ENCODINGS.get(content[:2], "utf-8-sig")
    try:
        text = content.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise _refused("wrong-encoding", f"{file.name} cannot be read as {encoding}: {error}.",
                       'Say encoding = "cp1252" under [reading] where it comes from an older Dutch program, '
                       'or save it as "CSV UTF-8".') from error  # fmt: skip
    separator = dress.separator or separator_of(text)
    try:
        rows = list(_rows(text.removeprefix("\ufeff"), separator))
    except csv.Error as error:
        raise _refused("unreadable-file", f"{file.name} is no CSV: {error}.",
                       "Close every double quote that is opened.") from error  # fmt: skip
    if dress.encoding is not None and dress.encoding not in ("utf-8", "utf-8-sig"):
        opened.notices.append(Notice("encoding", file.name, dress.encoding))
    return Sheet(file.name, file.name, rows)


def _rows(text: str, separator: str) -> Iterator[list[Any]]:
    """Cells of each row under the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = widest = 0
    for row in reader:
        widest = max(widest, len(row))
        if reader.line_num * widest > MOST_CELLS:
            raise csv.Error(f"it has more than {MOST_CELLS:,} cells")
        yield [cell if cell.strip() else None for cell in row]
        for _ in range(reader.line_num - line - 1):
            yield []
        line = reader.line_num


def separator_of(text: str) -> str:
    r"""Semicolon or tab where it stands in half of the first lines with any of them; otherwise the comma.

    Examples
    --------
    >>> separator_of("Opgave\nAstad;1,5;2,5"), separator_of("a,b")
    (';', ',')
    >>> separator_of('group,source\na,"Groups; regions, 2024"')
    ','
    """
    bare = re.sub(r'"[^"]*"', "", "\n".join(text.split("\n", 20)[:20]))
    lines = [line for line in bare.split("\n") if any(each in line for each in ";\t,")]
    often = (each for each in ";\t" if 2 * sum(each in line for line in lines) >= max(1, len(lines)))
    return next(often, ",")


def _problem(code: str, what: str, remedy: str) -> Problem:
    return Problem(code, what, "Numbers are only taken from what can be read for certain.", remedy)


def _refused(code: str, what: str, remedy: str) -> InstanceError:
    return InstanceError("A file cannot be read.", [_problem(code, what, remedy)])
