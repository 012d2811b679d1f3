"""A solution with its goals settled again, once for all who ask, in the time that is left."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from verdeling.explaining.asking.desk import Desk
from verdeling.explaining.freedom.held import hold, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verdeling.explaining.clock import Clock
    from verdeling.explaining.freedom.held import Held
    from verdeling.solution import Solution


@dataclass
class Reopened:
    """A solution reopened; what time ran out for is tried again when it is asked for again.

    Parameters
    ----------
    solution : Solution
        Settled.
    clock : Clock
        How much time there is. Where none is left everything here raises `OutOfTime`.
    """

    solution: Solution
    clock: Clock

    @cached_property
    def desk(self) -> Desk:
        """Ready for questions about limits, without a deadline."""
        with self.clock.running():
            return Desk.of(self.solution, deadline=self.clock.deadline)

    @cached_property
    def held(self) -> Held:
        """All goals held, ready for questions about what is free."""
        refuse(self.solution, [], None)
        with self.clock.running():
            return hold(self.solution, self.clock.deadline)

    @contextmanager
    def asking(self) -> Iterator[Desk]:
        """The desk, for as long as there is time."""
        desk = self.desk
        with self.clock.running(), desk.until(self.clock.deadline):
            yield desk

    @contextmanager
    def holding(self) -> Iterator[Held]:
        """The goals held, for as long as there is time."""
        held = self.held
        with self.clock.running(), held.until(self.clock.deadline):
            yield held
