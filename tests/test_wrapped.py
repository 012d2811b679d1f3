"""Solvers around a solver: each says what the other says, and hands on all it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from test_solvers import toy
from verdeling.explaining.asking.foreseeing import Foreseeing
from verdeling.explaining.repairing.timed import Timed
from verdeling.explaining.tracing.replaying import Replaying
from verdeling.solvers.checked import Checked
from verdeling.solvers.highs import Highs
from verdeling.solvers.scaling import Scaled
from verdeling.solvers.wrapped import Wrapped

if TYPE_CHECKING:
    from verdeling.program import Objective, Program
    from verdeling.solvers.protocol import Outcome, Solver

WRAPPERS = (Wrapped, Checked, Scaled, Timed, Replaying, Foreseeing)


class Noting(Highs):
    """HiGHS that notes how it was asked, what it was told to know, and how long it says it took."""

    name, tolerance, seconds = "noting", 1e-4, 0.0

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[Any] = []

    def minimise(self, program: Program, objective: Objective, **how: Any) -> Outcome:
        self.heard.append(how)
        self.seconds += 1.0
        return super().minimise(program, objective, **how)

    def recall(self, program: Program, memory: object) -> None:
        self.heard.append(memory)
        super().recall(program, memory)


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_wrappers_hand_on_everything(wrapper: type[Wrapped]) -> None:
    """Name, tolerance, time, memory and each way of asking are those of the solver inside."""
    inner, (program, objective) = Noting(), toy()
    solver: Solver = wrapper(inner)
    assert (solver.name, solver.tolerance) == ("noting", 1e-4)
    how = {"whole": True, "start": np.array([1.0, 2.0]), "time_limit": 60.0, "effort": 5}
    assert solver.minimise(program, objective, **how).value == pytest.approx(15.0)
    asked = inner.heard.pop()
    assert {**asked, "start": list(asked["start"])} == {**how, "start": [1.0, 2.0]}
    assert solver.seconds == inner.seconds > 0
    solver.minimise(program, objective)
    solver.recall(program, memory := solver.remember(program))
    assert inner.heard[-1] is memory is not None
