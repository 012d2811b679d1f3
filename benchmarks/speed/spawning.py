"""A process of its own: its seconds, and the memory that it and all that it starts have at most."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

GLANCE = 0.1
"""Seconds between two looks at the memory in use."""


@dataclass(frozen=True)
class Ended:
    """How a process ended.

    Parameters
    ----------
    wall, processor : float
        Seconds; of the processor those of all that it started too.
    peak : float
        Megabytes in use at most by all of them together. What they share counts for each.
    last : str
        The last line that it printed.
    failed : str
        Empty, or why it failed.
    """

    wall: float
    processor: float
    peak: float
    last: str
    failed: str


def spawn(arguments: Sequence[str | Path], limit: float) -> Ended:
    """Run a process to its end, or to a limit in seconds; on Linux."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as error:
        began, before, peak = time.perf_counter(), os.times(), 0.0
        process = subprocess.Popen(arguments, stdout=out, stderr=error, start_new_session=True)
        try:
            while process.poll() is None and time.perf_counter() - began < limit:
                peak = max(peak, _in_use(process.pid))
                time.sleep(GLANCE)
        finally:
            in_time = process.poll() is not None
            if not in_time:
                os.killpg(process.pid, 9)
                process.wait()
        wall, after = time.perf_counter() - began, os.times()
        processor = sum(after[2:4]) - sum(before[2:4])
        failed = f"not ready in {limit:g} s" if not in_time else _lines(error) if process.returncode else ""
        return Ended(wall, processor, peak, _lines(out).rpartition("\n")[2], failed)


def _in_use(session: int) -> float:
    """Megabytes of the processes of a session."""
    pages = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        if int(fields[3]) == session:
            pages += int(fields[21])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _lines(file: IO[str]) -> str:
    file.seek(0)
    return file.read().strip()
