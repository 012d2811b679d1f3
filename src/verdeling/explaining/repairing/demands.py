"""What hard agreements demand, as matrices over the columns of the rules, taken out of the program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import sparse

from verdeling.agreements import slopes

if TYPE_CHECKING:
    import numpy.typing as npt

    from verdeling.clauses import Clause
    from verdeling.formulation import Model
    from verdeling.program import Floats, Integers

_NOTHING = 1e-9


@dataclass(frozen=True)
class Demands:
    """The bounds of the agreements: ``lower ≤ left · columns ≤ upper``.

    Parameters
    ----------
    clauses : list of Clause
        The agreements, soft ones too.
    left : sparse array
        Bounds by columns.
    lower, upper : array
        Of each bound.
    owner : array
        Position of the clause of each bound.
    hard : array
        Whether a bound is of a hard agreement.
    given, decided : array, sparse array
        How much a bound rises when the number of its agreement rises by one: the part that is given,
        and the part for each unit of a column, such as a home that is built.
    most : array
        The most that a bound can rise so, when every project delivers all it can.
    """

    clauses: list[Clause]
    left: sparse.csr_array
    lower: Floats
    upper: Floats
    owner: Integers
    hard: npt.NDArray[np.bool_]
    given: Floats
    decided: sparse.csr_array
    most: Floats

    @classmethod
    def taken_out_of(cls, model: Model) -> Demands:
        """Demands of the hard agreements of a program, whose own rows no longer limit anything."""
        program, clauses = model.program, model.clauses
        (block,) = program.families()["agreement"]
        rows = slice(block.start, block.stop)
        sides = [slopes(model, clause) for clause in clauses]
        left = sparse.csr_array(program.matrix()[rows])
        given = np.concatenate([np.empty(0), *(given for _, given in sides)])
        decided = _matrix([terms for several, _ in sides for terms in several], left.shape)
        demands = cls(
            clauses,
            left,
            program.row_lower[rows].copy(),
            program.row_upper[rows].copy(),
            np.repeat(np.arange(len(clauses)), [len(clause.index) for clause in clauses]).astype(np.int64),
            np.isinf(model.penalties),
            given,
            decided,
            given + _most(model, decided),
        )
        program.row_lower[rows] = np.where(demands.hard, -np.inf, demands.lower)
        program.row_upper[rows] = np.where(demands.hard, np.inf, demands.upper)
        return demands

    def of(self, position: int) -> npt.NDArray[np.bool_]:
        """Which bounds are of a clause."""
        return np.equal(self.owner, position)

    def settled(self, position: int) -> bool:
        """Whether everything is given that the number of a clause is a number of."""
        return not self.decided[np.flatnonzero(self.of(position))].nnz

    def spread(self, numbers: Floats) -> Floats:
        """A number for each clause, for each bound of it."""
        spread: Floats = numbers[self.owner]
        return spread

    def terms(self, higher: Floats) -> sparse.csr_array:
        """Left sides when the number of each bound is so much higher than was agreed."""
        return sparse.csr_array(self.left - sparse.diags_array(higher) @ self.decided)

    def numbers(self, position: int, plan: Floats) -> Floats:
        """For each bound of a clause the number that a plan has exactly; NaN where any number would do."""
        clause, own = self.clauses[position], np.flatnonzero(self.of(position))
        amounts = self.left[own] @ plan + clause.value * (self.decided[own] @ plan)
        slope = self.given[own] + self.decided[own] @ plan
        numbers = np.full(len(own), np.nan)
        np.divide(amounts, slope, out=numbers, where=slope > _NOTHING)
        return numbers

    def needed(self, position: int, plan: Floats) -> float:
        """The number nearest to the one agreed that a plan keeps."""
        clause, numbers = self.clauses[position], self.numbers(position, plan)
        numbers = numbers[~np.isnan(numbers)]
        if not len(numbers):
            return clause.value
        if clause.sense == "=":
            return float(numbers.mean())
        if clause.sense == ">=":
            return min(clause.value, float(numbers.min()))
        return max(clause.value, float(numbers.max()))


def _most(model: Model, decided: sparse.csr_array) -> Floats:
    """What all projects together add to each bound, each built whole in the year in which that adds most."""
    built = model.program.column_blocks["build"]
    entries = decided.tocoo()
    bound, column = entries.coords
    project = built.index["project"].to_numpy()[column - built.start] if len(column) else column
    added = pd.DataFrame({"bound": bound, "project": project, "most": entries.data})
    best = added.groupby(["bound", "project"])["most"].max().reset_index()
    best["most"] *= model.data.projects["max_places"].to_numpy()[best["project"].to_numpy(np.int64)]
    return np.bincount(best["bound"], best["most"], decided.shape[0]).astype(np.float64)


def _matrix(terms: list[pd.DataFrame], shape: tuple[int, int]) -> sparse.csr_array:
    filled = [each for each in terms if len(each)]
    if not filled:
        return sparse.csr_array(shape)
    entries = pd.concat(filled)
    places = entries["bound"].to_numpy(np.int64), entries["column"].to_numpy(np.int64)
    coefficients = entries["coefficient"].to_numpy(np.float64)
    matrix = sparse.csr_array(sparse.coo_array((coefficients, places), shape=shape))
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    return matrix
