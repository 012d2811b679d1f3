"""What hard agreements demand, as matrices over the columns of the rules, taken out of the program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import sparse

from verdeling.agreements import slopes

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    """

    clauses: list[Clause]
    left: sparse.csr_array
    lower: Floats
    upper: Floats
    owner: Integers
    hard: npt.NDArray[np.bool_]
    given: Floats
    decided: sparse.csr_array

    @classmethod
    def taken_out_of(cls, model: Model) -> Demands:
        """Demands of the hard agreements of a program, whose own rows no longer limit anything."""
        program, clauses = model.program, model.clauses
        (block,) = program.families()["agreement"]
        rows = slice(block.start, block.stop)
        sides = [slopes(model, clause) for clause in clauses]
        left = sparse.csr_array(program.matrix()[rows])
        demands = cls(
            clauses,
            left,
            program.row_lower[rows].copy(),
            program.row_upper[rows].copy(),
            np.repeat(np.arange(len(clauses)), [len(clause.index) for clause in clauses]).astype(np.int64),
            np.isinf(model.penalties),
            np.concatenate([np.empty(0), *(given for _, given in sides)]),
            _matrix([terms for several, _ in sides for terms in several], left.shape),
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

    def slope(self, plan: Floats) -> Floats:
        """How much each bound rises with the number of its agreement, at a plan."""
        slope: Floats = self.given + self.decided @ plan
        return slope

    def shift(self, numbers: Mapping[int, float]) -> Floats:
        """How much higher the number of each bound is than was agreed."""
        moved = np.zeros(len(self.clauses))
        for position, number in numbers.items():
            moved[position] = number - self.clauses[position].value
        shift: Floats = moved[self.owner]
        return shift

    def terms(self, numbers: Mapping[int, float]) -> pd.DataFrame:
        """Terms of the bounds of hard agreements at other numbers, each with its ``bound``."""
        left = (self.left - sparse.diags_array(self.shift(numbers)) @ self.decided).tocoo()
        bound, column = left.coords
        firm = self.hard[bound]
        entries = {"bound": bound[firm], "column": column[firm], "coefficient": left.data[firm]}
        return pd.DataFrame(entries)

    def numbers(self, position: int, plan: Floats) -> Floats:
        """For each bound of a clause the number that a plan has exactly; NaN where any number would do."""
        clause, own = self.clauses[position], np.flatnonzero(self.of(position))
        amounts = self.left[own] @ plan + clause.value * (self.decided[own] @ plan)
        slope = self.slope(plan)[own]
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
