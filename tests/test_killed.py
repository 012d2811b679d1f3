"""Whoever is killed, or has no room left, while writing leaves the old file or the new one, whole."""

from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hand_made import small
from verdeling.adapters import placing, read_instance, write_instance
from verdeling.errors import OutputError
from verdeling.meeting import log as logs
from verdeling.meeting.actions import Redo, Undo, begun
from verdeling.meeting.log import Heading, Log, read_log

if TYPE_CHECKING:
    from collections.abc import Callable

SCRIPT = Path(__file__).with_name("killing.py")
posix = pytest.mark.skipif(sys.platform == "win32", reason="processes are forked and killed otherwise there")


def kill(folder: Path, count: int, seed: int, *slow: str) -> None:
    """Kill as many writers as are asked for, in a process that has no threads."""
    paths = os.pathsep.join([str(SCRIPT.parent), *filter(None, sys.path)])
    command = [sys.executable, str(SCRIPT), str(folder), str(count), str(seed), *slow]
    ended = subprocess.run(command, env={**os.environ, "PYTHONPATH": paths}, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert sum(map(int, re.findall(r"\d+", ended.stdout))) >= count * 4 // 5, ended.stdout


@posix
def test_twenty_killed_writers(tmp_path: Path) -> None:
    """Instances, results, kept jobs and logs, each written by a process that is killed."""
    kill(tmp_path, 20, seed=1)


@posix
@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 12))
def test_two_hundred_killed_writers(seed: int, tmp_path: Path) -> None:
    """The same, ten times as often, and workbooks and reports."""
    kill(tmp_path, 20, seed, "instance.xlsx", "report.html")


@pytest.mark.parametrize("exchanged", [True, False])
def test_other_files_stay_in_a_folder_that_changes_places(
    exchanged: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files, folders and links of somebody else are in the new folder, and no workshop is left."""
    if not exchanged:
        monkeypatch.setattr(placing, "_exchanged", lambda made, target: False)
    path = tmp_path / "package"
    write_instance(small(), path)
    (path / "notes").mkdir()
    (path / "notes" / "why.md").write_text("A lesson.")
    (path / "link.md").symlink_to("notes/why.md")
    (tmp_path / "called").symlink_to("package")
    write_instance(small(distances=None), tmp_path / "called", overwrite=True)
    assert read_instance(path) == small(distances=None)
    assert (path / "link.md").read_text() == "A lesson."
    assert (path / "link.md").is_symlink()
    assert (tmp_path / "called").is_symlink()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["called", "package"]


def test_files_are_copied_where_they_cannot_be_in_two_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a file system without hard links, what else is in a folder is copied."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    path = tmp_path / "package"
    write_instance(small(), path)
    (path / "README.md").write_text("A lesson.")
    write_instance(small(distances=None), path, overwrite=True)
    assert (path / "README.md").read_text() == "A lesson."


class Full:
    """A file on a disk with room for so many bytes."""

    def __init__(self, file: object, room: int) -> None:
        self.file, self.room = file, room

    def __enter__(self) -> Full:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def __getattr__(self, name: str) -> object:
        return getattr(self.file, name)

    def write(self, content: memoryview) -> int:
        """Write what fits; the next byte has no room."""
        if not self.room:
            raise OSError(errno.ENOSPC, "No space left on device")
        part = content[: min(self.room, 7)]
        self.room -= len(part)
        return self.file.write(part)


def filled(room: int) -> Callable[..., object]:
    """`Path.open` on a disk with room for so many bytes."""
    opened = Path.open
    return lambda path, mode, **how: Full(opened(path, mode, **how), room)


def test_no_room_for_a_line_of_a_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever room ends, the log has the whole lines of before, and the next action has a line again."""
    instance, path = small(), tmp_path / "log.jsonl"
    monkeypatch.setattr(logs, "_now", lambda: "2027-01-01T12:00:00+01:00")
    heading = Heading.of(instance, Path("region"), begun(instance, "leximin", None))

    def full(log: Log, room: int) -> None:
        with monkeypatch.context() as scarce:
            scarce.setattr(Path, "open", filled(room))
            with pytest.raises(OutputError, match="No space left"):
                log.add(Undo(), "ongedaan")

    log = Log(path, heading)
    for room in range(0, len(heading.model_dump_json()), 20):
        full(log, room)
        assert not path.exists()
    log.add(Undo(), "ongedaan")
    size = path.stat().st_size
    for room in range(60):
        full(log, room)
        assert path.stat().st_size == size
    log.add(Redo(), "opnieuw")
    assert read_log(path).actions == (Undo(), Redo())


def test_a_log_that_breaks_off(tmp_path: Path) -> None:
    """A log that was cut at any byte of its last line has the lines before; a whole one has it."""
    instance, path = small(), tmp_path / "log.jsonl"
    log = Log(path, Heading.of(instance, Path("region"), begun(instance, "leximin", None)))
    log.add(Undo(), "één\u2028regel")
    first = path.read_bytes()
    log.add(Redo(), "opnieuw")
    content = path.read_bytes()
    for end in range(len(first), len(content) - 1):
        path.write_bytes(content[:end])
        assert read_log(path).actions == (Undo(),)
    path.write_bytes(content[:-1])
    assert read_log(path).actions == (Undo(), Redo())
