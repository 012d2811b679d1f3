"""A convex function in a program: a column for each part of it, above lines that points turn out to miss."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.entries import Entries, stacked, summed
from verdeling.program import Objective

if TYPE_CHECKING:
    from verdeling.certifying.shapes import Shape
    from verdeling.program import Block, Floats, Integers, Program

CLOSE = 1e-8
"""How far a function may be above its columns in all, relative to ``max(1, |value|)``."""


class Lines:
    """Columns that are no less than the parts of a convex function, as far as lines have been stated.

    Parameters
    ----------
    program : Program
        Gets the columns and rows.
    own : Entries
        The expressions.
    shape : Shape
        The function of these.
    number : int
        Tells its columns from those of other functions.
    """

    def __init__(self, program: Program, own: Entries, shape: Shape, number: int) -> None:
        self.program, self.own, self.shape = program, own, shape
        parts = pd.DataFrame({"part": np.arange(int(shape.parts.max()) + 1)})
        terms = program.add_columns(f"goal_part_{number}", parts, unit="level", lower=-np.inf)
        self._columns = terms["column"].to_numpy(np.int64)
        self._limit = program.add_row("goal_held", self.objective, upper=np.inf).start
        self._stated: list[tuple[Block, Integers, Floats]] = []
        self._known: set[bytes] = set()

    @property
    def objective(self) -> Objective:
        """The sum of the parts."""
        return Objective(self._columns, np.ones(len(self._columns)))

    def hold(self, most: float) -> None:
        """Keep the sum of the parts at a value."""
        self.program.row_upper[self._limit] = most

    def add(self, point: Floats) -> bool:
        """State lines that meet the function at a point which misses them; say whether there are any."""
        own = self.own
        values = np.bincount(own.rows, own.coefficients * point[own.columns], len(own)).astype(np.float64)
        slopes, constants = self.shape.lines(values)
        reached = np.bincount(self.shape.parts, slopes * values, len(constants)) + constants
        missed = np.ones(len(constants), dtype=bool)
        if self._stated:
            above = reached - point[self._columns]
            missed = above > CLOSE * max(1.0, abs(reached.sum())) / len(above)
        line = missed.tobytes() + slopes.tobytes()
        if not missed.any() or line in self._known:
            return False
        self._known.add(line)
        self._state(np.flatnonzero(missed), slopes, constants)
        return True

    def weights(self, duals: Floats) -> Floats:
        """Weights of the expressions: those of all lines by their multipliers."""
        found = np.zeros(len(self.own))
        for block, parts, slopes in self._stated:
            by = np.zeros(len(self._columns))
            by[parts] = np.maximum(-duals[block.start : block.stop], 0.0)
            found += by[self.shape.parts] * slopes
        return found

    def _state(self, parts: Integers, slopes: Floats, constants: Floats) -> None:
        own, count = self.own, len(self._columns)
        terms = own.coefficients * slopes[own.rows]
        every = summed(self.shape.parts[own.rows], own.columns.astype(np.int64), terms, count)
        less = Entries(np.arange(count + 1), self._columns.astype(np.int32), -np.ones(count))
        every = side_by_side(every, less)
        block = self.program.add_entries(
            "goal_line", pd.DataFrame({"part": parts}), every.of(parts), unit="goal", lower=-np.inf,
            upper=-constants[parts],
        )  # fmt: skip
        self._stated.append((block, parts, slopes))


def side_by_side(some: Entries, others: Entries) -> Entries:
    """Rows with the entries of both; the columns of the others come after those of the first."""
    rows = np.concatenate([some.rows, others.rows])
    order = np.argsort(rows, kind="stable")
    both = stacked([some, others])
    return Entries(some.starts + others.starts, both.columns[order], both.coefficients[order])
