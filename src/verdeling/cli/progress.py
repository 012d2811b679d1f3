"""How far a solve is, on standard error while somebody watches."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Listener = Callable[[str, int, int], None]

PHASES = {
    "state": "stating the program",
    "optimum": "pursuing the goals",
    "whole": "making places whole",
    "read": "reading the answer",
    "jobs": "dividing",
    "points": "weighing goals against each other",
}
"""What is shown while the engine is in a phase."""


@contextmanager
def progress() -> Iterator[Listener]:
    """A listener for the engine: shows a phase and its steps on a terminal, and nothing anywhere else.

    Yields
    ------
    callable
        To be called with phase, done and total.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda phase, done, total: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as shown:
        task = shown.add_task(PHASES["state"], total=1)
        yield lambda phase, done, total: shown.update(
            task, description=PHASES.get(phase, phase), completed=done, total=total
        )
