"""The program in which agreements give way: how far each must, at the least cost of one kind or another."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import pandas as pd

from verdeling.explaining.repairing.demands import Demands
from verdeling.explaining.repairing.offers import everything, offers
from verdeling.explaining.repairing.prices import Price, size
from verdeling.formulation import minus
from verdeling.program import NOTHING, Objective
from verdeling.solvers.protocol import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from verdeling.formulation import Model
    from verdeling.program import Floats, Integers
    from verdeling.solvers.protocol import Solver

Kind = Literal["least_total", "fewest", "least_for_weakest", "another"]
"""What is least: the total cost, the number of agreements touched (then the total), the largest part of
its own number that any agreement gives up (then the total); or the total, over other agreements."""

KINDS: tuple[Kind, ...] = get_args(Kind)

_STILL = 1e-7
"""A change by a smaller part of its number is none."""

_FINE = 2e-5
"""How finely the number of an agreement about a share is searched for."""

_ROUNDS = 12
"""How often shares of what is decided are reckoned anew; a handful is enough."""


@dataclass(frozen=True)
class Bent:
    """Numbers that agreements move to.

    Parameters
    ----------
    moves : dict of int to float
        For each clause that moves: to what number.
    proved : bool
        Whether nothing of this kind is less.
    """

    moves: dict[int, float]
    proved: bool


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
    deadline : float
        ``time.perf_counter()`` at which to stop.
    """

    def __init__(
        self, model: Model, prices: Mapping[str, Price], solver: Solver, *, whole: bool, deadline: float
    ) -> None:
        self.model, self.program, self.solver = model, model.program, solver
        self.whole, self.deadline = whole, deadline
        self.prices = [prices.get(clause.agreement, Price()) for clause in model.clauses]
        self.sizes = np.array([size(clause.measure, clause.value) for clause in model.clauses])
        self.demands = Demands.taken_out_of(model)
        self._steps = offers(self.demands, self.prices, self.sizes, self.program, solver)
        self._mark, self._memory = self.program.mark(), solver.remember(self.program)

    def least(self, kind: Kind, without: Sequence[frozenset[int]] = ()) -> Bent | None:
        """The least concessions of a kind; None where there are none, or no time to find them.

        Parameters
        ----------
        kind : str
            See `Kind`.
        without : sequence of frozenset of int
            Sets of clauses that must not all move.
        """
        best: Bent | None = None
        self._rewind()
        numbers: dict[int, float] = {}
        plan = self._reference()
        for _ in range(_ROUNDS if self.demands.decided.nnz else 1):
            self._rewind()
            moves = self._state(numbers, plan, without)
            outcome = self._settle(kind, moves, counted=kind == "fewest" or bool(without))
            if outcome.point is None:
                break
            bent = self._read(outcome)
            if self._allowed(bent):
                if best is not None and self._rank(kind, bent) >= self._rank(kind, best):
                    break
                best = bent
            numbers, plan = bent.moves, outcome.point[: len(plan)]
        return best and self._tightened(best)

    def _rewind(self) -> None:
        self.program.rewind(self._mark)
        self.solver.recall(self.program, self._memory)

    # The program

    def _state(
        self, numbers: Mapping[int, float], plan: Floats, without: Sequence[frozenset[int]]
    ) -> Integers:
        """Add how far each moves, and the agreements with that; the columns of the moves."""
        program, steps = self.program, self._steps
        if not self.whole:
            program.whole[:] = False
        move = program.add_columns(
            "concession", steps[["clause", "sign"]].astype(np.int64), unit="share", upper=steps["most"]
        )
        moved = steps[["clause"]].drop_duplicates()
        touched = program.add_columns("touched", moved, unit="share", upper=1.0, whole=True)
        largest = program.add_columns("largest", pd.DataFrame(index=range(1)), unit="share")
        self._state_agreements(move, numbers, plan)
        part = move.drop(columns="sign")
        most = minus(touched).merge(steps.groupby("clause", as_index=False)["most"].max(), on="clause")
        most["coefficient"] *= most["most"]
        program.add_rows("goal_touched", moved, [part, most], unit="share", upper=0.0)
        program.add_rows(
            "goal_largest", moved, [part, minus(largest).merge(moved, how="cross")], unit="share", upper=0.0
        )
        number = pd.DataFrame(index=range(1))
        program.add_rows("goal_number", number, [touched], unit="share")
        if without:
            sets = pd.DataFrame(
                [(order, clause) for order, each in enumerate(without) for clause in sorted(each)],
                columns=["set", "clause"],
            )
            count = np.array([len(each) for each in without], dtype=np.float64)
            together = touched.merge(sets, on="clause")
            index = sets[["set"]].drop_duplicates()
            program.add_rows("goal_another", index, [together], unit="share", upper=count - 1)
        return move["column"].to_numpy(np.int64)

    def _state_agreements(self, move: pd.DataFrame, numbers: Mapping[int, float], plan: Floats) -> None:
        """Each bound, with its number as far as it has moved.

        Where an agreement is about a share of what is decided, number and decision multiply; the product
        is stated to first order around the numbers and the plan of the last round. For one agreement that
        is the method of W. Dinkelbach (1967), https://doi.org/10.1287/mnsc.13.7.492.
        """
        demands, hard = self.demands, np.flatnonzero(self.demands.hard)
        bounds = pd.DataFrame({"bound": hard, "clause": demands.owner[hard]})
        steps = move.merge(bounds, on="clause")
        clause, bound = steps["clause"].to_numpy(), steps["bound"].to_numpy()
        steps["coefficient"] = -steps["sign"] * demands.slope(plan)[bound] * self.sizes[clause]
        known = demands.shift(numbers) * (demands.decided @ plan)
        self._add_agreements([demands.terms(numbers), steps], -known)

    def _add_agreements(self, terms: list[pd.DataFrame], higher: Floats) -> None:
        """State the hard agreements, with right sides that are so much higher."""
        demands, hard = self.demands, np.flatnonzero(self.demands.hard)
        self.program.add_rows(
            "goal_agreement",
            pd.DataFrame({"bound": hard}),
            terms,
            unit="as agreed",
            lower=(demands.lower + higher)[hard],
            upper=(demands.upper + higher)[hard],
        )

    def _holds(self, numbers: Mapping[int, float]) -> bool:
        """Whether there is a plan that keeps the agreements at these numbers."""
        self._rewind()
        self._add_agreements([self.demands.terms(numbers)], self.demands.shift(numbers) * self.demands.given)
        return self._minimise(NOTHING, whole=self.whole).point is not None

    def _tightened(self, bent: Bent) -> Bent:
        """Concessions about shares of what is decided, each as small as the others leave it."""
        moves = dict(bent.moves)
        for position, number in bent.moves.items():
            clause = self.model.clauses[position]
            if clause.sense == "=" or self.demands.settled(position):
                continue
            near, far = clause.value, number
            step = far + np.clip(near - far, -_FINE, _FINE)
            while abs(near - far) > _FINE:
                if self._holds(moves | {position: step}):
                    far = step
                else:
                    near = step
                step = (near + far) / 2
            moves[position] = far
        return Bent(moves, bent.proved)

    def _settle(self, kind: Kind, moves: Integers, *, counted: bool) -> Outcome:
        """Minimise what the kind asks for first, then the total cost."""
        program = self.program
        blocks = program.column_blocks
        costs = np.array([self.prices[each].cost for each in self._steps["clause"]])
        total = Objective(moves, costs)
        proved = True
        if kind == "fewest":
            columns = blocks["touched"].positions
            first = self._minimise(Objective(columns, np.ones(len(columns))), whole=True)
            if first.point is None:
                return first
            (row,) = program.families()["goal_number"][0].positions
            program.row_upper[row] = round(first.value)
            proved = first.status == "optimal"
        if kind == "least_for_weakest":
            (column,) = blocks["largest"].positions
            first = self._minimise(Objective(np.array([column]), np.ones(1)), whole=self.whole)
            if first.point is None:
                return first
            program.column_upper[column] = first.value * (1 + 1e-9) + 1e-9
            proved = first.status == "optimal"
        outcome = self._minimise(total, whole=self.whole or counted)
        if outcome.point is not None and counted and not self.whole:
            outcome = self._sharpen(outcome, total)
        if not proved and outcome.status == "optimal":
            return replace(outcome, status="time_limit")
        return outcome

    def _sharpen(self, outcome: Outcome, total: Objective) -> Outcome:
        """The exact optimum over the agreements that were chosen: searches stop a little before it."""
        touched = self.program.column_blocks["touched"].positions
        assert outcome.point is not None
        self.program.column_upper[touched] = np.round(outcome.point[touched])
        exact = self._minimise(total, whole=False)
        return exact if exact.point is not None and outcome.status == "optimal" else outcome

    def _minimise(self, objective: Objective, *, whole: bool) -> Outcome:
        left = self.deadline - time.perf_counter()
        if left <= 0:
            return Outcome("time_limit")
        return self.solver.minimise(self.program, objective, whole=whole, time_limit=left)

    def _reference(self) -> Floats:
        """A plan in which as much is decided as can be, to begin with."""
        decided = self.demands.decided
        if not decided.nnz:
            return np.zeros(decided.shape[1])
        outcome = self._minimise(everything(decided), whole=False)
        return np.zeros(decided.shape[1]) if outcome.point is None else outcome.point

    # Reading back

    def _read(self, outcome: Outcome) -> Bent:
        """The numbers that the plan keeps: they may be nearer than those of the program."""
        assert outcome.point is not None
        whole = self.program.whole & self.whole
        point = np.where(whole, np.round(outcome.point), outcome.point)[: self.demands.left.shape[1]]
        needed = {int(each): self.demands.needed(each, point) for each in self._steps["clause"].unique()}
        moves = {each: number for each, number in needed.items() if self.part(each, number) > _STILL}
        return Bent(moves, outcome.status == "optimal" and not self.demands.decided.nnz)

    def _allowed(self, bent: Bent) -> bool:
        """Whether no agreement moves further than it may."""
        most = self._steps.set_index(["clause", "sign"])["most"]
        return all(
            self.part(position, number)
            <= most.get((position, np.sign(number - self.model.clauses[position].value)), 0.0) + 1e-6
            for position, number in bent.moves.items()
        )

    def _rank(self, kind: Kind, bent: Bent) -> tuple[float, ...]:
        """What the kind asks to be least, in its order."""
        cost = round(sum(self.cost(position, number) for position, number in bent.moves.items()), 7)
        if kind == "fewest":
            return len(bent.moves), cost
        if kind == "least_for_weakest":
            return round(max((self.part(*move) for move in bent.moves.items()), default=0.0), 7), cost
        return (cost,)

    def cost(self, position: int, number: float) -> float:
        """What it costs that a clause moves to a number."""
        return self.prices[position].cost * self.part(position, number)

    def part(self, position: int, number: float) -> float:
        """Which part of its own number a clause gives up when it moves to a number."""
        return float(abs(number - self.model.clauses[position].value) / self.sizes[position])
