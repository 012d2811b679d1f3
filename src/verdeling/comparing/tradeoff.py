"""What fairness costs: the best that one goal can be for every value of another."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import takewhile
from typing import TYPE_CHECKING, ClassVar, NamedTuple

import numpy as np
import pandas as pd

from verdeling.drawn import Drawn
from verdeling.errors import InstanceError, PolicyError, Problem
from verdeling.goals import pursue
from verdeling.policy import Goal, Policy, read_policy
from verdeling.pursuit import Infeasible, Pursuit
from verdeling.shown import Shown
from verdeling.solvers import find_solver
from verdeling.statement import state
from verdeling.verified import verified_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from verdeling.engine import Progress
    from verdeling.goals import Aim
    from verdeling.instance import Instance
    from verdeling.pictures.plots import FrontierPlots
    from verdeling.program import Floats, Objective

WAITING = Goal(measure="waiting", aggregate="total")
"""The efficiency that is meant unless another is stated."""

EVEN = Goal(measure="relative_load", aggregate="largest_deviation")
"""The fairness that is meant unless another is stated."""

NEAR = 1e-6
"""Points nearer than this in both values, relative to values above 1, are the same."""


@dataclass(frozen=True, eq=False, repr=False)
class Frontier(Shown):
    """Plans of which none is at least as good on both goals as another.

    Parameters
    ----------
    instance : Instance
        Restricted to its scenario.
    policy : Policy
        Whose key gives the fair shares.
    efficiency, fairness : Goal
        What is weighed against each other.
    units : tuple of str
        Of both goals, as the columns of ``points``.
    points : DataFrame
        point (from 1, the most efficient first), efficiency, fairness: the value of each goal.
    loads : DataFrame
        point, municipality, name, load, relative_load: of one plan with these values. Both goals
        together may leave loads open, and another plan with the same values may have others.
    placements : DataFrame
        point, municipality, group, place_type, year, places; fractional, of the same plan.
    """

    instance: Instance
    policy: Policy
    efficiency: Goal
    fairness: Goal
    units: tuple[str, str]
    points: pd.DataFrame
    loads: pd.DataFrame
    placements: pd.DataFrame

    plot: ClassVar[Drawn[FrontierPlots]] = Drawn("FrontierPlots")
    """Its picture."""

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by name, as copies."""
        names = ["points", "loads", "placements"]
        return {name: getattr(self, name).copy() for name in names}

    def __repr__(self) -> str:
        return f"<Frontier of {self.instance.about.name}: {len(self.points)} points>"


def frontier(
    instance: Instance,
    policy: Policy | str | Path = "leximin",
    efficiency: Goal = WAITING,
    fairness: Goal = EVEN,
    points: int = 11,
    *,
    scenario: str | None = None,
    progress: Progress = lambda phase, done, total: None,
) -> Frontier:
    """Sweep from the most efficient plan to the fairest one.

    First the ends: the best efficiency and then the best fairness that goes with it, and the other way
    round. Between them bounds on the fairness at equal distances; under each bound the best efficiency,
    and with that the best fairness, so that no point is dominated by any plan (the ε-constraint method
    as augmented by G. Mavrotas, Effective implementation of the ε-constraint method in multi-objective
    mathematical programming problems, Applied Mathematics and Computation 213(2), 2009, 455–465,
    doi:10.1016/j.amc.2009.03.037, with the second goal pursued after the first instead of added to it
    with a small weight). The program is stated once; from point to point two bounds change. The plans
    are fractional, so that the frontier is convex.

    Parameters
    ----------
    instance : Instance
        What is to be divided.
    policy : Policy, str or Path
        Gives the key, and what comes first: its goals before the first one that is about the measure
        of either goal are pursued and held. Its other goals play no part.
    efficiency, fairness : Goal
        With an aggregate that is one linear number, such as ``total``, ``maximum``, ``minimum`` or
        ``largest_deviation``.
    points : int
        Most points, at least 2; there are fewer where bounds give the same plan.
    scenario : str, optional
        One of ``instance.scenarios``; by default the instance's own.
    progress : callable, optional
        Called with the phase ``points``, how many are done and out of how many.

    Returns
    -------
    Frontier
        One point where both goals have their best value at once.

    Raises
    ------
    PolicyError
        If a goal does not exist, is not one linear number or does not depend on the plan, the key does
        not fit the instance, or fewer than 2 points are asked for.
    InstanceError
        If the scenario does not exist or no plan keeps the hard limits.
    SolverError
        If a plan does not verify.

    Examples
    --------
    >>> from verdeling.adapters import read_instance
    >>> moves = Goal(measure="moves", aggregate="total")
    >>> heaviest = Goal(measure="relative_load", aggregate="maximum")
    >>> found = frontier(read_instance("instances/three-towns"), "leximin", moves, heaviest, points=4)
    >>> found.points["efficiency"].round(6).tolist(), found.points["fairness"].round(6).tolist()
    ([9.0, 10.0, 11.0, 12.0], [1.75, 1.625, 1.5, 1.375])
    """
    if points < 2:
        raise _refused("few-points", f"{points} points are asked for.", "Ask for at least 2.")
    one = instance.in_scenario(scenario)
    stated = policy if isinstance(policy, Policy) else read_policy(policy)
    first = tuple(
        takewhile(lambda goal: goal.measure not in (efficiency.measure, fairness.measure), stated.goal)
    )
    model, goals = state(one, stated.model_copy(update={"goal": (*first, efficiency, fairness)}))
    solver = find_solver("HiGHS")
    sweep = _Sweep(model, solver, max(stated.tolerance, solver.tolerance))
    try:
        pursue(sweep, goals[:-2])
        sides = _settle(sweep, goals[-2]), _settle(sweep, goals[-1])
    except Infeasible:
        problem = Problem("infeasible", "No plan keeps the hard limits.", "There is nothing to weigh.",
                          "Solve the instance: the answer names the agreements in conflict.")  # fmt: skip
        raise InstanceError("There is no frontier.", [problem]) from None
    found = _without_doubles(_points(sweep, *sides, points, progress))
    tables = [verified_tables(model, each.plan, whole=False) for each in found]
    values = [(number, each.efficiency, each.fairness) for number, each in enumerate(found, 1)]
    return Frontier(
        one,
        stated,
        efficiency,
        fairness,
        (goals[-2].vector.unit, goals[-1].vector.unit),
        pd.DataFrame(values, columns=["point", "efficiency", "fairness"]),
        _stacked([each["loads"] for each in tables], ["municipality", "name", "load", "relative_load"]),
        _stacked(
            [each["placements"] for each in tables], ["municipality", "group", "place_type", "year", "places"]
        ),
    )


class _Side(NamedTuple):
    """A goal: what is minimised for it, the row that bounds that, and its value at a plan."""

    objective: Objective
    row: int
    value: Callable[[Floats], float]


class _Point(NamedTuple):
    """The values of both goals at a plan."""

    efficiency: float
    fairness: float
    plan: Floats


@dataclass
class _Sweep(Pursuit):
    """A pursuit that remembers what it holds, so that its bounds can be moved."""

    held: list[tuple[Objective, int]] = field(default_factory=list)

    def hold(self, objective: Objective, value: float, tolerance: float) -> None:
        """See `Pursuit.hold`."""
        super().hold(objective, value, tolerance)
        self.held.append((objective, self.program.row_blocks[-1].start))

    def bound(self, side: _Side, value: float) -> None:
        """Move the bound on a goal; infinity lets go of it."""
        self.program.row_upper[side.row] = value - side.objective.constant

    def lower(self, side: _Side) -> float:
        """Least value of a goal, which becomes its bound."""
        self.bound(side, np.inf)
        value = self.minimise(side.objective).value
        self.bound(side, value + self.tolerance * max(1.0, abs(value)))
        return value


def _settle(sweep: _Sweep, aim: Aim) -> _Side:
    """Settle a goal, which must be one linear number."""
    before = len(sweep.held)
    stages = pursue(sweep, [aim])
    held = sweep.held[before:]
    assert sweep.point is not None
    named = f"{aim.goal.aggregate} of {aim.goal.measure}"
    if not len(aim.vector.terms):
        remedy = "Take a measure that the plan decides."
        raise _refused("nothing-to-weigh", f"No plan changes the {named}.", remedy)
    linear = len(held) == len(stages) == 1
    if linear:
        (objective, row), value = held[0], stages[0].value
        size = abs(value(sweep.point))
        linear = abs(size - abs(objective.value(sweep.point))) <= NEAR * max(1.0, size)
    if not linear:
        what = f"The {named} is not one linear number."
        raise _refused(
            "not-one-number", what, "Take an aggregate such as total, maximum or largest_deviation."
        )
    return _Side(objective, row, value)


def _points(
    sweep: _Sweep, efficiency: _Side, fairness: _Side, number: int, progress: Progress
) -> Iterator[_Point]:
    """Points from the most efficient plan, at which the sweep is, to the fairest one."""

    def here() -> _Point:
        assert sweep.point is not None
        return _Point(efficiency.value(sweep.point), fairness.value(sweep.point), sweep.point)

    first = here()
    yield first
    sweep.bound(efficiency, np.inf)
    best = sweep.lower(fairness)
    sweep.lower(efficiency)
    last = here()
    bounds = np.linspace(fairness.objective.value(first.plan), best, number)
    for done, bound in enumerate(bounds[1:-1], 2):
        progress("points", done, number)
        sweep.bound(efficiency, np.inf)
        sweep.bound(fairness, float(bound))
        sweep.lower(efficiency)
        sweep.lower(fairness)
        yield here()
    progress("points", number, number)
    yield last


def _without_doubles(points: Iterable[_Point]) -> list[_Point]:
    """Each point once."""
    kept: list[_Point] = []
    for point in points:
        if not kept or not np.allclose(point[:2], kept[-1][:2], rtol=NEAR, atol=NEAR):
            kept.append(point)
    return kept


def _stacked(tables: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    """Tables of points below each other."""
    numbered = [table[columns].assign(point=number) for number, table in enumerate(tables, 1)]
    return pd.concat(numbered, ignore_index=True)[["point", *columns]]


def _refused(code: str, what: str, remedy: str) -> PolicyError:
    why = "A frontier weighs one number against another."
    return PolicyError("There is no frontier.", [Problem(code, what, why, remedy)])
