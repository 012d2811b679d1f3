"""How far a solve is, on standard error while somebody watches."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from verdeling.language import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from verdeling.language import Language

    Listener = Callable[[str, int, int], None]


@contextmanager
def progress(lang: Language = "en") -> Iterator[Listener]:
    """A listener for the engine: shows a phase and its steps on a terminal, and nothing anywhere else.

    Parameters
    ----------
    lang : {"nl", "en"}
        Language.

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
        task = shown.add_task(say("progress.state", lang), total=1)
        every = shown.add_task(say("progress.jobs", lang), total=None, visible=False)

        def listen(phase: str, done: int, total: int) -> None:
            line = every if phase == "jobs" else task
            description = say(f"progress.{phase}", lang)
            shown.update(line, description=description, completed=done, total=total, visible=True)

        yield listen


@contextmanager
def busy(lang: Language) -> Iterator[None]:
    """Show that something is being solved of which it is not known how long it takes."""
    with progress(lang) as listener:
        listener("ask", 0, 1)
        yield
