"""How much of a time limit is left, when what it is for is asked piece by piece."""

from __future__ import annotations

import math
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from verdeling.errors import Problem
from verdeling.pursuit import OutOfTime

if TYPE_CHECKING:
    from collections.abc import Iterator

_LEAST = 1e-3
"""Seconds that are given where nothing is left: too few for any answer, but a time limit all the same."""


@dataclass
class Clock:
    """Seconds that are left; they pass only while something is computed.

    Parameters
    ----------
    left : float or None
        Seconds; None without a limit.
    """

    left: float | None

    @property
    def up(self) -> bool:
        """Whether nothing is left."""
        return self.left is not None and self.left <= 0

    @property
    def limit(self) -> float | None:
        """What is left, as a time limit."""
        return None if self.left is None else max(self.left, _LEAST)

    @property
    def deadline(self) -> float:
        """When to stop if it runs from now, on the clock of `verdeling.pursuit.Pursuit.deadline`."""
        return deadline_of(self.left)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count the seconds that pass in here.

        Raises
        ------
        OutOfTime
            If nothing is left to begin with.
        """
        if self.up:
            raise OutOfTime
        began = time.perf_counter()
        try:
            yield
        finally:
            if self.left is not None:
                self.left -= time.perf_counter() - began


def deadline_of(time_limit: float | None) -> float:
    """When to stop, on the clock of `verdeling.pursuit.Pursuit.deadline`."""
    return math.inf if time_limit is None else time.perf_counter() + time_limit


def no_time(time_limit: float | None) -> Iterator[Problem]:
    """What is wrong with a time limit that gives no time."""
    if time_limit is not None and not time_limit > 0:
        yield Problem(
            "no-time",
            f"The time limit is {time_limit:g} seconds.",
            "Nothing can be found in it.",
            "Give a time_limit above zero, or none.",
            value=f"{time_limit:g}",
        )
