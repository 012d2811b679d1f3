"""The interrupt key ends each command soon, with one message, and leaves no process and no half file."""

from __future__ import annotations

import random
import signal
import sys
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest

from commands import IMPOSSIBLE, INSTANCES, TOWNS
from interrupting import PATIENCE, UNSEEMLY, Command, Ended
from verdeling.adapters import read_instance
from verdeling.cli.interrupting import INTERRUPTED, TERMINATED
from verdeling.reporting.reopening import read_result

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it looks for processes in /proc")

ENSCHEDE = INSTANCES / "enschede"
HIGH = ("--scenario", "high")
TWO = ("--policy", "leximin", "--policy", "maximin", "--jobs", "2", "--folder", "kept")

STUBBORN = """
import os
from hashlib import pbkdf2_hmac
from verdeling.cli.interrupting import KEY
with KEY.watched():
    os.write({ready}, b"ready")
    pbkdf2_hmac("sha256", b"", b"", 2**31 - 1)
"""
"""Minutes in a library that does not let go, as a solver that searches."""


def seemly(ended: Ended, code: int = INTERRUPTED) -> None:
    """Whether a command ended as it must."""
    assert not [word for word in UNSEEMLY if word in ended.said], ended.said
    assert (ended.code, ended.told) == (code, int(code == INTERRUPTED)), ended.said
    assert not ended.left
    assert ended.seconds < PATIENCE


def whole_or_absent(folder: Path) -> None:
    """Whether what a command wrote is whole, and nothing lies beside it."""
    there = {path.name for path in folder.iterdir()}
    assert there <= {"out", "out.xlsx", "out.html", "out.docx", "kept"}
    assert not list(folder.rglob(".verdeling-*"))
    for name in there & {"out.xlsx", "out.docx"}:
        with ZipFile(folder / name) as archive:
            assert archive.testzip() is None
    if "out.html" in there:
        assert (folder / "out.html").read_text("utf-8").rstrip().endswith("</html>")
    if (folder / "out" / "solution.json").exists():
        read_result(folder / "out")
    for kept in folder.glob("kept/*.json"):
        assert kept.read_text("utf-8").endswith("}\n")


@pytest.mark.parametrize("seconds", [0.0, 0.3, 1.5])
def test_a_division(seconds: float, tmp_path: Path) -> None:
    """Whether its parts are being loaded, its tables read or its places divided."""
    command = Command("solve", ENSCHEDE, "-o", "out", folder=tmp_path)
    assert command.wait(seconds)
    seemly(command.end(group=False))
    whole_or_absent(tmp_path)


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_workers_that_are_starting(sign: int, tmp_path: Path) -> None:
    """Processes that load what they need hear nothing of the key, and end with the one that started them."""
    command = Command("compare", TOWNS, *TWO, folder=tmp_path)
    assert command.wait_until(lambda command: sum("spawn_main" in each for each in command.others()) > 1)
    ended = command.end(sign, group=sign == signal.SIGINT)
    seemly(ended, INTERRUPTED if sign == signal.SIGINT else TERMINATED)
    assert ("kept in kept" in ended.said) == (sign == signal.SIGINT)
    whole_or_absent(tmp_path)


def test_who_does_not_let_go(tmp_path: Path) -> None:
    """A solver that goes on and on is left behind after a moment."""
    command = Command(folder=tmp_path, program=STUBBORN)
    assert command.wait(0.3)
    seemly(command.end())


COMMANDS: dict[str, tuple[Any, ...]] = {
    "whole": ("solve", ENSCHEDE, *HIGH, "-o", "out.xlsx"),
    "fractional": ("solve", ENSCHEDE, "--fractional", "-o", "out"),
    "by CBC": ("solve", ENSCHEDE, "--fractional", "--solver", "PULP_CBC_CMD"),
    "country": ("solve", INSTANCES / "nl", "--fractional"),
    "compare": ("compare", ENSCHEDE, *TWO, "-o", "out.xlsx"),
    "compare whole": ("compare", ENSCHEDE, *HIGH, "--whole", *TWO),
    "study": ("study", TOWNS, "--samples", "20", *TWO, "-o", "out"),
    "two stages": ("two-stage", ENSCHEDE),
    "explain": ("explain", ENSCHEDE),
    "repair": ("repair", IMPOSSIBLE),
    "page": ("report", TOWNS, "-o", "out.html"),
    "document": ("report", TOWNS, "-o", "out.docx"),
    "papers": ("papers", TOWNS, "-o", "out"),
    "drafts": ("drafts", TOWNS, "-o", "out"),
    "convert": ("convert", ENSCHEDE, "out.xlsx"),
    "generate": ("generate", "out"),
}


@pytest.mark.long
@pytest.mark.parametrize("number", range(100))
def test_a_hundred_moments(number: int, tmp_path: Path) -> None:
    """Every command in turn, at any moment, by itself or with all of its processes."""
    chance = random.Random(number)
    name = list(COMMANDS)[number % len(COMMANDS)]
    command = Command(*COMMANDS[name], folder=tmp_path)
    runs = command.wait(chance.uniform(0.0, 2.0 if name in ("convert", "generate") else 15.0))
    ended = command.end(group=chance.random() < 0.5)
    if runs and ended.code == INTERRUPTED:
        seemly(ended)
    else:  # it was done, or was ending
        assert ended.code in (0, 3, -signal.SIGINT), ended.said
        assert not ended.left
    whole_or_absent(tmp_path)
    if name in ("convert", "generate") and (path := next(tmp_path.iterdir(), None)):
        read_instance(path)
