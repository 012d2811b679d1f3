"""Tracing paths: a program for each set of families in force that a path passes, and what changes between."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.errors import InstanceError, NoSolutionError, Problem
from verdeling.explaining.tracing.coalitions import Coalitions, group_places, loads
from verdeling.explaining.tracing.paths import STEPS, Path, Paths, unknown_ids
from verdeling.explaining.tracing.shapley import shapley
from verdeling.shared import Shared
from verdeling.solvers import find_solver

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verdeling.program import Floats, Integers
    from verdeling.solution import Solution


def trace_paths(solution: Solution, *, group: str | None = None, order_free: bool = False) -> Paths:
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

    Returns
    -------
    Paths

    Raises
    ------
    NoSolutionError, InstanceError
        If the solution has no numbers or is cut off by a time limit, or there is no such group.

    Notes
    -----
    An effect in the fixed order is that of a family given those before it: where two limits would do the
    same, the first has the effect. In the order-free path they share it.
    """
    _refuse(solution, **({} if group is None else {"group": group}))
    return _trace(solution, group or "", order_free=order_free)


def why(solution: Solution, municipality: str, *, group: str | None = None, order_free: bool = False) -> Path:
    """Say why a municipality has the load, or the places of a group, that it has.

    Parameters
    ----------
    solution, group, order_free
        As for `trace_paths`, which gives the paths of all municipalities in the same time.
    municipality : str
        Its id.

    Returns
    -------
    Path

    Raises
    ------
    NoSolutionError, InstanceError
        As `trace_paths`, or if there is no such municipality.

    Examples
    --------
    >>> from verdeling.adapters import read_instance
    >>> from verdeling.engine import solve
    >>> why(solve(read_instance("instances/three-towns")), "C").sentence()
    'The fair share of Ceedijk in the task is 4 places. Earlier goals take 1 off: 3 places.'
    """
    _refuse(solution, municipality=municipality, **({} if group is None else {"group": group}))
    return _trace(solution, group or "", order_free=order_free).of(municipality)


def _trace(solution: Solution, group: str, *, order_free: bool) -> Paths:
    started, goals = Shared(solution.instance, find_solver("HiGHS")).start(solution.policy)
    model, policy = started.model, solution.policy
    position = list(model.data.ids["group"]).index(group) if group else None
    coalitions = Coalitions(model.data, model.shares, policy, find_solver("HiGHS"), position)
    towns = coalitions.cells.vector.index["municipality"].to_numpy()
    ids = model.data.ids["municipality"]
    result = _rounded(_result(solution, group).reindex(ids, fill_value=0.0).to_numpy(np.float64)[towns])
    best = result
    if solution.whole:
        started.pursue(goals, lambda done: None)
        assert started.pursuit.point is not None
        cells = loads(model) if position is None else group_places(model, position)
        best = _rounded(cells.amounts(started.pursuit.point))
    effects = _effects(coalitions, order_free=order_free)
    effects["open"] = best - _amounts(coalitions, coalitions.parts)
    effects["whole"] = result - best
    return Paths(solution.instance, policy, group, order_free, _table(effects, ids, towns))


_TOGETHER = ("goals", "dividing")
"""What comes in this order whatever the order of the rest: a way to divide means nothing alone.

The heaviest load is lightest when nobody is housed.
"""


def _effects(coalitions: Coalitions, *, order_free: bool) -> dict[str, Floats]:
    """The share, and what each family adds to it."""
    parts = coalitions.parts
    effects = {"key": _amounts(coalitions, ())}
    if order_free:
        alone = [(part,) for part in parts if part not in _TOGETHER]
        together = tuple(part for part in parts if part in _TOGETHER)
        return effects | shapley([*alone, together], lambda chosen: _amounts(coalitions, chosen))
    for number, part in enumerate(parts):
        effects[part] = _amounts(coalitions, parts[: number + 1]) - _amounts(coalitions, parts[:number])
    return effects


def _amounts(coalitions: Coalitions, chosen: Iterable[str]) -> Floats:
    return _rounded(coalitions.amounts(frozenset(chosen)))


def _rounded(amounts: Floats) -> Floats:
    """Amounts without the rounding of a solver."""
    return np.round(amounts, 6)


def _result(solution: Solution, group: str) -> pd.Series[float]:
    """What the solution gives, by municipality."""
    if not group:
        return solution.loads.set_index("municipality")["load"]
    places = solution.placements
    return places[places["group"] == group].groupby("municipality")["places"].sum()


def _table(effects: dict[str, Floats], ids: pd.Index, towns: Integers) -> pd.DataFrame:
    """Every step of every municipality, zero where nothing is asked."""
    amounts = np.zeros((len(ids), len(STEPS)))
    for number, step in enumerate(STEPS):
        amounts[towns, number] = effects.get(step, 0.0)
    return pd.DataFrame(
        {
            "municipality": np.repeat(ids.to_numpy(object), len(STEPS)),
            "step": np.tile(np.array(STEPS, object), len(ids)),
            "amount": amounts.ravel(),
            "total": amounts.cumsum(axis=1).ravel(),
        }
    )


def _refuse(solution: Solution, **wanted: str) -> None:
    """Refuse a solution that has no final numbers, and ids that nobody has, all at once."""
    problems = unknown_ids(solution.instance, **wanted)
    if solution.has_numbers and solution.status != "time_limit":
        if problems:
            raise InstanceError("There is no such path.", problems)
        return
    unfinished = Problem(
        "no-final-numbers",
        f"The status of the solution is {solution.status}.",
        "A path ends in what the goals of the policy settle, and here they did not settle it.",
        "Read solution.conflict." if solution.status == "infeasible" else "Solve with more time.",
    )
    raise NoSolutionError("There is no result to explain.", [unfinished, *problems])
