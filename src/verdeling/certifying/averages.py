"""Averages in which whoever is worse off counts for more, as the largest of many linear functions."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from verdeling.certifying.shapes import NOTHING, Fit, dot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verdeling.program import Floats, Integers

    Weights = Sequence[Fraction]

DIGITS = Context(prec=50, Emin=-999_999, Emax=999_999)
"""With which powers are worked out."""

DOWN = Fraction(1) - Fraction(1, 10**40)
"""What is left of a power when all that rounding can have added is taken off."""


@dataclass(frozen=True, eq=False)
class Ordered:
    """The average in which the largest has the first weight, the next the second, …; see `shapes.Shape`.

    Parameters
    ----------
    scale : sequence of Fraction
        Weights that do not rise, one for each element; they sum to 1.
    """

    scale: Weights

    @property
    def parts(self) -> Integers:
        """All together."""
        return np.zeros(len(self.scale), dtype=np.int64)

    def value(self, values: Weights) -> Fraction:
        """See `shapes.Shape`."""
        return dot(self.scale, sorted(values, reverse=True))

    def fitted(self, weights: Weights) -> Fit | None:
        """A mean of the weights and even ones, in which no few have more than the first of the scale."""
        own, total = _mean(weights)
        if not total:
            return None
        even, most, has = Fraction(1, len(own)), NOTHING, NOTHING
        mixed = NOTHING
        for number, (limit, weight) in enumerate(zip(self.scale, sorted(own, reverse=True), strict=True), 1):
            most, has = most + limit, has + weight
            if has > most:
                mixed = max(mixed, (has - most) / (has - number * even))
        return Fit([total * (each + mixed * (even - each)) for each in own], total)

    def lines(self, values: Floats) -> tuple[Floats, Floats]:
        """The weights in the order of the values."""
        found = np.zeros(len(values))
        found[np.argsort(-values, kind="stable")] = [float(each) for each in self.scale]
        return found, np.zeros(1)


@dataclass(frozen=True, eq=False)
class WorstPart:
    """The mean of the largest values that make up a part of everybody; see `shapes.Shape`.

    Parameters
    ----------
    part : Fraction
        The part.
    shares : sequence of Fraction
        Part of everybody that each element is.
    """

    part: Fraction
    shares: Weights

    @property
    def parts(self) -> Integers:
        """All together."""
        return np.zeros(len(self.shares), dtype=np.int64)

    def value(self, values: Weights) -> Fraction:
        """See `shapes.Shape`."""
        return dot(self._taken(values), values)

    def fitted(self, weights: Weights) -> Fit | None:
        """A mean of the weights and the shares, in which nobody has more than its share of the part."""
        every = zip(weights, self.shares, strict=True)
        own, total = _mean([weight if share else NOTHING for weight, share in every])
        if not total:
            return None
        mixed = NOTHING
        for each, share in zip(own, self.shares, strict=True):
            if each > share / self.part:
                mixed = max(mixed, (each - share / self.part) / (each - share))
        both = zip(own, self.shares, strict=True)
        return Fit([total * (each + mixed * (share - each)) for each, share in both], total)

    def lines(self, values: Floats) -> tuple[Floats, Floats]:
        """The mean of those that are the largest."""
        taken = self._taken([Fraction(each) for each in values.tolist()])
        return np.array([float(each) for each in taken]), np.zeros(1)

    def _taken(self, values: Weights) -> list[Fraction]:
        """Weights of the elements: those of the largest, until the part is full."""
        left, found = self.part, [NOTHING] * len(values)
        for at in sorted(range(len(values)), key=lambda at: values[at], reverse=True):
            found[at] = min(self.shares[at], left) / self.part
            left -= min(self.shares[at], left)
        return found


@dataclass(frozen=True, eq=False)
class Threshold:
    """What a mean lacks in which nobody counts for more than the smallest plus a threshold.

    Of expressions that are what elements have, with the opposite sign; see `shapes.Shape`.

    Parameters
    ----------
    threshold : Fraction
        The difference beyond which somebody counts for no more.
    shares : sequence of Fraction
        Weights of the elements; they sum to 1.
    """

    threshold: Fraction
    shares: Weights

    @property
    def parts(self) -> Integers:
        """All together."""
        return np.zeros(len(self.shares), dtype=np.int64)

    def value(self, values: Weights) -> Fraction:
        """See `shapes.Shape`."""
        least = max(values) - self.threshold
        return dot(self.shares, [max(each, least) for each in values])

    def fitted(self, weights: Weights) -> Fit | None:
        """What an element weighs below its share the smallest weighs for it, with the threshold added."""
        own, total = _mean(weights)
        if not total:
            return None
        lacking = sum((max(s - w, NOTHING) for s, w in zip(self.shares, own, strict=True)), NOTHING)
        return Fit([total * each for each in own], total, -total * self.threshold * lacking)

    def lines(self, values: Floats) -> tuple[Floats, Floats]:
        """Shares of those who count as they are; the smallest has those of the others."""
        share = np.array([float(each) for each in self.shares])
        worst = int(np.argmax(values))
        found = np.where(values > values[worst] - float(self.threshold), share, 0.0)
        found[worst] += 1.0 - found.sum()
        others = float(np.maximum(share - found, 0.0).sum())
        return found, np.array([-float(self.threshold) * others])


@dataclass(frozen=True, eq=False)
class Ahead:
    """What a mean lacks in which whoever is further ahead than a threshold counts for it less.

    Of expressions that are what elements have, with the opposite sign; see `shapes.Shape`. It is not convex:
    what bounds it is the largest convex function below it for each element by itself, in which an element
    counts for a mean of what it has and of the smallest. So a bound can leave a gap.

    Parameters
    ----------
    threshold : Fraction
        The difference up to which somebody counts for no more than the smallest.
    shares : sequence of Fraction
        Weights of the elements; they sum to 1.
    most : sequence of Fraction
        What no element can have more of; above zero.
    """

    threshold: Fraction
    shares: Weights
    most: Weights

    @property
    def parts(self) -> Integers:
        """All together."""
        return np.zeros(len(self.shares), dtype=np.int64)

    def value(self, values: Weights) -> Fraction:
        """See `shapes.Shape`."""
        return dot(self.shares, [min(each + self.threshold, max(values)) for each in values])

    def fitted(self, weights: Weights) -> Fit | None:
        """Each its own part of its share; the rest is for the smallest, in any proportion."""
        own, total = _mean(weights)
        if not total:
            return None
        base = self._own
        rest = [max(each - least, NOTHING) for each, least in zip(own, base, strict=True)]
        if not any(rest):
            rest = [*self.shares]
        left = (1 - sum(base, NOTHING)) / sum(rest, NOTHING)
        return Fit([total * (one + left * more) for one, more in zip(base, rest, strict=True)], total)

    def lines(self, values: Floats) -> tuple[Floats, Floats]:
        """The rest for the smallest."""
        found = np.array([float(each) for each in self._own])
        found[int(np.argmax(values))] += 1.0 - found.sum()
        return found, np.zeros(1)

    @property
    def _own(self) -> list[Fraction]:
        """Of its share, for how much an element counts itself."""
        return [
            share * (1 - min(self.threshold / most, Fraction(1)))
            for share, most in zip(self.shares, self.most, strict=True)
        ]


@dataclass(frozen=True, eq=False)
class PowerMean:
    """What a power mean with exponent 1 − alpha lacks; see `shapes.Shape`.

    Of expressions that are what elements have, with the opposite sign: never above zero.

    Parameters
    ----------
    alpha : float
        1: the geometric mean.
    shares : sequence of Fraction
        Weights of the elements; they sum to 1.
    unit : float
        About the mean: worths are counted in it by whoever looks for weights.
    """

    alpha: float
    shares: Weights
    unit: float

    @property
    def parts(self) -> Integers:
        """A worth is a sum over elements."""
        return np.arange(len(self.shares))

    def value(self, values: Weights) -> Fraction:
        """See `shapes.Shape`; right to some forty digits."""
        return -power_mean([-each for each in values], self.shares, 1 - Fraction(repr(self.alpha)))

    def fitted(self, weights: Weights) -> Fit | None:
        """Any weights, and how much the mean counts for beside them.

        Σ weight · amount is at least the mean of the amounts times the mean of weight ÷ share with the
        conjugate exponent: Hölder's inequality with an exponent below 1 (Hardy, Littlewood & Pólya
        1934, §2.8).
        """
        own = [max(each, NOTHING) for each in weights]
        exponent = 1 - Fraction(repr(self.alpha))
        ratios = [each / share for each, share in zip(own, self.shares, strict=True)]
        if exponent == 1:
            total = min(ratios)
        else:
            total = DOWN * power_mean(ratios, self.shares, exponent / (exponent - 1))
        return Fit(own, total) if total > 0 else None

    def lines(self, values: Floats) -> tuple[Floats, Floats]:
        """The lines that touch the worth of each amount, which is counted in the unit."""
        amounts = np.maximum(-values / self.unit, 1e-9)
        share, bent = np.array([float(each) for each in self.shares]), 1.0 - self.alpha
        slope = share * amounts**-self.alpha
        worth = share * (np.log(amounts) if bent == 0 else (amounts**bent - 1.0) / bent)
        return slope / self.unit, slope * amounts - worth


def power_mean(values: Weights, shares: Weights, exponent: Fraction) -> Fraction:
    """Weighted power mean of values that are not below zero; the geometric mean for an exponent of zero.

    Examples
    --------
    >>> halves = [Fraction(1, 2)] * 2
    >>> power_mean([Fraction(1), Fraction(3)], halves, Fraction(1)), float(
    ...     power_mean([Fraction(1), Fraction(4)], halves, Fraction(0)))
    (Fraction(2, 1), 2.0)
    """
    if exponent == 1:
        return dot(values, shares)
    if exponent <= 0 and any(not value for value in values):
        return NOTHING
    logs = [DIGITS.ln(_decimal(value)) if value else None for value in values]
    weights = [_decimal(share) for share in shares]
    if exponent == 0:
        return Fraction(DIGITS.exp(_dot([each for each in logs if each is not None], weights)))
    power = _decimal(exponent)
    terms = [Decimal(0) if each is None else DIGITS.exp(DIGITS.multiply(power, each)) for each in logs]
    total = _dot(terms, weights)
    return Fraction(DIGITS.exp(DIGITS.divide(DIGITS.ln(total), power))) if total else NOTHING


def _decimal(value: Fraction) -> Decimal:
    return DIGITS.divide(Decimal(value.numerator), Decimal(value.denominator))


def _dot(some: Sequence[Decimal], others: Sequence[Decimal]) -> Decimal:
    found = Decimal(0)
    for one, other in zip(some, others, strict=True):
        found = DIGITS.add(found, DIGITS.multiply(one, other))
    return found


def _mean(weights: Weights) -> tuple[list[Fraction], Fraction]:
    """Weights that are not below zero and sum to 1, and what they summed to."""
    own = [max(each, NOTHING) for each in weights]
    total = sum(own, NOTHING)
    return [each / total for each in own] if total else own, total
