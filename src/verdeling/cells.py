"""How one column is read: which cells it may hold, what a blank one means, what is wrong with the rest.

Everything follows from the models in `tables.py`. pydantic validates a whole column in one call.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_origin

import numpy as np
import pandas as pd
from pydantic import BeforeValidator, ConfigDict, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

from verdeling.errors import Problem
from verdeling.lists import KINDS
from verdeling.tables import Attribute

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_PLAIN_WHOLE = re.compile(r"[+-]?[0-9]+(\.0)?")
_PLAIN_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_DUTCH_FLAGS = {"ja": True, "nee": False, "waar": True, "onwaar": False}

_REMEDIES = {
    "whole": ("not-a-number", "Write digits only, without decimals or separators: 1250."),
    "int": ("not-a-number", "Write digits only, without decimals or separators: 1250."),
    "number": ("not-a-number", "Write digits, a point before decimals, nothing between thousands: 1250.5."),
    "float": ("not-a-number", "Write digits, a point before decimals, nothing between thousands: 1250.5."),
    "finite": ("not-finite", "Write a number that is not infinite."),
    "greater": ("out-of-range", "Write a number within the range."),
    "less": ("out-of-range", "Write a number within the range."),
    "bool": ("unknown-word", "Write yes or no."),
    "literal": ("unknown-word", "Write one of these words exactly."),
    "string_type": ("not-text", "Write it as text; in a spreadsheet, set the format of the cell to Text."),
    "string_too_long": ("too-long", "Shorten the text."),
    "invisible": ("invisible-character", "Type the text again instead of copying it."),
}
"""Code and remedy by pydantic's type of error, or by its first word."""

_OTHER = ("invalid-cell", "Write what the column asks for.")


@dataclass(frozen=True)
class Column:
    """How the cells of one column are read.

    Parameters
    ----------
    name, description : str
        From the row model.
    dtype : str
        Of the column once read: str, int64, float64, bool, or object where words and numbers mix.
    adapter : TypeAdapter
        Reads all cells that are not blank in one call.
    required : bool
        Whether a blank cell is a problem.
    default : object
        What a blank cell means otherwise.
    words : tuple of str
        The words that a cell may hold; empty where that is not limited.
    """

    name: str
    description: str
    dtype: str
    adapter: TypeAdapter[list[Any]]
    required: bool
    default: Any
    words: tuple[str, ...]

    def read(self, table: str, cells: list[Any], labels: Sequence[str]) -> tuple[list[Any], list[Problem]]:
        """Read all cells.

        Parameters
        ----------
        table : str
            Name of the table, for the problems.
        cells : list
            Tidy cells, ``None`` where blank.
        labels : sequence
            Label of each row in the source.

        Returns
        -------
        list
            What was read, with ``None`` for cells that cannot be read.
        list of Problem
            One for each cell that cannot be read.
        """
        filled = [position for position, cell in enumerate(cells) if cell is not None]
        wrong: dict[int, tuple[str, str]] = {}
        try:
            read = self.adapter.validate_python([cells[position] for position in filled])
        except ValidationError as error:
            for each in error.errors(include_url=False):
                wrong[filled[int(each["loc"][0])]] = (each["type"], each["msg"])
            filled = [position for position in filled if position not in wrong]
            read = self.adapter.validate_python([cells[position] for position in filled])
        values = [None if position in wrong else self.default for position in range(len(cells))]
        for position, value in zip(filled, read, strict=True):
            values[position] = value
        if self.required:
            wrong |= {position: ("blank", "") for position, cell in enumerate(cells) if cell is None}
        problems = [self._problem(table, labels[at], cells[at], *wrong[at]) for at in sorted(wrong)]
        return values, problems

    def _problem(self, table: str, row: str, cell: object, kind: str, message: str) -> Problem:
        means = f"{self.name}: {self.description}"
        if kind == "blank":
            return Problem("empty-cell", "The cell is empty.", means, "Fill it in.", table, row, self.name)
        code, remedy = _REMEDIES.get(kind) or _REMEDIES.get(kind.split("_")[0], _OTHER)
        what = f"{cell!r} {message.removeprefix('Input ')}."
        return Problem(code, what, means, remedy, table, row, self.name, str(cell))


def tidy(cell: object) -> Any:
    r"""Cell without the accidents of its source.

    Parameters
    ----------
    cell : object
        As it stands in a file, a sheet or a DataFrame.

    Returns
    -------
    object
        Text on one line with single spaces in Unicode NFC, a plain Python value, or ``None`` for a
        blank cell (empty, NaN, NaT).

    Examples
    --------
    >>> tidy("  Bergen op\nZoom "), tidy(float("nan")), tidy("")
    ('Bergen op Zoom', None, None)
    """
    if isinstance(cell, str):
        words = " ".join(cell.split())
        return (words if words.isascii() else unicodedata.normalize("NFC", words)) or None
    if isinstance(cell, np.generic):
        cell = cell.item()
    missing = cell is None or cell is pd.NA or cell is pd.NaT or (isinstance(cell, float) and cell != cell)
    return None if missing else cell


@cache
def columns(table: str) -> dict[str, Column]:
    """How the columns of a table are read, by name in the order of `TableKind.columns`."""
    kind = KINDS[table]
    return {name: _column(name, kind.row.model_fields[name]) for name in kind.columns}


@cache
def attribute(name: str) -> Column:
    """How a further numeric column is read."""
    return _column(name, FieldInfo.from_annotation(Attribute))


def _column(name: str, info: FieldInfo) -> Column:
    kind: Any = info.annotation
    if type(None) in get_args(kind):
        kind = get_args(kind)[0]
    adapter, dtype = _adapter(kind, tuple(info.metadata))
    default = None if info.is_required() else info.default
    return Column(name, info.description or "", dtype, adapter, info.is_required(), default, _words(kind))


@cache
def _adapter(kind: Any, metadata: tuple[Any, ...]) -> tuple[TypeAdapter[list[Any]], str]:
    """What reads cells of a type, and the dtype of their column; many columns are alike."""
    prepare, dtype = _reader(kind)
    cell = Annotated[kind, *metadata, BeforeValidator(prepare)]
    return TypeAdapter(list[cell], config=ConfigDict(coerce_numbers_to_str=True)), dtype


def _reader(kind: Any) -> tuple[Callable[[object], object], str]:
    """Prepare a cell of a type for pydantic, and the dtype of its column."""
    if get_origin(kind) is Annotated:
        return _reader(get_args(kind)[0])
    if get_origin(kind) is Literal:
        return text, "str"
    if kind in _READERS:
        return _READERS[kind]
    words = _words(kind)
    return (lambda cell: cell if cell in words else _number(cell)), "object"


def _words(kind: Any) -> tuple[str, ...]:
    if get_origin(kind) is Literal:
        return get_args(kind)
    return tuple(word for part in get_args(kind) if get_origin(part) is Literal for word in get_args(part))


def text(cell: object) -> object:
    """Cell of a column of text: whole numbers lose their decimals.

    Raises
    ------
    PydanticCustomError
        If a character cannot be seen, such as a zero-width space.
    """
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, bytes):
        raise PydanticCustomError("string_type", "should be text")
    if isinstance(cell, str) and not cell.isprintable():
        hidden = next(character for character in cell if not character.isprintable())
        raise PydanticCustomError(
            "invisible", "holds the invisible character U+{code}", {"code": f"{ord(hidden):04X}"}
        )
    return cell


def _whole(cell: object) -> object:
    if isinstance(cell, bool | bytes) or (isinstance(cell, str) and not _PLAIN_WHOLE.fullmatch(cell)):
        raise PydanticCustomError("whole", "is not a whole number")
    return cell


def _number(cell: object) -> object:
    if isinstance(cell, bool | bytes) or (isinstance(cell, str) and not _PLAIN_NUMBER.fullmatch(cell)):
        raise PydanticCustomError("number", "is not a number")
    return cell


def _flag(cell: object) -> object:
    return _DUTCH_FLAGS.get(cell.casefold(), cell) if isinstance(cell, str) else cell


_READERS: dict[Any, tuple[Callable[[object], object], str]] = {
    str: (text, "str"),
    int: (_whole, "int64"),
    float: (_number, "float64"),
    bool: (_flag, "bool"),
}
