"""Numbers far apart: a program with too large or too small ones is passed on to a solver rescaled."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from verdeling.entries import stacked
from verdeling.errors import Problem, SolverError
from verdeling.program import Objective, Program
from verdeling.solvers.wrapped import Wrapped

if TYPE_CHECKING:
    from typing import Unpack

    import numpy.typing as npt

    from verdeling.entries import Entries
    from verdeling.program import Floats, Part
    from verdeling.solvers.protocol import Outcome, Solver
    from verdeling.solvers.wrapped import How

LEAST, MOST = 1e-7, 1e7
"""Coefficients between which, and amounts up to which, a program is passed on as it is.

HiGHS takes what is smaller than 1e-9 for nothing, without a word: with a burden of 1e-9 no load counted.
"""

_AMOUNTS, _SHIFT = 20, 10
"""Binary digits that amounts are brought back to, and by how many at most: larger limits bind nobody."""

_ROUNDS = 12
"""Rounds in which rows and columns are balanced; most are balanced after three."""


class Scaled(Wrapped):
    """Any solver, which is given programs with numbers that it can tell apart.

    A program within `LEAST` and `MOST` is passed on as it is. Any other is rescaled by powers of two,
    which rounds nothing, and started cold; whole columns stay as they are where whole numbers are asked for.

    Parameters
    ----------
    solver : Solver
        Who minimises.
    """

    def __init__(self, solver: Solver) -> None:
        super().__init__(solver)
        self.scaling = 1.0
        """The largest factor by which a row or column was multiplied or divided so far; 1 where none was."""

    def minimise(self, program: Program, objective: Objective, **how: Unpack[How]) -> Outcome:
        """See `verdeling.solvers.protocol.Solver.minimise`."""
        if _told_apart(program, objective):
            return super().minimise(program, objective, **how)
        scales = _scales(program, objective, whole=how.get("whole", False))
        self.scaling = max(self.scaling, scales.largest)
        if (start := how.get("start")) is not None:
            how["start"] = start / scales.columns
        found = super().minimise(scales.program(program), scales.objective(objective), **how)
        return scales.outcome(found, objective)


@dataclass(frozen=True)
class _Scales:
    """Powers of two: a column is so many times what the solver sees, a row and the objective one over it."""

    columns: Floats
    rows: Floats
    goal: float

    @property
    def largest(self) -> float:
        """The largest factor, up or down."""
        return float(2.0 ** np.abs(np.log2(np.concatenate([self.columns, self.rows]))).max(initial=0.0))

    def program(self, program: Program) -> Program:
        """The program that the solver sees."""
        everything = program.added_since(Program().mark())
        small = Program()
        small.add_part(
            replace(everything, entries=self._entries(everything), bounds=self._bounds(everything))
        )
        return small

    def _entries(self, part: Part) -> tuple[Entries, ...]:
        blocks = zip(part.row_blocks, part.entries, strict=True)
        return tuple(
            replace(
                each,
                coefficients=each.coefficients
                * self.rows[block.start : block.stop][each.rows]
                * self.columns[each.columns],
            )
            for block, each in blocks
        )

    def _bounds(self, part: Part) -> dict[str, npt.NDArray[np.generic]]:
        columns = {
            f"column_{side}": part.bounds[f"column_{side}"] / self.columns for side in ("lower", "upper")
        }
        rows = {f"row_{side}": part.bounds[f"row_{side}"] * self.rows for side in ("lower", "upper")}
        return {**part.bounds, **columns, **rows}

    def objective(self, objective: Objective) -> Objective:
        """The objective that the solver sees."""
        coefficients = objective.coefficients * self.columns[objective.columns] * self.goal
        return Objective(objective.columns, coefficients)

    def outcome(self, found: Outcome, objective: Objective) -> Outcome:
        """What the solver found, of the program as it is stated."""
        point = None if found.point is None else found.point * self.columns
        duals = None if found.duals is None else found.duals * self.rows / self.goal
        ray = None if found.ray is None else found.ray * self.rows
        value = np.nan if point is None else objective.value(point)
        bound = value if found.status == "optimal" else found.bound / self.goal + objective.constant
        return replace(found, point=point, duals=duals, value=value, bound=bound, ray=ray)


def _told_apart(program: Program, objective: Objective) -> bool:
    """Whether a solver can take the numbers as they are; it forgets small ones of rows, not of objectives."""
    _, largest = _span(objective.coefficients)
    spans = [(largest, largest), *(each.span for each in program.entries)]
    least, most = min(low for low, _ in spans), max(high for _, high in spans)
    return least >= LEAST and most <= MOST and _largest(_amounts(program)) <= MOST


def _span(coefficients: Floats) -> tuple[float, float]:
    """The least and the most that coefficients are, zeros and signs apart."""
    sizes = np.abs(coefficients[coefficients != 0])
    return (float(sizes.min()), float(sizes.max())) if len(sizes) else (1.0, 1.0)


def _amounts(program: Program) -> Floats:
    """What columns go up to, and rows in units of their largest entry: of a budget, places and not euros."""
    rows = np.concatenate([np.empty(0), *(each.largest for each in program.entries)])
    sizes: Floats = np.concatenate([np.ones(program.column_count), rows])
    return program.bounds / sizes


def _largest(bounds: Floats) -> float:
    return float(np.abs(bounds[np.isfinite(bounds)]).max(initial=0.0))


def _scales(program: Program, objective: Objective, *, whole: bool) -> _Scales:
    """Factors that balance each row and column between its smallest and its largest entry.

    Raises
    ------
    SolverError
        If numbers are too far apart all the same.
    """
    columns, rows, sizes = _entries(program, objective)
    fixed = program.whole if whole else np.zeros(program.column_count, dtype=bool)
    across, down = np.zeros(program.column_count), np.zeros(program.row_count + 1)
    for _ in range(_ROUNDS):
        down = -_middle(sizes + across[columns], rows, len(down))
        across = np.where(fixed, 0.0, -_middle(sizes + down[rows], columns, len(across)))
    across, down = np.round(across), np.round(down)
    _refuse_far_apart(sizes + across[columns] + down[rows])
    scales = _Scales(2.0**across, 2.0 ** down[:-1], float(2.0 ** down[-1]))
    largest = _largest(scales.program(program).bounds)
    shift = np.clip(np.ceil(np.log2(max(largest, 1.0))) - _AMOUNTS, 0, _SHIFT) if not fixed.any() else 0
    return _Scales(scales.columns * 2.0**shift, scales.rows / 2.0**shift, scales.goal / 2.0**shift)


def _entries(
    program: Program, objective: Objective
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Floats]:
    """Column, row and binary logarithm of every entry, with the objective as the last row."""
    known = stacked(program.entries)
    goal = np.full(len(objective.columns), program.row_count)
    columns = np.concatenate([known.columns, objective.columns])
    rows = np.concatenate([known.rows, goal])
    sizes = np.abs(np.concatenate([known.coefficients, objective.coefficients]))
    there = sizes > 0
    return columns[there], rows[there], np.log2(sizes[there])


def _middle(sizes: Floats, where: npt.NDArray[np.int64], count: int) -> Floats:
    """Halfway between the least and the most of what stands in each place; 0 where nothing does."""
    least, most = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(least, where, sizes)
    np.maximum.at(most, where, sizes)
    there = np.isfinite(least)
    return (np.where(there, least, 0.0) + np.where(there, most, 0.0)) / 2


def _refuse_far_apart(sizes: Floats) -> None:
    least, most = 2.0 ** sizes.min(initial=0.0), 2.0 ** sizes.max(initial=0.0)
    if least < LEAST or most > MOST:
        raise SolverError(
            "The numbers of this instance are too far apart to divide by.",
            [
                Problem(
                    "numbers-far-apart",
                    f"In the best units there are, some are {most / least:.0e} times others.",
                    f"A solver tells numbers apart from {LEAST:g} to {MOST:g}; others would be rounding.",
                    "Look for a wrong unit or a stray zero in burdens, hours, costs, shares, values and "
                    "penalties; leave out what is as good as nothing.",
                )
            ],
        )
