"""Making a certificate: a solver is asked for the multipliers that prove each claim."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.certifying.bounds import Box
from verdeling.certifying.certificate import Certificate, Proof, Sparse
from verdeling.certifying.claiming import claims
from verdeling.certifying.claims import Claim, Held, HeldShape
from verdeling.certifying.decimals import Decimals
from verdeling.certifying.judging import bound_of, costs_of
from verdeling.certifying.lines import Lines, side_by_side
from verdeling.certifying.points import NOT_TOLD, point_of
from verdeling.certifying.shapes import Level
from verdeling.entries import Entries
from verdeling.errors import NoSolutionError, Problem
from verdeling.program import Objective
from verdeling.solvers import find_solver
from verdeling.statement import state

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verdeling.certifying.shapes import Shape
    from verdeling.formulation import Model
    from verdeling.goals import Aim
    from verdeling.program import Block, Floats
    from verdeling.solution import Solution
    from verdeling.solvers.protocol import Outcome

NOISE = 1e-14
"""Multipliers up to this are rounding of the solver."""

ROOM = (1e-9, 1e-8, 1e-7, 1e-6, 1e-5)
"""How loosely the solver is asked to hold what is held, relative to ``max(1, |value|)``, until there is a
plan. Tables leave out amounts up to 1e-7. A proof does not depend on it: it holds exactly."""


def certify(solution: Solution, *, solver: str = "HiGHS") -> Certificate:
    """Find what proves the claims of a solution about its goals.

    For each goal, with all earlier goals at what the plan has of them, a linear program says what no
    plan can better; its multipliers prove that to anybody, by weak duality. In whole places they prove
    a gap: what fractions could better at most.

    Parameters
    ----------
    solution : Solution
        With a plan.
    solver : str
        As for `verdeling.solve`; it need not be the one that found the plan.

    Returns
    -------
    Certificate
        To be kept with the solution; `verdeling.verify_result` reads it.

    Raises
    ------
    NoSolutionError
        If the solution has no plan.
    """
    if not solution.has_numbers:
        problem = Problem(
            "no-numbers",
            f"Its status is {solution.status}.",
            "A certificate is about a plan.",
            "Certify a solution that has one.",
        )
        raise NoSolutionError("There is nothing to certify.", [problem])
    model, goals = state(solution.instance, solution.policy)
    prover = _Prover(model, solver)
    flows = prover.flows(point_of(model, solution.tables), goals)
    point = Decimals.of(point_of(model, solution.tables, flows))
    prover.point = np.array([*map(float, point.fractions)])
    stated = claims(model, goals, point, prover.box, whole=solution.whole)
    proofs = tuple(prover.prove(claim) for claim in stated if isinstance(claim, Claim))
    digests = solution.instance.digest, solution.policy.digest
    return Certificate(*digests, proofs, np.empty(0) if flows is None else flows)


class _Prover:
    """A program with what is held, which grows from claim to claim."""

    def __init__(self, model: Model, solver: str) -> None:
        self.program, self.solver = model.program, find_solver(solver)
        self.box, self._rules = Box(self.program), self.program.row_count
        self._columns = self.program.column_count
        self.point = np.empty(0)
        self._held: list[tuple[Entries, Block]] = []
        self._lines: list[tuple[Entries, Lines]] = []
        self._levels: tuple[Entries, Block, int] | None = None

    def prove(self, claim: Claim) -> Proof:
        """The multipliers that prove most of a claim."""
        objective = self._objective(claim)
        outcome = self._minimised(objective, claim)
        rows, held, own = self._multipliers(claim, outcome)
        found = Proof(
            goal=claim.goal, stage=claim.stage, level=claim.level, bound=0.0,
            rows=Sparse.of(rows), own=Sparse.of(own), held=Sparse.of(held),
        )  # fmt: skip
        bound = bound_of(self.program, self.box, claim, found)
        return found.model_copy(update={"bound": -1e300 if bound is None else float(bound.value)})

    def flows(self, point: Floats, goals: Sequence[Aim]) -> Floats | None:
        """Who goes from where to where in a plan: as near as can be."""
        block = self.program.column_blocks.get(NOT_TOLD)
        if block is None:
            return None
        near = np.zeros(self._columns)
        for aim in goals:
            total = aim.vector.total()
            near[total.columns] += np.abs(total.coefficients)
        kept = self.program.column_lower, self.program.column_upper
        free = np.isin(np.arange(self._columns), block.positions)
        lower, upper = (np.where(free, side, point) for side in kept)
        self.program.column_lower, self.program.column_upper = lower, upper
        outcome = self.solver.minimise(self.program, Objective(block.positions, near[block.positions]))
        self.program.column_lower, self.program.column_upper = kept
        return np.zeros(len(block.index)) if outcome.point is None else outcome.point[block.positions]

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
        if claim.together or len(claim.own) == 1:
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

    def _multipliers(self, claim: Claim, outcome: Outcome) -> tuple[Floats, Floats, Floats]:
        """Of the rows, of all that is held, and of the expressions."""
        duals = outcome.duals if outcome.duals is not None else np.zeros(self.program.row_count)
        duals = np.where(np.abs(duals) > NOISE, duals, 0.0)
        held = [self._of_held(each, duals) for each in claim.held]
        return duals[: self._rules], np.concatenate([np.empty(0), *held]), self._own(claim, duals)

    def _of_held(self, held: Held | HeldShape, duals: Floats) -> Floats:
        if isinstance(held, Held):
            block = self._block(held)
            return duals[block.start : block.stop]
        return self._lines_of(held.entries, held.shape).weights(duals)

    def _own(self, claim: Claim, duals: Floats) -> Floats:
        if not isinstance(claim.shape, Level):
            return self._lines_of(claim.own, claim.shape).weights(duals)
        if claim.together or len(claim.own) == 1:
            assert claim.tied is not None
            return claim.tied.astype(np.float64)
        assert self._levels is not None
        return np.maximum(-duals[self._levels[1].start : self._levels[1].stop], 0.0)
