"""Whole places near the fractional optimum: all goals at once.

Of a small program that is the first plan, from which each goal is then pursued. Of a large one it is
the answer, and prices of the fractional optimum say how far it may be from the best.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from verdeling.aggregates.levels import LEVELS
from verdeling.aggregates.sums import SUMS, parts
from verdeling.diving import Dive, Stranded
from verdeling.formulation import MOVES
from verdeling.goals import pursue
from verdeling.program import Objective
from verdeling.pursuit import whole_step
from verdeling.whole_places import MEDIUM, ROOM, Optimum, WholePursuit, settle_projects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from verdeling.goals import Aim, Reached
    from verdeling.program import Floats, Program
    from verdeling.pursuit import Pursuit
    from verdeling.vectors import Vector

LESS = 0.1
"""What one place counts for in a stage, relative to the stage before it."""

LEAST = 1e-7
"""What one place counts for in any stage; less would be lost in the precision of a solver."""

LOSS = 0.025
"""What rounding may cost, relative to all that is weighed, before everything is searched at once as well."""

NODES = 1
"""Branch-and-bound nodes of the search: more took three times as long and changed next to nothing."""


def begin_whole(
    pursuit: Pursuit, goals: Sequence[Aim], *, prove: bool = False, large: bool = False
) -> WholePursuit:
    """A pass in whole numbers that stands before its first goal, with a first plan where one is near.

    The first plan builds the projects with a minimum that suit the fractional optimum. Afterwards they are
    free again: in whole places others may suit better, and nothing is proved while they are fixed.

    Parameters
    ----------
    pursuit : Pursuit
        After its last goal.
    goals : sequence of Aim
        The goals, in their order.
    prove : bool
        See `WholePursuit`.
    large : bool
        Whether the program is a part of a large one, which itself counts as large then.

    Raises
    ------
    Infeasible, OutOfTime
        See `settle_projects`.
    """
    assert pursuit.point is not None
    program = pursuit.program
    optimum = Optimum([*pursuit.reached], pursuit.point, program.row_upper.copy())
    opened = program.column_blocks["open"].positions
    free = program.column_lower[opened], program.column_upper[opened]
    settle_projects(pursuit, goals)
    search = WholePursuit(
        pursuit.model, pursuit.solver, pursuit.tolerance, pursuit.deadline, prove=prove, goals=goals
    )
    search.large = large or program.whole.sum() > MEDIUM
    search.center, search.optimum = pursuit.point, optimum
    search.incumbent = _first_plan(search)
    program.column_lower[opened], program.column_upper[opened] = free
    return search


def pursue_whole(
    search: WholePursuit,
    goals: Sequence[Aim],
    report: Callable[[int], None] = lambda done: None,
) -> list[Reached]:
    """Settle goals in whole numbers, each in its order or all at once near the fractional optimum.

    Parameters
    ----------
    search : WholePursuit
        As `begin_whole` gives it.
    goals : sequence of Aim
        The goals, in their order.
    report : callable, optional
        Called with the number of each goal that is settled.

    Raises
    ------
    Infeasible, OutOfTime
        See `WholePursuit.settle`.
    """
    linear = all(aim.goal.aggregate in (*SUMS, *LEVELS) for aim in goals)
    if search.incumbent is None or search.prove or not (search.large and linear):
        return pursue(search, goals, report)
    assert search.optimum is not None
    known = {(stage.aim.number, stage.stage): stage for stage in search.optimum.stages}
    search.reached = []
    for aim in goals:
        for label, objective in _parts(search, aim):
            search.reached.append(_held(search, known[aim.number, label], objective))
        report(aim.number)
    return search.reached


def _first_plan(search: WholePursuit) -> Floats | None:
    """The best plan that is found when all stages of goals are weighed together.

    Nothing is proved by it; None if nothing is found. Only a solver that goes on from its last basis, and
    so remembers it, is asked to dive: that takes tens of linear programs.
    """
    program, center = search.program, search.center
    assert center is not None
    memory = search.solver.remember(program) if search.large else None
    mark, size = program.mark(), program.column_count
    try:
        objective = _weighed([*_stages(search, center)], program.column_count)
        plan, near = (None, False) if memory is None else _dived(search, center, objective)
        if plan is None:
            around = (search.near(center), search.among_used(center), _everywhere(program))
            plan = _found(search, objective, around)
        elif not near:
            plan = _found(search, objective, (search.among_used(center),), start=plan)
    finally:
        program.rewind(mark)
        if memory is not None:
            search.solver.recall(program, memory)
    return None if plan is None else _at_home(program, plan[:size])


def _at_home(program: Program, plan: Floats) -> Floats:
    """A plan with as many housed where they looked from as can be: a search may end before it is so."""
    block = program.column_blocks.get("local")
    if block is None:
        return plan
    found, room = plan.copy(), np.full(program.column_count, np.inf)
    for rows, entries in zip(program.row_blocks, program.entries, strict=True):
        if rows.name in MOVES:
            done = np.bincount(entries.rows, entries.coefficients * plan[entries.columns], len(entries))
            left = program.row_upper[rows.positions] - done
            np.minimum.at(room, entries.columns, left[entries.rows])
    found[block.positions] += np.maximum(np.floor(room[block.positions] + ROOM), 0.0)
    return found


def _dived(search: WholePursuit, center: Floats, objective: Objective) -> tuple[Floats | None, bool]:
    """A plan among the places that the optimum uses, and whether it is near it.

    What is built is decided year by year, then the rest.
    """
    program = search.program
    mark = program.mark()
    lower, upper = search.among_used(center)
    program.column_lower, program.column_upper = lower.copy(), upper.copy()
    builds = program.column_blocks["build"]
    year = builds.index["year"].to_numpy()
    try:
        dive = Dive(search, objective)
        best = objective.value(dive.point)
        point = dive.down(builds.positions[year == each] for each in np.unique(year))
        plan = _found(search, objective, (search.near(point), _everywhere(program)))
    except Stranded:
        return None, False
    finally:
        program.rewind(mark)
    return plan, plan is not None and objective.value(plan) - best <= LOSS * abs(best)


def _found(
    search: WholePursuit,
    objective: Objective,
    around: Iterable[tuple[Floats, Floats]],
    start: Floats | None = None,
) -> Floats | None:
    """The best plan within the first bounds that leave one."""
    program = search.program
    for program.column_lower, program.column_upper in around:
        outcome = search.solver.minimise(
            program, objective, whole=True, start=start, time_limit=search.seconds_left, effort=NODES
        )
        if outcome.point is not None:
            return outcome.point
    return start


def _everywhere(program: Program) -> tuple[Floats, Floats]:
    return program.column_lower, program.column_upper


def _stages(search: WholePursuit, center: Floats) -> Iterator[Objective]:
    """What each stage of each goal loses, in units of about a place.

    Of a sum that is the sum; of anything else how far elements are beyond what they have in the
    fractional optimum.
    """
    for aim in search.goals:
        for _, total in _parts(search, aim):
            if not len(aim.vector.terms):
                continue
            if total is None:
                yield _beyond(search, aim.vector.minimised, center)
            elif len(total.columns):
                yield Objective(total.columns, total.coefficients / _typical(total.coefficients))


def _parts(search: WholePursuit, aim: Aim) -> Iterator[tuple[str, Objective | None]]:
    """The stages of a goal that is a sum, each with what is summed; otherwise one stage without."""
    vector = aim.vector.minimised
    if aim.goal.aggregate not in SUMS:
        yield "", None
        return
    for label, chosen in parts(search.model, vector, aim.goal.aggregate):
        yield label, vector.total(chosen)


def _beyond(search: WholePursuit, vector: Vector, center: Floats) -> Objective:
    excess = search.add_excess(vector, np.inf)
    rows = search.add_element_rows("goal_cap", vector, excess.assign(coefficient=-1.0))
    search.program.row_upper[rows.start : rows.stop] = vector.values(center)
    place = _typical(vector.terms["coefficient"].to_numpy()) / vector.scale
    return Objective(excess["column"].to_numpy(np.int64), 1.0 / place)


def _typical(coefficients: Floats) -> float:
    return float(np.median(np.abs(coefficients)))


def _weighed(stages: Sequence[Objective], size: int) -> Objective:
    costs = np.zeros(size)
    for rank, stage in enumerate(stages):
        costs[stage.columns] += max(LESS**rank, LEAST) * stage.coefficients
    columns = np.flatnonzero(costs)
    return Objective(columns, costs[columns])


def _held(search: WholePursuit, optimum: Reached, total: Objective | None) -> Reached:
    """A stage held at what the plan has of it, with the gap to what prices prove to be possible."""
    program, plan = search.program, search.incumbent
    assert plan is not None
    sign = 1.0 if optimum.better == "lower" else -1.0
    value, bound, first = sign * optimum.value(plan), _bound(search, optimum, sign), program.row_count
    vector = optimum.aim.vector.minimised
    if total is None:
        levels = vector.values(plan)
        if optimum.aim.goal.aggregate in ("maximum", "minimum"):
            levels = np.full(len(levels), levels.max(initial=value))
        caps = search.add_element_rows("goal_cap", vector)
        program.row_upper[caps.start : caps.stop] = levels + ROOM * np.maximum(1.0, np.abs(levels))
    elif len(total.columns):
        step = whole_step(program, total.columns, total.coefficients)
        bound = bound if step is None else np.ceil(bound / step - 1e-6) * step
        search.hold(total, value, ROOM)
    gap = max(value - bound, 0.0)
    rows = range(first, program.row_count)
    return replace(optimum, duals=None, gap=gap if gap > ROOM * max(1.0, abs(bound)) else 0.0, rows=rows)


def _bound(search: WholePursuit, stage: Reached, sign: float) -> float:
    """What no plan can be below that is as good as this one in every earlier stage.

    The optimum is convex in the values at which earlier stages are held: it falls by no more than
    price × what they are held more loosely by. Whoever is as good in a leximax has no element beyond
    the largest of this plan.
    """
    optimum = search.optimum
    assert optimum is not None
    bound = sign * stage.value(optimum.point)
    floor = 0.0 if stage.better == "lower" else -np.inf
    if stage.duals is None:
        return bound
    for earlier in optimum.stages[: optimum.stages.index(stage)]:
        rows = [row for row in earlier.rows if row < len(stage.duals)]
        bound += float(np.minimum(stage.duals[rows], 0.0) @ _looser(search, earlier)[: len(rows)])
    return max(bound, floor)


def _looser(search: WholePursuit, stage: Reached) -> Floats:
    """How much more loosely the plan holds each row of a stage than the fractional optimum does."""
    plan, optimum = search.incumbent, search.optimum
    assert plan is not None
    assert optimum is not None
    sign = 1.0 if stage.better == "lower" else -1.0
    value = sign * stage.value(plan)
    looser = np.zeros(len(stage.rows))
    for block in search.program.row_blocks:
        if block.start in stage.rows and block.name in ("goal_hold", "goal_cap"):
            rows = slice(block.start, block.stop)
            held = optimum.row_upper[rows] if block.name == "goal_cap" else sign * stage.value(optimum.point)
            looser[block.start - stage.rows.start : block.stop - stage.rows.start] = value - held
    return np.maximum(looser, 0.0)
