"""What a column holds where columns have types: text, whole numbers, numbers or truths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from verdeling.adapters.raw import plain
from verdeling.cells import attribute, columns

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from verdeling.instance import Instance

TEXT, WHOLE, NUMBER, TRUTH = "string", "integer", "number", "boolean"
"""Kinds of columns, in the words of a table schema."""

KINDS = {"str": TEXT, "object": TEXT, "int64": WHOLE, "float64": NUMBER, "bool": TRUTH}
"""Kind of a column of an instance, by its dtype; where words and numbers mix, numbers are text."""


def kinds_of(table: str, frame: pd.DataFrame) -> dict[str, str]:
    """Kind of each column of a table of an instance."""
    known = columns(table)
    return {name: KINDS[known.get(name, attribute(name)).dtype] for name in map(str, frame)}


def plain_cells(instance: Instance) -> dict[str, tuple[pd.DataFrame, dict[str, str]]]:
    """Tables as `plain` gives them, with the kind of each column; every cell is of it, or ``None``."""
    found = {}
    for table, frame in plain(instance).items():
        kinds = kinds_of(table, frame)
        found[table] = (frame.assign(**_as_text(frame, kinds)), kinds)
    return found


def _as_text(frame: pd.DataFrame, kinds: Mapping[str, str]) -> dict[str, pd.Series[Any]]:
    texts = [name for name, kind in kinds.items() if kind == TEXT]
    return {name: frame[name].map(lambda cell: None if cell is None else str(cell)) for name in texts}
