"""Writers killed at random moments: `python killing.py FOLDER COUNT SEED [SLOW ...]` says what was left.

A process forks a child that writes two contents in turn to the same place, again and again, and kills it
after a random time. What is there must then be one of the two, whole.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from hand_made import small
from verdeling.adapters import read_instance, write_instance
from verdeling.engine import solve
from verdeling.instance import Instance
from verdeling.meeting.actions import Keep, begun
from verdeling.meeting.log import Heading, Log, read_log
from verdeling.output import write_solution
from verdeling.reporting.reopening import read_result
from verdeling.reporting.writing import write_report
from verdeling.running.archive import keep, recall, text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from verdeling.solution import Solution

FIRST, SECOND = small(), small(distances=None)
SOLVED = [solve(FIRST, policy, whole=False) for policy in ("leximin", "utilitarian")]
KEPT = [text_of("job", [solution]) for solution in SOLVED]


class Writer(NamedTuple):
    """What is written in turn, and what finds the content of what is there among the two."""

    write: Callable[[Path, int], object]
    read: Callable[[Path], int]


def written_instance(path: Path, turn: int) -> None:
    """An instance, in the place of the other one."""
    write_instance((FIRST, SECOND)[turn], path, overwrite=True)


def found_instance(path: Path) -> int:
    """Which instance is there; in a folder, whether what else was in it is there too."""
    if path.is_dir():
        assert (path / "notes" / "why.md").read_text() == "A lesson."
    return [FIRST, SECOND].index(read_instance(path))


def found_result(path: Path) -> int:
    """Which result is there; reading it compares every file with its seal."""
    return [solution.policy.name for solution in SOLVED].index(read_result(path).policy.name)


def found_page(path: Path) -> int:
    """Which report is there, from its first to its last line."""
    text = path.read_text("utf-8")
    assert text.rstrip().endswith("</html>")
    return [name in text for name in PAGES].index(True)


def found_kept(folder: Path) -> int:
    """Which results of a job were kept."""
    policies = [solution.policy for solution in SOLVED]
    (found,) = recall(folder, "job", FIRST, policies[:1], None) or ()
    return [text_of("job", [each]) for each in SOLVED].index(text_of("job", [found]))


def titled(name: str) -> Solution:
    """A solution with a title, to tell reports apart."""
    return solve(Instance(FIRST.about.model_copy(update={"title": name}), FIRST.tables), whole=False)


PAGES = [f"<title>{name}" for name in ("Een", "Twee")]
PAGED = cache(lambda turn: titled(("Een", "Twee")[turn]))


WRITERS = {
    "package": Writer(written_instance, found_instance),
    "instance.json": Writer(written_instance, found_instance),
    "instance.xlsx": Writer(written_instance, found_instance),
    "result": Writer(lambda path, turn: write_solution(SOLVED[turn], path, overwrite=True), found_result),
    "report.html": Writer(lambda path, turn: write_report(PAGED(turn), path, overwrite=True), found_page),
    "archive": Writer(lambda path, turn: keep(path, "job", KEPT[turn]), found_kept),
}


SLOW = ("instance.xlsx", "report.html")
"""Written only where they are asked for."""


def prepared(folder: Path, name: str) -> Path:
    """The place where a writer writes, with its first content."""
    path = folder / name
    if name == "archive":
        path.mkdir(exist_ok=True)
    WRITERS[name].write(path, 0)
    if name == "package":
        (path / "notes").mkdir(exist_ok=True)
        (path / "notes" / "why.md").write_text("A lesson.")
    return path


def killed_after(seconds: float, work: Callable[[], NoReturn]) -> None:
    """Do some work in a child, and kill it."""
    child = os.fork()
    if not child:
        work()
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "The child ended by itself."


def endlessly(name: str, path: Path) -> NoReturn:
    """Write the two contents in turn."""
    turn = 0
    while True:
        turn = 1 - turn
        WRITERS[name].write(path, turn)


def logged(path: Path, told: int) -> NoReturn:
    """Add lines to a log, and tell of each after it was added."""
    course = begun(FIRST, "leximin", None)
    log = Log(path, Heading.of(FIRST, path, course))
    while True:
        log.add(Keep(name="Voorstel\u2028één " + "x" * 60), "bewaard, " * 2000)
        os.write(told, b".")


def one_log(folder: Path, seconds: float) -> None:
    """Kill whoever writes a log: what was told to be written is there, and one line more at most."""
    path = folder / "log.jsonl"
    path.unlink(missing_ok=True)
    reader, writer = os.pipe()
    killed_after(seconds, lambda: logged(path, writer))
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        count = len(pipe.read())
    lines = len(read_log(path).actions) if path.exists() else 0
    assert count <= lines <= count + 1, (count, lines)


def main(folder: Path, count: int, seed: int, *slow: str) -> None:
    """Kill as many writers as are asked for, in turn, and count what was found."""
    names = [name for name in WRITERS if name not in SLOW or name in slow]
    chance, found = random.Random(seed), {name: [0, 0] for name in names}
    paths, seconds = {}, {}
    for name in names:
        paths[name] = prepared(folder, name)
        began = time.perf_counter()
        WRITERS[name].write(paths[name], 0)
        seconds[name] = time.perf_counter() - began
    for number in range(count):
        name = [*names, "log"][number % (len(names) + 1)]
        if name == "log":
            one_log(folder, chance.uniform(0.0, 0.1))
            continue
        killed_after(chance.uniform(0.0, 2.0) * seconds[name], lambda name=name: endlessly(name, paths[name]))
        found[name][WRITERS[name].read(paths[name])] += 1
        for left in [*folder.glob(".verdeling-*"), *(folder / "archive").glob(".verdeling-*")]:
            shutil.rmtree(left)
    print(*(f"{name}: {old} + {new}" for name, (old, new) in found.items()), sep="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:])
