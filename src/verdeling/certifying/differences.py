"""Differences between elements of a region, as the largest of many linear functions.

None of these goals changes when all elements of a region change alike, so the weights of a linear
function that such a goal is nowhere below sum to nothing in each region. Any weights are such once
they are divided by their gauge, which each goal has in closed form.
"""

from __future__ import annotations

import itertools
from abc import ABC, abstractmethod
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from verdeling.aggregates import regions
from verdeling.aggregates.ordered import slopes
from verdeling.certifying.shapes import NOTHING, Fit, dot, shares_of, summed_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verdeling.measures import Vector
    from verdeling.program import Floats, Integers

    Weights = Sequence[Fraction]
    Shared = list[tuple[Fraction, Fraction]]


@dataclass(frozen=True, eq=False)
class Difference(ABC):
    """A goal that compares the elements of a vector within their region; see `shapes.Shape`.

    Parameters
    ----------
    vector : Vector
        The elements.
    """

    vector: Vector

    @property
    def parts(self) -> Integers:
        """All elements together, unless a goal is a mean over regions."""
        return np.zeros(len(self.vector), dtype=np.int64)

    @cached_property
    def region(self) -> Integers:
        """Region of each element, from zero on."""
        return regions.positions(self.vector)

    @cached_property
    def shares(self) -> list[Fraction]:
        """Part of its region that each element is, exactly."""
        return shares_of(self.vector)

    def fitted(self, weights: Weights) -> Fit:
        """Weights less what they sum to in their region, and their gauge; no difference is below zero."""
        own = self.centred(weights)
        return Fit(own, self.gauge(own) or Fraction(1))

    def centred(self, weights: Weights) -> list[Fraction]:
        """Weights that sum to nothing in each region: each gives up its share of the sum."""
        sums = summed_by(weights, self.region)
        each = zip(weights, self.shares, self.region.tolist(), strict=True)
        return [weight - share * sums[region] for weight, share, region in each]

    def deviations(self, values: Weights) -> list[Fraction]:
        """Distance of each element to the mean of its region."""
        means = summed_by([s * v for s, v in zip(self.shares, values, strict=True)], self.region)
        return [value - means[region] for value, region in zip(values, self.region.tolist(), strict=True)]

    def by_region(self, numbers: Weights) -> list[Shared]:
        """Number and share of each element, region by region."""
        found: list[Shared] = [[] for _ in range(int(self.region.max()) + 1)]
        for number, share, region in zip(numbers, self.shares, self.region.tolist(), strict=True):
            found[region].append((number, share))
        return found

    @abstractmethod
    def value(self, values: Weights) -> Fraction:
        """See `shapes.Shape`."""

    @abstractmethod
    def gauge(self, weights: Weights) -> Fraction:
        """The least number such that the goal is nowhere below the weights divided by it."""

    @abstractmethod
    def lines(self, values: Floats) -> tuple[Floats, Floats]:
        """See `shapes.Shape`."""


class Range(Difference):
    """The largest element less the smallest, in the region where that is most."""

    def value(self, values: Weights) -> Fraction:
        """See `shapes.Shape`."""
        every = [[value for value, _ in own] for own in self.by_region(values)]
        return max(max(own) - min(own) for own in every)

    def gauge(self, weights: Weights) -> Fraction:
        """What is above zero: each unit of it takes one element from another."""
        return sum((max(each, NOTHING) for each in weights), NOTHING)

    def lines(self, values: Floats) -> tuple[Floats, Floats]:
        """The largest less the smallest, of one region."""
        apart = [np.ptp(values[self.region == each]) for each in range(int(self.region.max()) + 1)]
        own = np.flatnonzero(self.region == int(np.argmax(apart)))
        found = np.zeros(len(values))
        found[own[np.argmax(values[own])]] += 1.0
        found[own[np.argmin(values[own])]] -= 1.0
        return found, np.zeros(1)


class LargestDeviation(Difference):
    """The largest distance to the weighted mean of the region."""

    def value(self, values: Weights) -> Fraction:
        """See `shapes.Shape`."""
        return max(map(abs, self.deviations(values)))

    def gauge(self, weights: Weights) -> Fraction:
        """The least that weights come to in all, signs apart, when each region's shares are added at will."""
        return sum(map(_least_size, self.by_region(weights)), NOTHING)

    def lines(self, values: Floats) -> tuple[Floats, Floats]:
        """The distance of one element, above its mean or below it."""
        apart = regions.deviations(self.vector, values)
        most = int(np.argmax(np.abs(apart)))
        found = np.where(self.region == self.region[most], -regions.weights(self.vector), 0.0)
        found[most] += 1.0
        return found * (1.0 if apart[most] > 0 else -1.0), np.zeros(1)


@dataclass(frozen=True, eq=False)
class AboveMean(Difference):
    """The mean over regions of the weighted mean above the mean of the region, so many times."""

    times: int = 1

    @property
    def parts(self) -> Integers:
        """Region by region."""
        return self.region

    def value(self, values: Weights) -> Fraction:
        """See `shapes.Shape`."""
        above = [max(each, NOTHING) for each in self.deviations(values)]
        return self.times * dot(self.shares, above) / (int(self.region.max()) + 1)

    def gauge(self, weights: Weights) -> Fraction:
        """How far weights for a share of one are apart: a part, from none to all, of each element counts."""
        apart = [
            max(each) - min(each)
            for own in self.by_region(weights)
            if (each := [weight / share for weight, share in own if share])
        ]
        return max(apart) * len(apart) / self.times

    def centred(self, weights: Weights) -> list[Fraction]:
        """Without elements that have no share: these do not count."""
        return super().centred(_of_shares(weights, self.shares))

    def lines(self, values: Floats) -> tuple[Floats, Floats]:
        """The distances of all elements above their mean."""
        share, number = regions.weights(self.vector), int(self.region.max()) + 1
        counted = np.where(regions.deviations(self.vector, values) > 0, share, 0.0)
        less = share * np.bincount(self.region, counted)[self.region]
        return (counted - less) * self.times / number, np.zeros(number)


class Gini(Difference):
    """The mean over regions of half the weighted mean difference between two elements."""

    @property
    def parts(self) -> Integers:
        """Region by region."""
        return self.region

    def value(self, values: Weights) -> Fraction:
        """See `shapes.Shape`."""
        every = self.by_region(values)
        return sum(map(_half_mean_difference, every), NOTHING) / len(every)

    def gauge(self, weights: Weights) -> Fraction:
        """The most that some elements weigh beside what they could: their share times that of the others.

        The goal is what sets of elements cut off, the share of a set times that of the rest, as a convex
        function; that is submodular, so weights that no set has too much of are a slope of the goal (Lovász
        1983, doi:10.1007/978-3-642-68874-4_10). Sets of those that weigh most for their share are enough:
        from one of these to the next what a set has too much is convex in its share.
        """
        every = self.by_region(weights)
        return max(map(_most_beside_cut, every)) * len(every)

    def centred(self, weights: Weights) -> list[Fraction]:
        """Without elements that have no share: these do not count."""
        return super().centred(_of_shares(weights, self.shares))

    def lines(self, values: Floats) -> tuple[Floats, Floats]:
        """The order of the elements, in each region."""
        number = int(self.region.max()) + 1
        return slopes(self.vector, values) / number, np.zeros(number)


def _of_shares(weights: Weights, shares: Weights) -> list[Fraction]:
    return [weight if share else NOTHING for weight, share in zip(weights, shares, strict=True)]


def _least_size(own: Shared) -> Fraction:
    """Least Σ |weight − c · share| over all c: at the weighted median of weight ÷ share."""
    ratios = sorted((weight / share, share) for weight, share in own if share)
    below = itertools.accumulate(share for _, share in ratios)
    at = next(ratio for (ratio, _), sum_ in zip(ratios, below, strict=True) if 2 * sum_ >= 1)
    return sum((abs(weight - at * share) for weight, share in own), NOTHING)


def _half_mean_difference(own: Shared) -> Fraction:
    """Σ share · share · distance over the pairs: each counts what is below it less what is above it."""
    found, below = NOTHING, NOTHING
    for value, share in sorted(own):
        found += value * share * (2 * below + share - 1)
        below += share
    return found


def _most_beside_cut(own: Shared) -> Fraction:
    found, weighs, counts = NOTHING, NOTHING, NOTHING
    ordered = sorted((pair for pair in own if pair[1]), key=lambda pair: pair[0] / pair[1], reverse=True)
    for weight, share in ordered[:-1]:
        weighs, counts = weighs + weight, counts + share
        found = max(found, weighs / (counts * (1 - counts)))
    return found
