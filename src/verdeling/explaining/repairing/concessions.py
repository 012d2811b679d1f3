"""The least concessions of a kind: of the numbers that agreements can move to, those that cost least."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from verdeling.explaining.repairing.bending import STILL, Bending
from verdeling.explaining.repairing.kinds import in_order
from verdeling.explaining.repairing.narrowing import Enough, Looked, narrow
from verdeling.program import Objective
from verdeling.whole_places import FOLLOWERS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from verdeling.explaining.repairing.kinds import Kind, Least
    from verdeling.explaining.repairing.narrowing import Box
    from verdeling.explaining.repairing.prices import Price
    from verdeling.formulation import Model
    from verdeling.program import Floats, Mark
    from verdeling.solvers.protocol import Outcome, Solver

BOXES = 1000
"""So many boxes of numbers are looked at for one thing to be least."""

SEARCHES = 4
"""So many of them are searched in whole places, unless a search is small."""

SMALL = 500
"""Whole columns up to which a search ends by itself as a rule."""

EFFORT, MUCH = 50, 5000
"""Branch-and-bound nodes of a search, and of one that is small."""

COARSE = 3e-3
"""In whole places boxes are not made smaller than this part of a number before a search is begun."""

_ROOM = 1e-9
_IDLE = 1e-6
_CLEAR = 1024.0
"""Objectives are made larger by this, because solvers are content with a ten-thousandth."""

_TIE = 2e-8
"""What all of a move weighs beside what is to be least: a plan then moves nothing that need not."""


class Unsettled(Exception):
    """Neither a way out was found, nor that there is none, before time or the search ran out."""


@dataclass(frozen=True)
class Proof:
    """What was asked to be least, what was found, and what is proved.

    Parameters
    ----------
    of : str
        See `verdeling.explaining.repairing.kinds.Least`.
    value, bound : float
        What was found, and what nothing is less than.
    proved : bool
        Whether the two are the same, to a millionth.
    """

    of: str
    value: float
    bound: float
    proved: bool


@dataclass(frozen=True)
class Bent:
    """Numbers that agreements move to.

    Parameters
    ----------
    moves : dict of int to float
        For each clause that moves: to what number.
    plan : array
        The columns of the rules, in a plan that keeps them.
    proofs : tuple of Proof
        One for each thing that was asked to be least, in order.
    """

    moves: dict[int, float]
    plan: Floats
    proofs: tuple[Proof, ...] = ()


@dataclass(frozen=True)
class _Goal:
    """What is to be least, with what is held before it.

    Parameters
    ----------
    least : Least
        What is to be least.
    mark : Mark
        The program in which what comes before is held.
    held : tuple of (Least, float)
        What comes before, and the values that it must keep.
    without : sequence of frozenset of int
        Sets of clauses that must not all move.
    """

    least: Least
    mark: Mark
    held: tuple[tuple[Least, float], ...]
    without: Sequence[frozenset[int]]

    @property
    def counted(self) -> bool:
        """Whether it matters which agreements move at all."""
        return bool(self.without) or any(each.worth is None for each, _ in (*self.held, (self.least, 0.0)))

    def keeps(self, moves: Mapping[int, float]) -> bool:
        """Whether numbers keep what is held."""
        held = all(each.value(moves) <= limit + STILL for each, limit in self.held)
        return held and not any(each <= set(moves) for each in self.without)

    def within(self, box: Box, known: float, sizes: Floats) -> Box:
        """The part of a box in which there can be anything better than what is known."""
        for each, limit in (*self.held, (self.least, known)):
            box = box.within(each.reach(limit * (1 + STILL) + STILL) * sizes)
        return box


class Concessions:
    """Hard agreements that give way, each by a part of its own number.

    Parameters
    ----------
    model : Model
        The rules without goals; its program is changed.
    prices : mapping of str to Price
        For agreements with a price of their own.
    solver : Solver
        Who minimises.
    whole : bool
        Whether places are whole numbers.
    """

    def __init__(self, model: Model, prices: Mapping[str, Price], solver: Solver, *, whole: bool) -> None:
        self.program, self.solver, self.whole = model.program, solver, whole
        self.bending = Bending(model, prices, solver, whole=whole)
        self._mark, self._memory = self.program.mark(), solver.remember(self.program)
        self._basis: object = None
        self._searches = 0

    def least(self, kind: Kind, without: Sequence[frozenset[int]] = ()) -> Bent | None:
        """The least concessions of a kind; None where it is proved that there are none.

        Parameters
        ----------
        kind : str
            See `verdeling.explaining.repairing.kinds.Kind`.
        without : sequence of frozenset of int
            Sets of clauses that must not all move.

        Raises
        ------
        Unsettled
            If nothing was found, and nothing proved.
        """
        self._rewind(self._mark)
        self.bending.forbid(without)
        best: Bent | None = None
        proved: list[tuple[float, float]] = []
        goal: _Goal | None = None
        for least in in_order(kind, self.bending, proved):
            held = () if goal is None else (*goal.held, (goal.least, proved[-1][0]))
            goal = _Goal(least, self.program.mark(), held, without)
            best = self._settled(goal, best)
            if best is None:
                return None
            proof = best.proofs[-1]
            proved.append((proof.value, proof.bound))
            self._rewind(goal.mark)
            upper = proof.value + _ROOM * max(1.0, proof.value)
            self.program.add_row("goal_hold", least.objective, upper=upper)
        return best

    def _settled(self, goal: _Goal, best: Bent | None) -> Bent | None:
        """The least of one thing, with the proof of it; not worse than the best so far."""
        known = None if best is None else (goal.least.value(best.moves), best)
        box = goal.within(self.bending.everywhere, known[0] if known else np.inf, self.bending.sizes)
        self._searches, self._basis = 0, None
        found = narrow(partial(self._look, goal), box, most=BOXES, known=known, floor=goal.least.floor)
        if found.best is None:
            if found.bound < np.inf:
                raise Unsettled
            return None
        proof = Proof(goal.least.of, found.value, found.bound, found.gap == 0.0)
        return replace(found.best, proofs=(*(best.proofs if best else ()), proof))

    def _rewind(self, mark: Mark) -> None:
        self.program.rewind(mark)
        self.solver.recall(self.program, self._memory)

    # What a box has

    def _look(self, goal: _Goal, box: Box) -> Looked[Bent] | None:
        """The least of a box, relaxed where numbers and decisions multiply, and a plan found on the way.

        In whole places a search is begun where the relaxation has nothing more to say.
        """
        self._rewind(goal.mark)
        self.bending.state(box)
        relaxed = self._relaxed(goal)
        if relaxed.point is None:
            return None if relaxed.status == "infeasible" else Looked(relaxed.bound)
        split = self.bending.split(box, relaxed.point, COARSE if self.whole else STILL)
        if not self.whole:
            return Looked(relaxed.bound, self._found(goal, relaxed.point), split)
        if split:
            return Looked(relaxed.bound, None, split)
        return self._searched(goal, box, relaxed)

    def _relaxed(self, goal: _Goal) -> Outcome:
        """The least in fractional places, from where the last box ended."""
        if self._basis is not None:
            self.solver.recall(self.program, self._basis)
        outcome = self._minimise(goal, whole=goal.counted)
        if not goal.counted and outcome.status == "optimal":
            self._basis = self.solver.remember(self.program)
        return outcome

    def _searched(self, goal: _Goal, box: Box, relaxed: Outcome) -> Looked[Bent] | None:
        """The least in whole places within a limited search: a large one among the places in use first."""
        self._searches += 1
        placed, upper = self.bending.placed, self.program.column_upper
        small = placed.sum() <= SMALL
        if self._searches > SEARCHES and not small:
            raise Enough
        self.program.whole[: len(placed)] = placed
        if not small and relaxed.point is not None:
            self.program.column_upper = self._in_use(relaxed.point)
            outcome = self._minimise(goal, whole=True, effort=EFFORT)
            self.program.column_upper = upper
            if outcome.point is not None:
                return Looked(relaxed.bound, self._found(goal, outcome.point))
        outcome = self._minimise(goal, whole=True, effort=MUCH if small else EFFORT)
        if outcome.status == "infeasible":
            return None
        bound = max(relaxed.bound, outcome.bound)
        if outcome.point is None:
            return Looked(bound)
        split = self.bending.split(box, outcome.point) if outcome.status == "optimal" else None
        return Looked(bound, self._found(goal, outcome.point), split)

    def _in_use(self, point: Floats) -> Floats:
        """Upper bounds without the places that a fractional point leaves idle."""
        idle = np.zeros(self.program.column_count, dtype=bool)
        idle[: len(self.bending.placed)] = self.bending.placed
        for kind in FOLLOWERS:
            if kind in self.program.column_blocks:
                idle[self.program.column_blocks[kind].positions] = False
        idle &= point < _IDLE
        return np.where(idle, self.program.column_lower, self.program.column_upper)

    def _minimise(self, goal: _Goal, *, whole: bool, effort: int | None = None) -> Outcome:
        """A point, and what nothing is less than."""
        moves = self.bending.moves["column"].to_numpy()
        ties = _TIE / np.maximum(1.0, self.bending.steps["most"].to_numpy(np.float64))
        costs = np.zeros(self.program.column_count)
        costs[goal.least.objective.columns] = goal.least.objective.coefficients
        costs[moves] += ties
        columns = np.flatnonzero(costs)
        objective = Objective(columns, costs[columns] * _CLEAR)
        outcome = self.solver.minimise(self.program, objective, whole=whole, effort=effort)
        if outcome.point is None and outcome.status == "time_limit":
            raise Enough
        bound = outcome.bound / _CLEAR - float(ties @ self.program.column_upper[moves])
        if goal.least.worth is None and np.isfinite(bound):
            bound = float(np.ceil(bound - 1e-3))
        return replace(outcome, bound=bound)

    def _found(self, goal: _Goal, point: Floats) -> tuple[float, Bent] | None:
        """What a plan needs of the agreements, where they may move so far and all that is held is kept."""
        plan = self.bending.plan(point)
        moves = self.bending.needs(plan)
        kept = self.bending.allowed(moves, plan) and goal.keeps(moves)
        return (goal.least.value(moves), Bent(moves, plan)) if kept else None
