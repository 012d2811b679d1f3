"""Workbooks from elsewhere: what they may unpack to, and how many cells are taken from them.

A workbook is a zip of XML. Some kilobytes can unpack to gigabytes, or say that a row has the number
10,000,000,000; entities can be made of entities of entities. No spreadsheet program writes any of these.
"""

from __future__ import annotations

import warnings
import zipfile
from contextlib import closing
from typing import TYPE_CHECKING, Any

from openpyxl import load_workbook

from verdeling.incoming import LARGEST, MOST_CELLS, read_content

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Lines = list[tuple[Any, ...]]

MOST_BYTES = 2**28
"""All parts of a workbook, unpacked."""

_PIECE = 2**20
_DECLARATIONS = [mark.encode(how) for mark in ("<!DOCTYPE", "<!ENTITY") for how in ("utf-8", "utf-16-le")]


class TooLarge(ValueError):
    """A workbook unpacks to more than is taken in."""


def checked_parts(path: Path) -> list[str]:
    """Names of the parts of a workbook that is safe to unpack.

    Parameters
    ----------
    path : Path
        The workbook.

    Raises
    ------
    TooLarge
        If it would unpack to more than `MOST_BYTES`.
    ValueError
        If a part declares a document type or entities, which the format does not allow.
    OSError, zipfile.BadZipFile
        If it cannot be read, or is no zip.
    """
    read_content(path, LARGEST)
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
        size = sum(part.file_size for part in parts)
        if size > MOST_BYTES:
            most = f"{MOST_BYTES // 2**20} MB is the most"
            raise TooLarge(f"it would unpack to {size / 2**20:,.0f} MB, and {most}")
        for part in parts:
            with archive.open(part) as stream:
                if _declares(stream.read):
                    raise ValueError(f"{part.filename} declares a document type or entities")
    return [part.filename for part in parts]


def sheet_cells(
    path: Path, *, computed: bool = False, keep: Callable[[str], object] = bool
) -> dict[str, Lines]:
    """Cells of the sheets of a workbook, row by row.

    Parameters
    ----------
    path : Path
        A workbook of which the parts were checked.
    computed : bool
        Whether values that were saved stand in the place of formulas.
    keep : callable
        Whether a sheet is wanted, by its title; by default all are.

    Raises
    ------
    TooLarge
        If a sheet has more cells than `verdeling.incoming.MOST_CELLS`.
    """
    found: dict[str, Lines] = {}
    with (
        warnings.catch_warnings(action="ignore", category=UserWarning),
        path.open("rb") as file,  # a workbook that cannot be loaded leaves its file open
        closing(load_workbook(file, read_only=True, data_only=computed, keep_links=False)) as book,
    ):
        for sheet in book.worksheets:
            if keep(sheet.title):
                sheet.reset_dimensions()
                found[sheet.title] = list(_counted(sheet.iter_rows()))
    return found


def _counted(lines: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Rows, as long as they make no table of too many cells."""
    widest = 1
    for number, line in enumerate(lines, 1):
        widest = max(widest, len(line))
        if number * widest > MOST_CELLS:
            raise TooLarge(f"a sheet has more than {MOST_CELLS:,} cells, the empty ones counted")
        yield line


def _declares(read: Callable[[int], bytes]) -> bool:
    """Whether a stream has a declaration anywhere, also between two pieces."""
    before = b""
    while piece := read(_PIECE):
        if any(mark in before + piece for mark in _DECLARATIONS):
            return True
        before = piece[-32:]
    return False
