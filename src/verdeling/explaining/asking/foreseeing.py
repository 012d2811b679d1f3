"""What the prices of one pass say of a pass after a change, so that most goals are not solved again."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from verdeling.entries import alike, stacked
from verdeling.explaining.tracing.replaying import Replaying
from verdeling.solvers.protocol import Outcome

if TYPE_CHECKING:
    from collections.abc import Container, Iterator
    from typing import Unpack

    from verdeling.entries import Entries
    from verdeling.explaining.asking.inheriting import Heritage
    from verdeling.program import Floats, Objective, Program
    from verdeling.solvers.protocol import Solver
    from verdeling.solvers.wrapped import How

ROUNDING = 1e-9
"""Reduced costs of less are none, relative to the largest coefficient of the objective."""


TRIES = 2
"""So often a pass is foreseen to its end, before it is pursued from the first question that was wrong."""

FEW, EFFORT = 100, 8
"""A run that is to prove what was foreseen is given up after a few pivots and an eighth of the rows."""


class Unforeseen(Exception):
    """What the prices of the first pass say does not hold.

    Parameters
    ----------
    ray : array, optional
        Multipliers of rows by which there is no point where it is said to be, if they are known.
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
    """A solver that answers questions of a pass by the prices of the first pass, and proves it.

    The answer is the least that the prices prove (`Step.foretold`), and is held as such. What is asked of
    the solver after it is the proof: a point that keeps all that is held shows that each goal can be as
    little as it cannot be less than. Where there is none, the multipliers that say so are on what is held
    too tightly, and the last question that is held by it is asked when the pass is made again. It is for
    passes that use an answer as a value to hold or as a level beneath those before it, as sums and levels
    do (`verdeling.aggregates`).
    """

    def __init__(self, solver: Solver) -> None:
        super().__init__(solver)
        self._steps: list[Step] = []
        self._until: int | None = None
        self._but: Container[int] = ()
        self._wrong: int | None = None
        self._limits: list[Floats] = []
        self._levels: dict[int, tuple[int, float]] = {}

    def attempts(self, heritage: Heritage | None = None) -> Iterator[None]:
        """Have a pass that follows be foreseen, each time less; the last time nothing is.

        A pass has to be made again from its beginning where it raises `Unforeseen`.

        Parameters
        ----------
        heritage : Heritage, optional
            As for `begin`.
        """
        last, asked = len(self._steps) - 1, set[int]()
        for _ in range(TRIES):
            self._foresee(last, asked, heritage)
            yield
            if self._wrong is None or self._wrong in asked:
                break
            asked.update(self._beside(self._wrong))
        if asked:
            self._foresee(min(asked), (), heritage)
            yield
        self._foresee(0, (), heritage)
        yield

    def _foresee(self, until: int, but: Container[int], heritage: Heritage | None) -> None:
        """Foresee questions until one of them, but for some; after it each goes on from the one before."""
        self.begin(heritage)
        self._until, self._but, self._wrong = until, but, None
        self._limits.clear()
        self._levels.clear()

    def begin(self, heritage: Heritage | None = None) -> None:
        """See `Replaying.begin`; nothing is foreseen."""
        super().begin(heritage)
        self._until = None

    def refuse_unproved(self) -> None:
        """Refuse a pass that ended with an answer that was foreseen.

        Raises
        ------
        Unforeseen
            If there was no point to prove it.
        """
        if self._until and self._foreseen(len(self._limits) - 1):
            raise self._unforeseen(len(self._limits) - 1)

    def minimise(self, program: Program, objective: Objective, **how: Unpack[How]) -> Outcome:
        """See `verdeling.solvers.protocol.Solver.minimise`."""
        at = self._asked
        if at is None:
            outcome = super().minimise(program, objective, **how)
            self._steps.append(Step(program.shape, program.entries, outcome, len(objective.columns) == 1))
            return outcome
        if not self._until or at > self._until:
            return super().minimise(program, objective, **how)
        self._limits.append(program.row_upper.copy())
        if self._foreseen(at):
            outcome = self._foretold(at, program, objective)
        else:
            how["believed"], how["effort"] = True, FEW + program.row_count // EFFORT
            outcome = super().minimise(program, objective, **how)
        if outcome.status != "optimal":
            raise self._unforeseen(self._too_tight(outcome.ray), outcome.ray)
        self._refuse_rise(at, objective, outcome.value)
        return outcome

    def _foreseen(self, question: int) -> bool:
        assert self._until is not None
        return question < self._until and question not in self._but

    def _foretold(self, question: int, program: Program, objective: Objective) -> Outcome:
        self._asked = question + 1
        try:
            return self._steps[question].foretold(program, objective, self._heritage)
        except Unforeseen:
            raise self._unforeseen(question) from None

    def _recall(self, program: Program, shape: tuple[int, int], memory: object) -> None:
        """Begin with a basis of the first pass where what was asked before is not a nearer one."""
        at = self._asked
        assert at is not None
        if self._until is None or not (at > self._until or self._follows(at)):
            super()._recall(program, shape, memory)

    def _follows(self, question: int) -> bool:
        """Whether a question is about a level that was asked for just before."""
        levels = question and self._steps[question - 1].level and self._steps[question].level
        return bool(levels) and not self._foreseen(question - 1)

    def _unforeseen(self, question: int | None, ray: Floats | None = None) -> Unforeseen:
        """What says that a question has to be asked, if it is known which."""
        self._wrong = question
        return Unforeseen(ray)

    def _beside(self, question: int) -> range:
        """A question, and those next to it that are about the same level."""
        first = last = question
        if self._steps[question].level:
            while first and self._steps[first - 1].level:
                first -= 1
            while last + 1 < len(self._steps) and self._steps[last + 1].level:
                last += 1
        return range(first, last + 1)

    def _too_tight(self, ray: Floats | None) -> int | None:
        """The last question of which the answer is held by rows that have multipliers."""
        if ray is None:
            return None
        rows, now = np.flatnonzero(ray), self._limits[-1]
        for question in reversed(range(len(self._limits) - 1)):
            before = self._limits[question]
            if (rows >= len(before)).any() or (before[rows] != now[rows]).any():
                return question
        return None

    def _refuse_rise(self, at: int, objective: Objective, value: float) -> None:
        """Refuse a level that is asked for again and is above what it was, which was then not reached."""
        if len(objective.columns) != 1:
            return
        column = int(objective.columns[0])
        question, known = self._levels.get(column, (at, np.inf))
        if value > known + self.tolerance * max(1.0, abs(known)):
            raise self._unforeseen(question)
        self._levels[column] = at, value
