"""Proposing a mapping: what each sheet seems to be, to be looked at before it is used."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from verdeling.cells import tidy
from verdeling.incoming import read_content
from verdeling.mapping.format import Mapping, Reading
from verdeling.mapping.lifted import Lifted
from verdeling.mapping.notation import NoNumberError, Notation, written
from verdeling.mapping.reading import lift
from verdeling.mapping.recognising import block_of, recognise
from verdeling.mapping.resolving import DIMENSIONS
from verdeling.mapping.sources import TEXTS, Dress, open_source, separator_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verdeling.errors import Problem
    from verdeling.mapping.recognising import Part
    from verdeling.mapping.sources import Notice, Opened


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
    parts = [recognise(sheet) for sheet in opened.sheets]
    reading = Reading(notation=_notation(parts), encoding=dress.encoding, separator=dress.separator)
    tried = _tried(parts, reading, opened)
    return Proposal(source, reading, parts, tried.problems, _called(tried), opened.notices)


def _dress(source: Path) -> Dress:
    """Encoding and separator of the first CSV file, where they are not what is expected."""
    files = sorted(source.iterdir()) if os.path.isdir(source) else [source]
    texts = [each for each in files if each.suffix.lower() in TEXTS and os.path.exists(each)]
    if not texts:
        return Dress()
    try:
        contents = [read_content(each) for each in texts]
    except OSError:
        return Dress()  # which of them cannot be read is told where they are opened
    encoding = next((found for each in contents if (found := _encoding(each))), None)
    text = contents[0].decode(encoding or "utf-8", errors="replace")
    return Dress(encoding, separator_of(text))


def _encoding(content: bytes) -> str | None:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return None
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return None


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
