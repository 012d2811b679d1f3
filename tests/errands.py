"""Work for other processes, which must find it in a module of their own path."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from verdeling.solution import Solution

if TYPE_CHECKING:
    from pathlib import Path

    from verdeling.running.runs import Finished


def double(item: int) -> int:
    """What is done for each item."""
    return 2 * item


def fall_once(task: tuple[int, Path]) -> int:
    """Item 3 kills its worker the first time: a file remembers."""
    item, memory = task
    if item == 3 and not memory.exists():
        memory.touch()
        os._exit(1)
    return 2 * item


def fall_always(task: tuple[int, Path]) -> int:
    """Item 3 kills its worker each time, and writes a mark; every item but it writes its own."""
    item, folder = task
    with (folder / str(item)).open("a") as file:
        file.write("x")
    if item == 3:
        os._exit(1)
    return 2 * item


def dawdle(seconds: float) -> float:
    """Takes its time."""
    time.sleep(seconds)
    return seconds


def process(item: int) -> int:
    """The process that does it."""
    return os.getpid()


def refuse(item: int) -> int:
    """An error in the work itself."""
    raise OverflowError(f"{item} is too large")


def interrupt(item: int) -> int:
    """Somebody presses the interrupt key at item 2."""
    if item == 2:
        raise KeyboardInterrupt
    return item


def outcome(finished: Finished) -> tuple[int, list[str]]:
    """The number of a job, and for each of its policies the status or the kind of error."""
    told = [each.status if isinstance(each, Solution) else type(each).__name__ for each in finished.results]
    return finished.number, told


class Unreadable:
    """What is sent, and cannot be read on arrival."""

    def __reduce__(self) -> tuple[object, ...]:
        return int, ("no number",)


def unreadable(item: int) -> Unreadable:
    """Work whose result cannot be read by whoever asked for it."""
    return Unreadable()
