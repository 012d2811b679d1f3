"""Processor seconds by phase, of code that knows nothing of it."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CLOSED = ("whole",)
"""Phases that count what happens inside them as theirs, the solver too."""


class Clock:
    """Processor seconds by phase. Each second counts once: for the innermost phase that it is in."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self._phases: list[str] = []
        self._since = 0.0

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """A stretch of the program that is in a phase."""
        within = [phase for phase in self._phases if phase in CLOSED]
        self._pass()
        self._phases.append(within[0] if within else name)
        try:
            yield
        finally:
            self._pass()
            self._phases.pop()

    def watch(self, owner: object, functions: str, name: str) -> None:
        """Count every call of functions of a module or class, written as ``"one other"``, as a phase."""
        for function in functions.split():
            setattr(owner, function, self._watched(getattr(owner, function), name))

    def _watched(self, function: Callable[..., Any], name: str) -> Callable[..., Any]:
        @wraps(function)
        def watched(*args: Any, **kwargs: Any) -> Any:
            with self.phase(name):
                return function(*args, **kwargs)

        return watched

    def _pass(self) -> None:
        now = time.process_time()
        if self._phases:
            self.seconds[self._phases[-1]] += now - self._since
        self._since = now
