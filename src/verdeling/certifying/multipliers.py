"""Multipliers that prove claims about a program: those of linear programs with all that is held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.certifying.claims import Held, HeldShape
from verdeling.certifying.judging import costs_of
from verdeling.certifying.lines import Lines, side_by_side
from verdeling.certifying.shapes import Level
from verdeling.entries import Entries
from verdeling.program import Objective

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verdeling.certifying.claims import Claim
    from verdeling.certifying.shapes import Shape
    from verdeling.program import Block, Floats, Program
    from verdeling.solvers.protocol import Outcome, Solver

NOISE = 1e-14
"""Multipliers up to this are rounding of the solver."""

ROOM = (1e-9, 1e-8, 1e-7, 1e-6, 1e-5)
"""How loosely the solver is asked to hold what is held, relative to ``max(1, |value|)``, until there is a
plan. Tables leave out amounts up to 1e-7. A proof does not depend on it: it holds exactly."""


@dataclass(frozen=True, eq=False)
class Multipliers:
    """What proves a claim: numbers for the rows, for all that is held, and for the expressions.

    ``least`` is about what they prove; minus infinity where the solver found none.
    """

    rows: Floats
    held: Floats
    own: Floats
    least: float


class Prover:
    """A program with what is held, which grows from claim to claim.

    Parameters
    ----------
    program : Program
        As stated; it gets rows of goals.
    solver : Solver
        Who is asked.
    point : array
        The plan.
    """

    def __init__(self, program: Program, solver: Solver, point: Floats) -> None:
        self.program, self.solver, self.point = program, solver, point
        self._rules = program.row_count
        self._held: list[tuple[Entries, Block]] = []
        self._lines: list[tuple[Entries, Lines]] = []
        self._levels: tuple[Entries, Block, int] | None = None

    def prove(self, claim: Claim) -> Multipliers:
        """The multipliers that prove most of a claim."""
        outcome = self._minimised(self._objective(claim), claim)
        duals = outcome.duals if outcome.duals is not None else np.zeros(self.program.row_count)
        duals = np.where(np.abs(duals) > NOISE, duals, 0.0)
        held = [self._of_held(each, duals) for each in claim.held]
        least = -np.inf if outcome.duals is None else outcome.value
        return Multipliers(
            duals[: self._rules], np.concatenate([np.empty(0), *held]), self._own(claim, duals), least
        )

    def attained(self, claim: Claim) -> Floats | None:
        """A point that has least of what is claimed; None where none was found."""
        return self._minimised(self._objective(claim), claim).point

    def _block(self, held: Held) -> Block:
        """The rows of what is held; bounds of the same expressions may change."""
        for entries, block in self._held:
            if entries is held.entries:
                return block
        block = self._add("goal_held", held.entries)
        self._held.append((held.entries, block))
        return block

    def _lines_of(self, entries: Entries, shape: Shape) -> Lines:
        """The columns and rows of a convex function; these are added as they are missed."""
        for known, lines in self._lines:
            if known is entries:
                return lines
        lines = Lines(self.program, entries, shape, len(self._lines))
        lines.add(self.point)
        self._lines.append((entries, lines))
        return lines

    def _objective(self, claim: Claim) -> Objective:
        """The sum of all that are tied, the largest of all, or another convex function."""
        if self._levels is not None:
            rows = self._levels[1]
            self.program.row_upper[rows.start : rows.stop] = np.inf
        if not isinstance(claim.shape, Level):
            return self._lines_of(claim.own, claim.shape).objective
        if claim.together:
            assert claim.tied is not None
            chosen = claim.own.of(np.flatnonzero(claim.tied))
            costs = costs_of(self.program.column_count, [(chosen, np.ones(len(chosen)))])
            columns = np.flatnonzero(costs)
            return Objective(columns, costs[columns])
        if self._levels is None or self._levels[0] is not claim.own:
            self._levels = self._level_rows(claim.own)
        _, rows, level = self._levels
        constants = np.array([*map(float, claim.shape.constants)])
        self.program.row_upper[rows.start : rows.stop] = np.where(claim.shape.active, -constants, np.inf)
        return Objective(np.array([level]), np.ones(1))

    def _level_rows(self, own: Entries) -> tuple[Entries, Block, int]:
        """Rows that keep every expression below a level."""
        name = f"goal_level_{self.program.column_count}"
        index = pd.DataFrame({"goal": [0]})
        term = self.program.add_columns(name, index, unit="level", lower=-np.inf)
        level = int(term["column"].iloc[0])
        every = np.arange(len(own) + 1)
        beside = Entries(every, np.full(len(own), level, dtype=np.int32), np.full(len(own), -1.0))
        return own, self._add("goal_level", side_by_side(own, beside)), level

    def _add(self, family: str, entries: Entries) -> Block:
        index = pd.DataFrame({"element": np.arange(len(entries))})
        return self.program.add_entries(family, index, entries, unit="goal", lower=-np.inf, upper=np.inf)

    def _minimised(self, objective: Objective, claim: Claim) -> Outcome:
        """Minimise with all held as closely as leaves a plan."""
        bent = [(each.entries, each.shape) for each in claim.held if isinstance(each, HeldShape)]
        bent += [] if isinstance(claim.shape, Level) else [(claim.own, claim.shape)]
        lines = [self._lines_of(*each) for each in bent]
        for room in ROOM:
            for held in claim.held:
                self._hold(held, room)
            outcome = self._between(lines, objective)
            if outcome.duals is not None:
                break
        return outcome

    def _hold(self, held: Held | HeldShape, room: float) -> None:
        if isinstance(held, HeldShape):
            most = float(held.most)
            self._lines_of(held.entries, held.shape).hold(most + room * max(1.0, abs(most)))
            return
        block = self._block(held)
        rows = slice(block.start, block.stop)
        slack = room * np.maximum(1.0, np.abs(np.where(np.isinf(held.upper), 0.0, held.upper)))
        self.program.row_upper[rows] = held.upper + slack
        self.program.row_lower[rows] = held.lower - slack

    def _between(self, lines: Sequence[Lines], objective: Objective) -> Outcome:
        """Minimise, and state lines that a point misses, until there are none (Kelley 1960)."""
        outcome = self.solver.minimise(self.program, objective)
        while outcome.point is not None and any([each.add(outcome.point) for each in lines]):
            outcome = self.solver.minimise(self.program, objective)
        return outcome

    def _of_held(self, held: Held | HeldShape, duals: Floats) -> Floats:
        if isinstance(held, Held):
            block = self._block(held)
            return duals[block.start : block.stop]
        return self._lines_of(held.entries, held.shape).weights(duals)

    def _own(self, claim: Claim, duals: Floats) -> Floats:
        if not isinstance(claim.shape, Level):
            return self._lines_of(claim.own, claim.shape).weights(duals)
        if claim.together:
            assert claim.tied is not None
            return claim.tied.astype(np.float64)
        assert self._levels is not None
        return np.maximum(-duals[self._levels[1].start : self._levels[1].stop], 0.0)
