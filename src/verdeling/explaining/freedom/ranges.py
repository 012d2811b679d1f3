"""How far numbers of a plan can move with every goal still met: the ends, and the plans that attain them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from verdeling.explaining.freedom.exchanging import exchanged_load, exchanged_plans, widened
from verdeling.leeway import SHOWN
from verdeling.program import Objective
from verdeling.pursuit import whole_step
from verdeling.whole_places import WholePursuit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verdeling.explaining.freedom.held import Held
    from verdeling.formulation import Model
    from verdeling.leeway import Freedom
    from verdeling.program import Floats, Integers
    from verdeling.pursuit import Standing
    from verdeling.solution import Solution

_NEARER = 1e-7
"""A plan counts as nearer to an end when it is so by more than this, relative to ``max(1, |value|)``."""


@dataclass(frozen=True)
class Number:
    """A number of a plan that may move.

    Parameters
    ----------
    municipality, group : int
        Positions; group -1 for the load of a municipality, otherwise the places of that group in it.
    expression : Objective
        The number as a linear expression.
    """

    municipality: int
    group: int
    expression: Objective


def numbers(model: Model, *, groups: bool) -> list[Number]:
    """The load of every municipality; with ``groups`` the places of every group there instead."""
    terms = model.program.terms("place" if groups else "load")
    found = []
    if len(terms):
        stated = terms if groups else terms.assign(group=-1)
        for _, own in stated.groupby(["municipality", "group"], sort=True):
            columns, ones = own["column"].to_numpy(np.int64), own["coefficient"].to_numpy(np.float64)
            first = own.iloc[0]
            found.append(Number(int(first["municipality"]), int(first["group"]), Objective(columns, ones)))
    return found


def values_of(solution: Solution, model: Model, asked: Iterable[Number]) -> Floats:
    """What a solution has of numbers."""
    towns, names = model.data.ids["municipality"], model.data.ids["group"]
    loads = solution.loads.set_index("municipality")["load"]
    places = solution.placements.groupby(["municipality", "group"])["places"].sum()
    values = [
        loads[towns[number.municipality]]
        if number.group < 0
        else places.get((towns[number.municipality], names[number.group]), 0)
        for number in asked
    ]
    return np.array(values, dtype=np.float64)


def ranges_of(held: Held, *, loads: bool, groups: bool) -> Ranges:
    """How far loads, or places of groups, can move with every goal held: asked once for all who ask.

    Nobody is to add to it but by `Ranges.explore`; who wants to, copies it.
    """
    if (loads, groups) not in held.ranges:
        asked = numbers(held.model, groups=False) if loads else []
        asked += numbers(held.model, groups=True) if groups else []
        own = values_of(held.solution, held.model, asked)
        held.ranges[loads, groups] = Ranges(held, held.exact, asked, [held.point], own)
    return held.ranges[loads, groups]


class Ranges:
    """What is known about numbers where a pursuit stands: plans that were found, and ends that are proved.

    Parameters
    ----------
    held : Held
        All goals, held.
    standing : Standing
        Where to ask: with the goals held exactly, or some of them more loosely.
    asked : list of Number
        The numbers.
    points : list of array
        Plans that are known to be allowed there; those that are found are added.
    own : array
        What the solution itself has of the numbers; ``known`` has that first, and then what each of
        ``plans`` has.
    """

    def __init__(
        self, held: Held, standing: Standing, asked: list[Number], points: list[Floats], own: Floats
    ) -> None:
        self.held, self.standing, self.asked, self.points = held, standing, asked, [*points]
        self.wide = widened(held, standing)
        self.exchanged: list[Floats] = []
        self.possible = np.full((2, len(asked)), np.nan)
        self.own = own
        self.known = [own, *(self.at(point) for point in points)]

    def explore(self) -> None:
        """Find both ends of every number; what was found before time ran out is kept, and gone on from.

        Raises
        ------
        OutOfTime
            If the deadline came first.
        """
        self.held.pursuit.rewind(self.standing)
        for side, place in np.argwhere(np.isnan(self.possible)):
            self.possible[side, place] = self._end(place, side)
        if self.exchanges and not self.exchanged and "unknown" in self.freedom:
            for point in exchanged_plans(self.held, self.wide):
                self.exchange(point)

    @property
    def exchanges(self) -> bool:
        """Whether plans may be as good that have the same values elsewhere."""
        return self.wide is not self.standing

    def copy(self) -> Ranges:
        """What is known so far; what is added to it is not added here."""
        copied = Ranges(self.held, self.standing, self.asked, self.points, self.own)
        copied.possible = self.possible.copy()
        for point in self.exchanged:
            copied.exchange(point)
        return copied

    @property
    def open(self) -> Integers:
        """Which numbers move, or are not proved to be settled."""
        return np.flatnonzero([each != "settled" for each in self.freedom])

    @property
    def ends(self) -> Floats:
        """Smallest and largest value of each number in a plan that was found."""
        values = np.array(self.known)
        return np.array([values.min(axis=0), values.max(axis=0)])

    @property
    def attained_by(self) -> np.ndarray:
        """Which plan attains each end: 0 is the solution itself, 1 the first of ``plans``."""
        values = np.array(self.known)
        return np.array([values.argmin(axis=0), values.argmax(axis=0)])

    @property
    def plans(self) -> list[Floats]:
        """Every plan that was found."""
        return [*self.points, *self.exchanged]

    @property
    def freedom(self) -> list[Freedom]:
        """Whether each number is settled."""
        moves = self.ends[1] - self.ends[0] >= SHOWN
        proved = self.possible[1] - self.possible[0] < SHOWN
        return [
            "free" if move else "settled" if proof else "unknown"
            for move, proof in zip(moves, proved, strict=True)
        ]

    def add(self, point: Floats) -> None:
        """Remember a plan that is allowed."""
        self.points.append(point)
        self.known.insert(len(self.points), self.at(point))

    def exchange(self, point: Floats) -> None:
        """Remember a plan that is as good, and is not allowed where the pursuit stands."""
        self.exchanged.append(point)
        self.known.append(self.at(point))

    def at(self, point: Floats) -> Floats:
        """What a plan has of the numbers."""
        return np.array([number.expression.value(point) for number in self.asked])

    def _end(self, place: int, side: int) -> float:
        """The smallest (0) or largest (1) value that is not ruled out."""
        sign = -1.0 if side else 1.0
        known = sign * self.ends[side, place]
        if side == 0 and known <= 0:
            return 0.0  # nothing is below zero places
        stated = self.asked[place].expression
        objective = Objective(stated.columns, sign * stated.coefficients)
        pursuit = self.held.pursuit
        if isinstance(pursuit, WholePursuit):
            return sign * self._whole_end(pursuit, place, objective, known)
        outcome = pursuit.minimise(objective)
        assert outcome.point is not None
        self._keep(outcome.point, objective, known)
        return sign * outcome.value

    def _whole_end(self, search: WholePursuit, place: int, objective: Objective, known: float) -> float:
        """A linear program rules out; where no known plan is as good, a limited search goes on."""
        bound = _rounded_up(search, objective)
        if self.exchanges:
            search.rewind(self.wide)
            bound = min(bound, max(_rounded_up(search, objective), self._exchanged_end(place, objective)))
            search.rewind(self.standing)
        if known <= bound + SHOWN:
            return float(bound)
        search.incumbent = min(self.points, key=objective.value)
        try:
            search.settle(objective)
            return float(bound) if self.exchanges else objective.value(search.incumbent) - search.gap
        finally:
            self._keep(search.incumbent, objective, known)
            search.rewind(self.standing)

    def _exchanged_end(self, place: int, objective: Objective) -> float:
        """What the number is at least, as it is minimised, where municipalities exchange their loads."""
        number = self.asked[place]
        if number.group >= 0:
            return -np.inf
        low, high = exchanged_load(self.held, number.municipality)
        return low if objective.coefficients[0] > 0 else -high

    def _keep(self, point: Floats, objective: Objective, known: float) -> None:
        """Remember a plan that goes further than those before."""
        if objective.value(point) < known - _NEARER * max(1.0, abs(known)):
            self.add(point)


def _rounded_up(search: WholePursuit, objective: Objective) -> float:
    """What nothing is below where the search stands, in whole numbers."""
    bound = search.minimise(objective).value
    step = whole_step(search.program, objective.columns, objective.coefficients)
    return bound if step is None else float(np.ceil(bound / step - 1e-6) * step)
