"""A plan that somebody made, in the program of an instance: what it leaves open, and what mends it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.first_plan import begin_whole, pursue_whole
from verdeling.formulation import minus
from verdeling.goals import ROUNDING, Aim, pursue
from verdeling.policy import Goal
from verdeling.pursuit import whole_step
from verdeling.reading import NEGLIGIBLE
from verdeling.vectors import Vector
from verdeling.whole_places import WholePursuit, settle_projects

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verdeling.formulation import Model
    from verdeling.goals import Reached
    from verdeling.plan import Entries, Known
    from verdeling.program import Block, Floats, Objective
    from verdeling.pursuit import Pursuit

KEYS = {
    "place": ("municipality", "group", "place_type", "year"),
    "build": ("project", "year"),
    "support": ("provider", "municipality", "year"),
    "supplied": ("municipality", "supplier", "group", "place_type", "year"),
}
"""Kinds of columns that a plan speaks of, and the keys of its tables."""

GIVES_WAY = (
    *("project", "project_minimum", "provider", "pool", "capacity"),
    *("supplier", "supplier_rest", "supplier_split", "support", "agreement"),
)
"""Families that a plan can break, in the order in which as little as possible of them is broken.

What a project or provider can give comes first: what a plan leaves open is never chosen beyond it.
"""

_EXCESS = Goal(measure="shortfall", aggregate="total")
_WHOLE = 1e-9
_ROUND = 1e-6


@dataclass(frozen=True)
class Fixed:
    """A table of a plan as rows of a program: columns = amount + more − less.

    Parameters
    ----------
    kind : str
        The kind of column.
    more, less : DataFrame
        Terms of what deviates from the plan: nothing, until it is freed.
    """

    kind: str
    more: pd.DataFrame
    less: pd.DataFrame

    def free(self, pursuit: Pursuit) -> None:
        """Let the program deviate from the plan."""
        for terms in (self.more, self.less):
            pursuit.program.column_upper[terms["column"].to_numpy()] = np.inf

    def change(self, number: int) -> Aim:
        """The goal to deviate as little as possible."""
        return total_aim(number, [self.more, self.less], "places" if self.kind != "support" else "hours")


def is_whole(amounts: Floats) -> bool:
    """Whether all amounts are whole numbers."""
    return bool((np.abs(amounts - np.round(amounts)) <= _WHOLE).all())


def fix(model: Model, kind: str, given: Entries, known: Known) -> Fixed:
    """State that columns of a kind are as a plan gives them; what has no column is not in the program."""
    program, keys = model.program, [*KEYS[kind]]
    terms = program.terms(kind)
    labelled = _labelled(model, kind, terms)
    positions = pd.DataFrame({key: known[key].get_indexer(pd.Index(labelled[key])) for key in keys})
    index = positions.drop_duplicates().reset_index(drop=True)
    amounts = given.total(*keys)[tuple(index[key].to_numpy() for key in keys)]
    marked = is_whole(amounts) and kind != "support"
    more, less = (
        program.add_columns(f"goal_{side}_{kind}", index, unit="places", upper=0.0, whole=marked)
        for side in ("more", "less")
    )
    left = positions.assign(column=terms["column"].to_numpy(), coefficient=1.0)
    program.add_rows(
        f"plan_{kind}", index, [left, minus(more), less], unit="places", lower=amounts, upper=amounts
    )
    return Fixed(kind, more, less)


def amounts_of(model: Model, kind: str, point: Floats, amount: str, *, whole: bool) -> pd.DataFrame:
    """Table of a plan from a point: the keys of a kind and its amounts above zero."""
    terms = model.program.terms(kind)
    values = point[terms["column"].to_numpy()]
    labelled = _labelled(model, kind, terms).assign(**{amount: np.round(values) if whole else values})
    table = labelled.groupby([*KEYS[kind]], as_index=False)[amount].sum()
    kept: pd.DataFrame = table[table[amount] > NEGLIGIBLE].reset_index(drop=True)
    return kept


def give_way(model: Model) -> list[Aim]:
    """Let the limits that a plan can break give way; the goals are to let them do so as little as possible.

    The limits are stated a second time, with what they give way by, and no longer hold by themselves.
    """
    blocks = {block.name: block for block in model.program.row_blocks if block.name in GIVES_WAY}
    stated = [blocks[name] for name in GIVES_WAY if name in blocks and len(blocks[name].index)]
    return [total_aim(number, _give_way(model, block), block.unit) for number, block in enumerate(stated)]


def total_aim(number: int, terms: Sequence[pd.DataFrame], unit: str) -> Aim:
    """A goal to make the sum of these terms small, that is no goal of a policy."""
    together = pd.concat(terms, ignore_index=True)
    stated = together[["column", "coefficient"]].assign(element=np.arange(len(together)))
    size = len(stated)
    scale = together["scale"].to_numpy() if "scale" in together else np.ones(size)
    even = np.zeros(size, dtype=np.int64)
    vector = Vector(stated[["element"]], stated, unit, scale, np.full(size, 1 / max(size, 1)), even)
    return Aim(-number, _EXCESS, "agreement", vector)


def least_change(pursuit: Pursuit, changes: Sequence[Aim], *, whole: bool) -> tuple[float, Floats]:
    """The least changes in their order, in whole places where that is asked: the gap, and the point.

    Returns
    -------
    float
        How far the first may be from the least. In whole places the least is known to be no less than
        what the linear program says that decides only which projects are built, rounded up, or than
        what a search everywhere proved.
    array
        The point.

    Raises
    ------
    Infeasible, OutOfTime
        If nothing keeps the limits, or nothing was found in time.
    """
    program, first = pursuit.program, changes[0].vector.total()
    reached = pursue(pursuit, changes)
    if not whole:
        assert pursuit.point is not None
        return reached[0].gap, pursuit.point
    decisions = program.column_blocks["open"].positions
    lower, upper = program.column_lower[decisions], program.column_upper[decisions]
    settle_projects(pursuit, changes)
    assert pursuit.point is not None
    proved = _rounded_up(pursuit, first, first.value(pursuit.point))
    program.column_lower[decisions], program.column_upper[decisions] = lower, upper
    search = WholePursuit(
        pursuit.model,
        pursuit.solver,
        pursuit.tolerance,
        pursuit.deadline,
        goals=changes,
        center=pursuit.point,
    )
    found = pursue(search, changes)
    point = search.finish()
    value = first.value(point)
    gap = min(value - proved, found[0].gap)
    return gap if gap > ROUNDING * max(1.0, value) else 0.0, point


def _rounded_up(pursuit: Pursuit, objective: Objective, value: float) -> float:
    """The next value that whole numbers can have."""
    step = whole_step(pursuit.program, objective.columns, objective.coefficients)
    return value if step is None else float(np.ceil(value / step - _ROUND) * step)


def settled(pursuit: Pursuit, goals: Sequence[Aim], *, whole: bool) -> tuple[list[Reached], Floats]:
    """Settle goals in their order, in whole places where that is asked, and give the point.

    Raises
    ------
    Infeasible
        If nothing keeps the limits.
    """
    reached = pursue(pursuit, goals)
    if not whole:
        assert pursuit.point is not None
        return reached, pursuit.point
    search = begin_whole(pursuit, goals)
    return pursue_whole(search, goals), search.finish()


def _labelled(model: Model, kind: str, terms: pd.DataFrame) -> pd.DataFrame:
    """Ids of each column of a kind."""
    if kind == "support":
        terms = terms.assign(provider=terms["offer"].map(model.data.offers["provider"]))
    return model.data.label(terms[[*KEYS[kind]]])


def _give_way(model: Model, block: Block) -> list[pd.DataFrame]:
    """State rows again with what they give way by, and its terms: of an agreement relative to its bound."""
    program, rows = model.program, slice(block.start, block.stop)
    entries = program.matrix(block.start)[: len(block.index)].tocoo()
    lower, upper = program.row_lower[rows].copy(), program.row_upper[rows].copy()
    program.row_lower[rows], program.row_upper[rows] = -np.inf, np.inf
    index = pd.DataFrame({"row": np.arange(len(block.index))})
    under = program.add_columns(
        f"goal_under_{block.name}", index, unit=block.unit, upper=np.where(np.isfinite(lower), np.inf, 0.0)
    )
    beyond = np.isfinite(upper) & (block.name != "pool")  # nobody is housed where there is no place
    over = program.add_columns(
        f"goal_over_{block.name}", index, unit=block.unit, upper=np.where(beyond, np.inf, 0.0)
    )
    terms = pd.DataFrame({"row": entries.row, "column": entries.col, "coefficient": entries.data})
    program.add_rows(
        f"plan_{block.name}", index, [terms, under, minus(over)], unit=block.unit, lower=lower, upper=upper
    )
    bound = np.where(np.isfinite(upper), upper, lower)
    relative = np.maximum(1.0, np.abs(bound)) if block.name == "agreement" else np.ones(len(bound))
    return [under.assign(scale=relative), over.assign(scale=relative)]
