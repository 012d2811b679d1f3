"""Changes to an instance that a law is about: other ids, another order, other amounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from verdeling.instance import Instance

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

KIND_OF = {"origin": "municipality", "host": "municipality", "provider": "supplier"}
"""Columns that hold the ids of another column; providers share the scope column of suppliers."""

RENAMED = ("municipality", "region", "group", "place_type", "supplier", "project", "agreement")
"""Whose ids are renamed."""

AMOUNTS = {
    "needs": ["households"],
    "supply": ["places"],
    "projects": ["max_places", "min_places"],
    "support": ["hours"],
}
"""Columns with an amount of people, places or hours."""

ABSOLUTE = ("places", "per_1000_inhabitants", "built", "support_hours", "cost")
"""Measures of an agreement whose value is an amount and not a share."""


def reordered(instance: Instance, seed: int) -> Instance:
    """The same rows and columns in another order."""
    random = np.random.default_rng(seed)
    tables = {}
    for name in instance.tables:
        frame = instance[name]
        tables[name] = frame.iloc[random.permutation(len(frame))][list(random.permutation(frame.columns))]
    return Instance.from_tables(tables, instance.about)


def renamed(instance: Instance, seed: int) -> tuple[Instance, Callable[[pd.DataFrame], pd.DataFrame]]:
    """The same with other ids and the names as they were, and the way back for a table of a solution."""
    random = np.random.default_rng(seed)
    ids: dict[tuple[str, str], str] = {}

    def rename(kind: str, cell: str) -> str:
        if cell in ("", "*"):
            return cell
        return ids.setdefault((kind, cell), f"{random.integers(10**9):09d} {cell[::-1]}")

    tables = {name: instance[name] for name in instance.tables}
    for frame in tables.values():
        for column in frame.columns:
            kind = KIND_OF.get(column, column)
            if kind in RENAMED:
                cells = [str(cell).split(";") for cell in frame[column]]
                frame[column] = [";".join(rename(kind, name) for name in names) for names in cells]
    back = {(kind, new): old for (kind, old), new in ids.items()}

    def restore(frame: pd.DataFrame) -> pd.DataFrame:
        def restored(column: str) -> list[str]:
            kind = KIND_OF.get(column, column)
            return [back.get((kind, cell), cell) for cell in frame[column]]

        return frame.assign(**{column: restored(column) for column in frame if column in RENAMED})

    return Instance.from_tables(tables, instance.about), restore


def scaled(instance: Instance, factor: int) -> Instance:
    """A multiple of all people, places and hours, and of what agreements say about them."""
    tables = {name: instance[name] for name in AMOUNTS}
    for name, columns in AMOUNTS.items():
        tables[name][columns] *= factor
    agreements = instance["agreements"]
    agreements["value"] *= np.where(agreements["measure"].isin(ABSOLUTE), factor, 1)
    return instance.replace(**tables, agreements=agreements)


def with_more_supply(instance: Instance, row: int, places: int) -> Instance:
    """More places, or fewer, in one row of the table supply."""
    supply = instance["supply"]
    supply.loc[row, "places"] += places
    return instance.replace(supply=supply)
