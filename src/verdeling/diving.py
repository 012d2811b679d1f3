"""Decisions made whole by diving: rounded a few at a time, and a linear program follows each time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from verdeling.entries import Entries, stacked
from verdeling.pursuit import OutOfTime

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from verdeling.program import Floats, Integers, Objective, Program
    from verdeling.pursuit import Pursuit

AT_ONCE = 0.2
"""So many of the numbers that are not whole are rounded at once, those nearest to a whole number first."""

NEAR = 0.1
"""Numbers this near to a whole one are rounded together, however many they are."""

FEWER = 4
"""By what the numbers that are rounded at once are divided when no plan is left."""

LONGEST = 400
"""Linear programs after which a dive is given up: one that ends takes some tens."""

ROUNDING = 1e-6
"""What is this near to a whole number is one."""


class Stranded(Exception):
    """No plan is left on the way down, or it takes too long."""


class Dive:
    """The way down from a fractional optimum to whole numbers, stage by stage.

    What is rounded stays on its side of what it was, and everything else follows in a linear program,
    hot from the one before. When all decisions of a stage are whole they are fixed, and rows in which all
    that can still move is whole, by whole coefficients, are tightened to whole bounds (M. W. P. Savelsbergh,
    Preprocessing and probing techniques for mixed integer programming problems, ORSA Journal on
    Computing 6(4), 1994, 445–454, doi:10.1287/ijoc.6.4.445): what later stages do then makes up for what
    rounding costs the earlier ones.

    Parameters
    ----------
    pursuit : Pursuit
        Whose program is dived in; its bounds are moved.
    objective : Objective
        What is kept small on the way.

    Raises
    ------
    Stranded
        If there is no plan to begin with.
    OutOfTime
        If the deadline came first.
    """

    def __init__(self, pursuit: Pursuit, objective: Objective) -> None:
        self._pursuit, self._objective = pursuit, objective
        self._program = pursuit.program
        self._rows = _Tightening(self._program)
        self._left = LONGEST
        self.point = np.empty(0)
        if not self._asked():
            raise Stranded

    def down(self, stages: Iterable[Integers]) -> Floats:
        """The optimum after the last stage, in which the columns of all stages are whole and fixed.

        Parameters
        ----------
        stages : iterable of arrays of int
            Columns that are decided one stage after another.

        Raises
        ------
        Stranded
            If no plan is left, or it takes too long.
        OutOfTime
            If the deadline came first.
        """
        program = self._program
        for columns in stages:
            self._round(columns)
            program.column_lower[columns] = program.column_upper[columns] = np.round(self.point[columns])
            if not self._rows.tighten() or not self._asked(moved=True):
                raise Stranded
        return self.point

    def _round(self, columns: Integers) -> None:
        """Round columns until all of them are whole."""
        while len(between := self._between(columns)):
            count = max(1, int(AT_ONCE * len(between)), int((self._distance(between) < NEAR).sum()))
            while not self._rounded(between[:count], np.round(self.point[between[:count]])):
                if count == 1:
                    self._turn(between[:1])
                    break
                count = max(1, count // FEWER)

    def _turn(self, column: Integers) -> None:
        """Round a column away from the nearest whole number."""
        nearest = np.round(self.point[column])
        other = np.where(nearest > self.point[column], nearest - 1, nearest + 1)
        if not self._rounded(column, other):
            raise Stranded

    def _rounded(self, columns: Integers, sides: Floats) -> bool:
        """Whether a plan is left when columns stay beyond whole numbers; if not, nothing changed."""
        program, up = self._program, sides > self.point[columns]
        kept = program.column_lower[columns], program.column_upper[columns]
        program.column_lower[columns] = np.where(up, sides, kept[0])
        program.column_upper[columns] = np.where(up, kept[1], sides)
        if self._asked(moved=True):
            return True
        program.column_lower[columns], program.column_upper[columns] = kept
        return False

    def _between(self, columns: Integers) -> Integers:
        """Columns that are not whole, the nearest to a whole number first."""
        distance = self._distance(columns)
        order = np.argsort(distance, kind="stable")
        return columns[order[distance[order] > ROUNDING]]

    def _distance(self, columns: Integers) -> Floats:
        return np.abs(self.point[columns] - np.round(self.point[columns]))

    def _asked(self, *, moved: bool = False) -> bool:
        """Whether the linear program has a point; it is the next one."""
        if not self._left:
            raise Stranded
        self._left -= 1
        outcome = self._pursuit.solver.minimise(
            self._program,
            self._objective,
            time_limit=self._pursuit.seconds_left,
            believed=moved,
            moved=moved,
        )
        if outcome.status == "time_limit":
            raise OutOfTime
        if outcome.point is None:
            return False
        self.point = outcome.point
        return True


class _Tightening:
    """The rows of a program that become whole as columns are fixed."""

    def __init__(self, program: Program) -> None:
        self._program = program
        entries = stacked(program.entries)
        size = program.column_count
        self._matrix = entries.matrix(size)
        whole = program.whole[entries.columns] & (entries.coefficients == np.round(entries.coefficients))
        self._parts = Entries(entries.starts, entries.columns, np.where(whole, 0.0, 1.0)).matrix(size)
        self._bounds = program.row_lower.copy(), program.row_upper.copy()

    def tighten(self) -> bool:
        """Round the bounds of rows in which only whole amounts can move; whether all of them leave room."""
        program = self._program
        fixed = program.column_lower == program.column_upper
        amount = self._matrix @ np.where(fixed, program.column_lower, 0.0)
        stepping: npt.NDArray[np.bool_] = self._parts @ (~fixed).astype(float) == 0
        lower, upper = self._bounds
        low = np.ceil(lower - amount - ROUNDING) + amount
        high = np.floor(upper - amount + ROUNDING) + amount
        program.row_lower = np.where(stepping, low, lower)
        program.row_upper = np.where(stepping, high, upper)
        return bool((program.row_lower <= program.row_upper).all())
