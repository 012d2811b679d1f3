"""Whole numbers from parts: rules of rounding by name.

The rules and what holds for them: M. L. Balinski & H. P. Young, *Fair Representation: Meeting the
Ideal of One Man, One Vote* (Yale University Press, 1982). How each comparison is made exactly is
in `apportionment`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from verdeling.errors import PolicyError, Problem
from verdeling.errors import nearest as alike
from verdeling.rounding.apportionment import Division

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Parts = pd.Series | NDArray[Any] | Sequence[float]
    Wholes = NDArray[np.int64]

__all__ = ["RULES", "Rule", "round_parts", "rounding"]

MOST = 10**12
"""The largest total."""

_HEADLINE = "The parts cannot be rounded."
_Apply = Callable[[Division], "Wholes"]


@dataclass(frozen=True)
class Rule:
    """A rule of rounding.

    Parameters
    ----------
    apply : callable
        Whole numbers of a `Division`.
    adds_up : bool
        Whether the whole numbers add up to the total; then one must be given.
    """

    apply: _Apply
    adds_up: bool


RULES: dict[str, Rule] = {}
"""Rules by the name of their function."""


def rounding(*, adds_up: bool) -> Callable[[_Apply], _Apply]:
    """Register a function as a rule of rounding under its own name."""

    def register(apply: _Apply) -> _Apply:
        RULES[apply.__name__] = Rule(apply, adds_up)
        return apply

    return register


@rounding(adds_up=False)
def up(division: Division) -> Wholes:
    """Each up to a whole number."""
    return division.due.units + (division.due.rest > 0)


@rounding(adds_up=False)
def nearest(division: Division) -> Wholes:
    """Each to the nearest whole number, a half up."""
    return division.due.nearest


@rounding(adds_up=False)
def down(division: Division) -> Wholes:
    """Each down to a whole number."""
    return division.due.units


@rounding(adds_up=True)
def largest_remainder(division: Division) -> Wholes:
    """Each down, then one more to those with the largest rest (Hamilton, Hare–Niemeyer).

    Each gets what it is due rounded up or down; but with a larger total, somebody can get less.
    """
    units = division.due.units.copy()
    left = division.total - int(units.sum())
    if not 0 <= left <= np.count_nonzero(division.due.rest):
        raise PolicyError(_HEADLINE, [_far(left)])
    units[division.largest_rests(left)] += 1
    return units


@rounding(adds_up=True)
def webster(division: Division) -> Wholes:
    """One by one to the highest part ÷ (units + ½) (Webster, Sainte-Laguë).

    Favours neither large nor small; a larger total never gives anybody less.
    """
    return division.highest_averages(1)


@rounding(adds_up=True)
def dhondt(division: Division) -> Wholes:
    """One by one to the highest part ÷ (units + 1) (D'Hondt, Jefferson).

    Nobody gets less than what it is due rounded down; favours the large; a larger total never
    gives anybody less.
    """
    return division.highest_averages(2)


@rounding(adds_up=True)
def residue(division: Division) -> Wholes:
    """Each to the nearest, a half up; one member takes the difference from the total."""
    units = division.due.nearest.copy()
    units[division.residue_to] += division.total - int(units.sum())
    if units[division.residue_to] < 0:
        raise PolicyError(_HEADLINE, [_overdrawn(int(units[division.residue_to]))])
    return units


def round_parts(
    parts: Parts, total: int | None, rule: str, *, residue_to: object = None, scale: bool = True
) -> Wholes:
    """Round parts to whole numbers.

    Parameters
    ----------
    parts : Series or array of float
        By member, not negative. Any unit: shares, amounts or an attribute to divide by. Where all
        are whole numbers the result is exact; other parts are read to 2⁻⁴⁶ of themselves, so that
        a share computed in floating point gives what the numbers give that it was computed from.
    total : int or None
        The whole to divide, up to 10¹². None: round each part as it stands, under a rule that
        does not add up (``up``, ``nearest``, ``down``).
    rule : str
        A name in `RULES`. ``up``, ``nearest`` and ``down`` round each by itself and need not add
        up to the total; the others do, exactly.
    residue_to : optional
        Under ``residue``, the member that takes the difference: its label in a Series, its
        position in an array. The largest part (the first of these) where it is not given.
    scale : bool
        Whether a member is due its part ÷ the sum of the parts × the total. False: the parts are
        what members are due, also where they do not add up to the total. Under ``webster`` and
        ``dhondt`` that is the same.

    Returns
    -------
    array of int64
        In the order of the parts. Ties go to the larger part, then to the first member: where
        parts differ, the order of the members does not matter.

    Raises
    ------
    PolicyError
        If the rule, the total or the member is not known, parts are negative, missing or
        infinite, there is a total and nobody to give it to, or a residue is more than its member has.

    Examples
    --------
    >>> round_parts([47_000, 16_000, 15_800, 12_000, 6_100, 3_100], 10, "largest_remainder")
    array([5, 2, 1, 1, 1, 0])
    >>> round_parts([47_000, 16_000, 15_800, 12_000, 6_100, 3_100], 10, "dhondt")
    array([5, 2, 2, 1, 0, 0])
    """
    names = parts.index if isinstance(parts, pd.Series) else pd.RangeIndex(len(parts))
    values = pd.to_numeric(pd.Series(parts), errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    problems = [
        *_bad_rule(rule, total),
        *_bad_total(total, values),
        *_bad_parts(values, names, np.inf if scale and total is not None else MOST),
        *_bad_residue(residue_to, rule, names),
    ]
    if problems:
        raise PolicyError(_HEADLINE, problems)
    if values.size == 0:
        return np.empty(0, dtype=np.int64)
    named = residue_to is not None
    to = int(names.get_indexer_for(pd.Index([residue_to]))[0] if named else values.argmax())
    return RULES[rule].apply(Division(values, int(total or 0), scale and total is not None, to))


def _bad_rule(rule: str, total: int | None) -> list[Problem]:
    if rule not in RULES:
        return [
            Problem(
                "unknown-rule",
                f"There is no rule of rounding {rule!r}.",
                "A rule decides who gets the last units.",
                alike(str(rule), RULES),
            )
        ]
    if total is None and RULES[rule].adds_up:
        return [
            Problem(
                "no-total",
                f"Rule {rule} has no total.",
                "It gives units until the total is reached.",
                f"Give a total, or use {', '.join(name for name in RULES if not RULES[name].adds_up)}.",
            )
        ]
    return []


def _bad_total(total: int | None, parts: NDArray[np.float64]) -> list[Problem]:
    if total is None:
        return []
    if not (0 <= total <= MOST and total == int(total)):
        return [
            Problem(
                "bad-total",
                f"The total is {total}.",
                "Whole units are divided.",
                f"Give a whole number from 0 to {MOST:,}.",
                value=str(total),
            )
        ]
    if total > 0 and not (parts != 0).any():
        return [
            Problem(
                "all-zero",
                f"There are {total} units and {parts.size} parts, none above zero.",
                "Nobody is due anything of the total.",
                "Give at least one part above zero, or a total of 0.",
            )
        ]
    return []


def _bad_parts(parts: NDArray[np.float64], names: pd.Index[Any], most: float) -> list[Problem]:
    bad = np.flatnonzero(~(np.isfinite(parts) & (parts >= 0) & (parts <= most)))
    return [
        Problem(
            "bad-part",
            f"The part of {name} is {'missing or no number' if np.isnan(part) else f'{part:g}'}.",
            "What a member is due cannot follow from a negative, missing or infinite number.",
            f"Give each member a part from 0{f' to {MOST:,}' if most == MOST else ' up'}.",
            row=str(name),
            value=f"{part:g}",
        )
        for name, part in zip(names[bad], parts[bad], strict=True)
    ]


def _bad_residue(residue_to: object, rule: str, names: pd.Index[Any]) -> list[Problem]:
    if residue_to is None:
        return []
    if rule != "residue":
        return [
            Problem(
                "idle-residue",
                f"Rule {rule} leaves no residue for {residue_to}.",
                "The key would mean something else than its author thinks.",
                "Use the rule residue, or name no member for it.",
                value=str(residue_to),
            )
        ]
    found = names.get_indexer_for(pd.Index([residue_to]))
    if found.size != 1 or found[0] < 0:
        return [
            Problem(
                "no-member",
                f"The residue goes to {residue_to}, which is not the name of one member.",
                "One member takes the difference between the rounded parts and the total.",
                alike(str(residue_to), map(str, names)),
                value=str(residue_to),
            )
        ]
    return []


def _far(left: int) -> Problem:
    return Problem(
        "far-total",
        f"The parts rounded down add up to {-left} more than the total."
        if left < 0
        else f"The parts rounded up add up to less than the total; rounded down they leave {left} units.",
        "Rounding down and adding one to some cannot make up the difference.",
        "Scale the parts to the total, or give the total that they add up to.",
    )


def _overdrawn(units: int) -> Problem:
    return Problem(
        "residue-too-large",
        f"The member that takes the residue would get {units} units.",
        "The others, each rounded to the nearest, get more than the total together.",
        "Name a larger member for the residue, or use largest_remainder or webster.",
    )
