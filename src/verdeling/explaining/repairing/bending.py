"""The program in which agreements give way: how far each moves, within a box, and what a plan needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.explaining.repairing.demands import Demands
from verdeling.explaining.repairing.narrowing import Box
from verdeling.explaining.repairing.offers import offers
from verdeling.explaining.repairing.prices import Price, size
from verdeling.formulation import minus

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from verdeling.formulation import Model
    from verdeling.program import Floats
    from verdeling.solvers.protocol import Solver

STILL = 1e-7
"""A change by a smaller part of its number is none."""

_EDGE = 0.1
"""No nearer to its sides is a box split, as a part of its width."""


class Bending:
    """Hard agreements of a program, each of which may move by a part of its own number.

    Parameters
    ----------
    model : Model
        The rules without goals; its program is changed.
    prices : mapping of str to Price
        For agreements with a price of their own.
    solver : Solver
        Who says how high a number can be of use.
    whole : bool
        Whether places are whole numbers.
    """

    def __init__(self, model: Model, prices: Mapping[str, Price], solver: Solver, *, whole: bool) -> None:
        self.model, self.program = model, model.program
        self.prices = [prices.get(clause.agreement, Price()) for clause in model.clauses]
        self.sizes = np.array([size(clause.measure, clause.value) for clause in model.clauses])
        self.demands = Demands.taken_out_of(model)
        self.steps = offers(self.demands, self.prices, self.sizes, self.program, solver)
        self.shares = [each for each in self.steps["clause"].unique() if not self.demands.settled(each)]
        self.width = self.program.column_count
        self.placed = self.program.whole & whole
        self.program.whole[:] = False
        self.moves = self.program.add_columns(
            "concession",
            self.steps[["clause", "sign"]].astype(np.int64),
            unit="share",
            upper=self.steps["most"],
        )
        clauses = self.steps[["clause"]].drop_duplicates()
        self.touched = self.program.add_columns("touched", clauses, unit="share", upper=1.0, whole=True)
        most = minus(self.touched).merge(
            self.steps.groupby("clause", as_index=False)["most"].max(), on="clause"
        )
        most["coefficient"] *= most["most"]
        self.program.add_rows("goal_touched", clauses, [self.moves, most], unit="share", upper=0.0)

    # The program

    @property
    def everywhere(self) -> Box:
        """All numbers that agreements may move to, as how much higher than was agreed."""
        reach = np.zeros((2, len(self.sizes)))
        side = (self.steps["sign"].to_numpy() > 0).astype(np.int64)
        clause = self.steps["clause"].to_numpy()
        reach[side, clause] = (self.steps["sign"] * self.steps["most"]).to_numpy() * self.sizes[clause]
        return Box(reach[0], reach[1])

    def state(self, box: Box) -> None:
        """Let the agreements move within a box, and state them there.

        Where an agreement is about a share of what is decided, number and decision multiply. What such
        a product can be is stated by the planes through its values at the corners of the box: exactly
        where the box is a single number (G. P. McCormick 1976, https://doi.org/10.1007/BF01580665).
        """
        clause, sign = self.steps["clause"].to_numpy(), self.steps["sign"].to_numpy()
        ends = np.stack([box.lower, box.upper])[:, clause] * sign / self.sizes[clause]
        columns = self.moves["column"].to_numpy()
        self.program.column_lower[columns] = np.maximum(ends.min(axis=0), 0.0)
        self.program.column_upper[columns] = np.maximum(ends.max(axis=0), 0.0)
        demands = self.demands
        low, high = demands.spread(box.lower), demands.spread(box.upper)
        shared = demands.most > demands.given
        for name, limit, least, most in (
            ("lower", demands.lower, low, high),
            ("upper", demands.upper, high, low),
        ):
            bounds = demands.hard & np.isfinite(limit)
            self._corner(name, "given", bounds, limit, least, demands.given)
            self._corner(name, "most", bounds & shared, limit, most, demands.most)

    def _corner(
        self,
        side: str,
        corner: str,
        bounds: npt.NDArray[np.bool_],
        limit: Floats,
        higher: Floats,
        slope: Floats,
    ) -> None:
        """State bounds by the plane through a corner: a number that is so much higher, and a slope."""
        chosen = np.flatnonzero(bounds)
        entries = self.demands.terms(higher)[chosen].tocoo()
        row, column = entries.coords
        left = pd.DataFrame({"bound": chosen[row], "column": column, "coefficient": entries.data})
        owners = pd.DataFrame({"bound": chosen, "clause": self.demands.owner[chosen]})
        moved = self.moves.merge(owners, on="clause")
        moved["coefficient"] = -slope[moved["bound"]] * moved["sign"] * self.sizes[moved["clause"]]
        right = (limit + higher * (self.demands.given - slope))[chosen]
        index = pd.DataFrame({"bound": chosen})
        self.program.add_rows(
            f"goal_{side}_{corner}", index, [left, moved], unit="as agreed", **{side: right}
        )

    def forbid(self, sets: Sequence[frozenset[int]]) -> None:
        """Of each set of clauses at least one must stay as it is."""
        if not sets:
            return
        members = [(order, clause) for order, each in enumerate(sets) for clause in sorted(each)]
        table = pd.DataFrame(members, columns=["set", "clause"])
        together = self.touched.merge(table, on="clause")
        most = np.array([len(each) for each in sets], dtype=np.float64) - 1
        self.program.add_rows(
            "goal_another", table[["set"]].drop_duplicates(), [together], unit="share", upper=most
        )

    # Reading back

    def plan(self, point: Floats) -> Floats:
        """The columns of the rules, whole where they are."""
        plan = point[: self.width]
        return np.where(self.placed, np.round(plan), plan)

    def needs(self, plan: Floats) -> dict[int, float]:
        """The numbers that a plan keeps, of the clauses that must move for that."""
        found = {int(each): self.demands.needed(int(each), plan) for each in self.steps["clause"].unique()}
        return {each: number for each, number in found.items() if self.part(each, number) > STILL}

    def allowed(self, moves: Mapping[int, float], plan: Floats) -> bool:
        """Whether no agreement moves further than it may, and those on exactly a number have one."""
        steps = (self.steps[name].tolist() for name in ("clause", "sign", "most"))
        most = {(clause, sign): furthest for clause, sign, furthest in zip(*steps, strict=True)}
        for position, number in moves.items():
            sign = float(np.sign(number - self.model.clauses[position].value))
            if self.part(position, number) > most.get((position, sign), 0.0) + STILL:
                return False
        exact = [each for each in self.shares if self.model.clauses[each].sense == "="]
        return all(self._differ(each, plan) <= STILL for each in exact)

    def split(self, box: Box, point: Floats, fine: float = STILL) -> tuple[int, float] | None:
        """Where a box is best split: at the agreement that moves less than the plan needs, by most.

        Parameters
        ----------
        box : Box
            The box.
        point : array
            A point of the program in it.
        fine : float
            Smaller parts of a number do not count.
        """
        plan = self.plan(point)
        needs = self.needs(plan)
        moved = np.zeros(len(self.sizes))
        step = self.moves["sign"] * point[self.moves["column"].to_numpy()]
        np.add.at(moved, self.moves["clause"].to_numpy(), step.to_numpy())
        moved *= self.sizes
        worst, found = fine, None
        for each in self.shares:
            clause, low, high = self.model.clauses[each], box.lower[each], box.upper[each]
            needed = needs.get(each, clause.value) - clause.value
            short = self._short(each, moved[each], needed, plan)
            if short > worst and high - low > fine * self.sizes[each]:
                middle = (moved[each] + np.clip(needed, low, high)) / 2
                edge = _EDGE * (high - low)
                worst, found = short, (int(each), float(np.clip(middle, low + edge, high - edge)))
        return found

    def _short(self, position: int, moved: float, needed: float, plan: Floats) -> float:
        """By which part of its number an agreement moves less than a plan needs."""
        own = float(self.sizes[position])
        if self.model.clauses[position].sense == "=":
            return max(abs(needed - moved) / own, self._differ(position, plan))
        return (abs(needed) - abs(moved)) / own

    def _differ(self, position: int, plan: Floats) -> float:
        """How far the numbers that a plan has for the bounds of one agreement are apart."""
        numbers = self.demands.numbers(position, plan)
        numbers = numbers[~np.isnan(numbers)]
        return float(np.ptp(numbers) / self.sizes[position]) if len(numbers) else 0.0

    def part(self, position: int, number: float) -> float:
        """Which part of its own number a clause gives up when it moves to a number."""
        return float(abs(number - self.model.clauses[position].value) / self.sizes[position])

    def cost(self, position: int, number: float) -> float:
        """What it costs that a clause moves to a number."""
        return self.prices[position].cost * self.part(position, number)
