"""Moving a limit: by how much, and what has to move with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from verdeling.explaining.asking.desk import Desk, Shift
    from verdeling.program import Program

EUROS = 100_000.0
"""A limit of money is moved by this many euros, every other by one unit of its own."""

_WITH = {"capacity": ["supplier_rest"], "supplier": ["capacity"], "supplier_rest": ["capacity"]}
"""Limits of the same places, that have to move together: a place of a landlord is a place in all."""

_SPOT = ["municipality", "place_type", "year"]


def given_way(desk: Desk, limit: Mapping[Any, Any], step: float) -> Shift:
    """A shift that moves a limit by a step; a place more is one more in every limit of the same places.

    Parameters
    ----------
    desk : Desk
        The solution reopened.
    limit : mapping
        Row, family, scope and sense of the limit.
    step : float
        What is added to it, in its unit.
    """
    others = beside(desk, limit) if step > 0 else []
    shifts = [moved(row, limit["sense"], step) for row in [limit["row"], *others]]

    def shift(program: Program) -> None:
        for each in shifts:
            each(program)

    return shift


def beside(desk: Desk, limit: Mapping[Any, Any]) -> list[int]:
    """Rows of the other limits of the same places, without which more of a limit means nothing."""
    rows = desk.plan.rows
    found = rows["family"].isin(_WITH.get(limit["family"], []))
    for column in _SPOT:
        found &= rows[column] == limit[column]
    return list(rows.loc[found, "row"])


def moved(row: int, sense: str, step: float) -> Shift:
    """A shift that moves a limit by a step."""

    def shift(program: Program) -> None:
        if sense != ">=":
            program.row_upper[row] += step
        if sense != "<=":
            program.row_lower[row] += step

    return shift
