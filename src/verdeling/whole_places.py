"""From the fractional optimum to whole places, with every goal as close as whole places allow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from verdeling.goals import Aim, Reached, pursue
from verdeling.program import NOTHING
from verdeling.pursuit import Infeasible, Pursuit

if TYPE_CHECKING:
    from verdeling.program import Floats


def settle_whole(pursuit: Pursuit, goals: Sequence[Aim]) -> tuple[list[Reached], Floats]:
    """Pursue the goals in whole numbers.

    Linear programs bound each goal, rounded up to the next value that whole numbers can have; one
    search for a whole point within all these bounds then proves them all at once. When there is
    none, the goals are settled one by one with whole numbers.

    Parameters
    ----------
    pursuit : Pursuit
        After a fractional pass.
    goals : sequence of Aim
        In their order.

    Returns
    -------
    list of Reached
        The stages that were settled.
    array
        The whole point.

    Raises
    ------
    Infeasible
        If no whole point satisfies all rows.
    OutOfTime
        If the time limit came first; ``pursuit.point`` is then the last point, whole or not.
    """
    if "open" in pursuit.program.column_blocks and len(pursuit.program.column_blocks["open"].index):
        _settle_projects(pursuit, goals)
    pursuit.release()
    pursuit.mode = "whole"
    try:
        reached = pursue(pursuit, goals)
        _find_whole_point(pursuit)
    except Infeasible:
        pursuit.release()
        pursuit.mode = "staged"
        reached = pursue(pursuit, goals)
        _find_whole_point(pursuit)
    assert pursuit.point is not None
    marked = pursuit.program.whole
    return reached, np.where(marked, np.round(pursuit.point), pursuit.point)


def _settle_projects(pursuit: Pursuit, goals: Sequence[Aim]) -> None:
    """Decide which projects with a minimum are built, all other numbers being fractional."""
    program = pursuit.program
    opened = program.column_blocks["open"]
    every_mark = program.whole
    pursuit.release()
    pursuit.mode = "projects"
    program.whole = np.zeros_like(every_mark)
    program.whole[opened.positions] = True
    try:
        pursue(pursuit, goals)
    finally:
        grown = np.zeros(program.column_count, dtype=bool)
        grown[: len(every_mark)] = every_mark
        program.whole = grown
    assert pursuit.point is not None
    decided = np.round(pursuit.point[opened.positions])
    program.column_lower[opened.positions] = decided
    program.column_upper[opened.positions] = decided


def _find_whole_point(pursuit: Pursuit) -> None:
    """Find a whole point near the last one, or else anywhere.

    Raises
    ------
    Infeasible
        If there is none.
    """
    program, near = pursuit.program, pursuit.point
    assert near is not None
    lower, upper = program.column_lower.copy(), program.column_upper.copy()
    size = len(near)
    settled = program.whole[:size] & (np.abs(near - np.round(near)) < 1e-6)
    program.column_lower[:size][settled] = np.round(near[settled])
    program.column_upper[:size][settled] = np.round(near[settled])
    try:
        pursuit.minimise(NOTHING, whole=True)
        return
    except Infeasible:
        pass
    finally:
        program.column_lower, program.column_upper = lower, upper
    pursuit.minimise(NOTHING, whole=True)


