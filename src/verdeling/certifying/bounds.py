"""Bounds that hold whatever they are made of: weak duality, exact or with a bound on what rounding does.

For any multipliers y of rows lower ≤ A·x ≤ upper, and columns between l and u,

    c·x ≥ Σ (y⁺·lower − y⁻·upper) + Σ min(d·l, d·u),    d = c − yᵀA,

so wrong multipliers make a bound weaker and never wrong (Neumaier & Shcherbina 2004,
doi:10.1007/s10107-003-0433-3; exact, Applegate, Cook, Dash & Espinoza 2007,
doi:10.1016/j.orl.2006.12.010).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING, Literal

import numpy as np

from verdeling.certifying.decimals import Decimals
from verdeling.entries import Entries, stacked

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from verdeling.program import Floats, Program

EXACT = 2_000_000
"""Entries with a multiplier up to which a bound is worked out in exact numbers: some two seconds."""

LEAST = 1e-200
"""Multipliers of less count for nothing: what they give is beneath what floating point can round."""

UNIT = 2.0**-53
"""What one operation can be beside its result, relatively."""

OUTWARD = 1e-9
"""Room for rounding in the largest values that columns can have: more than a million terms can lose."""


@dataclass(frozen=True, eq=False)
class Weighed:
    """Rows with a multiplier each, and what is minimised as rows too.

    Parameters
    ----------
    entries : Entries
        Rows of a program, and expressions.
    lower, upper : array
        Their bounds; infinite where there is none. Those of expressions do not count.
    multipliers : array
        One each.
    own : array of bool
        Which are expressions to be minimised: the objective is the sum of multiplier × expression.
    weights : tuple of Fraction
        The multipliers of these expressions, exactly.
    """

    entries: Entries
    lower: Floats
    upper: Floats
    multipliers: Floats
    own: npt.NDArray[np.bool_]
    weights: tuple[Fraction, ...]

    def kept(self) -> Weighed:
        """Without rows that count for nothing, and with multipliers of a sign that the bounds allow."""
        wrong = np.where(self.multipliers > 0, np.isinf(self.lower), np.isinf(self.upper)) & ~self.own
        wrong |= (np.abs(self.multipliers) < LEAST) & ~self.own
        wrong |= (self.multipliers == 0) | ~np.isfinite(self.multipliers)
        chosen = np.flatnonzero(~wrong)
        sides = self.lower[chosen], self.upper[chosen]
        left = zip(self.weights, wrong[self.own].tolist(), strict=True)
        weights = tuple(weight for weight, gone in left if not gone)
        return Weighed(self.entries.of(chosen), *sides, self.multipliers[chosen], self.own[chosen], weights)

    def exact(self) -> tuple[Decimals, int]:
        """As they are subtracted from the objective, so many times that all are decimals; and how many."""
        times = lcm(*(each.denominator for each in self.weights))
        found = Decimals.of(np.where(self.own, 0.0, self.multipliers))
        wholes = found.wholes * times
        wholes[self.own] = [-int(each * times) * 10**found.places for each in self.weights]
        return Decimals(wholes, found.places), times

    @property
    def signed(self) -> Floats:
        """Multipliers as they are subtracted from the objective: its own count against it."""
        return np.where(self.own, -self.multipliers, self.multipliers)

    @property
    def sides(self) -> Floats:
        """The bound that each multiplier is about; zero for what is minimised."""
        return np.where(self.own, 0.0, np.where(self.multipliers > 0, self.lower, self.upper))


class Box:
    """The least and largest values that the columns of a program can have.

    Parameters
    ----------
    program : Program
        Its rows say more about its columns than their own bounds.
    """

    def __init__(self, program: Program) -> None:
        self.entries = entries = program.entries_from()
        self.rows = len(entries)
        self.lower = program.column_lower.copy()
        self.upper = _implied(program, entries)
        seen = np.bincount(entries.columns, minlength=program.column_count)
        lone = (seen[entries.columns] == 1) & np.isinf(self.upper[entries.columns])
        lone &= np.abs(entries.coefficients) == 1.0
        self._slacks = list(
            zip(entries.rows[lone], entries.columns[lone], entries.coefficients[lone], strict=True)
        )

    def repaired(self, duals: Floats, costs: Floats) -> Floats:
        """Multipliers that leave no column without a largest value a cost below zero, where that can be."""
        found = duals.copy()
        for row, column, sign in self._slacks:
            most = costs[column] - 64 * UNIT * abs(costs[column])
            if sign * found[row] > most:
                found[row] = sign * most
        return found

    def exact(self, weighed: Weighed) -> Fraction | None:
        """Least value of an objective, in exact numbers; None where multipliers prove none."""
        used = weighed.kept()
        signed, times = used.exact()
        coefficients = Decimals.of(used.entries.coefficients)
        terms = coefficients * signed[used.entries.rows]
        columns, place = np.unique(used.entries.columns, return_inverse=True)
        costs = -terms.summed(place.ravel().astype(np.int64), len(columns))
        negative = np.array([each < 0 for each in costs.wholes.tolist()], dtype=bool)
        limits = np.where(negative, self.upper[columns], self.lower[columns])
        at_zero = np.array([each == 0 for each in costs.wholes.tolist()], dtype=bool)
        if (np.isinf(limits) & ~at_zero).any():
            return None
        limits = np.where(at_zero, 0.0, limits)
        return ((costs * Decimals.of(limits)).sum() + (signed * Decimals.of(used.sides)).sum()) / times

    def rounded(self, weighed: Weighed) -> Fraction | None:
        """The same in floating point, less all that rounding can have added; None where it proves none."""
        used = weighed.kept()
        terms = used.entries.coefficients * used.signed[used.entries.rows]
        columns, place = np.unique(used.entries.columns, return_inverse=True)
        costs = -np.bincount(place.ravel(), terms, len(columns))
        sizes = np.bincount(place.ravel(), np.abs(terms), len(columns))
        slack = (np.bincount(place.ravel(), minlength=len(columns)) + 6.0) * UNIT * (1 + 1e-6) * sizes
        low, high = self.lower[columns], self.upper[columns]
        endless = np.isinf(high)
        if np.isinf(low).any() or (endless & (costs < slack) & (sizes > 0)).any():
            return None
        high = np.where(endless, low, high)
        sides = np.stack([(costs + sign * slack) * side for sign in (-1, 1) for side in (low, high)])
        parts = np.concatenate([sides.min(axis=0), used.signed * used.sides])
        lost = 8 * UNIT * math.fsum(np.abs(parts).tolist())
        if lost == 0:
            return Fraction(0)
        return Fraction(math.nextafter(math.fsum(parts.tolist()) - lost, -math.inf))


def weighed(
    parts: list[tuple[Entries, Floats, Floats, Floats]], own: list[tuple[Entries, Sequence[Fraction]]]
) -> Weighed:
    """Rows with bounds and multipliers, and expressions with the weights that they are minimised with."""
    weights = tuple(weight for _, some in own for weight in some)
    nothing = np.zeros(len(weights))
    minimised = stacked([entries for entries, _ in own]), nothing, nothing, np.array([*map(float, weights)])
    every = [*parts, minimised]
    lower, upper, multipliers = (np.concatenate([each[at] for each in every]) for at in (1, 2, 3))
    marks = np.arange(len(lower)) >= len(lower) - len(weights)
    return Weighed(stacked([each[0] for each in every]), lower, upper, multipliers, marks, weights)


def impossible(program: Program, ray: Floats | None) -> bool:
    """Whether multipliers prove that no point keeps every row; see `ruled_out`.

    Examples
    --------
    >>> import pandas as pd
    >>> from verdeling.program import Program
    >>> program = Program()
    >>> places = program.add_columns("place", pd.DataFrame({"town": [0]}), unit="places", upper=3.0)
    >>> _ = program.add_rows("agreement", places[["town"]], [places], unit="places", lower=4.0)
    >>> impossible(program, np.array([1.0])), impossible(program, np.array([-1.0]))
    (True, False)
    """
    return ruled_out(program, ray) is not None


def ruled_out(program: Program, ray: Floats | None) -> Literal["exact", "rounded"] | None:
    """How multipliers prove that no point keeps every row, fractional or whole (Farkas' lemma).

    They bound an objective of nothing: where it would have to be above zero, there is no point. It does
    not matter where they come from; wrong ones prove nothing.

    Parameters
    ----------
    program : Program
        Its entries and bounds as they are.
    ray : array or None
        A multiplier for each row, above zero of its lower bound and below zero of its upper one.

    Returns
    -------
    str or None
        ``exact``, or ``rounded`` where it takes too many numbers for that; None where they prove nothing.
    """
    if ray is None or np.shape(ray) != (program.row_count,):
        return None
    box = Box(program)
    fitting = box.repaired(ray, np.zeros(program.column_count))
    no_goal = np.zeros(len(ray), dtype=bool)
    stated = Weighed(box.entries, program.row_lower, program.row_upper, fitting, no_goal, ()).kept()
    exact = at_most(stated.entries)
    bound = (box.exact if exact else box.rounded)(stated)
    if bound is None or bound <= 0:
        return None
    return "exact" if exact else "rounded"


def at_most(entries: Entries) -> bool:
    """Whether so many entries are worked out in exact numbers."""
    return len(entries.columns) <= EXACT


def _implied(program: Program, entries: Entries) -> Floats:
    """Largest value of each column that the rows leave, rounded outward; infinite where they leave any.

    Never less than the least value: where there is no point at all it would go down without end.
    """
    upper = program.column_upper.copy()
    sides = [_Side(entries, program.row_upper, 1.0), _Side(entries, program.row_lower, -1.0)]
    while True:
        found = upper.copy()
        for side in sides:
            np.minimum.at(found, side.columns, side.limits(program.column_lower, found))
        found = np.maximum(found, program.column_lower)
        found = np.where(np.isfinite(upper) & (found > 0.9 * upper), upper, found)
        if np.array_equal(found, upper):
            return upper
        upper = found


class _Side:
    """Rows Σ a·x ≤ b, of those that have such a bound."""

    def __init__(self, entries: Entries, bounds: Floats, sign: float) -> None:
        chosen = np.flatnonzero(np.isfinite(bounds))
        own = entries.of(chosen)
        self.rows, self.every, self.coefficients = own.rows, own.columns, sign * own.coefficients
        self.bounds, self.raises = sign * bounds[chosen], self.coefficients > 0
        self.columns = self.every[self.raises]

    def limits(self, lower: Floats, upper: Floats) -> Floats:
        """How large the columns that raise a row can be, when all others leave it the most."""
        count = len(self.bounds)
        sides = np.where(self.raises, lower[self.every], upper[self.every])
        endless = np.isinf(sides) & (self.coefficients != 0)
        least = self.coefficients * np.where(np.isinf(sides), 0.0, sides)
        total, size = np.bincount(self.rows, least, count), np.bincount(self.rows, np.abs(least), count)
        without_end = np.bincount(self.rows, endless, count) > 0
        row = self.rows[self.raises]
        room = self.bounds[row] - total[row] + least[self.raises]
        room += OUTWARD * (np.abs(self.bounds[row]) + size[row])
        return np.where(without_end[row], np.inf, room / self.coefficients[self.raises])
