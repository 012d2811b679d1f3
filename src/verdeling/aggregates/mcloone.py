"""McLoone: what the half that has least has, as a part of what it would have at the median."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from verdeling.aggregates.ideals import NOTHING_TO_GET, ideals, part
from verdeling.aggregates.registry import Stage, aggregate
from verdeling.formulation import minus
from verdeling.program import Objective
from verdeling.pursuit import each, scaled

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from verdeling.measures import Vector
    from verdeling.policy import Goal
    from verdeling.program import Floats, Integers
    from verdeling.pursuit import Pursuit

HALF = 0.5 - 1e-6
"""Weight from which elements are half of everybody, whatever the rounding of their weights."""

NEAR = 1e-6
"""Elements that are nearer to the median than this part of the largest one are at the median."""

CLOSE = 1e-7
"""Rise of the index that is no more than rounding."""

PROVED = 1e-3
"""What the objective may still be from its best when no better index is left, but for rounding."""

SIZE = 1000.0
"""What a sum counts for in the objective; a solver's absolute tolerances become finer by it."""


@aggregate(fits="higher")
def mcloone(pursuit: Pursuit, vector: Vector, goal: Goal) -> Iterator[Stage]:
    """The sum of what is at or below the median, relative to the median for each of them.

    The median is the smallest element such that at least half of the weight is at or below it. A ratio
    with a median in it is no linear program: two binary columns per element say who is at or below the
    median and who is below it (Chen & Hooker 2023, doi:10.1007/s10479-023-05264-y). With an index at
    hand, the sum less so many times what it would be at the median is made large, until that is
    nothing (Dinkelbach 1967, doi:10.1287/mnsc.13.7.492). Then the decisions are held, and the median
    is made as large as they leave it: otherwise everybody could have nothing without an index that is
    missed. Who can get nothing is left out; where half of everybody has nothing the index is zero.
    """
    best = ideals(pursuit, vector)
    about, half = vector, None
    if best.any():
        about = part(vector, best > 0)
        half = Half.stated(pursuit, about, best[best > 0])
        half.settle_index()
        pursuit.duals = None  # who is below the median moves with the limits, so these are no prices
    yield Stage("", lambda point: index_of(about.values(point), about.share), unit="index")
    if half is not None:
        half.settle_median()
        pursuit.duals = None
    yield Stage("median", lambda point: median_of(about.values(point), about.share))


def median_of(values: Floats, share: Floats) -> float:
    """Smallest value such that at least half of the weight is at or below it.

    Examples
    --------
    >>> median_of(np.array([6.0, 1.0, 2.0, 4.0]), np.full(4, 0.25))
    2.0
    """
    order = np.argsort(values, kind="stable")
    return float(values[order][np.argmax(np.cumsum(share[order]) >= HALF)]) if len(values) else 0.0


def index_of(values: Floats, share: Floats) -> float:
    """McLoone's index: 1 where nobody is below the median, 0 where the median is nothing.

    Examples
    --------
    >>> index_of(np.array([1.0, 2.0, 6.0]), np.full(3, 1 / 3))
    0.75
    """
    median = median_of(values, share)
    lower = values <= median + NEAR * values.max(initial=0.0)
    would = median * share[lower].sum()
    return min(float(share[lower] @ values[lower] / would), 1.0) if median > NOTHING_TO_GET else 0.0


@dataclass(frozen=True)
class Half:
    """Columns that say who is at or below the median, who is below it, and what that comes to.

    Parameters
    ----------
    pursuit : Pursuit
        Whose program has the columns.
    about : Vector
        The elements.
    most : float
        The largest that the median can be.
    has, would : DataFrame
        Terms of what each element at or below the median has, and of the median for each of them.
    median : DataFrame
        Its term.
    decisions : array
        Binary columns: who is at or below the median, then who is below it.
    """

    pursuit: Pursuit
    about: Vector
    most: float
    has: pd.DataFrame
    would: pd.DataFrame
    median: pd.DataFrame
    decisions: Integers

    @classmethod
    def stated(cls, pursuit: Pursuit, about: Vector, best: Floats) -> Half:
        """Add the columns and their rows.

        With u an element, U its ideal, m the median and M the median of the ideals:
        m ≤ u + M·below, u ≤ m + U·(1 − counted), below ≤ counted, has ≤ u, has ≤ U·counted and
        m ≤ would + M·(1 − counted).
        """
        program, most = pursuit.program, median_of(best, about.share)
        median = pursuit.add_level()
        has, would = (pursuit.add_excess(about, upper=np.inf) for _ in range(2))
        counted, below = (pursuit.add_decisions(about.index) for _ in range(2))
        program.column_lower[median["column"]], program.column_upper[median["column"]] = 0.0, most
        own, level = scaled(about), each(about, median, 1.0)
        for terms, upper in (
            ((minus(own), level, below.assign(coefficient=-most)), 0.0),
            ((own, minus(level), counted.assign(coefficient=best)), best),
            ((below, minus(counted)), 0.0),
            ((minus(own), has), 0.0),
            ((has, counted.assign(coefficient=-best)), 0.0),
            ((level, minus(would), counted.assign(coefficient=most)), most),
        ):
            program.add_rows("goal_median", about.index, terms, unit=about.unit, upper=upper)
        for who, sign in ((counted, -1.0), (below, 1.0)):
            weights = Objective(who["column"].to_numpy(np.int64), sign * about.share)
            program.add_row("goal_half", weights, upper=sign * HALF)
        decisions = np.concatenate([counted["column"], below["column"]]).astype(np.int64)
        return cls(pursuit, about, most, has, would, median, decisions)

    def settle_index(self) -> None:
        """Make the index large and hold it there, and with it who is at or below the median."""
        pursuit = self.pursuit
        assert pursuit.point is not None
        self._decide_as_at(pursuit.point)
        pursuit.minimise(self._lacking(1.0))  # so that there is a point to begin from
        index = -1.0
        while index < 1.0 and (found := self._index_at_best(max(index, 0.0))) > index + CLOSE:
            assert pursuit.best is not None
            index, best = found, pursuit.best.copy()
        assert pursuit.best is not None
        pursuit.best[:] = best
        pursuit.gap = 0.0 if pursuit.gap <= PROVED else 1.0 - index
        self._decide_as_at(best)
        pursuit.hold(self._lacking(index), 0.0, SIZE * pursuit.room)

    def settle_median(self) -> None:
        """Make the median large and hold it there."""
        self.pursuit.settle(Objective(self.median["column"].to_numpy(np.int64), np.array([-1.0])))

    def _lacking(self, index: float) -> Objective:
        """What the lower half lacks of so much of the median for each."""
        columns = np.concatenate([self.would["column"], self.has["column"]]).astype(np.int64)
        share = SIZE / self.most * self.about.share
        return Objective(columns, np.append(index * share, -share))

    def _index_at_best(self, index: float) -> float:
        """The index where least is lacking of another index, which is not held."""
        pursuit, program, lacking = self.pursuit, self.pursuit.program, self._lacking(index)
        self._decide(0.0, 1.0)
        pursuit.decide(lacking, self.decisions)
        pursuit.settle(lacking)
        program.row_upper[program.row_blocks[-1].start] = np.inf
        assert pursuit.best is not None
        return index_of(self.about.values(pursuit.best), self.about.share)

    def _decide_as_at(self, point: Floats) -> None:
        """Fix who is at or below the median, and who is below it, as at a point."""
        values = self.about.values(point)
        median, near = median_of(values, self.about.share), NEAR * values.max()
        decided = np.concatenate([values <= median + near, values < median - near]).astype(np.float64)
        self._decide(decided, decided)

    def _decide(self, lower: Floats | float, upper: Floats | float) -> None:
        program = self.pursuit.program
        program.column_lower[self.decisions], program.column_upper[self.decisions] = lower, upper
