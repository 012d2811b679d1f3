"""What every solver offers, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

import numpy as np

if TYPE_CHECKING:
    from verdeling.program import Floats, Integers, Objective, Program

Status = Literal["optimal", "infeasible", "unbounded", "time_limit", "effort"]


@dataclass(frozen=True)
class Outcome:
    """What a solver found.

    Parameters
    ----------
    status : str
        ``optimal``, ``infeasible``, ``unbounded``, ``time_limit``, or ``effort`` when that ran out.
    point : array or None
        Value of each column; None if no feasible point is known.
    value : float
        The objective there; NaN without a point.
    bound : float
        No feasible point is below this; equals ``value`` when optimal.
    duals : array or None
        For each row the change of the optimum per unit that its bound goes up; None for whole
        numbers, which have none.
    ray : array or None
        For each row a multiplier, where a question about feasibility alone, or a run that is believed, found
        no point: they prove that, if they do, by weak duality; see `verdeling.certifying.bounds.impossible`.
    """

    status: Status
    point: Floats | None = None
    value: float = np.nan
    bound: float = -np.inf
    duals: Floats | None = None
    ray: Floats | None = None


@runtime_checkable
class Inheritable(Protocol):
    """What a solver remembers of a program where it is of use for one with other columns and rows."""

    def inherited(self, columns: Integers, rows: Integers) -> object:
        """The same of a program whose columns and rows had these places in the earlier one; -1 if none."""
        ...


class Solver(Protocol):
    """Minimises programs; may keep what it knows of the last one to start hot on the next."""

    name: str

    @property
    def seconds(self) -> float:
        """Time spent inside the solver so far, in seconds."""

    tolerance: float
    """How exactly a value can be held from one call to the next, relative to ``max(1, |value|)``."""

    def remember(self, program: Program) -> object:
        """What it knows of a program that lets a later run begin where the last one ended."""
        ...

    def recall(self, program: Program, memory: object) -> None:
        """Know of a program what was remembered when it was as it is now, and nothing else.

        The next answer then depends on the program, the memory and the question alone, not on
        what was asked in between.
        """
        ...

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
        """Minimise an objective over a program.

        Parameters
        ----------
        program : Program
            As it is now: it may have grown, and bounds may have moved, since the last call.
        objective : Objective
            What to minimise.
        whole : bool
            Whether the columns marked whole must take whole values.
        start : array, optional
            A point to begin from, for whole numbers.
        time_limit : float
            Seconds.
        effort : int, optional
            Most branch-and-bound nodes, for whole numbers, and most pivots from the last basis otherwise;
            solvers that cannot count them ignore it.
        believed : bool
            Whether it is enough that a run from the last basis found no point. Otherwise it is made once
            more from scratch: rounding of what was known is no verdict.
        moved : bool
            Whether nothing but bounds is other than at the last call, so that its prices still hold.

        Raises
        ------
        SolverError
            If the solver fails or answers something that is none of the statuses.
        """
        ...
