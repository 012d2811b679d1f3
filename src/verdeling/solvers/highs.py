"""HiGHS as a solver: hot from one question to the next, and not asked where the last basis has the answer."""

from __future__ import annotations

import time
from copy import copy
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from verdeling.program import NOTHING
from verdeling.solvers.mirror import FEASIBILITY, Mirror, inherited, sides
from verdeling.solvers.moving import Optimum

if TYPE_CHECKING:
    from verdeling.program import Floats, Integers, Objective, Program
    from verdeling.solvers.protocol import Outcome


class Highs:
    """The default solver.

    A linear program stays in the solver: what the program has gained or changed since the last call
    is passed on, and the last basis starts the next run. Whole numbers are solved apart, so that
    they leave that basis alone. What was minimised before a program was remembered can be asked again
    after it was recalled and bounds have moved: the answer is read off the basis where that stays optimal.
    """

    name = "HiGHS"
    tolerance = 10 * FEASIBILITY

    def __init__(self) -> None:
        self.seconds = 0.0
        self._mirror: Mirror | None = None
        self._recalled: _End | None = None
        self._last: tuple[Objective, Outcome] | None = None

    def remember(self, program: Program) -> object:
        """See `verdeling.solvers.protocol.Solver.remember`."""
        if self._recalled is not None and self._recalled.shape == program.shape:
            return self._recalled
        self._go_on(program)
        return None if self._mirror is None else _End(self._mirror, self._last)

    def recall(self, program: Program, memory: object) -> None:
        """See `verdeling.solvers.protocol.Solver.recall`."""
        assert memory is None or isinstance(memory, _End)
        self._mirror, self._last, self._recalled = None, None, memory

    def minimise(
        self,
        program: Program,
        objective: Objective,
        *,
        whole: bool = False,
        start: Floats | None = None,
        time_limit: float = np.inf,
        effort: int | None = None,
        believed: bool = False,
        moved: bool = False,
    ) -> Outcome:
        """See `verdeling.solvers.protocol.Solver.minimise`."""
        began = time.perf_counter()
        try:
            if whole:
                return _whole(program, objective, start, time_limit, effort)
            return self._fractional(
                program, objective, time_limit, believed=believed, moved=moved, effort=effort
            )
        finally:
            self.seconds += time.perf_counter() - began

    def _fractional(
        self,
        program: Program,
        objective: Objective,
        time_limit: float,
        *,
        believed: bool,
        moved: bool,
        effort: int | None,
    ) -> Outcome:
        optimum = None if self._recalled is None else self._recalled.optimum_of(program, objective)
        outcome = None if optimum is None else optimum.moved(program, objective, FEASIBILITY)
        if outcome is None:
            self._go_on(program, keep=optimum is not None)
            if self._mirror is None:
                self._mirror = Mirror(program)
            self._mirror.update(objective)
            moved = moved or optimum is not None
            outcome = self._mirror.run(objective, time_limit, moved=moved, believed=believed, effort=effort)
            self._last = (objective, outcome)
        return outcome

    def _go_on(self, program: Program, *, keep: bool = False) -> None:
        """Have a mirror that follows a program from where a run ended; none where nothing is known of it."""
        if self._recalled is not None:
            self._mirror, self._recalled = self._recalled.mirror(program, keep=keep), None
        elif self._mirror is not None and self._mirror.program is not program:
            self._mirror = self._last = None


class _End:
    """Where a run ended: its basis, and the optimum if the program is still as it was run."""

    def __init__(self, mirror: Mirror, last: tuple[Objective, Outcome] | None) -> None:
        self._last = last if mirror.up_to_date() else None
        mirror.update(NOTHING)
        self._basis = mirror.model.getBasis()
        self._entries, self._bounds = mirror.program.entries, mirror.program.bounds
        self.shape = mirror.program.shape
        self._kept: Mirror | None = None

    def optimum_of(self, program: Program, objective: Objective) -> Optimum | None:
        """The optimum, where it is that of a program and objective but for bounds."""
        if self.shape != program.shape or self._optimum is None:
            return None
        return self._optimum if self._optimum.of(program, objective) else None

    @cached_property
    def _optimum(self) -> Optimum | None:
        if self._last is None or self._last[1].status != "optimal":
            return None
        return Optimum(self._entries, self._bounds, *self._last, *sides(self._basis))

    def mirror(self, program: Program, *, keep: bool) -> Mirror:
        """A mirror of a program that begins with the basis and knows nothing else; kept for the next time."""
        fitting = self._kept is not None and self._kept.holds(program)
        mirror = self._kept if self._kept is not None and fitting else Mirror(program)
        self._kept = mirror if keep else None
        mirror.begin(program, self._basis, self.shape)
        return mirror

    def inherited(self, columns: Integers, rows: Integers) -> _End:
        """See `verdeling.solvers.protocol.Inheritable`."""
        heir = copy(self)
        heir.__dict__.pop("_optimum", None)
        heir._last = heir._kept = None  # noqa: SLF001 - its own
        heir._basis, heir.shape = inherited(self._basis, columns, rows), (len(columns), len(rows))  # noqa: SLF001
        return heir


def _whole(
    program: Program, objective: Objective, start: Floats | None, time_limit: float, effort: int | None
) -> Outcome:
    mirror = Mirror(program, whole=True)
    if effort is not None:
        mirror.limit(effort)
    mirror.update(objective)
    if start is not None:
        mirror.model.setSolution(len(start), np.arange(len(start), dtype=np.int32), start)
    return mirror.run(objective, time_limit)
