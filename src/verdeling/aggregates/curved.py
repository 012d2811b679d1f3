"""Curved aggregates: proportional fairness and alpha-fairness, approached by straight lines."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from verdeling.aggregates.curves import Curve
from verdeling.aggregates.ideals import part, something_for_each
from verdeling.aggregates.levels import step_of
from verdeling.aggregates.registry import Stage, aggregate
from verdeling.program import Objective

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from verdeling.measures import Vector
    from verdeling.policy import Goal
    from verdeling.program import Floats
    from verdeling.pursuit import Pursuit

CLOSE = 1e-9
"""How far above its curve a worth may be in fractions: so far, relatively, is the equivalent amount
from its best. Amounts are then within some 1e-4 of theirs, since near its best a sum hardly changes."""

CLOSE_WHOLE = 1e-7
"""The same in whole places, where solvers round more coarsely."""

FLAT = 1e-9
"""Slope, in worth per unit, below which a line is level: solvers take such a coefficient for nothing."""

SIZE = 1000.0
"""What the whole worth counts for in the objective; a solver's absolute tolerances become finer by it."""


@aggregate(fits="higher")
def nash(pursuit: Pursuit, vector: Vector, goal: Goal) -> Iterator[Stage]:
    """The weighted geometric mean, made large: proportional fairness.

    Whoever gains relatively less than others lose relatively must give way (Kelly, Maulloo & Tan
    1998, doi:10.1057/palgrave.jors.2600523; with weights, Kalai 1977, doi:10.1007/BF01774658).
    """
    yield settle_curved(pursuit, vector, 1.0)


@aggregate(fits="higher", takes=("alpha",))
def alpha_fair(pursuit: Pursuit, vector: Vector, goal: Goal) -> Iterator[Stage]:
    """The weighted power mean with exponent 1 − alpha, made large.

    0 is the mean, 1 the geometric mean, 2 the harmonic mean; the larger, the nearer to the smallest
    element (Mo & Walrand 2000, doi:10.1109/90.879343).
    """
    assert goal.alpha is not None
    yield settle_curved(pursuit, vector, goal.alpha)


def settle_curved(pursuit: Pursuit, vector: Vector, alpha: float) -> Stage:
    """Make the weighted mean of the worths of the elements large and hold it there.

    A worth is a column below straight lines that touch its curve; a point with a worth above its
    curve gets the line that touches there, until none is (Kelley 1960, doi:10.1137/0108053). Then
    each element is held where it is. Who can get nothing whatever the division is left out.
    """
    amounts = something_for_each(pursuit, vector) if len(vector.terms) else np.zeros(len(vector))
    chosen = amounts > 0
    if not chosen.any():
        return Stage("", lambda point: 0.0)
    about, amounts = part(vector, chosen), amounts[chosen]
    known = pursuit.duals
    hypograph = _smooth(pursuit, about, alpha, amounts)
    if pursuit.whole:
        hypograph.release()
        hypograph = _stepped(pursuit, about, hypograph.curve, hypograph.amounts(pursuit.point))
    pursuit.duals = known
    pursuit.settle(hypograph.objective)
    pursuit.gap = hypograph.gap(pursuit.gap)
    if known is None and pursuit.duals is not None:
        pursuit.duals = pursuit.duals * hypograph.exchange
    if pursuit.whole or alpha > 0:
        hypograph.hold_elements()
    curve = hypograph.curve
    return Stage("", lambda point: curve.equivalent(np.maximum(about.values(point), 0.0)))


def _smooth(pursuit: Pursuit, vector: Vector, alpha: float, amounts: Floats) -> Hypograph:
    """The curve without steps, with the lines that its optimum asks for.

    Where alpha is large, worths far from the unit are beyond what numbers can tell apart: the unit
    follows the amount that is worth as much as the best division so far.
    """
    none = np.full(len(vector), np.nan)
    curve = Curve(alpha, vector.share, 1.0, np.zeros(len(vector)), none)
    while True:
        equivalent = curve.equivalent(amounts)
        curve = replace(curve, unit=equivalent)
        hypograph = Hypograph(pursuit, vector, curve, amounts)
        pursuit.minimise(hypograph.objective)
        amounts = hypograph.amounts(pursuit.point)
        risen = curve.equivalent(amounts) / equivalent
        if risen ** max(alpha - 1.0, 1.0) <= 2.0:
            return hypograph
        hypograph.release()


def _stepped(pursuit: Pursuit, vector: Vector, curve: Curve, amounts: Floats) -> Hypograph:
    """The curve in whole places, straight far below the fractional optimum."""
    steps = np.array([step_of(pursuit, vector, element) for element in range(len(vector))]) / vector.scale
    stepped = replace(curve, floor=curve.steepest(amounts), step=steps)
    return Hypograph(pursuit, vector, stepped, amounts)


class Hypograph:
    """Columns for the worths of elements, and the lines that keep them below their curve.

    Parameters
    ----------
    pursuit : Pursuit
        Gets the columns and rows, and calls `cut` from now on.
    vector : Vector
        The elements.
    curve : Curve
        Their worth.
    amounts : array
        Above zero; the first lines are there.
    """

    def __init__(self, pursuit: Pursuit, vector: Vector, curve: Curve, amounts: Floats) -> None:
        self.pursuit, self.vector, self.curve = pursuit, vector, curve
        ceiling = 1 / (curve.alpha - 1) if curve.alpha > 1 else np.inf
        self._amount = pursuit.add_levels(vector.index)
        self._worth = pursuit.add_levels(vector.index)
        pursuit.program.column_upper[self._worth["column"]] = ceiling
        rows = pursuit.add_element_rows(
            "goal_amount", vector, self._amount.assign(coefficient=-curve.unit), upper=0.0
        )
        pursuit.program.row_lower[rows.start : rows.stop] = 0.0
        self._close = CLOSE_WHOLE if pursuit.whole else max(CLOSE, pursuit.tolerance)
        self._first = rows.start
        self._touched: set[tuple[int, float]] = set()
        self._lowest = amounts
        self._add_lines(np.ones(len(vector), dtype=bool), amounts)
        pursuit.cuts.append(self.cut)

    @property
    def objective(self) -> Objective:
        """The weighted mean of the worths, times `SIZE`, to be minimised with the opposite sign."""
        return Objective(self._worth["column"].to_numpy(np.int64), -SIZE * self.vector.share)

    def amounts(self, point: Floats | None) -> Floats:
        """The elements at a point."""
        assert point is not None
        return np.maximum(self.vector.values(point), 0.0)

    @property
    def exchange(self) -> float:
        """Change of the equivalent amount per unit of the objective."""
        amounts = self.amounts(self.pursuit.best)
        bent = 1.0 + (1.0 - self.curve.alpha) * self.curve.total(amounts)
        return self.curve.equivalent(amounts) / bent / SIZE

    def gap(self, left: float) -> float:
        """How far the equivalent amount may be from its best, when so much of the objective is left."""
        assert self.pursuit.best is not None
        bound = np.asarray((left - self.objective.value(self.pursuit.best)) / SIZE)
        reached = self.curve.equivalent(self.amounts(self.pursuit.best))
        return max(float(self.curve.amount(bound)) - reached, 0.0)

    def cut(self, point: Floats) -> bool:
        """Add a line where a worth is above its curve, and say whether there was one to add."""
        amounts = self.amounts(point)
        nearest = np.where(np.isnan(self.curve.step), self.curve.steepest(self._lowest), 0.0)
        at = np.maximum(amounts, nearest)
        slope, _ = self.curve.line(at)
        room = self._close * np.maximum(1.0, slope * self.curve.unit)
        above = point[self._worth["column"].to_numpy()] > self.curve.worth(amounts) + room
        return self._add_lines(above, at)

    def hold_elements(self) -> None:
        """Keep each element where it is, as closely as its worth is known, instead of the lines.

        In fractions worths that bend have one best division, so that nothing else is lost by it, and
        later programs are spared hundreds of lines that are almost parallel. In whole numbers another
        division may be as good; but among plans on such an edge a later goal would find hardly any.
        """
        amounts = self.amounts(self.pursuit.best)
        least = self.curve.amount(self.curve.worth(amounts) - self._close)
        least = np.where(np.isnan(self.curve.step), least, amounts - self._close * self.curve.unit)
        self.release()
        rows = self.pursuit.add_element_rows("goal_hold", self.vector.minimised)
        self.pursuit.program.row_upper[rows.start : rows.stop] = -least

    def release(self) -> None:
        """Take the lines, and all that was added since the first one, out of the program."""
        program, best = self.pursuit.program, self.pursuit.best
        self.pursuit.cuts.remove(self.cut)
        program.row_lower[self._first :] = -np.inf
        program.row_upper[self._first :] = np.inf
        columns = np.concatenate([self._amount["column"], self._worth["column"]])
        program.column_lower[columns] = program.column_upper[columns] = 0.0
        if best is not None:
            best[columns[columns < len(best)]] = 0.0  # so that it is still a point to start from

    def _add_lines(self, chosen: npt.NDArray[np.bool_], amounts: Floats) -> bool:
        """Add the line that meets the curve at the amount of each chosen element, unless it is there."""
        touched = list(enumerate(amounts.tolist()))
        new = chosen & [pair not in self._touched for pair in touched]
        self._touched.update(pair for pair, added in zip(touched, new, strict=True) if added)
        self._lowest = np.where(new, np.minimum(self._lowest, amounts), self._lowest)
        slope, constant = (side[new] for side in self.curve.line(amounts))
        flat = slope * self.curve.unit < FLAT
        constant = np.where(flat, constant + slope * amounts[new], constant)
        slope = np.where(flat, 0.0, slope)
        terms = [self._worth[new], self._amount[new].assign(coefficient=-slope * self.curve.unit)]
        index = self.vector.index[new]
        if len(index):
            self.pursuit.program.add_rows("goal_line", index, terms, unit="level", upper=constant)
        return len(index) > 0
