"""Parts of a program that share nothing: found from its rows, settled one by one, put together."""

from __future__ import annotations

import multiprocessing
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from verdeling.aggregates.levels import ORDERED
from verdeling.aggregates.sums import SUMS
from verdeling.aggregates.sums import parts as summed
from verdeling.errors import VerdelingError
from verdeling.first_plan import begin_whole, pursue_whole
from verdeling.goals import Reached, pursue
from verdeling.program import NOTHING
from verdeling.pursuit import Infeasible, OutOfTime, Pursuit
from verdeling.reducing import reduced
from verdeling.running.workers import cores, spread
from verdeling.solvers import find_solver
from verdeling.splitting import all_of, split
from verdeling.whole_places import ROOM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from verdeling.formulation import Model
    from verdeling.goals import Aim
    from verdeling.measures import Better
    from verdeling.program import Floats, Program
    from verdeling.reducing import Reduced
    from verdeling.solvers.protocol import Solver
    from verdeling.splitting import Part, Parts, Place
    from verdeling.whole_places import WholePursuit

    Stage = tuple[int, str]
    _Own = tuple[Place, "Told"]

PARALLEL = 50_000
"""Columns from which starting other processes costs less than it saves."""


@dataclass(frozen=True)
class How:
    """How parts are settled.

    Parameters
    ----------
    solver : str
        Who minimises.
    tolerance : float
        How tightly goals are held.
    deadline : float
        ``time.perf_counter()`` at which to stop.
    whole, prove : bool
        Whether in whole places too, and whether to prove these.
    large : bool
        Whether they are parts of a large program, with all goals in whole places at once.
    jobs : int, optional
        So many processes of this machine; by default this one alone. None: as many as there are cores,
        and this one where the program is small or this is such a process itself.
    """

    solver: str
    tolerance: float
    deadline: float = np.inf
    whole: bool = False
    prove: bool = False
    large: bool = False
    jobs: int | None = 1


@dataclass(frozen=True)
class Joined:
    """A program that was settled part by part.

    Parameters
    ----------
    optimum, reached : list of Reached
        The stages of the goals of the whole: in the fractional pass, and in the last one.
    optimum_point, point : array or None
        A value for each column: the fractional optimum, and the plan; None where time ran out before.
    tolerance : float
        How tightly goals were held in the end.
    whole, in_time : bool
        Whether the plan is in whole places, and whether everything was settled in time.
    impossible : bool
        Whether a part has no plan; then ``whole`` says whether that is so in whole places only.
    seconds : float
        Time inside the solver, of all processes together.
    scaling : float
        The largest factor by which a row or column was rescaled.
    """

    optimum: list[Reached]
    reached: list[Reached]
    optimum_point: Floats | None
    point: Floats | None
    tolerance: float
    whole: bool
    in_time: bool
    impossible: bool = False
    seconds: float = 0.0
    scaling: float = 1.0


@dataclass(frozen=True)
class _Task:
    """A part, how it is to be settled, and when its own time is up."""

    part: Part
    how: How
    deadline: float


class Told(NamedTuple):
    """What is told of a stage of a goal in a part: duals of the rules' rows, the gap, and its value."""

    duals: Floats | None
    gap: float
    value: float


@dataclass(frozen=True)
class Settled:
    """What came of a part.

    Parameters
    ----------
    optimum, reached : mapping
        Every stage of every goal that was settled: in the fractional pass, and in the last one.
    optimum_point, point : array or None
        The fractional optimum, and the plan; their first values are those of the rules' columns.
    tolerance : float
        How tightly goals were held in the end.
    whole, in_time, feasible : bool
        Whether the plan is in whole places, whether everything was settled in time, and whether
        there is a plan at all.
    passed : tuple of int
        How many goals were settled: in the fractional pass, and in the last one.
    seconds : float
        Time inside the solver.
    scaling : float
        The largest factor by which a row or column was rescaled.
    """

    optimum: Mapping[Stage, Told]
    reached: Mapping[Stage, Told]
    optimum_point: Floats | None
    point: Floats | None
    tolerance: float
    whole: bool = False
    in_time: bool = True
    feasible: bool = True
    passed: tuple[int, int] = (0, 0)
    seconds: float = 0.0
    scaling: float = 1.0


def parts_of(model: Model, goals: Sequence[Aim]) -> Parts | None:
    """Parts of a program that neither a rule nor a goal ties; None where it is best left as it is.

    Only sums, and orders of elements, of the whole are those of its parts. An ideal, a mean or a
    largest element that is held ties everything. A program that is not apart, but of which a smaller
    one says the same, is a part by itself.
    """
    if any(aim.goal.aggregate not in (*SUMS, *ORDERED) for aim in goals):
        return None
    found = split(model, goals, [aim for aim in goals if aim.goal.aggregate in ORDERED])
    if found is None and reduced(model, goals) is not None:
        return all_of(model, goals)
    return found


def settle_apart(
    model: Model,
    goals: Sequence[Aim],
    parts: Parts,
    how: How,
    report: Callable[[int], None] = lambda done: None,
) -> Joined:
    """Settle every part, and put them together.

    Parameters
    ----------
    model : Model
        The whole program, without rows of goals.
    goals : sequence of Aim
        Its goals.
    parts : Parts
        As `parts_of` gives them.
    how : How
        How each is settled.
    report : callable, optional
        Called with the number of parts that are done.

    Raises
    ------
    RunError, SolverError
        If a part could not be settled.
    """
    crew = crew_for(model.program, how.jobs)
    found: dict[int, Settled] = {}
    hands = replace(how, jobs=crew or cores())
    for number, settled in spread(partial(_settle, hands), parts, crew):
        if isinstance(settled, VerdelingError):
            raise settled
        found[number] = settled
        report(len(found))
    joined = _joined(model, goals, parts.places, [found[number] for number in range(len(parts))])
    settled_parts = found.values()
    seconds = sum(settled.seconds for settled in settled_parts)
    scaling = max(settled.scaling for settled in settled_parts)
    return replace(joined, seconds=seconds, scaling=scaling)


def crew_for(program: Program, jobs: int | None) -> int | None:
    """How many processes settle the parts of a program: where none is said, this one alone if it is small."""
    alone = program.column_count < PARALLEL or multiprocessing.parent_process() is not None
    return 1 if jobs is None and alone else jobs


def _settle(how: How, part: Part) -> Settled:
    """Settle a part, with as few columns and rows as say the same, and say how long the solver took.

    A part has its share of the time that is left, so that there is some for the last one too.
    """
    solver, now = find_solver(how.solver), time.perf_counter()
    own = now + (how.deadline - now) * min(1.0, (how.jobs or 1) * part.share)
    small = reduced(part.model, part.goals)
    if small is not None:
        part = replace(part, model=small.model, goals=small.goals)
    settled = _settled(_Task(part, how, own), solver)
    settled = settled if small is None else _undone(settled, small)
    return replace(settled, seconds=solver.seconds, scaling=solver.scaling)


def _undone(settled: Settled, small: Reduced) -> Settled:
    """What came of a smaller program, as of the part that it was made of."""

    def told(stages: Mapping[Stage, Told]) -> dict[Stage, Told]:
        return {
            stage: each if each.duals is None else each._replace(duals=small.duals(each.duals))
            for stage, each in stages.items()
        }

    optimum_point = None if settled.optimum_point is None else small.point(settled.optimum_point)
    point = optimum_point
    if settled.point is not None and settled.point is not settled.optimum_point:
        point = small.point(settled.point)
    optimum, reached = told(settled.optimum), told(settled.reached)
    return replace(settled, optimum=optimum, reached=reached, optimum_point=optimum_point, point=point)


def _settled(task: _Task, solver: Solver) -> Settled:
    """Settle a part: in fractions, and then in whole places where that is asked."""
    pursuit = Pursuit(task.part.model, solver, task.how.tolerance, task.deadline)
    rules, passed = pursuit.program.row_count, [0]
    try:
        with suppress(OutOfTime):
            pursue(pursuit, task.part.goals, passed.append)
        if pursuit.point is None:  # no goal is about this part, or there was no time
            _find_any_plan(task, pursuit)
    except Infeasible:
        return Settled({}, {}, None, None, task.how.tolerance, feasible=False)
    in_time = passed[-1] == len(task.part.goals) and pursuit.point is not None
    stages = _stages(pursuit.reached, pursuit.point, rules)
    settled = Settled(
        stages,
        stages,
        pursuit.point,
        pursuit.point,
        pursuit.tolerance,
        in_time=in_time,
        passed=(passed[-1], passed[-1]),
    )
    return _made_whole(task, pursuit, settled, rules) if task.how.whole and in_time else settled


def _find_any_plan(task: _Task, pursuit: Pursuit) -> None:
    """Find a plan for a part that had none in its own time: without one the others have none either.

    Raises
    ------
    Infeasible
        If there is none.
    """
    pursuit.deadline = task.how.deadline
    with suppress(OutOfTime):
        pursuit.minimise(NOTHING)


def _made_whole(task: _Task, pursuit: Pursuit, settled: Settled, rules: int) -> Settled:
    search: WholePursuit | None = None
    passed = [0]
    try:
        search = begin_whole(pursuit, task.part.goals, prove=task.how.prove, large=task.how.large)
        pursue_whole(search, task.part.goals, passed.append)
        point, in_time = search.finish(), True
    except Infeasible:
        return replace(settled, whole=True, feasible=False)
    except OutOfTime:
        if search is None or search.incumbent is None:
            return replace(settled, in_time=False)
        point, in_time = search.finish(), False
    stages = _stages(search.reached, point, rules)
    passed_by = settled.passed[0], passed[-1]
    return replace(settled, reached=stages, point=point, whole=True, in_time=in_time, passed=passed_by)


def _stages(reached: Sequence[Reached], point: Floats | None, rules: int) -> dict[Stage, Told]:
    return {
        (stage.aim.number, stage.stage): Told(
            None if stage.duals is None else stage.duals[:rules],
            stage.gap,
            np.nan if point is None else stage.value(point),
        )
        for stage in reached
    }


def _joined(
    model: Model, goals: Sequence[Aim], places: Sequence[Place], settled: Sequence[Settled]
) -> Joined:
    tolerance = max(each.tolerance for each in settled)
    lost = [each for each in settled if not each.feasible]
    if lost:
        whole = all(each.whole for each in lost)
        return Joined([], [], None, None, tolerance, whole, in_time=True, impossible=True)
    whole, in_time = all(each.whole for each in settled), all(each.in_time for each in settled)
    passed = [min(each) for each in zip(*(each.passed for each in settled), strict=True)]
    optimum = _stages_of_all(model, goals[: passed[0]], places, [each.optimum for each in settled])
    optimum_point = _point_of_all(model, places, [each.optimum_point for each in settled])
    if not whole:
        return Joined(optimum, optimum, optimum_point, optimum_point, tolerance, whole, in_time)
    reached = _stages_of_all(model, goals[: passed[1]], places, [each.reached for each in settled])
    point = _point_of_all(model, places, [each.point for each in settled])
    return Joined(optimum, reached, optimum_point, point, tolerance, whole, in_time)


def _point_of_all(model: Model, places: Sequence[Place], points: Sequence[Floats | None]) -> Floats | None:
    """A point of the whole program, from one of each part; None where a part has none."""
    point = np.zeros(model.program.column_count)
    for place, own in zip(places, points, strict=True):
        if own is None:
            return None
        point[place.columns] = own[: len(place.columns)]
    return point


def _stages_of_all(
    model: Model, goals: Sequence[Aim], places: Sequence[Place], told: Sequence[Mapping[Stage, Told]]
) -> list[Reached]:
    """The stages of goals that every part has settled, from those of the parts.

    A sum costs what it costs in each part. The largest element of all is that of a part: only there
    it has prices, and no lower is possible than what is proved of every part.
    """
    found: list[Reached] = []
    for aim in goals:
        for label, better, value in _values(model, aim):
            stage = aim.number, label
            own = [(place, each[stage]) for place, each in zip(places, told, strict=True) if stage in each]
            gap, priced = _sum(own) if aim.goal.aggregate in SUMS else _worst(own, better)
            found.append(Reached(aim, label, value, _duals(model, priced), gap, better, aim.vector.unit))
    return found


def _sum(own: Sequence[_Own]) -> tuple[float, Sequence[_Own]]:
    """Gap of a sum, and the parts that have prices."""
    return sum(each.gap for _, each in own), own


def _worst(own: Sequence[_Own], better: Better) -> tuple[float, Sequence[_Own]]:
    """Gap of the worst element, and the part that it is in."""
    if not own:
        return 0.0, own
    sign = 1.0 if better == "lower" else -1.0
    worst = max(own, key=lambda pair: sign * pair[1].value)
    bound = max(sign * each.value - each.gap for _, each in own)
    return max(sign * worst[1].value - bound, 0.0), [worst]


def hold_all(pursuit: Pursuit, reached: Sequence[Reached], point: Floats) -> list[Reached]:
    """Hold every stage at what a point of the whole program has of it, and give them with their rows.

    Sums are held at their value, and elements that are ordered each at its own.
    """
    room = ROOM if pursuit.whole else pursuit.tolerance
    program, held = pursuit.program, []
    for stage in reached:
        first, vector = program.row_count, stage.aim.vector.minimised
        if stage.aim.goal.aggregate in SUMS:
            chosen = dict(summed(pursuit.model, vector, stage.aim.goal.aggregate))[stage.stage]
            total = vector.total(chosen)
            if len(total.columns):
                pursuit.hold(total, total.value(point), room)
        else:
            caps, values = pursuit.add_element_rows("goal_cap", vector), vector.values(point)
            values += room * np.maximum(1.0, np.abs(values))
            program.row_upper[caps.start : caps.stop] = values
        held.append(replace(stage, rows=range(first, program.row_count)))
    pursuit.point, pursuit.reached = point, held
    return held


def _values(model: Model, aim: Aim) -> Iterator[tuple[str, Better, Callable[[Floats], float]]]:
    """Stages of a goal, each with what is better of it and its value at a point."""
    vector, better = aim.vector, aim.vector.better
    if aim.goal.aggregate in SUMS:
        for label, chosen in summed(model, vector, aim.goal.aggregate):
            yield label, better, vector.total(chosen).value
    elif aim.goal.aggregate == "leximax":
        yield "", better, lambda point: float(vector.values(point).max(initial=0.0))
    else:
        yield "", better, lambda point: float(vector.values(point).min()) if len(vector) else 0.0


def _duals(model: Model, priced: Sequence[_Own]) -> Floats | None:
    """Duals of all rows from those of the rows of parts; None where nothing was minimised."""
    known = [(place, each.duals) for place, each in priced if each.duals is not None]
    if not known:
        return None
    duals = np.zeros(model.program.row_count)
    for place, own in known:
        duals[place.rows] = own
    return duals
