"""What the prices of one pass say of a pass after a change, so that most goals are not solved again."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from verdeling.entries import alike, stacked
from verdeling.explaining.tracing.replaying import Replaying
from verdeling.solvers.protocol import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Unpack

    from verdeling.entries import Entries
    from verdeling.explaining.asking.inheriting import Heritage
    from verdeling.program import Floats, Objective, Program
    from verdeling.solvers.protocol import Solver
    from verdeling.solvers.wrapped import How

ROUNDING = 1e-9
"""Reduced costs of less are none, relative to the largest coefficient of the objective."""


class Unforeseen(Exception):
    """What the prices of the first pass say does not hold.

    ``ray`` are multipliers of rows by which there is no point where it is said to be, if they are known.
    """

    def __init__(self, ray: Floats | None = None) -> None:
        super().__init__()
        self.ray = ray


@dataclass(frozen=True, eq=False)
class Step:
    """A linear program of the first pass: its shape and entries, and its optimum.

    ``level`` says whether a single column was minimised.
    """

    shape: tuple[int, int]
    entries: tuple[Entries, ...]
    outcome: Outcome
    level: bool

    def foretold(self, program: Program, objective: Objective, heritage: Heritage | None = None) -> Outcome:
        """The least that an objective can be in another program, as the duals of this step prove it.

        Duals of the right signs prove a bound, whatever bounds the columns and rows have (weak duality).
        Rows that are new have no dual. The point is the one of this step, and says nothing about the other
        program.

        Raises
        ------
        Unforeseen
            If the duals prove nothing.
        """
        if self.outcome.duals is None or self.outcome.point is None:
            raise Unforeseen
        entries, duals, point = _stacked(program.entries), self.outcome.duals, self.outcome.point
        if heritage is not None:
            duals, point = self._inherited(program, entries, objective, heritage)
        elif self.shape != program.shape:
            raise Unforeseen
        elif not alike(self.entries, program.entries):
            multiples = map(_multiples, self.entries, program.entries)
            duals = _levelled(duals * np.concatenate([*multiples]), entries, objective)
        costs = np.bincount(objective.columns, objective.coefficients, program.column_count)
        asked = np.bincount(entries.columns, entries.coefficients * duals[entries.rows], program.column_count)
        rates = np.concatenate([costs - asked, duals])
        at = np.where(rates > 0, *program.bounds)
        held = np.isfinite(at)
        if (np.abs(rates[~held]) > ROUNDING * max(1.0, np.abs(costs).max())).any():
            raise Unforeseen
        value = float(rates[held] @ at[held]) + objective.constant
        return Outcome("optimal", point, value, value, duals)

    def _inherited(
        self, program: Program, entries: Entries, objective: Objective, heritage: Heritage
    ) -> tuple[Floats, Floats]:
        """Duals and point for what the other program has of this one; what is new has neither."""
        places = heritage.grown(program.shape, self.shape)
        if places is None:
            raise Unforeseen
        assert self.outcome.duals is not None
        assert self.outcome.point is not None
        columns, rows = places
        before = stacked(self.entries)
        aligned = stacked([before, entries]).of(
            np.where(rows >= 0, rows, len(before) + np.arange(len(entries)))
        )
        duals = np.where(rows >= 0, self.outcome.duals[rows], 0.0)
        point = np.where(columns >= 0, self.outcome.point[columns], 0.0)
        return _levelled(duals * _multiples(aligned, entries), entries, objective), point


_stacked = lru_cache(maxsize=1)(stacked)
"""One question after another is about the same rows."""


def _multiples(before: Entries, now: Entries) -> Floats:
    """By what the dual of each row is multiplied where rows became multiples of what they were.

    Loads are relative to the needs: when these change, the row of every load becomes a multiple.
    """
    if before is now:
        return np.ones(len(now))
    if not np.array_equal(before.starts, now.starts):
        raise Unforeseen
    filled = np.diff(now.starts) > 0
    first, multiples = now.starts[:-1][filled], np.ones(len(now))
    was, became = before.coefficients[first], now.coefficients[first]
    multiples[filled] = np.divide(was, became, out=np.ones(len(became)), where=became != 0)
    return multiples


def _levelled(duals: Floats, entries: Entries, objective: Objective) -> Floats:
    """Duals that fit the level again that is asked for: it stands in its rows as it is, not multiplied."""
    if len(objective.columns) != 1:
        return duals
    level = entries.columns == objective.columns[0]
    asked = (entries.coefficients[level] * duals[entries.rows[level]]).sum()
    if asked == 0:
        raise Unforeseen
    fitting: Floats = duals * (objective.coefficients[0] / asked)
    return fitting


class Foreseeing(Replaying):
    """A solver that answers the first questions of a pass by the prices of the first pass, and proves it.

    The answer is the least that the prices prove (`Step.foretold`), and is held as such. What comes next
    is asked of the solver: a point that keeps all that is held proves all answers before it, as nothing
    can be less. It is for passes that use an answer as a value to hold or as a
    level beneath those before it, as sums and levels do (`verdeling.aggregates`).
    """

    def __init__(self, solver: Solver) -> None:
        super().__init__(solver)
        self._steps: list[Step] = []
        self._foreseen = 0
        self._levels: dict[int, float] = {}

    @property
    def depths(self) -> list[int]:
        """How many questions of a pass may be foreseen, the most first: all but the last, or only to levels.

        What comes after the last level is what is foreseen wrongly most often.
        """
        last = len(self._steps) - 1
        levels = max((at for at, step in enumerate(self._steps[:last], 1) if step.level), default=last)
        return sorted({last, levels} - {0}, reverse=True)

    @contextmanager
    def foreseen(self, depth: int, heritage: Heritage | None = None) -> Iterator[None]:
        """The first questions of a pass in here are foreseen; the one after them proves them.

        Parameters
        ----------
        depth : int
            How many; see `depths`.
        heritage : Heritage, optional
            As for `begin`.

        Raises
        ------
        Unforeseen
            If what the prices say does not hold: the pass has to be made again with less of them.
        """
        self.begin(heritage)
        self._levels.clear()
        self._foreseen = depth
        try:
            yield
            if self._foreseen:  # it ended before anything was proved
                raise Unforeseen
        finally:
            self._foreseen = 0

    def minimise(self, program: Program, objective: Objective, **how: Unpack[How]) -> Outcome:
        """See `verdeling.solvers.protocol.Solver.minimise`."""
        at = self._asked
        if at is None:
            outcome = super().minimise(program, objective, **how)
            self._steps.append(Step(program.shape, program.entries, outcome, len(objective.columns) == 1))
            return outcome
        if not self._foreseen:
            return super().minimise(program, objective, **how)
        if at < self._foreseen:
            self._asked = at + 1
            outcome = self._steps[at].foretold(program, objective, self._heritage)
        else:
            how["believed"] = True
            outcome = super().minimise(program, objective, **how)
            self._foreseen = 0
        if outcome.status == "infeasible" or self._rises(objective, outcome.value):
            raise Unforeseen(outcome.ray)
        return outcome

    def _rises(self, objective: Objective, value: float) -> bool:
        """Whether a level that is asked for again is above what it was, which was then not reached."""
        if len(objective.columns) != 1:
            return False
        column = int(objective.columns[0])
        known = self._levels.get(column, np.inf)
        self._levels[column] = value
        return value > known + self.tolerance * max(1.0, abs(known))
