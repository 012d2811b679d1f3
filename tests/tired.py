"""A solver whose time is up after so many answers, for tests of what is said when time runs out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from verdeling.explaining.repairing.timed import Timed

if TYPE_CHECKING:
    from types import ModuleType

    import pytest

    from verdeling.solvers.protocol import Outcome, Solver


class Tired(Timed):
    """See above; unlike a clock it stops at the same question every time."""

    answers = 0
    scaling = 1.0

    def __init__(self, solver: Solver, time_limit: float | None = None) -> None:
        super().__init__(solver)
        self.left = self.answers

    def minimise(self, *args: Any, **kwargs: Any) -> Outcome:
        self.left -= 1
        if self.left < 0:
            self.deadline = 0.0
        return super().minimise(*args, **kwargs)


def tire(monkeypatch: pytest.MonkeyPatch, module: ModuleType, answers: int) -> None:
    """Let the solver of a module be tired after so many answers."""
    monkeypatch.setattr(Tired, "answers", answers)
    monkeypatch.setattr(module, "Timed", Tired)
