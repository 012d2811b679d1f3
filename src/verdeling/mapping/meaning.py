"""What the text of one cell means in a column of a table."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

from verdeling.cells import columns, tidy
from verdeling.errors import Problem
from verdeling.lists import KINDS
from verdeling.mapping.notation import NoNumberError, written
from verdeling.mapping.resolving import DIMENSIONS, dimension_of
from verdeling.mapping.sources import Broken

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from verdeling.mapping.format import From, Mark, Reading
    from verdeling.mapping.resolving import Directory

_WHY = "Nothing is taken for a number that could be another one."


@dataclass(frozen=True)
class Held:
    """What one text of a column means.

    Parameters
    ----------
    value : object
        ``None`` for nothing; a name that is not known stays as it is.
    why : tuple of str
        Kinds of repair.
    marked : bool
        Whether a mark says that there is no such number.
    estimated : bool
        Whether a mark gives an estimate.
    problem : Problem, optional
        Why it means nothing, without its place.
    name : tuple of str, optional
        Dimension, text, id and how that is known, where it was taken for an id.
    told : str, optional
        What it became, where that is not its value.
    """

    value: Any
    why: tuple[str, ...] = ()
    marked: bool = False
    estimated: bool = False
    problem: Problem | None = None
    name: tuple[str, str, str, str] | None = None
    told: str | None = None


@dataclass(frozen=True)
class Meaning:
    """What texts mean in the columns of one table.

    Parameters
    ----------
    table : str
        Its name.
    reading : Reading
        How cells are written.
    directories : dict of str to Directory
        What names mean, by dimension.
    """

    table: str
    reading: Reading
    directories: Mapping[str, Directory]

    def of(self, name: str, cell: Any, source: From | None) -> Held:
        """What a cell means.

        Parameters
        ----------
        name : str
            The column of the table.
        cell : object
            Tidy.
        source : From, optional
            What the mapping says of the column of the sheet.

        Returns
        -------
        Held
        """
        problem = partial(Problem, table=self.table, column=name, value="" if cell is None else str(cell))
        if isinstance(cell, Broken):
            what = f"The cell holds {cell.text}."
            return Held(
                None, problem=problem("error-in-cell", what, "That is no value.", "Fill in the value.")
            )
        cell, why = _rewritten(cell, source)
        dimension = dimension_of(self.table, name)
        if dimension is not None and cell is not None:
            return self._named(name, dimension, str(plain(cell)), why)
        return self._number(cell, why, problem) if self._of_numbers(name, cell) else Held(cell, why)

    def _named(self, name: str, dimension: str, text: str, why: tuple[str, ...]) -> Held:
        directory = self.directories[dimension]
        old = directory.old(text)
        if old is not None:
            told = ", ".join(old.parts)
            return Held(text, (*why, "merged"), name=(dimension, text, told, "merged"), told=told)
        if DIMENSIONS.get(self.table) == name:
            return Held(text, why)
        try:
            identifier, how = directory.meaning(text)
        except ValueError as reason:
            return Held(text, why, problem=directory.problem(self.table, name, text, reason))
        mended = (*why, how) if how == "named" else why
        return Held(identifier, mended, name=(dimension, text, identifier, how) if how else None)

    def _of_numbers(self, name: str, cell: Any) -> bool:
        known = columns(self.table).get(name)
        if known is None:
            return KINDS[self.table].attributes
        return known.dtype in ("int64", "float64") or (known.dtype == "object" and cell not in known.words)

    def _number(self, cell: Any, why: tuple[str, ...], problem: Callable[..., Problem]) -> Held:
        mark = _mark(self.reading, "" if cell is None else cell)
        if mark is not None:
            return _marked(cell, mark, problem)
        if cell is None or (isinstance(cell, int | float) and not isinstance(cell, bool)):
            return Held(plain(cell), why)
        if not isinstance(cell, str):
            remedy = "Write the number; a spreadsheet may have made a date of it."
            return Held(None, problem=problem("not-a-number", f"{cell} is not a number.", _WHY, remedy))
        try:
            read = written(cell, self.reading.notation)
        except NoNumberError as error:
            return Held(None, problem=_unread(cell, error, self.reading, problem))
        return Held(plain(read.value), why + read.why)


def _rewritten(cell: Any, source: From | None) -> tuple[Any, tuple[str, ...]]:
    """A cell as the mapping rewrites its text, and why."""
    if source is None or cell is None:
        return cell, ()
    why: tuple[str, ...] = ()
    stated = source.values.get(str(plain(cell)))
    if stated is not None:
        cell, why = tidy(stated), ("stated",)
    if source.code and (coded := _coded(cell)):
        cell, why = coded, (*why, "code")
    return cell, why


def _coded(cell: Any) -> str | None:
    """Code of the CBS for a municipality's digits."""
    digits = str(plain(cell)) if cell is not None else ""
    return f"GM{digits.zfill(4)}" if digits.isdigit() and len(digits) <= 4 else None


def _mark(reading: Reading, cell: Any) -> Mark | None:
    if not isinstance(cell, str):
        return None
    return next((mark for text, mark in reading.marks.items() if text.casefold() == cell.casefold()), None)


def _marked(cell: Any, mark: Mark, problem: Callable[..., Problem]) -> Held:
    if mark == "refuse":
        remedy = "Fill in the number, or say under marks in the mapping what it means."
        return Held(
            None, problem=problem("unclear-cell", f"The cell holds {cell or 'nothing'}.", _WHY, remedy)
        )
    if mark == "nothing":
        return Held(None, ("nothing",) if cell else (), marked=True)
    if mark == "zero":
        return Held(0, ("zero",))
    if isinstance(mark, int | float):
        return Held(plain(mark), ("stated",))
    return Held(mark.estimate, ("estimate",), estimated=True)


def _unread(cell: str, error: NoNumberError, reading: Reading, problem: Callable[..., Problem]) -> Problem:
    if error.readings:
        read = " or ".join(shown(plain(value)) for value in error.readings)
        remedy = 'Say notation = "dutch" or "english" under reading in the mapping.'
        return problem("ambiguous-number", f"{cell} can be read as {read}.", _WHY, remedy)
    stated = f" in {reading.notation.capitalize()} notation" if reading.notation else ""
    remedy = f'Write the number, or say under marks what it means: "{cell}" = "nothing" or {{estimate = …}}.'
    return problem("not-a-number", f"{cell} is not a number{stated}.", _WHY, remedy)


def plain(value: Any) -> Any:
    """Whole numbers as int, other fractions as float, the rest as it is."""
    if isinstance(value, Fraction | float) and value == int(value):
        return int(value)
    return float(value) if isinstance(value, Fraction) else value


def shown(value: Any) -> str:
    """Text of a value; of nothing none."""
    return "" if value is None else str(value)
