"""Stock and flow of one group in one place: households that start looking in each year, exactly.

Needs are a flow: households that start looking in a year, of whom those without a place wait for the
next. So whoever waits when the horizon begins is a need of its first year, and nobody is counted twice:

    n(t) = (waiting list, in the first year only + inflow × (1 + trend)^(t − year) − outflow) ÷ persons
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verdeling.mapping.listing import Entry

SCENARIOS = ("low", "middle", "high")
"""Every assumption has its low value in the first, its high value in the last."""


@dataclass(frozen=True)
class Step:
    """One year of one scenario.

    Parameters
    ----------
    year : int
        Of the horizon.
    entry : Entry
        The figures that hold: the last ones that are not of a later year.
    waiting, inflow, outflow : Fraction
        In the unit of the figures; `inflow` is that of the year of the figures.
    trend : Fraction
        Change per year.
    later : int
        Years since the year of the figures.
    persons : Fraction
        Persons in a household; 1 where the figures are households.
    """

    year: int
    entry: Entry
    waiting: Fraction
    inflow: Fraction
    outflow: Fraction
    trend: Fraction
    later: int
    persons: Fraction

    @cached_property
    def exact(self) -> Fraction:
        """Households that start looking in the year, before they are made whole."""
        grown = self.inflow * (1 + self.trend) ** self.later
        return (self.waiting + grown - self.outflow) / self.persons

    @property
    def counted(self) -> bool:
        """Whether it is nothing but figures that are counts, of this year."""
        return bool(self.entry.cells["count"]) and self.later == 0 and self.persons == 1


def steps(figures: Sequence[Entry], years: Sequence[int], scenario: str) -> list[Step]:
    """Every year of a scenario.

    Parameters
    ----------
    figures : sequence of Entry
        Of one group in one place, in the order of their years; the first is not later than `years`.
    years : sequence of int
        The horizon.
    scenario : {"low", "middle", "high"}
        Which values of the assumptions.

    Returns
    -------
    list of Step
        One a year.
    """
    found = []
    for year in years:
        entry = [each for each in figures if each.cells["year"] <= year][-1]
        first = year == years[0]
        found.append(
            Step(
                year,
                entry,
                _exact(entry.cells["waiting"]) if first else Fraction(0),
                _assumed(entry, "inflow", scenario),
                _exact(entry.cells["outflow"]),
                _assumed(entry, "trend", scenario),
                year - entry.cells["year"],
                _assumed(entry, "persons_per_household", scenario),
            )
        )
    return found


def whole(exact: Sequence[Fraction]) -> list[int]:
    """Whole numbers whose sums from the first year on are the nearest to those of the exact ones.

    A group of 0.4 households a year has 2 in five years, not none. A half goes up.

    Examples
    --------
    >>> whole([Fraction(2, 5)] * 5)
    [0, 1, 0, 1, 0]
    """
    sums = [math.floor(total + Fraction(1, 2)) for total in accumulate(exact)]
    return [total - before for total, before in zip(sums, [0, *sums], strict=False)]


def _assumed(entry: Entry, name: str, scenario: str) -> Fraction:
    own = entry.cells.get(f"{name}_{scenario}")
    return _exact(entry.cells[name] if own is None else own)


@lru_cache(maxsize=10_000)
def _exact(value: float) -> Fraction:
    return Fraction(str(value))
