"""Municipalities that merged since: their rows go to the new ones, whole or in stated parts."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from verdeling.cells import columns
from verdeling.errors import Problem
from verdeling.lists import KINDS
from verdeling.mapping.lacking import incomplete
from verdeling.mapping.lifted import AMOUNTS, Repair
from verdeling.mapping.resolving import dimension_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from verdeling.mapping.format import Merged
    from verdeling.mapping.lacking import Origins
    from verdeling.mapping.lifted import Lifted, Row
    from verdeling.mapping.resolving import Directory

_ADDED = AMOUNTS | {"municipalities": "population"}
_FLOWS = ("waiting", "inflow", "inflow_low", "inflow_high", "outflow")
"""What is added up of figures; the rest of them must be alike."""
_WHOLE_ONLY = ("projects", "distances", "plans", "figures")
"""Tables and lists whose rows cannot be split: half a project in two municipalities is not one in each."""
_MARKS = {"estimate": any, "count": all}
"""What a sum is, by what its parts are."""


def merge(
    table: str, lifted: Lifted, municipalities: Directory, files: dict[str, str], origins: Origins
) -> None:
    """Give the rows of municipalities that are no longer there to those they are part of now.

    Parameters
    ----------
    table : str
        Whose rows.
    lifted : Lifted
        Holds the rows; repairs and problems are added.
    municipalities : Directory
        Knows the mergers.
    files : dict of str to str
        File of each sheet.
    origins : dict of str to Origin
        What each municipality is made of.
    """
    rows: list[Row] = []
    held = [name for name in columns(table) if dimension_of(table, name) == "municipality"]
    for row in lifted.tables.get(table, []):
        old = next(((name, found) for name in held
                    if (found := municipalities.old(_text(row, name)))), None)  # fmt: skip
        if old is None:
            rows.append(row)
        elif table == "distances" or (table in _WHOLE_ONLY and len(old[1].parts) > 1):
            lifted.problems.append(_unsplit(table, row, *old))
        else:
            moved = replace(row, origin=municipalities.origin(_text(row, old[0])))
            rows += _given(table, moved, *old, lifted, files)
    if table in lifted.tables:
        if not any((each.code, each.table) == ("unknown-name", table) for each in lifted.problems):
            lifted.problems += incomplete(table, rows, origins)
        lifted.tables[table] = list(_added(table, rows, lifted, files))


def _given(
    table: str, row: Row, column: str, merger: Merged, lifted: Lifted, files: dict[str, str]
) -> Iterator[Row]:
    amount = _ADDED.get(table, "")
    value = row.cells.get(amount)
    parts = merger.parts
    amounts = shared(value, list(parts.values())) if isinstance(value, int | float) else [value] * len(parts)
    known = columns(table)
    for identifier, part in zip(parts, amounts, strict=True):
        cells = row.cells | {column: identifier, amount: part}
        if table == "municipalities":
            cells["name"] = merger.name or None
        if len(parts) > 1 and "estimate" in known:
            cells["estimate"] = True
        yield replace(row, cells={name: cell for name, cell in cells.items() if name})
    if len(parts) > 1:
        told = ", ".join(f"{part} {identifier}" for identifier, part in zip(parts, amounts, strict=True))
        lifted.repairs.append(_repair(row, files, str(value), told, "split"))


def shared(amount: float, parts: Sequence[Fraction]) -> list[float]:
    """Divide an amount in parts; a whole one in whole numbers that add up, by the largest remainders.

    Examples
    --------
    >>> shared(10, [Fraction("0.55"), Fraction("0.25"), Fraction("0.2")])
    [6, 2, 2]
    """
    exact = [Fraction(str(amount)) * part for part in parts]
    if not isinstance(amount, int):
        return [float(part) for part in exact]
    whole = [int(part) for part in exact]
    order = sorted(range(len(parts)), key=lambda at: (whole[at] - exact[at], at))
    for at in order[: amount - sum(whole)]:
        whole[at] += 1
    return list(whole)


def _added(table: str, rows: Sequence[Row], lifted: Lifted, files: dict[str, str]) -> Iterator[Row]:
    """Rows, with those that a merger made alike added up."""
    if not any(row.origin for row in rows):
        yield from rows
        return
    alike: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        alike.setdefault(_key(table, row), []).append(row)
    for several in alike.values():
        if len(several) == 1 or not any(row.origin for row in several):
            yield from several
        else:
            yield _sum(table, several, lifted, files)


def _key(table: str, row: Row) -> tuple[Any, ...]:
    known = columns(table)
    held = [row.cells.get(name) for name in KINDS[table].key]
    blank = [known[name].default for name in KINDS[table].key]
    return tuple(default if cell is None else cell for cell, default in zip(held, blank, strict=True))


def _sum(table: str, rows: Sequence[Row], lifted: Lifted, files: dict[str, str]) -> Row:
    amount = _ADDED.get(table, "")
    cells: dict[str, Any] = {}
    for name in dict.fromkeys(name for row in rows for name in row.cells):
        present = [row.cells.get(name) for row in rows]
        if name == amount or (table == "figures" and name in _FLOWS and _all_or_none(present)):
            cells[name] = sum(each for each in present if isinstance(each, int | float))
        elif name in _MARKS:
            cells[name] = _MARKS[name](each in (True, "yes", "ja") for each in present)
        elif name == "source":
            cells[name] = "; ".join(dict.fromkeys(str(each) for each in present if each))
        else:
            cells[name] = _common(table, name, rows, lifted)
    label = "+".join(row.label for row in rows)
    stood = " + ".join(str(row.cells.get(amount)) for row in rows)
    lifted.repairs.append(_repair(rows[0], files, stood, str(cells.get(amount)), "summed"))
    return replace(rows[0], cells=cells, label=label)


def _all_or_none(cells: Sequence[Any]) -> bool:
    """Whether amounts can be added up: an empty one beside others may stand for something else than zero."""
    return len({cell is None for cell in cells}) == 1


def _common(table: str, name: str, rows: Sequence[Row], lifted: Lifted) -> Any:
    """What rows agree on; that of a municipality that was there already goes before."""
    own = [row for row in rows if not row.origin] if table == "municipalities" else rows
    cells = list(dict.fromkeys(cell for row in (own or rows) if (cell := row.cells.get(name)) is not None))
    if len(cells) > 1:
        lifted.problems.append(
            Problem("merged-differ", f"Municipalities that merged differ: {_listed(cells)}.",
                    "Their rows are added up, and this cannot be.",
                    "Give the new municipality a row of its own under [[table]], and skip these.",
                    table, rows[0].label, name)
        )  # fmt: skip
    return cells[0] if cells else None


def _text(row: Row, column: str) -> str:
    return str(row.cells.get(column) or "")


def _unsplit(table: str, row: Row, column: str, merger: Merged) -> Problem:
    return Problem("cannot-split", f"{merger.old[0][0]} is no longer there.",
                   "This row cannot be shared out or added up.",
                   "Say which municipality is meant now under [names.municipality].",
                   table, row.place(column), column, str(row.cells[column]))  # fmt: skip


def _repair(row: Row, files: dict[str, str], stood: str, became: str, why: str) -> Repair:
    sheet, _, cell = row.label.rpartition("!")
    return Repair(files.get(sheet, ""), sheet, cell, stood, became, why)


def _listed(cells: Iterable[Any]) -> str:
    return ", ".join(map(str, cells))
