"""Linear programs in exact arithmetic: a rational simplex by Bland's rule, with no tolerance at all.

It takes the numbers of a stated program as the fractions that they are, and is for small programs only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import isfinite
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy as np

    from verdeling.goals import Aim
    from verdeling.program import Program

Sum = dict[int, Fraction]
"""A linear expression: column to coefficient."""

Limit = Fraction | None
"""A bound; None where there is none."""


class NoPointError(Exception):
    """Nothing satisfies all rows: proved."""


@dataclass
class Simplex:
    """A linear program in dictionary form: every basic variable as a sum of the others.

    A row is a variable too, the value of its sum: it has bounds like a column.
    """

    lower: list[Limit] = field(default_factory=list)
    upper: list[Limit] = field(default_factory=list)
    value: list[Fraction] = field(default_factory=list)
    basic: dict[int, Sum] = field(default_factory=dict)
    pivots: int = 0

    def column(self, lower: Limit = Fraction(0), upper: Limit = None) -> int:
        """A new column."""
        return self._variable(lower, upper, next((each for each in (lower, upper) if each is not None), 0))

    def row(self, terms: Sum, lower: Limit = None, upper: Limit = None) -> int:
        """A new row, between bounds."""
        own = self.prices(terms)
        at = sum((coefficient * self.value[other] for other, coefficient in own.items()), Fraction(0))
        row = self._variable(lower, upper, at)
        self.basic[row] = own
        return row

    def minimise(self, terms: Sum) -> Fraction:
        """Least value of a sum, which the values then have.

        Raises
        ------
        NoPointError
            If there is no point.
        """
        while signs := dict(self._missed()):
            if not self._step(self.prices(signs), signs):
                raise NoPointError
        while self._step(self.prices(terms), {}):
            pass
        return sum((coefficient * self.value[column] for column, coefficient in terms.items()), Fraction(0))

    def _variable(self, lower: Limit, upper: Limit, value: Fraction | int) -> int:
        self.lower.append(lower)
        self.upper.append(upper)
        self.value.append(Fraction(value))
        return len(self.value) - 1

    def prices(self, weights: Sum) -> Sum:
        """A sum of variables in those that are not basic: what it changes by per unit of each."""
        found: Sum = {}
        for variable, weight in weights.items():
            for other, coefficient in self.basic.get(variable, {variable: Fraction(1)}).items():
                found[other] = found.get(other, Fraction(0)) + weight * coefficient
        return {other: coefficient for other, coefficient in found.items() if coefficient}

    def _missed(self) -> Iterator[tuple[int, Fraction]]:
        """Basic variables that miss a bound, and which way their sum must not go."""
        for variable in self.basic:
            if self._below(variable):
                yield variable, Fraction(-1)
            elif self._above(variable):
                yield variable, Fraction(1)

    def _below(self, variable: int) -> bool:
        lower = self.lower[variable]
        return lower is not None and self.value[variable] < lower

    def _above(self, variable: int) -> bool:
        upper = self.upper[variable]
        return upper is not None and self.value[variable] > upper

    def _step(self, cost: Sum, missed: Sum) -> bool:
        """Pivot once towards less cost; say whether there was a way."""
        for entering in sorted(cost):
            up = cost[entering] < 0
            stop = self.upper[entering] if up else self.lower[entering]
            if stop is None or stop != self.value[entering]:
                self._move(entering, 1 if up else -1, missed)
                return True
        return False

    def _move(self, entering: int, way: int, missed: Sum) -> None:
        """Move a variable as far as the others allow; by Bland's rule the first that stops it leaves."""
        own = self.upper[entering] if way > 0 else self.lower[entering]
        stops = [] if own is None else [(abs(own - self.value[entering]), entering)]
        touched = [(row, terms[entering]) for row, terms in self.basic.items() if entering in terms]
        for row, coefficient in touched:
            stop = self._stop(row, coefficient * way > 0, missed)
            if stop is not None:
                stops.append(((stop - self.value[row]) / (coefficient * way), row))
        if not stops:
            raise ArithmeticError("The program is unbounded.")
        length, leaving = min(stops)
        self.value[entering] += way * length
        for row, coefficient in touched:
            self.value[row] += way * length * coefficient
        if leaving != entering:
            self._exchange(entering, leaving)

    def _stop(self, row: int, rises: bool, missed: Sum) -> Limit:
        """Where a basic variable stops what moves it: at a bound that it keeps, or has missed so far."""
        if row in missed:
            back = (missed[row] < 0) == rises
            bound = self.lower[row] if missed[row] < 0 else self.upper[row]
            return bound if back else None
        return self.upper[row] if rises else self.lower[row]

    def _exchange(self, entering: int, leaving: int) -> None:
        self.pivots += 1
        terms = self.basic.pop(leaving)
        pivot = terms.pop(entering)
        solved = {other: -coefficient / pivot for other, coefficient in terms.items()}
        solved[leaving] = 1 / pivot
        for row in self.basic.values():
            weight = row.pop(entering, None)
            if weight is not None:
                for other, coefficient in solved.items():
                    total = row.get(other, Fraction(0)) + weight * coefficient
                    if total:
                        row[other] = total
                    else:
                        row.pop(other, None)
        self.basic[entering] = solved


@dataclass
class Levels:
    """What exact arithmetic finds: the value of each goal in its order, and the elements of leximax goals."""

    goals: list[Fraction]
    elements: dict[str, list[Fraction]]
    rounds: int


def exactly(program: Program, goals: Iterable[Aim]) -> Levels:
    """Pursue sums and leximax goals over a program, each held at exactly its value.

    Raises
    ------
    NoPointError
        If there is no point.
    """
    simplex = stated(program)
    found = Levels([], {}, 0)
    for aim in goals:
        if aim.goal.aggregate == "leximax":
            levels, rounds = _leximax(simplex, _elements(aim))
            found.elements[aim.goal.measure] = levels
            found.goals.append(max(levels))
            found.rounds += rounds
        else:
            assert aim.goal.aggregate == "total"
            total = _rational(aim.vector.total())
            value = simplex.minimise(total)
            simplex.row(total, upper=value)
            found.goals.append(value)
    return found


def stated(program: Program) -> Simplex:
    """The columns and rows of a program, number for number."""
    simplex, matrix = Simplex(), program.matrix()
    for lower, upper in zip(program.column_lower.tolist(), program.column_upper.tolist(), strict=True):
        simplex.column(_limit(lower), _limit(upper))
    for row in range(program.row_count):
        part = slice(matrix.indptr[row], matrix.indptr[row + 1])
        terms = zip(matrix.indices[part].tolist(), matrix.data[part].tolist(), strict=True)
        limits = _limit(float(program.row_lower[row])), _limit(float(program.row_upper[row]))
        simplex.row({column: Fraction(coefficient) for column, coefficient in terms}, *limits)
    return simplex


def _leximax(simplex: Simplex, elements: list[Sum]) -> tuple[list[Fraction], int]:
    """Levels of the elements: the highest made low, those that have a price settled, and on."""
    level = simplex.column(lower=None)
    caps = [simplex.row(element) for element in elements]
    below = [simplex.row({**element, level: Fraction(-1)}, upper=Fraction(0)) for element in elements]
    levels, rounds = [Fraction(0)] * len(elements), 0
    active = set(range(len(elements)))
    while active:
        value, rounds = simplex.minimise({level: Fraction(1)}), rounds + 1
        prices = simplex.prices({level: Fraction(1)})
        settled = {element for element in active if prices.get(below[element])}
        assert settled, "Some element has a price, or the level could be lower."
        for element in settled:
            levels[element] = value
            simplex.upper[caps[element]], simplex.upper[below[element]] = value, None
        active -= settled
    return levels, rounds


def _elements(aim: Aim) -> list[Sum]:
    elements: list[Sum] = [{} for _ in range(len(aim.vector))]
    columns, coefficients = (aim.vector.terms[name].tolist() for name in ("column", "coefficient"))
    for element, column, coefficient in zip(aim.vector.element.tolist(), columns, coefficients, strict=True):
        scale = Fraction(float(aim.vector.scale[element]))
        elements[element][column] = Fraction(coefficient) / scale
    return elements


def _rational(objective: object) -> Sum:
    columns: np.ndarray = objective.columns
    terms = zip(columns.tolist(), objective.coefficients.tolist(), strict=True)
    return {column: Fraction(coefficient) for column, coefficient in terms}


def _limit(bound: float) -> Limit:
    return Fraction(bound) if isfinite(bound) else None
