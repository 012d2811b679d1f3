"""Tracing paths: a program for each set of families in force that a path passes, and what changes between."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.errors import InstanceError, NoSolutionError, Problem, VerdelingError
from verdeling.explaining.clock import deadline_of, no_time
from verdeling.explaining.tracing.coalitions import Coalitions, group_places, loads
from verdeling.explaining.tracing.paths import REST, STEPS, Path, Paths, unknown_ids
from verdeling.explaining.tracing.shapley import shapley
from verdeling.pursuit import OutOfTime
from verdeling.shared import Shared
from verdeling.solvers import find_solver

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verdeling.program import Floats
    from verdeling.solution import Solution


def trace_paths(
    solution: Solution,
    *,
    group: str | None = None,
    order_free: bool = False,
    time_limit: float | None = None,
) -> Paths:
    """Trace how every municipality came from its fair share to its result.

    The path begins where nothing is in force but the key: everybody carries its fair share of what is
    asked. Then families come into force, one after another: *supply* and suitability, *projects*,
    *support*, *agreements* (soft ones too), the *goals* that come before the first goal about relative
    load, and that goal with what follows, the policy's way of *dividing*. Each is a program of its own,
    in fractions; what it leaves open is settled as near to the key as can be, which has one answer
    (see `verdeling.explaining.tracing.coalitions`). *Open* is from there to the fractional optimum of
    the solution: zero where the policy settles the amount. *Whole* is from the fractional optimum to
    whole places.

    Parameters
    ----------
    solution : Solution
        Solved, and not cut off by a time limit.
    group : str, optional
        A group whose places are followed; otherwise the load is. Its places are brought near to its
        shares after the loads are.
    order_free : bool
        The Shapley value of each family: its mean effect over all orders in which the families can come
        into force, *dividing* always right after the *goals*. That takes up to 48 programs. Hard
        agreements that ask what is not there without another family are then missed by as little as can
        be. *Open* and *whole* always come last.
    time_limit : float, optional
        Seconds after which the steps that were found are given, and as *rest* what the others, which are
        then not known, add together.

    Returns
    -------
    Paths

    Raises
    ------
    NoSolutionError, InstanceError
        If the solution has no numbers or is cut off by a time limit, or there is no such group.
    VerdelingError
        If the time limit is not above zero.

    Notes
    -----
    An effect in the fixed order is that of a family given those before it: where two limits would do the
    same, the first has the effect. In the order-free path they share it.
    """
    _refuse(solution, time_limit, **({} if group is None else {"group": group}))
    return _trace(solution, group or "", deadline_of(time_limit), order_free=order_free)


def why(
    solution: Solution,
    municipality: str,
    *,
    group: str | None = None,
    order_free: bool = False,
    time_limit: float | None = None,
) -> Path:
    """Say why a municipality has the load, or the places of a group, that it has.

    Parameters
    ----------
    solution, group, order_free, time_limit
        As for `trace_paths`, which gives the paths of all municipalities in the same time.
    municipality : str
        Its id.

    Returns
    -------
    Path

    Raises
    ------
    NoSolutionError, InstanceError, VerdelingError
        As `trace_paths`, or if there is no such municipality.

    Examples
    --------
    >>> from verdeling.adapters import read_instance
    >>> from verdeling.engine import solve
    >>> why(solve(read_instance("instances/three-towns")), "C").sentence()
    'The fair share of Ceedijk in the task is 4 places. Earlier goals take 1 off: 3 places.'
    """
    _refuse(solution, time_limit, municipality=municipality, **({} if group is None else {"group": group}))
    return _trace(solution, group or "", deadline_of(time_limit), order_free=order_free).of(municipality)


def _trace(solution: Solution, group: str, deadline: float, *, order_free: bool) -> Paths:
    trail = _Trail(solution, group, deadline)
    with suppress(OutOfTime):
        trail.follow(order_free=order_free)
    return Paths(solution.instance, solution.policy, group, order_free, trail.table())


class _Trail:
    """The steps of all municipalities, as far as they are known."""

    def __init__(self, solution: Solution, group: str, deadline: float) -> None:
        self.solution, self.deadline = solution, deadline
        self.started, self.goals = Shared(solution.instance, find_solver("HiGHS")).start(solution.policy)
        model = self.started.model
        position = list(model.data.ids["group"]).index(group) if group else None
        self.cells = loads(model) if position is None else group_places(model, position)
        self.coalitions = Coalitions(
            model.data, model.shares, solution.policy, find_solver("HiGHS"), position, deadline
        )
        self.ids = model.data.ids["municipality"]
        self.towns = self.cells.vector.index["municipality"].to_numpy()
        result = _result(solution, group).reindex(self.ids, fill_value=0.0).to_numpy(np.float64)
        self.result = _rounded(result[self.towns])
        self.effects = {"key": _rounded(self.cells.shares)}

    def follow(self, *, order_free: bool) -> None:
        """Find step after step.

        Raises
        ------
        OutOfTime
            If the deadline came first; what was found is kept.
        """
        parts = self.coalitions.parts
        if order_free:
            self._families_without_order()
        else:
            for number, part in enumerate(parts):
                self.effects[part] = self._amounts(parts[: number + 1]) - self._amounts(parts[:number])
        best = self._optimum()
        self.effects["open"] = best - self._amounts(parts)
        self.effects["whole"] = self.result - best

    def _families_without_order(self) -> None:
        alone = [(part,) for part in self.coalitions.parts if part not in _TOGETHER]
        together = tuple(part for part in self.coalitions.parts if part in _TOGETHER)
        self.effects |= shapley([*alone, together], self._amounts)

    def _optimum(self) -> Floats:
        """Amounts in the fractional optimum."""
        if not self.solution.whole:
            return self.result
        pursuit = self.started.pursuit
        pursuit.deadline = self.deadline
        self.started.pursue(self.goals, lambda done: None)
        assert pursuit.point is not None
        return _rounded(self.cells.amounts(pursuit.point))

    def _amounts(self, chosen: Iterable[str]) -> Floats:
        return _rounded(self.coalitions.amounts(frozenset(chosen)))

    def table(self) -> pd.DataFrame:
        """Every step of every municipality, zero where nothing is asked.

        Steps that are not known are NaN; then a last one has what they add together.
        """
        wanted = ["key", *self.coalitions.parts, "open", *(["whole"] if self.solution.whole else [])]
        unknown = set(wanted) - set(self.effects)
        steps, known = [*STEPS], sum(self.effects.values())
        effects = self.effects
        if unknown:
            steps.append(REST)
            effects = effects | {REST: self.result - known}
        amounts = np.zeros((len(self.ids), len(steps)))
        for number, step in enumerate(steps):
            amounts[self.towns, number] = np.nan if step in unknown else effects.get(step, 0.0)
        totals = np.where(np.isnan(amounts), np.nan, np.nancumsum(amounts, axis=1))
        return pd.DataFrame(
            {
                "municipality": np.repeat(self.ids.to_numpy(object), len(steps)),
                "step": np.tile(np.array(steps, object), len(self.ids)),
                "amount": amounts.ravel(),
                "total": totals.ravel(),
            }
        )


_TOGETHER = ("goals", "dividing")
"""What comes in this order whatever the order of the rest: a way to divide means nothing alone.

The heaviest load is lightest when nobody is housed.
"""


def _rounded(amounts: Floats) -> Floats:
    """Amounts without the rounding of a solver."""
    return np.round(amounts, 6)


def _result(solution: Solution, group: str) -> pd.Series[float]:
    """What the solution gives, by municipality."""
    if not group:
        return solution.loads.set_index("municipality")["load"]
    places = solution.placements
    return places[places["group"] == group].groupby("municipality")["places"].sum()


def _refuse(solution: Solution, time_limit: float | None, **wanted: str) -> None:
    """Refuse a solution that has no final numbers, ids that nobody has, and no time, all at once."""
    problems, late = unknown_ids(solution.instance, **wanted), [*no_time(time_limit)]
    if not solution.has_numbers or solution.status == "time_limit":
        unfinished = Problem(
            "no-final-numbers",
            f"The status of the solution is {solution.status}.",
            "A path ends in what the goals of the policy settle, and here they did not settle it.",
            "Read solution.conflict." if solution.status == "infeasible" else "Solve with more time.",
        )
        raise NoSolutionError("There is no result to explain.", [unfinished, *problems, *late])
    if problems:
        raise InstanceError("There is no such path.", [*problems, *late])
    if late:
        raise VerdelingError("No path can be traced in that time.", late)
