"""Kinds of ways out: what each asks to be least, in its order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import pandas as pd

from verdeling.explaining.repairing.bending import STILL
from verdeling.program import Objective

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from verdeling.explaining.repairing.bending import Bending
    from verdeling.program import Floats

    Moves = Mapping[int, float]

Kind = Literal["least_total", "fewest", "least_for_weakest", "another"]
"""What is least: the total cost; the number of agreements touched, then the total; the largest part of its
own number that any agreement gives up, then the next largest, and so on, then the total; or the total,
over other agreements."""

KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, eq=False)
class Least:
    """What is to be least.

    Parameters
    ----------
    of : str
        ``cost``, ``agreements`` (how many change), ``largest`` (part of its own number that one gives
        up) or ``largest together``.
    objective : Objective
        Of the program.
    value : callable
        Of the numbers that clauses move to.
    worth : array or None
        What a clause that gives up its own number adds at least; None where that does not depend on how
        much it gives up.
    floor : float
        What nothing is known to be less than.
    """

    of: str
    objective: Objective
    value: Callable[[Moves], float]
    worth: Floats | None
    floor: float = 0.0

    def reach(self, value: float) -> Floats | float:
        """Which part of its number each clause gives up at most where no more than a value is reached."""
        return np.inf if self.worth is None else value / self.worth


def in_order(kind: Kind, bending: Bending, proved: Sequence[tuple[float, float]]) -> Iterator[Least]:
    """What a kind asks to be least, in its order.

    Parameters
    ----------
    kind : str
        See `Kind`.
    bending : Bending
        The program; rows and columns are added to it.
    proved : sequence of (float, float)
        The value and the bound of what was settled so far; whoever iterates adds to it.
    """
    if kind == "fewest":
        columns = bending.touched["column"].to_numpy()
        yield Least("agreements", Objective(columns, np.ones(len(columns))), len, None)
    if kind == "least_for_weakest":
        before = 0.0
        for count in range(1, len(bending.touched) + 1):
            yield _largest(bending, count, proved[-1][1] if proved else 0.0)
            if proved[-1][0] - before <= STILL:
                break
            before = proved[-1][0]
    costs = np.array([price.cost for price in bending.prices])
    columns = bending.moves["column"].to_numpy()
    total = Objective(columns, costs[bending.moves["clause"].to_numpy()])
    yield Least("cost", total, lambda moves: sum(bending.cost(*move) for move in moves.items()), costs)


def _largest(bending: Bending, count: int, floor: float) -> Least:
    """The sum of the largest parts that are given up, so many of them.

    One after another these make all parts, in order, as small as they can be, also where plans are
    whole: W. Ogryczak & T. Śliwiński (2006), https://doi.org/10.1007/11751595_84
    """
    program, clauses = bending.program, bending.touched[["clause"]]
    level = program.add_columns(f"level_{count}", pd.DataFrame({"level": [count]}), unit="share")
    excess = program.add_columns(f"excess_{count}", clauses, unit="share")
    parts = bending.moves.assign(coefficient=-1.0)
    above = level.drop(columns="level").merge(clauses, how="cross")
    program.add_rows(f"goal_level_{count}", clauses, [parts, excess, above], unit="share", lower=0.0)
    columns = np.concatenate([level["column"], excess["column"]]).astype(np.int64)
    objective = Objective(columns, np.append(float(count), np.ones(len(excess))))

    def value(moves: Moves) -> float:
        return sum(sorted((bending.part(*move) for move in moves.items()), reverse=True)[:count])

    of = "largest" if count == 1 else "largest together"
    return Least(of, objective, value, np.ones(len(bending.sizes)), floor)
