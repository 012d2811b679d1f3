"""A few plans that are just as good, and as different from each other as can be."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from verdeling.errors import Problem
from verdeling.explaining.clock import deadline_of
from verdeling.explaining.freedom.held import hold, refuse
from verdeling.explaining.freedom.ranges import ranges_of
from verdeling.explaining.freedom.room import load_unit
from verdeling.formulation import minus
from verdeling.leeway import SHOWN
from verdeling.program import Objective
from verdeling.pursuit import DECIDING, OutOfTime
from verdeling.whole_places import EFFORT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from verdeling.explaining.freedom.held import Held
    from verdeling.explaining.freedom.ranges import Number, Ranges
    from verdeling.program import Floats, Integers
    from verdeling.solution import Solution
    from verdeling.solvers.protocol import Outcome


@dataclass(frozen=True, eq=False, repr=False)
class Alternatives:
    """Plans that are as good as a solution in every goal, and differ from it and from each other.

    Parameters
    ----------
    solution : Solution
        The plan that they are alternatives to.
    plans : tuple of Solution
        The alternatives, each verified; the first differs most from the solution.
    groups : bool
        Whether the numbers in which they differ are places of groups, and not loads.
    differences : DataFrame
        plan (1 for the first alternative), difference (from the nearest of the solution and the
        alternatives before it: the absolute differences of all numbers that are not settled, summed),
        possible (no plan differs more from those before it), proved (whether these are the same).
    numbers : DataFrame
        plan (0 for the solution), municipality, name, group (empty for loads), value, change (from
        the solution), unit.
    further : float
        Where fewer plans were found than asked for: no further plan differs more than this from the
        nearest of all these. Below 0.005 it is proved that there is none, otherwise none was found.
        NaN where nothing further was sought.
    complete : bool
        Whether as many plans were sought as asked for before time ran out.
    """

    solution: Solution
    plans: tuple[Solution, ...]
    groups: bool
    differences: pd.DataFrame
    numbers: pd.DataFrame
    further: float
    complete: bool

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by name, as copies."""
        return {name: getattr(self, name).copy() for name in ("differences", "numbers")}

    def __repr__(self) -> str:
        return f"<Alternatives to {self.solution!r}: {len(self.plans)}>"


def alternatives(
    solution: Solution, count: int = 3, groups: bool = False, *, time_limit: float | None = None
) -> Alternatives:
    """Plans that are just as good, and as different from each other as can be.

    Modelling to generate alternatives (E. D. Brill, S.-Y. Chang & L. D. Hopkins, Modeling to generate
    alternatives: the HSJ approach and an illustration using a problem in land use planning, Management
    Science 28(3), 1982, 221–235, doi:10.1287/mnsc.28.3.221): with every goal held, each next plan is
    the one whose smallest difference from the solution and the plans before it is largest, where a
    difference is the sum of the absolute differences of the loads. Where Brill and others leave the
    numbers in use as far as a linear program does, here a 0 or 1 for each load says whether it rises or
    falls, so that the largest difference is found and not a large one. The search for it is limited:
    what is not proved to be the largest is stated with what is possible at most. One plan after another
    is as far away as can be; all together they need not be. Fractional unless the solution is whole.

    Parameters
    ----------
    solution : Solution
        In whole places or fractional; the alternatives are of the same kind.
    count : int
        At most so many plans.
    groups : bool
        Whether plans differ by the places of each group in each municipality, and not by loads.
    time_limit : float, optional
        Seconds after which what was found so far is given.

    Returns
    -------
    Alternatives
        Without plans where the goals settle every number, or no other plan was found; see ``further``.

    Raises
    ------
    NoSolutionError
        If the solution has no numbers, or a time limit came before its goals were settled.
    VerdelingError
        If the count or the time limit means nothing.
    SolverError
        If a plan does not verify, or the goals cannot be held where the solution has them.
    """
    refuse(solution, [*_count_problems(count)], time_limit)
    deadline = deadline_of(time_limit)
    try:
        held = hold(solution, deadline)
    except OutOfTime:
        return no_alternatives(solution, groups)
    with held.until(deadline):
        return alternatives_of(held, count, groups)


def alternatives_of(held: Held, count: int = 3, groups: bool = False) -> Alternatives:
    """As `alternatives`, where all goals are held already; see `Held.until` for a time limit."""
    ranges, solution = ranges_of(held, loads=not groups, groups=groups), held.solution
    plans: list[Solution] = []
    found: list[_Different] = []
    further, complete = np.nan, False
    with suppress(OutOfTime):
        ranges.explore()
        for different in _sought(ranges, count):
            if different.difference < SHOWN:
                further = different.possible
                break
            plans.append(_solution(held, different.point, len(plans) + 1))
            found.append(different)
        complete = True
    values = [ranges.own, *(different.amounts for different in found)]
    told = _numbers(_ids(held, ranges.asked), values, "places" if groups else load_unit(solution))
    return Alternatives(solution, tuple(plans), groups, _differences(found), told, further, complete)


def no_alternatives(solution: Solution, groups: bool = False) -> Alternatives:
    """The answer when time ran out before the goals were settled again."""
    nothing = pd.DataFrame(columns=["plan", "municipality", "name", "group", "value", "change", "unit"])
    return Alternatives(solution, (), groups, _differences([]), nothing, np.nan, complete=False)


class _Different(NamedTuple):
    """A plan, what it has of the numbers, how much it differs, and how much a plan could at most."""

    point: Floats
    amounts: Floats
    difference: float
    possible: float


def _sought(ranges: Ranges, count: int) -> Iterator[_Different]:
    """One plan after another, each as far as can be from those before it; the last may not differ."""
    before = [ranges.own]
    for _ in range(count):
        different = _most_different(ranges, before)
        yield different
        before.append(different.amounts)


def _most_different(ranges: Ranges, before: Sequence[Floats]) -> _Different:
    """The plan that differs most from the nearest of some plans, in the numbers that are not settled."""
    held, free = ranges.held, ranges.open
    nearest = [_difference(values[free], before, free) for values in ranges.known[1:]]
    known = int(np.argmax(nearest))
    if not len(free):
        return _Different(ranges.plans[known], ranges.known[1 + known], 0.0, 0.0)
    held.pursuit.rewind(held.exact)
    try:
        outcome = _search(ranges, free, before, known)
    finally:
        held.pursuit.rewind(held.exact)
    point = ranges.plans[known]
    if outcome.point is not None and -outcome.value > nearest[known]:
        point = outcome.point[: len(point)]
    values = ranges.at(point)
    difference = _difference(values[free], before, free)
    possible = _farthest(ranges, free) if ranges.exchanges else -outcome.bound
    return _Different(point, values, difference, max(possible, difference))


def _farthest(ranges: Ranges, free: Integers) -> float:
    """How much a plan can differ from the solution if every number goes as far as it can."""
    below, above = ranges.own - ranges.possible[0], ranges.possible[1] - ranges.own
    return float(np.maximum(below, above)[free].sum())


def _search(ranges: Ranges, free: Integers, before: Sequence[Floats], known: int) -> Outcome:
    """Maximise the smallest difference, from a plan that is known."""
    pursuit = ranges.held.pursuit
    level = pursuit.add_level()
    values = ranges.known[1 + known]
    start = [ranges.plans[known], np.array([_difference(values[free], before, free)])]
    for each in before:
        _add_difference(ranges, free, each, level)
        start += [np.abs(values - each)[free], (values > each)[free].astype(np.float64)]
    objective = Objective(level["column"].to_numpy(), -np.ones(1))
    return _decided(ranges.held, objective, np.concatenate(start))


def _add_difference(ranges: Ranges, free: Integers, before: Floats, level: pd.DataFrame) -> None:
    """Keep a level below the sum of the differences from a plan.

    A number that rises differs by what it is more, one that falls by what it is less; 0 or 1 says which.
    """
    pursuit, program = ranges.held.pursuit, ranges.held.model.program
    index = pd.DataFrame({"number": np.arange(len(free))})
    differs, rises = pursuit.add_levels(index), pursuit.add_decisions(index)
    stated = [ranges.asked[place].expression for place in free]
    numbers = pd.concat(
        [
            pd.DataFrame({"number": place, "column": each.columns, "coefficient": each.coefficients})
            for place, each in enumerate(stated)
        ]
    )
    own = before[free]
    low = np.minimum(own, ranges.possible[0, free])
    high = np.maximum(own, ranges.possible[1, free])
    down, up = rises.assign(coefficient=2 * (own - low)), rises.assign(coefficient=-2 * (high - own))
    for terms, upper in (([differs, minus(numbers), down], own - 2 * low), ([differs, numbers, up], own)):
        program.add_rows("goal_difference", index, terms, unit="places", upper=upper)
    one = pd.DataFrame({"goal": [0]})
    sums = [level, minus(differs).assign(goal=0)]
    program.add_rows("goal_difference", one, sums, unit="places", upper=0.0)


def _decided(held: Held, objective: Objective, start: Floats) -> Outcome:
    """Minimise with whole decisions; places are whole where they are so in the solution."""
    pursuit, program = held.pursuit, held.model.program
    marks = program.whole
    if not held.solution.whole:
        program.whole = marks & (np.arange(len(marks)) >= held.size)
    effort = EFFORT if held.solution.whole else DECIDING
    try:
        while True:
            left = pursuit.seconds_left
            outcome = pursuit.solver.minimise(
                program, objective, whole=True, start=start, time_limit=left, effort=effort
            )
            if outcome.status == "time_limit":
                raise OutOfTime
            if outcome.point is None or not pursuit.cut(outcome.point):
                return outcome
    finally:
        program.whole = marks


def _difference(values: Floats, before: Sequence[Floats], free: Integers) -> float:
    """How much a plan differs from the nearest of some plans, in some numbers."""
    return min(float(np.abs(values - each[free]).sum()) for each in before)


def _solution(held: Held, point: Floats, number: int) -> Solution:
    """A plan as a solution; the prices are those of the goals, which are the same."""
    finished = held.finished(point)
    tables = held.tables(finished) | {"prices": held.solution.prices}
    provenance = {**held.solution.provenance, "alternative": number}
    goals = held.goal_values(finished)
    return replace(held.solution, goals=goals, provenance=provenance, tables=tables)


def _ids(held: Held, asked: Sequence[Number]) -> pd.DataFrame:
    data = held.model.data
    towns = [number.municipality for number in asked]
    groups = data.ids["group"]
    return pd.DataFrame(
        {
            "municipality": data.ids["municipality"].to_numpy()[towns],
            "name": data.municipalities["name"].to_numpy()[towns],
            "group": [groups[number.group] if number.group >= 0 else "" for number in asked],
        }
    )


def _numbers(ids: pd.DataFrame, values: Sequence[Floats], unit: str) -> pd.DataFrame:
    frames = [
        ids.assign(plan=plan, value=own, change=own - values[0], unit=unit) for plan, own in enumerate(values)
    ]
    return pd.concat(frames, ignore_index=True)[["plan", *ids.columns, "value", "change", "unit"]]


def _differences(found: Sequence[_Different]) -> pd.DataFrame:
    rows = [
        (plan, each.difference, each.possible, each.possible - each.difference < SHOWN)
        for plan, each in enumerate(found, 1)
    ]
    return pd.DataFrame(rows, columns=["plan", "difference", "possible", "proved"])


def _count_problems(count: int) -> Iterator[Problem]:
    if count < 1:
        yield Problem(
            "no-count",
            f"{count} plans are asked for.",
            "Without an alternative there is nothing to compare.",
            "Ask for at least one.",
            value=str(count),
        )
