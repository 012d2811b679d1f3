"""The interrupt key ends each command soon, with one message, and leaves no process and no half file."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from contextlib import suppress
from threading import Event
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest

from commands import IMPOSSIBLE, INSTANCES, TOWNS
from interrupting import UNSEEMLY, Command, Ended
from verdeling.adapters import read_instance
from verdeling.cli import interrupting
from verdeling.cli.interrupting import INTERRUPTED, TERMINATED, InterruptKey
from verdeling.engine import solve
from verdeling.output import write_solution
from verdeling.reporting.reopening import read_result

if TYPE_CHECKING:
    from collections.abc import Iterator
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


def whole_or_absent(folder: Path) -> None:
    """Whether what a command wrote is whole, and nothing lies beside it."""
    there = {path.name for path in folder.iterdir()}
    assert there <= {"out", "out.csv", "out.xlsx", "out.html", "out.docx", "kept"}
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


@pytest.fixture
def key() -> Iterator[InterruptKey]:
    """A key that is pressed in this process; afterwards signals are as they were."""
    signs, hook = (signal.SIGINT, signal.SIGTERM), sys.unraisablehook
    before = [signal.getsignal(sign) for sign in signs]
    yield InterruptKey()
    sys.unraisablehook = hook
    for sign, handler in zip(signs, before, strict=True):
        signal.signal(sign, handler)


@pytest.mark.parametrize(
    ("sign", "code", "told"), [(signal.SIGINT, INTERRUPTED, 1), (signal.SIGTERM, TERMINATED, 0)]
)
def test_what_a_shell_is_told(
    sign: int, code: int, told: int, key: InterruptKey, capsys: pytest.CaptureFixture[str]
) -> None:
    """The exit code is that of the signal, and who pressed the key reads once that no file is half done."""
    with pytest.raises(SystemExit) as ended, key.watched():
        signal.raise_signal(sign)
    assert ended.value.code == code
    assert capsys.readouterr().err.count("no file is half written") == told


def test_what_was_found_is_told_once(
    key: InterruptKey, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A command that keeps results says where, also where a library makes another error of the key."""

    def load() -> None:
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            key.tell(tmp_path)
            raise ImportError("half loaded") from None

    with pytest.raises(SystemExit) as ended, key.watched():
        load()
    said = capsys.readouterr().err
    assert ended.value.code == INTERRUPTED
    assert said.count("Interrupted") == 1
    assert f"kept in {tmp_path}: the same command goes on from there" in said


class Falls:
    """Into what the key falls: Python raises nothing of it."""

    def __del__(self) -> None:
        signal.raise_signal(signal.SIGINT)


class Fails:
    """What is wrong by itself."""

    def __del__(self) -> None:
        raise ValueError("shown")


def test_the_key_is_pressed_again_where_it_fell_into_a_destructor(
    key: InterruptKey, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A command ends although Python raised nothing there; what else is wrong there is shown as ever."""
    shown: list[type] = []
    slept = []

    def work() -> None:
        Fails()
        Falls()
        for _ in range(1000):
            slept.append(time.sleep(0.01))

    monkeypatch.setattr(sys, "__unraisablehook__", lambda about: shown.append(about.exc_type))
    with pytest.raises(SystemExit) as ended, key.watched():
        work()
    assert (ended.value.code, shown, len(slept) < 1000) == (INTERRUPTED, [ValueError], True)
    assert not [word for word in UNSEEMLY if word in capsys.readouterr().err]


def test_who_presses_twice_is_not_kept_waiting(
    key: InterruptKey, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The process ends a moment after a second press, whatever it is doing, and says so."""
    left, gone = [], Event()

    def unwind() -> None:
        with suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        assert gone.wait(10)

    monkeypatch.setattr(interrupting, "GRACE", 0.01)
    monkeypatch.setattr(os, "_exit", lambda code: (left.append(code), gone.set()))
    with pytest.raises(SystemExit), key.watched():
        unwind()
    assert set(left) == {INTERRUPTED}
    assert capsys.readouterr().err.count("Interrupted") == 1


def test_a_server_ends_in_its_own_way(key: InterruptKey) -> None:
    """Whoever hears of the key itself is left to it, and nothing else comes of it."""
    heard = []
    with key.watched():
        signal.signal(signal.SIGINT, lambda sign, frame: heard.append(sign))
        signal.raise_signal(signal.SIGINT)
    assert heard == [signal.SIGINT]


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


def of_figures(folder: Path) -> dict[str, tuple[Any, ...]]:
    """Commands that make something of lists and of results, and what they need."""
    (folder / "figures.csv").write_text("group,municipality,year,inflow\nregular,Astad,2025,40\n", "utf-8")
    (folder / "plans.csv").write_text(
        "plan,municipality,homes,place_type,certainty,delivery\nPlein,Astad,40,social_rent,hard,2025\n",
        "utf-8",
    )
    (folder / "old.csv").write_text("municipality,households\nGM0370,5\nGM0439,7\n", "utf-8")
    write_solution(solve(read_instance(TOWNS)), folder / "result")
    return {
        "needs": ("needs", folder / "figures.csv", "--into", TOWNS, "-o", "out"),
        "plans": ("plans", folder / "plans.csv", "--into", TOWNS, "-o", "out"),
        "rollup": ("rollup", folder / "result", "-o", "out.xlsx"),
        "cbs": ("cbs", "move", folder / "old.csv", "--codes", "2021", "--map", "2024", "--amount",
                "households", "-o", "out.csv"),
    }  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("number", range(32))
def test_lists_and_sums_at_any_moment(number: int, tmp_path: Path) -> None:
    """What makes needs, projects or sums ends as soon, and leaves what it writes whole or not there."""
    chance, work = random.Random(number), tmp_path / "work"
    work.mkdir()
    commands = of_figures(tmp_path)
    command = Command(*commands[list(commands)[number % len(commands)]], folder=work)
    runs = command.wait(chance.uniform(0.0, 2.5))
    ended = command.end(group=chance.random() < 0.5)
    if runs and ended.code == INTERRUPTED:
        seemly(ended)
    else:  # it was done, or was ending
        assert ended.code in (0, -signal.SIGINT), ended.said
        assert not ended.left
    whole_or_absent(work)
    if (work / "out").exists():
        read_instance(work / "out")
    if (work / "out.csv").exists():
        assert (work / "out.csv").read_text("utf-8").endswith("\n")
