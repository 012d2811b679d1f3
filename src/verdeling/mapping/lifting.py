"""Lifting rows out of a sheet: every cell becomes what its column asks for, or a problem at its address."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from verdeling.cells import columns, tidy
from verdeling.mapping.heading import data_rows, find
from verdeling.mapping.lifted import AMOUNTS, Lifted, Repair, Row
from verdeling.mapping.meaning import Held, Meaning, shown
from verdeling.mapping.units import convert

if TYPE_CHECKING:
    from collections.abc import Mapping

    from verdeling.errors import Problem
    from verdeling.mapping.format import Amount, Block, From, Reading
    from verdeling.mapping.resolving import Directory
    from verdeling.mapping.sources import Sheet

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
        self._amount = AMOUNTS.get(block.fills, "")
        self._constants = stated_row(self._meaning, block.constants, into)
        self._known: dict[tuple[Any, ...], Held] = {}

    def lift(self) -> None:
        """Lift every row of data."""
        found, wide, problems = find(self.sheet, self.block)
        self.into.problems += problems
        if problems:
            return
        rows, skipped = data_rows(self.sheet, self.block)
        for row, text in skipped.items():
            self._repaired(self.sheet.address(row), text, "", "skipped")
        sources = {
            name: (found[str(tidy(self.block.columns[name].column))], self.block.columns[name])
            for name in sorted(self.block.columns, key=lambda name: name != "estimate")
        }
        lifted = self.into.tables.setdefault(self.block.fills, [])
        about = {name: self._headed(found[name], cells) for name, cells in wide.items()}
        above: dict[str, Any] = {}
        for row in rows:
            base = self._row(row, sources, above)
            if self.block.wide is None:
                lifted += [base] if self._whole(base) else []
                continue
            for name, cells in about.items():
                lifted += self._wide(base, row, found[name], cells)

    def _row(self, row: int, sources: Mapping[str, tuple[int, From]], above: dict[str, Any]) -> Row:
        line = self.sheet.lines[row - 1]
        made = Row(dict(self._constants), label=self.sheet.address(row))
        for name, (at, source) in sources.items():
            made.places[name] = self.sheet.address(row, at)
            cell = line[at - 1] if at <= len(line) else None
            if source.fill_down:
                cell = self._filled(cell, name, made.places[name], above)
            self._put(made, name, cell, source, (row, at))
        for name, (_, source) in sources.items():
            self._convert(made, name, source)
        return made

    def _wide(self, base: Row, row: int, at: int, about: dict[str, Any]) -> list[Row]:
        """Row of one wide cell; none where there is no such number."""
        wide = self.block.wide
        assert wide is not None
        line = self.sheet.lines[row - 1]
        address = self.sheet.address(row, at)
        made = Row(base.cells | about, base.places | dict.fromkeys([*about, wide.fills], address), address)
        self._put(made, wide.fills, line[at - 1] if at <= len(line) else None, None, (row, at))
        self._convert(made, wide.fills, wide)
        return [made] if self._whole(made) else []

    def _headed(self, at: int, cells: Mapping[str, Any]) -> dict[str, Any]:
        """What a wide heading is about, with ids for names."""
        row = self.block.header[-1]
        made = Row({}, dict.fromkeys(cells, self.sheet.address(row, at)))
        for name, cell in cells.items():
            self._put(made, name, cell, None, (row, at))
        return made.cells

    def _filled(self, cell: Any, name: str, address: str, above: dict[str, Any]) -> Any:
        if tidy(cell) is None and name in above:
            self._repaired(address, "", str(above[name]), "filled-down")
            return above[name]
        above[name] = cell
        return cell

    def _put(self, made: Row, name: str, cell: Any, source: From | None, spot: tuple[int, int]) -> None:
        """Put what a cell means in a row, and tell what had to be done for it."""
        stands = tidy(cell)
        key = (name, type(stands), stands)
        held = self._known.get(key)
        if held is None:
            held = self._known[key] = self._meaning.of(name, stands, source)
        address = made.places[name]
        made.cells[name] = _GONE if held.marked and name == self._amount else held.value
        if held.estimated and "estimate" in columns(self.block.fills):
            made.cells["estimate"] = True
        if held.name is not None:
            self.into.names[held.name] = self.into.names.get(held.name, 0) + 1
        self._tell(held, address, stands, formula=spot in self.sheet.formulas)

    def _tell(self, held: Held, address: str, stands: Any, *, formula: bool) -> None:
        if held.problem is not None:
            self._refused(held.problem, address)
        if formula and held.value is not None:
            self._repaired(address, "=", str(stands), "formula")
        became = shown(held.value) if held.told is None else held.told
        for why in held.why:
            self._repaired(address, shown(stands), became, why)

    def _convert(self, made: Row, name: str, amount: Amount) -> None:
        """Bring a number into the unit of its column."""
        value = made.cells[name]
        if isinstance(value, bool) or not isinstance(value, int | float):
            return
        known = columns(self.block.fills).get(name)
        whole = known is not None and known.dtype == "int64"
        converted = convert(value, amount, made.cells.get("group"), whole=whole)
        made.cells[name] = converted.value
        for step in converted.steps:
            self._repaired(made.places[name], *step)
        if converted.problem is not None:
            self._refused(replace(converted.problem, column=name, value=shown(value)), made.places[name])

    def _whole(self, made: Row) -> bool:
        """Whether a row is there: not when the mapping says that there is no such number."""
        return made.cells.get(self._amount) is not _GONE

    def _refused(self, problem: Problem, address: str) -> None:
        self.into.problems.append(replace(problem, table=self.block.fills, row=address))

    def _repaired(self, address: str, stood: str, became: str, why: str) -> None:
        cell = address.rpartition("!")[2]
        self.into.repairs.append(Repair(self.sheet.file, self.sheet.label, cell, stood, became, why))
