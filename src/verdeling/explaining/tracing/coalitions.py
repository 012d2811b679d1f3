"""The program of an instance with only some families of limits and goals in force, and what then comes of it.

Each family can be lifted: without *supply* any place is there for anybody, without *projects* nothing
is built, without *support* nobody counts hours, without *agreements* nobody agreed to anything, hard or
soft. Without *goals* nothing comes before the key, and without *dividing* the policy has no way of its
own to divide what is left. When nothing is in force everybody carries its fair share of what is asked.

What the families in force leave open is settled by staying as near to the key as possible: the largest
deviation, relative to the share, is made small, then the next, …. That has one answer only. The largest
deviations of two answers would have to be of opposite sign at some municipality; halfway between them it
would not deviate, and nobody would deviate more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.aggregates.levels import settle_lexicographically
from verdeling.agreements import add_misses, add_named_suppliers
from verdeling.flows import FLOWS
from verdeling.formulation import FAMILIES, MOVES, Model, Rows, add_family, add_variables, minus
from verdeling.goals import aims, settle_aim
from verdeling.measures import MEASURES
from verdeling.program import Objective, Program, find
from verdeling.pursuit import Pursuit, scaled
from verdeling.vectors import Vector

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verdeling.formulation import Shares
    from verdeling.goals import Aim
    from verdeling.numbering import Numbered
    from verdeling.policy import Policy
    from verdeling.program import Floats, Integers
    from verdeling.pursuit import Standing
    from verdeling.solvers.protocol import Solver

PARTS = ("supply", "projects", "support", "agreements", "goals", "dividing")
"""Families of limits and goals, in the fixed order in which they come into force."""

_ROWS = {
    "supply": ("capacity", "supplier", "supplier_rest"),
    "support": ("support",),
    "agreements": ("agreement",),
}
"""Families of rows that are lifted together."""


@dataclass(frozen=True)
class Cells:
    """What is followed: amounts of municipalities, each with its fair share of what is asked.

    Parameters
    ----------
    vector : Vector
        The amounts, each divided by its share; an index of positions.
    """

    vector: Vector

    @property
    def shares(self) -> Floats:
        """Fair shares of what is asked, as amounts; above zero."""
        return self.vector.scale

    def amounts(self, point: Floats) -> Floats:
        """Amounts at a point of the program."""
        return self.vector.values(point) * self.shares


def loads(model: Model) -> Cells:
    """Load of each municipality in whose region anything is asked."""
    vector = MEASURES["relative_load"].vector(model, "municipality")
    needs, burden = model.data.needs, model.data.groups["burden"].to_numpy()
    weighed = needs[(needs["households"] * burden[needs["group"]]) > 0]
    asked = np.isin(vector.region, model.data.region_of_origin[weighed["origin"]])
    index = vector.index[asked].reset_index(drop=True)
    kept = vector.terms[find(vector.terms, index) >= 0] if len(vector.terms) else vector.terms
    return Cells(Vector(index, kept, "load", vector.scale[asked], vector.share[asked], vector.region[asked]))


def group_places(model: Model, group: int) -> Cells:
    """Places of a group in each municipality of a region where they are asked."""
    data = model.data
    needs = data.needs[data.needs["group"] == group]
    regions = len(data.ids["region"])
    task = np.bincount(data.region_of_origin[needs["origin"]], needs["households"], regions)
    region = data.municipalities["region"].to_numpy(np.int64)
    asked = task[region] > 0
    index = pd.DataFrame({"municipality": np.flatnonzero(asked)})
    place = model.program.terms("place")
    terms = place.loc[place["group"] == group, ["municipality", "column", "coefficient"]]
    share, region = model.shares.load[asked], region[asked]
    return Cells(Vector(index, terms, "places", share * task[region], share, region))


class Coalitions:
    """What comes of a policy when only some of its families are in force.

    Parameters
    ----------
    data : Numbered
        The instance.
    shares : Shares
        Fair shares under the key of the policy.
    policy : Policy
        Gives the goals.
    solver : Solver
        Who minimises.
    group : int, optional
        Position of a group whose places are followed, settled after the loads; otherwise the loads are.
    deadline : float
        ``time.perf_counter()`` at which to stop.
    """

    def __init__(
        self,
        data: Numbered,
        shares: Shares,
        policy: Policy,
        solver: Solver,
        group: int | None = None,
        deadline: float = np.inf,
    ) -> None:
        self.model = _state(data, shares)
        self._loads = loads(self.model)
        self.cells = self._loads if group is None else group_places(self.model, group)
        self._aims = _by_part(aims(self.model, policy))
        self._pursuit = Pursuit(self.model, solver, max(policy.tolerance, solver.tolerance), deadline)
        self._known: dict[frozenset[str], Floats] = {}

    @property
    def parts(self) -> tuple[str, ...]:
        """Families that say anything here, in their order."""
        data = self.model.data
        there = {
            "supply": True,
            "projects": len(data.projects) > 0,
            "support": len(data.offers) > 0,
            "agreements": len(self.model.clauses) > 0,
        }
        for part, _ in self._aims:
            there.setdefault(part, True)
        return tuple(part for part in PARTS if there.get(part, False))

    def amounts(self, chosen: frozenset[str]) -> Floats:
        """Amounts of the cells with only the chosen families in force.

        Hard agreements that cannot be kept without the families that are not chosen, such as a number of
        homes when nothing is built, are missed by the least total, each relative to what was agreed.

        Raises
        ------
        Infeasible
            If nothing keeps the limits even so.
        OutOfTime
            If the deadline came first.
        """
        if chosen not in self._known:
            self._known[chosen] = self._settled(chosen)
        return self._known[chosen]

    @cached_property
    def _standing(self) -> Standing:
        """With everything in force, and a basis to begin from."""
        self._pursuit.feasible()
        return self._pursuit.stand()

    def _settled(self, chosen: frozenset[str]) -> Floats:
        pursuit = self._pursuit
        pursuit.rewind(self._standing)
        for part in set(self.parts) - chosen:
            _lift(self.model, part)
        if not pursuit.feasible():
            self._miss_agreements()
        for part, aim in self._aims:
            if part in chosen:
                settle_aim(pursuit, aim)
        _settle_nearest(pursuit, self._loads.vector)
        if self.cells is not self._loads:
            _settle_nearest(pursuit, self.cells.vector)
        assert pursuit.point is not None
        return self.cells.amounts(pursuit.point)

    def _miss_agreements(self) -> None:
        program = self.model.program
        (rows,) = program.families()["agreement"]
        limit = np.where(np.isfinite(program.row_upper), program.row_upper, program.row_lower)
        missed = pd.concat([program.terms(kind) for kind in _MISSED])
        columns = missed["column"].to_numpy(np.int64)
        program.column_upper[columns] = np.inf
        agreed = np.abs(limit[rows.start + missed["bound"].to_numpy()])
        self._pursuit.settle(Objective(columns, 1 / np.maximum(agreed, 1.0)))


_MISSED = ("agreed_less", "agreed_more")
"""How far hard agreements are missed from below and from above; zero unless freed."""


def _state(data: Numbered, shares: Shares) -> Model:
    """State the rules with a place for every group, of every type, everywhere.

    Rules that supply and suitability say are bounds here, where the program of a solution has no column.
    """
    spots = {"municipality": len(data.municipalities), "place_type": len(data.place_types)}
    everywhere = _all({**spots, "year": data.years}).assign(places=1.0, supplier=0)
    for_anybody = _all({"group": len(data.groups), "place_type": len(data.place_types)}, preference=1)
    program = Program()
    add_variables(Model(replace(data, supply=everywhere, suitability=for_anybody), shares, program))
    model = Model(data, shares, program)
    add_named_suppliers(model)
    add_misses(model)
    for name in FAMILIES:
        if name == "agreement":
            _add_agreements(model)
        elif name not in (*MOVES, *FLOWS):
            add_family(model, name)
    program.column_upper[_unsuitable(model)] = 0.0
    return model


def _all(sizes: dict[str, int], **cells: int) -> pd.DataFrame:
    """Every combination of positions."""
    index = pd.MultiIndex.from_product([range(size) for size in sizes.values()], names=list(sizes))
    return index.to_frame(index=False).assign(**cells)


def _add_agreements(model: Model) -> None:
    """State the agreements, hard ones with a column for each side on which they can be missed."""
    stated: Rows = FAMILIES["agreement"].state(model)
    hard = stated.index[np.isinf(model.penalties)]
    less, more = (model.program.add_columns(kind, hard, unit="as agreed", upper=0.0) for kind in _MISSED)
    terms, (lower, upper) = [*stated.terms, less, minus(more)], stated.limits(model)
    model.program.add_rows("agreement", stated.index, terms, unit="as agreed", lower=lower, upper=upper)


def _unsuitable(model: Model) -> Integers:
    """Columns of places that do not suit the group."""
    place, pair = model.program.terms("place"), ["group", "place_type"]
    suits = find(place, model.data.suitability[pair]) >= 0
    return place.loc[~suits, "column"].to_numpy(np.int64)


def _lift(model: Model, part: str) -> None:
    """Take a family out of force; goals are simply not pursued."""
    program = model.program
    for block in program.row_blocks:
        if block.name in _ROWS.get(part, ()):
            program.row_lower[block.start : block.stop] = -np.inf
            program.row_upper[block.start : block.stop] = np.inf
    if part == "supply":
        program.column_upper[_unsuitable(model)] = np.inf
    if part == "projects":
        program.column_upper[program.column_blocks["build"].positions] = 0.0


def _by_part(goals: Sequence[Aim]) -> list[tuple[str, Aim]]:
    """The family that each goal belongs to: soft agreements, what comes before loads, and dividing."""
    first = next((aim.number for aim in goals if aim.goal.measure == "relative_load"), len(goals) + 1)
    return [
        (
            "agreements"
            if aim.goal.measure == "shortfall"
            else "goals"
            if aim.number < first
            else "dividing",
            aim,
        )
        for aim in goals
    ]


def _settle_nearest(pursuit: Pursuit, vector: Vector) -> None:
    """Bring every amount as near to its share as possible: the largest deviation first, then the next."""
    aside = pursuit.add_excess(vector, upper=np.inf)
    pursuit.add_element_rows("goal_nearest", vector, minus(aside), upper=1.0)
    below = replace(vector, terms=minus(scaled(vector)), scale=np.ones(len(vector)))
    pursuit.add_element_rows("goal_nearest", below, minus(aside), upper=-1.0)
    terms = aside[[*vector.index, "column", "coefficient"]]
    settle_lexicographically(pursuit, replace(vector, terms=terms, scale=np.ones(len(vector))))
