"""How much of a time limit is left, when what it is for is asked piece by piece."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

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

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count the seconds that pass in here."""
        began = time.perf_counter()
        try:
            yield
        finally:
            if self.left is not None:
                self.left -= time.perf_counter() - began
