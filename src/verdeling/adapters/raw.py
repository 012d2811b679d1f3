"""What every format has in common: raw cells on the way in, plain cells on the way out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

import pandas as pd

from verdeling.cells import columns
from verdeling.errors import InstanceError, Problem
from verdeling.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from verdeling.instance import Instance


@dataclass(frozen=True)
class Raw:
    """The cells of an instance as they stand in a source.

    Parameters
    ----------
    tables : dict of str to DataFrame
        Cells under the row labels of the source.
    about : dict
        Fields of `About`, as they stand.
    boundaries : object, optional
        Parsed GeoJSON.
    """

    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    about: dict[str, Any] = field(default_factory=dict)
    boundaries: Any = None


def refuse(path: Path, problems: Sequence[Problem]) -> NoReturn:
    """Say that a source cannot be read.

    Raises
    ------
    InstanceError
        Always, with these problems.
    """
    raise InstanceError(f"{path.name} cannot be read.", problems)


def plain(instance: Instance) -> dict[str, pd.DataFrame]:
    """Tables with only what is worth writing.

    Parameters
    ----------
    instance : Instance
        Any instance.

    Returns
    -------
    dict of str to DataFrame
        Tables with rows, in the order of `TABLES`, of dtype object: text, int, float, bool, and
        ``None`` for a blank cell. Columns that hold nothing but their default are left out, and a
        region where it follows from the municipality.
    """
    several = len(set(instance["municipalities"]["region"])) > 1
    tables = {}
    for name, kind in TABLES.items():
        frame = instance[name]
        if name in ("needs", "support"):
            frame["region"] = frame["region"].where((frame["municipality"] == "") & several, "")
        readers = columns(name)
        kept = [
            column
            for column in frame
            if column not in readers
            or readers[column].required
            or any(cell is not None and cell != readers[column].default for cell in _cells(frame[column]))
        ]
        if len(frame) or kind.required:
            cells = {column: _cells(frame[column]) for column in kept}
            tables[name] = pd.DataFrame(cells, columns=kept, dtype=object)
    return tables


def _cells(column: pd.Series[Any]) -> list[Any]:
    return [_cell(cell) for cell in column.astype(object).tolist()]


def _cell(cell: Any) -> Any:
    if isinstance(cell, float):
        if cell != cell:
            return None
        return int(cell) if cell.is_integer() else cell
    return None if cell == "" else cell
