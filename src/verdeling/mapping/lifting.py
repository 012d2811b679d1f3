"""Lifting rows out of a sheet: every cell becomes what its column asks for, or a problem at its address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from verdeling.cells import columns, tidy
from verdeling.mapping.heading import data_rows, find
from verdeling.mapping.lifted import AMOUNTS, Lifted, Repair, Row
from verdeling.mapping.meaning import Held, Meaning, shown
from verdeling.mapping.sources import cell_name
from verdeling.mapping.totals import unlike_totals
from verdeling.mapping.units import convert

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from verdeling.errors import Problem
    from verdeling.mapping.format import Amount, Block, From, Reading
    from verdeling.mapping.resolving import Directory
    from verdeling.mapping.sources import Sheet

_Spot = tuple[int, int | None]
"""Row and column of a cell, or a row."""

_At = Mapping[str, int]
"""Column of the sheet by column of the table."""

_GONE = object()
"""Stands in the place of an amount of which the mapping says that there is none."""


def stated_row(meaning: Meaning, cells: Mapping[str, Any], into: Lifted) -> dict[str, Any]:
    """Cells that a mapping states itself, with ids for names.

    Parameters
    ----------
    meaning : Meaning
        What texts mean in the table.
    cells : dict of str to object
        By column.
    into : Lifted
        Takes what is wrong.
    """
    held = {name: meaning.of(name, tidy(cell), None) for name, cell in cells.items()}
    where = "the mapping"
    into.problems += [replace(each.problem, row=where) for each in held.values() if each.problem is not None]
    return {name: each.value for name, each in held.items()}


class Lifter:
    """Lifts the rows of one sheet, as one block of a mapping says.

    Parameters
    ----------
    sheet : Sheet
        Where the rows are.
    block : Block
        What the mapping says of it.
    reading : Reading
        How its cells are written.
    directories : dict of str to Directory
        What names mean, by dimension.
    into : Lifted
        Takes what is found.
    """

    def __init__(
        self, sheet: Sheet, block: Block, reading: Reading, directories: Mapping[str, Directory], into: Lifted
    ) -> None:
        self.sheet, self.block, self.into = sheet, block, into
        self._meaning = Meaning(block.fills, reading, directories)
        self._amount = block.wide.fills if block.wide else AMOUNTS.get(block.fills, "")
        self._constants = stated_row(self._meaning, block.constants, into)
        self._estimates = "estimate" in columns(block.fills)
        self._known: dict[tuple[Any, ...], Held] = {}
        self._above: dict[str, Any] = {}

    def lift(self) -> None:
        """Lift every row of data."""
        rows, skipped = data_rows(self.sheet, self.block)
        found, wide, problems = find(self.sheet, self.block, rows)
        self.into.problems += problems
        if problems:
            return
        for row, text in skipped.items():
            self._repaired((row, None), text, "", "skipped")
        sources = self.block.columns
        at = {name: found[str(tidy(sources[name].column))] for name in sorted(sources, key=_estimate_first)}
        across = [
            (self._headed(found[name], cells), at | dict.fromkeys([*cells, self._amount], found[name]))
            for name, cells in wide.items()
        ]
        self._compare(at, across, rows, skipped)
        lifted = self.into.tables.setdefault(self.block.fills, [])
        for row in rows:
            base = self._row(row, at)
            made = [base] if self.block.wide is None else [self._wide(base, *each) for each in across]
            lifted += [each for each in made if each.cells.get(self._amount) is not _GONE]

    def _compare(
        self, at: _At, across: Sequence[tuple[Any, _At]], rows: Sequence[int], skipped: Iterable[int]
    ) -> None:
        """Hold the totals of the sheet against its rows."""
        source = self.block.columns.get(self._amount)
        for each in (at, *(columns_of for _, columns_of in across)):
            if self._amount in each:
                self.into.notices += unlike_totals(
                    self.sheet, each[self._amount], rows, skipped,
                    lambda cell: self._meant(self._amount, cell, source)
                )  # fmt: skip

    def _row(self, row: int, at: Mapping[str, int]) -> Row:
        line = self.sheet.lines[row - 1]
        made = Row(dict(self._constants), self.sheet.address(row), self.sheet, row, at)
        for name, column in at.items():
            source = self.block.columns[name]
            cell = line[column - 1] if column <= len(line) else None
            if source.fill_down:
                cell = self._filled(cell, name, (row, column))
            self._put(made.cells, name, cell, source, (row, column))
        for name in at:
            self._convert(made, name, self.block.columns[name])
        return made

    def _wide(self, base: Row, about: dict[str, Any], at: Mapping[str, int]) -> Row:
        """Row of one wide cell."""
        wide = self.block.wide
        assert wide is not None
        line, column = self.sheet.lines[base.row - 1], at[wide.fills]
        label = self.sheet.address(base.row, column)
        made = Row(base.cells | about, label, self.sheet, base.row, at)
        cell = line[column - 1] if column <= len(line) else None
        self._put(made.cells, wide.fills, cell, None, (base.row, column))
        self._convert(made, wide.fills, wide)
        return made

    def _headed(self, column: int, cells: Mapping[str, Any]) -> dict[str, Any]:
        """What a wide heading is about, with ids for names."""
        made: dict[str, Any] = {}
        for name, cell in cells.items():
            self._put(made, name, cell, None, (self.block.header[-1], column))
        return made

    def _filled(self, cell: Any, name: str, spot: _Spot) -> Any:
        if tidy(cell) is None and name in self._above:
            self._repaired(spot, "", str(self._above[name]), "filled-down")
            return self._above[name]
        self._above[name] = cell
        return cell

    def _put(self, cells: dict[str, Any], name: str, cell: Any, source: From | None, spot: _Spot) -> None:
        """Put what a cell means in a row, and tell what had to be done for it."""
        held = self._meant(name, cell, source)
        cells[name] = _GONE if held.marked and name == self._amount else held.value
        if held.estimated and self._estimates:
            cells["estimate"] = True
        if held.name is not None:
            self.into.names[held.name] += 1
        if held.why or held.problem is not None or spot in self.sheet.formulas:
            self._tell(held, spot, tidy(cell))

    def _meant(self, name: str, cell: Any, source: From | None) -> Held:
        """What a cell means; each text of a column is read once."""
        key = (name, cell.__class__, cell)
        held = self._known.get(key)
        if held is None:
            held = self._known[key] = self._meaning.of(name, tidy(cell), source)
        return held

    def _tell(self, held: Held, spot: _Spot, stands: Any) -> None:
        if held.problem is not None:
            self._refused(held.problem, spot)
        if spot in self.sheet.formulas and held.value is not None:
            self._repaired(spot, "=", str(stands), "formula")
        became = shown(held.value) if held.told is None else held.told
        for why in held.why:
            self._repaired(spot, shown(stands), became, why)

    def _convert(self, made: Row, name: str, amount: Amount) -> None:
        """Bring a number into the unit of its column."""
        value = made.cells[name]
        if isinstance(value, bool) or not isinstance(value, int | float):
            return
        if isinstance(value, int) and not amount.converts:
            return
        known = columns(self.block.fills).get(name)
        whole = known is not None and known.dtype == "int64"
        converted = convert(value, amount, made.cells.get("group"), whole=whole)
        made.cells[name] = converted.value
        spot = (made.row, made.at[name])
        for step in converted.steps:
            self._repaired(spot, *step)
        if converted.problem is not None:
            self._refused(replace(converted.problem, column=name, value=shown(value)), spot)

    def _refused(self, problem: Problem, spot: _Spot) -> None:
        address = self.sheet.address(*spot)
        self.into.problems.append(replace(problem, table=self.block.fills, row=address))

    def _repaired(self, spot: _Spot, stood: str, became: str, why: str) -> None:
        repair = Repair(self.sheet.file, self.sheet.label, cell_name(*spot), stood, became, why)
        self.into.repairs.append(repair)


def _estimate_first(name: str) -> bool:
    """Order in which what is an estimate by a mark is not undone by the column."""
    return name != "estimate"
