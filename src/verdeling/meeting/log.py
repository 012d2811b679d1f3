"""The log of a table: a line for everything that was done, from which it can be done again."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Literal

from pydantic import ValidationError

from verdeling.adapters.placing import cannot_write
from verdeling.errors import Problem, VerdelingError, complaint
from verdeling.incoming import parsed_json, read_text
from verdeling.keys.terms import Stated
from verdeling.meeting.actions import Action, begun, read_action

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from verdeling.instance import Instance
    from verdeling.meeting.state import Course


class Heading(Stated):
    """First line of a log: what was divided, from where it began, and by which version.

    Parameters
    ----------
    verdeling : str
        Version.
    instance : str
        Path as it was given.
    digest : str
        SHA-256 of the instance as it was read.
    policy, scenario : str
        With which the table began.
    begun : str
        When, with its time zone.
    """

    verdeling: str
    instance: str
    digest: str
    policy: str
    scenario: str
    begun: str

    @classmethod
    def of(cls, instance: Instance, path: Path, course: Course) -> Heading:
        """The heading of a table that begins now."""
        variant = course.sheet.variant
        return cls(
            verdeling=version("verdeling"),
            instance=str(path),
            digest=instance.digest,
            policy=variant.policy,
            scenario=variant.scenario,
            begun=_now(),
        )


class Log:
    """A file to which a line is added for each action; it is there from the first one on.

    Parameters
    ----------
    path : Path
        A new file.
    heading : Heading
        Its first line.
    """

    def __init__(self, path: Path, heading: Heading) -> None:
        self.path, self._heading = path, heading
        self._begun = False

    def add(self, action: Action, words: str) -> None:
        """Write what was done.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        line = {"at": _now(), "words": words, **action.model_dump(mode="json", exclude_none=True)}
        told = json.dumps(line, ensure_ascii=False) + "\n"
        try:
            if self._begun:
                _append(self.path, told, "r+b")
            else:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                _append(self.path, f"{self._heading.model_dump_json()}\n{told}", "xb")
                self._begun = True
        except OSError as error:
            remedy = "Make room for it, or begin again with another --folder."
            raise cannot_write(self.path, f"{error.strerror or error}.", remedy) from error


def _append(path: Path, lines: str, mode: Literal["r+b", "xb"]) -> None:
    """Add lines at the end of a file, all or none of them."""
    with path.open(mode, buffering=0) as file:
        end = file.seek(0, os.SEEK_END)
        left = memoryview(lines.encode())
        try:
            while left:
                left = left[file.write(left) :]
        except BaseException:
            file.truncate(end)
            if not end:
                path.unlink()
            raise


@dataclass(frozen=True)
class Story:
    """A log that was read.

    Parameters
    ----------
    heading : Heading
        What was divided.
    actions : tuple of Action
        In their order.
    words : tuple of str
        What was written of each.
    """

    heading: Heading
    actions: tuple[Action, ...]
    words: tuple[str, ...]

    def replayed(self, instance: Instance) -> Course:
        """The table as it was at the end.

        Parameters
        ----------
        instance : Instance
            The one that the log was made with, as it was read.

        Raises
        ------
        VerdelingError
            If it is another instance, or an action cannot be done.
        """
        if instance.digest != self.heading.digest:
            what = f"The instance is not as it was: its digest is {instance.digest[:12]}…"
            why = f"The log was made with {self.heading.digest[:12]}…; with another the numbers differ."
            remedy = "Give the instance that the log was made with."
            raise VerdelingError(
                "The log cannot be replayed.", [Problem("other-instance", what, why, remedy)]
            )
        course = begun(instance, self.heading.policy, self.heading.scenario)
        for action in self.actions:
            course = action.on(course)
        return course


def read_log(path: Path) -> Story:
    """Read a log.

    A last line that breaks off was being written when the table was ended, so that nobody was told that
    it was done: it is passed over.

    Raises
    ------
    VerdelingError
        If it cannot be read; it carries every line that says nothing that can be done.
    """
    try:
        content, _, broken_off = read_text(path).rpartition("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, [_problem("1", str(error))]) from error
    lines = [*content.split("\n"), *([broken_off] if _whole(broken_off) else [])]
    problems: list[Problem] = []
    heading = _read_heading(lines[0] if lines else "", problems)
    told = [_read_line(line, str(row), problems) for row, line in enumerate(lines[1:], 2) if line.strip()]
    if problems or heading is None:
        raise _unreadable(path, problems)
    found = [each for each in told if each is not None]
    return Story(heading, tuple(action for action, _ in found), tuple(words for _, words in found))


def _whole(line: str) -> bool:
    """Whether a line without its end says something all the same."""
    return _read_line(line, "", []) is not None


def _read_heading(line: str, problems: list[Problem]) -> Heading | None:
    try:
        return Heading.model_validate_json(line)
    except ValidationError as error:
        problems.append(_problem("1", _first(error)))
        return None


def _read_line(line: str, row: str, problems: list[Problem]) -> tuple[Action, str] | None:
    try:
        stated: dict[str, Any] = parsed_json(line)
        words = str(stated.pop("words", ""))
        stated.pop("at", None)
        return read_action(stated), words
    except ValidationError as error:
        problems.append(_problem(row, _first(error)))
    except (ValueError, AttributeError, TypeError) as error:
        problems.append(_problem(row, str(error)))
    return None


def _first(error: ValidationError) -> str:
    detail = error.errors()[0]
    place = ".".join(str(part) for part in detail["loc"])
    said = complaint(detail["msg"])
    return f"{place}: {said}" if place else said


def _problem(row: str, what: str) -> Problem:
    why = "Each line of a log is one thing that was done, and all of them are needed."
    return Problem("bad-log", what, why, "Give a log that verdeling table wrote, whole.", row=row)


def _unreadable(path: Path, problems: Sequence[Problem]) -> VerdelingError:
    return VerdelingError(f"The log {path.name} cannot be read.", problems)


def _now() -> str:
    return datetime.now(UTC).astimezone().isoformat(timespec="seconds")
