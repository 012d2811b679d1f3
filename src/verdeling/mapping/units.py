"""Units: numbers converted by stated factors, and made whole as stated."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from verdeling.errors import Problem
from verdeling.mapping.meaning import plain, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from verdeling.mapping.format import Amount, Factors

_ROUNDED: dict[str, Callable[[Fraction], int]] = {
    "up": math.ceil,
    "down": math.floor,
    "nearest": lambda exact: math.floor(exact + Fraction(1, 2)),
}


@dataclass(frozen=True)
class Converted:
    """A number in the unit of its column.

    Parameters
    ----------
    value : int, float or None
        ``None`` where there is a problem.
    steps : list of (str, str, str)
        What it was, what it became, and the kind of repair.
    problem : Problem, optional
        Why it cannot be converted, without its place.
    """

    value: float | None
    steps: list[tuple[str, str, str]] = field(default_factory=list)
    problem: Problem | None = None


def convert(value: float, amount: Amount, group: object, *, whole: bool) -> Converted:
    """Multiply, divide and round a number as a mapping says.

    Parameters
    ----------
    value : int or float
        As it stands.
    amount : Amount
        The factors and the rounding.
    group : str or None
        The group that it is about, where factors differ between groups.
    whole : bool
        Whether its column holds whole numbers.

    Returns
    -------
    Converted

    Examples
    --------
    >>> from verdeling.mapping.format import Amount
    >>> convert(21, Amount.model_validate({"divided_by": 2.1}), None, whole=True).value
    10
    """
    times, divided_by = _factor(amount.times, group), _factor(amount.divided_by, group)
    if times is None or divided_by is None:
        what = f"There is no factor for the group {group}."
        problem = Problem(
            "no-factor", what, "Its numbers are in another unit.", "Add the group to the factors."
        )
        return Converted(None, problem=problem)
    factor = times / divided_by
    exact = Fraction(str(value)) * factor
    steps = [(shown(value), shown(plain(exact)), "converted")] if factor != 1 else []
    if exact.denominator == 1 or not whole:
        return Converted(plain(exact) if steps else value, steps)
    if amount.round is None:
        what = f"{shown(plain(exact))} is not whole."
        remedy = 'Write a whole number, or say round = "nearest", "up" or "down" for it in the mapping.'
        return Converted(None, problem=Problem("not-whole", what, "Its column holds whole numbers.", remedy))
    rounded = _ROUNDED[amount.round](exact)
    return Converted(rounded, [*steps, (shown(plain(exact)), shown(rounded), "rounded")])


def _factor(stated: Factors, group: object) -> Fraction | None:
    found = stated.get(str(group)) if isinstance(stated, dict) else stated
    return None if found is None else Fraction(str(found))
